//! Rows on which two metrics differ, made as few and as plain as can be found.

use super::super::Value;
use super::difference::{Bench, Difference, Sort};
use super::draw::moved;
use super::schema::{Column, Rows};
use crate::model::{Base, Grain};
use jiff::civil::{Date, DateTime, Time};
use std::collections::BTreeSet;

/// Up to so many rows, any two are tried to be taken away at once.
const PAIRS: usize = 10;

/// Rows with what differs on them.
#[derive(Clone)]
pub struct Found {
    pub rows: Rows,
    pub difference: Difference,
}

impl Found {
    /// Fewer rows are better, then a difference that says more, then a plainer context.
    pub fn weight(&self, bench: &Bench) -> impl Ord + use<> {
        let context = &bench.contexts[self.difference.context];
        let asked = context.keys.len() + usize::from(context.range.is_some());
        (self.count(), std::cmp::Reverse(self.worth(bench)), asked)
    }

    /// How much it says: less where the rows of another metric are needed to see it.
    fn worth(&self, bench: &Bench) -> impl Ord + use<> {
        (bench.contexts[self.difference.context].beside.is_none(), self.difference.sort())
    }

    fn count(&self) -> usize {
        self.rows.iter().map(Vec::len).sum()
    }

    /// Whether no other witness can be better.
    pub fn is_least(&self) -> bool {
        self.count() <= 1 && self.difference.sort() >= Sort::ValueOrNull && self.difference.context == 0
    }
}

/// Takes rows away for as long as the answers differ.
pub fn fewest(bench: &Bench, mut found: Found) -> Found {
    let all: Vec<usize> = (0..bench.contexts.len()).collect();
    while let Some(smaller) = fewer(bench, &found, &all) {
        found = smaller;
    }
    found
}

/// Makes values plainer for as long as the answers differ, and takes away rows that this makes needless.
pub fn plainest(bench: &Bench, mut found: Found) -> Found {
    loop {
        let before = plainness(bench, &found.rows);
        found = fewest(bench, plainer(bench, found));
        if plainness(bench, &found.rows) >= before {
            return found;
        }
    }
}

/// The first way to do with fewer rows.
fn fewer(bench: &Bench, found: &Found, contexts: &[usize]) -> Option<Found> {
    let places: Vec<(usize, usize)> =
        found.rows.iter().enumerate().flat_map(|(table, rows)| (0..rows.len()).map(move |row| (table, row))).collect();
    let without = |gone: &[(usize, usize)]| -> Option<Found> {
        let kept = |table: usize, rows: &[Vec<Value>]| {
            let left = rows.iter().enumerate().filter(|(row, _)| !gone.contains(&(table, *row)));
            left.map(|(_, row)| row.clone()).collect::<Vec<_>>()
        };
        let rows: Rows = found.rows.iter().enumerate().map(|(table, rows)| kept(table, rows)).collect();
        let difference = bench.difference(&rows, contexts)?;
        Some(Found { rows, difference })
    };
    let tables = found.rows.iter().enumerate().filter(|(_, rows)| rows.len() > 1);
    let whole = tables.map(|(table, rows)| (0..rows.len()).map(|row| (table, row)).collect::<Vec<_>>());
    let single = places.iter().map(|place| vec![*place]);
    let several: Vec<Vec<(usize, usize)>> = match places.len() {
        0..=PAIRS => places
            .iter()
            .enumerate()
            .flat_map(|(at, one)| places[at + 1..].iter().map(|other| vec![*one, *other]))
            .collect(),
        _ => Vec::new(),
    };
    whole.chain(single).chain(several).find_map(|gone| without(&gone))
}

/// Each value in turn made as plain as it can be, alone or with the same value in linked columns, with a difference that
/// says no less.
fn plainer(bench: &Bench, mut found: Found) -> Found {
    for table in 0..found.rows.len() {
        for row in 0..found.rows[table].len() {
            for place in 0..bench.schema.tables[table].columns.len() {
                let column = &bench.schema.tables[table].columns[place];
                let candidates = candidates(column, &found.rows[table][row][place]);
                let better = candidates.iter().find_map(|candidate| {
                    [false, true].into_iter().find_map(|everywhere| {
                        let rows = replaced(bench, &found.rows, (table, row, place), candidate, everywhere);
                        as_good(bench, &found, rows)
                    })
                });
                found = better.unwrap_or(found);
            }
        }
    }
    found
}

/// The rows, if they are plainer and the answers differ on them at least as tellingly.
fn as_good(bench: &Bench, found: &Found, rows: Rows) -> Option<Found> {
    let contexts: Vec<usize> = (0..=found.difference.context).collect();
    let fits = bench.schema.allows(&rows) && plainness(bench, &rows) < plainness(bench, &found.rows);
    let difference = fits.then(|| bench.difference(&rows, &contexts)).flatten()?;
    let plainer = Found { rows, difference };
    (plainer.worth(bench) >= found.worth(bench)).then_some(plainer)
}

/// The rows with another value at one place; `everywhere` also where the same value stands in columns linked with it, or in
/// the same column.
fn replaced(
    bench: &Bench,
    rows: &Rows,
    (table, row, place): (usize, usize, usize),
    with: &Value,
    everywhere: bool,
) -> Rows {
    let mut rows = rows.clone();
    let old = rows[table][row][place].clone();
    let link = bench.schema.tables[table].columns[place].link;
    if everywhere {
        for (at, rows) in rows.iter_mut().enumerate() {
            for (other, column) in bench.schema.tables[at].columns.iter().enumerate() {
                let same_kind = (at, other) == (table, place) || (link.is_some() && column.link == link);
                let cells = rows.iter_mut().map(|row| &mut row[other]);
                cells.filter(|cell| same_kind && **cell == old).for_each(|cell| *cell = with.clone());
            }
        }
    }
    rows[table][row][place] = with.clone();
    rows
}

fn plainness(bench: &Bench, rows: &Rows) -> u64 {
    let tables = rows.iter().zip(&bench.schema.tables);
    let values = tables.flat_map(|(rows, table)| rows.iter().flat_map(|row| row.iter().zip(&table.columns)));
    values.map(|(value, column)| weight(column, value)).sum()
}

/// The day and the moment that are easiest to think of.
const PLAIN: Date = jiff::civil::date(2025, 1, 1);

/// What to try in place of a value, the plainest first.
fn candidates(column: &Column, value: &Value) -> Vec<Value> {
    let mut tried: Vec<Value> = Vec::new();
    match (column.base, value) {
        (Base::Integer, _) => tried.extend([1, 2, 3, 10, 0].map(Value::Integer)),
        (Base::Decimal { scale, .. }, _) => {
            let unit = 10i128.pow(u32::from(scale));
            tried.extend([1, 2, 3, 10, 0].map(|whole| Value::Decimal { digits: whole * unit, scale }));
        }
        (Base::Double, _) => tried.extend([1.0, 2.0, 3.0, 10.0, 0.0].map(Value::Double)),
        (Base::Text, _) => {
            tried.extend(["a", "b"].map(|text| Value::Text(text.into())));
            tried.extend(column.constants.iter().filter(|value| matches!(value, Value::Text(_))).cloned());
        }
        (Base::Boolean, _) => tried.extend([true, false].map(Value::Boolean)),
        (Base::Date, Value::Date(day)) => {
            let days = nearer(day.to_datetime(Time::midnight()));
            tried.extend(days.into_iter().map(|moment| Value::Date(moment.date())));
        }
        (Base::Timestamp, Value::Timestamp(moment)) => tried.extend(nearer(*moment).into_iter().map(Value::Timestamp)),
        (Base::Instant, Value::Instant(moment)) => tried.extend(nearer(*moment).into_iter().map(Value::Instant)),
        _ => {}
    }
    tried.extend(column.nullable.then_some(Value::Null));
    let own = weight(column, value);
    tried.retain(|candidate| weight(column, candidate) < own);
    let mut seen = BTreeSet::new();
    tried.retain(|candidate| seen.insert(candidate.clone()));
    tried
}

/// Moments that are plainer, or nearer to the plainest.
fn nearer(moment: DateTime) -> Vec<DateTime> {
    let midnight = |day: Date| day.to_datetime(Time::midnight());
    let day = moment.date();
    let mut tried = vec![midnight(PLAIN), midnight(day.first_of_year()), midnight(day.first_of_month()), midnight(day)];
    tried.push(day.to_datetime(jiff::civil::time(12, 0, 0, 0)));
    tried.push(day.to_datetime(moment.time().with().subsec_nanosecond(0).build().unwrap_or(moment.time())));
    for (count, unit) in [(1, Grain::Year), (1, Grain::Month), (7, Grain::Day), (1, Grain::Day)] {
        tried.extend([moved(moment, -count, unit), moved(moment, count, unit)]);
    }
    tried
}

/// How far a value is from the plainest.
fn weight(column: &Column, value: &Value) -> u64 {
    let number = |whole: bool, amount: f64| -> u64 {
        let order = match amount as i64 {
            1 => 0,
            2 => 1,
            3 => 2,
            10 => 3,
            0 => 4,
            _ => 5 + (amount.abs().min(1e6) as u64),
        };
        order + u64::from(amount < 0.0) + 10 * u64::from(!whole)
    };
    match value {
        // Plain values are plainer: a null that is left is there for a reason.
        Value::Null => 3,
        Value::Boolean(truth) => u64::from(!truth),
        Value::Integer(whole) => number(true, *whole as f64),
        Value::Decimal { .. } | Value::Double(_) => {
            let amount = value.as_double().unwrap_or_default();
            number(amount.fract() == 0.0, amount)
        }
        Value::Text(text) => {
            let known = column.constants.iter().position(|constant| constant == value);
            match (text.as_str(), known) {
                ("a", None) => 0,
                ("b", None) => 1,
                (_, Some(at)) => 2 + at as u64,
                _ => 1000 + text.len() as u64,
            }
        }
        Value::Date(day) => distance(day.to_datetime(Time::midnight())),
        Value::Timestamp(moment) | Value::Instant(moment) => distance(*moment),
    }
}

/// Days from the plainest, and how odd the time of the day is.
fn distance(moment: DateTime) -> u64 {
    let days = moment.date().since(PLAIN).map_or(0, |span| span.get_days().unsigned_abs());
    let time = moment.time();
    let odd = [time.hour() != 0, time.minute() != 0, time.second() != 0, time.subsec_nanosecond() != 0];
    u64::from(days) + odd.iter().map(|it| 1000 * u64::from(*it)).sum::<u64>()
}
