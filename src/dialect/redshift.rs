//! Amazon Redshift. <https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_functions.html>
//!
//! A descendant of PostgreSQL 8 whose compute nodes have fewer functions than its leader: series, `NOW()` and others are the
//! leader's alone and are not used here. <https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_functions_leader_node_only.html>
//! A calendar is made of cross-joined digits, to a hundred thousand days or a million hours; by minutes and seconds there is none.
//! A backslash escapes in texts, so that letter is said by its number.

use super::common::said_everywhere;
use super::common::{self, call, cast, infix};
use super::{AggregateCall, Argument, Binding, Call, Dialect, Limit, Longest, PeriodsCall, Proof, Supports, Words};
use crate::model::{Aggregate, Base, Function, Grain, Literal, Part, Type};

pub static DIALECT: Dialect = Dialect {
    name: "redshift",
    title: "Amazon Redshift",
    version: "2026",
    grammar: || Box::new(sqlparser::dialect::RedshiftSqlDialect {}),
    grammar_name: "Redshift",
    proof: Proof::Emulator("DuckDB by sqlglot's translation"),
    supports: Supports {
        filter_clause: false,
        // Several of one statement would have to order by the same.
        percentile_aggregate: false,
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
    longest_name: Some(Longest::Bytes(127)),
    identifier,
    type_name,
    literal,
    function,
    aggregate,
    integer_sum: |x, over| common::integer_sum(x, over, type_name),
    read: |words, _| words,
    well_formed: |_, _| None,
    show: |words, _| words,
    // Text is in the order of its bytes there.
    // <https://docs.aws.amazon.com/redshift/latest/dg/c_collation_sequences.html>
    byte_order: |words| words,
    // Blanks at the end do not count in comparisons.
    // <https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html>
    exact_text: |words| Words::infix(&words, "||", &Words::atom("'.'"), Binding::Add),
    same: |left, right| {
        let (a, b) = (left.at(Binding::Add), right.at(Binding::Add));
        Words::atom(format!("({a} = {b} OR ({a} IS NULL AND {b} IS NULL))"))
    },
    // The time of the session's zone, read as one of that zone.
    // <https://docs.aws.amazon.com/redshift/latest/dg/r_GETDATE.html>
    now: |zone| {
        let zone = common::quoted_text(zone)?.text;
        Some(Words::atom(format!("(CAST(GETDATE() AS TIMESTAMPTZ) AT TIME ZONE {zone})")))
    },
    stored: common::replaced_view,
    periods,
};

fn identifier(name: &str) -> String {
    if common::is_plain(name, common::RESERVED) && !RESERVED.contains(&name) {
        name.to_owned()
    } else {
        common::double_quoted(name)
    }
}

/// Words that Redshift keeps beyond those that are quoted everywhere.
/// <https://docs.aws.amazon.com/redshift/latest/dg/r_pg_keywords.html>
const RESERVED: &[&str] = &[
    "aes128",
    "aes256",
    "allowoverwrite",
    "backup",
    "blanksasnull",
    "bytedict",
    "bzip2",
    "credentials",
    "current_user_id",
    "defrag",
    "deflate",
    "delta",
    "delta32k",
    "disable",
    "emptyasnull",
    "enable",
    "encode",
    "encrypt",
    "encryption",
    "explicit",
    "globaldict256",
    "globaldict64k",
    "gzip",
    "identity",
    "lun",
    "luns",
    "lzo",
    "lzop",
    "mostly16",
    "mostly32",
    "mostly8",
    "off",
    "offline",
    "oid",
    "old",
    "open",
    "parallel",
    "partition",
    "percent",
    "permissions",
    "raw",
    "readratio",
    "recover",
    "rejectlog",
    "resort",
    "restore",
    "snapshot",
    "sysdate",
    "system",
    "tag",
    "tdes",
    "text255",
    "text32k",
    "timestamp",
    "top",
    "truncatecolumns",
    "wallet",
    "without",
];

fn type_name(base: Base) -> Option<String> {
    Some(match base {
        Base::Boolean => "BOOLEAN".into(),
        Base::Integer => "BIGINT".into(),
        Base::Decimal { precision, scale } => format!("DECIMAL({precision}, {scale})"),
        Base::Double => "DOUBLE PRECISION".into(),
        Base::Text => "VARCHAR(65535)".into(),
        Base::Date => "DATE".into(),
        Base::Timestamp => "TIMESTAMP".into(),
        Base::Instant => "TIMESTAMPTZ".into(),
        Base::Broken | Base::Null => return None,
    })
}

fn literal(literal: &Literal, _: &Type) -> Option<Words> {
    common::standard_literal(literal, text, "TIMESTAMPTZ")
}

/// `'back' || CHR(92) || 'slash'`
fn text(text: &str) -> Option<Words> {
    if !text.contains('\\') {
        return common::quoted_text(text);
    }
    let pieces: Option<Vec<String>> = text.split('\\').map(|piece| Some(common::quoted_text(piece)?.text)).collect();
    Some(Words::new(pieces?.join(" || CHR(92) || "), Binding::Add))
}

fn function(asked: &Call) -> Option<Words> {
    let arguments = asked.arguments;
    let first = &arguments[0];
    let text = first.words.text.as_str();
    let exactly = |left: String, right: &Words| {
        let exact = DIALECT.exact_text;
        Words::infix(&exact(Words::atom(left)), "=", &exact(right.clone()), Binding::Compare)
    };
    Some(match asked.function {
        Function::Like => like("LIKE", arguments)?,
        Function::NotLike => like("NOT LIKE", arguments)?,
        Function::Add => infix("+", arguments, Binding::Add),
        Function::Subtract => infix("-", arguments, Binding::Add),
        Function::Multiply => product(arguments, asked.ty)?,
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
        Function::Trim => Words::atom(format!("TRIM(BOTH ' ' FROM {text})")),
        Function::Length => cast(&call("LEN", arguments), "BIGINT"),
        Function::Substring => substring(arguments),
        Function::Replace => call("REPLACE", arguments),
        Function::StartsWith => {
            let part = &arguments[1].words;
            exactly(format!("LEFT({text}, LEN({}))", part.text), part)
        }
        Function::EndsWith => {
            let part = &arguments[1].words;
            exactly(format!("RIGHT({text}, LEN({}))", part.text), part)
        }
        // The empty text is in every text.
        Function::Contains => {
            let part = &arguments[1].words.text;
            Words::new(
                format!("STRPOS({text}, {part}) + CASE WHEN LEN({part}) = 0 THEN 1 ELSE 0 END > 0"),
                Binding::Compare,
            )
        }
        Function::Cast(to) => convert(first, to)?,
        Function::Widen(Base::Double) => cast(&first.words, "DOUBLE PRECISION"),
        Function::Widen(_) => first.words.clone(),
        Function::Shift { count, unit } => {
            let (count, unit) = common::shift_parts(count, unit);
            let unit = unit.name().to_uppercase();
            let moved = |text: &str| format!("DATEADD({unit}, {count}, {text})");
            match first.ty.base {
                Base::Date => cast(&Words::atom(moved(text)), "DATE"),
                // A day of the session's zone may be longer than another.
                Base::Instant => {
                    let utc = format!("{} AT TIME ZONE 'UTC'", first.words.at(Binding::Unary));
                    Words::atom(format!("(CAST({} AS TIMESTAMP) AT TIME ZONE 'UTC')", moved(&utc)))
                }
                _ => Words::atom(moved(text)),
            }
        }
        Function::Truncate(grain) => truncate(first, grain),
        Function::Difference(grain) => difference(first, &arguments[1], grain),
        Function::Part(part) => extract(part, text),
        Function::SecondsLater => Words::atom(format!("DATEADD(SECOND, {}, {text})", arguments[1].words.text)),
        Function::ToUtc => Words::atom(format!("({} AT TIME ZONE 'UTC')", first.words.at(Binding::Unary))),
        Function::FromUtc => Words::atom(format!("(CAST({text} AS TIMESTAMP) AT TIME ZONE 'UTC')")),
        Function::ToLocal => Words::atom(format!(
            "({} AT TIME ZONE {})",
            first.words.at(Binding::Unary),
            common::quoted_text(asked.zone)?.text
        )),
        said_everywhere!() => return None,
    })
}

/// The result of a product of decimals has at most 38 digits, taken from those behind the point: it says how many it has.
/// <https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html>
fn product(arguments: &[Argument], ty: &Type) -> Option<Words> {
    let product = infix("*", arguments, Binding::Multiply);
    match ty.base {
        Base::Decimal { .. } => Some(cast(&product, &type_name(ty.base)?)),
        _ => Some(product),
    }
}

/// A backslash escapes in patterns, unless another letter is said to: where there may be one, a bar is, and bars that are meant
/// as themselves are doubled.
fn like(op: &str, arguments: &[Argument]) -> Option<Words> {
    let [x, pattern] = arguments else { return None };
    if common::text_of_literal(&pattern.words).is_some() {
        return Some(Words::infix(&x.words, op, &pattern.words, Binding::Compare));
    }
    let pattern = Words::atom(format!("REPLACE({}, '|', '||') ESCAPE '|'", pattern.words.text));
    Some(Words::infix(&x.words, op, &pattern, Binding::Compare))
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

fn round(x: &Argument, digits: i8) -> Words {
    match x.ty.base {
        Base::Integer if digits >= 0 => x.words.clone(),
        Base::Integer => {
            cast(&Words::atom(format!("ROUND(CAST({} AS DECIMAL(20, 0)), {digits})", x.words.text)), "BIGINT")
        }
        Base::Double => common::round_double(&x.words, digits),
        _ => Words::atom(format!("ROUND({}, {digits})", x.words.text)),
    }
}

fn convert(x: &Argument, to: Base) -> Option<Words> {
    let name = type_name(to)?;
    let text = &x.words.text;
    Some(match (x.ty.base, to) {
        (Base::Text, Base::Text) => x.words.clone(),
        (Base::Text, base) => {
            let value = match base {
                Base::Integer => format!("CAST(ROUND(TRY_CAST({text} AS DECIMAL(38, 18)), 0) AS BIGINT)"),
                Base::Decimal { scale, .. } => {
                    format!("CAST(ROUND(TRY_CAST({text} AS DECIMAL(38, 18)), {scale}) AS {name})")
                }
                _ => format!("TRY_CAST({text} AS {name})"),
            };
            common::shaped(&format!("{} ~ '{}'", x.words.at(Binding::Add), common::shape(base)?), &Words::atom(value))
        }
        (Base::Double, Base::Integer) => cast(&common::round_double(&x.words, 0), &name),
        (Base::Double, Base::Decimal { scale, .. }) => cast(&common::round_double(&x.words, scale as i8), &name),
        (Base::Decimal { .. }, Base::Integer) => cast(&Words::atom(format!("ROUND({text}, 0)")), &name),
        (Base::Decimal { scale: from, .. }, Base::Decimal { scale, .. }) if scale < from => {
            cast(&Words::atom(format!("ROUND({text}, {scale})")), &name)
        }
        (Base::Boolean, Base::Text) => common::boolean_text(&x.words),
        (Base::Date, Base::Text) => Words::atom(format!("TO_CHAR({text}, 'YYYY-MM-DD')")),
        _ => cast(&x.words, &name),
    })
}

fn truncate(x: &Argument, grain: Grain) -> Words {
    let cut = Words::atom(format!("DATE_TRUNC('{}', {})", grain.name(), x.words.text));
    match grain {
        Grain::Day if x.ty.base == Base::Date => x.words.clone(),
        Grain::Day => cast(&x.words, "DATE"),
        grain if grain > Grain::Day => cast(&cut, "DATE"),
        _ => cut,
    }
}

/// `DATEDIFF` counts the starts of periods between two moments, but weeks from Sunday.
/// <https://docs.aws.amazon.com/redshift/latest/dg/r_DATEDIFF_function.html>
fn difference(from: &Argument, to: &Argument, grain: Grain) -> Words {
    match grain {
        Grain::Week => {
            let start = |x: &Argument| truncate(x, Grain::Week).text;
            Words::atom(format!("CAST(DATEDIFF(DAY, {}, {}) / 7 AS BIGINT)", start(from), start(to)))
        }
        _ => {
            let unit = grain.name().to_uppercase();
            Words::atom(format!("DATEDIFF({unit}, {}, {})", from.words.text, to.words.text))
        }
    }
}

fn extract(part: Part, x: &str) -> Words {
    let name = match part {
        Part::Second => "SECOND",
        Part::Minute => "MINUTE",
        Part::Hour => "HOUR",
        // 0 is Sunday.
        Part::DayOfWeek => return Words::new(format!("(EXTRACT(DOW FROM {x}) + 6) % 7 + 1"), Binding::Add),
        Part::DayOfMonth => "DAY",
        Part::DayOfYear => "DOY",
        Part::Month => "MONTH",
        Part::Quarter => "QUARTER",
        Part::Year => "YEAR",
    };
    Words::atom(format!("CAST(EXTRACT({name} FROM {x}) AS BIGINT)"))
}

fn aggregate(asked: &AggregateCall) -> Option<Words> {
    let x = asked.argument.as_ref();
    let text = x.map_or("*", |x| x.words.text.as_str());
    let double = || match x.map(|x| x.ty.base) {
        Some(Base::Double) => text.to_owned(),
        _ => format!("CAST({text} AS DOUBLE PRECISION)"),
    };
    Some(Words::atom(match asked.aggregate {
        Aggregate::Count | Aggregate::CountValues => format!("COUNT({text})"),
        Aggregate::CountDistinct | Aggregate::ApproxCountDistinct => format!("COUNT(DISTINCT {text})"),
        // The sum of integers is a decimal; one that does not fit 64 bits fails in the cast.
        Aggregate::Sum if asked.ty.base == Base::Integer => format!("CAST(SUM(CAST({text} AS BIGINT)) AS BIGINT)"),
        Aggregate::Sum => format!("SUM({text})"),
        Aggregate::Avg => format!("AVG({})", double()),
        Aggregate::Min => format!("MIN({text})"),
        Aggregate::Max => format!("MAX({text})"),
        Aggregate::Stddev { population: false } => format!("STDDEV_SAMP({})", double()),
        Aggregate::Stddev { population: true } => format!("STDDEV_POP({})", double()),
        Aggregate::Variance { population: false } => format!("VAR_SAMP({})", double()),
        Aggregate::Variance { population: true } => format!("VAR_POP({})", double()),
        Aggregate::PercentileCont { .. } | Aggregate::PercentileDisc { .. } | Aggregate::First | Aggregate::Last => {
            return None;
        }
    }))
}

/// The compute nodes have no series, so digits are joined, as many as a calendar of the grain can need.
fn periods(asked: &PeriodsCall) -> Option<String> {
    common::digit_calendar(
        asked,
        |n| format!("SELECT {n} AS n"),
        "AS ",
        |unit, number, first| format!("DATEADD({unit}, {number}, {first})"),
    )
}
