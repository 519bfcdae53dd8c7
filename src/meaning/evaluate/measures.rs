//! Aggregates of rows in a context.

use super::faults;
use super::formula::{Context, Engine, Table};
use super::rows::{Program, Rows};
use super::slots::{Slot, Slots, Timeless};
use crate::diagnostic::Diagnostic;
use crate::meaning::coverage::Mark;
use crate::meaning::{Value, fold};
use crate::model::{Aggregate, Expr, Key, KeyKind, Measure, Moment, RowExpr, RowLeaf, SourceId, Type};
use crate::source::Span;
use jiff::civil::DateTime;
use rustc_hash::FxHashMap;

/// A row that counts for something: where it stands, and what is aggregated of it.
pub struct Item {
    /// The values of the keys that are not of time.
    pub keys: Vec<Value>,
    pub at: Option<DateTime>,
    /// What `first` and `last` go by: time, then key.
    pub order: Vec<Value>,
    /// Whether the aggregate's own `where` lets it in.
    pub counted: bool,
    pub value: Value,
}

/// A condition with the mark of what it was seen to be.
pub struct Condition<'a> {
    program: Program<'a>,
    mark: Option<Mark>,
}

impl<'a> Engine<'a, '_> {
    pub fn condition(&self, source: SourceId, expr: &RowExpr, span: Span) -> Result<Condition<'a>, Box<Diagnostic>> {
        // The parts of an `and` have marks of their own.
        let mark = self.rows.computing.mark_of(expr);
        Ok(Condition { program: self.rows.compile_at(source, expr, span)?, mark })
    }

    /// Whether all conditions are true; later ones are not looked at after one that is not.
    pub fn all_hold(&self, conditions: &[Condition], row: usize) -> Result<bool, Box<Diagnostic>> {
        for condition in conditions {
            let holds = self.rows.holds(&condition.program, row)?;
            self.rows.computing.mark(condition.mark, holds);
            if !holds {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The conditions that a context puts on the rows of a source.
    pub fn context_conditions(
        &self,
        context: &Context,
        source: SourceId,
        span: Span,
    ) -> Result<Vec<Condition<'a>>, Box<Diagnostic>> {
        let filters = context.filters.iter().filter_map(|filter| filter.get(source));
        filters.map(|filter| self.condition(source, filter, span)).collect()
    }

    /// The keys of a context that are not of time, as a row of a source has them.
    pub fn key_programs(
        &self,
        context: &Context,
        source: SourceId,
        axis: Option<&RowExpr>,
        span: Span,
    ) -> Result<Vec<Program<'a>>, Box<Diagnostic>> {
        let program = |key: &Key| match (&key.kind, axis) {
            (KeyKind::Column(each), _) => match each.get(source) {
                Some(expr) => self.rows.compile_at(source, expr, span),
                None => self.rows.compile_at(source, &Expr::broken(), span),
            },
            (KeyKind::Part(part), Some(axis)) => {
                let part = self.rows.model.calendar.part(*part, axis.clone());
                self.rows.compile_at(source, &part, span)
            }
            _ => self.rows.compile_at(source, &Expr::broken(), span),
        };
        context.keys.iter().map(program).collect()
    }

    /// A row's place in time.
    pub fn positions(
        &self,
        source: SourceId,
        axis: Option<&RowExpr>,
        context: &Context,
        span: Span,
    ) -> Result<Vec<Option<DateTime>>, Box<Diagnostic>> {
        let count = self.rows.count(source);
        let Some(axis) = axis else { return Ok(vec![None; count]) };
        let program = self.rows.compile_at(source, axis, span)?;
        let mut positions = Vec::with_capacity(count);
        for row in 0..count {
            positions.push(context.line.position(&self.rows.value(&program, row)?));
        }
        Ok(positions)
    }

    /// A measure for each combination of the context's keys that has rows.
    pub fn measure(&self, measure: &Measure, ty: &Type, context: &Context) -> Result<Table, Box<Diagnostic>> {
        let (source, span) = (measure.source, measure.span);
        let rows = measure.rows.iter().map(|rows| self.condition(source, rows, span)).collect::<Result<Vec<_>, _>>()?;
        let filters = self.context_conditions(context, source, span)?;
        let keys = self.key_programs(context, source, measure.axis.as_ref(), span)?;
        let reader = Reader::new(self, measure)?;
        // Where only some rows at a time count, time is read of the rows of the definition, and before other filters.
        let mut defined = Vec::new();
        for row in 0..self.rows.count(source) {
            if self.all_hold(&rows, row)? {
                defined.push(row);
            }
        }
        let is_timed = measure.alive.is_some() || measure.pick.is_some() || !context.slots.is_everything();
        let axis = measure.axis.as_ref().filter(|_| is_timed);
        let positions = self.positions(source, axis, context, span)?;
        let item = |row: usize, at: Option<DateTime>| -> Result<Option<Item>, Box<Diagnostic>> {
            if !self.all_hold(&filters, row)? {
                return Ok(None);
            }
            let keys = keys.iter().map(|key| self.rows.value(key, row)).collect::<Result<_, _>>()?;
            reader.item(self, row, keys, at).map(Some)
        };
        let mut table = Table::default();
        let mut out = Out { table: &mut table, aggregate: measure.aggregate, ty, span };
        if let Some(alive) = &measure.alive {
            let ends = self.positions(source, Some(&alive.until), context, span)?;
            let mut items: Vec<(Item, DateTime, Option<DateTime>)> = Vec::new();
            for row in defined {
                if let Some(start) = positions[row]
                    && let Some(item) = item(row, Some(start))?
                {
                    items.push((item, start, ends[row]));
                }
            }
            for slot in &context.slots.list {
                let alive = items
                    .iter()
                    .filter(|(_, start, end)| is_alive(alive.moment, slot, *start, *end))
                    .map(|(item, _, _)| item);
                out.grouped(slot, alive)?;
            }
            return Ok(table);
        }
        if let Some(pick) = &measure.pick {
            let per =
                pick.per.iter().map(|key| self.rows.compile_at(source, key, span)).collect::<Result<Vec<_>, _>>()?;
            let mut timed: Vec<(DateTime, Vec<Value>, Option<Item>)> = Vec::new();
            for row in defined {
                if let Some(at) = positions[row] {
                    let per = per.iter().map(|key| self.rows.value(key, row)).collect::<Result<_, _>>()?;
                    timed.push((at, per, item(row, Some(at))?));
                }
            }
            timed.sort_by_key(|(at, _, _)| *at);
            for slot in &context.slots.list {
                let read = held(&timed, slot, |(at, _, _)| Some(*at));
                let mut chosen: FxHashMap<&[Value], DateTime> = FxHashMap::default();
                for (at, per, _) in read {
                    let moment = chosen.entry(per).or_insert(*at);
                    *moment = if pick.last { (*moment).max(*at) } else { (*moment).min(*at) };
                }
                let picked = read
                    .iter()
                    .filter(|(at, per, _)| chosen.get(per.as_slice()) == Some(at))
                    .filter_map(|(_, _, item)| item.as_ref());
                out.grouped(slot, picked)?;
            }
            return Ok(table);
        }
        let mut items = Vec::new();
        for row in defined {
            if let Some(at) = context.placed(positions[row]) {
                items.extend(item(row, at)?);
            }
        }
        out.spread(items, &context.slots)?;
        Ok(table)
    }
}

/// What is read of a row for a measure.
pub struct Reader<'a> {
    aggregate: Aggregate,
    argument: Option<Program<'a>>,
    filter: Option<Condition<'a>>,
    order: Vec<Program<'a>>,
}

impl<'a> Reader<'a> {
    pub fn new(engine: &Engine<'a, '_>, measure: &Measure) -> Result<Reader<'a>, Box<Diagnostic>> {
        let (source, span) = (measure.source, measure.span);
        let compile = |expr: &RowExpr| engine.rows.compile_at(source, expr, span);
        let mut order = Vec::new();
        if matches!(measure.aggregate, Aggregate::First | Aggregate::Last) {
            order.extend(measure.axis.as_ref().map(compile).transpose()?);
            order.extend(key_of(engine.rows, source)?);
        }
        Ok(Reader {
            aggregate: measure.aggregate,
            argument: measure.argument.as_ref().map(compile).transpose()?,
            filter: measure.filter.as_ref().map(|filter| engine.condition(source, filter, span)).transpose()?,
            order,
        })
    }

    pub fn item(
        &self,
        engine: &Engine,
        row: usize,
        keys: Vec<Value>,
        at: Option<DateTime>,
    ) -> Result<Item, Box<Diagnostic>> {
        let counted = match &self.filter {
            Some(filter) => engine.all_hold(std::slice::from_ref(filter), row)?,
            None => true,
        };
        let value = match &self.argument {
            Some(argument) if counted => engine.rows.value(argument, row)?,
            _ => Value::Null,
        };
        let mut order: Vec<Value> =
            self.order.iter().map(|part| engine.rows.value(part, row)).collect::<Result<_, _>>()?;
        // A row without a time is neither first nor last while there is one with.
        if self.aggregate == Aggregate::Last && !order.is_empty() {
            order.insert(0, Value::Boolean(!order[0].is_null()));
        }
        Ok(Item { keys, at, order, counted, value })
    }
}

/// The columns of a source's key.
pub fn key_of<'a>(rows: &Rows<'a>, source: SourceId) -> Result<Vec<Program<'a>>, Box<Diagnostic>> {
    let declared = rows.model.source(source);
    let column = |column: &crate::model::ColumnId| {
        let ty = declared.column(*column).ty.clone();
        rows.compile(source, &RowExpr::leaf(RowLeaf::Column { path: Vec::new(), source, column: *column }, ty))
    };
    declared.key.iter().map(column).collect()
}

/// Whether an interval holds the moment of a stretch that decides.
fn is_alive(moment: Moment, slot: &Slot, start: DateTime, end: Option<DateTime>) -> bool {
    if slot.timeless == Timeless::Only {
        return false;
    }
    let ends_after = |at: DateTime| end.is_none_or(|end| end > at);
    match moment {
        // The last moment before the end: so what ends just there was alive.
        Moment::Last => slot.until.is_some_and(|until| start < until && end.is_none_or(|end| end >= until)),
        Moment::First => slot.from.is_some_and(|from| start <= from && ends_after(from)),
        Moment::Any => {
            slot.until.is_none_or(|until| start < until) && slot.from.is_none_or(ends_after) && ends_after(start)
        }
    }
}

/// The part of rows in order of time that a stretch holds.
fn held<'t, T>(sorted: &'t [T], slot: &Slot, at: impl Fn(&T) -> Option<DateTime>) -> &'t [T] {
    if slot.timeless == Timeless::Only {
        return &[];
    }
    let first = slot.from.map_or(0, |from| sorted.partition_point(|it| at(it).is_some_and(|at| at < from)));
    let end = slot.until.map_or(sorted.len(), |until| sorted.partition_point(|it| at(it).is_some_and(|at| at < until)));
    &sorted[first..end.max(first)]
}

/// Where aggregates go.
pub struct Out<'t> {
    pub table: &'t mut Table,
    pub aggregate: Aggregate,
    pub ty: &'t Type,
    pub span: Span,
}

impl Out<'_> {
    /// Items by their keys, and each group by the stretches that hold them.
    pub fn spread(&mut self, items: Vec<Item>, slots: &Slots) -> Result<(), Box<Diagnostic>> {
        let mut groups: FxHashMap<Vec<Value>, Vec<Item>> = FxHashMap::default();
        for mut item in items {
            groups.entry(std::mem::take(&mut item.keys)).or_default().push(item);
        }
        for (keys, mut items) in groups {
            // Those without a time last; rows of one time in the order of the data.
            items.sort_by_key(|item| (item.at.is_none(), item.at));
            let timed = items.partition_point(|item| item.at.is_some());
            let (timed, timeless) = items.split_at(timed);
            if slots.disjoint && slots.list.len() > 1 {
                self.disjoint(&keys, timed, timeless, slots)?;
                continue;
            }
            for slot in &slots.list {
                let read = held(timed, slot, |item| item.at);
                let also = if slot.timeless == Timeless::Outside { &[][..] } else { timeless };
                if read.len() + also.len() > 0 {
                    let all: Vec<&Item> = read.iter().chain(also).collect();
                    self.fold(keys.clone(), slot, all)?;
                }
            }
        }
        Ok(())
    }

    /// The same where each item is in one stretch at most: only the stretches that have items are looked at.
    fn disjoint(
        &mut self,
        keys: &[Value],
        timed: &[Item],
        timeless: &[Item],
        slots: &Slots,
    ) -> Result<(), Box<Diagnostic>> {
        let (list, null) = match slots.list.split_last() {
            Some((last, rest)) if last.timeless == Timeless::Only => (rest, Some(last)),
            _ => (&slots.list[..], None),
        };
        let mut rest = timed;
        while let Some(first) = rest.first() {
            let place = list.partition_point(|slot| slot.until.zip(first.at).is_some_and(|(until, at)| until <= at));
            match list.get(place) {
                Some(slot) if slot.holds(first.at) => {
                    let within = rest.partition_point(|item| slot.holds(item.at));
                    self.fold(keys.to_vec(), slot, rest[..within].iter().collect())?;
                    rest = &rest[within..];
                }
                _ => rest = &rest[1..],
            }
        }
        match null {
            Some(null) if !timeless.is_empty() => self.fold(keys.to_vec(), null, timeless.iter().collect()),
            _ => Ok(()),
        }
    }

    /// The items of one stretch, by their keys.
    pub fn grouped<'i>(&mut self, slot: &Slot, items: impl Iterator<Item = &'i Item>) -> Result<(), Box<Diagnostic>> {
        let mut groups: FxHashMap<&[Value], Vec<&Item>> = FxHashMap::default();
        for item in items {
            groups.entry(&item.keys).or_default().push(item);
        }
        for (keys, items) in groups {
            self.fold(keys.to_vec(), slot, items)?;
        }
        Ok(())
    }

    fn fold(&mut self, mut keys: Vec<Value>, slot: &Slot, mut items: Vec<&Item>) -> Result<(), Box<Diagnostic>> {
        if matches!(self.aggregate, Aggregate::First | Aggregate::Last) {
            items.sort_by(|one, other| one.order.cmp(&other.order));
        }
        let values: Vec<&Value> = items.iter().filter(|item| item.counted).map(|item| &item.value).collect();
        let value = folded(self.aggregate, &values, self.ty, self.span)?;
        keys.extend(slot.labels.iter().cloned());
        self.table.values.insert(keys, value);
        Ok(())
    }
}

/// The aggregate of values, of which there may be none: the group has rows, and its own `where` let none in.
pub fn folded(aggregate: Aggregate, values: &[&Value], ty: &Type, span: Span) -> Result<Value, Box<Diagnostic>> {
    if values.is_empty() {
        let counts = matches!(
            aggregate,
            Aggregate::Count | Aggregate::CountValues | Aggregate::CountDistinct | Aggregate::ApproxCountDistinct
        );
        return Ok(if counts { Value::Integer(0) } else { Value::Null });
    }
    fold::fold(aggregate, values, ty).map_err(|overflow| faults::does_not_fit(span, &overflow.to_string()))
}
