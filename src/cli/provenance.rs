//! Who stands behind what leaves the compiler: from a session's definitions and what was agreed on of them.

use super::query::Options;
use super::session::Session;
use crate::check::{Publication, Published};
use crate::emit::{Agreed, Disclosures, Provenance, Question, Standing};
use crate::govern::apart::apart;
use crate::govern::derive::Derivation;
use crate::govern::policy::Approvals;
use crate::govern::record::{Facts, Kind};
use crate::govern::{State, judge};
use crate::meaning::canonical::Canonical;
use crate::model::{Key, KeyKind, MetricId, MetricLeaf, ReportId, Request, Status};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// What was agreed on in a session. Nothing is read of a lock that is not there.
pub struct Agreement<'s> {
    session: &'s Session,
    state: Option<State<'s>>,
}

impl<'s> Agreement<'s> {
    pub fn in_session(session: &'s Session) -> Self {
        let is_locked = session.project.governance.lock.is_some();
        Agreement { session, state: is_locked.then(|| session.state("now")) }
    }

    /// What works out what the lock would have to say, where there is one.
    fn derivation(&self) -> Option<Derivation<'_>> {
        self.state.as_ref().map(|state| Derivation::of(&state.side))
    }

    /// Of each of these metrics: of its digest, not of its name.
    fn metrics(&self, wanted: &BTreeSet<MetricId>) -> FxHashMap<MetricId, Agreed> {
        let mut canonical = Canonical::new(&self.session.model);
        let mut derivation = self.derivation();
        wanted.iter().map(|id| (*id, self.of(*id, &mut canonical, derivation.as_mut()))).collect()
    }

    /// Of one metric.
    pub fn metric(&self, id: MetricId) -> Agreed {
        self.of(id, &mut Canonical::new(&self.session.model), self.derivation().as_mut())
    }

    fn of(&self, id: MetricId, canonical: &mut Canonical, derivation: Option<&mut Derivation>) -> Agreed {
        let metric = self.session.model.metric(id);
        let facts = derivation.and_then(|derivation| derivation.metric(id));
        let digest = facts.as_ref().and_then(|facts| facts.definition).unwrap_or_else(|| canonical.digest(id));
        let (version, is_agreed, by) = self.entry(facts.as_ref());
        let standing = match metric.status {
            Status::Draft => Standing::Draft,
            Status::Deprecated { .. } => Standing::Deprecated,
            Status::Official if is_agreed => Standing::Approved,
            Status::Official => Standing::Proposed,
        };
        Agreed { name: metric.name.to_string(), version, digest: Some(digest.to_string()), standing, by }
    }

    /// Of a report: its filters, its range, its limit.
    fn report(&self, id: ReportId, derivation: &mut Option<Derivation>) -> Agreed {
        let report = &self.session.model.reports[id.0 as usize];
        let facts = derivation.as_mut().map(|derivation| derivation.report(report));
        let (version, is_agreed, by) = self.entry(facts.as_ref());
        let standing = if is_agreed { Standing::Approved } else { Standing::Proposed };
        Agreed { name: report.name.to_string(), version, digest: None, standing, by }
    }

    /// The version in the lock, if it is there as it is now; whether it is agreed on; and by whom.
    fn entry(&self, facts: Option<&Facts>) -> (Option<u32>, bool, Vec<String>) {
        let nothing = (None, false, Vec::new());
        let (Some(state), Some(facts)) = (&self.state, facts) else { return nothing };
        let Some(entry) = state.lock.get(facts.kind, &facts.name) else { return nothing };
        if !apart(&entry.record.facts, facts).is_empty() {
            return nothing;
        }
        // Where no approvals are asked for, nobody has agreed to anything.
        let asks = state.agreed_trust().0.approvals != Approvals::None;
        let stands = judge::stands(state, None, entry);
        let by: Vec<String> = stands.agreed.keys().cloned().collect();
        (Some(entry.record.version), asks && stands.is_complete() && !by.is_empty(), by)
    }

    /// Keys that are no period: whether each metric that is shown was agreed on with that cut.
    fn cuts(&self, request: &Request) -> Vec<Agreed> {
        let (Some(state), Some(mut derivation)) = (&self.state, self.derivation()) else { return Vec::new() };
        let columns = request.keys.iter().filter(|key| matches!(key.kind, KeyKind::Column(_)));
        let of_key = |key: &Key| {
            let is_agreed = request.metrics.iter().all(|id| {
                let entry = state.lock.get(Kind::Metric, &self.session.model.metric(*id).name);
                let cut = (key.name.to_string(), derivation.cut(key, *id));
                entry.is_some_and(|entry| entry.record.facts.cuts.contains(&cut))
            });
            let standing = if is_agreed { Standing::Approved } else { Standing::Proposed };
            Agreed { name: key.name.to_string(), version: None, digest: None, standing, by: Vec::new() }
        };
        columns.map(of_key).collect()
    }
}

/// The standing of every metric and report that some requests show, each worked out once.
pub struct Standings<'s> {
    metrics: FxHashMap<MetricId, Agreed>,
    reports: FxHashMap<ReportId, Agreed>,
    /// The keys of a question.
    cuts: Vec<Agreed>,
    disclosures: Disclosures<'s>,
    /// The project's name and revision, where somebody said which.
    revision: Option<(&'s str, &'s str)>,
}

impl<'s> Standings<'s> {
    /// Of what these requests show; the digest of nothing else is worked out.
    pub fn of<'r>(
        session: &'s Session,
        requests: impl Iterator<Item = &'r Request>,
        revision: Option<&'s str>,
    ) -> Standings<'s> {
        let model = &session.model;
        let agreement = Agreement::in_session(session);
        let wanted: BTreeSet<MetricId> = requests.flat_map(shown).collect();
        let mut derivation = agreement.derivation();
        let reports = (0..model.reports.len()).map(|at| ReportId(at as u32));
        let reports = reports.map(|id| (id, agreement.report(id, &mut derivation))).collect();
        Standings {
            metrics: agreement.metrics(&wanted),
            reports,
            cuts: Vec::new(),
            disclosures: Disclosures::of(model),
            revision: revision.map(|revision| (session.project.config.project.as_str(), revision)),
        }
    }

    /// Of what a question shows, and of the keys that it cuts by.
    pub fn asked(session: &'s Session, request: &Request, revision: Option<&'s str>) -> Standings<'s> {
        let cuts = Agreement::in_session(session).cuts(request);
        Standings { cuts, ..Standings::of(session, std::iter::once(request), revision) }
    }

    /// Of what a project publishes.
    pub fn publication(&self, publication: &Publication) -> Provenance<'_> {
        let report = match publication.what {
            Published::Report(id) => self.reports.get(&id),
            Published::Metric(_) => None,
        };
        Provenance { report, ..self.request(&publication.request) }
    }

    /// Of a question, with the words that it was asked in.
    pub fn question(&self, request: &Request, options: &Options) -> Provenance<'_> {
        let having = options.having.iter().map(|condition| format!("having {condition}"));
        Provenance {
            filters: options.filter.iter().cloned().chain(having).collect(),
            cuts: self.cuts.iter().collect(),
            asked: Some(Question::Query(options.asked())),
            ..self.request(request)
        }
    }

    pub fn request(&self, request: &Request) -> Provenance<'_> {
        let shown = shown(request);
        Provenance {
            metrics: shown.iter().filter_map(|id| self.metrics.get(id)).collect(),
            disclosed: self.disclosures.lines(shown.into_iter()),
            revision: self.revision,
            ..Provenance::default()
        }
    }
}

/// The metrics that a request shows, and those that it chooses rows by.
fn shown(request: &Request) -> Vec<MetricId> {
    let mut shown = request.metrics.clone();
    if let Some(having) = &request.having {
        having.leaves(&mut |leaf| match leaf {
            MetricLeaf::Metric(id) if !shown.contains(id) => shown.push(*id),
            _ => {}
        });
    }
    shown
}
