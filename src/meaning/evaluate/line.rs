//! The line of time on which periods are cut: wall time, or UTC where hours of instants are asked for, of which one may come
//! twice.

use super::declared::Declared;
use crate::meaning::{Value, scalar};
use crate::model::{Calendar, Grain, GrainId, Period};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// How moments are placed and periods are cut.
#[derive(Clone)]
pub struct Line<'a> {
    pub calendar: &'a Calendar,
    pub zone: TimeZone,
    /// Positions are in UTC and not wall time.
    pub universal: bool,
    /// The grains of calendar tables that a request needs.
    pub declared: Rc<FxHashMap<GrainId, Declared>>,
}

impl Line<'_> {
    /// Where a moment lies; `None` for null.
    pub fn position(&self, moment: &Value) -> Option<DateTime> {
        let at = moment.as_moment()?;
        match (moment, self.universal) {
            (Value::Instant(_), true) => Some(at),
            (Value::Instant(_), false) => Some(self.wall(at)),
            (_, true) => Some(self.utc(at)),
            (_, false) => Some(at),
        }
    }

    /// The wall time of a moment in UTC.
    pub fn wall(&self, utc: DateTime) -> DateTime {
        match TimeZone::UTC.to_timestamp(utc) {
            Ok(moment) => self.zone.to_datetime(moment),
            Err(_) => utc,
        }
    }

    /// The moment of a wall time, in UTC: the earlier of two, the later edge of a gap.
    pub fn utc(&self, wall: DateTime) -> DateTime {
        match self.zone.to_timestamp(wall) {
            Ok(moment) => TimeZone::UTC.to_datetime(moment),
            Err(_) => wall,
        }
    }

    /// The start of the period that holds a position; `None` where a calendar table has no such day.
    pub fn start(&self, period: Period, at: DateTime) -> Option<DateTime> {
        let wall = if self.universal { self.wall(at) } else { at };
        let start = match period {
            Period::Standard(grain) => self.calendar.start_of(grain, wall),
            Period::Declared(id) => midnight(self.declared.get(&id)?.start(wall.date())?),
        };
        if !self.universal {
            return Some(start);
        }
        match period {
            // Within an hour the clock is as far from UTC as at the position itself.
            Period::Standard(grain) if grain < Grain::Day => at.checked_sub(wall.duration_since(start)).ok(),
            _ => Some(self.utc(start)),
        }
    }

    /// Where the period that begins here ends.
    pub fn next(&self, period: Period, start: DateTime) -> DateTime {
        let Period::Declared(id) = period else {
            let Period::Standard(grain) = period else { return DateTime::MAX };
            if self.universal && grain >= Grain::Day {
                return self.utc(moved(self.wall(start), 1, grain));
            }
            return moved(start, 1, grain);
        };
        let wall = if self.universal { self.wall(start) } else { start };
        let next = self.declared.get(&id).and_then(|declared| declared.next(wall.date()));
        let next = next.map_or(DateTime::MAX, midnight);
        if self.universal { self.utc(next) } else { next }
    }

    /// So many units later. Months clip at the month's last day; of instants days are 24 hours.
    pub fn moved(&self, at: DateTime, count: i64, unit: Grain) -> DateTime {
        if self.universal && unit >= Grain::Month {
            return self.utc(moved(self.wall(at), count, unit));
        }
        moved(at, count, unit)
    }

    /// The name of the period that begins here: its first day, or its first second below a day.
    pub fn label(&self, period: Period, start: DateTime) -> Value {
        match period {
            Period::Standard(grain) if grain < Grain::Day => {
                if self.universal {
                    Value::Instant(start)
                } else {
                    Value::Timestamp(start)
                }
            }
            _ => Value::Date(if self.universal { self.wall(start).date() } else { start.date() }),
        }
    }

    /// The start of a day of wall time.
    pub fn of_day(&self, day: Date) -> DateTime {
        if self.universal { self.utc(midnight(day)) } else { midnight(day) }
    }
}

pub fn midnight(day: Date) -> DateTime {
    day.to_datetime(Time::midnight())
}

/// So many units later, at the edge of the calendar if it is beyond it.
fn moved(at: DateTime, count: i64, unit: Grain) -> DateTime {
    scalar::later(at, count, unit).unwrap_or(if count < 0 { DateTime::MIN } else { DateTime::MAX })
}
