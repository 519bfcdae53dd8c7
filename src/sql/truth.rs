//! Truths where a warehouse has no type for them: a condition is no value there, and a value that stands for a truth, 1 or 0,
//! is no condition. Each place of a statement asks for one of the two.

use super::query::{Atom, Value};
use crate::dialect::{Binding as Tight, Words};
use crate::model::{Base, Function, Kind};

/// Whether an expression is said as a condition: a comparison, and what is made of comparisons.
fn is_condition(value: &Value) -> bool {
    if value.ty.base != Base::Boolean {
        return false;
    }
    match &value.kind {
        Kind::Leaf(atom) => matches!(atom, Atom::Same(..) | Atom::WellFormed { .. }),
        Kind::Literal(_) | Kind::Case { .. } => false,
        Kind::Call(function, _) => !matches!(
            function,
            Function::Coalesce
                | Function::Nullif
                | Function::Cast(_)
                | Function::Widen(_)
                | Function::Least
                | Function::Greatest
        ),
    }
}

/// The words of an expression where a value has to stand.
pub fn as_value(value: &Value, words: Words) -> Words {
    if !is_condition(value) {
        return words;
    }
    let no = match value.ty.nullable {
        true => format!("WHEN NOT {} THEN 0", words.at(Tight::Atom)),
        false => "ELSE 0".to_owned(),
    };
    Words::atom(format!("CASE WHEN {} THEN 1 {no} END", words.text))
}

/// The words of a truth where a condition has to stand.
pub fn as_condition(value: &Value, words: Words) -> Words {
    if value.ty.base != Base::Boolean || is_condition(value) {
        return words;
    }
    Words::infix(&words, "=", &Words::atom("1"), Tight::Compare)
}

/// Whether a function's arguments are conditions.
pub fn takes_conditions(function: Function) -> bool {
    matches!(
        function,
        Function::And
            | Function::Or
            | Function::Not
            | Function::IsTrue
            | Function::IsNotTrue
            | Function::IsFalse
            | Function::IsNotFalse
    )
}
