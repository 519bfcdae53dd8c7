//! What the evaluator can compute and no plan exists for yet.

use crate::model::{
    ColumnId, Key, KeyKind, MetricExpr, MetricId, MetricLeaf, Model, Over, Request, RowExpr, RowLeaf, SourceId,
};
use rustc_hash::FxHashSet;

/// The first construct that a request rests on and that has no plan, in the words of the language.
pub fn unplanned(model: &Model, request: &Request) -> Option<String> {
    let having = request.having.iter().flat_map(leaf_metrics);
    let metrics: Vec<MetricId> = request.metrics.iter().copied().chain(having).collect();
    let mut walk = Walk {
        model,
        place: Place { framed: false, bounded: false },
        metrics: FxHashSet::default(),
        columns: FxHashSet::default(),
    };
    let keyed = request.keys.iter().find_map(|key| walk.key(key));
    let filtered =
        || request.filter.iter().flat_map(|filter| filter.iter()).map(|(source, expr)| (source, expr.clone()));
    keyed
        .or_else(|| filtered().find_map(|(source, expr)| walk.row(source, &expr)))
        .or_else(|| metrics.iter().find_map(|id| walk.metric(*id)))
}

/// The first construct that an expression of a source's rows rests on and that has no plan.
pub fn row(model: &Model, source: SourceId, expr: &RowExpr) -> Option<String> {
    let place = Place { framed: false, bounded: false };
    let mut walk = Walk { model, place, metrics: FxHashSet::default(), columns: FxHashSet::default() };
    walk.row(source, expr)
}

fn leaf_metrics(expr: &MetricExpr) -> Vec<MetricId> {
    let mut ids = Vec::new();
    expr.leaves(&mut |leaf| {
        if let MetricLeaf::Metric(id) = leaf {
            ids.push(*id);
        }
    });
    ids
}

/// What can be planned where a metric stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    /// A window or `prior` is around it.
    framed: bool,
    /// Up to a moment of each row.
    bounded: bool,
}

struct Walk<'m> {
    model: &'m Model,
    place: Place,
    metrics: FxHashSet<(MetricId, Place)>,
    columns: FxHashSet<(SourceId, ColumnId)>,
}

impl Walk<'_> {
    fn metric(&mut self, id: MetricId) -> Option<String> {
        if !self.metrics.insert((id, self.place)) {
            return None;
        }
        self.formula(&self.model.metric(id).formula)
    }

    /// The same in another place.
    fn within(&mut self, place: Place, exprs: &[&MetricExpr]) -> Option<String> {
        let before = std::mem::replace(&mut self.place, place);
        let found = exprs.iter().find_map(|expr| self.formula(expr));
        self.place = before;
        found
    }

    fn formula(&mut self, expr: &MetricExpr) -> Option<String> {
        let mut leaves = Vec::new();
        expr.leaves(&mut |leaf| leaves.push(leaf));
        leaves.into_iter().find_map(|leaf| self.leaf(leaf))
    }

    fn leaf(&mut self, leaf: &MetricLeaf) -> Option<String> {
        let place = self.place;
        let inner = leaf.inner();
        let framed = Place { framed: true, ..place };
        let own = match leaf {
            MetricLeaf::Metric(id) => return self.metric(*id),
            MetricLeaf::Window { .. } | MetricLeaf::Prior { .. } | MetricLeaf::StartOf { .. } => {
                return self.within(framed, &inner);
            }
            MetricLeaf::Total { over: Over::Keys(keys), .. } if keys.iter().any(Key::is_time) => {
                match place.framed {
                    true => Some("total over a period under a window"),
                    // What is left is the whole, where a window needs an end to look back from.
                    false => return self.within(place, &inner),
                }
            }
            _ => None,
        };
        if let Some(own) = own {
            return Some(own.to_owned());
        }
        match leaf {
            MetricLeaf::Measure(measure) => {
                measure.row_exprs().chain(&measure.axis).find_map(|expr| self.row(measure.source, expr))
            }
            MetricLeaf::Per(per) => {
                let inside = Place { framed: false, ..place };
                per.keys.iter().find_map(|key| self.key(key)).or_else(|| self.within(inside, &inner))
            }
            MetricLeaf::Filtered { filter, inner } => {
                filter.iter().find_map(|(source, expr)| self.row(source, expr)).or_else(|| self.formula(inner))
            }
            _ => self.all(leaf.inner()),
        }
    }

    fn all(&mut self, exprs: Vec<&MetricExpr>) -> Option<String> {
        exprs.into_iter().find_map(|expr| self.formula(expr))
    }

    fn key(&mut self, key: &Key) -> Option<String> {
        match &key.kind {
            KeyKind::Column(each) => each.iter().find_map(|(source, expr)| self.row(source, expr)),
            KeyKind::Grain(_) | KeyKind::Part(_) | KeyKind::Declared(_) => None,
        }
    }

    fn row(&mut self, source: SourceId, expr: &RowExpr) -> Option<String> {
        let mut leaves = Vec::new();
        expr.leaves(&mut |leaf| leaves.push(leaf));
        leaves.into_iter().find_map(|leaf| match leaf {
            RowLeaf::Column { path, source: end, column } => {
                let mut at = source;
                for hop in path {
                    let join = self.model.source(at).join(*hop);
                    at = join.target;
                }
                if !self.columns.insert((*end, *column)) {
                    return None;
                }
                let model = self.model;
                model.source(*end).column(*column).derived.as_ref().and_then(|derived| self.row(*end, derived))
            }
            RowLeaf::Lookup(lookup) => {
                let place = Place { framed: false, bounded: lookup.until.is_some() };
                let until = lookup.until.iter().find_map(|until| self.row(source, until));
                until.or_else(|| self.within(place, &[&lookup.metric])).or_else(|| {
                    lookup.keys.iter().find_map(|(key, value)| self.key(key).or_else(|| self.row(source, value)))
                })
            }
        })
    }
}
