//! From what the grammar took to the tree. Every pair becomes the node it stands for, with the exact place.

mod declaration;
mod expr;
mod metric;
mod report;
mod source;

pub use declaration::{Body, Head, declaration};
pub use report::{during, order_keys};

use super::errors;
use super::grammar::{Pair, Rule};
use super::limit::Limited;
use crate::source::{FileId, Span};
use crate::syntax::ast::{DateText, Name, Path, Text};

/// Builds nodes of one piece of text.
pub struct Builder<'f> {
    pub file: FileId,
    /// Where the piece begins in its file.
    pub base: usize,
    pub found: &'f mut Limited,
    /// That something nests too deep was said.
    pub deep: bool,
}

impl<'f> Builder<'f> {
    pub fn new(file: FileId, base: usize, found: &'f mut Limited) -> Self {
        Builder { file, base, found, deep: false }
    }
}

impl Builder<'_> {
    /// The place of a pair, without the white space behind it.
    fn span(&self, pair: &Pair) -> Span {
        Span::new(self.file, self.base + pair.as_span().start(), self.base + end(pair))
    }

    pub fn name(&mut self, pair: &Pair) -> Name {
        let span = self.span(pair);
        let written = pair.as_str().trim_end();
        let name = match written.strip_prefix('"') {
            Some(rest) => {
                let inside = rest.strip_suffix('"').unwrap_or(rest);
                return Name { text: inside.replace("\"\"", "\"").into(), span, quoted: true };
            }
            None => Name { text: written.into(), span, quoted: false },
        };
        if name.text.contains(|letter: char| letter.is_ascii_uppercase()) {
            self.found.push(errors::capitals(&name));
        }
        name
    }

    pub fn names(&mut self, pair: Pair) -> Vec<Name> {
        of(pair, Rule::name).map(|name| self.name(&name)).collect()
    }

    pub fn path(&mut self, pair: &Pair) -> Path {
        let segments = of(pair.clone(), Rule::name).map(|name| self.name(&name)).collect();
        Path { segments, span: self.span(pair) }
    }

    pub fn paths(&mut self, pair: Pair) -> Vec<Path> {
        of(pair, Rule::path).map(|path| self.path(&path)).collect()
    }

    fn text(&mut self, pair: &Pair) -> Text {
        let span = self.span(pair);
        let written = pair.as_str().trim_end();
        if let Some(inside) = written.strip_prefix("'''") {
            let inside = inside.strip_suffix("'''").unwrap_or(inside);
            return Text { value: unindented(inside), span, long: true };
        }
        let inside = written.strip_prefix('\'').unwrap_or(written);
        let inside = inside.strip_suffix('\'').unwrap_or(inside);
        Text { value: inside.replace("''", "'"), span, long: false }
    }

    fn texts(&mut self, pair: Pair) -> Vec<Text> {
        of(pair, Rule::text).map(|text| self.text(&text)).collect()
    }

    fn date_text(&self, pair: &Pair) -> DateText {
        DateText { text: pair.as_str().trim_end().into(), span: self.span(pair) }
    }

    /// A whole number, or an error and the greatest one.
    fn number<T: std::str::FromStr>(&mut self, pair: &Pair, most: T) -> T {
        pair.as_str().trim_end().parse().unwrap_or_else(|_| {
            let error = errors::number_too_great(self.span(pair));
            self.found.push(error);
            most
        })
    }
}

/// Where the last token of a pair ends. A rule may have taken white space and comments after it, looking for more; since
/// every sign of the grammar is a rule, the last pair inside knows better.
fn end(pair: &Pair) -> usize {
    pair.clone().into_inner().next_back().map_or(pair.as_span().end(), |last| end(&last))
}

/// Long text without the indentation that all its lines share, and without the line ends next to its quotes.
fn unindented(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let lines: Vec<&str> = text.lines().collect();
    let indent = lines
        .iter()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches([' ', '\t']).len())
        .min()
        .unwrap_or(0);
    let mut out: Vec<&str> = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let line = if at == 0 { line.trim_start() } else { line.get(indent..).unwrap_or("") };
        out.push(line.trim_end());
    }
    out.join("\n").trim_matches('\n').trim_end().to_owned()
}

/// The children of one rule.
fn of(pair: Pair<'_>, rule: Rule) -> impl Iterator<Item = Pair<'_>> {
    pair.into_inner().filter(move |inner| inner.as_rule() == rule)
}

/// The first child of one rule.
fn first<'i>(pair: &Pair<'i>, rule: Rule) -> Option<Pair<'i>> {
    pair.clone().into_inner().find(|inner| inner.as_rule() == rule)
}

fn has(pair: &Pair<'_>, rule: Rule) -> bool {
    pair.clone().into_inner().any(|inner| inner.as_rule() == rule)
}
