//! G0408: one source that is not the same rows in every warehouse.

use crate::diagnostic::codes::concepts as codes;
use crate::diagnostic::{Diagnostic, Found};
use crate::govern::{Bound, Side};
use crate::model::Source;

/// Sources that two warehouses read by different queries, or one by a query and another from a table. What a query does with the
/// rows, no definition says.
pub fn look(side: &Side, found: &mut Found) {
    let query = |warehouse: &Bound, source: &Source| {
        let bound = warehouse.binding.sources.get(&source.name)?;
        bound.query.as_deref().map(|query| query.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let bound: Vec<&Bound> = side
        .warehouses
        .iter()
        .filter(|warehouse| warehouse.binding.sources.values().any(|it| it.query.is_some()))
        .collect();
    if bound.is_empty() {
        return;
    }
    for source in &side.model.sources {
        let all: Vec<(&str, Option<String>)> =
            side.warehouses.iter().map(|warehouse| (warehouse.name, query(warehouse, source))).collect();
        let Some((first, one)) = all.iter().find(|(_, query)| query.is_some()) else { continue };
        if let Some((second, other)) = all.iter().find(|(_, query)| query != one) {
            found.push(differ(source, first, second, other.is_some()));
        }
    }
}

fn differ(source: &Source, first: &str, second: &str, both: bool) -> Diagnostic {
    let name = &source.name;
    let fact = match both {
        true => format!("`{first}` and `{second}` read `{name}` by different queries"),
        false => format!("`{first}` reads `{name}` by a query, and `{second}` from a table"),
    };
    Diagnostic::new(&codes::QUERIES_DIFFER, source.span, fact)
        .label("not the same rows everywhere")
        .note(
            "what a query filters or computes is in no definition, and metrics of this source may differ by warehouse",
        )
        .help(format!(
            "say what it does in the definition of `{name}`, as computed columns and `where`, and bind plain tables"
        ))
        .help("or give both warehouses one query, word for word")
}
