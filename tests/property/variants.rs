//! A world written otherwise, in ways that change nothing.

use super::support::world::{Query, Rows, World};
use etalon::diagnostic::Found;
use etalon::source::Sources;
use etalon::syntax;

/// With people and areas that nobody belongs to.
pub fn childless(world: &World) -> World {
    let mut world = world.clone();
    for table in world.tables.iter_mut().filter(|table| ["people", "areas"].contains(&table.source.as_str())) {
        let like = table.rows.first().cloned();
        if let Some(mut row) = like {
            row[0] = Some("999".to_owned());
            table.rows.push(row);
        }
    }
    world
}

/// Words that are names of ours, and what they become. Texts in quotes hold none of them.
const NAMES: [(&str, &str); 9] = [
    ("sales", "deals"),
    ("visits", "calls"),
    ("people", "clients"),
    ("person", "client"),
    ("amount", "worth"),
    ("n", "pieces"),
    ("s", "label_of_row"),
    ("grp", "segment"),
    ("at_time", "happened_at"),
];

fn renamed_word(word: &str) -> String {
    if let Some((_, new)) = NAMES.iter().find(|(old, _)| *old == word) {
        return (*new).to_owned();
    }
    let number = word.strip_prefix('m').filter(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
    number.map_or_else(|| word.to_owned(), |number| format!("metric_{number}"))
}

/// Every name in a text replaced; what stands in single quotes stays.
fn renamed_text(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in text.split('\'').enumerate() {
        if at > 0 {
            out.push('\'');
        }
        if at % 2 == 1 {
            out.push_str(part);
            continue;
        }
        let mut word = String::new();
        for letter in part.chars().chain(['\n']) {
            if letter.is_ascii_alphanumeric() || letter == '_' {
                word.push(letter);
            } else {
                out.push_str(&renamed_word(&word));
                out.push(letter);
                word.clear();
            }
        }
        out.pop();
    }
    out
}

/// With other names for sources, columns, joins and metrics.
pub fn renamed(world: &World) -> World {
    let tables = world.tables.iter().map(|table| Rows {
        source: renamed_word(&table.source),
        columns: table.columns.iter().map(|name| renamed_word(name)).collect(),
        rows: table.rows.clone(),
    });
    World {
        config: world.config.clone(),
        lines: world.lines.iter().map(|line| renamed_text(line)).collect(),
        tables: tables.collect(),
    }
}

/// The same request by the new names.
pub fn renamed_query(query: &Query) -> Query {
    let all = |names: &[String]| names.iter().map(|name| renamed_text(name)).collect();
    let one = |text: &Option<String>| text.as_ref().map(|text| renamed_text(text));
    Query {
        metrics: all(&query.metrics),
        by: all(&query.by),
        filter: one(&query.filter),
        having: one(&query.having),
        during: query.during.clone(),
        order: one(&query.order),
        limit: query.limit,
    }
}

/// With the declarations in another order.
pub fn reordered(world: &World) -> World {
    let mut declarations: Vec<Vec<String>> = Vec::new();
    for line in &world.lines {
        if line.starts_with("  ") || line == "}" {
            declarations.last_mut().expect("a declaration begins with its first line").push(line.clone());
        } else {
            declarations.push(vec![line.clone()]);
        }
    }
    declarations.reverse();
    World { lines: declarations.concat(), ..world.clone() }
}

/// As `etalon fmt` writes it.
pub fn formatted(world: &World) -> World {
    let (mut sources, mut found) = (Sources::default(), Found::default());
    let file = sources.add("model.metric", world.text());
    let ast = syntax::parse(&sources, &[file], &mut found);
    let text = syntax::format(&ast.files[0], &sources);
    assert_ne!(text, world.text(), "formatting has something to do");
    World { lines: text.lines().map(str::to_owned).collect(), ..world.clone() }
}
