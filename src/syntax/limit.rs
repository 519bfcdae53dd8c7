//! How many errors are kept of one file: its first ones, and a count of the rest.

use super::MOST_ERRORS;
use super::errors;
use crate::diagnostic::{Diagnostic, Found};
use crate::source::Span;

/// What was found in a part of one file, in the order of its text, kept small whatever the file holds.
#[derive(Debug, Default)]
pub struct Limited {
    kept: Vec<Diagnostic>,
    more: usize,
    /// Where the first error that is not kept stands.
    next: Option<Span>,
}

impl Limited {
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.kept.len() < MOST_ERRORS {
            self.kept.push(diagnostic);
        } else {
            self.skip(diagnostic.span);
        }
    }

    /// Counts an error without keeping it.
    pub fn skip(&mut self, span: Span) {
        self.more += 1;
        self.next = Some(self.next.map_or(span, |next| next.min(span)));
    }

    pub fn extend(&mut self, other: Limited) {
        for diagnostic in other.kept {
            self.push(diagnostic);
        }
        self.more += other.more;
        self.next = [self.next, other.next].into_iter().flatten().min();
    }

    pub fn is_full(&self) -> bool {
        self.kept.len() >= MOST_ERRORS
    }

    pub fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.more == 0
    }

    /// Two lists of one file as one: its first errors, and how many more there are.
    pub fn merge(self, other: Limited) -> Found {
        let mut kept = self.kept;
        kept.extend(other.kept);
        kept.sort_by_key(|diagnostic| diagnostic.span);
        kept.dedup();
        let mut more = self.more + other.more;
        let mut next = [self.next, other.next].into_iter().flatten().min();
        if kept.len() > MOST_ERRORS {
            more += kept.len() - MOST_ERRORS;
            next = Some(kept[MOST_ERRORS].span);
            kept.truncate(MOST_ERRORS);
        }
        let mut found = Found::default();
        for diagnostic in kept {
            found.push(diagnostic);
        }
        if let Some(span) = next {
            found.push(errors::too_many(span, more));
        }
        found
    }
}
