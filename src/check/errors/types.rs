//! Errors about types and units, E03.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::types as codes;
use crate::model::{Function, Type, Unit};
use crate::source::Span;

pub fn wrong_type(span: Span, expected: &str, found: &Type) -> Diagnostic {
    Diagnostic::new(&codes::WRONG_TYPE, span, format!("expected {}, found `{}`", named(expected), found.base))
        .label(format!("this is `{found}`"))
        .help(match (expected, found.base.is_number(), found.base.is_time()) {
            ("boolean", _, _) => "compare it with something: `… = …`".to_owned(),
            ("text", _, _) => "convert it: `cast(… as text)`".to_owned(),
            ("a number", false, true) => "count the days between two moments with `days_between(a, b)`".to_owned(),
            ("a number", ..) => "convert it: `cast(… as decimal(12, 2))`".to_owned(),
            _ => format!("give it {}", named(expected)),
        })
}

/// A type in backticks, a description as it is.
fn named(expected: &str) -> String {
    if expected.contains(' ') { expected.to_owned() } else { format!("`{expected}`") }
}

pub fn types_differ(left: Span, left_type: &Type, right: Span, right_type: &Type) -> Diagnostic {
    let help = match (left_type.base.is_time(), right_type.base.is_time()) {
        (true, true) => "cast one side: `cast(… as date)` or `cast(… as timestamp)`",
        _ => "convert one side with `cast(… as …)`, or compare with a value of the same type",
    };
    Diagnostic::new(
        &codes::TYPES_DIFFER,
        right,
        format!("`{}` and `{}` do not go together", left_type.base, right_type.base),
    )
    .label(format!("this is `{}`", right_type.base))
    .related(left, format!("this is `{}`", left_type.base))
    .help(help)
}

pub fn units_differ(left: Span, left_unit: &Unit, right: Span, right_unit: &Unit) -> Diagnostic {
    Diagnostic::new(
        &codes::UNITS_DIFFER,
        right,
        format!("`{left_unit}` and `{right_unit}` cannot be added, compared or chosen between"),
    )
    .label(format!("this is in {right_unit}"))
    .related(left, format!("this is in {left_unit}"))
    .help("bring both to one unit, e.g. multiply by a rate (`usd per eur`), or divide for a ratio")
}

pub fn compared_with_null(span: Span, function: Function) -> Diagnostic {
    let (symbol, instead) = match function {
        Function::NotEqual => ("<>", "is not null"),
        _ => ("=", "is null"),
    };
    Diagnostic::new(&codes::WRONG_TYPE, span, format!("a comparison with `null` by `{symbol}` is never true"))
        .label("never equal to anything")
        .help(format!("write `… {instead}`"))
}

pub fn double_equality(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::DOUBLE_EQUALITY, span, "doubles are compared for equality")
        .label("two roundings may differ in the last digit")
        .help("compare a range, or `round(cast(… as decimal(18, 6)), 2)`")
}

pub fn moments_subtracted(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::WRONG_TYPE, span, "moments cannot be subtracted from each other")
        .label("days, hours or months?")
        .help("name the unit: `days_between(earlier, later)`, `hours_between(…)`, `months_between(…)`")
}

pub fn product_too_wide(span: Span, left: &Type, right: &Type, precision: u8, scale: u8) -> Diagnostic {
    let limit = if precision > 38 {
        format!("{precision} digits, and warehouses hold 38")
    } else {
        format!("{scale} digits after the point, and warehouses keep 18")
    };
    Diagnostic::new(
        &codes::DECIMAL_TOO_WIDE,
        span,
        format!("the product of `{}` and `{}` has up to {limit}", left.base, right.base),
    )
    .label("some warehouse would round or fail")
    .help("say how wide one side is: `cast(… as decimal(18, 2))`, or give up exactness: `cast(… as double)`")
}

pub fn unknown_function(span: Span, name: &str, closest: Option<&str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(&codes::UNKNOWN_FUNCTION, span, format!("there is no function `{name}`")).label("not known");
    match closest {
        Some(known) => diagnostic.help(format!("did you mean `{known}`?")),
        None => diagnostic.help("the reference manual lists the functions and aggregates"),
    }
}

/// `usage` shows the call as it should be: `round(x, digits)`.
pub fn wrong_arguments(span: Span, name: &str, usage: &str, found: usize) -> Diagnostic {
    let count = match found {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        n => format!("{n} arguments"),
    };
    Diagnostic::new(&codes::WRONG_ARGUMENTS, span, format!("`{name}` does not take {count}"))
        .help(format!("write `{usage}`"))
}

pub fn wrong_argument(span: Span, name: &str, expected: &str) -> Diagnostic {
    Diagnostic::new(&codes::WRONG_ARGUMENTS, span, format!("`{name}` expects {expected} here"))
        .label("not that")
        .help(format!("give {expected}"))
}

pub fn wrong_unit(span: Span, declared: &Unit, derived: &Unit) -> Diagnostic {
    Diagnostic::new(
        &codes::WRONG_UNIT,
        span,
        format!("the unit is declared as `{declared}`, but the formula gives `{derived}`"),
    )
    .label(format!("the formula gives {derived}"))
    .help(format!("write `unit {derived}`, or mend the formula"))
}

pub fn not_a_plain_number(span: Span, function: &str, unit: &Unit) -> Diagnostic {
    Diagnostic::new(&codes::WRONG_UNIT, span, format!("`{function}` needs a plain number, found `{unit}`"))
        .label(format!("this is in {unit}"))
        .help("divide by something in the same unit first")
}

pub fn unknown_type(span: Span, name: &str, closest: Option<&str>) -> Diagnostic {
    let known = "`integer`, `decimal(p, s)`, `double`, `text`, `boolean`, `date`, `timestamp` and `instant`";
    let diagnostic =
        Diagnostic::new(&codes::UNKNOWN_TYPE, span, format!("there is no type `{name}`")).label("not a type");
    match closest {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None => diagnostic.help(format!("the types are {known}")),
    }
}

pub fn wrong_type_arguments(span: Span, fact: &str, usage: &str) -> Diagnostic {
    Diagnostic::new(&codes::UNKNOWN_TYPE, span, fact).help(format!("write `{usage}`"))
}

pub fn null_in_list(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::NULL_IN_LIST, span, "a list of `in` holds `null`")
        .label("equal to nothing, and makes `not in` true of nothing")
        .help("leave it out, and write `or … is null` if nulls are meant")
}

pub fn bad_literal(span: Span, fact: String, help: &str) -> Diagnostic {
    Diagnostic::new(&codes::BAD_LITERAL, span, fact).help(help)
}

pub fn money_as_double(span: Span, name: &str, unit: &Unit) -> Diagnostic {
    Diagnostic::new(&codes::MONEY_AS_DOUBLE, span, format!("`{name}` is an amount in {unit}, kept as `double`"))
        .label("cents get lost in sums")
        .help("declare it as `decimal(18, 2)` if the warehouse stores it so")
}
