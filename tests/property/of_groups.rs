//! Metrics of groups: `per`, and what compares two metrics of each group.

use super::metric::{Author, Draft, Grains};
use super::random::Random;
use super::schema::Kind;

impl Author<'_> {
    /// Keys for `per`: something of the rows, a grain, or both.
    fn groups(&self, random: &mut Random, sources: &[usize], looks_back: bool) -> (String, Option<&'static str>) {
        let paths = self.schema.common(sources);
        let row = self.row(&paths, looks_back);
        let key = row.any_path(random, &[Kind::Text, Kind::Integer, Kind::Boolean, Kind::Text]).map(|(path, _)| path);
        let grain = random.word(&["day", "day", "week", "month", "month", "quarter"]);
        match (key, random.below(10)) {
            (Some(key), 0..=4) => (key, None),
            (Some(key), 5 | 6) => (format!("{grain}, {key}"), Some(grain)),
            _ => (grain.to_owned(), Some(grain)),
        }
    }

    pub(super) fn per(&self, random: &mut Random) -> Option<Draft> {
        let at = self.pick(random, |it| it.kind.is_number() && !it.sources.contains(&0) && !it.traits.rowless)?;
        let metric = &self.metrics[at];
        let (keys, grain) = self.groups(random, &metric.sources, metric.looks_back());
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
        Self::settle(&mut draft, grain);
        Some(draft)
    }

    /// What compares two metrics for each group: retention, churn.
    pub(super) fn per_compared(&self, random: &mut Random) -> Option<Draft> {
        let one = self.pick(random, |it| it.kind.is_number() && !it.sources.contains(&0) && !it.traits.rowless)?;
        let name = &self.metrics[one].name;
        let offset = random.word(&["1 month", "1 year", "1 week", "1 day"]);
        let mut draft_sources = self.metrics[one].sources.clone();
        let compared = self.pick(random, |it| it.kind.is_number());
        let way = random.below(3);
        if let (0, Some(other)) = (way, compared) {
            draft_sources.extend(&self.metrics[other].sources);
        }
        let (keys, grain) = self.groups(random, &draft_sources, true);
        let (formula, uses) = match (way, compared) {
            (0, Some(other)) => {
                let other_name = &self.metrics[other].name;
                (format!("sum(case when {name} > 0 then {other_name} end per {keys})"), vec![one, other])
            }
            (1, _) => (format!("sum(case when prior({name}, {offset}) > 0 then {name} end per {keys})"), vec![one]),
            _ => {
                (format!("count(where prior({name}, {offset}) > 0 and coalesce({name}, 0) = 0 per {keys})"), vec![one])
            }
        };
        let kind = if formula.starts_with("count") { Kind::Integer } else { self.metrics[*uses.last()?].kind };
        let mut draft = self.over("per, compared", &uses, kind, formula);
        draft.traits.plain = false;
        if draft.formula.contains("prior(") {
            draft.traits.shifted = true;
            let refuses =
                Grains::not_within(offset.split(' ').next_back().map_or("day", |unit| unit.trim_end_matches('s')));
            draft.traits.refuses = draft.traits.refuses.and(refuses);
        }
        Self::settle(&mut draft, grain);
        Some(draft)
    }

    /// What an inner period makes of a metric: it has periods of its own, and asks for none.
    fn settle(draft: &mut Draft, grain: Option<&'static str>) {
        draft.traits.rowless = false;
        if let Some(grain) = grain {
            let traits = &mut draft.traits;
            (traits.windowed, traits.shifted, traits.stock) = (false, false, false);
            traits.refuses = Grains::not_around(grain);
        }
    }
}
