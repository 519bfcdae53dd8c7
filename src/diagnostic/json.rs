//! Diagnostics for programs: one JSON document with a stable order of keys.

use super::{Diagnostic, Failure, Severity, Silence, Silenced};
use crate::source::{Sources, Span};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'d> {
    diagnostics: Vec<Entry<'d>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    silenced: Vec<Through<'d>>,
}

/// What was let through, and by what.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Through<'d> {
    #[serde(flatten)]
    entry: Entry<'d>,
    by: &'static str,
    says: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'d> {
    code: &'d str,
    name: &'d str,
    severity: &'static str,
    message: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<&'d str>,
    #[serde(flatten)]
    place: Place<'d>,
    label: &'d str,
    related: Vec<Related<'d>>,
    notes: &'d [String],
    help: &'d [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Related<'d> {
    #[serde(flatten)]
    place: Place<'d>,
    label: &'d str,
}

/// Lines and columns from 1, columns in characters; `start` and `end` in bytes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place<'d> {
    file: &'d str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    start: u32,
    end: u32,
}

fn place(sources: &Sources, span: Span) -> Place<'_> {
    let file = sources.get(span.file);
    let ((line, column), (end_line, end_column)) = (file.line_column(span.start), file.line_column(span.end));
    Place { file: &file.name, line, column, end_line, end_column, start: span.start, end: span.end }
}

/// The document, ending in a line end.
pub fn render(diagnostics: &[Diagnostic], silenced: &[Silenced], sources: &Sources) -> String {
    let silenced = silenced.iter().map(|each| Through {
        entry: entry(&each.diagnostic, sources),
        by: match each.by {
            Silence::Waiver { .. } => "waiver",
            Silence::Baseline => "baseline",
        },
        says: each.by.says(),
    });
    text(&Document { diagnostics: listed(diagnostics, sources), silenced: silenced.collect() })
}

/// The same as a part of another document.
pub fn entries(diagnostics: &[Diagnostic], sources: &Sources) -> serde_json::Value {
    serde_json::to_value(listed(diagnostics, sources)).unwrap_or_default()
}

fn listed<'d>(diagnostics: &'d [Diagnostic], sources: &'d Sources) -> Vec<Entry<'d>> {
    diagnostics.iter().map(|diagnostic| entry(diagnostic, sources)).collect()
}

fn entry<'d>(diagnostic: &'d Diagnostic, sources: &'d Sources) -> Entry<'d> {
    Entry {
        code: diagnostic.code.id,
        name: diagnostic.code.name,
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        message: &diagnostic.message,
        about: diagnostic.about.as_deref(),
        place: place(sources, diagnostic.span),
        label: &diagnostic.label,
        related: diagnostic
            .related
            .iter()
            .map(|(span, label)| Related { place: place(sources, *span), label })
            .collect(),
        notes: &diagnostic.notes,
        help: &diagnostic.help,
    }
}

/// A failure as a document of its own.
pub fn failure(failure: &Failure) -> String {
    text(&serde_json::json!({ "failure": failure.to_string(), "help": failure.help() }))
}

fn text(document: &impl Serialize) -> String {
    let mut text =
        serde_json::to_string_pretty(document).unwrap_or_else(|error| format!("{{\"failure\":\"{error}\"}}"));
    text.push('\n');
    text
}
