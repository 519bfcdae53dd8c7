//! What stands behind sources in each warehouse. A table that is another table is another number there, whatever the
//! definitions say.

use super::beside::{Beside, beside};
use super::calendars::setting;
use super::written::Between;
use super::{Change, Class, Kind};
use crate::govern::bindings::reads_otherwise;
use crate::govern::side::Bound;
use crate::sql::binding::{Binding, SourceBinding};
use crate::sql::query::Relation;
use smol_str::SmolStr;

pub fn compare(between: &Between, all: &mut Vec<Change>) {
    for each in beside(&between.base.warehouses, &between.now.warehouses, |warehouse| warehouse.name) {
        match each {
            Beside::Gone(_, warehouse) => {
                let fact = format!("the warehouse `{}` is removed", warehouse.name);
                let place = setting(between, "warehouses");
                all.push(Change::new(Class::Breaking, Kind::Warehouse, warehouse.name, place, fact));
            }
            Beside::New(_, warehouse) => new(between, warehouse, all),
            Beside::Both((_, a), (_, b)) => both(between, a, b, all),
        }
    }
}

/// By the plain pattern it only adds a place to ask; a source that is bound apart may be anything.
fn new(between: &Between, warehouse: &Bound, all: &mut Vec<Change>) {
    let Binding { table: _, sources } = warehouse.binding;
    let place = setting(between, warehouse.name);
    let mut bound: Vec<&SmolStr> = sources.keys().collect();
    bound.sort();
    if bound.is_empty() {
        let fact = format!("the warehouse `{}` is new, its tables called by one pattern", warehouse.name);
        all.push(Change::new(Class::Additive, Kind::Warehouse, warehouse.name, place, fact));
        return;
    }
    let names: Vec<String> = bound.iter().map(|name| format!("`{name}`")).collect();
    let fact =
        format!("the warehouse `{}` is new, and reads {} by a binding of its own", warehouse.name, names.join(", "));
    let change = Change::new(Class::Meaning, Kind::Warehouse, warehouse.name, place, fact);
    all.push(change.undecided(OPAQUE));
}

/// Why nothing more can be said of rows from elsewhere.
pub const OPAQUE: &str = "which rows the warehouse has there is not known";

fn both(between: &Between, a: &Bound, b: &Bound, all: &mut Vec<Change>) {
    let Bound { name, dialect, binding } = *a;
    let Binding { table, sources: _ } = binding;
    let place = setting(between, name);
    if dialect != b.dialect {
        let fact = format!("the warehouse `{name}` speaks {}, no longer {dialect}", b.dialect);
        let change = Change::new(Class::Meaning, Kind::Warehouse, name, place, fact);
        all.push(
            change
                .texts(Some(dialect), Some(b.dialect))
                .undecided("it may be another warehouse altogether, with other rows"),
        );
    }
    let model = between.base.model;
    let shared = model.sources.iter().filter(|source| between.now.model.source_named(&source.name).is_some());
    let elsewhere: Vec<&SmolStr> =
        shared.map(|source| &source.name).filter(|source| reads_otherwise(model, source, a, b)).collect();
    let own = |binding: &Binding, source: &SmolStr| binding.sources.contains_key(source);
    let (apart, by_pattern): (Vec<&SmolStr>, Vec<&SmolStr>) =
        elsewhere.into_iter().partition(|source| own(binding, source) || own(b.binding, source));
    if !by_pattern.is_empty() {
        let fact = format!("the warehouse `{name}` reads its tables elsewhere");
        let change = Change::new(Class::Meaning, Kind::Warehouse, name, place, fact);
        let change = change.texts(Some(table), Some(&b.binding.table)).undecided(OPAQUE);
        all.push(change.reading(name, by_pattern));
    } else if table != &b.binding.table {
        let fact = format!("the pattern of tables of `{name}` is another, which no source goes by");
        all.push(Change::new(Class::Refactor, Kind::Warehouse, name, place, fact));
    }
    for source in apart {
        let what = match (a.binding.relation(source), b.binding.relation(source)) {
            (was, is) if was == is => "the columns of other names",
            (Relation::Query(_), Relation::Query(_)) => "the rows of another query",
            (_, Relation::Query(_)) => "the rows of a query",
            _ => "another table",
        };
        let fact = format!("in the warehouse `{name}`, `{source}` is {what}");
        let place = setting(between, source);
        let change = Change::new(Class::Meaning, Kind::Warehouse, format!("{name}.{source}"), place, fact);
        let change = change.texts(Some(&said(a.binding, source)), Some(&said(b.binding, source))).undecided(OPAQUE);
        all.push(change.reading(name, vec![source]));
    }
}

/// What a source is bound to, as etalon.yaml says it.
fn said(binding: &Binding, source: &SmolStr) -> String {
    let Some(SourceBinding { table, query, columns }) = binding.sources.get(source) else {
        return binding.table.replace("{source}", source);
    };
    let mut said = match (query, table) {
        (Some(query), _) => query.clone(),
        (None, Some(table)) => table.clone(),
        (None, None) => binding.table.replace("{source}", source),
    };
    let mut columns: Vec<String> = columns.iter().map(|(ours, theirs)| format!("{ours}: {theirs}")).collect();
    columns.sort();
    if !columns.is_empty() {
        said.push_str(&format!(" {{ {} }}", columns.join(", ")));
    }
    said
}
