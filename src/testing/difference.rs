//! The rows that came held against the rows that were expected.

use super::file::ExpectedRows;
use crate::meaning::{Answer, Value};
use crate::model::Request;
use rustc_hash::FxHashMap;

/// How far a double may be off where a test does not say, relative to the larger of both.
const RELATIVE: f64 = 1e-9;

/// How an answer differs from what was expected.
#[derive(Clone, PartialEq, Debug)]
pub struct Difference {
    pub columns: Vec<String>,
    /// In order of the expected rows; rows that were not expected come last.
    pub rows: Vec<Row>,
    /// The rows are right, but not their order.
    pub only_order: bool,
}

/// A row that is not as it should be.
#[derive(Clone, PartialEq, Debug)]
pub enum Row {
    /// Expected, and not there.
    Missing(Vec<Value>),
    /// There, and not expected.
    Unexpected(Vec<Value>),
    /// The same keys with other values.
    Other { expected: Vec<Value>, found: Vec<Value> },
}

/// Holds an answer against the expected rows: `None` where it is as expected. The rows of a result have different keys, so
/// that keys tell which row belongs to which.
pub fn compare(answer: &Answer, request: &Request, expected: &ExpectedRows) -> Option<Difference> {
    let keys = request.keys.len();
    let same = |left: &Vec<Value>, right: &Vec<Value>| {
        left.len() == right.len() && left.iter().zip(right).all(|(left, right)| near(left, right, expected.tolerance))
    };
    let mut places: FxHashMap<&[Value], usize> = FxHashMap::default();
    for (at, row) in answer.rows.iter().enumerate() {
        places.insert(&row[..keys.min(row.len())], at);
    }
    let mut rows = Vec::new();
    let mut order = Vec::with_capacity(expected.rows.len());
    for row in &expected.rows {
        match places.remove(&row[..keys.min(row.len())]) {
            Some(at) => {
                order.push(at);
                if !same(row, &answer.rows[at]) {
                    rows.push(Row::Other { expected: row.clone(), found: answer.rows[at].clone() });
                }
            }
            None => rows.push(Row::Missing(row.clone())),
        }
    }
    let mut unexpected: Vec<usize> = places.into_values().collect();
    unexpected.sort_unstable();
    rows.extend(unexpected.into_iter().map(|at| Row::Unexpected(answer.rows[at].clone())));
    let only_order = rows.is_empty() && !request.order.is_empty() && !order.is_sorted();
    if only_order {
        for (row, at) in expected.rows.iter().zip(0..) {
            if order[at] != at {
                rows.extend([Row::Missing(row.clone()), Row::Unexpected(answer.rows[at].clone())]);
            }
        }
    }
    let columns = answer.columns.iter().map(|column| column.name.to_string()).collect();
    (!rows.is_empty()).then_some(Difference { columns, rows, only_order })
}

/// Whether a value is the expected one: exactly, but for doubles.
pub fn near(left: &Value, right: &Value, tolerance: Option<f64>) -> bool {
    match (left, right) {
        (Value::Double(left), Value::Double(right)) => {
            let allowed = tolerance.unwrap_or_else(|| RELATIVE * left.abs().max(right.abs()));
            left == right || (left - right).abs() <= allowed
        }
        _ => left == right,
    }
}

impl Difference {
    /// An aligned table: `-` expected and missing, `+` not expected, `~` the same keys with other values.
    pub fn table(&self, tolerance: Option<f64>) -> String {
        let mut lines = vec![std::iter::once(String::new()).chain(self.columns.iter().cloned()).collect::<Vec<_>>()];
        for row in &self.rows {
            let (mark, cells): (&str, Vec<String>) = match row {
                Row::Missing(values) => ("-", values.iter().map(shown).collect()),
                Row::Unexpected(values) => ("+", values.iter().map(shown).collect()),
                Row::Other { expected, found } => {
                    let cells = expected.iter().zip(found).map(|(expected, found)| {
                        let same = near(expected, found, tolerance);
                        if same { shown(found) } else { format!("{} -> {}", shown(expected), shown(found)) }
                    });
                    ("~", cells.collect())
                }
            };
            lines.push(std::iter::once(mark.to_owned()).chain(cells).collect());
        }
        let widths: Vec<usize> = (0..=self.columns.len())
            .map(|at| lines.iter().filter_map(|line| line.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0))
            .collect();
        let mut text = String::new();
        for line in &lines {
            let padded = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            text.push_str(padded.collect::<Vec<_>>().join("  ").trim_end());
            text.push('\n');
        }
        text
    }

    /// What the marks of the table mean, as far as it has them.
    pub fn legend(&self) -> &'static str {
        let has = |mark: fn(&Row) -> bool| self.rows.iter().any(mark);
        let alone = has(|row| !matches!(row, Row::Other { .. }));
        match (self.only_order, alone, has(|row| matches!(row, Row::Other { .. }))) {
            (true, ..) => "the rows are right, but not in this order: - expected here, + found here",
            (_, true, true) => "- expected and missing, + not expected, ~ expected -> found",
            (_, true, false) => "- expected and missing, + not expected",
            _ => "~ expected -> found",
        }
    }
}

/// A value in a table: null and the empty text can be told apart, and lines stay lines.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Text(text) if text.is_empty() || text == "null" || text.contains(char::is_control) => {
            format!("'{}'", text.escape_debug())
        }
        Value::Text(text) if text.trim() != text => format!("'{text}'"),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_near_and_all_else_is_exact() {
        let double = Value::Double;
        assert!(near(&double(2.0 / 3.0), &double(0.666_666_666_6), None));
        assert!(!near(&double(2.0 / 3.0), &double(0.666_666), None));
        assert!(near(&double(2.0 / 3.0), &double(0.666), Some(0.001)));
        assert!(!near(&double(0.0), &double(1e-12), None));
        assert!(near(&double(0.0), &double(1e-12), Some(1e-9)));
        let decimal = |digits, scale| Value::Decimal { digits, scale };
        assert!(near(&decimal(1000, 2), &decimal(10, 0), None));
        assert!(!near(&decimal(1001, 2), &decimal(10, 0), Some(1.0)));
        assert!(near(&Value::Null, &Value::Null, None));
        assert!(!near(&Value::Null, &double(0.0), Some(1.0)));
    }
}
