//! What is printed, and where: results on standard output, everything about them on standard error.

use super::{Arguments, Colour, Format};
use crate::diagnostic::human::Style;
use crate::diagnostic::{Failure, Found, human, json};
use crate::source::Sources;
use std::io::{IsTerminal, Write};

/// The ways out of a command.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    json: bool,
    pub quiet: bool,
    style: Style,
}

impl Output {
    pub(super) fn new(arguments: &Arguments) -> Output {
        let terminal = std::io::stderr().is_terminal();
        let colour = match arguments.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        let width = width(terminal);
        Output { json: arguments.format == Format::Json, quiet: arguments.quiet, style: Style { colour, width } }
    }

    pub fn is_json(&self) -> bool {
        self.json
    }

    pub fn width(&self) -> usize {
        self.style.width
    }

    /// Where lines of a result are cut: at the terminal's edge, or nowhere if a program reads them.
    pub fn result_width(&self) -> usize {
        let said = std::env::var_os("COLUMNS").is_some();
        if std::io::stdout().is_terminal() || said { self.style.width.max(20) } else { usize::MAX }
    }

    /// All findings, in order of places.
    pub fn findings(&self, found: Found, sources: &Sources) {
        let diagnostics = found.sorted();
        if self.json {
            self.print(&json::render(&diagnostics, sources));
        } else if !diagnostics.is_empty() {
            complain(&human::render(&diagnostics, sources, self.style));
        }
    }

    pub fn failure(&self, failure: &Failure) {
        if self.json {
            self.print(&json::failure(failure));
        } else {
            complain(&human::failure(failure, self.style));
        }
    }

    /// A result. A reader who has gone away (`| head`) is no error.
    pub fn print(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// A word beside the result, for people.
    pub fn say(&self, text: &str) {
        if !self.quiet && !self.json {
            complain(&format!("{text}\n"));
        }
    }
}

fn complain(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// The terminal's width, what COLUMNS says, or 100.
fn width(terminal: bool) -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen =
        terminal.then(|| console::Term::stderr().size_checked()).flatten().map(|(_, columns)| usize::from(columns));
    said.or(seen).unwrap_or(100)
}
