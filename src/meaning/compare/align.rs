//! Two formulas laid over each other: alike in everything but the conditions on rows, measure by measure.

use super::alike::{self, Term};
use super::cases::{self, Relation};
use super::pairs::{Pair, Part};
use crate::model::{
    Aggregate, Expr, Function, Kind, Literal, Measure, Metric, MetricExpr, MetricLeaf, Model, PerSource, RowExpr,
};

/// Both formulas as one tree. Constants and functions are the same in both.
pub type Aligned<'m> = Expr<AlignedLeaf<'m>>;

#[derive(Clone)]
pub enum AlignedLeaf<'m> {
    Measure(Box<Pair<'m>>),
    /// The same change of context on both sides.
    Within(Box<Aligned<'m>>),
    Per {
        aggregate: Aggregate,
        argument: Option<Box<Aligned<'m>>>,
        filter: Option<Box<Aligned<'m>>>,
    },
    Filled {
        inner: Box<Aligned<'m>>,
        value: Option<Literal>,
    },
    /// `follow` of the same on both sides, or nearly.
    Follow(Box<Aligned<'m>>, Box<Aligned<'m>>),
}

/// A formula of a model.
pub type Formula<'m> = (&'m Model, &'m MetricExpr);

/// Whether both formulas have the same value on all rows, by being alike and having conditions that are satisfied by the
/// same rows.
pub fn same(a: Formula, b: Formula) -> bool {
    align(a, b).is_some_and(|aligned| cells_if_equal(&aligned).is_some())
}

/// The number of cases that show all conditions equal, or nothing if they are not.
pub fn cells_if_equal(aligned: &Aligned) -> Option<usize> {
    let mut cells = Some(0);
    pairs(aligned, &mut |pair| {
        let relations = pair.relations();
        let equal = relations.filter(|it| it.exist == Relation::Equal && it.count == Relation::Equal);
        cells = cells.zip(equal).map(|(sum, it)| sum + it.cells);
    });
    cells
}

/// Calls `visit` for each pair of measures.
pub fn pairs<'a, 'm>(aligned: &'a Aligned<'m>, visit: &mut dyn FnMut(&'a Pair<'m>)) {
    let mut leaves = Vec::new();
    aligned.leaves(&mut |leaf| leaves.push(leaf));
    for leaf in leaves {
        match leaf {
            AlignedLeaf::Measure(pair) => visit(pair),
            AlignedLeaf::Within(inner) | AlignedLeaf::Filled { inner, .. } => pairs(inner, visit),
            AlignedLeaf::Per { argument, filter, .. } => {
                argument.iter().chain(filter).for_each(|part| pairs(part, visit));
            }
            AlignedLeaf::Follow(counted, after) => {
                pairs(counted, visit);
                pairs(after, visit);
            }
        }
    }
}

/// Lays two formulas over each other; nothing where more than conditions differs.
pub fn align<'m>(a: Formula<'m>, b: Formula<'m>) -> Option<Aligned<'m>> {
    Walk { models: (a.0, b.0), filters: (Vec::new(), Vec::new()) }.expr(a.1, b.1)
}

struct Walk<'m> {
    models: (&'m Model, &'m Model),
    /// What reaches every measure below.
    filters: (Vec<&'m PerSource<RowExpr>>, Vec<&'m PerSource<RowExpr>>),
}

impl<'m> Walk<'m> {
    fn expr(&mut self, a: &'m MetricExpr, b: &'m MetricExpr) -> Option<Aligned<'m>> {
        if let Kind::Leaf(MetricLeaf::Filtered { inner, filter }) = &a.kind {
            self.filters.0.push(filter);
            let aligned = self.expr(inner, b);
            self.filters.0.pop();
            return aligned;
        }
        if let Kind::Leaf(MetricLeaf::Filtered { inner, filter }) = &b.kind {
            self.filters.1.push(filter);
            let aligned = self.expr(a, inner);
            self.filters.1.pop();
            return aligned;
        }
        match (named(self.models.0, a), named(self.models.1, b)) {
            (Some(one), Some(other)) if one.fill.is_some() || other.fill.is_some() => {
                return self.filled_names(one, other);
            }
            (Some(one), _) if one.fill.is_none() => return self.expr(&one.formula, b),
            (_, Some(other)) if other.fill.is_none() => return self.expr(a, &other.formula),
            (None, None) => {}
            _ => return None,
        }
        let kind = match (&a.kind, &b.kind) {
            (Kind::Leaf(left), Kind::Leaf(right)) => Kind::Leaf(self.leaf(left, right)?),
            (Kind::Literal(left), Kind::Literal(right)) if left == right => Kind::Literal(left.clone()),
            (Kind::Call(left, of_left), Kind::Call(right, of_right)) => {
                let functions_fit = left == right && of_left.len() == of_right.len();
                Kind::Call(*left, functions_fit.then(|| self.arguments(*left, of_left, of_right)).flatten()?)
            }
            (Kind::Case { arms: left, otherwise: else_left }, Kind::Case { arms: right, otherwise: else_right }) => {
                if left.len() != right.len() || else_left.is_some() != else_right.is_some() {
                    return None;
                }
                let arms = left.iter().zip(right).map(|((when, then), (other_when, other_then))| {
                    Some((self.expr(when, other_when)?, self.expr(then, other_then)?))
                });
                let arms = arms.collect::<Option<Vec<_>>>()?;
                let otherwise = match (else_left, else_right) {
                    (Some(left), Some(right)) => Some(Box::new(self.expr(left, right)?)),
                    _ => None,
                };
                Kind::Case { arms, otherwise }
            }
            _ => return None,
        };
        (a.ty.base == b.ty.base).then(|| Expr { kind, ty: a.ty.clone() })
    }

    /// Pairwise, or the two of a commutative function crosswise.
    fn arguments(&mut self, function: Function, a: &'m [MetricExpr], b: &'m [MetricExpr]) -> Option<Vec<Aligned<'m>>> {
        let in_order = a.iter().zip(b).map(|(left, right)| self.expr(left, right)).collect::<Option<Vec<_>>>();
        match (function, a, b) {
            (Function::Add | Function::Multiply, [x, y], [v, w]) if in_order.is_none() => {
                Some(vec![self.expr(x, w)?, self.expr(y, v)?])
            }
            _ => in_order,
        }
    }

    fn leaf(&mut self, a: &'m MetricLeaf, b: &'m MetricLeaf) -> Option<AlignedLeaf<'m>> {
        let models = self.models;
        match (a, b) {
            (MetricLeaf::Measure(left), MetricLeaf::Measure(right)) => self.measures(left, right),
            (MetricLeaf::Total { inner, over }, MetricLeaf::Total { inner: other, over: other_over }) => {
                alike::overs(models, over, other_over).then(|| self.within(inner, other)).flatten()
            }
            (
                MetricLeaf::Window { inner, window, .. },
                MetricLeaf::Window { inner: other, window: other_window, .. },
            ) => alike::windows(models, *window, *other_window).then(|| self.within(inner, other)).flatten(),
            (
                MetricLeaf::Prior { inner, count, unit, .. },
                MetricLeaf::Prior { inner: other, count: other_count, unit: other_unit, .. },
            ) => ((count, unit) == (other_count, other_unit)).then(|| self.within(inner, other)).flatten(),
            (
                MetricLeaf::StartOf { inner, period, .. },
                MetricLeaf::StartOf { inner: other, period: other_period, .. },
            ) => alike::periods(models, *period, *other_period).then(|| self.within(inner, other)).flatten(),
            (MetricLeaf::Filled { inner, value }, MetricLeaf::Filled { inner: other, value: other_value }) => {
                let value = alike::constant(value).filter(|value| alike::constant(other_value) == Some(value));
                let inner = self.unfiltered(|walk| walk.expr(inner, other))?;
                value.map(|value| AlignedLeaf::Filled { inner: Box::new(inner), value: Some(value.clone()) })
            }
            (MetricLeaf::Per(left), MetricLeaf::Per(right)) => {
                let fits = left.aggregate == right.aggregate
                    && left.argument.is_some() == right.argument.is_some()
                    && left.filter.is_some() == right.filter.is_some()
                    && alike::in_any_order(&left.keys, &right.keys, |one, other| alike::keys(models, one, other));
                if !fits {
                    return None;
                }
                self.unfiltered(|walk| {
                    let argument = left.argument.as_ref().zip(right.argument.as_ref());
                    let filter = left.filter.as_ref().zip(right.filter.as_ref());
                    let mut part = |both: Option<(&'m MetricExpr, &'m MetricExpr)>| match both {
                        Some((left, right)) => walk.expr(left, right).map(|it| Some(Box::new(it))),
                        None => Some(None),
                    };
                    let (argument, filter) = (part(argument)?, part(filter)?);
                    Some(AlignedLeaf::Per { aggregate: left.aggregate, argument, filter })
                })
            }
            (MetricLeaf::Follow(left), MetricLeaf::Follow(right)) => self.unfiltered(|walk| {
                let counted = walk.expr(&left.counted, &right.counted)?;
                let after = walk.expr(&left.after, &right.after)?;
                let sources = |aligned: &Aligned<'m>| {
                    let mut sources = None;
                    pairs(aligned, &mut |pair| sources = Some((pair.a.measure.source, pair.b.measure.source)));
                    sources
                };
                let (of_counted, of_after) = (sources(&counted)?, sources(&after)?);
                let by = alike::optional(models, of_counted, Some(&left.by.0), Some(&right.by.0))
                    && alike::optional(models, of_after, Some(&left.by.1), Some(&right.by.1));
                (by && left.within == right.within).then(|| AlignedLeaf::Follow(Box::new(counted), Box::new(after)))
            }),
            _ => None,
        }
    }

    fn within(&mut self, a: &'m MetricExpr, b: &'m MetricExpr) -> Option<AlignedLeaf<'m>> {
        Some(AlignedLeaf::Within(Box::new(self.expr(a, b)?)))
    }

    /// Two metrics by name, of which one has `fill`.
    fn filled_names(&mut self, a: &'m Metric, b: &'m Metric) -> Option<Aligned<'m>> {
        let (left, right) = (a.fill.as_ref()?, b.fill.as_ref()?);
        let value = alike::constant(left).filter(|value| alike::constant(right) == Some(value))?.clone();
        let inner = self.unfiltered(|walk| walk.expr(&a.formula, &b.formula))?;
        let ty = inner.ty.clone();
        Some(Expr::leaf(AlignedLeaf::Filled { inner: Box::new(inner), value: Some(value) }, ty))
    }

    /// What is inside is looked at without the filters from outside, which then have to be equal themselves: it may do more
    /// with them than hand them on to measures.
    fn unfiltered<T>(&mut self, inside: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let outside = std::mem::take(&mut self.filters);
        let sources = |filters: &[&'m PerSource<RowExpr>], model: &'m Model| {
            let mut names: Vec<_> =
                filters.iter().flat_map(|it| it.iter()).map(|(id, _)| &model.source(id).name).collect();
            names.sort();
            names.dedup();
            names
        };
        let names = sources(&outside.0, self.models.0);
        let equal = names == sources(&outside.1, self.models.1)
            && names.iter().all(|name| {
                let of = |filters: &[&'m PerSource<RowExpr>], model: &'m Model| -> Option<Vec<Term<'m>>> {
                    let source = model.source_named(name)?;
                    filters.iter().map(|it| it.get(source).map(|expr| Term { model, source, expr })).collect()
                };
                let both = of(&outside.0, self.models.0).zip(of(&outside.1, self.models.1));
                both.and_then(|(a, b)| cases::decide(&a, &b)).is_some_and(|it| it.relation == Relation::Equal)
            });
        let result = equal.then(|| inside(self)).flatten();
        self.filters = outside;
        result
    }

    fn measures(&self, a: &'m Measure, b: &'m Measure) -> Option<AlignedLeaf<'m>> {
        let (model_a, model_b) = self.models;
        let (source_a, source_b) = (model_a.source(a.source), model_b.source(b.source));
        let key_a = source_a.key.iter().map(|key| &source_a.column(*key).name);
        let key_b = source_b.key.iter().map(|key| &source_b.column(*key).name);
        let alike = |left: Option<&RowExpr>, right: Option<&RowExpr>| {
            alike::optional(self.models, (a.source, b.source), left, right)
        };
        let picks = match (&a.pick, &b.pick) {
            (None, None) => true,
            (Some(left), Some(right)) => {
                left.last == right.last
                    && alike::in_any_order(&left.per, &right.per, |one, other| alike(Some(one), Some(other)))
            }
            _ => false,
        };
        let alive = match (&a.alive, &b.alive) {
            (None, None) => true,
            (Some(left), Some(right)) => left.moment == right.moment && alike(Some(&left.until), Some(&right.until)),
            _ => false,
        };
        let fits = a.aggregate == b.aggregate
            && source_a.name == source_b.name
            && key_a.eq(key_b)
            && alike(a.axis.as_ref(), b.axis.as_ref())
            && alike(a.argument.as_ref(), b.argument.as_ref())
            && picks
            && alive;
        if !fits {
            return None;
        }
        let part = |model: &'m Model, measure: &'m Measure, filters: &[&'m PerSource<RowExpr>]| -> Option<Part<'m>> {
            let source = measure.source;
            let outer = filters.iter().map(|it| it.get(source).map(|expr| Term { model, source, expr }));
            Some(Part { model, measure, outer: outer.collect::<Option<_>>()? })
        };
        let (a, b) = (part(model_a, a, &self.filters.0)?, part(model_b, b, &self.filters.1)?);
        Some(AlignedLeaf::Measure(Box::new(Pair { a, b })))
    }
}

/// The metric that an expression is the name of.
fn named<'m>(model: &'m Model, expr: &MetricExpr) -> Option<&'m Metric> {
    match &expr.kind {
        Kind::Leaf(MetricLeaf::Metric(id)) => Some(model.metric(*id)),
        _ => None,
    }
}
