//! A comparison for people.

use super::super::{counted, words};
use super::Named;
use crate::meaning::Value;
use crate::meaning::compare::{Apart, Budget, Comparison, Direction, Scope, Shown, Verdict, Witness};

/// The verdict, what differs, the rows that show it with both values, and where the change leads.
pub(super) fn render(sides: &[Named; 2], comparison: &Comparison, budget: Budget) -> String {
    let [a, b] = [&sides[0].name, &sides[1].name];
    let mut text = match &comparison.verdict {
        Verdict::Same => format!("{a} and {b} mean the same: their digests are equal.\n"),
        Verdict::SameByProof { cells } => format!(
            "{a} and {b} mean the same, by proof: they are built alike, and the same rows satisfy their conditions ({}).\n",
            counted(*cells, "case") + " gone through"
        ),
        Verdict::Differ(witness) => format!("{a} and {b} differ.\n{}", shown(witness, [a, b])),
        Verdict::Unknown { trials } => format!(
            "It is not known whether {a} and {b} mean the same: no difference was found in {}.\n",
            counted(*trials, "trial")
        ),
    };
    let mut said = Vec::new();
    if matches!(comparison.verdict, Verdict::Differ(_) | Verdict::Unknown { .. }) {
        if let Some(conditions) = &comparison.conditions {
            said.extend(conditions.iter().filter_map(|apart| conjuncts(sides, apart)));
        }
        said.push(direction(&comparison.direction, comparison.conditions.is_some(), [a, b]));
    }
    said.extend(comparison.notes.iter().map(|note| format!("Note: {note}.")));
    if let Verdict::Differ(_) = comparison.verdict {
        let Budget { trials, seed } = budget;
        let rows = counted(budget.rows(), "made-up row");
        said.push(format!("Looked for in at most {rows} a source, {} from seed {seed}.", counted(trials, "trial")));
    }
    if !said.is_empty() {
        text.push_str(&format!("\n{}\n", said.join("\n")));
    }
    text
}

/// The rows by source, then both values.
pub fn shown(witness: &Witness, names: [&String; 2]) -> String {
    let mut text = String::new();
    let (empty, filled): (Vec<&Shown>, Vec<&Shown>) = witness.tables.iter().partition(|table| table.rows.is_empty());
    for table in filled {
        text.push_str(&format!("\n{}\n{}", heading(table), rows(table)));
    }
    if !empty.is_empty() {
        let names: Vec<&str> = empty.iter().map(|table| table.source.as_str()).collect();
        text.push_str(&format!("\n{}: no rows\n", names.join(", ")));
    }
    let mut header: Vec<String> = witness.keys.iter().map(|(name, _)| name.to_string()).collect();
    header.extend(names.map(String::clone));
    let mut row: Vec<String> = witness.keys.iter().map(|(_, value)| cell(value)).collect();
    row.extend(witness.values.iter().map(|value| value.as_ref().map_or("no row".to_owned(), cell)));
    let asked = asked(witness);
    text.push_str(&format!("\nvalues{asked}\n{}", aligned(&[header, row])));
    text
}

fn heading(table: &Shown) -> String {
    match (table.rows.len(), table.columns.len()) {
        (count, 0) => format!("{}: {}, whatever it holds", table.source, counted(count, "row")),
        _ => table.source.to_string(),
    }
}

fn rows(table: &Shown) -> String {
    if table.columns.is_empty() {
        return String::new();
    }
    let header: Vec<String> = table.columns.iter().map(|name| name.to_string()).collect();
    let rows = table.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>());
    aligned(&std::iter::once(header).chain(rows).collect::<Vec<_>>())
}

/// What was asked, where it is not just for the one value.
fn asked(witness: &Witness) -> String {
    let mut parts = Vec::new();
    if !witness.by.is_empty() {
        parts.push(format!(" by {}", witness.by.join(", ")));
    }
    if let Some(range) = &witness.range {
        parts.push(format!(" during {range}"));
    }
    if let Some(source) = &witness.beside {
        parts.push(format!(" beside a count of {source}"));
    }
    parts.concat()
}

/// Texts in quotes, so that blanks show.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Text(text) => {
            let visible = |letter: char| match letter.is_control() {
                true => letter.escape_default().to_string(),
                false => letter.to_string(),
            };
            format!("'{}'", text.chars().map(visible).collect::<String>())
        }
        _ => value.to_string(),
    }
}

/// Columns as wide as their widest cell, under each other.
fn aligned(rows: &[Vec<String>]) -> String {
    let length = |text: &String| console::measure_text_width(text);
    let width = |at: usize| rows.iter().map(|row| length(&row[at])).max().unwrap_or(0);
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().enumerate().map(|(at, cell)| format!("{cell}{}", " ".repeat(width(at) - length(cell))));
        text.push_str(&format!("  {}", cells.collect::<Vec<_>>().join("  ")));
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

/// Which conditions only one of them has.
fn conjuncts(sides: &[Named; 2], apart: &Apart) -> Option<String> {
    let said = [0, 1].map(|at| {
        let model = sides[at].side.model;
        let each = apart.conditions[at].iter().map(|condition| words::row(model, apart.sources[at], condition));
        each.collect::<Vec<_>>().join(" and ")
    });
    let [a, b] = [&sides[0].name, &sides[1].name];
    match said {
        [one, other] if one.is_empty() && other.is_empty() => None,
        [one, other] if one.is_empty() => Some(format!("Only {b} has the condition: {other}.")),
        [one, other] if other.is_empty() => Some(format!("Only {a} has the condition: {one}.")),
        [one, other] => Some(format!("Conditions that differ: {a} has {one}; {b} has {other}.")),
    }
}

/// Where it leads from the first to the second.
fn direction(direction: &Direction, is_alike: bool, [a, b]: [&String; 2]) -> String {
    let scope = match direction.scope {
        _ if !is_alike => String::new(),
        Scope::Same => format!("{b} takes in the same rows as {a}. "),
        Scope::Narrowed => format!("{b} takes in no row that {a} does not. "),
        Scope::Widened => format!("{b} takes in every row that {a} does, and more. "),
        Scope::Shifted => format!("{b} may take in rows that {a} does not, and the other way round. "),
    };
    let value = match (direction.value.rise, direction.value.fall) {
        (true, true) => "may be higher or lower",
        (true, false) => "can only be higher",
        (false, true) => "can only be lower",
        (false, false) => "is the same where both have one",
    };
    let nulls = match (direction.value.vanish, direction.value.appear) {
        (true, true) => "; either may be null where the other is not",
        (true, false) => "; it may be null where the first is not",
        (false, true) => "; the first may be null where it is not",
        (false, false) => "",
    };
    format!("{scope}From {a} to {b}, the value {value}{nulls}.")
}
