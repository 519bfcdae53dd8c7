//! PostgreSQL. <https://www.postgresql.org/docs/current/functions.html>

use super::common::said_everywhere;
use super::common::{self, call, cast, infix};
use super::{AggregateCall, Argument, Binding, Call, Dialect, Limit, Longest, PeriodsCall, Proof, Supports, Words};
use crate::model::{Aggregate, Base, Function, Grain, Literal, Part, Type};

pub static DIALECT: Dialect = SHARED;

/// What those that speak its language begin with.
pub(super) const SHARED: Dialect = Dialect {
    name: "postgres",
    title: "PostgreSQL",
    version: "15",
    grammar: || Box::new(sqlparser::dialect::PostgreSqlDialect {}),
    grammar_name: "PostgreSQL",
    proof: Proof::Engine("PostgreSQL 15"),
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
    longest_name: Some(Longest::Bytes(63)),
    identifier,
    type_name,
    literal,
    function,
    aggregate,
    integer_sum: |x, over| common::integer_sum(x, over, type_name),
    read: |words, _| words,
    well_formed: |_, _| None,
    show: |words, _| words,
    byte_order: |words| Words::new(format!("{} COLLATE \"C\"", words.at(Binding::Unary)), Binding::Unary),
    exact_text: |words| words,
    same: |left, right| Words::infix(left, "IS NOT DISTINCT FROM", right, Binding::Compare),
    now: |zone| Some(Words::atom(format!("(NOW() AT TIME ZONE {})", common::quoted_text(zone)?.text))),
    stored: common::replaced_view,
    periods,
};

fn identifier(name: &str) -> String {
    if common::is_plain(name, common::RESERVED) { name.to_owned() } else { common::double_quoted(name) }
}

fn type_name(base: Base) -> Option<String> {
    Some(match base {
        Base::Boolean => "BOOLEAN".into(),
        Base::Integer => "BIGINT".into(),
        Base::Decimal { precision, scale } => format!("NUMERIC({precision}, {scale})"),
        Base::Double => "DOUBLE PRECISION".into(),
        Base::Text => "TEXT".into(),
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
        Function::Like => like("LIKE", arguments),
        Function::NotLike => like("NOT LIKE", arguments),
        Function::Add => infix("+", arguments, Binding::Add),
        Function::Subtract => infix("-", arguments, Binding::Add),
        Function::Multiply => infix("*", arguments, Binding::Multiply),
        Function::Mod if first.ty.base == Base::Double => {
            let (x, y) = (first.words.at(Binding::Unary), arguments[1].words.at(Binding::Unary));
            Words::new(format!("{x} - {y} * TRUNC({x} / {y})"), Binding::Add)
        }
        Function::Mod => infix("%", arguments, Binding::Multiply),
        Function::Negate => common::negate(first),
        Function::Concat => infix("||", arguments, Binding::Add),
        Function::Abs => call("ABS", arguments),
        Function::Round(digits) => round(first, digits)?,
        Function::Floor | Function::Ceil if first.ty.base == Base::Integer => first.words.clone(),
        Function::Floor => call("FLOOR", arguments),
        Function::Ceil => call("CEIL", arguments),
        Function::Power => call("POWER", arguments),
        Function::Sqrt => call("SQRT", arguments),
        Function::Ln => call("LN", arguments),
        Function::Exp => call("EXP", arguments),
        Function::Least => chosen("LEAST", arguments),
        Function::Greatest => chosen("GREATEST", arguments),
        Function::Lower => call("LOWER", arguments),
        Function::Upper => call("UPPER", arguments),
        Function::Trim => Words::atom(format!("TRIM(BOTH ' ' FROM {})", first.words.text)),
        Function::Length => cast(&call("LENGTH", arguments), "BIGINT"),
        Function::Substring => substring(arguments),
        Function::Replace => call("REPLACE", arguments),
        Function::StartsWith => call("STARTS_WITH", arguments),
        Function::EndsWith => {
            let part = &arguments[1].words;
            let end = Words::atom(format!("RIGHT({}, LENGTH({}))", first.words.text, part.text));
            Words::infix(&end, "=", part, Binding::Compare)
        }
        Function::Contains => {
            let part = arguments[1].words.at(Binding::Unary);
            Words::new(format!("POSITION({part} IN {}) > 0", first.words.at(Binding::Unary)), Binding::Compare)
        }
        Function::Cast(base) => convert(first, base)?,
        Function::Widen(Base::Double) => cast(&first.words, "DOUBLE PRECISION"),
        Function::Widen(_) => first.words.clone(),
        Function::Shift { count, unit } => shift(first, count, unit),
        Function::Truncate(grain) => truncate(first, grain),
        Function::Difference(grain) => difference(arguments, grain),
        Function::Part(part) => extract(part_word(part), &first.words),
        Function::SecondsLater => {
            let seconds = arguments[1].words.at(Binding::Multiply);
            let interval = Words::new(format!("{seconds} * INTERVAL '1 second'"), Binding::Multiply);
            Words::infix(&first.words, "+", &interval, Binding::Add)
        }
        // Between the two kinds of timestamp, either way.
        Function::ToUtc | Function::FromUtc => {
            Words::atom(format!("({} AT TIME ZONE 'UTC')", first.words.at(Binding::Unary)))
        }
        Function::ToLocal => Words::atom(format!(
            "({} AT TIME ZONE {})",
            first.words.at(Binding::Unary),
            common::quoted_text(asked.zone)?.text
        )),
        said_everywhere!() => return None,
    })
}

/// Without an escape character: the default one is the backslash.
fn like(op: &str, arguments: &[Argument]) -> Words {
    let test = infix(op, arguments, Binding::Compare);
    Words::new(format!("{} ESCAPE ''", test.text), Binding::Compare)
}

/// Texts are compared by their bytes.
fn chosen(name: &str, arguments: &[Argument]) -> Words {
    let each: Vec<Words> = arguments
        .iter()
        .map(|argument| match argument.ty.base {
            Base::Text => (SHARED.byte_order)(argument.words.clone()),
            _ => argument.words.clone(),
        })
        .collect();
    Words::call(name, &each)
}

/// Positions are integers of 32 bits here.
fn substring(arguments: &[Argument]) -> Words {
    let position = |argument: &Argument| match argument.words.text.parse::<i32>() {
        Ok(_) => argument.words.clone(),
        Err(_) => cast(&argument.words, "INTEGER"),
    };
    let mut each = vec![arguments[0].words.clone()];
    each.extend(arguments[1..].iter().map(position));
    Words::call("SUBSTRING", &each)
}

fn round(x: &Argument, digits: i8) -> Option<Words> {
    Some(match x.ty.base {
        Base::Integer if digits >= 0 => x.words.clone(),
        Base::Integer => cast(&Words::atom(format!("ROUND(CAST({} AS NUMERIC), {digits})", x.words.text)), "BIGINT"),
        Base::Double => common::round_double(&x.words, digits),
        _ => Words::atom(format!("ROUND({}, {digits})", x.words.text)),
    })
}

/// Text that is no number becomes null; doubles round half away from zero, where a cast would round to even.
fn convert(x: &Argument, to: Base) -> Option<Words> {
    let name = type_name(to)?;
    let text = &x.words.text;
    Some(match (x.ty.base, to) {
        (Base::Text, Base::Text) => x.words.clone(),
        (Base::Text, base) => {
            let shape = common::shape(base)?;
            let value = match base {
                Base::Integer => format!("CAST(ROUND(CAST({text} AS NUMERIC), 0) AS BIGINT)"),
                Base::Decimal { .. } => format!("CAST(CAST({text} AS NUMERIC) AS {name})"),
                Base::Double => format!("CAST({text} AS DOUBLE PRECISION)"),
                _ => {
                    // Of the days that have the shape, only those that the calendar has.
                    let first = format!("CAST(SUBSTRING({text}, 1, 7) || '-01' AS DATE)");
                    let days = format!("EXTRACT(DAY FROM {first} + INTERVAL '1 month' - INTERVAL '1 day')");
                    let day = format!("CAST(SUBSTRING({text}, 9, 2) AS INTEGER)");
                    format!("CASE WHEN {day} <= {days} THEN CAST({text} AS {name}) END")
                }
            };
            common::shaped(&format!("{} ~ '{shape}'", x.words.at(Binding::Add)), &Words::atom(value))
        }
        (Base::Double, Base::Integer) => cast(&common::round_double(&x.words, 0), &name),
        (Base::Double, Base::Decimal { scale, .. }) => cast(&common::round_double(&x.words, scale as i8), &name),
        (Base::Boolean, Base::Text) => common::boolean_text(&x.words),
        // A cast would follow the session's DateStyle.
        (Base::Date, Base::Text) => Words::atom(format!("TO_CHAR({text}, 'YYYY-MM-DD')")),
        _ => cast(&x.words, &name),
    })
}

/// A date and months make a timestamp, so a date is made one again; a date and days is a date.
fn shift(x: &Argument, count: i64, unit: Grain) -> Words {
    let (count, unit) = common::shift_parts(count, unit);
    let (op, size) = if count < 0 { ("-", count.unsigned_abs()) } else { ("+", count.unsigned_abs()) };
    let is_date = x.ty.base == Base::Date;
    if is_date && unit == Grain::Day {
        return Words::infix(&x.words, op, &Words::atom(size.to_string()), Binding::Add);
    }
    let interval = Words::atom(format!("INTERVAL '{size} {}'", unit.name()));
    let moved = Words::infix(&x.words, op, &interval, Binding::Add);
    if is_date { cast(&moved, "DATE") } else { moved }
}

/// A date is made a timestamp first: as it stands it would become a moment in the session's zone.
fn truncate(x: &Argument, grain: Grain) -> Words {
    let moment = if x.ty.base == Base::Date { cast(&x.words, "TIMESTAMP") } else { x.words.clone() };
    let cut = Words::atom(format!("DATE_TRUNC('{}', {})", grain.name(), moment.text));
    match grain {
        Grain::Day => cast(&x.words, "DATE"),
        grain if grain > Grain::Day => cast(&cut, "DATE"),
        _ => cut,
    }
}

fn difference(arguments: &[Argument], grain: Grain) -> Words {
    let [from, to] = arguments else { return Words::atom("NULL") };
    let ordinal = |x: &Argument| -> String {
        let part = |word: &str| extract(word, &x.words).text;
        match grain {
            Grain::Year => part("YEAR"),
            Grain::Quarter => format!("({} * 4 + {})", part("YEAR"), part("QUARTER")),
            Grain::Month => format!("({} * 12 + {})", part("YEAR"), part("MONTH")),
            Grain::Day => cast(&x.words, "DATE").text,
            Grain::Week => truncate(x, Grain::Week).text,
            _ => format!("EXTRACT(EPOCH FROM {})", truncate(x, grain).text),
        }
    };
    let difference = format!("{} - {}", ordinal(to), ordinal(from));
    match grain {
        Grain::Week => Words::new(format!("({difference}) / 7"), Binding::Multiply),
        Grain::Hour => Words::atom(format!("CAST(({difference}) / 3600 AS BIGINT)")),
        Grain::Minute => Words::atom(format!("CAST(({difference}) / 60 AS BIGINT)")),
        Grain::Second => Words::atom(format!("CAST({difference} AS BIGINT)")),
        _ => Words::new(difference, Binding::Add),
    }
}

fn extract(word: &str, x: &Words) -> Words {
    match word {
        // Seconds come with their fraction.
        "SECOND" => Words::atom(format!("CAST(FLOOR(EXTRACT(SECOND FROM {})) AS BIGINT)", x.text)),
        _ => Words::atom(format!("CAST(EXTRACT({word} FROM {}) AS BIGINT)", x.text)),
    }
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
        _ => format!("CAST({text} AS DOUBLE PRECISION)"),
    };
    let words = match asked.aggregate {
        Aggregate::Count | Aggregate::CountValues => format!("COUNT({text})"),
        Aggregate::CountDistinct => format!("COUNT(DISTINCT {text})"),
        // The sum of integers is numeric; one that does not fit 64 bits fails in the cast.
        Aggregate::Sum if asked.ty.base == Base::Integer => {
            return Some(cast(&common::filtered(format!("SUM({text})"), asked.filter), "BIGINT"));
        }
        Aggregate::Sum => format!("SUM({text})"),
        Aggregate::Avg => format!("AVG({})", double()),
        Aggregate::Min => format!("MIN({text})"),
        Aggregate::Max => format!("MAX({text})"),
        Aggregate::PercentileCont { digits, scale } => {
            format!("PERCENTILE_CONT({}) WITHIN GROUP (ORDER BY {})", common::fraction(digits, scale), double())
        }
        // Built in, it multiplies in binary and may pick the next row.
        Aggregate::PercentileDisc { .. } => return None,
        Aggregate::Stddev { population: false } => format!("STDDEV_SAMP({})", double()),
        Aggregate::Stddev { population: true } => format!("STDDEV_POP({})", double()),
        Aggregate::Variance { population: false } => format!("VAR_SAMP({})", double()),
        Aggregate::Variance { population: true } => format!("VAR_POP({})", double()),
        Aggregate::First | Aggregate::Last => return None,
        // There is none built in; the exact count is also an approximate one.
        Aggregate::ApproxCountDistinct => format!("COUNT(DISTINCT {text})"),
    };
    Some(common::filtered(words, asked.filter))
}

/// <https://www.postgresql.org/docs/current/functions-srf.html>
fn periods(asked: &PeriodsCall) -> Option<String> {
    let PeriodsCall { column, from, first, last, .. } = asked;
    let (count, unit) = common::shift_parts(1, asked.grain);
    let step = format!("INTERVAL '{count} {}'", unit.name());
    Some(format!("SELECT GENERATE_SERIES({}, {}, {step}) AS {column}\nFROM {from}", first.text, last.text))
}
