//! Apache Spark SQL. <https://spark.apache.org/docs/latest/api/sql/>
//!
//! A `TIMESTAMP` is a moment and follows the session's zone wherever it is taken apart; so what expressions work with are
//! `TIMESTAMP_NTZ`, wall times without a zone, and instants are moved by their microseconds. In ANSI mode, which Spark 4 begins
//! with, a sum of integers that does not fit fails; without it Spark lets it wrap, and nothing a statement says can keep it from
//! that.

use super::common::said_everywhere;
use super::common::{self, call, cast, infix};
use super::{AggregateCall, Argument, Binding, Call, Dialect, Limit, PeriodsCall, Proof, Supports, Words};
use crate::model::{Aggregate, Base, Function, Grain, Literal, Part, Type};

pub static DIALECT: Dialect = Dialect {
    name: "spark",
    title: "Apache Spark",
    version: "4.0",
    // `sqlparser`'s own grammar for Spark reads no backslashes in texts.
    grammar: || Box::new(sqlparser::dialect::DatabricksDialect {}),
    grammar_name: "Databricks",
    proof: Proof::Engine("Spark 4.0"),
    supports: SUPPORTS,
    closing: "",
    longest_name: None,
    identifier,
    type_name,
    literal,
    function,
    aggregate,
    integer_sum,
    read: |words, _| words,
    well_formed: |_, _| None,
    show: |words, _| words,
    byte_order: |words| words,
    exact_text: |words| words,
    same,
    now,
    stored: common::replaced_view,
    periods,
};

pub(super) const SUPPORTS: Supports = Supports {
    filter_clause: true,
    percentile_aggregate: true,
    nulls_last: true,
    greatest_of_null_is_null: false,
    exact_literals: true,
    group_by_ordinal: true,
    joined_columns_keep_names: true,
    lead_of_nothing_is_null: true,
    row_numbers_are_signed: true,
    order_by_expressions: true,
    table_as: true,
    truth_values: true,
    with_recursive: false,
    limit: Limit::Limit,
};

pub(super) fn identifier(name: &str) -> String {
    if common::is_plain(name, common::RESERVED) { name.to_owned() } else { format!("`{}`", name.replace('`', "``")) }
}

pub(super) fn type_name(base: Base) -> Option<String> {
    Some(match base {
        Base::Boolean => "BOOLEAN".into(),
        Base::Integer => "BIGINT".into(),
        Base::Decimal { precision, scale } => format!("DECIMAL({precision}, {scale})"),
        Base::Double => "DOUBLE".into(),
        Base::Text => "STRING".into(),
        Base::Date => "DATE".into(),
        Base::Timestamp => "TIMESTAMP_NTZ".into(),
        Base::Instant => "TIMESTAMP".into(),
        Base::Broken | Base::Null => return None,
    })
}

pub(super) fn literal(literal: &Literal, _: &Type) -> Option<Words> {
    match literal {
        Literal::Timestamp(at) => Some(Words::atom(format!("TIMESTAMP_NTZ '{}'", common::moment(at)))),
        _ => common::standard_literal(literal, text, "TIMESTAMP"),
    }
}

/// Before a statement is read, `${name}` in it is replaced by the value of a variable, in texts as well.
fn text(text: &str) -> Option<Words> {
    let quoted = common::backslashed_text(text)?;
    Some(Words::atom(quoted.text.replace("${", "\\u0024{")))
}

pub(super) fn same(left: &Words, right: &Words) -> Words {
    Words::infix(left, "<=>", right, Binding::Compare)
}

pub(super) fn now(zone: &str) -> Option<Words> {
    local(&Words::atom("CURRENT_TIMESTAMP()"), zone)
}

/// The wall time in UTC of an instant: counted from 1970, since a cast would follow the session's zone.
fn utc(x: &Words) -> Words {
    let seconds = format!("CAST(UNIX_MICROS({}) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(18, 6))", x.text);
    let counted = format!("TIMESTAMP_NTZ '1970-01-01 00:00:00' + MAKE_DT_INTERVAL(0, 0, 0, {seconds})");
    Words::new(counted, Binding::Add)
}

fn local(x: &Words, zone: &str) -> Option<Words> {
    let utc = utc(x).text;
    match zone {
        "UTC" => Some(Words::atom(format!("({utc})"))),
        _ => Some(Words::atom(format!("CONVERT_TIMEZONE('UTC', {}, {utc})", common::backslashed_text(zone)?.text))),
    }
}

pub(super) fn function(asked: &Call) -> Option<Words> {
    let arguments = asked.arguments;
    let first = &arguments[0];
    let ty = || type_name(asked.ty.base);
    Some(match asked.function {
        Function::Like => common::backslashed_like("LIKE", arguments)?,
        Function::NotLike => common::backslashed_like("NOT LIKE", arguments)?,
        Function::Add => typed(infix("+", arguments, Binding::Add), asked.ty)?,
        Function::Subtract => typed(infix("-", arguments, Binding::Add), asked.ty)?,
        Function::Multiply => typed(infix("*", arguments, Binding::Multiply), asked.ty)?,
        Function::Mod => infix("%", arguments, Binding::Multiply),
        Function::Negate => common::negate(first),
        Function::Concat => infix("||", arguments, Binding::Add),
        Function::Abs => call("ABS", arguments),
        Function::Round(digits) => round(first, digits, asked.ty)?,
        Function::Floor | Function::Ceil if first.ty.base == Base::Integer => first.words.clone(),
        // A double's floor is an integer here.
        Function::Floor => cast(&call("FLOOR", arguments), &ty()?),
        Function::Ceil => cast(&call("CEIL", arguments), &ty()?),
        Function::Power => call("POWER", arguments),
        Function::Sqrt => call("SQRT", arguments),
        Function::Ln => call("LN", arguments),
        Function::Exp => call("EXP", arguments),
        Function::Least => call("LEAST", arguments),
        Function::Greatest => call("GREATEST", arguments),
        Function::Lower => call("LOWER", arguments),
        Function::Upper => call("UPPER", arguments),
        Function::Trim => call("TRIM", arguments),
        Function::Length => cast(&call("CHAR_LENGTH", arguments), "BIGINT"),
        Function::Substring => substring(arguments),
        Function::Replace => call("REPLACE", arguments),
        Function::StartsWith => call("STARTSWITH", arguments),
        Function::EndsWith => call("ENDSWITH", arguments),
        Function::Contains => call("CONTAINS", arguments),
        Function::Cast(to) => convert(first, to)?,
        Function::Widen(to) => cast(&first.words, &type_name(to)?),
        Function::Shift { count, unit } => shift(first, count, unit),
        Function::Truncate(grain) => truncate(first, grain),
        Function::Difference(grain) => difference(first, &arguments[1], grain),
        Function::Part(part) => extract(part, &first.words.text),
        Function::SecondsLater => {
            let later = format!("MAKE_DT_INTERVAL(0, 0, 0, {})", arguments[1].words.text);
            Words::infix(&first.words, "+", &Words::atom(later), Binding::Add)
        }
        Function::ToUtc => Words::atom(format!("({})", utc(&first.words).text)),
        Function::FromUtc => Words::atom(format!("CAST(CAST({} AS STRING) || 'Z' AS TIMESTAMP)", first.words.text)),
        Function::ToLocal => local(&first.words, asked.zone)?,
        said_everywhere!() => return None,
    })
}

/// Constants are of 32 bits, and decimals take the places that they need: the result is made what it is defined to be.
fn typed(words: Words, ty: &Type) -> Option<Words> {
    match ty.base {
        Base::Decimal { .. } => Some(cast(&words, &type_name(ty.base)?)),
        _ => Some(words),
    }
}

fn substring(arguments: &[Argument]) -> Words {
    let parts: Vec<String> = arguments
        .iter()
        .enumerate()
        .map(|(at, argument)| match at {
            0 => argument.words.text.clone(),
            _ if argument.words.text.bytes().all(|byte| byte.is_ascii_digit()) => argument.words.text.clone(),
            _ => format!("CAST({} AS INT)", argument.words.text),
        })
        .collect();
    Words::atom(format!("SUBSTR({})", parts.join(", ")))
}

/// `ROUND` of a double would round its shortest decimal.
fn round(x: &Argument, digits: i8, ty: &Type) -> Option<Words> {
    Some(match x.ty.base {
        Base::Integer if digits >= 0 => x.words.clone(),
        Base::Integer => {
            cast(&Words::atom(format!("ROUND(CAST({} AS DECIMAL(20, 0)), {digits})", x.words.text)), "BIGINT")
        }
        Base::Double => common::round_double(&x.words, digits),
        _ => cast(&Words::atom(format!("ROUND({}, {digits})", x.words.text)), &type_name(ty.base)?),
    })
}

/// The shape in the words of Java, whose `$` also stands before a last line end, within a text of backslashes.
fn shape(base: Base) -> Option<String> {
    Some(common::shape(base)?.replace("[[:space:]]", "\\\\s").replace('$', "\\\\z"))
}

fn convert(x: &Argument, to: Base) -> Option<Words> {
    let name = type_name(to)?;
    let text = &x.words.text;
    Some(match (x.ty.base, to) {
        (Base::Null, _) => cast(&x.words, &name),
        (Base::Text, Base::Text) => x.words.clone(),
        (Base::Text, base) => {
            let value = match base {
                Base::Integer => format!("CAST(ROUND(TRY_CAST({text} AS DECIMAL(38, 18)), 0) AS BIGINT)"),
                Base::Decimal { scale, .. } => {
                    format!("CAST(ROUND(TRY_CAST({text} AS DECIMAL(38, 18)), {scale}) AS {name})")
                }
                _ => format!("TRY_CAST({text} AS {name})"),
            };
            common::shaped(&format!("{} RLIKE '{}'", x.words.at(Binding::Add), shape(base)?), &Words::atom(value))
        }
        (Base::Double, Base::Integer) => cast(&common::round_double(&x.words, 0), &name),
        (Base::Double, Base::Decimal { scale, .. }) => cast(&common::round_double(&x.words, scale as i8), &name),
        (Base::Decimal { .. }, Base::Integer) => cast(&Words::atom(format!("ROUND({text}, 0)")), &name),
        (Base::Boolean, Base::Text) => common::boolean_text(&x.words),
        _ => cast(&x.words, &name),
    })
}

fn shift(x: &Argument, count: i64, unit: Grain) -> Words {
    let (count, unit) = common::shift_parts(count, unit);
    let text = &x.words.text;
    match (x.ty.base, unit) {
        (Base::Date, Grain::Day) => Words::atom(format!("DATE_ADD({text}, {count})")),
        (Base::Date, Grain::Month) => Words::atom(format!("ADD_MONTHS({text}, {count})")),
        // A day would be one of the session's zone.
        (Base::Instant, _) => {
            let micros = count.saturating_mul(seconds(unit)).saturating_mul(1_000_000);
            let (op, size) = if micros < 0 { ('-', micros.unsigned_abs()) } else { ('+', micros.unsigned_abs()) };
            Words::atom(format!("TIMESTAMP_MICROS(UNIX_MICROS({text}) {op} {size})"))
        }
        _ => {
            let (op, size) = if count < 0 { ("-", count.unsigned_abs()) } else { ("+", count.unsigned_abs()) };
            let interval = format!("INTERVAL '{size}' {}", unit.name().to_uppercase());
            Words::infix(&x.words, op, &Words::atom(interval), Binding::Add)
        }
    }
}

/// The length of a unit that has one.
fn seconds(unit: Grain) -> i64 {
    match unit {
        Grain::Minute => 60,
        Grain::Hour => 3600,
        Grain::Day => 86_400,
        Grain::Week => 7 * 86_400,
        _ => 1,
    }
}

fn day(x: &Argument) -> String {
    if x.ty.base == Base::Date { x.words.text.clone() } else { format!("CAST({} AS DATE)", x.words.text) }
}

fn truncate(x: &Argument, grain: Grain) -> Words {
    let text = &x.words.text;
    let below = match grain {
        Grain::Second => {
            let part = format!("CAST(EXTRACT(SECOND FROM {text}) AS DECIMAL(8, 6))");
            format!("MAKE_DT_INTERVAL(0, 0, 0, {part} - FLOOR({part}))")
        }
        Grain::Minute => format!("MAKE_DT_INTERVAL(0, 0, 0, EXTRACT(SECOND FROM {text}))"),
        Grain::Hour => format!("MAKE_DT_INTERVAL(0, 0, MINUTE({text}), EXTRACT(SECOND FROM {text}))"),
        Grain::Day if x.ty.base == Base::Date => return x.words.clone(),
        Grain::Day => return Words::atom(day(x)),
        grain => return Words::atom(format!("TRUNC({}, '{}')", day(x), grain.name().to_uppercase())),
    };
    Words::infix(&x.words, "-", &Words::atom(below), Binding::Add)
}

/// By the parts of both, which no zone moves.
fn difference(from: &Argument, to: &Argument, grain: Grain) -> Words {
    let days = format!("DATEDIFF({}, {})", day(to), day(from));
    let (a, b) = (&from.words.text, &to.words.text);
    let parts = |name: &str| format!("{name}({b}) - {name}({a})");
    let text = match grain {
        Grain::Day => return cast(&Words::atom(days), "BIGINT"),
        Grain::Week => {
            let weeks = format!("DATEDIFF(TRUNC({}, 'WEEK'), TRUNC({}, 'WEEK'))", day(to), day(from));
            return Words::atom(format!("CAST({weeks} / 7 AS BIGINT)"));
        }
        Grain::Month => format!("({}) * 12 + {}", parts("YEAR"), parts("MONTH")),
        Grain::Quarter => format!("({}) * 4 + {}", parts("YEAR"), parts("QUARTER")),
        Grain::Year => parts("YEAR"),
        Grain::Hour => format!("CAST({days} AS BIGINT) * 24 + {}", parts("HOUR")),
        Grain::Minute => format!("(CAST({days} AS BIGINT) * 24 + {}) * 60 + {}", parts("HOUR"), parts("MINUTE")),
        Grain::Second => format!(
            "((CAST({days} AS BIGINT) * 24 + {}) * 60 + {}) * 60 + {}",
            parts("HOUR"),
            parts("MINUTE"),
            parts("SECOND")
        ),
    };
    cast(&Words::atom(text), "BIGINT")
}

fn extract(part: Part, x: &str) -> Words {
    let name = match part {
        Part::Second => "SECOND",
        Part::Minute => "MINUTE",
        Part::Hour => "HOUR",
        // 0 is Monday.
        Part::DayOfWeek => return Words::atom(format!("CAST(WEEKDAY({x}) + 1 AS BIGINT)")),
        Part::DayOfMonth => "DAY",
        Part::DayOfYear => "DAYOFYEAR",
        Part::Month => "MONTH",
        Part::Quarter => "QUARTER",
        Part::Year => "YEAR",
    };
    Words::atom(format!("CAST({name}({x}) AS BIGINT)"))
}

pub(super) fn aggregate(asked: &AggregateCall) -> Option<Words> {
    let x = asked.argument.as_ref();
    let text = x.map_or("*", |x| x.words.text.as_str());
    let double = || match x.map(|x| x.ty.base) {
        Some(Base::Double) => text.to_owned(),
        _ => format!("CAST({text} AS DOUBLE)"),
    };
    let words = match asked.aggregate {
        Aggregate::Count | Aggregate::CountValues => format!("COUNT({text})"),
        Aggregate::CountDistinct => format!("COUNT(DISTINCT {text})"),
        Aggregate::Sum => format!("SUM({text})"),
        Aggregate::Avg => format!("AVG({})", double()),
        Aggregate::Min => format!("MIN({text})"),
        Aggregate::Max => format!("MAX({text})"),
        Aggregate::PercentileCont { digits, scale } => {
            format!("PERCENTILE({}, {})", double(), common::fraction(digits, scale))
        }
        Aggregate::PercentileDisc { .. } | Aggregate::First | Aggregate::Last => return None,
        Aggregate::Stddev { population: false } => format!("STDDEV_SAMP({})", double()),
        Aggregate::Stddev { population: true } => format!("STDDEV_POP({})", double()),
        Aggregate::Variance { population: false } => format!("VAR_SAMP({})", double()),
        Aggregate::Variance { population: true } => format!("VAR_POP({})", double()),
        Aggregate::ApproxCountDistinct => format!("APPROX_COUNT_DISTINCT({text})"),
    };
    Some(common::filtered(words, asked.filter))
}

pub(super) fn integer_sum(x: &Words, over: &str) -> Words {
    common::integer_sum(x, over, type_name)
}

/// <https://spark.apache.org/docs/latest/api/sql/#sequence>
pub(super) fn periods(asked: &PeriodsCall) -> Option<String> {
    let PeriodsCall { column, from, first, last, .. } = asked;
    let (count, unit) = common::shift_parts(1, asked.grain);
    let step = format!("INTERVAL '{count}' {}", unit.name().to_uppercase());
    Some(format!("SELECT EXPLODE(SEQUENCE({}, {}, {step})) AS {column}\nFROM {from}", first.text, last.text))
}
