//! G0305: a number that nobody agreed on, in a report that reads as if somebody had.

use crate::diagnostic::codes::incentives as codes;
use crate::diagnostic::{Diagnostic, Found};
use crate::govern::Side;
use crate::model::{Metric, Report, Status};

pub fn look(side: &Side, found: &mut Found) {
    let model = side.model;
    for report in &model.reports {
        for metric in report.request.metrics.iter().map(|id| model.metric(*id)) {
            if metric.status == Status::Draft {
                found.push(draft(report, metric));
            }
        }
    }
}

fn draft(report: &Report, metric: &Metric) -> Diagnostic {
    let (name, shown) = (&report.name, &metric.name);
    Diagnostic::new(
        &codes::DRAFT_IN_REPORT,
        report.span,
        format!("the report `{name}` shows `{shown}`, which is a draft"),
    )
    .label("shows what nobody agreed on")
    .related(metric.name_span, "a draft")
    .help(format!("agree on `{shown}` and take `status draft` out, or do not show it: a draft can be asked for with `etalon query`"))
    .about(shown)
}
