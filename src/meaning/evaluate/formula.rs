//! Metric expressions in a context: every operator is a change of context.

use super::line::Line;
use super::node::{Cell, Node};
use super::rows::Rows;
use super::slots::Slots;
use super::windows;
use crate::diagnostic::Diagnostic;
use crate::meaning::{Value, scalar};
use crate::model::{
    Base, Function, Grain, Key, KeyKind, Kind, Lookup, Measure, MetricExpr, MetricLeaf, Model, Over, PerSource, Period,
    RowExpr, Type, Window,
};
use crate::source::Span;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rustc_hash::{FxHashMap, FxHashSet};

/// Where a metric is computed: the keys its rows are grouped by, the filters they satisfy, the stretches of time they lie in.
#[derive(Clone)]
pub struct Context<'e, 'a> {
    /// The keys that are not of time.
    pub keys: Vec<Key>,
    pub filters: Vec<&'e PerSource<RowExpr>>,
    pub slots: Slots,
    pub line: Line<'a>,
    /// For each key, then for each label: its place in a row of the outermost context.
    pub shape: Vec<usize>,
}

impl<'e, 'a> Context<'e, 'a> {
    /// An outermost context.
    pub fn new(keys: Vec<Key>, filters: Vec<&'e PerSource<RowExpr>>, slots: Slots, line: Line<'a>) -> Self {
        let shape = (0..keys.len() + slots.keys.len()).collect();
        Context { keys, filters, slots, line, shape }
    }

    /// Where a row stands: at its position, or, where a calendar that is asked for has no such day, without one. Nothing
    /// where it is in no stretch, not even the null period.
    pub fn placed(&self, at: Option<DateTime>) -> Option<Option<DateTime>> {
        let declared = self.slots.keys.iter().filter_map(Key::period).find(|it| matches!(it, Period::Declared(_)));
        let Some(period) = declared.filter(|_| !self.slots.moved) else { return Some(at) };
        let range = self.slots.range();
        let Some(position) = at else { return range.is_none().then_some(None) };
        if self.line.start(period, position).is_some() {
            return Some(at);
        }
        let within = range.is_none_or(|(from, until)| {
            from.is_none_or(|from| from <= position) && until.is_none_or(|until| position < until)
        });
        within.then_some(None)
    }

    fn with_slots(&self, slots: Slots) -> Self {
        Context { slots, ..self.clone() }
    }
}

/// Values by the keys of a context and the labels of its stretches.
#[derive(Default)]
pub struct Table {
    pub values: FxHashMap<Vec<Value>, Value>,
}

/// A metric expression whose parts have been computed in their contexts.
pub struct Prepared {
    node: Node<Part>,
    span: Span,
}

/// A part of a metric expression.
pub enum Part {
    Values {
        table: Table,
        /// For each component of the table's keys its place in a row of the outermost context.
        shape: Vec<usize>,
        /// Where it has values there is a row.
        makes_rows: bool,
    },
    /// A metric by name, filtered or at another time; `fill` is what stands where it has no value.
    Inner { prepared: Box<Prepared>, fill: Option<Value> },
}

/// Computes metrics over rows.
pub struct Engine<'a, 'r> {
    pub rows: &'r Rows<'a>,
    pub line: Line<'a>,
}

impl<'a, 'r> Engine<'a, 'r> {
    pub fn new(rows: &'r Rows<'a>, line: Line<'a>) -> Self {
        Engine { rows, line }
    }

    fn model(&self) -> &'a Model {
        self.rows.model
    }

    /// Computes the parts of an expression in a context. `makes_rows` is false under `total` and `start_of`.
    pub fn prepare<'e>(
        &self,
        expr: &'e MetricExpr,
        context: &Context<'e, 'a>,
        makes_rows: bool,
        span: Span,
    ) -> Result<Prepared, Box<Diagnostic>>
    where
        'a: 'e,
    {
        let node =
            Node::of(expr, &self.rows.computing, &mut |leaf, ty| self.part(leaf, ty, context, makes_rows, span))?;
        Ok(Prepared { node, span })
    }

    fn part<'e>(
        &self,
        leaf: &'e MetricLeaf,
        ty: &Type,
        context: &Context<'e, 'a>,
        makes_rows: bool,
        span: Span,
    ) -> Result<Part, Box<Diagnostic>>
    where
        'a: 'e,
    {
        let values = |table| Part::Values { table, shape: context.shape.clone(), makes_rows };
        let within = |inner: &'e MetricExpr, context: &Context<'e, 'a>, makes_rows| {
            Ok(Part::Inner { prepared: Box::new(self.prepare(inner, context, makes_rows, span)?), fill: None })
        };
        match leaf {
            MetricLeaf::Measure(measure) => Ok(values(self.measure(measure, ty, context)?)),
            MetricLeaf::Follow(follow) => Ok(values(self.follow(follow, ty, context)?)),
            MetricLeaf::Per(per) => Ok(values(self.per(per, ty, context)?)),
            MetricLeaf::Metric(id) => {
                let metric = self.model().metric(*id);
                let prepared = self.prepare(&metric.formula, context, makes_rows, metric.name_span)?;
                Ok(Part::Inner { prepared: Box::new(prepared), fill: metric.fill.as_ref().and_then(constant) })
            }
            MetricLeaf::Filtered { inner, filter } => {
                let mut context = context.clone();
                context.filters.push(filter);
                within(inner, &context, makes_rows)
            }
            MetricLeaf::Filled { inner, value } => {
                let prepared = self.prepare(inner, context, makes_rows, span)?;
                Ok(Part::Inner { prepared: Box::new(prepared), fill: constant(value) })
            }
            MetricLeaf::Total { inner, over } => {
                let context = without(context, over);
                within(inner, &context, false)
            }
            MetricLeaf::Window { inner, window, .. } => {
                let slots = self.windowed(inner, *window, context)?;
                within(inner, &context.with_slots(slots), makes_rows)
            }
            MetricLeaf::Prior { inner, count, unit, .. } => {
                let slots = &context.slots;
                let slots = slots.map(|slot| windows::prior(&context.line, slots, slot, *count, *unit));
                within(inner, &context.with_slots(slots), makes_rows)
            }
            MetricLeaf::StartOf { inner, period, .. } => {
                let slots = &context.slots;
                let slots = slots.map(|slot| windows::start_of(&context.line, slots, slot, *period));
                within(inner, &context.with_slots(slots), false)
            }
        }
    }

    fn windowed(&self, inner: &MetricExpr, window: Window, context: &Context) -> Result<Slots, Box<Diagnostic>> {
        let open = context.slots.list.iter().any(|slot| slot.until.is_none());
        let data_end = match open {
            // Whatever filters are around it: they choose rows, and no filter moves the end that is looked back from.
            true => self.extent(inner, None, &context.line)?,
            false => None,
        };
        let data_end = data_end.and_then(|(_, last)| windows::data_end(&context.line, window, last));
        Ok(context.slots.map(|slot| windows::window(&context.line, slot, window, data_end)))
    }

    /// The first and the last position of any row that the measures of an expression are about: of intervals the start.
    /// Without `filters` of all rows of the definitions, whatever filters are around them.
    pub fn extent(
        &self,
        expr: &MetricExpr,
        filters: Option<&[&PerSource<RowExpr>]>,
        line: &Line<'a>,
    ) -> Result<Option<(DateTime, DateTime)>, Box<Diagnostic>> {
        let mut leaves = Vec::new();
        expr.leaves(&mut |leaf| leaves.push(leaf));
        let mut all: Option<(DateTime, DateTime)> = None;
        for leaf in leaves {
            let found = match leaf {
                MetricLeaf::Measure(measure) => self.extent_of(measure, filters.unwrap_or_default(), line)?,
                MetricLeaf::Metric(id) => self.extent(&self.model().metric(*id).formula, filters, line)?,
                MetricLeaf::Filtered { inner, filter } => {
                    let all = filters.map(|filters| filters.iter().copied().chain([filter]).collect::<Vec<_>>());
                    self.extent(inner, all.as_deref(), line)?
                }
                MetricLeaf::Follow(follow) => self.extent(&follow.after, filters, line)?,
                _ => {
                    let mut found = None;
                    for inner in leaf.inner() {
                        found = joined(found, self.extent(inner, filters, line)?);
                    }
                    found
                }
            };
            all = joined(all, found);
        }
        Ok(all)
    }

    fn extent_of(
        &self,
        measure: &Measure,
        filters: &[&PerSource<RowExpr>],
        line: &Line<'a>,
    ) -> Result<Option<(DateTime, DateTime)>, Box<Diagnostic>> {
        let Some(axis) = &measure.axis else { return Ok(None) };
        let (source, span) = (measure.source, measure.span);
        let filters = filters.iter().filter_map(|filter| filter.get(source));
        let conditions = measure
            .rows
            .iter()
            .chain(filters)
            .map(|condition| self.condition(source, condition, span))
            .collect::<Result<Vec<_>, _>>()?;
        let axis = self.rows.compile_at(source, axis, span)?;
        let mut all = None;
        for row in 0..self.rows.count(source) {
            if self.all_hold(&conditions, row)?
                && let Some(at) = line.position(&self.rows.value(&axis, row)?)
            {
                all = joined(all, Some((at, at)));
            }
        }
        Ok(all)
    }

    /// A looked-up metric: a function from what a row goes by (and the moment it is bounded by) to the value.
    pub fn looked_up<'e>(
        &self,
        lookup: &'e Lookup,
        bounds: Option<Vec<Value>>,
    ) -> Result<impl FnMut(&[Value]) -> Cell + use<'e, 'a, 'r>, Box<Diagnostic>>
    where
        'a: 'e,
    {
        let slots = match bounds {
            None => Slots::whole(None),
            Some(bounds) => bounded(&lookup.keys[0].0, bounds),
        };
        let keys = lookup.keys.iter().map(|(key, _)| key.clone()).collect();
        let context = Context::new(keys, Vec::new(), slots, self.line.clone());
        let prepared = self.prepare(&lookup.metric, &context, true, lookup.span)?;
        // No rows are null, whatever the formula makes of what is missing.
        let mut known: FxHashSet<Vec<Value>> = FxHashSet::default();
        prepared.rows(false, context.shape.len(), &mut |row| {
            known.insert(row.clone());
        });
        let rows = self.rows;
        Ok(move |row: &[Value]| if known.contains(row) { prepared.value(rows, row) } else { Ok(Value::Null) })
    }

    /// Whether any measure of an expression keeps its time as instants.
    pub fn has_instants(&self, expr: &MetricExpr) -> bool {
        let mut found = false;
        expr.leaves(&mut |leaf| {
            found |= match leaf {
                MetricLeaf::Measure(measure) => measure.axis.as_ref().is_some_and(|it| it.ty.base == Base::Instant),
                MetricLeaf::Metric(id) => self.model().metric(*id).time.instants.is_some(),
                _ => leaf.inner().into_iter().any(|inner| self.has_instants(inner)),
            };
        });
        found
    }
}

impl Prepared {
    /// The value for a row of the outermost context.
    pub fn value(&self, rows: &Rows, row: &[Value]) -> Cell {
        self.node.compute(&rows.computing, self.span, &|part| match part {
            Part::Values { table, shape, .. } => {
                let key: Vec<Value> = shape.iter().map(|place| row[*place].clone()).collect();
                Ok(table.values.get(&key).cloned().unwrap_or(Value::Null))
            }
            Part::Inner { prepared, fill } => {
                let value = prepared.value(rows, row)?;
                Ok(match fill {
                    Some(fill) if value.is_null() => fill.clone(),
                    _ => value,
                })
            }
        })
    }

    /// Calls `visit` for each row that a part makes; with `all` also for those of parts that make none, if they have all
    /// the keys.
    pub fn rows<'p>(&'p self, all: bool, width: usize, visit: &mut dyn FnMut(&'p Vec<Value>)) {
        self.node.leaves(&mut |part| match part {
            Part::Values { table, shape, makes_rows } => {
                if (*makes_rows || all) && shape.len() == width {
                    table.values.keys().for_each(&mut *visit);
                }
            }
            Part::Inner { prepared, .. } => prepared.rows(all, width, visit),
        });
    }

    /// Whether any part makes rows.
    pub fn makes_rows(&self) -> bool {
        let mut makes = false;
        self.node.leaves(&mut |part| {
            makes |= match part {
                Part::Values { makes_rows, .. } => *makes_rows,
                Part::Inner { prepared, .. } => prepared.makes_rows(),
            };
        });
        makes
    }

    /// Calls `visit` for each part that is filled.
    pub fn filled<'p>(&'p self, visit: &mut dyn FnMut(&'p Prepared)) {
        self.node.leaves(&mut |part| {
            if let Part::Inner { prepared, fill } = part {
                if fill.is_some() {
                    visit(prepared);
                }
                prepared.filled(visit);
            }
        });
    }
}

/// The one measure that an expression is, perhaps by name, with the filters around it.
pub fn single<'e>(model: &'e Model, expr: &'e MetricExpr) -> Option<(&'e Measure, Vec<&'e PerSource<RowExpr>>)> {
    match &expr.kind {
        Kind::Leaf(MetricLeaf::Measure(measure)) => Some((measure, Vec::new())),
        Kind::Leaf(MetricLeaf::Metric(id)) => single(model, &model.metric(*id).formula),
        Kind::Leaf(MetricLeaf::Filtered { inner, filter }) => {
            let (measure, mut filters) = single(model, inner)?;
            filters.push(filter);
            Some((measure, filters))
        }
        _ => None,
    }
}

/// The value of a constant, perhaps widened to the type of the metric that it fills.
pub fn constant(expr: &MetricExpr) -> Option<Value> {
    match &expr.kind {
        Kind::Literal(literal) => Some(Value::from(literal)),
        Kind::Call(widen @ Function::Widen(_), inner) => {
            scalar::call(*widen, &[constant(&inner[0])?], &expr.ty, &TimeZone::UTC).ok()
        }
        _ => None,
    }
}

pub fn joined(one: Option<(DateTime, DateTime)>, other: Option<(DateTime, DateTime)>) -> Option<(DateTime, DateTime)> {
    match (one, other) {
        (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
        (one, other) => one.or(other),
    }
}

/// A context without the keys that a total takes out.
fn without<'e, 'a>(context: &Context<'e, 'a>, over: &Over) -> Context<'e, 'a> {
    let gone = |key: &Key| {
        let named = |keys: &[Key]| keys.iter().any(|other| other.is_same_cut(key));
        match over {
            Over::EveryDimension => !is_period(key),
            Over::Keys(keys) => named(keys),
            Over::Except(keys) => !is_period(key) && !named(keys),
        }
    };
    let all = context.keys.iter().chain(&context.slots.keys);
    let shape = all.zip(&context.shape).filter(|(key, _)| !gone(key)).map(|(_, place)| *place).collect();
    let keys = context.keys.iter().filter(|key| !gone(key)).cloned().collect();
    Context { keys, shape, slots: context.slots.without(&context.line, &gone), ..context.clone() }
}

/// A key of time, date parts among them.
fn is_period(key: &Key) -> bool {
    !matches!(key.kind, KeyKind::Column(_))
}

/// A stretch that ends at each of these moments. They stand where a key of time stands.
fn bounded(like: &Key, bounds: Vec<Value>) -> Slots {
    use super::slots::{Slot, Timeless};
    let key = Key { name: "until".into(), kind: KeyKind::Grain(Grain::Second), ..like.clone() };
    let list = bounds
        .into_iter()
        .map(|bound| Slot {
            until: bound.as_moment(),
            labels: vec![bound],
            period: None,
            from: None,
            timeless: Timeless::Outside,
        })
        .collect();
    Slots::named(key, list)
}
