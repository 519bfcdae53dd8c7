//! The words, texts and signs of a file, one after the other: what the scanner and the recovery look at. The grammar has
//! its own, stricter view; this one takes any bytes and always goes on.

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Word,
    /// A name in double quotes.
    Name,
    /// A text in single quotes, or between `'''`.
    Text,
    Number,
    /// `(` or `{`
    Open,
    /// `)` or `}`
    Close,
    Sign,
    /// `# …` to before the line end.
    Comment,
    /// A text or a quoted name that its line does not close.
    OpenEnd,
    /// A long text that the file does not close.
    OpenLong,
    /// A letter that no name, number or sign of the language has.
    Foreign,
}

/// A piece of text, `start..end` in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

impl Token {
    pub fn text<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.end]
    }

    /// Whether the token is this word or sign.
    pub fn is(&self, text: &str, word: &str) -> bool {
        self.text(text) == word
    }
}

/// The signs of more than one letter, those of other languages too, so that a message can name them whole.
const SIGNS: [&str; 12] = ["==", "&&", "||", "<=", ">=", "<>", "!=", "..", "=>", "**", "//", "/*"];

/// The next token at or after a place.
pub fn next(text: &str, at: usize) -> Option<Token> {
    let bytes = text.as_bytes();
    let mut start = at;
    while matches!(bytes.get(start), Some(b' ' | b'\t' | b'\r' | b'\n')) {
        start += 1;
    }
    let token = |kind, end| Some(Token { kind, start, end });
    match *bytes.get(start)? {
        b'#' => token(Kind::Comment, comment_end(text, start)),
        b'\'' if text[start..].starts_with("'''") => match text[start + 3..].find("'''") {
            Some(length) => token(Kind::Text, start + length + 6),
            None => token(Kind::OpenLong, start + 3),
        },
        quote @ (b'\'' | b'"') => {
            let (end, closed) = quoted_end(text, start, quote);
            token(
                if !closed {
                    Kind::OpenEnd
                } else if quote == b'"' {
                    Kind::Name
                } else {
                    Kind::Text
                },
                end,
            )
        }
        b'a'..=b'z' | b'A'..=b'Z' | b'_' => word(text, start),
        b'0'..=b'9' => token(Kind::Number, number_end(bytes, start)),
        b'(' | b'{' => token(Kind::Open, start + 1),
        b')' | b'}' => token(Kind::Close, start + 1),
        0x21..=0x7E => {
            let sign = SIGNS.into_iter().find(|sign| text[start..].starts_with(sign));
            token(Kind::Sign, start + sign.map_or(1, str::len))
        }
        _ => word(text, start),
    }
}

/// The tokens of a piece of text, without its comments.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(token) = next(text, at) {
        at = token.end;
        if token.kind != Kind::Comment {
            all.push(token);
        }
    }
    all
}

fn comment_end(text: &str, start: usize) -> usize {
    let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    start + text[start..end].trim_end_matches('\r').len()
}

/// Where a text or quoted name ends, and whether it is closed there: a doubled quote stands for one.
fn quoted_end(text: &str, start: usize, quote: u8) -> (usize, bool) {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\n' {
            break;
        }
        at += 1;
        if byte == quote {
            if bytes.get(at) != Some(&quote) {
                return (at, true);
            }
            at += 1;
        }
    }
    (start + text[start..at].trim_end().len(), false)
}

/// A word, or a single letter that begins none. Words with letters beyond ASCII are foreign: a name may have them in quotes.
fn word(text: &str, start: usize) -> Option<Token> {
    let bytes = text.as_bytes();
    let length = bytes[start..].iter().position(|byte| !is_word(*byte)).unwrap_or(bytes.len() - start);
    let ascii = start + length;
    if length > 0 && bytes.get(ascii).is_none_or(u8::is_ascii) {
        return Some(Token { kind: Kind::Word, start, end: ascii });
    }
    let rest = &text[start..];
    let end = rest.find(|letter: char| letter != '_' && !letter.is_alphanumeric()).unwrap_or(rest.len());
    let end = if end > 0 { end } else { rest.chars().next()?.len_utf8() };
    let kind = if rest[..end].bytes().all(is_word) { Kind::Word } else { Kind::Foreign };
    Some(Token { kind, start, end: start + end })
}

fn number_end(bytes: &[u8], start: usize) -> usize {
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = start + digits(start);
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end += 1 + digits(end + 1);
    }
    end + bytes[end..].iter().take_while(|byte| is_word(**byte)).count()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
