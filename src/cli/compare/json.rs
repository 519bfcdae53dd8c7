//! A comparison for programs.

use super::super::words;
use super::Named;
use crate::meaning::Value;
use crate::meaning::compare::{Apart, Budget, Comparison, Scope, Verdict, Witness};
use serde_json::{Map, Value as Json, json};

/// One document: `verdict` is `same`, `same_by_proof`, `differ` or `unknown`.
pub(super) fn render(sides: &[Named; 2], comparison: &Comparison, budget: Budget) -> String {
    let mut document = Map::new();
    let mut say = |key: &str, value: Json| {
        document.insert(key.to_owned(), value);
    };
    say("a", sides[0].name.replace('`', "").into());
    say("b", sides[1].name.replace('`', "").into());
    match &comparison.verdict {
        Verdict::Same => say("verdict", "same".into()),
        Verdict::SameByProof { cells } => {
            say("verdict", "same_by_proof".into());
            say("cases", (*cells).into());
        }
        Verdict::Differ(found) => {
            say("verdict", "differ".into());
            say("witness", witness(found));
            say("bounds", json!({ "trials": budget.trials, "seed": budget.seed, "rows": budget.rows() }));
        }
        Verdict::Unknown { trials } => {
            say("verdict", "unknown".into());
            say("trials", (*trials).into());
        }
    }
    let scope = match comparison.direction.scope {
        Scope::Same => "same",
        Scope::Narrowed => "narrowed",
        Scope::Widened => "widened",
        Scope::Shifted => "shifted",
    };
    let moves = comparison.direction.value;
    let direction = json!({
        "scope": scope, "rise": moves.rise, "fall": moves.fall, "becomes_null": moves.vanish, "ceases_to_be_null": moves.appear,
    });
    say("direction", direction);
    let conditions = comparison.conditions.as_ref();
    let conditions = conditions.map(|all| all.iter().map(|apart| condition(sides, apart)).collect::<Vec<_>>());
    say("conditions", conditions.into());
    say("notes", comparison.notes.clone().into());
    format!("{}\n", serde_json::to_string_pretty(&document).unwrap_or_default())
}

fn condition(sides: &[Named; 2], apart: &Apart) -> Json {
    let said = [0, 1].map(|at| {
        let model = sides[at].side.model;
        apart.conditions[at].iter().map(|it| words::row(model, apart.sources[at], it)).collect::<Vec<_>>()
    });
    let [a, b] = said;
    json!({ "source": sides[0].side.model.source(apart.sources[0]).name.as_str(), "a": a, "b": b })
}

pub fn witness(witness: &Witness) -> Json {
    let tables = witness.tables.iter().map(|table| {
        let rows = table.rows.iter().map(|row| {
            let cells = table.columns.iter().zip(row).map(|(name, value)| (name.to_string(), cell(value)));
            Json::Object(cells.collect())
        });
        json!({ "source": table.source.as_str(), "rows": rows.collect::<Vec<_>>() })
    });
    let keys = witness.keys.iter().map(|(name, value)| (name.to_string(), cell(value)));
    let side = |value: &Option<Value>| match value {
        None => json!({ "row": false, "value": null }),
        Some(value) => json!({ "row": true, "value": cell(value) }),
    };
    json!({
        "tables": tables.collect::<Vec<_>>(),
        "by": witness.by,
        "during": witness.range,
        "beside": witness.beside.as_ref().map(|source| source.as_str()),
        "keys": keys.collect::<Map<_, _>>(),
        "a": side(&witness.values[0]),
        "b": side(&witness.values[1]),
    })
}

/// Every value as its text, so that no digit is lost; null as null.
fn cell(value: &Value) -> Json {
    if value.is_null() { Json::Null } else { value.to_string().into() }
}
