//! Random expressions over a row.

use super::data::{Era, value};
use super::random::Random;
use super::schema::{Kind, Reached};

/// What expressions are made of: the paths of a source, or those that several have in common.
pub struct Row<'r> {
    pub paths: &'r [Reached],
    pub era: &'r Era,
    /// A path that is not read: the axis of what looks back in time.
    pub without: &'r [&'r str],
}

impl Row<'_> {
    fn path(&self, random: &mut Random, kind: Kind) -> Option<String> {
        let fits: Vec<&Reached> = self
            .paths
            .iter()
            .filter(|each| each.kind == kind && !self.without.iter().any(|path| *path == each.path))
            .collect();
        random.any(&fits).map(|each| each.path.clone())
    }

    /// A path of some kind among these.
    pub fn any_path(&self, random: &mut Random, kinds: &[Kind]) -> Option<(String, Kind)> {
        let fits: Vec<&Reached> = self
            .paths
            .iter()
            .filter(|each| kinds.contains(&each.kind) && !self.without.iter().any(|path| *path == each.path))
            .collect();
        random.any(&fits).map(|each| (each.path.clone(), each.kind))
    }

    /// A constant as it is written in an expression.
    pub fn constant(&self, random: &mut Random, kind: Kind) -> String {
        let text = value(random, kind, self.era);
        match kind {
            Kind::Text => format!("'{text}'"),
            Kind::Timestamp => format!("timestamp '{text}'"),
            Kind::Instant => format!("instant '{text}'"),
            Kind::Double => format!("cast({text} as double)"),
            _ => text,
        }
    }

    /// A value of a kind; a constant where there is no path to one.
    pub fn value(&self, random: &mut Random, kind: Kind, depth: usize) -> String {
        let Some(path) = self.path(random, kind) else { return self.constant(random, kind) };
        if depth == 0 || random.percent(50) {
            return path;
        }
        let again = |random: &mut Random| self.value(random, kind, depth - 1);
        match (kind, random.below(6)) {
            (_, 0) => format!("coalesce({path}, {})", self.constant(random, kind)),
            (_, 1) => {
                let (condition, one, other) = (self.condition(random, depth - 1), again(random), again(random));
                format!("case when {condition} then {one} else {other} end")
            }
            (_, 2) if kind != Kind::Double => format!("nullif({path}, {})", self.constant(random, kind)),
            (Kind::Integer, 3) => format!("({path} {} {})", random.word(&["+", "-", "*"]), again(random)),
            (Kind::Integer, 4) => match self.path(random, Kind::Text) {
                Some(text) => format!("length({text})"),
                None => path,
            },
            (Kind::Integer, _) => format!("mod({path}, 3)"),
            (Kind::Decimal, 3) => format!("({path} {} {})", random.word(&["+", "-"]), again(random)),
            (Kind::Decimal, 4) => format!("abs({path})"),
            (Kind::Decimal, _) => format!("round({path}, 1)"),
            (Kind::Double, 3) => format!("({path} + {})", again(random)),
            (Kind::Text, 3) => format!("lower({path})"),
            (Kind::Text, 4) => format!("({path} || {})", again(random)),
            (Kind::Text, _) => format!("trim({path})"),
            (Kind::Boolean, 3) => format!("({})", self.condition(random, depth - 1)),
            (Kind::Date, 3) => format!("month_of({path})"),
            (Kind::Date, 4) => format!("({path} + {} days)", random.below(40)),
            (Kind::Date, _) => format!("({path} - {} months)", random.below(14)),
            (Kind::Timestamp | Kind::Instant, 3) => format!("({path} + {} hours)", random.below(40)),
            _ => path,
        }
    }

    /// A condition.
    pub fn condition(&self, random: &mut Random, depth: usize) -> String {
        if depth > 0 && random.percent(25) {
            let (left, right) = (self.condition(random, depth - 1), self.condition(random, depth - 1));
            return match random.below(3) {
                0 => format!("not ({left})"),
                1 => format!("({left} or {right})"),
                _ => format!("({left} and {right})"),
            };
        }
        let kinds = [Kind::Text, Kind::Integer, Kind::Decimal, Kind::Boolean, Kind::Text, Kind::Integer, Kind::Date];
        let kind = *random.one(&kinds);
        let Some(path) = self.path(random, kind) else { return "true = true".to_owned() };
        match (kind, random.below(5)) {
            (_, 0) => format!("{path} is {}null", random.word(&["", "not "])),
            (Kind::Boolean, 1) => format!("{path} is {}true", random.word(&["", "not "])),
            (Kind::Boolean, _) => path,
            (Kind::Text, 1) => format!("{path} in ('a', 'b', 'i')"),
            (Kind::Text, 2) => format!("{path} like {}", random.word(&["'a%'", "'_'", "'%b'"])),
            (Kind::Integer | Kind::Decimal, 1) => format!("{path} between 0 and 5"),
            _ => {
                let sign = random.word(&["=", "<>", ">", "<=", ">=", "<"]);
                format!("{path} {sign} {}", self.constant(random, kind))
            }
        }
    }
}
