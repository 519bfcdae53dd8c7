//! Values by days: what adds up is summed by day once, however many stretches hold the day and whatever else reads it.

use super::calendars;
use super::frames::{self, Frame};
use super::measures::Filters;
use super::planner::{Planner, columns_of, grouped_name, unique_name};
use super::scan::{self, Reading, Wanted};
use super::{Column, Regroup, Regrouped, RelationId, Running, Step};
use crate::model::{Aggregate, Base, Grain, Key, KeyKind, Measure, Period, Range, RowExpr, SourceId, Type, Window};

/// Sums by day that a plan has, and of which rows they are.
pub struct ByDay {
    pub relation: RelationId,
    pub of: RowsByDay,
    /// In the order of the relation's values.
    pub measures: Vec<Measure>,
}

/// Rows that are read by day: those of a source that satisfy a definition and its context.
#[derive(Clone, PartialEq)]
pub struct RowsByDay {
    source: SourceId,
    axis: Option<RowExpr>,
    rows: Option<RowExpr>,
    filters: Filters,
    range: Option<Range>,
}

impl RowsByDay {
    /// The rows of measures, where they are the same for all.
    pub fn of(wanted: &[Wanted], range: Option<Range>) -> Option<RowsByDay> {
        let rows = |wanted: &Wanted| RowsByDay {
            source: wanted.measure.source,
            axis: wanted.measure.axis.clone(),
            rows: wanted.measure.rows.clone(),
            filters: wanted.filters.to_vec(),
            range,
        };
        let (first, others) = wanted.split_first()?;
        let first = rows(first);
        others.iter().all(|other| rows(other) == first).then_some(first)
    }

    /// The range that they are cut by.
    pub fn range(&self) -> Option<Range> {
        self.range
    }
}

impl Planner<'_> {
    /// The sums of measures by day and the other keys: the first key is the day.
    pub(super) fn summed_by_day(
        &mut self,
        source: SourceId,
        keys: &[Key],
        wanted: &[Wanted],
        values: Vec<Column>,
        range: Option<Range>,
    ) -> RelationId {
        let by_day = keys_by_day(keys);
        let scan = scan::scan(self, source, &by_day, wanted, &Reading::Range(range));
        let name = format!("{}_by_day", self.model.source(source).name);
        let relation = self.add(&name, columns_of(&by_day), values, Step::Scan(scan));
        if let Some(of) = RowsByDay::of(wanted, range) {
            let measures = wanted.iter().map(|wanted| wanted.measure.clone()).collect();
            self.days.push(ByDay { relation, of, measures });
        }
        relation
    }

    /// Where the sums by day hold those of these measures, and how those of several days become one.
    pub(super) fn folds_by_day(&self, base: RelationId, wanted: &[Wanted]) -> Vec<(usize, Aggregate)> {
        let known = self.days.iter().find(|known| known.relation == base);
        let place = |at: usize, wanted: &Wanted| match known {
            Some(known) => known.measures.iter().position(|measure| measure == wanted.measure).unwrap_or(at),
            None => at,
        };
        let fold = |(at, wanted): (usize, &Wanted)| Some((place(at, wanted), over_days(wanted.measure)?));
        wanted.iter().enumerate().filter_map(fold).collect()
    }

    /// Sums by day of all rows of these measures, which have this axis.
    pub(super) fn day_of_each(
        &self,
        source: SourceId,
        axis: &RowExpr,
        measures: &[(Measure, Filters)],
    ) -> Option<RelationId> {
        let is_of = |known: &ByDay, (measure, filters): &(Measure, Filters)| {
            measure.pick.is_none() && known.of.rows == measure.rows && known.of.filters == *filters
        };
        let holds = |known: &&ByDay| {
            let of = &known.of;
            of.source == source
                && of.axis.as_ref() == Some(axis)
                && of.range.is_none()
                && measures.iter().all(|measure| is_of(known, measure))
        };
        self.days.iter().find(holds).map(|known| known.relation)
    }

    /// Sums by day as sums by the stretches that hold the days.
    pub(super) fn regrouped(
        &mut self,
        base: RelationId,
        keys: &[Key],
        values: Vec<Column>,
        (stretches, times, open): (RelationId, &[Key], bool),
        (folds, running, one_day): (Vec<(usize, Aggregate)>, Option<Running>, bool),
    ) -> RelationId {
        let mut other = 0;
        let place = |key: &Key| match times.iter().position(|time| time.name == key.name) {
            Some(at) => Regrouped::Label(at),
            None => {
                other += 1;
                Regrouped::Base(other)
            }
        };
        let keyed = keys.iter().map(place).collect();
        let regroup = Regroup { base, stretches: Some(stretches), open, one_day, keys: keyed, folds, running };
        let name = grouped_name(&self.relations[stretches.0].name.clone(), keys);
        self.add(&name, columns_of(keys), values, Step::Regroup(regroup))
    }

    /// Sums by day as sums by the periods that the days lie in.
    pub(super) fn by_periods(
        &mut self,
        base: RelationId,
        what: &str,
        keys: &[Key],
        values: Vec<Column>,
        folds: Vec<(usize, Aggregate)>,
    ) -> RelationId {
        let mut other = 0;
        let place = |key: &Key| match key.kind {
            KeyKind::Grain(Grain::Day) => Regrouped::Base(0),
            KeyKind::Grain(grain) => Regrouped::Period(grain),
            _ => {
                other += 1;
                Regrouped::Base(other)
            }
        };
        let keyed = keys.iter().map(place).collect();
        let regroup = Regroup { base, stretches: None, open: false, one_day: false, keys: keyed, folds, running: None };
        self.add(&grouped_name(what, keys), columns_of(keys), values, Step::Regroup(regroup))
    }
}

/// The day, and the keys that are no periods.
pub fn keys_by_day(keys: &[Key]) -> Vec<Key> {
    let span = keys.first().map(|key| key.span).unwrap_or_default();
    let day = Key {
        name: unique_name(&"day_of_rows".into(), keys),
        kind: KeyKind::Grain(Grain::Day),
        ty: Type::plain(Base::Date).or_null(true),
        span,
    };
    let others = keys.iter().filter(|key| key.period().is_none()).cloned();
    std::iter::once(day).chain(others).collect()
}

/// Whether values by days become values by stretches: all of them do, and every stretch begins and ends with a day.
pub fn add_up(wanted: &[Wanted], frame: &Frame, times: &[Key]) -> bool {
    let is_fine = |grain: Grain| grain < Grain::Day;
    let cuts_days = frame.iter().any(|by| match by {
        frames::Move::Prior { unit, .. } => is_fine(*unit),
        frames::Move::StartOf(Period::Standard(grain)) => is_fine(*grain),
        frames::Move::Window(Window::Rolling { unit, .. }) => is_fine(*unit),
        frames::Move::Window(Window::ToDate(Period::Standard(grain))) => is_fine(*grain),
        frames::Move::Window(_) | frames::Move::StartOf(_) | frames::Move::DataEnd(_) => false,
    });
    let by_days = times.iter().all(|key| !matches!(key.kind, KeyKind::Grain(grain) if is_fine(grain)));
    if cuts_days || !by_days {
        return false;
    }
    wanted.iter().all(|wanted| over_days(wanted.measure).is_some())
}

/// How the values of several days become one, where they do.
fn over_days(measure: &Measure) -> Option<Aggregate> {
    let plain = measure.pick.is_none() && measure.alive.is_none();
    let fold = match measure.aggregate {
        Aggregate::Sum | Aggregate::Count | Aggregate::CountValues => Some(Aggregate::Sum),
        Aggregate::Min => Some(Aggregate::Min),
        Aggregate::Max => Some(Aggregate::Max),
        _ => None,
    };
    fold.filter(|_| plain)
}

/// Whether what is read for each day is another day, whole.
pub fn one_day(frame: &[frames::Move], times: &[Key]) -> bool {
    let moves_days = |by: &frames::Move| match by {
        frames::Move::Prior { unit, .. } => *unit >= Grain::Day,
        frames::Move::StartOf(_) => true,
        frames::Move::DataEnd(_) | frames::Move::Window(_) => false,
    };
    !frame.is_empty() && frame.iter().all(moves_days) && calendars::finest_grain(times) == Some(Grain::Day)
}

/// How one window is read of consecutive days, each in its place: by day, without other moves.
pub fn running(frame: &[frames::Move], times: &[Key]) -> Option<Running> {
    let by_day = times.iter().any(|key| matches!(key.kind, KeyKind::Grain(Grain::Day)));
    let [frames::Move::Window(window)] = frame else { return None };
    let running = match window {
        Window::Rolling { count, unit: Grain::Day } => Some(Running::Days(*count)),
        Window::Rolling { count, unit: Grain::Week } => Some(Running::Days(count.checked_mul(7)?)),
        Window::ToDate(Period::Standard(_)) => Some(Running::SinceStart),
        Window::Cumulative => Some(Running::SinceEver),
        _ => None,
    };
    running.filter(|_| by_day)
}
