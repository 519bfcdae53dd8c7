//! Given rows: inline, or of a CSV file beside the test file.

use super::fields::text_of;
use super::yaml::{Kind, Node};
use super::{cells, errors};
use crate::diagnostic::{Diagnostic, Found};
use crate::meaning::{Data, Table, Value};
use crate::model::{ColumnId, Model, SourceId};
use crate::source::{Sources, Span};
use crate::suggest::closest;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Reads a file by its path from the test file of this name: its name in the project and its text, or why not.
pub type Load<'l> = dyn Fn(&str, &str) -> Result<(String, String), String> + 'l;

/// The CSV files that tests name, each read once for each source.
pub struct Tables<'l> {
    load: &'l Load<'l>,
    read: FxHashMap<(String, SourceId), Result<Arc<Table>, Box<Diagnostic>>>,
}

impl<'l> Tables<'l> {
    pub fn new(load: &'l Load<'l>) -> Tables<'l> {
        Tables { load, read: FxHashMap::default() }
    }
}

/// Reads `given:` into the rows of each source that it names.
pub fn read(
    node: &Node,
    model: &Model,
    tables: &mut Tables,
    sources: &mut Sources,
    found: &mut Found,
) -> Vec<(SourceId, Arc<Table>)> {
    let Kind::Map(entries) = &node.kind else {
        found.push(*errors::expected(node.span, "`given`", "sources with their rows: `orders: [{ order_id: 1 }]`"));
        return Vec::new();
    };
    let mut given = Vec::new();
    for (name, rows) in entries {
        let text = text_of(name).unwrap_or_default();
        let Some(source) = model.source_named(text) else {
            let near = closest(text, model.sources.iter().map(|source| source.name.as_str()));
            found.push(*errors::unknown_source(name.span, text, near));
            continue;
        };
        let table = match &rows.kind {
            Kind::List(rows) => Some(inline(rows, source, model, found)),
            Kind::Scalar(path) => match tables.csv(rows.span, path, source, model, sources) {
                Ok(table) => Some(table),
                Err(diagnostic) => {
                    found.push(*diagnostic);
                    None
                }
            },
            Kind::Null | Kind::Map(_) => {
                let form = "a list of rows (`[]` for none), or the path of a CSV file";
                found.push(*errors::expected(name.span, &format!("`{text}`"), form));
                None
            }
        };
        given.extend(table.map(|table| (source, table)));
    }
    given
}

/// Rows that are written out. A column that a row does not say is null where it may be, and else not given.
fn inline(rows: &[Node], id: SourceId, model: &Model, found: &mut Found) -> Arc<Table> {
    let source = model.source(id);
    let mut data = Data::empty(model);
    for row in rows {
        let Kind::Map(cells) = &row.kind else {
            found.push(*errors::expected(row.span, "a row", "columns with their values: `{ order_id: 1 }`"));
            continue;
        };
        let mut values: FxHashMap<ColumnId, Value> = FxHashMap::default();
        for (name, cell) in cells {
            let text = text_of(name).unwrap_or_default();
            let Some(at) = source.column_named(text) else {
                let known: Vec<&str> = source
                    .columns
                    .iter()
                    .filter(|column| column.derived.is_none())
                    .map(|column| column.name.as_str())
                    .collect();
                let near = closest(text, known.iter().copied());
                found.push(*errors::unknown_column(name.span, text, &source.name, near, &known));
                continue;
            };
            let column = source.column(at);
            if column.derived.is_some() {
                found.push(*errors::derived_column(name.span, text, &source.name));
                continue;
            }
            match cells::given(cell, source, column) {
                Ok(value) => drop(values.insert(at, value)),
                Err(diagnostic) => found.push(*diagnostic),
            }
        }
        data.add(model, id, |column| {
            let nullable = source.column(column).ty.nullable;
            values.remove(&column).or_else(|| nullable.then_some(Value::Null))
        });
    }
    data.share(id)
}

impl Tables<'_> {
    fn csv(
        &mut self,
        span: Span,
        path: &str,
        source: SourceId,
        model: &Model,
        sources: &mut Sources,
    ) -> Result<Arc<Table>, Box<Diagnostic>> {
        let test_file = sources.get(span.file).name.clone();
        let (name, text) = (self.load)(&test_file, path).map_err(|reason| errors::csv_not_read(span, path, &reason))?;
        let read = self.read.entry((name, source));
        read.or_insert_with_key(|(name, _)| {
            let mut data = Data::empty(model);
            match data.read_csv(model, source, &text, false) {
                Ok(()) => Ok(data.share(source)),
                Err(fault) => {
                    let file = sources.add(name.as_str(), text);
                    let place = Span::new(file, fault.at.start, fault.at.end);
                    Err(errors::csv_wrong(place, &fault, span))
                }
            }
        })
        .clone()
    }
}
