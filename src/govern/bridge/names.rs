//! What the things of two models are called in one.

use super::Asked;
use rustc_hash::FxHashSet;
use smol_str::{SmolStr, format_smolstr};

/// The three columns, and what sets earlier things apart from later ones.
pub struct Names {
    pub before: SmolStr,
    pub after: SmolStr,
    pub difference: SmolStr,
    /// Behind the names of earlier sources and metrics.
    pub suffix: String,
}

impl Names {
    pub fn of(before: &Asked, after: &Asked) -> Names {
        let [then, now] = [before, after].map(|asked| asked.side.model.metric(asked.metric).name.clone());
        let [old, new] = [before.side.model, after.side.model];
        let mut taken: FxHashSet<&str> = FxHashSet::default();
        taken.extend(new.sources.iter().map(|source| source.name.as_str()));
        taken.extend(new.metrics.iter().map(|metric| metric.name.as_str()));
        // The first that makes no name of the later definitions; the columns of the answer have theirs anyway.
        let mut suffix = "_before".to_owned();
        let clashes = |suffix: &str| {
            let sources = old.sources.iter().map(|source| &source.name);
            let metrics = old.metrics.iter().map(|metric| &metric.name);
            sources.chain(metrics).any(|name| taken.contains(format!("{name}{suffix}").as_str()))
        };
        let mut number = 2;
        while clashes(&suffix) {
            suffix = format!("_before_{number}");
            number += 1;
        }
        Names {
            before: format_smolstr!("{then}_before"),
            after: format_smolstr!("{now}_after"),
            difference: "difference".into(),
            suffix,
        }
    }

    pub fn of_source(&self, name: &str) -> SmolStr {
        format_smolstr!("{name}{}", self.suffix)
    }

    pub fn of_old_metric(&self, name: &str) -> SmolStr {
        self.free(format_smolstr!("{name}{}", self.suffix))
    }

    pub fn of_new_metric(&self, name: &str) -> SmolStr {
        self.free(name.into())
    }

    /// Whether it is one of the three columns.
    pub fn is_column(&self, name: &str) -> bool {
        [&self.before, &self.after, &self.difference].iter().any(|column| *column == name)
    }

    /// No other metric is called as a column of the answer is.
    fn free(&self, name: SmolStr) -> SmolStr {
        if self.is_column(&name) { format_smolstr!("{name}_itself") } else { name }
    }
}
