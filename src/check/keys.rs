//! Grouping keys: grains, date parts, columns that each source reaches by its own path, declared dimensions.

use super::definitions::Definitions;
use super::errors::{joins, meaning};
use super::operators::common_base;
use super::paths::{self, Place};
use crate::model::{Base, ColumnId, Grain, Key, KeyKind, Kind, Part, PerSource, RowExpr, RowLeaf, SourceId, Type};
use crate::syntax::ast;
use smol_str::SmolStr;

/// The key that a path names for all of these sources, or `None` with the error reported.
pub fn key(definitions: &mut dyn Definitions, path: &ast::Path, sources: &[SourceId]) -> Option<Key> {
    if let [name] = &path.segments[..]
        && !name.quoted
    {
        if let Some(grain) = Grain::named(&name.text) {
            return Some(grain_key(grain, path));
        }
        if let Some(id) = definitions.model().grain_named(&name.text) {
            let ty = Type::plain(Base::Date).or_null(true);
            return Some(Key { name: name.text.clone(), kind: KeyKind::Declared(id), ty, span: path.span });
        }
        if let Some(part) = Part::ALL.into_iter().find(|part| part.key_name() == name.text) {
            let ty = Type::plain(Base::Integer).or_null(true);
            return Some(Key { name: name.text.clone(), kind: KeyKind::Part(part), ty, span: path.span });
        }
    }
    column_key(definitions, path, sources)
}

fn grain_key(grain: Grain, path: &ast::Path) -> Key {
    let ty = Type::plain(grain.key_base(Base::Timestamp)).or_null(true);
    Key { name: SmolStr::new(grain.name()), kind: KeyKind::Grain(grain), ty, span: path.span }
}

/// Beside a metric whose time is kept as instants a period below a day is named by one: an hour of wall time may come twice.
pub fn name_instants(keys: &mut [Key]) {
    for key in keys {
        if let KeyKind::Grain(grain) = key.kind {
            key.ty.base = grain.key_base(Base::Instant);
        }
    }
}

/// A key that is a column or a declared dimension.
pub fn column_key(definitions: &mut dyn Definitions, path: &ast::Path, sources: &[SourceId]) -> Option<Key> {
    let mut each: Vec<(SourceId, RowExpr)> = Vec::with_capacity(sources.len());
    let mut dimension = false;
    for &source in sources {
        let place = paths::follow(definitions.model(), source, path);
        let expr = match place {
            Ok(Place::Column { path: hops, source: end, column }) => {
                paths::column(definitions, hops, end, column, path.span)
            }
            Ok(Place::Dimension(expr)) => {
                dimension = true;
                expr
            }
            Ok(Place::Row { source: end, .. }) => {
                let error = joins::ends_at_join(path, definitions.model().source(end));
                definitions.report(error);
                return None;
            }
            Err(diagnostic) => {
                let diagnostic = match near_word_of_time(path) {
                    Some(word) => {
                        crate::diagnostic::Diagnostic { help: vec![format!("did you mean `{word}`?")], ..diagnostic }
                    }
                    None => diagnostic,
                };
                let diagnostic = match definitions.asking(source) {
                    Some(asking) => diagnostic.note(asking),
                    None => diagnostic,
                };
                definitions.report(diagnostic);
                return None;
            }
        };
        if expr.ty.is_broken() {
            return None;
        }
        each.push((source, expr));
    }
    let (_, first) = each.first()?;
    let base = first.ty.base;
    if base == Base::Double {
        definitions.report(meaning::group_by_double(path));
        return None;
    }
    if let Some((_, other)) = each.iter().find(|(_, other)| common_base(base, other.ty.base).is_none()) {
        let error = super::errors::types::types_differ(path.span, &first.ty, path.span, &other.ty);
        definitions.report(error);
        return None;
    }
    if !dimension {
        let ends: Vec<_> = each.iter().map(|(source, expr)| (*source, end_of(*source, expr))).collect();
        if let Some((other, _)) = ends.iter().find(|(_, end)| *end != ends[0].1) {
            let warning = joins::not_conformed(path, definitions.model(), ends[0].0, *other);
            definitions.report(warning);
        }
    }
    let name = path.segments.iter().map(|segment| segment.text.as_str()).collect::<Vec<_>>().join("_");
    let ty = Type { nullable: true, ..first.ty.clone() };
    Some(Key { name: name.into(), kind: KeyKind::Column(PerSource::new(each)), ty, span: path.span })
}

/// The grain or part of time that a lone name may be a slip for.
fn near_word_of_time(path: &ast::Path) -> Option<&'static str> {
    let [name] = &path.segments[..] else { return None };
    let words = Grain::ALL.into_iter().map(Grain::name).chain(Part::ALL.into_iter().map(Part::key_name));
    crate::suggest::closest(&name.text, words)
}

/// The source and column that a path ends at: the same for all sources, or it is not the same thing.
fn end_of(from: SourceId, expr: &RowExpr) -> (SourceId, Option<ColumnId>) {
    match &expr.kind {
        Kind::Leaf(RowLeaf::Column { source, column, .. }) => (*source, Some(*column)),
        _ => (from, None),
    }
}

/// Several keys, each once; a second of one name is an error.
pub fn keys(definitions: &mut dyn Definitions, written: &[ast::Path], sources: &[SourceId]) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::with_capacity(written.len());
    for path in written {
        let Some(key) = key(definitions, path, sources) else { continue };
        match keys.iter().find(|known| known.name == key.name) {
            Some(known) => definitions.report(meaning::key_twice(path.span, &key.name, known.span)),
            None => keys.push(key),
        }
    }
    keys
}
