//! What the checker may ask of definitions, whether they are still being checked or all done.

use crate::diagnostic::{Diagnostic, Found};
use crate::model::{
    Additivity, Base, ColumnId, Measure, MetricExpr, MetricId, MetricLeaf, Model, Over, Per, SourceId, TimeFacts, Type,
    Window,
};
use crate::source::Span;

/// What is known of a metric expression besides its tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    pub ty: Type,
    /// Sorted, each once.
    pub sources: Vec<SourceId>,
    pub time: Box<TimeFacts>,
    pub only_totals: bool,
    pub additivity: Additivity,
}

impl Facts {
    pub fn broken() -> Facts {
        Facts {
            ty: Type::BROKEN,
            sources: Vec::new(),
            time: Box::default(),
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
    /// The formula of a metric that was asked for already; `None` where it is broken or leads back to itself.
    fn formula(&self, metric: MetricId) -> Option<MetricExpr>;
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

    fn formula(&self, metric: MetricId) -> Option<MetricExpr> {
        Some(self.model.metric(metric).formula.clone())
    }

    fn metric(&mut self, metric: MetricId, _: Span) -> Facts {
        let metric = self.model.metric(metric);
        Facts {
            ty: metric.ty.clone(),
            sources: metric.sources.clone(),
            time: Box::new(metric.time.clone()),
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
        let of = of_leaf(leaf, definitions);
        all.only_totals &= of.only_totals;
        add(of, &mut all);
    }
    all
}

fn of_leaf(leaf: &MetricLeaf, definitions: &mut dyn Definitions) -> Facts {
    match leaf {
        MetricLeaf::Measure(measure) => of_measure(measure),
        MetricLeaf::Metric(id) => definitions.metric(*id, Span::default()),
        MetricLeaf::Filtered { inner, .. } | MetricLeaf::Filled { inner, .. } => facts(inner, definitions),
        MetricLeaf::Total { inner, over } => {
            let takes_nothing = matches!(over, Over::Keys(keys) if keys.is_empty());
            let mut of = facts(inner, definitions);
            if matches!(over, Over::Keys(keys) if keys.iter().any(crate::model::Key::is_time)) {
                of.time.totalled = true;
                of.time.needs_range_anyway = of.time.needs_range.or(of.time.needs_period);
            }
            Facts { only_totals: !takes_nothing || of.only_totals, ..of }
        }
        MetricLeaf::Per(per) => {
            let mut all = Facts::broken();
            for part in per.argument.iter().chain(&per.filter) {
                add(facts(part, definitions), &mut all);
            }
            of_per(per, &mut all);
            all
        }
        MetricLeaf::Window { inner, window, .. } => {
            let mut of = looking_back(facts(inner, definitions));
            of.time.windowed = true;
            if let Window::ToDate(period) = window {
                insert(&mut of.time.holders, *period);
            }
            of
        }
        MetricLeaf::Prior { inner, count, unit, .. } => {
            let mut of = looking_back(facts(inner, definitions));
            of.time.shifted = true;
            of.time.needs_range.get_or_insert("prior");
            insert(&mut of.time.shifts, (*count, *unit));
            of
        }
        MetricLeaf::StartOf { inner, period, .. } => {
            let mut of = looking_back(facts(inner, definitions));
            of.time.shifted = true;
            of.time.needs_period.get_or_insert("start_of");
            insert(&mut of.time.holders, *period);
            Facts { only_totals: true, ..of }
        }
        // Keys, filters and periods are those of the rows that are followed.
        MetricLeaf::Follow(follow) => facts(&follow.after, definitions),
    }
}

fn of_measure(measure: &Measure) -> Facts {
    let mut of = Facts { sources: vec![measure.source], ..Facts::broken() };
    let time = &mut of.time;
    match &measure.axis {
        None => time.timeless = Some(measure.source),
        Some(axis) => {
            time.axes.push((measure.source, axis.clone()));
            match axis.ty.base {
                Base::Date => time.whole_days = Some(measure.source),
                Base::Instant => time.instants = Some(measure.source),
                _ => {}
            }
        }
    }
    if measure.alive.is_some() {
        time.needs_range = Some("while … until");
    }
    time.picks = measure.alive.is_some() || measure.pick.is_some();
    of
}

/// What an inner grain settles is settled: windows under it act on its periods.
fn of_per(per: &Per, all: &mut Facts) {
    let mut settled = false;
    for key in &per.keys {
        if let Some(period) = key.period() {
            insert(&mut all.time.inner_grains, period);
            settled = true;
        }
    }
    if settled {
        let time = &mut all.time;
        time.shifts.clear();
        time.holders.clear();
        (time.windowed, time.shifted, time.picks) = (false, false, false);
        (time.needs_range, time.needs_period, time.needs_range_anyway) = (None, None, None);
    }
    all.only_totals = false;
}

fn looking_back(mut of: Facts) -> Facts {
    for axis in of.time.axes.clone() {
        insert(&mut of.time.looked_back, axis);
    }
    of
}

fn add(inner: Facts, all: &mut Facts) {
    all.sources.extend(inner.sources);
    all.sources.sort();
    all.sources.dedup();
    let (time, of) = (&mut all.time, inner.time);
    time.timeless = time.timeless.or(of.timeless);
    time.whole_days = time.whole_days.or(of.whole_days);
    time.instants = time.instants.or(of.instants);
    time.needs_range = time.needs_range.or(of.needs_range);
    time.needs_period = time.needs_period.or(of.needs_period);
    time.needs_range_anyway = time.needs_range_anyway.or(of.needs_range_anyway);
    time.windowed |= of.windowed;
    time.shifted |= of.shifted;
    time.totalled |= of.totalled;
    time.picks |= of.picks;
    of.inner_grains.into_iter().for_each(|it| insert(&mut time.inner_grains, it));
    of.shifts.into_iter().for_each(|it| insert(&mut time.shifts, it));
    of.holders.into_iter().for_each(|it| insert(&mut time.holders, it));
    of.axes.into_iter().for_each(|it| insert(&mut time.axes, it));
    of.looked_back.into_iter().for_each(|it| insert(&mut time.looked_back, it));
}

fn insert<T: PartialEq>(all: &mut Vec<T>, it: T) {
    if !all.contains(&it) {
        all.push(it);
    }
}
