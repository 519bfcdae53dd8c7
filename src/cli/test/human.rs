//! A run of tests for people: what failed and how, the counts, and what no test exercises.

use super::{Entry, Report};
use crate::cli::output::Output;
use crate::meaning;
use crate::meaning::coverage::{Condition, Owner};
use crate::model::Model;
use crate::testing::{Coverage, Gap, GapKind, Outcome as End};
use std::fmt::Write;

/// The most lines of coverage that are shown if nobody asks for all.
const SHOWN: usize = 10;
/// The most rows of a difference.
const ROWS: usize = 50;

pub fn render(report: &Report, all_coverage: bool, output: &Output) -> String {
    let mut text = String::new();
    for entry in report.entries.iter().filter(|entry| !entry.passed()) {
        let _ = writeln!(text, "{} {}", output.red("failed:"), entry.name);
        let asked = entry.query().map(|query| format!(": {}", one_line(query))).unwrap_or_default();
        let _ = writeln!(text, "  {}:{}{asked}", entry.file, entry.line);
        let _ = writeln!(text, "\n{}", indented(details(entry, report, output).trim_end()));
    }
    let _ = writeln!(text, "{}", counts(report, output));
    if let Some(coverage) = report.coverage.as_ref().filter(|_| !output.quiet) {
        text.push_str(&covered(coverage, &report.session.model, all_coverage));
    }
    text
}

/// How a test did not pass, in lines.
pub fn details(entry: &Entry, report: &Report, output: &Output) -> String {
    match &entry.end {
        End::Passed => String::new(),
        End::Differs(difference) => {
            let table = difference.table(entry.tolerance());
            let lines: Vec<&str> = table.lines().collect();
            let mut text = lines.iter().take(ROWS + 1).fold(String::new(), |text, line| text + line + "\n");
            if lines.len() > ROWS + 1 {
                let _ = writeln!(text, "… and {} more", crate::cli::counted(lines.len() - ROWS - 1, "row"));
            }
            text + difference.legend() + "\n"
        }
        End::Answered(_) => format!("{}\n", entry.summary()),
        End::Errors(said) | End::Unreadable(said) => {
            let shown = output.rendered(said, &report.session.project.sources);
            match &entry.end {
                End::Errors(_) => format!("{}:\n\n{shown}", entry.summary()),
                _ => shown,
            }
        }
    }
}

/// `57 passed, 1 failed in 12 ms`
fn counts(report: &Report, output: &Output) -> String {
    let (passed, failed, unreadable) = report.counts();
    let mut parts = vec![format!("{passed} passed")];
    if failed > 0 || unreadable == 0 {
        let failed_text = format!("{failed} failed");
        parts.push(if failed > 0 { output.red(&failed_text) } else { failed_text });
    }
    if unreadable > 0 {
        parts.push(output.red(&format!("{unreadable} could not be read")));
    }
    format!("{} in {} ms", parts.join(", "), report.elapsed.as_millis())
}

/// Counts of what tests exercise, and what they do not.
fn covered(coverage: &Coverage, model: &Model, all: bool) -> String {
    let ((conditions, of_conditions), (branches, of_branches)) = (coverage.conditions, coverage.branches);
    let mut text = format!("coverage: {} of {} metrics asked for", coverage.metrics, model.metrics.len());
    if of_conditions > 0 {
        let _ = write!(text, ", {conditions} of {of_conditions} conditions both ways");
    }
    if of_branches > 0 {
        let _ = write!(text, ", {branches} of {of_branches} branches");
    }
    text.push('\n');
    let unasked = coverage.unasked.iter().map(|id| format!("no test asks for `{}`", model.metric(*id).name));
    let gaps = coverage.gaps.iter().map(|gap| format!("{}: {}", owner(gap, model), gap_text(gap, model)));
    let lines: Vec<String> = unasked.chain(gaps).collect();
    let shown = if all || lines.len() <= SHOWN { lines.len() } else { SHOWN - 1 };
    for line in &lines[..shown] {
        let _ = writeln!(text, "  {line}");
    }
    if lines.len() > shown {
        let _ = writeln!(text, "  … and {} more: `etalon test --coverage` lists them all", lines.len() - shown);
    }
    text
}

/// The metric or the column that a condition stands in.
pub fn owner(gap: &Gap, model: &Model) -> String {
    match gap.owner {
        Owner::Metric(id) => format!("`{}`", model.metric(id).name),
        Owner::Column(source, column) => {
            let source = model.source(source);
            format!("`{}.{}`", source.name, source.column(column).name)
        }
    }
}

/// A condition in plain words.
pub fn condition(gap: &Gap, model: &Model) -> String {
    match gap.condition {
        Condition::Row(source, expr) => meaning::row_text(model, source, expr),
        Condition::Metric(expr) => meaning::formula_text(model, expr),
    }
}

fn gap_text(gap: &Gap, model: &Model) -> String {
    let condition = condition(gap, model);
    match gap.kind {
        GapKind::NeverTrue => format!("never true: {condition}"),
        GapKind::NeverFalse => format!("never false or null: {condition}"),
        GapKind::NeverTaken => format!("branch never taken: when {condition}"),
    }
}

fn one_line(query: &str) -> String {
    query.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect()
}
