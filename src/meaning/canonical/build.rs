//! From a model to terms: the parts that are neither rows nor metrics, and what is remembered of the rest.

use super::digest::Digest;
use super::form::{self, Form};
use super::metrics::Filters;
use super::term::{Op, Term, Terms};
use crate::model::{ColumnId, GrainId, JoinId, Key, KeyKind, MetricId, Model, Period, SourceId};
use rustc_hash::FxHashMap;

/// The canonical forms of a sound model, each part worked out once.
pub struct Canonical<'m> {
    pub(super) model: &'m Model,
    pub(super) terms: Terms,
    pub(super) columns: FxHashMap<(Place, ColumnId), Term>,
    pub(super) metrics: FxHashMap<(MetricId, Filters), Term>,
    joins: FxHashMap<(SourceId, JoinId), Term>,
    /// How many columns a derived column is written out to.
    pub(super) column_sizes: FxHashMap<(SourceId, ColumnId), usize>,
    /// How many measures a metric is written out to.
    pub(super) metric_sizes: FxHashMap<MetricId, usize>,
}

/// Where a row is seen from: the joins that lead to it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    pub from: SourceId,
    pub hops: Vec<JoinId>,
    /// The row may be missing, though no join is named: what is said of it stands after one.
    pub optional: bool,
}

impl Place {
    /// A row of a source itself.
    pub fn at(from: SourceId) -> Place {
        Place { from, hops: Vec::new(), optional: false }
    }

    /// The row that joins lead to from here.
    pub fn over(&self, hops: &[JoinId]) -> Place {
        Place { hops: [&self.hops[..], hops].concat(), ..self.clone() }
    }
}

impl<'m> Canonical<'m> {
    pub fn new(model: &'m Model) -> Self {
        Canonical {
            model,
            terms: Terms::default(),
            columns: FxHashMap::default(),
            metrics: FxHashMap::default(),
            joins: FxHashMap::default(),
            column_sizes: FxHashMap::default(),
            metric_sizes: FxHashMap::default(),
        }
    }

    pub fn digest(&mut self, metric: MetricId) -> Digest {
        let root = self.root(metric);
        self.terms.digest(root)
    }

    pub fn form(mut self, metric: MetricId) -> Form {
        let root = self.root(metric);
        Form::new(self.terms, root)
    }

    /// The canonical form of a metric, as [`Form`] prints it.
    pub fn text(&mut self, metric: MetricId) -> String {
        let root = self.root(metric);
        form::text(&self.terms, root)
    }

    /// What a metric is, without its unit.
    pub fn formula(&mut self, metric: MetricId) -> Term {
        self.metric(metric, &Filters::none())
    }

    /// A metric with its unit and, where time has a say, the calendar of the project.
    pub(super) fn root(&mut self, id: MetricId) -> Term {
        let metric = self.model.metric(id);
        let formula = self.metric(id, &Filters::none());
        let calendar = match self.terms.timed(formula) {
            true => self.calendar(),
            false => self.terms.absent(),
        };
        let op = Op::Metric { unit: metric.unit.clone() };
        self.terms.plain(op, metric.ty.base, vec![formula, calendar])
    }

    fn calendar(&mut self) -> Term {
        let calendar = &self.model.calendar;
        let zone = if calendar.is_utc() { "UTC".to_owned() } else { calendar.timezone.clone() };
        let op = Op::Calendar { zone, week_starts: calendar.week_starts, year_starts: calendar.year_starts };
        self.terms.part(op, Vec::new())
    }

    pub(super) fn table(&mut self, id: SourceId) -> Term {
        let name = self.model.source(id).name.clone();
        self.terms.part(Op::Table { name }, Vec::new())
    }

    /// A source with its key: that no row is counted twice rests on it.
    pub(super) fn source(&mut self, id: SourceId) -> Term {
        let mut parts = vec![self.table(id)];
        for column in &self.model.source(id).key {
            parts.push(self.column(&Place::at(id), id, *column));
        }
        self.terms.part(Op::Source, parts)
    }

    /// A join by what it equates, whatever it is called.
    pub(super) fn join(&mut self, holder: SourceId, id: JoinId) -> Term {
        if let Some(known) = self.joins.get(&(holder, id)) {
            return *known;
        }
        let join = self.model.source(holder).join(id);
        let target = join.target;
        let pairs: Vec<(Term, Term)> = join
            .on
            .iter()
            .map(|(here, there)| {
                let here = self.column(&Place::at(holder), holder, *here);
                (here, self.column(&Place::at(target), target, *there))
            })
            .collect();
        let valid = match &join.valid {
            None => self.terms.absent(),
            Some(valid) => {
                let moment = self.column(&Place::at(holder), holder, valid.moment);
                let from = self.column(&Place::at(target), target, valid.from);
                let to = self.column(&Place::at(target), target, valid.to);
                self.terms.part(Op::Valid, vec![moment, from, to])
            }
        };
        let mut parts = vec![self.table(holder), self.source(target), valid];
        parts.extend(self.terms.sorted_pairs(pairs));
        let join = self.terms.part(Op::Join, parts);
        self.joins.insert((holder, id), join);
        join
    }

    pub(super) fn period(&mut self, period: Period) -> Term {
        match period {
            Period::Standard(grain) => self.terms.part(Op::Period(grain), Vec::new()),
            Period::Declared(id) => self.declared(id),
        }
    }

    fn declared(&mut self, id: GrainId) -> Term {
        let grain = self.model.grain(id);
        let (source, at, column) = (grain.source, grain.at, grain.column);
        let at = self.column(&Place::at(source), source, at);
        let column = self.column(&Place::at(source), source, column);
        let source = self.source(source);
        self.terms.part(Op::Declared, vec![source, at, column])
    }

    /// A key by what it groups by, whatever its column is called.
    pub(super) fn key(&mut self, key: &Key) -> Term {
        match &key.kind {
            KeyKind::Grain(grain) => self.period(Period::Standard(*grain)),
            KeyKind::Declared(id) => self.declared(*id),
            KeyKind::Part(part) => self.terms.part(Op::AxisPart(*part), Vec::new()),
            KeyKind::Column(each) => {
                let mut pairs = Vec::new();
                for (source, expr) in each.iter() {
                    let value = self.row(&Place::at(source), expr);
                    pairs.push((self.table(source), value));
                }
                let parts = self.terms.sorted_pairs(pairs);
                self.terms.part(Op::Each, parts)
            }
        }
    }

    /// Keys in no order, each once.
    pub(super) fn keys(&mut self, keys: &[Key]) -> Vec<Term> {
        let keys = keys.iter().map(|key| self.key(key)).collect();
        self.terms.sorted_set(keys)
    }
}
