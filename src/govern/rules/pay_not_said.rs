//! G0304: a team that has a say in a number, and says nothing of its pay.

use super::is_official;
use crate::diagnostic::codes::incentives as codes;
use crate::diagnostic::{Diagnostic, Found};
use crate::govern::Side;
use crate::model::{Metric, Team, TeamId};

/// Silence is not "none": `paid on nothing` is an answer.
pub fn look(side: &Side, found: &mut Found) {
    let model = side.model;
    let mut first: Vec<Option<&Metric>> = vec![None; model.teams.len()];
    for metric in model.metrics.iter().filter(|metric| is_official(metric)) {
        for TeamId(team) in metric.owner.iter().chain(&metric.agreed_by) {
            first[*team as usize].get_or_insert(metric);
        }
    }
    for (team, metric) in model.teams.iter().zip(first) {
        if let (None, Some(metric)) = (&team.paid_on, metric) {
            found.push(not_said(team, metric));
        }
    }
}

fn not_said(team: &Team, metric: &Metric) -> Diagnostic {
    let (name, has) = (&team.name, &metric.name);
    let fact = format!("`{name}` has a say in `{has}`, and does not say which metrics its pay moves with");
    Diagnostic::new(&codes::PAY_NOT_SAID, team.span, fact)
        .label("says nothing of pay")
        .related(metric.name_span, "owned by it or agreed on with it")
        .help("say it: `paid on revenue`, or `paid on nothing`")
}
