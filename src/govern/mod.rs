//! Who may say what a number means, who did, and what changed: teams, policy, approvals, the lock, the difference of two models.
//!
//! Invariants: reads neither disk nor clock, what it needs is handed in; a signature is the only thing that grants, whatever
//! git says of an author can only deny; what could not be decided is never called clean.

pub mod apart;
pub mod baseline;
pub mod bindings;
pub mod bridge;
pub mod chain;
pub mod change;
pub mod derive;
pub mod judge;
pub mod levels;
pub mod line;
pub mod lock;
pub mod policy;
pub mod propose;
pub mod record;
pub mod rules;
mod side;
pub mod signature;
pub mod signers;
pub mod standing;
mod state;
pub mod subjects;
pub mod trust;
pub mod waivers;

pub use side::{Bound, Side};
pub use state::{Files, State, TextOf};
