//! Who may say what a number means, who did, and what changed: teams, policy, approvals, the lock, the difference of two models.
//!
//! Invariants: reads neither disk nor clock, what it needs is handed in; a signature is the only thing that grants, whatever
//! git says of an author can only deny; what could not be decided is never called clean.

pub mod baseline;
pub mod bindings;
pub mod levels;
pub mod policy;
pub mod rules;
mod side;
pub mod subjects;
pub mod waivers;

pub use side::{Bound, Side};
