//! Every case file, in every dialect: run on its engine, or read by its grammars.
//!
//! `ETALON_CASES=part-of-a-name` runs only the cases that have it in their path.

mod support;

use etalon::dialect::{self, Proof};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use support::case::{self, Case, Expected, Finding};
use support::engine::{self, Engine};
use support::program::{Run, etalon};
use support::proof::{self, Count, Tally};
use support::reference::Reference;
use support::rows;

/// A request in one dialect.
#[derive(PartialEq)]
enum Compiled {
    Statement(String),
    /// E0601, and the construct that it names.
    Refused(String),
    /// What the compiler said instead.
    Failed(String),
}

/// A case's statements in one dialect.
struct Statements {
    /// What loads the data, for those that run.
    seed: Result<String, String>,
    /// One for each step that expects rows, in their order.
    queries: Vec<Compiled>,
}

/// What became of a case before any engine was asked.
struct Prepared<'a> {
    case: &'a Case,
    failures: Vec<String>,
    in_dialect: BTreeMap<&'static str, Statements>,
}

#[test]
fn every_case_gives_its_rows_on_every_engine() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let (mut cases, mut failures) = case::all(&folder);
    let part = std::env::var("ETALON_CASES").ok();
    if let Some(part) = &part {
        cases.retain(|case| case.name.contains(part));
    }
    assert!(!cases.is_empty(), "no case in {}", folder.display());

    let mut engines = engine::at_hand(&engine::ALL);
    let mut grammars = engine::at_hand(&engine::GRAMMARS.map(|(_, driver)| driver));
    let spoken: Vec<&'static str> = engines.iter().map(|engine| engine.name).collect();
    let read: Vec<&'static str> = dialects_of(&grammars);
    failures.extend(proofs());
    let prepared: Vec<Prepared> = cases.par_iter().enumerate().map(|(at, case)| prepare(at, case)).collect();
    failures.extend(prepared.iter().flat_map(|prepared| prepared.failures.clone()));
    let (run, unread): (Vec<Outcome>, Vec<Unread>) = std::thread::scope(|scope| {
        let prepared = &prepared;
        let runs: Vec<_> = engines.iter_mut().map(|engine| scope.spawn(|| run_all(engine, prepared))).collect();
        let reads: Vec<_> = grammars.iter_mut().map(|grammar| scope.spawn(|| read_all(grammar, prepared))).collect();
        (
            runs.into_iter().map(|run| run.join().expect("running cases does not panic")).collect(),
            reads.into_iter().map(|read| read.join().expect("reading statements does not panic")).collect(),
        )
    });
    let unread: BTreeMap<(&str, usize, usize), Vec<String>> =
        unread.into_iter().flatten().fold(BTreeMap::new(), |mut all, (place, said)| {
            all.entry(place).or_default().push(said);
            all
        });

    let mut tally = Tally::default();
    for dialect in dialect::ALL {
        let like = engine::SAID_ALIKE.iter().find(|(own, _)| *own == dialect.name).map(|(_, other)| *other);
        let outcome = spoken.iter().position(|name| *name == like.unwrap_or(dialect.name)).map(|at| &run[at]);
        for (at, prepared) in prepared.iter().enumerate() {
            let Some(statements) = prepared.in_dialect.get(dialect.name) else {
                let of_some = !prepared.case.engines.is_empty() && prepared.case.found_by_check.is_empty();
                if of_some && has_rows(prepared.case) {
                    tally.leave_out(dialect.name, &prepared.case.name);
                }
                continue;
            };
            let mut count = Count::default();
            for (query, compiled) in statements.queries.iter().enumerate() {
                match (compiled, outcome) {
                    (Compiled::Refused(construct), _) => {
                        count.refused += 1;
                        tally.refuse(dialect.name, construct);
                    }
                    (Compiled::Failed(said), _) => {
                        count.failed += 1;
                        failures.push(format!("{}: in {}: {said}", prepared.case.path.display(), dialect.name));
                    }
                    (Compiled::Statement(own), Some(_))
                        if !like.is_none_or(|other| is_said(prepared, other, query, own)) =>
                    {
                        count.failed += 1;
                        let (path, name) = (prepared.case.path.display(), dialect.name);
                        failures.push(format!("{path}: {name} says it otherwise, and nothing ran it\n{own}"));
                    }
                    (Compiled::Statement(_), Some(outcome)) => match outcome.get(&(at, query)) {
                        None => count.run += 1,
                        Some(said) => {
                            count.failed += 1;
                            failures.push(said.clone());
                        }
                    },
                    (Compiled::Statement(_), None) => match unread.get(&(dialect.name, at, query)) {
                        None if read.contains(&dialect.name) => count.parsed += 1,
                        None => {}
                        Some(said) => {
                            count.failed += 1;
                            failures.extend(said.iter().cloned());
                        }
                    },
                }
            }
            tally.add(dialect.name, &prepared.case.name, count);
        }
    }
    report(&tally, cases.len(), &engines, &grammars);
    let all_at_hand = engines.len() == engine::ALL.len() && grammars.len() == engine::GRAMMARS.len();
    if part.is_none() && all_at_hand && failures.is_empty() {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/proof.md");
        failures.extend(proof::held(&page, &tally.page()));
    }
    assert!(failures.is_empty(), "{} failures\n\n{}\n", failures.len(), failures.join("\n\n"));
}

/// What failed of what an engine ran, by case and query.
type Outcome = BTreeMap<(usize, usize), String>;

/// Statements that a grammar did not take: the dialect, the case and the query.
type Unread = Vec<((&'static str, usize, usize), String)>;

fn dialects_of(grammars: &[Engine]) -> Vec<&'static str> {
    let at_hand = |driver: &str| grammars.iter().any(|grammar| grammar.name == driver);
    let dialects: BTreeSet<&'static str> = engine::GRAMMARS.iter().map(|(dialect, _)| *dialect).collect();
    let all = |dialect: &&'static str| {
        engine::GRAMMARS.iter().filter(|(of, _)| of == dialect).all(|(_, driver)| at_hand(driver))
    };
    dialects.into_iter().filter(all).collect()
}

/// Whether another dialect says a query in the same words, but for the comment above it.
fn is_said(prepared: &Prepared, other: &str, query: usize, own: &str) -> bool {
    match prepared.in_dialect.get(other).map(|statements| &statements.queries[query]) {
        Some(Compiled::Statement(sql)) => bare(sql) == bare(own),
        _ => false,
    }
}

/// The lines of a statement below its header, which says what it is and how it was asked for.
fn bare(sql: &str) -> Vec<&str> {
    sql.lines().filter(|line| !line.starts_with("--")).collect()
}

/// Whether both came to the same: the same statement, or the same refusal.
fn is_same(one: &Compiled, other: &Compiled) -> bool {
    match (one, other) {
        (Compiled::Statement(one), Compiled::Statement(other)) => bare(one) == bare(other),
        _ => one == other,
    }
}

/// What each dialect says of its own proof has to be what is done here.
fn proofs() -> Vec<String> {
    let wrong = dialect::ALL.into_iter().filter(|dialect| {
        let runs = engine::ALL.contains(&dialect.name);
        let alike = engine::SAID_ALIKE.iter().any(|(own, _)| *own == dialect.name);
        let is_another = engine::EMULATED.contains(&dialect.name) || engine::RELATED.contains(&dialect.name);
        let stands_in = is_another || alike;
        let grammars = engine::GRAMMARS.iter().filter(|(of, _)| *of == dialect.name).count();
        !match dialect.proof {
            Proof::Engine(_) => runs && !stands_in,
            Proof::Emulator(_) => (runs || alike) && stands_in,
            Proof::VendorGrammar(_) => !runs && grammars > 0,
            Proof::Grammars(_) => !runs && grammars > 1,
            Proof::Unproven => !runs && grammars == 0,
        }
    });
    wrong.map(|dialect| format!("{} says that it is shown otherwise than it is here", dialect.name)).collect()
}

fn report(tally: &Tally, cases: usize, engines: &[Engine], grammars: &[Engine]) {
    engine::report(&format!("\n{cases} cases; their requests by dialect\n"));
    engine::report("dialect                                          run   parsed  refused    wrong");
    for dialect in dialect::ALL {
        let by: Vec<String> = engines
            .iter()
            .filter(|engine| engine.name == dialect.name || engine::SAID_ALIKE.contains(&(dialect.name, engine.name)))
            .chain(grammars.iter().filter(|grammar| engine::GRAMMARS.contains(&(dialect.name, grammar.name))))
            .map(|engine| engine.version.clone())
            .collect();
        let by = if by.is_empty() { "NOT SHOWN HERE".to_string() } else { by.join(", ") };
        let count = tally.of(dialect.name);
        engine::report(&format!(
            "{:<48} {:>3} {:>8} {:>8} {:>8}",
            format!("{} ({by})", dialect.name),
            count.run,
            count.parsed,
            count.refused,
            count.failed
        ));
    }
}

fn has_rows(case: &Case) -> bool {
    case.steps.iter().any(|step| matches!(step.expected, Expected::Rows(_)))
}

/// Writes the case's project, checks it, and compiles it in every dialect that it is put to. The program is asked for one of them,
/// another for each case: it has to print what the compiler says by itself, which is then asked for all.
fn prepare(at: usize, case: &Case) -> Prepared<'_> {
    let project = tempfile::tempdir().expect("a temporary folder can be made");
    write_project(project.path(), case);
    let fault = |line: usize, text: String| format!("{}:{line}: {text}", case.path.display());
    let mut failures = Vec::new();

    let check = etalon(project.path(), &["check"]);
    if let Err(text) = findings_are(&case.found_by_check, check) {
        failures.push(fault(1, format!("etalon check: {text}")));
        return Prepared { case, failures, in_dialect: BTreeMap::new() };
    }
    // A dialect without an engine is asked what all engines are asked.
    let spoken = |name: &str| engine::SAID_ALIKE.iter().find(|(own, _)| *own == name).map(|(_, other)| *other);
    let asked = |name: &&'static str| match engine::ALL.contains(name) || spoken(name).is_some() {
        true => case.engines.contains(&spoken(name).unwrap_or(name)),
        false => !case.engines.is_empty(),
    };
    let dialects: Vec<&'static str> = dialect::ALL.iter().map(|dialect| dialect.name).filter(asked).collect();
    for step in &case.steps {
        let Expected::Findings(expected) = &step.expected else { continue };
        let askings: Vec<Vec<&str>> = match &dialects[..] {
            _ if step.names_dialect() => vec![vec![]],
            // No engine can answer it: it is put to the evaluator.
            [] => vec![vec!["--data", "data"]],
            dialects => dialects.iter().map(|name| vec!["--dialect", name]).collect(),
        };
        for asking in askings {
            let words: Vec<&str> = step.words.iter().map(String::as_str).chain(asking).collect();
            if let Err(text) = findings_are(expected, etalon(project.path(), &words)) {
                failures.push(fault(step.line, format!("etalon {}: {text}", words.join(" "))));
            }
        }
    }
    if !case.found_by_check.is_empty() || !has_rows(case) || dialects.is_empty() {
        return Prepared { case, failures, in_dialect: BTreeMap::new() };
    }
    let in_dialect = match compiled_alone(case, &dialects) {
        Ok(in_dialect) => in_dialect,
        Err(said) => {
            failures.push(fault(1, said));
            BTreeMap::new()
        }
    };
    let name = dialects[at % dialects.len()];
    let by_program = |words: &[String]| {
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--dialect", name]).collect();
        etalon(project.path(), &words)
    };
    if let Some(statements) = in_dialect.get(name) {
        let steps = case.steps.iter().filter(|step| matches!(step.expected, Expected::Rows(_)));
        for (step, alone) in steps.zip(&statements.queries) {
            if !is_same(&compiled(by_program(&step.words)), alone) {
                failures.push(fault(step.line, format!("the program says it otherwise than the compiler in {name}")));
            }
        }
        let seed = ["seed", "--data", "data"].map(str::to_string);
        if engine::ALL.contains(&name) && by_program(&seed).succeeded().ok() != statements.seed.as_ref().ok().cloned() {
            failures.push(fault(1, format!("the program seeds otherwise than the compiler in {name}")));
        }
    }
    Prepared { case, failures, in_dialect }
}

/// The case's statements in each dialect, without the program.
fn compiled_alone(case: &Case, dialects: &[&'static str]) -> Result<BTreeMap<&'static str, Statements>, String> {
    let mut compiler = Reference::of(case)?;
    let steps = case.steps.iter().filter(|step| matches!(step.expected, Expected::Rows(_)));
    let requests: Vec<_> = steps.map(|step| compiler.request(&step.words)).collect::<Result<_, String>>()?;
    let filled: BTreeSet<&str> = case.data.iter().map(|(name, _)| name.as_str()).collect();
    let in_dialect = |name: &&'static str| {
        let dialect = dialect::find(name).expect("a dialect is asked by its name");
        let seed = if engine::ALL.contains(name) { compiler.seed(&filled, dialect) } else { Ok(String::new()) };
        let query = |request| match compiler.statement(request, dialect) {
            Ok(sql) => Compiled::Statement(sql),
            Err(error) if error.code.id == "E0601" => refused(&error.message),
            Err(error) => Compiled::Failed(format!("{} {}", error.code.id, error.message)),
        };
        (*name, Statements { seed, queries: requests.iter().map(query).collect() })
    };
    Ok(dialects.iter().map(in_dialect).collect())
}

/// ``SQLite cannot compute `spread`: it has no exact like (with a pattern that is not a constant)``
fn refused(said: &str) -> Compiled {
    let construct = said.split("it has no exact ").nth(1).and_then(|rest| rest.lines().next());
    Compiled::Refused(construct.unwrap_or(said).trim().to_string())
}

/// What a request came to.
fn compiled(run: Run) -> Compiled {
    let codes = run.error_codes();
    if run.code != Some(0) && !codes.is_empty() && codes.iter().all(|code| code == "E0601") {
        return refused(&[run.out.as_str(), run.err.as_str()].concat());
    }
    match run.succeeded() {
        Ok(sql) => Compiled::Statement(sql),
        Err(said) => Compiled::Failed(said),
    }
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

/// Runs every case on one engine. Gives what failed.
fn run_all(engine: &mut Engine, prepared: &[Prepared]) -> Outcome {
    let mut failures = Outcome::new();
    for (at, Prepared { case, in_dialect, .. }) in prepared.iter().enumerate() {
        let Some(statements) = in_dialect.get(engine.name) else { continue };
        let runs = statements.queries.iter().any(|query| matches!(query, Compiled::Statement(_)));
        if runs {
            let failed = run_one(engine, case, statements);
            failures.extend(failed.into_iter().map(|(query, said)| ((at, query), said)));
        }
    }
    failures
}

/// Runs a case on an engine, which begins with an empty database and the case's data. Gives what failed, by query.
fn run_one(engine: &mut Engine, case: &Case, statements: &Statements) -> Vec<(usize, String)> {
    let name = engine.name;
    let fault = |line: usize, text: &str| format!("{}:{line}: on {name}: {text}", case.path.display());
    let all = |said: String| (0..statements.queries.len()).map(|query| (query, said.clone())).collect();
    let seed = match &statements.seed {
        Ok(seed) => seed,
        Err(said) => return all(fault(1, &format!("etalon seed --data data --dialect {name}: {said}"))),
    };
    if let Err(error) = engine.reset().and_then(|()| engine.run(seed)) {
        return all(fault(1, &format!("the data does not load: {error}\n{seed}")));
    }
    let mut failures = Vec::new();
    for (query, (step, expected, sql)) in statements_of(case, statements) {
        let command = format!("etalon {} --dialect {name}", step.words.join(" "));
        let outcome = engine.query(sql).map_err(|error| format!("{error}\n{sql}")).and_then(|answer| {
            rows::compare(expected, &answer, step.is_ordered()).map_err(|diff| format!("{diff}{sql}"))
        });
        failures.extend(outcome.err().map(|text| (query, fault(step.line, &format!("{command}: {text}")))));
    }
    failures
}

/// Puts every statement of the dialects that a grammar reads to it.
fn read_all(grammar: &mut Engine, prepared: &[Prepared]) -> Unread {
    let mut unread = Unread::new();
    let driver = grammar.name;
    for (dialect, _) in engine::GRAMMARS.iter().filter(|(_, of)| *of == driver) {
        for (at, Prepared { case, in_dialect, .. }) in prepared.iter().enumerate() {
            let Some(statements) = in_dialect.get(dialect) else { continue };
            for (query, (step, _, sql)) in statements_of(case, statements) {
                if let Err(error) = grammar.parse(sql) {
                    let command = format!("etalon {} --dialect {dialect}", step.words.join(" "));
                    let said = format!("{}:{}: {driver} on {command}: {error}\n{sql}", case.path.display(), step.line);
                    unread.push(((dialect, at, query), said));
                }
            }
        }
    }
    unread
}

/// The statements that a case came to, each with its step and the rows that it has to give.
fn statements_of<'s>(
    case: &'s Case,
    statements: &'s Statements,
) -> impl Iterator<Item = (usize, (&'s case::Step, &'s support::markdown::Table, &'s str))> {
    let with_rows = case.steps.iter().filter_map(|step| match &step.expected {
        Expected::Rows(table) => Some((step, table)),
        Expected::Findings(_) => None,
    });
    with_rows.zip(&statements.queries).enumerate().filter_map(|(at, ((step, table), compiled))| match compiled {
        Compiled::Statement(sql) => Some((at, (step, table, sql.as_str()))),
        Compiled::Refused(_) | Compiled::Failed(_) => None,
    })
}
