//! What metrics rest on, by name: the same thing on both sides.

use crate::meaning::{Reads, read_by_formula};
use crate::model::{Kind, Measure, MetricExpr, MetricId, MetricLeaf, Model, RowLeaf, SourceId};
use crate::syntax;
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

/// Something that a metric can rest on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Item {
    Metric(SmolStr),
    /// A source, and a column of it.
    Column(SmolStr, SmolStr),
    /// What identifies a row of a source.
    Key(SmolStr),
    /// The default time axis of a source.
    Axis(SmolStr),
    /// A source, and a join of it.
    Join(SmolStr, SmolStr),
    Dimension(SmolStr),
    /// A grain of a calendar table.
    Grain(SmolStr),
    /// The calendar of the project.
    Calendar,
}

/// What a metric's own formula rests on, and the metrics it names.
pub struct Rests {
    pub items: FxHashSet<Item>,
    pub metrics: Vec<MetricId>,
}

impl Rests {
    /// Of a metric; `words` are those of its formula.
    pub fn of(model: &Model, id: MetricId, words: &str, is_timed: bool) -> Rests {
        let metric = model.metric(id);
        let reads = read_by_formula(model, &metric.formula);
        let mut items = items(model, &reads);
        items.insert(Item::Metric(metric.name.clone()));
        if is_timed {
            items.insert(Item::Calendar);
        }
        let mut axes = Vec::new();
        measures(&metric.formula, &mut |measure| axes.extend(default_axis(model, measure)));
        items.extend(axes.into_iter().map(Item::Axis));
        // The way of a dimension stands in the formula's place by now: its words still have the name.
        let named = syntax::words(words).into_iter().map(|word| word.trim_matches('"'));
        items.extend(
            named.filter(|word| model.dimension_named(word).is_some()).map(|word| Item::Dimension(word.into())),
        );
        let mut metrics: Vec<MetricId> = reads.metrics.into_iter().collect();
        metrics.sort();
        Rests { items, metrics }
    }
}

/// Columns, keys, joins and grains by name.
pub fn items(model: &Model, reads: &Reads) -> FxHashSet<Item> {
    let source = |id: &SourceId| model.source(*id).name.clone();
    let columns = reads
        .columns
        .iter()
        .map(|(at, column)| Item::Column(source(at), model.source(*at).column(*column).name.clone()));
    let joins = reads.joins.iter().map(|(at, join)| Item::Join(source(at), model.source(*at).join(*join).name.clone()));
    let keys = reads.sources.iter().map(|at| Item::Key(source(at)));
    let grains = reads.grains.iter().map(|grain| Item::Grain(model.grain(*grain).name.clone()));
    columns.chain(joins).chain(keys).chain(grains).collect()
}

/// The source whose default axis a measure has.
fn default_axis(model: &Model, measure: &Measure) -> Option<SmolStr> {
    let source = model.source(measure.source);
    let is_default = match &measure.axis.as_ref()?.kind {
        Kind::Leaf(RowLeaf::Column { path, column, .. }) => path.is_empty() && Some(*column) == source.time,
        _ => false,
    };
    is_default.then(|| source.name.clone())
}

/// Every measure that a formula itself has.
fn measures<'m>(expr: &'m MetricExpr, visit: &mut dyn FnMut(&'m Measure)) {
    let mut leaves = Vec::new();
    expr.leaves(&mut |leaf| leaves.push(leaf));
    for leaf in leaves {
        if let MetricLeaf::Measure(measure) = leaf {
            visit(measure);
        }
        leaf.inner().into_iter().for_each(|inner| measures(inner, visit));
    }
}
