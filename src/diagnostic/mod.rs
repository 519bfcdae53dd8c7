//! What is said to the user: [`Diagnostic`] about the user's text, always with a place; [`Failure`] about the world.
//!
//! Invariants: only this room knows how a message looks; a code is stable and never reused; every code has a page.

mod code;
mod failure;
mod found;
pub mod github;
pub mod human;
pub mod json;
pub mod sarif;

pub use code::{ALL, Code, Severity, codes};
pub use failure::Failure;
pub use found::Found;

use crate::source::Span;

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
        }
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
}
