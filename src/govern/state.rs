//! A side with what was agreed on in it, read.

use super::chain::Chain;
use super::lock::{Broken, Lock};
use super::side::Side;
use super::signers;
use super::trust::Trust;
use crate::meaning::canonical::Digest;
use crate::source::{FileId, Span};
use std::ops::Range;

/// Where the files of governance stand among the texts of a side.
#[derive(Clone, Copy, Debug)]
pub struct Files {
    pub config: FileId,
    pub signers: Option<FileId>,
    pub lock: Option<FileId>,
    pub chain: Option<FileId>,
}

/// Finds a text of `agreed/` by its digest.
pub type TextOf<'s> = Box<dyn Fn(&Digest) -> Option<String> + 's>;

/// A project at one moment, with its lock and the history of what is trusted.
pub struct State<'s> {
    pub side: Side<'s>,
    pub files: Files,
    pub lock: Lock,
    pub chain: Chain,
    /// By the side's own files, whoever agreed to them.
    pub trust: Trust,
    pub text_of: TextOf<'s>,
    pub(super) broken_lock: Vec<Broken>,
    pub(super) broken_chain: Vec<Broken>,
    pub(super) unusable: Vec<signers::Unusable>,
}

impl<'s> State<'s> {
    pub fn read(side: Side<'s>, files: Files, text_of: TextOf<'s>) -> State<'s> {
        let text = |file: Option<FileId>| file.map_or("", |file| side.sources.get(file).text.as_str());
        let (lock, broken_lock) = Lock::read(text(files.lock));
        let (chain, broken_chain) = Chain::read(text(files.chain), &*text_of);
        let unusable = side.signers.map(signers::read).unwrap_or_default().1;
        let trust = Trust::of(&side);
        State { side, files, lock, chain, trust, text_of, broken_lock, broken_chain, unusable }
    }

    /// The rules that were agreed on last, with their number; those of the side's own files where nothing was yet.
    pub fn agreed_trust(&self) -> (&Trust, u32) {
        let last = self.chain.links.len() as u32;
        match self.chain.trust(last) {
            Some(trust) => (trust, last),
            None => (&self.trust, last.max(1)),
        }
    }

    /// A place in the lock; where there is no lock yet, the beginning of etalon.yaml.
    pub(super) fn in_lock(&self, place: &Range<usize>) -> Span {
        self.place(self.files.lock, place)
    }

    pub(super) fn in_chain(&self, place: &Range<usize>) -> Span {
        self.place(self.files.chain, place)
    }

    pub(super) fn in_signers(&self, place: &Range<usize>) -> Span {
        self.place(self.files.signers, place)
    }

    fn place(&self, file: Option<FileId>, place: &Range<usize>) -> Span {
        match file {
            Some(file) => Span::new(file, place.start, place.end),
            None => Span::new(self.files.config, 0, 0),
        }
    }

    /// The name of a metric or report in the definitions, if it is there.
    pub(super) fn defined_at(&self, kind: super::record::Kind, name: &str) -> Option<Span> {
        let model = self.side.model;
        match kind {
            super::record::Kind::Metric => model.metric_named(name).map(|id| model.metric(id).name_span),
            super::record::Kind::Report => {
                model.reports.iter().find(|report| report.name == name).map(|report| report.span)
            }
        }
    }
}
