/// How it was shown that a dialect's statements are what the warehouse takes, and give the rows that they should. From the
/// strongest to none; each names who said so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Proof {
    /// The tests run every statement on the warehouse's own engine, or on its vendor's reference implementation.
    Engine(&'static str),
    /// The tests run every statement on another engine that stands in for the warehouse.
    Emulator(&'static str),
    /// The vendor's own grammar takes every statement of the tests; none was run.
    VendorGrammar(&'static str),
    /// Grammars by others, at least two, take every statement of the tests; none was run.
    Grammars(&'static str),
    /// Nothing but our own reading of the documentation.
    Unproven,
}

impl Proof {
    /// One clause, as headers and lists say it: `run on PostgreSQL 15`.
    pub fn says(self) -> String {
        match self {
            Proof::Engine(who) => format!("constructs run on {who}"),
            Proof::Emulator(who) => format!("constructs run on a stand-in, {who}"),
            Proof::VendorGrammar(who) => format!("unproven by rows: constructs parsed by {who}"),
            Proof::Grammars(who) => format!("unproven by rows: constructs parsed by {who}"),
            Proof::Unproven => "unproven: constructs neither run nor parsed by anybody else".to_owned(),
        }
    }

    /// One word, for tables.
    pub fn word(self) -> &'static str {
        match self {
            Proof::Engine(_) => "engine",
            Proof::Emulator(_) => "stand-in",
            Proof::VendorGrammar(_) => "vendor's grammar",
            Proof::Grammars(_) => "grammars",
            Proof::Unproven => "unproven",
        }
    }
}
