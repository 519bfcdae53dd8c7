//! Diagnostics as workflow commands, which GitHub Actions shows beside the lines of a pull request.

use super::{Diagnostic, Failure, Severity, Silenced};
use crate::source::Sources;
use std::fmt::Write;

/// A line each, errors first: GitHub shows the first ten of a kind in a step.
pub fn render(diagnostics: &[Diagnostic], silenced: &[Silenced], sources: &Sources) -> String {
    let mut order: Vec<&Diagnostic> = diagnostics.iter().collect();
    order.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
    let mut text = String::new();
    for diagnostic in order {
        let word = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        command(&mut text, word, diagnostic, &diagnostic.lines(), sources);
    }
    for each in silenced {
        let said = format!("{}\n{}", each.by.says(), each.diagnostic.message);
        command(&mut text, "notice", &each.diagnostic, &said, sources);
    }
    text
}

fn command(text: &mut String, word: &str, diagnostic: &Diagnostic, said: &str, sources: &Sources) {
    let span = diagnostic.span;
    let file = sources.get(span.file);
    let ((line, column), (end_line, end_column)) = (file.line_column(span.start), file.line_column(span.end));
    let _ = write!(text, "::{word} file={},line={line},endLine={end_line}", property(&sources.path(span.file)));
    // Columns count where a place lies within one line.
    if line == end_line {
        let _ = write!(text, ",col={column},endColumn={}", end_column.max(column));
    }
    let title = format!("{} {}", diagnostic.code.id, diagnostic.code.name);
    let _ = writeln!(text, ",title={}::{}", property(&title), data(said));
}

/// A failure, as an error without a place.
pub fn failure(failure: &Failure) -> String {
    let help = failure.help().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    format!("::error title=etalon could not run::{}\n", data(&format!("{failure}{help}")))
}

/// A text after the `::`, as GitHub's own toolkit writes it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text between `=` and `,`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
