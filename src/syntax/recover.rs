//! A declaration that does not fit as a whole is read once more in parts: its head, then item by item, so that one mistake
//! hides nothing else.

use super::ast::{Declaration, Name};
use super::build::{Body, Builder, Head};
use super::grammar::{self, Misfit, Rule};
use super::items::{self, Items};
use super::lexer::{self, Kind, Token};
use super::limit::Limited;
use super::misfit::{self, Part};
use super::{errors, split};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use crate::suggest::closest;
use std::ops::Range;

/// What could be understood, and the names of what could not.
#[derive(Default)]
pub struct Recovered {
    pub declaration: Option<Declaration>,
    pub unread: Vec<Name>,
}

/// A piece of a file that holds one declaration.
pub struct Wounded<'t> {
    pub file: FileId,
    pub text: &'t str,
    pub base: usize,
    /// Places in the file about which something was said already.
    pub hurt: &'t [usize],
}

/// The name of a declaration, if it has one.
pub fn name(wounded: &Wounded) -> Option<Name> {
    let keyword = lexer::next(wounded.text, 0)?;
    let token = lexer::next(wounded.text, keyword.end)?;
    as_name(wounded, token)
}

/// Reads a declaration in parts.
pub fn recover(wounded: &Wounded, found: &mut Limited) -> Recovered {
    let tokens = lexer::tokens(wounded.text);
    let mut reader = Reader { wounded, tokens, found, unread: Vec::new() };
    let declaration = reader.declaration();
    Recovered { declaration, unread: reader.unread }
}

struct Reader<'t, 'f> {
    wounded: &'t Wounded<'t>,
    tokens: Vec<Token>,
    found: &'f mut Limited,
    unread: Vec<Name>,
}

impl<'t> Reader<'t, '_> {
    fn declaration(&mut self) -> Option<Declaration> {
        let text = self.wounded.text;
        let keyword = self.word(0);
        let items = items::of(keyword)?;
        let mut body = Body::empty(keyword)?;
        let open = self.tokens.iter().position(|token| token.is(text, "{"));
        let head = self.head(open.unwrap_or(self.tokens.len()), items);
        if let Some(open) = open {
            self.block(open + 1..self.close(open), items, &mut body);
        }
        let span = Span::new(self.wounded.file, self.wounded.base, self.wounded.base + text.len());
        let declaration = head.and_then(|head| head.with(body, span));
        if declaration.is_none() {
            self.unread.extend(name(self.wounded));
        }
        declaration
    }

    /// The token that closes a block: the last one, or the end.
    fn close(&self, open: usize) -> usize {
        let last = self.tokens.len() - 1;
        if last > open && self.tokens[last].is(self.wounded.text, "}") { last } else { self.tokens.len() }
    }

    fn head(&mut self, end: usize, items: &Items) -> Option<Head> {
        let words = if items.keyword == "metric" { "the end of the formula" } else { "`{`" };
        let part = self.part(0..end, words);
        match grammar::run(Rule::whole_head, part.text) {
            Ok(pairs) => {
                if end == self.tokens.len() && items.keyword != "metric" {
                    let at = part.base + part.text.len();
                    let expected = ["`{`".to_owned()];
                    self.found.push(errors::unexpected(Span::new(part.file, at, at), "the end", &expected));
                }
                self.builder(part).head(pairs.into_iter().next()?)
            }
            Err(misfit) => {
                self.say(&misfit, part, 0..end);
                // What follows the name may still be understood without the rest of the head.
                let name = name(self.wounded)?;
                Some(Head { name, title: None, formula: None, from_at: None })
            }
        }
    }

    /// Reads the items between two tokens.
    fn block(&mut self, block: Range<usize>, items: &Items, body: &mut Body) {
        let mut from = block.start;
        while from < block.end && !self.found.is_full() {
            let part = self.part(from..block.end, "the end of the block");
            let some = grammar::run_some(items.some, part.text);
            let taken = some.as_ref().and_then(|some| some.clone().into_inner().next_back());
            let read = taken.map_or(from, |last| self.token_at(part.base + last.as_span().end()));
            let Err(misfit) = grammar::run(items.whole, part.text) else {
                self.extend(part, items, body);
                return;
            };
            let failed = self.token_at(part.base + misfit.offset).clamp(read, block.end);
            if let Some(next) = self.column_without_type(from..failed, block.end, items) {
                let good = self.part(from..next - 1, "");
                self.extend(good, items, body);
                from = next;
                continue;
            }
            self.extend(part, items, body);
            let next = self.next_item(read, failed.max(read + 1), block.end, items);
            self.complain(&misfit, part, read, failed, next, items);
            from = next;
        }
        if let Some(token) = self.tokens.get(from).copied().filter(|_| from < block.end) {
            // What is left was not looked at.
            self.found.skip(self.span(token));
        }
    }

    /// Adds the items that a part begins with.
    fn extend(&mut self, part: Part<'t>, items: &Items, body: &mut Body) {
        if let Some(some) = grammar::run_some(items.some, part.text) {
            self.builder(part).items(some, body);
        }
    }

    /// Says what is wrong with the item that begins at `read` and does not fit at `failed`.
    fn complain(&mut self, misfit: &Misfit, part: Part, read: usize, failed: usize, next: usize, items: &Items) {
        let word = self.word(read);
        let token = self.tokens.get(read).copied();
        let usage = items.usage(word);
        if let Some(token) = token.filter(|_| items.named.is_some() && usage.is_none()) {
            self.unread.extend(as_name(self.wounded, token));
        }
        if self.is_hurt(read..next.max(read + 1)) {
            return;
        }
        let listed = misfit.after_value && !self.begins_line(failed);
        let begins = !listed && token.is_some_and(|token| token.kind == Kind::Word) && self.begins_item(read);
        let span = |token: Token| self.span(token);
        match (token, self.tokens.get(failed).copied()) {
            (Some(first), Some(_)) if begins && usage.is_none() && items.named.is_none() && failed == read => {
                self.found.push(self.unknown(first, items));
            }
            (Some(_), Some(wrong))
                if usage.is_some_and(|usage| usage.contains('\''))
                    && failed == read + 1
                    && wrong.kind == Kind::Name =>
            {
                self.found.push(errors::double_quotes(span(wrong), wrong.text(self.wounded.text)));
            }
            // `title 'Orders'` in a source: no column has a text behind its name.
            (Some(first), Some(wrong)) if usage.is_none() && failed == read + 1 && wrong.kind == Kind::Text => {
                self.found.push(self.unknown(first, items));
            }
            // `show revenue limits 3`
            (Some(_), Some(wrong)) if items.named.is_none() && self.nearest(wrong, items).is_some() => {
                self.found.push(self.unknown(wrong, items));
            }
            (Some(_), Some(wrong)) if begins && usage.is_some() && failed == read + 1 => {
                let shown = misfit::shown(wrong, self.wounded.text);
                let error = errors::wrong_value(span(wrong), word, &shown, usage.unwrap_or_default());
                self.found.push(error);
            }
            _ => {
                let mut error = misfit::say(misfit, part, self.before(part, misfit.offset));
                if let Some(usage) = usage.filter(|_| begins && error.help.is_empty()) {
                    error = error.help(format!("write it as in `{usage}`"));
                }
                self.found.push(error);
            }
        }
    }

    /// How the item is typed whose keyword a word is near to, without being one.
    fn nearest(&self, token: Token, items: &Items) -> Option<&'static str> {
        let word = token.text(self.wounded.text);
        if token.kind != Kind::Word || items.usage(word).is_some() {
            return None;
        }
        closest(word, items.known.iter().map(|(known, _)| *known)).and_then(|near| items.usage(near))
    }

    fn unknown(&self, token: Token, items: &Items) -> Diagnostic {
        let known: Vec<&str> = items.known.iter().map(|(known, _)| *known).collect();
        let word = token.text(self.wounded.text);
        errors::unknown_item(self.span(token), word, items.keyword, self.nearest(token, items), &known)
    }

    /// A line with nothing but a name in a source is a column without its type; the name of the next line was taken for
    /// one, and everything after it does not fit. Returns the token after it.
    fn column_without_type(&mut self, range: Range<usize>, end: usize, items: &Items) -> Option<usize> {
        if items.keyword != "source" {
            return None;
        }
        let mut depth = 0usize;
        for at in range.start..range.end.max(range.start + 1) {
            let token = *self.tokens.get(at)?;
            match token.kind {
                Kind::Open if !self.is_hurt(at..at + 1) => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            let alone = at + 1 == end || self.begins_line(at + 1);
            let goes_on = self.tokens.get(at + 1).is_some_and(|next| {
                at + 1 < end && (next.kind == Kind::Sign || split::is_reserved(next.text(self.wounded.text)))
            });
            let named = matches!(token.kind, Kind::Word | Kind::Name) && self.word(at) != "loops";
            if depth == 0 && named && alone && !goes_on && self.begins_line(at) && self.begins_item(at) {
                self.found.push(errors::no_type(self.span(token), self.word(at)));
                self.unread.extend(as_name(self.wounded, token));
                return Some(at + 1);
            }
        }
        None
    }

    /// The token at which an item can begin again, at or after `from`.
    fn next_item(&self, start: usize, from: usize, end: usize, items: &Items) -> usize {
        let mut depth = 0usize;
        for at in start..end {
            match self.tokens[at].kind {
                // A bracket that was said to be unclosed holds nothing.
                Kind::Open if !self.is_hurt(at..at + 1) => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                Kind::Word | Kind::Name if depth == 0 && at >= from => {
                    let known = items.usage(self.word(at)).is_some();
                    let item = match self.begins_line(at) {
                        true => known || (self.begins_item(at) && !split::is_reserved(self.word(at))),
                        false => known && at > start + 1 && self.begins_item(at),
                    };
                    if item {
                        return at;
                    }
                }
                _ => {}
            }
        }
        end
    }

    /// Whether nothing in front of a token wants it as its operand.
    fn begins_item(&self, at: usize) -> bool {
        let before = self.tokens[at - 1];
        match before.kind {
            Kind::Sign => before.is(self.wounded.text, "?"),
            Kind::Open => before.is(self.wounded.text, "{"),
            Kind::Word => !split::operand_follows(before.text(self.wounded.text)),
            _ => true,
        }
    }

    fn begins_line(&self, at: usize) -> bool {
        let before = self.tokens[at - 1].end;
        self.tokens.get(at).is_none_or(|token| self.wounded.text[before..token.start].contains('\n'))
    }

    fn say(&mut self, misfit: &Misfit, part: Part, tokens: Range<usize>) {
        if !self.is_hurt(tokens) {
            self.found.push(misfit::say(misfit, part, self.before(part, misfit.offset)));
        }
    }

    /// Whether something was said already about a place within tokens.
    fn is_hurt(&self, tokens: Range<usize>) -> bool {
        let base = self.wounded.base;
        let start = self.tokens.get(tokens.start).map_or(self.wounded.text.len(), |token| token.start);
        let end = self.tokens.get(tokens.end).map_or(self.wounded.text.len(), |token| token.start);
        let hurt = self.wounded.hurt;
        hurt.get(hurt.partition_point(|&at| at < base + start)).is_some_and(|&at| at < base + end)
    }

    /// The token in front of a place in a part, with places of the part.
    fn before(&self, part: Part, offset: usize) -> Option<Token> {
        let shift = part.base - self.wounded.base;
        let at = self.tokens.partition_point(|token| token.start < shift + offset);
        let token = *self.tokens.get(at.checked_sub(1)?)?;
        let (start, end) = (token.start.checked_sub(shift)?, token.end - shift);
        Some(Token { start, end, ..token })
    }

    /// The first token at or after a place in the file.
    fn token_at(&self, at: usize) -> usize {
        let at = at - self.wounded.base;
        self.tokens.partition_point(|token| token.start < at)
    }

    fn word(&self, at: usize) -> &'t str {
        self.tokens.get(at).map_or("", |token| token.text(self.wounded.text))
    }

    fn span(&self, token: Token) -> Span {
        Span::new(self.wounded.file, self.wounded.base + token.start, self.wounded.base + token.end)
    }

    /// The text from one token to before another one.
    fn part(&self, tokens: Range<usize>, end: &'static str) -> Part<'t> {
        let text = self.wounded.text;
        let start = self.tokens.get(tokens.start).map_or(text.len(), |token| token.start);
        let stop = if tokens.end > tokens.start { self.tokens[tokens.end - 1].end } else { start };
        Part { file: self.wounded.file, text: &text[start..stop], base: self.wounded.base + start, end }
    }

    fn builder(&mut self, part: Part) -> Builder<'_> {
        Builder::new(part.file, part.base, self.found)
    }
}

/// A token as a name, if it is one.
fn as_name(wounded: &Wounded, token: Token) -> Option<Name> {
    let written = token.text(wounded.text);
    let span = Span::new(wounded.file, wounded.base + token.start, wounded.base + token.end);
    match token.kind {
        Kind::Word if !split::is_reserved(written) => Some(Name { text: written.into(), span, quoted: false }),
        Kind::Name => Some(Name { text: written.trim_matches('"').replace("\"\"", "\"").into(), span, quoted: true }),
        _ => None,
    }
}
