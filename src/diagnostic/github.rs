//! Diagnostics as annotations of GitHub Actions: one workflow command each.

use super::{Diagnostic, Severity};
use crate::source::Sources;

/// One line for each.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    diagnostics.iter().map(|diagnostic| line(diagnostic, sources)).collect()
}

fn line(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let file = sources.get(diagnostic.span.file);
    let ((line, column), (end_line, end_column)) =
        (file.line_column(diagnostic.span.start), file.line_column(diagnostic.span.end));
    // Columns are only taken within one line.
    let columns = if line == end_line {
        format!(",col={column},endColumn={}", end_column.max(column + 1))
    } else {
        String::new()
    };
    let notes = diagnostic.notes.iter().map(|note| format!("\n{note}"));
    let help = diagnostic.help.iter().map(|help| format!("\nhelp: {help}"));
    let text = format!("{}{}{}", diagnostic.message, notes.collect::<String>(), help.collect::<String>());
    format!(
        "::{level} file={},line={line},endLine={end_line}{columns},title={}::{}\n",
        property(&file.name),
        property(&format!("{} {}", diagnostic.code.id, diagnostic.code.name)),
        data(&text)
    )
}

/// What would end the command is written as its code.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The same for what stands before the text.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
