//! Ways to redefine a number alone, each tried in a real repository with real keys.

#[path = "../support/mod.rs"]
mod support;

mod agreed;
mod attacks;
mod cheats;
mod merging;
mod repo;
mod signatures;
