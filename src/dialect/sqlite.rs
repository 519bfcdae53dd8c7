//! SQLite. <https://www.sqlite.org/lang_corefunc.html>
//!
//! It has no decimals, dates or booleans. Decimals are worked with as integers of 64 bits, scaled: 12.50 is 1250, so sums and
//! differences are exact; a result is divided once, when it is shown. Moments are texts, `2026-01-31` and
//! `2026-01-31 10:00:00`, with up to six digits behind the seconds; truths are 1 and 0.

use super::common::said_everywhere;
use super::common::{self, call, cast, infix};
use super::{
    AggregateCall, Argument, Binding, Call, Dialect, Limit, PeriodsCall, Proof, Supports, Words, sqlite_time as time,
};
use crate::model::{Aggregate, Base, Function, Literal, Type};

pub static DIALECT: Dialect = Dialect {
    name: "sqlite",
    title: "SQLite",
    version: "3.40",
    grammar: || Box::new(sqlparser::dialect::SQLiteDialect {}),
    grammar_name: "SQLite",
    proof: Proof::Engine("SQLite 3.40"),
    supports: Supports {
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
    },
    closing: "",
    longest_name: None,
    identifier,
    type_name,
    literal,
    function,
    aggregate,
    integer_sum: |x, over| common::integer_sum(x, over, type_name),
    read,
    well_formed,
    show,
    byte_order: |words| words,
    exact_text: |words| words,
    same: |left, right| Words::infix(left, "IS NOT DISTINCT FROM", right, Binding::Compare),
    now: |zone| time::local(&Words::atom("DATETIME('now')"), zone),
    stored: common::dropped,
    periods,
};

fn identifier(name: &str) -> String {
    if common::is_plain(name, common::RESERVED) { name.to_owned() } else { common::double_quoted(name) }
}

fn type_name(base: Base) -> Option<String> {
    Some(match base {
        Base::Boolean | Base::Integer => "INTEGER".into(),
        Base::Decimal { .. } => "NUMERIC".into(),
        Base::Double => "REAL".into(),
        Base::Text | Base::Date | Base::Timestamp | Base::Instant => "TEXT".into(),
        Base::Broken | Base::Null => return None,
    })
}

/// `100` for scale 2.
fn power(scale: u8) -> String {
    format!("1{}", "0".repeat(usize::from(scale)))
}

fn scale_of(base: Base) -> u8 {
    base.scale().unwrap_or(0)
}

fn literal(literal: &Literal, ty: &Type) -> Option<Words> {
    Some(match literal {
        Literal::Null => Words::atom("NULL"),
        Literal::Boolean(value) => Words::atom(if *value { "TRUE" } else { "FALSE" }),
        Literal::Integer(value) => common::plain_number(value.to_string()),
        Literal::Decimal { digits, scale } => {
            let more = scale_of(ty.base).checked_sub(*scale)?;
            let scaled = digits.checked_mul(10i128.checked_pow(u32::from(more))?)?;
            common::plain_number(i64::try_from(scaled).ok()?.to_string())
        }
        Literal::Text(value) => return common::quoted_text(value),
        Literal::Date(date) => Words::atom(format!("'{date}'")),
        Literal::Timestamp(at) | Literal::Instant(at) => Words::atom(format!("'{}'", common::moment(at))),
    })
}

/// A stored decimal is a number; scaled and rounded it is exact again, up to 15 digits.
fn read(words: Words, ty: &Type) -> Words {
    match ty.base {
        Base::Decimal { scale: 0, .. } => cast(&words, "INTEGER"),
        Base::Decimal { scale, .. } => {
            Words::atom(format!("CAST(ROUND({} * {}) AS INTEGER)", words.text, power(scale)))
        }
        _ => words,
    }
}

/// Any column may hold anything here. A moment has one text, so that moments compare as texts do.
fn well_formed(x: &Words, base: Base) -> Option<Words> {
    let (text, column) = (&x.text, x.at(Binding::Add));
    Some(match base {
        Base::Boolean => Words::new(format!("{column} IN (0, 1)"), Binding::Compare),
        Base::Integer => Words::new(format!("TYPEOF({text}) = 'integer'"), Binding::Compare),
        Base::Decimal { scale, .. } => {
            Words::new(format!("TYPEOF({text}) <> 'text' AND {column} = ROUND({text}, {scale})"), Binding::And)
        }
        Base::Double => Words::new(format!("TYPEOF({text}) IN ('integer', 'real')"), Binding::Compare),
        Base::Text => Words::new(format!("TYPEOF({text}) = 'text'"), Binding::Compare),
        Base::Date => Words::new(format!("{column} = DATE({text}, '+0 days')"), Binding::Compare),
        Base::Timestamp | Base::Instant => time::well_formed(x),
        Base::Broken | Base::Null => return None,
    })
}

fn show(words: Words, ty: &Type) -> Words {
    match ty.base {
        Base::Decimal { scale: 0, .. } => words,
        Base::Decimal { scale, .. } => as_real(&words, scale),
        _ => words,
    }
}

fn as_real(words: &Words, scale: u8) -> Words {
    Words::new(format!("{} / {}.0", words.at(Binding::Multiply), power(scale)), Binding::Multiply)
}

/// A scaled integer at a smaller scale, rounded half away from zero.
fn scaled_down(x: &Words, by: u8) -> Words {
    if by == 0 {
        return x.clone();
    }
    let (whole, half) = (power(by), format!("5{}", "0".repeat(usize::from(by) - 1)));
    let text = x.at(Binding::Add);
    Words::new(format!("({text} + CASE WHEN {text} < 0 THEN -{half} ELSE {half} END) / {whole}"), Binding::Multiply)
}

fn scaled_up(x: &Words, by: u8) -> Words {
    if by == 0 {
        return x.clone();
    }
    if let Ok(number) = x.text.parse::<i64>()
        && let Some(scaled) = 10i64.checked_pow(u32::from(by)).and_then(|power| number.checked_mul(power))
    {
        return common::plain_number(scaled.to_string());
    }
    Words::infix(x, "*", &Words::atom(power(by)), Binding::Multiply)
}

fn function(asked: &Call) -> Option<Words> {
    let arguments = asked.arguments;
    let first = &arguments[0];
    let base = first.ty.base;
    Some(match asked.function {
        Function::Like => glob(arguments)?,
        // The grammar that statements are vetted by knows no `NOT GLOB`.
        Function::NotLike => Words::new(format!("NOT {}", glob(arguments)?.at(Binding::Compare)), Binding::Not),
        Function::Add => infix("+", arguments, Binding::Add),
        Function::Subtract => infix("-", arguments, Binding::Add),
        Function::Multiply => infix("*", arguments, Binding::Multiply),
        Function::Mod if base == Base::Double => {
            let (x, y) = (first.words.at(Binding::Unary), arguments[1].words.at(Binding::Unary));
            Words::new(format!("{x} - {y} * CAST({x} / {y} AS INTEGER)"), Binding::Add)
        }
        Function::Mod => infix("%", arguments, Binding::Multiply),
        Function::Negate => common::negate(first),
        Function::Concat => infix("||", arguments, Binding::Unary),
        Function::Abs => call("ABS", arguments),
        Function::Round(digits) => round(first, digits),
        Function::Floor => floor(first),
        Function::Ceil => ceil(first),
        Function::Power => call("POWER", arguments),
        Function::Sqrt => call("SQRT", arguments),
        Function::Ln => call("LN", arguments),
        Function::Exp => call("EXP", arguments),
        Function::Least => call("MIN", arguments),
        Function::Greatest => call("MAX", arguments),
        Function::Lower => call("LOWER", arguments),
        Function::Upper => call("UPPER", arguments),
        Function::Trim => Words::atom(format!("TRIM({}, ' ')", first.words.text)),
        Function::Length => call("LENGTH", arguments),
        Function::Substring => call("SUBSTR", arguments),
        Function::Replace => call("REPLACE", arguments),
        Function::StartsWith => {
            let part = &arguments[1].words;
            let start = Words::atom(format!("SUBSTR({}, 1, LENGTH({}))", first.words.text, part.text));
            Words::infix(&start, "=", part, Binding::Compare)
        }
        Function::EndsWith => {
            // `SUBSTR(x, 0)` would be the whole text: counted from the front, an empty part is found behind the last letter.
            let (x, part) = (&first.words.text, &arguments[1].words);
            let end = format!("SUBSTR({x}, LENGTH({x}) - LENGTH({0}) + 1, LENGTH({0}))", part.text);
            let fits = format!("LENGTH({x}) >= LENGTH({})", part.text);
            let same = Words::infix(&Words::atom(end), "=", part, Binding::Compare);
            Words::new(format!("{fits} AND {}", same.text), Binding::And)
        }
        Function::Contains => Words::infix(&call("INSTR", arguments), ">", &Words::atom("0"), Binding::Compare),
        Function::Cast(to) => convert(first, to)?,
        Function::Widen(to) => widen(first, to),
        Function::Shift { count, unit } => time::shift(first, count, unit),
        Function::Truncate(grain) => time::truncate(first, grain),
        Function::Difference(grain) => time::difference(first, &arguments[1], grain),
        Function::Part(part) => time::part(first, part),
        Function::SecondsLater => time::seconds_later(first, &arguments[1]),
        // An instant is its time in UTC.
        Function::ToUtc | Function::FromUtc => first.words.clone(),
        Function::ToLocal => time::local(&first.words, asked.zone)?,
        said_everywhere!() => return None,
    })
}

/// `LIKE` does not tell cases apart, `GLOB` does: a constant pattern is translated.
fn glob(arguments: &[Argument]) -> Option<Words> {
    let [x, pattern] = arguments else { return None };
    let pattern = common::text_of_literal(&pattern.words)?;
    let mut glob = String::with_capacity(pattern.len());
    for letter in pattern.chars() {
        match letter {
            '%' => glob.push('*'),
            '_' => glob.push('?'),
            '*' | '?' | '[' => glob.extend(['[', letter, ']']),
            _ => glob.push(letter),
        }
    }
    Some(Words::infix(&x.words, "GLOB", &common::quoted_text(&glob)?, Binding::Compare))
}

fn widen(x: &Argument, to: Base) -> Words {
    match (x.ty.base, to) {
        (Base::Decimal { scale, .. }, Base::Double) if scale > 0 => as_real(&x.words, scale),
        (Base::Integer | Base::Decimal { .. }, Base::Double) => match x.words.text.parse::<i64>() {
            Ok(number) => common::plain_number(format!("{number}.0")),
            Err(_) => cast(&x.words, "REAL"),
        },
        (from, Base::Decimal { scale, .. }) if common::is_exact(from) => scaled_up(&x.words, scale - scale_of(from)),
        _ => x.words.clone(),
    }
}

fn round(x: &Argument, digits: i8) -> Words {
    match x.ty.base {
        Base::Double => {
            let text = &x.words.text;
            let by = power(digits.unsigned_abs());
            let (scaled, back) = match digits {
                0 => (format!("ABS({text})"), String::new()),
                1.. => (format!("ABS({text}) * {by}.0"), format!(" / {by}.0")),
                _ => (format!("ABS({text}) / {by}.0"), format!(" * {by}.0")),
            };
            let whole = format!("CAST(CAST({scaled} + 0.5 AS INTEGER) AS REAL)");
            Words::new(format!("CASE WHEN {text} < 0 THEN -1.0 ELSE 1.0 END * {whole}{back}"), Binding::Multiply)
        }
        base => {
            let scale = scale_of(base);
            if digits >= 0 {
                return scaled_down(&x.words, scale.saturating_sub(digits.unsigned_abs()));
            }
            let rounded = scaled_down(&x.words, scale + digits.unsigned_abs());
            scaled_up(&rounded, digits.unsigned_abs())
        }
    }
}

fn floor(x: &Argument) -> Words {
    let text = x.words.at(Binding::Unary);
    match x.ty.base {
        Base::Double => {
            let whole = format!("CAST({text} AS INTEGER)");
            Words::atom(format!("CAST({whole} - CASE WHEN {whole} > {text} THEN 1 ELSE 0 END AS REAL)"))
        }
        Base::Decimal { scale, .. } if scale > 0 => {
            let by = power(scale);
            Words::new(format!("({text} - (({text} % {by}) + {by}) % {by}) / {by}"), Binding::Multiply)
        }
        _ => x.words.clone(),
    }
}

fn ceil(x: &Argument) -> Words {
    let negated = Argument { words: Words::atom(format!("(-{})", x.words.at(Binding::Atom))), ty: x.ty };
    match x.ty.base {
        Base::Double => Words::new(format!("-{}", floor(&negated).at(Binding::Atom)), Binding::Unary),
        Base::Decimal { scale, .. } if scale > 0 => {
            Words::new(format!("-{}", floor(&negated).at(Binding::Atom)), Binding::Unary)
        }
        _ => x.words.clone(),
    }
}

fn convert(x: &Argument, to: Base) -> Option<Words> {
    let text = &x.words.text;
    let from = x.ty.base;
    Some(match (from, to) {
        (Base::Null, _) => x.words.clone(),
        // A null that says its type.
        _ if text == "NULL" => x.words.clone(),
        (Base::Text, base) if base.is_number() => {
            let number = Argument { words: Words::atom(format!("CAST({text} AS REAL)")), ty: &REAL };
            let value = if base == Base::Double { number.words.clone() } else { convert(&number, base)? };
            // Beside a number a text is compared as one, if all of it is one.
            let whole = Words::infix(&cast(&x.words, "NUMERIC"), "=", &x.words, Binding::Compare);
            common::shaped(&whole.text, &value)
        }
        (Base::Double, Base::Integer) => cast(&Words::atom(format!("ROUND({text})")), "INTEGER"),
        (Base::Double, Base::Decimal { scale, .. }) => {
            Words::atom(format!("CAST(ROUND({} * {}.0) AS INTEGER)", x.words.at(Binding::Multiply), power(scale)))
        }
        (_, Base::Double) => widen(x, Base::Double),
        (Base::Decimal { scale, .. }, Base::Integer) => scaled_down(&x.words, scale),
        (from, Base::Decimal { scale, .. }) if common::is_exact(from) => match scale.checked_sub(scale_of(from)) {
            Some(more) => scaled_up(&x.words, more),
            None => scaled_down(&x.words, scale_of(from) - scale),
        },
        (Base::Decimal { scale, .. }, Base::Text) if scale > 0 => {
            let by = power(scale);
            let sign = format!("CASE WHEN {text} < 0 THEN '-' WHEN {text} >= 0 THEN '' END");
            let digits = format!("PRINTF('%d.%0{scale}d', ABS({text}) / {by}, ABS({text}) % {by})");
            Words::new(format!("{sign} || {digits}"), Binding::Unary)
        }
        (Base::Boolean, Base::Text) => common::boolean_text(&x.words),
        // Without a modifier the 30th of February stays what it is.
        (Base::Text, Base::Date) => common::shaped(&format!("DATE({text}, '+0 days') = {text}"), &x.words),
        (Base::Text, Base::Timestamp) => {
            common::shaped(&format!("DATETIME({text}, '+0 days') = SUBSTR({text}, 1, 19)"), &x.words)
        }
        (Base::Timestamp, Base::Date) => Words::atom(format!("SUBSTR({text}, 1, 10)")),
        (Base::Date, Base::Timestamp) => {
            Words::new(format!("{} || ' 00:00:00'", x.words.at(Binding::Unary)), Binding::Unary)
        }
        (from, to) if from == to => x.words.clone(),
        _ => cast(&x.words, &type_name(to)?),
    })
}

static REAL: Type = Type { base: Base::Double, nullable: true, unit: crate::model::Unit::PLAIN };

fn aggregate(asked: &AggregateCall) -> Option<Words> {
    let x = asked.argument.as_ref();
    let text = x.map_or("*", |x| x.words.text.as_str());
    let words = match asked.aggregate {
        Aggregate::Count | Aggregate::CountValues => format!("COUNT({text})"),
        Aggregate::CountDistinct | Aggregate::ApproxCountDistinct => format!("COUNT(DISTINCT {text})"),
        // Fails when a sum of integers does not fit 64 bits.
        Aggregate::Sum => format!("SUM({text})"),
        Aggregate::Avg => {
            let words = common::filtered(format!("AVG({text})"), asked.filter);
            return Some(match x.map(|x| x.ty.base) {
                Some(Base::Decimal { scale, .. }) if scale > 0 => as_real(&words, scale),
                _ => words,
            });
        }
        Aggregate::Min => format!("MIN({text})"),
        Aggregate::Max => format!("MAX({text})"),
        Aggregate::PercentileCont { .. }
        | Aggregate::PercentileDisc { .. }
        | Aggregate::Stddev { .. }
        | Aggregate::Variance { .. }
        | Aggregate::First
        | Aggregate::Last => return None,
    };
    Some(common::filtered(words, asked.filter))
}

/// A select that goes on from its own rows; SQLite has no series. <https://www.sqlite.org/lang_with.html>
fn periods(asked: &PeriodsCall) -> Option<String> {
    let PeriodsCall { own, column, from, first, last, next, .. } = asked;
    let (first, last, next) = (&first.text, &last.text, &next.text);
    Some(format!(
        "SELECT {first} AS {column}\nFROM {from}\nUNION ALL\nSELECT {next}\nFROM {own}\nJOIN {from} ON {next} <= {last}"
    ))
}
