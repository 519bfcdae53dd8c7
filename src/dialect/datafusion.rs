//! Apache DataFusion. <https://datafusion.apache.org/user-guide/sql/index.html>
//!
//! Integers of 64 bits wrap there, so sums, products and signs of them are worked out as decimals of 38 digits and cast back,
//! which fails where the value does not fit. `TIMESTAMP` alone counts nanoseconds and ends in 2262, so every moment says its
//! six digits. Moments before 1677 and after 2262 fail in a few places that count nanoseconds all the same: local time
//! in a zone, starts of periods, and calendars below a day.
//!
//! Two columns of one aggregate may not have one name, and names leave out what `CAST` says; `ARROW_CAST` stays in them.

use super::common::said_everywhere;
use super::common::{self, call, infix};
use super::{AggregateCall, Argument, Binding, Call, Dialect, Limit, PeriodsCall, Proof, Supports, Words};
use crate::model::{Aggregate, Base, Function, Grain, Literal, Part, Type};

pub static DIALECT: Dialect = Dialect {
    name: "datafusion",
    title: "DataFusion",
    version: "55",
    grammar: || Box::new(sqlparser::dialect::PostgreSqlDialect {}),
    grammar_name: "PostgreSQL",
    proof: Proof::Engine("DataFusion 55"),
    supports: Supports {
        filter_clause: true,
        percentile_aggregate: false,
        nulls_last: true,
        greatest_of_null_is_null: false,
        exact_literals: false,
        group_by_ordinal: true,
        joined_columns_keep_names: true,
        lead_of_nothing_is_null: true,
        row_numbers_are_signed: true,
        order_by_expressions: false,
        table_as: true,
        truth_values: true,
        with_recursive: false,
        limit: Limit::Limit,
    },
    closing: "",
    longest_name: None,
    identifier,
    type_name,
    literal,
    function,
    aggregate,
    integer_sum: |x, over| common::integer_sum(&common::cast(x, WIDE), over, type_name),
    read: |words, _| words,
    well_formed: |_, _| None,
    show: |words, _| words,
    byte_order: |words| words,
    exact_text: |words| words,
    // An AND behind it would be read as part of it.
    same: |left, right| {
        Words::new(Words::infix(left, "IS NOT DISTINCT FROM", right, Binding::Compare).text, Binding::Or)
    },
    now: |zone| local(&Words::atom("NOW()"), &common::quoted_text(zone)?),
    stored: common::replaced,
    periods,
};

/// What integers are worked out as: enough for any product of two.
const WIDE: &str = "DECIMAL(38, 0)";

fn identifier(name: &str) -> String {
    if common::is_plain(name, common::RESERVED) { name.to_owned() } else { common::double_quoted(name) }
}

fn type_name(base: Base) -> Option<String> {
    Some(match base {
        Base::Boolean => "BOOLEAN".into(),
        Base::Integer => "BIGINT".into(),
        Base::Decimal { precision, scale } => format!("DECIMAL({precision}, {scale})"),
        Base::Double => "DOUBLE".into(),
        Base::Text => "VARCHAR".into(),
        Base::Date => "DATE".into(),
        Base::Timestamp => "TIMESTAMP(6)".into(),
        Base::Instant => "TIMESTAMP(6) WITH TIME ZONE".into(),
        Base::Broken | Base::Null => return None,
    })
}

/// `ARROW_CAST(x, 'Date32')`
fn cast(x: &Words, to: Base) -> Option<Words> {
    Some(Words::atom(format!("ARROW_CAST({}, '{}')", x.text, arrow_type(to)?)))
}

fn arrow_type(base: Base) -> Option<String> {
    Some(match base {
        Base::Boolean => "Boolean".into(),
        Base::Integer => "Int64".into(),
        Base::Decimal { precision, scale } => format!("Decimal128({precision}, {scale})"),
        Base::Double => "Float64".into(),
        Base::Text => "Utf8View".into(),
        Base::Date => "Date32".into(),
        Base::Timestamp => "Timestamp(Microsecond, None)".into(),
        Base::Instant => "Timestamp(Microsecond, Some(\"UTC\"))".into(),
        Base::Broken | Base::Null => return None,
    })
}

/// A bare number with a point is binary, so exact ones say their type; moments say their six digits.
fn literal(literal: &Literal, ty: &Type) -> Option<Words> {
    let said = |text: String, base: Base| Some(common::cast(&Words::atom(format!("'{text}'")), &type_name(base)?));
    match literal {
        Literal::Decimal { digits, scale } => {
            let base = if matches!(ty.base, Base::Decimal { .. }) {
                ty.base
            } else {
                Base::Decimal { precision: 38, scale: *scale }
            };
            said(common::decimal(*digits, *scale), base)
        }
        Literal::Timestamp(at) => said(common::moment(at), Base::Timestamp),
        Literal::Instant(at) => said(format!("{}+00:00", common::moment(at)), Base::Instant),
        _ => common::standard_literal(literal, common::quoted_text, "TIMESTAMPTZ"),
    }
}

fn function(asked: &Call) -> Option<Words> {
    let arguments = asked.arguments;
    let first = &arguments[0];
    let in_integers = asked.ty.base == Base::Integer;
    Some(match asked.function {
        Function::Like => like("LIKE", arguments),
        Function::NotLike => like("NOT LIKE", arguments),
        Function::Add if in_integers => whole("+", arguments, Binding::Add)?,
        Function::Subtract if in_integers => whole("-", arguments, Binding::Add)?,
        Function::Multiply if in_integers => whole("*", arguments, Binding::Multiply)?,
        Function::Add => infix("+", arguments, Binding::Add),
        Function::Subtract => infix("-", arguments, Binding::Add),
        Function::Multiply => infix("*", arguments, Binding::Multiply),
        Function::Mod => infix("%", arguments, Binding::Multiply),
        Function::Negate if in_integers && !is_number(&first.words) => {
            cast(&Words::atom(format!("-CAST({} AS {WIDE})", first.words.text)), Base::Integer)?
        }
        Function::Negate => common::negate(first),
        Function::Concat => infix("||", arguments, Binding::Add),
        Function::Abs => call("ABS", arguments),
        Function::Round(digits) => round(first, digits, asked.ty)?,
        Function::Floor | Function::Ceil if first.ty.base == Base::Integer => first.words.clone(),
        Function::Floor => counted(call("FLOOR", arguments), asked.ty)?,
        Function::Ceil => counted(call("CEIL", arguments), asked.ty)?,
        Function::Power => call("POWER", arguments),
        Function::Sqrt => call("SQRT", arguments),
        Function::Ln => call("LN", arguments),
        Function::Exp => call("EXP", arguments),
        Function::Least => call("LEAST", arguments),
        Function::Greatest => call("GREATEST", arguments),
        Function::Lower => call("LOWER", arguments),
        Function::Upper => call("UPPER", arguments),
        Function::Trim => Words::atom(format!("BTRIM({}, ' ')", first.words.text)),
        Function::Length => cast(&call("LENGTH", arguments), Base::Integer)?,
        Function::Substring => call("SUBSTRING", arguments),
        Function::Replace => call("REPLACE", arguments),
        Function::StartsWith => call("STARTS_WITH", arguments),
        Function::EndsWith => call("ENDS_WITH", arguments),
        Function::Contains => call("CONTAINS", arguments),
        Function::Cast(base) => convert(first, base)?,
        Function::Widen(base) => cast(&first.words, base)?,
        Function::Shift { count, unit } => shift(first, count, unit),
        Function::Truncate(grain) => truncate(first, grain)?,
        Function::Difference(grain) => difference(arguments, grain)?,
        Function::Part(part) => extract(part_word(part), &first.words)?,
        Function::SecondsLater => {
            let (from, seconds) = (micros(&first.words)?, arguments[1].words.at(Binding::Multiply));
            cast(&Words::atom(format!("{from} + {seconds} * 1000000")), Base::Timestamp)?
        }
        Function::ToUtc => cast(&cast(&first.words, Base::Instant)?, Base::Timestamp)?,
        Function::FromUtc => cast(&first.words, Base::Instant)?,
        Function::ToLocal => local(&first.words, &common::quoted_text(asked.zone)?)?,
        said_everywhere!() => return None,
    })
}

fn local(instant: &Words, zone: &Words) -> Option<Words> {
    let there = format!("TO_LOCAL_TIME({} AT TIME ZONE {})", instant.at(Binding::Atom), zone.text);
    cast(&Words::atom(there), Base::Timestamp)
}

/// Microseconds from 1970.
fn micros(x: &Words) -> Option<String> {
    Some(cast(&cast(x, Base::Timestamp)?, Base::Integer)?.text)
}

fn is_number(words: &Words) -> bool {
    words.text.parse::<i64>().is_ok()
}

/// Arithmetic of integers that fails where it leaves 64 bits.
fn whole(op: &str, arguments: &[Argument], binding: Binding) -> Option<Words> {
    let wide = |argument: &Argument| common::cast(&argument.words, WIDE);
    cast(&Words::infix(&wide(&arguments[0]), op, &wide(&arguments[1]), binding), Base::Integer)
}

/// A whole decimal as the type of the result.
fn counted(x: Words, ty: &Type) -> Option<Words> {
    if ty.base == Base::Double { Some(x) } else { cast(&x, ty.base) }
}

/// A backslash escapes here, always; in ours nothing does.
fn like(op: &str, arguments: &[Argument]) -> Words {
    let pattern = &arguments[1].words;
    let pattern = match common::text_of_literal(pattern) {
        Some(_) => Words::atom(pattern.text.replace('\\', "\\\\")),
        None => Words::atom(format!("REPLACE({}, '\\', '\\\\')", pattern.text)),
    };
    Words::infix(&arguments[0].words, op, &pattern, Binding::Compare)
}

fn round(x: &Argument, digits: i8, ty: &Type) -> Option<Words> {
    Some(match x.ty.base {
        Base::Integer if digits >= 0 => x.words.clone(),
        Base::Integer => {
            cast(&Words::atom(format!("ROUND(CAST({} AS {WIDE}), {digits})", x.words.text)), Base::Integer)?
        }
        Base::Double => round_double(&x.words, digits),
        _ => cast(&Words::atom(format!("ROUND({}, {digits})", x.words.text)), ty.base)?,
    })
}

/// `SIGN` is called otherwise here.
fn round_double(x: &Words, digits: i8) -> Words {
    let rounded = common::round_double(x, digits);
    Words::new(rounded.text.replacen("SIGN(", "SIGNUM(", 1), rounded.binding)
}

/// A cast cuts decimals to integers, and rounds to even what is binary.
fn convert(x: &Argument, to: Base) -> Option<Words> {
    let text = &x.words.text;
    let tried = |text: &str, ty: &str| Words::atom(format!("ARROW_TRY_CAST({text}, '{ty}')"));
    Some(match (x.ty.base, to) {
        (Base::Text, Base::Text) => x.words.clone(),
        (Base::Text, base) => {
            let value = match base {
                Base::Integer => cast(
                    &Words::atom(format!("ROUND({}, 0)", tried(&spread_out(text, 18), "Decimal128(38, 18)").text)),
                    base,
                )?,
                Base::Decimal { scale, .. } => tried(&spread_out(text, scale + 1), &arrow_type(base)?),
                _ => tried(&unspaced(text), &arrow_type(base)?),
            };
            common::shaped(&format!("{} ~ '{}'", x.words.at(Binding::Add), common::shape(base)?), &value)
        }
        (Base::Double, Base::Integer) => cast(&round_double(&x.words, 0), to)?,
        (Base::Decimal { .. }, Base::Integer) => cast(&Words::atom(format!("ROUND({text}, 0)")), to)?,
        (Base::Double, Base::Decimal { scale, .. }) => cast(&round_double(&x.words, scale as i8), to)?,
        (Base::Boolean, Base::Text) => common::boolean_text(&x.words),
        _ => cast(&x.words, to)?,
    })
}

/// Without blanks of any kind around it.
fn unspaced(text: &str) -> String {
    format!("REGEXP_REPLACE({text}, '^[[:space:]]+|[[:space:]]+$', '', 'g')")
}

/// The text of a number as decimals are read from: without an exponent, the point moved within 80 zeros at either end instead, and
/// cut behind the digit that decides how it is rounded, which happens once.
fn spread_out(text: &str, places: u8) -> String {
    let number = format!("LOWER({})", unspaced(text));
    let mantissa = format!("SPLIT_PART({number}, 'e', 1)");
    let exponent = format!("COALESCE(ARROW_TRY_CAST(SPLIT_PART({number}, 'e', 2), 'Int64'), 0)");
    let digits = format!("LTRIM({mantissa}, '+-')");
    let all = format!("REPEAT('0', 80) || REPLACE({digits}, '.', '') || REPEAT('0', 80)");
    let point = format!("80 + LENGTH(SPLIT_PART({digits}, '.', 1)) + GREATEST(LEAST({exponent}, 80), -80)");
    let sign = format!("CASE WHEN {mantissa} LIKE '-%' THEN '-' ELSE '' END");
    format!("{sign} || LEFT({all}, {point}) || '.' || SUBSTRING({all}, {point} + 1, {places})")
}

/// A date stays a date, a moment a moment.
fn shift(x: &Argument, count: i64, unit: Grain) -> Words {
    let (count, unit) = common::shift_parts(count, unit);
    let (op, size) = if count < 0 { ("-", count.unsigned_abs()) } else { ("+", count.unsigned_abs()) };
    let interval = Words::atom(format!("INTERVAL '{size} {}'", unit.name()));
    Words::infix(&x.words, op, &interval, Binding::Add)
}

/// A date is made a moment of six digits first: as it stands it would become one of nine.
fn truncate(x: &Argument, grain: Grain) -> Option<Words> {
    let moment = if x.ty.base == Base::Date { cast(&x.words, Base::Timestamp)? } else { x.words.clone() };
    let cut = Words::atom(format!("DATE_TRUNC('{}', {})", grain.name(), moment.text));
    match grain {
        Grain::Day => cast(&x.words, Base::Date),
        grain if grain > Grain::Day => cast(&cut, Base::Date),
        _ => Some(cut),
    }
}

fn difference(arguments: &[Argument], grain: Grain) -> Option<Words> {
    let [from, to] = arguments else { return None };
    let ordinal = |x: &Argument| -> Option<String> {
        let part = |word: &str| Some(extract(word, &x.words)?.text);
        Some(match grain {
            Grain::Year => part("YEAR")?,
            Grain::Quarter => format!("({} * 4 + {})", part("YEAR")?, part("QUARTER")?),
            Grain::Month => format!("({} * 12 + {})", part("YEAR")?, part("MONTH")?),
            Grain::Day | Grain::Week => truncate(x, grain)?.text,
            _ => micros(&truncate(x, grain)?)?,
        })
    };
    let difference = format!("{} - {}", ordinal(to)?, ordinal(from)?);
    let units = match grain {
        Grain::Week => 7,
        Grain::Hour => 3_600_000_000_i64,
        Grain::Minute => 60_000_000,
        Grain::Second => 1_000_000,
        _ => return Some(Words::new(difference, Binding::Add)),
    };
    Some(Words::new(format!("({difference}) / {units}"), Binding::Multiply))
}

fn extract(word: &str, x: &Words) -> Option<Words> {
    cast(&Words::atom(format!("EXTRACT({word} FROM {})", x.text)), Base::Integer)
}

fn part_word(part: Part) -> &'static str {
    match part {
        Part::Second => "SECOND",
        Part::Minute => "MINUTE",
        Part::Hour => "HOUR",
        Part::DayOfWeek => "ISODOW",
        Part::DayOfMonth => "DAY",
        Part::DayOfYear => "DOY",
        Part::Month => "MONTH",
        Part::Quarter => "QUARTER",
        Part::Year => "YEAR",
    }
}

fn aggregate(asked: &AggregateCall) -> Option<Words> {
    let x = asked.argument.as_ref();
    let text = x.map_or("*", |x| x.words.text.as_str());
    let double = || match x.map(|x| x.ty.base) {
        Some(Base::Double) => text.to_owned(),
        _ => format!("CAST({text} AS DOUBLE)"),
    };
    let words = match asked.aggregate {
        Aggregate::Count | Aggregate::CountValues => format!("COUNT({text})"),
        Aggregate::CountDistinct => format!("COUNT(DISTINCT {text})"),
        Aggregate::Sum if asked.ty.base == Base::Integer => {
            return Some(common::cast(
                &common::filtered(format!("SUM(CAST({text} AS {WIDE}))"), asked.filter),
                "BIGINT",
            ));
        }
        // A sum is ten digits longer than what it sums, and wraps beyond 38.
        Aggregate::Sum => match x.map(|x| x.ty.base) {
            Some(Base::Decimal { precision, scale }) if precision > 28 => {
                let sum = common::filtered(format!("SUM(CAST({text} AS DECIMAL(76, {scale})))"), asked.filter);
                return Some(common::cast(&sum, &type_name(asked.ty.base)?));
            }
            _ => format!("SUM({text})"),
        },
        Aggregate::Avg => format!("AVG({})", double()),
        Aggregate::Min => format!("MIN({text})"),
        Aggregate::Max => format!("MAX({text})"),
        // Built in, it interpolates by millionths; rows are ranked instead.
        Aggregate::PercentileCont { .. } | Aggregate::PercentileDisc { .. } => return None,
        Aggregate::Stddev { population: false } => format!("STDDEV_SAMP({})", double()),
        Aggregate::Stddev { population: true } => format!("STDDEV_POP({})", double()),
        Aggregate::Variance { population: false } => format!("VAR_SAMP({})", double()),
        Aggregate::Variance { population: true } => format!("VAR_POP({})", double()),
        Aggregate::First | Aggregate::Last => return None,
        Aggregate::ApproxCountDistinct => {
            return Some(common::cast(&common::filtered(format!("APPROX_DISTINCT({text})"), asked.filter), "BIGINT"));
        }
    };
    Some(common::filtered(words, asked.filter))
}

/// A list, a row each: of days where that will do, since moments are counted in nanoseconds in it.
/// <https://datafusion.apache.org/user-guide/sql/scalar_functions.html#generate-series>
fn periods(asked: &PeriodsCall) -> Option<String> {
    let PeriodsCall { column, from, first, last, .. } = asked;
    let (count, unit) = common::shift_parts(1, asked.grain);
    let step = format!("INTERVAL '{count} {}'", unit.name());
    let end = |x: &Words| if asked.grain >= Grain::Day { common::cast(x, "DATE").text } else { x.text.clone() };
    let list = format!("UNNEST(GENERATE_SERIES({}, {}, {step}))", end(first), end(last));
    Some(format!("SELECT CAST({list} AS TIMESTAMP(6)) AS {column}\nFROM {from}"))
}
