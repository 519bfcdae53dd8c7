//! Metric tests: rows that are given, a query, and the rows that have to come of it; with no warehouse.
//!
//! Invariants: reads no disk and no clock; every complaint stands at its place in the test file; a number that is exact is
//! read and compared exactly.

mod cells;
mod coverage;
mod difference;
mod errors;
mod fields;
mod file;
mod given;
mod question;
mod run;
mod words;
mod yaml;

pub use coverage::{Coverage, Gap, GapKind};
pub use difference::{Difference, Row, shown};
pub use file::{Expects, Test, TestFile, read};
pub use given::Load;
pub use question::Question;
pub use run::{Answers, InMemory, Outcome, run};
