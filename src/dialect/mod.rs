//! What each warehouse says its own way: one file each.
//!
//! Invariants: a [`Dialect`] is a value without defaults, so a new field does not compile until every warehouse has answered
//! it; nothing here sees a plan; no warehouse is named outside this room. `supports` decides structure (false is the safe
//! answer), function fields render words from words already rendered. What a warehouse lacks is `None`: an error at the
//! metric, never an approximation.

mod athena;
mod bigquery;
mod clickhouse;
mod cockroachdb;
mod common;
mod databricks;
mod datafusion;
mod duckdb;
mod fabric;
mod greenplum;
mod mariadb;
mod materialize;
mod mysql;
mod oracle;
mod postgres;
mod postgres_like;
mod proof;
mod redshift;
mod risingwave;
mod snowflake;
mod spark;
mod sqlite;
mod sqlite_time;
mod synapse;
mod trino;
mod tsql;
mod words;
mod yugabytedb;

pub use common::decimal;
pub use proof::Proof;
pub use words::{Binding, Words};

use crate::model::{Aggregate, Base, Function, Grain, Literal, Type};

/// Every dialect, in order of names.
pub static ALL: [&Dialect; 23] = [
    &athena::DIALECT,
    &bigquery::DIALECT,
    &clickhouse::DIALECT,
    &cockroachdb::DIALECT,
    &databricks::DIALECT,
    &datafusion::DIALECT,
    &duckdb::DIALECT,
    &fabric::DIALECT,
    &greenplum::DIALECT,
    &mariadb::DIALECT,
    &materialize::DIALECT,
    &mysql::DIALECT,
    &oracle::DIALECT,
    &postgres::DIALECT,
    &redshift::DIALECT,
    &risingwave::DIALECT,
    &snowflake::DIALECT,
    &spark::DIALECT,
    &sqlite::DIALECT,
    &synapse::DIALECT,
    &trino::DIALECT,
    &tsql::DIALECT,
    &yugabytedb::DIALECT,
];

/// What a project begins with that names none: it runs on every machine, without a server or an account.
pub static FIRST: &Dialect = &duckdb::DIALECT;

/// The dialect of this name.
pub fn find(name: &str) -> Option<&'static Dialect> {
    ALL.into_iter().find(|dialect| dialect.name == name)
}

/// One warehouse's way of saying things.
pub struct Dialect {
    /// As in `--dialect` and `etalon.yaml`.
    pub name: &'static str,
    pub title: &'static str,
    /// The version whose documentation and behaviour the spellings follow.
    pub version: &'static str,
    /// The grammar of `sqlparser` that statements are vetted by, and its name for the header.
    pub grammar: fn() -> Box<dyn sqlparser::dialect::Dialect>,
    pub grammar_name: &'static str,
    /// How the project has shown that its statements are right.
    pub proof: Proof,
    pub supports: Supports,
    /// What every statement says at its end, before the `;`. May be empty.
    pub closing: &'static str,
    /// What a name may have at most; a longer one is an error there, or is cut, and may then be another's.
    pub longest_name: Option<Longest>,
    /// A name of one part, quoted if it has to be.
    pub identifier: fn(&str) -> String,
    /// A type in `CREATE TABLE`.
    pub type_name: fn(Base) -> Option<String>,
    /// A constant of the given type.
    pub literal: fn(&Literal, &Type) -> Option<Words>,
    /// Functions and operators, but for those that [`crate::sql`] writes the same way everywhere (`AND`, `OR`, `NOT`,
    /// `IS NULL`, comparisons but for text order, `IN`, `COALESCE`, `CASE`, guards of a function's domain).
    pub function: fn(&Call) -> Option<Words>,
    /// An aggregate of one argument; conditions are already in it or are put behind it.
    pub aggregate: fn(&AggregateCall) -> Option<Words>,
    /// The sum of integers over a window, an integer of 64 bits; one that does not fit fails.
    pub integer_sum: fn(&Words, over: &str) -> Words,
    /// A column of a table, as it is stored, made into what expressions work with.
    pub read: fn(Words, &Type) -> Words,
    /// Whether a column holds what its type is written as, where the warehouse's own types do not see to that.
    pub well_formed: fn(&Words, Base) -> Option<Words>,
    /// A column of the result, made into what a reader expects.
    pub show: fn(Words, &Type) -> Words,
    /// Text in the order of its bytes, for `ORDER BY`, `<`, `MIN`.
    pub byte_order: fn(Words) -> Words,
    /// A value that is equal just where two texts are the same, letter for letter, where `=` on the texts is not: used in `=`,
    /// `IN`, joins, groups, partitions and distinct counts.
    pub exact_text: fn(Words) -> Words,
    /// `a` and `b` are equal or both null.
    pub same: fn(&Words, &Words) -> Words,
    /// The wall time now in the zone, as a `timestamp`.
    pub now: fn(zone: &str) -> Option<Words>,
    /// What makes a view or a table of a query, anew if it is there. The query ends with `;` and a line's end.
    pub stored: fn(Stored, name: &str, query: &str) -> Option<String>,
    /// A select of the starts of periods: the warehouse's own way to make a dense calendar.
    pub periods: fn(&PeriodsCall) -> Option<String>,
}

/// What keeps the rows of a query in a warehouse.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stored {
    View,
    Table,
}

/// A dense calendar to be written, its parts rendered.
pub struct PeriodsCall<'a> {
    /// The name that the select will have.
    pub own: &'a str,
    /// Its only column.
    pub column: &'a str,
    /// A table with one row, or none, which `first` and `last` are of.
    pub from: &'a str,
    pub first: Words,
    pub last: Words,
    /// The start of the period after the one in `column`.
    pub next: Words,
    pub grain: Grain,
}

/// What a warehouse has. False is the safe answer.
#[derive(Clone, Copy, Debug)]
pub struct Supports {
    /// `SUM(x) FILTER (WHERE p)`
    pub filter_clause: bool,
    /// An exact, interpolating percentile as an ordinary aggregate.
    pub percentile_aggregate: bool,
    /// `ORDER BY x NULLS LAST`
    pub nulls_last: bool,
    /// `GREATEST` and `LEAST` are null where any argument is.
    pub greatest_of_null_is_null: bool,
    /// `1.10` is a decimal, and no double.
    pub exact_literals: bool,
    /// `GROUP BY 1, 2`
    pub group_by_ordinal: bool,
    /// `SELECT a.x FROM a JOIN b` has a column `x`, also where `b` has one.
    pub joined_columns_keep_names: bool,
    /// `LEAD(x)` behind the last row is null, whatever `x` is.
    pub lead_of_nothing_is_null: bool,
    /// `ROW_NUMBER()` may be subtracted from what is less. If not, widening an integer to one makes it so.
    pub row_numbers_are_signed: bool,
    /// `ORDER BY` takes an expression over a column of the result by the result's name.
    pub order_by_expressions: bool,
    /// `FROM orders AS o`; else the name stands alone: `FROM orders o`.
    pub table_as: bool,
    /// A condition is a value: `SELECT a < b`. Else truths are the numbers 1 and 0 where a value stands.
    pub truth_values: bool,
    /// An expression that reads itself has to be announced: `WITH RECURSIVE`.
    pub with_recursive: bool,
    pub limit: Limit,
}

/// How long a name may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Longest {
    /// In UTF-8.
    Bytes(usize),
    Letters(usize),
}

impl Longest {
    pub fn holds(self, name: &str) -> bool {
        match self {
            Longest::Bytes(most) => name.len() <= most,
            Longest::Letters(most) => name.chars().count() <= most,
        }
    }
}

impl std::fmt::Display for Longest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Longest::Bytes(most) => write!(f, "{most} bytes"),
            Longest::Letters(most) => write!(f, "{most} letters"),
        }
    }
}

/// How a statement keeps only its first rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Limit {
    /// `LIMIT 10`
    Limit,
    /// `FETCH FIRST 10 ROWS ONLY`
    FetchFirst,
    /// `SELECT TOP (10)`
    Top,
}

/// A call of a function whose arguments are rendered.
pub struct Call<'a> {
    pub function: Function,
    pub arguments: &'a [Argument<'a>],
    /// The type of the result.
    pub ty: &'a Type,
    /// The project's zone, for `ToLocal`.
    pub zone: &'a str,
}

pub struct Argument<'a> {
    pub words: Words,
    pub ty: &'a Type,
}

/// A call of an aggregate whose argument is rendered. `argument` is `None` for `COUNT(*)`.
pub struct AggregateCall<'a> {
    pub aggregate: Aggregate,
    pub argument: Option<Argument<'a>>,
    /// A condition to put behind the aggregate, where the dialect supports that: `FILTER (WHERE …)`.
    pub filter: Option<&'a str>,
    /// The type of the result.
    pub ty: &'a Type,
}
