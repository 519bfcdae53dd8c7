//! Random sources: what the rows are, how they are joined, and what every row reaches.

use super::data::Era;
use super::random::Random;
use super::row::Row;

/// A type, without its size.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    Integer,
    Decimal,
    Double,
    Text,
    Boolean,
    Date,
    Timestamp,
    Instant,
}

use Kind::{Boolean, Date, Decimal, Double, Instant, Integer, Text, Timestamp};

impl Kind {
    pub fn is_number(self) -> bool {
        matches!(self, Integer | Decimal | Double)
    }

    fn name(self) -> &'static str {
        match self {
            Integer => "integer",
            Decimal => "decimal(9, 2)",
            Double => "double",
            Text => "text",
            Boolean => "boolean",
            Date => "date",
            Timestamp => "timestamp",
            Instant => "instant",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    pub nullable: bool,
    /// Of a derived column: its formula.
    pub derived: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Join {
    pub name: &'static str,
    pub target: usize,
    /// What follows `on`.
    pub on: String,
}

#[derive(Clone, Debug)]
pub struct Source {
    pub name: &'static str,
    pub key: &'static str,
    pub time: Option<&'static str>,
    pub columns: Vec<Column>,
    pub joins: Vec<Join>,
    /// Rows of events, not of things: what metrics are mostly made of.
    pub is_fact: bool,
}

/// What a path of a source leads to.
#[derive(Clone, Debug)]
pub struct Reached {
    pub path: String,
    pub kind: Kind,
    /// The source and the column there; the same for two paths that lead to one thing.
    pub end: (usize, String),
}

/// What facts have in common under one name.
#[derive(Clone, Debug)]
pub struct Dimension {
    pub name: &'static str,
    pub kind: Kind,
    /// For each fact the path.
    pub ways: Vec<(usize, String)>,
}

/// All sources of a model.
#[derive(Clone, Debug)]
pub struct Schema {
    pub sources: Vec<Source>,
    /// The kind of every fact's axis.
    pub axis: Kind,
    pub dimensions: Vec<Dimension>,
    /// Whether there is a calendar table.
    pub calendar: bool,
}

fn column(name: &str, kind: Kind, nullable: bool) -> Column {
    Column { name: name.to_owned(), kind, nullable, derived: None }
}

/// The places of the sources that every schema has.
pub const AREAS: usize = 0;
pub const PEOPLE: usize = 1;
pub const RATES: usize = 2;

impl Schema {
    pub fn random(random: &mut Random, era: &Era) -> Schema {
        let axis = *random.one(&[Date, Date, Timestamp, Timestamp, Instant]);
        let nullable = |random: &mut Random| random.percent(40);
        let areas = Source {
            name: "areas",
            key: "area_id",
            time: None,
            columns: vec![
                column("area_id", Integer, false),
                column("label", Text, nullable(random)),
                column("size", *random.one(&[Integer, Decimal]), nullable(random)),
            ],
            joins: Vec::new(),
            is_fact: false,
        };
        let joined = if random.percent(70) { axis } else { Date };
        let people = Source {
            name: "people",
            key: "person_id",
            time: Some("since"),
            columns: vec![
                column("person_id", Integer, false),
                column("area_id", Integer, nullable(random)),
                column("grp", Text, nullable(random)),
                column("score", *random.one(&[Integer, Decimal, Double]), nullable(random)),
                column("vip", Boolean, nullable(random)),
                column("since", joined, nullable(random)),
            ],
            joins: vec![Join { name: "area", target: AREAS, on: "area_id".into() }],
            is_fact: false,
        };
        let rates = Source {
            name: "rates",
            key: "item, valid_from",
            time: None,
            columns: vec![
                column("item", Text, false),
                column("valid_from", axis, true),
                column("valid_to", axis, true),
                column("price", *random.one(&[Integer, Decimal]), nullable(random)),
                column("tier", Text, nullable(random)),
            ],
            joins: Vec::new(),
            is_fact: false,
        };
        let mut sources = vec![areas, people, rates];
        for name in ["sales", "visits", "plans"] {
            if name != "plans" || random.percent(50) {
                let fact = fact(random, name, axis);
                sources.push(fact);
            }
        }
        let mut schema = Schema { sources, axis, dimensions: Vec::new(), calendar: false };
        schema.derive(random, era);
        let facts = schema.facts();
        let item = facts.iter().map(|&fact| (fact, "item".to_owned())).collect();
        schema.dimensions.push(Dimension { name: "thing", kind: Text, ways: item });
        schema
    }

    /// Adds columns that are computed of others, over joins as well.
    fn derive(&mut self, random: &mut Random, era: &Era) {
        for fact in self.facts() {
            for name in ["v1", "v2"].into_iter().take(random.below(3)) {
                let kind = *random.one(&[Integer, Decimal, Text, Boolean, Date]);
                let paths = self.reached(fact);
                let formula = Row { paths: &paths, era, without: &[] }.value(random, kind, 2);
                let derived = Column { name: name.to_owned(), kind, nullable: true, derived: Some(formula) };
                self.sources[fact].columns.push(derived);
            }
        }
    }

    pub fn facts(&self) -> Vec<usize> {
        (0..self.sources.len()).filter(|&at| self.sources[at].is_fact).collect()
    }

    /// Every path of a source, over at most two joins.
    pub fn reached(&self, source: usize) -> Vec<Reached> {
        let mut all = Vec::new();
        self.reach(source, "", &mut all);
        all
    }

    fn reach(&self, source: usize, before: &str, all: &mut Vec<Reached>) {
        for column in &self.sources[source].columns {
            let path = format!("{before}{}", column.name);
            all.push(Reached { path, kind: column.kind, end: (source, column.name.clone()) });
        }
        for join in &self.sources[source].joins {
            self.reach(join.target, &format!("{before}{}.", join.name), all);
        }
    }

    /// The paths that lead to one thing from all of these sources.
    pub fn common(&self, sources: &[usize]) -> Vec<Reached> {
        let Some((first, rest)) = sources.split_first() else { return Vec::new() };
        let mut common = self.reached(*first);
        for source in rest {
            let own = self.reached(*source);
            common.retain(|each| own.iter().any(|other| other.path == each.path && other.end == each.end));
        }
        for Dimension { name, kind, ways } in &self.dimensions {
            if sources.iter().all(|source| ways.iter().any(|(own, _)| own == source)) {
                common.push(Reached { path: (*name).to_owned(), kind: *kind, end: (usize::MAX, (*name).to_owned()) });
            }
        }
        common
    }

    /// The declarations, line by line.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for source in &self.sources {
            lines.push(format!("source {} {{", source.name));
            lines.push(format!("  key {}", source.key));
            lines.extend(source.time.map(|time| format!("  time {time}")));
            for column in &source.columns {
                lines.push(match &column.derived {
                    Some(formula) => format!("  {} = {formula}", column.name),
                    None => {
                        format!("  {} {}{}", column.name, column.kind.name(), if column.nullable { "?" } else { "" })
                    }
                });
            }
            for join in &source.joins {
                lines.push(format!("  join {} to {} on {}", join.name, self.sources[join.target].name, join.on));
            }
            lines.push("}".to_owned());
        }
        for Dimension { name, ways, .. } in &self.dimensions {
            lines.push(format!("dimension {name} {{"));
            lines.extend(ways.iter().map(|(source, path)| format!("  {} {path}", self.sources[*source].name)));
            lines.push("}".to_owned());
        }
        if self.calendar {
            lines.push("source days { key day day date period text season text }".to_owned());
            lines.push("calendar retail from days at day { grain period = period grain season = season }".to_owned());
        }
        lines
    }
}

/// A source of events: it has an axis, an end, someone it is of, an item with a version, and values of every type.
fn fact(random: &mut Random, name: &'static str, axis: Kind) -> Source {
    let mut columns = vec![column("id", Integer, false)];
    let mut add = |random: &mut Random, name: &str, kind: Kind, nulls: usize| {
        let nullable = random.percent(nulls);
        columns.push(column(name, kind, nullable));
    };
    add(random, "person_id", Integer, 60);
    add(random, "item", Text, 40);
    add(random, "at_time", axis, 30);
    let end = if random.percent(80) { axis } else { Date };
    add(random, "end_time", end, 80);
    add(random, "n", Integer, 50);
    add(random, "amount", Decimal, 50);
    add(random, "x", Double, 50);
    add(random, "s", Text, 50);
    add(random, "b", Boolean, 50);
    let mut joins = vec![Join { name: "person", target: PEOPLE, on: "person_id".into() }];
    if random.percent(60) {
        let on = "item valid at_time between valid_from and valid_to".into();
        joins.push(Join { name: "rate", target: RATES, on });
    }
    Source { name, key: "id", time: Some("at_time"), columns, joins, is_fact: true }
}
