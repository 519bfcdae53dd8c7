//! Splits a file into its declarations before the grammar sees them: so one wrong declaration never hides the errors of the
//! others, and each is parsed alone, on all cores.
//!
//! One pass over the tokens, that knows brackets and where a declaration can begin.

use super::errors;
use super::lexer::{self, Kind, Token};
use super::limit::Limited;
use crate::source::{FileId, Span};
use crate::suggest::closest;
use std::ops::Range;

/// How deep brackets and `case` may nest: what a thread with a stack of 2 MB can follow in a debug build.
const DEEPEST: usize = 64;

/// How many tokens a declaration may have: the parser's tables take some hundred bytes for each.
const MOST_TOKENS: usize = 1 << 20;

pub const KEYWORDS: [&str; 6] = ["team", "source", "metric", "dimension", "report", "calendar"];
const RESERVED: [&str; 20] = [
    "and", "or", "not", "in", "is", "like", "between", "case", "when", "then", "else", "end", "where", "from", "at",
    "per", "null", "true", "false", "as",
];
/// Words and signs after which an operand has to come, so that a keyword there is a name.
const OPERAND_FOLLOWS: [&str; 23] = [
    "and", "or", "not", "in", "is", "like", "between", "case", "when", "then", "else", "where", "from", "at", "per",
    "as", "over", "while", "until", "by", "on", "to", "of",
];

/// A file in pieces.
#[derive(Debug, Default)]
pub struct Pieces {
    pub declarations: Vec<Piece>,
    pub comments: Vec<Span>,
    /// Where errors were reported already, in order.
    pub hurt: Vec<usize>,
}

/// The text of one declaration, to its last token.
#[derive(Clone, Debug)]
pub struct Piece {
    pub range: Range<usize>,
    /// Too deep or too long to be parsed; that was reported.
    pub refused: bool,
    /// An error of it was reported.
    pub hurt: bool,
}

/// Whether a word is kept for the language.
pub fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word)
}

/// Whether a word has to be followed by a value or a name.
pub fn operand_follows(word: &str) -> bool {
    OPERAND_FOLLOWS.contains(&word)
}

/// Finds the declarations of a file.
pub fn split(file: FileId, text: &str, found: &mut Limited) -> Pieces {
    let mut first_look = Limited::default();
    let mut scanner = Scanner::new(file, text, false);
    scanner.run(&mut first_look);
    // A long text that never ends may have been closed by the opening quotes of the next one: then everything after it is
    // read inside out. So look again, and mistrust long texts that hold declarations.
    if scanner.open_long && text.matches("'''").nth(2).is_some() {
        first_look = Limited::default();
        scanner = Scanner::new(file, text, true);
        scanner.run(&mut first_look);
    }
    found.extend(first_look);
    scanner.pieces
}

/// Looks at texts, brackets and depth of what is written on a command line. Whether the grammar may see it.
pub fn check(file: FileId, text: &str, found: &mut Limited) -> bool {
    let mut scanner = Scanner::new(file, text, false);
    // As if within a declaration: nothing here begins one.
    scanner.piece = true;
    scanner.start = Some(0);
    scanner.run(found);
    found.is_empty()
}

struct Scanner<'t> {
    file: FileId,
    text: &'t str,
    /// Long texts that hold declarations count as unfinished.
    wary: bool,
    /// The text is one piece, not a file.
    piece: bool,
    open_long: bool,
    at: usize,
    open: Vec<(u8, usize)>,
    /// Brackets opened beyond the depth that is kept.
    beyond: usize,
    cases: usize,
    start: Option<usize>,
    refused: bool,
    wounded: bool,
    /// How many tokens the open declaration has so far.
    tokens: usize,
    /// A block of the open declaration was closed: it ends there.
    closed: bool,
    /// Where text outside of any declaration begins.
    outside: Option<Token>,
    /// The last token that is no comment.
    before: Option<Token>,
    /// How many of the places that are hurt are control characters; these come first.
    controls: usize,
    pieces: Pieces,
}

impl<'t> Scanner<'t> {
    fn new(file: FileId, text: &'t str, wary: bool) -> Self {
        Scanner {
            file,
            text,
            wary,
            piece: false,
            open_long: false,
            at: if text.starts_with('\u{FEFF}') { 3 } else { 0 },
            open: Vec::new(),
            beyond: 0,
            cases: 0,
            start: None,
            refused: false,
            wounded: false,
            tokens: 0,
            closed: false,
            outside: None,
            before: None,
            controls: 0,
            pieces: Pieces::default(),
        }
    }

    fn span(&self, from: usize, to: usize) -> Span {
        Span::new(self.file, from, to)
    }

    fn hurt(&mut self, at: usize) {
        self.wounded = true;
        if self.pieces.hurt.len() < super::MOST_ERRORS * 2 {
            self.pieces.hurt.push(at);
        }
    }

    fn run(&mut self, found: &mut Limited) {
        self.control_characters(found);
        while let Some(token) = lexer::next(self.text, self.at) {
            self.at = token.end;
            if token.kind == Kind::Comment {
                self.pieces.comments.push(self.span(token.start, token.end));
                continue;
            }
            let unfinished = token.kind == Kind::OpenLong || (self.wary && self.holds_declaration(token));
            // Of a long text without an end, only the quotes belong to the declaration.
            let token = if unfinished { Token { kind: Kind::OpenLong, end: token.start + 3, ..token } } else { token };
            self.token(token, found);
            self.tokens += 1;
            self.before = Some(token);
        }
        self.finish(found);
        self.pieces.hurt.sort_unstable();
    }

    /// Letters that cannot be seen, or that make others appear in another order, are errors also in texts and comments.
    fn control_characters(&mut self, found: &mut Limited) {
        let bytes = self.text.as_bytes();
        let mut last = None;
        for (at, &byte) in bytes.iter().enumerate() {
            let control = match byte {
                b'\t' | b'\n' => false,
                b'\r' => bytes.get(at + 1) != Some(&b'\n'),
                0..0x20 | 0x7F => true,
                0xE2 => matches!(bytes[at..], [_, 0x80, 0xAA..=0xAE, ..] | [_, 0x81, 0xA6..=0xA9, ..]),
                _ => false,
            };
            if control && (at == 0 || last != Some(at - 1)) {
                let letter = self.text[at..].chars().next().unwrap_or('\0');
                found.push(errors::bad_character(self.span(at, at + letter.len_utf8()), letter));
                self.hurt(at);
                self.controls = self.pieces.hurt.len();
            }
            if control {
                last = Some(at);
            }
        }
    }

    fn token(&mut self, token: Token, found: &mut Limited) {
        if token.kind == Kind::Word && !self.piece && self.begins_declaration(token, found) {
            self.finish(found);
            self.start = Some(token.start);
            return;
        }
        if self.closed && !self.piece {
            self.finish(found);
        }
        if self.start.is_none() {
            self.outside.get_or_insert(token);
        }
        match token.kind {
            Kind::Word => match token.text(self.text) {
                "case" => {
                    self.deeper(token.start, found);
                    self.cases += 1;
                }
                "end" => self.cases = self.cases.saturating_sub(1),
                _ => {}
            },
            Kind::Open => self.opens(token, found),
            Kind::Close => self.closes(token, found),
            Kind::OpenLong => self.unfinished_long(token, found),
            Kind::OpenEnd => {
                let error = errors::unclosed_text(self.span(token.start, token.end), token.text(self.text));
                // An apostrophe in a comment of another language.
                let line = self.text[..token.start].lines().next_back().unwrap_or("");
                let comment = ["--", "//", "/*"].into_iter().find(|sign| line.contains(sign));
                found.push(match comment.and_then(errors::slip) {
                    Some(advice) => error.help(advice),
                    None => error,
                });
                self.hurt(token.start);
            }
            Kind::Foreign => self.foreign(token, found),
            _ => {}
        }
    }

    fn foreign(&mut self, token: Token, found: &mut Limited) {
        // Control characters were reported where they stand.
        if self.pieces.hurt[..self.controls].binary_search(&token.start).is_ok() {
            return;
        }
        let word = token.text(self.text);
        let span = self.span(token.start, token.end);
        let one = word.chars().next().filter(|letter| letter.len_utf8() == word.len() && !letter.is_alphanumeric());
        found.push(match one {
            Some(letter) => errors::bad_character(span, letter),
            None => errors::foreign_name(span, word),
        });
        self.hurt(token.start);
    }

    /// Whether a word begins a declaration. Between declarations any keyword does; inside of brackets only one in the first
    /// column that clearly does, since `source` and the like are also names.
    fn begins_declaration(&mut self, token: Token, found: &mut Limited) -> bool {
        let first_column = matches!(self.text.as_bytes()[..token.start].last(), None | Some(b'\n' | 0xBF));
        let word = token.text(self.text);
        if !KEYWORDS.contains(&word) {
            let misspelt = first_column
                && self.open.is_empty()
                && !self.closed
                && self.start.is_some()
                && !is_reserved(word)
                && !self.operand_follows()
                && closest(word, KEYWORDS).is_some()
                && self.is_clear_start(token.end);
            if misspelt {
                // `metrc revenue = …` after a declaration: it belongs to none.
                self.finish(found);
            }
            return false;
        }
        if first_column && self.is_clear_start(token.end) {
            return true;
        }
        if !self.open.is_empty() {
            return false;
        }
        match self.start {
            None => self.outside.is_none() || first_column || self.is_clear_start(token.end),
            Some(_) => self.closed || !self.operand_follows(),
        }
    }

    /// Whether what stands before makes a keyword here a name.
    fn operand_follows(&self) -> bool {
        let Some(before) = self.before else { return false };
        if self.start == Some(before.start) {
            return true;
        }
        match before.kind {
            Kind::Sign | Kind::Open => true,
            Kind::Word => operand_follows(before.text(self.text)),
            _ => false,
        }
    }

    /// After a keyword: a name, and then a title, a block, a formula or `from`.
    fn is_clear_start(&self, after: usize) -> bool {
        let Some(name) = self.next_token(after) else { return false };
        let named = match name.kind {
            Kind::Word => !is_reserved(name.text(self.text)),
            kind => kind == Kind::Name,
        };
        let Some(next) = self.next_token(name.end).filter(|_| named) else { return false };
        next.kind == Kind::Text || ["{", "=", "from"].contains(&next.text(self.text))
    }

    fn next_token(&self, mut at: usize) -> Option<Token> {
        loop {
            let token = lexer::next(self.text, at)?;
            if token.kind != Kind::Comment {
                return Some(token);
            }
            at = token.end;
        }
    }

    /// The start of the first line after a place that clearly begins a declaration.
    fn next_start(&self, from: usize, to: usize) -> Option<usize> {
        let lines = self.text[from..to].match_indices('\n').map(|(at, _)| from + at + 1);
        lines.into_iter().find(|&line| {
            lexer::next(self.text, line).is_some_and(|token| {
                token.start == line && KEYWORDS.contains(&token.text(self.text)) && self.is_clear_start(token.end)
            })
        })
    }

    fn holds_declaration(&self, token: Token) -> bool {
        token.kind == Kind::Text
            && token.text(self.text).starts_with("'''")
            && self.next_start(token.start, token.end).is_some()
    }

    /// A long text without an end goes on to the next line that clearly begins a declaration.
    fn unfinished_long(&mut self, token: Token, found: &mut Limited) {
        found.push(errors::unclosed_text(self.span(token.start, token.end), "'''"));
        self.hurt(token.start);
        self.open_long = true;
        self.at = self.next_start(token.start, self.text.len()).unwrap_or(self.text.len());
        // What was open is not closed because its end was taken for text: one mistake, one message.
        self.open.clear();
        self.beyond = 0;
    }

    fn deeper(&mut self, at: usize, found: &mut Limited) {
        if self.open.len() + self.beyond + self.cases >= DEEPEST && !self.refused {
            found.push(errors::too_deep(self.span(at, at + 1)));
            self.hurt(at);
            self.refused = true;
        }
    }

    fn opens(&mut self, token: Token, found: &mut Limited) {
        self.deeper(token.start, found);
        if self.open.len() < DEEPEST {
            self.open.push((self.text.as_bytes()[token.start], token.start));
        } else {
            self.beyond += 1;
        }
    }

    fn closes(&mut self, token: Token, found: &mut Limited) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let wanted = if token.is(self.text, ")") { b'(' } else { b'{' };
        let Some(at) = self.open.iter().rposition(|(open, _)| *open == wanted) else {
            if self.start.is_some() {
                found.push(errors::unopened(self.span(token.start, token.end), token.text(self.text)));
                self.hurt(token.start);
            }
            return;
        };
        // What was opened in between stays unclosed; the innermost one says enough.
        if self.open.len() > at + 1 {
            self.unclosed(found);
        }
        self.open.truncate(at);
        self.closed = wanted == b'{' && at == 0 && self.start.is_some();
    }

    /// Reports the innermost open bracket.
    fn unclosed(&mut self, found: &mut Limited) {
        if let Some((open, place)) = self.open.last().copied() {
            found.push(errors::unclosed(self.span(place, place + 1), char::from(open)));
            self.hurt(place);
        }
    }

    /// Ends the open declaration, or the text outside of any, at the last token.
    fn finish(&mut self, found: &mut Limited) {
        let end = self.before.map_or(0, |token| token.end);
        if let Some(first) = self.outside.take() {
            let word = first.text(self.text);
            let near = closest(word, KEYWORDS).filter(|_| first.kind == Kind::Word);
            let to = first.start + self.text[first.start..end].lines().next().unwrap_or("").trim_end().len();
            let advice = match &self.text[first.start..end] {
                text if text.starts_with("--") => errors::slip("--"),
                _ => errors::slip(&word.to_lowercase()),
            };
            found.push(errors::outside(self.span(first.start, to.max(first.end)), word, near, advice));
            self.hurt(first.start);
        }
        if !self.refused {
            self.unclosed(found);
        }
        if let Some(start) = self.start.take() {
            if self.tokens > MOST_TOKENS && !self.refused {
                let line = self.text[start..end].lines().next().unwrap_or("");
                let shown = line.char_indices().nth(60).map_or(line.len(), |(at, _)| at);
                found.push(errors::too_long(self.span(start, start + shown), self.tokens, MOST_TOKENS));
                self.hurt(start);
                self.refused = true;
            }
            self.pieces.declarations.push(Piece { range: start..end, refused: self.refused, hurt: self.wounded });
        }
        self.open.clear();
        self.beyond = 0;
        self.cases = 0;
        self.refused = false;
        self.wounded = false;
        self.tokens = 0;
        self.closed = false;
    }
}
