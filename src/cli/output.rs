//! What is printed, and where: results on standard output, everything about them on standard error.

use super::{Arguments, Colour, Format};
use crate::diagnostic::human::Style;
use crate::diagnostic::{Diagnostic, Failure, Found, github, gitlab, human, json, junit, sarif};
use crate::source::Sources;
use std::io::{IsTerminal, Write};

/// The ways out of a command.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    format: Format,
    pub quiet: bool,
    style: Style,
    /// Colours in what goes to standard output.
    result_colour: bool,
}

impl Output {
    pub(super) fn new(arguments: &Arguments) -> Output {
        let terminal = std::io::stderr().is_terminal();
        let colour = match arguments.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        let result_colour = colour && (arguments.color == Colour::Always || std::io::stdout().is_terminal());
        let width = width(terminal);
        Output { format: arguments.format, quiet: arguments.quiet, style: Style { colour, width }, result_colour }
    }

    /// For texts within a document: no colours, and lines of a page's width.
    pub fn plain() -> Output {
        Output { format: Format::Human, quiet: false, style: Style { colour: false, width: 100 }, result_colour: false }
    }

    pub fn format(&self) -> Format {
        self.format
    }

    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    pub fn width(&self) -> usize {
        self.style.width
    }

    /// Where lines of a result are cut: at the terminal's edge, or nowhere if a program reads them.
    pub fn result_width(&self) -> usize {
        let said = std::env::var_os("COLUMNS").is_some();
        if std::io::stdout().is_terminal() || said { self.style.width.max(20) } else { usize::MAX }
    }

    /// How wide the terminal is that shows the result, if one does.
    pub fn result_terminal(&self) -> Option<usize> {
        let out = console::Term::stdout();
        out.is_term().then(|| {
            let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
            said.or_else(|| out.size_checked().map(|(_, columns)| usize::from(columns))).unwrap_or(100)
        })
    }

    /// All findings, in order of places. A document for a program goes to standard output; what people read to standard error,
    /// beside the documents that are made to be put in a file, so that the log of a run shows it too.
    pub fn findings(&self, found: Found, sources: &Sources) {
        let (diagnostics, silenced) = found.parted();
        match self.format {
            // A comment made of findings is the diff's to write.
            Format::Human | Format::Markdown => {}
            Format::Json => self.print(&json::render(&diagnostics, &silenced, sources)),
            Format::Sarif => self.print(&sarif::render(&diagnostics, &silenced, sources)),
            Format::Github => self.print(&github::render(&diagnostics, &silenced, sources)),
            Format::Gitlab => self.print(&gitlab::render(&diagnostics, &silenced, sources)),
            Format::Junit => self.print(&junit::render(&diagnostics, &silenced, sources)),
        }
        if self.tells_people() {
            complain(&human::render(&diagnostics, &silenced, sources, self.style));
        }
    }

    /// Whether people are told besides: not by JSON, where a program alone listens, nor where GitHub's own lines are the log.
    fn tells_people(&self) -> bool {
        !matches!(self.format, Format::Json | Format::Github)
    }

    /// Findings as people see them, as a part of a result.
    pub fn rendered(&self, diagnostics: &[Diagnostic], sources: &Sources) -> String {
        human::each(diagnostics, sources, Style { colour: self.result_colour, ..self.style })
    }

    /// A text in the colour of what is wrong.
    pub fn red(&self, text: &str) -> String {
        if self.result_colour { format!("\x1b[1;31m{text}\x1b[0m") } else { text.to_owned() }
    }

    pub fn failure(&self, failure: &Failure) {
        match self.format {
            Format::Human | Format::Markdown => {}
            Format::Json => self.print(&json::failure(failure)),
            Format::Sarif => self.print(&sarif::failure(failure)),
            Format::Github => self.print(&github::failure(failure)),
            Format::Gitlab => self.print(&gitlab::failure(failure)),
            Format::Junit => self.print(&junit::failure(failure)),
        }
        if self.tells_people() {
            complain(&human::failure(failure, self.style));
        }
    }

    /// A failure to speak the format that was asked for: to people, for no document of it can be made.
    pub fn refusal(&self, failure: &Failure) {
        complain(&human::failure(failure, self.style));
    }

    /// A result. A reader who has gone away (`| head`) is no error.
    pub fn print(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// A word beside the result, for people.
    pub fn say(&self, text: &str) {
        if !self.quiet && self.format != Format::Json {
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
