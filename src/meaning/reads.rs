//! Which sources, metrics and columns requests read.

use crate::model::{
    ColumnId, GrainId, JoinId, Key, KeyKind, MetricExpr, MetricId, MetricLeaf, Model, Period, Request, RowExpr,
    RowLeaf, SourceId, Window,
};
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

/// What requests rest on.
#[derive(Debug, Default)]
pub struct Reads {
    /// Every source whose rows are read: measured, joined, looked up, or a calendar.
    pub sources: BTreeSet<SourceId>,
    /// Metrics that are asked for, by name or through another metric.
    pub metrics: FxHashSet<MetricId>,
    pub columns: FxHashSet<(SourceId, ColumnId)>,
    pub joins: FxHashSet<(SourceId, JoinId)>,
    /// Rows that are intervals: `while … until`.
    pub intervals: FxHashSet<(SourceId, RowExpr, RowExpr)>,
    /// Grains of calendar tables.
    pub grains: BTreeSet<GrainId>,
}

/// What a metric's own formula rests on; the metrics that it names are in `metrics`, and what they rest on is not.
pub fn read_by_formula(model: &Model, formula: &MetricExpr) -> Reads {
    let mut walk = Walk { model, follows: false, reads: Reads::default() };
    walk.formula(formula);
    walk.reads
}

/// What keys rest on where rows of these sources are cut by them; metrics that they look up are not followed.
pub fn read_by_keys(model: &Model, keys: &[Key], sources: &[SourceId]) -> Reads {
    let mut walk = Walk { model, follows: false, reads: Reads::default() };
    for key in keys {
        match &key.kind {
            KeyKind::Column(each) => {
                let reached = sources.iter().filter_map(|source| Some((*source, each.get(*source)?)));
                reached.for_each(|(source, expr)| walk.row(source, expr));
            }
            _ => walk.keys(std::slice::from_ref(key)),
        }
    }
    walk.reads
}

/// What an expression of a source's rows rests on; metrics that it looks up are not followed.
pub fn read_by_row(model: &Model, source: SourceId, expr: &RowExpr) -> Reads {
    let mut walk = Walk { model, follows: false, reads: Reads::default() };
    walk.row(source, expr);
    walk.reads
}

/// What requests rest on, all of them together.
pub fn reads<'r>(model: &Model, requests: impl IntoIterator<Item = &'r Request>) -> Reads {
    let mut walk = Walk { model, follows: true, reads: Reads::default() };
    for request in requests {
        walk.reads.sources.extend(&request.sources);
        request.metrics.iter().for_each(|id| walk.metric(*id));
        request.parts.iter().for_each(|(_, part)| walk.formula(part));
        request.having.iter().for_each(|having| walk.formula(having));
        walk.keys(&request.keys);
        for (source, filter) in request.filter.iter().flat_map(|filter| filter.iter()) {
            // A filter is there for every source that some metric is measured from.
            walk.row(source, filter);
        }
    }
    walk.reads
}

struct Walk<'m> {
    model: &'m Model,
    /// Into the formulas of metrics that are named.
    follows: bool,
    reads: Reads,
}

impl Walk<'_> {
    fn metric(&mut self, id: MetricId) {
        if self.reads.metrics.insert(id) && self.follows {
            let model = self.model;
            self.formula(&model.metric(id).formula);
        }
    }

    fn formula(&mut self, expr: &MetricExpr) {
        expr.leaves(&mut |leaf| self.leaf(leaf));
    }

    fn leaf(&mut self, leaf: &MetricLeaf) {
        match leaf {
            MetricLeaf::Metric(id) => self.metric(*id),
            MetricLeaf::Measure(measure) => {
                self.reads.sources.insert(measure.source);
                measure.row_exprs().chain(&measure.axis).for_each(|expr| self.row(measure.source, expr));
                if let (Some(alive), Some(start)) = (&measure.alive, &measure.axis) {
                    self.reads.intervals.insert((measure.source, start.clone(), alive.until.clone()));
                }
            }
            MetricLeaf::Filtered { filter, .. } => {
                filter.iter().for_each(|(source, filter)| self.row(source, filter));
            }
            MetricLeaf::Per(per) => self.keys(&per.keys),
            MetricLeaf::Window { window: Window::ToDate(period), .. } | MetricLeaf::StartOf { period, .. } => {
                self.period(*period);
            }
            MetricLeaf::Follow(_)
            | MetricLeaf::Total { .. }
            | MetricLeaf::Window { .. }
            | MetricLeaf::Prior { .. }
            | MetricLeaf::Filled { .. } => {}
        }
        leaf.inner().into_iter().for_each(|inner| self.formula(inner));
        if let MetricLeaf::Follow(follow) = leaf {
            let sides = [(&follow.counted, &follow.by.0), (&follow.after, &follow.by.1)];
            for (side, by) in sides {
                if let Some((measure, _)) = super::evaluate::single(self.model, side) {
                    self.row(measure.source, by);
                }
            }
        }
    }

    fn keys(&mut self, keys: &[Key]) {
        for key in keys {
            if let Some(period) = key.period() {
                self.period(period);
            }
            if let KeyKind::Column(each) = &key.kind {
                each.iter().for_each(|(source, expr)| self.row(source, expr));
            }
        }
    }

    fn period(&mut self, period: Period) {
        if let Period::Declared(id) = period {
            let grain = self.model.grain(id);
            self.reads.sources.insert(grain.source);
            self.reads.grains.insert(id);
        }
    }

    fn row(&mut self, source: SourceId, expr: &RowExpr) {
        expr.leaves(&mut |leaf| match leaf {
            RowLeaf::Column { path, source: end, column } => {
                let mut at = source;
                for hop in path {
                    let model = self.model;
                    let join = model.source(at).join(*hop);
                    self.reads.joins.insert((at, *hop));
                    for (ours, theirs) in &join.on {
                        self.column(at, *ours);
                        self.column(join.target, *theirs);
                    }
                    if let Some(valid) = &join.valid {
                        self.column(at, valid.moment);
                        self.column(join.target, valid.from);
                        self.column(join.target, valid.to);
                    }
                    at = join.target;
                    self.reads.sources.insert(at);
                }
                self.column(*end, *column);
            }
            RowLeaf::Lookup(lookup) => {
                self.formula(&lookup.metric);
                for (key, value) in &lookup.keys {
                    self.keys(std::slice::from_ref(key));
                    self.row(source, value);
                }
                lookup.until.iter().for_each(|until| self.row(source, until));
            }
        });
    }

    fn column(&mut self, source: SourceId, column: ColumnId) {
        let model = self.model;
        if self.reads.columns.insert((source, column))
            && let Some(derived) = &model.source(source).column(column).derived
        {
            self.row(source, derived);
        }
    }
}
