//! The one style: two spaces, one item a line, items of a kind in columns, comments where they were.
//!
//! What is printed comes from the tree, so that printing twice gives the same; only an item with a comment inside of it
//! stays as it was written.

mod expr;
mod item;
mod lines;

use super::ast::{Declaration, File, Metric};
use super::lexer::{self, Token};
use crate::source::{Sources, Span};
use item::Item;
use lines::{Gap, Line, pad, width};
use std::ops::Range;

/// A file in the one style. A file that was not understood stays as it is.
pub fn format(file: &File, sources: &Sources) -> String {
    let text = &sources.get(file.id).text;
    if file.broken {
        return text.clone();
    }
    let printer = Printer { text, tokens: lexer::tokens(text), comments: &file.comments };
    printer.file(&file.declarations)
}

struct Printer<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    comments: &'t [Span],
}

/// A declaration as text, and what is needed to put it below another one.
struct Printed {
    text: String,
    /// A metric on one line: what stands before its `=`, and from there on.
    row: Option<(String, String)>,
}

impl Printer<'_> {
    fn file(&self, declarations: &[Declaration]) -> String {
        let mut all: Vec<(Gap, Printed, Option<String>)> = Vec::new();
        let mut end = if self.text.starts_with('\u{FEFF}') { 3 } else { 0 };
        for declaration in declarations {
            let span = declaration.span();
            let mut gap = self.gap(end, span.start as usize);
            if let Some((_, _, trailing)) = all.last_mut() {
                *trailing = gap.trailing.take();
            } else if let Some(comment) = gap.trailing.take() {
                gap.own.insert(0, (false, comment));
            }
            all.push((gap, self.declaration(declaration), None));
            end = span.end as usize;
        }
        let mut last = self.gap(end, self.text.len());
        if let Some(comment) = last.trailing.take() {
            match all.last_mut() {
                Some((_, _, trailing)) => *trailing = Some(comment),
                None => last.own.insert(0, (false, comment)),
            }
        }
        let columns = columns(&all);
        let mut out = String::new();
        for (at, (gap, printed, trailing)) in all.iter().enumerate() {
            // Only metrics of one line each may stand without a blank line between them.
            let close = at > 0 && printed.row.is_some() && all[at - 1].1.row.is_some();
            let blank = |blank: bool| at > 0 && (blank || !close);
            let mut gap = Gap { trailing: None, own: gap.own.clone(), blank: gap.blank };
            match gap.own.first_mut() {
                Some((first, _)) => *first = blank(*first),
                None => gap.blank = blank(gap.blank),
            }
            lines::comments(&gap, 0, at > 0, &mut out);
            match (&printed.row, columns[at]) {
                (Some((head, rest)), Some(column)) => {
                    out.push_str(head);
                    pad(column - width(head), &mut out);
                    out.push_str(rest);
                }
                _ => out.push_str(&printed.text),
            }
            if let Some(comment) = trailing {
                out.push_str("  ");
                out.push_str(comment);
            }
            out.push('\n');
        }
        if let Some((first, _)) = last.own.first_mut() {
            *first |= all.last().is_some_and(|(_, printed, _)| printed.row.is_none());
        }
        last.blank = false;
        lines::comments(&last, 0, !all.is_empty(), &mut out);
        out
    }

    fn declaration(&self, declaration: &Declaration) -> Printed {
        let span = declaration.span();
        let tokens = self.between(span.start as usize, span.end as usize);
        let open = tokens.clone().find(|&at| self.tokens[at].is(self.text, "{"));
        let head = tokens.start..open.unwrap_or(tokens.end);
        let items = self.items(declaration, open.map_or(tokens.end, |open| open + 1)..tokens.end);
        let formula = match declaration {
            Declaration::Metric(metric) if !self.has_comment(&head) => Some(metric),
            _ => None,
        };
        let (before, row) = match formula {
            Some(metric) => self.metric_head(metric),
            None => (self.plain_head(&head), None),
        };
        let Some(open) = open else { return Printed { text: before, row } };
        Printed { text: self.block(before, head.end - 1, open, tokens.end - 1, items), row: None }
    }

    /// A head and its block. `last` is the head's last token, `open` and `close` are the block's braces.
    fn block(&self, mut out: String, last: usize, open: usize, close: usize, items: Vec<Item>) -> String {
        out.push_str(" {");
        // A comment in front of the brace goes into the block.
        let mut early = self.gap(self.tokens[last].end, self.tokens[open].start);
        let mut lines: Vec<Line> = Vec::with_capacity(items.len());
        let mut end = self.tokens[open].end;
        for Item { tokens, class, cells } in items {
            let mut gap = self.gap(end, self.tokens[tokens.start].start);
            match lines.last_mut() {
                Some(line) => line.trailing = gap.trailing.take(),
                None => first_gap(&mut gap, &mut early, &mut out),
            }
            end = self.tokens[tokens.end - 1].end;
            let span = self.tokens[tokens.start].start..end;
            let (class, cells) = if self.has_comment(&tokens) {
                (0, vec![self.text[span].replace("\r\n", "\n")])
            } else {
                (class, cells)
            };
            lines.push(Line { class, cells, before: gap, trailing: None });
        }
        let mut gap = self.gap(end, self.tokens[close].start);
        match lines.last_mut() {
            Some(line) => line.trailing = gap.trailing.take(),
            None => first_gap(&mut gap, &mut early, &mut out),
        }
        gap.blank = false;
        if lines.is_empty() && gap.own.is_empty() && out.ends_with('{') {
            return out + "}";
        }
        out.push('\n');
        lines::print(&lines, 2, &mut out);
        lines::comments(&gap, 2, !lines.is_empty(), &mut out);
        out.push('}');
        out
    }

    /// `metric revenue 'Revenue' = sum(amount) from orders`, broken at its clauses if it is long.
    fn metric_head(&self, metric: &Metric) -> (String, Option<(String, String)>) {
        let title = metric.title.as_ref().map(|title| format!(" {}", self.verbatim(title.span))).unwrap_or_default();
        let head = format!("metric {}{title}", self.name(&metric.name));
        let flat = format!("{head} = {}", self.flat(&metric.formula));
        let block = if metric.attributes.is_empty() { 0 } else { 2 };
        if expr::fits(&flat, 0, block) {
            let row = (!flat.contains('\n')).then(|| (head.clone(), flat[head.len()..].to_owned()));
            return (flat, row);
        }
        (format!("{head}\n  = {}", self.laid(&metric.formula, 4, 4, 0)), None)
    }

    /// The head of anything but a metric; or of a metric with a comment inside, as it was written.
    fn plain_head(&self, head: &Range<usize>) -> String {
        if self.has_comment(head) {
            let span = self.tokens[head.start].start..self.tokens[head.end - 1].end;
            return self.text[span].replace("\r\n", "\n");
        }
        let words: Vec<String> = head.clone().map(|at| self.tokens[at].text(self.text).replace("\r\n", "\n")).collect();
        words.join(" ")
    }

    /// The tokens between two places.
    fn between(&self, start: usize, end: usize) -> Range<usize> {
        self.token_at(start)..self.token_at(end)
    }

    /// The first token at or after a place.
    fn token_at(&self, at: usize) -> usize {
        self.tokens.partition_point(|token| token.start < at)
    }

    fn has_comment(&self, tokens: &Range<usize>) -> bool {
        let (start, end) = (self.tokens[tokens.start].start, self.tokens[tokens.end - 1].end);
        let next = self.comments.partition_point(|comment| (comment.start as usize) < start);
        self.comments.get(next).is_some_and(|comment| (comment.start as usize) < end)
    }

    /// Comments and blank lines between two places, the end of one thing and the start of the next.
    fn gap(&self, start: usize, end: usize) -> Gap {
        let mut gap = Gap::default();
        let mut at = start;
        let first = self.comments.partition_point(|comment| (comment.start as usize) < start);
        for comment in &self.comments[first..] {
            let (from, to) = (comment.start as usize, comment.end as usize);
            if from >= end {
                break;
            }
            let written = self.text[from..to].trim_end().to_owned();
            let lines = self.text[at..from].matches('\n').count();
            if lines == 0 && gap.own.is_empty() && gap.trailing.is_none() {
                gap.trailing = Some(written);
            } else {
                gap.own.push((lines > 1, written));
            }
            at = to;
        }
        gap.blank = self.text[at..end].matches('\n').count() > 1;
        gap
    }
}

/// The gap after an opening brace: its comment stays on the line of the brace, and no blank line follows.
fn first_gap(gap: &mut Gap, early: &mut Gap, out: &mut String) {
    let mut own: Vec<(bool, String)> = std::mem::take(&mut early.own);
    if let Some(comment) = early.trailing.take() {
        own.insert(0, (false, comment));
    }
    if let Some(comment) = gap.trailing.take() {
        if own.is_empty() {
            out.push_str("  ");
            out.push_str(&comment);
        } else {
            own.push((false, comment));
        }
    }
    own.append(&mut gap.own);
    gap.own = own;
}

/// The column of `=` for metrics of one line each that stand below each other, where all of them fit.
fn columns(all: &[(Gap, Printed, Option<String>)]) -> Vec<Option<usize>> {
    let mut columns = vec![None; all.len()];
    let mut at = 0;
    while at < all.len() {
        if all[at].1.row.is_none() {
            at += 1;
            continue;
        }
        let below = |(gap, printed, _): &&(Gap, Printed, Option<String>)| {
            printed.row.is_some() && !gap.blank && gap.own.is_empty()
        };
        let end = 1 + at + all[at + 1..].iter().take_while(below).count();
        let rows = || all[at..end].iter().filter_map(|(_, printed, _)| printed.row.as_ref());
        let column = rows().map(|(head, _)| width(head)).max().unwrap_or(0);
        if rows().all(|(_, rest)| expr::fits(rest, column, 0)) {
            columns[at..end].fill(Some(column));
        }
        at = end;
    }
    columns
}
