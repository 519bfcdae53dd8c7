//! From a plan to a statement: [`query::Query`] is our own small tree, rendered in the words of one [`crate::dialect::Dialect`].
//!
//! Invariant: nothing here asks which warehouse it is, only what it can do.

pub mod binding;
mod changes;
mod expr;
mod follow;
mod grouped;
mod lower;
mod picking;
pub mod query;
mod regrouped;
mod render;
pub mod seed;
mod stretches;
mod strict;
mod succession;
mod truth;

pub use expr::Unsupported;
pub use lower::lower;
pub use render::{render, said};
