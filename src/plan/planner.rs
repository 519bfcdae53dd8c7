//! From a request to relations: ingredients are gathered, each source is scanned once for all that need the same keys, and
//! the pieces are put together.

use super::days::{self, RowsByDay};
use super::distinct;
use super::follow;
use super::frames::{self, Frame};
use super::inner::Filled;
use super::line;
use super::measures::{Filters, Group, Ingredient, Parts, Use};
use super::scan::{self, Reading, Wanted};
use super::{Attached, Column, Plan, Relation, RelationId, Result, Rows, Slot, Stack, Step};
use crate::model::{
    Aggregate, Alive, Base, Calendar, Expr, GrainId, Key, Lookup, Measure, MetricExpr, MetricLeaf, Model, OrderBy,
    Period, Pick, Range, Request, RowExpr, SourceId, Type,
};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

/// Plans a request. It was checked, so there is nothing left to complain about.
pub fn plan(model: &Model, request: &Request) -> Plan {
    let mut planner = Planner::new(model, request.range, line::is_universal(model, request));
    let filters: Filters = request.filter.iter().cloned().collect();
    for id in &request.metrics {
        frames::measures(model, &model.metric(*id).formula, &filters, &mut planner.asked);
    }
    let mut outputs: Vec<(SmolStr, Type)> = Vec::new();
    let (rows, having) = if request.metrics.is_empty() {
        (planner.listing(request), None)
    } else {
        let mut parts = Parts::new(model, &request.keys, planner.is_endless());
        let mut exprs = Vec::with_capacity(request.metrics.len() + request.parts.len());
        for id in &request.metrics {
            let metric = model.metric(*id);
            let asked = Expr::leaf(MetricLeaf::Metric(*id), metric.ty.clone().or_null(true));
            exprs.push(parts.take_apart(&asked, &filters, &metric.name));
            outputs.push((metric.name.clone(), metric.ty.clone().or_null(true)));
        }
        for (name, part) in &request.parts {
            exprs.push(parts.take_apart(part, &filters, name));
            outputs.push((name.clone(), part.ty.clone()));
        }
        let having = request.having.as_ref().map(|having| parts.take_apart_hidden(having, &filters, &request.metrics));
        exprs.extend(having.clone());
        let filled = request.metrics.iter().any(|id| model.metric(*id).fill.is_some());
        let mut rows =
            planner.assemble(parts, exprs, &request.keys, filled.then_some(Filled { from: 0, combinations: None }));
        let having = having.and_then(|_| rows.outputs.pop());
        (rows, having)
    };
    let columns = columns_of(&request.keys)
        .into_iter()
        .chain(outputs.into_iter().map(|(name, ty)| Column { name, ty }))
        .collect();
    let result = Result { rows, columns, having, order: complete_order(request), limit: request.limit };
    Plan { calendar: model.calendar.clone(), relations: planner.relations, result }
}

pub fn columns_of(keys: &[Key]) -> Vec<Column> {
    keys.iter().map(|key| Column { name: key.name.clone(), ty: key.ty.clone() }).collect()
}

/// An order is completed by all keys, so that it is one; a limit needs an order.
fn complete_order(request: &Request) -> Vec<(usize, bool)> {
    if request.order.is_empty() && request.limit.is_none() {
        return Vec::new();
    }
    let mut order: Vec<(usize, bool)> = Vec::new();
    for term in &request.order {
        let column = match term.by {
            OrderBy::Key(at) => at,
            OrderBy::Metric(at) => request.keys.len() + at,
        };
        order.push((column, term.descending));
    }
    for key in 0..request.keys.len() {
        if !order.iter().any(|(column, _)| *column == key) {
            order.push((key, false));
        }
    }
    order
}

/// Relations as they are made.
pub struct Planner<'m> {
    pub(super) model: &'m Model,
    /// Binds every measure's own axis; taken off inside a lookup, which is over all time.
    pub(super) range: Option<Range>,
    pub(super) relations: Vec<Relation>,
    names: FxHashSet<SmolStr>,
    pub(super) looked_up: FxHashMap<(MetricExpr, Vec<Key>), RelationId>,
    /// Bounded look-ups, by the source whose rows bound them.
    pub(super) bounded: FxHashMap<(SourceId, Lookup), RelationId>,
    /// Relations of stretches, by keys of time and frame.
    pub(super) stretches: Vec<(ReadBy, RelationId)>,
    /// The measures of the metrics asked for.
    pub(super) asked: Vec<(Measure, Filters)>,
    /// Where all of it begins and ends: by the line of time, and whether to the day only.
    pub(super) bounds: Vec<((bool, bool), RelationId)>,
    /// Moments are in UTC, and not wall time.
    pub(super) universal: bool,
    /// Sums by day.
    pub(super) days: Vec<days::ByDay>,
    /// Calendar tables, by grain.
    pub(super) declared: Vec<(GrainId, RelationId)>,
    /// What an inner metric reads by.
    pub(super) within: Option<Within>,
}

impl<'m> Planner<'m> {
    pub(super) fn new(model: &'m Model, range: Option<Range>, universal: bool) -> Self {
        Planner {
            model,
            range,
            relations: Vec::new(),
            names: FxHashSet::default(),
            looked_up: FxHashMap::default(),
            bounded: FxHashMap::default(),
            stretches: Vec::new(),
            asked: Vec::new(),
            bounds: Vec::new(),
            universal,
            declared: Vec::new(),
            days: Vec::new(),
            within: None,
        }
    }

    pub fn model(&self) -> &'m Model {
        self.model
    }

    pub fn calendar(&self) -> &'m Calendar {
        &self.model.calendar
    }

    pub(super) fn add(&mut self, wanted: &str, keys: Vec<Column>, values: Vec<Column>, step: Step) -> RelationId {
        // Long names are cut: some warehouse keeps only 63 bytes of one.
        let base: String = wanted.chars().take(48).collect();
        let mut name = SmolStr::new(&base);
        let mut number = 2;
        while self.model.source_named(&name).is_some() || !self.names.insert(name.clone()) {
            name = format!("{base}_{number}").into();
            number += 1;
        }
        self.relations.push(Relation { name, keys, values, step });
        RelationId(self.relations.len() - 1)
    }

    /// The distinct values of keys in the sources that have them.
    fn listing(&mut self, request: &Request) -> Rows {
        let keys = columns_of(&request.keys);
        let mut inputs = Vec::with_capacity(request.sources.len());
        for &source in &request.sources {
            let filter: Option<&RowExpr> = request.filter.as_ref().and_then(|filter| filter.get(source));
            let scan = scan::listing(self, source, &request.keys, filter);
            let name = format!("{}_values", self.model.source(source).name);
            inputs.push(self.add(&name, keys.clone(), Vec::new(), Step::Scan(scan)));
        }
        let base = match inputs[..] {
            [one] => one,
            _ => self.add("values", keys, Vec::new(), Step::Stack(Stack { inputs, values: Vec::new() })),
        };
        Rows { base, attached: Vec::new(), outputs: Vec::new() }
    }

    /// One relation with all keys that has all the expressions' ingredients, and the expressions over it.
    /// `filled`: there is a row for each period of some keys of time.
    pub(super) fn assemble(
        &mut self,
        mut parts: Parts,
        exprs: Vec<Expr<Use>>,
        keys: &[Key],
        filled: Option<Filled>,
    ) -> Rows {
        if parts.groups[0].ingredients.is_empty() {
            // Nothing but totals: the rows are those that the first total's own measures have.
            parts.rows_from_totals();
        }
        let groups: Vec<&Group> = parts.groups.iter().filter(|group| !group.ingredients.is_empty()).collect();
        let mut placed: Vec<(RelationId, Vec<usize>)> = Vec::with_capacity(groups.len());
        for group in &groups {
            placed.push(self.group(group, keys, &parts.ends));
        }
        if let Some(filled) = filled.filter(|filled| keys[filled.from..].iter().any(|key| key.period().is_some())) {
            placed[0].0 = self.dense(placed[0].0, keys, &filled);
        }
        // The base is relation 0 of the rows; groups with fewer keys are attached in their order.
        let place = |group: usize| parts.groups[..group].iter().filter(|group| !group.ingredients.is_empty()).count();
        let slot = |used: &Use| {
            let relation = place(used.group);
            Slot::Value { relation, value: placed[relation].1[used.ingredient] }
        };
        let outputs =
            exprs.iter().map(|expr| expr.replace(&mut |used, ty| Expr::leaf(slot(used), ty.clone()))).collect();
        let base_keys = &self.relations[placed[0].0.0].keys;
        let attached = groups[1..]
            .iter()
            .zip(&placed[1..])
            .map(|(group, (relation, _))| {
                let keys = group.keys.iter().map(|at| Expr::leaf(Slot::Key(*at), base_keys[*at].ty.clone())).collect();
                Attached { relation: *relation, keys }
            })
            .collect();
        Rows { base: placed[0].0, attached, outputs }
    }

    /// Whether nothing says where the whole ends.
    pub(super) fn is_endless(&self) -> bool {
        self.range.is_none_or(|range| range.until.is_none())
    }

    /// The relation of one group, and for each ingredient its value column there.
    fn group(&mut self, group: &Group, all_keys: &[Key], ends: &[Vec<(Measure, Filters)>]) -> (RelationId, Vec<usize>) {
        let keys: Vec<Key> = group.keys.iter().map(|at| all_keys[*at].clone()).collect();
        let timed = keys.iter().any(Key::is_time);
        let times: Vec<Key> = keys.iter().filter(|key| key.period().is_some()).cloned().collect();
        let mut scans: Vec<(Read, Vec<usize>)> = Vec::new();
        let mut made: Vec<(RelationId, Vec<usize>)> = Vec::new();
        for (at, (ingredient, _, _)) in group.ingredients.iter().enumerate() {
            if let Ingredient::Measure { measure, frame, .. } = ingredient {
                // Without a key of time the axis decides nothing about the groups.
                let read = Read {
                    source: measure.source,
                    axis: measure.axis.as_ref().filter(|_| timed || !frame.is_empty() || measure.pick.is_some()),
                    frame,
                    alive: measure.alive.as_ref(),
                    // Moments are picked among the rows of the definition, which have to be the same then.
                    pick: measure.pick.as_ref().map(|pick| (pick, measure.rows.as_ref())),
                    apart: self.is_apart(at, ingredient, &times),
                };
                match scans.iter_mut().find(|(other, _)| *other == read) {
                    Some((_, members)) => members.push(at),
                    None => scans.push((read, vec![at])),
                }
            }
        }
        let bases = self.bases(&scans, &keys, group);
        for ((read, members), base) in scans.into_iter().zip(bases) {
            let relation = self.scan(&read, &keys, group, (&members, base), ends);
            made.push((relation, members));
        }
        for (at, (ingredient, name, ty)) in group.ingredients.iter().enumerate() {
            let relation = match ingredient {
                Ingredient::Measure { .. } => continue,
                Ingredient::Per { per, filters, frame } => {
                    let end = data_end(frame, ends);
                    self.fold(per, filters, (frame, end), &keys, (name, ty))
                }
                Ingredient::Follow { follow, filters, frame } => {
                    let (model, reading) = (self.model, self.reading(frame, false, &keys, ends));
                    let step = follow::plan(self, model, follow, filters, &keys, &reading, ty);
                    let value = Column { name: name.clone(), ty: ty.clone() };
                    let relation_name = grouped_name(name, &keys);
                    self.add(&relation_name, columns_of(&keys), vec![value], Step::Follow(Box::new(step)))
                }
            };
            made.push((relation, vec![at]));
        }
        if let [(relation, members)] = &made[..] {
            let mut values = vec![0; group.ingredients.len()];
            for (value, ingredient) in members.iter().enumerate() {
                values[*ingredient] = value;
            }
            return (*relation, values);
        }
        let mut values = vec![0; group.ingredients.len()];
        let mut columns = Vec::with_capacity(group.ingredients.len());
        let mut from = Vec::with_capacity(group.ingredients.len());
        for (input, (_, members)) in made.iter().enumerate() {
            for (value, ingredient) in members.iter().enumerate() {
                values[*ingredient] = columns.len();
                let (_, name, ty) = &group.ingredients[*ingredient];
                columns.push(Column { name: name.clone(), ty: ty.clone() });
                from.push((input, value));
            }
        }
        let inputs = made.into_iter().map(|(relation, _)| relation).collect();
        let stack = Step::Stack(Stack { inputs, values: from });
        (self.add("stacked", columns_of(&keys), columns, stack), values)
    }

    /// For each read of a group the sums by day that it is made from, if it is. Reads of the same rows share them.
    fn bases(&mut self, reads: &[(Read, Vec<usize>)], keys: &[Key], group: &Group) -> Vec<Option<RelationId>> {
        let times = self.stretch_keys(keys);
        let framed = self.is_framed();
        let windowed = |read: &Read| framed || (!times.is_empty() && !read.frame.is_empty());
        let by_day: Vec<_> = reads
            .iter()
            .map(|(read, members)| {
                let (wanted, values) = wanted(group, members);
                let range = if windowed(read) { None } else { self.range };
                let of = RowsByDay::of(&wanted, range);
                let sums =
                    !self.universal && days::add_up(&wanted, read.frame, &times) && (framed || !times.is_empty());
                sums.then_some((windowed(read), of, wanted, values))
            })
            .collect();
        let standard = times.iter().all(|key| matches!(key.period(), Some(Period::Standard(_))));
        // Rows that no window reads are summed by day only where several periods are asked for, or where others are.
        let pays = |windowed: bool, of: &Option<RowsByDay>| {
            let others = || by_day.iter().flatten().any(|(windowed, other, ..)| *windowed && other == of);
            windowed || (of.is_some() && standard && (times.len() > 1 || others()))
        };
        let mut made: Vec<(&Option<RowsByDay>, RelationId)> = Vec::new();
        let mut bases = Vec::with_capacity(reads.len());
        for each in &by_day {
            let Some((_, of, ..)) = each.as_ref().filter(|(windowed, of, ..)| pays(*windowed, of)) else {
                bases.push(None);
                continue;
            };
            if let Some((_, relation)) = made.iter().find(|(known, _)| of.is_some() && *known == of) {
                bases.push(Some(*relation));
                continue;
            }
            let mut all: (Vec<Wanted>, Vec<Column>) = Default::default();
            let alike =
                by_day.iter().flatten().filter(|other| std::ptr::eq(&other.1, of) || (of.is_some() && other.1 == *of));
            for (_, _, wanted, values) in alike {
                for (wanted, value) in wanted.iter().zip(values) {
                    if !all.0.iter().any(|known| known.measure == wanted.measure && known.filters == wanted.filters) {
                        all.0.push(*wanted);
                        all.1.push(value.clone());
                    }
                }
            }
            let range = of.as_ref().and_then(RowsByDay::range);
            let source = all.0[0].measure.source;
            let relation = self.summed_by_day(source, keys, &all.0, all.1, range);
            made.push((of, relation));
            bases.push(Some(relation));
        }
        bases
    }

    fn scan(
        &mut self,
        read: &Read,
        keys: &[Key],
        group: &Group,
        (members, base): (&[usize], Option<RelationId>),
        ends: &[Vec<(Measure, Filters)>],
    ) -> RelationId {
        let Read { source, frame, alive, .. } = *read;
        let (wanted, values) = wanted(group, members);
        let what = match frame.is_empty() {
            true => self.model.source(source).name.to_string(),
            false => format!("{}_{}", self.model.source(source).name, frames::said(self.model, frame)),
        };
        if let Some(base) = base.filter(|_| frame.is_empty() && !self.is_framed()) {
            let folds = self.folds_by_day(base, &wanted);
            return self.by_periods(base, &what, keys, values, folds);
        }
        // Where a range cuts the periods, not every day before one of them is a period too.
        let each_day = self.range.is_none() && self.within.is_none() && !self.universal;
        let times: Vec<Key> = keys.iter().filter(|key| key.period().is_some()).cloned().collect();
        if let Some(counted) = distinct::counted(&wanted, frame, &times).filter(|_| each_day) {
            let base = self.values_by_day(keys, &wanted[0]);
            let stretches = self.stretches(&times, frame);
            return self.counted(base, keys, values, (stretches, &times), counted);
        }
        let reading = self.reading(frame, alive.is_some(), keys, ends);
        if let Reading::Stretches { relation, times, open } = &reading
            && !self.universal
            && days::add_up(&wanted, frame, times)
        {
            let base = base.unwrap_or_else(|| self.summed_by_day(source, keys, &wanted, values.clone(), None));
            let folds = self.folds_by_day(base, &wanted);
            let running = days::running(frame, times).filter(|_| each_day);
            let one_day = each_day && days::one_day(frame, times);
            return self.regrouped(base, keys, values, (*relation, times, *open), (folds, running, one_day));
        }
        let scan = scan::scan(self, source, keys, &wanted, &reading);
        let name = grouped_name(&what, keys);
        self.add(&name, columns_of(keys), values, Step::Scan(scan))
    }

    /// Whether an ingredient is read by itself, and then its place.
    fn is_apart(&self, at: usize, ingredient: &Ingredient, times: &[Key]) -> Option<usize> {
        let Ingredient::Measure { measure, filters, frame } = ingredient else { return None };
        let wanted = [Wanted { measure, filters, ty: &Type::plain(Base::Integer) }];
        let looks = self.is_framed() || (!times.is_empty() && !frame.is_empty());
        let counts = measure.aggregate == Aggregate::CountDistinct;
        (looks && counts && !days::add_up(&wanted, frame, times)).then_some(at)
    }

    /// Whether stretches around say what is read.
    fn is_framed(&self) -> bool {
        self.within.as_ref().is_some_and(|within| within.framed)
    }

    /// Whether what a frame reads has no beginning: by itself, or by the stretches around it.
    pub(super) fn is_open(&self, frame: &Frame) -> bool {
        frames::is_open(frame) || self.within.as_ref().is_some_and(|within| within.is_open(frame))
    }

    /// The keys that name stretches: those of time, and what a stretch is read for.
    pub(super) fn stretch_keys(&self, keys: &[Key]) -> Vec<Key> {
        let of = self.within.as_ref().map(|within| &within.of[..]).unwrap_or_default();
        let names = |key: &&Key| key.period().is_some() || of.iter().any(|known| known.name == key.name);
        keys.iter().filter(names).cloned().collect()
    }

    /// Which rows are read, by their time. Intervals are in every stretch whose moment they hold.
    fn reading(&mut self, frame: &Frame, intervals: bool, keys: &[Key], ends: &[Vec<(Measure, Filters)>]) -> Reading {
        let times = self.stretch_keys(keys);
        let framed = self.is_framed();
        let open = self.is_open(frame);
        match (frame.is_empty() && !intervals && !framed, times.is_empty()) {
            (false, true) if framed => {
                let relation = self.stretches(&times, frame);
                Reading::Stretches { relation, open, times }
            }
            (true, _) => Reading::Range(self.range),
            (false, true) => {
                let relation = match data_end(frame, ends) {
                    Some(measures) => self.ending_with_data(frame, measures),
                    None => self.ending_with_range(frame),
                };
                match relation {
                    Some(relation) => Reading::Stretches { relation, open, times },
                    None => Reading::Between(self.moved_range(frame)),
                }
            }
            (false, false) => Reading::Stretches { relation: self.stretches(&times, frame), open, times },
        }
    }
}

/// The measures of a group at these places, and the columns that they become.
fn wanted<'g>(group: &'g Group, members: &[usize]) -> (Vec<Wanted<'g>>, Vec<Column>) {
    let of = |member: &usize| match &group.ingredients[*member] {
        (Ingredient::Measure { measure, filters, .. }, name, ty) => {
            Some((Wanted { measure, filters, ty }, Column { name: name.clone(), ty: ty.clone() }))
        }
        _ => None,
    };
    members.iter().filter_map(of).unzip()
}

/// The measures with whose last row a frame ends that nothing else ends.
fn data_end(frame: &Frame, ends: &[Vec<(Measure, Filters)>]) -> Option<Vec<(Measure, Filters)>> {
    frame.iter().rev().find_map(|by| match by {
        frames::Move::DataEnd(at) => Some(ends[*at].clone()),
        _ => None,
    })
}

/// What stretches are read by: those around, the line of time, keys of time, and a frame.
#[derive(PartialEq)]
pub struct ReadBy {
    pub around: Option<RelationId>,
    pub universal: bool,
    pub times: Vec<Key>,
    pub frame: Frame,
}

/// The stretches that an inner metric reads by.
#[derive(Clone)]
pub struct Within {
    pub relation: RelationId,
    /// They are not only the periods of the rows themselves.
    pub framed: bool,
    /// They have no beginning.
    pub open: bool,
    /// Each is read for one combination of these keys, which are keys of the relation.
    pub of: Vec<Key>,
}

impl Within {
    /// Whether what a frame reads of them has no beginning.
    fn is_open(&self, frame: &Frame) -> bool {
        frame.is_empty() && self.open
    }
}

/// How a measure reads its source: measures that read it alike are planned in one scan.
#[derive(Clone, Copy, PartialEq)]
struct Read<'g> {
    source: SourceId,
    axis: Option<&'g RowExpr>,
    frame: &'g Frame,
    alive: Option<&'g Alive>,
    pick: Option<(&'g Pick, Option<&'g RowExpr>)>,
    /// Of what looks over stretches, each that does not add up is by itself: so that the others do.
    apart: Option<usize>,
}

/// `orders_by_month_region`, `orders_overall`
pub fn grouped_name(what: &str, keys: &[Key]) -> String {
    if keys.is_empty() {
        return format!("{what}_overall");
    }
    let names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
    format!("{what}_by_{}", names.join("_"))
}

pub fn unique_name(wanted: &SmolStr, keys: &[Key]) -> SmolStr {
    let mut name = wanted.clone();
    let mut number = 2;
    while keys.iter().any(|key| key.name == name) {
        name = format!("{wanted}_{number}").into();
        number += 1;
    }
    name
}
