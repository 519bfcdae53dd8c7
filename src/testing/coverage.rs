//! What no test exercises: metrics that none asks for, conditions that were always or never true, branches never taken.

use super::file::{Expects, Test};
use crate::meaning::coverage::{Condition, Conditions, Owner, Site};
use crate::model::{
    ColumnId, Expr, KeyKind, MetricExpr, MetricId, MetricLeaf, Model, Request, RowExpr, RowLeaf, SourceId,
};
use rustc_hash::FxHashSet;

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
        let mut reached = Reached { model, metrics: FxHashSet::default(), columns: FxHashSet::default() };
        for test in tests {
            let request = test.question.as_ref().and_then(|question| question.request.as_ref());
            if let (Some(request), Some(Expects::Rows(_))) = (request, &test.expects) {
                reached.request(request);
            }
        }
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

/// The metrics and derived columns that requests rest on.
struct Reached<'m> {
    model: &'m Model,
    metrics: FxHashSet<MetricId>,
    columns: FxHashSet<(SourceId, ColumnId)>,
}

impl Reached<'_> {
    fn request(&mut self, request: &Request) {
        request.metrics.iter().for_each(|id| self.metric(*id));
        request.having.iter().for_each(|having| self.formula(having));
        for key in &request.keys {
            self.key(&key.kind);
        }
        for (_, filter) in request.filter.iter().flat_map(|filter| filter.iter()) {
            self.row(filter);
        }
    }

    fn metric(&mut self, id: MetricId) {
        if self.metrics.insert(id) {
            self.formula(&self.model.metric(id).formula);
        }
    }

    fn key(&mut self, key: &KeyKind) {
        if let KeyKind::Column(paths) = key {
            paths.iter().for_each(|(_, path)| self.row(path));
        }
    }

    fn formula(&mut self, expr: &MetricExpr) {
        leaves(expr, &mut |leaf| {
            match leaf {
                MetricLeaf::Metric(id) => self.metric(*id),
                MetricLeaf::Measure(measure) => {
                    measure.row_exprs().chain(&measure.axis).for_each(|expr| self.row(expr));
                }
                MetricLeaf::Filtered { filter, .. } => filter.iter().for_each(|(_, filter)| self.row(filter)),
                MetricLeaf::Per(per) => per.keys.iter().for_each(|key| self.key(&key.kind)),
                MetricLeaf::Follow(follow) => {
                    self.row(&follow.by.0);
                    self.row(&follow.by.1);
                }
                _ => {}
            }
            for inner in leaf.inner() {
                self.formula(inner);
            }
        });
    }

    fn row(&mut self, expr: &RowExpr) {
        leaves(expr, &mut |leaf| match leaf {
            RowLeaf::Column { source, column, .. } => {
                let derived = &self.model.source(*source).column(*column).derived;
                if let Some(derived) = derived
                    && self.columns.insert((*source, *column))
                {
                    self.row(derived);
                }
            }
            RowLeaf::Lookup(lookup) => {
                self.formula(&lookup.metric);
                lookup.until.iter().for_each(|until| self.row(until));
                for (key, value) in &lookup.keys {
                    self.key(&key.kind);
                    self.row(value);
                }
            }
        });
    }
}

fn leaves<'e, L>(expr: &'e Expr<L>, visit: &mut dyn FnMut(&'e L)) {
    expr.leaves(&mut |leaf| visit(leaf));
}
