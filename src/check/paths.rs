//! Paths over joins: what a source can reach, and by which ways.

use super::definitions::Definitions;
use super::errors::{joins as errors, names};
use crate::diagnostic::Diagnostic;
use crate::model::{ColumnId, JoinId, Model, RowExpr, RowLeaf, SourceId, Type};
use crate::suggest::closest;
use crate::syntax::ast;

/// How many hops a search goes; a path that is written out may have any number.
const SEARCHED_HOPS: usize = 4;
/// How many paths a search lists at most.
const LISTED: usize = 200;

/// Where a written path leads.
pub enum Place {
    Column {
        path: Vec<JoinId>,
        source: SourceId,
        column: ColumnId,
    },
    /// To a source as a whole.
    Row {
        path: Vec<JoinId>,
        source: SourceId,
    },
    /// A declared dimension, as this source reaches it.
    Dimension(RowExpr),
}

/// Follows a path from a source. The last name may be a column, a join, or, alone, a declared dimension.
pub fn follow(model: &Model, from: SourceId, path: &ast::Path) -> Result<Place, Diagnostic> {
    let mut at = from;
    let mut hops = Vec::new();
    let (last, before) = path.segments.split_last().expect("a path has at least one name");
    for name in before {
        let source = model.source(at);
        let Some(join) = source.join_named(&name.text) else {
            return Err(not_a_join(model, at, name, path));
        };
        hops.push(join);
        at = source.join(join).target;
    }
    let source = model.source(at);
    if let Some(column) = source.column_named(&last.text) {
        return Ok(Place::Column { path: hops, source: at, column });
    }
    if let Some(join) = source.join_named(&last.text) {
        hops.push(join);
        return Ok(Place::Row { path: hops, source: source.join(join).target });
    }
    if before.is_empty()
        && let Some(dimension) = model.dimension_named(&last.text)
    {
        return match dimension.paths.get(from) {
            Some(place) => Ok(Place::Dimension(place.clone())),
            None => Err(errors::dimension_not_reached(last, &source.name, model, dimension)),
        };
    }
    Err(no_such_column(model, from, at, last, path))
}

fn no_such_column(model: &Model, from: SourceId, at: SourceId, name: &ast::Name, path: &ast::Path) -> Diagnostic {
    let source = model.source(at);
    if path.segments.len() == 1 {
        let reached: Vec<String> =
            columns(model, from).filter(|(_, last)| *last == name.text).map(|(path, _)| path).collect();
        match reached.len() {
            0 => {}
            1 => return errors::unreachable(name, &source.name, &reached[0]),
            _ => return errors::ambiguous(name.span, &name.text, &source.name, &reached),
        }
        if let Some(many) = points_here(model, from, &name.text) {
            return errors::many_valued(name.span, &source.name, &model.source(many).name);
        }
    }
    let known = source.columns.iter().map(|column| column.name.as_str());
    let near = closest(&name.text, known.chain(source.joins.iter().map(|join| join.name.as_str())));
    names::unknown_column(name, &source.name, near)
}

fn not_a_join(model: &Model, at: SourceId, name: &ast::Name, path: &ast::Path) -> Diagnostic {
    let source = model.source(at);
    if let Some(many) = points_here(model, at, &name.text) {
        return errors::many_valued(name.span, &source.name, &model.source(many).name);
    }
    let joins: Vec<&str> = source.joins.iter().map(|join| join.name.as_str()).collect();
    let last = path.segments.last().expect("a path has at least one name");
    let candidates: Vec<String> =
        columns(model, at).filter(|(_, column)| *column == last.text).map(|(path, _)| path).collect();
    errors::not_a_join(name, &source.name, closest(&name.text, joins.iter().copied()), &joins, &candidates)
}

/// A source of this name that joins to `to`: its rows are many for each row there.
fn points_here(model: &Model, to: SourceId, name: &str) -> Option<SourceId> {
    let many = model.source_named(name)?;
    model.source(many).joins.iter().any(|join| join.target == to).then_some(many)
}

/// Every path over joins from a source, shortest first, none through one source twice: `(hops, where it leads)`.
pub fn walk(model: &Model, from: SourceId) -> Vec<(Vec<JoinId>, SourceId)> {
    let mut paths: Vec<(Vec<JoinId>, Vec<SourceId>)> = vec![(Vec::new(), vec![from])];
    let mut next = 0;
    while next < paths.len() && paths.len() < LISTED {
        let (hops, visited) = paths[next].clone();
        next += 1;
        if hops.len() == SEARCHED_HOPS {
            continue;
        }
        let here = *visited.last().expect("a path begins somewhere");
        for (at, join) in model.source(here).joins.iter().enumerate() {
            if visited.contains(&join.target) {
                continue;
            }
            let mut hops = hops.clone();
            hops.push(JoinId(at as u32));
            let mut visited = visited.clone();
            visited.push(join.target);
            paths.push((hops, visited));
        }
    }
    paths.into_iter().map(|(hops, visited)| (hops, *visited.last().expect("a path begins somewhere"))).collect()
}

/// The columns that a source reaches over joins, as they would be written, with the last name apart. Its own are left out.
pub fn columns(model: &Model, from: SourceId) -> impl Iterator<Item = (String, &str)> {
    walk(model, from).into_iter().skip(1).flat_map(move |(hops, to)| {
        let prefix = written(model, from, &hops);
        model.source(to).columns.iter().map(move |column| (format!("{prefix}.{}", column.name), column.name.as_str()))
    })
}

/// `customer.country`
pub fn written(model: &Model, from: SourceId, hops: &[JoinId]) -> String {
    let mut at = from;
    let mut names = Vec::new();
    for hop in hops {
        let join = model.source(at).join(*hop);
        names.push(join.name.as_str());
        at = join.target;
    }
    names.join(".")
}

/// The one way over joins from a source to another; the empty way from a source to itself. Fails with all ways if there are
/// several, with none if there is none.
pub fn only_way(model: &Model, from: SourceId, to: SourceId) -> Result<Vec<JoinId>, Vec<String>> {
    if from == to {
        return Ok(Vec::new());
    }
    let mut ways: Vec<Vec<JoinId>> =
        walk(model, from).into_iter().filter(|(_, end)| *end == to).map(|(hops, _)| hops).collect();
    match ways.len() {
        1 => Ok(ways.remove(0)),
        _ => Err(ways.iter().map(|way| written(model, from, way)).collect()),
    }
}

/// A column at the end of a path, with its type: over a join anything may be missing.
pub fn column(
    definitions: &mut dyn Definitions,
    path: Vec<JoinId>,
    source: SourceId,
    column: ColumnId,
    used_at: crate::source::Span,
) -> RowExpr {
    let ty: Type = definitions.column_type(source, column, used_at);
    let ty = if ty.is_broken() { ty } else { ty.or_null(!path.is_empty()) };
    RowExpr::leaf(RowLeaf::Column { path, source, column }, ty)
}

/// The same value without the last hop where it is a column that the join equates: the foreign key in place of the key.
/// It differs only where the key has no row, so it serves to group what rows that exist will look up.
pub fn through_foreign_key(definitions: &mut dyn Definitions, from: SourceId, expr: RowExpr) -> RowExpr {
    let crate::model::Kind::Leaf(RowLeaf::Column { path, column: wanted, .. }) = &expr.kind else { return expr };
    let Some((last, before)) = path.split_last() else { return expr };
    let model = definitions.model();
    let holder = before.iter().fold(from, |at, hop| model.source(at).join(*hop).target);
    let join = model.source(holder).join(*last);
    if join.valid.is_some() {
        return expr;
    }
    let Some((here, _)) = join.on.iter().find(|(_, there)| there == wanted) else { return expr };
    let (here, before, span) = (*here, before.to_vec(), join.span);
    column(definitions, before, holder, here, span)
}
