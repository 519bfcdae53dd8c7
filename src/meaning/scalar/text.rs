//! Functions of text, exact byte for byte; positions and lengths are in code points.

use crate::meaning::Value;
use crate::model::Function;
use smol_str::SmolStr;

/// A function of text, no argument of it null.
pub fn call(function: Function, arguments: &[Value]) -> Value {
    let Value::Text(text) = &arguments[0] else { return Value::Null };
    match (function, &arguments[1..]) {
        (Function::Lower, _) => Value::Text(text.chars().map(lower).collect()),
        (Function::Upper, _) => Value::Text(text.chars().map(upper).collect()),
        (Function::Trim, _) => Value::Text(text.trim_matches(' ').into()),
        (Function::Length, _) => Value::Integer(text.chars().count() as i64),
        (Function::Substring, positions) => substring(text, positions),
        (Function::Concat, [Value::Text(other)]) => Value::Text(SmolStr::from(format!("{text}{other}"))),
        (Function::Like, [Value::Text(pattern)]) => Value::Boolean(like(text, pattern)),
        (Function::NotLike, [Value::Text(pattern)]) => Value::Boolean(!like(text, pattern)),
        (Function::StartsWith, [Value::Text(part)]) => Value::Boolean(text.starts_with(part.as_str())),
        (Function::EndsWith, [Value::Text(part)]) => Value::Boolean(text.ends_with(part.as_str())),
        (Function::Contains, [Value::Text(part)]) => Value::Boolean(text.contains(part.as_str())),
        // Nothing is found nowhere: an empty part replaces nothing.
        (Function::Replace, [Value::Text(part), Value::Text(_)]) if part.is_empty() => Value::Text(text.clone()),
        (Function::Replace, [Value::Text(part), Value::Text(new)]) => {
            Value::Text(text.replace(part.as_str(), new).into())
        }
        _ => Value::Null,
    }
}

/// Unicode's simple case mapping, letter by letter. The library knows the full one: where that is a single letter both are
/// the same, and where it is several the letter stays, unless `UnicodeData.txt` has one of its own for it.
fn lower(letter: char) -> char {
    if letter == '\u{130}' { 'i' } else { single(letter, letter.to_lowercase()) }
}

fn upper(letter: char) -> char {
    // Greek letters with an iota below.
    let above = match letter {
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => 8,
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => 9,
        _ => return single(letter, letter.to_uppercase()),
    };
    char::from_u32(u32::from(letter) + above).unwrap_or(letter)
}

fn single(letter: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(only), None) => only,
        _ => letter,
    }
}

/// From a position, counted from 1, so many code points. A position below 1 or a negative length gives null.
fn substring(text: &str, positions: &[Value]) -> Value {
    let number = |value: &Value| match value {
        Value::Integer(value) => Some(*value),
        _ => None,
    };
    let Some(from) = positions.first().and_then(number).filter(|from| *from >= 1) else { return Value::Null };
    let length = match positions.get(1).map(number) {
        Some(Some(length)) if length >= 0 => usize::try_from(length).unwrap_or(usize::MAX),
        Some(_) => return Value::Null,
        None => usize::MAX,
    };
    let skipped = usize::try_from(from - 1).unwrap_or(usize::MAX);
    Value::Text(text.chars().skip(skipped).take(length).collect())
}

/// `%` is any text, `_` one code point; nothing escapes them. Only the last `%` is ever tried again, so that the time is at
/// most the product of both lengths.
fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
    let (mut at, mut in_pattern) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(in_pattern) {
            Some('%') => {
                retry = Some((at, in_pattern));
                in_pattern += 1;
            }
            Some(&wanted) if wanted == '_' || wanted == text[at] => {
                at += 1;
                in_pattern += 1;
            }
            _ => match retry {
                Some((from, percent)) => {
                    retry = Some((from + 1, percent));
                    at = from + 1;
                    in_pattern = percent + 1;
                }
                None => return false,
            },
        }
    }
    pattern[in_pattern..].iter().all(|rest| *rest == '%')
}
