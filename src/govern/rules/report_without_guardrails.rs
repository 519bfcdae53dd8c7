//! G0303: a report that shows a metric and not what is to be seen beside it.

use crate::diagnostic::codes::incentives as codes;
use crate::diagnostic::{Diagnostic, Found};
use crate::govern::Side;
use crate::model::{Metric, Report};

pub fn look(side: &Side, found: &mut Found) {
    let model = side.model;
    for report in &model.reports {
        let shown = &report.request.metrics;
        for metric in shown.iter().map(|id| model.metric(*id)) {
            let missing = metric.guardrails.iter().filter(|guardrail| !shown.contains(guardrail));
            let missing: Vec<&str> = missing.map(|id| model.metric(*id).name.as_str()).collect();
            if !missing.is_empty() {
                found.push(unguarded(report, metric, &missing));
            }
        }
    }
}

fn unguarded(report: &Report, metric: &Metric, missing: &[&str]) -> Diagnostic {
    let (name, shown) = (&report.name, &metric.name);
    let guardrails: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let word = if missing.len() == 1 { "guardrail" } else { "guardrails" };
    Diagnostic::new(
        &codes::REPORT_WITHOUT_GUARDRAILS,
        report.span,
        format!("the report `{name}` shows `{shown}` without its {word} {}", guardrails.join(", ")),
    )
    .label("shows half of it")
    .related(metric.name_span, "has guardrails")
    .help(format!("show both: `show {shown}, {}`", missing.join(", ")))
    .about(shown)
}
