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
struct Draft {
    formula: String,
    attributes: &'static str,
    kind: Kind,
    sources: BTreeSet<usize>,
    operators: BTreeSet<&'static str>,
    traits: Traits,
    uses: Vec<usize>,
}

type Way<'a> = fn(&Author<'a>, &mut Random) -> Option<Draft>;

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
    fn pick(&self, random: &mut Random, fits: impl Fn(&Metric) -> bool) -> Option<usize> {
        let places: Vec<usize> = (0..self.metrics.len()).filter(|&at| fits(&self.metrics[at])).collect();
        // The latest are the most nested.
        if places.len() > 4 && random.percent(40) {
            return random.any(&places[places.len() - 4..]).copied();
        }
        random.any(&places).copied()
    }

    /// A draft over metrics, with what it takes from them.
    fn over(&self, operator: &'static str, uses: &[usize], kind: Kind, formula: String) -> Draft {
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
                additive: false,
                leaf: false,
            },
            uses: uses.to_vec(),
        }
    }

    /// How a metric is written inside another: by name or, sometimes, in full.
    fn written(&self, random: &mut Random, at: usize) -> String {
        let metric = &self.metrics[at];
        if metric.attributes.is_empty() && metric.uses.is_empty() && random.percent(15) {
            return format!("({})", metric.formula);
        }
        metric.name.clone()
    }

    fn aggregate(&self, random: &mut Random, row: &Row) -> (String, Kind, &'static str, bool) {
        let numbers = [Kind::Integer, Kind::Decimal, Kind::Double];
        let kind = *random.one(&numbers);
        let number = row.value(random, kind, 2);
        let own = if random.percent(25) { format!(" where {}", row.condition(random, 1)) } else { String::new() };
        let countable = [Kind::Integer, Kind::Text, Kind::Decimal, Kind::Boolean, Kind::Date];
        let orderly =
            *random.one(&[Kind::Integer, Kind::Decimal, Kind::Text, Kind::Date, Kind::Double, Kind::Timestamp]);
        match random.below(16) {
            0..=2 => (format!("sum({number}{own})"), kind, "sum", true),
            3 | 4 => {
                let own = own.trim_start();
                (format!("count({own})"), Kind::Integer, "count", false)
            }
            5 => (format!("count({number}{own})"), Kind::Integer, "count of values", false),
            6 | 7 => {
                let of = row.any_path(random, &countable).map_or("1".to_owned(), |(path, _)| path);
                (format!("count(distinct {of}{own})"), Kind::Integer, "count distinct", false)
            }
            8 => (format!("avg({number}{own})"), Kind::Double, "avg", true),
            9 | 10 => {
                let value = row.value(random, orderly, 1);
                let name = random.word(&["min", "max"]);
                (format!("{name}({value}{own})"), orderly, name, true)
            }
            11 => (format!("median({number}{own})"), Kind::Double, "median", true),
            12 => {
                let p = random.word(&["0.9", "0.25", "0.5", "1", "0"]);
                (format!("percentile({number}{own}, {p})"), Kind::Double, "percentile", true)
            }
            13 => {
                let p = random.word(&["0.9", "0.25", "0.5", "0.34"]);
                (format!("percentile_disc({number}{own}, {p})"), kind, "percentile_disc", true)
            }
            14 => {
                let name = random.word(&["stddev", "variance", "stddev_pop", "variance_pop"]);
                (format!("{name}({number}{own})"), Kind::Double, "spread", true)
            }
            _ => {
                let value = row.value(random, orderly, 1);
                let name = random.word(&["first", "last"]);
                (format!("{name}({value}{own})"), orderly, name, true)
            }
        }
    }

    fn any_source(&self, random: &mut Random) -> usize {
        let facts = self.schema.facts();
        if random.percent(12) { 1 } else { *random.one(&facts) }
    }

    /// An aggregate of the rows of a source, with what follows `from`.
    fn rows_of(&self, random: &mut Random, source: usize, clause: &str, operator: Option<&'static str>) -> Draft {
        let paths = self.schema.reached(source);
        let row = self.row(&paths, false);
        let (aggregate, kind, name, plain) = self.aggregate(random, &row);
        let filter = if random.percent(30) { format!(" where {}", row.condition(random, 1)) } else { String::new() };
        let formula = format!("{aggregate} from {}{clause}{filter}", self.schema.sources[source].name);
        let additive = matches!(name, "sum" | "count" | "count of values");
        Draft {
            formula,
            attributes: "",
            kind,
            sources: BTreeSet::from([source]),
            operators: [Some(name), operator].into_iter().flatten().collect(),
            traits: Traits {
                additive: additive && operator.is_none(),
                leaf: operator.is_none(),
                plain,
                ..Traits::default()
            },
            uses: Vec::new(),
        }
    }

    fn measure(&self, random: &mut Random) -> Option<Draft> {
        let source = self.any_source(random);
        let other_axis = self.schema.sources[source].is_fact && random.percent(12);
        let clause = if other_axis { " at end_time" } else { "" };
        let mut draft = self.rows_of(random, source, clause, None);
        if other_axis {
            draft.operators.insert("at");
        }
        Some(draft)
    }

    fn snapshot(&self, random: &mut Random) -> Option<Draft> {
        let source = *random.one(&self.schema.facts());
        let per = random.word(&["", " per person_id", " per item", " per item, b", " per person.grp"]);
        let clause = format!(" {}{per}", random.word(&["last", "first", "at end_time last"]));
        Some(self.rows_of(random, source, &clause, Some("first/last per")))
    }

    fn stock(&self, random: &mut Random) -> Option<Draft> {
        let source = *random.one(&self.schema.facts());
        let clause = format!(" while at_time until end_time{}", random.word(&["", " first", " any", " last"]));
        let mut draft = self.rows_of(random, source, &clause, Some("while"));
        draft.traits.stock = true;
        Some(draft)
    }

    fn filtered(&self, random: &mut Random) -> Option<Draft> {
        let at = self.pick(random, |_| true)?;
        let metric = &self.metrics[at];
        let paths = self.schema.common(&metric.sources);
        let condition = self.row(&paths, metric.looks_back()).condition(random, 1);
        let mut draft =
            self.over("filter", &[at], metric.kind, format!("{} where {condition}", self.written(random, at)));
        draft.traits.additive = metric.traits.additive;
        draft.traits.leaf = metric.traits.leaf;
        Some(draft)
    }

    fn arithmetic(&self, random: &mut Random) -> Option<Draft> {
        let one = self.pick(random, |it| it.kind.is_number() && it.traits.plain)?;
        let other = self.pick(random, |it| it.kind.is_number() && it.traits.plain)?;
        let sign = random.word(&["+", "-", "*"]);
        let kinds = (self.metrics[one].kind, self.metrics[other].kind);
        let kind = match kinds {
            (Kind::Double, _) | (_, Kind::Double) => Kind::Double,
            (Kind::Decimal, _) | (_, Kind::Decimal) => Kind::Decimal,
            _ => Kind::Integer,
        };
        let written = |random: &mut Random, at| match random.percent(40) {
            true => format!("coalesce({}, 0)", self.written(random, at)),
            false => self.written(random, at),
        };
        let formula = format!("{} {sign} {}", written(random, one), written(random, other));
        Some(self.over("+ - *", &[one, other], kind, formula))
    }

    fn ratio(&self, random: &mut Random) -> Option<Draft> {
        let one = self.pick(random, |it| it.kind.is_number())?;
        let other = self.pick(random, |it| it.kind.is_number())?;
        let formula = format!("{} / {}", self.written(random, one), self.written(random, other));
        let mut draft = self.over("ratio", &[one, other], Kind::Double, formula);
        draft.traits.plain &= true;
        Some(draft)
    }

    fn function(&self, random: &mut Random) -> Option<Draft> {
        let at = self.pick(random, |it| it.kind.is_number())?;
        let kind = self.metrics[at].kind;
        let written = self.written(random, at);
        let (formula, kind) = match random.below(6) {
            0 => (format!("coalesce({written}, 0)"), kind),
            1 => (format!("nullif({written}, 0)"), kind),
            2 => (format!("abs({written})"), kind),
            3 if kind != Kind::Double => (format!("round({written}, 1)"), kind),
            4 => (format!("greatest({written}, 1)"), kind),
            _ => (format!("-{written}"), kind),
        };
        Some(self.over("function", &[at], kind, formula))
    }

    fn choice(&self, random: &mut Random) -> Option<Draft> {
        let tested = self.pick(random, |it| it.kind.is_number())?;
        let then = self.pick(random, |_| true)?;
        let kind = self.metrics[then].kind;
        let other = self.pick(random, |it| it.kind == kind)?;
        let test = match random.below(3) {
            0 => format!("{} is null", self.metrics[tested].name),
            _ => format!("{} > {}", self.metrics[tested].name, random.word(&["0", "1", "2"])),
        };
        let (one, two) = (self.written(random, then), self.written(random, other));
        let formula = match random.below(3) {
            0 => format!("case when {test} then {one} end"),
            1 => format!("coalesce({one}, {two})"),
            _ => format!("case when {test} then {one} else {two} end"),
        };
        Some(self.over("case, coalesce", &[tested, then, other], kind, formula))
    }

    fn unshifted(&self, random: &mut Random) -> Option<usize> {
        self.pick(random, |it| !it.looks_back() && !it.sources.contains(&0))
    }

    fn rolling(&self, random: &mut Random) -> Option<Draft> {
        let at = self.unshifted(random)?;
        let length = random.word(&[
            "1 day",
            "3 days",
            "7 days",
            "28 days",
            "2 weeks",
            "1 month",
            "3 months",
            "2 quarters",
            "1 year",
        ]);
        let mut draft = self.over(
            "rolling",
            &[at],
            self.metrics[at].kind,
            format!("rolling({}, {length})", self.written(random, at)),
        );
        draft.traits.windowed = true;
        Some(draft)
    }

    fn to_date(&self, random: &mut Random) -> Option<Draft> {
        let at = self.unshifted(random)?;
        let until = random.word(&["week", "month", "quarter", "year", "year", "month"]);
        let mut draft = self.over(
            "to_date",
            &[at],
            self.metrics[at].kind,
            format!("to_date({}, {until})", self.written(random, at)),
        );
        draft.traits.windowed = true;
        Some(draft)
    }

    fn cumulative(&self, random: &mut Random) -> Option<Draft> {
        let at = self.unshifted(random)?;
        let mut draft =
            self.over("cumulative", &[at], self.metrics[at].kind, format!("cumulative({})", self.written(random, at)));
        draft.traits.windowed = true;
        Some(draft)
    }

    fn prior(&self, random: &mut Random) -> Option<Draft> {
        let at = self.pick(random, |_| true)?;
        let offset = random.word(&[
            "1 day",
            "7 days",
            "1 week",
            "1 month",
            "1 month",
            "3 months",
            "1 quarter",
            "1 year",
            "1 year",
        ]);
        let mut draft =
            self.over("prior", &[at], self.metrics[at].kind, format!("prior({}, {offset})", self.written(random, at)));
        draft.traits.shifted = true;
        Some(draft)
    }

    fn start_of(&self, random: &mut Random) -> Option<Draft> {
        let at = self.pick(random, |_| true)?;
        let period = random.word(&["week", "month", "quarter", "year"]);
        let mut draft = self.over(
            "start_of",
            &[at],
            self.metrics[at].kind,
            format!("start_of({}, {period})", self.written(random, at)),
        );
        draft.traits.shifted = true;
        Some(draft)
    }

    fn fill(&self, random: &mut Random) -> Option<Draft> {
        let at = self.pick(random, |it| it.kind.is_number())?;
        Some(self.over("fill", &[at], self.metrics[at].kind, format!("fill({}, 0)", self.written(random, at))))
    }

    fn fill_attribute(&self, random: &mut Random) -> Option<Draft> {
        let at = self.pick(random, |it| it.kind.is_number())?;
        let mut draft = self.over("fill attribute", &[at], self.metrics[at].kind, self.metrics[at].formula.clone());
        draft.attributes = "fill 0";
        draft.uses = self.metrics[at].uses.clone();
        draft.operators.extend(&self.metrics[at].operators);
        Some(draft)
    }

    fn total(&self, random: &mut Random) -> Option<Draft> {
        let at = self.pick(random, |_| true)?;
        let metric = &self.metrics[at];
        let paths = self.schema.common(&metric.sources);
        let key = self.row(&paths, true).any_path(random, &[Kind::Text, Kind::Integer, Kind::Boolean]);
        let key = key.map_or("month".to_owned(), |(path, _)| path);
        let which = match random.below(10) {
            0..=2 => String::new(),
            3..=6 => format!(" over {key}"),
            7 => " over month".to_owned(),
            _ => format!(" except {key}"),
        };
        let total = format!("total({}{which})", self.written(random, at));
        let (formula, kind, ratio) = match random.percent(30) && metric.kind.is_number() {
            true => (format!("{} / {total}", metric.name), Kind::Double, "share"),
            false => (total, metric.kind, "total"),
        };
        let mut draft = self.over("total", &[at], kind, formula);
        draft.operators.insert(ratio);
        Some(draft)
    }

    /// Keys for `per`: something of the rows, a grain, or both.
    fn groups(&self, random: &mut Random, sources: &[usize], looks_back: bool) -> String {
        let paths = self.schema.common(sources);
        let row = self.row(&paths, looks_back);
        let key = row.any_path(random, &[Kind::Text, Kind::Integer, Kind::Boolean, Kind::Text]).map(|(path, _)| path);
        let grain = random.word(&["day", "day", "week", "month", "month", "quarter"]);
        match (key, random.below(10)) {
            (Some(key), 0..=4) => key,
            (Some(key), 5 | 6) => format!("{grain}, {key}"),
            _ => grain.to_owned(),
        }
    }

    fn per(&self, random: &mut Random) -> Option<Draft> {
        let at = self.pick(random, |it| it.kind.is_number() && !it.sources.contains(&0))?;
        let metric = &self.metrics[at];
        let keys = self.groups(random, &metric.sources, metric.looks_back());
        let inner = match random.below(6) {
            0 => format!("fill({}, 0)", metric.name),
            1 => format!("coalesce({}, 0)", metric.name),
            2 => format!("{} where {} > 0", metric.name, metric.name),
            _ => self.written(random, at),
        };
        let name = random.word(&["sum", "avg", "max", "min", "median", "count", "sum", "avg", "variance_pop"]);
        let kind = match name {
            "sum" | "max" | "min" => metric.kind,
            "count" => Kind::Integer,
            _ => Kind::Double,
        };
        let formula = match name {
            "count" => format!("count(where {} > 0 per {keys})", metric.name),
            name => format!("{name}({inner} per {keys})"),
        };
        let mut draft = self.over("per", &[at], kind, formula);
        draft.traits.plain = metric.traits.plain && name != "count";
        Some(draft)
    }

    /// What compares two metrics for each group: retention, churn.
    fn per_compared(&self, random: &mut Random) -> Option<Draft> {
        let one = self.pick(random, |it| it.kind.is_number() && !it.sources.contains(&0))?;
        let name = &self.metrics[one].name;
        let offset = random.word(&["1 month", "1 year", "7 days", "1 day"]);
        let mut draft_sources = self.metrics[one].sources.clone();
        let (formula, uses) = match (random.below(3), self.pick(random, |it| it.kind.is_number())) {
            (0, Some(other)) => {
                draft_sources.extend(&self.metrics[other].sources);
                let keys = self.groups(random, &draft_sources, true);
                let other_name = &self.metrics[other].name;
                (format!("sum(case when {name} > 0 then {other_name} end per {keys})"), vec![one, other])
            }
            (1, _) => {
                let keys = self.groups(random, &draft_sources, true);
                (format!("sum(case when prior({name}, {offset}) > 0 then {name} end per {keys})"), vec![one])
            }
            _ => {
                let keys = self.groups(random, &draft_sources, true);
                (format!("count(where prior({name}, {offset}) > 0 and coalesce({name}, 0) = 0 per {keys})"), vec![one])
            }
        };
        let kind = if formula.starts_with("count") { Kind::Integer } else { self.metrics[*uses.last()?].kind };
        let mut draft = self.over("per, compared", &uses, kind, formula);
        draft.traits.shifted |= draft.formula.contains("prior(");
        draft.traits.plain = false;
        Some(draft)
    }

    fn follow(&self, random: &mut Random) -> Option<Draft> {
        let counted =
            self.pick(random, |it| it.traits.leaf && it.sources.iter().all(|at| self.schema.sources[*at].is_fact))?;
        let after =
            self.pick(random, |it| it.traits.leaf && it.sources.iter().all(|at| self.schema.sources[*at].is_fact))?;
        let window = random.word(&["1 day", "7 days", "1 month", "36 hours", "1 year", "30 days"]);
        let by = random.word(&["person_id", "item", "person_id"]);
        let (n, m) = (self.written(random, counted), &self.metrics[after].name);
        let formula = format!("follow({n} after {m} by {by} within {window})");
        let mut draft = self.over("follow", &[counted, after], self.metrics[counted].kind, formula);
        draft.sources = self.metrics[after].sources.iter().copied().collect();
        draft.traits.plain = self.metrics[counted].traits.plain;
        Some(draft)
    }

    /// Rows that are told by a metric looked up for them.
    fn looked_up(&self, random: &mut Random) -> Option<Draft> {
        let at = self.pick(random, |it| it.kind.is_number() && !it.traits.stock)?;
        let metric = &self.metrics[at];
        let (source, lookup) = match random.below(3) {
            0 => (*random.one(&self.schema.facts()), format!("metric({} per person)", metric.name)),
            1 => (*random.one(&self.schema.facts()), format!("metric({} per person.area)", metric.name)),
            _ => (1, format!("metric({})", metric.name)),
        };
        let paths = self.schema.reached(source);
        let row = self.row(&paths, false);
        let (mut aggregate, mut kind, _, mut plain) = self.aggregate(random, &row);
        let filter = match random.below(3) {
            0 => {
                aggregate = format!("sum({lookup})");
                kind = metric.kind;
                plain = metric.traits.plain;
                String::new()
            }
            1 => format!(" where coalesce({lookup}, 0) <= {}", random.word(&["0", "1", "3"])),
            _ => format!(" where {lookup} > {}", random.word(&["0", "1", "3"])),
        };
        let formula = format!("{aggregate} from {}{filter}", self.schema.sources[source].name);
        let mut draft = self.over("metric()", &[at], kind, formula);
        draft.sources = BTreeSet::from([source]);
        draft.traits = Traits { plain, leaf: true, ..Traits::default() };
        Some(draft)
    }
}
