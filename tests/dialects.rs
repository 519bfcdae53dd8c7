//! `etalon dialects`: each warehouse's page, kept in the docs, and what the tool says of how a dialect was shown.

mod support;

use etalon::dialect::{self, Proof};
use std::collections::BTreeSet;
use std::path::Path;
use support::engine;
use support::program::etalon;
use support::proof;

#[test]
fn the_docs_have_the_page_of_each_dialect() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/dialects");
    let anywhere = tempfile::tempdir().expect("a temporary folder can be made");
    let mut failures = Vec::new();
    for dialect in dialect::ALL {
        let page = etalon(anywhere.path(), &["dialects", dialect.name]).succeeded().expect("a page needs no project");
        failures.extend(proof::held(&folder.join(format!("{}.md", dialect.name)), &page));
        assert!(page.contains(&dialect.proof.says()), "{} does not say how it was shown", dialect.name);
    }
    let kept = std::fs::read_dir(&folder).expect("the pages are there").count();
    assert_eq!(kept, dialect::ALL.len(), "a page for each dialect, and no other");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn what_was_not_run_is_called_unproven() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    std::fs::create_dir_all(folder.path().join("metrics")).expect("a folder can be made");
    let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).expect("a file can be written");
    write("etalon.yaml", "project: proofs\n");
    write("metrics/model.metric", "source s {\n  key k\n  k integer\n}\nmetric c = count() from s\n");
    let list = etalon(folder.path(), &["dialects"]).succeeded().expect("a list");
    for dialect in dialect::ALL {
        let line = list.lines().find(|line| line.split_whitespace().next() == Some(dialect.name)).expect("a line each");
        let sql = etalon(folder.path(), &["query", "c", "--dialect", dialect.name]).succeeded().expect("a statement");
        let was_run = matches!(dialect.proof, Proof::Engine(_) | Proof::Emulator(_));
        assert_eq!(!was_run, line.contains("unproven"), "{line}");
        assert_eq!(!was_run, sql.contains("unproven"), "{sql}");
    }
}

/// `tests/run` requires all that have a driver: one that nobody asks, or that is gone, would go unseen.
#[test]
fn every_driver_is_asked_and_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engines/drivers");
    let files = std::fs::read_dir(&folder).expect("the drivers are there").map(|entry| entry.expect("a file").path());
    let is_driver = |path: &std::path::PathBuf| path.extension().is_some_and(|ending| ending == "py");
    let stem = |path: std::path::PathBuf| path.file_stem().expect("a name").to_string_lossy().into_owned();
    let there: BTreeSet<String> = files.filter(is_driver).map(stem).collect();
    let asked = engine::ALL.into_iter().chain(engine::GRAMMARS.map(|(_, driver)| driver));
    assert_eq!(there, asked.map(str::to_owned).collect());
}

#[test]
fn a_dialect_that_is_not_there_is_answered_by_its_neighbour() {
    let anywhere = tempfile::tempdir().expect("a temporary folder can be made");
    let run = etalon(anywhere.path(), &["dialects", "postgre"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.err.contains("there is no dialect `postgre`") && run.err.contains("did you mean `postgres`?"),
        "{}",
        run.err
    );
}

#[test]
fn a_name_that_a_warehouse_would_cut_is_refused_there_and_nowhere_else() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    std::fs::create_dir_all(folder.path().join("metrics")).expect("a folder can be made");
    let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).expect("a file can be written");
    write("etalon.yaml", "project: names\n");
    let name = "n".repeat(66);
    write("metrics/model.metric", &format!("source s {{\n  key k\n  k integer\n}}\nmetric {name} = count() from s\n"));
    let ask = |dialect: &str| etalon(folder.path(), &["query", &name, "--dialect", dialect]);
    for (dialect, most) in [("postgres", "63 bytes"), ("mysql", "64 letters"), ("mariadb", "64 letters")] {
        let run = ask(dialect);
        assert_eq!(run.error_codes(), ["E0601"], "{}", run.err);
        assert!(
            format!("{}{}", run.out, run.err).contains(&format!("names have at most {most}")),
            "{}{}",
            run.out,
            run.err
        );
    }
    for dialect in ["duckdb", "sqlite", "bigquery", "snowflake", "spark"] {
        ask(dialect).succeeded().unwrap_or_else(|said| panic!("{dialect}: {said}"));
    }
}
