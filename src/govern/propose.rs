//! What the lock and the history of trust become when the definitions are taken as they are.

use super::apart::apart;
use super::chain::{Chain, Link};
use super::judge;
use super::lock::{Entry, Lock};
use super::policy::Approvals;
use super::record::{Facts, Kind, Record, Status};
use super::state::State;
use crate::meaning::canonical::{Canonical, Digest};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What is to be written.
pub struct Proposal {
    pub lock: Lock,
    pub chain: Chain,
    /// Texts for `agreed/`, by digest.
    pub texts: BTreeMap<Digest, String>,
    /// What changed, a line each.
    pub said: Vec<String>,
}

/// Proposes the next version of all that differs from what was agreed on: by the base where there is one, else by the lock
/// that is there.
pub fn propose(now: &State, base: Option<&State>, effective: Date) -> Proposal {
    let mut proposal =
        Proposal { lock: Lock::default(), chain: now.chain.clone(), texts: BTreeMap::new(), said: Vec::new() };
    let mut canonical = Canonical::new(now.side.model);
    let mut defined = BTreeSet::new();
    for wanted in super::derive::facts(&now.side) {
        defined.insert((wanted.kind, wanted.name.clone()));
        let known = of_name(now, base, wanted.kind, &wanted.name);
        proposal.add(now, known, wanted, effective, &mut canonical);
    }
    let mut left: BTreeSet<(Kind, String)> = now.lock.entries.keys().cloned().collect();
    left.extend(base.iter().flat_map(|base| base.lock.entries.keys().cloned()));
    for (kind, name) in left {
        if !defined.contains(&(kind, name.clone())) {
            proposal.retire(now, base, kind, &name, effective);
        }
    }
    proposal.trust(now, base, effective);
    proposal
}

/// The entry that a version follows on, and the one that stands there now.
struct Known<'k> {
    /// What others have agreed on; of an entry that nobody has, the one before it is known by its digest alone.
    agreed: Option<&'k Entry>,
    current: Option<&'k Entry>,
}

fn of_name<'k>(now: &'k State, base: Option<&'k State>, kind: Kind, name: &str) -> Known<'k> {
    let current = now.lock.get(kind, name);
    let agreed = match base {
        Some(base) => base.lock.get(kind, name),
        None => current.filter(|entry| judge::stands(now, None, entry).is_complete()),
    };
    Known { agreed, current }
}

impl Proposal {
    fn add(&mut self, now: &State, known: Known, mut wanted: Facts, effective: Date, canonical: &mut Canonical) {
        let (kind, name) = (wanted.kind, wanted.name.clone());
        let project = now.side.project;
        for entry in [known.agreed, known.current].into_iter().flatten() {
            if apart(&entry.record.facts, &wanted).is_empty() {
                let is_current = known.current.is_some_and(|current| current.record == entry.record);
                let entry = if is_current { known.current.unwrap_or(entry) } else { entry };
                // A proposal is kept only where it follows from what was agreed on.
                if is_current && !follows(entry, known.agreed, project) {
                    continue;
                }
                self.keep_text(now, entry, canonical);
                self.lock.entries.insert((kind, name), unplaced(entry));
                return;
            }
        }
        let model = now.side.model;
        if kind == Kind::Metric
            && let Some(id) = model.metric_named(&name)
        {
            let text = canonical.text(id);
            let digest = Digest::of_bytes(&text);
            wanted.text = Some(digest);
            self.texts.insert(digest, text);
        }
        let base = known.agreed.or(known.current);
        if let Some(older) = base
            && wanted.only_adds_tables(&Facts { text: wanted.text, ..older.record.facts.clone() })
        {
            self.said.push(format!(
                "{name}@{}: more warehouses, by their plain tables; its owner approves them",
                older.record.version
            ));
            let approvals = known.current.unwrap_or(older).approvals.clone();
            if !approvals.is_empty() {
                // What was approved is found again by its digest.
                let text = older.record.text(project);
                self.texts.insert(Digest::of_bytes(&text), text);
            }
            let facts = Facts { text: older.record.facts.text, ..wanted };
            let record = Record { facts, ..older.record.clone() };
            self.lock.entries.insert((kind, name), Entry { approvals, ..Entry::proposed(record) });
            return;
        }
        let record = next(&known, wanted, project, effective);
        self.say_version(now, &known, &record);
        self.lock.entries.insert((kind, name), Entry::proposed(record));
    }

    /// A text that is named and not there is written again.
    fn keep_text(&mut self, now: &State, entry: &Entry, canonical: &mut Canonical) {
        let facts = &entry.record.facts;
        let Some(wanted) = facts.text else { return };
        let is_there = (now.text_of)(&wanted).is_some_and(|text| Digest::of_bytes(text) == wanted);
        let text = now.side.model.metric_named(&facts.name).filter(|_| !is_there).map(|id| canonical.text(id));
        if let Some(text) = text.filter(|text| Digest::of_bytes(text) == wanted) {
            self.texts.insert(wanted, text);
        }
    }

    /// What is no longer defined, or a draft again, keeps its name in the lock.
    fn retire(&mut self, now: &State, base: Option<&State>, kind: Kind, name: &str, effective: Date) {
        let known = of_name(now, base, kind, name);
        let Some(older) = known.agreed.or(known.current) else { return };
        let is_draft = kind == Kind::Metric && now.side.model.metric_named(name).is_some();
        let status = if is_draft { Status::Draft } else { Status::Retired };
        let facts = &older.record.facts;
        if !facts.status.is_in_force() && (facts.status == status || facts.status == Status::Retired) {
            self.lock.entries.insert((kind, name.to_owned()), unplaced(known.current.unwrap_or(older)));
            return;
        }
        if known.agreed.is_none() && older.record.version == 1 && base.is_none_or(|_| known.current.is_some()) {
            self.said.push(format!("{name}: gone, and never agreed on"));
            return;
        }
        let facts = Facts {
            status,
            definition: None,
            statement: None,
            text: None,
            cuts: Vec::new(),
            bindings: Vec::new(),
            ..facts.clone()
        };
        let record = next(&known, facts, now.side.project, effective);
        self.say_version(now, &known, &record);
        self.lock.entries.insert((kind, name.to_owned()), Entry::proposed(record));
    }

    fn say_version(&mut self, now: &State, known: &Known, record: &Record) {
        let facts = &record.facts;
        let (name, version, status) = (&facts.name, record.version, facts.status);
        let older = known.agreed.or(known.current).map(|older| &older.record.facts);
        let what = match older {
            _ if !status.is_in_force() => status.name().to_owned(),
            None => "new".to_owned(),
            Some(older) => apart(older, facts).join("; "),
        };
        let mut parties: BTreeSet<&String> = facts.parties.iter().collect();
        parties.extend(known.agreed.iter().flat_map(|entry| &entry.record.facts.parties));
        let parties: Vec<&str> = parties.into_iter().map(String::as_str).collect();
        let asks = now.trust.approvals != Approvals::None;
        let awaited = match parties.is_empty() || !asks {
            true => String::new(),
            false => format!("; to be approved by {}", parties.join(", ")),
        };
        self.said.push(format!("{name}@{version}: {what}{awaited}"));
    }

    fn trust(&mut self, now: &State, base: Option<&State>, effective: Date) {
        if now.side.policy.approvals == Approvals::None && now.chain.links.is_empty() {
            return;
        }
        let project = now.side.project;
        let digest = now.trust.digest();
        // Entries beyond the base's that nobody has agreed to are proposals, and are made anew.
        let fixed = match base {
            Some(base) => base.chain.links.len(),
            None => judge::agreed_links(now),
        };
        if let Some(base) = base
            && !base.chain.links.iter().zip(&self.chain.links).all(|(one, other)| one.is_same(other))
        {
            self.chain.links = base.chain.links.clone();
        }
        let is_said = self.chain.last().is_some_and(|last| last.trust == digest);
        if !is_said {
            self.chain.links.truncate(fixed);
        }
        if self.chain.last().is_none_or(|last| last.trust != digest) {
            let sequence = self.chain.links.len() as u32 + 1;
            let previous = self.chain.last().map(|last| last.digest(project));
            let (approvals, places) = (Vec::new(), Vec::new());
            let link = Link { sequence, trust: digest, previous, effective, approvals, place: 0..0, places };
            self.said.push(format!("etalon.trust: entry {sequence}, of teams, people, keys and policy as they are"));
            self.chain.links.push(link);
        }
        self.texts.insert(digest, now.trust.text());
    }
}

fn unplaced(entry: &Entry) -> Entry {
    Entry { place: 0..0, places: Vec::new(), ..entry.clone() }
}

/// Whether an entry is what was agreed on, or the version after it.
fn follows(entry: &Entry, agreed: Option<&Entry>, project: &str) -> bool {
    match agreed {
        None => true,
        Some(agreed) if agreed.record == entry.record => true,
        Some(agreed) if entry.record.facts.only_adds_tables(&agreed.record.facts) => {
            entry.record.version == agreed.record.version
        }
        Some(agreed) => {
            entry.record.version == agreed.record.version + 1
                && entry.record.previous == Some(agreed.record.digest(project))
        }
    }
}

/// The version after what was agreed on. A proposal that nobody has agreed to is made anew in its place.
fn next(known: &Known, facts: Facts, project: &str, effective: Date) -> Record {
    let (version, previous) = match (known.agreed, known.current) {
        (Some(agreed), _) => (agreed.record.version + 1, Some(agreed.record.digest(project))),
        (None, Some(current)) => (current.record.version, current.record.previous),
        (None, None) => (1, None),
    };
    Record { facts, version, previous, effective }
}
