//! Which metric a finding is about, where it did not say so itself: the one whose declaration it stands in.

use crate::diagnostic::Found;
use crate::model::Model;
use crate::source::Span;

/// Names the metric of each finding of a rule, so that a waiver or the baseline can.
pub fn name(model: &Model, found: &mut Found) {
    let mut declared: Vec<(Span, usize)> = model.metrics.iter().enumerate().map(|(at, it)| (it.span, at)).collect();
    declared.sort();
    for diagnostic in found.iter_mut().filter(|diagnostic| diagnostic.about.is_none() && diagnostic.code.is_rule()) {
        let span = diagnostic.span;
        let before = declared.partition_point(|(it, _)| (it.file, it.start) <= (span.file, span.start));
        let Some((holder, at)) = before.checked_sub(1).map(|last| declared[last]) else { continue };
        if holder.file == span.file && span.end <= holder.end {
            diagnostic.about = Some(model.metrics[at].name.clone());
        }
    }
}
