//! What several warehouses say alike. A dialect calls these by name; nothing is inherited silently.

use super::{Argument, Binding, PeriodsCall, Stored, Words};
use crate::model::zone::Offsets;
use crate::model::{Base, Grain, Literal};
use jiff::civil::DateTime;

/// The functions that every warehouse says alike, and that the room above therefore says itself: a pattern for dialects.
macro_rules! said_everywhere {
    () => {
        Function::And
            | Function::Or
            | Function::Not
            | Function::Equal
            | Function::NotEqual
            | Function::Less
            | Function::LessOrEqual
            | Function::Greater
            | Function::GreaterOrEqual
            | Function::In
            | Function::NotIn
            | Function::IsNull
            | Function::IsNotNull
            | Function::IsTrue
            | Function::IsNotTrue
            | Function::IsFalse
            | Function::IsNotFalse
            | Function::Divide
            | Function::Coalesce
            | Function::Nullif
    };
}
pub(super) use said_everywhere;

/// `a + b` and its like.
pub fn infix(op: &str, arguments: &[Argument], binding: Binding) -> Words {
    Words::infix(&arguments[0].words, op, &arguments[1].words, binding)
}

/// `-x`, with a space where two signs would begin a comment.
pub fn negate(argument: &Argument) -> Words {
    let text = argument.words.at(Binding::Unary);
    let space = if text.starts_with('-') { " " } else { "" };
    Words::new(format!("-{space}{text}"), Binding::Unary)
}

/// `NAME(a, b)`
pub fn call(name: &str, arguments: &[Argument]) -> Words {
    Words::call(name, arguments.iter().map(|argument| &argument.words))
}

/// `CAST(x AS type)`
pub fn cast(words: &Words, ty: &str) -> Words {
    Words::atom(format!("CAST({} AS {ty})", words.text))
}

/// `'it''s'`, for dialects in which nothing but the quote is special. A NUL has no spelling.
pub fn quoted_text(text: &str) -> Option<Words> {
    if text.contains('\0') {
        return None;
    }
    Some(Words::atom(format!("'{}'", text.replace('\'', "''"))))
}

/// `'it\'s'`, for dialects in which a backslash escapes.
pub fn backslashed_text(text: &str) -> Option<Words> {
    if text.contains('\0') {
        return None;
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for letter in text.chars() {
        match letter {
            '\'' => quoted.push_str("\\'"),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            _ => quoted.push(letter),
        }
    }
    quoted.push('\'');
    Some(Words::atom(quoted))
}

/// `2026-01-31 10:00:00`, with six digits of a second where there are any.
pub fn moment(moment: &DateTime) -> String {
    let time = moment.time();
    let micros = time.subsec_nanosecond() / 1000;
    let whole = format!("{} {:02}:{:02}:{:02}", moment.date(), time.hour(), time.minute(), time.second());
    if micros == 0 { whole } else { format!("{whole}.{micros:06}") }
}

/// `-12.50`: the digits of a decimal with its point.
pub fn decimal(digits: i128, scale: u8) -> String {
    let sign = if digits < 0 { "-" } else { "" };
    let all = format!("{:0>width$}", digits.unsigned_abs(), width = usize::from(scale) + 1);
    let (whole, fraction) = all.split_at(all.len() - usize::from(scale));
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// `LIKE` where a backslash escapes in patterns: one that is meant as itself is doubled, in a text that doubles it again.
pub fn backslashed_like(op: &str, arguments: &[Argument]) -> Option<Words> {
    let [x, pattern] = arguments else { return None };
    let pattern = if pattern.words.text.starts_with('\'') {
        Words::atom(pattern.words.text.replace("\\\\", "\\\\\\\\"))
    } else {
        Words::atom(format!("REPLACE({}, '\\\\', '\\\\\\\\')", pattern.words.text))
    };
    Some(Words::infix(&x.words, op, &pattern, Binding::Compare))
}

/// A number as it stands: negative ones hold no tighter than a sign.
pub fn plain_number(text: String) -> Words {
    let binding = if text.starts_with('-') { Binding::Unary } else { Binding::Atom };
    Words::new(text, binding)
}

/// A constant as the standard writes it: `DATE '2026-01-31'`, decimals with a point.
pub fn standard_literal(literal: &Literal, text: fn(&str) -> Option<Words>, instant: &str) -> Option<Words> {
    Some(match literal {
        Literal::Null => Words::atom("NULL"),
        Literal::Boolean(true) => Words::atom("TRUE"),
        Literal::Boolean(false) => Words::atom("FALSE"),
        Literal::Integer(value) => plain_number(value.to_string()),
        Literal::Decimal { digits, scale } => plain_number(decimal(*digits, *scale)),
        Literal::Text(value) => return text(value),
        Literal::Date(date) => Words::atom(format!("DATE '{date}'")),
        Literal::Timestamp(at) => Words::atom(format!("TIMESTAMP '{}'", moment(at))),
        Literal::Instant(at) => Words::atom(format!("{instant} '{}+00:00'", moment(at))),
    })
}

/// Half away from zero in binary: `SIGN(x) * FLOOR(ABS(x) * 100 + 0.5) / 100`.
pub fn round_double(x: &Words, digits: i8) -> Words {
    let power = format!("1e{}", digits.unsigned_abs());
    let text = &x.text;
    let formula = match digits {
        0 => format!("SIGN({text}) * FLOOR(ABS({text}) + 0.5)"),
        1.. => format!("SIGN({text}) * FLOOR(ABS({text}) * {power} + 0.5) / {power}"),
        _ => format!("SIGN({text}) * FLOOR(ABS({text}) / {power} + 0.5) * {power}"),
    };
    Words::new(formula, Binding::Multiply)
}

/// The truth as a word, the same on every warehouse.
pub fn boolean_text(x: &Words) -> Words {
    Words::atom(format!("CASE WHEN {0} THEN 'true' WHEN NOT {1} THEN 'false' END", x.text, x.at(Binding::Compare)))
}

/// The shape of a text that is a value of a type, as a regular expression of POSIX, without the slashes or quotes around it: blanks
/// around numbers, none around moments; nothing else that a warehouse would let through (`inf`, `0x1F`, `1_000`, a day alone).
/// `None`: texts are not read as this type.
pub fn shape(base: Base) -> Option<&'static str> {
    Some(match base {
        Base::Integer | Base::Decimal { .. } | Base::Double => {
            "^[[:space:]]*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?[[:space:]]*$"
        }
        Base::Date => "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        Base::Timestamp => {
            "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]) ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?$"
        }
        Base::Boolean | Base::Text | Base::Instant | Base::Broken | Base::Null => return None,
    })
}

/// The value of a text that has a shape, else null.
pub fn shaped(has_shape: &str, value: &Words) -> Words {
    Words::atom(format!("CASE WHEN {has_shape} THEN {} END", value.text))
}

/// A shift as days or months, or as a length below a day: `(7, day)` for a week.
pub fn shift_parts(count: i64, unit: Grain) -> (i64, Grain) {
    match unit {
        Grain::Week => (count.saturating_mul(7), Grain::Day),
        Grain::Quarter => (count.saturating_mul(3), Grain::Month),
        Grain::Year => (count.saturating_mul(12), Grain::Month),
        other => (count, other),
    }
}

/// `0.95` from digits and scale.
pub fn fraction(digits: u64, scale: u8) -> String {
    decimal(i128::from(digits), scale)
}

/// Behind an aggregate: ` FILTER (WHERE p)`.
pub fn filtered(aggregate: String, filter: Option<&str>) -> Words {
    match filter {
        Some(filter) => Words::atom(format!("{aggregate} FILTER (WHERE {filter})")),
        None => Words::atom(aggregate),
    }
}

/// `CAST(SUM(x) OVER (…) AS BIGINT)`, where a sum of integers is of a wider type, or fails by itself.
pub fn integer_sum(x: &Words, over: &str, type_name: fn(Base) -> Option<String>) -> Words {
    let sum = Words::atom(format!("SUM({}) OVER ({over})", x.text));
    type_name(Base::Integer).map_or(sum.clone(), |name| cast(&sum, &name))
}

/// How many seconds the wall time of a zone is ahead of a moment in UTC, by the offsets that the compiler knows of: for warehouses
/// that do not know the zone by this name.
pub fn offset_seconds(x: &Words, zone: &str, moment: impl Fn(&DateTime) -> String) -> Option<String> {
    let offsets = Offsets::of(zone)?;
    let mut last = offsets.first;
    let mut arms = String::new();
    for (change, next) in &offsets.changes {
        arms.push_str(&format!(" WHEN {} < {} THEN {last}", x.at(Binding::Add), moment(change)));
        last = *next;
    }
    Some(if arms.is_empty() { last.to_string() } else { format!("CASE{arms} ELSE {last} END") })
}

/// A calendar of cross-joined digits, for warehouses without a series: a hundred thousand days, a million hours; `None` for minutes
/// and seconds, of which that would be too few. `digit` selects one, `table_as` stands before a table's name, `step` says the period
/// so many steps behind the first.
pub fn digit_calendar(
    asked: &PeriodsCall,
    digit: impl Fn(u32) -> String,
    table_as: &str,
    step: impl Fn(&str, &str, &str) -> String,
) -> Option<String> {
    let PeriodsCall { column, from, first, last, grain, .. } = asked;
    let digits = match grain {
        Grain::Second | Grain::Minute => return None,
        Grain::Hour => 6,
        _ => 5,
    };
    let ten: Vec<String> = (0..10).map(digit).collect();
    let ten = ten.join(" UNION ALL ");
    let names = || (0..digits).map(|at| format!("d{at}"));
    let number: Vec<String> = names().zip(0..).map(|(name, at)| format!("{name}.n * {}", 10i64.pow(at))).collect();
    let joined: Vec<String> = names().map(|name| format!("CROSS JOIN ({ten}) {table_as}{name}")).collect();
    let step = step(&grain.name().to_uppercase(), &number.join(" + "), &first.text);
    Some(format!("SELECT {step} AS {column}\nFROM {from}\n{}\nWHERE {step} <= {}", joined.join("\n"), last.text))
}

/// Whether a name can stand without quotes: lower-case letters, digits and underscores, and not reserved.
pub fn is_plain(name: &str, reserved: &[&str]) -> bool {
    let mut letters = name.bytes();
    letters.next().is_some_and(|first| first.is_ascii_lowercase() || first == b'_')
        && letters.all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_')
        && reserved.binary_search(&name).is_err()
}

/// `"name"`, with quotes in it doubled.
pub fn double_quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Words that some widely used dialect keeps for itself: quoted everywhere, which is never wrong. Sorted.
pub static RESERVED: &[&str] = &[
    "account",
    "all",
    "analyse",
    "analyze",
    "and",
    "anti",
    "any",
    "array",
    "as",
    "asc",
    "assert_rows_modified",
    "asymmetric",
    "at",
    "authorization",
    "between",
    "binary",
    "both",
    "by",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "concurrently",
    "connect",
    "connection",
    "constraint",
    "contains",
    "create",
    "cross",
    "cube",
    "current",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "database",
    "default",
    "deferrable",
    "define",
    "delete",
    "desc",
    "describe",
    "distinct",
    "do",
    "drop",
    "else",
    "end",
    "enum",
    "escape",
    "except",
    "exclude",
    "exists",
    "extract",
    "false",
    "fetch",
    "filter",
    "first",
    "following",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "glob",
    "grant",
    "group",
    "grouping",
    "groups",
    "hash",
    "having",
    "if",
    "ignore",
    "ilike",
    "in",
    "increment",
    "index",
    "initially",
    "inner",
    "insert",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "issue",
    "join",
    "lambda",
    "last",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "lookup",
    "match",
    "merge",
    "minus",
    "natural",
    "new",
    "no",
    "not",
    "notnull",
    "null",
    "nulls",
    "of",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "organization",
    "outer",
    "over",
    "overlaps",
    "partition",
    "pivot",
    "placing",
    "preceding",
    "primary",
    "proto",
    "qualify",
    "range",
    "recursive",
    "references",
    "regexp",
    "replace",
    "respect",
    "returning",
    "revoke",
    "right",
    "rlike",
    "rollup",
    "row",
    "rows",
    "sample",
    "schema",
    "select",
    "semi",
    "session_user",
    "set",
    "show",
    "similar",
    "some",
    "start",
    "struct",
    "summarize",
    "symmetric",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "treat",
    "trigger",
    "true",
    "try_cast",
    "unbounded",
    "union",
    "unique",
    "unnest",
    "unpivot",
    "update",
    "user",
    "using",
    "values",
    "variadic",
    "verbose",
    "view",
    "when",
    "whenever",
    "where",
    "window",
    "with",
    "within",
];

/// The SQL text of a literal, if the words are one: for patterns that have to be translated.
pub fn text_of_literal(words: &Words) -> Option<String> {
    let inside = words.text.strip_prefix('\'')?.strip_suffix('\'')?;
    let plain = inside.replace("''", "");
    if plain.contains('\'') { None } else { Some(inside.replace("''", "'")) }
}

/// A base without its digits, for choices that do not depend on them.
pub fn is_exact(base: Base) -> bool {
    matches!(base, Base::Integer | Base::Decimal { .. })
}

fn word(kind: Stored) -> &'static str {
    match kind {
        Stored::View => "VIEW",
        Stored::Table => "TABLE",
    }
}

/// `CREATE OR REPLACE`
pub fn replaced(kind: Stored, name: &str, query: &str) -> Option<String> {
    Some(format!("CREATE OR REPLACE {} {name} AS\n{query}", word(kind)))
}

/// Where nothing is replaced: what is there is dropped before.
pub fn dropped(kind: Stored, name: &str, query: &str) -> Option<String> {
    let kind = word(kind);
    Some(format!("DROP {kind} IF EXISTS {name};\nCREATE {kind} {name} AS\n{query}"))
}

/// Where only views are replaced.
pub fn replaced_view(kind: Stored, name: &str, query: &str) -> Option<String> {
    match kind {
        Stored::View => replaced(kind, name, query),
        Stored::Table => dropped(kind, name, query),
    }
}
