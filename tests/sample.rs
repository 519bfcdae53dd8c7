//! The sample project: its rows against numbers worked out without the compiler, and everything it compiles on real engines.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use support::case;
use support::engine::{self, Engine};
use support::markdown::{Piece, Table, pieces};
use support::program::etalon;
use support::reference::Reference;
use support::rows::{self, Answer};
use support::sample::{REQUESTS, with_engines, with_more};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The engines at hand, each with the sample's data.
fn seeded() -> Vec<Engine> {
    let mut engines = engine::at_hand(&engine::ALL);
    engine::each(&mut engines, |engine| {
        let name = engine.name;
        let seed = etalon(root(), &["seed", "--project", env!("CARGO_MANIFEST_DIR"), "--dialect", name]);
        let seed = seed.succeeded().unwrap_or_else(|said| panic!("etalon seed --dialect {name}: {said}"));
        let loaded = engine.reset().and_then(|()| engine.run(&seed));
        loaded.unwrap_or_else(|error| panic!("{name}: the sample's data does not load: {error}"));
    });
    engines
}

/// The sample on the evaluator.
fn reference(project: &Path) -> Reference {
    Reference::of_project(project, &root().join("metrics/data")).unwrap_or_else(|error| panic!("the sample: {error}"))
}

/// The requests of `expected.md`, each with its rows.
fn expected() -> Vec<(Vec<String>, Table)> {
    let path = root().join("metrics/data/expected.md");
    let text = std::fs::read_to_string(&path).expect("expected.md can be read");
    let place = |line: usize, what: &str| format!("{}:{line}: {what}", path.display());
    let mut request: Option<Vec<String>> = None;
    let mut all = Vec::new();
    for piece in pieces(&text).unwrap_or_else(|error| panic!("{}:{error}", path.display())) {
        match piece {
            Piece::Heading { line, level: 2, text } => {
                assert!(request.is_none(), "{}", place(line, "the request before this one has no rows"));
                let command = text.strip_prefix("`etalon ").and_then(|rest| rest.strip_suffix('`'));
                let command = command.unwrap_or_else(|| panic!("{}", place(line, "a heading is an etalon command")));
                request = Some(case::words(command).unwrap_or_else(|error| panic!("{}", place(line, &error))));
            }
            Piece::Table(table) => {
                let line = table.line;
                let words = request.take().unwrap_or_else(|| panic!("{}", place(line, "rows of no request")));
                assert!(!table.rows.is_empty(), "{}", place(line, "no rows, so nothing is proved"));
                all.push((words, table));
            }
            _ => {}
        }
    }
    assert!(request.is_none(), "the last request of {} has no rows", path.display());
    assert!(!all.is_empty(), "no request in {}", path.display());
    all
}

#[test]
fn the_rows_are_those_worked_out_without_the_compiler() {
    let expected = expected();
    let mut failures: Vec<String> = engine::each(&mut seeded(), |engine| {
        let name = engine.name;
        let mut failures = Vec::new();
        for (words, table) in &expected {
            let mut table = table.clone();
            // A key of several words is one name in SQL.
            table.columns.iter_mut().for_each(|name| *name = name.replace('.', "_"));
            let command = words.iter().map(String::as_str).chain(["--dialect", name]).collect::<Vec<_>>();
            let outcome = etalon(root(), &command).succeeded().and_then(|sql| {
                let answer = engine.query(&sql).map_err(|error| format!("{error}\n{sql}"))?;
                rows::compare(&table, &answer, false).map_err(|diff| format!("{diff}{sql}"))
            });
            failures.extend(outcome.err().map(|text| format!("etalon {}: {text}", command.join(" "))));
        }
        engine::report(&format!("sample: {} requests on {name} {}", expected.len(), engine.version));
        failures
    })
    .concat();
    let mut reference = reference(root());
    for (words, table) in &expected {
        let mut table = table.clone();
        table.columns.iter_mut().for_each(|name| *name = name.replace('.', "_"));
        let outcome = reference.answer(words).and_then(|answer| rows::compare(&table, &answer, false));
        failures.extend(outcome.err().map(|text| format!("by the definitions: etalon {}: {text}", words.join(" "))));
    }
    assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn everything_compiled_runs_and_gives_the_same_rows_on_every_engine() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let build = folder.path().join("build");
    let out = build.display().to_string();
    let mut engines = seeded();
    let project = with_engines(&engines.iter().map(|engine| engine.name).collect::<Vec<_>>());
    let compile = etalon(project.path(), &["compile", "--out", &out]);
    compile.succeeded().unwrap_or_else(|said| panic!("etalon compile: {said}"));
    let outcomes: Vec<(BTreeMap<String, Answer>, Vec<String>)> =
        engine::each(&mut engines, |engine| run_all(engine, &build));
    let mut failures: Vec<String> = outcomes.iter().flat_map(|(_, failures)| failures.clone()).collect();
    // What the definitions say, against what each engine says.
    let by_definition = reference(root()).published();
    for ((answers, _), engine) in outcomes.iter().zip(&engines) {
        if answers.len() != by_definition.len() {
            failures.push(format!("{} ran {} of {} statements", engine.name, answers.len(), by_definition.len()));
        }
        for (file, answer) in answers {
            let outcome = match by_definition.get(file) {
                Some(said) => rows::compare(&rows::as_table(said), answer, false),
                None => Err("nothing of that name is published".to_string()),
            };
            failures.extend(outcome.err().map(|diff| format!("{file}: {} differs: {diff}", engine.name)));
        }
    }
    if let Some(((reference, _), others)) = outcomes.split_first() {
        let base = engines[0].name;
        for ((answers, _), engine) in others.iter().zip(&engines[1..]) {
            let name = engine.name;
            let files: Vec<&String> = answers.keys().collect();
            if failures.is_empty() && files != reference.keys().collect::<Vec<_>>() {
                failures.push(format!("{base} and {name} have statements in different files: {files:?}"));
            }
            for (file, answer) in answers {
                let Some(first) = reference.get(file) else { continue };
                let outcome = rows::compare(&rows::as_table(first), answer, false);
                failures.extend(outcome.err().map(|diff| format!("{file}: {name} differs from {base}: {diff}")));
            }
        }
    }
    assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn every_kind_of_request_gives_the_same_rows_on_every_engine() {
    let project = with_more();
    let mut by_definition = reference(project.path());
    let requests: Vec<(&str, Vec<String>)> =
        REQUESTS.map(|(what, request)| (what, case::words(request).expect("a request is well formed"))).to_vec();
    let expected: Vec<Table> = requests
        .iter()
        .map(|(what, words)| {
            let answer =
                by_definition.answer(words).unwrap_or_else(|error| panic!("{what}: by the definitions: {error}"));
            assert!(!answer.rows.is_empty(), "{what}: no rows, so nothing is proved");
            rows::as_table(&answer)
        })
        .collect();
    let failures: Vec<String> = engine::each(&mut seeded(), |engine| {
        let name = engine.name;
        let mut failures = Vec::new();
        for ((what, words), table) in requests.iter().zip(&expected) {
            let ordered = words.iter().any(|word| word == "--order");
            let command: Vec<&str> = words.iter().map(String::as_str).chain(["--dialect", name]).collect();
            let outcome = etalon(project.path(), &command).succeeded().and_then(|sql| {
                let answer = engine.query(&sql).map_err(|error| format!("{error}\n{sql}"))?;
                rows::compare(table, &answer, ordered).map_err(|diff| format!("{name} differs: {diff}"))
            });
            failures.extend(outcome.err().map(|text| format!("{what}: etalon {}: {text}", command.join(" "))));
        }
        failures
    })
    .concat();
    assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n\n"));
}

/// Runs every statement of the warehouse of an engine: the rows by file, and what failed.
fn run_all(engine: &mut Engine, build: &Path) -> (BTreeMap<String, Answer>, Vec<String>) {
    let folder = build.join(format!("{}_local", engine.name));
    let (mut answers, mut failures) = (BTreeMap::new(), Vec::new());
    for path in statements(&folder) {
        let sql = std::fs::read_to_string(&path).expect("a statement is UTF-8");
        let file = path.strip_prefix(&folder).expect("a file of this folder").display().to_string();
        match engine.query(&sql) {
            Ok(answer) => drop(answers.insert(file, answer)),
            Err(error) => failures.push(format!("{}/{file}: {error}\n{sql}", engine.name)),
        }
    }
    let count = answers.len() + failures.len();
    if count == 0 {
        failures.push(format!("no statement in {}", folder.display()));
    }
    let given = answers.values().filter(|answer| !answer.rows.is_empty()).count();
    engine::report(&format!("sample: {count} compiled statements on {}, {given} of them gave rows", engine.name));
    (answers, failures)
}

/// The files with SQL in a folder and its folders.
fn statements(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display())) {
            let path = entry.expect("a folder can be read to its end").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "sql") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
