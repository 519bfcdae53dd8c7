//! Oracle Database. <https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/>
//!
//! Read by two grammars, and run by nothing. An empty text is null there: the constant `''` is E0601, no column holds one, and a
//! function that would give one gives null. There is no type for conditions, so truths are 1 and 0. A `DATE` has a time, which is
//! cut off where one is read; an `instant` is a `TIMESTAMP` in UTC, and a zone's offsets are written out. Integers are numbers of
//! 38 digits, so that a sum beyond 64 bits is wider and not wrong. The session's NLS_COMP, NLS_SORT and NLS_NUMERIC_CHARACTERS have
//! to be what they are unless somebody changes them: binary, and a point.

use super::common::said_everywhere;
use super::common::{self, call, cast, infix};
use super::{AggregateCall, Argument, Binding, Call, Dialect, Limit, Longest, PeriodsCall, Proof, Supports, Words};
use crate::model::{Aggregate, Base, Function, Grain, Literal, Part, Type};

pub static DIALECT: Dialect = Dialect {
    name: "oracle",
    title: "Oracle",
    version: "19c",
    grammar: || Box::new(sqlparser::dialect::OracleDialect {}),
    grammar_name: "Oracle",
    proof: Proof::Grammars("parseora and sqlglot"),
    supports: Supports {
        filter_clause: false,
        percentile_aggregate: false,
        nulls_last: true,
        greatest_of_null_is_null: true,
        exact_literals: true,
        group_by_ordinal: false,
        joined_columns_keep_names: true,
        lead_of_nothing_is_null: true,
        row_numbers_are_signed: true,
        order_by_expressions: false,
        table_as: false,
        truth_values: false,
        with_recursive: false,
        limit: Limit::FetchFirst,
    },
    closing: "",
    longest_name: Some(Longest::Bytes(128)),
    identifier,
    type_name,
    literal,
    function,
    aggregate,
    integer_sum: |x, over| Words::atom(format!("SUM({}) OVER ({over})", x.text)),
    read: |words, ty| match ty.base {
        Base::Date => Words::call("TRUNC", [&words]),
        _ => words,
    },
    well_formed: |_, _| None,
    show: |words, _| words,
    byte_order: |words| words,
    exact_text: |words| words,
    // <https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/DECODE.html>
    same: |left, right| Words::new(format!("DECODE({}, {}, 1, 0) = 1", left.text, right.text), Binding::Compare),
    now: |zone| local(&Words::atom("CAST(SYS_EXTRACT_UTC(SYSTIMESTAMP) AS TIMESTAMP(6))"), zone),
    stored: |kind, name, query| match kind {
        super::Stored::View => common::replaced(kind, name, query),
        // There is nothing that drops a table only if it is there.
        super::Stored::Table => None,
    },
    periods,
};

/// A name without quotes begins with a letter.
fn identifier(name: &str) -> String {
    let plain = common::is_plain(name, common::RESERVED) && !RESERVED.contains(&name) && !name.starts_with('_');
    if plain { name.to_owned() } else { common::double_quoted(name) }
}

/// Words that Oracle keeps beyond those that are quoted everywhere.
/// <https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/Oracle-SQL-Reserved-Words.html>
const RESERVED: &[&str] = &[
    "access",
    "add",
    "alter",
    "audit",
    "char",
    "cluster",
    "column_value",
    "comment",
    "compress",
    "date",
    "decimal",
    "exclusive",
    "file",
    "float",
    "identified",
    "immediate",
    "initial",
    "integer",
    "level",
    "lock",
    "long",
    "maxextents",
    "mlslabel",
    "mode",
    "modify",
    "nested_table_id",
    "noaudit",
    "nocompress",
    "nowait",
    "number",
    "offline",
    "online",
    "option",
    "pctfree",
    "prior",
    "public",
    "raw",
    "rename",
    "resource",
    "rowid",
    "rownum",
    "session",
    "share",
    "size",
    "smallint",
    "successful",
    "synonym",
    "sysdate",
    "uid",
    "validate",
    "varchar",
    "varchar2",
];

fn type_name(base: Base) -> Option<String> {
    Some(match base {
        Base::Boolean => "NUMBER(1)".into(),
        Base::Integer => "NUMBER(19)".into(),
        Base::Decimal { precision, scale } => format!("NUMBER({precision}, {scale})"),
        Base::Double => "BINARY_DOUBLE".into(),
        Base::Text => "VARCHAR2(4000)".into(),
        Base::Date => "DATE".into(),
        Base::Timestamp | Base::Instant => "TIMESTAMP(6)".into(),
        Base::Broken | Base::Null => return None,
    })
}

fn literal(literal: &Literal, _: &Type) -> Option<Words> {
    Some(match literal {
        Literal::Boolean(value) => Words::atom(if *value { "1" } else { "0" }),
        Literal::Text(text) if text.is_empty() => return None,
        Literal::Timestamp(at) | Literal::Instant(at) => Words::atom(format!("TIMESTAMP '{}'", common::moment(at))),
        _ => return common::standard_literal(literal, common::quoted_text, ""),
    })
}

/// `x + NUMTODSINTERVAL(5, 'SECOND')`
fn later(x: &Words, number: &str, unit: &str) -> Words {
    Words::infix(x, "+", &Words::atom(format!("NUMTODSINTERVAL({number}, '{unit}')")), Binding::Add)
}

fn local(x: &Words, zone: &str) -> Option<Words> {
    let offset = common::offset_seconds(x, zone, |moment| format!("TIMESTAMP '{}'", common::moment(moment)))?;
    Some(Words::atom(format!("({})", later(x, &offset, "SECOND").text)))
}

fn function(asked: &Call) -> Option<Words> {
    let arguments = asked.arguments;
    let first = &arguments[0];
    let text = first.words.text.as_str();
    let second = || arguments[1].words.text.as_str();
    Some(match asked.function {
        // No letter escapes unless one is said to.
        Function::Like => infix("LIKE", arguments, Binding::Compare),
        Function::NotLike => infix("NOT LIKE", arguments, Binding::Compare),
        Function::Add => infix("+", arguments, Binding::Add),
        Function::Subtract => infix("-", arguments, Binding::Add),
        Function::Multiply => infix("*", arguments, Binding::Multiply),
        Function::Mod => call("MOD", arguments),
        Function::Negate => common::negate(first),
        // A null would be taken for the empty text.
        Function::Concat => {
            let joined = infix("||", arguments, Binding::Add).text;
            let nullable = arguments.iter().filter(|each| each.ty.nullable);
            let known: Vec<String> =
                nullable.map(|each| format!("{} IS NOT NULL", each.words.at(Binding::Add))).collect();
            match known.is_empty() {
                true => Words::new(joined, Binding::Add),
                false => Words::atom(format!("CASE WHEN {} THEN {joined} END", known.join(" AND "))),
            }
        }
        Function::Abs => call("ABS", arguments),
        Function::Round(digits) => match first.ty.base {
            Base::Integer if digits >= 0 => first.words.clone(),
            Base::Double => common::round_double(&first.words, digits),
            _ => Words::atom(format!("ROUND({text}, {digits})")),
        },
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
        Function::Length => call("LENGTH", arguments),
        Function::Substring => call("SUBSTR", arguments),
        Function::Replace => call("REPLACE", arguments),
        Function::StartsWith => {
            let start = Words::atom(format!("SUBSTR({text}, 1, LENGTH({}))", second()));
            Words::infix(&start, "=", &arguments[1].words, Binding::Compare)
        }
        Function::EndsWith => {
            let end = Words::atom(format!("SUBSTR({text}, -LENGTH({}))", second()));
            Words::infix(&end, "=", &arguments[1].words, Binding::Compare)
        }
        Function::Contains => Words::infix(&call("INSTR", arguments), ">", &Words::atom("0"), Binding::Compare),
        Function::Cast(to) | Function::Widen(to) => convert(first, to)?,
        Function::Shift { count, unit } => shift(first, count, unit),
        Function::Truncate(grain) => truncate(first, grain),
        Function::Difference(grain) => difference(first, &arguments[1], grain),
        Function::Part(part) => extract(part, text),
        Function::SecondsLater => later(&first.words, second(), "SECOND"),
        // An instant is its time in UTC.
        Function::ToUtc | Function::FromUtc => first.words.clone(),
        Function::ToLocal => local(&first.words, asked.zone)?,
        said_everywhere!() => return None,
    })
}

fn convert(x: &Argument, to: Base) -> Option<Words> {
    let name = type_name(to)?;
    let text = &x.words.text;
    Some(match (x.ty.base, to) {
        (Base::Null, _) => cast(&x.words, &name),
        (Base::Text, Base::Text) => x.words.clone(),
        (Base::Text, base) => {
            let first = format!("TO_DATE(SUBSTR({text}, 1, 7) || '-01', 'YYYY-MM-DD')");
            let exists = format!("TO_NUMBER(SUBSTR({text}, 9, 2)) <= EXTRACT(DAY FROM LAST_DAY({first}))");
            let value = match base {
                Base::Integer => format!("ROUND(TO_NUMBER({text}), 0)"),
                Base::Decimal { scale, .. } => format!("ROUND(TO_NUMBER({text}), {scale})"),
                Base::Double => format!("TO_BINARY_DOUBLE({text})"),
                Base::Date => format!("CASE WHEN {exists} THEN TO_DATE({text}, 'YYYY-MM-DD') END"),
                _ => format!("CASE WHEN {exists} THEN TO_TIMESTAMP({text}, 'YYYY-MM-DD HH24:MI:SS.FF') END"),
            };
            common::shaped(&format!("REGEXP_LIKE({text}, '{}')", common::shape(base)?), &Words::atom(value))
        }
        (Base::Double, Base::Integer) => cast(&common::round_double(&x.words, 0), &name),
        (Base::Double, Base::Decimal { scale, .. }) => cast(&common::round_double(&x.words, scale as i8), &name),
        (Base::Decimal { .. }, Base::Integer) => Words::atom(format!("ROUND({text}, 0)")),
        (Base::Integer | Base::Decimal { .. }, Base::Decimal { scale, .. }) => {
            Words::atom(format!("ROUND({text}, {scale})"))
        }
        (Base::Boolean, Base::Text) => Words::atom(format!(
            "CASE WHEN {0} = 1 THEN 'true' WHEN {0} = 0 THEN 'false' END",
            x.words.at(Binding::Add)
        )),
        (Base::Decimal { scale, .. }, Base::Text) if scale > 0 => {
            let format = format!("FM{}0.{}", "9".repeat(37), "0".repeat(usize::from(scale)));
            Words::atom(format!("TO_CHAR({text}, '{format}')"))
        }
        (Base::Date, Base::Text) => Words::atom(format!("TO_CHAR({text}, 'YYYY-MM-DD')")),
        (_, Base::Text) => call("TO_CHAR", std::slice::from_ref(x)),
        (Base::Timestamp, Base::Date) => call("TRUNC", std::slice::from_ref(x)),
        _ => cast(&x.words, &name),
    })
}

/// `ADD_MONTHS` of a month's last day gives a month's last day: months are counted from the first, and the day added, as far as the
/// month goes. <https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/ADD_MONTHS.html>
fn shift(x: &Argument, count: i64, unit: Grain) -> Words {
    let (count, unit) = common::shift_parts(count, unit);
    let text = &x.words.text;
    if unit < Grain::Month {
        let is_date = x.ty.base == Base::Date && unit == Grain::Day;
        let days = Words::atom(if count < 0 { format!("({count})") } else { count.to_string() });
        return match is_date {
            true => Words::infix(&x.words, "+", &days, Binding::Add),
            false => later(&x.words, &count.to_string(), &unit.name().to_uppercase()),
        };
    }
    let month = format!("ADD_MONTHS(TRUNC({text}, 'MM'), {count})");
    let day = format!("LEAST(EXTRACT(DAY FROM {text}), EXTRACT(DAY FROM LAST_DAY({month})))");
    let moved = format!("{month} + {day} - 1");
    match x.ty.base {
        Base::Date => Words::new(moved, Binding::Add),
        _ => {
            let time = format!("({} - CAST(TRUNC({text}) AS TIMESTAMP(6)))", x.words.at(Binding::Add));
            Words::new(format!("CAST({moved} AS TIMESTAMP(6)) + {time}"), Binding::Add)
        }
    }
}

fn truncate(x: &Argument, grain: Grain) -> Words {
    let text = &x.words.text;
    let cut = |format: &str| format!("TRUNC({text}, '{format}')");
    Words::atom(match grain {
        Grain::Day => format!("TRUNC({text})"),
        Grain::Week => cut("IW"),
        Grain::Month => cut("MM"),
        Grain::Quarter => cut("Q"),
        Grain::Year => cut("YYYY"),
        Grain::Hour => format!("CAST({} AS TIMESTAMP(6))", cut("HH24")),
        Grain::Minute => format!("CAST({} AS TIMESTAMP(6))", cut("MI")),
        Grain::Second => {
            let part = format!("MOD(EXTRACT(SECOND FROM {text}), 1)");
            format!("({} - NUMTODSINTERVAL({part}, 'SECOND'))", x.words.at(Binding::Add))
        }
    })
}

/// A date less a date is a number of days.
fn difference(from: &Argument, to: &Argument, grain: Grain) -> Words {
    let start = |x: &Argument, grain| truncate(x, grain).text;
    let days = |grain| format!("({} - {})", start(to, grain), start(from, grain));
    let year = |x: &Argument| format!("EXTRACT(YEAR FROM {})", x.words.text);
    let month = |x: &Argument| format!("EXTRACT(MONTH FROM {})", x.words.text);
    let ticks = |format: &str, each: u32| {
        let cut = |x: &Argument| format!("TRUNC({}, '{format}')", x.words.text);
        format!("ROUND(({} - {}) * {each})", cut(to), cut(from))
    };
    Words::atom(match grain {
        Grain::Day => days(Grain::Day),
        Grain::Week => format!("({} / 7)", days(Grain::Week)),
        Grain::Month => format!("(({} - {}) * 12 + {} - {})", year(to), year(from), month(to), month(from)),
        Grain::Quarter => {
            format!("(({} - {}) * 4 + CEIL({} / 3) - CEIL({} / 3))", year(to), year(from), month(to), month(from))
        }
        Grain::Year => format!("({} - {})", year(to), year(from)),
        Grain::Hour => ticks("HH24", 24),
        Grain::Minute => ticks("MI", 1440),
        Grain::Second => {
            let second = |x: &Argument| format!("FLOOR(EXTRACT(SECOND FROM {}))", x.words.text);
            format!("({} * 60 + {} - {})", ticks("MI", 1440), second(to), second(from))
        }
    })
}

fn extract(part: Part, x: &str) -> Words {
    Words::atom(match part {
        Part::Second => format!("FLOOR(EXTRACT(SECOND FROM {x}))"),
        Part::Minute => format!("EXTRACT(MINUTE FROM {x})"),
        Part::Hour => format!("EXTRACT(HOUR FROM {x})"),
        // The ISO week begins on Monday.
        Part::DayOfWeek => format!("(TRUNC({x}) - TRUNC({x}, 'IW') + 1)"),
        Part::DayOfMonth => format!("EXTRACT(DAY FROM {x})"),
        Part::DayOfYear => format!("(TRUNC({x}) - TRUNC({x}, 'YYYY') + 1)"),
        Part::Month => format!("EXTRACT(MONTH FROM {x})"),
        Part::Quarter => format!("CEIL(EXTRACT(MONTH FROM {x}) / 3)"),
        Part::Year => format!("EXTRACT(YEAR FROM {x})"),
    })
}

fn aggregate(asked: &AggregateCall) -> Option<Words> {
    let x = asked.argument.as_ref();
    let text = x.map_or("*", |x| x.words.text.as_str());
    let double = || match x.map(|x| x.ty.base) {
        Some(Base::Double) => text.to_owned(),
        _ => format!("CAST({text} AS BINARY_DOUBLE)"),
    };
    Some(Words::atom(match asked.aggregate {
        Aggregate::Count | Aggregate::CountValues => format!("COUNT({text})"),
        Aggregate::CountDistinct => format!("COUNT(DISTINCT {text})"),
        Aggregate::ApproxCountDistinct => format!("APPROX_COUNT_DISTINCT({text})"),
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

fn periods(asked: &PeriodsCall) -> Option<String> {
    let ten = |n: u32| format!("SELECT {n} AS n FROM DUAL");
    common::digit_calendar(asked, ten, "", |unit, number, first| match unit {
        "YEAR" => format!("CAST(ADD_MONTHS({first}, ({number}) * 12) AS TIMESTAMP(6))"),
        "QUARTER" => format!("CAST(ADD_MONTHS({first}, ({number}) * 3) AS TIMESTAMP(6))"),
        "MONTH" => format!("CAST(ADD_MONTHS({first}, {number}) AS TIMESTAMP(6))"),
        "WEEK" => format!("{first} + NUMTODSINTERVAL(({number}) * 7, 'DAY')"),
        unit => format!("{first} + NUMTODSINTERVAL({number}, '{unit}')"),
    })
}
