//! Microsoft SQL Server, and the words that Fabric and Synapse share with it. <https://learn.microsoft.com/sql/t-sql/functions/>
//!
//! It has no type for conditions, compares texts by the collation of their column and without blanks at the end, divides integers
//! to integers, and takes decimal places off a product that would have more than 38 digits. So conditions and values are told
//! apart, every text says a binary collation and is held against others with a bar behind it, and a product or sum whose places
//! would be cut is E0601. A zone's offsets are written out: the server knows Windows' names of zones only. An `instant` is a
//! `DATETIME2` in UTC. Calendars are made of cross-joined digits, to a hundred thousand days or a million hours.

use super::common::said_everywhere;
use super::common::{self, call, cast, infix};
use super::{
    AggregateCall, Argument, Binding, Call, Dialect, Limit, Longest, PeriodsCall, Proof, Stored, Supports, Words,
};
use crate::model::{Aggregate, Base, Function, Grain, Literal, Part, Type};

pub static DIALECT: Dialect = Dialect {
    name: "tsql",
    title: "SQL Server",
    version: "2019",
    stored: |kind, name, query| match kind {
        Stored::View => Some(format!("CREATE OR ALTER VIEW {name} AS\n{query}")),
        // `SELECT … INTO` stands within a statement, and not in front of one.
        Stored::Table => None,
    },
    ..SHARED
};

/// What the three have in common.
pub(super) const SHARED: Dialect = Dialect {
    name: "",
    title: "",
    version: "",
    grammar: || Box::new(sqlparser::dialect::MsSqlDialect {}),
    grammar_name: "SQL Server",
    proof: Proof::Emulator("DuckDB by sqlglot's translation, after Microsoft's grammar"),
    supports: Supports {
        filter_clause: false,
        percentile_aggregate: false,
        nulls_last: false,
        greatest_of_null_is_null: false,
        exact_literals: true,
        group_by_ordinal: false,
        joined_columns_keep_names: true,
        lead_of_nothing_is_null: true,
        row_numbers_are_signed: true,
        order_by_expressions: false,
        table_as: true,
        truth_values: false,
        with_recursive: false,
        limit: Limit::Top,
    },
    closing: "",
    longest_name: Some(Longest::Letters(128)),
    identifier,
    type_name,
    literal,
    function,
    aggregate,
    integer_sum,
    read,
    well_formed: |_, _| None,
    show,
    byte_order: |words| words,
    exact_text: |words| Words::infix(&words, "+", &Words::atom("N'|'"), Binding::Add),
    // Both null are the same row of an intersection.
    // <https://learn.microsoft.com/sql/t-sql/language-elements/set-operators-except-and-intersect-transact-sql>
    same: |left, right| {
        let (a, b) = (left.at(Binding::Add), right.at(Binding::Add));
        Words::atom(format!("({a} = {b} OR ({a} IS NULL AND {b} IS NULL))"))
    },
    now: |zone| local(&Words::atom("CAST(SYSUTCDATETIME() AS DATETIME2(6))"), zone),
    stored: |_, _, _| None,
    periods,
};

/// By code points of 16 bits, which is the order of bytes within the basic plane.
const BINARY: &str = "Latin1_General_100_BIN2";
/// Counts a code point beyond the basic plane as one.
const COUNTING: &str = "Latin1_General_100_CS_AS_SC";

fn identifier(name: &str) -> String {
    if common::is_plain(name, common::RESERVED) && !RESERVED.contains(&name) {
        name.to_owned()
    } else {
        format!("[{}]", name.replace(']', "]]"))
    }
}

/// Words that Transact-SQL keeps beyond those that are quoted everywhere.
/// <https://learn.microsoft.com/sql/t-sql/language-elements/reserved-keywords-transact-sql>
const RESERVED: &[&str] = &[
    "add",
    "alter",
    "backup",
    "begin",
    "break",
    "browse",
    "bulk",
    "cascade",
    "checkpoint",
    "close",
    "clustered",
    "coalesce",
    "commit",
    "compute",
    "containstable",
    "continue",
    "convert",
    "cursor",
    "dbcc",
    "deallocate",
    "declare",
    "deny",
    "disk",
    "distributed",
    "double",
    "dump",
    "errlvl",
    "exec",
    "execute",
    "exit",
    "external",
    "file",
    "fillfactor",
    "freetext",
    "freetexttable",
    "function",
    "goto",
    "holdlock",
    "identity",
    "identity_insert",
    "identitycol",
    "key",
    "kill",
    "label",
    "lineno",
    "load",
    "national",
    "nocheck",
    "nonclustered",
    "nullif",
    "off",
    "offsets",
    "open",
    "opendatasource",
    "openquery",
    "openrowset",
    "openxml",
    "option",
    "percent",
    "plan",
    "precision",
    "print",
    "proc",
    "procedure",
    "public",
    "raiserror",
    "read",
    "readtext",
    "reconfigure",
    "replication",
    "restore",
    "restrict",
    "return",
    "revert",
    "rollback",
    "rowcount",
    "rowguidcol",
    "rule",
    "save",
    "securityaudit",
    "semantickeyphrasetable",
    "setuser",
    "shutdown",
    "statistics",
    "system_user",
    "textsize",
    "top",
    "tran",
    "transaction",
    "truncate",
    "tsequal",
    "updatetext",
    "use",
    "view",
    "waitfor",
    "while",
    "writetext",
];

pub(super) fn type_name(base: Base) -> Option<String> {
    Some(match base {
        Base::Boolean => "BIT".into(),
        Base::Integer => "BIGINT".into(),
        Base::Decimal { precision, scale } => format!("DECIMAL({precision}, {scale})"),
        Base::Double => "FLOAT".into(),
        Base::Text => "NVARCHAR(4000)".into(),
        Base::Date => "DATE".into(),
        Base::Timestamp | Base::Instant => "DATETIME2(6)".into(),
        Base::Broken | Base::Null => return None,
    })
}

fn collated(text: &str) -> Words {
    Words::new(format!("{text} COLLATE {BINARY}"), Binding::Unary)
}

/// In a collation that counts code points.
fn counted(words: &Words) -> String {
    format!("{} COLLATE {COUNTING}", words.at(Binding::Atom))
}

fn literal(literal: &Literal, _: &Type) -> Option<Words> {
    Some(match literal {
        Literal::Boolean(value) => Words::atom(if *value { "1" } else { "0" }),
        Literal::Text(text) => collated(&format!("N{}", common::quoted_text(text)?.text)),
        Literal::Date(date) => Words::atom(format!("CAST('{date}' AS DATE)")),
        Literal::Timestamp(at) | Literal::Instant(at) => {
            Words::atom(format!("CAST('{}' AS DATETIME2(6))", common::moment(at)))
        }
        _ => return common::standard_literal(literal, common::quoted_text, ""),
    })
}

fn read(words: Words, ty: &Type) -> Words {
    match ty.base {
        Base::Text => collated(&common::cast(&words, "NVARCHAR(4000)").text),
        // A smaller integer would be multiplied as one.
        Base::Integer => cast(&words, "BIGINT"),
        _ => words,
    }
}

fn show(words: Words, ty: &Type) -> Words {
    if ty.base == Base::Boolean { cast(&words, "BIT") } else { words }
}

fn local(x: &Words, zone: &str) -> Option<Words> {
    let offset =
        common::offset_seconds(x, zone, |moment| format!("CAST('{}' AS DATETIME2(6))", common::moment(moment)))?;
    Some(Words::atom(format!("DATEADD(SECOND, {offset}, {})", x.text)))
}

fn exactly(left: String, right: &Words) -> Words {
    let exact = SHARED.exact_text;
    Words::infix(&exact(Words::atom(left)), "=", &exact(right.clone()), Binding::Compare)
}

/// `LEN` does not count blanks at the end.
fn length(words: &Words) -> String {
    format!("(LEN({} + N'|') - 1)", words.at(Binding::Add))
}

fn function(asked: &Call) -> Option<Words> {
    let arguments = asked.arguments;
    let first = &arguments[0];
    let text = first.words.text.as_str();
    Some(match asked.function {
        Function::Like => like("LIKE", arguments)?,
        Function::NotLike => like("NOT LIKE", arguments)?,
        Function::Add => arithmetic("+", arguments, asked.ty, Binding::Add)?,
        Function::Subtract => arithmetic("-", arguments, asked.ty, Binding::Add)?,
        Function::Multiply => arithmetic("*", arguments, asked.ty, Binding::Multiply)?,
        Function::Mod if first.ty.base == Base::Double => {
            let (x, y) = (first.words.at(Binding::Unary), arguments[1].words.at(Binding::Unary));
            let whole = format!("CASE WHEN {x} / {y} < 0 THEN CEILING({x} / {y}) ELSE FLOOR({x} / {y}) END");
            Words::new(format!("{x} - {y} * {whole}"), Binding::Add)
        }
        Function::Mod => infix("%", arguments, Binding::Multiply),
        Function::Negate => common::negate(first),
        // `CONCAT` takes null for the empty text, and what `+` does depends on types and settings.
        Function::Concat => {
            let known = arguments
                .iter()
                .filter(|each| each.ty.nullable)
                .map(|each| format!("{} IS NOT NULL", each.words.at(Binding::Add)));
            let known: Vec<String> = known.collect();
            let joined = call("CONCAT", arguments).text;
            match known.is_empty() {
                true => Words::atom(joined),
                false => Words::atom(format!("CASE WHEN {} THEN {joined} END", known.join(" AND "))),
            }
        }
        Function::Abs => call("ABS", arguments),
        Function::Round(digits) => match first.ty.base {
            Base::Integer if digits >= 0 => first.words.clone(),
            Base::Double => common::round_double(&first.words, digits),
            _ => cast(&Words::atom(format!("ROUND({text}, {digits})")), &type_name(asked.ty.base)?),
        },
        Function::Floor | Function::Ceil if first.ty.base == Base::Integer => first.words.clone(),
        Function::Floor => call("FLOOR", arguments),
        Function::Ceil => call("CEILING", arguments),
        Function::Power => call("POWER", arguments),
        Function::Sqrt => call("SQRT", arguments),
        Function::Ln => call("LOG", arguments),
        Function::Exp => call("EXP", arguments),
        Function::Least => chosen("<=", arguments),
        Function::Greatest => chosen(">=", arguments),
        Function::Lower => call("LOWER", arguments),
        Function::Upper => call("UPPER", arguments),
        Function::Trim => Words::atom(format!("LTRIM(RTRIM({text}))")),
        Function::Length => {
            let marked = Words::new(format!("{} + N'|'", first.words.at(Binding::Add)), Binding::Add);
            Words::new(format!("LEN({}) - 1", counted(&marked)), Binding::Add)
        }
        Function::Substring => {
            let most = arguments.get(2).map_or("4000", |most| most.words.text.as_str());
            let part = format!("SUBSTRING({}, {}, {most})", counted(&first.words), arguments[1].words.text);
            collated(&part)
        }
        Function::Replace => call("REPLACE", arguments),
        Function::StartsWith => {
            let part = &arguments[1].words;
            exactly(format!("LEFT({text}, {})", length(part)), part)
        }
        Function::EndsWith => {
            let part = &arguments[1].words;
            exactly(format!("RIGHT({text}, {})", length(part)), part)
        }
        // The empty text is in every text.
        Function::Contains => {
            let part = &arguments[1].words;
            let none = format!("CASE WHEN {} = 0 THEN 1 ELSE 0 END", length(part));
            Words::new(format!("CHARINDEX({}, {text}) + {none} > 0", part.text), Binding::Compare)
        }
        Function::Cast(to) | Function::Widen(to) => convert(first, to)?,
        Function::Shift { count, unit } => {
            let (count, unit) = common::shift_parts(count, unit);
            Words::atom(format!("DATEADD({}, {count}, {text})", unit.name().to_uppercase()))
        }
        Function::Truncate(grain) => truncate(first, grain),
        Function::Difference(grain) => difference(first, &arguments[1], grain),
        Function::Part(part) => extract(part, first),
        Function::SecondsLater => Words::atom(format!("DATEADD(SECOND, {}, {text})", arguments[1].words.text)),
        // An instant is its time in UTC.
        Function::ToUtc | Function::FromUtc => first.words.clone(),
        Function::ToLocal => local(&first.words, asked.zone)?,
        said_everywhere!() => return None,
    })
}

/// A bracket begins a set of letters, unless it is said to be itself.
fn like(op: &str, arguments: &[Argument]) -> Option<Words> {
    let [x, pattern] = arguments else { return None };
    let constant = pattern.words.text.starts_with("N'");
    if constant && !pattern.words.text.contains(['[', '|']) {
        return Some(Words::infix(&x.words, op, &pattern.words, Binding::Compare));
    }
    let escaped = format!("REPLACE(REPLACE({}, N'|', N'||'), N'[', N'|[')", pattern.words.text);
    Some(Words::infix(&x.words, op, &Words::atom(format!("{escaped} ESCAPE N'|'")), Binding::Compare))
}

/// Decimals whose result would lose places are refused.
/// <https://learn.microsoft.com/sql/t-sql/data-types/precision-scale-and-length-transact-sql>
fn arithmetic(op: &str, arguments: &[Argument], ty: &Type, binding: Binding) -> Option<Words> {
    let digits = |argument: &Argument| match argument.ty.base {
        Base::Decimal { precision, scale } => (u32::from(precision), u32::from(scale)),
        _ => (19, 0),
    };
    let worked = infix(op, arguments, binding);
    if !matches!(ty.base, Base::Decimal { .. }) {
        return Some(worked);
    }
    let [(p, s), (q, t)] = [digits(&arguments[0]), digits(&arguments[1])];
    let exact = match op {
        "*" => p + q < 38 || s + t <= 6,
        _ => (p - s).max(q - t) + s.max(t) <= 38,
    };
    exact.then(|| cast(&worked, &type_name(ty.base).unwrap_or_default()))
}

/// `GREATEST` is of 2022.
fn chosen(op: &str, arguments: &[Argument]) -> Words {
    let mut best = arguments[0].words.clone();
    for next in &arguments[1..] {
        let better = Words::infix(&best, op, &next.words, Binding::Compare);
        best = Words::atom(format!("CASE WHEN {} THEN {} ELSE {} END", better.text, best.text, next.words.text));
    }
    best
}

/// A text has the shape of a number if nothing is left of it without the letters of numbers, it has a digit, and ends in one or in
/// a point; the rest `TRY_CAST` sees to.
fn numeral(x: &Words) -> (String, String) {
    let blanks = "CONCAT(CHAR(9), CHAR(10), CHAR(11), CHAR(12), CHAR(13))";
    let bare = format!("LTRIM(RTRIM(TRANSLATE({}, {blanks}, N'     ')))", x.text);
    let nines = format!("TRANSLATE({bare}, N'012345678', N'999999999')");
    let rest = format!("REPLACE(TRANSLATE({nines}, N'.eE+-', N'99999'), N'9', N'') + N'|' = N'|'");
    let ends = format!("RIGHT({nines}, 1) IN (N'9', N'.')");
    (format!("{rest} AND {nines} LIKE N'%9%' AND {ends}"), bare)
}

fn convert(x: &Argument, to: Base) -> Option<Words> {
    let name = type_name(to)?;
    let text = &x.words.text;
    Some(match (x.ty.base, to) {
        (Base::Text, Base::Text) => x.words.clone(),
        (Base::Text, base) if base.is_number() => {
            let (shape, bare) = numeral(&x.words);
            let double = format!("TRY_CAST({bare} AS FLOAT)");
            // Decimals are read without exponents.
            let exact = format!("COALESCE(TRY_CAST({bare} AS DECIMAL(38, 18)), TRY_CAST({double} AS DECIMAL(38, 18)))");
            let value = match base {
                Base::Double => double,
                Base::Integer => format!("CAST(ROUND({exact}, 0) AS BIGINT)"),
                _ => format!("CAST(ROUND({exact}, {}) AS {name})", base.scale().unwrap_or(0)),
            };
            common::shaped(&shape, &Words::atom(value))
        }
        (Base::Text, base) => {
            let nines = format!("TRANSLATE({text}, N'012345678', N'999999999')");
            let shape = match base {
                Base::Date => format!("{nines} + N'|' = N'9999-99-99|'"),
                Base::Timestamp => format!(
                    "LEFT({nines}, 19) = N'9999-99-99 99:99:99' AND REPLACE(SUBSTRING({nines}, 21, 4000), N'9', N'') + N'|' = N'|' \
                     AND (SUBSTRING({nines}, 20, 4000) + N'|' = N'|' OR ({nines} LIKE N'%.9%' AND {} BETWEEN 21 AND 26))",
                    length(&x.words)
                ),
                _ => return None,
            };
            common::shaped(&shape, &Words::atom(format!("TRY_CAST({text} AS {name})")))
        }
        (Base::Double, Base::Integer) => cast(&common::round_double(&x.words, 0), &name),
        (Base::Double, Base::Decimal { scale, .. }) => cast(&common::round_double(&x.words, scale as i8), &name),
        (Base::Decimal { .. }, Base::Integer) => cast(&Words::atom(format!("ROUND({text}, 0)")), &name),
        (Base::Decimal { scale: from, .. }, Base::Decimal { scale, .. }) if scale < from => {
            cast(&Words::atom(format!("ROUND({text}, {scale})")), &name)
        }
        (Base::Boolean, Base::Text) => collated(&format!(
            "(CASE WHEN {0} = 1 THEN N'true' WHEN {0} = 0 THEN N'false' END)",
            x.words.at(Binding::Add)
        )),
        (Base::Date, Base::Text) => collated(&format!("CONVERT(NVARCHAR(10), {text}, 23)")),
        (_, Base::Text) => collated(&cast(&x.words, &name).text),
        _ => cast(&x.words, &name),
    })
}

fn day(x: &Argument) -> String {
    if x.ty.base == Base::Date { x.words.text.clone() } else { format!("CAST({} AS DATE)", x.words.text) }
}

/// Days since a Monday: 0 to 6, also before 1900.
fn weekday(x: &Argument) -> String {
    format!("(DATEDIFF(DAY, CAST('1900-01-01' AS DATE), {}) % 7 + 7) % 7", day(x))
}

fn truncate(x: &Argument, grain: Grain) -> Words {
    let (text, day) = (&x.words.text, day(x));
    let midnight = format!("CAST({day} AS DATETIME2(6))");
    let part = |name: &str| format!("DATEPART({name}, {text})");
    Words::atom(match grain {
        Grain::Day => day,
        Grain::Week => format!("DATEADD(DAY, -({}), {day})", weekday(x)),
        Grain::Month => format!("DATEFROMPARTS(YEAR({text}), MONTH({text}), 1)"),
        Grain::Quarter => format!("DATEFROMPARTS(YEAR({text}), {} * 3 - 2, 1)", part("QUARTER")),
        Grain::Year => format!("DATEFROMPARTS(YEAR({text}), 1, 1)"),
        Grain::Hour => format!("DATEADD(HOUR, {}, {midnight})", part("HOUR")),
        Grain::Minute => format!("DATEADD(MINUTE, {} * 60 + {}, {midnight})", part("HOUR"), part("MINUTE")),
        Grain::Second => {
            format!(
                "DATEADD(SECOND, ({} * 60 + {}) * 60 + {}, {midnight})",
                part("HOUR"),
                part("MINUTE"),
                part("SECOND")
            )
        }
    })
}

/// `DATEDIFF` counts the starts of periods between two moments, but weeks from Sunday.
fn difference(from: &Argument, to: &Argument, grain: Grain) -> Words {
    let (a, b) = (&from.words.text, &to.words.text);
    match grain {
        Grain::Week => {
            let start = |x: &Argument| truncate(x, Grain::Week).text;
            Words::atom(format!("CAST(DATEDIFF(DAY, {}, {}) / 7 AS BIGINT)", start(from), start(to)))
        }
        Grain::Second | Grain::Minute => {
            Words::atom(format!("DATEDIFF_BIG({}, {a}, {b})", grain.name().to_uppercase()))
        }
        _ => Words::atom(format!("DATEDIFF({}, {a}, {b})", grain.name().to_uppercase())),
    }
}

fn extract(part: Part, x: &Argument) -> Words {
    let name = match part {
        Part::Second => "SECOND",
        Part::Minute => "MINUTE",
        Part::Hour => "HOUR",
        Part::DayOfWeek => return Words::new(format!("{} + 1", weekday(x)), Binding::Add),
        Part::DayOfMonth => "DAY",
        Part::DayOfYear => "DAYOFYEAR",
        Part::Month => "MONTH",
        Part::Quarter => "QUARTER",
        Part::Year => "YEAR",
    };
    Words::atom(format!("DATEPART({name}, {})", x.words.text))
}

fn aggregate(asked: &AggregateCall) -> Option<Words> {
    let x = asked.argument.as_ref();
    let text = x.map_or("*", |x| x.words.text.as_str());
    Some(Words::atom(match asked.aggregate {
        Aggregate::Count | Aggregate::CountValues => format!("COUNT_BIG({text})"),
        Aggregate::CountDistinct | Aggregate::ApproxCountDistinct => format!("COUNT_BIG(DISTINCT {text})"),
        // Fails when it does not fit.
        Aggregate::Sum if asked.ty.base == Base::Integer => format!("SUM(CAST({text} AS BIGINT))"),
        Aggregate::Sum => format!("SUM({text})"),
        Aggregate::Avg => format!("AVG(CAST({text} AS FLOAT))"),
        Aggregate::Min => format!("MIN({text})"),
        Aggregate::Max => format!("MAX({text})"),
        Aggregate::PercentileCont { .. }
        | Aggregate::PercentileDisc { .. }
        | Aggregate::First
        | Aggregate::Last
        | Aggregate::Stddev { .. }
        | Aggregate::Variance { .. } => return None,
    }))
}

fn integer_sum(x: &Words, over: &str) -> Words {
    Words::atom(format!("SUM(CAST({} AS BIGINT)) OVER ({over})", x.text))
}

fn periods(asked: &PeriodsCall) -> Option<String> {
    common::digit_calendar(
        asked,
        |n| format!("SELECT {n} AS n"),
        "AS ",
        |unit, number, first| format!("DATEADD({unit}, {number}, {first})"),
    )
}
