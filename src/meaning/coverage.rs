//! Which conditions of the definitions have been seen to be true and to be not true.

use crate::model::{
    ColumnId, Expr, Function, Kind, MetricExpr, MetricId, MetricLeaf, Model, RowExpr, RowLeaf, SourceId,
};
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicU8, Ordering};

/// A condition or a branch of `case`, by its place in [`Conditions::sites`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark(usize);

/// Whose definition a condition stands in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Owner {
    Metric(MetricId),
    Column(SourceId, ColumnId),
}

/// One condition: a filter of rows (each part of an `and` on its own) or a branch of `case`.
#[derive(Clone, Debug)]
pub struct Site<'m> {
    pub owner: Owner,
    pub condition: Condition<'m>,
    pub is_branch: bool,
}

#[derive(Clone, Copy, Debug)]
pub enum Condition<'m> {
    Row(SourceId, &'m RowExpr),
    Metric(&'m MetricExpr),
}

/// Every condition of a model's metrics and derived columns, with what has been seen of it. May be shared by threads.
pub struct Conditions<'m> {
    sites: Vec<Site<'m>>,
    /// By the address of the expression in the model, which stands still.
    places: FxHashMap<usize, Mark>,
    seen: Vec<AtomicU8>,
}

const TRUE: u8 = 1;
const OTHER: u8 = 2;

impl<'m> Conditions<'m> {
    /// None of them seen yet.
    pub fn of(model: &'m Model) -> Conditions<'m> {
        let mut all = Conditions { sites: Vec::new(), places: FxHashMap::default(), seen: Vec::new() };
        for (at, source) in model.sources.iter().enumerate() {
            for (of, column) in source.columns.iter().enumerate() {
                let source = SourceId(at as u32);
                if let Some(derived) = &column.derived {
                    all.branches(Owner::Column(source, ColumnId(of as u32)), source, derived);
                }
            }
        }
        for (at, metric) in model.metrics.iter().enumerate() {
            all.formula(Owner::Metric(MetricId(at as u32)), &metric.formula);
        }
        all.seen = all.sites.iter().map(|_| AtomicU8::new(0)).collect();
        all
    }

    /// Each condition, with whether it has been true, and whether it has been false or null.
    pub fn sites(&self) -> impl Iterator<Item = (&Site<'m>, bool, bool)> {
        self.sites.iter().zip(&self.seen).map(|(site, seen)| {
            let seen = seen.load(Ordering::Relaxed);
            (site, seen & TRUE != 0, seen & OTHER != 0)
        })
    }

    pub(super) fn saw(&self, mark: Mark, outcome: bool) {
        self.seen[mark.0].fetch_or(if outcome { TRUE } else { OTHER }, Ordering::Relaxed);
    }

    pub(super) fn mark<L>(&self, condition: &Expr<L>) -> Option<Mark> {
        self.places.get(&(std::ptr::from_ref(condition) as usize)).copied()
    }

    fn add<L>(&mut self, place: &'m Expr<L>, site: Site<'m>) {
        self.places.insert(std::ptr::from_ref(place) as usize, Mark(self.sites.len()));
        self.sites.push(site);
    }

    /// A filter of rows: each part of it decides on its own.
    fn filter(&mut self, owner: Owner, source: SourceId, filter: &'m RowExpr) {
        let parts = match &filter.kind {
            Kind::Call(Function::And, parts) => &parts[..],
            _ => std::slice::from_ref(filter),
        };
        for part in parts {
            self.add(part, Site { owner, condition: Condition::Row(source, part), is_branch: false });
            self.branches(owner, source, part);
        }
    }

    /// The branches of `case` in an expression of rows, and the filters of metrics that it looks up.
    fn branches(&mut self, owner: Owner, source: SourceId, expr: &'m RowExpr) {
        match &expr.kind {
            Kind::Leaf(RowLeaf::Lookup(lookup)) => self.formula(owner, &lookup.metric),
            Kind::Leaf(RowLeaf::Column { .. }) | Kind::Literal(_) => {}
            Kind::Call(_, arguments) => {
                arguments.iter().for_each(|argument| self.branches(owner, source, argument));
            }
            Kind::Case { arms, otherwise } => {
                for (when, then) in arms {
                    self.add(when, Site { owner, condition: Condition::Row(source, when), is_branch: true });
                    self.branches(owner, source, when);
                    self.branches(owner, source, then);
                }
                if let Some(otherwise) = otherwise {
                    self.branches(owner, source, otherwise);
                }
            }
        }
    }

    fn formula(&mut self, owner: Owner, expr: &'m MetricExpr) {
        match &expr.kind {
            Kind::Leaf(leaf) => self.leaf(owner, leaf),
            Kind::Literal(_) => {}
            Kind::Call(_, arguments) => arguments.iter().for_each(|argument| self.formula(owner, argument)),
            Kind::Case { arms, otherwise } => {
                for (when, then) in arms {
                    self.add(when, Site { owner, condition: Condition::Metric(when), is_branch: true });
                    self.formula(owner, when);
                    self.formula(owner, then);
                }
                if let Some(otherwise) = otherwise {
                    self.formula(owner, otherwise);
                }
            }
        }
    }

    fn leaf(&mut self, owner: Owner, leaf: &'m MetricLeaf) {
        match leaf {
            MetricLeaf::Measure(measure) => {
                for filter in measure.rows.iter().chain(&measure.filter) {
                    self.filter(owner, measure.source, filter);
                }
                if let Some(argument) = &measure.argument {
                    self.branches(owner, measure.source, argument);
                }
            }
            MetricLeaf::Filtered { filter, .. } => {
                for (source, filter) in filter.iter() {
                    self.filter(owner, source, filter);
                }
            }
            MetricLeaf::Per(per) => {
                if let Some(filter) = &per.filter {
                    self.add(filter, Site { owner, condition: Condition::Metric(filter), is_branch: false });
                }
            }
            _ => {}
        }
        for inner in leaf.inner() {
            self.formula(owner, inner);
        }
    }
}
