//! DuckDB. <https://duckdb.org/docs/stable/sql/functions/overview>

use super::common::said_everywhere;
use super::common::{self, call, cast, infix};
use super::{AggregateCall, Argument, Binding, Call, Dialect, Limit, PeriodsCall, Proof, Supports, Words};
use crate::model::{Aggregate, Base, Function, Grain, Literal, Part, Type};

pub static DIALECT: Dialect = Dialect {
    name: "duckdb",
    title: "DuckDB",
    version: "1.5",
    grammar: || Box::new(sqlparser::dialect::DuckDbDialect {}),
    grammar_name: "DuckDB",
    proof: Proof::Engine("DuckDB 1.5"),
    supports: Supports {
        filter_clause: true,
        percentile_aggregate: true,
        nulls_last: true,
        greatest_of_null_is_null: false,
        exact_literals: true,
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
    integer_sum: |x, over| common::integer_sum(x, over, type_name),
    read: |words, _| words,
    well_formed: |_, _| None,
    show: |words, _| words,
    byte_order: |words| words,
    exact_text: |words| words,
    same: |left, right| Words::infix(left, "IS NOT DISTINCT FROM", right, Binding::Compare),
    now: |zone| Some(Words::atom(format!("TIMEZONE({}, NOW())", common::quoted_text(zone)?.text))),
    stored: common::replaced,
    periods,
};

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
        Base::Timestamp => "TIMESTAMP".into(),
        Base::Instant => "TIMESTAMPTZ".into(),
        Base::Broken | Base::Null => return None,
    })
}

fn literal(literal: &Literal, _: &Type) -> Option<Words> {
    common::standard_literal(literal, common::quoted_text, "TIMESTAMPTZ")
}

fn function(asked: &Call) -> Option<Words> {
    let arguments = asked.arguments;
    let first = &arguments[0];
    Some(match asked.function {
        Function::Like => infix("LIKE", arguments, Binding::Compare),
        Function::NotLike => infix("NOT LIKE", arguments, Binding::Compare),
        Function::Add => infix("+", arguments, Binding::Add),
        Function::Subtract => infix("-", arguments, Binding::Add),
        Function::Multiply => infix("*", arguments, Binding::Multiply),
        Function::Mod => infix("%", arguments, Binding::Multiply),
        Function::Negate => common::negate(first),
        Function::Concat => infix("||", arguments, Binding::Add),
        Function::Abs => call("ABS", arguments),
        Function::Round(digits) => round(first, digits, asked.ty)?,
        Function::Floor | Function::Ceil if first.ty.base == Base::Integer => first.words.clone(),
        Function::Floor => call("FLOOR", arguments),
        Function::Ceil => call("CEIL", arguments),
        Function::Power => call("POWER", arguments),
        Function::Sqrt => call("SQRT", arguments),
        Function::Ln => call("LN", arguments),
        Function::Exp => call("EXP", arguments),
        Function::Least => call("LEAST", arguments),
        Function::Greatest => call("GREATEST", arguments),
        Function::Lower => call("LOWER", arguments),
        Function::Upper => call("UPPER", arguments),
        Function::Trim => Words::atom(format!("TRIM({}, ' ')", first.words.text)),
        Function::Length => call("LENGTH", arguments),
        Function::Substring => call("SUBSTRING", arguments),
        Function::Replace => call("REPLACE", arguments),
        Function::StartsWith => call("STARTS_WITH", arguments),
        Function::EndsWith => call("SUFFIX", arguments),
        Function::Contains => call("CONTAINS", arguments),
        Function::Cast(base) => convert(first, base)?,
        Function::Widen(Base::Double) => cast(&first.words, "DOUBLE"),
        Function::Widen(_) => first.words.clone(),
        Function::Shift { count, unit } => shift(first, count, unit),
        Function::Truncate(grain) => truncate(first, grain),
        Function::Difference(grain) => difference(arguments, grain),
        Function::Part(part) => Words::atom(format!("EXTRACT({} FROM {})", part_word(part), first.words.text)),
        Function::SecondsLater => {
            let seconds = Words::atom(format!("TO_SECONDS({})", arguments[1].words.text));
            Words::infix(&first.words, "+", &seconds, Binding::Add)
        }
        // Between the two kinds of timestamp, either way.
        Function::ToUtc | Function::FromUtc => Words::atom(format!("TIMEZONE('UTC', {})", first.words.text)),
        Function::ToLocal => {
            Words::atom(format!("TIMEZONE({}, {})", common::quoted_text(asked.zone)?.text, first.words.text))
        }
        said_everywhere!() => return None,
    })
}

fn round(x: &Argument, digits: i8, ty: &Type) -> Option<Words> {
    Some(match x.ty.base {
        Base::Integer if digits >= 0 => x.words.clone(),
        Base::Integer => {
            cast(&Words::atom(format!("ROUND(CAST({} AS DECIMAL(19, 0)), {digits})", x.words.text)), "BIGINT")
        }
        Base::Double => common::round_double(&x.words, digits),
        _ => cast(&Words::atom(format!("ROUND({}, {digits})", x.words.text)), &type_name(ty.base)?),
    })
}

/// `CAST` rounds decimals half away from zero, but doubles to even.
fn convert(x: &Argument, to: Base) -> Option<Words> {
    let name = type_name(to)?;
    let tried = |ty: &str| Words::atom(format!("TRY_CAST({} AS {ty})", x.words.text));
    Some(match (x.ty.base, to) {
        (Base::Text, Base::Text) => x.words.clone(),
        (Base::Text, base) => {
            let value = match base {
                Base::Integer => cast(&Words::atom(format!("ROUND({}, 0)", tried("DECIMAL(38, 18)").text)), &name),
                _ => tried(&name),
            };
            common::shaped(&format!("REGEXP_MATCHES({}, '{}')", x.words.text, common::shape(base)?), &value)
        }
        (Base::Double, Base::Integer) => cast(&common::round_double(&x.words, 0), &name),
        (Base::Decimal { .. }, Base::Integer) => cast(&Words::atom(format!("ROUND({}, 0)", x.words.text)), &name),
        (Base::Double, Base::Decimal { scale, .. }) => cast(&common::round_double(&x.words, scale as i8), &name),
        (Base::Boolean, Base::Text) => common::boolean_text(&x.words),
        _ => cast(&x.words, &name),
    })
}

/// A date and an interval make a timestamp, so a date is made one again; a date and an integer are that many days later.
fn shift(x: &Argument, count: i64, unit: Grain) -> Words {
    let (count, unit) = common::shift_parts(count, unit);
    if x.ty.base == Base::Date && unit == Grain::Day {
        let sign = if count < 0 { "-" } else { "+" };
        return Words::infix(&x.words, sign, &Words::atom(count.unsigned_abs().to_string()), Binding::Add);
    }
    let interval = Words::atom(format!("INTERVAL '{count} {}'", unit.name()));
    let moved = Words::infix(&x.words, "+", &interval, Binding::Add);
    if x.ty.base == Base::Date { cast(&moved, "DATE") } else { moved }
}

fn truncate(x: &Argument, grain: Grain) -> Words {
    let cut = || Words::atom(format!("DATE_TRUNC('{}', {})", grain.name(), x.words.text));
    match grain {
        Grain::Day => cast(&x.words, "DATE"),
        grain if grain > Grain::Day => cast(&cut(), "DATE"),
        _ => cut(),
    }
}

/// `DATE_DIFF` counts boundaries; of weeks, those of ISO weeks between the Mondays.
fn difference(arguments: &[Argument], grain: Grain) -> Words {
    let [from, to] = arguments else { return Words::atom("NULL") };
    if grain == Grain::Week {
        let monday = |x: &Argument| format!("DATE_TRUNC('week', {})", x.words.text);
        return Words::new(format!("DATE_DIFF('day', {}, {}) // 7", monday(from), monday(to)), Binding::Multiply);
    }
    Words::atom(format!("DATE_DIFF('{}', {}, {})", grain.name(), from.words.text, to.words.text))
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
        // The sum of integers has 128 bits; one that does not fit 64 fails in the cast.
        Aggregate::Sum if asked.ty.base == Base::Integer => {
            return Some(cast(&common::filtered(format!("SUM({text})"), asked.filter), "BIGINT"));
        }
        Aggregate::Sum => format!("SUM({text})"),
        Aggregate::Avg => format!("AVG({})", double()),
        Aggregate::Min => format!("MIN({text})"),
        Aggregate::Max => format!("MAX({text})"),
        Aggregate::PercentileCont { digits, scale } => {
            format!("QUANTILE_CONT({}, {})", double(), common::fraction(digits, scale))
        }
        // Built in, it multiplies in binary and may pick the next row.
        Aggregate::PercentileDisc { .. } => return None,
        Aggregate::Stddev { population: false } => format!("STDDEV_SAMP({})", double()),
        Aggregate::Stddev { population: true } => format!("STDDEV_POP({})", double()),
        Aggregate::Variance { population: false } => format!("VAR_SAMP({})", double()),
        Aggregate::Variance { population: true } => format!("VAR_POP({})", double()),
        Aggregate::First | Aggregate::Last => return None,
        Aggregate::ApproxCountDistinct => format!("APPROX_COUNT_DISTINCT({text})"),
    };
    Some(common::filtered(words, asked.filter))
}

/// A list of moments, a row each. <https://duckdb.org/docs/stable/sql/functions/list#range-functions>
fn periods(asked: &PeriodsCall) -> Option<String> {
    let PeriodsCall { column, from, first, last, .. } = asked;
    let (count, unit) = common::shift_parts(1, asked.grain);
    let step = format!("INTERVAL '{count} {}'", unit.name());
    Some(format!("SELECT UNNEST(GENERATE_SERIES({}, {}, {step})) AS {column}\nFROM {from}", first.text, last.text))
}
