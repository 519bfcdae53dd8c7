//! Etalon compiles success metrics: each number is defined once, checked like a program, and becomes vetted SQL.

pub mod assertion;
pub mod check;
pub mod cli;
pub mod diagnostic;
pub mod dialect;
pub mod emit;
pub mod govern;
pub mod meaning;
pub mod model;
pub mod plan;
pub mod project;
pub mod resolve;
pub mod source;
pub mod sql;
pub mod suggest;
pub mod syntax;
pub mod testing;
pub mod vet;
