//! Random rows: few, with nulls, duplicates, zeros, ends of months, leap days, and moments around midnight.

use super::random::Random;
use super::schema::{Kind, RATES, Schema, Source};
use super::support::world::Rows;
use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};

/// Where the rows lie in time.
#[derive(Clone, Copy, Debug)]
pub struct Era {
    pub from: Date,
    pub days: i32,
}

/// Days that something begins or ends with: months, leap days, changes of the clocks.
const EDGES: [Date; 12] = [
    date(2024, 1, 31),
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2024, 3, 10),
    date(2024, 3, 31),
    date(2024, 10, 27),
    date(2024, 11, 3),
    date(2024, 12, 31),
    date(2025, 1, 1),
    date(2025, 2, 28),
    date(2025, 3, 9),
];
const CLOCKS: [&str; 10] = [
    "00:00:00",
    "23:59:59",
    "12:00:00",
    "00:00:01",
    "01:30:00",
    "02:30:00",
    "06:30:00",
    "23:00:00",
    "00:30:00.25",
    "04:59:59.999999",
];
const TEXTS: [&str; 8] = ["a", "b", "B", "a ", "", "é", "ab", "10"];
const ITEMS: [&str; 3] = ["i", "j", "k"];

impl Era {
    /// A few days, a few months or two years, about a day that is an edge.
    pub fn random(random: &mut Random) -> Era {
        let days = *random.one(&[6, 12, 70, 120, 400, 760]);
        let edge = *random.one(&EDGES);
        let before = random.below(days as usize) as i32;
        Era { from: edge.saturating_sub(before.days()), days }
    }

    /// A day of it, often an edge.
    pub fn day(&self, random: &mut Random) -> Date {
        let last = self.from.saturating_add(self.days.days());
        if random.percent(40) {
            let edges: Vec<Date> = EDGES.into_iter().filter(|day| (self.from..=last).contains(day)).collect();
            if let Some(edge) = random.any(&edges) {
                return *edge;
            }
        }
        self.from.saturating_add((random.below(self.days as usize) as i32).days())
    }
}

/// The rows of every source.
pub fn tables(random: &mut Random, schema: &Schema, era: &Era) -> Vec<Rows> {
    let mut tables = Vec::new();
    for (at, source) in schema.sources.iter().enumerate() {
        let columns: Vec<String> =
            source.columns.iter().filter(|it| it.derived.is_none()).map(|it| it.name.clone()).collect();
        let rows = if at == RATES { versions(random, schema, era) } else { of(random, source, era) };
        tables.push(Rows { source: source.name.to_owned(), columns, rows });
    }
    if schema.calendar {
        tables.push(days(era));
    }
    tables
}

fn of(random: &mut Random, source: &Source, era: &Era) -> Vec<Vec<Option<String>>> {
    let count = match (source.is_fact, random.below(12)) {
        (_, 0) => 0,
        (true, 1) => 1,
        (true, _) => 3 + random.below(23),
        (false, _) => 1 + random.below(6),
    };
    let mut rows: Vec<Vec<Option<String>>> = Vec::new();
    for row in 0..count {
        let cells = source.columns.iter().filter(|column| column.derived.is_none()).map(|column| {
            if column.name == source.key {
                return Some((row + 1).to_string());
            }
            if column.nullable && random.percent(20) {
                return None;
            }
            Some(match column.name.as_str() {
                "person_id" => (1 + random.below(5)).to_string(),
                "area_id" => (1 + random.below(3)).to_string(),
                "item" => random.word(&ITEMS).to_owned(),
                _ => value(random, column.kind, era),
            })
        });
        rows.push(cells.collect());
    }
    // An end before its beginning is an interval that holds nothing; most end after it.
    let place = |name: &str| source.columns.iter().position(|column| column.name == name);
    if let (Some(start), Some(end)) = (place("at_time"), place("end_time")) {
        for row in &mut rows {
            let (from, until) = (row[start].clone(), row[end].clone());
            let same = source.columns[start].kind == source.columns[end].kind;
            if let (true, Some(from), Some(until)) = (same && random.percent(80), from, until)
                && until < from
            {
                (row[start], row[end]) = (Some(until), Some(from));
            }
        }
    }
    rows
}

/// A value of a kind, of a small set, so that rows agree.
pub fn value(random: &mut Random, kind: Kind, era: &Era) -> String {
    match kind {
        Kind::Integer => random.word(&["0", "1", "2", "3", "-1", "7", "10", "-4", "100"]).to_owned(),
        Kind::Decimal => {
            random.word(&["0.00", "1.00", "2.50", "-2.50", "0.01", "9.99", "100.00", "-0.05", "3.33"]).to_owned()
        }
        // Sums of these are exact in any order.
        Kind::Double => random.word(&["0", "0.5", "1.25", "-1.5", "2", "100.75", "-0.25"]).to_owned(),
        Kind::Text => random.word(&TEXTS).to_owned(),
        Kind::Boolean => random.word(&["true", "false"]).to_owned(),
        Kind::Date => era.day(random).to_string(),
        Kind::Timestamp | Kind::Instant => format!("{} {}", era.day(random), random.word(&CLOCKS)),
    }
}

/// Versions of items, one after the other, some with gaps, the ends open or not.
fn versions(random: &mut Random, schema: &Schema, era: &Era) -> Vec<Vec<Option<String>>> {
    let mut rows = Vec::new();
    for item in ITEMS {
        let mut bounds: Vec<String> = (0..random.below(4)).map(|_| value(random, schema.axis, era)).collect();
        bounds.sort();
        bounds.dedup();
        let mut bounds: Vec<Option<String>> = bounds.into_iter().map(Some).collect();
        if random.percent(50) {
            bounds.insert(0, None);
        }
        if random.percent(50) {
            bounds.push(None);
        }
        for pair in bounds.windows(2) {
            if pair != [None, None] && random.percent(15) {
                continue;
            }
            let mut row = vec![Some(item.to_owned()), pair[0].clone(), pair[1].clone()];
            for column in &schema.sources[RATES].columns[3..] {
                let null = column.nullable && random.percent(20);
                row.push(if null { None } else { Some(value(random, column.kind, era)) });
            }
            rows.push(row);
        }
    }
    rows
}

/// A calendar of periods of four, four and five weeks, in seasons of three, over the era and what is looked back on.
fn days(era: &Era) -> Rows {
    // A Monday that lies before everything looked back on, but for what `cumulative` reads.
    let start = date(2022, 8, 1);
    let last = era.from.saturating_add((era.days + 40).days());
    let mut rows = Vec::new();
    let mut day = start;
    while day <= last {
        let week = (day - start).get_days() / 7;
        let (season, within) = (week / 13, week % 13);
        let period = season * 3 + (within / 4).min(2);
        rows.push(vec![Some(day.to_string()), Some(format!("P{period}")), Some(format!("S{season}"))]);
        day = day.saturating_add(Span::new().days(1));
    }
    let columns = ["day", "period", "season"].map(str::to_owned).to_vec();
    Rows { source: "days".into(), columns, rows }
}
