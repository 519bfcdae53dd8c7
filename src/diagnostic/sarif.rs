//! Diagnostics as SARIF 2.1.0 (OASIS), which code scanning reads.

use super::fingerprint::fingerprints;
use super::{Code, Diagnostic, Failure, Severity, Silenced};
use crate::source::{Sources, Span};
use serde::Serialize;
use std::collections::BTreeMap;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<Finding>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    name: &'static str,
    short_description: Text,
    full_description: Text,
    help: Help,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit_code: Option<u8>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprints,
    /// Says that it is let through; with none it is not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
}

/// The same under two names: one of our own, and the one that GitHub goes by.
#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "etalon/v1")]
    own: String,
    #[serde(rename = "primaryLocationLineHash")]
    github: String,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

/// Relative to the top of the repository, which SARIF's readers know as `%SRCROOT%`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

/// The document, ending in a line end.
pub fn render(diagnostics: &[Diagnostic], silenced: &[Silenced], sources: &Sources) -> String {
    let all = || diagnostics.iter().chain(silenced.iter().map(|each| &each.diagnostic));
    let mut rules: BTreeMap<&str, usize> = all().map(|diagnostic| (diagnostic.code.id, 0)).collect();
    rules.values_mut().enumerate().for_each(|(at, place)| *place = at);
    let let_through = diagnostics.iter().map(|_| None).chain(silenced.iter().map(|each| Some(&each.by)));
    let results = all()
        .zip(let_through)
        .zip(fingerprints(all(), sources))
        .map(|((diagnostic, by), fingerprint)| Finding {
            rule_id: diagnostic.code.id,
            rule_index: rules[diagnostic.code.id],
            level: level(diagnostic.severity),
            message: Text { text: diagnostic.lines() },
            locations: [location(sources, diagnostic.span, None, &diagnostic.label)],
            related_locations: diagnostic
                .related
                .iter()
                .enumerate()
                .map(|(at, (span, label))| location(sources, *span, Some(at + 1), label))
                .collect(),
            partial_fingerprints: Fingerprints { own: fingerprint.clone(), github: fingerprint },
            suppressions: by
                .map(|by| Suppression { kind: "external", status: "accepted", justification: by.says() })
                .into_iter()
                .collect(),
        })
        .collect();
    let rules = rules.keys().filter_map(|id| Code::find(id)).map(rule).collect();
    let invocation =
        Invocation { execution_successful: true, exit_code: None, tool_execution_notifications: Vec::new() };
    text(rules, invocation, results)
}

/// A failure: a run that did not come to an end. Without results alone it would read as a clean one.
pub fn failure(failure: &Failure) -> String {
    let help = failure.help().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let notification = Notification { level: "error", message: Text { text: format!("{failure}{help}") } };
    let invocation = Invocation {
        execution_successful: false,
        exit_code: Some(2),
        tool_execution_notifications: vec![notification],
    };
    text(Vec::new(), invocation, Vec::new())
}

fn rule(code: &'static Code) -> Rule {
    // `# E0204 unknown-column`, a blank line, and the first paragraph.
    let first = code.page.split("\n\n").nth(1).unwrap_or(code.name).trim();
    Rule {
        id: code.id,
        name: code.name,
        short_description: Text { text: code.name.replace('-', " ") },
        full_description: Text { text: first.to_owned() },
        help: Help { text: code.page, markdown: code.page },
        default_configuration: Configuration { level: level(code.severity) },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn location(sources: &Sources, span: Span, id: Option<usize>, label: &str) -> Location {
    let file = sources.get(span.file);
    let ((start_line, start_column), (end_line, end_column)) =
        (file.line_column(span.start), file.line_column(span.end));
    Location {
        id,
        physical_location: Physical {
            artifact_location: Artifact { uri: uri(&sources.path(span.file)), uri_base_id: "%SRCROOT%" },
            region: Region { start_line, start_column, end_line, end_column },
        },
        message: (!label.is_empty()).then(|| Text { text: label.to_owned() }),
    }
}

/// A path as a relative reference of RFC 3986: all but unreserved letters and `/` in per cents of its bytes.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(byte.into()),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

fn text(rules: Vec<Rule>, invocation: Invocation, results: Vec<Finding>) -> String {
    let driver = Driver { name: "etalon", semantic_version: env!("CARGO_PKG_VERSION"), rules };
    let run = Run { tool: Tool { driver }, invocations: [invocation], column_kind: "unicodeCodePoints", results };
    let document = Document { schema: SCHEMA, version: "2.1.0", runs: [run] };
    // Of texts and numbers alone there is nothing that JSON cannot say.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}
