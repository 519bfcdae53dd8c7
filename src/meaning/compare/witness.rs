//! The rows on which two metrics differ, as they are shown.

use super::super::Value;
use super::difference::Bench;
use super::search::Ran;
use super::shrink::Found;
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Made-up rows, and the values of both metrics on them.
#[derive(Clone, PartialEq, Debug)]
pub struct Witness {
    pub tables: Vec<Shown>,
    /// The keys asked by, as on a command line.
    pub by: Vec<String>,
    pub range: Option<String>,
    /// The row of the answers that differs.
    pub keys: Vec<(SmolStr, Value)>,
    /// Nothing where there is no such row.
    pub values: [Option<Value>; 2],
    /// How many times rows were made up.
    pub trials: usize,
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

/// What was found, without the columns that neither metric reads to get there.
pub fn show(bench: &Bench, found: Found, ran: &Ran) -> Witness {
    let at = [found.difference.context];
    let mut hidden = BTreeSet::new();
    for (table, shape) in bench.schema.tables.iter().enumerate() {
        for column in 0..shape.columns.len() {
            hidden.insert((table, column));
            if bench.hiding(&found.rows, &at, &hidden).as_ref() != Some(&found.difference) {
                hidden.remove(&(table, column));
            }
        }
    }
    let tables = bench.schema.tables.iter().zip(&found.rows).enumerate().filter_map(|(at, (table, rows))| {
        let shown: Vec<usize> = (0..table.columns.len()).filter(|column| !hidden.contains(&(at, *column))).collect();
        (!rows.is_empty() || ran.measured.contains(&table.name)).then(|| Shown {
            source: table.name.clone(),
            columns: shown.iter().map(|column| table.columns[*column].name.clone()).collect(),
            rows: rows.iter().map(|row| shown.iter().map(|column| row[*column].clone()).collect()).collect(),
        })
    });
    let context = &bench.contexts[found.difference.context];
    Witness {
        tables: tables.collect(),
        by: context.keys.clone(),
        range: context.range.clone(),
        keys: found.difference.keys,
        values: found.difference.values,
        trials: ran.trials,
    }
}
