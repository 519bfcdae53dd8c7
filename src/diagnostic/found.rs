use super::{Code, Diagnostic, Severity};
use crate::source::FileId;

/// What the stages have found so far. Stages add to it and go on; [`Found::gate`] is the one place where errors stop a run.
#[derive(Debug, Default, Clone)]
pub struct Found {
    diagnostics: Vec<Diagnostic>,
}

impl Found {
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub fn extend(&mut self, other: Found) {
        self.diagnostics.extend(other.diagnostics);
    }

    /// All that was found, in the order of files and places, each once: the same input gives the same bytes.
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by(|a, b| (a.span, a.code.id, &a.message).cmp(&(b.span, b.code.id, &b.message)));
        self.diagnostics.dedup();
        self.diagnostics
    }

    /// The texts in which this was found.
    pub fn files_with(&self, code: &'static Code) -> Vec<FileId> {
        self.diagnostics.iter().filter(|known| known.code == code).map(|known| known.span.file).collect()
    }

    /// Drops what is not to be said after all.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.diagnostics.retain(keep);
    }

    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }

    /// How many errors are among what was found.
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|found| found.severity == Severity::Error).count()
    }

    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    pub fn len(&self) -> usize {
        self.diagnostics.len()
    }

    /// `Err` with everything found if any of it is an error.
    pub fn gate(self) -> Result<Found, Found> {
        if self.has_errors() { Err(self) } else { Ok(self) }
    }
}
