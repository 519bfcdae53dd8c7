//! The meaning of a request, computed on rows: the definitions of the manual, executed one by one.
//!
//! Invariant: no line of it is shared with the planning of SQL, which is held against it.

mod declared;
mod faults;
mod follow;
mod formula;
mod line;
mod measures;
mod node;
mod per;
mod rows;
mod slots;
mod windows;

use super::coverage::Conditions;
use super::{Data, Value};
use crate::diagnostic::Diagnostic;
use crate::model::{
    Bound, Grain, GrainId, Key, KeyKind, MetricExpr, MetricId, MetricLeaf, Model, OrderBy, Period, Request, RowExpr,
    SourceId, Type,
};
use declared::Declared;
pub(in crate::meaning) use formula::single;
use formula::{Context, Engine, Prepared, joined};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use line::Line;
use rows::Rows;
use rustc_hash::{FxHashMap, FxHashSet};
use slots::{Slots, Stretch, Timeless};
use smol_str::SmolStr;
use std::rc::Rc;

/// What is to be computed, of which rows, and when.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub model: &'a Model,
    pub request: &'a Request,
    pub data: &'a Data,
    /// The wall time now, in the project's zone: what `last 3 months` is counted from.
    pub now: DateTime,
    /// Where to note which conditions were seen to be true, and which not.
    pub conditions: Option<&'a Conditions<'a>>,
}

/// Rows in order: as the request orders them, then by all keys; nulls last.
#[derive(Clone, PartialEq, Debug)]
pub struct Answer {
    /// The keys, then the metrics.
    pub columns: Vec<AnswerColumn>,
    pub rows: Vec<Vec<Value>>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct AnswerColumn {
    pub name: SmolStr,
    pub ty: Type,
}

/// Answers a request. Fails where the rows do not keep what the model says of them (keys, validity), where a number does not
/// fit its type, and where a value is read that was not given.
pub fn evaluate(asked: &Asked) -> Result<Answer, Box<Diagnostic>> {
    let (model, request) = (asked.model, asked.request);
    let zone = TimeZone::get(&model.calendar.timezone).unwrap_or(TimeZone::UTC);
    let rows = Rows::new(model, asked.data, zone.clone(), asked.conditions);
    let mut columns: Vec<AnswerColumn> =
        request.keys.iter().map(|key| AnswerColumn { name: key.name.clone(), ty: key.ty.clone() }).collect();
    let mut answer = if request.metrics.is_empty() {
        let line = Line { calendar: &model.calendar, zone, universal: false, declared: Rc::default() };
        listing(&Engine::new(&rows, line), request)?
    } else {
        let metrics = request.metrics.iter().map(|id| model.metric(*id));
        columns.extend(metrics.map(|it| AnswerColumn { name: it.name.clone(), ty: it.ty.clone().or_null(true) }));
        let parts = request.parts.iter();
        columns.extend(parts.map(|(name, part)| AnswerColumn { name: name.clone(), ty: part.ty.clone() }));
        let declared = declared_grains(&rows, request)?;
        let universal = request.keys.iter().any(is_below_a_day)
            && request.metrics.iter().any(|id| model.metric(*id).time.instants.is_some());
        let line = Line { calendar: &model.calendar, zone, universal, declared: Rc::new(declared) };
        of_metrics(&Engine::new(&rows, line), asked)?
    };
    sort(&mut answer, request);
    if let Some(limit) = request.limit {
        answer.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    Ok(Answer { columns, rows: answer })
}

/// The values of expressions for every row of a source, row by row, whatever its keys are: for who looks for rows that do not
/// keep what is said of them. Of several rows with one key a join leads to the first.
pub fn values(
    model: &Model,
    data: &Data,
    source: SourceId,
    exprs: &[RowExpr],
) -> Result<Vec<Vec<Value>>, Box<Diagnostic>> {
    let zone = TimeZone::get(&model.calendar.timezone).unwrap_or(TimeZone::UTC);
    let rows = Rows::of_any_keys(model, data, zone);
    let programs = exprs.iter().map(|expr| rows.compile(source, expr)).collect::<Result<Vec<_>, _>>()?;
    let of_row = |row| programs.iter().map(|program| rows.value(program, row)).collect();
    (0..rows.count(source)).map(of_row).collect()
}

fn is_below_a_day(key: &Key) -> bool {
    matches!(key.kind, KeyKind::Grain(grain) if grain < Grain::Day)
}

/// The calendars that a request needs, each read once.
fn declared_grains(rows: &Rows, request: &Request) -> Result<FxHashMap<GrainId, Declared>, Box<Diagnostic>> {
    let mut wanted: FxHashSet<GrainId> = FxHashSet::default();
    let mut visit = |period: Period| {
        if let Period::Declared(id) = period {
            wanted.insert(id);
        }
    };
    request.keys.iter().filter_map(Key::period).for_each(&mut visit);
    let metrics = request.metrics.iter().map(|id| rows.model.metric(*id)).chain(having(rows.model, request));
    for metric in metrics {
        periods(rows.model, &metric.formula, &mut visit);
    }
    let mut declared = FxHashMap::default();
    for id in wanted {
        let grain = rows.model.grain(id);
        declared.insert(id, Declared::read(rows, grain)?);
    }
    nested(rows.model, &declared)?;
    Ok(declared)
}

/// Fails where a grain does not lie within the next one of its calendar, as its place in the list says.
fn nested(model: &Model, declared: &FxHashMap<GrainId, Declared>) -> Result<(), Box<Diagnostic>> {
    for (inner, finer) in declared {
        for (outer, coarser) in declared {
            let nests = model.nests(Period::Declared(*inner), Period::Declared(*outer));
            if inner != outer
                && nests
                && let Some(day) = finer.crosses(coarser)
            {
                return Err(faults::does_not_nest(model.grain(*inner), &model.grain(*outer).name, day));
            }
        }
    }
    Ok(())
}

/// The metrics that only decide on rows.
fn having<'a>(model: &'a Model, request: &'a Request) -> impl Iterator<Item = &'a crate::model::Metric> {
    let mut ids: Vec<MetricId> = Vec::new();
    if let Some(having) = &request.having {
        having.leaves(&mut |leaf| {
            if let MetricLeaf::Metric(id) = leaf {
                ids.push(*id);
            }
        });
    }
    ids.into_iter().map(|id| model.metric(id))
}

/// Calls `visit` for each kind of period that a formula names.
fn periods(model: &Model, formula: &MetricExpr, visit: &mut dyn FnMut(Period)) {
    let mut leaves = Vec::new();
    formula.leaves(&mut |leaf| leaves.push(leaf));
    for leaf in leaves {
        match leaf {
            MetricLeaf::Metric(id) => periods(model, &model.metric(*id).formula, visit),
            MetricLeaf::Window { window: crate::model::Window::ToDate(period), .. }
            | MetricLeaf::StartOf { period, .. } => visit(*period),
            MetricLeaf::Per(per) => per.keys.iter().filter_map(Key::period).for_each(&mut *visit),
            _ => {}
        }
        leaf.inner().into_iter().for_each(|inner| periods(model, inner, visit));
    }
}

/// The distinct values of keys, without a metric.
fn listing(engine: &Engine, request: &Request) -> Result<Vec<Vec<Value>>, Box<Diagnostic>> {
    let mut found: FxHashSet<Vec<Value>> = FxHashSet::default();
    for &source in &request.sources {
        let filters = request.filter.iter().collect();
        let context = Context::new(request.keys.clone(), filters, Slots::whole(None), engine.line.clone());
        let conditions = engine.context_conditions(&context, source, request.span)?;
        let keys = engine.key_programs(&context, source, None, request.span)?;
        for row in 0..engine.rows.count(source) {
            if engine.all_hold(&conditions, row)? {
                found.insert(keys.iter().map(|key| engine.rows.value(key, row)).collect::<Result<_, _>>()?);
            }
        }
    }
    Ok(found.into_iter().collect())
}

fn of_metrics(engine: &Engine, asked: &Asked) -> Result<Vec<Vec<Value>>, Box<Diagnostic>> {
    let (model, request) = (asked.model, asked.request);
    let (times, keys): (Vec<Key>, Vec<Key>) = request.keys.iter().cloned().partition(|key| key.period().is_some());
    let filters: Vec<_> = request.filter.iter().collect();
    let range = range(engine, asked);
    let slots = if times.is_empty() {
        Slots::whole(range)
    } else {
        let mut extent = None;
        for id in &request.metrics {
            extent = joined(extent, engine.extent(&model.metric(*id).formula, Some(&filters), &engine.line)?);
        }
        Slots::periods(&engine.line, times, extent, range)
    };
    let context = Context::new(keys, filters, slots, engine.line.clone());
    let asked_for: Vec<MetricExpr> = request
        .metrics
        .iter()
        .map(|id| MetricExpr::leaf(MetricLeaf::Metric(*id), model.metric(*id).ty.clone().or_null(true)))
        .collect();
    let prepare = |expr| engine.prepare(expr, &context, true, request.span);
    let shown: Vec<Prepared> =
        asked_for.iter().chain(request.parts.iter().map(|(_, part)| part)).map(prepare).collect::<Result<_, _>>()?;
    let having = request.having.as_ref().map(prepare).transpose()?;
    let filled = request.metrics.iter().any(|id| model.metric(*id).fill.is_some());
    let order = places(request);
    let mut answer = Vec::new();
    for row in result_rows(&context, &shown, filled) {
        if let Some(having) = &having
            && having.value(engine.rows, &row)?.truth() != Some(true)
        {
            continue;
        }
        let mut values: Vec<Value> = order.iter().map(|place| row[*place].clone()).collect();
        for metric in &shown {
            values.push(metric.value(engine.rows, &row)?);
        }
        answer.push(values);
    }
    Ok(answer)
}

/// For each key of the request its place in a row of the context, where keys of time come last.
fn places(request: &Request) -> Vec<usize> {
    let times = request.keys.iter().filter(|key| key.period().is_some()).count();
    let (mut column, mut time) = (0, request.keys.len() - times);
    let mut place = |key: &Key| {
        let next = if key.period().is_some() { &mut time } else { &mut column };
        *next += 1;
        *next - 1
    };
    request.keys.iter().map(&mut place).collect()
}

/// One for each combination of keys for which some metric has data; where a metric is filled, also every period for each
/// combination of the other keys.
fn result_rows(context: &Context, shown: &[Prepared], filled: bool) -> FxHashSet<Vec<Value>> {
    let width = context.shape.len();
    // Nothing but totals: then their own rows are the rows.
    let only_totals = !shown.iter().any(Prepared::makes_rows);
    let mut rows: FxHashSet<Vec<Value>> = FxHashSet::default();
    for metric in shown {
        metric.rows(only_totals, width, &mut |row| {
            rows.insert(row.clone());
        });
    }
    if filled && !context.slots.keys.is_empty() {
        let others: FxHashSet<Vec<Value>> = rows.iter().map(|row| row[..context.keys.len()].to_vec()).collect();
        for other in others {
            for slot in context.slots.list.iter().filter(|slot| slot.timeless != Timeless::Only) {
                rows.insert(other.iter().chain(&slot.labels).cloned().collect());
            }
        }
    }
    rows
}

/// The range that is asked for, as positions.
fn range(engine: &Engine, asked: &Asked) -> Option<Stretch> {
    let range = asked.request.range?;
    let line = Line { universal: false, ..engine.line.clone() };
    let bound = |bound: Bound| match bound {
        Bound::Day(day) => engine.line.of_day(day),
        Bound::FromNow { periods, grain } => {
            let start = line.calendar.start_of(grain, asked.now);
            engine.line.of_day(line.moved(start, periods, grain).date())
        }
    };
    Some((range.from.map(bound), range.until.map(bound)))
}

/// In the order asked for, which all keys complete; nulls last, ascending and descending.
fn sort(rows: &mut [Vec<Value>], request: &Request) {
    rows.sort_by(|one, other| {
        for order in &request.order {
            let at = match order.by {
                OrderBy::Key(at) => at,
                OrderBy::Metric(at) => request.keys.len() + at,
            };
            let (one, other) = (&one[at], &other[at]);
            let descending = order.descending && !one.is_null() && !other.is_null();
            let ordering = if descending { other.cmp(one) } else { one.cmp(other) };
            if ordering.is_ne() {
                return ordering;
            }
        }
        one.cmp(other)
    });
}
