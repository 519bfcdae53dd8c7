//! Our own small tree of SQL: what a statement says, before any warehouse's words.

use crate::model::{Aggregate, Expr, Grain};
use smol_str::SmolStr;

/// A statement: common table expressions, a body, an order.
#[derive(Clone, Debug)]
pub struct Query {
    /// Lines of the comment at the top, without `--`.
    pub header: Vec<String>,
    pub with: Vec<Cte>,
    pub body: Body,
    /// Columns of the body by name; nulls last.
    pub order: Vec<OrderTerm>,
    pub limit: Option<u64>,
}

#[derive(Clone, Debug)]
pub struct Cte {
    pub name: SmolStr,
    /// A line of comment above it; may be empty.
    pub comment: String,
    pub body: Body,
}

#[derive(Clone, Debug)]
pub enum Body {
    Select(Box<Select>),
    /// `UNION ALL`: all have the same columns.
    Union(Vec<Select>),
    Periods(Box<Periods>),
}

/// The starts of periods, one a row: from the first to the last moment in steps of a grain.
#[derive(Clone, Debug)]
pub struct Periods {
    /// The common table expression that this is, for those that say it by themselves.
    pub own: SmolStr,
    /// The one column.
    pub column: SmolStr,
    /// A common table expression with one row, or none.
    pub from: SmolStr,
    /// The start of the first period, a timestamp.
    pub first: Value,
    /// No period starts after it.
    pub last: Value,
    pub grain: Grain,
}

#[derive(Clone, Debug)]
pub struct Select {
    pub distinct: bool,
    pub columns: Vec<(Value, SmolStr)>,
    pub from: Table,
    pub joins: Vec<Join>,
    /// Conjuncts.
    pub filter: Vec<Value>,
    /// How many of the first columns are grouped by; `Some(0)` is one group of everything.
    pub group: Option<usize>,
    /// Conjuncts.
    pub having: Vec<Value>,
}

#[derive(Clone, Debug)]
pub struct Table {
    pub relation: Relation,
    /// Empty: none.
    pub alias: SmolStr,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Relation {
    /// A table of the warehouse, by the parts of its name.
    Physical(Vec<String>),
    /// A query that stands in place of a table, as configured.
    Query(String),
    Cte(SmolStr),
}

#[derive(Clone, Debug)]
pub struct Join {
    pub table: Table,
    /// Rows without a match stay, with nulls.
    pub outer: bool,
    /// Conjuncts, at least one.
    pub on: Vec<Value>,
}

#[derive(Clone, Debug)]
pub struct OrderTerm {
    pub column: SmolStr,
    pub descending: bool,
    /// Text is ordered by its bytes.
    pub is_text: bool,
}

/// A typed expression over columns, aggregates and windows.
pub type Value = Expr<Atom>;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Atom {
    /// A column of a table of the warehouse, as it is stored.
    Stored { table: SmolStr, column: SmolStr },
    /// Whether a column of a table of the warehouse holds what its type is written as; the type of the leaf has its base.
    WellFormed { table: SmolStr, column: SmolStr },
    /// A column of a common table expression or sub-query; of a table of the warehouse, whatever is stored there.
    Column { table: SmolStr, column: SmolStr },
    /// An aggregate of the rows, or of those for which the condition is true.
    Aggregate { aggregate: Aggregate, argument: Option<Box<Value>>, condition: Option<Box<Value>> },
    /// `ROW_NUMBER() OVER (PARTITION BY … ORDER BY …)`; nulls of the order come last.
    RowNumber { partition: Vec<Value>, order: Vec<(Value, bool)> },
    /// `COUNT(x) OVER (PARTITION BY …)`
    CountOver { value: Box<Value>, partition: Vec<Value> },
    /// `AVG(x) OVER (PARTITION BY …)`, of a double.
    AvgOver { value: Box<Value>, partition: Vec<Value> },
    /// `MAX(x) OVER (PARTITION BY …)`, or `MIN`.
    EndOver { value: Box<Value>, last: bool, partition: Vec<Value> },
    /// `LEAD(x) OVER (PARTITION BY … ORDER BY x)`
    Next { value: Box<Value>, partition: Vec<Value> },
    /// `SUM(x) OVER (PARTITION BY … ORDER BY … ROWS …)`, also of other aggregates: this row and so many before it, or all.
    Running { aggregate: Aggregate, argument: Box<Value>, partition: Vec<Value>, order: Box<Value>, rows: Option<u32> },
    /// The one value of a common table expression with at most one row; null if it has none.
    Only { table: SmolStr, column: SmolStr },
    /// `a` and `b` are equal or both null.
    Same(Box<Value>, Box<Value>),
    /// The wall time now in the project's zone.
    Now,
}
