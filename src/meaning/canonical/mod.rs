//! The canonical form of a metric: everything that its meaning rests on, written so that spelling does not matter. Equal
//! digests imply equal values and equal rows on all data, wherever neither side overflows; the converse is best effort.

mod build;
mod digest;
mod form;
mod likeness;
mod metrics;
mod names;
mod parts;
mod rows;
mod rules;
mod term;
#[cfg(test)]
mod trials;

pub use build::Canonical;
pub use digest::Digest;
pub use form::Form;
pub use likeness::Likeness;
pub(super) use names::function as function_name;
pub use term::Term;

use crate::model::{MetricId, Model};

/// The version of the form: raised when equal definitions may get other bytes.
pub const FORMAT: u32 = 1;

/// The version of what forms mean: raised when the numbers of an unchanged form may change.
pub const SEMANTICS: u32 = 1;

/// The canonical form of a metric of a sound model.
pub fn form(model: &Model, metric: MetricId) -> Form {
    Canonical::new(model).form(metric)
}

/// The digest of a metric of a sound model.
pub fn digest(model: &Model, metric: MetricId) -> Digest {
    Canonical::new(model).digest(metric)
}

/// The digests of all metrics, in their order. What several rest on is worked out once.
pub fn digests(model: &Model) -> Vec<Digest> {
    let mut canonical = Canonical::new(model);
    (0..model.metrics.len()).map(|at| canonical.digest(MetricId(at as u32))).collect()
}
