//! Sources: columns, keys, joins. Derived columns come later, when everything they may name is known.

use super::building::Building;
use super::definitions::Definitions;
use super::errors::{joins as errors, meaning, names, types as type_errors};
use super::expr::Scope;
use super::{aggregates, literals, operators, paths, row};
use crate::model::{
    Base, Column, ColumnId, Dimension, Join, Kind, PerSource, RowExpr, RowLeaf, Source, SourceId, Type, Unit, Validity,
};
use crate::resolve;
use crate::source::Span;
use crate::suggest::closest;
use crate::syntax::ast::{self, SourceItem};

/// The unit that a name stands for, in the singular.
pub fn unit(written: &ast::UnitName) -> Unit {
    let of = |names: &[ast::Name]| {
        names.iter().fold(Unit::PLAIN, |unit, name| match name.text.as_str() {
            "percent" => unit,
            text => unit.times(&Unit::named(&aggregates::singular(text)), 1),
        })
    };
    of(&written.times).times(&of(&written.per), -1)
}

/// All sources with their table's columns, keys and joins.
pub fn declare(building: &mut Building) {
    for written in building.names.sources.iter() {
        let source = columns(building, written);
        building.model.sources.push(source);
    }
    for (at, written) in building.names.sources.iter().enumerate() {
        let joins = joins(building, SourceId(at as u32), written);
        building.model.sources[at].joins = joins;
    }
    rings(building);
}

fn columns<'a>(building: &mut Building<'a>, written: &'a ast::Source) -> Source {
    let mut columns: Vec<Column> = Vec::new();
    let mut derived = Vec::new();
    for item in &written.items {
        let (name, span, ty, definition) = match item {
            SourceItem::Column(column) => (&column.name, column.span, physical(building, column), None),
            SourceItem::Derived(column) => (&column.name, column.span, Type::BROKEN, Some(&column.value)),
            _ => continue,
        };
        if let Some(earlier) = columns.iter().find(|known| known.name == name.text) {
            let earlier = ast::Name { text: name.text.clone(), span: earlier.span, quoted: false };
            building.found.push(resolve::declared_twice("column", name, &earlier));
            continue;
        }
        columns.push(Column { name: name.text.clone(), ty, derived: None, checks: Vec::new(), span });
        derived.push(definition);
    }
    building.columns.push(derived.into_iter().map(super::building::ColumnState::new).collect());
    let mut source = Source {
        name: written.name.text.clone(),
        title: written.title.as_ref().map(|title| title.value.clone()),
        key: Vec::new(),
        time: None,
        columns,
        joins: Vec::new(),
        span: written.name.span,
    };
    let mut has_key = false;
    for item in &written.items {
        match item {
            SourceItem::Key { columns, .. } => {
                has_key = true;
                for name in columns {
                    match own_column(building, &source, name) {
                        Some(column) if !source.key.contains(&column) => source.key.push(column),
                        _ => {}
                    }
                }
            }
            SourceItem::Time { column, span } => {
                if source.time.is_some() {
                    building.found.push(meaning::attribute_twice(*span, "time"));
                }
                source.time =
                    own_column(building, &source, column).filter(|id| is_axis(building, &source, *id, column));
            }
            _ => {}
        }
    }
    if !has_key {
        building.found.push(errors::no_key(written));
    }
    source
}

fn physical(building: &mut Building, column: &ast::Column) -> Type {
    let base = literals::type_name(&column.ty).unwrap_or_else(|diagnostic| {
        building.found.push(diagnostic);
        Base::Broken
    });
    let unit = column.unit.as_ref().map_or(Unit::PLAIN, unit);
    if base == Base::Double && matches!(&unit, Unit::Of(powers) if powers.iter().any(|(name, _)| is_currency(name))) {
        building.found.push(type_errors::money_as_double(column.span, &column.name.text, &unit));
    }
    Type { base, nullable: column.nullable, unit }
}

/// ISO 4217's commonest codes: enough to warn of money kept in binary.
fn is_currency(name: &str) -> bool {
    const CODES: [&str; 18] = [
        "usd", "eur", "gbp", "jpy", "chf", "cad", "aud", "nzd", "sek", "nok", "dkk", "pln", "czk", "inr", "cny", "brl",
        "mxn", "zar",
    ];
    CODES.contains(&name)
}

fn own_column(building: &mut Building, source: &Source, name: &ast::Name) -> Option<ColumnId> {
    let column = source.column_named(&name.text);
    if column.is_none() {
        let near = closest(&name.text, source.columns.iter().map(|column| column.name.as_str()));
        building.found.push(names::unknown_column(name, &source.name, near));
    }
    column
}

fn is_axis(building: &mut Building, source: &Source, id: ColumnId, name: &ast::Name) -> bool {
    let ty = &source.column(id).ty;
    // A derived column's type is not known yet; `at` and the grouping look again.
    if ty.is_broken() || ty.base.is_time() {
        return true;
    }
    building.found.push(type_errors::wrong_type(name.span, "a date, a timestamp or an instant", ty));
    false
}

fn joins(building: &mut Building, from: SourceId, written: &ast::Source) -> Vec<Join> {
    let mut joins: Vec<Join> = Vec::new();
    for item in &written.items {
        let SourceItem::Join(join) = item else { continue };
        let source = building.model.source(from).clone();
        let taken = joins.iter().find(|known| known.name == join.name.text).map(|known| ("join", known.span));
        let taken =
            taken.or(source.columns.iter().find(|column| column.name == join.name.text).map(|it| ("column", it.span)));
        if let Some((kind, span)) = taken {
            let earlier = ast::Name { text: join.name.text.clone(), span, quoted: false };
            building.found.push(resolve::declared_twice(
                if kind == "join" { "join" } else { "join or column" },
                &join.name,
                &earlier,
            ));
            continue;
        }
        match building.names.sources.find(&join.target) {
            Ok(target) => joins.extend(one_join(building, &source, SourceId(target as u32), join)),
            Err(diagnostic) => building.found.push(diagnostic),
        }
    }
    joins
}

fn one_join(building: &mut Building, source: &Source, target_id: SourceId, join: &ast::Join) -> Option<Join> {
    let target = building.model.source(target_id).clone();
    let mut on = Vec::with_capacity(join.on.len());
    for pair in &join.on {
        let here = own_column(building, source, &pair.here);
        let there = own_column(building, &target, pair.there.as_ref().unwrap_or(&pair.here));
        let (here, there) = (here?, there?);
        let (a, b) = (&source.column(here).ty, &target.column(there).ty);
        if !a.is_broken() && !b.is_broken() && !joinable(a.base, b.base) {
            let other = pair.there.as_ref().unwrap_or(&pair.here).span;
            building.found.push(type_errors::types_differ(pair.here.span, a, other, b));
            return None;
        }
        on.push((here, there));
    }
    let valid = match &join.valid {
        Some(written) => Some(validity(building, source, &target, written)?),
        None => None,
    };
    // A key that is broken was reported where it is declared. With a validity at most one version is valid at a moment.
    if valid.is_none()
        && !target.key.is_empty()
        && !target.key.iter().all(|key| on.iter().any(|(_, there)| there == key))
    {
        let names: Vec<&str> = on.iter().map(|(_, there)| target.column(*there).name.as_str()).collect();
        building.found.push(errors::not_many_to_one(join, &target, &names));
        return None;
    }
    Some(Join { name: join.name.text.clone(), target: target_id, on, valid, loops: join.loops, span: join.span })
}

/// `valid ordered_at between valid_from and valid_to`: a moment here, two of the same kind there.
fn validity(building: &mut Building, source: &Source, target: &Source, written: &ast::Validity) -> Option<Validity> {
    let moment = own_column(building, source, &written.moment);
    let from = own_column(building, target, &written.from);
    let to = own_column(building, target, &written.to);
    let (moment, from, to) = (moment?, from?, to?);
    let here = source.column(moment).ty.clone();
    for (column, name) in [(from, &written.from), (to, &written.to)] {
        let there = &target.column(column).ty;
        if here.is_broken() || there.is_broken() {
            continue;
        }
        if !here.base.is_time() {
            let error = type_errors::wrong_type(written.moment.span, "a date, a timestamp or an instant", &here);
            building.found.push(error);
            return None;
        }
        let instants = (here.base == Base::Instant, there.base == Base::Instant);
        if !there.base.is_time() || instants.0 != instants.1 {
            building.found.push(type_errors::types_differ(written.moment.span, &here, name.span, there));
            return None;
        }
    }
    Some(Validity { moment, from, to, span: written.span })
}

fn joinable(a: Base, b: Base) -> bool {
    match (a, b) {
        (Base::Double, _) | (_, Base::Double) => false,
        (a, b) => a == b || (a.scale() == Some(0) && b.scale() == Some(0)),
    }
}

/// Joins between different sources that lead round in a ring without saying that it is meant.
fn rings(building: &mut Building) {
    let model = &building.model;
    let mut errors = Vec::new();
    // Colours of a depth-first walk with a stack of its own: 0 unseen, 1 on the way, 2 done.
    let mut colour = vec![0u8; model.sources.len()];
    for start in 0..model.sources.len() {
        if colour[start] != 0 {
            continue;
        }
        let mut way: Vec<(usize, usize)> = vec![(start, 0)];
        colour[start] = 1;
        while let Some((at, next)) = way.last_mut() {
            let here = *at;
            let Some(join) = model.sources[here].joins.get(*next) else {
                colour[here] = 2;
                way.pop();
                continue;
            };
            *next += 1;
            let to = join.target.0 as usize;
            if join.loops || to == here {
                continue;
            }
            match colour[to] {
                0 => {
                    colour[to] = 1;
                    way.push((to, 0));
                }
                1 => {
                    let from = way.iter().position(|(source, _)| *source == to).unwrap_or(0);
                    let mut ring: Vec<String> =
                        way[from..].iter().map(|(source, _)| format!("`{}`", model.sources[*source].name)).collect();
                    ring.push(format!("`{}`", model.sources[to].name));
                    errors.push((here, join.name.clone(), ring));
                }
                _ => {}
            }
        }
    }
    for (source, name, ring) in errors {
        let join = building.names.sources.at(source).items.iter().find_map(|item| match item {
            SourceItem::Join(join) if join.name.text == name => Some(join),
            _ => None,
        });
        if let Some(join) = join {
            building.found.push(errors::cyclic_joins(join, &ring));
        }
    }
}

/// Every derived column, the checks of columns, and joins by columns that are not of the row itself.
pub fn define(building: &mut Building) {
    for (at, written) in building.names.sources.iter().enumerate() {
        let id = SourceId(at as u32);
        for column in 0..building.model.source(id).columns.len() {
            building.column_type(id, ColumnId(column as u32), Span::default());
        }
        for item in &written.items {
            match item {
                SourceItem::Column(column) => checks(building, id, column),
                SourceItem::Join(join) => join_is_local(building, id, join),
                SourceItem::Time { column, .. } => time_is_axis(building, id, column),
                _ => {}
            }
        }
    }
}

fn time_is_axis(building: &mut Building, id: SourceId, name: &ast::Name) {
    let source = building.model.source(id);
    let Some(column) = source.column_named(&name.text).map(|column| source.column(column)) else { return };
    if column.derived.is_some() && !column.ty.base.is_time() && !column.ty.is_broken() {
        let error = type_errors::wrong_type(name.span, "a date, a timestamp or an instant", &column.ty);
        building.found.push(error);
    }
}

fn checks(building: &mut Building, id: SourceId, column: &ast::Column) {
    for check in &column.checks {
        let Some(at) = building.model.source(id).column_named(&column.name.text) else { return };
        let value = paths::column(building, Vec::new(), id, at, column.span);
        let literal = row::check(building, id, &check.value);
        if !literal.ty.is_broken() && !matches!(literal.kind, Kind::Literal(_)) {
            building.found.push(type_errors::wrong_argument(check.value.span, "check", "a constant"));
            continue;
        }
        let mut found = crate::diagnostic::Found::default();
        let operands = ((value, column.span), (literal, check.value.span));
        let condition = operators::binary(check.op, check.span, operands.0, operands.1, &mut found);
        building.found.extend(found);
        if !condition.ty.is_broken() {
            building.model.sources[id.0 as usize].columns[at.0 as usize].checks.push(condition);
        }
    }
}

/// A join's own columns may be derived, but only from the same row: else it would have to be joined before it is joined.
fn join_is_local(building: &mut Building, id: SourceId, written: &ast::Join) {
    let model = &building.model;
    let Some(join) = model.source(id).join_named(&written.name.text).map(|join| model.source(id).join(join)) else {
        return;
    };
    let sides = join.on.iter().flat_map(|(here, there)| [(id, *here), (join.target, *there)]);
    let far = sides.into_iter().find(|(source, column)| !is_local(model, *source, *column));
    if let Some((source, column)) = far {
        let name = model.source(source).column(column).name.clone();
        building.found.push(errors::join_through_itself(written, &name));
    }
}

fn is_local(model: &crate::model::Model, source: SourceId, column: ColumnId) -> bool {
    let Some(derived) = &model.source(source).column(column).derived else { return true };
    let mut local = true;
    derived.leaves(&mut |leaf| match leaf {
        RowLeaf::Column { path, source, column } => local &= path.is_empty() && is_local(model, *source, *column),
        RowLeaf::Lookup(_) => local = false,
    });
    local
}

/// Declared dimensions: the path from each source, all of one type.
pub fn dimensions(building: &mut Building) {
    for written in building.names.dimensions.iter() {
        let mut each: Vec<(SourceId, RowExpr)> = Vec::new();
        let mut first: Option<(Type, Span)> = None;
        for (source_name, path) in &written.paths {
            let source = match building.names.sources.find(source_name) {
                Ok(at) => SourceId(at as u32),
                Err(diagnostic) => {
                    building.found.push(diagnostic);
                    continue;
                }
            };
            if each.iter().any(|(known, _)| *known == source) {
                building.found.push(meaning::attribute_twice(source_name.span, &source_name.text));
                continue;
            }
            if let Some(error) = shadowed(building, source, written, path) {
                building.found.push(error);
            }
            let expr = row::Rows { definitions: building, source }.path(path);
            if expr.ty.is_broken() {
                continue;
            }
            match &first {
                Some((ty, span)) if operators::common_base(ty.base, expr.ty.base) != Some(expr.ty.base) => {
                    building.found.push(type_errors::types_differ(*span, ty, path.span, &expr.ty));
                    continue;
                }
                Some((ty, span)) if ty.unit != expr.ty.unit => {
                    building.found.push(type_errors::units_differ(*span, &ty.unit, path.span, &expr.ty.unit));
                    continue;
                }
                Some(_) => {}
                None => first = Some((expr.ty.clone(), path.span)),
            }
            each.push((source, expr));
        }
        let ty = first.map_or(Type::BROKEN, |(ty, _)| ty.or_null(true));
        if !written.accepted.is_empty() && !ty.is_broken() && ty.base != Base::Text {
            building.found.push(type_errors::wrong_type(written.accepted[0].span, "text", &ty));
        }
        building.model.dimensions.push(Dimension {
            name: written.name.text.clone(),
            title: written.title.as_ref().map(|title| title.value.clone()),
            paths: PerSource::new(each),
            ty,
            accepted: written.accepted.iter().map(|text| text.value.clone()).collect(),
            span: written.name.span,
        });
    }
}

/// A column of the dimension's name that is not the dimension: `region` would then mean two things.
fn shadowed(
    building: &Building,
    source: SourceId,
    dimension: &ast::Dimension,
    path: &ast::Path,
) -> Option<crate::diagnostic::Diagnostic> {
    let source = building.model.source(source);
    let column = source.column_named(&dimension.name.text)?;
    if path.segments.len() == 1 && path.segments[0].text == dimension.name.text {
        return None;
    }
    let earlier = ast::Name { text: dimension.name.text.clone(), span: source.column(column).span, quoted: false };
    Some(resolve::declared_twice("dimension or column", &dimension.name, &earlier))
}
