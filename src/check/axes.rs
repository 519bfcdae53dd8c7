//! Which filters and keys a metric that looks back allows: none that reads the axis it looks back by, for its rows would then
//! be cut off by their own time and not by the period's.

use super::definitions::Definitions;
use super::errors::operators as errors;
use crate::model::{Expr, Function, Key, KeyKind, Kind, Model, PerSource, RowExpr, RowLeaf, TimeFacts};
use crate::source::Span;

/// Whether a filter leaves the axes alone; a date part of them it may read. `metric` is the name for the message.
pub fn filter_is_allowed(
    definitions: &mut dyn Definitions,
    filter: &PerSource<RowExpr>,
    time: &TimeFacts,
    metric: &str,
    span: Span,
) -> bool {
    let model = definitions.model();
    let reads = time
        .looked_back
        .iter()
        .any(|(source, axis)| filter.get(*source).is_some_and(|filter| reads(model, filter, axis, true)));
    if reads {
        definitions.report(errors::reads_axis(span, metric, "this filter"));
    }
    !reads
}

/// Whether a key that is no grain leaves the axes alone.
pub fn key_is_allowed(definitions: &mut dyn Definitions, key: &Key, time: &TimeFacts, metric: &str) -> bool {
    let model = definitions.model();
    let reads = match &key.kind {
        KeyKind::Grain(_) | KeyKind::Declared(_) => false,
        KeyKind::Part(_) => !time.looked_back.is_empty(),
        KeyKind::Column(each) => time
            .looked_back
            .iter()
            .any(|(source, axis)| each.get(*source).is_some_and(|expr| reads(model, expr, axis, false))),
    };
    if reads {
        definitions.report(errors::reads_axis(key.span, metric, &format!("the key `{}`", key.name)));
    }
    !reads
}

/// Whether an expression of a row reads the axis of that row, through derived columns too.
fn reads(model: &Model, expr: &RowExpr, axis: &RowExpr, parts_are_fine: bool) -> bool {
    match &expr.kind {
        Kind::Leaf(RowLeaf::Column { path, source: end, column }) => {
            if same_column(expr, axis) {
                return true;
            }
            let derived = path.is_empty().then(|| model.source(*end).column(*column).derived.as_ref()).flatten();
            derived.is_some_and(|derived| reads(model, derived, axis, parts_are_fine))
        }
        // What is looked up is over all time, whatever this row's time is.
        Kind::Leaf(RowLeaf::Lookup(_)) | Kind::Literal(_) => false,
        Kind::Call(Function::Part(_), _) if parts_are_fine => false,
        Kind::Call(_, arguments) => arguments.iter().any(|argument| reads(model, argument, axis, parts_are_fine)),
        Kind::Case { arms, otherwise } => arms
            .iter()
            .flat_map(|(when, then)| [when, then])
            .chain(otherwise.as_deref())
            .any(|part: &Expr<RowLeaf>| reads(model, part, axis, parts_are_fine)),
    }
}

fn same_column(one: &RowExpr, other: &RowExpr) -> bool {
    matches!((&one.kind, &other.kind), (Kind::Leaf(one), Kind::Leaf(other)) if one == other)
}
