//! What `compile` publishes: which statements a project's metrics and reports become.

use super::additivity::of_aggregate;
use super::errors::meaning;
use crate::diagnostic::Found;
use crate::model::{
    Additivity, Base, Grain, Key, KeyKind, Kind, Metric, MetricExpr, MetricId, MetricLeaf, Model, Over, ReportId,
    Request, Type,
};
use crate::source::Span;
use smol_str::SmolStr;

/// One statement that a project publishes.
#[derive(Clone, Debug)]
pub struct Publication {
    /// Its file's name without the ending: `revenue`, `buyers__by_month_region`.
    pub name: String,
    pub what: Published,
    pub request: Request,
    /// Its values must not be summed up from parts.
    pub do_not_aggregate: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Published {
    Metric(MetricId),
    Report(ReportId),
}

/// All statements, in order of names. Metrics that cannot be re-aggregated and declare no cut give a note instead.
pub fn publications(model: &Model, found: &mut Found) -> Vec<Publication> {
    let mut all = Vec::with_capacity(model.metrics.len());
    for (at, metric) in model.metrics.iter().enumerate() {
        if !metric.ty.is_broken() {
            of_metric(model, MetricId(at as u32), metric, &mut all, found);
        }
    }
    for (at, report) in model.reports.iter().enumerate() {
        all.push(Publication {
            name: report.name.to_string(),
            what: Published::Report(ReportId(at as u32)),
            request: report.request.clone(),
            do_not_aggregate: false,
        });
    }
    all
}

fn of_metric(model: &Model, id: MetricId, metric: &Metric, all: &mut Vec<Publication>, found: &mut Found) {
    let parts = parts(model, metric);
    let sums_up = matches!(metric.additivity, Additivity::Additive | Additivity::Reaggregable) || !parts.is_empty();
    if sums_up {
        let mut keys: Vec<Key> = finest_grain(metric).map(|grain| grain_key(grain, metric)).into_iter().collect();
        for key in metric.by.iter().filter(|key| !matches!(key.kind, KeyKind::Grain(_))) {
            keys.push(key.clone());
        }
        all.push(publication(metric.name.to_string(), id, parts, keys, false));
        return;
    }
    if metric.by.is_empty() && metric.grain.is_none() {
        found.push(meaning::not_published(metric.name_span, &metric.name));
        return;
    }
    // Each declared cut on its own: a value for two cuts together says nothing of either alone.
    let declared_grain = metric.grain.map(|grain| grain_key(grain, metric));
    let grains: Vec<Key> =
        metric.by.iter().filter(|key| matches!(key.kind, KeyKind::Grain(_))).cloned().chain(declared_grain).fold(
            Vec::new(),
            |mut each, key| {
                if !each.iter().any(|known: &Key| known.name == key.name) {
                    each.push(key);
                }
                each
            },
        );
    let cuts: Vec<&Key> = metric.by.iter().filter(|key| !matches!(key.kind, KeyKind::Grain(_))).collect();
    let mut sets: Vec<Vec<Key>> = Vec::new();
    for grain in &grains {
        sets.push(vec![grain.clone()]);
        sets.extend(cuts.iter().map(|cut| vec![grain.clone(), (*cut).clone()]));
    }
    if grains.is_empty() {
        sets.extend(cuts.iter().map(|cut| vec![(*cut).clone()]));
    }
    // A share of a total over a key is 1 wherever that key is not among the keys.
    let mut needed = Vec::new();
    totalled(model, &metric.formula, &mut needed);
    sets.retain(|keys| needed.iter().all(|name| keys.iter().any(|key| key.name == *name)));
    for keys in sets {
        let names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
        let name = format!("{}__by_{}", metric.name, names.join("_"));
        all.push(publication(name, id, Vec::new(), keys, true));
    }
}

/// The keys that totals under a formula take out by name.
fn totalled(model: &Model, formula: &MetricExpr, names: &mut Vec<SmolStr>) {
    let mut leaves = Vec::new();
    formula.leaves(&mut |leaf| leaves.push(leaf));
    for leaf in leaves {
        if let MetricLeaf::Total { over: Over::Keys(keys), .. } = leaf {
            names.extend(keys.iter().map(|key| key.name.clone()));
        }
        match leaf {
            MetricLeaf::Metric(id) => totalled(model, &model.metric(*id).formula, names),
            // A total inside `per` is over the groups there.
            MetricLeaf::Per(_) => {}
            _ => leaf.inner().into_iter().for_each(|inner| totalled(model, inner, names)),
        }
    }
}

fn publication(
    name: String,
    id: MetricId,
    parts: Vec<(SmolStr, MetricExpr)>,
    keys: Vec<Key>,
    do_not_aggregate: bool,
) -> Publication {
    let request = Request {
        metrics: vec![id],
        parts,
        keys,
        sources: Vec::new(),
        filter: None,
        range: None,
        having: None,
        order: Vec::new(),
        limit: None,
        span: Span::default(),
    };
    Publication { name, what: Published::Metric(id), request, do_not_aggregate }
}

/// The grain a metric that sums up is published at: the declared one, else days; nothing where it has no time.
fn finest_grain(metric: &Metric) -> Option<Grain> {
    let declared = metric.by.iter().filter_map(|key| match key.kind {
        KeyKind::Grain(grain) => Some(grain),
        _ => None,
    });
    match metric.time.timeless {
        Some(_) => None,
        None => Some(metric.grain.or(declared.min()).unwrap_or(Grain::Day)),
    }
}

fn grain_key(grain: Grain, metric: &Metric) -> Key {
    let ty = Type::plain(grain.key_base(Base::Timestamp)).or_null(true);
    Key { name: SmolStr::new(grain.name()), kind: KeyKind::Grain(grain), ty, span: metric.name_span }
}

/// The additive parts that a ratio or another combination is made of: published beside it, so that whoever sums up sums the
/// parts and combines them again. Empty where some part cannot be summed.
fn parts(model: &Model, metric: &Metric) -> Vec<(SmolStr, MetricExpr)> {
    let mut parts = Vec::new();
    let mut sound = matches!(metric.formula.kind, Kind::Call(..) | Kind::Case { .. });
    collect_parts(model, metric, &metric.formula, &mut parts, &mut sound);
    if sound { parts } else { Vec::new() }
}

fn collect_parts(
    model: &Model,
    metric: &Metric,
    formula: &MetricExpr,
    parts: &mut Vec<(SmolStr, MetricExpr)>,
    sound: &mut bool,
) {
    let mut leaves = Vec::new();
    formula.leaf_nodes(&mut |leaf, ty| leaves.push((leaf, ty)));
    for (leaf, ty) in leaves {
        let name = match leaf {
            MetricLeaf::Metric(id) => {
                let part = model.metric(*id);
                if !matches!(part.additivity, Additivity::Additive | Additivity::Reaggregable) {
                    if matches!(part.formula.kind, Kind::Call(..) | Kind::Case { .. }) {
                        collect_parts(model, part, &part.formula, parts, sound);
                    } else {
                        *sound = false;
                    }
                    continue;
                }
                part.name.clone()
            }
            MetricLeaf::Measure(measure)
                if of_aggregate(measure.aggregate) != Additivity::NonAdditive
                    && measure.pick.is_none()
                    && measure.alive.is_none() =>
            {
                let number = parts.iter().filter(|(known, _)| known.starts_with(&format!("{}__", metric.name))).count();
                SmolStr::from(format!("{}__part_{}", metric.name, number + 1))
            }
            _ => {
                *sound = false;
                continue;
            }
        };
        let part = MetricExpr::leaf(leaf.clone(), ty.clone().or_null(true));
        if !parts.iter().any(|(_, known)| known.kind == part.kind) {
            parts.push((name, part));
        }
    }
}
