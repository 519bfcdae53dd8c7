//! What the evaluator can compute and no plan exists for yet.

use super::frames;
use super::line;
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
            bounded: false,
        },
        metrics: FxHashSet::default(),
        columns: FxHashSet::default(),
    };
    let keyed = request.keys.iter().find_map(|key| walk.key(key));
    let filtered =
        || request.filter.iter().flat_map(|filter| filter.iter()).map(|(source, expr)| (source, expr.clone()));
    let of_both =
        || metrics.iter().flat_map(|id| frames::measured(model, &model.metric(*id).formula)).any(is_of_wall_time);
    let mixed = (line::is_universal(model, request) && of_both()).then(|| MIXED.to_owned());
    keyed
        .or(mixed)
        .or_else(|| filtered().find_map(|(source, expr)| walk.row(source, &expr)))
        .or_else(|| metrics.iter().find_map(|id| walk.metric(*id)))
}

/// Hours of instants are on the line of UTC, where what clocks show has no place of its own.
const MIXED: &str = "a period below a day for instants beside wall time";

fn is_of_wall_time(measure: Measure) -> bool {
    measure.axis.as_ref().is_some_and(|axis| axis.ty.base != Base::Instant)
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
    /// Up to a moment of each row.
    bounded: bool,
}

/// A looked-up metric is over all time, and where that ends is not planned.
const LOOKED_UP: Place = Place { prior: false, framed: false, looked_up: true, bounded: false };

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
            MetricLeaf::Per(_) if place.bounded => Some("`per` in metric(… until …)"),
            MetricLeaf::Total { .. } if place.bounded => Some("`total` in metric(… until …)"),
            MetricLeaf::Follow(_) if place.bounded => Some("`follow` in metric(… until …)"),
            MetricLeaf::Measure(measure) if measure.pick.is_some() && place.bounded => {
                Some("`first` or `last per` in metric(… until …)")
            }
            MetricLeaf::Metric(id) => return self.metric(*id),
            MetricLeaf::Window { .. } => return self.within(framed, &inner),
            MetricLeaf::Prior { .. } if place.prior => return self.within(framed, &inner),
            MetricLeaf::StartOf { .. } => return self.within(framed, &inner),
            MetricLeaf::Prior { .. } => Some("prior"),
            MetricLeaf::Measure(measure) if measure.alive.is_some() && place.looked_up => {
                Some("while … until without a period here")
            }
            MetricLeaf::Per(per) if self.mixes_lines(per) => Some(MIXED),
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

    /// Whether inner periods below a day are of instants and of wall time.
    fn mixes_lines(&self, per: &Per) -> bool {
        let measures = || {
            let inner = per.argument.iter().chain(&per.filter);
            inner.flat_map(|expr| frames::measured(self.model, expr)).collect::<Vec<Measure>>()
        };
        per.keys.iter().any(line::is_below_a_day)
            && measures().iter().any(line::is_of_instants)
            && measures().into_iter().any(is_of_wall_time)
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
                let place = Place { bounded: lookup.until.is_some(), ..LOOKED_UP };
                let until = lookup.until.iter().find_map(|until| self.row(source, until));
                until.or_else(|| self.within(place, &[&lookup.metric])).or_else(|| {
                    lookup.keys.iter().find_map(|(key, value)| self.key(key).or_else(|| self.row(source, value)))
                })
            }
        })
    }
}
