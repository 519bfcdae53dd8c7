//! What metrics rest on, worked out where a rule asks.

use crate::meaning::read_by_formula;
use crate::model::{MetricId, Model};
use rustc_hash::{FxHashMap, FxHashSet};

/// The metrics that each metric names, as far as they were asked for.
pub struct Rests<'m> {
    model: &'m Model,
    named: FxHashMap<MetricId, Vec<MetricId>>,
}

impl<'m> Rests<'m> {
    pub fn of(model: &'m Model) -> Self {
        Rests { model, named: FxHashMap::default() }
    }

    /// The metrics that one names in its formula, and in the columns that it reads; sorted.
    pub fn named(&mut self, metric: MetricId) -> &[MetricId] {
        let model = self.model;
        self.named.entry(metric).or_insert_with(|| {
            let formula = &model.metric(metric).formula;
            let mut named: Vec<MetricId> = read_by_formula(model, formula).metrics.into_iter().collect();
            named.sort();
            named
        })
    }

    /// Everything below a metric, without itself.
    pub fn below(&mut self, metric: MetricId) -> FxHashSet<MetricId> {
        let mut below = FxHashSet::default();
        let mut open = vec![metric];
        while let Some(next) = open.pop() {
            let named = self.named(next);
            open.extend(named.iter().filter(|id| below.insert(**id)).copied());
        }
        below
    }
}
