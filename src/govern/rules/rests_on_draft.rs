//! G0306: an agreed number made of one that nobody agreed on.

use super::is_official;
use super::rests::Rests;
use crate::diagnostic::codes::incentives as codes;
use crate::diagnostic::{Diagnostic, Found};
use crate::govern::Side;
use crate::model::{Metric, MetricId, Status};

/// Only what a metric names itself: what is further down was found there.
pub fn look(side: &Side, found: &mut Found) {
    let model = side.model;
    let is_draft = |metric: &Metric| metric.status == Status::Draft;
    if !model.metrics.iter().any(is_draft) {
        return;
    }
    let mut rests = Rests::of(model);
    for (at, metric) in model.metrics.iter().enumerate().filter(|(_, metric)| is_official(metric)) {
        let draft = rests.named(MetricId(at as u32)).iter().map(|id| model.metric(*id)).find(|metric| is_draft(metric));
        if let Some(draft) = draft {
            found.push(rests_on(metric, draft));
        }
    }
}

fn rests_on(metric: &Metric, draft: &Metric) -> Diagnostic {
    let (name, under) = (&metric.name, &draft.name);
    Diagnostic::new(
        &codes::RESTS_ON_DRAFT,
        metric.name_span,
        format!("`{name}` is no draft, and rests on `{under}`, which is one"),
    )
    .label("as good as a draft")
    .related(draft.name_span, "a draft")
    .help(format!("agree on `{under}` and take `status draft` out, or mark `{name}` so too: `status draft`"))
    .about(name)
}
