//! What a metric rests on: the columns it reads, however far away, and the constants and lengths of time it names.

use super::super::Value;
use crate::model::{
    Aggregate, ColumnId, Function, GrainId, JoinId, Key, KeyKind, Kind, Lookup, Measure, MetricExpr, MetricId,
    MetricLeaf, Model, Over, Period, Request, RowExpr, RowLeaf, SourceId, Window,
};
use crate::model::{Grain, Literal};
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};

/// A column of the model, by its source.
pub type Place = (SourceId, ColumnId);

/// Everything that a metric reads, and what is worth trying with it.
pub struct Footprint<'m> {
    model: &'m Model,
    /// Also those of which only the number of rows counts.
    pub sources: BTreeSet<SourceId>,
    /// Columns of tables. Derived ones are followed to what they are made of.
    pub columns: BTreeSet<Place>,
    /// Columns whose values are held against each other: of joins, of lookups, of `follow`.
    pub linked: BTreeSet<(Place, Place)>,
    /// What each column is compared with.
    pub constants: BTreeMap<Place, BTreeSet<Value>>,
    /// Lengths of windows, offsets, and differences between times.
    pub lengths: BTreeSet<(i64, Grain)>,
    /// Keys that a part of the formula names.
    pub keys: Vec<Key>,
    seen: FxHashSet<MetricId>,
    opened: FxHashSet<Place>,
}

impl<'m> Footprint<'m> {
    /// Of a metric.
    pub fn of(model: &'m Model, metric: MetricId) -> Footprint<'m> {
        let mut footprint = Footprint {
            model,
            sources: BTreeSet::new(),
            columns: BTreeSet::new(),
            linked: BTreeSet::new(),
            constants: BTreeMap::new(),
            lengths: BTreeSet::new(),
            keys: Vec::new(),
            seen: FxHashSet::default(),
            opened: FxHashSet::default(),
        };
        footprint.metric(metric);
        footprint
    }

    /// What a request reads besides.
    pub fn add_request(&mut self, request: &Request) {
        request.keys.iter().for_each(|key| self.key(key));
        request.parts.iter().for_each(|(_, part)| self.expr(part));
    }

    fn metric(&mut self, id: MetricId) {
        if self.seen.insert(id) {
            let metric = self.model.metric(id);
            self.expr(&metric.formula);
            self.keys.extend(metric.by.iter().filter(|key| !key.is_time()).cloned());
        }
    }

    fn expr(&mut self, expr: &MetricExpr) {
        let mut leaves = Vec::new();
        expr.leaves(&mut |leaf| leaves.push(leaf));
        leaves.into_iter().for_each(|leaf| self.leaf(leaf));
    }

    fn leaf(&mut self, leaf: &MetricLeaf) {
        match leaf {
            MetricLeaf::Metric(id) => self.metric(*id),
            MetricLeaf::Measure(measure) => self.measure(measure),
            MetricLeaf::Filtered { inner, filter } => {
                filter.iter().for_each(|(source, condition)| self.row(source, condition));
                self.expr(inner);
            }
            MetricLeaf::Total { inner, over } => {
                if let Over::Keys(keys) | Over::Except(keys) = over {
                    self.keys.extend(keys.iter().cloned());
                }
                self.expr(inner);
            }
            MetricLeaf::Per(per) => {
                per.keys.iter().for_each(|key| self.key(key));
                per.argument.iter().chain(&per.filter).for_each(|part| self.expr(part));
            }
            MetricLeaf::Window { inner, window, .. } => {
                match window {
                    Window::Rolling { count, unit } => self.length(i64::from(*count), *unit),
                    Window::ToDate(period) => self.period(*period),
                    Window::Cumulative => {}
                }
                self.expr(inner);
            }
            MetricLeaf::Prior { inner, count, unit, .. } => {
                self.length(i64::from(*count), *unit);
                self.expr(inner);
            }
            MetricLeaf::StartOf { inner, period, .. } => {
                self.period(*period);
                self.expr(inner);
            }
            MetricLeaf::Filled { inner, .. } => self.expr(inner),
            MetricLeaf::Follow(follow) => {
                self.expr(&follow.counted);
                self.expr(&follow.after);
                if let Some((count, unit)) = follow.within {
                    self.length(i64::from(count), unit);
                }
                let of = |expr: &MetricExpr| self.first_source(expr);
                if let (Some(counted), Some(after)) = (of(&follow.counted), of(&follow.after)) {
                    self.row(counted, &follow.by.0);
                    self.row(after, &follow.by.1);
                    self.link(&follow.by.0, &follow.by.1);
                    self.identity(after);
                    self.identity(counted);
                }
            }
        }
    }

    fn measure(&mut self, measure: &Measure) {
        let source = measure.source;
        self.sources.insert(source);
        let parts = measure.axis.iter().chain(&measure.argument).chain(&measure.filter).chain(&measure.rows);
        let picks = measure.pick.iter().flat_map(|pick| &pick.per);
        parts.chain(picks).chain(measure.alive.iter().map(|alive| &alive.until)).for_each(|it| self.row(source, it));
        if matches!(measure.aggregate, Aggregate::First | Aggregate::Last) {
            self.identity(source);
        }
    }

    /// What tells rows apart.
    fn identity(&mut self, source: SourceId) {
        let key = &self.model.source(source).key;
        key.iter().for_each(|column| self.column(source, *column));
    }

    fn key(&mut self, key: &Key) {
        match &key.kind {
            KeyKind::Column(paths) => paths.iter().for_each(|(source, expr)| self.row(source, expr)),
            KeyKind::Declared(id) => self.declared(*id),
            KeyKind::Grain(_) | KeyKind::Part(_) => {}
        }
    }

    fn period(&mut self, period: Period) {
        match period {
            Period::Standard(grain) => self.length(1, grain),
            Period::Declared(id) => self.declared(id),
        }
    }

    fn declared(&mut self, id: GrainId) {
        let grain = self.model.grain(id);
        let (source, at, column) = (grain.source, grain.at, grain.column);
        self.column(source, at);
        self.column(source, column);
    }

    fn length(&mut self, count: i64, unit: Grain) {
        self.lengths.insert((count.abs(), unit));
    }

    fn column(&mut self, source: SourceId, column: ColumnId) {
        self.sources.insert(source);
        match &self.model.source(source).column(column).derived {
            Some(derived) => {
                if self.opened.insert((source, column)) {
                    self.row(source, derived);
                }
            }
            None => {
                self.columns.insert((source, column));
            }
        }
    }

    fn row(&mut self, source: SourceId, expr: &RowExpr) {
        match &expr.kind {
            Kind::Literal(_) => {}
            Kind::Leaf(RowLeaf::Column { path, source: end, column }) => {
                self.hops(source, path);
                self.column(*end, *column);
            }
            Kind::Leaf(RowLeaf::Lookup(lookup)) => self.lookup(source, lookup),
            Kind::Call(function, arguments) => {
                if let Function::Shift { count, unit } = function {
                    self.length(*count, *unit);
                }
                self.compared(*function, arguments);
                arguments.iter().for_each(|argument| self.row(source, argument));
            }
            Kind::Case { arms, otherwise } => {
                arms.iter().flat_map(|(when, then)| [when, then]).for_each(|part| self.row(source, part));
                otherwise.iter().for_each(|value| self.row(source, value));
            }
        }
    }

    fn hops(&mut self, from: SourceId, path: &[JoinId]) {
        let mut at = from;
        for hop in path {
            let join = self.model.source(at).join(*hop);
            self.sources.insert(join.target);
            for (here, there) in &join.on {
                self.column(at, *here);
                self.column(join.target, *there);
                let (mut left, mut right) = (Vec::new(), Vec::new());
                columns_of(self.model, at, *here, &mut left);
                columns_of(self.model, join.target, *there, &mut right);
                self.link_places(&left, &right);
            }
            if let Some(valid) = &join.valid {
                self.column(at, valid.moment);
                self.column(join.target, valid.from);
                self.column(join.target, valid.to);
            }
            at = join.target;
        }
    }

    fn lookup(&mut self, source: SourceId, lookup: &Lookup) {
        self.expr(&lookup.metric);
        for (key, value) in &lookup.keys {
            self.key(key);
            self.row(source, value);
            if let KeyKind::Column(paths) = &key.kind {
                paths.iter().for_each(|(_, expr)| {
                    self.link(value, expr);
                });
            }
        }
        lookup.until.iter().for_each(|until| self.row(source, until));
    }

    /// The source of the first measure in an expression.
    fn first_source(&self, expr: &MetricExpr) -> Option<SourceId> {
        let mut found = None;
        expr.leaves(&mut |leaf| {
            let source = match leaf {
                MetricLeaf::Measure(measure) => Some(measure.source),
                MetricLeaf::Metric(id) => self.first_source(&self.model.metric(*id).formula),
                MetricLeaf::Filtered { inner, .. } => self.first_source(inner),
                _ => None,
            };
            found = found.or(source);
        });
        found
    }

    /// Both are held against each other: rows match where both are columns that have values in common.
    fn link(&mut self, left: &RowExpr, right: &RowExpr) {
        let (mut of_left, mut of_right) = (Vec::new(), Vec::new());
        places_of(self.model, left, &mut of_left);
        places_of(self.model, right, &mut of_right);
        self.link_places(&of_left, &of_right);
    }

    fn link_places(&mut self, left: &[Place], right: &[Place]) {
        if let ([left], [right]) = (left, right) {
            self.linked.insert((*left, *right));
        }
    }

    /// What a comparison holds against constants; how far apart times are that are so compared.
    fn compared(&mut self, function: Function, arguments: &[RowExpr]) {
        use Function::*;
        #[rustfmt::skip]
        let compares = matches!(
            function,
            Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual | In | NotIn | Like | NotLike | Nullif
                | Coalesce | StartsWith | EndsWith | Contains | Least | Greatest | Divide
        );
        if !compares {
            return;
        }
        let (mut constants, mut differences, mut places) = (BTreeSet::new(), Vec::new(), Vec::new());
        for argument in arguments {
            constants_in(argument, &mut constants, &mut differences);
            places_of(self.model, argument, &mut places);
        }
        for unit in differences {
            let counts = constants.iter().filter_map(|value| match value {
                Value::Integer(count) => Some((count.abs(), unit)),
                _ => None,
            });
            self.lengths.extend(counts);
        }
        for place in places {
            self.constants.entry(place).or_default().extend(constants.iter().cloned());
        }
    }
}

/// The columns of tables that an expression is made of, lookups apart.
fn places_of(model: &Model, expr: &RowExpr, places: &mut Vec<Place>) {
    expr.leaves(&mut |leaf| {
        if let RowLeaf::Column { source, column, .. } = leaf {
            columns_of(model, *source, *column, places);
        }
    });
}

fn columns_of(model: &Model, source: SourceId, column: ColumnId, places: &mut Vec<Place>) {
    match &model.source(source).column(column).derived {
        Some(derived) => places_of(model, derived, places),
        None => places.push((source, column)),
    }
}

/// The constants in an expression, and the units of the differences between times in it.
fn constants_in(expr: &RowExpr, constants: &mut BTreeSet<Value>, differences: &mut Vec<Grain>) {
    match &expr.kind {
        Kind::Leaf(_) | Kind::Literal(Literal::Null) => {}
        Kind::Literal(literal) => {
            constants.insert(Value::from(literal));
        }
        Kind::Call(function, arguments) => {
            if let Function::Difference(unit) = function {
                differences.push(*unit);
            }
            arguments.iter().for_each(|argument| constants_in(argument, constants, differences));
        }
        Kind::Case { arms, otherwise } => {
            let parts = arms.iter().flat_map(|(when, then)| [when, then]).chain(otherwise.as_deref());
            parts.for_each(|part| constants_in(part, constants, differences));
        }
    }
}
