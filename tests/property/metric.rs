//! Random metrics, each over those before it.

use super::data::Era;
use super::random::Random;
use super::row::Row;
use super::schema::{Kind, Reached, Schema};
use std::collections::BTreeSet;

/// A metric, and what has to be known to use it.
#[derive(Clone, Debug)]
pub struct Metric {
    pub name: String,
    pub formula: String,
    /// Behind the formula, in braces.
    pub attributes: String,
    pub kind: Kind,
    /// The sources of its leaves, sorted.
    pub sources: Vec<usize>,
    /// The operators that it rests on.
    pub operators: BTreeSet<&'static str>,
    pub traits: Traits,
    /// Metrics that its formula names, by place.
    pub uses: Vec<usize>,
}

/// What decides how a metric can be used.
#[derive(Clone, Copy, Default, Debug)]
pub struct Traits {
    /// It looks back by itself.
    pub windowed: bool,
    pub shifted: bool,
    /// It needs a period.
    pub stock: bool,
    /// A sum or count of rows, perhaps filtered.
    pub additive: bool,
    /// A plain aggregate of one source, perhaps filtered.
    pub leaf: bool,
    /// Only of numbers without a unit, so that it can be added to others.
    pub plain: bool,
    /// It stands under `total` or `start_of`, and has no rows of its own.
    pub rowless: bool,
    /// Grains that it cannot be asked by.
    pub refuses: Grains,
}

/// A set of grains: a bit for each, from hours to years.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Grains(pub u8);

impl Grains {
    const ALL: [&'static str; 6] = ["hour", "day", "week", "month", "quarter", "year"];

    pub fn of(names: &[&str]) -> Grains {
        let bits = Self::ALL.iter().enumerate().filter(|(_, name)| names.contains(name));
        Grains(bits.fold(0, |all, (at, _)| all | 1 << at))
    }

    pub fn and(self, other: Grains) -> Grains {
        Grains(self.0 | other.0)
    }

    pub fn has(self, name: &str) -> bool {
        self.0 & Grains::of(&[name]).0 != 0
    }

    /// Those that do not lie within a longer period: of which it cannot be said where it begins.
    pub fn not_within(period: &str) -> Grains {
        Grains::of(match period {
            "day" => &["week", "month", "quarter", "year"],
            "week" => &["month", "quarter", "year"],
            "month" => &["week", "quarter", "year"],
            "quarter" => &["week", "year"],
            "period" | "season" => &["week", "month", "quarter", "year"],
            _ => &["week"],
        })
    }

    /// Those within which a shorter period does not lie.
    pub fn not_around(period: &str) -> Grains {
        Grains::of(match period {
            "day" => &["hour"],
            "week" => &["hour", "day", "month", "quarter", "year"],
            "month" => &["hour", "day", "week"],
            _ => &["hour", "day", "week", "month"],
        })
    }
}

impl Metric {
    pub fn line(&self) -> String {
        let attributes = if self.attributes.is_empty() { String::new() } else { format!(" {{ {} }}", self.attributes) };
        format!("metric {} = {}{attributes}", self.name, self.formula)
    }

    /// Whether it reads time that a filter or key must not read.
    pub fn looks_back(&self) -> bool {
        self.traits.windowed || self.traits.shifted
    }
}

/// What metrics are made of.
pub struct Author<'a> {
    pub schema: &'a Schema,
    pub era: &'a Era,
    pub metrics: Vec<Metric>,
}

/// A formula before it has a name.
pub(super) struct Draft {
    pub(super) formula: String,
    pub(super) attributes: &'static str,
    pub(super) kind: Kind,
    pub(super) sources: BTreeSet<usize>,
    pub(super) operators: BTreeSet<&'static str>,
    pub(super) traits: Traits,
    pub(super) uses: Vec<usize>,
}

pub(super) type Way<'a> = fn(&Author<'a>, &mut Random) -> Option<Draft>;

impl<'a> Author<'a> {
    /// How often each way to make a metric is taken.
    const WAYS: [(usize, Way<'a>); 20] = [
        (5, Self::measure),
        (4, Self::filtered),
        (4, Self::arithmetic),
        (3, Self::ratio),
        (3, Self::function),
        (3, Self::choice),
        (4, Self::rolling),
        (3, Self::to_date),
        (3, Self::cumulative),
        (4, Self::prior),
        (3, Self::start_of),
        (3, Self::fill),
        (3, Self::fill_attribute),
        (4, Self::total),
        (6, Self::per),
        (3, Self::per_compared),
        (3, Self::snapshot),
        (3, Self::stock),
        (3, Self::follow),
        (3, Self::looked_up),
    ];

    /// One more metric, or nothing where there is not yet what it is made of.
    pub fn draft(&self, random: &mut Random) -> Option<Metric> {
        let all: usize = Self::WAYS.iter().map(|(weight, _)| weight).sum();
        let mut at = random.below(all);
        let way = Self::WAYS.iter().find(|(weight, _)| {
            let here = at < *weight;
            at = at.saturating_sub(*weight);
            here
        });
        let (_, way) = if self.metrics.len() < 3 { &Self::WAYS[0] } else { way.expect("within the sum") };
        let draft = way(self, random)?;
        let mut operators = draft.operators;
        for used in &draft.uses {
            operators.extend(&self.metrics[*used].operators);
        }
        Some(Metric {
            name: format!("m{}", self.metrics.len()),
            formula: draft.formula,
            attributes: draft.attributes.to_owned(),
            kind: draft.kind,
            sources: draft.sources.into_iter().collect(),
            operators,
            traits: draft.traits,
            uses: draft.uses,
        })
    }

    pub fn row<'r>(&'r self, paths: &'r [Reached], looks_back: bool) -> Row<'r> {
        Row { paths, era: self.era, without: if looks_back { &["at_time", "end_time", "since"] } else { &[] } }
    }

    /// A metric that satisfies a condition.
    pub(super) fn pick(&self, random: &mut Random, fits: impl Fn(&Metric) -> bool) -> Option<usize> {
        let places: Vec<usize> = (0..self.metrics.len()).filter(|&at| fits(&self.metrics[at])).collect();
        // The latest are the most nested.
        if places.len() > 4 && random.percent(40) {
            return random.any(&places[places.len() - 4..]).copied();
        }
        random.any(&places).copied()
    }

    /// A draft over metrics, with what it takes from them.
    pub(super) fn over(&self, operator: &'static str, uses: &[usize], kind: Kind, formula: String) -> Draft {
        let of = |at: &usize| &self.metrics[*at];
        let any = |has: fn(&Traits) -> bool| uses.iter().any(|at| has(&of(at).traits));
        Draft {
            formula,
            attributes: "",
            kind,
            sources: uses.iter().flat_map(|at| of(at).sources.clone()).collect(),
            operators: BTreeSet::from([operator]),
            traits: Traits {
                windowed: any(|it| it.windowed),
                shifted: any(|it| it.shifted),
                stock: any(|it| it.stock),
                plain: uses.iter().all(|at| of(at).traits.plain),
                rowless: uses.iter().all(|at| of(at).traits.rowless),
                refuses: uses.iter().fold(Grains::default(), |all, at| all.and(of(at).traits.refuses)),
                additive: false,
                leaf: false,
            },
            uses: uses.to_vec(),
        }
    }

    /// How a metric is written inside another: by name or, sometimes, in full.
    pub(super) fn written(&self, random: &mut Random, at: usize) -> String {
        let metric = &self.metrics[at];
        if metric.attributes.is_empty() && metric.uses.is_empty() && random.percent(15) {
            return format!("({})", metric.formula);
        }
        metric.name.clone()
    }
}
