//! One answer against another: the definitions', and an engine's.

use super::rows::{Answer, Value};
use etalon::meaning;
use etalon::model::{Base, Request};
use jiff::civil::date;
use std::cmp::Ordering;

/// How far a double may be off, relative to the expected value or to 1, the size of the values it is made of.
const TOLERANCE: f64 = 1e-9;

/// What the definitions say. The error begins with a code.
pub fn evaluated(sound: &super::world::Sound, request: &Request) -> Result<meaning::Answer, String> {
    let now = date(2025, 1, 15).at(0, 0, 0, 0);
    let asked = meaning::Asked { model: &sound.model, request, data: &sound.data, now, conditions: None };
    meaning::evaluate(&asked).map_err(|fault| format!("{} {}", fault.code.id, fault.message))
}

/// Holds rows against rows: in order if one is asked for, else each by what is exact in it. The error shows both.
pub fn same(expected: &meaning::Answer, actual: &Answer, ordered: bool, engine: &str) -> Result<(), String> {
    let names: Vec<&str> = expected.columns.iter().map(|column| column.name.as_str()).collect();
    if names != actual.columns.iter().map(String::as_str).collect::<Vec<_>>() {
        return Err(format!("columns differ: {names:?} and {:?}", actual.columns));
    }
    let mut wanted = evaluated_cells(expected);
    let mut given = engine_cells(actual, expected, engine);
    if !ordered {
        wanted.sort_by(|left, right| by_exact_first(left, right));
        given.sort_by(|left, right| by_exact_first(left, right));
    }
    let same = |(left, right): (&Vec<Cell>, &Vec<Cell>)| left.iter().zip(right).all(|(left, right)| left.is(right));
    if wanted.len() == given.len() && wanted.iter().zip(&given).all(same) {
        return Ok(());
    }
    let show = |rows: &[Vec<Cell>], others: &[Vec<Cell>]| {
        let line = |row: &Vec<Cell>| {
            let mark = if others.iter().any(|other| same((row, other))) { ' ' } else { '!' };
            format!("  {mark} {}\n", row.iter().map(Cell::to_string).collect::<Vec<_>>().join(" | "))
        };
        rows.iter().map(line).collect::<String>()
    };
    Err(format!(
        "  {}\nby the definitions, {} rows:\n{}by the engine, {} rows:\n{}",
        names.join(" | "),
        wanted.len(),
        show(&wanted, &given),
        given.len(),
        show(&given, &wanted)
    ))
}

/// A value in the one form it is compared in.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Null,
    /// Of a kind, and its text.
    Exact(&'static str, String),
    Double(f64),
}

/// The rows of an answer.
pub type Cells = Vec<Vec<Cell>>;

pub fn evaluated_cells(answer: &meaning::Answer) -> Cells {
    answer.rows.iter().map(|row| row.iter().map(Cell::expected).collect()).collect()
}

/// The same of an engine's answer, whose columns have the types that the definitions give them.
pub fn engine_cells(answer: &Answer, like: &meaning::Answer, engine: &str) -> Cells {
    let bases: Vec<Base> = like.columns.iter().map(|column| column.ty.base).collect();
    let cells =
        |row: &Vec<Value>| row.iter().zip(&bases).map(|(value, base)| Cell::given(value, *base, engine)).collect();
    answer.rows.iter().map(cells).collect()
}

impl Cell {
    /// A number; null is 0.
    pub fn number(&self) -> Option<f64> {
        match self {
            Cell::Null => Some(0.0),
            Cell::Double(double) => Some(*double),
            Cell::Exact("number", digits) => digits.parse().ok(),
            Cell::Exact(..) => None,
        }
    }

    fn expected(value: &meaning::Value) -> Cell {
        match value {
            meaning::Value::Null => Cell::Null,
            meaning::Value::Double(double) => Cell::Double(*double),
            meaning::Value::Boolean(truth) => Cell::Exact("boolean", truth.to_string()),
            meaning::Value::Integer(_) | meaning::Value::Decimal { .. } => {
                Cell::Exact("number", digits(&value.to_string()))
            }
            meaning::Value::Text(text) => Cell::Exact("text", text.to_string()),
            meaning::Value::Date(_) => Cell::Exact("time", value.to_string()),
            meaning::Value::Timestamp(_) | meaning::Value::Instant(_) => {
                Cell::Exact("time", moment(&value.to_string()))
            }
        }
    }

    /// SQLite has neither booleans nor decimals nor types of time: the column's type says what its values are.
    fn given(value: &Value, base: Base, engine: &str) -> Cell {
        match value {
            Value::Null => Cell::Null,
            Value::Boolean(truth) => Cell::Exact("boolean", truth.to_string()),
            Value::Exact(text) if base == Base::Boolean && (text == "0" || text == "1") => {
                Cell::Exact("boolean", (text == "1").to_string())
            }
            Value::Exact(text) => Cell::Exact("number", digits(text)),
            Value::Double(double) if engine == "sqlite" && matches!(base, Base::Decimal { .. }) => {
                Cell::Exact("number", digits(&double.to_string()))
            }
            Value::Double(double) => Cell::Double(*double),
            Value::Text(text) if base.is_time() => Cell::Exact("time", moment(text)),
            Value::Text(text) => Cell::Exact("text", text.clone()),
            Value::Midnight(day) if base != Base::Date => Cell::Exact("time", format!("{day} 00:00:00")),
            Value::Time(text) | Value::Midnight(text) => Cell::Exact("time", moment(text)),
        }
    }

    pub fn is(&self, other: &Cell) -> bool {
        match (self, other) {
            (Cell::Double(left), Cell::Double(right)) => {
                (left - right).abs() <= TOLERANCE * left.abs().max(right.abs()).max(1.0)
            }
            _ => self == other,
        }
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Cell::Null => f.write_str("null"),
            Cell::Exact("text", text) => write!(f, "'{text}'"),
            Cell::Exact(_, text) => f.write_str(text),
            Cell::Double(double) => write!(f, "{double:?} (double)"),
        }
    }
}

/// Rows are told apart by their keys, which are never doubles.
fn by_exact_first(left: &[Cell], right: &[Cell]) -> Ordering {
    let exact = |row: &[Cell]| -> Vec<Option<String>> {
        row.iter().map(|cell| if let Cell::Exact(_, text) = cell { Some(text.clone()) } else { None }).collect()
    };
    exact(left).cmp(&exact(right))
}

/// A number's digits without zeros that mean nothing.
fn digits(text: &str) -> String {
    let plain = match text.split_once('.') {
        Some((whole, fraction)) => match fraction.trim_end_matches('0') {
            "" => whole.to_owned(),
            fraction => format!("{whole}.{fraction}"),
        },
        None => text.to_owned(),
    };
    if plain == "-0" { "0".to_owned() } else { plain }
}

/// A moment without a fraction of zeros.
fn moment(text: &str) -> String {
    match text.split_once('.') {
        Some((moment, fraction)) => match fraction.trim_end_matches('0') {
            "" => moment.to_owned(),
            fraction => format!("{moment}.{fraction}"),
        },
        None => text.to_owned(),
    }
}
