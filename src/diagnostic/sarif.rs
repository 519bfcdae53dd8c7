//! Diagnostics in SARIF 2.1.0, as code scanning reads them.

use super::{Code, Diagnostic, Severity};
use crate::source::{Sources, Span};
use serde_json::{Value, json};

/// One document with one run.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut codes: Vec<&Code> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    codes.sort_by_key(|code| code.id);
    codes.dedup_by_key(|code| code.id);
    let rules: Vec<Value> = codes.iter().map(|code| rule(code)).collect();
    let results: Vec<Value> = diagnostics.iter().map(|diagnostic| result(diagnostic, sources)).collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "etalon", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{}\n", serde_json::to_string_pretty(&document).unwrap_or_default())
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn rule(code: &Code) -> Value {
    json!({
        "id": code.id,
        "name": code.name,
        "help": { "text": code.page, "markdown": code.page },
        "defaultConfiguration": { "level": level(code.severity) },
    })
}

fn result(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let more = diagnostic.notes.iter().cloned().chain(diagnostic.help.iter().map(|help| format!("help: {help}")));
    let text = std::iter::once(diagnostic.message.clone()).chain(more).collect::<Vec<_>>().join("\n");
    let related = diagnostic.related.iter().map(|(span, label)| {
        let mut place = location(*span, sources);
        place["message"] = json!({ "text": label });
        place
    });
    json!({
        "ruleId": diagnostic.code.id,
        "level": level(diagnostic.severity),
        "message": { "text": text },
        "locations": [location(diagnostic.span, sources)],
        "relatedLocations": related.collect::<Vec<_>>(),
    })
}

fn location(span: Span, sources: &Sources) -> Value {
    let file = sources.get(span.file);
    let ((line, column), (end_line, end_column)) = (file.line_column(span.start), file.line_column(span.end));
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&file.name) },
            "region": { "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column },
        },
    })
}

/// A relative reference: what a path has and an address may not is written as its bytes.
fn uri(name: &str) -> String {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    name.bytes().map(|byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
