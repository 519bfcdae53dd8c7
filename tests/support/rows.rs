//! Rows as an engine gave them, held against rows as a head wrote them.

use super::markdown::{Cell, Table};
use serde_json::Value as Json;

/// What an engine answered to a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Value>>,
}

/// One value, nothing of it lost.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Boolean(bool),
    /// An integer or a decimal, as written.
    Exact(String),
    Double(f64),
    Text(String),
    /// A date or a timestamp.
    Time(String),
    /// A day, of an emulator that does not tell a date from its midnight.
    Midnight(String),
}

/// How far a double may be off, relative to the expected value.
const TOLERANCE: f64 = 1e-9;

impl Value {
    /// Reads the worker's form: what JSON has no exact form for is an object of one kind.
    pub fn from_json(json: &Json) -> Result<Value, String> {
        match json {
            Json::Null => Ok(Value::Null),
            Json::Bool(b) => Ok(Value::Boolean(*b)),
            Json::Number(n) => Ok(Value::Exact(n.to_string())),
            Json::String(s) => Ok(Value::Text(s.clone())),
            Json::Object(object) => {
                let (kind, text) = object.iter().next().ok_or("an empty object is no value")?;
                let text = text.as_str().ok_or("a tagged value is a text")?.to_string();
                match kind.as_str() {
                    "decimal" | "integer" => Ok(Value::Exact(text)),
                    "double" => text.parse().map(Value::Double).map_err(|error| format!("{text}: {error}")),
                    "date" | "timestamp" => Ok(Value::Time(text)),
                    _ => Err(format!("a value of kind {kind}")),
                }
            }
            Json::Array(_) => Err("a list is no value".to_string()),
        }
    }

    /// Whether this is what the cell says. A bare cell that looks like a number is no text: text of that look is written
    /// in quotes, so that an engine that gives numbers as text is found out.
    pub fn is(&self, cell: &Cell) -> bool {
        match (self, cell) {
            (Value::Null, Cell::Null) => true,
            (Value::Text(text), Cell::Quoted(expected)) => text == expected,
            (Value::Text(text), Cell::Bare(expected)) => {
                digits(expected).is_none() && without_zero_fraction(text) == without_zero_fraction(expected)
            }
            (Value::Midnight(day), Cell::Bare(expected)) => {
                expected.strip_suffix(" 00:00:00").unwrap_or(expected) == day
            }
            (Value::Time(text), Cell::Bare(expected)) => without_zero_fraction(text) == without_zero_fraction(expected),
            (Value::Boolean(b), Cell::Bare(expected)) => *expected == b.to_string(),
            // SQLite has no booleans.
            (Value::Exact(one), Cell::Bare(expected)) if expected == "true" => one == "1",
            (Value::Exact(zero), Cell::Bare(expected)) if expected == "false" => zero == "0",
            (Value::Exact(number), Cell::Bare(expected)) => {
                digits(number).is_some() && digits(number) == digits(expected)
            }
            (Value::Double(double), Cell::Bare(expected)) => {
                expected.parse().is_ok_and(|expected| near(*double, expected))
            }
            _ => false,
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Null => Ok(()),
            Value::Boolean(b) => write!(f, "{b}"),
            Value::Exact(text) | Value::Time(text) | Value::Midnight(text) => f.write_str(text),
            Value::Double(double) => write!(f, "{double:?} (double)"),
            Value::Text(text) => write!(f, "'{text}'"),
        }
    }
}

/// Within the tolerance; a zero is met by a zero alone.
pub fn near(actual: f64, expected: f64) -> bool {
    actual.is_finite() && (actual - expected).abs() <= TOLERANCE * expected.abs()
}

/// The number's sign and digits without what has no meaning (a plus, leading and trailing zeros), so that equal numbers
/// have equal texts, of any length. Nothing for what is no number.
fn digits(text: &str) -> Option<String> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let all_digits = whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits {
        return None;
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let zero = whole.is_empty() && fraction.is_empty();
    Some(if zero { "0".to_string() } else { format!("{sign}{whole}.{fraction}") })
}

/// `2026-01-01 00:00:00.000000` and `2026-01-01 00:00:00` are one moment.
fn without_zero_fraction(text: &str) -> &str {
    match text.split_once('.') {
        Some((moment, fraction)) if moment.len() == 19 && fraction.bytes().all(|b| b == b'0') => moment,
        Some((moment, _)) if moment.len() == 19 => text.trim_end_matches('0'),
        _ => text,
    }
}

/// Holds an answer against the expected rows, as a multiset unless they are ordered. The error shows both.
pub fn compare(expected: &Table, answer: &Answer, ordered: bool) -> Result<(), String> {
    if expected.columns != answer.columns {
        return Err(format!("columns differ\n  expected {:?}\n  actual   {:?}", expected.columns, answer.columns));
    }
    let row_is = |actual: &[Value], cells: &[Cell]| actual.iter().zip(cells).all(|(value, cell)| value.is(cell));
    let mut given: Vec<Option<&Vec<Value>>> = answer.rows.iter().map(Some).collect();
    let mut missing = Vec::new();
    for (place, cells) in expected.rows.iter().enumerate() {
        let candidates = if ordered { place.min(given.len())..given.len().min(place + 1) } else { 0..given.len() };
        let found = candidates.into_iter().find(|&i| given[i].is_some_and(|row| row_is(row, cells)));
        match found {
            Some(i) => given[i] = None,
            None => missing.push(place),
        }
    }
    let unexpected: Vec<usize> = (0..given.len()).filter(|&i| given[i].is_some()).collect();
    if missing.is_empty() && unexpected.is_empty() {
        return Ok(());
    }
    let wanted: Vec<Vec<String>> = expected.rows.iter().map(|row| row.iter().map(written).collect()).collect();
    let got: Vec<Vec<String>> = answer.rows.iter().map(|row| row.iter().map(Value::to_string).collect()).collect();
    Err(format!(
        "rows differ{}\n  expected ({} rows; - marks what was not given)\n{}  actual ({} rows; + marks what was not expected)\n{}",
        if ordered { ", in order" } else { "" },
        wanted.len(),
        grid(&expected.columns, &wanted, &missing, '-'),
        got.len(),
        grid(&answer.columns, &got, &unexpected, '+'),
    ))
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Quoted(text) => format!("'{text}'"),
        Cell::Bare(text) => text.clone(),
    }
}

fn grid(columns: &[String], rows: &[Vec<String>], marked: &[usize], mark: char) -> String {
    let width = |at: usize| {
        let cells = rows.iter().map(|row| &row[at]).chain([&columns[at]]);
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let line = |mark: char, cells: &[String]| {
        let cells: Vec<String> = cells.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}")).collect();
        format!("  {mark} | {} |\n", cells.join(" | "))
    };
    let body = rows.iter().enumerate().map(|(i, row)| line(if marked.contains(&i) { mark } else { ' ' }, row));
    line(' ', columns) + &body.collect::<String>()
}

/// An answer as expected rows, to hold another engine's answer against.
pub fn as_table(answer: &Answer) -> Table {
    let cell = |value: &Value| match value {
        Value::Null => Cell::Null,
        Value::Text(text) => Cell::Quoted(text.clone()),
        Value::Double(double) => Cell::Bare(format!("{double}")),
        other => Cell::Bare(other.to_string()),
    };
    let rows = answer.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    Table { line: 1, columns: answer.columns.clone(), rows }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::markdown::{Piece, pieces};

    fn bare(text: &str) -> Cell {
        Cell::Bare(text.to_string())
    }

    fn exact(text: &str) -> Value {
        Value::Exact(text.to_string())
    }

    #[test]
    fn exact_numbers_compare_to_the_last_digit() {
        assert!(exact("2.50").is(&bare("2.5")) && exact("-0.0").is(&bare("0")) && exact("007").is(&bare("7")));
        assert!(!exact("100000000000000000000.01").is(&bare("100000000000000000000.02")));
        assert!(!exact("5").is(&bare("-5")) && !exact("0").is(&Cell::Null) && !Value::Null.is(&bare("0")));
    }

    #[test]
    fn doubles_compare_within_the_tolerance() {
        assert!(Value::Double(1.0 / 3.0).is(&bare("0.33333333333")));
        assert!(!Value::Double(0.3334).is(&bare("0.3333")) && !Value::Double(1e-12).is(&bare("0")));
        assert!(!Value::Double(f64::NAN).is(&bare("0")) && !Value::Double(f64::INFINITY).is(&bare("inf")));
    }

    #[test]
    fn text_is_not_a_number_and_a_date_is_not_a_timestamp() {
        let text = |text: &str| Value::Text(text.to_string());
        assert!(!text("2.50").is(&bare("2.50")) && text("2.50").is(&Cell::Quoted("2.50".to_string())));
        assert!(text("a ").is(&Cell::Quoted("a ".to_string())) && !text("a ").is(&bare("a")));
        let time = |text: &str| Value::Time(text.to_string());
        assert!(time("2026-01-01 00:00:00.000000").is(&bare("2026-01-01 00:00:00")));
        assert!(!time("2026-01-01 00:00:00").is(&bare("2026-01-01")));
    }

    #[test]
    fn rows_are_a_multiset_unless_ordered() {
        let found = pieces("| n |\n| --- |\n| 1 |\n| 1 |\n| 2 |\n").expect("a table is well formed");
        let [Piece::Table(expected)] = &found[..] else { panic!("one table, not {found:?}") };
        let answer = |values: &[&str]| Answer {
            columns: vec!["n".to_string()],
            rows: values.iter().map(|v| vec![exact(v)]).collect(),
        };
        assert_eq!(compare(expected, &answer(&["2", "1", "1"]), false), Ok(()));
        assert!(compare(expected, &answer(&["2", "1", "1"]), true).is_err());
        assert_eq!(compare(expected, &answer(&["1", "1", "2"]), true), Ok(()));
        for wrong in [&["1", "2", "2"][..], &["1", "2"], &["1", "1", "2", "2"], &[]] {
            assert!(compare(expected, &answer(wrong), false).is_err(), "{wrong:?}");
            assert!(compare(expected, &answer(wrong), true).is_err(), "{wrong:?}");
        }
    }
}
