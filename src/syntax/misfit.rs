//! What to say about a place where a text stopped fitting the grammar.

use super::grammar::{END, Misfit};
use super::lexer::{self, Kind, Token};
use super::{errors, split};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// A piece of a file that was given to the grammar.
#[derive(Clone, Copy)]
pub struct Part<'t> {
    pub file: FileId,
    pub text: &'t str,
    /// Where it begins in its file.
    pub base: usize,
    /// What comes after it, in words.
    pub end: &'static str,
}

impl Part<'_> {
    pub fn span(&self, token: Token) -> Span {
        Span::new(self.file, self.base + token.start, self.base + token.end)
    }
}

/// Words of the language that are typed in capitals by who knows SQL.
const WORDS: [&str; 42] = [
    "and", "or", "not", "in", "is", "like", "between", "case", "when", "then", "else", "end", "where", "from", "at",
    "per", "null", "true", "false", "as", "over", "while", "until", "by", "desc", "asc", "distinct", "join", "to",
    "on", "means", "owner", "agreed", "unit", "also", "show", "having", "during", "limit", "key", "time", "first",
];

/// The error for the place where a text stopped fitting; `before` is the token in front of it.
pub fn say(misfit: &Misfit, part: Part, before: Option<Token>) -> Diagnostic {
    let expected: Vec<String> =
        misfit.expected.iter().map(|word| if word == END { part.end.to_owned() } else { word.clone() }).collect();
    let Some(token) = lexer::next(part.text, misfit.offset).filter(|token| token.kind != Kind::Comment) else {
        let end = before.map_or(part.base, |token| part.base + token.end);
        return errors::unexpected(Span::new(part.file, end, end), part.end, &without(expected, part.end));
    };
    let word = token.text(part.text);
    let span = part.span(token);
    if token.kind == Kind::Name && misfit.wants_text && !misfit.wants_name {
        return errors::double_quotes(span, word);
    }
    if word.contains(|letter: char| letter.is_ascii_uppercase()) && WORDS.contains(&word.to_lowercase().as_str()) {
        return errors::capital_keyword(span, word);
    }
    let listed = before.is_some_and(|before| before.is(part.text, ","));
    if split::is_reserved(word) && misfit.wants_name && expected.len() <= 2 && !listed {
        return errors::reserved(span, word);
    }
    let error = errors::unexpected(span, &shown(token, part.text), &expected);
    match advice(misfit, part.text, token, before) {
        Some(advice) => error.help(advice),
        None => error,
    }
}

/// A token in a message: on one line, and not too long.
pub fn shown(token: Token, text: &str) -> String {
    let word = token.text(text);
    let line = word.lines().next().unwrap_or("");
    match line.char_indices().nth(40) {
        Some((end, _)) => format!("`{}…`", &line[..end]),
        None if line.len() < word.len() => format!("`{line}…`"),
        None => format!("`{line}`"),
    }
}

fn advice(misfit: &Misfit, text: &str, token: Token, before: Option<Token>) -> Option<String> {
    let two = text.get(token.start..token.start + 2).unwrap_or("");
    if let Some(advice) = errors::slip(if two == "--" { two } else { token.text(text) }) {
        return Some(advice.to_owned());
    }
    let before = before?;
    if let Some(advice) = errors::slip(&before.text(text).to_lowercase()).filter(|_| before.kind == Kind::Word) {
        return Some(format!("`{}`: {advice}", before.text(text)));
    }
    let written = before.text(text);
    if written.contains(|letter: char| letter.is_ascii_uppercase()) && WORDS.contains(&written.to_lowercase().as_str())
    {
        return Some(format!("words of the language are in lower case: write `{}`", written.to_lowercase()));
    }
    if before.is(text, ",") {
        return Some("the comma in front of it may be one too many".to_owned());
    }
    if misfit.wants_name && split::KEYWORDS.contains(&before.text(text)) {
        return Some(format!("`{}` is followed by a name", before.text(text)));
    }
    if misfit.expected.iter().any(|word| word == "`=`") && !matches!(token.kind, Kind::Sign | Kind::Text) {
        return Some("the formula follows after `=`".to_owned());
    }
    let operand = matches!(token.kind, Kind::Word | Kind::Name | Kind::Text | Kind::Number);
    let value = matches!(before.kind, Kind::Word | Kind::Name | Kind::Text | Kind::Number | Kind::Close);
    let number = before.kind == Kind::Number && before.text(text).ends_with(|last: char| !last.is_ascii_digit());
    if number || (token.kind == Kind::Number && !is_plain(token.text(text))) {
        return Some("a number has digits, and perhaps a point between digits: `1000`, `0.5`".to_owned());
    }
    (operand && value && misfit.after_value).then(|| "a comma or an operator may be missing in front of it".to_owned())
}

fn is_plain(number: &str) -> bool {
    number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn without(expected: Vec<String>, end: &str) -> Vec<String> {
    expected.into_iter().filter(|word| word != end).collect()
}
