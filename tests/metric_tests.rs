//! `etalon test` as people meet it: what passes, what fails and how that is said, at which place, with which exit.

mod support;

use serde_json::Value as Json;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::program::{Run, etalon};
use support::sample::{plain, write};
use tempfile::TempDir;

const MODEL: &str = "\
source orders {
  key  order_id
  time ordered_at

  order_id    integer
  customer_id integer?
  status      text
  channel     text?
  amount      decimal(12, 2) in usd
  weight      double?
  ordered_at  timestamp

  doubled = amount * case when channel = 'web' then 2 when channel = 'shop' then 1 else 0 end

  join customer to customers on customer_id
}

source customers {
  key customer_id

  customer_id integer
  region      text?
}

metric revenue     = sum(amount) from orders where status = 'complete'
metric web_revenue = revenue where channel = 'web'
metric order_count = count() from orders
metric average     = revenue / order_count
metric doubled     = sum(doubled) from orders
metric mass        = sum(weight) from orders
";

/// Three orders: two complete ones of January and February, one open.
const GIVEN: &str = "\
given:
  customers:
    - { customer_id: 7, region: EMEA }
  orders:
    - { order_id: 1, customer_id: 7, amount: 10.00, status: complete, channel: web, ordered_at: 2026-01-05 10:00:00 }
    - { order_id: 2, customer_id: 7, amount: 4.50, status: open, channel: web, ordered_at: 2026-01-06 10:00:00 }
    - { order_id: 3, customer_id: null, amount: 1, status: complete, channel: shop, ordered_at: 2026-02-06 10:00:00 }
";

/// A project of the shop with these test files under `metrics/tests`.
fn shop(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(folder.path(), "metrics/etalon.yaml", "project: shop\n");
    write(folder.path(), "metrics/shop.metric", MODEL);
    for (name, text) in files {
        write(folder.path(), &format!("metrics/tests/{name}"), text);
    }
    folder
}

/// The shop with one file of tests on its orders.
fn orders(tests: &str) -> TempDir {
    shop(&[("orders.yaml", &format!("{GIVEN}tests:\n{tests}"))])
}

/// What was printed, with the time it took taken out.
fn said(folder: &TempDir, run: &Run) -> String {
    let text = plain(folder.path(), &format!("{}{}", run.out, run.err));
    let lines = text.lines().map(|line| match line.rsplit_once(" in ") {
        Some((before, time)) if time.ends_with(" ms") => format!("{before} in … ms\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

fn run(folder: &TempDir, words: &[&str]) -> Run {
    etalon(folder.path(), &[&["test"], words].concat())
}

fn json(folder: &TempDir, words: &[&str]) -> Json {
    let run = run(folder, &[&["--format", "json"], words].concat());
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}{}", run.out, run.err))
}

macro_rules! says {
    ($name:expr, $text:expr) => {
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!($name, $text) })
    };
}

#[test]
fn rows_as_expected_pass() {
    let folder = orders(
        "
  - name: revenue counts completed orders
    query: revenue average --by month,customer.region
    expect:
      - { month: 2026-02-01, customer_region: null, revenue: 1, average: 1 }
      - { month: 2026-01-01, customer_region: EMEA, revenue: 10, average: 5.0 }
  - name: rows of a test stand in for the file's
    given:
      orders:
        - { order_id: 1, amount: 1, status: complete }
        - { order_id: 2, amount: 1, status: open }
        - { order_id: 3, amount: 0, status: open }
    query: average
    expect: [{ average: 1/3 }]
  - name: no orders, no row
    given: { orders: [] }
    query: order_count
    expect: []
  - name: words are a shell's
    query: revenue --where \"channel = 'web' or status = 'open'\" --by=status --order -revenue --limit 1
    expect: [{ status: complete, revenue: 10.00 }]
  - name: the rows of a month
    query: order_count --during 2026-01
    expect: [{ order_count: 2 }]
  - name: months before now
    now: 2026-03-15
    query: order_count --by month --during 'last 2 months' --having \"order_count > 1\"
    expect: [{ month: 2026-01-01, order_count: 2 }]
  - name: which channels there are
    query: --by orders.channel
    expect: [{ channel: web }, { channel: shop }]
",
    );
    let run = run(&folder, &["--quiet"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{}", run.out);
    assert_eq!(said(&folder, &run), "7 passed, 0 failed in … ms\n");
}

#[test]
fn a_failure_shows_the_rows_that_differ() {
    let folder = orders(
        "
  - name: other values
    query: revenue average --by month
    expect:
      - { month: 2026-01-01, revenue: 10.01, average: 5 }
      - { month: 2026-02-01, revenue: 1.00, average: 1 }
  - name: missing and unexpected
    query: revenue --by channel
    expect:
      - { channel: web, revenue: 10.00 }
      - { channel: null, revenue: 1.00 }
      - { channel: '', revenue: null }
  - name: in this order
    query: revenue --by month --order -month
    expect:
      - { month: 2026-01-01, revenue: 10.00 }
      - { month: 2026-02-01, revenue: 1.00 }
  - name: an error comes
    query: revenue --by customer.regoin
    expect: []
  - name: rows come
    query: revenue
    expect_error: E0204
  - name: another error comes
    query: >-
      revenue
      --by colour
    expect_error: E0201
",
    );
    let run = run(&folder, &["--quiet"]);
    assert_eq!((run.code, run.err.as_str()), (Some(1), ""));
    says!("failures", said(&folder, &run));
}

#[test]
fn an_expected_error_is_met_by_its_code() {
    let folder = orders(
        "
  - name: no such column
    query: revenue --by colour
    expect_error: E0204
  - name: no such metric, by the name of the code
    query: revenu
    expect_error: unknown-name
  - name: two rows of one key
    given: { customers: [{ customer_id: 7 }, { customer_id: 7 }] }
    query: revenue --by customer.region
    expect_error: E0801
  - name: a value that nobody gave
    given: { orders: [{ order_id: 1, amount: 1 }] }
    query: revenue
    expect_error: E0804
",
    );
    let run = run(&folder, &["--quiet"]);
    assert_eq!(run.code, Some(0), "{}", run.out);
    assert_eq!(said(&folder, &run), "4 passed, 0 failed in … ms\n");
}

/// Each mistake once, on a line of its own: the code, the text it is shown at, and what to type.
#[test]
fn a_mistake_is_said_at_its_place_with_what_to_type() {
    let test = |given: &str, rest: &str| format!("given: {given}\ntests:\n  - name: it\n{rest}");
    let of_query = |query: &str| test("{}", &format!("    query: {query}\n    expect: [{{ revenue: 1 }}]\n"));
    let of_row = |row: &str| {
        let rest = format!("    query: revenue average\n    expect: [{row}]\n");
        test("{ orders: [{ order_id: 1, amount: 1, status: complete }] }", &rest)
    };
    let good = "    query: revenue\n    expect: []\n";
    let cases = [
        (test("{ ordres: [] }", good), "E0904", "1:10", "ordres", "did you mean `orders`?"),
        (test("{ orders: [{ amuont: 1 }] }", good), "E0904", "1:21", "amuont", "did you mean `amount`?"),
        (test("{ orders: [{ doubled: 1 }] }", good), "E0904", "1:21", "doubled", "take it out"),
        (test("{ orders: [{ amount: 1.005 }] }", good), "E0905", "1:29", "1.005", "2 behind it"),
        (test("{ orders: [{ ordered_at: soon }] }", good), "E0905", "1:33", "soon", "2026-01-31 10:00:00"),
        (test("{ orders: [{ status: ~ }] }", good), "E0905", "1:29", "~", "give a value"),
        (test("{ orders: [{ status: [] }] }", good), "E0905", "1:29", "[", "write a text"),
        (test("{ orders: }", good), "E0903", "1:10", "orders", "`[]` for none"),
        (test("{ orders: [1] }", good), "E0903", "1:19", "1", "columns with their values"),
        (test("{ orders: no/such.csv }", good), "E0909", "1:18", "no/such.csv", "name a CSV file"),
        (test("{ orders: ../../../x.csv }", good), "E0909", "1:18", "../../../x.csv", "name a CSV file"),
        (of_query("revenue --buy month"), "E0907", "4:20", "--buy", "did you mean `--by`?"),
        (of_query("revenue --dialect x"), "E0907", "4:20", "--dialect", "`--by`, `--where`"),
        (of_query("revenue --limit ten"), "E0907", "4:28", "ten", "--limit 10"),
        (of_query("revenue --where \"channel"), "E0907", "4:28", "\"", "close it"),
        (of_query("etalon query revenue"), "E0907", "4:12", "etalon", "after `etalon query`"),
        (of_query("revenue --during 'last 3 months'"), "E0908", "4:12", "revenue", "add `now: 2026-03-15`"),
        (of_row("{ revenue: 1, averag: 1 }"), "E0906", "5:28", "averag", "did you mean `average`?"),
        (of_row("{ revenue: 1 }"), "E0906", "5:16", "revenue", "every column of the result"),
        (of_row("{ revenue: 1.001, average: 1 }"), "E0905", "5:25", "1.001", "such as `10.00`"),
        (of_row("{ revenue: 1, average: 1/0 }"), "E0905", "5:37", "1/0", "`2/3`"),
        (test("{}", "    query: revenue\n    expected: []\n"), "E0902", "5:5", "expected", "did you mean `expect`?"),
        (test("{}", "    query: revenue\n"), "E0903", "3:11", "it", "add `expect:"),
        (test("{}", &format!("{good}    expect_error: E0201\n")), "E0903", "6:5", "expect_error", "two tests"),
        (test("{}", "    query: x\n    expect_error: E0299\n"), "E0903", "5:19", "E0299", "E0"),
        (test("{}", &format!("{good}    tolerance: 0.1\n")), "E0903", "6:5", "tolerance", "take it out"),
        (test("{}", &format!("{good}    now: noon\n")), "E0903", "6:10", "noon", "`2026-03-15`"),
        (test("{}", &format!("{good}  - name: it\n{good}")), "E0910", "6:11", "it", "name each test"),
        ("tests:\n  - query: revenue\n    expect: []\n".to_owned(), "E0903", "2:5", "query", "add `name:"),
        ("tests:\n  name: it\n".to_owned(), "E0903", "1:1", "tests", "a list of tests"),
        ("test: []\n".to_owned(), "E0902", "1:1", "test", "did you mean `tests`?"),
        ("tests: [{ name: it, query: [}]\n".to_owned(), "E0901", "1:29", "}", "check the indentation"),
        ("tests: []\ntests: []\n".to_owned(), "E0901", "1:1", "tests", "check the indentation"),
    ];
    let mut wrong = Vec::new();
    for (text, code, place, shown, help) in cases {
        let folder = shop(&[("one.yaml", &text)]);
        let document = json(&folder, &[]);
        let all: Vec<&Json> = document["tests"]
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|it| it["diagnostics"].as_array())
            .flatten()
            .collect();
        let met = all.iter().find(|each| each["code"] == code);
        let Some(met) = met else {
            wrong.push(format!("{code} was not said, but {document} of\n{text}"));
            continue;
        };
        let at = format!("{}:{}", met["line"], met["column"]);
        let start = met["start"].as_u64().expect("an offset") as usize;
        let helps = met["help"].to_string();
        if met["file"] != "metrics/tests/one.yaml" || at != place {
            wrong.push(format!("{code} is said at {at}, not at {place}, of\n{text}"));
        }
        if !text[start..].starts_with(shown) {
            wrong.push(format!("{code} is shown at `{}`, not at `{shown}`", &text[start..]));
        }
        if !helps.contains(help) {
            wrong.push(format!("{code} helps by {helps}, not by {help}"));
        }
        if document["unreadable"].as_u64() < Some(1) {
            wrong.push(format!("{code} leaves the test readable: {document}"));
        }
        let ended = run(&folder, &[]).code;
        if ended != Some(1) {
            wrong.push(format!("{code} ends with {ended:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_is_wrong_in_one_test_keeps_no_other_from_running() {
    let folder = orders(
        "
  - name: mistyped
    query: revenue
    expcet: []
  - name: sound
    query: revenue
    expect: [{ revenue: 11.00 }]
",
    );
    let run = run(&folder, &["--quiet"]);
    assert_eq!(run.code, Some(1));
    says!("unreadable", said(&folder, &run));
}

#[test]
fn doubles_have_a_tolerance_and_all_else_is_exact() {
    let given = "{ orders: [{ order_id: 1, amount: 0.10, weight: 0.1, status: complete },
        { order_id: 2, amount: 0.20, weight: 0.2, status: complete }] }";
    let test = |name: &str, query: &str, expect: &str| {
        format!("  - name: {name}\n    given: {given}\n    query: {query}\n    expect: [{expect}]\n")
    };
    // 0.1 + 0.2 is 0.30000000000000004 in binary.
    let passes = test("binary", "mass", "{ mass: 0.3 }")
        + &test("stated", "mass", "{ mass: 0.31 }")
        + "    tolerance: 0.02\n"
        + &test("exact", "revenue", "{ revenue: 0.3 }");
    let run_of = |tests: &str| run(&orders(tests), &["--quiet"]);
    let passing = run_of(&passes);
    assert_eq!(passing.code, Some(0), "{}", passing.out);
    for (name, query, expect) in [
        ("beyond", "mass", "{ mass: 0.300000001 }"),
        ("cent", "revenue", "{ revenue: 0.31 }"),
        ("null is no zero", "revenue", "{ revenue: null }"),
    ] {
        let failing = run_of(&test(name, query, expect));
        assert_eq!(failing.code, Some(1), "{name}: {}", failing.out);
        assert!(failing.out.contains("0 passed, 1 failed"), "{}", failing.out);
    }
}

#[test]
fn names_pick_tests() {
    let first =
        "tests:\n  - { name: Alpha, query: revenue, expect: [] }\n  - { name: beta, query: average, expect: [] }\n";
    let second = "tests:\n  - { name: gamma, query: order_count revenue, expect: [] }\n";
    let folder = shop(&[("sales.yaml", first), ("deep/finance.yaml", second)]);
    let names = |words: &[&str]| -> Vec<String> {
        let document = json(&folder, words);
        let tests = document["tests"].as_array().expect("a list");
        tests.iter().map(|test| test["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(&[]), ["gamma", "Alpha", "beta"], "in order of files, then as written");
    assert_eq!(names(&["alp"]), ["Alpha"]);
    assert_eq!(names(&["sales"]), ["Alpha", "beta"]);
    assert_eq!(names(&["revenue"]), ["gamma", "Alpha"]);
    assert_eq!(names(&["beta", "deep/"]), ["gamma", "beta"]);
    let run = run(&folder, &["bet", "--quiet"]);
    assert_eq!((run.code, said(&folder, &run).as_str()), (Some(0), "1 passed, 0 failed in … ms\n"));
    let run = etalon(folder.path(), &["test", "betta"]);
    assert_eq!((run.code, run.out.as_str()), (Some(1), ""));
    assert!(
        run.err.contains("no test is picked by `betta`") && run.err.contains("did you mean `beta`?"),
        "{}",
        run.err
    );
}

#[test]
fn a_run_that_tests_nothing_is_no_pass() {
    let folder = shop(&[]);
    let without_folder = run(&folder, &[]);
    assert_eq!((without_folder.code, without_folder.out.as_str()), (Some(2), ""));
    says!("no_tests_folder", said(&folder, &without_folder));
    // What it proposes is a test that runs.
    let (_, proposed) = without_folder.err.split_once("first.yaml`:\n").expect("it proposes a file");
    write(folder.path(), "metrics/tests/first.yaml", proposed);
    let document = json(&folder, &[]);
    assert_eq!((&document["unreadable"], document["tests"].as_array().map(Vec::len)), (&0.into(), Some(1)));

    for text in ["", "# nothing yet\n", "tests: []\n"] {
        let folder = shop(&[("empty.yaml", text)]);
        let run = run(&folder, &[]);
        assert_eq!(run.code, Some(1), "{text:?}: {}{}", run.out, run.err);
    }
    let run = run(&shop(&[("readme.txt", "")]), &[]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("there are no tests in `metrics/tests`"), "{}", run.err);
}

#[test]
fn what_cannot_run_ends_with_2_and_definitions_that_do_not_hold_with_1() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    assert_eq!(run(&folder, &[]).code, Some(2));
    let folder = orders("  - { name: a, query: revenue, expect: [] }\n");
    write(folder.path(), "metrics/broken.metric", "metric broken = revenu\n");
    let broken = run(&folder, &[]);
    assert_eq!((broken.code, broken.error_codes()), (Some(1), vec!["E0201".to_string()]));
    let other = etalon(folder.path(), &["list", "--format", "junit"]);
    assert_eq!(other.code, Some(2));
    assert!(other.err.contains("does not speak `--format junit`"), "{}", other.err);
}

#[test]
fn the_json_says_all() {
    let folder = orders(
        "
  - { name: good, query: revenue, expect: [{ revenue: 11 }] }
  - { name: bad, query: revenue web_revenue --by channel, expect: [{ channel: web, revenue: 1, web_revenue: 10 }] }
  - { name: worse, query: revenu, expect: [] }
",
    );
    let document = json(&folder, &[]);
    assert_eq!((&document["passed"], &document["failed"], &document["unreadable"]), (&1.into(), &2.into(), &0.into()));
    let tests = &document["tests"];
    let expected = serde_json::json!({
        "name": "good", "file": "metrics/tests/orders.yaml", "line": 10, "query": "revenue", "outcome": "passed"
    });
    assert_eq!(tests[0], expected);
    assert_eq!(tests[1]["outcome"], "failed");
    assert_eq!(tests[1]["columns"], serde_json::json!(["channel", "revenue", "web_revenue"]));
    let differences = serde_json::json!([
        { "kind": "other", "expected": ["web", "1.00", "10.00"], "found": ["web", "10.00", "10.00"] },
        { "kind": "unexpected", "found": ["shop", "1.00", null] }
    ]);
    assert_eq!(tests[1]["differences"], differences);
    assert_eq!(tests[2]["diagnostics"][0]["code"], "E0201");
    assert_eq!(tests[2]["diagnostics"][0]["file"], "metrics/tests/orders.yaml");
    assert_eq!(document["coverage"]["metrics"], serde_json::json!({ "asked": 2, "of": 6 }));
}

/// Names of open elements, and every complaint about the form. Small, but it knows what XML forbids.
fn xml_faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let Some(mut rest) = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") else {
        return vec!["no declaration".to_owned()];
    };
    let sound = |text: &str| {
        let entities = ["amp;", "lt;", "gt;", "quot;", "apos;", "#10;", "#9;", "#13;"];
        !text.contains('<')
            && text.split('&').skip(1).all(|after| entities.iter().any(|entity| after.starts_with(entity)))
            && text.chars().all(|letter| letter >= ' ' || letter == '\n')
    };
    while let Some(start) = rest.find('<') {
        let (before, after) = rest.split_at(start);
        if !sound(before) || (open.is_empty() && !before.trim().is_empty()) {
            faults.push(format!("text `{before}`"));
        }
        // Attributes are in double quotes, so that the first `>` outside of them ends the tag.
        let mut quoted = false;
        let end = after.find(|letter| {
            quoted ^= letter == '"';
            letter == '>' && !quoted
        });
        let Some(end) = end else { return vec!["a tag is not closed".to_owned()] };
        let tag = &after[1..end];
        rest = &after[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                faults.push(format!("`{name}` was not open"));
            }
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        if !sound(tag) {
            faults.push(format!("tag `{tag}`"));
        }
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    if !open.is_empty() || !rest.trim().is_empty() {
        faults.push(format!("{open:?} are open, `{rest}` is left"));
    }
    faults
}

#[test]
fn the_junit_xml_is_well_formed_whatever_the_names() {
    assert!(!xml_faults("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a b=\"<\"></a>").is_empty());
    assert!(!xml_faults("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>&x;</a>").is_empty());
    assert!(!xml_faults("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a><b></a>").is_empty());
    let folder = orders(
        "
  - { name: 'a < b & \"c\"', query: revenue, expect: [{ revenue: 11 }] }
  - { name: \"]]> \\u0001 \\n <x>\", query: \"revenue --where \\\"status = '<&>'\\\"\", expect: [{ revenue: 1 }] }
  - { name: text, query: revenue --by channel, expect: [{ channel: \"<&\\u0007>\", revenue: 1 }] }
  - { name: broken, query: revenu, expect: [] }
  - { name: unreadable, query: revenue, expect: 1 }
",
    );
    let junit = run(&folder, &["--format", "junit"]);
    assert_eq!((junit.code, junit.err.as_str()), (Some(1), ""));
    assert_eq!(xml_faults(&junit.out), Vec::<String>::new(), "{}", junit.out);
    let count = |part: &str| junit.out.matches(part).count();
    assert_eq!((count("<testcase "), count("<failure "), count("<error ")), (5, 3, 1), "{}", junit.out);
    assert!(junit.out.contains("<testsuites name=\"etalon\" tests=\"5\" failures=\"3\" errors=\"1\" time="));
    assert!(junit.out.contains("name=\"a &lt; b &amp; &quot;c&quot;\" classname=\"metrics/tests/orders.yaml\""));
}

#[test]
fn coverage_tells_what_no_test_exercises() {
    let all = "
  - { name: web, query: web_revenue, expect: [{ web_revenue: 10 }] }
  - { name: doubled, query: doubled, expect: [{ doubled: 30.00 }] }
";
    let folder = orders(all);
    let human = run(&folder, &[]);
    assert_eq!(human.code, Some(0), "{}", human.out);
    says!("coverage", said(&folder, &human));
    let none = orders("  - { name: web, given: { orders: [] }, query: web_revenue doubled, expect: [] }\n");
    says!("coverage_of_no_rows", said(&none, &run(&none, &[])));
    // A test that expects an error computes nothing.
    let error = orders("  - { name: error, query: revenue --by colour, expect_error: E0204 }\n");
    assert_eq!(json(&error, &[])["coverage"]["metrics"]["asked"], 0);
    // Of some tests nothing is said, unless it is asked for.
    assert!(!run(&folder, &["web"]).out.contains("coverage"));
    assert!(run(&folder, &["web", "--coverage"]).out.contains("coverage: 2 of 6 metrics"));
}

#[test]
fn a_thousand_tests_take_no_time_to_speak_of() {
    let mut text = format!("{GIVEN}tests:\n");
    for number in 0..1000 {
        let (whole, cents) = (number / 100, number % 100);
        text.push_str(&format!(
            "  - name: number {number}
    given:
      orders:
        - {{ order_id: 1, customer_id: 7, amount: {whole}.{cents:02}, status: complete, ordered_at: 2026-01-05 10:00:00 }}
        - {{ order_id: 2, customer_id: 7, amount: 1, status: complete, ordered_at: 2026-02-05 10:00:00 }}
        - {{ order_id: 3, amount: 1, status: open, ordered_at: 2026-02-05 10:00:00 }}
    query: revenue --by month,customer.region --where \"status is not null\"
    expect:
      - {{ month: 2026-01-01, customer_region: EMEA, revenue: {whole}.{cents:02} }}
      - {{ month: 2026-02-01, customer_region: EMEA, revenue: 1 }}
"
        ));
    }
    let folder = shop(&[("many.yaml", &text)]);
    #[allow(clippy::disallowed_methods, reason = "only measures")]
    let started = Instant::now();
    let run = run(&folder, &["--quiet"]);
    let took = started.elapsed();
    assert_eq!(said(&folder, &run), "1000 passed, 0 failed in … ms\n");
    // Without optimisation and beside other tests; a release takes a twentieth of it.
    assert!(took < Duration::from_secs(20), "1,000 tests took {took:?}");
}

#[test]
fn watching_runs_again_when_a_file_changes() {
    let folder = orders("  - { name: it, query: revenue, expect: [{ revenue: 1 }] }\n");
    let mut child = Command::new(env!("CARGO_BIN_EXE_etalon"))
        .args(["test", "--watch", "--quiet"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("etalon can be run");
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let mut counts =
        || lines.by_ref().map_while(Result::ok).find(|line| line.contains(" passed, ")).unwrap_or_default();
    let first = counts();
    // A file that is half written is told, and watched on.
    write(folder.path(), "metrics/tests/orders.yaml", "tests: [\n");
    let second = counts();
    let good = format!("{GIVEN}tests:\n  - {{ name: it, query: revenue, expect: [{{ revenue: 11 }}] }}\n");
    write(folder.path(), "metrics/tests/orders.yaml", &good);
    let third = counts();
    child.kill().expect("it runs until it is ended");
    child.wait().expect("it ends");
    assert!(first.starts_with("0 passed, 1 failed"), "{first}");
    assert!(second.starts_with("0 passed, 1 could not be read"), "{second}");
    assert!(third.starts_with("1 passed, 0 failed"), "{third}");
}

/// The example of the manual is a test file that passes.
#[test]
fn the_manual_shows_what_runs() {
    let manual = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/testing.md");
    let manual = std::fs::read_to_string(manual).expect("the manual has a page on tests");
    let (_, rest) = manual.split_once("```yaml\n").expect("it shows a test file");
    let (example, _) = rest.split_once("\n```").expect("the example ends");
    let folder = shop(&[("manual.yaml", example)]);
    write(folder.path(), "metrics/data/customers.csv", "customer_id,region\n7,EMEA\n");
    write(
        folder.path(),
        "metrics/more.metric",
        "metric completed_orders    = count() from orders where status = 'complete'\n\
         metric average_order_value = revenue / completed_orders\n",
    );
    let run = run(&folder, &["--quiet"]);
    assert_eq!((run.code, said(&folder, &run).as_str()), (Some(0), "3 passed, 0 failed in … ms\n"));
}

#[test]
fn given_rows_may_be_a_csv_file() {
    let tests = "given: { orders: ../data/orders.csv }
tests:
  - name: rows of a file
    query: revenue --by channel
    expect: [{ channel: null, revenue: 10.00 }, { channel: web, revenue: 1.50 }]
  - name: rows of another
    given: { orders: ../data/none.csv }
    query: revenue
    expect: []
";
    let folder = shop(&[("csv.yaml", tests)]);
    let good = "order_id,status,channel,amount,ordered_at\n1,complete,,10.00,2026-01-05 10:00:00\n\
                2,complete,web,1.50,2026-01-06\n";
    write(folder.path(), "metrics/data/orders.csv", good);
    write(folder.path(), "metrics/data/none.csv", "order_id,status\n");
    let passing = run(&folder, &["--quiet"]);
    assert_eq!(passing.code, Some(0), "{}", passing.out);
    write(folder.path(), "metrics/data/orders.csv", &good.replace("10.00", "ten"));
    let document = json(&folder, &[]);
    let said = &document["tests"][0]["diagnostics"][0];
    assert_eq!(
        (&said["code"], &said["file"], &said["line"]),
        (&"E0909".into(), &"metrics/data/orders.csv".into(), &2.into())
    );
    assert_eq!(said["related"][0]["file"], "metrics/tests/csv.yaml");
}

/// The sample's numbers, worked out by hand: all of them are as expected, and no metric is left out.
#[test]
fn every_metric_of_the_sample_is_tested() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = etalon(root, &["test", "--format", "json"]);
    let document: Json = serde_json::from_str(&run.out).expect("it is JSON");
    assert_eq!(
        (run.code, &document["failed"], &document["unreadable"]),
        (Some(0), &0.into(), &0.into()),
        "{}",
        run.out
    );
    assert_eq!(document["coverage"]["notAsked"], serde_json::json!([]));
    assert!(document["coverage"]["metrics"]["of"].as_u64() >= Some(75), "{document}");
}
