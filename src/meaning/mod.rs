//! What a metric means, apart from any SQL: evaluation on rows in memory, canonical form and digest, comparison.
//!
//! Invariants: knows nothing of warehouses; shares nothing with the planning of SQL, so that either can be held against the
//! other; equal digests imply equal values on all rows.

pub mod canonical;
pub mod compare;
pub mod coverage;
pub mod csv;
mod data;
mod duplicates;
mod evaluate;
mod fold;
mod reads;
mod scalar;
mod value;
mod wording;

pub use data::{Data, Table};
pub use duplicates::duplicates;
pub use evaluate::{Answer, AnswerColumn, Asked, evaluate, values};
pub use reads::{Reads, read_by_formula, read_by_keys, read_by_row, reads};
pub use value::Value;
pub use wording::{formula as formula_text, row as row_text};
