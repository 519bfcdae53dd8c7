//! The walk over a written expression. What is common to rows and metrics is here; a [`Scope`] says what names and calls mean.

use super::definitions::Definitions;
use super::errors::{meaning, types as errors};
use super::functions::{self, Called};
use super::literals;
use super::operators::{Operand, binary, choice, expect, expect_number, expect_time, or_broken};
use crate::diagnostic::{Diagnostic, Found};
use crate::model::{Base, Expr, Function, Grain, Kind, Literal, Part, RowLeaf, Type};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Is, UnaryOp};

/// Where an expression stands: what its paths and special calls mean there.
pub trait Scope {
    type Leaf: Clone;

    fn definitions(&mut self) -> &mut dyn Definitions;

    fn path(&mut self, path: &ast::Path) -> Expr<Self::Leaf>;

    /// A call that means something only here; `None` leaves it to the functions that rows and metrics share.
    fn call(&mut self, call: &ast::Call, span: Span) -> Option<Expr<Self::Leaf>>;

    /// `… from … where …`
    fn scoped(&mut self, inner: &ast::Expr, scope: &ast::Scope, span: Span) -> Expr<Self::Leaf>;

    /// Names of the calls that [`Scope::call`] knows, for suggestions.
    fn calls(&self) -> &'static [&'static str];

    /// A look at a sum or difference before it is made.
    fn sum(&mut self, _left: &Expr<Self::Leaf>, _right: &Expr<Self::Leaf>, _op: Span) {}

    /// Whether the leaf is a looked-up metric, which has no value where there are no rows.
    fn is_lookup(_leaf: &Self::Leaf) -> bool {
        false
    }
}

/// Types an expression. Errors are reported once, where they are; what they break is silent.
pub fn check<S: Scope>(expr: &ast::Expr, scope: &mut S) -> Expr<S::Leaf> {
    match &expr.kind {
        ExprKind::Null => {
            Expr::literal(Literal::Null, Type { base: Base::Null, nullable: true, unit: crate::model::Unit::Any })
        }
        ExprKind::Boolean(value) => Expr::literal(Literal::Boolean(*value), Type::plain(Base::Boolean)),
        ExprKind::Number(text) => done(literals::number(text, expr.span), scope),
        ExprKind::Text(text) => Expr::literal(Literal::Text(text.value.as_str().into()), Type::plain(Base::Text)),
        ExprKind::Date(text) => {
            let date = literals::date(text);
            done(date.map(|date| Expr::literal(Literal::Date(date), Type::plain(Base::Date))), scope)
        }
        ExprKind::Timestamp(text) => {
            let moment = literals::timestamp(text);
            done(moment.map(|at| Expr::literal(Literal::Timestamp(at), Type::plain(Base::Timestamp))), scope)
        }
        ExprKind::Instant(text) => {
            let moment = literals::timestamp(text);
            done(moment.map(|at| Expr::literal(Literal::Instant(at), Type::plain(Base::Instant))), scope)
        }
        ExprKind::Duration { .. } => {
            scope.definitions().report(errors::wrong_argument(expr.span, "a duration", "a moment to add it to"));
            Expr::broken()
        }
        ExprKind::Path(path) => scope.path(path),
        ExprKind::Group(inner) => check(inner, scope),
        ExprKind::Unary { op, operand } => {
            let value = check(operand, scope);
            done(unary(*op, (value, operand.span)), scope)
        }
        ExprKind::Binary { op, op_span, left, right } => check_binary(*op, *op_span, left, right, scope),
        ExprKind::Between { value, low, high, negated } => {
            let checked = check(value, scope);
            let low_checked = (check(low, scope), low.span);
            let high_checked = (check(high, scope), high.span);
            let mut found = Found::default();
            let at_least = binary(
                ast::BinaryOp::GreaterOrEqual,
                expr.span,
                (checked.clone(), value.span),
                low_checked,
                &mut found,
            );
            let at_most =
                binary(ast::BinaryOp::LessOrEqual, expr.span, (checked, value.span), high_checked, &mut found);
            let both = binary(ast::BinaryOp::And, expr.span, (at_least, value.span), (at_most, value.span), &mut found);
            report_all(found, scope);
            negate_if(*negated, both)
        }
        ExprKind::In { value, list, negated } => check_in(value, list, *negated, scope),
        ExprKind::Like { value, pattern, negated } => {
            let operands = [(check(value, scope), value.span), (check(pattern, scope), pattern.span)];
            let function = if *negated { Function::NotLike } else { Function::Like };
            done(texts(function, operands), scope)
        }
        ExprKind::Is { value, what, negated } => {
            let checked = check(value, scope);
            if checked.ty.is_broken() {
                return Expr::broken();
            }
            if *what != Is::Null && expect(&(checked.clone(), value.span), Base::Boolean).is_err() {
                let ty = checked.ty.clone();
                scope.definitions().report(errors::wrong_type(value.span, "boolean", &ty));
                return Expr::broken();
            }
            let function = match (what, negated) {
                (Is::Null, false) => Function::IsNull,
                (Is::Null, true) => Function::IsNotNull,
                (Is::True, false) => Function::IsTrue,
                (Is::True, true) => Function::IsNotTrue,
                (Is::False, false) => Function::IsFalse,
                (Is::False, true) => Function::IsNotFalse,
            };
            Expr::call(function, vec![checked], Type::plain(Base::Boolean))
        }
        ExprKind::Case { operand, arms, otherwise } => {
            check_case(operand.as_deref(), arms, otherwise.as_deref(), scope)
        }
        ExprKind::Cast { value, ty } => {
            let checked = check(value, scope);
            let result = literals::type_name(ty).and_then(|base| cast((checked, value.span), base));
            done(result, scope)
        }
        ExprKind::Call(call) => check_call(call, expr.span, scope),
        ExprKind::Scoped { inner, scope: written } => scope.scoped(inner, written, expr.span),
    }
}

fn done<S: Scope>(result: Result<Expr<S::Leaf>, Diagnostic>, scope: &mut S) -> Expr<S::Leaf> {
    result.unwrap_or_else(|diagnostic| {
        scope.definitions().report(diagnostic);
        Expr::broken()
    })
}

fn report_all<S: Scope>(found: Found, scope: &mut S) {
    for diagnostic in found.sorted() {
        scope.definitions().report(diagnostic);
    }
}

fn unary<L: Clone>(op: UnaryOp, operand: Operand<L>) -> Result<Expr<L>, Diagnostic> {
    if operand.0.ty.is_broken() {
        return Ok(Expr::broken());
    }
    let ty = operand.0.ty.clone();
    match op {
        UnaryOp::Not => {
            expect(&operand, Base::Boolean)?;
            Ok(Expr::call(Function::Not, vec![operand.0], ty))
        }
        UnaryOp::Minus => {
            expect_number(&operand)?;
            Ok(match operand.0.kind {
                Kind::Literal(Literal::Integer(value)) => Expr::literal(Literal::Integer(-value), ty),
                Kind::Literal(Literal::Decimal { digits, scale }) => {
                    Expr::literal(Literal::Decimal { digits: -digits, scale }, ty)
                }
                _ => Expr::call(Function::Negate, vec![operand.0], ty),
            })
        }
    }
}

fn negate_if<L: Clone>(negated: bool, expr: Expr<L>) -> Expr<L> {
    if !negated || expr.ty.is_broken() {
        return expr;
    }
    let ty = expr.ty.clone();
    Expr::call(Function::Not, vec![expr], ty)
}

fn check_binary<S: Scope>(
    op: ast::BinaryOp,
    op_span: Span,
    left: &ast::Expr,
    right: &ast::Expr,
    scope: &mut S,
) -> Expr<S::Leaf> {
    if let ExprKind::Duration { count, unit } = &right.kind {
        let moment = check(left, scope);
        let result = shift(op, (moment, left.span), *count, unit);
        return done(result, scope);
    }
    let operands = ((check(left, scope), left.span), (check(right, scope), right.span));
    if is_zero_test::<S>(op, &operands.0.0, &operands.1.0) || is_zero_test::<S>(op, &operands.1.0, &operands.0.0) {
        scope.definitions().report(meaning::lookup_may_be_null(op_span));
    }
    if matches!(op, ast::BinaryOp::Add | ast::BinaryOp::Subtract) {
        scope.sum(&operands.0.0, &operands.1.0, op_span);
    }
    let mut found = Found::default();
    let result = binary(op, op_span, operands.0, operands.1, &mut found);
    report_all(found, scope);
    result
}

/// `metric(orders) = 0`: without orders it is null, and null equals nothing.
fn is_zero_test<S: Scope>(op: ast::BinaryOp, value: &Expr<S::Leaf>, other: &Expr<S::Leaf>) -> bool {
    use ast::BinaryOp::*;
    matches!(op, Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual)
        && matches!(&value.kind, Kind::Leaf(leaf) if S::is_lookup(leaf))
        && matches!(&other.kind, Kind::Literal(Literal::Integer(0) | Literal::Decimal { digits: 0, .. }))
        && !matches!(op, Greater)
}

fn shift<L: Clone>(op: ast::BinaryOp, moment: Operand<L>, count: u32, unit: &ast::Name) -> Result<Expr<L>, Diagnostic> {
    let sign = match op {
        ast::BinaryOp::Add => 1,
        ast::BinaryOp::Subtract => -1,
        _ => return Err(errors::wrong_argument(unit.span, "a duration", "a moment to add it to or take it from")),
    };
    if moment.0.ty.is_broken() {
        return Ok(Expr::broken());
    }
    expect_time(&moment)?;
    let Some(unit_grain) = Grain::of_duration(&unit.text) else {
        return Err(errors::wrong_argument(unit.span, "a duration", "a unit of time such as `days`"));
    };
    match moment.0.ty.base {
        Base::Date if unit_grain < Grain::Day => {
            Err(errors::wrong_type(moment.1, "a timestamp or an instant", &moment.0.ty))
        }
        // A month of a moment depends on the clocks of a place; days and less are lengths of time.
        Base::Instant if unit_grain >= Grain::Month => {
            Err(errors::wrong_type(moment.1, "a date or a timestamp", &moment.0.ty))
        }
        _ => Ok(moment.0.shifted(sign * i64::from(count), unit_grain)),
    }
}

fn check_in<S: Scope>(value: &ast::Expr, list: &[ast::Expr], negated: bool, scope: &mut S) -> Expr<S::Leaf> {
    let first = (check(value, scope), value.span);
    let mut operands = vec![first];
    for item in list {
        let checked = check(item, scope);
        if matches!(checked.kind, Kind::Literal(Literal::Null)) && !checked.ty.is_broken() {
            scope.definitions().report(errors::null_in_list(item.span));
            return Expr::broken();
        }
        if !checked.ty.is_broken() && !matches!(checked.kind, Kind::Literal(_)) {
            scope.definitions().report(errors::wrong_argument(item.span, "a list of `in`", "a constant"));
            return Expr::broken();
        }
        operands.push((checked, item.span));
    }
    if operands.iter().any(|(operand, _)| operand.ty.is_broken()) {
        return Expr::broken();
    }
    let nullable = operands[0].0.ty.nullable;
    let result = choice(operands).map(|(values, _)| {
        let function = if negated { Function::NotIn } else { Function::In };
        Expr::call(function, values, Type::plain(Base::Boolean).or_null(nullable))
    });
    done(result, scope)
}

fn texts<L: Clone>(function: Function, operands: [Operand<L>; 2]) -> Result<Expr<L>, Diagnostic> {
    if operands.iter().any(|(operand, _)| operand.ty.is_broken()) {
        return Ok(Expr::broken());
    }
    for operand in &operands {
        expect(operand, Base::Text)?;
    }
    let nullable = operands.iter().any(|(operand, _)| operand.ty.nullable);
    let arguments = operands.into_iter().map(|(operand, _)| operand).collect();
    Ok(Expr::call(function, arguments, Type::plain(Base::Boolean).or_null(nullable)))
}

fn check_case<S: Scope>(
    operand: Option<&ast::Expr>,
    arms: &[(ast::Expr, ast::Expr)],
    otherwise: Option<&ast::Expr>,
    scope: &mut S,
) -> Expr<S::Leaf> {
    let subject = operand.map(|operand| (check(operand, scope), operand.span));
    let mut conditions = Vec::with_capacity(arms.len());
    let mut values = Vec::with_capacity(arms.len() + 1);
    let mut found = Found::default();
    for (when, then) in arms {
        let condition = (check(when, scope), when.span);
        conditions.push(match &subject {
            Some(subject) => binary(ast::BinaryOp::Equal, when.span, subject.clone(), condition, &mut found),
            None => or_broken(expect(&condition, Base::Boolean).map(|()| condition.0), &mut found),
        });
        values.push((check(then, scope), then.span));
    }
    if let Some(otherwise) = otherwise {
        values.push((check(otherwise, scope), otherwise.span));
    }
    report_all(found, scope);
    let broken = |expr: &Expr<S::Leaf>| expr.ty.is_broken();
    if conditions.iter().any(broken) || values.iter().any(|(value, _)| broken(value)) {
        return Expr::broken();
    }
    let result = choice(values).map(|(mut values, ty)| {
        let last = otherwise.and_then(|_| values.pop()).map(Box::new);
        let ty = ty.or_null(last.is_none());
        Expr { kind: Kind::Case { arms: conditions.into_iter().zip(values).collect(), otherwise: last }, ty }
    });
    done(result, scope)
}

fn cast<L: Clone>(value: Operand<L>, to: Base) -> Result<Expr<L>, Diagnostic> {
    let from = value.0.ty.base;
    if value.0.ty.is_broken() {
        return Ok(Expr::broken());
    }
    let possible = match (from, to) {
        (Base::Null, _) => true,
        (a, b) if a.is_number() && b.is_number() => true,
        (Base::Text, b) => b != Base::Boolean && b != Base::Instant,
        (a, Base::Text) => a.is_number() || a == Base::Date || a == Base::Boolean,
        (Base::Date, Base::Timestamp) | (Base::Timestamp | Base::Instant, Base::Date) => true,
        (Base::Instant, Base::Timestamp) => true,
        (a, b) => a == b,
    };
    if !possible {
        return Err(errors::wrong_type(value.1, &format!("something that can become `{to}`"), &value.0.ty));
    }
    // A text may be no number, and then becomes null.
    let ty = Type { base: to, ..value.0.ty.clone() }.or_null(from == Base::Text && to != Base::Text);
    let ty = if to.is_number() { ty } else { Type { unit: crate::model::Unit::PLAIN, ..ty } };
    if from != Base::Instant || to == Base::Instant {
        return Ok(Expr::call(Function::Cast(to), vec![value.0], ty));
    }
    // What clocks in the project's zone show.
    let wall = Expr::call(Function::ToLocal, vec![value.0], Type { base: Base::Timestamp, ..ty.clone() });
    Ok(if to == Base::Timestamp { wall } else { Expr::call(Function::Cast(to), vec![wall], ty) })
}

fn check_call<S: Scope>(call: &ast::Call, span: Span, scope: &mut S) -> Expr<S::Leaf> {
    if let Some(expr) = scope.call(call, span) {
        return expr;
    }
    let Some(called) = functions::find(&call.name.text) else {
        let known = functions::names().chain(scope.calls().iter().copied());
        let near = crate::suggest::closest(&call.name.text, known);
        scope.definitions().report(errors::unknown_function(call.name.span, &call.name.text, near));
        return Expr::broken();
    };
    if let Some(clause) = call.clauses.first().map(|clause| clause.span).or(call.distinct) {
        scope.definitions().report(meaning::misplaced_clause(clause, &call.name.text));
        return Expr::broken();
    }
    if let Called::Part = called {
        return check_part(call, span, scope);
    }
    let arguments = call.arguments.iter().map(|argument| (check(argument, scope), argument.span)).collect();
    let calendar = scope.definitions().model().calendar.clone();
    done(functions::call(&called, span, arguments, &calendar), scope)
}

fn check_part<S: Scope>(call: &ast::Call, span: Span, scope: &mut S) -> Expr<S::Leaf> {
    let usage = "part(month, moment)";
    let [name, moment] = &call.arguments[..] else {
        let wrong = errors::wrong_arguments(span, "part", usage, call.arguments.len());
        scope.definitions().report(wrong);
        return Expr::broken();
    };
    let part = match &name.kind {
        ExprKind::Path(path) if path.segments.len() == 1 => Part::named(&path.segments[0].text),
        _ => None,
    };
    let Some(part) = part else {
        let expected = "one of hour, day, day_of_week, day_of_year, month, quarter, year, minute, second";
        scope.definitions().report(errors::wrong_argument(name.span, "part", expected));
        return Expr::broken();
    };
    let value = (check(moment, scope), moment.span);
    let calendar = scope.definitions().model().calendar.clone();
    done(functions::part(part, value, &calendar), scope)
}

/// `metric(…)`, and not a column.
pub fn is_lookup_leaf(leaf: &RowLeaf) -> bool {
    matches!(leaf, RowLeaf::Lookup(_))
}
