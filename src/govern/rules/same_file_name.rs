//! G0406: names that are one on a disk where capitals do not count.

use crate::diagnostic::codes::concepts as codes;
use crate::diagnostic::{Diagnostic, Found};
use crate::govern::Side;
use crate::source::Span;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// Files of the project, of which such a disk keeps one; and metrics and reports, whose statements are files of their names.
pub fn look(side: &Side, found: &mut Found) {
    let mut files: FxHashMap<String, (&str, Span)> = FxHashMap::default();
    for (id, file) in side.sources.iter() {
        let span = Span::new(id, 0, 0);
        if let Some((known, other)) = files.insert(file.name.to_lowercase(), (&file.name, span)) {
            let fact = format!("`{}` and `{known}` are one file on a disk where capitals do not count", file.name);
            found.push(same(span, other, fact, "rename one of them"));
        }
    }
    let model = side.model;
    names("metric", model.metrics.iter().map(|metric| (&metric.name, metric.name_span)), found);
    names("report", model.reports.iter().map(|report| (&report.name, report.span)), found);
}

fn names<'m>(kind: &str, all: impl Iterator<Item = (&'m SmolStr, Span)>, found: &mut Found) {
    let mut first: FxHashMap<String, (&SmolStr, Span)> = FxHashMap::default();
    for (name, span) in all {
        // Names without capitals are their own: only a name with some can be another one's double.
        if let Some((known, other)) = first.insert(name.to_lowercase(), (name, span)) {
            let fact = format!(
                "the statements of the {kind}s `{name}` and `{known}` are one file on a disk where capitals do not count"
            );
            found.push(same(span, other, fact, "give one of them a name that differs in more than capitals"));
        }
    }
}

fn same(span: Span, other: Span, fact: String, help: &str) -> Diagnostic {
    Diagnostic::new(&codes::SAME_FILE_NAME, span, fact)
        .label("would overwrite the other")
        .related(other, "the other one")
        .help(help)
}
