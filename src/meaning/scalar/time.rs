//! Functions of moments. Civil periods here are plain ones (weeks from Monday, years from January): what the project's
//! calendar says has been put around them as shifts.

use super::Overflow;
use crate::meaning::Value;
use crate::model::{Grain, Part};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

/// The same kind of moment, so many units later. Months clip at the month's last day.
pub fn shift(moment: &Value, count: i64, unit: Grain) -> Result<Value, Overflow> {
    let beyond = || {
        let units = unit.plural();
        Overflow::of(format!("{moment} and {count} {units} is beyond the calendar"))
    };
    let at = moment.as_moment().ok_or_else(beyond)?;
    let later = later(at, count, unit);
    Ok(like(moment, later.ok_or_else(beyond)?))
}

/// So many units later by the calendar and the clock; `None` beyond the calendar. Months clip at the month's last day.
pub fn later(at: DateTime, count: i64, unit: Grain) -> Option<DateTime> {
    let months = |each: i64| {
        let span = Span::new().try_months(count.checked_mul(each)?).ok()?;
        at.checked_add(span).ok()
    };
    let seconds = |each: i64| at.checked_add(SignedDuration::from_secs(count.checked_mul(each)?)).ok();
    match unit {
        Grain::Second => seconds(1),
        Grain::Minute => seconds(60),
        Grain::Hour => seconds(3600),
        Grain::Day => seconds(86_400),
        Grain::Week => seconds(604_800),
        Grain::Month => months(1),
        Grain::Quarter => months(3),
        Grain::Year => months(12),
    }
}

/// A moment of the same kind as another.
fn like(kind: &Value, at: DateTime) -> Value {
    match kind {
        Value::Date(_) => Value::Date(at.date()),
        Value::Instant(_) => Value::Instant(at),
        _ => Value::Timestamp(at),
    }
}

fn first(year: i16, month: i8) -> Value {
    Date::new(year, month, 1).map_or(Value::Null, Value::Date)
}

/// The start of the period; from `day` up a date.
pub fn truncate(moment: &Value, grain: Grain) -> Value {
    let Some(at) = moment.as_moment() else { return Value::Null };
    let date = at.date();
    match grain {
        Grain::Second => like(moment, date.at(at.hour(), at.minute(), at.second(), 0)),
        Grain::Minute => like(moment, date.at(at.hour(), at.minute(), 0, 0)),
        Grain::Hour => like(moment, date.at(at.hour(), 0, 0, 0)),
        Grain::Day => Value::Date(date),
        Grain::Week => {
            let back = Span::new().days(i64::from(date.weekday().to_monday_zero_offset()));
            date.checked_sub(back).map_or(Value::Null, Value::Date)
        }
        Grain::Month => first(date.year(), date.month()),
        Grain::Quarter => first(date.year(), (date.month() - 1) / 3 * 3 + 1),
        Grain::Year => first(date.year(), 1),
    }
}

/// Which of the civil periods a moment lies in, counted from any fixed one.
fn ordinal(grain: Grain, at: DateTime) -> i64 {
    let days = || i64::from(days_since_1970(at.date()));
    let seconds =
        || days() * 86_400 + i64::from(at.hour()) * 3600 + i64::from(at.minute()) * 60 + i64::from(at.second());
    let months = || i64::from(at.year()) * 12 + i64::from(at.month()) - 1;
    match grain {
        Grain::Second => seconds(),
        Grain::Minute => seconds().div_euclid(60),
        Grain::Hour => seconds().div_euclid(3600),
        Grain::Day => days(),
        // 1970-01-01 was a Thursday: three days after the Monday of its week.
        Grain::Week => (days() + 3).div_euclid(7),
        Grain::Month => months(),
        Grain::Quarter => months().div_euclid(3),
        Grain::Year => i64::from(at.year()),
    }
}

fn days_since_1970(date: Date) -> i32 {
    let epoch = jiff::civil::date(1970, 1, 1);
    date.since((jiff::Unit::Day, epoch)).map_or(0, |span| span.get_days())
}

/// How many borders of periods lie between two moments.
pub fn difference(grain: Grain, from: &Value, to: &Value) -> Value {
    match from.as_moment().zip(to.as_moment()) {
        Some((from, to)) => Value::Integer(ordinal(grain, to) - ordinal(grain, from)),
        None => Value::Null,
    }
}

/// A number read off a moment.
pub fn part(moment: &Value, part: Part) -> Value {
    let Some(at) = moment.as_moment() else { return Value::Null };
    let number = match part {
        Part::Second => i64::from(at.second()),
        Part::Minute => i64::from(at.minute()),
        Part::Hour => i64::from(at.hour()),
        Part::DayOfWeek => i64::from(at.weekday().to_monday_one_offset()),
        Part::DayOfMonth => i64::from(at.day()),
        Part::DayOfYear => i64::from(at.day_of_year()),
        Part::Month => i64::from(at.month()),
        Part::Quarter => i64::from((at.month() - 1) / 3 + 1),
        Part::Year => i64::from(at.year()),
    };
    Value::Integer(number)
}

/// The wall time of an instant in a zone.
pub fn to_local(moment: &Value, zone: &TimeZone) -> Result<Value, Overflow> {
    let Value::Instant(at) = moment else { return Ok(moment.clone()) };
    let local = match TimeZone::UTC.to_timestamp(*at) {
        Ok(instant) => Some(zone.to_datetime(instant)),
        // The library's moments end a day before its calendar, whose last day often stands for an end that never comes.
        Err(_) => {
            let edge = if at.year() > 0 { Timestamp::MAX } else { Timestamp::MIN };
            at.checked_add(SignedDuration::from_secs(zone.to_offset(edge).seconds().into())).ok()
        }
    };
    local
        .map(Value::Timestamp)
        .ok_or_else(|| Overflow::of(format!("{moment} in the project's zone is beyond the calendar")))
}

/// So many seconds later.
pub fn seconds_later(at: &Value, seconds: &Value) -> Result<Value, Overflow> {
    match seconds {
        Value::Integer(seconds) => shift(at, *seconds, Grain::Second),
        _ => Ok(Value::Null),
    }
}

/// The moment that a wall time in UTC is.
pub fn from_utc(wall: &Value) -> Value {
    match wall {
        Value::Timestamp(at) => Value::Instant(*at),
        other => other.clone(),
    }
}
