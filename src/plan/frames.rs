//! Where in time a measure reads: the operators of time as moves of the stretch that is read, and the relations of stretches
//! that they become.

use super::calendars;
use super::measures::Filters;
use super::planner::{Planner, ReadBy};
use super::{Attached, Cell, Column, Divide, Fold, Folded, RelationId, Rows, Slot, Spine, Step};
use crate::model::{
    Aggregate, Base, Bound, Expr, Function, Grain, Key, Kind, Measure, MetricExpr, MetricLeaf, Model, Period, Range,
    Type, Window,
};
use smol_str::SmolStr;

/// Moves from the outermost to the innermost: `prior(rolling(m, 28 days), 1 year)` is two. Empty: the period itself.
pub type Frame = Vec<Move>;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Move {
    Prior {
        count: u32,
        unit: Grain,
    },
    StartOf(Period),
    /// The end of the rows of these measures, by their place in [`super::measures::Parts::ends`]: where a window ends that has
    /// neither a period nor a range that does.
    DataEnd(usize),
    Window(Window),
}

/// The value columns of a relation of stretches: the period's start and next, and what is read: from and until.
pub const STRETCH: [&str; 4] = ["period_start", "period_next", "read_from", "read_until"];
const START: usize = 0;
const NEXT: usize = 1;
pub const FROM: usize = 2;
pub const UNTIL: usize = 3;
/// Behind the others: the start of another period.
const ANOTHER: usize = 4;

/// The values of a relation of stretches.
pub fn stretch_columns() -> Vec<Column> {
    STRETCH.map(|name| Column { name: name.into(), ty: moment() }).to_vec()
}

pub fn moment() -> Type {
    Type::plain(Base::Timestamp)
}

pub fn value(at: usize) -> Expr<Slot> {
    Expr::leaf(Slot::Value { relation: 0, value: at }, moment())
}

/// A date as the moment it begins.
pub fn at_midnight<L>(expr: Expr<L>) -> Expr<L> {
    match expr.ty.base {
        Base::Date => {
            let ty = Type { base: Base::Timestamp, ..expr.ty.clone() };
            Expr::call(Function::Cast(Base::Timestamp), vec![expr], ty)
        }
        _ => expr,
    }
}

fn less<L>(left: Expr<L>, right: Expr<L>) -> Expr<L> {
    Expr::call(Function::Less, vec![left, right], Type::plain(Base::Boolean))
}

fn not_later(left: Expr<Slot>, right: Expr<Slot>) -> Expr<Slot> {
    Expr::call(Function::LessOrEqual, vec![left, right], Type::plain(Base::Boolean))
}

fn choose(when: Expr<Slot>, then: Expr<Slot>, otherwise: Expr<Slot>) -> Expr<Slot> {
    Expr { kind: Kind::Case { arms: vec![(when, then)], otherwise: Some(Box::new(otherwise)) }, ty: moment() }
}

fn least(one: Expr<Slot>, other: Expr<Slot>) -> Expr<Slot> {
    Expr::call(Function::Least, vec![one, other], moment())
}

/// As much later than one moment as two others are apart.
fn elapsed(at: Expr<Slot>, from: Expr<Slot>, until: Expr<Slot>) -> Expr<Slot> {
    let seconds = Expr::call(Function::Difference(Grain::Second), vec![from, until], Type::plain(Base::Integer));
    Expr::call(Function::SecondsLater, vec![at, seconds], moment())
}

impl Planner<'_> {
    /// The stretches that a frame reads, one for each period between the first and the last row: planned once, whatever
    /// reads by them.
    pub fn stretches(&mut self, times: &[Key], frame: &[Move]) -> RelationId {
        let around = self.within.as_ref().map(|within| within.relation);
        let known = ReadBy { around, universal: self.universal, times: times.to_vec(), frame: frame.to_vec() };
        if let Some((_, relation)) = self.stretches.iter().find(|(other, _)| *other == known) {
            return *relation;
        }
        let relation = match (frame.split_last(), &self.within) {
            (None, Some(within)) => {
                let relation = within.relation;
                self.merged(times, relation)
            }
            // Days and what is longer are cut on wall time.
            (None, None)
                if self.universal && calendars::finest_grain(times).is_none_or(|grain| grain >= Grain::Day) =>
            {
                self.universal = false;
                let relation = self.stretches(times, frame);
                self.universal = true;
                self.in_utc(relation)
            }
            (None, None) => {
                let (bounds, range) =
                    (self.bounds(calendars::finest_grain(times).unwrap_or(Grain::Day)), self.asked_range().copied());
                self.spine(times, bounds, range)
            }
            // A stretch has an end.
            (Some((Move::DataEnd(_), before)), _) => self.stretches(times, before),
            (Some((last, before)), _) => {
                let from = self.stretches(times, before);
                self.moved(times, from, *last)
            }
        };
        self.stretches.push((known, relation));
        relation
    }

    fn spine(&mut self, times: &[Key], bounds: RelationId, range: Option<Range>) -> RelationId {
        let grain = calendars::finest_grain(times);
        let labels = times.iter().filter_map(Key::period).map(|period| self.spine_label(period)).collect();
        let limit = |bound: Option<Bound>| bound.map(|bound| self.limit(&bound));
        let spine = Spine {
            grain: grain.unwrap_or(Grain::Day),
            labels,
            universal: self.universal,
            parts: grain.is_none(),
            bounds,
            from: limit(range.and_then(|range| range.from)),
            until: limit(range.and_then(|range| range.until)),
        };
        let values = stretch_columns();
        let label = |key: &Key| Column { name: key.name.clone(), ty: Type { nullable: false, ..key.ty.clone() } };
        let labels = times.iter().map(label).collect();
        self.add(&format!("each_{}", self.finest_name(times)), labels, values, Step::Spine(spine))
    }

    /// Stretches by fewer keys: those of one name become one.
    fn merged(&mut self, times: &[Key], relation: RelationId) -> RelationId {
        let names = &self.relations[relation.0].keys;
        let kept: Vec<usize> =
            times.iter().filter_map(|key| names.iter().position(|column| column.name == key.name)).collect();
        if kept.len() == names.len() {
            return relation;
        }
        let columns = kept.iter().map(|at| names[*at].clone()).collect();
        let ends = [Aggregate::Min, Aggregate::Max, Aggregate::Min, Aggregate::Max];
        let end = |(at, aggregate)| Folded {
            aggregate,
            argument: Some(value(at)),
            filter: Vec::new(),
            exists: Vec::new(),
            order: Vec::new(),
            ty: moment(),
        };
        let folds = ends.into_iter().enumerate().map(end).collect();
        let rows = Rows { base: relation, attached: Vec::new(), outputs: Vec::new() };
        let name = format!("{}_merged", self.relations[relation.0].name);
        self.add(&name, columns, stretch_columns(), Step::Fold(Fold { rows, keys: kept, folds }))
    }

    /// Stretches of wall time as those of UTC.
    pub(super) fn in_utc(&mut self, from: RelationId) -> RelationId {
        let calendar = self.calendar().clone();
        let outputs = (0..STRETCH.len()).map(|at| calendar.utc(value(at))).collect();
        let keys = self.relations[from.0].keys.clone();
        let name = format!("{}_in_utc", self.relations[from.0].name);
        let rows = Rows { base: from, attached: Vec::new(), outputs };
        self.add(&name, keys, stretch_columns(), Step::Compute(rows))
    }

    /// The stretches moved.
    fn moved(&mut self, times: &[Key], from: RelationId, by: Move) -> RelationId {
        // What is moved by an offset is of the project's calendar.
        let grain = calendars::finest_grain(times).unwrap_or(Grain::Day);
        let finest = self.finest_name(times);
        let mut attached = Vec::new();
        let (name, from, outputs) = match by {
            Move::Prior { count, unit } => {
                // Whole offsets lead from one start of a period to another.
                let earlier = self.later_on_line(value(START), -i64::from(count), unit);
                let name = format!("{finest}_{count}_{}_before", unit.name());
                let from = self.with_another_start(&name, from, earlier, Vec::new());
                let next = || value(ANOTHER).shifted(1, grain);
                let range = self.asked_range().copied();
                // As much later as the limit lies behind the start of its own period, and no later than its own earlier period ends.
                let is_inner = self.within.as_ref().is_some_and(|within| within.framed);
                let cut = |bound: Option<Bound>, at: usize| {
                    let into = match bound {
                        // A window cuts its periods anywhere.
                        _ if is_inner => elapsed(value(ANOTHER), value(START), value(at)),
                        None => return None,
                        Some(Bound::FromNow { grain: counted, .. }) if grain.nests_in(counted) => return None,
                        Some(Bound::FromNow { .. }) => elapsed(value(ANOTHER), value(START), value(at)),
                        Some(bound @ Bound::Day(_)) => {
                            value(ANOTHER).shifted(self.days_into(grain, &bound)?, Grain::Day)
                        }
                    };
                    Some(least(into, next()))
                };
                let first = match cut(range.and_then(|range| range.from), FROM) {
                    Some(into) => choose(less(value(START), value(FROM)), into, value(ANOTHER)),
                    None => value(ANOTHER),
                };
                let end = match cut(range.and_then(|range| range.until), UNTIL) {
                    Some(into) => choose(less(value(UNTIL), value(NEXT)), into, next()),
                    None => next(),
                };
                (name, from, [value(ANOTHER), next(), first, end])
            }
            Move::StartOf(period) => {
                // Periods of the grain lie within it, so that it begins where one of them does.
                let mut of_another = Vec::new();
                let first = match period {
                    Period::Standard(period) => self.start_on_line(period, value(START)),
                    Period::Declared(id) => self.period_at(&mut of_another, id, value(START)).0,
                };
                let name = format!("{finest}_at_start_of_{}", self.model().period_name(period));
                let from = self.with_another_start(&name, from, first, of_another);
                let next = match calendars::finest_declared(times).filter(|_| calendars::finest_grain(times).is_none())
                {
                    Some(declared) => self.period_at(&mut attached, declared, value(ANOTHER)).1,
                    None => value(ANOTHER).shifted(1, grain),
                };
                let is_itself = || not_later(value(START), value(ANOTHER));
                let read_from = choose(is_itself(), value(FROM), value(ANOTHER));
                let until = choose(is_itself(), value(UNTIL), next.clone());
                (name, from, [value(ANOTHER), next, read_from, until])
            }
            Move::DataEnd(_) => unreachable!("a stretch has an end of its own"),
            Move::Window(window) => {
                let base = from;
                let (name, from) = match window {
                    Window::Rolling { count, unit } => {
                        let from = self.later_on_line(value(UNTIL), -i64::from(count), unit);
                        (format!("{count}_{}_to_{finest}", unit.plural()), from)
                    }
                    Window::ToDate(Period::Standard(period)) => {
                        (format!("{}_to_{finest}", period.name()), self.start_on_line(period, value(START)))
                    }
                    Window::ToDate(Period::Declared(id)) => {
                        let name = format!("{}_to_{finest}", self.model().grain(id).name);
                        (name, self.period_at(&mut attached, id, value(START)).0)
                    }
                    // Nothing is read before it, because nothing is said of where it begins.
                    Window::Cumulative => (format!("all_to_{finest}"), value(FROM)),
                };
                (name, base, [value(START), value(NEXT), from, value(UNTIL)])
            }
        };
        let columns = self.relations[from.0].keys.clone();
        let rows = Rows { base: from, attached, outputs: outputs.to_vec() };
        self.add(&name, columns, stretch_columns(), Step::Compute(rows))
    }

    /// The stretches with the start of another period as one more value, so that it is worked out once.
    fn with_another_start(
        &mut self,
        name: &str,
        from: RelationId,
        start: Expr<Slot>,
        attached: Vec<Attached>,
    ) -> RelationId {
        let keys = self.relations[from.0].keys.clone();
        let names = STRETCH.into_iter().chain(["other_start"]);
        let values = names.map(|name| Column { name: name.into(), ty: moment() }).collect();
        let outputs = (0..STRETCH.len()).map(value).chain([start]).collect();
        let rows = Rows { base: from, attached, outputs };
        self.add(&format!("{name}_starts"), keys, values, Step::Compute(rows))
    }

    /// How many days after the start of its period a bound lies; `None` where it is the start.
    fn days_into(&self, grain: Grain, bound: &Bound) -> Option<i64> {
        let Bound::Day(day) = bound else { return None };
        let midnight = day.to_datetime(jiff::civil::Time::midnight());
        let start = self.calendar().start_of(grain, midnight).date();
        let days = day.since((jiff::Unit::Day, start)).map_or(0, |span| i64::from(span.get_days()));
        (days > 0).then_some(days)
    }

    /// What a frame reads without a period: the range, moved. `None` stands for no limit.
    pub fn moved_range(&self, frame: &[Move]) -> (Option<Expr<Cell>>, Option<Expr<Cell>>) {
        let range = self.asked_range().copied();
        let limit = |bound: Option<Bound>| bound.map(|bound| self.limit(&bound));
        let mut read = (limit(range.and_then(|range| range.from)), limit(range.and_then(|range| range.until)));
        for by in frame {
            read = match *by {
                Move::Prior { count, unit } => {
                    let back = |at: Expr<Cell>| self.later_on_line(at, -i64::from(count), unit);
                    (read.0.map(back), read.1.map(back))
                }
                Move::Window(Window::Rolling { count, unit }) => {
                    (read.1.clone().map(|until| self.later_on_line(until, -i64::from(count), unit)), read.1)
                }
                Move::Window(Window::ToDate(Period::Standard(period))) => {
                    // The day before the end lies in the same longer period as the last moment.
                    let last = read.1.clone().map(|until| until.shifted(-1, Grain::Day));
                    (last.map(|last| self.start_on_line(period, last)), read.1)
                }
                Move::Window(_) => (None, read.1),
                Move::StartOf(_) | Move::DataEnd(_) => read,
            };
        }
        read
    }

    /// The stretches that an inner metric reads by: those around it, or the whole moved, cut into the periods of its own keys of
    /// time.
    /// `measures` are those of the inner metric, which say where it begins and ends if nothing else does.
    pub fn inner_stretches(
        &mut self,
        outer: Option<RelationId>,
        new_times: &[Key],
        frame: &Frame,
        measures: Vec<(Measure, Filters)>,
    ) -> RelationId {
        let open = self.is_open(frame);
        let outer = outer.unwrap_or_else(|| {
            let grain = calendars::finest_grain(new_times).unwrap_or(Grain::Day);
            let span = self.span(measures.clone(), grain);
            self.whole(span, new_times, frame)
        });
        if new_times.is_empty() {
            return outer;
        }
        let end = |aggregate, at| Folded {
            aggregate,
            argument: Some(value(at)),
            filter: Vec::new(),
            exists: Vec::new(),
            order: Vec::new(),
            ty: moment().or_null(true),
        };
        let folds = vec![end(Aggregate::Min, if open { UNTIL } else { FROM }), end(Aggregate::Max, UNTIL)];
        let ends = ["first_moment", "last_moment"].map(|name| Column { name: name.into(), ty: moment().or_null(true) });
        let rows = Rows { base: outer, attached: Vec::new(), outputs: Vec::new() };
        let fold = Fold { rows, keys: Vec::new(), folds };
        let mut bounds = self.add("stretches_span", Vec::new(), ends.to_vec(), Step::Fold(fold));
        if open {
            let span = self.span(measures, calendars::finest_grain(new_times).unwrap_or(Grain::Day));
            bounds = self.add("span", Vec::new(), ends.to_vec(), Step::Bounds(vec![span, bounds]));
        }
        let spine = self.spine(new_times, bounds, None);
        let keys = self.relations[outer.0].keys.iter().chain(&self.relations[spine.0].keys).cloned().collect();
        let name = format!("each_{}_within", self.finest_name(new_times));
        self.add(&name, keys, stretch_columns(), Step::Divide(Divide { outer, spine, open }))
    }

    fn finest_name(&self, times: &[Key]) -> String {
        calendars::finest_name(self.model(), times)
    }

    pub(super) fn asked_range(&self) -> Option<&Range> {
        self.range.as_ref()
    }
}

/// Every measure under a metric, with the filters that reach it.
pub fn measures(model: &Model, expr: &MetricExpr, filters: &Filters, all: &mut Vec<(Measure, Filters)>) {
    let mut leaves = Vec::new();
    expr.leaves(&mut |leaf| leaves.push(leaf));
    for leaf in leaves {
        match leaf {
            MetricLeaf::Measure(measure) => all.push(((**measure).clone(), filters.clone())),
            MetricLeaf::Metric(id) => measures(model, &model.metric(*id).formula, filters, all),
            MetricLeaf::Filtered { inner, filter } => {
                let filters = filters.iter().cloned().chain([filter.clone()]).collect();
                measures(model, inner, &filters, all);
            }
            MetricLeaf::Follow(follow) => measures(model, &follow.after, filters, all),
            _ => leaf.inner().into_iter().for_each(|inner| measures(model, inner, filters, all)),
        }
    }
}

/// Whether a metric reads by stretches somewhere: windows, `prior`, stocks, and what is filled.
pub fn reads_stretches(model: &Model, expr: &MetricExpr) -> bool {
    let mut found = false;
    expr.leaves(&mut |leaf| {
        found |= match leaf {
            MetricLeaf::Measure(measure) => measure.alive.is_some(),
            MetricLeaf::Metric(id) => {
                let metric = model.metric(*id);
                metric.fill.is_some() || reads_stretches(model, &metric.formula)
            }
            MetricLeaf::Window { .. }
            | MetricLeaf::Prior { .. }
            | MetricLeaf::StartOf { .. }
            | MetricLeaf::Filled { .. } => true,
            _ => leaf.inner().into_iter().any(|inner| reads_stretches(model, inner)),
        };
    });
    found
}

/// Whether a metric is filled somewhere.
pub fn is_filled(model: &Model, expr: &MetricExpr) -> bool {
    let mut found = false;
    expr.leaves(&mut |leaf| {
        found |= match leaf {
            MetricLeaf::Metric(id) => {
                let metric = model.metric(*id);
                metric.fill.is_some() || is_filled(model, &metric.formula)
            }
            MetricLeaf::Filled { .. } => true,
            MetricLeaf::Per(_) => false,
            _ => leaf.inner().into_iter().any(|inner| is_filled(model, inner)),
        };
    });
    found
}

/// What is filled in a metric, with the filters that reach it.
pub fn filled(model: &Model, expr: &MetricExpr, filters: &Filters, all: &mut Vec<(MetricExpr, Filters)>) {
    let mut leaves = Vec::new();
    expr.leaves(&mut |leaf| leaves.push(leaf));
    for leaf in leaves {
        match leaf {
            MetricLeaf::Metric(id) => {
                let formula = &model.metric(*id).formula;
                match model.metric(*id).fill {
                    Some(_) => all.push((formula.clone(), filters.clone())),
                    None => filled(model, formula, filters, all),
                }
            }
            MetricLeaf::Filled { inner, .. } => all.push(((**inner).clone(), filters.clone())),
            MetricLeaf::Filtered { inner, filter } => {
                let filters = filters.iter().cloned().chain([filter.clone()]).collect();
                filled(model, inner, &filters, all);
            }
            MetricLeaf::Per(_) => {}
            // What is filled at another time has the rows of that time.
            _ => {
                if leaf.inner().into_iter().any(|inner| is_filled(model, inner)) {
                    all.push((Expr::leaf(leaf.clone(), expr.ty.clone()), filters.clone()));
                }
            }
        }
    }
}

/// Whether nothing of a metric stands outside of what is filled.
pub fn is_only_filled(model: &Model, expr: &MetricExpr) -> bool {
    let mut only = true;
    expr.leaves(&mut |leaf| {
        only &= match leaf {
            MetricLeaf::Metric(id) => {
                let metric = model.metric(*id);
                metric.fill.is_some() || is_only_filled(model, &metric.formula)
            }
            MetricLeaf::Filled { .. } => true,
            MetricLeaf::Measure(_) | MetricLeaf::Follow(_) | MetricLeaf::Per(_) => false,
            _ => leaf.inner().into_iter().all(|inner| is_only_filled(model, inner)),
        };
    });
    only
}

/// Every measure under a metric, without any filter around it.
pub fn measures_bare(model: &Model, expr: &MetricExpr) -> Vec<(Measure, Filters)> {
    measured(model, expr).map(|measure| (measure, Filters::new())).collect()
}

/// Every measure under a metric.
pub fn measured(model: &Model, expr: &MetricExpr) -> impl Iterator<Item = Measure> + use<> {
    let mut all = Vec::new();
    measures(model, expr, &Filters::new(), &mut all);
    all.into_iter().map(|(measure, _)| measure)
}

/// Whether a frame looks back from the end of its period.
pub fn looks_back(frame: &[Move]) -> bool {
    matches!(frame.last(), Some(Move::Window(_)))
}

/// Whether what a frame reads has no beginning.
pub fn is_open(frame: &[Move]) -> bool {
    matches!(frame.last(), Some(Move::Window(Window::Cumulative)))
}

/// A short name for a frame, for the names of relations.
pub fn said(model: &Model, frame: &[Move]) -> SmolStr {
    let words = frame.iter().map(|each| match each {
        Move::Prior { count, unit } => format!("prior_{count}_{}", unit.name()),
        Move::StartOf(period) => format!("start_of_{}", model.period_name(*period)),
        Move::DataEnd(_) => "to_the_end".to_owned(),
        Move::Window(Window::Rolling { count, unit }) => format!("rolling_{count}_{}", unit.plural()),
        Move::Window(Window::ToDate(period)) => format!("{}_to_date", model.period_name(*period)),
        Move::Window(Window::Cumulative) => "cumulative".to_owned(),
    });
    words.collect::<Vec<_>>().join("_").into()
}
