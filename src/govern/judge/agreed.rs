//! Whether those who have to agree to a metric or report have.

use super::lapses::Lapse;
use super::{Judged, errors, favours};
use crate::diagnostic::Found;
use crate::govern::change::Changes;
use crate::govern::line::fields;
use crate::govern::lock::{Approval, Entry};
use crate::govern::policy::Approvals;
use crate::govern::record::{Bound, Status};
use crate::govern::standing::{Rules, Seen, Standing, standing};
use crate::govern::state::State;
use crate::meaning::canonical::Digest;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// An entry, and what has to be known to judge it.
struct Work<'w> {
    entry: &'w Entry,
    before: Option<&'w Entry>,
    texts: Vec<Option<String>>,
    asked: Asked,
}

/// Judges every entry of the lock, and that none of the base's is gone; gives what lacks an approval.
pub fn check(judged: &Judged, changes: Option<&Changes>, found: &mut Found) -> Vec<Lapse> {
    let mut lapses = Vec::new();
    let now = judged.now;
    if let Some(base) = judged.base {
        for ((kind, name), entry) in &base.lock.entries {
            if now.lock.get(*kind, name).is_none() {
                found.push(errors::taken_out(now, entry));
            }
        }
    }
    let reads_base = judged.base.unwrap_or(now);
    let (trust, sequence) = reads_base.agreed_trust();
    if trust.approvals == Approvals::None {
        return lapses;
    }
    let rules = Rules { chain: &now.chain, trust, sequence, authors: &judged.authors };
    let (project, today) = (now.side.project, judged.today);
    let has_base = judged.base.is_some();
    let work: Vec<Work> = now
        .lock
        .entries
        .values()
        .map(|entry| {
            let facts = &entry.record.facts;
            let before = judged.base.and_then(|base| base.lock.get(facts.kind, &facts.name));
            let asked = asked(entry, before, has_base, project);
            Work { entry, before, texts: approved_texts(entry, now), asked }
        })
        .collect();
    // A signature takes a tenth of a millisecond to verify, and there may be ten thousand.
    let stands: Vec<Standing> = work
        .par_iter()
        .map(|Work { entry, before, texts, asked }| {
            let known = before.map(|before| &before.approvals[..]).unwrap_or_default();
            let seen = entry.approvals.iter().zip(texts).map(|(approval, what)| {
                let is_new = has_base && !known.contains(approval);
                let day = if is_new { today } else { today.min(entry.record.effective) };
                Seen { approval, what: what.clone(), days: vec![day], is_new }
            });
            of_entry(entry, &seen.collect::<Vec<_>>(), asked, &rules, project)
        })
        .collect();
    for (Work { entry, before, asked, .. }, stands) in work.into_iter().zip(stands) {
        if let Some(why) = &asked.wrong_version {
            found.push(errors::wrong_version(now, entry, before, why));
        }
        for (at, why) in &stands.void {
            found.push(errors::void(now, entry, *at, why));
        }
        let facts = &entry.record.facts;
        if facts.parties.is_empty() && facts.status.is_in_force() {
            found.push(errors::nobody_answers(now, entry));
        }
        let is_retired = before.is_some_and(|before| before.record.facts.status == Status::Retired);
        if stands.is_complete() {
            favours::check(now, entry, &stands, changes, found);
        } else if is_retired && facts.status.is_in_force() {
            found.push(errors::name_retired(now, entry, &stands.missing));
        } else {
            let alone = errors::not_agreed(now, entry, before, &stands.missing);
            lapses.push(Lapse { kind: facts.kind, name: facts.name.clone(), missing: stands.missing, alone });
        }
    }
    lapses
}

/// Who has to agree to an entry, and whether it follows from the one of the base.
pub struct Asked {
    /// All of these to what stands there, tables that were added since aside.
    pub teams: BTreeSet<String>,
    /// And this one to those as well.
    pub owner: Option<String>,
    pub wrong_version: Option<String>,
}

/// By its own parties and, where it changes what others agreed on, by theirs. Without a base nothing is known of what was.
pub fn asked(entry: &Entry, base: Option<&Entry>, has_base: bool, project: &str) -> Asked {
    let record = &entry.record;
    let mut teams: BTreeSet<String> = record.facts.parties.iter().cloned().collect();
    let owner = record.facts.owner.clone();
    let Some(older) = base.map(|base| &base.record) else {
        let is_first = record.version == 1 && record.previous.is_none();
        let wrong =
            (has_base && !is_first).then(|| "the base does not have it, so that it begins with version 1".to_owned());
        return Asked { teams, owner, wrong_version: wrong };
    };
    if record == older {
        return Asked { teams, owner, wrong_version: None };
    }
    if record.facts.only_adds_tables(&older.facts) {
        let is_same = record.version == older.version && record.previous == older.previous;
        let wrong =
            (!is_same).then(|| format!("only tables were added, so that it still is version {}", older.version));
        return Asked { teams, owner, wrong_version: wrong };
    }
    teams.extend(older.facts.parties.iter().cloned());
    let next = older.version + 1;
    let wrong = if record.version != next {
        Some(format!("the base has version {}, after which comes {next}", older.version))
    } else if record.previous != Some(older.digest(project)) {
        Some(format!("it does not follow from version {} of the base", older.version))
    } else {
        None
    };
    Asked { teams, owner, wrong_version: wrong }
}

/// How an entry stands.
pub fn of_entry(entry: &Entry, seen: &[Seen], asked: &Asked, rules: &Rules, project: &str) -> Standing {
    let first = asked.owner.as_deref();
    let mut stands = standing(seen, &asked.teams, first, rules);
    let current = entry.record.digest(project);
    let is_older = |each: &&Seen| each.what.is_some() && each.approval.record != current;
    if stands.is_complete() && seen.iter().any(|each| is_older(&each)) {
        // Tables were added since: nobody's meaning moved, but somebody answers for them.
        let of_current: Vec<Seen> = seen.iter().filter(|each| !is_older(each)).cloned().collect();
        let answers = match &asked.owner {
            Some(owner) => [owner.clone()].into(),
            None => asked.teams.clone(),
        };
        stands.missing = standing(&of_current, &answers, first, rules).missing;
    }
    stands
}

/// The text that each approval of an entry was given to, where it covers what stands there now.
pub fn approved_texts(entry: &Entry, state: &State) -> Vec<Option<String>> {
    let project = state.side.project;
    let text = entry.record.text(project);
    let current = Digest::of_bytes(&text);
    let of_approval = |approval: &Approval| {
        if approval.record == current {
            return Some(text.clone());
        }
        let older = (state.text_of)(&approval.record).filter(|older| Digest::of_bytes(older) == approval.record)?;
        covers(&older, &text).then_some(older)
    };
    entry.approvals.iter().map(of_approval).collect()
}

/// Whether a text is the other without warehouses that find everything by their pattern.
fn covers(older: &str, current: &str) -> bool {
    let of_binding = |text: &str| match &fields(text).unwrap_or_default()[..] {
        [what, warehouse, bound, _] if what == "binding" => Some((warehouse.clone(), bound.clone())),
        _ => None,
    };
    let known: BTreeSet<String> = older.lines().filter_map(of_binding).map(|(warehouse, _)| warehouse).collect();
    let is_added = |text: &&str| {
        of_binding(text).is_some_and(|(warehouse, bound)| bound == Bound::Table.name() && !known.contains(&warehouse))
    };
    current.lines().filter(|line| !is_added(line)).eq(older.lines())
}
