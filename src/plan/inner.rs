//! Metrics inside `per`: by more keys, in stretches of their own where they need them, and for every period where they are
//! filled.

use super::frames::{self, Frame};
use super::line;
use super::measures::{Filters, Parts};
use super::planner::{Planner, Within, columns_of, grouped_name, unique_name};
use super::{Column, Dense, Fold, Folded, RelationId, Stack, Step};
use crate::model::{Expr, Key, Measure, Per, Type};

/// What gets a row for each period of the keys of time.
pub struct Filled {
    /// The place of the first key of time that is stepped through.
    pub from: usize,
    /// The relation whose combinations of the other keys do, if it is not the one that is filled.
    pub combinations: Option<RelationId>,
}

impl Planner<'_> {
    /// The relation of a `per`. `end`: the measures with whose last row a window ends that nothing else ends.
    pub(super) fn fold(
        &mut self,
        per: &Per,
        filters: &Filters,
        (frame, end): (&Frame, Option<Vec<(Measure, Filters)>>),
        keys: &[Key],
        (name, ty): (&str, &Type),
    ) -> RelationId {
        let mut inner_keys = keys.to_vec();
        // In a window the key of time names the period that it ends with: the rows in it have periods of their own.
        let own_periods = frames::looks_back(frame);
        for key in &per.keys {
            let known = keys.iter().any(|known| known.is_same_cut(key));
            if !known || (own_periods && key.period().is_some()) {
                inner_keys.push(Key { name: unique_name(&key.name, &inner_keys), ..key.clone() });
            }
        }
        let is_time = |key: &&Key| key.period().is_some();
        let outer_times = self.stretch_keys(keys);
        let new_times: Vec<Key> = inner_keys[keys.len()..].iter().filter(is_time).cloned().collect();
        let inner = || per.argument.iter().chain(&per.filter);
        let is_framed = !frame.is_empty() || self.within.as_ref().is_some_and(|within| within.framed);
        let by_stretches = inner().any(|expr| frames::reads_stretches(self.model, expr));
        let mut measures = Vec::new();
        inner().for_each(|expr| frames::measures(self.model, expr, filters, &mut measures));
        let was_universal = self.universal;
        let becomes_universal = !was_universal && line::needs_utc(&new_times, &measures);
        let stretches = if is_framed || (by_stretches && !new_times.is_empty()) {
            let has_outer = !outer_times.is_empty() || self.within.as_ref().is_some_and(|within| within.framed);
            let outer = match has_outer {
                true => Some(self.stretches(&outer_times, frame)),
                false => end.and_then(|end| self.ending_with_data(frame, end)),
            };
            let outer = if becomes_universal { outer.map(|outer| self.in_utc(outer)) } else { outer };
            self.universal |= becomes_universal;
            let open = self.is_open(frame) && new_times.is_empty();
            let relation = self.inner_stretches(outer, &new_times, frame, measures);
            let of = self.within.as_ref().map(|within| within.of.clone()).unwrap_or_default();
            Some(Within { relation, framed: is_framed, open, of })
        } else {
            self.universal |= becomes_universal;
            None
        };
        let around = self.within.take();
        let goes_on = stretches.is_none() && new_times.is_empty();
        self.within = if goes_on { around.clone() } else { stretches };
        let fold = self.folded(per, filters, keys, &inner_keys, (name, ty));
        self.within = around;
        self.universal = was_universal;
        fold
    }

    /// The inner metric by the inner keys, aggregated over those that are not the outer ones.
    fn folded(
        &mut self,
        per: &Per,
        filters: &Filters,
        keys: &[Key],
        inner_keys: &[Key],
        (name, ty): (&str, &Type),
    ) -> RelationId {
        let mut parts = Parts::new(self.model, inner_keys, self.is_endless());
        let mut exprs = Vec::new();
        let argument = per.argument.as_ref().map(|it| exprs.push(parts.take_apart(it, filters, name)));
        let filter = per.filter.as_ref().map(|it| exprs.push(parts.take_apart(it, filters, name)));
        let inner = || per.argument.iter().chain(&per.filter);
        let from = keys.len();
        let filled = inner().any(|expr| frames::is_filled(self.model, expr)).then(|| {
            let alone = inner().all(|expr| frames::is_only_filled(self.model, expr));
            Filled { from, combinations: (!alone).then(|| self.combinations(per, filters, inner_keys, name)) }
        });
        let mut rows = self.assemble(parts, exprs, inner_keys, filled);
        let filter = filter.and_then(|()| rows.outputs.pop());
        let argument = argument.and_then(|()| rows.outputs.pop());
        let folded = Folded {
            aggregate: per.aggregate,
            argument,
            filter: filter.map(Expr::conjuncts).unwrap_or_default(),
            exists: Vec::new(),
            order: Vec::new(),
            ty: ty.clone(),
        };
        let fold = Fold { rows, keys: (0..keys.len()).collect(), folds: vec![folded] };
        let value = Column { name: name.into(), ty: ty.clone() };
        let relation_name = grouped_name(name, keys);
        self.add(&relation_name, columns_of(keys), vec![value], Step::Fold(fold))
    }

    /// The rows of what is filled inside `per`, without those of other metrics beside it.
    fn combinations(&mut self, per: &Per, filters: &Filters, inner_keys: &[Key], name: &str) -> RelationId {
        let mut leaves = Vec::new();
        for expr in per.argument.iter().chain(&per.filter) {
            frames::filled(self.model, expr, filters, &mut leaves);
        }
        let mut parts = Parts::new(self.model, inner_keys, self.is_endless());
        let exprs = leaves.iter().map(|(leaf, filters)| parts.take_apart(leaf, filters, name)).collect();
        self.assemble(parts, exprs, inner_keys, None).base
    }

    /// The rows of a relation and, for each combination of its other keys, those of all periods of the keys of time from a
    /// place on.
    pub(super) fn dense(&mut self, base: RelationId, keys: &[Key], filled: &Filled) -> RelationId {
        let from = filled.from;
        let times: Vec<Key> = keys.iter().filter(|key| key.period().is_some()).cloned().collect();
        let spine = self.stretches(&times, &[]);
        let place = |key: &Key| times.iter().position(|time| time.name == key.name);
        let labels = keys.iter().enumerate().map(|(at, key)| place(key).filter(|_| at >= from)).collect();
        let on = keys[..from].iter().enumerate().filter_map(|(at, key)| Some((at, place(key)?))).collect();
        let step = Step::Dense(Dense { base: filled.combinations.unwrap_or(base), spine, labels, on });
        let dense = self.add("every_period", columns_of(keys), Vec::new(), step);
        let values = self.relations[base.0].values.clone();
        let from = (0..values.len()).map(|value| (0, value)).collect();
        let stack = Step::Stack(Stack { inputs: vec![base, dense], values: from });
        self.add("filled", columns_of(keys), values, stack)
    }
}
