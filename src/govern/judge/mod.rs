//! The gate: whether what the definitions say is what was agreed on, by those who had to, under rules that nobody changed on the
//! way. Rules of the base judge the change; what the change says of rules counts from the next one on.

mod agreed;
mod errors;
mod favours;
mod lapses;
mod locked;
mod trusted;

use super::chain::Link;
use super::change::{Effort, changes};
use super::lock::Entry;
use super::policy::Approvals;
use super::standing::{Rules, Seen, Standing};
use super::state::State;
use crate::diagnostic::Found;
use crate::meaning::canonical::Digest;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// What is judged, and by what.
pub struct Judged<'j> {
    pub now: &'j State<'j>,
    /// The tip of the branch that the change is to go to. Without it, a tree can only be held against itself.
    pub base: Option<&'j State<'j>>,
    /// The addresses that git names as authors of what lies between. They can be forged, and only ever deny.
    pub authors: BTreeSet<String>,
    pub today: Date,
    /// What the first entry of etalon.trust has to be.
    pub root: Option<Digest>,
}

/// Says everything that is not as it was agreed.
pub fn judge(judged: &Judged, found: &mut Found) {
    let now = judged.now;
    errors::broken(now, found);
    if !is_governed(judged) {
        return;
    }
    if judged.base.is_none() && now.files.lock.is_none() && now.files.chain.is_none() {
        // A project that begins has nothing that anybody could have agreed on; the gate, which has a base, is not so lenient.
        found.push(errors::nothing_agreed(now));
        return;
    }
    let trust_holds = trusted::check(judged, found);
    let facts = super::derive::facts(&now.side);
    let moved = locked::check(now, judged.base, &facts, found);
    let differs = |base: &State| {
        base.lock
            .entries
            .iter()
            .any(|(key, entry)| now.lock.entries.get(key).is_none_or(|own| own.record != entry.record))
    };
    // What changed is worked out where there is something to be said of it.
    let changes = judged.base.filter(|base| !moved.is_empty() || differs(base)).map(|base| {
        let authors: Vec<String> = judged.authors.iter().cloned().collect();
        changes(&base.side, &now.side, &authors, &Effort::CLASSES)
    });
    let changes = changes.as_ref();
    let said = |lapses, what| lapses::findings(now, changes, lapses, what);
    said(moved, "not what etalon.lock says").into_iter().for_each(|each| found.push(each));
    // By rules that do not hold themselves, nothing else can be judged.
    if trust_holds {
        let missing = agreed::check(judged, changes, found);
        said(missing, "not agreed on").into_iter().for_each(|each| found.push(each));
    }
}

/// How an entry stands by the rules of a base, if there is one, else of its own side; whoever wrote it, and whatever day it is.
pub fn stands(state: &State, base: Option<&State>, entry: &Entry) -> Standing {
    let (trust, sequence) = base.unwrap_or(state).agreed_trust();
    if trust.approvals == Approvals::None {
        return Standing::default();
    }
    let project = state.side.project;
    let facts = &entry.record.facts;
    let before = base.and_then(|base| base.lock.get(facts.kind, &facts.name));
    let asked = agreed::asked(entry, before, base.is_some(), project);
    let known = before.map(|before| &before.approvals[..]).unwrap_or_default();
    let texts = agreed::approved_texts(entry, state);
    let days = vec![entry.record.effective];
    let seen: Vec<Seen> = entry
        .approvals
        .iter()
        .zip(texts)
        .map(|(approval, what)| {
            let is_new = base.is_some() && !known.contains(approval);
            Seen { approval, what, days: days.clone(), is_new }
        })
        .collect();
    let authors = BTreeSet::new();
    agreed::of_entry(entry, &seen, &asked, &Rules { chain: &state.chain, trust, sequence, authors: &authors }, project)
}

/// How many entries of etalon.trust are agreed on, from the first one on.
pub fn agreed_links(state: &State) -> usize {
    let agreed = |link: &&Link| link_by_itself(state, link).is_some_and(|standing| standing.is_complete());
    state.chain.links.iter().take_while(agreed).count()
}

/// How an entry of etalon.trust stands, by the rules before it; nothing where these are not there.
pub fn link_by_itself(state: &State, link: &Link) -> Option<Standing> {
    let (before, own) = (state.chain.trust(link.judged_by())?, state.chain.trust(link.sequence)?);
    let asked = if link.sequence == 1 { own.trustees() } else { before.asked_for(own) };
    Some(trusted::of_link(link, state.side.project, &state.chain, before, &asked, link.effective, false))
}

/// Whether anything is agreed on at all, on either side.
fn is_governed(judged: &Judged) -> bool {
    let asks = |state: &State| {
        state.side.policy.approvals != Approvals::None || state.files.lock.is_some() || state.files.chain.is_some()
    };
    asks(judged.now) || judged.base.is_some_and(asks)
}
