//! Where a warehouse reads a source from elsewhere than it did: made-up rows say nothing of that.

use super::side::{Bound, Side};
use crate::model::Model;
use std::collections::BTreeSet;

/// What to say of each warehouse that both have, and that reads one of these sources otherwise. A warehouse that only one of
/// them has moves nothing.
pub fn moved(before: &Side, after: &Side, sources: &BTreeSet<String>) -> Vec<String> {
    let mut said = Vec::new();
    for warehouse in &before.warehouses {
        let Some(other) = after.warehouses.iter().find(|other| other.name == warehouse.name) else { continue };
        let is_moved = |source: &&String| reads_otherwise(before.model, source, warehouse, other);
        let names: Vec<String> = sources.iter().filter(is_moved).map(|source| format!("`{source}`")).collect();
        if !names.is_empty() {
            let (name, names) = (warehouse.name, names.join(", "));
            said.push(format!(
                "in the warehouse `{name}` other rows may stand behind {names}, of which no witness is possible"
            ));
        }
    }
    said
}

/// Whether a source is another table or query of a warehouse than it was, or a column of it is called otherwise.
pub fn reads_otherwise(model: &Model, source: &str, before: &Bound, after: &Bound) -> bool {
    let columns = model.source_named(source).map(|id| &model.source(id).columns);
    let renamed = columns.into_iter().flatten().any(|column| {
        column.derived.is_none()
            && before.binding.column(source, &column.name) != after.binding.column(source, &column.name)
    });
    renamed || before.binding.relation(source) != after.binding.relation(source)
}
