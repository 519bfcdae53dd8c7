//! A metric of two revisions asked at once: both models laid into one, in which the question is put to both definitions, so
//! that planning, dialects and evaluation need to know nothing of it.

mod moved;
mod names;

use super::bindings::reads_otherwise;
use super::side::{Bound, Side};
use crate::check::difference;
use crate::model::{
    Additivity, GrainId, Key, KeyKind, Metric, MetricExpr, MetricId, MetricLeaf, Model, Order, OrderBy, PerSource,
    Request, RowExpr, SourceId, Status,
};
use crate::source::Sources;
use crate::sql::binding::{Binding, SourceBinding};
use crate::sql::query::Relation;
use moved::Moved;
use names::Names;
use smol_str::{SmolStr, format_smolstr};

/// A metric of a project at one moment, and what is asked of it.
pub struct Asked<'a> {
    pub side: Side<'a>,
    /// The warehouse that rows are read from, where it is one of etalon.yaml.
    pub bound: Option<Bound<'a>>,
    pub metric: MetricId,
    pub request: Request,
}

/// Both definitions in one model, and the question for both and their difference.
pub struct Bridge {
    pub model: Model,
    /// The texts that the model's places point into: those of the later definitions first.
    pub sources: Sources,
    pub request: Request,
    /// By source: what its files are called.
    pub files: Vec<SmolStr>,
    /// What the warehouse calls the sources of both.
    pub binding: Binding,
}

/// Why two definitions cannot be laid side by side, and what to do about it.
#[derive(Debug)]
pub struct Apart {
    pub fact: String,
    pub help: String,
}

impl Apart {
    fn new(fact: impl Into<String>, help: &str) -> Apart {
        Apart { fact: fact.into(), help: help.to_owned() }
    }
}

/// Lays both side by side.
pub fn bridge(before: &Asked, after: &Asked) -> Result<Bridge, Apart> {
    same_calendar(before, after)?;
    let [old, new] = [before.side.model, after.side.model];
    let mut sources = Sources::default();
    for side in [&after.side, &before.side] {
        for (_, file) in side.sources.iter() {
            sources.add(file.name.clone(), file.text.clone());
        }
    }
    let names = Names::of(before, after);
    // Sources are looked up by their names: they have to be in order.
    let mut order: Vec<(SmolStr, bool, usize)> = Vec::new();
    order.extend(new.sources.iter().enumerate().map(|(at, source)| (source.name.clone(), true, at)));
    order.extend(old.sources.iter().enumerate().map(|(at, source)| (names.of_source(&source.name), false, at)));
    order.sort();
    let places = |is_new: bool, length: usize| {
        let mut places = vec![SourceId(0); length];
        for (to, (_, _, from)) in order.iter().enumerate().filter(|(_, (_, side, _))| *side == is_new) {
            places[*from] = SourceId(to as u32);
        }
        places
    };
    let grains = (0..old.grains.len()).map(|at| {
        let same = same_grain(before, after, GrainId(at as u32));
        same.unwrap_or(GrainId((new.grains.len() + at) as u32))
    });
    let of_new = Moved {
        sources: places(true, new.sources.len()),
        metrics: 0,
        teams: 0,
        grains: (0..new.grains.len()).map(|at| GrainId(at as u32)).collect(),
        files: 0,
    };
    let of_old = Moved {
        sources: places(false, old.sources.len()),
        metrics: new.metrics.len() as u32,
        teams: new.teams.len() as u32,
        grains: grains.collect(),
        files: after.side.sources.len() as u32,
    };
    let mut model = Model::new(new.calendar.clone());
    for (name, is_new, at) in &order {
        let (moved, from) = if *is_new { (&of_new, new) } else { (&of_old, old) };
        let mut source = moved.source(&from.sources[*at]);
        source.name = name.clone();
        model.sources.push(source);
    }
    for (moved, from, is_new) in [(&of_new, new, true), (&of_old, old, false)] {
        model.teams.extend(from.teams.iter().map(|team| moved.team(team)));
        model.grains.extend(from.grains.iter().map(|grain| {
            let mut grain = moved.grain(grain);
            if !is_new {
                // Periods of different calendars lie in none of each other.
                grain.calendar = format_smolstr!("{}{}", grain.calendar, names.suffix);
            }
            grain
        }));
        for metric in &from.metrics {
            let mut metric = moved.metric(metric);
            metric.name = if is_new { names.of_new_metric(&metric.name) } else { names.of_old_metric(&metric.name) };
            model.metrics.push(metric);
        }
    }
    let then = of_old.metric_id(before.metric);
    let now = of_new.metric_id(after.metric);
    model.metrics[then.0 as usize].name.clone_from(&names.before);
    model.metrics[now.0 as usize].name.clone_from(&names.after);
    let third = difference_of(&model, &names, then, now)?;
    model.metrics.push(third);
    model.index();
    if let Some(key) = after.request.keys.iter().find(|key| names.is_column(&key.name)) {
        let fact = format!("the key `{}` is called like a column of the answer", key.name);
        return Err(Apart::new(fact, "ask by a key of another name: a join or a dimension that leads to the same"));
    }
    let request =
        request(before, after, [&of_old, &of_new], vec![then, now, MetricId(model.metrics.len() as u32 - 1)])?;
    let files =
        order.iter().map(|(_, is_new, at)| if *is_new { &new.sources[*at].name } else { &old.sources[*at].name });
    let files = files.cloned().collect();
    Ok(Bridge { model, sources, request, files, binding: binding(before, after, &names) })
}

/// Periods of different calendars, or moments of different zones, have nothing to do with each other.
fn same_calendar(before: &Asked, after: &Asked) -> Result<(), Apart> {
    let [then, now] = [before, after].map(|asked| &asked.side.model.calendar);
    let differs = if then.timezone != now.timezone {
        format!("the time zone was {} and is {}", then.timezone, now.timezone)
    } else if then.week_starts != now.week_starts {
        "weeks start on different days".to_owned()
    } else if then.year_starts != now.year_starts {
        "years start in different months".to_owned()
    } else {
        return Ok(());
    };
    let (from, to) = (&before.side.when, &after.side.when);
    let help = "ask each by itself with `etalon query … --as-of`: their periods are not the same";
    Err(Apart::new(format!("the calendars {from} and {to} differ: {differs}"), help))
}

/// The grain of the later definitions that is the same in all that it rests on.
fn same_grain(before: &Asked, after: &Asked, id: GrainId) -> Option<GrainId> {
    let [old, new] = [before.side.model, after.side.model];
    let grain = old.grain(id);
    let same = new.grain_named(&grain.name)?;
    let other = new.grain(same);
    let (table, other_table) = (old.source(grain.source), new.source(other.source));
    let column = |at: [crate::model::ColumnId; 2]| {
        let (one, other) = (table.column(at[0]), other_table.column(at[1]));
        one.name == other.name && one.ty == other.ty && one.derived.is_none() && other.derived.is_none()
    };
    let is_moved = match (&before.bound, &after.bound) {
        (Some(one), Some(other)) => reads_otherwise(old, &table.name, one, other),
        _ => false,
    };
    let is_same = grain.calendar == other.calendar
        && table.name == other_table.name
        && column([grain.at, other.at])
        && column([grain.column, other.column])
        && !is_moved;
    is_same.then_some(same)
}

/// The later value less the earlier. Where both sum up over rows, what only one of them has is all of the difference.
fn difference_of(model: &Model, names: &Names, then: MetricId, now: MetricId) -> Result<Metric, Apart> {
    let [before, after] = [then, now].map(|id| model.metric(id));
    let asked = |id: MetricId| MetricExpr::leaf(MetricLeaf::Metric(id), model.metric(id).ty.clone().or_null(true));
    let sums_up = before.additivity == Additivity::Additive && after.additivity == Additivity::Additive;
    let formula = difference(asked(now), asked(then), sums_up).map_err(|fact| {
        let fact = format!("`{}` and `{}` have no difference: {fact}", names.after, names.before);
        Apart::new(fact, "ask each by itself with `etalon query … --as-of`")
    })?;
    let missing = if sums_up { ", where one of them has no rows counting as nothing" } else { "" };
    Ok(Metric {
        name: names.difference.clone(),
        title: None,
        ty: formula.ty.clone(),
        unit: after.unit.clone(),
        percent: after.percent && before.percent,
        means: Some(format!("{} less {}{missing}.", names.after, names.before)),
        formula,
        owner: None,
        agreed_by: Vec::new(),
        fill: None,
        also: Vec::new(),
        guardrails: Vec::new(),
        variant_of: None,
        status: Status::Official,
        sources: before.sources.iter().chain(&after.sources).copied().collect(),
        ..after.clone()
    })
}

/// The question for all three, each key and filter as either side reaches it.
fn request(before: &Asked, after: &Asked, moved: [&Moved; 2], metrics: Vec<MetricId>) -> Result<Request, Apart> {
    let [then, now] = [(moved[0], &before.request), (moved[1], &after.request)];
    let both = |one: Option<PerSource<RowExpr>>, other: Option<PerSource<RowExpr>>| {
        let each = |it: &PerSource<RowExpr>| it.iter().map(|(id, expr)| (id, expr.clone())).collect::<Vec<_>>();
        match (one, other) {
            (Some(one), Some(other)) => Some(PerSource::new([each(&one), each(&other)].concat())),
            (one, other) => one.or(other),
        }
    };
    let mut keys: Vec<Key> = Vec::with_capacity(now.1.keys.len());
    for (old, new) in then.1.keys.iter().zip(&now.1.keys) {
        let (old, mut new) = (then.0.key(old), now.0.key(new));
        let is_same = match (&old.kind, &new.kind) {
            (KeyKind::Column(_), KeyKind::Column(_)) => true,
            (one, other) => one == other,
        };
        if !is_same || old.name != new.name || old.ty.base != new.ty.base {
            let fact = format!("the key `{}` is not the same {} and {}", new.name, before.side.when, after.side.when);
            return Err(Apart::new(
                fact,
                "ask by keys that both have, or each by itself with `etalon query … --as-of`",
            ));
        }
        new.ty = new.ty.clone().or_null(old.ty.nullable || new.ty.nullable);
        if let (KeyKind::Column(one), KeyKind::Column(other)) = (old.kind, &new.kind) {
            new.kind = both(Some(one), Some(other.clone())).map_or(new.kind.clone(), KeyKind::Column);
        }
        keys.push(new);
    }
    let order: Vec<Order> = (0..keys.len()).map(|at| Order { by: OrderBy::Key(at), descending: false }).collect();
    Ok(Request {
        metrics,
        filter: both(
            then.1.filter.as_ref().map(|filter| then.0.per_source(filter)),
            now.1.filter.as_ref().map(|filter| now.0.per_source(filter)),
        ),
        keys,
        order,
        span: now.1.span,
        ..now.1.clone()
    })
}

/// The names of both in their warehouse: those of the earlier sources as they were then.
fn binding(before: &Asked, after: &Asked, names: &Names) -> Binding {
    let plain = Binding::plain();
    let [then, now] = [before, after].map(|asked| asked.bound.map_or(&plain, |bound| bound.binding));
    let mut binding = now.clone();
    for source in &before.side.model.sources {
        let bound = then.sources.get(&source.name);
        let (table, query) = match then.relation(&source.name) {
            Relation::Physical(parts) => {
                (Some(parts.iter().map(|part| quoted(part)).collect::<Vec<_>>().join(".")), None)
            }
            Relation::Query(query) => (None, Some(query)),
            Relation::Cte(name) => (Some(name.to_string()), None),
        };
        let columns = bound.map(|bound| bound.columns.clone()).unwrap_or_default();
        binding.sources.insert(names.of_source(&source.name), SourceBinding { table, query, columns });
    }
    binding
}

/// A part of a name, so that a dot in it stays one part.
fn quoted(part: &str) -> String {
    if part.contains('"') { format!("`{part}`") } else { format!("\"{part}\"") }
}
