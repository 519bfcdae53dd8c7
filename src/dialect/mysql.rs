//! MySQL, and the words that MariaDB shares with it. <https://dev.mysql.com/doc/refman/8.4/en/functions.html>
//!
//! What the server makes of text, quotes and bars depends on its settings, so a statement rests on none of them: every text says
//! its collation (by code points, blanks at the end counting), joins of texts are `CONCAT`, names stand in backticks. `CAST` to an
//! integer or to few digits would stop at the greatest number with a warning; `DIV 1` fails, and decimals keep up to 65 digits.
//! A zone's offsets are written out, since the server has named zones only if somebody loaded them. An `instant` is stored as a
//! `DATETIME` in UTC: a `TIMESTAMP` would follow the session's zone. Whether a backslash escapes depends on `sql_mode`, so a text
//! with one is said in hexadecimal digits, and patterns name their own escape.

use super::common::said_everywhere;
use super::common::{self, call, cast, infix};
use super::{AggregateCall, Argument, Binding, Call, Dialect, Limit, Longest, PeriodsCall, Proof, Supports, Words};
use crate::model::{Aggregate, Base, Function, Grain, Literal, Part, Type};

/// Which of the two is asked: they differ in the names of their collations.
pub(super) const MYSQL: bool = false;
pub(super) const MARIADB: bool = true;

pub static DIALECT: Dialect = Dialect {
    name: "mysql",
    title: "MySQL",
    version: "8.4",
    grammar: || Box::new(sqlparser::dialect::MySqlDialect {}),
    grammar_name: "MySQL",
    proof: Proof::Engine("MySQL 9.7"),
    supports: SUPPORTS,
    closing: "",
    longest_name: Some(Longest::Letters(64)),
    identifier,
    type_name,
    literal: literal::<MYSQL>,
    function: function::<MYSQL>,
    aggregate,
    integer_sum,
    read: read::<MYSQL>,
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
    filter_clause: false,
    percentile_aggregate: false,
    nulls_last: false,
    greatest_of_null_is_null: true,
    exact_literals: true,
    group_by_ordinal: true,
    joined_columns_keep_names: true,
    lead_of_nothing_is_null: true,
    row_numbers_are_signed: false,
    order_by_expressions: false,
    table_as: true,
    truth_values: true,
    with_recursive: false,
    limit: Limit::Limit,
};

pub(super) fn identifier(name: &str) -> String {
    if common::is_plain(name, common::RESERVED) && !RESERVED.contains(&name) {
        name.to_owned()
    } else {
        format!("`{}`", name.replace('`', "``"))
    }
}

/// Words that MySQL or MariaDB keep for themselves and others do not.
/// <https://dev.mysql.com/doc/refman/8.4/en/keywords.html>
const RESERVED: &[&str] = &[
    "accessible",
    "add",
    "alter",
    "asensitive",
    "before",
    "bigint",
    "blob",
    "call",
    "cascade",
    "change",
    "char",
    "character",
    "condition",
    "continue",
    "convert",
    "cume_dist",
    "cursor",
    "databases",
    "day_hour",
    "day_microsecond",
    "day_minute",
    "day_second",
    "dec",
    "decimal",
    "declare",
    "delayed",
    "dense_rank",
    "deterministic",
    "distinctrow",
    "div",
    "double",
    "dual",
    "each",
    "elseif",
    "empty",
    "enclosed",
    "escaped",
    "exit",
    "explain",
    "first_value",
    "float",
    "float4",
    "float8",
    "force",
    "fulltext",
    "function",
    "generated",
    "get",
    "high_priority",
    "hour_microsecond",
    "hour_minute",
    "hour_second",
    "infile",
    "inout",
    "insensitive",
    "int",
    "integer",
    "io_after_gtids",
    "iterate",
    "json_table",
    "key",
    "keys",
    "kill",
    "lag",
    "last_value",
    "lead",
    "leave",
    "linear",
    "lines",
    "load",
    "lock",
    "long",
    "longblob",
    "longtext",
    "loop",
    "low_priority",
    "manual",
    "master_bind",
    "maxvalue",
    "mediumblob",
    "mediumint",
    "mediumtext",
    "middleint",
    "minute_microsecond",
    "minute_second",
    "mod",
    "modifies",
    "nth_value",
    "ntile",
    "numeric",
    "offset",
    "optimize",
    "optimizer_costs",
    "option",
    "optionally",
    "out",
    "outfile",
    "parallel",
    "percent_rank",
    "precision",
    "procedure",
    "purge",
    "rank",
    "read",
    "reads",
    "read_write",
    "real",
    "release",
    "rename",
    "repeat",
    "require",
    "resignal",
    "restrict",
    "return",
    "row_number",
    "schemas",
    "second_microsecond",
    "sensitive",
    "separator",
    "signal",
    "smallint",
    "spatial",
    "specific",
    "sql",
    "sqlexception",
    "sqlstate",
    "sqlwarning",
    "sql_big_result",
    "sql_calc_found_rows",
    "sql_small_result",
    "ssl",
    "starting",
    "stored",
    "straight_join",
    "system",
    "terminated",
    "tinyblob",
    "tinyint",
    "tinytext",
    "trigger",
    "undo",
    "unlock",
    "unsigned",
    "usage",
    "use",
    "utc_date",
    "utc_time",
    "utc_timestamp",
    "varbinary",
    "varchar",
    "varcharacter",
    "varying",
    "virtual",
    "while",
    "write",
    "xor",
    "year_month",
    "zerofill",
];

pub(super) fn type_name(base: Base) -> Option<String> {
    Some(match base {
        Base::Boolean => "BOOLEAN".into(),
        Base::Integer => "BIGINT".into(),
        Base::Decimal { precision, scale } => format!("DECIMAL({precision}, {scale})"),
        Base::Double => "DOUBLE".into(),
        Base::Text => "LONGTEXT".into(),
        Base::Date => "DATE".into(),
        Base::Timestamp | Base::Instant => "DATETIME(6)".into(),
        Base::Broken | Base::Null => return None,
    })
}

/// By code points, with blanks at the end, which the collations of Unicode before 9 do not count.
fn collation(mariadb: bool) -> &'static str {
    if mariadb { "utf8mb4_nopad_bin" } else { "utf8mb4_0900_bin" }
}

/// A text of any character set and collation as one that is compared letter by letter.
fn exact(text: &str, mariadb: bool) -> Words {
    Words::new(format!("CONVERT({text} USING utf8mb4) COLLATE {}", collation(mariadb)), Binding::Unary)
}

pub(super) fn literal<const MARIADB: bool>(literal: &Literal, _: &Type) -> Option<Words> {
    Some(match literal {
        Literal::Text(text) => {
            if text.contains('\\') {
                let digits: String = text.bytes().map(|byte| format!("{byte:02X}")).collect();
                return Some(exact(&format!("0x{digits}"), MARIADB));
            }
            let quoted = common::quoted_text(text)?.text;
            Words::new(format!("_utf8mb4{quoted} COLLATE {}", collation(MARIADB)), Binding::Unary)
        }
        Literal::Timestamp(at) | Literal::Instant(at) => Words::atom(format!("TIMESTAMP '{}'", common::moment(at))),
        _ => return common::standard_literal(literal, common::backslashed_text, ""),
    })
}

pub(super) fn read<const MARIADB: bool>(words: Words, ty: &Type) -> Words {
    if ty.base == Base::Text { exact(&words.text, MARIADB) } else { words }
}

pub(super) fn same(left: &Words, right: &Words) -> Words {
    Words::infix(left, "<=>", right, Binding::Compare)
}

pub(super) fn now(zone: &str) -> Option<Words> {
    local(&Words::atom("UTC_TIMESTAMP(6)"), zone)
}

/// The wall time of a moment in UTC, by the zone's offsets as the compiler knows them.
fn local(x: &Words, zone: &str) -> Option<Words> {
    let offset = common::offset_seconds(x, zone, |moment| format!("TIMESTAMP '{}'", common::moment(moment)))?;
    Some(Words::atom(format!("DATE_ADD({}, INTERVAL {offset} SECOND)", x.text)))
}

pub(super) fn function<const MARIADB: bool>(asked: &Call) -> Option<Words> {
    let arguments = asked.arguments;
    let first = &arguments[0];
    let text = first.words.text.as_str();
    let second = || arguments[1].words.text.as_str();
    Some(match asked.function {
        Function::Like => like("LIKE", arguments),
        Function::NotLike => like("NOT LIKE", arguments),
        Function::Add => infix("+", arguments, Binding::Add),
        Function::Subtract => infix("-", arguments, Binding::Add),
        Function::Multiply => infix("*", arguments, Binding::Multiply),
        Function::Mod => call("MOD", arguments),
        Function::Negate => common::negate(first),
        Function::Concat => call("CONCAT", arguments),
        Function::Abs => call("ABS", arguments),
        Function::Round(digits) => round(first, digits),
        Function::Floor | Function::Ceil if first.ty.base == Base::Integer => first.words.clone(),
        Function::Floor => call("FLOOR", arguments),
        Function::Ceil => call("CEILING", arguments),
        Function::Power => call("POWER", arguments),
        Function::Sqrt => call("SQRT", arguments),
        Function::Ln => call("LN", arguments),
        Function::Exp => call("EXP", arguments),
        Function::Least => call("LEAST", arguments),
        Function::Greatest => call("GREATEST", arguments),
        Function::Lower => call("LOWER", arguments),
        Function::Upper => call("UPPER", arguments),
        Function::Trim => Words::atom(format!("TRIM(BOTH ' ' FROM {text})")),
        Function::Length => call("CHAR_LENGTH", arguments),
        Function::Substring => call("SUBSTRING", arguments),
        Function::Replace => call("REPLACE", arguments),
        Function::StartsWith => {
            let start = Words::atom(format!("LEFT({text}, CHAR_LENGTH({}))", second()));
            Words::infix(&start, "=", &arguments[1].words, Binding::Compare)
        }
        Function::EndsWith => {
            let end = Words::atom(format!("RIGHT({text}, CHAR_LENGTH({}))", second()));
            Words::infix(&end, "=", &arguments[1].words, Binding::Compare)
        }
        Function::Contains => Words::new(format!("LOCATE({}, {text}) > 0", second()), Binding::Compare),
        Function::Cast(to) => convert(first, to, MARIADB)?,
        Function::Widen(to) => convert(first, to, MARIADB)?,
        Function::Shift { count, unit } => {
            let (count, unit) = common::shift_parts(count, unit);
            Words::atom(format!("DATE_ADD({text}, INTERVAL {count} {})", unit.name().to_uppercase()))
        }
        Function::Truncate(grain) => truncate(first, grain),
        Function::Difference(grain) => difference(first, &arguments[1], grain),
        Function::Part(part) => extract(part, text),
        Function::SecondsLater => Words::atom(format!("DATE_ADD({text}, INTERVAL {} SECOND)", second())),
        // An instant is its time in UTC.
        Function::ToUtc | Function::FromUtc => first.words.clone(),
        Function::ToLocal => local(&first.words, asked.zone)?,
        said_everywhere!() => return None,
    })
}

/// Where there may be a backslash, which escapes by some settings, a bar is said to, and bars that are meant as themselves are doubled.
fn like(op: &str, arguments: &[Argument]) -> Words {
    let pattern = &arguments[1].words;
    let is_plain = pattern.text.starts_with("_utf8mb4'") && !pattern.text.contains('|');
    let pattern = match is_plain {
        true => pattern.clone(),
        false => Words::atom(format!("REPLACE({}, '|', '||') ESCAPE '|'", pattern.text)),
    };
    Words::infix(&arguments[0].words, op, &pattern, Binding::Compare)
}

fn round(x: &Argument, digits: i8) -> Words {
    match x.ty.base {
        Base::Integer if digits >= 0 => x.words.clone(),
        Base::Double => common::round_double(&x.words, digits),
        _ => Words::atom(format!("ROUND({}, {digits})", x.words.text)),
    }
}

/// A whole number as one of 64 bits, or a failure.
fn whole(text: &str) -> Words {
    Words::new(format!("{text} DIV 1"), Binding::Multiply)
}

/// A decimal with so many places and any digits before them.
fn decimal(text: &str, scale: u8) -> Words {
    Words::atom(format!("CAST({text} AS DECIMAL(65, {scale}))"))
}

fn convert(x: &Argument, to: Base, mariadb: bool) -> Option<Words> {
    let text = &x.words.text;
    Some(match (x.ty.base, to) {
        (Base::Text, Base::Text) => x.words.clone(),
        (Base::Text, base) => {
            let shape = common::shape(base)?;
            let mut is_shaped = format!("{} REGEXP '{shape}'", x.words.at(Binding::Add));
            if !base.is_number() {
                // `$` stands before a last line end as well.
                is_shaped.push_str(&format!(" AND RIGHT({text}, 1) BETWEEN '0' AND '9'"));
            }
            let value = match base {
                Base::Integer => whole(&format!("ROUND({}, 0)", decimal(text, 18).text)),
                Base::Decimal { scale, .. } => {
                    let read = decimal(text, 30).text;
                    Words::atom(format!("ROUND({read}, {scale})"))
                }
                Base::Double => cast(&x.words, "DOUBLE"),
                Base::Date => cast(&x.words, "DATE"),
                _ => cast(&x.words, "DATETIME(6)"),
            };
            common::shaped(&is_shaped, &value)
        }
        (Base::Double, Base::Integer) => whole(&decimal(&common::round_double(&x.words, 0).text, 0).text),
        (Base::Double, Base::Decimal { scale, .. }) => {
            decimal(&common::round_double(&x.words, scale as i8).text, scale)
        }
        (Base::Decimal { .. }, Base::Integer) => whole(&format!("ROUND({text}, 0)")),
        (Base::Boolean, Base::Text) => exact(&common::boolean_text(&x.words).text, mariadb),
        (_, Base::Text) => exact(&format!("CAST({text} AS CHAR)"), mariadb),
        (_, Base::Decimal { scale, .. }) => decimal(text, scale),
        (_, Base::Double) => cast(&x.words, "DOUBLE"),
        (_, Base::Integer | Base::Boolean) => cast(&x.words, "SIGNED"),
        (_, Base::Date) => cast(&x.words, "DATE"),
        (_, Base::Timestamp | Base::Instant) => cast(&x.words, "DATETIME(6)"),
        (_, Base::Broken | Base::Null) => return None,
    })
}

fn day(x: &Argument) -> String {
    if x.ty.base == Base::Date { x.words.text.clone() } else { format!("DATE({})", x.words.text) }
}

fn truncate(x: &Argument, grain: Grain) -> Words {
    let (text, day) = (&x.words.text, day(x));
    Words::atom(match grain {
        Grain::Day => day,
        Grain::Week => format!("DATE_SUB({day}, INTERVAL WEEKDAY({text}) DAY)"),
        Grain::Month => format!("DATE_SUB({day}, INTERVAL DAYOFMONTH({text}) - 1 DAY)"),
        Grain::Quarter => format!("DATE_ADD(MAKEDATE(YEAR({text}), 1), INTERVAL QUARTER({text}) * 3 - 3 MONTH)"),
        Grain::Year => format!("MAKEDATE(YEAR({text}), 1)"),
        Grain::Second => format!("DATE_SUB({text}, INTERVAL MICROSECOND({text}) MICROSECOND)"),
        Grain::Minute => {
            format!("DATE_SUB({text}, INTERVAL SECOND({text}) * 1000000 + MICROSECOND({text}) MICROSECOND)")
        }
        Grain::Hour => {
            let seconds = format!("(MINUTE({text}) * 60 + SECOND({text}))");
            format!("DATE_SUB({text}, INTERVAL {seconds} * 1000000 + MICROSECOND({text}) MICROSECOND)")
        }
    })
}

fn difference(from: &Argument, to: &Argument, grain: Grain) -> Words {
    let start = |x: &Argument| truncate(x, grain).text;
    match grain {
        Grain::Day => Words::atom(format!("DATEDIFF({}, {})", to.words.text, from.words.text)),
        Grain::Week => Words::new(format!("DATEDIFF({}, {}) DIV 7", start(to), start(from)), Binding::Multiply),
        _ => {
            let unit = grain.name().to_uppercase();
            Words::atom(format!("TIMESTAMPDIFF({unit}, {}, {})", start(from), start(to)))
        }
    }
}

fn extract(part: Part, x: &str) -> Words {
    let name = match part {
        Part::Second => "SECOND",
        Part::Minute => "MINUTE",
        Part::Hour => "HOUR",
        // 0 is Monday.
        Part::DayOfWeek => return Words::new(format!("WEEKDAY({x}) + 1"), Binding::Add),
        Part::DayOfMonth => "DAYOFMONTH",
        Part::DayOfYear => "DAYOFYEAR",
        Part::Month => "MONTH",
        Part::Quarter => "QUARTER",
        Part::Year => "YEAR",
    };
    Words::atom(format!("{name}({x})"))
}

pub(super) fn aggregate(asked: &AggregateCall) -> Option<Words> {
    let x = asked.argument.as_ref();
    let text = x.map_or("*", |x| x.words.text.as_str());
    let double = || match x.map(|x| x.ty.base) {
        Some(Base::Double) => text.to_owned(),
        _ => format!("CAST({text} AS DOUBLE)"),
    };
    Some(Words::atom(match asked.aggregate {
        Aggregate::Count | Aggregate::CountValues => format!("COUNT({text})"),
        Aggregate::CountDistinct | Aggregate::ApproxCountDistinct => format!("COUNT(DISTINCT {text})"),
        // A sum of integers is a decimal.
        Aggregate::Sum if asked.ty.base == Base::Integer => return Some(whole(&format!("SUM({text})"))),
        Aggregate::Sum => format!("SUM({text})"),
        Aggregate::Avg => format!("AVG({})", double()),
        Aggregate::Min => format!("MIN({text})"),
        Aggregate::Max => format!("MAX({text})"),
        Aggregate::PercentileCont { .. } | Aggregate::PercentileDisc { .. } | Aggregate::First | Aggregate::Last => {
            return None;
        }
        Aggregate::Stddev { population: false } => format!("STDDEV_SAMP({})", double()),
        Aggregate::Stddev { population: true } => format!("STDDEV_POP({})", double()),
        Aggregate::Variance { population: false } => format!("VAR_SAMP({})", double()),
        Aggregate::Variance { population: true } => format!("VAR_POP({})", double()),
    }))
}

pub(super) fn integer_sum(x: &Words, over: &str) -> Words {
    whole(&format!("SUM({}) OVER ({over})", x.text))
}

/// The elements of JSON arrays of the right length, numbered: a recursion would stop at a depth that the server sets.
/// <https://dev.mysql.com/doc/refman/8.4/en/json-table-functions.html>
pub(super) fn periods(asked: &PeriodsCall) -> Option<String> {
    let PeriodsCall { column, from, first, last, grain, .. } = asked;
    let unit = grain.name().to_uppercase();
    let steps = format!("TIMESTAMPDIFF({unit}, {}, {})", first.text, last.text);
    let array = |length: &str, name: &str| {
        let array = format!("CONCAT('[', REPEAT('0,', {length}), '0]')");
        format!("CROSS JOIN JSON_TABLE({array}, '$[*]' COLUMNS (step FOR ORDINALITY)) AS {name}")
    };
    let blocks = array(&format!("{steps} DIV {BLOCK}"), "blocks");
    let within = array(&format!("LEAST({steps} - (blocks.step - 1) * {BLOCK}, {})", BLOCK - 1), "steps");
    let number = format!("(blocks.step - 1) * {BLOCK} + steps.step - 1");
    Some(format!(
        "SELECT DATE_ADD({}, INTERVAL {number} {unit}) AS {column}\nFROM {from}\n{blocks}\n{within}",
        first.text
    ))
}

/// Periods by the hundreds in one array, and these in another: a text longer than `max_allowed_packet` would be null, and the calendar
/// empty.
const BLOCK: u32 = 500;
