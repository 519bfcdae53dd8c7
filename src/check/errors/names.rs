//! Errors about names, E02, that need to know more than a table of declarations.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::names as codes;
use crate::source::Span;
use crate::syntax::ast::Name;

pub fn unknown_column(name: &Name, source: &str, closest: Option<&str>) -> Diagnostic {
    let text = &name.text;
    let diagnostic = Diagnostic::new(&codes::UNKNOWN_COLUMN, name.span, format!("`{source}` has no column `{text}`"))
        .label("not there");
    match closest {
        Some(known) => diagnostic.help(format!("did you mean `{known}`?")),
        None => diagnostic.help(format!("declare it in `{source}`, or write the path to it: `join.{text}`")),
    }
}

/// Definitions that lead back to where they began. Each step is a name with the place that uses it.
pub fn cycle(steps: &[(String, Span)]) -> Diagnostic {
    let names: Vec<String> = steps.iter().map(|(name, _)| format!("`{name}`")).collect();
    let (first, span) = &steps[0];
    let ring = format!("{} → `{first}`", names.join(" → "));
    let mut diagnostic = Diagnostic::new(&codes::CYCLE, *span, format!("`{first}` is defined by itself: {ring}"))
        .label("leads back to itself")
        .help("break the ring: define one of them without the others");
    for (name, at) in steps.iter().skip(1).take(8) {
        diagnostic = diagnostic.related(*at, format!("by way of `{name}`"));
    }
    diagnostic
}

pub fn too_deep(span: Span, name: &str, limit: usize) -> Diagnostic {
    Diagnostic::new(
        &codes::TOO_DEEP,
        span,
        format!("`{name}` rests on more than {limit} definitions, one upon the other"),
    )
    .label("the chain goes on below")
    .help("define it more directly from the sources")
}

/// A name or synonym that another metric has, after folding case and punctuation.
pub fn claimed(span: Span, text: &str, metric: &str, other: Span) -> Diagnostic {
    Diagnostic::new(&codes::NAME_CLAIMED, span, format!("`{text}` already means `{metric}`"))
        .label("claimed again here")
        .related(other, "claimed first here")
        .help(format!("one name, one number: choose another, or use `{metric}`"))
}

pub fn attribute_metric_itself(span: Span, attribute: &str, metric: &str) -> Diagnostic {
    Diagnostic::new(&codes::CYCLE, span, format!("`{metric}` names itself in `{attribute}`"))
        .label("this very metric")
        .help("name another metric, or leave it out")
}
