//! Rows, and what definitions and terms are on them: the definition by its own tree, the term by its own, both with the
//! functions of the evaluator.

use super::random::Random;
use crate::meaning::Value;
use crate::meaning::canonical::term::{Op, Term, Terms};
use crate::meaning::scalar::{self, Overflow};
use crate::model::{Base, ColumnId, Function, Kind, Model, RowExpr, RowLeaf, SourceId, Type};
use jiff::tz::TimeZone;

/// Rows of the one source that the trials have.
pub struct Rows {
    rows: Vec<Vec<Value>>,
}

const WHOLES: [&str; 8] = ["-2", "-1", "0", "1", "2", "5", "7", "100"];
const EXACTS: [&str; 7] = ["0", "0.1", "1", "-1", "2.5", "10.0", "-2.5"];
const DOUBLES: [&str; 8] = ["0", "-0.0", "1.5", "1e16", "-1e16", "0.1", "1", "-3"];
const TEXTS: [&str; 11] = ["", "a", "A", "ab", "abc", "a%", " a ", "won", "5", "1.50", "b"];
const DAYS: [&str; 7] =
    ["2024-02-29", "2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01", "2026-03-31", "2026-11-01"];
const MOMENTS: [&str; 6] = [
    "2024-02-29 23:59:59.999999",
    "2026-01-01 00:00:00",
    "2026-01-31 23:59:59",
    "2026-02-01 00:00:00",
    "2026-03-29 02:30:00",
    "2025-12-31 12:00:00",
];

impl Rows {
    /// So many rows of values that are near a border, with nulls where they may be.
    pub fn new(model: &Model, random: &mut Random, count: usize) -> Rows {
        let source = &model.sources[0];
        let mut rows = Vec::with_capacity(count);
        for at in 0..count {
            let mut row = Vec::new();
            for column in source.columns.iter().take_while(|column| column.derived.is_none()) {
                let texts: &[&str] = match column.ty.base {
                    Base::Integer => &WHOLES,
                    Base::Decimal { .. } => &EXACTS,
                    Base::Double => &DOUBLES,
                    Base::Text => &TEXTS,
                    Base::Date => &DAYS,
                    Base::Timestamp => &MOMENTS,
                    _ => &["true", "false"],
                };
                let is_null = column.ty.nullable && random.below(4) == 0;
                row.push(match column.name.as_str() {
                    "id" => Value::Integer(at as i64),
                    _ if is_null => Value::Null,
                    // Half of them lead to a row, the others nowhere.
                    "far" => Value::Integer(random.below(2 * count) as i64),
                    _ => Value::read(random.one(texts), column.ty.base).expect("the text is a value of its type"),
                });
            }
            rows.push(row);
        }
        Rows { rows }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row that the join leads to.
    fn other(&self, row: usize) -> Option<usize> {
        let far = self.rows[row].last().expect("a row has columns");
        self.rows.iter().position(|other| other[0] == *far)
    }

    /// What a definition is on a row; `None` for a row that is missing.
    pub fn written(&self, model: &Model, expr: &RowExpr, row: Option<usize>) -> Result<Value, Overflow> {
        let value = |expr: &RowExpr| self.written(model, expr, row);
        match &expr.kind {
            Kind::Leaf(RowLeaf::Column { path, column, .. }) => {
                let row = path.iter().fold(row, |row, _| row.and_then(|row| self.other(row)));
                self.column(model, *column, row)
            }
            Kind::Leaf(RowLeaf::Lookup(_)) => unreachable!("the trials look nothing up"),
            Kind::Literal(literal) => Ok(Value::from(literal)),
            Kind::Call(function, arguments) => {
                let arguments: Vec<Value> = arguments.iter().map(value).collect::<Result<_, _>>()?;
                scalar::call(*function, &arguments, &expr.ty, &TimeZone::UTC)
            }
            Kind::Case { arms, otherwise } => {
                for (when, then) in arms {
                    if value(when)?.truth() == Some(true) {
                        return value(then);
                    }
                }
                otherwise.as_deref().map_or(Ok(Value::Null), value)
            }
        }
    }

    fn column(&self, model: &Model, column: ColumnId, row: Option<usize>) -> Result<Value, Overflow> {
        match (&model.source(SourceId(0)).column(column).derived, row) {
            (Some(derived), _) => self.written(model, derived, row),
            (None, Some(row)) => Ok(self.rows[row][column.0 as usize].clone()),
            (None, None) => Ok(Value::Null),
        }
    }

    /// What a term is on a row.
    pub fn term(&self, model: &Model, terms: &Terms, term: Term, row: Option<usize>) -> Result<Value, Overflow> {
        let node = terms.node(term);
        self.node(model, terms, &node.op, node.base, &node.parts, row)
    }

    /// What a node of these parts is on a row.
    pub fn node(
        &self,
        model: &Model,
        terms: &Terms,
        op: &Op,
        base: Base,
        parts: &[Term],
        row: Option<usize>,
    ) -> Result<Value, Overflow> {
        let value = |term: &Term| self.term(model, terms, *term, row);
        let result = match op {
            Op::Column { name, .. } => {
                let at = model.source(SourceId(0)).column_named(name).expect("the term came from this model");
                return self.column(model, at, row);
            }
            Op::Through => {
                let other = row.and_then(|row| self.other(row));
                return self.term(model, terms, parts[1], other);
            }
            Op::Literal(literal) => Value::from(literal),
            Op::Case => {
                let (otherwise, arms) = parts.split_last().expect("a case has an end");
                let mut result = None;
                for arm in arms.chunks_exact(2) {
                    if result.is_none() && value(&arm[0])?.truth() == Some(true) {
                        result = Some(value(&arm[1])?);
                    }
                }
                match result {
                    Some(result) => result,
                    None if terms.is_absent(*otherwise) => Value::Null,
                    None => value(otherwise)?,
                }
            }
            Op::Call(function) => {
                let arguments: Vec<Value> = parts.iter().map(value).collect::<Result<_, _>>()?;
                called(*function, &arguments, base)?
            }
            _ => unreachable!("the trials are about rows"),
        };
        // A term leaves it to its kind how many places are shown.
        match (base, &result) {
            (Base::Decimal { .. }, Value::Integer(_) | Value::Decimal { .. }) => {
                scalar::call(Function::Widen(base), &[result], &Type::plain(base), &TimeZone::UTC)
            }
            _ => Ok(result),
        }
    }
}

/// A function of a term: sums, products and texts may have any number of operands there.
fn called(function: Function, arguments: &[Value], base: Base) -> Result<Value, Overflow> {
    let base = match base {
        Base::Decimal { scale, .. } => Base::Decimal { precision: 38, scale },
        base => base,
    };
    let ty = Type::plain(base);
    let call = |arguments: &[Value]| scalar::call(function, arguments, &ty, &TimeZone::UTC);
    match (function, arguments) {
        (Function::Add | Function::Multiply | Function::Concat, [first, rest @ ..]) => {
            rest.iter().try_fold(first.clone(), |all, next| call(&[all, next.clone()]))
        }
        _ => call(arguments),
    }
}
