//! Every page of a code: its example gives that code, and mended it does not.

mod reading;
mod support;

use etalon::diagnostic::{ALL, Found, Severity};
use etalon::govern::Side;
use etalon::govern::change::{Effort, changes};
use etalon::meaning::coverage::Conditions;
use etalon::source::Sources;
use etalon::testing::{InMemory, Outcome};
use etalon::{check, model, syntax, testing};
use reading::read_and_check;
use support::program::etalon;
use support::sample::write;

/// What the test files on pages are about.
const SHOP: &str = "
source orders {
  key  order_id
  time ordered_at
  order_id    integer
  customer_id integer?
  amount      decimal(12, 2) in usd
  status      text
  ordered_at  timestamp
}
metric revenue = sum(amount) from orders
";

/// Runs a test file about the shop: the codes of all errors that come, and whether all its tests pass.
fn test_file(text: &str) -> (Vec<&'static str>, bool) {
    let mut sources = Sources::default();
    let definitions = sources.add("shop.metric", SHOP);
    let mut found = Found::default();
    let ast = syntax::parse(&sources, &[definitions], &mut found);
    let model = check::check(&ast, &model::Calendar::default(), &mut found);
    assert!(found.is_empty(), "{found:?}");
    let file = sources.add("tests/page.yaml", text);
    let load = |_: &str, path: &str| match path {
        "data/orders.csv" => Ok((path.to_owned(), "order_id,amount\n1,10.00\n".to_owned())),
        _ => Err("there is no such file".to_owned()),
    };
    let files = testing::read(&[file], &model, &mut sources, &load);
    let mut codes: Vec<&str> = files.iter().flat_map(|file| &file.found).map(|each| each.code.id).collect();
    let tests: Vec<_> = files.iter().flat_map(|file| file.tests.iter().map(move |test| (file, test))).collect();
    let outcomes = testing::run(&tests, &model, &InMemory, &Conditions::of(&model));
    let passed = !outcomes.is_empty() && outcomes.iter().all(|outcome| matches!(outcome, Outcome::Passed));
    for outcome in &outcomes {
        if let Outcome::Errors(said) | Outcome::Unreadable(said) = outcome {
            codes.extend(said.iter().map(|each| each.code.id));
        }
    }
    (codes, passed)
}

/// The codes of what changes from one text to another.
fn changed(before: &str, after: &str) -> Vec<&'static str> {
    let read = |text: &str| {
        let mut sources = Sources::default();
        let mut found = Found::default();
        let file = sources.add("shop.metric", text);
        let ast = syntax::parse(&sources, &[file], &mut found);
        let model = check::check(&ast, &model::Calendar::default(), &mut found);
        assert!(!found.has_errors(), "{found:?}");
        (sources, model)
    };
    let (base, now) = (read(before), read(after));
    let all =
        changes(&Side::of_definitions(&base.1, &base.0), &Side::of_definitions(&now.1, &now.0), &[], &Effort::CLASSES)
            .all;
    all.iter().map(|change| change.class.code().id).collect()
}

/// What settings are read beside: one number under two names, and a team.
const TWICE: &str = "
metric turnover = sum(amount) from orders
team finance 'Finance' { lead 'ines@acme.example' paid on nothing }
";

/// What `etalon check` says of the shop with this etalon.yaml.
fn with_settings(text: &str) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(folder.path(), "etalon.yaml", text);
    write(folder.path(), "metrics/shop.metric", &format!("{SHOP}{TWICE}"));
    etalon(folder.path(), &["check"]).err
}

/// The first block of code below a heading: its language and its text.
fn block<'p>(page: &'p str, heading: &str) -> Option<(&'p str, &'p str)> {
    let section = page.split("\n## ").find_map(|section| section.strip_prefix(heading))?;
    let (_, rest) = section.split_once("```")?;
    let (language, rest) = rest.split_once('\n')?;
    Some((language, rest.split("\n```").next()?))
}

#[test]
fn every_example_gives_its_code_and_mended_does_not() {
    let mut wrong = Vec::new();
    let (mut checked, mut other) = (0, 0);
    for code in ALL.iter().flat_map(|family| family.iter()) {
        let (Some((language, example)), Some((_, mended))) =
            (block(code.page, "Example\n"), block(code.page, "Mended\n"))
        else {
            wrong.push(format!("{}: the page has no example or does not mend it", code.id));
            continue;
        };
        if let Some((_, before)) = block(code.page, "Before\n") {
            checked += 1;
            let (given, left) = (changed(before, example), changed(before, mended));
            if !given.contains(&code.id) {
                wrong.push(format!("{}: the example does not give it, but {given:?}", code.id));
            }
            if left.contains(&code.id) {
                wrong.push(format!("{}: mended it still gives {left:?}", code.id));
            }
            continue;
        }
        if language == "yaml" && example.contains("tests:") {
            checked += 1;
            let (codes, _) = test_file(example);
            if !codes.contains(&code.id) {
                wrong.push(format!("{}: the example does not give it, but {codes:?}", code.id));
            }
            let (codes, passed) = test_file(mended);
            if !codes.is_empty() || !passed {
                wrong.push(format!("{}: mended it does not pass: {codes:?}", code.id));
            }
            continue;
        }
        if language == "yaml" && code.id.starts_with('G') {
            checked += 1;
            let found = format!("[{}]", code.id);
            let said = with_settings(example);
            if !said.contains(&found) {
                wrong.push(format!("{}: the example does not give it, but\n{said}", code.id));
            }
            let said = with_settings(mended);
            if said.contains(&found) || said.contains("error[") {
                wrong.push(format!("{}: mended it still gives\n{said}", code.id));
            }
            continue;
        }
        if language != "etalon" {
            // Those of agreement, trust and what was emitted are steps in a repository: each is taken in a test of its own.
            let is_scenario = ["G01", "G02", "G06"].iter().any(|family| code.id.starts_with(family));
            other += usize::from(!is_scenario);
            continue;
        }
        checked += 1;
        let said = read_and_check(example);
        if !said.codes().contains(&code.id) {
            wrong.push(format!("{}: the example does not give it, but\n{}", code.id, said.lines()));
        }
        let said = read_and_check(mended);
        if said.all.iter().any(|each| each.code.id == code.id || each.code.severity == Severity::Error) {
            wrong.push(format!("{}: mended it still gives\n{}", code.id, said.lines()));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    // The examples of the others are commands and settings, which other tests run.
    assert!(checked >= 45 && other <= 40, "{checked} pages were checked, {other} were not");
}

/// The manual lists each rule, with the level that it has by itself.
#[test]
fn the_manual_lists_every_rule() {
    let manual = include_str!("../docs/rules.md");
    for code in ALL.iter().flat_map(|family| family.iter()).filter(|code| code.is_rule()) {
        let level = if code.severity == Severity::Note { "note" } else { "warn" };
        let line = format!("| {} | `{}` | {level} | ", code.id, code.name);
        assert!(manual.contains(&line), "docs/rules.md has no line {line}");
    }
}
