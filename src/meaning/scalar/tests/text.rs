use super::*;
use crate::model::Function::*;

#[test]
fn patterns_are_exact() {
    for (value, pattern, like) in [
        ("", "", true),
        ("", "%", true),
        ("", "_", false),
        ("a", "", false),
        ("abc", "abc", true),
        ("abc", "ABC", false),
        ("abc", "a%", true),
        ("abc", "%c", true),
        ("abc", "%b%", true),
        ("abc", "_b_", true),
        ("abc", "__", false),
        ("abc", "%d%", false),
        ("abc ", "abc", false),
        ("aXbXc", "a%X_", true),
        ("ab", "a%b%", true),
        ("aab", "a%ab", true),
        ("ab", "%_%_%", true),
        ("a", "%_%_%", false),
        ("mississippi", "m%iss%ip_i", true),
        ("mississippi", "m%iss%ip__i", false),
        // One code point, be it one byte or four; a combining accent is one of its own.
        ("Käse", "K_se", true),
        ("😀", "_", true),
        ("😀", "__", false),
        ("e\u{301}", "_", false),
        ("e\u{301}", "__", true),
        // Nothing escapes.
        ("10%", "10\\%", false),
        ("10\\5", "10\\%", true),
        ("a.c", "a.c", true),
        ("abc", "a.c", false),
        ("a[c", "a[c", true),
    ] {
        gives(Like, &[text(value), text(pattern)], Base::Boolean, &format!("boolean {like}"));
        gives(NotLike, &[text(value), text(pattern)], Base::Boolean, &format!("boolean {}", !like));
    }
}

/// With every `%` tried again the choices of 40 places among 2000 would all be gone through: the test would not end.
#[test]
fn patterns_do_not_explode() {
    gives(Like, &[text(&"a".repeat(2000)), text(&format!("{}b", "%a".repeat(40)))], Base::Boolean, "boolean false");
}

#[test]
fn positions_count_code_points_from_1() {
    for (value, from, length, part) in [
        ("Käse", 2, 2, "text äs"),
        ("Käse", 2, 99, "text äse"),
        ("Käse", 4, 1, "text e"),
        ("Käse", 5, 1, "text "),
        ("Käse", 99, 1, "text "),
        ("Käse", 1, 0, "text "),
        ("Käse", 0, 2, "null"),
        ("Käse", -1, 2, "null"),
        ("Käse", 1, -1, "null"),
        ("😀é", 1, 1, "text 😀"),
        ("abc", i64::MAX, i64::MAX, "text "),
        ("abc", i64::MIN, 1, "null"),
        ("abc", 2, i64::MAX, "text bc"),
    ] {
        gives(Substring, &[text(value), integer(from), integer(length)], Base::Text, part);
    }
    gives(Substring, &[text("Käse"), integer(3)], Base::Text, "text se");
    gives(Substring, &[text("Käse"), integer(0)], Base::Text, "null");
    for (value, length) in [("", 0), ("Käse", 4), ("😀", 1), ("e\u{301}", 2), ("a ", 2)] {
        gives(Length, &[text(value)], Base::Integer, &format!("integer {length}"));
    }
}

#[test]
fn letters_change_one_by_one() {
    for (value, lower, upper) in [
        ("aZ9 _", "az9 _", "AZ9 _"),
        ("Ärger", "ärger", "ÄRGER"),
        ("ΣΑΣ", "σασ", "ΣΑΣ"),
        ("я", "я", "Я"),
        // Several letters in the full mapping: it has no capital of its own.
        ("straße", "straße", "STRAßE"),
        ("ﬁ", "ﬁ", "ﬁ"),
        // Those that have one (UnicodeData.txt): Turkish I with a dot, Greek letters with an iota below.
        ("\u{130}", "i", "\u{130}"),
        ("\u{1f80}", "\u{1f80}", "\u{1f88}"),
        ("\u{1fa7}", "\u{1fa7}", "\u{1faf}"),
        ("\u{1fb3}", "\u{1fb3}", "\u{1fbc}"),
        ("\u{1fc3}", "\u{1fc3}", "\u{1fcc}"),
        ("\u{1ff3}", "\u{1ff3}", "\u{1ffc}"),
        ("\u{1f88}", "\u{1f80}", "\u{1f88}"),
    ] {
        gives(Lower, &[text(value)], Base::Text, &format!("text {lower}"));
        gives(Upper, &[text(value)], Base::Text, &format!("text {upper}"));
    }
}

#[test]
fn parts_of_text_are_found_exactly() {
    gives(Trim, &[text("  a b  ")], Base::Text, "text a b");
    gives(Trim, &[text("\t a\u{a0} ")], Base::Text, "text \t a\u{a0}");
    gives(Concat, &[text("ab"), text("")], Base::Text, "text ab");
    gives(Concat, &[text("e"), text("\u{301}")], Base::Text, "text e\u{301}");
    for (value, part, new, replaced) in [
        ("aXbX", "X", "--", "a--b--"),
        ("aaa", "aa", "b", "ba"),
        ("abc", "B", "x", "abc"),
        ("abc", "", "x", "abc"),
        ("aba", "a", "", "b"),
    ] {
        gives(Replace, &[text(value), text(part), text(new)], Base::Text, &format!("text {replaced}"));
    }
    for (value, part, starts, ends, contains) in [
        ("Käse", "K", true, false, true),
        ("Käse", "se", false, true, true),
        ("Käse", "k", false, false, false),
        ("Käse", "ä", false, false, true),
        ("Käse", "", true, true, true),
        ("", "a", false, false, false),
        ("a%c", "%", false, false, true),
    ] {
        let both = [text(value), text(part)];
        gives(StartsWith, &both, Base::Boolean, &format!("boolean {starts}"));
        gives(EndsWith, &both, Base::Boolean, &format!("boolean {ends}"));
        gives(Contains, &both, Base::Boolean, &format!("boolean {contains}"));
    }
}
