//! What the checker may ask of definitions, whether they are still being checked or all done.

use crate::diagnostic::{Diagnostic, Found};
use crate::model::{
    Additivity, Base, ColumnId, MetricExpr, MetricId, MetricLeaf, Model, Over, SourceId, TimeFacts, Type,
};
use crate::source::Span;

/// What is known of a metric expression besides its tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    pub ty: Type,
    /// Sorted, each once.
    pub sources: Vec<SourceId>,
    pub time: TimeFacts,
    pub only_totals: bool,
    pub additivity: Additivity,
}

impl Facts {
    pub fn broken() -> Facts {
        Facts {
            ty: Type::BROKEN,
            sources: Vec::new(),
            time: TimeFacts::default(),
            only_totals: false,
            additivity: Additivity::NonAdditive,
        }
    }
}

/// The definitions as they stand: those asked for are checked first if they were not yet.
pub trait Definitions {
    fn model(&self) -> &Model;
    fn report(&mut self, diagnostic: Diagnostic);
    /// The type of a column; broken where its definition is, or leads back to itself.
    fn column_type(&mut self, source: SourceId, column: ColumnId, used_at: Span) -> Type;
    fn metric_named(&self, name: &str) -> Option<MetricId>;
    fn closest_metric(&self, name: &str) -> Option<String>;
    fn metric(&mut self, metric: MetricId, used_at: Span) -> Facts;
    /// Which of the metrics asked for is measured from this source, in words; nothing where no request is checked.
    fn asking(&self, _source: SourceId) -> Option<String> {
        None
    }
}

/// A model in which everything is checked.
pub struct Built<'m> {
    pub model: &'m Model,
    pub found: &'m mut Found,
    /// The metrics asked for.
    pub asked: Vec<MetricId>,
}

impl Definitions for Built<'_> {
    fn model(&self) -> &Model {
        self.model
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    fn column_type(&mut self, source: SourceId, column: ColumnId, _: Span) -> Type {
        self.model.source(source).column(column).ty.clone()
    }

    fn metric_named(&self, name: &str) -> Option<MetricId> {
        self.model.metric_named(name)
    }

    fn closest_metric(&self, name: &str) -> Option<String> {
        crate::suggest::closest(name, self.model.metrics.iter().map(|metric| metric.name.as_str())).map(str::to_owned)
    }

    fn asking(&self, source: SourceId) -> Option<String> {
        let name = &self.model.source(source).name;
        let measured =
            self.asked.iter().map(|id| self.model.metric(*id)).find(|metric| metric.sources.contains(&source));
        measured.map(|metric| format!("`{}` is measured from `{name}`", metric.name))
    }

    fn metric(&mut self, metric: MetricId, _: Span) -> Facts {
        let metric = self.model.metric(metric);
        Facts {
            ty: metric.ty.clone(),
            sources: metric.sources.clone(),
            time: metric.time.clone(),
            only_totals: metric.only_totals,
            additivity: metric.additivity,
        }
    }
}

/// Gathers the facts of a metric expression from its leaves.
pub fn facts(expr: &MetricExpr, definitions: &mut dyn Definitions) -> Facts {
    let mut leaves = Vec::new();
    expr.leaves(&mut |leaf| leaves.push(leaf));
    let mut all = Facts {
        ty: expr.ty.clone(),
        only_totals: !leaves.is_empty(),
        additivity: super::additivity::of(expr, definitions),
        ..Facts::broken()
    };
    for leaf in leaves {
        add_leaf(leaf, &mut all, definitions);
    }
    all.sources.sort();
    all.sources.dedup();
    all.time.inner_grains.sort();
    all.time.inner_grains.dedup();
    all
}

fn add_leaf(leaf: &MetricLeaf, all: &mut Facts, definitions: &mut dyn Definitions) {
    let (inner, is_total) = match leaf {
        MetricLeaf::Measure(measure) => {
            all.only_totals = false;
            all.sources.push(measure.source);
            match &measure.axis {
                None => {
                    all.time.timeless.get_or_insert(measure.source);
                }
                Some(axis) if axis.ty.base == Base::Date => {
                    all.time.whole_days.get_or_insert(measure.source);
                }
                Some(axis) if axis.ty.base == Base::Instant => {
                    all.time.instants.get_or_insert(measure.source);
                }
                Some(_) => {}
            }
            return;
        }
        MetricLeaf::Metric(id) => (definitions.metric(*id, Span::default()), false),
        MetricLeaf::Filtered { inner, .. } => (facts(inner, definitions), false),
        MetricLeaf::Total { inner, over } => {
            let takes_nothing = matches!(over, Over::Keys(keys) if keys.is_empty());
            (facts(inner, definitions), !takes_nothing)
        }
        MetricLeaf::Per(per) => {
            for part in per.argument.iter().chain(&per.filter) {
                add_facts(facts(part, definitions), all);
            }
            all.only_totals = false;
            for key in &per.keys {
                if let crate::model::KeyKind::Grain(grain) = key.kind {
                    all.time.inner_grains.push(grain);
                }
            }
            return;
        }
    };
    let only_totals = is_total || inner.only_totals;
    add_facts(inner, all);
    all.only_totals &= only_totals;
}

fn add_facts(inner: Facts, all: &mut Facts) {
    all.sources.extend(inner.sources);
    all.time.inner_grains.extend(inner.time.inner_grains);
    all.time.timeless = all.time.timeless.or(inner.time.timeless);
    all.time.whole_days = all.time.whole_days.or(inner.time.whole_days);
    all.time.instants = all.time.instants.or(inner.time.instants);
}
