//! Metrics of other metrics' values: filters, arithmetic, choices, totals.

use super::metric::{Author, Draft};
use super::random::Random;
use super::schema::Kind;

impl Author<'_> {
    pub(super) fn filtered(&self, random: &mut Random) -> Option<Draft> {
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

    pub(super) fn arithmetic(&self, random: &mut Random) -> Option<Draft> {
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

    pub(super) fn ratio(&self, random: &mut Random) -> Option<Draft> {
        let one = self.pick(random, |it| it.kind.is_number())?;
        let other = self.pick(random, |it| it.kind.is_number())?;
        let formula = format!("{} / {}", self.written(random, one), self.written(random, other));
        let mut draft = self.over("ratio", &[one, other], Kind::Double, formula);
        draft.traits.plain &= true;
        Some(draft)
    }

    pub(super) fn function(&self, random: &mut Random) -> Option<Draft> {
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

    pub(super) fn choice(&self, random: &mut Random) -> Option<Draft> {
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

    pub(super) fn total(&self, random: &mut Random) -> Option<Draft> {
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
        draft.traits.rowless |= ratio == "total";
        Some(draft)
    }
}
