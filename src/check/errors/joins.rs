//! Errors about joins and paths, E05.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::joins as codes;
use crate::model::{Dimension, Model, Source, SourceId};
use crate::source::Span;
use crate::syntax::ast::{self, Name};

/// `customer_id`, `region`: names in a row.
fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let shown: Vec<String> = names.iter().take(8).map(|name| format!("`{}`", name.as_ref())).collect();
    let more = names.len().saturating_sub(8);
    match more {
        0 => shown.join(", "),
        n => format!("{} and {n} more", shown.join(", ")),
    }
}

pub fn not_many_to_one(join: &ast::Join, target: &Source, on: &[&str]) -> Diagnostic {
    let key: Vec<&str> = target.key.iter().map(|column| target.column(*column).name.as_str()).collect();
    Diagnostic::new(
        &codes::NOT_MANY_TO_ONE,
        join.span,
        format!("the join `{}` may find several rows of `{}`", join.name.text, target.name),
    )
    .label(format!("joins on {}", listed(on)))
    .related(target.span, format!("its key is {}", listed(&key)))
    .help(format!("join on the whole key of `{}`: `on … = {}`", target.name, key.join(" and … = ")))
    .help("rows that are many for one are measured from their own source, or looked up with `metric(…)`")
}

pub fn unreachable(name: &Name, source: &str, path: &str) -> Diagnostic {
    Diagnostic::new(&codes::UNREACHABLE, name.span, format!("`{source}` has no column `{}`", name.text))
        .label("not a column of the source itself")
        .help(format!("write the path to it: `{path}`"))
}

pub fn ambiguous(span: Span, name: &str, source: &str, paths: &[String]) -> Diagnostic {
    Diagnostic::new(&codes::AMBIGUOUS_PATH, span, format!("`{source}` reaches `{name}` by several ways"))
        .label("which one?")
        .help(format!("write one of {}", listed(paths)))
}

pub fn many_valued(span: Span, one: &str, many: &str) -> Diagnostic {
    Diagnostic::new(&codes::MANY_VALUED, span, format!("one row of `{one}` has many rows of `{many}`"))
        .label("many values, not one")
        .help(format!("measure from `{many}`: `… from {many}`, which reaches `{one}`"))
        .help(format!("or look a metric of `{many}` up for each row: `metric(…)`"))
}

pub fn not_a_join(
    name: &Name,
    source: &str,
    closest: Option<&str>,
    joins: &[&str],
    candidates: &[String],
) -> Diagnostic {
    let diagnostic = Diagnostic::new(&codes::UNREACHABLE, name.span, format!("`{source}` has no join `{}`", name.text))
        .label("leads nowhere");
    match (closest, candidates, joins) {
        (Some(known), ..) => diagnostic.help(format!("did you mean `{known}`?")),
        (None, [], []) => diagnostic.help(format!("`{source}` has no joins: declare one, `join {} to …`", name.text)),
        (None, [], _) => diagnostic.help(format!("the joins of `{source}` are {}", listed(joins))),
        (None, candidates, _) => diagnostic.help(format!("it reaches {}", listed(candidates))),
    }
}

pub fn ends_at_join(path: &ast::Path, target: &Source) -> Diagnostic {
    let written = path.segments.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
    let column = target.key.first().map_or("…", |key| target.column(*key).name.as_str());
    Diagnostic::new(
        &codes::PATH_ENDS_AT_JOIN,
        path.span,
        format!("`{written}` leads to a row of `{}`, not to a value", target.name),
    )
    .label("a column is missing")
    .help(format!("name a column of `{}`: `{written}.{column}`", target.name))
}

pub fn dimension_not_reached(name: &Name, source: &str, model: &Model, dimension: &Dimension) -> Diagnostic {
    let sources: Vec<&str> = dimension.paths.iter().map(|(id, _)| model.source(id).name.as_str()).collect();
    Diagnostic::new(
        &codes::UNREACHABLE,
        name.span,
        format!("the dimension `{}` says no way from `{source}`", name.text),
    )
    .label("not for this source")
    .related(dimension.span, format!("it is declared for {}", listed(&sources)))
    .help(format!("add `{source} …` with the path to `dimension {}`", name.text))
}

pub fn not_conformed(path: &ast::Path, model: &Model, one: SourceId, other: SourceId) -> Diagnostic {
    let written = path.segments.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
    let (one, other) = (&model.source(one).name, &model.source(other).name);
    let name = path.segments.last().map_or("", |name| name.text.as_str());
    Diagnostic::new(
        &codes::NOT_CONFORMED,
        path.span,
        format!("`{written}` is a column of its own for `{one}` and for `{other}`: equal names are not yet one thing"),
    )
    .label("ends at different columns")
    .help(format!(
        "if they mean the same, say so once: `dimension {name} {{ {one} {written}  {other} {written} }}`, and use `{name}`"
    ))
}

pub fn no_single_way(span: Span, from: &str, to: &str, ways: &[String]) -> Diagnostic {
    match ways {
        [] => Diagnostic::new(&codes::UNREACHABLE, span, format!("there is no way over joins from `{from}` to `{to}`"))
            .label("cannot be looked up")
            .help(format!("declare a join in `{from}` that leads to `{to}`")),
        _ => Diagnostic::new(&codes::AMBIGUOUS_PATH, span, format!("`{from}` leads to `{to}` by several ways"))
            .label("which one?")
            .help(format!("choose one: {}", listed(&ways.iter().map(|way| format!("via {way}")).collect::<Vec<_>>()))),
    }
}

pub fn via_leads_elsewhere(path: &ast::Path, target: &str) -> Diagnostic {
    Diagnostic::new(&codes::UNREACHABLE, path.span, format!("`via` does not lead to `{target}`"))
        .label("leads elsewhere")
        .help(format!("name a path of joins that ends at `{target}`"))
}

pub fn cyclic_joins(join: &ast::Join, ring: &[String]) -> Diagnostic {
    Diagnostic::new(&codes::CYCLIC_JOIN, join.span, format!("the joins lead round in a ring: {}", ring.join(" → ")))
        .label("leads back")
        .help("take one of them away; what is many for one is looked up with `metric(…)`")
        .help(format!(
            "or, if the ring is meant, write `loops` at the end of one of its joins: `join {} to … loops`",
            join.name.text
        ))
}

pub fn join_through_itself(join: &ast::Join, column: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::JOIN_COLUMN_NOT_LOCAL,
        join.span,
        format!("the join `{}` is by `{column}`, which is itself found over a join", join.name.text),
    )
    .label("would have to be joined before it is joined")
    .help("join by columns of the table, or by columns computed from the same row")
}

pub fn no_key(source: &ast::Source) -> Diagnostic {
    Diagnostic::new(&codes::NO_KEY, source.name.span, format!("`{}` says no key", source.name.text))
        .label("what identifies a row?")
        .help("name the column or columns that identify a row: `key order_id`")
}

pub fn no_common_source(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::UNREACHABLE, span, "no source has all of these dimensions")
        .label("not with the others")
        .help("list them one at a time, or begin each path at one source: `customers.region,customers.segment`")
}
