//! The types and units of functions: one rule for rows and for metrics.

use super::errors::types as errors;
use super::operators::{Operand, choice, expect, expect_number, expect_time, unify, widen};
use crate::diagnostic::Diagnostic;
use crate::model::{Base, Calendar, Expr, Function, Grain, Kind, Literal, Part, Type, Unit};
use crate::source::Span;

/// Functions by name, with the call as the manual writes it.
const FUNCTIONS: [(&str, &str); 26] = [
    ("abs", "abs(x)"),
    ("ceil", "ceil(x)"),
    ("coalesce", "coalesce(x, otherwise)"),
    ("contains", "contains(text, part)"),
    ("ends_with", "ends_with(text, part)"),
    ("exp", "exp(x)"),
    ("floor", "floor(x)"),
    ("greatest", "greatest(x, y)"),
    ("least", "least(x, y)"),
    ("length", "length(text)"),
    ("ln", "ln(x)"),
    ("lower", "lower(text)"),
    ("mod", "mod(x, divisor)"),
    ("nullif", "nullif(x, y)"),
    ("part", "part(month, moment)"),
    ("power", "power(x, exponent)"),
    ("replace", "replace(text, part, new)"),
    ("round", "round(x, digits)"),
    ("sqrt", "sqrt(x)"),
    ("starts_with", "starts_with(text, part)"),
    ("substring", "substring(text, from, length)"),
    ("trim", "trim(text)"),
    ("upper", "upper(text)"),
    ("day_of", "day_of(moment)"),
    ("days_between", "days_between(earlier, later)"),
    ("month_of", "month_of(moment)"),
];

/// The names of all functions, for suggestions.
pub fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|(name, _)| *name)
}

/// What a name stands for among the functions.
pub enum Called {
    Plain(&'static str, &'static str),
    Truncate(Grain),
    Difference(Grain),
    Part,
}

/// The function of this name: plain ones, `month_of`, `days_between`, `part`.
pub fn find(name: &str) -> Option<Called> {
    if name == "part" {
        return Some(Called::Part);
    }
    if let Some(grain) = name.strip_suffix("_of").and_then(Grain::named) {
        return Some(Called::Truncate(grain));
    }
    if let Some(unit) = name.strip_suffix("_between") {
        return Grain::ALL.into_iter().find(|grain| grain.plural() == unit).map(Called::Difference);
    }
    FUNCTIONS.iter().find(|(known, _)| *known == name).map(|(name, usage)| Called::Plain(name, usage))
}

/// Types a call of a plain function, of a truncation or a difference.
pub fn call<L: Clone>(
    called: &Called,
    span: Span,
    arguments: Vec<Operand<L>>,
    calendar: &Calendar,
) -> Result<Expr<L>, Diagnostic> {
    if arguments.iter().any(|(argument, _)| argument.ty.is_broken()) {
        return Ok(Expr::broken());
    }
    match called {
        Called::Plain(name, usage) => plain(name, usage, span, arguments),
        Called::Truncate(grain) => {
            let name = format!("{}_of", grain.name());
            let [moment] = take(arguments, &name, &format!("{name}(moment)"), span)?;
            expect_time(&moment)?;
            expect_fine_enough(&moment, *grain)?;
            Ok(calendar.truncate(*grain, moment.0))
        }
        Called::Difference(grain) => {
            let name = format!("{}_between", grain.plural());
            let [from, to] = take(arguments, &name, &format!("{name}(earlier, later)"), span)?;
            for moment in [&from, &to] {
                expect_time(moment)?;
                expect_fine_enough(moment, *grain)?;
            }
            difference(*grain, from, to, calendar)
        }
        Called::Part => Err(errors::wrong_arguments(span, "part", "part(month, moment)", arguments.len())),
    }
}

/// `part(month, x)`
pub fn part<L: Clone>(part: Part, moment: Operand<L>, calendar: &Calendar) -> Result<Expr<L>, Diagnostic> {
    if moment.0.ty.is_broken() {
        return Ok(Expr::broken());
    }
    expect_time(&moment)?;
    if moment.0.ty.base == Base::Date && matches!(part, Part::Second | Part::Minute | Part::Hour) {
        return Err(errors::wrong_type(moment.1, "a timestamp or an instant", &moment.0.ty));
    }
    Ok(calendar.part(part, moment.0))
}

/// Civil periods from one moment to another. Weeks and fiscal periods are counted between their starts.
fn difference<L: Clone>(
    grain: Grain,
    from: Operand<L>,
    to: Operand<L>,
    calendar: &Calendar,
) -> Result<Expr<L>, Diagnostic> {
    let nullable = from.0.ty.nullable || to.0.ty.nullable;
    let kind = |base| if base == Base::Instant { Base::Instant } else { Base::Timestamp };
    if kind(from.0.ty.base) != kind(to.0.ty.base) {
        return Err(errors::types_differ(from.1, &from.0.ty, to.1, &to.0.ty));
    }
    let side = |moment: Expr<L>| {
        let moment = calendar.local(moment);
        match grain {
            // Both sides moved alike, so that the boundaries counted are those of ISO weeks and calendar years.
            Grain::Week => moment.shifted(i64::from((7 - calendar.week_starts) % 7), Grain::Day),
            Grain::Quarter | Grain::Year => moment.shifted(1 - i64::from(calendar.year_starts), Grain::Month),
            _ => moment,
        }
    };
    let unshift = |moment: Expr<L>| match moment.kind {
        // A move by nothing is no move.
        Kind::Call(Function::Shift { count: 0, .. }, mut inner) => inner.pop().expect("a shift has one argument"),
        kind => Expr { kind, ty: moment.ty },
    };
    let arguments = vec![unshift(side(from.0)), unshift(side(to.0))];
    Ok(Expr::call(Function::Difference(grain), arguments, Type::plain(Base::Integer).or_null(nullable)))
}

fn expect_fine_enough<L>(moment: &Operand<L>, grain: Grain) -> Result<(), Diagnostic> {
    if moment.0.ty.base == Base::Date && grain < Grain::Day {
        return Err(errors::wrong_type(moment.1, "a timestamp or an instant", &moment.0.ty));
    }
    Ok(())
}

/// Exactly so many arguments.
fn take<L, const N: usize>(
    arguments: Vec<Operand<L>>,
    name: &str,
    usage: &str,
    span: Span,
) -> Result<[Operand<L>; N], Diagnostic> {
    arguments.try_into().map_err(|given: Vec<_>| errors::wrong_arguments(span, name, usage, given.len()))
}

fn plain<L: Clone>(
    name: &'static str,
    usage: &'static str,
    span: Span,
    arguments: Vec<Operand<L>>,
) -> Result<Expr<L>, Diagnostic> {
    let nullable = arguments.iter().any(|(argument, _)| argument.ty.nullable);
    let text_type = Type::plain(Base::Text).or_null(nullable);
    match name {
        "abs" => {
            let [x] = take(arguments, name, usage, span)?;
            expect_number(&x)?;
            let ty = x.0.ty.clone();
            Ok(Expr::call(Function::Abs, vec![x.0], ty))
        }
        "floor" | "ceil" => {
            let [x] = take(arguments, name, usage, span)?;
            expect_number(&x)?;
            let base = match x.0.ty.base {
                Base::Decimal { precision, scale } => {
                    Base::Decimal { precision: (precision - scale + 1).min(38), scale: 0 }
                }
                base => base,
            };
            let function = if name == "floor" { Function::Floor } else { Function::Ceil };
            let ty = Type { base, ..x.0.ty.clone() };
            Ok(Expr::call(function, vec![x.0], ty))
        }
        "round" => round(usage, span, arguments),
        "sqrt" | "ln" | "exp" => {
            let [x] = take(arguments, name, usage, span)?;
            let function = match name {
                "sqrt" => Function::Sqrt,
                "ln" => Function::Ln,
                _ => Function::Exp,
            };
            let x = plain_double(name, x)?;
            // Outside the domain of the function there is no value.
            let ty = Type::plain(Base::Double).or_null(nullable || function != Function::Exp);
            Ok(Expr::call(function, vec![x], ty))
        }
        "power" => {
            let [x, exponent] = take(arguments, name, usage, span)?;
            let arguments = vec![plain_double(name, x)?, plain_double(name, exponent)?];
            Ok(Expr::call(Function::Power, arguments, Type::plain(Base::Double).or_null(true)))
        }
        "mod" => {
            let [x, divisor] = take(arguments, name, usage, span)?;
            expect_number(&x)?;
            expect_number(&divisor)?;
            let (x, divisor) = unify(x, divisor)?;
            let ty = Type { nullable: true, ..x.ty.clone() };
            Ok(Expr::call(Function::Mod, vec![x, divisor], ty))
        }
        "coalesce" | "least" | "greatest" => {
            if arguments.len() < 2 {
                return Err(errors::wrong_arguments(span, name, usage, arguments.len()));
            }
            let all_nullable = arguments.iter().all(|(argument, _)| argument.ty.nullable);
            let (values, ty) = choice(arguments)?;
            let (function, nullable) = match name {
                "coalesce" => (Function::Coalesce, all_nullable),
                "least" => (Function::Least, nullable),
                _ => (Function::Greatest, nullable),
            };
            Ok(Expr::call(function, values, Type { nullable, ..ty }))
        }
        "nullif" => {
            let [x, y] = take(arguments, name, usage, span)?;
            let (x, y) = unify(x, y)?;
            let ty = Type { nullable: true, ..x.ty.clone() };
            Ok(Expr::call(Function::Nullif, vec![x, y], ty))
        }
        "lower" | "upper" | "trim" => {
            let [text] = take(arguments, name, usage, span)?;
            expect(&text, Base::Text)?;
            let function = match name {
                "lower" => Function::Lower,
                "upper" => Function::Upper,
                _ => Function::Trim,
            };
            Ok(Expr::call(function, vec![text.0], text_type))
        }
        "length" => {
            let [text] = take(arguments, name, usage, span)?;
            expect(&text, Base::Text)?;
            Ok(Expr::call(Function::Length, vec![text.0], Type::plain(Base::Integer).or_null(nullable)))
        }
        "substring" => substring(usage, span, arguments),
        "replace" => {
            let [text, part, new] = take(arguments, name, usage, span)?;
            for each in [&text, &part, &new] {
                expect(each, Base::Text)?;
            }
            Ok(Expr::call(Function::Replace, vec![text.0, part.0, new.0], text_type))
        }
        "starts_with" | "ends_with" | "contains" => {
            let [text, part] = take(arguments, name, usage, span)?;
            expect(&text, Base::Text)?;
            expect(&part, Base::Text)?;
            let function = match name {
                "starts_with" => Function::StartsWith,
                "ends_with" => Function::EndsWith,
                _ => Function::Contains,
            };
            Ok(Expr::call(function, vec![text.0, part.0], Type::plain(Base::Boolean).or_null(nullable)))
        }
        _ => Err(errors::wrong_arguments(span, name, usage, arguments.len())),
    }
}

fn plain_double<L: Clone>(name: &str, x: Operand<L>) -> Result<Expr<L>, Diagnostic> {
    expect_number(&x)?;
    if !x.0.ty.unit.is_plain() {
        return Err(errors::not_a_plain_number(x.1, name, &x.0.ty.unit));
    }
    let mut x = widen(x.0, Base::Double);
    x.ty.unit = Unit::PLAIN;
    Ok(x)
}

fn round<L: Clone>(usage: &str, span: Span, mut arguments: Vec<Operand<L>>) -> Result<Expr<L>, Diagnostic> {
    let digits = match arguments.len() {
        2 => {
            let (digits, at) = arguments.pop().expect("there are two");
            match literal_integer(&digits).filter(|n| (-18..=18).contains(n)) {
                Some(n) => n as i8,
                None => return Err(errors::wrong_argument(at, "round", "a whole number from -18 to 18")),
            }
        }
        _ => 0,
    };
    let [x] = take(arguments, "round", usage, span)?;
    expect_number(&x)?;
    let base = match x.0.ty.base {
        Base::Decimal { precision, scale } => {
            let kept = scale.min(digits.max(0) as u8);
            // One digit more: 9.99 becomes 10.0.
            Base::Decimal { precision: (precision - scale + kept + 1).min(38), scale: kept }
        }
        base => base,
    };
    let ty = Type { base, ..x.0.ty.clone() };
    Ok(Expr::call(Function::Round(digits), vec![x.0], ty))
}

/// The value of a whole number written as a literal, perhaps with a sign.
pub fn literal_integer<L>(expr: &Expr<L>) -> Option<i64> {
    match &expr.kind {
        Kind::Literal(Literal::Integer(value)) => Some(*value),
        Kind::Call(Function::Negate, inner) => inner.first().and_then(literal_integer).map(|value| -value),
        _ => None,
    }
}

fn substring<L: Clone>(usage: &str, span: Span, arguments: Vec<Operand<L>>) -> Result<Expr<L>, Diagnostic> {
    if !(2..=3).contains(&arguments.len()) {
        return Err(errors::wrong_arguments(span, "substring", usage, arguments.len()));
    }
    expect(&arguments[0], Base::Text)?;
    for position in &arguments[1..] {
        expect(position, Base::Integer)?;
    }
    if let Some(from) = literal_integer(&arguments[1].0).filter(|from| *from < 1) {
        return Err(errors::bad_literal(
            arguments[1].1,
            format!("a position in text starts at 1, found {from}"),
            "count from 1: `substring(text, 1, 3)` is the first three characters",
        ));
    }
    if let Some(length) = arguments.get(2).and_then(|length| literal_integer(&length.0)).filter(|n| *n < 0) {
        return Err(errors::bad_literal(
            arguments[2].1,
            format!("a length is not negative, found {length}"),
            "give a length of 0 or more",
        ));
    }
    // A position below 1 or a negative length gives null.
    let certain = arguments[1..].iter().all(|(position, _)| literal_integer(position).is_some());
    let nullable = !certain || arguments.iter().any(|(argument, _)| argument.ty.nullable);
    let arguments = arguments.into_iter().map(|(argument, _)| argument).collect();
    Ok(Expr::call(Function::Substring, arguments, Type::plain(Base::Text).or_null(nullable)))
}
