//! Sources: what rows there are and what can be said of one row.

use super::expr::Expr;
use super::metric::{Key, MetricExpr};
use super::types::Type;
use super::{ColumnId, JoinId, SourceId};
use crate::source::Span;
use smol_str::SmolStr;

/// An expression of one row of a source.
pub type RowExpr = Expr<RowLeaf>;

/// What a row has: its own columns, those of rows it leads to, and metrics of what it leads to.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum RowLeaf {
    /// A column, physical or derived, of the source that the path leads to.
    Column { path: Vec<JoinId>, source: SourceId, column: ColumnId },
    /// `metric(m …)`: the metric for what this row stands for, or for what a path leads to.
    Lookup(Box<Lookup>),
}

/// `metric(m where p per path)`: `m`, over all time, grouped by `key`, looked up by this row's values.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Lookup {
    pub metric: MetricExpr,
    /// One for each column that the lookup goes by: the key as `m`'s sources reach it, and this row's value for it.
    pub keys: Vec<(Key, RowExpr)>,
    /// Null looks up null: for a dimension null is a value like any other, for the key of a row it is no row.
    pub null_matches: bool,
    /// `metric(m until t)`: only what lies before this moment of the row.
    pub until: Option<RowExpr>,
    pub span: Span,
}

/// Something that each of several sources says in its own way, sorted by source, each source once.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct PerSource<T>(Vec<(SourceId, T)>);

impl<T> PerSource<T> {
    pub fn new(mut each: Vec<(SourceId, T)>) -> Self {
        each.sort_by_key(|(source, _)| *source);
        each.dedup_by_key(|(source, _)| *source);
        PerSource(each)
    }

    pub fn get(&self, source: SourceId) -> Option<&T> {
        self.0.binary_search_by_key(&source, |(id, _)| *id).ok().map(|at| &self.0[at].1)
    }

    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &T)> {
        self.0.iter().map(|(source, it)| (*source, it))
    }
}

#[derive(Clone, Debug)]
pub struct Source {
    pub name: SmolStr,
    pub title: Option<String>,
    /// What identifies a row; never empty in a sound model.
    pub key: Vec<ColumnId>,
    /// The default time axis.
    pub time: Option<ColumnId>,
    pub columns: Vec<Column>,
    pub joins: Vec<Join>,
    pub span: Span,
}

impl Source {
    pub fn column(&self, id: ColumnId) -> &Column {
        &self.columns[id.0 as usize]
    }

    pub fn join(&self, id: JoinId) -> &Join {
        &self.joins[id.0 as usize]
    }

    pub fn column_named(&self, name: &str) -> Option<ColumnId> {
        self.columns.iter().position(|column| column.name == name).map(|at| ColumnId(at as u32))
    }

    pub fn join_named(&self, name: &str) -> Option<JoinId> {
        self.joins.iter().position(|join| join.name == name).map(|at| JoinId(at as u32))
    }
}

#[derive(Clone, Debug)]
pub struct Column {
    pub name: SmolStr,
    pub ty: Type,
    /// How it is computed; `None` for a column of the table.
    pub derived: Option<RowExpr>,
    /// `check >= 0`: conditions on the column that its data promises to keep.
    pub checks: Vec<RowExpr>,
    pub span: Span,
}

/// A many-to-one join: at most one row of the target for each row here.
#[derive(Clone, Debug)]
pub struct Join {
    pub name: SmolStr,
    pub target: SourceId,
    /// Columns here, and the columns of the target's key they equal.
    pub on: Vec<(ColumnId, ColumnId)>,
    pub valid: Option<Validity>,
    pub loops: bool,
    pub span: Span,
}

/// The version of the target that was valid at a moment of this row: `from <= moment < to`, a null bound is open.
#[derive(Clone, Debug)]
pub struct Validity {
    pub moment: ColumnId,
    pub from: ColumnId,
    pub to: ColumnId,
    pub span: Span,
}
