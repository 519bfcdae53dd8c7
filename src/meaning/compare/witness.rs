//! The rows on which two metrics differ, as they are shown.

use super::super::Value;
use super::difference::Bench;
use super::draw::{self, Dice, Moments};
use super::schema::Rows;
use super::search::Ran;
use super::shrink::Found;
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// How often the values of a column are replaced to see whether they matter.
const VARIATIONS: usize = 24;

/// Made-up rows, and the values of both metrics on them.
#[derive(Clone, PartialEq, Debug)]
pub struct Witness {
    pub tables: Vec<Shown>,
    /// The keys asked by, as on a command line.
    pub by: Vec<String>,
    pub range: Option<String>,
    /// A source whose rows were counted beside, to have rows of the answer.
    pub beside: Option<SmolStr>,
    /// The row of the answers that differs.
    pub keys: Vec<(SmolStr, Value)>,
    /// Nothing where there is no such row.
    pub values: [Option<Value>; 2],
}

/// The rows of one source, with only the columns that matter.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    pub source: SmolStr,
    pub columns: Vec<SmolStr>,
    pub rows: Vec<Vec<Value>>,
}

impl Witness {
    /// How many rows there are in all.
    pub fn rows(&self) -> usize {
        self.tables.iter().map(|table| table.rows.len()).sum()
    }
}

/// What was found, without the columns in which any value does as well.
pub fn show(bench: &Bench, found: Found, ran: &Ran) -> Witness {
    let at = [found.difference.context];
    let stays = |rows: &Rows| bench.difference(rows, &at).as_ref() == Some(&found.difference);
    let mut hidden = BTreeSet::new();
    let mut varied = found.rows.clone();
    for (table, shape) in bench.schema.tables.iter().enumerate() {
        for (column, it) in shape.columns.iter().enumerate() {
            let others = variations(bench, &varied, (table, column));
            let is_free = !others.is_empty() && others.iter().all(stays);
            // That something leads nowhere matters as much as where it leads.
            let leads = it.link.is_some() && !bench.is_unread(&found.rows, &at, (table, column));
            if varied[table].is_empty() || (is_free && !leads) {
                hidden.insert((table, column));
            }
            if is_free && !leads {
                varied.clone_from(&others[0]);
            }
        }
    }
    let shown = |table: usize| -> Vec<usize> {
        let columns = 0..bench.schema.tables[table].columns.len();
        columns.filter(|column| !hidden.contains(&(table, *column))).collect()
    };
    let link = |table: usize, column: usize| bench.schema.tables[table].columns[column].link;
    let led: BTreeSet<usize> = (0..bench.schema.tables.len())
        .flat_map(|table| shown(table).into_iter().filter_map(move |column| link(table, column)))
        .collect();
    let tables = bench.schema.tables.iter().zip(&found.rows).enumerate().filter_map(|(at, (table, rows))| {
        let is_led_to = table.columns.iter().any(|column| column.link.is_some_and(|link| led.contains(&link)));
        let shown = shown(at);
        let mut rows: Vec<Vec<Value>> =
            rows.iter().map(|row| shown.iter().map(|column| row[*column].clone()).collect()).collect();
        rows.sort();
        (!rows.is_empty() || is_led_to || ran.measured.contains(&table.name)).then(|| Shown {
            source: table.name.clone(),
            columns: shown.iter().map(|column| table.columns[*column].name.clone()).collect(),
            rows,
        })
    });
    let context = &bench.contexts[found.difference.context];
    Witness {
        tables: tables.collect(),
        by: context.keys.clone(),
        range: context.range.clone(),
        beside: context.beside.clone(),
        keys: found.difference.keys,
        values: found.difference.values,
    }
}

/// The rows with other values in one column, several times.
fn variations(bench: &Bench, rows: &Rows, (table, column): (usize, usize)) -> Vec<Rows> {
    let moments = Moments::of(bench.schema);
    let mut dice = Dice::new(1);
    let mut variations = Vec::new();
    for _ in 0..VARIATIONS {
        let mut varied = rows.clone();
        for row in &mut varied[table] {
            row[column] = draw::value(&bench.schema.tables[table].columns[column], &moments, &mut dice);
        }
        if varied != *rows && bench.schema.allows(&varied) {
            variations.push(varied);
        }
    }
    variations
}
