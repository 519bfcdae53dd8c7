//! What the evaluator can compute and no plan exists for yet.

use super::frames;
use crate::model::{
    Base, Bound, ColumnId, Grain, Key, KeyKind, Measure, MetricExpr, MetricId, MetricLeaf, Model, Over, Per, Request,
    RowExpr, RowLeaf, SourceId,
};
use rustc_hash::FxHashSet;

/// The first construct that a request rests on and that has no plan, in the words of the language.
pub fn unplanned(model: &Model, request: &Request) -> Option<String> {
    let having = request.having.iter().flat_map(leaf_metrics);
    let metrics: Vec<MetricId> = request.metrics.iter().copied().chain(having).collect();
    let grains: Vec<Grain> = request.keys.iter().filter_map(grain_of).collect();
    let mut walk = Walk {
        model,
        place: Place {
            prior: grains.iter().min().is_none_or(|finest| !is_cut_by_now(*finest, request)),
            framed: false,
            looked_up: false,
        },
        metrics: FxHashSet::default(),
        columns: FxHashSet::default(),
    };
    let keyed = request.keys.iter().find_map(|key| walk.key(key));
    let filtered =
        || request.filter.iter().flat_map(|filter| filter.iter()).map(|(source, expr)| (source, expr.clone()));
    let below_a_day = grains.iter().find(|grain| **grain < Grain::Day);
    let of_instants = below_a_day
        .filter(|_| metrics.iter().any(|id| model.metric(*id).time.instants.is_some()))
        .map(|grain| format!("{} of an instant", grain.name()));
    keyed
        .or(of_instants)
        .or_else(|| filtered().find_map(|(source, expr)| walk.row(source, &expr)))
        .or_else(|| metrics.iter().find_map(|id| walk.metric(*id)))
}

fn is_instant(measure: &Measure) -> bool {
    measure.axis.as_ref().is_some_and(|axis| axis.ty.base == Base::Instant)
}

fn grain_of(key: &Key) -> Option<Grain> {
    match key.kind {
        KeyKind::Grain(grain) => Some(grain),
        _ => None,
    }
}

/// Whether a range that is counted from now may begin or end within a period.
fn is_cut_by_now(grain: Grain, request: &Request) -> bool {
    let bounds = request.range.iter().flat_map(|range| range.from.iter().chain(&range.until));
    bounds.into_iter().any(|bound| match bound {
        Bound::Day(_) => false,
        Bound::FromNow { grain: counted, .. } => !grain.nests_in(*counted),
    })
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
    prior: bool,
    /// A window or `prior` is around it.
    framed: bool,
    /// It is looked up by rows: over all time.
    looked_up: bool,
}

/// A looked-up metric is over all time, and where that ends is not planned.
const LOOKED_UP: Place = Place { prior: false, framed: false, looked_up: true };

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
        let metric = self.model.metric(id);
        if metric.fill.is_some() && self.place.looked_up {
            return Some("fill in a look-up".to_owned());
        }
        self.formula(&metric.formula)
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
            MetricLeaf::Window { .. } => return self.within(framed, &inner),
            MetricLeaf::Prior { .. } if place.prior => return self.within(framed, &inner),
            MetricLeaf::StartOf { .. } => return self.within(framed, &inner),
            MetricLeaf::Prior { .. } => Some("prior"),
            MetricLeaf::Filled { .. } if place.looked_up => Some("fill in a look-up"),
            MetricLeaf::Measure(measure) if measure.alive.is_some() && place.looked_up => {
                Some("while … until without a period here")
            }
            MetricLeaf::Per(per) if !self.has_inner_stretches(per) => Some("per under a window"),
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
                // With an inner grain there is always a period; `prior` of one that a window cuts has no plan.
                let has_grain = per.keys.iter().any(|key| key.period().is_some());
                let inside = if has_grain { Place { ..place } } else { place };
                let inside = Place { prior: inside.prior && !place.framed, framed: false, ..inside };
                per.keys.iter().find_map(|key| self.key(key)).or_else(|| self.within(inside, &inner))
            }
            MetricLeaf::Filtered { filter, inner } => {
                filter.iter().find_map(|(source, expr)| self.row(source, expr)).or_else(|| self.formula(inner))
            }
            _ => self.all(leaf.inner()),
        }
    }

    /// Whether the stretches can be made that an inner metric reads by, if it needs any.
    fn has_inner_stretches(&self, per: &Per) -> bool {
        let inner = || per.argument.iter().chain(&per.filter);
        let grains = || per.keys.iter().filter_map(grain_of);
        let of_instants = grains().any(|grain| grain < Grain::Day)
            && inner().any(|expr| frames::measured(self.model, expr).any(|measure| is_instant(&measure)));
        // What is filled is filled for the combinations that it has itself: those of another metric beside it are not its.
        let filled = inner().any(|expr| frames::is_filled(self.model, expr));
        let alone = inner().all(|expr| frames::is_only_filled(self.model, expr));
        let has_none = of_instants || (filled && !alone);
        !has_none
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
            RowLeaf::Lookup(lookup) if lookup.until.is_some() => Some("metric(… until …)".to_owned()),
            RowLeaf::Lookup(lookup) => self.within(LOOKED_UP, &[&lookup.metric]).or_else(|| {
                lookup.keys.iter().find_map(|(key, value)| self.key(key).or_else(|| self.row(source, value)))
            }),
        })
    }
}
