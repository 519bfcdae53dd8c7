//! `etalon check`

use super::output::Output;
use super::session::Session;
use super::{Outcome, counted, ended};
use crate::check;
use crate::meaning;
use std::path::Path;

/// Checks all definitions, and says how much there is of what.
pub fn run(project: Option<&Path>, output: &Output) -> Outcome {
    let mut session = Session::open(project)?;
    if !session.found.has_errors() {
        check::publications(&session.model, &mut session.found);
        meaning::duplicates(&session.model, &mut session.found);
    }
    let result = ended(&session.found);
    let clean = !session.found.has_errors();
    let model = &session.model;
    let summary = format!(
        "{}, {}, {}: {}",
        counted(model.metrics.len(), "metric"),
        counted(model.sources.len(), "source"),
        counted(model.reports.len(), "report"),
        if clean { "everything holds together" } else { "not sound yet" }
    );
    output.findings(session.found, &session.project.sources);
    output.say(&summary);
    Ok(result)
}
