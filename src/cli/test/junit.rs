//! A run of tests as JUnit XML: a suite for each file.

use super::{Entry, Report, human};
use crate::cli::output::Output;
use crate::diagnostic::junit::{self, Case, End};
use crate::testing::Outcome;

pub fn render(report: &Report) -> String {
    let cases: Vec<Case> = report.entries.iter().map(|entry| case(entry, report)).collect();
    junit::document(&cases, Some(report.elapsed.as_secs_f64()))
}

fn case(entry: &Entry, report: &Report) -> Case {
    let (message, details) = (entry.summary(), || human::details(entry, report, &Output::plain()));
    let end = match &entry.end {
        Outcome::Passed => End::Passed,
        Outcome::Unreadable(_) => End::Error { message, details: details() },
        _ => End::Failed { message, details: details() },
    };
    Case { name: entry.name.clone(), file: entry.file.to_owned(), line: entry.line, end }
}
