//! Canonical forms: one digest for every spelling of a meaning, another for every other meaning, and equal rows for equal
//! digests.

mod made_up;
mod pairs;
mod printed;
mod shop;
mod spellings;
mod stability;
