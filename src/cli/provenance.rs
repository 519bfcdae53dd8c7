//! Who stands behind what leaves the compiler: from a session's definitions and what was agreed on of them.

use super::query::Options;
use super::session::Session;
use crate::check::{Publication, Published};
use crate::emit::{Agreed, Disclosures, Provenance, Question, Standing};
use crate::meaning::canonical::{Canonical, Digest};
use crate::model::{MetricId, MetricLeaf, ReportId, Request, Status};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// What was agreed on of a metric: of this digest, not of its name.
pub fn standing(session: &Session, metric: MetricId, digest: Digest) -> Agreed {
    let metric = session.model.metric(metric);
    let standing = match metric.status {
        Status::Draft => Standing::Draft,
        Status::Official => Standing::Proposed,
        Status::Deprecated { .. } => Standing::Deprecated,
    };
    Agreed { name: metric.name.to_string(), version: None, digest: Some(digest.to_string()), standing, by: Vec::new() }
}

/// What was agreed on of a report: its filters, its range, its limit.
pub fn standing_of_report(session: &Session, report: ReportId) -> Agreed {
    let name = session.model.reports[report.0 as usize].name.to_string();
    Agreed { name, version: None, digest: None, standing: Standing::Proposed, by: Vec::new() }
}

/// The standing of every metric and report that some requests show, each worked out once.
pub struct Standings<'s> {
    metrics: FxHashMap<MetricId, Agreed>,
    reports: FxHashMap<ReportId, Agreed>,
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
        let mut canonical = Canonical::new(model);
        let wanted: BTreeSet<MetricId> = requests.flat_map(shown).collect();
        let metrics = wanted.into_iter().map(|id| (id, standing(session, id, canonical.digest(id)))).collect();
        let reports = (0..model.reports.len()).map(|at| ReportId(at as u32));
        Standings {
            metrics,
            reports: reports.map(|id| (id, standing_of_report(session, id))).collect(),
            disclosures: Disclosures::of(model),
            revision: revision.map(|revision| (session.project.config.project.as_str(), revision)),
        }
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
