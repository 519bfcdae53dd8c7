//! Trino. <https://trino.io/docs/current/functions.html>
//!
//! Names are found without their case, also in quotes, so two columns that differ by case alone are one there.
//! `APPROX_PERCENTILE` is not exact: rows are ranked for percentiles.

use super::common::said_everywhere;
use super::common::{self, call, cast, infix};
use super::{AggregateCall, Argument, Binding, Call, Dialect, Limit, PeriodsCall, Proof, Supports, Words};
use crate::model::{Aggregate, Base, Function, Grain, Literal, Part, Type};

pub static DIALECT: Dialect = Dialect {
    name: "trino",
    title: "Trino",
    version: "422",
    grammar: || Box::new(sqlparser::dialect::GenericDialect {}),
    grammar_name: "generic SQL",
    proof: Proof::Emulator("DuckDB by sqlglot's translation, after Trino's grammar"),
    supports: SUPPORTS,
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
    same,
    now,
    stored: common::replaced_view,
    periods,
};

pub const SUPPORTS: Supports = Supports {
    filter_clause: true,
    percentile_aggregate: false,
    nulls_last: true,
    greatest_of_null_is_null: true,
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
};

/// What Trino keeps for itself beyond the words that are quoted everywhere. Sorted.
/// <https://trino.io/docs/current/language/reserved.html>
static RESERVED: &[&str] = &[
    "alter",
    "auto",
    "constraint",
    "current_path",
    "deallocate",
    "execute",
    "json_array",
    "json_exists",
    "json_object",
    "json_query",
    "json_table",
    "json_value",
    "listagg",
    "normalize",
    "prepare",
    "skip",
    "trim",
    "uescape",
];

/// Athena wants names quoted that begin with an underscore, which is never wrong.
pub fn identifier(name: &str) -> String {
    let plain = common::is_plain(name, common::RESERVED) && common::is_plain(name, RESERVED) && !name.starts_with('_');
    if plain { name.to_owned() } else { common::double_quoted(name) }
}

/// A timestamp that says no digits has three.
pub fn type_name(base: Base) -> Option<String> {
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

/// `DECIMAL '1.10'` is exact whatever `parse_decimal_literals_as_double` says.
/// <https://trino.io/docs/current/functions/decimal.html>
pub fn literal(literal: &Literal, _: &Type) -> Option<Words> {
    match literal {
        Literal::Decimal { digits, scale } => {
            Some(Words::atom(format!("DECIMAL '{}'", common::decimal(*digits, *scale))))
        }
        Literal::Instant(at) => Some(Words::atom(format!("TIMESTAMP '{} UTC'", common::moment(at)))),
        _ => common::standard_literal(literal, common::quoted_text, ""),
    }
}

pub fn same(left: &Words, right: &Words) -> Words {
    Words::infix(left, "IS NOT DISTINCT FROM", right, Binding::Compare)
}

pub fn now(zone: &str) -> Option<Words> {
    local(&Words::atom("CURRENT_TIMESTAMP(6)"), zone)
}

/// The wall time of an instant; a cast keeps the time that the value's own zone shows.
/// <https://trino.io/docs/current/functions/datetime.html#time-zone-conversion>
fn local(x: &Words, zone: &str) -> Option<Words> {
    let zone = common::quoted_text(zone)?;
    Some(Words::atom(format!("CAST({} AT TIME ZONE {} AS TIMESTAMP(6))", x.at(Binding::Atom), zone.text)))
}

pub fn function(asked: &Call) -> Option<Words> {
    let arguments = asked.arguments;
    let first = &arguments[0];
    Some(match asked.function {
        // Without `ESCAPE` there is no escape character.
        Function::Like => infix("LIKE", arguments, Binding::Compare),
        Function::NotLike => infix("NOT LIKE", arguments, Binding::Compare),
        Function::Add => infix("+", arguments, Binding::Add),
        Function::Subtract => infix("-", arguments, Binding::Add),
        Function::Multiply => infix("*", arguments, Binding::Multiply),
        Function::Mod => infix("%", arguments, Binding::Multiply),
        Function::Negate => common::negate(first),
        Function::Concat => infix("||", arguments, Binding::Add),
        Function::Abs => call("ABS", arguments),
        Function::Round(digits) => round(first, digits),
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
        // `TRIM(x)` takes every white space.
        Function::Trim => Words::atom(format!("TRIM(BOTH ' ' FROM {})", first.words.text)),
        Function::Length => call("LENGTH", arguments),
        Function::Substring => call("SUBSTR", arguments),
        Function::Replace => replace(arguments),
        Function::StartsWith => call("STARTS_WITH", arguments),
        Function::EndsWith => ends_with(arguments),
        Function::Contains => Words::infix(&call("STRPOS", arguments), ">", &Words::atom("0"), Binding::Compare),
        Function::Cast(base) => convert(first, base)?,
        Function::Widen(Base::Double) => cast(&first.words, "DOUBLE"),
        Function::Widen(_) => first.words.clone(),
        Function::Shift { count, unit } => shift(first, count, unit)?,
        Function::Truncate(grain) => truncate(first, grain),
        // Complete periods are counted, so both ends are starts.
        Function::Difference(grain) => {
            let [from, to] = arguments else { return None };
            let (from, to) = (truncate(from, grain).text, truncate(to, grain).text);
            Words::atom(format!("DATE_DIFF('{}', {from}, {to})", grain.name()))
        }
        Function::Part(part) => call(part_function(part), arguments),
        Function::SecondsLater => {
            Words::atom(format!("DATE_ADD('second', {}, {})", arguments[1].words.text, first.words.text))
        }
        Function::ToUtc => local(&first.words, "UTC")?,
        Function::FromUtc => Words::atom(format!("WITH_TIMEZONE({}, 'UTC')", first.words.text)),
        Function::ToLocal => local(&first.words, asked.zone)?,
        said_everywhere!() => return None,
    })
}

/// An empty part would be found between all letters.
fn replace(arguments: &[Argument]) -> Words {
    let [x, part, _] = arguments else { return call("REPLACE", arguments) };
    match common::text_of_literal(&part.words) {
        Some(part) if part.is_empty() => x.words.clone(),
        Some(_) => call("REPLACE", arguments),
        None => Words::atom(format!(
            "CASE WHEN {} = '' THEN {} ELSE {} END",
            part.words.at(Binding::Add),
            x.words.text,
            call("REPLACE", arguments).text
        )),
    }
}

/// There is no `ENDS_WITH`. A position before the text would count from its end.
fn ends_with(arguments: &[Argument]) -> Words {
    let (x, part) = (&arguments[0].words.text, &arguments[1].words);
    let end = format!("SUBSTR({x}, LENGTH({x}) - LENGTH({0}) + 1, LENGTH({0}))", part.text);
    let same = Words::infix(&Words::atom(end), "=", part, Binding::Compare);
    Words::new(format!("LENGTH({x}) >= LENGTH({}) AND {}", part.text, same.text), Binding::And)
}

fn round(x: &Argument, digits: i8) -> Words {
    match x.ty.base {
        Base::Integer if digits >= 0 => x.words.clone(),
        Base::Integer => {
            cast(&Words::atom(format!("ROUND(CAST({} AS DECIMAL(19, 0)), {digits})", x.words.text)), "BIGINT")
        }
        Base::Double => common::round_double(&x.words, digits),
        _ => Words::atom(format!("ROUND({}, {digits})", x.words.text)),
    }
}

/// Text of another shape becomes null. `[:space:]` is no class of Trino's expressions and `$` stands before a last line's end.
/// <https://trino.io/docs/current/functions/regexp.html>
fn convert(x: &Argument, to: Base) -> Option<Words> {
    let name = type_name(to)?;
    let text = &x.words.text;
    Some(match (x.ty.base, to) {
        (Base::Text, Base::Text) => x.words.clone(),
        (Base::Text, base) => {
            let shape = common::shape(base)?.replace("[[:space:]]", r"\s");
            let shape = format!(r"{}\z", shape.strip_suffix('$')?);
            // A decimal is not read with white space around it.
            let bare = format!(r"REGEXP_REPLACE({text}, '\s', '')");
            let value = match base {
                Base::Integer => format!("CAST(CAST({bare} AS DECIMAL(38, 0)) AS BIGINT)"),
                Base::Decimal { .. } | Base::Double => format!("CAST({bare} AS {name})"),
                _ => format!("TRY_CAST({text} AS {name})"),
            };
            common::shaped(&format!("REGEXP_LIKE({text}, '{shape}')"), &Words::atom(value))
        }
        (Base::Double, Base::Integer) => cast(&common::round_double(&x.words, 0), &name),
        (Base::Double, Base::Decimal { scale, .. }) => cast(&common::round_double(&x.words, scale as i8), &name),
        (Base::Boolean, Base::Text) => common::boolean_text(&x.words),
        _ => cast(&x.words, &name),
    })
}

/// An instant would be moved on the clock of whichever zone its value came with: its time in UTC is moved.
fn shift(x: &Argument, count: i64, unit: Grain) -> Option<Words> {
    let (count, unit) = common::shift_parts(count, unit);
    let moved = |x: &Words| format!("DATE_ADD('{}', {count}, {})", unit.name(), x.text);
    Some(Words::atom(match x.ty.base {
        Base::Instant => format!("WITH_TIMEZONE({}, 'UTC')", moved(&local(&x.words, "UTC")?)),
        _ => moved(&x.words),
    }))
}

/// Weeks begin on Monday. <https://trino.io/docs/current/functions/datetime.html#truncation-function>
fn truncate(x: &Argument, grain: Grain) -> Words {
    let day = if x.ty.base == Base::Date { x.words.clone() } else { cast(&x.words, "DATE") };
    match grain {
        Grain::Day => day,
        grain if grain > Grain::Day => Words::atom(format!("DATE_TRUNC('{}', {})", grain.name(), day.text)),
        _ => Words::atom(format!("DATE_TRUNC('{}', {})", grain.name(), x.words.text)),
    }
}

fn part_function(part: Part) -> &'static str {
    match part {
        Part::Second => "SECOND",
        Part::Minute => "MINUTE",
        Part::Hour => "HOUR",
        // From 1, Monday.
        Part::DayOfWeek => "DAY_OF_WEEK",
        Part::DayOfMonth => "DAY",
        Part::DayOfYear => "DAY_OF_YEAR",
        Part::Month => "MONTH",
        Part::Quarter => "QUARTER",
        Part::Year => "YEAR",
    }
}

/// Sums of integers fail beyond 64 bits, sums of decimals have 38 digits and fail beyond.
/// <https://trino.io/docs/current/functions/aggregate.html>
pub fn aggregate(asked: &AggregateCall) -> Option<Words> {
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
        Aggregate::PercentileCont { .. } | Aggregate::PercentileDisc { .. } => return None,
        Aggregate::Stddev { population: false } => format!("STDDEV_SAMP({})", double()),
        Aggregate::Stddev { population: true } => format!("STDDEV_POP({})", double()),
        Aggregate::Variance { population: false } => format!("VAR_SAMP({})", double()),
        Aggregate::Variance { population: true } => format!("VAR_POP({})", double()),
        Aggregate::First | Aggregate::Last => return None,
        Aggregate::ApproxCountDistinct => format!("APPROX_DISTINCT({text})"),
    };
    Some(common::filtered(words, asked.filter))
}

/// A sequence has at most 10,000 entries, so that of the periods is made of two.
/// <https://trino.io/docs/current/functions/array.html#sequence>
pub fn periods(asked: &PeriodsCall) -> Option<String> {
    let PeriodsCall { column, from, first, last, .. } = asked;
    let (count, unit) = common::shift_parts(1, asked.grain);
    let unit = unit.name();
    let number = "(thousands.number + ones.number)";
    let steps = if count == 1 { number.to_owned() } else { format!("{number} * {count}") };
    let days = format!("DATE_DIFF('{unit}', {}, {})", first.text, last.text);
    Some(format!(
        "SELECT DATE_ADD('{unit}', {steps}, {first}) AS {column}\nFROM {from}\n\
         CROSS JOIN UNNEST(SEQUENCE(0, GREATEST({days}, 0), 1000)) AS thousands(number)\n\
         CROSS JOIN UNNEST(SEQUENCE(0, 999)) AS ones(number)\nWHERE {steps} <= {days}",
        first = first.text,
    ))
}
