//! What is said to the user: [`Diagnostic`] about the user's text, always with a place; [`Failure`] about the world.
//!
//! Invariants: only this room knows how a message looks; a code is stable and never reused; every code has a page.

mod code;
mod failure;
mod fingerprint;
mod found;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
pub mod sarif;

pub use code::{ALL, Code, Severity, codes};
pub use failure::Failure;
pub use fingerprint::fingerprints;
pub use found::{Found, Silence, Silenced};

use crate::source::Span;
use smol_str::SmolStr;

/// One thing to say about a place in the user's text.
///
/// The message states the fact in lower case, with names in backticks; `help` says what to type instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: &'static Code,
    /// The code's own, unless the project's policy gives its rule another weight.
    pub severity: Severity,
    pub message: String,
    pub span: Span,
    /// A few words under the place itself; may be empty.
    pub label: String,
    /// Other places that matter, each with a few words.
    pub related: Vec<(Span, String)>,
    pub notes: Vec<String>,
    pub help: Vec<String>,
    /// The metric that it is about, where it is about one: by that a waiver and the baseline know it again.
    pub about: Option<SmolStr>,
}

impl Diagnostic {
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: code.severity,
            message: message.into(),
            span,
            label: String::new(),
            related: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            about: None,
        }
    }

    pub fn about(mut self, metric: impl AsRef<str>) -> Self {
        self.about = Some(SmolStr::new(metric));
        self
    }

    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push((span, text.into()));
        self
    }

    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// The message with all notes and helps, a line each.
    fn lines(&self) -> String {
        let mut text = self.message.clone();
        for (word, lines) in [("note", &self.notes), ("help", &self.help)] {
            for line in lines {
                text.push_str(&format!("\n{word}: {line}"));
            }
        }
        text
    }
}
