//! The parser against hostile and careless text: no input panics or takes long, each mistake is said once.

mod reading;

use etalon::diagnostic::Found;
use etalon::source::Sources;
use etalon::syntax;
use etalon::syntax::ast::{Declaration, SourceItem};
use proptest::prelude::*;
use proptest::sample::select;
use reading::{Said, read, read_and_check, small};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// Does something on a thread with a stack of 2 MB, within a time that even a debug build on a busy machine keeps.
#[allow(clippy::disallowed_methods, reason = "only measures")]
fn in_time(read: impl FnOnce() -> Said + Send + 'static) -> Said {
    let start = Instant::now();
    let said = small(read);
    let taken = start.elapsed();
    assert!(taken < Duration::from_secs(60), "it took {taken:?}");
    said
}

fn hostile(text: String) -> Said {
    in_time(move || read_and_check(&text))
}

/// Every way to nest: what opens, what it ends with.
const NESTS: [(&str, &str); 9] = [
    ("(", ")"),
    ("f(", ")"),
    ("sum(x where ", ")"),
    ("case when ", " then 1 end"),
    ("case x when 1 then ", " else 2 end"),
    ("case ", " when 1 then 2 end"),
    ("a in (", ")"),
    ("f(a after ", ")"),
    ("(not not - a * f(a where b per c until ", " + 1))"),
];

fn nested(open: &str, close: &str, times: usize) -> String {
    format!("{}b{}", open.repeat(times), close.repeat(times))
}

#[test]
fn nesting_too_deep_is_one_error() {
    for (open, close) in NESTS {
        for times in [100, 10_000] {
            let said = hostile(format!("metric m = {}\nmetric n = count() from s", nested(open, close, times)));
            assert_eq!(said.codes_of_form(), ["E0104"], "{times} times {open}");
            assert_eq!(said.declarations, 1, "{times} times {open}");
        }
    }
}

/// As deep as is allowed, every stage follows on a small stack.
#[test]
fn the_deepest_nesting_fits_a_small_stack() {
    for (open, close) in NESTS {
        // The tree of the last has six nodes for each bracket: its limit comes first.
        let levels = if open.starts_with("(not") { 3 } else { 1 };
        for around in [("", ""), ("sum(x where ", ")"), ("count() from s where ", " { by s }")] {
            let times = (64 - around.0.matches('(').count().min(1)) / levels;
            let formula = format!("{}{}{}", around.0, nested(open, close, times), around.1);
            let source = "source s { key id id integer x integer a boolean b boolean c integer }";
            let said = hostile(format!("metric m = {formula}\n{source}"));
            assert!(!said.codes().contains(&"E0104"), "{times} times {open}");
            assert_eq!(said.codes_of_form(), [""; 0], "{times} times {open}\n{}", said.lines());
        }
        let predicate = nested(open, close, 64 / levels);
        let understood = small(move || predicate_of(&predicate));
        assert_eq!(understood, (true, vec![]), "{open}");
    }
}

/// Whether a condition of the command line was understood, and what was said.
fn predicate_of(text: &str) -> (bool, Vec<String>) {
    let mut sources = Sources::default();
    let file = sources.add("--where", text);
    let mut found = Found::default();
    let predicate = syntax::parse_predicate(&sources, file, &mut found);
    (predicate.is_some(), found.sorted().iter().map(|each| format!("{} {}", each.code.id, each.message)).collect())
}

#[test]
fn a_condition_nested_too_deep_is_one_error() {
    for (open, close) in NESTS {
        let predicate = nested(open, close, 10_000);
        let (understood, said) = small(move || predicate_of(&predicate));
        assert!(!understood && said.len() == 1 && said[0].starts_with("E0104"), "{open}: {said:?}");
    }
}

#[test]
fn a_chain_too_long_is_one_error() {
    let chains = [
        format!("a{}", " + a".repeat(100_000)),
        format!("a{}", " * a".repeat(100_000)),
        format!("a{}", " || a".repeat(100_000)),
        format!("count() from s where a{}", " or a = 1".repeat(100_000)),
        format!("count() from s where a{}", " and a".repeat(100_000)),
        format!("count() from s where a{}", " = a".repeat(100_000)),
        format!("count() from s where a{}", " is null".repeat(100_000)),
        format!("count() from s where {}a", "not ".repeat(10_000)),
        format!("{}a", "- ".repeat(100_000)),
        format!("f({0}, {0}) + {0}", format!("a{}", " + a".repeat(20_000))),
        format!("count() from s where a between {0} and {0}", format!("a{}", " + a".repeat(20_000))),
    ];
    for chain in chains {
        let start: String = chain.chars().take(60).collect();
        let said = hostile(format!("metric m = {chain}\nmetric n = count() from s\nsource s {{ key id id integer }}"));
        assert_eq!(said.codes(), ["E0104"], "{start}");
    }
}

#[test]
fn the_longest_chain_fits_a_small_stack() {
    let source = "source s { key id id integer a integer b boolean }";
    for formula in [
        format!("sum(a{}) from s", " + a".repeat(158)),
        format!("count() from s where b{}", " or b".repeat(158)),
        format!("count() from s where {}b", "not ".repeat(158)),
        format!("sum({}a) from s", "- ".repeat(158)),
    ] {
        let start: String = formula.chars().take(60).collect();
        let said = hostile(format!("metric m = {formula}\n{source}"));
        assert_eq!(said.codes_of_form(), [""; 0], "{start}");
    }
}

#[test]
fn large_texts_are_read_in_time() {
    let metric = "metric mm = sum(a) from s where b { means 'A sum.' }\n";
    let cases: Vec<(&str, String, usize)> = vec![
        ("a comment of 50 MB", format!("#{}\nmetric m = a", "x".repeat(50_000_000)), 1),
        ("a million comments", "# c\n".repeat(1_000_000), 0),
        ("a metric of 5 MB", format!("metric m = sum(case x {} end)", "when 1 then 'some text' ".repeat(210_000)), 1),
        ("a text of 10 MB", format!("metric m = a {{ means '{}' }}", "x".repeat(10_000_000)), 1),
        ("a long text of 10 MB", format!("metric m = a {{ means '''{}''' }}", "x\n".repeat(5_000_000)), 1),
        ("200 000 arguments", format!("metric m = f(a{})", ", a".repeat(200_000)), 1),
        ("a path of 100 000 names", format!("metric m = a{}", ".a".repeat(100_000)), 1),
        ("100 000 columns", format!("source s {{ {} }}", "a integer\n".repeat(100_000)), 1),
        ("a metric and much white space", format!("metric{}m = a", " \n".repeat(2_000_000)), 1),
    ];
    for (what, text, declarations) in cases {
        let said = in_time(move || read(&[&text]));
        assert_eq!(said.declarations, declarations, "{what}");
        assert_eq!(said.codes(), [""; 0], "{what}");
    }
    let said = small(move || read(&[&metric.repeat(20_000)]));
    assert_eq!(said.declarations, 20_000);
}

#[test]
fn broken_files_are_read_in_time() {
    for (what, text) in [
        ("300 000 broken metrics", "metric m\n".repeat(300_000)),
        ("300 000 wrong metrics", "metric m = +\n".repeat(300_000)),
        ("open brackets", "metric m = (\n".repeat(100_000)),
        ("open blocks", "source s {\n".repeat(100_000)),
        ("open texts", "'\n".repeat(500_000)),
        ("open names", "\"\n".repeat(500_000)),
        ("open long texts", "metric m = '''\n".repeat(200_001)),
        ("metric and a comment", "metric #\n".repeat(60_000)),
        ("keywords", "metric ".repeat(200_000)),
        ("closing brackets", ")".repeat(1_000_000)),
        ("braces", "{".repeat(1_000_000)),
        ("NUL", "\0".repeat(100_000)),
        ("words", "junk ".repeat(500_000)),
        ("unknown attributes", format!("metric m = a {{ {} }}", "bogus 'x'\n".repeat(10_000))),
        ("unknown items", format!("source s {{ {} }}", "bogus 'x'\n".repeat(10_000))),
        ("unknown parts", format!("report r {{ {} }}", "bogus a\n".repeat(10_000))),
    ] {
        let said = hostile(text);
        assert!(!said.codes_of_form().is_empty(), "{what}");
        assert!(said.codes_of_form().len() <= 101, "{what}: {} errors", said.codes_of_form().len());
    }
}

const SLIPS: &[&str] = &[
    "metric m = a == b",
    "metric m = count(where a && b)",
    "metric m = a;\nmetric n = b",
    "metric m sum(x) from s",
    "metric m 'Title' sum(x) from s",
    "metric m { sum(x) }",
    "metric m = a { means \"text\" }",
    "team t { lead \"dana@acme.example\" }",
    "report r { means \"text\" }",
    "metric m \"Title\" = a",
    "metric m = select sum(x) from s",
    "SELECT a FROM b",
    "metric m = a AND b",
    "metric m = NOT a",
    "metric m = sum(x) FROM s",
    "METRIC m = a",
    "metric a = b\nmetrc revenue = sum(x)\nmetric c = d",
    "-- what it is\nmetric m = a",
    "metric m = a -- what it's for\nmetric n = b",
    "metric m = a /* what it's for\n and more */\nmetric n = b",
    "// what it is\nmetric m = a",
    "source s { key id id integer join c to d }",
    "source s { key id id integer join c to d valid a between b and c }",
    "source s { key id id integer joins c to d on e }",
    "source s { kye id, line id integer line integer amnt decimal(x) }",
    "source s { kye id, line id integer line integer }",
    "source s { kye id id integer tmie t t timestamp }",
    "source s { id integer, b text }",
    "source s { id varchar, b text }",
    "source s { title 'Orders' id integer }",
    "source s { id }",
    "report r { shwo revenue by month limits 3 }",
    "report r { show a wher b = 'x' and c > -1 by month ordr by a desc }",
    "report r { having > 3 }",
    "dimension d { acepted 'EMEA' orders customer.region }",
    "metric m = a { ownr f unit usd bogus 3 status final }",
    "metric m = (a",
    "metric m = a)",
    "metric m = 'abc\nmetric n = b",
    "metric m 'x = a\n\nmetric n = (",
    "metric m = '''abc\nmetric n = b",
    "metric m = a \"b",
    "metric m = a {\n  owner f\nmetric n = b",
    "metric from = a",
    "metric = a",
    "metric M = Sum(x)",
    "metric größe = a",
    "metric m = a\0b",
    "metric m = a from s from t",
    "metric m = a + not b",
    "metric m = case end",
    "metric m = a in ()",
    "metric m = f(a as integer)",
    "metric m = 99999999999 days",
    "junk here\nmetric m = a",
    "metric m = a %b",
];

#[test]
fn slips_are_answered_with_what_to_type() {
    let mut out = String::new();
    for text in SLIPS {
        let said = read(&[text]);
        assert!(!said.all.is_empty(), "{text}");
        let _ = write!(out, "{}\n\n{}\n", text.escape_debug().to_string().replace("\\n", "\n"), said.lines());
    }
    for (option, text) in [("--where", "a = 1 b"), ("--where", ""), ("--where", "(a"), ("--where", "a AND b")] {
        let _ = write!(out, "{option} {text:?}\n\n{}\n\n", predicate_of(text).1.join("\n"));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn every_wrong_declaration_is_reported() {
    let one = "metric a = +\nmetric ok = b\nteam t { lead }\nreport r { shwo a }\nmetric c = (\nsource s {\n id\n}\n";
    let said = read(&[one]);
    let places: Vec<_> = said.places();
    assert_eq!(places, ["a:1 E0101", "a:3 E0106", "a:4 E0105", "a:5 E0102", "a:7 E0101"]);
    let said = read(&[one, "metric ok = b\n", "junk\nmetric d = )\n", one]);
    assert_eq!(said.places().len(), 12);
    assert_eq!(said.places().iter().filter(|place| place.starts_with("c:")).count(), 2);
}

#[test]
fn line_ends_and_marks_change_nothing() {
    let text = "metric a = sum(x) from s { owner f }\n\n# what b is\nmetric b = '''x\n  y'''\nteam t {\n}\n";
    for text in [text.to_owned(), text.replace('\n', "\r\n"), format!("\u{FEFF}{text}")] {
        let said = read(&[&text]);
        assert_eq!((said.declarations, said.codes()), (3, vec![]), "{text:?}");
    }
    assert_eq!(
        read(&["metric a = b\rmetric c = d"]).codes(),
        ["E0110"],
        "a lone CR is neither a line end nor white space"
    );
}

/// A unit behind a number, or a column of that name behind the number: the words for types in a row tell.
#[test]
fn a_duration_may_end_a_derived_column() {
    for (items, names) in [
        ("a = id + 3 days date date", "a date"),
        ("a = id + 3 days text text date date", "a text date"),
        ("a = id + 3 days date = id", "a date"),
        ("a = id + 3 days integer integer? z text", "a integer z"),
        ("a = id + 3 days timestamp timestamp check > 1", "a timestamp"),
        ("a = id + 3 days instant instant in usd", "a instant"),
        ("a = id + 3 days decimal decimal(12, 2)", "a decimal"),
        ("a = id + 3 days z date", "a z"),
        ("a = id + 3 days key id", "a"),
        ("a = id + 3 days", "a"),
        ("a = id + 3 days integer", "a days"),
        ("a = id + 3 days integer z text", "a days z"),
        ("a = id + 3 days integer text text", "a days text"),
        ("a = id + 3 days decimal(12, 2) text text", "a days text"),
        ("a = id + 3 days integer date = id", "a days date"),
        ("a = id + 3 days integer in usd", "a days"),
    ] {
        assert_eq!(columns(&format!("source s {{ id integer {items} }}")), format!("id {names}"), "{items}");
    }
}

/// The names of a source's columns, or what is wrong.
fn columns(text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add("a.metric", text);
    let mut found = Found::default();
    let ast = syntax::parse(&sources, &[file], &mut found);
    if found.has_errors() {
        return format!("{:?}", found.sorted());
    }
    let Some(Declaration::Source(source)) = ast.files[0].declarations.first() else { return "no source".to_owned() };
    let names = source.items.iter().filter_map(|item| match item {
        SourceItem::Column(column) => Some(column.name.text.as_str()),
        SourceItem::Derived(column) => Some(column.name.text.as_str()),
        _ => None,
    });
    names.collect::<Vec<_>>().join(" ")
}

/// Reads a text in every way there is, and looks at every place that is named.
fn read_in_every_way(text: &str) {
    let _ = read_and_check(text).lines();
    let mut sources = Sources::default();
    let file = sources.add("--where", text);
    let mut found = Found::default();
    syntax::parse_predicate(&sources, file, &mut found);
    syntax::parse_keys(&sources, file, &mut found);
    syntax::parse_during(&sources, file, &mut found);
    syntax::parse_order(&sources, file, &mut found);
    syntax::parse_names(&sources, file, &mut found);
    for each in found.sorted() {
        let _ = sources.slice(each.span);
        let _ = sources.get(file).line_column(each.span.end);
    }
}

const VALID: &str = include_str!("tpch/metrics/sales.metric");

/// Pieces that change what stands around them.
const BITS: [&str; 30] = [
    "'",
    "'''",
    "\"",
    "(",
    ")",
    "{",
    "}",
    "\n",
    "#",
    "é",
    "\u{FEFF}",
    "\0",
    "\nmetric ",
    "\nsource s {",
    " where ",
    " not ",
    " case ",
    " end ",
    "=",
    "-",
    "2026-01-",
    "..",
    "\r",
    "日",
    " 99999999999 days ",
    "--",
    "/*",
    "?",
    ",",
    " join a to b ",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read_in_every_way(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_bits_panic(bits in proptest::collection::vec(select(&BITS[..]), 0..40)) {
        read_in_every_way(&bits.concat());
        read_in_every_way(&format!("metric m = {}", bits.concat()));
    }

    #[test]
    fn no_mutated_file_panics(
        start in 0..VALID.len(),
        length in 0..1_500_usize,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), select(&BITS[..]), 0..30_usize), 0..6),
    ) {
        let boundary = |at: usize, text: &str| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
        let (from, to) = (boundary(start, VALID), boundary(start + length, VALID));
        let mut text = VALID[from.unwrap_or(0)..to.unwrap_or(0)].to_owned();
        for (place, bit, cut) in changes {
            let at = boundary(place.index(text.len() + 1), &text).unwrap_or(0);
            let end = boundary(at + cut, &text).unwrap_or(at).max(at);
            text.replace_range(at..end, bit);
        }
        read_in_every_way(&text);
    }
}
