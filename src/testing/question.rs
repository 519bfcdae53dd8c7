//! The query of a test, read and checked, with every complaint at its place in the test file.

use super::words::Words;
use super::yaml::Node;
use crate::check::asked;
use crate::diagnostic::{Diagnostic, Found};
use crate::model::{Model, Request, Type};
use crate::source::{FileId, Sources, Span};
use smol_str::SmolStr;

/// What a test asks.
#[derive(Debug)]
pub struct Question {
    pub text: String,
    pub span: Span,
    /// `None` where checking it found errors.
    pub request: Option<Request>,
    /// Those errors.
    pub errors: Vec<Diagnostic>,
    places: Places,
}

/// Where the texts that the options become stand in the test file.
#[derive(Debug)]
struct Places {
    query: String,
    span: Span,
    /// The text at that place.
    written: String,
    verbatim: bool,
    files: Vec<(FileId, Vec<usize>)>,
}

impl Places {
    /// The place of a piece of the query. Where the file writes the query another way (over several lines, with escapes) it
    /// is that piece of the text which is written the same, if there is just one, and else all of it.
    fn of_query(&self, start: usize, end: usize) -> Span {
        let base = self.span.start as usize;
        if self.verbatim {
            return Span::new(self.span.file, base + start, base + end);
        }
        let piece = self.query.get(start..end).unwrap_or_default();
        let mut same = self.written.match_indices(piece);
        match (same.next(), same.next()) {
            (Some((at, _)), None) => Span::new(self.span.file, base + at, base + at + piece.len()),
            _ => self.span,
        }
    }

    fn of(&self, span: Span) -> Span {
        let Some((_, offsets)) = self.files.iter().find(|(file, _)| *file == span.file) else { return span };
        let (start, end) = (span.start as usize, span.end as usize);
        let last = |end: usize| offsets[..end.min(offsets.len())].last().map_or(0, |last| last + 1);
        match offsets.get(start) {
            Some(first) if start < end => self.of_query(*first, last(end)),
            Some(first) => self.of_query(*first, *first),
            None => self.of_query(last(start), last(start)),
        }
    }
}

impl Question {
    /// Reads a query and checks it against a model. Words that are none are the test's mistake, and given back.
    pub fn read(node: &Node, text: &str, model: &Model, sources: &mut Sources) -> Result<Question, Box<Diagnostic>> {
        let mut places = Places {
            query: text.to_owned(),
            span: node.span,
            written: sources.slice(node.span).to_owned(),
            verbatim: node.verbatim,
            files: Vec::new(),
        };
        let words = Words::read(text, &|start, end| places.of_query(start, end))?;
        let before = sources.len();
        let mut found = Found::default();
        let request = words.asked(|asked| asked::request(asked, model, sources, &mut found));
        places.files =
            sources.iter().skip(before).filter_map(|(file, named)| Some((file, words.offsets(&named.name)?))).collect();
        let mut question = Question { text: text.to_owned(), span: node.span, request, errors: Vec::new(), places };
        if question.request.is_none() {
            question.errors = found.sorted().into_iter().map(|diagnostic| question.placed(diagnostic)).collect();
        }
        Ok(question)
    }

    /// A complaint about the query, at its place in the test file.
    pub fn placed(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        diagnostic.span = self.places.of(diagnostic.span);
        for (span, _) in &mut diagnostic.related {
            *span = self.places.of(*span);
        }
        diagnostic
    }

    /// The columns of the result: the keys, then the metrics.
    pub fn columns<'q>(&'q self, model: &'q Model) -> Vec<(&'q SmolStr, &'q Type)> {
        let Some(request) = &self.request else { return Vec::new() };
        let keys = request.keys.iter().map(|key| (&key.name, &key.ty));
        let metrics = request.metrics.iter().map(|id| {
            let metric = model.metric(*id);
            (&metric.name, &metric.ty)
        });
        keys.chain(metrics).collect()
    }
}
