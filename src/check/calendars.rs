//! Calendars that are tables: the grains they add.

use super::building::Building;
use super::definitions::Definitions;
use super::errors::{names, types as type_errors};
use crate::model::{Base, ColumnId, DeclaredGrain, Grain, SourceId};
use crate::resolve;
use crate::suggest::closest;
use crate::syntax::ast;

/// All declared grains, of each calendar from the finest to the coarsest.
pub fn declare(building: &mut Building) {
    for written in building.names.calendars.iter() {
        let source = match building.names.sources.find(&written.source) {
            Ok(at) => SourceId(at as u32),
            Err(diagnostic) => {
                building.found.push(diagnostic);
                continue;
            }
        };
        let Some(at) = day(building, source, &written.at) else { continue };
        for (name, column) in &written.grains {
            grain(building, written, source, at, name, column);
        }
    }
}

/// The column with the days.
fn day(building: &mut Building, source: SourceId, name: &ast::Name) -> Option<ColumnId> {
    let column = column(building, source, name)?;
    let ty = building.column_type(source, column, name.span);
    if ty.base != Base::Date && !ty.is_broken() {
        building.found.push(type_errors::wrong_type(name.span, "a date: one row for each day", &ty));
        return None;
    }
    Some(column)
}

fn column(building: &mut Building, source: SourceId, name: &ast::Name) -> Option<ColumnId> {
    let of = building.model.source(source);
    let column = of.column_named(&name.text);
    if column.is_none() {
        let near = closest(&name.text, of.columns.iter().map(|column| column.name.as_str()));
        let error = names::unknown_column(name, &of.name, near);
        building.found.push(error);
    }
    column
}

fn grain(
    building: &mut Building,
    calendar: &ast::Calendar,
    source: SourceId,
    at: ColumnId,
    name: &ast::Name,
    column_name: &ast::Name,
) {
    if Grain::named(&name.text).is_some() {
        let error = type_errors::bad_literal(
            name.span,
            format!("`{}` is a grain already", name.text),
            "give it another name, such as `fiscal_year`",
        );
        building.found.push(error);
        return;
    }
    if let Some(earlier) = building.model.grains.iter().find(|known| known.name == name.text) {
        let earlier = ast::Name { text: name.text.clone(), span: earlier.span, quoted: false };
        building.found.push(resolve::declared_twice("grain", name, &earlier));
        return;
    }
    let Some(column) = column(building, source, column_name) else { return };
    building.model.grains.push(DeclaredGrain {
        name: name.text.clone(),
        calendar: calendar.name.text.clone(),
        source,
        at,
        column,
        span: name.span,
    });
}
