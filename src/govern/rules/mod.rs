//! What people agree on about metrics, looked for: pay and honest pairs (G03), one concept, one metric (G04). A file a rule.
//!
//! Invariants: a rule reads one side and says what it finds at its place; how much that weighs is for the policy to say.

mod comment_directive;
mod disguised_letters;
mod draft_in_report;
mod hidden_direction;
mod letters;
mod loaded_name;
mod look_alike_names;
mod owned_by_who_is_paid;
mod paid_without_guardrail;
mod pay_not_said;
mod queries_differ;
mod report_without_guardrails;
mod rests;
mod rests_on_draft;
mod rivals_averaged;
mod same_file_name;

use super::Side;
use crate::diagnostic::Found;
use crate::model::{Metric, Status};

/// Every rule, on a sound model.
pub fn all(side: &Side, found: &mut Found) {
    on_text(side, found);
    owned_by_who_is_paid::look(side, found);
    paid_without_guardrail::look(side, found);
    report_without_guardrails::look(side, found);
    pay_not_said::look(side, found);
    draft_in_report::look(side, found);
    rests_on_draft::look(side, found);
    loaded_name::look(side, found);
    rivals_averaged::look(side, found);
    look_alike_names::look(side, found);
    disguised_letters::look(side, found);
    queries_differ::look(side, found);
}

/// The rules that look at texts and names of files alone, and can so where definitions do not hold together.
pub fn on_text(side: &Side, found: &mut Found) {
    hidden_direction::look(side, found);
    same_file_name::look(side, found);
    comment_directive::look(side, found);
}

/// Whether a metric is one that people are to go by.
fn is_official(metric: &Metric) -> bool {
    metric.status == Status::Official
}
