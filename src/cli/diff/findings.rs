//! A difference as diagnostics: for code scanning and annotations, which only know places in the tree as it is now.

use super::{Told, phrases};
use crate::diagnostic::Diagnostic;
use crate::govern::change::{Change, Moved, Place, Stake};
use crate::source::Span;

/// How many metrics that moved are pointed at.
const RELATED: usize = 10;

/// One for each change, in the order of changes.
pub fn of(told: &Told) -> Vec<Diagnostic> {
    told.changes.all.iter().map(|change| finding(told, change)).collect()
}

fn finding(told: &Told, change: &Change) -> Diagnostic {
    let mut finding = Diagnostic::new(change.class.code(), place(told, change.place), &change.fact);
    if let (Some(before), Some(after)) = (&change.before, &change.after) {
        finding = finding.note(format!("before: {before}")).note(format!("now: {after}"));
    }
    if let Some(why) = &change.undecided {
        finding = finding.note(format!("not decided, so taken for a change of meaning: {why}"));
    }
    let moved: Vec<&Moved> = told.changes.moved_by(change).collect();
    for it in moved.iter().take(RELATED) {
        let value = phrases::value(it.direction.as_ref());
        finding = finding.note(format!("`{}` {value}", it.name));
        finding = finding.related(told.now.model.metric(it.now).name_span, value);
    }
    if moved.len() > RELATED {
        finding = finding.note(format!("and {} more metrics move", moved.len() - RELATED));
    }
    for (team, metrics) in phrases::paid(moved.iter().copied()) {
        let each: Vec<String> = metrics
            .iter()
            .map(|(name, stake)| match stake {
                Stake::Gains => format!("gains on `{name}`"),
                Stake::MayGain => format!("may gain on `{name}`"),
                Stake::Loses => format!("loses on `{name}`"),
            })
            .collect();
        finding = finding.note(format!("the team `{team}` is paid: {}", each.join(", ")));
    }
    let parties = phrases::parties(told, change);
    if !parties.is_empty() {
        finding = finding.help(format!("it has to be agreed by {}", phrases::listed(&parties)));
    }
    finding
}

/// What is gone has no place now: the top of its file, else of the first file there is.
fn place(told: &Told, place: Place) -> Span {
    match place {
        Place::Now(span) => span,
        Place::Base(span) => {
            let name = &told.base.sources.get(span.file).name;
            let name = name.strip_prefix(&told.base.when).and_then(|rest| rest.strip_prefix(':')).unwrap_or(name);
            let mut files = told.now.sources.iter();
            let file = files.find(|(_, file)| file.name == name).map(|(id, _)| id);
            Span::new(file.unwrap_or_default(), 0, 0)
        }
    }
}
