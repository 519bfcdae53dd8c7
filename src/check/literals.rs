//! Constants: their values and types.

use super::errors::types as errors;
use crate::diagnostic::Diagnostic;
use crate::model::{Base, Expr, Literal, Type, Unit};
use crate::source::Span;
use crate::syntax::ast::{DateText, Text, TypeName};
use jiff::civil::{Date, DateTime};

/// `12`, `0.5`: exact numbers that take the unit of what they meet.
pub fn number<L>(text: &str, span: Span) -> Result<Expr<L>, Diagnostic> {
    let (base, literal) = match text.split_once('.') {
        None => match text.parse::<i64>() {
            Ok(value) => (Base::Integer, Literal::Integer(value)),
            Err(_) => return Err(too_long(span)),
        },
        Some((whole, fraction)) => {
            let all = format!("{whole}{fraction}");
            let significant = all.trim_start_matches('0').len().max(fraction.len()).max(1);
            if significant > 38 || fraction.len() > 18 {
                return Err(too_long(span));
            }
            let digits = all.parse::<i128>().map_err(|_| too_long(span))?;
            let scale = fraction.len() as u8;
            (Base::Decimal { precision: significant as u8, scale }, Literal::Decimal { digits, scale })
        }
    };
    Ok(Expr::literal(literal, Type { base, nullable: false, unit: Unit::Any }))
}

fn too_long(span: Span) -> Diagnostic {
    errors::bad_literal(
        span,
        "the number has more digits than an exact number keeps".to_owned(),
        "integers go to 9223372036854775807; decimals have 38 digits, 18 of them after the point",
    )
}

/// A day of the calendar, in the years 1 to 9999.
pub fn date(text: &DateText) -> Result<Date, Diagnostic> {
    text.text.parse::<Date>().ok().filter(|date| date.year() >= 1).ok_or_else(|| {
        errors::bad_literal(
            text.span,
            format!("`{}` is not a day of the calendar", text.text),
            "write year, month and day: `2026-02-28`",
        )
    })
}

/// `2026-01-31 10:00:00`, with up to six digits of a second.
pub fn timestamp(text: &Text) -> Result<DateTime, Diagnostic> {
    let written = text.value.trim();
    let fine = written.split_once('.').is_none_or(|(_, fraction)| fraction.len() <= 6);
    let parsed = written.parse::<DateTime>().ok().filter(|moment| fine && moment.year() >= 1);
    parsed.ok_or_else(|| {
        errors::bad_literal(
            text.span,
            format!("`{written}` is not a moment"),
            "write `2026-01-31 10:00:00`, with at most six digits after the seconds",
        )
    })
}

/// A type as written. `decimal` needs its digits.
pub fn type_name(ty: &TypeName) -> Result<Base, Diagnostic> {
    const NAMES: [&str; 8] = ["integer", "decimal", "double", "text", "boolean", "date", "timestamp", "instant"];
    let base = match ty.name.text.as_str() {
        "integer" => Base::Integer,
        "double" => Base::Double,
        "text" => Base::Text,
        "boolean" => Base::Boolean,
        "date" => Base::Date,
        "timestamp" => Base::Timestamp,
        "instant" => Base::Instant,
        "decimal" => return decimal(ty),
        other => {
            let closest = match other {
                "int" | "bigint" | "int64" | "number" => Some("integer"),
                "string" | "varchar" | "char" => Some("text"),
                "float" | "real" | "float64" => Some("double"),
                "numeric" => Some("decimal"),
                "bool" => Some("boolean"),
                "datetime" => Some("timestamp"),
                "timestamptz" => Some("instant"),
                _ => crate::suggest::closest(other, NAMES),
            };
            return Err(errors::unknown_type(ty.name.span, other, closest));
        }
    };
    if !ty.arguments.is_empty() {
        let fact = format!("`{}` takes no digits", ty.name.text);
        return Err(errors::wrong_type_arguments(ty.span, &fact, &ty.name.text));
    }
    Ok(base)
}

fn decimal(ty: &TypeName) -> Result<Base, Diagnostic> {
    let usage = "decimal(12, 2)";
    let [(precision, _), (scale, _)] = ty.arguments[..] else {
        return Err(errors::wrong_type_arguments(
            ty.span,
            "`decimal` needs its digits, all and after the point",
            usage,
        ));
    };
    if !(1..=38).contains(&precision) || scale > precision || scale > 18 {
        let fact = "a decimal has 1 to 38 digits, at most 18 of them after the point";
        return Err(errors::wrong_type_arguments(ty.span, fact, usage));
    }
    Ok(Base::Decimal { precision: precision as u8, scale: scale as u8 })
}
