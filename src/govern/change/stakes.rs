//! Who gains: the direction of a metric, its goal, and the teams that are paid on it; and who wrote the change, as git says.

use super::Side;
use crate::meaning::compare::Direction;
use crate::model::{Metric, MetricId, Model, Team, TeamId};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// What a change of a metric is to a team that is paid on it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stake {
    /// The number can only go where its goal is.
    Gains,
    /// It may go either way, or nobody has said which way is good.
    MayGain,
    /// It can only go the other way.
    Loses,
}

impl Stake {
    pub fn name(self) -> &'static str {
        match self {
            Stake::Gains => "gains",
            Stake::MayGain => "may_gain",
            Stake::Loses => "loses",
        }
    }
}

/// A team that is paid on a metric that moves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Paid {
    pub team: SmolStr,
    pub stake: Stake,
}

/// Somebody whom git names as an author of the change, and the teams that list the address, then or now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Author {
    pub address: String,
    pub teams: Vec<SmolStr>,
}

impl Author {
    pub fn of(base: &Side, now: &Side, address: &str) -> Author {
        let lists = |team: &&Team| team.leads.iter().chain(&team.members).any(|it| it.eq_ignore_ascii_case(address));
        let teams: BTreeSet<SmolStr> = [base.model, now.model]
            .into_iter()
            .flat_map(|model| model.teams.iter().filter(lists).map(|team| team.name.clone()))
            .collect();
        Author { address: address.to_owned(), teams: teams.into_iter().collect() }
    }
}

/// The teams that are paid on a metric, then or now, and what its direction is to them.
pub fn paid(base: (&Model, MetricId), now: (&Model, MetricId), direction: Option<&Direction>) -> Vec<Paid> {
    let teams: BTreeSet<SmolStr> = [base, now]
        .into_iter()
        .flat_map(|(model, id)| model.teams.iter().filter(move |team| is_paid(team, id)).map(|team| team.name.clone()))
        .collect();
    let [before, after] = [base, now].map(|(model, id)| model.metric(id).goal_up);
    // A goal that this very change turns round says nothing.
    let goal = before.filter(|_| before == after);
    let stake = match (goal, direction.map(|direction| direction.value)) {
        (Some(up), Some(moves)) if (moves.rise != moves.fall) => match moves.rise == up {
            true => Stake::Gains,
            false => Stake::Loses,
        },
        _ => Stake::MayGain,
    };
    teams.into_iter().map(|team| Paid { team, stake }).collect()
}

fn is_paid(team: &Team, metric: MetricId) -> bool {
    team.paid_on.as_ref().is_some_and(|metrics| metrics.contains(&metric))
}

/// Who has to agree to a change of a metric, as the base has it: the owner, then the parties.
pub fn parties(model: &Model, metric: &Metric) -> Vec<SmolStr> {
    let name = |id: &TeamId| model.team(*id).name.clone();
    let mut all: Vec<SmolStr> = metric.owner.iter().map(name).collect();
    for party in metric.agreed_by.iter().map(name) {
        if !all.contains(&party) {
            all.push(party);
        }
    }
    all
}
