//! Diagnostics for people at a terminal, the way rustc shows them.

use super::{Diagnostic, Failure, Severity, Silence, Silenced};
use crate::source::{SourceFile, Sources, Span};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::ops::Range;

/// How a terminal wants it.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub colour: bool,
    /// In columns.
    pub width: usize,
}

/// The longest piece of a line that is shown, in bytes to each side of what is pointed at.
const SHOWN: usize = 400;
/// The most lines of one place.
const LINES: usize = 8;

/// All diagnostics, a blank line between them, and how many there are; of those let through only how many.
pub fn render(diagnostics: &[Diagnostic], silenced: &[Silenced], sources: &Sources, style: Style) -> String {
    each(diagnostics, sources, style) + &count(diagnostics) + &let_through(silenced)
}

/// All diagnostics, a blank line after each: as a part of something larger.
pub fn each(diagnostics: &[Diagnostic], sources: &Sources, style: Style) -> String {
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(style.width.max(40));
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&one(diagnostic, sources, &renderer));
        text.push_str("\n\n");
    }
    text
}

fn one(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    // Places in one text are shown together where they lie close, else each for itself.
    let mut windows: Vec<Window> = vec![Window::around(sources, diagnostic.span)];
    let mut places = vec![(0, diagnostic.span, diagnostic.label.as_str(), AnnotationKind::Primary)];
    for (span, label) in &diagnostic.related {
        let own = Window::around(sources, *span);
        let window = match windows.iter().position(|window| window.holds(*span)) {
            Some(at) => at,
            None => {
                windows.push(own);
                windows.len() - 1
            }
        };
        places.push((window, *span, label.as_str(), AnnotationKind::Context));
    }
    let snippets = windows.iter().enumerate().map(|(at, window)| {
        let snippet = Snippet::source(window.text).line_start(window.line).path(window.name);
        places.iter().filter(|(of, ..)| *of == at).fold(snippet, |snippet, (_, span, label, kind)| {
            let annotation = kind.span(window.relative(*span));
            snippet.annotation(if label.is_empty() { annotation } else { annotation.label(*label) })
        })
    });
    let mut group = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.id).elements(snippets);
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}

/// The lines around a place: only those are given to the renderer, which reads all that it is given.
struct Window<'s> {
    name: &'s str,
    text: &'s str,
    span: Span,
    line: usize,
}

impl<'s> Window<'s> {
    fn around(sources: &'s Sources, span: Span) -> Self {
        let file: &SourceFile = sources.get(span.file);
        let text = file.text.as_str();
        let at = boundary(text, (span.start as usize).min(text.len()));
        let line_start = text[..at].rfind('\n').map_or(0, |before| before + 1);
        let start = if at - line_start > SHOWN { boundary(text, at - SHOWN) } else { line_start };
        let end = (span.end as usize).clamp(at, text.len());
        let mut stop = start;
        for line in text[start..].split_inclusive('\n').take(LINES) {
            stop += line.len();
            if stop >= end {
                break;
            }
        }
        let stop = boundary(text, stop.min(end.saturating_add(SHOWN)).min(at.saturating_add(SHOWN * LINES)).max(at));
        let (line, _) = file.line_column(at as u32);
        let shown = text[start..stop].trim_end_matches(['\n', '\r']);
        let kept = Span { start: start as u32, end: (start + shown.len()) as u32, file: span.file };
        Window { name: &file.name, text: shown, span: kept, line }
    }

    fn holds(&self, span: Span) -> bool {
        self.span.file == span.file && self.span.start <= span.start && span.end <= self.span.end
    }

    fn relative(&self, span: Span) -> Range<usize> {
        let offset = |at: u32| (at.clamp(self.span.start, self.span.end) - self.span.start) as usize;
        let (start, end) = (offset(span.start), offset(span.end));
        boundary(self.text, start)..boundary(self.text, end.max(start))
    }
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// `2 errors, 1 warning`
fn count(diagnostics: &[Diagnostic]) -> String {
    let of = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let each = [(of(Severity::Error), "error"), (of(Severity::Warning), "warning"), (of(Severity::Note), "note")];
    let words: Vec<String> = each
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}{}", if *number == 1 { "" } else { "s" }))
        .collect();
    if words.is_empty() { String::new() } else { format!("{}\n", words.join(", ")) }
}

/// `2 findings waived until 2026-12-31`, `5 findings in etalon.baseline`
fn let_through(silenced: &[Silenced]) -> String {
    let counted = |number: usize| format!("{number} finding{}", if number == 1 { "" } else { "s" });
    let ends: Vec<_> = silenced
        .iter()
        .filter_map(|each| match each.by {
            Silence::Waiver { expires, .. } => Some(expires),
            Silence::Baseline => None,
        })
        .collect();
    let mut text = String::new();
    if let (Some(first), Some(last)) = (ends.iter().min(), ends.iter().max()) {
        let until = if first == last { format!("until {last}") } else { format!("until {first} to {last}") };
        text.push_str(&format!("{} waived {until}\n", counted(ends.len())));
    }
    match silenced.len() - ends.len() {
        0 => {}
        number => text.push_str(&format!("{} in etalon.baseline\n", counted(number))),
    }
    text
}

/// A failure, and what to do about it.
pub fn failure(failure: &Failure, style: Style) -> String {
    let (bold, end) = if style.colour { ("\x1b[1;31m", "\x1b[0m") } else { ("", "") };
    match failure.help() {
        Some(help) => format!("{bold}error{end}: {failure}\nhelp: {help}\n"),
        None => format!("{bold}error{end}: {failure}\n"),
    }
}
