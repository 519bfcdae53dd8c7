//! What a project's policy does with findings: levels, waivers, the baseline, as people meet them.

mod support;

use serde_json::Value as Json;
use std::fs;
use support::program::{Run, etalon};
use support::sample::{plain, write};
use tempfile::TempDir;

const SHOP: &str = "\
source orders {
  key  order_id
  time ordered_at

  order_id   integer
  channel    text
  amount     decimal(12, 2) in usd
  ordered_at timestamp
}

team finance 'Finance' {
  lead 'ines@acme.example'
  paid on nothing
}

metric revenue = sum(amount) from orders { owner finance }

metric turnover = sum(amount) from orders { owner finance }

metric web = sum(amount) from orders where channel = 'web' { owner finance }
";

fn project(policy: &str, metrics: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    settings(&folder, policy);
    write(folder.path(), "metrics/shop.metric", metrics);
    folder
}

fn settings(folder: &TempDir, policy: &str) {
    write(folder.path(), "etalon.yaml", &format!("project: shop\npolicy:\n{policy}"));
}

fn check(folder: &TempDir, words: &[&str]) -> Run {
    etalon(folder.path(), &[&["check"], words].concat())
}

/// Code and severity of all that is found, and the code and words of what was let through.
fn found(folder: &TempDir) -> (Vec<String>, Vec<String>) {
    let run = check(folder, &["--format", "json"]);
    let document: Json =
        serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}\n{}{}", run.out, run.err));
    let text = |it: &Json, key: &str| it[key].as_str().unwrap_or_default().to_owned();
    let list = |key: &str, more: &str| -> Vec<String> {
        let all = document[key].as_array().cloned().unwrap_or_default();
        all.iter().map(|it| format!("{} {}", text(it, "code"), text(it, more))).collect()
    };
    (list("diagnostics", "severity"), list("silenced", "says"))
}

/// The digest that `explain` shows.
fn digest(folder: &TempDir, metric: &str) -> String {
    let run = etalon(folder.path(), &["explain", metric, "--canonical"]);
    let digest =
        run.out.split_whitespace().find(|word| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit()));
    digest.unwrap_or_else(|| panic!("{}{}", run.out, run.err)).to_owned()
}

fn waiver(rule: &str, metric: &str, digest: &str, by: &str, expires: &str) -> String {
    format!(
        "  waivers:\n    - {{ rule: {rule}, metric: {metric}, digest: '{digest}', reason: old charts, by: {by}, expires: '{expires}' }}\n"
    )
}

#[test]
fn levels_are_what_the_policy_says() {
    let codes = |policy: &str| {
        let folder = project(policy, SHOP);
        (found(&folder).0, check(&folder, &[]).code)
    };
    let both = |same: &str, variant: &str| vec![format!("E0421 {same}"), format!("E0422 {variant}")];
    assert_eq!(codes("  approvals: none\n"), (both("warning", "warning"), Some(0)));
    assert_eq!(codes("  rules: { same-meaning: error }\n"), (both("error", "warning"), Some(1)));
    assert_eq!(codes("  rules: { E0421: note, E0422: error }\n"), (both("note", "error"), Some(1)));
    assert_eq!(codes("  rules: { E0421: off, undeclared-variant: off }\n"), (vec![], Some(0)));
}

#[test]
fn what_is_hard_is_not_lowered_and_what_is_unknown_is_said() {
    let draft = format!("{SHOP}\nreport monthly {{ show web by month }}\n")
        .replace("where channel = 'web' { owner", "where channel = 'web' { status draft owner");
    let folder = project("  rules: { draft-in-report: off, E0204: note, same-meening: error, g0304: off }\n", &draft);
    let (codes, _) = found(&folder);
    assert!(codes.contains(&"G0305 error".to_owned()), "{codes:?}");
    insta::assert_snapshot!(plain(folder.path(), &check(&folder, &[]).err));
}

#[test]
fn a_waiver_lets_one_finding_through_while_the_metric_means_what_it_meant() {
    let folder = project("  approvals: none\n", SHOP);
    let digest = digest(&folder, "turnover");
    let policy = |expires: &str| {
        format!(
            "  rules: {{ E0421: error }}\n{}",
            waiver("same-meaning", "turnover", &digest, "ines@acme.example", expires)
        )
    };
    settings(&folder, &policy("2999-12-31"));
    let said = "E0421 waived until 2999-12-31 by ines@acme.example: old charts".to_owned();
    assert_eq!(found(&folder), (vec!["E0422 warning".to_owned()], vec![said]));
    let run = check(&folder, &["-q"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.err.ends_with("1 warning\n1 finding waived until 2999-12-31\n"), "{}", run.err);
    // In SARIF it is there, and suppressed.
    let sarif: Json = serde_json::from_str(&check(&folder, &["--format", "sarif"]).out).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("a list");
    let waived: Vec<&Json> = results.iter().filter(|it| it["suppressions"].is_array()).collect();
    assert_eq!(waived.len(), 1);
    assert_eq!(waived[0]["ruleId"], "E0421");
    assert!(check(&folder, &["--format", "junit"]).out.contains("<skipped message=\"waived until 2999-12-31"));
    // Another meaning, and the finding is back.
    let both = SHOP.replace("sum(amount) from orders { owner", "sum(amount) + 1.00 from orders { owner");
    write(folder.path(), "metrics/shop.metric", &both.replace("sum(amount) + 1.00 from", "sum(amount + 1.00) from"));
    assert_eq!(found(&folder).0, ["G0504 warning", "E0421 error"]);
    // A day too late as well.
    write(folder.path(), "metrics/shop.metric", SHOP);
    settings(&folder, &policy("2020-12-31"));
    assert_eq!(
        found(&folder),
        (vec!["G0503 warning".to_owned(), "E0421 error".to_owned(), "E0422 warning".to_owned()], vec![])
    );
}

#[test]
fn waivers_that_let_nothing_through() {
    let folder = project("  approvals: none\n", SHOP);
    let (turnover, revenue) = (digest(&folder, "turnover"), digest(&folder, "revenue"));
    let ines = "ines@acme.example";
    let all = [
        waiver("same-meaning", "turnover", &turnover, "mallory@acme.example", "2999-12-31"),
        waiver("same-meening", "turnover", &turnover, ines, "2999-12-31"),
        waiver("E0204", "turnover", &turnover, ines, "2999-12-31"),
        waiver("same-meaning", "turnovr", &turnover, ines, "2999-12-31"),
        waiver("same-meaning", "revenue", &revenue, ines, "2999-12-31"),
        waiver("undeclared-variant", "web", &turnover, ines, "2999-12-31"),
        waiver("undeclared-variant", "web", &turnover, ines, "2020-02-29"),
    ];
    let list: String = all.iter().map(|each| each.trim_start_matches("  waivers:\n")).collect();
    settings(&folder, &format!("  waivers:\n{list}"));
    assert_eq!(found(&folder).1, [""; 0]);
    insta::assert_snapshot!(
        plain(folder.path(), &check(&folder, &[]).err).replace(&digest(&folder, "web"), "(its digest)")
    );
}

/// A warning that stands in a metric's declaration is about it, whichever stage gave it.
#[test]
fn any_warning_in_a_metric_can_be_waived() {
    let double =
        "metric loose = sum(case when cast(amount as double) = 0.5 then 1 end) from orders { owner finance }\n";
    let only = SHOP.split("\nmetric turnover").next().unwrap_or(SHOP);
    let folder = project("  approvals: none\n", &format!("{only}{double}"));
    assert_eq!(found(&folder).0, ["E0311 warning"]);
    let digest = digest(&folder, "loose");
    settings(&folder, &waiver("double-equality", "loose", &digest, "ines@acme.example", "2999-12-31"));
    let (left, silenced) = found(&folder);
    assert_eq!((left.len(), silenced.len()), (0, 1), "{left:?}");
}

#[test]
fn one_waiver_is_for_one_finding() {
    // Two findings of one rule on one metric: its title is that of one, its synonym that of another.
    let twice = SHOP.replace("metric turnover = sum(amount)", "metric turnover 'Re-venue' = max(amount)").replace(
        "metric web = sum(amount) from orders where channel = 'web' { owner finance }",
        "metric revenues 'Turn-over' = min(amount) from orders { owner finance }\nmetric turn_over = avg(amount) from orders { owner finance status draft }",
    );
    let folder = project("  approvals: none\n", &twice);
    let before = found(&folder).0.iter().filter(|it| it.starts_with("E0423")).count();
    let digest = digest(&folder, "turnover");
    settings(&folder, &waiver("E0423", "turnover", &digest, "ines@acme.example", "2999-12-31"));
    let (left, silenced) = found(&folder);
    assert_eq!(silenced.len(), 1, "{left:?}");
    assert_eq!(left.iter().filter(|it| it.starts_with("E0423")).count(), before - 1, "{left:?}");
}

#[test]
fn a_baseline_counts_what_was_there_before() {
    let errors = "  rules: { E0421: error, E0422: error }\n";
    let folder = project(errors, SHOP);
    assert_eq!(check(&folder, &[]).code, Some(1));
    let written = check(&folder, &["--write-baseline"]);
    assert_eq!(written.code, Some(0), "{}", written.err);
    assert!(written.err.contains("etalon.baseline: 2 findings\n2 findings in etalon.baseline\n"), "{}", written.err);
    let path = folder.path().join("etalon.baseline");
    let text = fs::read_to_string(&path).expect("it was written");
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let (turnover, web) = (digest(&folder, "turnover"), digest(&folder, "web"));
    assert_eq!(lines, [format!("E0421 turnover {turnover}"), format!("E0422 web {web}")]);
    // It is no error any more, and said.
    let run = check(&folder, &[]);
    assert_eq!((run.code, run.err.lines().next()), (Some(0), Some("2 findings in etalon.baseline")), "{}", run.err);
    // One that is new is one.
    write(folder.path(), "metrics/more.metric", "metric again = sum(amount) from orders { owner finance }\n");
    let (left, silenced) = found(&folder);
    assert_eq!((left.len(), silenced.len()), (1, 2), "{left:?} {silenced:?}");
    fs::remove_file(folder.path().join("metrics/more.metric")).expect("it is there");
    // Another meaning is another finding, and the line that was for the old one is idle.
    let other = SHOP.replace("channel = 'web'", "channel = 'shop'");
    write(folder.path(), "metrics/shop.metric", &other);
    assert_eq!(found(&folder).0, ["E0422 error", "G0509 note"]);
    // Mended, it is to be taken out, which writing anew does.
    let mended = SHOP
        .replace("{ owner finance }\n\nmetric web", "{ owner finance status deprecated use revenue }\n\nmetric web");
    write(folder.path(), "metrics/shop.metric", &mended);
    assert_eq!(found(&folder).0, ["G0509 note"]);
    let again = check(&folder, &["--write-baseline"]);
    assert!(again.err.contains("etalon.baseline: 1 finding, 2 before\n"), "{}", again.err);
    assert!(found(&folder).0.is_empty());
    // A line that is none is an error, and no baseline is written of what is broken.
    write(folder.path(), "etalon.baseline", "same-meaning of turnover\r\nE0204 web 00\n");
    assert_eq!(found(&folder).0, ["E0422 error", "G0510 error", "G0510 error"]);
    write(folder.path(), "metrics/broken.metric", "metric broken = sum(amuont) from orders\n");
    let run = check(&folder, &["--write-baseline"]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("etalon.baseline is not written until everything holds together"), "{}", run.err);
}

#[test]
fn errors_are_in_no_baseline() {
    let draft = format!("{SHOP}\nreport monthly {{ show web by month }}\n")
        .replace("where channel = 'web' { owner", "where channel = 'web' { status draft owner");
    let folder = project("  rules: { E0421: note, E0422: off }\n", &draft);
    let run = check(&folder, &["--write-baseline"]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("nothing is found that a baseline could hold"), "{}", run.err);
    assert!(!folder.path().join("etalon.baseline").exists());
}

#[test]
fn queries_of_warehouses() {
    let folder = project(
        "  approvals: none\n",
        &SHOP
            .replace("\nmetric turnover = sum(amount) from orders { owner finance }\n", "")
            .replace("\nmetric web = sum(amount) from orders where channel = 'web' { owner finance }\n", ""),
    );
    let said = |ours: &str, theirs: &str| {
        write(
            folder.path(),
            "etalon.yaml",
            &format!(
                "project: shop\nwarehouses:\n  ours: {{ dialect: duckdb{ours} }}\n  theirs: {{ dialect: sqlite{theirs} }}\n"
            ),
        );
        let run = check(&folder, &["--format", "json"]);
        let document: Json = serde_json::from_str(&run.out).expect("JSON");
        let all = document["diagnostics"].as_array().cloned().unwrap_or_default();
        all.iter().filter_map(|it| it["message"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let query = |text: &str| format!(", sources: {{ orders: {{ query: '{text}' }} }}");
    let table = ", sources: { orders: { table: raw.orders } }";
    assert_eq!(
        said(&query("select 1"), &query("select 2")),
        ["`ours` and `theirs` read `orders` by different queries"]
    );
    assert_eq!(said("", &query("select 2")), ["`theirs` reads `orders` by a query, and `ours` from a table"]);
    assert_eq!(said(&query("select  1"), &query("select 1 ")), [""; 0]);
    assert_eq!(said(table, ""), [""; 0]);
}

#[test]
fn files_that_are_one_where_capitals_do_not_count() {
    let folder = project("  rules: { E0421: off, E0422: off }\n", SHOP);
    write(folder.path(), "metrics/more/a.metric", "# a\n");
    assert_eq!(found(&folder).0, [""; 0]);
    write(folder.path(), "metrics/More/A.metric", "# A\n");
    assert_eq!(found(&folder).0, ["G0406 error"]);
}

#[test]
fn a_sign_that_turns_text_in_settings() {
    let folder = project("  rules: { E0421: off, E0422: off } # \u{202e}ffo\u{202c}\n", SHOP);
    assert_eq!(found(&folder).0, ["G0405 error"]);
    settings(&folder, "  rules: { E0421: off, E0422: off } # שלום\n");
    assert_eq!(found(&folder).0, [""; 0]);
}

/// What `etalon check --write-baseline` grew by, judged by the text of the base.
#[test]
fn a_baseline_may_only_become_shorter() {
    use etalon::govern::baseline::{count, grown};
    let mut sources = etalon::source::Sources::default();
    let text = "# head\nE0421 turnover 01\nE0421 turnover 01\nE0422 web 02\n";
    let file = sources.add("etalon.baseline", text);
    let added = |before: Option<&str>| -> Vec<usize> {
        let lines = grown(file, &sources, before).sorted();
        lines.iter().map(|each| sources.get(file).line_column(each.span.start).0).collect()
    };
    assert_eq!(count(text), 3);
    assert_eq!(added(Some(text)), [0; 0]);
    assert_eq!(added(Some("E0422 web 02\nE0421 turnover 01\nE0421 turnover 01\nE0423 more 03\n")), [0; 0]);
    assert_eq!(added(Some("E0421 turnover 01\nE0422 web 02\n")), [3]);
    assert_eq!(added(Some("E0421 turnover 01\nE0421 turnover 01\nE0422 web 03\n")), [4]);
    assert_eq!(added(None), [2, 3, 4]);
}

/// The sample keeps every rule.
#[test]
fn the_sample_is_clean() {
    let run = etalon(std::path::Path::new(env!("CARGO_MANIFEST_DIR")), &["check"]);
    assert_eq!(
        (run.code, run.err.as_str()),
        (Some(0), "75 metrics, 14 sources, 5 reports: everything holds together\n")
    );
}
