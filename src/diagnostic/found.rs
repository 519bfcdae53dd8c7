use super::{Code, Diagnostic, Severity};
use crate::source::{FileId, Span};
use jiff::civil::Date;

/// What the stages have found so far. Stages add to it and go on; [`Found::gate`] is the one place where errors stop a run.
#[derive(Debug, Default, Clone)]
pub struct Found {
    diagnostics: Vec<Diagnostic>,
    silenced: Vec<Silenced>,
}

/// A finding that somebody let through. It stops nothing, and is counted and listed all the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Silenced {
    pub diagnostic: Diagnostic,
    pub by: Silence,
}

/// What lets a finding through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Silence {
    Waiver {
        by: String,
        reason: String,
        expires: Date,
    },
    /// It is older than the rule's use in this project.
    Baseline,
}

impl Silence {
    /// In words: `waived until 2026-12-31 by ines@acme.example: …`
    pub fn says(&self) -> String {
        match self {
            Silence::Waiver { by, reason, expires } => format!("waived until {expires} by {by}: {reason}"),
            Silence::Baseline => "counted in etalon.baseline".to_owned(),
        }
    }
}

impl Found {
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub fn extend(&mut self, other: Found) {
        self.diagnostics.extend(other.diagnostics);
        self.silenced.extend(other.silenced);
    }

    /// All that was found, in the order of files and places, each once: the same input gives the same bytes.
    pub fn sorted(self) -> Vec<Diagnostic> {
        self.parted().0
    }

    /// The same, and beside it what was let through, in the same order.
    pub fn parted(mut self) -> (Vec<Diagnostic>, Vec<Silenced>) {
        self.sort();
        self.silenced.sort_by(|a, b| place(&a.diagnostic).cmp(&place(&b.diagnostic)));
        self.silenced.dedup();
        (self.diagnostics, self.silenced)
    }

    /// Puts all in that order.
    pub fn sort(&mut self) {
        self.diagnostics.sort_by(|a, b| place(a).cmp(&place(b)));
        self.diagnostics.dedup();
    }

    /// Lets through what this answers for; asked for each in turn.
    pub fn silence(&mut self, mut answer: impl FnMut(&Diagnostic) -> Option<Silence>) {
        for diagnostic in std::mem::take(&mut self.diagnostics) {
            match answer(&diagnostic) {
                Some(by) => self.silenced.push(Silenced { diagnostic, by }),
                None => self.diagnostics.push(diagnostic),
            }
        }
    }

    pub fn silenced(&self) -> &[Silenced] {
        &self.silenced
    }

    pub fn all(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Diagnostic> {
        self.diagnostics.iter_mut()
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

fn place(diagnostic: &Diagnostic) -> (Span, &str, &str) {
    (diagnostic.span, diagnostic.code.id, &diagnostic.message)
}
