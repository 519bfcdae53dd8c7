//! G0302: pay that rests on a number which nothing stands against.

use super::is_official;
use crate::diagnostic::codes::incentives as codes;
use crate::diagnostic::{Diagnostic, Found};
use crate::govern::Side;
use crate::model::{Metric, MetricId, Team};
use rustc_hash::FxHashMap;

/// Metrics that pay rests on, without a guardrail that another, disinterested team owns: one that is paid neither on the metric
/// nor on the guardrail.
pub fn look(side: &Side, found: &mut Found) {
    let model = side.model;
    let mut paid: FxHashMap<MetricId, &Team> = FxHashMap::default();
    for team in &model.teams {
        for metric in team.paid_on.iter().flatten() {
            paid.entry(*metric).or_insert(team);
        }
    }
    for (id, team) in paid {
        let metric = model.metric(id);
        let stands_against = |guardrail: &MetricId| {
            let owner = model.metric(*guardrail).owner.map(|owner| model.team(owner));
            owner.is_some_and(|owner| !owner.paid_on.iter().flatten().any(|paid| *paid == id || paid == guardrail))
        };
        if is_official(metric) && !metric.guardrails.iter().any(stands_against) {
            found.push(unguarded(metric, team));
        }
    }
}

fn unguarded(metric: &Metric, team: &Team) -> Diagnostic {
    let (name, paid) = (&metric.name, &team.name);
    let fact = match metric.guardrails.is_empty() {
        true => format!("`{paid}` is paid on `{name}`, which has no guardrail"),
        false => format!("`{paid}` is paid on `{name}`, and no team without an interest in it owns a guardrail of it"),
    };
    Diagnostic::new(&codes::PAID_WITHOUT_GUARDRAIL, metric.name_span, fact)
        .label("nothing stands against it")
        .related(team.span, "paid on it")
        .help("name a metric that gets worse where this one is driven up at any cost, owned by a team that is paid on neither: `guardrail refund_rate`")
        .about(name)
}
