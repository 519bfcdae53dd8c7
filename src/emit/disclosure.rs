//! Whose pay moves with a number: with the metric itself, or with one that rests on it. And what has to be seen beside it.

use super::provenance::word;
use crate::meaning::read_by_formula;
use crate::model::{MetricId, Model, TeamId};
use std::collections::BTreeSet;

/// What teams have disclosed, laid out by metric.
pub struct Disclosures<'m> {
    model: &'m Model,
    /// For each metric the teams that are paid on one it feeds into, and on which. Empty where no team is paid on any.
    paid: Vec<Vec<(TeamId, MetricId)>>,
}

impl<'m> Disclosures<'m> {
    pub fn of(model: &'m Model) -> Self {
        let mut paid = Vec::new();
        for (at, team) in model.teams.iter().enumerate() {
            for metric in team.paid_on.iter().flatten() {
                paid.resize(model.metrics.len(), Vec::new());
                for fed in rests_on(model, *metric) {
                    paid[fed.0 as usize].push((TeamId(at as u32), *metric));
                }
            }
        }
        Disclosures { model, paid }
    }

    /// Lines for a header, each once.
    pub fn lines(&self, metrics: impl Iterator<Item = MetricId> + Clone) -> Vec<String> {
        let model = self.model;
        let named = |id: MetricId| word(&model.metric(id).name);
        let mut lines = Vec::new();
        let mut silent = BTreeSet::new();
        for id in metrics.clone() {
            for (team, on) in self.paid.get(id.0 as usize).into_iter().flatten() {
                let rests = if *on == id { String::new() } else { format!(", which rests on {}", named(id)) };
                lines.push(format!("incentive: {} is paid on {}{rests}", word(&model.team(*team).name), named(*on)));
            }
            let metric = model.metric(id);
            let concerned = metric.owner.iter().chain(&metric.agreed_by);
            silent.extend(concerned.filter(|team| model.team(**team).paid_on.is_none()));
        }
        let silent = silent.into_iter().map(|team| word(&model.team(team).name));
        lines.extend(silent.map(|team| format!("incentive: {team} has not said what it is paid on")));
        for id in metrics {
            let beside = model.metric(id).guardrails.iter();
            lines.extend(beside.map(|guard| format!("guardrail: {} beside {}", named(*guard), named(id))));
        }
        lines
    }
}

/// A metric and all that it rests on, each once, itself first.
fn rests_on(model: &Model, metric: MetricId) -> Vec<MetricId> {
    let mut all = vec![metric];
    let mut known = BTreeSet::from([metric]);
    let mut at = 0;
    while at < all.len() {
        let below = read_by_formula(model, &model.metric(all[at]).formula).metrics;
        all.extend(below.into_iter().filter(|id| known.insert(*id)));
        at += 1;
    }
    all
}
