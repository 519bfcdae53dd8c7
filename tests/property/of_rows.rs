//! Metrics of rows: aggregates, last rows, stocks, rows that follow, rows told by a look-up.

use super::metric::{Author, Draft, Traits};
use super::random::Random;
use super::row::Row;
use super::schema::Kind;
use std::collections::BTreeSet;

impl Author<'_> {
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

    pub(super) fn measure(&self, random: &mut Random) -> Option<Draft> {
        let source = self.any_source(random);
        let other_axis = self.schema.sources[source].is_fact && random.percent(12);
        let clause = if other_axis { " at end_time" } else { "" };
        let mut draft = self.rows_of(random, source, clause, None);
        if other_axis {
            draft.operators.insert("at");
        }
        Some(draft)
    }

    pub(super) fn snapshot(&self, random: &mut Random) -> Option<Draft> {
        let source = *random.one(&self.schema.facts());
        let per = random.word(&["", " per person_id", " per item", " per item, b", " per person.grp"]);
        let clause = format!(" {}{per}", random.word(&["last", "first", "at end_time last"]));
        Some(self.rows_of(random, source, &clause, Some("first/last per")))
    }

    pub(super) fn stock(&self, random: &mut Random) -> Option<Draft> {
        let source = *random.one(&self.schema.facts());
        let clause = format!(" while at_time until end_time{}", random.word(&["", " first", " any", " last"]));
        let mut draft = self.rows_of(random, source, &clause, Some("while"));
        draft.traits.stock = true;
        Some(draft)
    }

    pub(super) fn follow(&self, random: &mut Random) -> Option<Draft> {
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
    pub(super) fn looked_up(&self, random: &mut Random) -> Option<Draft> {
        let at = self.pick(random, |it| it.kind.is_number() && !it.traits.stock && !it.traits.rowless)?;
        let metric = &self.metrics[at];
        let (source, lookup) = match random.below(5) {
            2 => (*random.one(&self.schema.facts()), format!("metric({} per person until at_time)", metric.name)),
            3 => (*random.one(&self.schema.facts()), format!("metric({} per item)", metric.name)),
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
        let operator = if lookup.contains(" until ") { "metric(until)" } else { "metric()" };
        let mut draft = self.over(operator, &[at], kind, formula);
        draft.sources = BTreeSet::from([source]);
        draft.traits = Traits { plain, leaf: true, ..Traits::default() };
        Some(draft)
    }
}
