//! A statement as its tokens: what two texts have in common whatever their line ends, comments and capitals are.

use crate::dialect::Dialect;
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Location, Token, Tokenizer};
use std::ops::Range;

/// The tokens of a statement, without blanks, comments and the `;` at its end.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    /// Keywords in capitals.
    pub words: Vec<String>,
    /// Where each stands in the text, in bytes.
    pub places: Vec<Range<usize>>,
}

/// The tokens as the dialect's grammar sees them; nothing where it cannot.
pub fn tokens(sql: &str, dialect: &Dialect) -> Option<Tokens> {
    let grammar = (dialect.grammar)();
    let read = Tokenizer::new(grammar.as_ref(), sql).with_unescape(false).tokenize_with_location().ok()?;
    let mut tokens = Tokens::default();
    let mut offsets = Offsets::of(sql);
    for each in read {
        let word = match &each.token {
            Token::Whitespace(_) | Token::EOF => continue,
            Token::Word(word) if word.quote_style.is_none() && word.keyword != Keyword::NoKeyword => {
                word.value.to_uppercase()
            }
            other => other.to_string(),
        };
        tokens.words.push(word);
        let start = offsets.byte(each.span.start);
        tokens.places.push(start..offsets.byte(each.span.end).max(start));
    }
    while tokens.words.last().is_some_and(|last| last == ";") {
        tokens.words.pop();
        tokens.places.pop();
    }
    Some(tokens)
}

/// Lines and columns, which come in order, as bytes.
struct Offsets<'t> {
    text: &'t str,
    line: u64,
    column: u64,
    at: usize,
}

impl<'t> Offsets<'t> {
    fn of(text: &'t str) -> Self {
        Offsets { text, line: 1, column: 1, at: 0 }
    }

    fn byte(&mut self, location: Location) -> usize {
        for letter in self.text[self.at..].chars() {
            if (self.line, self.column) >= (location.line, location.column) {
                break;
            }
            self.at += letter.len_utf8();
            if letter == '\n' {
                (self.line, self.column) = (self.line + 1, 1);
            } else {
                self.column += 1;
            }
        }
        self.at
    }
}
