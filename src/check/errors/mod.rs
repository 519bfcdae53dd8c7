//! What the checker says, a function a message; the parameters are the facts.

pub mod joins;
pub mod meaning;
pub mod names;
pub mod operators;
pub mod types;
