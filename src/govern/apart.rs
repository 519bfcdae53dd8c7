//! In what two versions of what is agreed on differ, in words.

use super::record::{Facts, Kind};

/// In what two versions of the facts differ, in words. The canonical text is as the definition is.
pub fn apart(before: &Facts, after: &Facts) -> Vec<String> {
    let mut apart = Vec::new();
    let mut note = |differs: bool, what: &str| {
        if differs {
            apart.push(what.to_owned());
        }
    };
    note(before.definition != after.definition && after.kind == Kind::Metric, "its meaning");
    note(before.definition != after.definition && after.kind == Kind::Report, "what it shows");
    note(before.statement != after.statement, "its title, sentence, names, unit, goal, format or guardrails");
    note(before.status != after.status, "its status");
    note(before.tier != after.tier, "its tier");
    note(before.owner != after.owner, "its owner");
    note(before.parties != after.parties && before.owner == after.owner, "who has to agree");
    note(before.form != after.form, "the version of the canonical form");
    for (name, digest) in &after.cuts {
        let known = before.cuts.iter().find(|(known, _)| known == name);
        match known {
            None => apart.push(format!("the cut `{name}`, which is new")),
            Some((_, known)) if known != digest => apart.push(format!("what the cut `{name}` is")),
            Some(_) => {}
        }
    }
    let gone = before.cuts.iter().filter(|(name, _)| after.cuts.iter().all(|(known, _)| known != name));
    apart.extend(gone.map(|(name, _)| format!("the cut `{name}`, which is gone")));
    for binding in &after.bindings {
        let warehouse = &binding.warehouse;
        match before.bindings.iter().find(|known| known.warehouse == *warehouse) {
            None => apart.push(format!("the warehouse `{warehouse}`, which is new")),
            Some(known) if known != binding => {
                apart.push(format!("the tables, columns or query behind it in `{warehouse}`"))
            }
            Some(_) => {}
        }
    }
    let gone = before.bindings.iter().filter(|it| after.bindings.iter().all(|known| known.warehouse != it.warehouse));
    apart.extend(gone.map(|it| format!("the warehouse `{}`, which is gone", it.warehouse)));
    apart
}
