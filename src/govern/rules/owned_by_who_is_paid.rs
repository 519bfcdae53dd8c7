//! G0301: a metric in the hands of those alone whose pay it moves.

use super::is_official;
use super::rests::Rests;
use crate::diagnostic::codes::incentives as codes;
use crate::diagnostic::{Diagnostic, Found};
use crate::govern::Side;
use crate::model::{Metric, MetricId, Model, Team, TeamId};
use rustc_hash::FxHashMap;

/// Metrics whose owner is paid on them, or on what rests on them, and that no other team agrees on.
pub fn look(side: &Side, found: &mut Found) {
    let model = side.model;
    let mut rests = Rests::of(model);
    for (at, team) in model.teams.iter().enumerate() {
        let paid_on = team.paid_on.as_deref().unwrap_or_default();
        if paid_on.is_empty() {
            continue;
        }
        // What moves the team's pay, by way of which metric; that it is paid on it itself says more.
        let mut moves: FxHashMap<MetricId, MetricId> = FxHashMap::default();
        for paid in paid_on {
            for below in rests.below(*paid) {
                moves.entry(below).or_insert(*paid);
            }
        }
        moves.extend(paid_on.iter().map(|paid| (*paid, *paid)));
        for (metric, paid) in moves {
            let (id, of) = (TeamId(at as u32), model.metric(metric));
            let alone = of.owner == Some(id) && of.agreed_by.iter().all(|other| *other == id);
            if alone && is_official(of) {
                found.push(owned(model, of, team, (metric != paid).then(|| model.metric(paid))));
            }
        }
    }
}

fn owned(model: &Model, metric: &Metric, team: &Team, through: Option<&Metric>) -> Diagnostic {
    let (name, owner) = (&metric.name, &team.name);
    let fact = match through {
        None => format!("`{name}` is owned by `{owner}` alone, which is paid on it"),
        Some(paid) => {
            format!("`{name}` is owned by `{owner}` alone, which is paid on `{}`, and that rests on it", paid.name)
        }
    };
    let unpaid = model.teams.iter().find(|other| other.paid_on.as_ref().is_some_and(Vec::is_empty));
    let help = match unpaid {
        Some(other) => {
            format!("let a team own it whose pay it does not move, or agree to it: `agreed by {}`", other.name)
        }
        None => {
            "let a team agree to it (`agreed by …`) whose pay it does not move: `team finance { … paid on nothing }`"
                .to_owned()
        }
    };
    Diagnostic::new(&codes::OWNED_BY_WHO_IS_PAID, metric.name_span, fact)
        .label("its owner alone says what it means")
        .related(team.span, "paid on it")
        .help(help)
        .about(name)
}
