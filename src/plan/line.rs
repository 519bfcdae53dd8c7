//! The line of time that a plan reads by: wall time, or UTC where hours of instants are asked for, of which clocks may show one
//! twice.

use super::Cell;
use super::frames::at_midnight;
use super::measures::Filters;
use super::planner::Planner;
use crate::model::{Base, Bound, Expr, Function, Grain, Key, KeyKind, Literal, Measure, Model, Request, Type};
use jiff::civil::Time;
use jiff::tz::TimeZone;

/// Whether a request is by periods below a day of what is kept as instants.
pub fn is_universal(model: &Model, request: &Request) -> bool {
    request.keys.iter().any(is_below_a_day)
        && request.metrics.iter().any(|id| model.metric(*id).time.instants.is_some())
}

/// Whether inner keys of time are such.
pub fn needs_utc(keys: &[Key], measures: &[(Measure, Filters)]) -> bool {
    keys.iter().any(is_below_a_day) && measures.iter().any(|(measure, _)| is_of_instants(measure))
}

pub fn is_below_a_day(key: &Key) -> bool {
    matches!(key.kind, KeyKind::Grain(grain) if grain < Grain::Day)
}

pub fn is_of_instants(measure: &Measure) -> bool {
    measure.axis.as_ref().is_some_and(|axis| axis.ty.base == Base::Instant)
}

impl Planner<'_> {
    /// A moment as a `timestamp` on the line.
    pub(super) fn on_line<L: Clone>(&self, moment: Expr<L>) -> Expr<L> {
        if self.universal && moment.ty.base == Base::Instant {
            let ty = Type { base: Base::Timestamp, ..moment.ty.clone() };
            return Expr::call(Function::ToUtc, vec![moment], ty);
        }
        let wall = at_midnight(self.calendar().local(moment));
        self.wall_on_line(wall)
    }

    /// The start of the period that holds a moment of the line, on the line.
    pub(super) fn start_on_line<L: Clone>(&self, period: Grain, at: Expr<L>) -> Expr<L> {
        let calendar = self.calendar();
        match (self.universal, period < Grain::Day) {
            (false, _) => at_midnight(calendar.truncate(period, at)),
            (true, true) => calendar.truncate_utc(period, at),
            (true, false) => calendar.utc(at_midnight(calendar.truncate(period, calendar.wall(at)))),
        }
    }

    /// So many units later on the line: of UTC days have 24 hours, and months are those of wall time.
    pub(super) fn later_on_line<L: Clone>(&self, at: Expr<L>, count: i64, unit: Grain) -> Expr<L> {
        if self.universal && unit >= Grain::Month {
            let calendar = self.calendar();
            return calendar.utc(calendar.wall(at).shifted(count, unit));
        }
        at.shifted(count, unit)
    }

    /// The day of wall time that holds a moment of the line.
    pub(super) fn day_on_line<L>(&self, at: Expr<L>) -> Expr<L> {
        let wall = if self.universal { self.calendar().wall(at) } else { at };
        self.calendar().truncate(Grain::Day, wall)
    }

    /// A moment of wall time on the line.
    pub(super) fn wall_on_line<L: Clone>(&self, wall: Expr<L>) -> Expr<L> {
        if self.universal { self.calendar().utc(wall) } else { wall }
    }

    /// A limit of the asked range on the line.
    pub(super) fn limit(&self, bound: &Bound) -> Expr<Cell> {
        match bound {
            Bound::Day(day) if self.universal => {
                let midnight = day.to_datetime(Time::midnight());
                let zone = TimeZone::get(&self.calendar().timezone).unwrap_or(TimeZone::UTC);
                let utc = zone.to_timestamp(midnight).map_or(midnight, |moment| TimeZone::UTC.to_datetime(moment));
                Expr::literal(Literal::Timestamp(utc), Type::plain(Base::Timestamp))
            }
            Bound::Day(day) => at_midnight(Expr::literal(Literal::Date(*day), Type::plain(Base::Date))),
            Bound::FromNow { periods, grain } => {
                let now = Expr::leaf(Cell::Now, Type::plain(Base::Timestamp));
                let start = self.calendar().truncate(*grain, now);
                self.wall_on_line(at_midnight(if *periods == 0 { start } else { start.shifted(*periods, *grain) }))
            }
        }
    }
}

/// The start of a period in UTC as its name: an `instant` where it is called by one.
pub fn named<L>(start: Expr<L>, base: Base) -> Expr<L> {
    match base {
        Base::Instant => {
            let ty = Type { base, ..start.ty.clone() };
            Expr::call(Function::FromUtc, vec![start], ty)
        }
        _ => start,
    }
}
