//! Comparisons and lists. Any null operand gives null on both sides of each rule; values of one type are in one total order.

use super::super::term::{Node, Op, Term, Terms};
use super::is_exact;
use crate::meaning::Value;
use crate::model::Function::{self, *};
use crate::model::{Base, Literal};
use std::cmp::Ordering;

/// A comparison with its two sides.
fn comparison(node: &Node) -> Option<(Function, Term, Term)> {
    match (&node.op, &node.parts[..]) {
        (Op::Call(function @ (Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual)), [left, right]) => {
            Some((*function, *left, *right))
        }
        _ => None,
    }
}

/// `a > b` is `b < a`.
pub fn less_is_greater(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (function, left, right) = comparison(node)?;
    let turned = match function {
        Greater => Less,
        GreaterOrEqual => LessOrEqual,
        _ => return None,
    };
    Some(terms.test(turned, vec![right, left]))
}

/// Two constants of a kind, one before, at or after the other. Only kinds whose literals are exact.
fn order(terms: &Terms, left: Term, right: Term) -> Option<Ordering> {
    let (a, b) = (terms.literal_of(left)?, terms.literal_of(right)?);
    let same = match (a, b) {
        (Literal::Null, _) | (_, Literal::Null) => false,
        _ => {
            is_exact(terms.base(left)) && is_exact(terms.base(right))
                || std::mem::discriminant(a) == std::mem::discriminant(b)
        }
    };
    same.then(|| Value::from(a).cmp(&Value::from(b)))
}

/// `2 < 3` is true.
pub fn compared_constants(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (function, left, right) = comparison(node)?;
    let order = order(terms, left, right)?;
    Some(terms.truth(match function {
        Equal => order.is_eq(),
        NotEqual => order.is_ne(),
        Less => order.is_lt(),
        LessOrEqual => order.is_le(),
        Greater => order.is_gt(),
        _ => order.is_ge(),
    }))
}

/// `flag = true` is `flag`, `flag = false` is `not flag`; the same for `<>`.
pub fn compared_with_truth(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (function, left, right) = comparison(node)?;
    if !matches!(function, Equal | NotEqual) {
        return None;
    }
    let truth = |term: Term| match terms.literal_of(term) {
        Some(Literal::Boolean(truth)) => Some(*truth),
        _ => None,
    };
    let (value, truth) = match (truth(left), truth(right)) {
        (Some(truth), _) => (right, truth),
        (_, Some(truth)) => (left, truth),
        _ => return None,
    };
    Some(if truth == (function == Equal) { value } else { terms.not(value) })
}

/// Between a whole number and the next there is none: `x < 5` is `x <= 4` and `4 < x` is `5 <= x` for integers, and the same
/// for dates.
pub fn strict_to_inclusive(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (Less, left, right) = comparison(node)? else { return None };
    if terms.base(left) != terms.base(right) {
        return None;
    }
    let parts = match (moved(terms, left, 1), moved(terms, right, -1)) {
        (Some(left), None) => vec![left, right],
        (None, Some(right)) => vec![left, right],
        _ => return None,
    };
    Some(terms.test(LessOrEqual, parts))
}

/// The whole number or the day next to a constant.
fn moved(terms: &mut Terms, term: Term, by: i64) -> Option<Term> {
    match terms.literal_of(term)? {
        Literal::Integer(value) => {
            let next = value.checked_add(by)?;
            Some(terms.literal(Literal::Integer(next), Base::Integer))
        }
        Literal::Date(date) => {
            let next = date.checked_add(jiff::Span::new().days(by)).ok()?;
            Some(terms.literal(Literal::Date(next), Base::Date))
        }
        _ => None,
    }
}

/// `1 = x` is `x = 1`, `b = a` is `a = b`. A constant comes second.
pub fn ordered_equality(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (function, left, right) = comparison(node)?;
    let rank = |term: Term| (terms.literal_of(term).is_some(), terms.digest(term));
    (matches!(function, Equal | NotEqual) && rank(left) > rank(right)).then(|| terms.test(function, vec![right, left]))
}

fn list(node: &Node) -> Option<(Function, Term, &[Term])> {
    match (&node.op, &node.parts[..]) {
        (Op::Call(function @ (In | NotIn)), [subject, list @ ..]) => Some((*function, *subject, list)),
        _ => None,
    }
}

/// A list is a set: its order and what it says twice do not count.
pub fn listed(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (function, subject, list) = list(node)?;
    let sorted = terms.sorted_set(list.to_vec());
    (sorted != list).then(|| terms.test(function, std::iter::once(subject).chain(sorted).collect()))
}

/// `x in (1)` is `x = 1`.
pub fn one_listed(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (function, subject, [only]) = list(node)? else { return None };
    let function = if function == In { Equal } else { NotEqual };
    Some(terms.test(function, vec![subject, *only]))
}

/// `2 in (1, 2)` is true.
pub fn listed_constant(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (function, subject, list) = list(node)?;
    let orders: Option<Vec<Ordering>> = list.iter().map(|it| order(terms, subject, *it)).collect();
    let found = orders?.contains(&Ordering::Equal);
    Some(terms.truth(found == (function == In)))
}
