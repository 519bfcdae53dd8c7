//! Whether a change that its author's own team gains by has the word of somebody who does not.

use super::errors;
use crate::diagnostic::Found;
use crate::govern::change::{Changes, Stake};
use crate::govern::lock::Entry;
use crate::govern::record::Kind;
use crate::govern::standing::Standing;
use crate::govern::state::State;
use std::collections::BTreeSet;

/// Looks at an entry that all who have to agree have agreed to.
pub fn check(now: &State, entry: &Entry, stands: &Standing, changes: Option<&Changes>, found: &mut Found) {
    let facts = &entry.record.facts;
    let Some(changes) = changes.filter(|_| facts.kind == Kind::Metric) else { return };
    let Some(moved) = changes.moved.iter().find(|moved| moved.name == facts.name.as_str()) else { return };
    let gaining: BTreeSet<&str> =
        moved.paid.iter().filter(|paid| paid.stake != Stake::Loses).map(|paid| paid.team.as_str()).collect();
    let author = changes.authors.iter().find_map(|author| {
        let team = author.teams.iter().find(|team| gaining.contains(team.as_str()))?;
        Some((author, team.as_str()))
    });
    let Some((author, team)) = author else { return };
    let is_disinterested = stands.agreed.iter().any(|(approving, person)| {
        !gaining.contains(approving.as_str()) && !person.eq_ignore_ascii_case(&author.address)
    });
    if !is_disinterested {
        found.push(errors::favours_its_author(now, entry, &author.address, team));
    }
}
