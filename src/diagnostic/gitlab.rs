//! Diagnostics as a report of code quality, which GitLab shows in a merge request.

use super::fingerprint::fingerprints;
use super::{Diagnostic, Failure, Severity, Silenced};
use crate::source::Sources;
use serde::Serialize;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// The report, ending in a line end. GitLab has no word for what was let through: it is listed as information.
pub fn render(diagnostics: &[Diagnostic], silenced: &[Silenced], sources: &Sources) -> String {
    let all = || diagnostics.iter().chain(silenced.iter().map(|each| &each.diagnostic));
    let said = diagnostics.iter().map(|diagnostic| (severity(diagnostic), diagnostic.lines()));
    let let_through = silenced.iter().map(|each| ("info", format!("{} ({})", each.diagnostic.message, each.by.says())));
    let issues: Vec<Issue> = all()
        .zip(said.chain(let_through))
        .zip(fingerprints(all(), sources))
        .map(|((diagnostic, (severity, description)), fingerprint)| {
            let file = sources.get(diagnostic.span.file);
            let line = |offset| file.line_column(offset).0;
            let lines = Lines { begin: line(diagnostic.span.start), end: line(diagnostic.span.end) };
            let check_name = format!("{} {}", diagnostic.code.id, diagnostic.code.name);
            let location = Location { path: sources.path(diagnostic.span.file), lines };
            Issue { description, check_name, fingerprint, severity, location }
        })
        .collect();
    text(&issues)
}

fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "critical",
        Severity::Warning => "minor",
        Severity::Note => "info",
    }
}

/// A failure as the only issue, for an empty list would say that all is well. An issue has to have a place.
pub fn failure(failure: &Failure) -> String {
    let help = failure.help().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    text(&[Issue {
        description: format!("etalon could not run: {failure}{help}"),
        check_name: "could-not-run".to_owned(),
        fingerprint: "could-not-run:1".to_owned(),
        severity: "blocker",
        location: Location { path: "etalon.yaml".to_owned(), lines: Lines { begin: 1, end: 1 } },
    }])
}

fn text(issues: &[Issue]) -> String {
    // Of texts and numbers alone there is nothing that JSON cannot say.
    serde_json::to_string_pretty(issues).unwrap_or_default() + "\n"
}
