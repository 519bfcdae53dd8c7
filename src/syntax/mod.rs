//! Text to [`ast::Ast`], as written, comments kept; and the formatter.
//!
//! Invariants: one file sees pest; nothing here looks a name up; no input panics, and every stage is linear in its input.

pub mod ast;
