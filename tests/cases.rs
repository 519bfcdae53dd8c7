//! Every case file, on every engine at hand.
//!
//! `ETALON_CASES=part-of-a-name` runs only the cases that have it in their path.

mod support;

use etalon::dialect;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use support::case::{self, Case, Expected, Finding};
use support::engine::{self, Engine};
use support::program::{Run, etalon};
use support::rows;

/// A case's statements for one engine, or what the compiler said instead.
struct Compiled {
    seed: Result<String, String>,
    /// One for each step that expects rows, in their order.
    queries: Vec<Result<String, String>>,
}

/// What became of a case before any engine was asked.
struct Prepared<'a> {
    case: &'a Case,
    failures: Vec<String>,
    for_engine: BTreeMap<&'static str, Compiled>,
    /// By dialect that no engine speaks here: how many requests passed its grammar, and how many it cannot express.
    parsed: BTreeMap<&'static str, (usize, usize)>,
}

#[test]
fn every_case_gives_its_rows_on_every_engine() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let (mut cases, mut failures) = case::all(&folder);
    if let Ok(part) = std::env::var("ETALON_CASES") {
        cases.retain(|case| case.name.contains(&part));
    }
    assert!(!cases.is_empty(), "no case in {}", folder.display());

    let mut engines = engine::at_hand(&engine::ALL);
    let names: Vec<&'static str> = engines.iter().map(|engine| engine.name).collect();
    let prepared: Vec<Prepared> = cases.par_iter().map(|case| prepare(case, &names)).collect();
    failures.extend(prepared.iter().flat_map(|prepared| prepared.failures.clone()));
    let outcomes: Vec<(usize, Vec<String>)> = std::thread::scope(|scope| {
        let runs: Vec<_> = engines.iter_mut().map(|engine| scope.spawn(|| run_all(engine, &prepared))).collect();
        runs.into_iter().map(|run| run.join().expect("running cases does not panic")).collect()
    });

    let with_rows =
        cases.iter().filter(|case| case.steps.iter().any(|s| matches!(s.expected, Expected::Rows(_)))).count();
    engine::report(&format!(
        "\n{} cases, {with_rows} of them with rows\nengine              run   not run   failed",
        cases.len()
    ));
    for name in engine::ALL {
        let (label, run, failed) = match engines.iter().position(|engine| engine.name == name) {
            Some(at) => (format!("{name} {}", engines[at].version), outcomes[at].0, outcomes[at].1.len()),
            None => (name.to_string(), 0, 0),
        };
        engine::report(&format!("{label:<18} {run:>4} {:>9} {failed:>8}", with_rows - run));
    }
    engine::report("\nother dialects    parsed   refused (requests)");
    for dialect in dialect::ALL.iter().filter(|dialect| !engine::ALL.contains(&dialect.name)) {
        let counts = prepared.iter().filter_map(|prepared| prepared.parsed.get(dialect.name));
        let (parsed, refused) = counts.fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
        engine::report(&format!("{:<18} {parsed:>5} {refused:>9}", dialect.name));
    }
    failures.extend(outcomes.into_iter().flat_map(|(_, failures)| failures));
    assert!(failures.is_empty(), "{} failures\n\n{}\n", failures.len(), failures.join("\n\n"));
}

/// Writes the case's project, checks it, and compiles what the engines are to run.
fn prepare<'a>(case: &'a Case, engines: &[&'static str]) -> Prepared<'a> {
    let project = tempfile::tempdir().expect("a temporary folder can be made");
    write_project(project.path(), case);
    let fault = |line: usize, text: String| format!("{}:{line}: {text}", case.path.display());
    let mut failures = Vec::new();

    let check = etalon(project.path(), &["check"]);
    if let Err(text) = findings_are(&case.found_by_check, check) {
        failures.push(fault(1, format!("etalon check: {text}")));
        return Prepared { case, failures, for_engine: BTreeMap::new(), parsed: BTreeMap::new() };
    }
    for step in &case.steps {
        let Expected::Findings(expected) = &step.expected else { continue };
        let askings: Vec<Vec<&str>> = match &case.engines[..] {
            _ if step.names_dialect() => vec![vec![]],
            // No engine can answer it: it is put to the evaluator.
            [] => vec![vec!["--data", "data"]],
            engines => engines.iter().map(|name| vec!["--dialect", name]).collect(),
        };
        for asking in askings {
            let words: Vec<&str> = step.words.iter().map(String::as_str).chain(asking).collect();
            if let Err(text) = findings_are(expected, etalon(project.path(), &words)) {
                failures.push(fault(step.line, format!("etalon {}: {text}", words.join(" "))));
            }
        }
    }
    let compile = |name: &'static str| {
        let in_dialect = |words: &[String]| {
            let words: Vec<&str> = words.iter().map(String::as_str).chain(["--dialect", name]).collect();
            etalon(project.path(), &words).succeeded()
        };
        let seed = in_dialect(&["seed", "--data", "data"].map(str::to_string));
        let with_rows = case.steps.iter().filter(|step| matches!(step.expected, Expected::Rows(_)));
        (name, Compiled { seed, queries: with_rows.map(|step| in_dialect(&step.words)).collect() })
    };
    let wanted = engines.iter().filter(|name| case.engines.contains(name));
    let for_engine =
        if case.found_by_check.is_empty() { wanted.map(|name| compile(name)).collect() } else { BTreeMap::new() };
    let mut parsed = BTreeMap::new();
    let asked_of_engines = !case.engines.is_empty() && case.found_by_check.is_empty();
    for dialect in dialect::ALL.iter().filter(|dialect| asked_of_engines && !engine::ALL.contains(&dialect.name)) {
        let count: &mut (usize, usize) = parsed.entry(dialect.name).or_default();
        for step in case.steps.iter().filter(|step| matches!(step.expected, Expected::Rows(_))) {
            let words: Vec<&str> = step.words.iter().map(String::as_str).chain(["--dialect", dialect.name]).collect();
            let run = etalon(project.path(), &words);
            match &run.error_codes()[..] {
                [] if run.code == Some(0) => count.0 += 1,
                [code] if code == "E0601" => count.1 += 1,
                _ => failures.push(fault(step.line, format!("etalon {}: {}{}", words.join(" "), run.out, run.err))),
            }
        }
    }
    Prepared { case, failures, for_engine, parsed }
}

fn write_project(folder: &Path, case: &Case) {
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    };
    write("etalon.yaml", if case.config.is_empty() { "project: case\n" } else { &case.config });
    write("metrics/model.metric", &case.model);
    std::fs::create_dir_all(folder.join("data")).expect("a folder can be made");
    for (source, table) in &case.data {
        write(&format!("data/{source}.csv"), &case::csv(table));
    }
}

/// Whether a run reported just these errors, each once; none means that it went well.
fn findings_are(expected: &[Finding], run: Run) -> Result<(), String> {
    let mut codes: Vec<&str> = expected.iter().map(|finding| finding.code.as_str()).collect();
    codes.sort_unstable();
    let said = format!("{}{}", run.out, run.err);
    let exit = if codes.is_empty() { 0 } else { 1 };
    if run.error_codes() != codes || run.code != Some(exit) {
        let found = run.error_codes();
        return Err(format!(
            "expected errors {codes:?} and exit {exit}, found {found:?} and exit {:?}\n{said}",
            run.code
        ));
    }
    let said_plainly = said.split_whitespace().collect::<Vec<_>>().join(" ");
    match expected.iter().flat_map(|finding| &finding.says).find(|piece| !said_plainly.contains(piece.as_str())) {
        Some(piece) => Err(format!("expected the message to say `{piece}`\n{said}")),
        None => Ok(()),
    }
}

/// Runs every case on one engine: how many were run, and what failed.
fn run_all(engine: &mut Engine, prepared: &[Prepared]) -> (usize, Vec<String>) {
    let mut failures = Vec::new();
    let mut run = 0;
    for Prepared { case, for_engine, .. } in prepared {
        let Some(compiled) = for_engine.get(engine.name).filter(|compiled| !compiled.queries.is_empty()) else {
            continue;
        };
        run += 1;
        failures.extend(run_one(engine, case, compiled));
    }
    (run, failures)
}

/// Runs a case on an engine, which begins with an empty database and the case's data. Gives what failed.
fn run_one(engine: &mut Engine, case: &Case, compiled: &Compiled) -> Vec<String> {
    let name = engine.name;
    let fault = |line: usize, text: &str| format!("{}:{line}: on {name}: {text}", case.path.display());
    let seed = match &compiled.seed {
        Ok(seed) => seed,
        Err(said) => return vec![fault(1, &format!("etalon seed --data data --dialect {name}: {said}"))],
    };
    if let Err(error) = engine.reset().and_then(|()| engine.run(seed)) {
        return vec![fault(1, &format!("the data does not load: {error}\n{seed}"))];
    }
    let mut failures = Vec::new();
    let with_rows = case.steps.iter().filter_map(|step| match &step.expected {
        Expected::Rows(table) => Some((step, table)),
        Expected::Findings(_) => None,
    });
    for ((step, expected), sql) in with_rows.zip(&compiled.queries) {
        let command = format!("etalon {} --dialect {name}", step.words.join(" "));
        let outcome = match sql {
            Err(said) => Err(said.clone()),
            Ok(sql) => engine.query(sql).map_err(|error| format!("{error}\n{sql}")).and_then(|answer| {
                rows::compare(expected, &answer, step.is_ordered()).map_err(|diff| format!("{diff}{sql}"))
            }),
        };
        failures.extend(outcome.err().map(|text| fault(step.line, &format!("{command}: {text}"))));
    }
    failures
}
