//! A question in words, as `etalon query` and tests put it, read and checked.

use super::Ask;
use crate::diagnostic::Found;
use crate::model::{Model, Request};
use crate::source::{Sources, Span};
use crate::syntax::{self, ast::Name};

/// What is asked, as texts: of a command line or of a test.
#[derive(Clone, Debug, Default)]
pub struct Asked<'a> {
    pub metrics: &'a [String],
    pub by: &'a [String],
    pub filter: Option<&'a str>,
    pub having: Option<&'a str>,
    pub during: Option<&'a str>,
    pub order: Option<&'a str>,
    pub limit: Option<u64>,
}

/// Reads and checks what is asked. Each option is a text of its own, so that errors point into it.
pub fn request(asked: &Asked, model: &Model, sources: &mut Sources, found: &mut Found) -> Option<Request> {
    let metrics_file = sources.add("metrics", asked.metrics.join(" "));
    let mut ask = Ask { span: Span::new(metrics_file, 0, sources.get(metrics_file).text.len()), ..Ask::default() };
    let mut start = 0;
    for metric in asked.metrics {
        let span = Span::new(metrics_file, start, start + metric.len());
        start += metric.len() + 1;
        let inside = metric.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let text =
            inside.map_or_else(|| metric.trim_end_matches(',').to_owned(), |inside| inside.replace("\"\"", "\""));
        ask.metrics.push(Name { text: text.into(), span, quoted: inside.is_some() });
    }
    let errors = found.len();
    if !asked.by.is_empty() {
        let file = sources.add("--by", asked.by.join(","));
        ask.by = syntax::parse_keys(sources, file, found);
    }
    if let Some(text) = asked.filter {
        let file = sources.add("--where", text);
        ask.filter = syntax::parse_predicate(sources, file, found);
    }
    if let Some(text) = asked.having {
        let file = sources.add("--having", text);
        ask.having = syntax::parse_predicate(sources, file, found);
    }
    if let Some(text) = asked.during {
        let file = sources.add("--during", text);
        ask.during = syntax::parse_during(sources, file, found);
    }
    if let Some(text) = asked.order {
        let file = sources.add("--order", text);
        ask.order = syntax::parse_order(sources, file, found);
    }
    ask.limit = asked.limit;
    if found.len() > errors {
        return None;
    }
    super::request(model, &ask, found)
}
