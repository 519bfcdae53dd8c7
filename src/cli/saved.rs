//! Findings kept beside what was built, so that a run for which nothing has changed can say them again.

use crate::diagnostic::{Code, Diagnostic, Found, Severity};
use crate::source::{FileId, Span};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Saved {
    code: String,
    severity: u8,
    message: String,
    place: (u32, u32, u32),
    label: String,
    related: Vec<((u32, u32, u32), String)>,
    notes: Vec<String>,
    help: Vec<String>,
    about: Option<String>,
}

/// As they are numbered in a saved finding.
const SEVERITIES: [Severity; 3] = [Severity::Note, Severity::Warning, Severity::Error];

fn packed(span: Span) -> (u32, u32, u32) {
    (span.file.0, span.start, span.end)
}

fn unpacked((file, start, end): (u32, u32, u32)) -> Span {
    Span { file: FileId(file), start, end }
}

/// The findings as text. Their places hold for the very texts they were found in.
pub fn save(found: &Found) -> String {
    let saved: Vec<Saved> = found
        .clone()
        .sorted()
        .into_iter()
        .map(|diagnostic| Saved {
            code: diagnostic.code.id.to_owned(),
            severity: diagnostic.severity as u8,
            message: diagnostic.message,
            place: packed(diagnostic.span),
            label: diagnostic.label,
            related: diagnostic.related.into_iter().map(|(span, text)| (packed(span), text)).collect(),
            notes: diagnostic.notes,
            help: diagnostic.help,
            about: diagnostic.about.map(String::from),
        })
        .collect();
    serde_json::to_string(&saved).unwrap_or_default()
}

/// The findings of a text, or nothing if it is damaged.
pub fn load(text: &str) -> Option<Found> {
    let saved: Vec<Saved> = serde_json::from_str(text).ok()?;
    let mut found = Found::default();
    for each in saved {
        found.push(Diagnostic {
            code: Code::find(&each.code)?,
            severity: SEVERITIES.get(usize::from(each.severity)).copied()?,
            message: each.message,
            span: unpacked(each.place),
            label: each.label,
            related: each.related.into_iter().map(|(place, text)| (unpacked(place), text)).collect(),
            notes: each.notes,
            help: each.help,
            about: each.about.map(Into::into),
        });
    }
    Some(found)
}
