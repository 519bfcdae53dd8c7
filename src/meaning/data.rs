//! Rows in memory: what the evaluator reads.

use super::value::Value;
use crate::model::{ColumnId, Model, SourceId};
use std::sync::Arc;

/// The rows of every source of a model. A copy shares its tables until one of them is changed.
#[derive(Clone, Debug, Default)]
pub struct Data {
    tables: Vec<Arc<Table>>,
}

/// The rows of one source. Columns stand as in the model; derived ones hold nothing.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub rows: usize,
    /// By column, then by row. `None` is a value that was not given: reading it is an error that names it.
    pub columns: Vec<Vec<Option<Value>>>,
}

impl Data {
    /// No rows at all.
    pub fn empty(model: &Model) -> Data {
        let table = |source: &crate::model::Source| {
            Arc::new(Table { rows: 0, columns: vec![Vec::new(); source.columns.len()] })
        };
        Data { tables: model.sources.iter().map(table).collect() }
    }

    pub fn table(&self, source: SourceId) -> &Table {
        &self.tables[source.0 as usize]
    }

    /// The rows of a source, to be put into other data.
    pub fn share(&self, source: SourceId) -> Arc<Table> {
        self.tables[source.0 as usize].clone()
    }

    /// These are all rows of a source from now on.
    pub fn put(&mut self, source: SourceId, table: Arc<Table>) {
        self.tables[source.0 as usize] = table;
    }

    /// Takes all rows of a source away.
    pub fn clear(&mut self, source: SourceId) {
        let table = Arc::make_mut(&mut self.tables[source.0 as usize]);
        table.rows = 0;
        table.columns.iter_mut().for_each(Vec::clear);
    }

    /// One more row. `value` is asked for each column of the table, not for derived ones.
    pub fn add(&mut self, model: &Model, source: SourceId, mut value: impl FnMut(ColumnId) -> Option<Value>) {
        let table = Arc::make_mut(&mut self.tables[source.0 as usize]);
        for (at, column) in model.source(source).columns.iter().enumerate() {
            if column.derived.is_none() {
                table.columns[at].push(value(ColumnId(at as u32)));
            }
        }
        table.rows += 1;
    }
}
