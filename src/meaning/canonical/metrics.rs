//! Formulas of metrics: metrics by name are written out, and filters go down to the measures.

use super::build::{Canonical, Place};
use super::rules::aggregate::Folding;
use super::rules::time;
use super::term::{Op, Term};
use crate::model::{
    Follow, Kind, Measure, MetricExpr, MetricId, MetricLeaf, Over, Per, PerSource, RowExpr, SourceId, Type, Window,
};

/// The most measures that a metric by name is written out to under each filter. Beyond it the filter stays above it: metrics
/// that filter, twice each, metrics that filter, would grow without end.
const WRITTEN_OUT: usize = 256;

/// The conditions of a context by source: what every `m where p` above says. Sorted by source, each a set of conditions.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Filters(Vec<(SourceId, Term)>);

impl Filters {
    pub fn none() -> Filters {
        Filters(Vec::new())
    }

    fn of(&self, source: SourceId) -> Option<Term> {
        self.0.iter().find(|(it, _)| *it == source).map(|(_, set)| *set)
    }
}

impl Canonical<'_> {
    /// A metric's value in a context with these filters.
    pub(super) fn metric(&mut self, id: MetricId, filters: &Filters) -> Term {
        let asked = (id, filters.clone());
        if let Some(known) = self.metrics.get(&asked) {
            return *known;
        }
        let metric = self.model.metric(id);
        let term = if *filters != Filters::none() && self.metric_size(id) > WRITTEN_OUT {
            self.restricted(id, filters)
        } else {
            let formula = self.metric_expr(&metric.formula, filters);
            match &metric.fill {
                None => formula,
                Some(value) => {
                    let value = self.metric_expr(value, filters);
                    self.terms.plain(Op::Dense, metric.ty.base, vec![formula, value])
                }
            }
        };
        self.metrics.insert(asked, term);
        term
    }

    fn restricted(&mut self, id: MetricId, filters: &Filters) -> Term {
        let metric = self.model.metric(id);
        let inner = self.metric(id, &Filters::none());
        let mut pairs = Vec::new();
        for source in &metric.sources {
            if let Some(set) = filters.of(*source) {
                pairs.push((self.table(*source), set));
            }
        }
        let mut parts = vec![inner];
        parts.extend(self.terms.sorted_pairs(pairs));
        self.terms.plain(Op::Restricted, metric.ty.base, parts)
    }

    pub(super) fn metric_expr(&mut self, expr: &MetricExpr, filters: &Filters) -> Term {
        match &expr.kind {
            Kind::Leaf(leaf) => self.leaf(leaf, &expr.ty, filters),
            Kind::Literal(literal) => self.literal(literal, &expr.ty),
            Kind::Call(function, arguments) => {
                let parts = arguments.iter().map(|argument| self.metric_expr(argument, filters)).collect();
                self.terms.call(*function, expr.ty.base, parts)
            }
            Kind::Case { arms, otherwise } => {
                let mut parts = Vec::with_capacity(2 * arms.len() + 1);
                for (when, then) in arms {
                    parts.push(self.metric_expr(when, filters));
                    parts.push(self.metric_expr(then, filters));
                }
                parts.push(match otherwise {
                    Some(otherwise) => self.metric_expr(otherwise, filters),
                    None => self.terms.absent(),
                });
                self.terms.value(Op::Case, expr.ty.base, parts)
            }
        }
    }

    fn leaf(&mut self, leaf: &MetricLeaf, ty: &Type, filters: &Filters) -> Term {
        let (op, parts) = match leaf {
            MetricLeaf::Measure(measure) => return self.measure(measure, ty, filters),
            MetricLeaf::Metric(id) => return self.metric(*id, filters),
            MetricLeaf::Filtered { inner, filter } => {
                let filters = self.narrowed(filters, filter);
                return self.metric_expr(inner, &filters);
            }
            MetricLeaf::Per(per) => return self.per(per, ty, filters),
            MetricLeaf::Follow(follow) => return self.follow(follow, ty, filters),
            MetricLeaf::Total { inner, over } => {
                let (except, keys) = match over {
                    Over::EveryDimension => (true, Vec::new()),
                    Over::Except(keys) => (true, self.keys(keys)),
                    Over::Keys(keys) => (false, self.keys(keys)),
                };
                let mut parts = vec![self.metric_expr(inner, filters)];
                parts.extend(keys);
                (Op::Total { except }, parts)
            }
            MetricLeaf::Window { inner, window, .. } => {
                let inner = self.metric_expr(inner, filters);
                match window {
                    Window::Rolling { count, unit } => {
                        let (count, unit) = time::length(*count, *unit);
                        (Op::Rolling { count, unit }, vec![inner])
                    }
                    Window::ToDate(period) => (Op::ToDate, vec![inner, self.period(*period)]),
                    Window::Cumulative => (Op::Cumulative, vec![inner]),
                }
            }
            MetricLeaf::Prior { inner, count, unit, .. } => {
                let (count, unit) = time::length(*count, *unit);
                (Op::Prior { count, unit }, vec![self.metric_expr(inner, filters)])
            }
            MetricLeaf::StartOf { inner, period, .. } => {
                (Op::StartOf, vec![self.metric_expr(inner, filters), self.period(*period)])
            }
            MetricLeaf::Filled { inner, value } => {
                (Op::Filled, vec![self.metric_expr(inner, filters), self.metric_expr(value, filters)])
            }
        };
        self.terms.plain(op, ty.base, parts)
    }

    /// The filters of the context with one more.
    fn narrowed(&mut self, filters: &Filters, filter: &PerSource<RowExpr>) -> Filters {
        let mut all = filters.0.clone();
        for (source, condition) in filter.iter() {
            let condition = self.row(&Place::at(source), condition);
            let at = all.binary_search_by_key(&source, |(it, _)| *it);
            let mut conditions = match at {
                Ok(at) => self.terms.parts(all[at].1).to_vec(),
                Err(_) => Vec::new(),
            };
            conditions.push(condition);
            let set = self.terms.conditions(conditions);
            match at {
                Ok(at) => all[at].1 = set,
                Err(at) => all.insert(at, (source, set)),
            }
        }
        Filters(all)
    }

    fn measure(&mut self, measure: &Measure, ty: &Type, filters: &Filters) -> Term {
        let place = Place::at(measure.source);
        let mut rows: Vec<Term> = measure.rows.iter().map(|rows| self.row(&place, rows)).collect();
        let context: Vec<Term> =
            filters.of(measure.source).map(|set| self.terms.parts(set).to_vec()).unwrap_or_default();
        // "A filter never changes which moment is the last": it only comes after the definition's own where one is picked.
        let mut outer = Vec::new();
        match measure.pick {
            Some(_) => outer = context,
            None => rows.extend(context),
        }
        let rows = self.terms.conjuncts(rows);
        let mut outer = self.terms.conjuncts(outer);
        outer.retain(|condition| !rows.contains(condition));
        let argument = self.optional(&place, measure.argument.as_ref());
        let own: Vec<Term> = measure.filter.iter().map(|filter| self.row(&place, filter)).collect();
        let given: Vec<Term> = rows.iter().chain(&outer).copied().collect();
        let folding = self.terms.folding(Folding { aggregate: measure.aggregate, argument, own }, &given);
        let pick = match &measure.pick {
            None => self.terms.absent(),
            Some(pick) => {
                let per = pick.per.iter().map(|key| self.row(&place, key)).collect();
                let per = self.terms.sorted_set(per);
                self.terms.part(Op::Pick { last: pick.last }, per)
            }
        };
        let alive = match &measure.alive {
            None => self.terms.absent(),
            Some(alive) => {
                let until = self.row(&place, &alive.until);
                self.terms.part(Op::Alive(alive.moment), vec![until])
            }
        };
        let sets = [folding.own, rows, outer].map(|set| self.terms.part(Op::Conditions, set));
        let (source, axis) = (self.source(measure.source), self.optional(&place, measure.axis.as_ref()));
        let parts = vec![source, axis, folding.argument, sets[0], sets[1], sets[2], pick, alive];
        self.terms.plain(Op::Measure(folding.aggregate), ty.base, parts)
    }

    fn optional(&mut self, place: &Place, expr: Option<&RowExpr>) -> Term {
        match expr {
            Some(expr) => self.row(place, expr),
            None => self.terms.absent(),
        }
    }

    fn per(&mut self, per: &Per, ty: &Type, filters: &Filters) -> Term {
        let argument = match &per.argument {
            Some(argument) => self.metric_expr(argument, filters),
            None => self.terms.absent(),
        };
        let own: Vec<Term> = per.filter.iter().map(|filter| self.metric_expr(filter, filters)).collect();
        let folding = self.terms.folding(Folding { aggregate: per.aggregate, argument, own }, &[]);
        let own = self.terms.part(Op::Conditions, folding.own);
        let mut parts = vec![folding.argument, own];
        parts.extend(self.keys(&per.keys));
        self.terms.plain(Op::Per(folding.aggregate), ty.base, parts)
    }

    /// The filters of the context are asked of the rows that are followed, once it is known which those are.
    fn follow(&mut self, follow: &Follow, ty: &Type, filters: &Filters) -> Term {
        let sides = [self.source_of(&follow.counted), self.source_of(&follow.after)];
        let counted = self.metric_expr(&follow.counted, &Filters::none());
        let after = self.metric_expr(&follow.after, &Filters::none());
        let here = self.row(&Place::at(sides[0]), &follow.by.0);
        let there = self.row(&Place::at(sides[1]), &follow.by.1);
        let outer = match filters.of(sides[1]) {
            Some(set) => set,
            None => self.terms.part(Op::Conditions, Vec::new()),
        };
        let within = follow.within.map(|(count, unit)| time::length(count, unit));
        self.terms.plain(Op::Follow { within }, ty.base, vec![counted, after, here, there, outer])
    }

    /// The source of the one measure that a side of `follow` is.
    fn source_of(&self, expr: &MetricExpr) -> SourceId {
        match &expr.kind {
            Kind::Leaf(MetricLeaf::Measure(measure)) => measure.source,
            Kind::Leaf(MetricLeaf::Metric(id)) => self.source_of(&self.model.metric(*id).formula),
            Kind::Leaf(MetricLeaf::Filtered { inner, .. }) => self.source_of(inner),
            _ => unreachable!("each side of `follow` was checked to be one measure"),
        }
    }

    /// How many measures a metric is written out to.
    fn metric_size(&mut self, id: MetricId) -> usize {
        if let Some(known) = self.metric_sizes.get(&id) {
            return *known;
        }
        let size = self.size(&self.model.metric(id).formula);
        self.metric_sizes.insert(id, size);
        size
    }

    fn size(&mut self, expr: &MetricExpr) -> usize {
        let mut leaves = Vec::new();
        expr.leaves(&mut |leaf| leaves.push(leaf));
        let sizes = leaves.into_iter().map(|leaf| match leaf {
            MetricLeaf::Measure(_) => 1,
            MetricLeaf::Metric(id) => self.metric_size(*id),
            _ => leaf.inner().into_iter().map(|inner| self.size(inner)).fold(0, usize::saturating_add),
        });
        sizes.fold(0, usize::saturating_add)
    }
}
