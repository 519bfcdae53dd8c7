//! Snowflake. <https://docs.snowflake.com/en/sql-reference-functions>

use super::common::said_everywhere;
use super::common::{self, call, cast, infix};
use super::{AggregateCall, Argument, Binding, Call, Dialect, Limit, Longest, PeriodsCall, Proof, Supports, Words};
use crate::model::{Aggregate, Base, Function, Grain, Literal, Part, Type};

pub static DIALECT: Dialect = Dialect {
    name: "snowflake",
    title: "Snowflake",
    version: "9",
    grammar: || Box::new(sqlparser::dialect::SnowflakeDialect {}),
    grammar_name: "Snowflake",
    proof: Proof::Emulator("the emulator fakesnow"),
    supports: Supports {
        filter_clause: false,
        percentile_aggregate: true,
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
    },
    closing: "",
    longest_name: Some(Longest::Letters(255)),
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
    same: |left, right| Words::call("EQUAL_NULL", [left, right]),
    now: |zone| {
        Some(Words::atom(format!(
            "CAST(CONVERT_TIMEZONE({}, CURRENT_TIMESTAMP()) AS TIMESTAMP_NTZ)",
            common::quoted_text(zone)?.text
        )))
    },
    stored: common::replaced,
    periods,
};

/// Names without quotes fold to upper case, so a plain name that is reserved is quoted in upper case.
fn identifier(name: &str) -> String {
    if common::is_plain(name, common::RESERVED) {
        name.to_owned()
    } else if common::is_plain(name, &[]) {
        common::double_quoted(&name.to_uppercase())
    } else {
        common::double_quoted(name)
    }
}

fn type_name(base: Base) -> Option<String> {
    Some(match base {
        Base::Boolean => "BOOLEAN".into(),
        Base::Integer => "NUMBER(19, 0)".into(),
        Base::Decimal { precision, scale } => format!("NUMBER({precision}, {scale})"),
        Base::Double => "DOUBLE".into(),
        Base::Text => "VARCHAR".into(),
        Base::Date => "DATE".into(),
        Base::Timestamp => "TIMESTAMP_NTZ".into(),
        Base::Instant => "TIMESTAMP_TZ".into(),
        Base::Broken | Base::Null => return None,
    })
}

fn literal(literal: &Literal, _: &Type) -> Option<Words> {
    match literal {
        Literal::Timestamp(at) => Some(Words::atom(format!("CAST('{}' AS TIMESTAMP_NTZ)", common::moment(at)))),
        Literal::Instant(at) => Some(Words::atom(format!("CAST('{} +00:00' AS TIMESTAMP_TZ)", common::moment(at)))),
        _ => common::standard_literal(literal, common::backslashed_text, ""),
    }
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
        Function::Mod => call("MOD", arguments),
        Function::Negate => common::negate(first),
        Function::Concat => infix("||", arguments, Binding::Add),
        Function::Abs => call("ABS", arguments),
        Function::Round(digits) if first.ty.base == Base::Double => common::round_double(&first.words, digits),
        Function::Round(digits) => Words::atom(format!("ROUND({}, {digits})", first.words.text)),
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
        Function::Substring => call("SUBSTR", arguments),
        Function::Replace => call("REPLACE", arguments),
        Function::StartsWith => call("STARTSWITH", arguments),
        Function::EndsWith => call("ENDSWITH", arguments),
        Function::Contains => call("CONTAINS", arguments),
        Function::Cast(base) => convert(first, base)?,
        Function::Widen(Base::Double) => cast(&first.words, "DOUBLE"),
        Function::Widen(_) => first.words.clone(),
        Function::Shift { count, unit } => {
            let (count, unit) = common::shift_parts(count, unit);
            Words::atom(format!("DATEADD({}, {count}, {})", unit.name().to_uppercase(), first.words.text))
        }
        Function::Truncate(grain) => truncate(first, grain),
        Function::Difference(Grain::Week) => {
            let [from, to] = arguments else { return None };
            let (from, to) = (truncate(from, Grain::Week).text, truncate(to, Grain::Week).text);
            Words::atom(format!("CAST(DATEDIFF(DAY, {from}, {to}) / 7 AS NUMBER(19, 0))"))
        }
        Function::Difference(grain) => {
            let [from, to] = arguments else { return None };
            Words::atom(format!("DATEDIFF({}, {}, {})", grain.name().to_uppercase(), from.words.text, to.words.text))
        }
        Function::Part(part) => Words::atom(format!("{}({})", part_function(part), first.words.text)),
        Function::SecondsLater => {
            Words::atom(format!("DATEADD(SECOND, {}, {})", arguments[1].words.text, first.words.text))
        }
        Function::ToUtc => {
            cast(&Words::atom(format!("CONVERT_TIMEZONE('UTC', {})", first.words.text)), "TIMESTAMP_NTZ")
        }
        // What has no offset in its text would be taken for the session's time.
        Function::FromUtc => Words::atom(format!(
            "CAST(TO_VARCHAR({}, 'YYYY-MM-DD HH24:MI:SS.FF6') || '+00:00' AS TIMESTAMP_TZ)",
            first.words.text
        )),
        Function::ToLocal => {
            let local = format!("CONVERT_TIMEZONE({}, {})", common::quoted_text(asked.zone)?.text, first.words.text);
            cast(&Words::atom(local), "TIMESTAMP_NTZ")
        }
        said_everywhere!() => return None,
    })
}

/// Text that is no number becomes null; doubles round half away from zero by the one formula.
fn convert(x: &Argument, to: Base) -> Option<Words> {
    let name = type_name(to)?;
    let text = &x.words.text;
    Some(match (x.ty.base, to) {
        (Base::Text, Base::Text) => x.words.clone(),
        (Base::Text, base) => {
            let value = match base {
                Base::Double => format!("TRY_TO_DOUBLE({text})"),
                Base::Integer => format!("TRY_TO_NUMBER({text}, 19, 0)"),
                Base::Decimal { precision, scale } => format!("TRY_TO_NUMBER({text}, {precision}, {scale})"),
                _ => format!("TRY_CAST({text} AS {name})"),
            };
            common::shaped(&format!("REGEXP_LIKE({text}, '{}')", common::shape(base)?), &Words::atom(value))
        }
        (Base::Double, Base::Integer) => cast(&common::round_double(&x.words, 0), &name),
        (Base::Double, Base::Decimal { scale, .. }) => cast(&common::round_double(&x.words, scale as i8), &name),
        (Base::Boolean, Base::Text) => common::boolean_text(&x.words),
        _ => cast(&x.words, &name),
    })
}

/// Weeks are counted from Monday by hand: `DATE_TRUNC('week', x)` follows the session's WEEK_START.
fn truncate(x: &Argument, grain: Grain) -> Words {
    let day = cast(&x.words, "DATE");
    match grain {
        Grain::Day => day,
        Grain::Week => Words::atom(format!("DATEADD(DAY, 1 - DAYOFWEEKISO({0}), {0})", day.text)),
        grain if grain > Grain::Day => Words::atom(format!("DATE_TRUNC('{}', {})", grain.name(), day.text)),
        _ => Words::atom(format!("DATE_TRUNC('{}', {})", grain.name(), x.words.text)),
    }
}

fn part_function(part: Part) -> &'static str {
    match part {
        Part::Second => "SECOND",
        Part::Minute => "MINUTE",
        Part::Hour => "HOUR",
        Part::DayOfWeek => "DAYOFWEEKISO",
        Part::DayOfMonth => "DAYOFMONTH",
        Part::DayOfYear => "DAYOFYEAR",
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
    Some(Words::atom(match asked.aggregate {
        Aggregate::Count | Aggregate::CountValues => format!("COUNT({text})"),
        Aggregate::CountDistinct => format!("COUNT(DISTINCT {text})"),
        Aggregate::Sum => format!("SUM({text})"),
        Aggregate::Avg => format!("AVG({})", double()),
        Aggregate::Min => format!("MIN({text})"),
        Aggregate::Max => format!("MAX({text})"),
        Aggregate::PercentileCont { digits, scale } => {
            format!("PERCENTILE_CONT({}) WITHIN GROUP (ORDER BY {})", common::fraction(digits, scale), double())
        }
        Aggregate::PercentileDisc { .. } => return None,
        Aggregate::Stddev { population: false } => format!("STDDEV_SAMP({})", double()),
        Aggregate::Stddev { population: true } => format!("STDDEV_POP({})", double()),
        Aggregate::Variance { population: false } => format!("VAR_SAMP({})", double()),
        Aggregate::Variance { population: true } => format!("VAR_POP({})", double()),
        Aggregate::First | Aggregate::Last => return None,
        Aggregate::ApproxCountDistinct => format!("APPROX_COUNT_DISTINCT({text})"),
    }))
}

/// Numbers from a generator, whose count has to be a constant: more periods than a century of days has.
/// <https://docs.snowflake.com/en/sql-reference/functions/generator>
fn periods(asked: &PeriodsCall) -> Option<String> {
    let PeriodsCall { column, from, first, last, .. } = asked;
    let (count, unit) = common::shift_parts(1, asked.grain);
    let start = format!("DATEADD({}, {count} * numbers.number, {})", unit.name().to_uppercase(), first.text);
    let unit = unit.name().to_uppercase();
    // Counted before anything is moved: so far that no moment is beyond the calendar.
    let within = format!("{count} * numbers.number <= DATEDIFF({unit}, {}, {})", first.text, last.text);
    let numbers = "SELECT ROW_NUMBER() OVER (ORDER BY SEQ4()) - 1 AS number FROM TABLE(GENERATOR(ROWCOUNT => 1000000))";
    Some(format!("SELECT {start} AS {column}\nFROM {from}\nJOIN ({numbers}) AS numbers\n  ON {within}"))
}
