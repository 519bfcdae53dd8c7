//! `etalon test`

mod human;
mod json;
mod junit;
mod select;
mod watch;

use super::output::Output;
use super::session::Session;
use super::{Ended, Format, Outcome, ended};
use crate::diagnostic::{Diagnostic, Failure, Found};
use crate::meaning::coverage::Conditions;
use crate::project::Project;
use crate::testing::{self, Coverage, Difference, Expects, InMemory, Outcome as End, TestFile};
use clap::Args;
use std::cell::RefCell;
use std::path::Path;
use std::time::{Duration, Instant};

#[derive(Args, Debug)]
pub struct Options {
    /// Only tests with one of these in their name or their file's, or that ask for a metric of that name
    names: Vec<String>,
    /// Run again whenever a file changes, until ctrl-c
    #[arg(long)]
    watch: bool,
    /// List everything that no test exercises
    #[arg(long)]
    coverage: bool,
}

/// Runs metric tests: once, or again and again.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    if options.watch {
        return watch::run(project, output, |named| once(project, options, output, named));
    }
    once(project, options, output, &mut Vec::new())
}

/// One run. The names of the CSV files that it reads are added to `named`.
fn once(project: Option<&Path>, options: &Options, output: &Output, named: &mut Vec<String>) -> Outcome {
    let started = now();
    let mut session = Session::open(project)?;
    if session.found.has_errors() {
        let result = ended(&session.found);
        output.findings(session.found, &session.project.sources);
        return Ok(result);
    }
    let mut found = Found::default();
    let Some(ids) = session.project.read_tests(&mut found)? else { return Err(no_folder(&session.project)) };
    let csv = RefCell::new(Vec::new());
    let mut sources = std::mem::take(&mut session.project.sources);
    let load = |file: &str, path: &str| {
        let read = session.project.beside(file, path)?;
        csv.borrow_mut().push(read.0.clone());
        Ok(read)
    };
    let mut files = testing::read(&ids, &session.model, &mut sources, &load);
    named.extend(csv.into_inner());
    session.project.sources = sources;
    for diagnostic in found.sorted() {
        let file = files.iter_mut().find(|file| file.file == diagnostic.span.file);
        file.into_iter().for_each(|file| file.found.push(diagnostic.clone()));
    }
    let conditions = Conditions::of(&session.model);
    let entries = entries(&session, &files, options, &conditions);
    if entries.is_empty() {
        let said = select::nothing(&session, &files, &options.names);
        return if output.format() == Format::Human {
            output.failure(&said);
            Ok(Ended::Findings)
        } else {
            let report = Report { session: &session, entries, coverage: None, elapsed: started.elapsed() };
            print(&report, options, output);
            Ok(Ended::Findings)
        };
    }
    // What a few tests leave out says nothing.
    let wants_coverage = options.names.is_empty() || options.coverage;
    let tests = entries.iter().filter_map(|entry| entry.test);
    let coverage = wants_coverage.then(|| Coverage::of(&session.model, tests, &conditions));
    let report = Report { session: &session, entries, coverage, elapsed: started.elapsed() };
    print(&report, options, output);
    Ok(if report.entries.iter().all(Entry::passed) { Ended::Clean } else { Ended::Findings })
}

fn print(report: &Report, options: &Options, output: &Output) {
    output.print(&match output.format() {
        Format::Json => json::render(report),
        Format::Junit => junit::render(report),
        // No other format is let through to it.
        _ => human::render(report, options.coverage, output),
    });
}

/// How long a run takes is printed, and decides nothing.
#[allow(clippy::disallowed_methods)]
fn now() -> Instant {
    Instant::now()
}

/// What there is to say of a run.
struct Report<'r> {
    session: &'r Session,
    entries: Vec<Entry<'r>>,
    coverage: Option<Coverage<'r>>,
    elapsed: Duration,
}

/// One test, or one file that could not be read, and how it ended.
struct Entry<'r> {
    name: String,
    file: &'r str,
    line: usize,
    test: Option<&'r testing::Test>,
    end: End,
}

impl Entry<'_> {
    fn passed(&self) -> bool {
        matches!(self.end, End::Passed)
    }

    fn is_unreadable(&self) -> bool {
        matches!(self.end, End::Unreadable(_))
    }

    fn query(&self) -> Option<&str> {
        Some(&self.test?.question.as_ref()?.text)
    }

    fn tolerance(&self) -> Option<f64> {
        match self.test?.expects.as_ref()? {
            Expects::Rows(rows) => rows.tolerance,
            Expects::Error(_) => None,
        }
    }

    /// In one line, how it did not pass.
    fn summary(&self) -> String {
        let expected = match self.test.and_then(|test| test.expects.as_ref()) {
            Some(Expects::Error(code)) => format!("{} expected", code.id),
            _ => "rows expected".to_owned(),
        };
        match &self.end {
            End::Passed => "passed".to_owned(),
            End::Differs(Difference { rows, only_order: true, .. }) => {
                format!("{} in another order", super::counted(rows.len() / 2, "row"))
            }
            End::Differs(difference) => format!("{} not as expected", super::counted(difference.rows.len(), "row")),
            End::Answered(rows) => format!("{expected}, and {} came", super::counted(*rows, "row")),
            End::Errors(said) => format!("{expected}, and {} came", codes(said)),
            End::Unreadable(said) => format!("cannot be read: {}", codes(said)),
        }
    }
}

/// "E0201, E0204"
fn codes(said: &[Diagnostic]) -> String {
    let mut ids: Vec<&str> = said.iter().map(|diagnostic| diagnostic.code.id).collect();
    ids.dedup();
    ids.join(", ")
}

impl Report<'_> {
    /// How many passed, failed, and could not be read.
    fn counts(&self) -> (usize, usize, usize) {
        let passed = self.entries.iter().filter(|entry| entry.passed()).count();
        let unreadable = self.entries.iter().filter(|entry| entry.is_unreadable()).count();
        (passed, self.entries.len() - passed - unreadable, unreadable)
    }
}

/// Runs the tests that are asked for. A file that could not be read stands for all of its tests.
fn entries<'r>(
    session: &'r Session,
    files: &'r [TestFile],
    options: &Options,
    conditions: &Conditions,
) -> Vec<Entry<'r>> {
    let sources = &session.project.sources;
    let mut entries = Vec::new();
    let mut tests = Vec::new();
    for file in files {
        let named = sources.get(file.file);
        let picked: Vec<_> =
            file.tests.iter().filter(|test| select::picks(&options.names, &session.model, &named.name, test)).collect();
        if !file.found.is_empty() {
            if picked.is_empty() && !file.tests.is_empty() {
                continue;
            }
            let mut said = file.found.clone();
            said.extend(picked.iter().flat_map(|test| test.found.clone()));
            let line = named.line_column(file.found[0].span.start).0;
            let end = End::Unreadable(said);
            entries.push(Entry { name: named.name.clone(), file: &named.name, line, test: None, end });
            continue;
        }
        for test in picked {
            let line = named.line_column(test.span.start).0;
            tests.push((file, test));
            let (name, end) = (test.name.clone(), End::Passed);
            entries.push(Entry { name, file: &named.name, line, test: Some(test), end });
        }
    }
    let mut ends = testing::run(&tests, &session.model, &InMemory, conditions).into_iter();
    for entry in entries.iter_mut().filter(|entry| entry.test.is_some()) {
        entry.end = ends.next().expect("each test has one outcome");
    }
    entries
}

fn no_folder(project: &Project) -> Failure {
    let folder = project.tests.strip_prefix(&project.root).unwrap_or(&project.tests).display().to_string();
    Failure::other(
        format!("there are no tests: there is no folder `{folder}`"),
        format!("begin with a file `{folder}/first.yaml`:\n\n{}", select::FIRST),
    )
}
