//! What the evaluator can compute and no plan exists for yet.

use crate::model::{
    ColumnId, Grain, Key, KeyKind, MetricExpr, MetricId, MetricLeaf, Model, Request, RowExpr, RowLeaf, SourceId, Window,
};
use rustc_hash::FxHashSet;

/// The first construct that a request rests on and that has no plan, in the words of the language.
pub fn unplanned(model: &Model, request: &Request) -> Option<String> {
    let mut walk = Walk { model, metrics: FxHashSet::default(), columns: FxHashSet::default() };
    let having = request.having.iter().flat_map(leaf_metrics);
    let metrics: Vec<MetricId> = request.metrics.iter().copied().chain(having).collect();
    let keyed = request.keys.iter().find_map(|key| walk.key(key));
    let filtered =
        || request.filter.iter().flat_map(|filter| filter.iter()).map(|(source, expr)| (source, expr.clone()));
    let below_a_day = request.keys.iter().find_map(|key| match key.kind {
        KeyKind::Grain(grain) if grain < Grain::Day => Some(grain),
        _ => None,
    });
    let of_instants = below_a_day
        .filter(|_| metrics.iter().any(|id| model.metric(*id).time.instants.is_some()))
        .map(|grain| format!("{} of an instant", grain.name()));
    keyed
        .or(of_instants)
        .or_else(|| filtered().find_map(|(source, expr)| walk.row(source, &expr)))
        .or_else(|| metrics.iter().find_map(|id| walk.metric(*id)))
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

struct Walk<'m> {
    model: &'m Model,
    metrics: FxHashSet<MetricId>,
    columns: FxHashSet<(SourceId, ColumnId)>,
}

impl Walk<'_> {
    fn metric(&mut self, id: MetricId) -> Option<String> {
        if !self.metrics.insert(id) {
            return None;
        }
        let metric = self.model.metric(id);
        if metric.fill.is_some() {
            return Some("fill".to_owned());
        }
        self.formula(&metric.formula)
    }

    fn formula(&mut self, expr: &MetricExpr) -> Option<String> {
        let mut leaves = Vec::new();
        expr.leaves(&mut |leaf| leaves.push(leaf));
        leaves.into_iter().find_map(|leaf| self.leaf(leaf))
    }

    fn leaf(&mut self, leaf: &MetricLeaf) -> Option<String> {
        let own = match leaf {
            MetricLeaf::Metric(id) => return self.metric(*id),
            MetricLeaf::Window { window: Window::Rolling { .. }, .. } => Some("rolling"),
            MetricLeaf::Window { window: Window::ToDate(_), .. } => Some("to_date"),
            MetricLeaf::Window { window: Window::Cumulative, .. } => Some("cumulative"),
            MetricLeaf::Prior { .. } => Some("prior"),
            MetricLeaf::StartOf { .. } => Some("start_of"),
            MetricLeaf::Filled { .. } => Some("fill"),
            MetricLeaf::Follow(_) => Some("follow"),
            MetricLeaf::Measure(measure) if measure.pick.is_some() => Some("first/last per"),
            MetricLeaf::Measure(measure) if measure.alive.is_some() => Some("while … until"),
            MetricLeaf::Measure(_) | MetricLeaf::Filtered { .. } | MetricLeaf::Total { .. } | MetricLeaf::Per(_) => {
                None
            }
        };
        if let Some(own) = own {
            return Some(own.to_owned());
        }
        match leaf {
            MetricLeaf::Measure(measure) => {
                measure.row_exprs().chain(&measure.axis).find_map(|expr| self.row(measure.source, expr))
            }
            MetricLeaf::Per(per) => per.keys.iter().find_map(|key| self.key(key)).or_else(|| self.all(leaf.inner())),
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
            KeyKind::Declared(_) => Some("calendar … from".to_owned()),
            KeyKind::Column(each) => each.iter().find_map(|(source, expr)| self.row(source, expr)),
            KeyKind::Grain(_) | KeyKind::Part(_) => None,
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
                    if join.valid.is_some() {
                        return Some("valid … between".to_owned());
                    }
                    at = join.target;
                }
                if !self.columns.insert((*end, *column)) {
                    return None;
                }
                let model = self.model;
                model.source(*end).column(*column).derived.as_ref().and_then(|derived| self.row(*end, derived))
            }
            RowLeaf::Lookup(lookup) if lookup.until.is_some() => Some("metric(… until …)".to_owned()),
            RowLeaf::Lookup(lookup) => self.formula(&lookup.metric).or_else(|| {
                lookup.keys.iter().find_map(|(key, value)| self.key(key).or_else(|| self.row(source, value)))
            }),
        })
    }
}
