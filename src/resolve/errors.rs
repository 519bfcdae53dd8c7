//! Errors about names, E02.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::names as codes;
use crate::syntax::ast::Name;

/// A name that nothing has. `kind` is the word for what was looked for: `metric`, `source`.
pub fn unknown(kind: &str, name: &Name, closest: Option<&str>) -> Diagnostic {
    let text = &name.text;
    let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, name.span, format!("there is no {kind} `{text}`"));
    match closest {
        Some(known) => diagnostic.label("not declared").help(format!("did you mean `{known}`?")),
        None => diagnostic.label("not declared").help(format!("declare it: `{kind} {text} …`")),
    }
}

pub fn declared_twice(kind: &str, name: &Name, earlier: &Name) -> Diagnostic {
    Diagnostic::new(&codes::DECLARED_TWICE, name.span, format!("the {kind} `{}` is declared twice", name.text))
        .label("declared again here")
        .related(earlier.span, "first declared here")
        .help("a name means one thing in the whole project: rename one of them, or delete it")
}

pub fn metric_and_dimension(dimension: &Name, metric: &Name) -> Diagnostic {
    Diagnostic::new(
        &codes::DECLARED_TWICE,
        dimension.span,
        format!("`{}` is declared as a dimension and as a metric", dimension.text),
    )
    .label("the dimension")
    .related(metric.span, "the metric")
    .help("a query could not tell them apart: rename one of them")
}
