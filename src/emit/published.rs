//! A statement kept in its warehouse, as a view or a table.

use crate::dialect::{Dialect, Stored};

/// A statement that makes a view or table of a query; the comment above it stays above. `None`: the warehouse has no such thing.
pub fn stored(sql: &str, kind: Stored, dialect: &Dialect, place: &[String]) -> Option<String> {
    let name = place.iter().map(|part| (dialect.identifier)(part)).collect::<Vec<_>>().join(".");
    let comment: usize = sql.split_inclusive('\n').take_while(|line| line.starts_with("-- ")).map(str::len).sum();
    let (comment, query) = sql.split_at(comment);
    (dialect.stored)(kind, &name, query).map(|made| format!("{comment}{made}"))
}
