//! Where a warehouse reads a source from elsewhere than it did: made-up rows say nothing of that.

use crate::cli::session::Session;
use crate::sql::binding::Binding;
use std::collections::BTreeSet;

/// What to say of each warehouse that both have, and that reads one of these sources otherwise. A warehouse that only one of
/// them has moves nothing.
pub fn moved(before: &Session, after: &Session, sources: &BTreeSet<String>) -> Vec<String> {
    let mut said = Vec::new();
    for warehouse in &before.project.config.warehouses {
        let others = &after.project.config.warehouses;
        let Some(other) = others.iter().find(|other| other.name == warehouse.name) else { continue };
        let is_moved = |source: &&String| reads_otherwise(before, source, &warehouse.binding, &other.binding);
        let names: Vec<String> = sources.iter().filter(is_moved).map(|source| format!("`{source}`")).collect();
        if !names.is_empty() {
            let (name, names) = (&warehouse.name, names.join(", "));
            said.push(format!(
                "in the warehouse `{name}` other rows may stand behind {names}, of which no witness is possible"
            ));
        }
    }
    said
}

fn reads_otherwise(session: &Session, source: &str, before: &Binding, after: &Binding) -> bool {
    let model = &session.model;
    let columns = model.source_named(source).map(|id| &model.source(id).columns);
    let renamed = columns.into_iter().flatten().any(|column| {
        column.derived.is_none() && before.column(source, &column.name) != after.column(source, &column.name)
    });
    renamed || before.relation(source) != after.relation(source)
}
