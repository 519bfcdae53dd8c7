//! ClickHouse. <https://clickhouse.com/docs/sql-reference>
//!
//! Its defaults are others than the standard's: what a join misses is 0 and not null, an aggregate of nothing is 0, integers wrap,
//! bare numbers with a point are binary, functions of moments end in types that begin in 1970. So every statement says
//! `join_use_nulls` and what else a server may have set otherwise, aggregates are of nullable values, sums of integers are worked out in 128 bits and cast back with a check, and
//! moments are `Date32` and `DateTime64(6, 'UTC')`, cut by arithmetic. A `timestamp` is stored as a `DateTime` or
//! `DateTime64` of the zone UTC: ClickHouse has no wall times.

use super::common::said_everywhere;
use super::common::{self, call, infix};
use super::{AggregateCall, Argument, Binding, Call, Dialect, Limit, PeriodsCall, Proof, Stored, Supports, Words};
use crate::model::{Aggregate, Base, Function, Grain, Literal, Part, Type};

pub static DIALECT: Dialect = Dialect {
    name: "clickhouse",
    title: "ClickHouse",
    version: "26.9",
    grammar: || Box::new(sqlparser::dialect::ClickHouseDialect {}),
    grammar_name: "ClickHouse",
    proof: Proof::Engine("ClickHouse 26.9"),
    supports: Supports {
        filter_clause: false,
        percentile_aggregate: true,
        nulls_last: true,
        greatest_of_null_is_null: false,
        exact_literals: false,
        group_by_ordinal: false,
        joined_columns_keep_names: false,
        lead_of_nothing_is_null: false,
        row_numbers_are_signed: true,
        order_by_expressions: true,
        table_as: true,
        truth_values: true,
        with_recursive: false,
        limit: Limit::Limit,
    },
    closing: "SETTINGS join_use_nulls = 1, transform_null_in = 0, decimal_check_overflow = 1",
    longest_name: None,
    identifier,
    type_name,
    literal,
    function,
    aggregate,
    integer_sum: |x, over| checked(&format!("sum(toInt128({})) OVER ({over})", x.text)),
    read,
    well_formed: |_, _| None,
    show,
    byte_order: |words| words,
    exact_text: |words| words,
    same: |left, right| Words::infix(left, "IS NOT DISTINCT FROM", right, Binding::Compare),
    now: |zone| local(&Words::atom("now64(6, 'UTC')"), zone),
    stored,
    periods,
};

fn identifier(name: &str) -> String {
    if common::is_plain(name, common::RESERVED) {
        name.to_owned()
    } else {
        format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"))
    }
}

/// Without `Nullable`, which casts and tables put around it.
fn bare_type(base: Base) -> Option<String> {
    Some(match base {
        Base::Boolean => "Bool".into(),
        Base::Integer => "Int64".into(),
        Base::Decimal { precision, scale } => format!("Decimal({precision}, {scale})"),
        Base::Double => "Float64".into(),
        Base::Text => "String".into(),
        Base::Date => "Date32".into(),
        Base::Timestamp | Base::Instant => "DateTime64(6, 'UTC')".into(),
        Base::Broken | Base::Null => return None,
    })
}

fn type_name(base: Base) -> Option<String> {
    bare_type(base).map(|name| format!("Nullable({name})"))
}

fn cast(words: &Words, base: Base) -> Option<Words> {
    Some(common::cast(words, &type_name(base)?))
}

fn literal(literal: &Literal, ty: &Type) -> Option<Words> {
    Some(match literal {
        Literal::Decimal { digits, scale } => {
            let name = match ty.base {
                Base::Decimal { .. } => bare_type(ty.base)?,
                _ => format!("Decimal(38, {scale})"),
            };
            Words::atom(format!("CAST('{}' AS {name})", common::decimal(*digits, *scale)))
        }
        Literal::Date(date) => Words::atom(format!("toDate32('{date}')")),
        Literal::Timestamp(at) | Literal::Instant(at) => {
            Words::atom(format!("toDateTime64('{}', 6, 'UTC')", common::moment(at)))
        }
        _ => return common::standard_literal(literal, common::backslashed_text, ""),
    })
}

/// Dates before 1970 and moments of any precision are worked with as the widest types.
fn read(words: Words, ty: &Type) -> Words {
    match ty.base {
        Base::Date => Words::atom(format!("toDate32({})", words.text)),
        Base::Timestamp | Base::Instant => Words::atom(format!("toDateTime64({}, 6, 'UTC')", words.text)),
        _ => words,
    }
}

/// Comparisons are small numbers.
fn show(words: Words, ty: &Type) -> Words {
    match ty.base {
        Base::Boolean => common::cast(&words, "Nullable(Bool)"),
        _ => words,
    }
}

fn local(x: &Words, zone: &str) -> Option<Words> {
    if zone == "UTC" {
        return Some(x.clone());
    }
    let zone = common::backslashed_text(zone)?.text;
    Some(Words::atom(format!("addSeconds({0}, timezoneOffset(toTimeZone({0}, {zone})))", x.text)))
}

fn function(asked: &Call) -> Option<Words> {
    let arguments = asked.arguments;
    let first = &arguments[0];
    let text = first.words.text.as_str();
    let base = asked.ty.base;
    Some(match asked.function {
        Function::Like => common::backslashed_like("LIKE", arguments)?,
        Function::NotLike => common::backslashed_like("NOT LIKE", arguments)?,
        Function::Add => arithmetic("+", arguments, base, Binding::Add)?,
        Function::Subtract => arithmetic("-", arguments, base, Binding::Add)?,
        Function::Multiply => arithmetic("*", arguments, base, Binding::Multiply)?,
        Function::Mod => infix("%", arguments, Binding::Multiply),
        Function::Negate if base == Base::Integer && text.parse::<i64>().is_err() => {
            checked(&format!("-toInt128({text})"))
        }
        Function::Negate => common::negate(first),
        Function::Concat => infix("||", arguments, Binding::Add),
        Function::Abs if base == Base::Integer => checked(&format!("abs(toInt128({text}))")),
        Function::Abs => call("abs", arguments),
        Function::Round(digits) => round(first, digits, base)?,
        Function::Floor | Function::Ceil if first.ty.base == Base::Integer => first.words.clone(),
        Function::Floor => cast(&call("floor", arguments), base)?,
        Function::Ceil => cast(&call("ceil", arguments), base)?,
        Function::Power => call("power", arguments),
        Function::Sqrt => call("sqrt", arguments),
        Function::Ln => call("ln", arguments),
        Function::Exp => call("exp", arguments),
        Function::Least => call("least", arguments),
        Function::Greatest => call("greatest", arguments),
        Function::Lower => call("lowerUTF8", arguments),
        Function::Upper => call("upperUTF8", arguments),
        Function::Trim => call("trimBoth", arguments),
        Function::Length => cast(&call("lengthUTF8", arguments), Base::Integer)?,
        Function::Substring => call("substringUTF8", arguments),
        Function::Replace => call("replaceAll", arguments),
        Function::StartsWith => call("startsWith", arguments),
        Function::EndsWith => call("endsWith", arguments),
        Function::Contains => Words::infix(&call("position", arguments), ">", &Words::atom("0"), Binding::Compare),
        Function::Cast(to) => convert(first, to)?,
        Function::Widen(to) => cast(&first.words, to)?,
        Function::Shift { count, unit } => {
            let (count, unit) = common::shift_parts(count, unit);
            Words::atom(format!("{}({text}, {count})", adder(unit)))
        }
        Function::Truncate(grain) => truncate(first, grain),
        Function::Difference(grain) => Words::atom(difference(first, &arguments[1], grain)),
        Function::Part(part) => extract(part, text),
        Function::SecondsLater => Words::atom(format!("addSeconds({text}, {})", arguments[1].words.text)),
        // An instant is its time in UTC.
        Function::ToUtc | Function::FromUtc => first.words.clone(),
        Function::ToLocal => local(&first.words, asked.zone)?,
        said_everywhere!() => return None,
    })
}

/// Integers would wrap, and decimals of few digits have products of few digits: both are worked out in 128 bits, and what does not
/// fit its type fails.
fn arithmetic(op: &str, arguments: &[Argument], base: Base, binding: Binding) -> Option<Words> {
    let [left, right] = arguments else { return None };
    let wide = |x: &Argument| match base {
        Base::Integer => Some(Words::atom(format!("toInt128({})", x.words.text))),
        Base::Decimal { .. } => {
            let scale = x.ty.base.scale().unwrap_or(0);
            cast(&x.words, Base::Decimal { precision: 38, scale })
        }
        _ => Some(x.words.clone()),
    };
    let worked = Words::infix(&wide(left)?, op, &wide(right)?, binding);
    match base {
        Base::Integer => Some(checked(&worked.text)),
        Base::Decimal { .. } => cast(&worked, base),
        _ => Some(worked),
    }
}

/// An integer of 64 bits; one that does not fit fails.
fn checked(text: &str) -> Words {
    Words::atom(format!("accurateCast({text}, 'Nullable(Int64)')"))
}

/// `round` of a double goes to even.
fn round(x: &Argument, digits: i8, base: Base) -> Option<Words> {
    Some(match x.ty.base {
        Base::Integer if digits >= 0 => x.words.clone(),
        Base::Integer => checked(&format!("round(CAST({} AS Nullable(Decimal(38, 0))), {digits})", x.words.text)),
        Base::Double => common::round_double(&x.words, digits),
        _ => cast(&Words::atom(format!("round({}, {digits})", x.words.text)), base)?,
    })
}

fn convert(x: &Argument, to: Base) -> Option<Words> {
    let text = &x.words.text;
    Some(match (x.ty.base, to) {
        (Base::Text, Base::Text) => x.words.clone(),
        (Base::Text, base) => {
            let number = format!("trimBoth({text}, ' \\t\\n\\f\\r')");
            let value = match base {
                Base::Integer => format!("accurateCast(round(toDecimal256OrNull({number}, 18), 0), 'Nullable(Int64)')"),
                Base::Decimal { scale, .. } => {
                    cast(&Words::atom(format!("round(toDecimal256OrNull({number}, 18), {scale})")), base)?.text
                }
                Base::Double => format!("toFloat64OrNull({number})"),
                // What is no day of the calendar is written otherwise again.
                Base::Date => {
                    let read = format!("toDate32OrNull({text})");
                    format!("CASE WHEN toString({read}) = {text} THEN {read} END")
                }
                _ => {
                    let read = format!("toDateTime64OrNull({text}, 6, 'UTC')");
                    format!("CASE WHEN startsWith(toString({read}), substring({text}, 1, 19)) THEN {read} END")
                }
            };
            common::shaped(&format!("match({text}, '{}')", common::shape(base)?), &Words::atom(value))
        }
        (Base::Double, Base::Integer) => checked(&common::round_double(&x.words, 0).text),
        // A cast would cut 0.29 to 0.28; a whole number of cents is exact.
        (Base::Double, Base::Decimal { scale, .. }) => {
            let cents =
                format!("CAST(sign({text}) * floor(abs({text}) * 1e{scale} + 0.5) AS Nullable(Decimal(38, 0)))");
            let cent = format!("CAST('{}' AS Decimal(38, {scale}))", common::decimal(1, scale));
            cast(&Words::atom(format!("{cents} * {cent}")), to)?
        }
        (Base::Decimal { .. }, Base::Integer) => checked(&format!("round({text}, 0)")),
        (Base::Decimal { scale: from, .. }, Base::Decimal { scale, .. }) if scale < from => {
            cast(&Words::atom(format!("round({text}, {scale})")), to)?
        }
        (Base::Decimal { scale, .. }, Base::Text) => Words::atom(format!("toDecimalString({text}, {scale})")),
        (Base::Boolean, Base::Text) => common::boolean_text(&x.words),
        _ => cast(&x.words, to)?,
    })
}

fn adder(unit: Grain) -> &'static str {
    match unit {
        Grain::Second => "addSeconds",
        Grain::Minute => "addMinutes",
        Grain::Hour => "addHours",
        Grain::Day => "addDays",
        Grain::Week => "addWeeks",
        Grain::Month => "addMonths",
        Grain::Quarter => "addQuarters",
        Grain::Year => "addYears",
    }
}

fn day(x: &Argument) -> String {
    if x.ty.base == Base::Date { x.words.text.clone() } else { format!("toDate32({})", x.words.text) }
}

/// The length of a unit below the day.
fn micros(grain: Grain) -> i64 {
    match grain {
        Grain::Hour => 3_600_000_000,
        Grain::Minute => 60_000_000,
        _ => 1_000_000,
    }
}

fn truncate(x: &Argument, grain: Grain) -> Words {
    let day = day(x);
    Words::atom(match grain {
        Grain::Day => day,
        Grain::Week => format!("addDays({day}, 1 - toDayOfWeek({day}))"),
        Grain::Month => format!("addDays({day}, 1 - toDayOfMonth({day}))"),
        Grain::Quarter => format!("makeDate32(toYear({day}), toQuarter({day}) * 3 - 2, 1)"),
        Grain::Year => format!("makeDate32(toYear({day}), 1, 1)"),
        below => {
            let ticks = format!("toUnixTimestamp64Micro({})", x.words.text);
            format!("fromUnixTimestamp64Micro({ticks} - positiveModulo({ticks}, {}), 'UTC')", micros(below))
        }
    })
}

fn difference(from: &Argument, to: &Argument, grain: Grain) -> String {
    let between =
        |ordinal: &dyn Fn(&Argument) -> String| format!("toInt64({}) - toInt64({})", ordinal(to), ordinal(from));
    match grain {
        Grain::Day => format!("({})", between(&|x| format!("toInt32({})", day(x)))),
        Grain::Week => format!("intDiv({}, 7)", between(&|x| format!("toInt32({})", truncate(x, Grain::Week).text))),
        Grain::Month => format!("({})", between(&|x| format!("toYear({0}) * 12 + toMonth({0})", day(x)))),
        Grain::Quarter => format!("({})", between(&|x| format!("toYear({0}) * 4 + toQuarter({0})", day(x)))),
        Grain::Year => format!("({})", between(&|x| format!("toYear({})", day(x)))),
        below => {
            let ticks = |x: &Argument| format!("toUnixTimestamp64Micro({})", truncate(x, below).text);
            format!("intDiv({}, {})", between(&ticks), micros(below))
        }
    }
}

fn extract(part: Part, x: &str) -> Words {
    let name = match part {
        Part::Second => "toSecond",
        Part::Minute => "toMinute",
        Part::Hour => "toHour",
        // 1 is Monday.
        Part::DayOfWeek => "toDayOfWeek",
        Part::DayOfMonth => "toDayOfMonth",
        Part::DayOfYear => "toDayOfYear",
        Part::Month => "toMonth",
        Part::Quarter => "toQuarter",
        Part::Year => "toYear",
    };
    Words::atom(format!("toInt64({name}({x}))"))
}

/// Of values that cannot be null the aggregate of nothing would be 0; a variance of one value would be no number.
fn aggregate(asked: &AggregateCall) -> Option<Words> {
    let x = asked.argument.as_ref();
    let text = x.map_or(String::new(), |x| format!("toNullable({})", x.words.text));
    let double = || match x.map(|x| x.ty.base) {
        Some(Base::Double) => text.clone(),
        _ => format!("toFloat64({text})"),
    };
    Some(match asked.aggregate {
        Aggregate::Count | Aggregate::CountValues => Words::atom(format!("toInt64(count({text}))")),
        Aggregate::CountDistinct => Words::atom(format!("toInt64(uniqExact({text}))")),
        Aggregate::Sum if asked.ty.base == Base::Integer => checked(&format!("sum(toInt128({text}))")),
        // A sum has 38 digits, and wraps beyond.
        Aggregate::Sum => match x.map(|x| x.ty.base) {
            Some(Base::Decimal { precision, scale }) if precision > 28 => {
                cast(&Words::atom(format!("sum(CAST({text} AS Nullable(Decimal(76, {scale}))))")), asked.ty.base)?
            }
            _ => cast(&Words::atom(format!("sum({text})")), asked.ty.base)?,
        },
        Aggregate::Avg => Words::atom(format!("avg({})", double())),
        Aggregate::Min => Words::atom(format!("min({text})")),
        Aggregate::Max => Words::atom(format!("max({text})")),
        Aggregate::PercentileCont { digits, scale } => {
            Words::atom(format!("quantileExactInclusive({})({})", common::fraction(digits, scale), double()))
        }
        Aggregate::PercentileDisc { .. }
        | Aggregate::Stddev { .. }
        | Aggregate::Variance { .. }
        | Aggregate::First
        | Aggregate::Last => return None,
        Aggregate::ApproxCountDistinct => Words::atom(format!("toInt64(uniq({text}))")),
    })
}

fn stored(kind: Stored, name: &str, query: &str) -> Option<String> {
    match kind {
        Stored::View => common::replaced(kind, name, query),
        Stored::Table => {
            Some(format!("CREATE OR REPLACE TABLE {name} ENGINE = MergeTree ORDER BY tuple() AS\n{query}"))
        }
    }
}

/// <https://clickhouse.com/docs/sql-reference/functions/array-join>
fn periods(asked: &PeriodsCall) -> Option<String> {
    let PeriodsCall { column, from, first, last, grain, .. } = asked;
    // Whole steps, wherever the project's weeks and years begin.
    let steps = format!("age('{}', {}, {})", grain.name(), first.text, last.text);
    let count = format!("arrayJoin(range(toUInt64(assumeNotNull({steps} + 1))))");
    Some(format!("SELECT {}({}, {count}) AS {column}\nFROM {from}", adder(*grain), first.text))
}
