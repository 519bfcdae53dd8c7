//! A run of tests for programs: one JSON document.

use super::{Entry, Report, human};
use crate::diagnostic::json as diagnostics;
use crate::meaning::Value;
use crate::testing::{GapKind, Outcome as End, Row, shown};
use serde_json::{Value as Json, json};

pub fn render(report: &Report) -> String {
    let (passed, failed, unreadable) = report.counts();
    let document = json!({
        "tests": report.entries.iter().map(|entry| test(entry, report)).collect::<Vec<_>>(),
        "passed": passed,
        "failed": failed,
        "unreadable": unreadable,
        "milliseconds": report.elapsed.as_millis() as u64,
        "coverage": coverage(report),
    });
    format!("{}\n", serde_json::to_string_pretty(&document).unwrap_or_default())
}

fn test(entry: &Entry, report: &Report) -> Json {
    let outcome = match &entry.end {
        End::Passed => "passed",
        End::Unreadable(_) => "unreadable",
        _ => "failed",
    };
    let mut object = json!({
        "name": entry.name,
        "file": entry.file,
        "line": entry.line,
        "query": entry.query(),
        "outcome": outcome,
    });
    if !entry.passed() {
        object["message"] = entry.summary().into();
    }
    match &entry.end {
        End::Passed | End::Answered(_) => {}
        End::Differs(difference) => {
            object["columns"] = json!(difference.columns);
            object["differences"] = difference.rows.iter().map(row).collect();
        }
        End::Errors(said) | End::Unreadable(said) => {
            object["diagnostics"] = diagnostics::entries(said, &report.session.project.sources);
        }
    }
    object
}

fn row(row: &Row) -> Json {
    match row {
        Row::Missing(values) => json!({ "kind": "missing", "expected": cells(values) }),
        Row::Unexpected(values) => json!({ "kind": "unexpected", "found": cells(values) }),
        Row::Other { expected, found } => {
            json!({ "kind": "other", "expected": cells(expected), "found": cells(found) })
        }
    }
}

/// Values as texts, so that every digit of a number is kept; null as null.
fn cells(values: &[Value]) -> Vec<Json> {
    values.iter().map(|value| if value.is_null() { Json::Null } else { plain(value).into() }).collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        value => shown(value),
    }
}

fn coverage(report: &Report) -> Json {
    let Some(coverage) = &report.coverage else { return Json::Null };
    let model = &report.session.model;
    let gaps = coverage.gaps.iter().map(|gap| {
        let kind = match gap.kind {
            GapKind::NeverTrue => "never-true",
            GapKind::NeverFalse => "never-false",
            GapKind::NeverTaken => "never-taken",
        };
        let owner = human::owner(gap, model);
        json!({ "in": owner.trim_matches('`'), "kind": kind, "condition": human::condition(gap, model) })
    });
    json!({
        "metrics": { "asked": coverage.metrics, "of": model.metrics.len() },
        "conditions": { "bothWays": coverage.conditions.0, "of": coverage.conditions.1 },
        "branches": { "taken": coverage.branches.0, "of": coverage.branches.1 },
        "notAsked": coverage.unasked.iter().map(|id| model.metric(*id).name.as_str()).collect::<Vec<_>>(),
        "gaps": gaps.collect::<Vec<_>>(),
    })
}
