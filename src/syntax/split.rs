//! Splits a file into its declarations before the grammar sees them: so one wrong declaration never hides the errors of the
//! others, and each is parsed alone, on all cores.
//!
//! One pass over the bytes, that knows texts, quoted names, comments and brackets.

use super::errors;
use crate::diagnostic::Found;
use crate::source::{FileId, Span};
use std::ops::Range;

/// How deep brackets and `case` may nest: what a thread with a stack of 2 MB can follow in a debug build.
const DEEPEST: usize = 64;

const KEYWORDS: [&str; 6] = ["team", "source", "metric", "dimension", "report", "calendar"];
const RESERVED: [&str; 19] = [
    "and", "or", "not", "in", "is", "like", "between", "case", "when", "then", "else", "end", "where", "from", "at",
    "per", "null", "true", "false",
];

/// A file in pieces.
#[derive(Debug, Default)]
pub struct Pieces {
    /// The text of each declaration, to the start of the next one.
    pub declarations: Vec<Range<usize>>,
    pub comments: Vec<Span>,
    /// Some declaration was left out, with its error reported.
    pub broken: bool,
}

/// Whether a word is kept for the language.
pub fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word) || word == "as"
}

struct Scanner<'t> {
    file: FileId,
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    open: Vec<(u8, usize)>,
    cases: usize,
    start: Option<usize>,
    /// The open declaration has an error that was reported: it is not parsed.
    spoilt: bool,
    /// Where text outside of any declaration begins.
    outside: Option<usize>,
    pieces: Pieces,
}

/// Finds the declarations of a file.
pub fn split(file: FileId, text: &str, found: &mut Found) -> Pieces {
    let mut scanner = Scanner {
        file,
        text,
        bytes: text.as_bytes(),
        at: if text.starts_with('\u{FEFF}') { 3 } else { 0 },
        open: Vec::new(),
        cases: 0,
        start: None,
        spoilt: false,
        outside: None,
        pieces: Pieces::default(),
    };
    scanner.run(found);
    scanner.pieces
}

impl Scanner<'_> {
    fn span(&self, from: usize, to: usize) -> Span {
        Span::new(self.file, from, to)
    }

    fn run(&mut self, found: &mut Found) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'#' => self.comment(),
                b'\'' if self.text[self.at..].starts_with("'''") => self.long_text(found),
                b'\'' | b'"' => self.quoted(byte, found),
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(found),
                _ => self.sign(byte, found),
            }
        }
        self.finish(self.text.len(), found);
    }

    /// Anything that is not white space and begins no declaration belongs to the open one, or to none.
    fn belongs(&mut self) {
        if self.start.is_none() {
            self.outside.get_or_insert(self.at);
        }
    }

    fn comment(&mut self) {
        let end = self.text[self.at..].find('\n').map_or(self.text.len(), |length| self.at + length);
        let end = self.at + self.text[self.at..end].trim_end_matches('\r').len();
        self.pieces.comments.push(self.span(self.at, end));
        self.at = end;
    }

    fn long_text(&mut self, found: &mut Found) {
        self.belongs();
        let inside = self.at + 3;
        if let Some(length) = self.text[inside..].find("'''") {
            self.at = inside + length + 3;
            return;
        }
        found.push(errors::unclosed(self.span(self.at, inside), "a long text", "'''"));
        self.spoilt = true;
        // It goes on at the next line that clearly begins a declaration.
        self.at = inside;
        while let Some(length) = self.text[self.at..].find('\n') {
            self.at += length + 1;
            if let Some(word) = keyword_at(&self.text[self.at..]) {
                if self.is_clear_start(self.at + word.len()) {
                    self.open.clear();
                    return;
                }
            }
        }
        self.at = self.text.len();
        self.open.clear();
    }

    fn quoted(&mut self, quote: u8, found: &mut Found) {
        self.belongs();
        let open = self.at;
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte == b'\n' {
                break;
            }
            self.at += 1;
            if byte == quote {
                if self.bytes.get(self.at) == Some(&quote) {
                    self.at += 1;
                } else {
                    return;
                }
            }
        }
        let (what, close) = if quote == b'\'' { ("a text", "'") } else { ("a quoted name", "\"") };
        let end = open + self.text[open..self.at].trim_end().len();
        let error = errors::unclosed(self.span(open, end), what, close);
        let long = "a text over several lines is written between `'''` and `'''`";
        found.push(if quote == b'\'' { error.note(long) } else { error });
        self.spoilt = true;
    }

    fn word(&mut self, found: &mut Found) {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_').unwrap_or(rest.len());
        let word = &self.text[self.at..self.at + length];
        if KEYWORDS.contains(&word) && self.begins_declaration(self.at + length) {
            self.finish(self.at, found);
            self.start = Some(self.at);
        } else {
            self.belongs();
            match word {
                "case" => self.deeper(found, |scanner| scanner.cases += 1),
                "end" => self.cases = self.cases.saturating_sub(1),
                _ => {}
            }
        }
        self.at += length;
    }

    fn begins_declaration(&self, after: usize) -> bool {
        let first_column = self.at == 0 || matches!(self.bytes[self.at - 1], b'\n' | 0xBF);
        if self.open.is_empty() {
            return self.is_clear_start(after) || (first_column && self.is_likely_start(after)) || self.start.is_none();
        }
        first_column && self.is_clear_start(after)
    }

    /// After a keyword: a name, and then a title, a block, a formula or `from`.
    fn is_clear_start(&self, after: usize) -> bool {
        let rest = skip_space(&self.text[after..]);
        if rest.len() == self.text.len() - after {
            return false;
        }
        let Some(name) = name_length(rest) else { return false };
        let next = skip_space(&rest[name..]);
        next.starts_with(['\'', '{'])
            || (next.starts_with('=') && !next.starts_with("=="))
            || next.strip_prefix("from").is_some_and(|more| more.starts_with(char::is_whitespace))
    }

    /// After a keyword in the first column: nothing that would go on an expression in which the word is a column.
    fn is_likely_start(&self, after: usize) -> bool {
        let rest = skip_space(&self.text[after..]);
        let word = rest.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next().unwrap_or("");
        !rest.starts_with(['=', '<', '>', '+', '-', '*', '/', '.', ')', ',', '(', '|', '!', '{']) && !is_reserved(word)
    }

    fn sign(&mut self, byte: u8, found: &mut Found) {
        self.belongs();
        match byte {
            b'(' | b'{' => {
                let at = self.at;
                self.deeper(found, |scanner| scanner.open.push((byte, at)));
                self.at += 1;
            }
            b')' | b'}' => {
                self.close(byte, found);
                self.at += 1;
            }
            0x21..=0x7E => self.at += 1,
            _ => {
                let letter = self.text[self.at..].chars().next().unwrap_or('\u{FFFD}');
                let end = self.at + letter.len_utf8();
                if !self.spoilt {
                    found.push(errors::bad_character(self.span(self.at, end), letter));
                }
                self.spoilt = true;
                self.at = end;
            }
        }
    }

    fn deeper(&mut self, found: &mut Found, enter: impl FnOnce(&mut Self)) {
        if self.open.len() + self.cases == DEEPEST && !self.spoilt {
            found.push(errors::too_deep(self.span(self.at, self.at + 1)));
            self.spoilt = true;
        }
        enter(self);
    }

    fn close(&mut self, byte: u8, found: &mut Found) {
        let wanted = if byte == b')' { b'(' } else { b'{' };
        match self.open.iter().rposition(|(open, _)| *open == wanted) {
            Some(at) => {
                // What was opened in between stays unclosed; the first one says enough.
                if let Some((open, place)) = self.open.get(at + 1).copied() {
                    if !self.spoilt {
                        found.push(self.unclosed(open, place));
                    }
                    self.spoilt = true;
                }
                self.open.truncate(at);
            }
            None => {
                if !self.spoilt {
                    found.push(errors::unopened(self.span(self.at, self.at + 1), char::from(byte)));
                }
                self.spoilt = true;
            }
        }
    }

    fn unclosed(&self, open: u8, place: usize) -> crate::diagnostic::Diagnostic {
        let (what, close) = if open == b'(' { ("a bracket", ")") } else { ("a block", "}") };
        errors::unclosed(self.span(place, place + 1), what, close)
    }

    /// Ends the open declaration, or the text outside of any, before a place.
    fn finish(&mut self, end: usize, found: &mut Found) {
        if let Some(from) = self.outside.take() {
            let to = from + self.text[from..end].lines().next().unwrap_or("").trim_end().len();
            if !self.spoilt {
                found.push(errors::outside(self.span(from, to)));
            }
            self.pieces.broken = true;
        }
        if let Some((open, place)) = self.open.first().copied() {
            if !self.spoilt {
                found.push(self.unclosed(open, place));
            }
            self.spoilt = true;
        }
        if let Some(start) = self.start.take() {
            if self.spoilt {
                self.pieces.broken = true;
            } else {
                self.pieces.declarations.push(start..end);
            }
        }
        self.pieces.broken |= self.spoilt;
        self.open.clear();
        self.cases = 0;
        self.spoilt = false;
    }
}

/// The keyword of a declaration that a text begins with.
fn keyword_at(text: &str) -> Option<&'static str> {
    KEYWORDS.into_iter().find(|word| {
        text.strip_prefix(word).is_some_and(|rest| rest.starts_with(|letter: char| letter.is_whitespace()))
    })
}

/// The text after white space and comments.
fn skip_space(text: &str) -> &str {
    let mut rest = text.trim_start();
    while rest.starts_with('#') {
        rest = rest.find('\n').map_or("", |end| &rest[end..]).trim_start();
    }
    rest
}

/// The length of the name that a text begins with.
fn name_length(text: &str) -> Option<usize> {
    if let Some(rest) = text.strip_prefix('"') {
        let line = rest.split('\n').next().unwrap_or(rest);
        return line.find('"').map(|length| length + 2);
    }
    let length = text.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(text.len());
    let word = &text[..length];
    (length > 0 && !word.starts_with(|letter: char| letter.is_ascii_digit()) && !is_reserved(word)).then_some(length)
}
