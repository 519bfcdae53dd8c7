//! Etalon compiles success metrics: each number is defined once, checked like a program, and becomes vetted SQL.

pub mod diagnostic;
pub mod source;
pub mod syntax;
