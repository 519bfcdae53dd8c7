//! The value of a condition, given that of everything it is about.

use super::super::Value;
use crate::model::{Base, Expr, Function, Kind};
use std::cmp::Ordering;

/// Conditions hold comparisons, connectives and `coalesce`, nothing else: all else is a leaf.
pub fn value(expr: &Expr<usize>, row: &[&Value]) -> Value {
    match &expr.kind {
        Kind::Leaf(at) => row[*at].clone(),
        Kind::Literal(literal) => Value::from(literal),
        Kind::Case { arms, otherwise } => {
            let arm = arms.iter().find(|(when, _)| value(when, row).truth() == Some(true));
            arm.map(|(_, then)| value(then, row))
                .or_else(|| otherwise.as_ref().map(|otherwise| value(otherwise, row)))
                .unwrap_or(Value::Null)
        }
        Kind::Call(function, arguments) => call(*function, arguments, row),
    }
}

fn call(function: Function, arguments: &[Expr<usize>], row: &[&Value]) -> Value {
    let of = |at: usize| value(&arguments[at], row);
    let known = |truth: Option<bool>| truth.map_or(Value::Null, Value::Boolean);
    match function {
        Function::And => known(all(arguments.iter().map(|it| value(it, row).truth()))),
        Function::Or => known(all(arguments.iter().map(|it| value(it, row).truth().map(|it| !it))).map(|it| !it)),
        Function::Not => known(of(0).truth().map(|it| !it)),
        Function::IsTrue => Value::Boolean(of(0).truth() == Some(true)),
        Function::IsNotTrue => Value::Boolean(of(0).truth() != Some(true)),
        Function::IsFalse => Value::Boolean(of(0).truth() == Some(false)),
        Function::IsNotFalse => Value::Boolean(of(0).truth() != Some(false)),
        Function::IsNull => Value::Boolean(of(0).is_null()),
        Function::IsNotNull => Value::Boolean(!of(0).is_null()),
        Function::In | Function::NotIn => {
            let (wanted, is_in) = (of(0), function == Function::In);
            match wanted {
                Value::Null => Value::Null,
                _ => Value::Boolean(arguments[1..].iter().any(|it| value(it, row) == wanted) == is_in),
            }
        }
        Function::Coalesce => arguments.iter().map(|it| value(it, row)).find(|it| !it.is_null()).unwrap_or(Value::Null),
        Function::Widen(Base::Double) => of(0).as_double().map_or(Value::Null, Value::Double),
        Function::Widen(_) => of(0),
        _ => match (of(0), of(1)) {
            (Value::Null, _) | (_, Value::Null) => Value::Null,
            (left, right) => Value::Boolean(compared(function, left.cmp(&right))),
        },
    }
}

/// False if one is false, else null if one is null.
fn all(truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(true);
    for truth in truths {
        match truth {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}

fn compared(function: Function, order: Ordering) -> bool {
    match function {
        Function::Equal => order.is_eq(),
        Function::NotEqual => order.is_ne(),
        Function::Less => order.is_lt(),
        Function::LessOrEqual => order.is_le(),
        Function::Greater => order.is_gt(),
        _ => order.is_ge(),
    }
}
