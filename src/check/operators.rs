//! The types and units of operators: one rule for rows and for metrics.

use super::errors::types as errors;
use crate::diagnostic::{Diagnostic, Found};
use crate::model::{Base, Expr, Function, Kind, Literal, Type, Unit};
use crate::source::Span;
use crate::syntax::ast::BinaryOp;

/// An operand with the place it was written at.
pub type Operand<L> = (Expr<L>, Span);

/// Types one binary operator. A broken operand gives a broken result without another word.
pub fn binary<L: Clone>(
    op: BinaryOp,
    op_span: Span,
    left: Operand<L>,
    right: Operand<L>,
    found: &mut Found,
) -> Expr<L> {
    if left.0.ty.is_broken() || right.0.ty.is_broken() {
        return Expr::broken();
    }
    let result = match op {
        BinaryOp::And => logic(Function::And, left, right),
        BinaryOp::Or => logic(Function::Or, left, right),
        BinaryOp::Equal => compare(Function::Equal, op_span, left, right, found),
        BinaryOp::NotEqual => compare(Function::NotEqual, op_span, left, right, found),
        BinaryOp::Less => compare(Function::Less, op_span, left, right, found),
        BinaryOp::LessOrEqual => compare(Function::LessOrEqual, op_span, left, right, found),
        BinaryOp::Greater => compare(Function::Greater, op_span, left, right, found),
        BinaryOp::GreaterOrEqual => compare(Function::GreaterOrEqual, op_span, left, right, found),
        BinaryOp::Add => sum(Function::Add, op_span, left, right),
        BinaryOp::Subtract => sum(Function::Subtract, op_span, left, right),
        BinaryOp::Multiply => product(op_span, left, right),
        BinaryOp::Divide => quotient(left, right),
        BinaryOp::Concat => concat(left, right),
    };
    or_broken(result, found)
}

/// The expression, or a broken one with the error reported.
pub fn or_broken<L>(result: Result<Expr<L>, Diagnostic>, found: &mut Found) -> Expr<L> {
    result.unwrap_or_else(|diagnostic| {
        found.push(diagnostic);
        Expr::broken()
    })
}

fn logic<L: Clone>(function: Function, left: Operand<L>, right: Operand<L>) -> Result<Expr<L>, Diagnostic> {
    expect(&left, Base::Boolean)?;
    expect(&right, Base::Boolean)?;
    let nullable = left.0.ty.nullable || right.0.ty.nullable;
    // One node for a whole chain: `a and b and c`.
    let mut parts = match left.0 {
        Expr { kind: Kind::Call(same, parts), .. } if same == function => parts,
        other => vec![other],
    };
    parts.push(right.0);
    Ok(Expr::call(function, parts, Type::plain(Base::Boolean).or_null(nullable)))
}

/// An operand that has to be of this kind; a bare null is of any.
pub fn expect<L>(operand: &Operand<L>, base: Base) -> Result<(), Diagnostic> {
    let found = operand.0.ty.base;
    if found == base || matches!(found, Base::Null | Base::Broken) {
        return Ok(());
    }
    Err(errors::wrong_type(operand.1, &base.to_string(), &operand.0.ty))
}

pub fn expect_number<L>(operand: &Operand<L>) -> Result<(), Diagnostic> {
    match operand.0.ty.base {
        base if base.is_number() => Ok(()),
        Base::Null | Base::Broken => Ok(()),
        _ => Err(errors::wrong_type(operand.1, "a number", &operand.0.ty)),
    }
}

pub fn expect_time<L>(operand: &Operand<L>) -> Result<(), Diagnostic> {
    match operand.0.ty.base {
        base if base.is_time() => Ok(()),
        Base::Null | Base::Broken => Ok(()),
        _ => Err(errors::wrong_type(operand.1, "a date, a timestamp or an instant", &operand.0.ty)),
    }
}

/// The kind of value that both can be made without losing anything, if there is one: numbers widen, nothing else does.
pub fn common_base(left: Base, right: Base) -> Option<Base> {
    use Base::*;
    Some(match (left, right) {
        (Broken, _) | (_, Broken) => Broken,
        (Null, other) | (other, Null) => other,
        (a, b) if a == b => a,
        (Double, b) if b.is_number() => Double,
        (a, Double) if a.is_number() => Double,
        (a, b) if a.is_number() && b.is_number() => {
            let (ap, a_scale) = digits(a);
            let (bp, b_scale) = digits(b);
            let scale = a_scale.max(b_scale);
            let whole = (ap - a_scale).max(bp - b_scale);
            Decimal { precision: (whole + scale).min(38), scale }
        }
        _ => return None,
    })
}

/// Precision and scale of an exact number.
fn digits(base: Base) -> (u8, u8) {
    match base {
        Base::Decimal { precision, scale } => (precision, scale),
        _ => (19, 0),
    }
}

/// The digits that a value can have; of an integer literal those it has.
fn digits_of<L>(expr: &Expr<L>) -> (u8, u8) {
    match &expr.kind {
        Kind::Literal(Literal::Integer(value)) => (value.unsigned_abs().to_string().len() as u8, 0),
        _ => digits(expr.ty.base),
    }
}

/// The same value as a wider kind. Literals change where they stand.
pub fn widen<L>(expr: Expr<L>, to: Base) -> Expr<L> {
    if expr.ty.base == to || expr.ty.is_broken() {
        return expr;
    }
    let ty = Type { base: to, ..expr.ty.clone() };
    match (&expr.kind, to) {
        (Kind::Literal(Literal::Null), _) => Expr::literal(Literal::Null, ty),
        (Kind::Literal(Literal::Integer(value)), Base::Decimal { scale, .. }) => {
            Expr::literal(Literal::Decimal { digits: i128::from(*value) * 10i128.pow(u32::from(scale)), scale }, ty)
        }
        (Kind::Literal(Literal::Decimal { digits, scale: from }), Base::Decimal { scale, .. }) => {
            let more = u32::from(scale.saturating_sub(*from));
            Expr::literal(Literal::Decimal { digits: digits * 10i128.pow(more), scale }, ty)
        }
        (Kind::Literal(Literal::Date(date)), Base::Timestamp) => {
            Expr::literal(Literal::Timestamp(date.to_datetime(jiff::civil::Time::midnight())), ty)
        }
        _ => Expr::call(Function::Widen(to), vec![expr], ty),
    }
}

/// Both operands made one kind, for comparing and choosing. A date literal meets a timestamp at midnight.
pub fn unify<L>(left: Operand<L>, right: Operand<L>) -> Result<(Expr<L>, Expr<L>), Diagnostic> {
    let is_date = |expr: &Expr<L>| matches!(expr.kind, Kind::Literal(Literal::Date(_)));
    let base = match (left.0.ty.base, right.0.ty.base) {
        (Base::Timestamp, Base::Date) if is_date(&right.0) => Base::Timestamp,
        (Base::Date, Base::Timestamp) if is_date(&left.0) => Base::Timestamp,
        _ => common_base(exact_base(&left.0, &right.0), exact_base(&right.0, &left.0))
            .ok_or_else(|| errors::types_differ(left.1, &left.0.ty, right.1, &right.0.ty))?,
    };
    let unit = same_unit(&left.0.ty.unit, &right.0.ty.unit)
        .ok_or_else(|| errors::units_differ(left.1, &left.0.ty.unit, right.1, &right.0.ty.unit))?;
    let with_unit = |mut expr: Expr<L>| {
        expr.ty.unit = unit.clone();
        widen(expr, base)
    };
    Ok((with_unit(left.0), with_unit(right.0)))
}

/// The base of a value beside another: a whole number written out, beside a decimal, has the digits it has.
fn exact_base<L>(value: &Expr<L>, beside: &Expr<L>) -> Base {
    match (&value.kind, beside.ty.base) {
        (Kind::Literal(Literal::Integer(_)), Base::Decimal { .. }) => {
            Base::Decimal { precision: digits_of(value).0, scale: 0 }
        }
        _ => value.ty.base,
    }
}

/// The unit that both have; a literal takes the other's.
pub fn same_unit(left: &Unit, right: &Unit) -> Option<Unit> {
    match (left, right) {
        (Unit::Any, other) | (other, Unit::Any) => Some(other.clone()),
        (a, b) if a == b => Some(a.clone()),
        _ => None,
    }
}

fn compare<L: Clone>(
    function: Function,
    op_span: Span,
    left: Operand<L>,
    right: Operand<L>,
    found: &mut Found,
) -> Result<Expr<L>, Diagnostic> {
    for side in [&left, &right] {
        if matches!(side.0.kind, Kind::Literal(Literal::Null)) {
            return Err(errors::compared_with_null(side.1, function));
        }
    }
    let nullable = left.0.ty.nullable || right.0.ty.nullable;
    let (left, right) = unify(left, right)?;
    if left.ty.base == Base::Double && matches!(function, Function::Equal | Function::NotEqual) {
        found.push(errors::double_equality(op_span));
    }
    Ok(Expr::call(function, vec![left, right], Type::plain(Base::Boolean).or_null(nullable)))
}

fn sum<L: Clone>(
    function: Function,
    op_span: Span,
    left: Operand<L>,
    right: Operand<L>,
) -> Result<Expr<L>, Diagnostic> {
    if left.0.ty.base.is_time() && right.0.ty.base.is_time() && function == Function::Subtract {
        return Err(errors::moments_subtracted(op_span));
    }
    expect_number(&left)?;
    expect_number(&right)?;
    let nullable = left.0.ty.nullable || right.0.ty.nullable;
    let (left, right) = unify(left, right)?;
    let base = match left.ty.base {
        // One digit more for the carry.
        Base::Decimal { precision, scale } => Base::Decimal { precision: (precision + 1).min(38), scale },
        other => other,
    };
    let ty = Type { base, nullable, unit: left.ty.unit.clone() };
    Ok(Expr::call(function, vec![left, right], ty))
}

fn product<L: Clone>(op_span: Span, left: Operand<L>, right: Operand<L>) -> Result<Expr<L>, Diagnostic> {
    expect_number(&left)?;
    expect_number(&right)?;
    let ((left, _), (right, _)) = (left, right);
    let nullable = left.ty.nullable || right.ty.nullable;
    let unit = left.ty.unit.times(&right.ty.unit, 1);
    let (base, left, right) = match (left.ty.base, right.ty.base) {
        (Base::Null, other) | (other, Base::Null) => (other, widen(left, other), widen(right, other)),
        (Base::Double, _) | (_, Base::Double) => (Base::Double, widen(left, Base::Double), widen(right, Base::Double)),
        (Base::Integer, Base::Integer) => (Base::Integer, left, right),
        _ => {
            let ((p1, s1), (p2, s2)) = (digits_of(&left), digits_of(&right));
            if p1 + p2 > 38 || s1 + s2 > 18 {
                return Err(errors::product_too_wide(op_span, &left.ty, &right.ty, p1 + p2, s1 + s2));
            }
            (Base::Decimal { precision: p1 + p2, scale: s1 + s2 }, left, right)
        }
    };
    Ok(Expr::call(Function::Multiply, vec![left, right], Type { base, nullable, unit }))
}

fn quotient<L: Clone>(left: Operand<L>, right: Operand<L>) -> Result<Expr<L>, Diagnostic> {
    expect_number(&left)?;
    expect_number(&right)?;
    let ((left, _), (right, _)) = (left, right);
    let zero_divides = !matches!(
        &right.kind,
        Kind::Literal(Literal::Integer(1..)) | Kind::Literal(Literal::Decimal { digits: 1.., .. })
    );
    let nullable = left.ty.nullable || right.ty.nullable || zero_divides;
    let unit = left.ty.unit.times(&right.ty.unit, -1);
    let operands = vec![widen(left, Base::Double), widen(right, Base::Double)];
    Ok(Expr::call(Function::Divide, operands, Type { base: Base::Double, nullable, unit }))
}

fn concat<L: Clone>(left: Operand<L>, right: Operand<L>) -> Result<Expr<L>, Diagnostic> {
    expect(&left, Base::Text)?;
    expect(&right, Base::Text)?;
    let nullable = left.0.ty.nullable || right.0.ty.nullable;
    Ok(Expr::call(Function::Concat, vec![left.0, right.0], Type::plain(Base::Text).or_null(nullable)))
}

/// Values of which one is chosen (`coalesce`, `case`, `least`): all made one kind and unit. The type's nullability is that
/// of any of them.
pub fn choice<L: Clone>(values: Vec<Operand<L>>) -> Result<(Vec<Expr<L>>, Type), Diagnostic> {
    let mut values = values.into_iter();
    let Some(first) = values.next() else { return Ok((Vec::new(), Type::BROKEN)) };
    let mut chosen = vec![first];
    for value in values {
        // The widest so far is the last; each next one is held against it.
        let (last, last_span) = chosen.last().cloned().expect("the first is there");
        let nullable = value.0.ty.nullable;
        let span = value.1;
        let (_, mut wide) = unify((last, last_span), value)?;
        wide.ty.nullable = nullable;
        chosen.push((wide, span));
    }
    let last = &chosen.last().expect("the first is there").0.ty;
    let nullable = chosen.iter().any(|(value, _)| value.ty.nullable);
    let ty = Type { base: last.base, unit: last.unit.clone(), nullable };
    let values = chosen
        .into_iter()
        .map(|(mut value, _)| {
            value.ty.unit = ty.unit.clone();
            widen(value, ty.base)
        })
        .collect();
    Ok((values, ty))
}
