//! What changed between two revisions: `etalon diff --against`, its classes, causes, directions, and who gains.

#[path = "../support/mod.rs"]
mod support;

mod commits;
mod cunning;
mod history;
mod program;
mod replay;
mod speed;
mod story;
