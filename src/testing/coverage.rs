//! What no test exercises: metrics that none asks for, conditions that were always or never true, branches never taken.

use super::file::{Expects, Test};
use crate::meaning::coverage::{Condition, Conditions, Owner, Site};
use crate::meaning::reads;
use crate::model::{MetricId, Model};

/// What tests exercise, and what they do not.
pub struct Coverage<'m> {
    /// How many metrics a test asks for, by name or through another metric.
    pub metrics: usize,
    /// How many conditions of those metrics were seen both ways.
    pub conditions: (usize, usize),
    /// How many branches of those metrics were taken.
    pub branches: (usize, usize),
    /// Metrics that no test asks for.
    pub unasked: Vec<MetricId>,
    pub gaps: Vec<Gap<'m>>,
}

/// A condition that was not seen both ways.
pub struct Gap<'m> {
    pub owner: Owner,
    pub condition: Condition<'m>,
    pub kind: GapKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GapKind {
    /// A filter that no row passed.
    NeverTrue,
    /// A filter that held no row back.
    NeverFalse,
    /// A branch of `case`.
    NeverTaken,
}

impl<'m> Coverage<'m> {
    /// Of tests that have run, with what was noted of conditions meanwhile.
    pub fn of<'t>(
        model: &'m Model,
        tests: impl Iterator<Item = &'t Test>,
        conditions: &Conditions<'m>,
    ) -> Coverage<'m> {
        let requests = tests.filter_map(|test| match (&test.question, &test.expects) {
            (Some(question), Some(Expects::Rows(_))) => question.request.as_ref(),
            _ => None,
        });
        let reached = reads(model, requests);
        let all = (0..model.metrics.len()).map(|at| MetricId(at as u32));
        let mut coverage = Coverage {
            metrics: reached.metrics.len(),
            conditions: (0, 0),
            branches: (0, 0),
            unasked: all.filter(|id| !reached.metrics.contains(id)).collect(),
            gaps: Vec::new(),
        };
        for (site, was_true, was_other) in conditions.sites() {
            let is_reached = match site.owner {
                Owner::Metric(id) => reached.metrics.contains(&id),
                Owner::Column(source, column) => reached.columns.contains(&(source, column)),
            };
            if is_reached {
                coverage.site(site, was_true, was_other);
            }
        }
        coverage
    }

    fn site(&mut self, site: &Site<'m>, was_true: bool, was_other: bool) {
        let (seen, all) = if site.is_branch { &mut self.branches } else { &mut self.conditions };
        *all += 1;
        let kind = match (site.is_branch, was_true, was_other) {
            (true, true, _) | (false, true, true) => {
                *seen += 1;
                return;
            }
            (true, false, _) => GapKind::NeverTaken,
            (false, false, _) => GapKind::NeverTrue,
            (false, true, false) => GapKind::NeverFalse,
        };
        self.gaps.push(Gap { owner: site.owner, condition: site.condition, kind });
    }
}
