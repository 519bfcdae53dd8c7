//! Assertions in plain words.

use super::{Assertion, What};
use crate::meaning::row_text;
use crate::model::{ColumnId, JoinId, Kind, Model, RowExpr, RowLeaf, SourceId};

/// What has to be true: `order_id identifies a row of orders`.
pub fn says(model: &Model, assertion: &Assertion) -> String {
    of(model, assertion.source, &assertion.what)
}

/// What has to be true of a source's rows.
pub fn of(model: &Model, id: SourceId, what: &What) -> String {
    let source = model.source(id);
    let column = |id: &ColumnId| source.column(*id).name.as_str();
    let grain = |id: &crate::model::GrainId| model.grain(*id);
    match what {
        What::Key => {
            let verb = if source.key.len() == 1 { "identifies" } else { "together identify" };
            format!("{} {verb} a row of {}", listed(source.key.iter().map(column)), source.name)
        }
        What::NotNull(id) => format!("{}.{} is never null", source.name, column(id)),
        What::Check(column, at) => {
            let condition = row_text(model, id, &source.column(*column).checks[*at]);
            format!("{condition} in every row of {}", source.name)
        }
        What::Form(id) => {
            format!("{}.{} is stored as {} is", source.name, column(id), with_article(source.column(*id).ty.base))
        }
        What::Match(join) => {
            let join = source.join(*join);
            let ours = listed(join.on.iter().map(|(ours, _)| column(ours)));
            format!("{}.{ours} finds a row of {}: join {}", source.name, model.source(join.target).name, join.name)
        }
        What::Interval(from, to) => {
            let (from, to) = (row_text(model, id, from), row_text(model, id, to));
            format!("no row of {} ends by {to} before it begins by {from}", source.name)
        }
        What::Versions { on, from, to } => format!(
            "of rows of {} with one {} at most one is valid at a moment: from {}, until {}",
            source.name,
            listed(on.iter().map(column)),
            column(from),
            column(to)
        ),
        What::Accepted(dimension, value) => {
            let dimension = model.dimension(*dimension);
            let accepted: Vec<String> =
                dimension.accepted.iter().map(|text| format!("'{}'", text.replace('\'', "''"))).collect();
            let value = row_text(model, id, value);
            format!("{}.{value} is, for the dimension {}, one of {}", source.name, dimension.name, accepted.join(", "))
        }
        What::Days(id) => format!("the calendar {} has each day once", grain(id).calendar),
        What::Gaps(id) => format!("the calendar {} leaves out no day", grain(id).calendar),
        What::Apart(id) => {
            format!("the days of a {} follow each other in the calendar {}", grain(id).name, grain(id).calendar)
        }
        What::Nested(finer, coarser) => {
            let (finer, coarser) = (grain(finer), grain(coarser));
            format!("each {} of the calendar {} lies within one {}", finer.name, finer.calendar, coarser.name)
        }
    }
}

/// What the rows are that a statement gives.
pub fn rows(assertion: &Assertion) -> &'static str {
    match &assertion.what {
        What::Key => "rows: the keys that several rows have, and how many",
        What::Versions { .. } => "rows: each version that has not ended when the next one begins, and that one",
        What::Accepted(..)
        | What::NotNull(_)
        | What::Check(..)
        | What::Form(_)
        | What::Match(_)
        | What::Interval(..) => "rows: those of which that is not so, each once",
        What::Days(_) => "rows: the days that are there more than once, and how often",
        What::Gaps(_) => "rows: each day whose next day is missing, and the day that follows it instead",
        What::Apart(_) => "rows: each period that has not ended when the next one begins, and that one",
        What::Nested(..) => "rows: the periods of which that is not so, and in how many they lie",
    }
}

/// The columns of the source that an assertion is about, by name; of other sources with the path to them.
pub fn columns(model: &Model, assertion: &Assertion) -> Vec<String> {
    let id = assertion.source;
    let source = model.source(id);
    let column = |id: &ColumnId| source.column(*id).name.to_string();
    match &assertion.what {
        What::Key => source.key.iter().map(column).collect(),
        What::NotNull(id) | What::Check(id, _) | What::Form(id) => vec![column(id)],
        What::Match(id) => source.join(*id).on.iter().map(|(ours, _)| column(ours)).collect(),
        What::Interval(from, to) => [from, to].into_iter().flat_map(|expr| named(model, id, expr)).collect(),
        What::Versions { on, from, to } => on.iter().chain([from, to]).map(column).collect(),
        What::Accepted(_, value) => named(model, id, value),
        What::Days(grain) | What::Gaps(grain) => vec![column(&model.grain(*grain).at)],
        What::Apart(grain) => [model.grain(*grain).at, model.grain(*grain).column].iter().map(column).collect(),
        What::Nested(finer, coarser) => {
            [model.grain(*finer).column, model.grain(*coarser).column].iter().map(column).collect()
        }
    }
}

fn named(model: &Model, source: SourceId, expr: &RowExpr) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    expr.leaf_nodes(&mut |leaf, ty| {
        if let RowLeaf::Column { .. } = leaf {
            let text = row_text(model, source, &RowExpr { kind: Kind::Leaf(leaf.clone()), ty: ty.clone() });
            if !all.contains(&text) {
                all.push(text);
            }
        }
    });
    all
}

/// `orders.customer`
pub fn join(model: &Model, (source, join): &(SourceId, JoinId)) -> String {
    let source = model.source(*source);
    format!("{}.{}", source.name, source.join(*join).name)
}

/// `a`, `a and b`, `a, b and c`
fn listed<'t>(names: impl Iterator<Item = &'t str>) -> String {
    let names: Vec<&str> = names.collect();
    match &names[..] {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}

fn with_article(base: crate::model::Base) -> String {
    let name = base.to_string();
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {name}")
}
