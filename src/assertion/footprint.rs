//! What of the rows each metric reads: through other metrics, joins and computed columns, and where it may be cut.

use crate::meaning::{Reads, read_by_formula, read_by_keys, read_by_row};
use crate::model::{ColumnId, DimensionId, GrainId, JoinId, MetricId, Model, RowExpr, SourceId};
use rustc_hash::{FxHashMap, FxHashSet};

/// Something that is read.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Fact {
    Source(SourceId),
    Column(SourceId, ColumnId),
    Join(SourceId, JoinId),
    /// Rows that are intervals: `while … until`.
    Interval(SourceId, RowExpr, RowExpr),
    Dimension(DimensionId, SourceId),
    Grain(GrainId),
}

/// What is read somewhere, and the metrics named there, which read more.
#[derive(Clone, Default)]
struct Footprint {
    facts: Vec<u32>,
    metrics: Vec<MetricId>,
}

/// The footprints of a model's metrics, each part worked out once.
pub struct Footprints<'m> {
    model: &'m Model,
    /// Every fact so far, by its number.
    pub facts: Vec<Fact>,
    numbers: FxHashMap<Fact, u32>,
    /// What each formula reads, through the metrics that it names too.
    formulas: Vec<Option<Vec<u32>>>,
    /// How the rows of each source may be cut: by dimensions.
    cuts: Vec<Option<Vec<u32>>>,
    /// The keys and filters of the reports that show each metric.
    reported: FxHashMap<MetricId, Vec<usize>>,
}

impl<'m> Footprints<'m> {
    pub fn new(model: &'m Model) -> Self {
        let mut reported: FxHashMap<MetricId, Vec<usize>> = FxHashMap::default();
        for (at, report) in model.reports.iter().enumerate() {
            for id in &report.request.metrics {
                reported.entry(*id).or_default().push(at);
            }
        }
        Footprints {
            model,
            facts: Vec::new(),
            numbers: FxHashMap::default(),
            formulas: vec![None; model.metrics.len()],
            cuts: vec![None; model.sources.len()],
            reported,
        }
    }

    /// All that a metric rests on, wherever it is asked by what is declared: its formula, its cuts, the reports that show it,
    /// and unless it says `only by`, the dimensions and calendars that it can be cut by. Sorted.
    pub fn of(&mut self, id: MetricId) -> Vec<u32> {
        let model = self.model;
        let metric = model.metric(id);
        let mut facts = self.formula(id);
        let mut reads = vec![read_by_keys(model, &metric.by, &metric.sources)];
        for at in self.reported.get(&id).into_iter().flatten() {
            let request = &model.reports[*at].request;
            reads.push(read_by_keys(model, &request.keys, &metric.sources));
            for (source, filter) in request.filter.iter().flat_map(|filter| filter.iter()) {
                if metric.sources.contains(&source) {
                    reads.push(read_by_row(model, source, filter));
                }
            }
        }
        for reads in reads {
            let footprint = self.footprint(reads);
            facts.extend(self.whole(footprint));
        }
        if !metric.only_by {
            for source in &metric.sources {
                facts.extend(self.cuts(*source));
            }
            if !metric.time.axes.is_empty() && metric.time.timeless.is_none() {
                for at in 0..model.grains.len() {
                    facts.extend(self.grain(GrainId(at as u32)));
                }
            }
        }
        facts.sort_unstable();
        facts.dedup();
        facts
    }

    /// What a formula reads, through every metric under it. Those are found first, deepest first, without recursion: a chain
    /// of metrics may be as long as a project.
    fn formula(&mut self, id: MetricId) -> Vec<u32> {
        let mut way: Vec<(MetricId, Option<Footprint>)> = vec![(id, None)];
        while let Some((at, own)) = way.pop() {
            if self.formulas[at.0 as usize].is_some() {
                continue;
            }
            match own {
                None => {
                    let own = self.footprint(read_by_formula(self.model, &self.model.metric(at).formula));
                    let deeper: Vec<MetricId> = own.metrics.clone();
                    way.push((at, Some(own)));
                    way.extend(deeper.into_iter().map(|id| (id, None)));
                }
                Some(own) => {
                    let mut facts = own.facts;
                    for id in own.metrics {
                        facts.extend(self.formulas[id.0 as usize].iter().flatten());
                    }
                    facts.sort_unstable();
                    facts.dedup();
                    self.formulas[at.0 as usize] = Some(facts);
                }
            }
        }
        self.formulas[id.0 as usize].clone().unwrap_or_default()
    }

    /// The dimensions that the rows of a source are cut by.
    fn cuts(&mut self, source: SourceId) -> Vec<u32> {
        if let Some(cuts) = &self.cuts[source.0 as usize] {
            return cuts.clone();
        }
        let mut facts = Vec::new();
        for (at, dimension) in self.model.dimensions.iter().enumerate() {
            if let Some(path) = dimension.paths.get(source) {
                facts.push(self.number(Fact::Dimension(DimensionId(at as u32), source)));
                let footprint = self.footprint(read_by_row(self.model, source, path));
                facts.extend(self.whole(footprint));
            }
        }
        facts.sort_unstable();
        facts.dedup();
        self.cuts[source.0 as usize] = Some(facts.clone());
        facts
    }

    fn grain(&mut self, id: GrainId) -> [u32; 2] {
        let source = self.model.grain(id).source;
        [self.number(Fact::Source(source)), self.number(Fact::Grain(id))]
    }

    fn whole(&mut self, footprint: Footprint) -> Vec<u32> {
        let mut facts = footprint.facts;
        for id in footprint.metrics {
            facts.extend(self.formula(id));
        }
        facts
    }

    /// What was read, as numbered facts in an order of their own.
    fn footprint(&mut self, reads: Reads) -> Footprint {
        let mut facts: Vec<u32> = Vec::with_capacity(reads.columns.len() + reads.sources.len());
        for source in reads.sources {
            facts.push(self.number(Fact::Source(source)));
        }
        for (source, column) in sorted(reads.columns) {
            facts.push(self.number(Fact::Column(source, column)));
        }
        for (source, join) in sorted(reads.joins) {
            facts.push(self.number(Fact::Join(source, join)));
        }
        // Numbers of facts decide nothing that is seen, so these need no order.
        for (source, from, until) in reads.intervals {
            facts.push(self.number(Fact::Interval(source, from, until)));
        }
        for grain in reads.grains {
            facts.push(self.number(Fact::Grain(grain)));
        }
        Footprint { facts, metrics: sorted(reads.metrics) }
    }

    fn number(&mut self, fact: Fact) -> u32 {
        if let Some(number) = self.numbers.get(&fact) {
            return *number;
        }
        let number = self.facts.len() as u32;
        self.facts.push(fact.clone());
        self.numbers.insert(fact, number);
        number
    }
}

fn sorted<T: Ord>(set: FxHashSet<T>) -> Vec<T> {
    let mut all: Vec<T> = set.into_iter().collect();
    all.sort_unstable();
    all
}
