family! {
    /// Nothing but spelling, order, comments or files.
    COSMETIC = "C0001" "cosmetic-change" Note;
    /// What is shown beside a number, not the number.
    PRESENTATION = "C0002" "presentation-change" Note;
    /// Other words, the same digest.
    REFACTOR = "C0003" "proved-refactor" Note;
    /// There is more than there was.
    ADDITIVE = "C0004" "additive-change" Note;
    /// A number is another number, or nobody can tell that it is not.
    MEANING = "C0005" "meaning-change" Warning;
    /// What was there for others to use is there no longer.
    BREAKING = "C0006" "breaking-change" Warning;
    /// Who may agree to what, and who is paid for what.
    TRUST = "C0007" "trust-change" Warning;
}
