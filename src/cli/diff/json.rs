//! A difference for programs.

use super::super::compare;
use super::{Told, phrases};
use crate::govern::change::{Change, Moved, Place, Sought};
use crate::meaning::compare::Scope;
use serde_json::{Value, json};

/// One document: all changes, each metric that moved once, by name and warehouse.
pub fn render(told: &Told) -> String {
    let changes = told.changes;
    let list: Vec<Value> = changes.all.iter().map(|it| change(told, it)).collect();
    let authors = changes.authors.iter().map(|it| json!({ "address": it.address, "teams": it.teams }));
    let document = json!({
        "base": told.base.when,
        "weighs": changes.weigh(),
        "changes": list,
        "moved": changes.moved.iter().map(|it| moved(told, it)).collect::<Vec<_>>(),
        "authors_as_git_says": authors.collect::<Vec<_>>(),
        "bounds": {
            "trials": told.effort.budget.trials, "seed": told.effort.budget.seed, "rows": told.effort.budget.rows(),
        },
    });
    format!("{}\n", serde_json::to_string_pretty(&document).unwrap_or_default())
}

fn change(told: &Told, change: &Change) -> Value {
    let (sources, span, side) = match change.place {
        Place::Now(span) => (told.now.sources, span, "now"),
        Place::Base(span) => (told.base.sources, span, "base"),
    };
    let file = sources.get(span.file);
    let (line, column) = file.line_column(span.start);
    json!({
        "class": change.class.name(),
        "code": change.class.code().id,
        "kind": change.kind.name(),
        "name": change.name,
        "fact": change.fact,
        "side": side,
        "file": file.name,
        "line": line,
        "column": column,
        "before": change.before,
        "after": change.after,
        "undecided": change.undecided,
        "warehouse": change.warehouse,
        // Places in `moved`.
        "moves": change.moved,
        "cuts": change.cuts,
        "reports": change.reports,
        "parties": phrases::parties(told, change),
    })
}

fn moved(told: &Told, moved: &Moved) -> Value {
    let direction = moved.direction.as_ref().map(|direction| {
        let scope = match direction.scope {
            Scope::Same => "same",
            Scope::Narrowed => "narrowed",
            Scope::Widened => "widened",
            Scope::Shifted => "shifted",
        };
        let value = direction.value;
        json!({
            "scope": scope, "rise": value.rise, "fall": value.fall, "becomes_null": value.vanish,
            "ceases_to_be_null": value.appear,
        })
    });
    let witness = match &moved.witness {
        Sought::Found(witness) => json!({ "found": compare::json::witness(witness) }),
        Sought::NotFound { trials } => json!({ "none_in_trials": trials }),
        Sought::Same { cells } => json!({ "same_by_proof": cells }),
        Sought::Impossible(why) => json!({ "impossible": why }),
        Sought::Left => Value::Null,
    };
    let paid = moved.paid.iter().map(|paid| {
        let authors = phrases::authors(told.changes, &paid.team);
        json!({ "team": paid.team.as_str(), "stake": paid.stake.name(), "authors_as_git_says": authors })
    });
    let [gone, new] = phrases::conditions(told, moved);
    json!({
        "metric": moved.name.as_str(),
        "distance": moved.distance,
        "digest_before": moved.digests[0].to_string(),
        "digest": moved.digests[1].to_string(),
        "direction": direction,
        "conditions_gone": gone,
        "conditions_new": new,
        "notes": moved.notes,
        "retyped": moved.is_retyped,
        "witness": witness,
        "paid": paid.collect::<Vec<_>>(),
        "parties": moved.parties,
    })
}
