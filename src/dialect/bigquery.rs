//! BigQuery (GoogleSQL). <https://cloud.google.com/bigquery/docs/reference/standard-sql/functions-all>

use super::common::said_everywhere;
use super::common::{self, call, cast, infix};
use super::{AggregateCall, Argument, Binding, Call, Dialect, Limit, Longest, PeriodsCall, Proof, Supports, Words};
use crate::model::{Aggregate, Base, Function, Grain, Literal, Part, Type};

pub static DIALECT: Dialect = Dialect {
    name: "bigquery",
    title: "BigQuery",
    version: "GoogleSQL, 2026",
    grammar: || Box::new(sqlparser::dialect::BigQueryDialect {}),
    grammar_name: "BigQuery",
    proof: Proof::Engine("GoogleSQL's reference implementation"),
    supports: Supports {
        filter_clause: false,
        percentile_aggregate: false,
        nulls_last: true,
        greatest_of_null_is_null: true,
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
    longest_name: Some(Longest::Letters(300)),
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
    // An outer join wants an equality of something from each side; as JSON, null is a word like any other.
    exact_text: |words| words,
    same: |left, right| {
        let json = |words: &Words| Words::call("TO_JSON_STRING", [words]);
        Words::infix(&json(left), "=", &json(right), Binding::Compare)
    },
    now: |zone| Some(Words::atom(format!("CURRENT_DATETIME({})", common::quoted_text(zone)?.text))),
    stored: common::replaced,
    periods,
};

fn identifier(name: &str) -> String {
    if common::is_plain(name, common::RESERVED) {
        name.to_owned()
    } else {
        format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"))
    }
}

/// NUMERIC keeps 29 digits before the point and 9 behind it; BIGNUMERIC 38 and 38.
fn type_name(base: Base) -> Option<String> {
    Some(match base {
        Base::Boolean => "BOOL".into(),
        Base::Integer => "INT64".into(),
        Base::Decimal { precision, scale } if scale <= 9 && precision - scale <= 29 => "NUMERIC".into(),
        Base::Decimal { .. } => "BIGNUMERIC".into(),
        Base::Double => "FLOAT64".into(),
        Base::Text => "STRING".into(),
        Base::Date => "DATE".into(),
        Base::Timestamp => "DATETIME".into(),
        Base::Instant => "TIMESTAMP".into(),
        Base::Broken | Base::Null => return None,
    })
}

/// A bare number with a point is binary, so exact ones say their type.
fn literal(literal: &Literal, ty: &Type) -> Option<Words> {
    Some(match literal {
        Literal::Decimal { digits, scale } => {
            let name = type_name(ty.base)?;
            let name = if name == "NUMERIC" || name == "BIGNUMERIC" { name } else { "BIGNUMERIC".into() };
            Words::atom(format!("{name} '{}'", common::decimal(*digits, *scale)))
        }
        Literal::Timestamp(at) => Words::atom(format!("DATETIME '{}'", common::moment(at))),
        _ => return common::standard_literal(literal, common::backslashed_text, "TIMESTAMP"),
    })
}

fn function(asked: &Call) -> Option<Words> {
    let arguments = asked.arguments;
    let first = &arguments[0];
    Some(match asked.function {
        Function::Like => common::backslashed_like("LIKE", arguments)?,
        Function::NotLike => common::backslashed_like("NOT LIKE", arguments)?,
        Function::Add => infix("+", arguments, Binding::Add),
        Function::Subtract => infix("-", arguments, Binding::Add),
        Function::Multiply => infix("*", arguments, Binding::Multiply),
        Function::Mod if first.ty.base == Base::Double => {
            let (x, y) = (first.words.at(Binding::Unary), arguments[1].words.at(Binding::Unary));
            Words::new(format!("{x} - {y} * TRUNC({x} / {y})"), Binding::Add)
        }
        Function::Mod => call("MOD", arguments),
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
        Function::Trim => Words::atom(format!("TRIM({}, ' ')", first.words.text)),
        Function::Length => call("LENGTH", arguments),
        Function::Substring => call("SUBSTR", arguments),
        Function::Replace => call("REPLACE", arguments),
        Function::StartsWith => call("STARTS_WITH", arguments),
        Function::EndsWith => call("ENDS_WITH", arguments),
        Function::Contains => Words::infix(&call("STRPOS", arguments), ">", &Words::atom("0"), Binding::Compare),
        Function::Cast(base) => convert(first, base)?,
        Function::Widen(Base::Double) => cast(&first.words, "FLOAT64"),
        Function::Widen(_) => first.words.clone(),
        Function::Shift { count, unit } => {
            let (count, unit) = common::shift_parts(count, unit);
            let name = format!("{}_ADD", kind_of(first.ty.base));
            let unit = unit.name().to_uppercase();
            Words::atom(format!("{name}({}, INTERVAL {count} {unit})", first.words.text))
        }
        Function::Truncate(grain) => truncate(first, grain),
        Function::Difference(grain) => {
            let [from, to] = arguments else { return None };
            difference(from, to, grain)
        }
        Function::Part(part) => extract(part, &first.words),
        Function::SecondsLater => {
            Words::atom(format!("DATETIME_ADD({}, INTERVAL {} SECOND)", first.words.text, arguments[1].words.text))
        }
        Function::ToUtc => Words::atom(format!("DATETIME({}, 'UTC')", first.words.text)),
        Function::FromUtc => Words::atom(format!("TIMESTAMP({}, 'UTC')", first.words.text)),
        Function::ToLocal => {
            Words::atom(format!("DATETIME({}, {})", first.words.text, common::quoted_text(asked.zone)?.text))
        }
        said_everywhere!() => return None,
    })
}

fn round(x: &Argument, digits: i8) -> Words {
    match x.ty.base {
        Base::Integer if digits >= 0 => x.words.clone(),
        Base::Integer => cast(&Words::atom(format!("ROUND(CAST({} AS NUMERIC), {digits})", x.words.text)), "INT64"),
        Base::Double => common::round_double(&x.words, digits),
        _ => Words::atom(format!("ROUND({}, {digits})", x.words.text)),
    }
}

/// `CAST` rounds half away from zero from FLOAT64 and NUMERIC alike; digits behind the scale are rounded by hand, since the
/// type does not know its scale.
fn convert(x: &Argument, to: Base) -> Option<Words> {
    let name = type_name(to)?;
    let text = &x.words.text;
    Some(match (x.ty.base, to) {
        (Base::Text, Base::Text) => x.words.clone(),
        (Base::Text, base) => {
            let value = match base {
                Base::Integer => format!("CAST(ROUND(SAFE_CAST({text} AS BIGNUMERIC), 0) AS INT64)"),
                Base::Decimal { scale, .. } => format!("ROUND(SAFE_CAST({text} AS {name}), {scale})"),
                _ => format!("SAFE_CAST({text} AS {name})"),
            };
            common::shaped(&format!("REGEXP_CONTAINS({text}, '{}')", common::shape(base)?), &Words::atom(value))
        }
        // The type does not know how many places it shows.
        (Base::Decimal { scale, .. }, Base::Text) => Words::atom(format!("FORMAT('%.{scale}f', {text})")),
        (Base::Double, Base::Integer) => cast(&common::round_double(&x.words, 0), &name),
        (Base::Double, Base::Decimal { scale, .. }) => cast(&common::round_double(&x.words, scale as i8), &name),
        (Base::Decimal { scale: from, .. }, Base::Decimal { scale, .. }) if scale < from => {
            Words::atom(format!("ROUND({}, {scale})", cast(&x.words, &name).text))
        }
        (Base::Boolean, Base::Text) => common::boolean_text(&x.words),
        _ => cast(&x.words, &name),
    })
}

/// The family of functions for a kind of moment.
fn kind_of(base: Base) -> &'static str {
    match base {
        Base::Date => "DATE",
        Base::Instant => "TIMESTAMP",
        _ => "DATETIME",
    }
}

fn truncate(x: &Argument, grain: Grain) -> Words {
    let day = if x.ty.base == Base::Date { x.words.clone() } else { Words::atom(format!("DATE({})", x.words.text)) };
    match grain {
        Grain::Day => day,
        Grain::Week => Words::atom(format!("DATE_TRUNC({}, ISOWEEK)", day.text)),
        grain if grain > Grain::Day => {
            Words::atom(format!("DATE_TRUNC({}, {})", day.text, grain.name().to_uppercase()))
        }
        _ => {
            let unit = grain.name().to_uppercase();
            Words::atom(format!("{}_TRUNC({}, {unit})", kind_of(x.ty.base), x.words.text))
        }
    }
}

fn difference(from: &Argument, to: &Argument, grain: Grain) -> Words {
    let unit = if grain == Grain::Week { "ISOWEEK".to_owned() } else { grain.name().to_uppercase() };
    let day = |x: &Argument| truncate(x, Grain::Day).text;
    if grain >= Grain::Day {
        return Words::atom(format!("DATE_DIFF({}, {}, {unit})", day(to), day(from)));
    }
    let kind = kind_of(from.ty.base);
    Words::atom(format!("{kind}_DIFF({}, {}, {unit})", truncate(to, grain).text, truncate(from, grain).text))
}

fn extract(part: Part, x: &Words) -> Words {
    let word = match part {
        Part::Second => "SECOND",
        Part::Minute => "MINUTE",
        Part::Hour => "HOUR",
        // 1 is Sunday there.
        Part::DayOfWeek => {
            return Words::new(format!("MOD(EXTRACT(DAYOFWEEK FROM {}) + 5, 7) + 1", x.text), Binding::Add);
        }
        Part::DayOfMonth => "DAY",
        Part::DayOfYear => "DAYOFYEAR",
        Part::Month => "MONTH",
        Part::Quarter => "QUARTER",
        Part::Year => "YEAR",
    };
    Words::atom(format!("EXTRACT({word} FROM {})", x.text))
}

fn aggregate(asked: &AggregateCall) -> Option<Words> {
    let x = asked.argument.as_ref();
    let text = x.map_or("*", |x| x.words.text.as_str());
    let double = || match x.map(|x| x.ty.base) {
        Some(Base::Double) => text.to_owned(),
        _ => format!("CAST({text} AS FLOAT64)"),
    };
    Some(Words::atom(match asked.aggregate {
        Aggregate::Count | Aggregate::CountValues => format!("COUNT({text})"),
        Aggregate::CountDistinct => format!("COUNT(DISTINCT {text})"),
        Aggregate::Sum => format!("SUM({text})"),
        Aggregate::Avg => format!("AVG({})", double()),
        Aggregate::Min => format!("MIN({text})"),
        Aggregate::Max => format!("MAX({text})"),
        // PERCENTILE_CONT is a window function only.
        Aggregate::PercentileCont { .. } | Aggregate::PercentileDisc { .. } => return None,
        Aggregate::Stddev { population: false } => format!("STDDEV_SAMP({})", double()),
        Aggregate::Stddev { population: true } => format!("STDDEV_POP({})", double()),
        Aggregate::Variance { population: false } => format!("VAR_SAMP({})", double()),
        Aggregate::Variance { population: true } => format!("VAR_POP({})", double()),
        Aggregate::First | Aggregate::Last => return None,
        Aggregate::ApproxCountDistinct => format!("APPROX_COUNT_DISTINCT({text})"),
    }))
}

/// <https://cloud.google.com/bigquery/docs/reference/standard-sql/array_functions#generate_date_array>
fn periods(asked: &PeriodsCall) -> Option<String> {
    let PeriodsCall { column, from, first, last, .. } = asked;
    let (count, unit) = common::shift_parts(1, asked.grain);
    let step = format!("INTERVAL {count} {}", unit.name().to_uppercase());
    let (start, series) = if asked.grain >= Grain::Day {
        ("DATETIME(start)", format!("GENERATE_DATE_ARRAY(DATE({}), DATE({}), {step})", first.text, last.text))
    } else {
        let series = format!("GENERATE_TIMESTAMP_ARRAY(TIMESTAMP({}), TIMESTAMP({}), {step})", first.text, last.text);
        ("DATETIME(start)", series)
    };
    Some(format!("SELECT {start} AS {column}\nFROM {from}\nCROSS JOIN UNNEST({series}) AS start"))
}
