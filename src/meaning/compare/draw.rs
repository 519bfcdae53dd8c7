//! Rows made up at random, of values that are likely to tell two definitions apart: what they name, one step beside it,
//! nulls, zeros, doubles, and moments at the borders of periods. The same seed makes the same rows.

use super::super::{Value, scalar};
use super::contexts::DAY;
use super::lattice;
use super::schema::{Column, Rows, Schema};
use crate::model::{Base, Grain};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// A generator of numbers (SplitMix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one.
    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }

    /// Once in so many.
    pub fn once_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { of.get(self.below(of.len())) }
    }
}

/// What moments are drawn from.
pub struct Moments {
    zones: Vec<TimeZone>,
    /// Days at which something begins or ends.
    days: Vec<Date>,
    lengths: Vec<(i64, Grain)>,
}

impl Moments {
    pub fn of(schema: &Schema) -> Moments {
        let mut zones: Vec<TimeZone> = Vec::new();
        let mut days: BTreeSet<Date> = BTreeSet::from([DAY, date(2024, 12, 31), date(2024, 2, 29), date(2025, 2, 28)]);
        for model in schema.models {
            let calendar = &model.calendar;
            days.insert(date(2025, calendar.year_starts as i8, 1));
            // The first Monday of March 2025 is the third; the days count on from it.
            days.insert(date(2025, 3, 3 + calendar.week_starts as i8));
            if let Ok(zone) = TimeZone::get(&calendar.timezone) {
                let from = date(2025, 1, 1).to_zoned(TimeZone::UTC).map(|start| start.timestamp());
                let changes = from.into_iter().flat_map(|from| zone.following(from).take(2).collect::<Vec<_>>());
                days.extend(changes.map(|change| zone.to_datetime(change.timestamp()).date()));
                zones.push(zone);
            }
        }
        Moments { zones, days: days.into_iter().collect(), lengths: schema.lengths.iter().copied().collect() }
    }

    /// A day that the rows of one trial lie around.
    fn around(&self, dice: &mut Dice) -> Date {
        if dice.once_in(2) { DAY } else { *dice.pick(&self.days).unwrap_or(&DAY) }
    }

    /// The day itself, beside it, at the start of its periods, or as far away as the definitions look.
    fn day(&self, dice: &mut Dice, day: Date) -> Date {
        let start = match dice.below(8) {
            0..=2 => day,
            3 => day.first_of_month(),
            4 => day.first_of_year(),
            5 => day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days()),
            _ => match dice.pick(&self.lengths) {
                Some((count, unit)) if *unit >= Grain::Day => {
                    moved(day.to_datetime(Time::midnight()), -count, *unit).date()
                }
                _ => day,
            },
        };
        match dice.below(4) {
            0 => start.saturating_sub(1.day()),
            1 => start.saturating_add(1.day()),
            _ => start,
        }
    }

    fn moment(&self, dice: &mut Dice, day: Date) -> DateTime {
        let midnight = self.day(dice, day).to_datetime(Time::midnight());
        match dice.below(8) {
            0..=2 => midnight,
            3 => midnight.saturating_add(23.hours().minutes(59).seconds(59)),
            4 => midnight.saturating_add(1.second()),
            5 => midnight.saturating_sub(1.microsecond()),
            6 => match dice.pick(&self.lengths) {
                Some((count, unit)) if *unit < Grain::Day => {
                    let noon = midnight.saturating_add(12.hours());
                    moved(noon, if dice.once_in(2) { *count } else { -count }, *unit)
                        .saturating_add((dice.below(3) as i64 - 1).seconds())
                }
                _ => midnight.saturating_add(12.hours()),
            },
            _ => midnight.saturating_add(12.hours()),
        }
    }

    /// The wall time in UTC of a moment that a clock in one of the zones shows.
    fn instant(&self, dice: &mut Dice, day: Date) -> DateTime {
        let wall = self.moment(dice, day);
        let Some(zone) = dice.pick(&self.zones) else { return wall };
        wall.to_zoned(zone.clone()).map_or(wall, |zoned| zoned.with_time_zone(TimeZone::UTC).datetime())
    }
}

fn date(year: i16, month: i8, day: i8) -> Date {
    jiff::civil::date(year, month, day)
}

/// So many units later; what lies outside the calendar stays.
pub fn moved(moment: DateTime, count: i64, unit: Grain) -> DateTime {
    scalar::later(moment, count, unit).unwrap_or(moment)
}

/// The most rows of a table in one trial.
pub fn most_rows(trial: usize) -> usize {
    match trial {
        0..50 => 1,
        50..200 => 2,
        200..500 => 3,
        _ => 5,
    }
}

/// Rows for all tables: few at first, more later.
pub fn rows(schema: &Schema, moments: &Moments, dice: &mut Dice, trial: usize) -> Rows {
    let most = most_rows(trial);
    let day = moments.around(dice);
    let mut rows = schema.no_rows();
    for (at, table) in schema.tables.iter().enumerate() {
        // A table that something leads to has a row more often than not.
        let count = if dice.once_in(6) { 0 } else { 1 + dice.below(most) };
        for _ in 0..count {
            let before = rows[at].last().cloned();
            let row = table.columns.iter().enumerate().map(|(place, column)| match &before {
                Some(before) if dice.once_in(4) => before[place].clone(),
                _ => drawn(column, moments, dice, day),
            });
            let row = row.collect();
            rows[at].push(row);
            if !schema.allows(&rows) {
                rows[at].pop();
            }
        }
    }
    rows
}

/// A value for a column, around any day.
pub fn value(column: &Column, moments: &Moments, dice: &mut Dice) -> Value {
    let day = moments.around(dice);
    drawn(column, moments, dice, day)
}

/// A value for a column; checks are looked at afterwards.
fn drawn(column: &Column, moments: &Moments, dice: &mut Dice, day: Date) -> Value {
    if column.nullable && dice.once_in(5) {
        return Value::Null;
    }
    let constants: Vec<&Value> = column.constants.iter().filter(|value| lattice::holds(value, column.base)).collect();
    if (column.link.is_none() || dice.once_in(3))
        && dice.once_in(2)
        && let Some(constant) = dice.pick(&constants)
        && let Some(value) = beside(constant, column.base, dice)
    {
        return value;
    }
    let linked = column.link.is_some();
    let whole = |dice: &mut Dice| if linked { 1 + dice.below(3) as i64 } else { [1, 2, 3, 10, 0, -1][dice.below(6)] };
    match column.base {
        Base::Integer => Value::Integer(whole(dice)),
        Base::Decimal { scale, .. } => {
            let unit = 10i128.pow(u32::from(scale));
            let part = if dice.once_in(3) { unit / 4 } else { 0 };
            Value::Decimal { digits: i128::from(whole(dice)) * unit + part, scale }
        }
        Base::Double => Value::Double(whole(dice) as f64 + if dice.once_in(3) { 0.25 } else { 0.0 }),
        Base::Text => Value::Text(["a", "b", "A", "a ", ""][dice.below(if linked { 2 } else { 5 })].into()),
        Base::Boolean => Value::Boolean(dice.once_in(2)),
        Base::Date => Value::Date(moments.day(dice, day)),
        Base::Timestamp => Value::Timestamp(moments.moment(dice, day)),
        Base::Instant => Value::Instant(moments.instant(dice, day)),
        Base::Null | Base::Broken => Value::Null,
    }
}

/// A constant as a value of the column, or one step beside it; of a text also as somebody else would write it.
fn beside(constant: &Value, base: Base, dice: &mut Dice) -> Option<Value> {
    match (constant, base) {
        (Value::Text(text), Base::Text) => Some(Value::Text(match dice.below(8) {
            0 => text.to_uppercase().into(),
            1 => format!("{text} ").into(),
            2 => text.to_lowercase().into(),
            3 => text.replace('%', "").replace('_', "x").into(),
            _ => text.clone(),
        })),
        (Value::Text(_), _) | (_, Base::Text) => None,
        (Value::Timestamp(moment), Base::Date) => Some(Value::Date(moment.date())),
        (Value::Date(day), Base::Timestamp) => Some(Value::Timestamp(day.to_datetime(Time::midnight()))),
        _ => {
            let value = match (constant, base) {
                // One step up and down again has the digits of the type.
                (Value::Integer(_) | Value::Decimal { .. }, Base::Integer | Base::Decimal { .. }) => {
                    lattice::above(&lattice::below(constant, base)?, base)?
                }
                (Value::Integer(_) | Value::Decimal { .. }, Base::Double) => Value::Double(constant.as_double()?),
                (Value::Double(_), Base::Double) | (Value::Boolean(_), Base::Boolean) => constant.clone(),
                (Value::Date(_), Base::Date) | (Value::Timestamp(_), Base::Timestamp) => constant.clone(),
                (Value::Instant(_), Base::Instant) => constant.clone(),
                _ => return None,
            };
            match dice.below(4) {
                0 => lattice::above(&value, base),
                1 => lattice::below(&value, base),
                _ => Some(value),
            }
        }
    }
}
