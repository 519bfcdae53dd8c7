//! Arithmetic. On integers and decimals, which are exact, sums and products may be taken in any order; on doubles only the two
//! operands of one operation may change places: a sum of {1e16, 1, -1e16} depends on where it begins. All functions here give
//! null for a null, so an operand that may be null never goes unless another one that is the same stays.

use super::super::term::{Node, Op, Term, Terms};
use super::{flattened, is_exact, kind, reordered};
use crate::model::Function::{self, *};
use crate::model::{Base, Literal};

fn called(node: &Node) -> Option<Function> {
    match node.op {
        Op::Call(function) => Some(function),
        _ => None,
    }
}

/// A number made wider has the same amount, and only its text shows how wide it is: so every other function is given the
/// number itself. The same goes for the zeros at the end of a constant. What kind of number results is said by the node.
pub fn unwidened(terms: &mut Terms, node: &Node) -> Option<Term> {
    let is_value = match node.op {
        Op::Call(Cast(Base::Text)) => false,
        Op::Call(Widen(_)) => kind(node.base) == Base::Double,
        Op::Call(_) | Op::Case => true,
        _ => false,
    };
    if !is_value {
        return None;
    }
    let parts: Vec<Term> = node.parts.iter().map(|part| bare(terms, *part)).collect();
    (parts != node.parts).then(|| terms.value(node.op.clone(), node.base, parts))
}

/// The exact number without the widening around it.
fn bare(terms: &mut Terms, term: Term) -> Term {
    if let Some((digits, scale)) = terms.amount(term) {
        let base = match scale {
            0 if i64::try_from(digits).is_ok() => Base::Integer,
            _ => Base::Decimal { precision: 0, scale },
        };
        return terms.exact(digits, scale, base);
    }
    match terms.function(term) {
        Some(Widen(to)) if is_exact(to) => terms.parts(term)[0],
        _ => term,
    }
}

/// Widened to the kind that it is.
pub fn needless_widening(terms: &mut Terms, node: &Node) -> Option<Term> {
    let Widen(to) = called(node)? else { return None };
    let value = node.parts[0];
    if kind(terms.base(value)) == kind(to) {
        return Some(value);
    }
    if let Some((digits, scale)) = terms.amount(value).filter(|_| is_exact(to)) {
        return Some(terms.exact(digits, scale, to));
    }
    // One kind says no more than its scale.
    (kind(to) != to).then(|| terms.call(Widen(kind(to)), node.base, vec![value]))
}

/// The nearest double of `-x` is that of `x`, negated: the sign of a number is on the outside.
pub fn widened_negative(terms: &mut Terms, node: &Node) -> Option<Term> {
    if called(node)? != Widen(Base::Double) {
        return None;
    }
    let value = node.parts[0];
    let positive = match (terms.function(value), terms.amount(value)) {
        (Some(Negate), _) => terms.parts(value)[0],
        (_, Some((digits, scale))) if digits < 0 => {
            let base = terms.base(value);
            terms.exact(digits.checked_neg()?, scale, base)
        }
        _ => return None,
    };
    let widened = terms.call(Widen(Base::Double), Base::Double, vec![positive]);
    Some(terms.call(Negate, Base::Double, vec![widened]))
}

/// A cast that changes no value: to the kind that it is, to a decimal with room for it, to the nearest double.
pub fn needless_cast(terms: &mut Terms, node: &Node) -> Option<Term> {
    let Cast(to) = called(node)? else { return None };
    let value = node.parts[0];
    let from = terms.base(value);
    match (from, to) {
        (Base::Decimal { .. } | Base::Integer, Base::Decimal { precision, scale }) => {
            let whole = |precision: u8, scale: u8| precision.saturating_sub(scale);
            let fits = match (terms.amount(value), from) {
                (Some((digits, own)), _) => {
                    own <= scale && digits.unsigned_abs() < 10u128.pow(u32::from(precision - scale + own).min(38))
                }
                // A computed number does not say how far it grows.
                (_, Base::Decimal { precision: 0, .. }) => false,
                (_, Base::Decimal { precision: p, scale: s }) => whole(precision, scale) >= whole(p, s) && scale >= s,
                _ => whole(precision, scale) >= 19,
            };
            fits.then(|| terms.as_kind(value, to))
        }
        _ if from == to && from != Base::Null => Some(value),
        (from, Base::Double) if is_exact(from) => Some(terms.call(Widen(Base::Double), Base::Double, vec![value])),
        _ => None,
    }
}

/// `a - b` is `a + (-b)`, on doubles too.
pub fn subtraction(terms: &mut Terms, node: &Node) -> Option<Term> {
    if called(node)? != Subtract {
        return None;
    }
    let taken = terms.base(node.parts[1]);
    let taken = terms.call(Negate, taken, vec![node.parts[1]]);
    Some(terms.call(Add, node.base, vec![node.parts[0], taken]))
}

fn negated(node: &Node) -> Option<Term> {
    (called(node) == Some(Negate)).then(|| node.parts[0])
}

/// `-(5)` is `-5`.
pub fn negated_constant(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (digits, scale) = terms.amount(negated(node)?)?;
    (digits != i128::from(i64::MIN)).then(|| terms.exact(-digits, scale, node.base))
}

/// `-(-x)` is `x`.
pub fn negated_twice(terms: &mut Terms, node: &Node) -> Option<Term> {
    let inner = negated(terms.node(negated(node)?))?;
    Some(terms.as_kind(inner, node.base))
}

/// `-(a + b)` is `-a + -b`: rounding to the nearest is the same on both sides of zero.
pub fn negated_sum(terms: &mut Terms, node: &Node) -> Option<Term> {
    let inner = terms.node(negated(node)?).clone();
    (called(&inner) == Some(Add)).then(|| {
        let parts = inner.parts.iter().map(|part| negative(terms, *part)).collect();
        terms.call(Add, node.base, parts)
    })
}

fn negative(terms: &mut Terms, term: Term) -> Term {
    let base = terms.base(term);
    terms.call(Negate, base, vec![term])
}

/// `(-a) * b` is `-(a * b)`: the sign of a product is its own.
pub fn negated_factor(terms: &mut Terms, node: &Node) -> Option<Term> {
    if called(node)? != Multiply {
        return None;
    }
    let at = node.parts.iter().position(|part| terms.function(*part) == Some(Negate))?;
    let mut parts = node.parts.clone();
    parts[at] = terms.parts(parts[at])[0];
    let product = terms.call(Multiply, node.base, parts);
    Some(terms.call(Negate, node.base, vec![product]))
}

/// `-2 * a` is `-(2 * a)`.
pub fn negative_constant_factor(terms: &mut Terms, node: &Node) -> Option<Term> {
    if called(node)? != Multiply {
        return None;
    }
    let at = node.parts.iter().position(|part| terms.amount(*part).is_some_and(|(digits, _)| digits < 0))?;
    let mut parts = node.parts.clone();
    let base = terms.base(parts[at]);
    let (digits, scale) = terms.amount(parts[at])?;
    parts[at] = terms.exact(digits.checked_neg()?, scale, base);
    let product = terms.call(Multiply, node.base, parts);
    Some(terms.call(Negate, node.base, vec![product]))
}

/// `(-a) / b` is `-(a / b)`, and so is `a / (-b)`.
pub fn negated_quotient(terms: &mut Terms, node: &Node) -> Option<Term> {
    if called(node)? != Divide {
        return None;
    }
    let at = node.parts.iter().position(|part| terms.function(*part) == Some(Negate))?;
    let mut parts = node.parts.clone();
    parts[at] = terms.parts(parts[at])[0];
    let quotient = terms.call(Divide, node.base, parts);
    Some(terms.call(Negate, node.base, vec![quotient]))
}

fn exact_call(node: &Node, function: Function) -> bool {
    called(node) == Some(function) && is_exact(node.base)
}

/// `a + (b + c)` is `a + b + c` on exact numbers.
pub fn nested_sum(terms: &mut Terms, node: &Node) -> Option<Term> {
    if !exact_call(node, Add) {
        return None;
    }
    let parts = flattened(terms, node, |inner| is_exact(inner.base))?;
    Some(terms.call(Add, node.base, parts))
}

/// `a * (b * c)` is `a * b * c` on exact numbers.
pub fn nested_product(terms: &mut Terms, node: &Node) -> Option<Term> {
    if !exact_call(node, Multiply) {
        return None;
    }
    let parts = flattened(terms, node, |inner| is_exact(inner.base))?;
    Some(terms.call(Multiply, node.base, parts))
}

/// The constants among the operands as one, with the other operands; `None` if there is nothing to fold or the constant has
/// no room.
fn folded(
    terms: &Terms,
    node: &Node,
    neutral: i128,
    fold: impl Fn((i128, u8), (i128, u8)) -> Option<(i128, u8)>,
) -> Option<((i128, u8), Vec<Term>)> {
    let constants: Vec<(i128, u8)> = node.parts.iter().filter_map(|part| terms.amount(*part)).collect();
    let all = constants.iter().copied().try_fold((neutral, 0), fold)?;
    let rest: Vec<Term> = node.parts.iter().copied().filter(|part| terms.amount(*part).is_none()).collect();
    let is_neutral = !constants.is_empty() && reduced(all) == (neutral, 0);
    (constants.len() > 1 || is_neutral).then_some((all, rest))
}

fn reduced((mut digits, mut scale): (i128, u8)) -> (i128, u8) {
    while scale > 0 && digits % 10 == 0 {
        digits /= 10;
        scale -= 1;
    }
    (digits, scale)
}

/// What is left of a sum or product after folding.
fn refolded(
    terms: &mut Terms,
    node: &Node,
    function: Function,
    neutral: i128,
    folded: ((i128, u8), Vec<Term>),
) -> Option<Term> {
    let ((digits, scale), mut rest) = folded;
    if rest.is_empty() {
        return i64::try_from(digits).ok().map(|_| terms.exact(digits, scale, node.base));
    }
    if reduced((digits, scale)) != (neutral, 0) {
        let base = if scale == 0 { Base::Integer } else { Base::Decimal { precision: 0, scale } };
        let constant = terms.exact(digits, scale, base);
        rest.push(constant);
    }
    Some(match rest[..] {
        [one] => terms.as_kind(one, node.base),
        _ => terms.call(function, node.base, rest),
    })
}

/// `a + 1 + 2` is `a + 3`, `a + 0` is `a`: on exact numbers.
pub fn constant_terms(terms: &mut Terms, node: &Node) -> Option<Term> {
    if !exact_call(node, Add) {
        return None;
    }
    let folded = folded(terms, node, 0, |(a, s), (b, t)| {
        let scale = s.max(t);
        let at = |digits: i128, own: u8| digits.checked_mul(10i128.checked_pow(u32::from(scale - own))?);
        Some((at(a, s)?.checked_add(at(b, t)?)?, scale))
    })?;
    refolded(terms, node, Add, 0, folded)
}

/// `a * 2 * 3` is `a * 6`, `a * 1` is `a`: on exact numbers.
pub fn constant_factors(terms: &mut Terms, node: &Node) -> Option<Term> {
    if !exact_call(node, Multiply) {
        return None;
    }
    let folded = folded(terms, node, 1, |(a, s), (b, t)| Some((a.checked_mul(b)?, s.checked_add(t)?)))?;
    refolded(terms, node, Multiply, 1, folded)
}

/// `x * 1`, `x / 1` and `x + 0` are `x` on doubles too (0 and -0 are one number).
pub fn neutral_double(terms: &mut Terms, node: &Node) -> Option<Term> {
    let neutral = match called(node).filter(|_| node.base == Base::Double)? {
        Add => 0,
        Multiply | Divide => 1,
        _ => return None,
    };
    let [one, two] = node.parts[..] else { return None };
    let is_neutral = |term: Term| {
        terms.function(term) == Some(Widen(Base::Double))
            && terms.amount(terms.parts(term)[0]).is_some_and(|amount| reduced(amount) == (neutral, 0))
    };
    match (is_neutral(two), is_neutral(one) && called(node) != Some(Divide)) {
        (true, _) => Some(one),
        (_, true) => Some(two),
        _ => None,
    }
}

/// `b + a` is `a + b`. A sum of doubles has two operands, so that nothing is grouped anew.
pub fn ordered_sum(terms: &mut Terms, node: &Node) -> Option<Term> {
    (called(node)? == Add).then_some(())?;
    reordered(terms, node, false).map(|parts| terms.call(Add, node.base, parts))
}

/// `b * a` is `a * b`.
pub fn ordered_product(terms: &mut Terms, node: &Node) -> Option<Term> {
    (called(node)? == Multiply).then_some(())?;
    reordered(terms, node, false).map(|parts| terms.call(Multiply, node.base, parts))
}

/// A whole number is its own floor; a number with two places is itself when rounded to two.
pub fn rounding_of_whole(terms: &mut Terms, node: &Node) -> Option<Term> {
    let digits = match called(node)? {
        Floor | Ceil => 0,
        Round(digits) => digits,
        _ => return None,
    };
    let value = node.parts[0];
    let scale = terms.base(value).scale()?;
    let literal = matches!(terms.literal_of(value), Some(Literal::Null));
    (!literal && i16::from(digits) >= i16::from(scale)).then(|| terms.as_kind(value, node.base))
}
