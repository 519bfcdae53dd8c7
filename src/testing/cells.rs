//! Values as test files write them.

use super::errors;
use super::yaml::{Kind, Node};
use crate::diagnostic::Diagnostic;
use crate::meaning::Value;
use crate::model::{Base, Column, Source, Type};

/// A given value of a column.
pub fn given(node: &Node, source: &Source, column: &Column) -> Result<Value, Box<Diagnostic>> {
    match &node.kind {
        Kind::Null if column.ty.nullable => Ok(Value::Null),
        Kind::Null => Err(errors::null_cell(node.span, &column.name, &source.name)),
        Kind::Scalar(text) => Value::read(text, column.ty.base)
            .map_err(|_| errors::wrong_cell(node.span, text, &column.name, &column.ty, false)),
        Kind::List(_) | Kind::Map(_) => Err(errors::no_cell(node.span, &column.name, &column.ty)),
    }
}

/// An expected value of a column of the result. A double may be a quotient, since `2/3` has no end of digits.
pub fn expected(node: &Node, column: &str, ty: &Type) -> Result<Value, Box<Diagnostic>> {
    match &node.kind {
        Kind::Null => Ok(Value::Null),
        Kind::Scalar(text) => {
            let is_double = ty.base == Base::Double;
            let quotient = text.split_once('/').filter(|_| is_double).map(|(above, below)| quotient(above, below));
            let value = quotient.unwrap_or_else(|| Value::read(text, ty.base).ok());
            value.ok_or_else(|| errors::wrong_cell(node.span, text, column, ty, is_double))
        }
        Kind::List(_) | Kind::Map(_) => Err(errors::no_cell(node.span, column, ty)),
    }
}

fn quotient(above: &str, below: &str) -> Option<Value> {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    match Value::double(number(above)? / number(below)?) {
        Value::Null => None,
        value => Some(value),
    }
}
