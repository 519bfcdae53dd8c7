//! `etalon.yaml`: the project's name, calendar, data, warehouses and policy.

use super::{errors, policy};
use crate::diagnostic::Found;
use crate::govern::Bound;
use crate::govern::policy::Policy;
use crate::model::{Calendar, Model};
use crate::source::{FileId, Sources, Span};
use crate::sql::binding::{Binding, SourceBinding, parts};
use crate::suggest::closest;
use serde_yaml::{Mapping, Value};
use std::path::{Component, Path};

/// What `etalon.yaml` says.
#[derive(Clone, Debug, Default)]
pub struct Config {
    pub project: String,
    pub calendar: Calendar,
    /// The folder with `SOURCE.csv` files, from the folder of `etalon.yaml`, if it is named.
    pub data: Option<String>,
    /// In the order of the file.
    pub warehouses: Vec<Warehouse>,
    pub policy: Policy,
    /// Where all this is said.
    pub file: FileId,
}

/// A place where the company keeps its tables.
#[derive(Clone, Debug)]
pub struct Warehouse {
    pub name: String,
    /// The name of a dialect that exists.
    pub dialect: String,
    pub binding: Binding,
    /// What the view or table of a publication is called: `ANALYTICS.METRICS.{name}`.
    pub publish: String,
}

impl Warehouse {
    /// As governance sees it.
    pub fn bound(&self) -> Bound<'_> {
        Bound { name: &self.name, dialect: &self.dialect, binding: &self.binding }
    }
}

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads the configuration; every key that is not known and every value that does not fit is an error at its place.
pub fn read(sources: &Sources, file: FileId, found: &mut Found) -> Config {
    let text = &sources.get(file).text;
    let mut config = Config { file, ..Config::default() };
    let value: Value = match serde_yaml::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            let at = error.location().map_or(0, |location| location.index().min(text.len()));
            let span = Span::new(file, floor_boundary(text, at), floor_boundary(text, at));
            let message = error.to_string();
            found.push(errors::not_yaml(span, message.split(" at line").next().unwrap_or(&message)));
            return config;
        }
    };
    let mut reader = Reader { file, text, found };
    let root = match value {
        Value::Mapping(mapping) => mapping,
        Value::Null => Mapping::new(),
        _ => {
            reader.wrong(&[], "the file", "keys and values, such as `project: acme`");
            return config;
        }
    };
    reader.known(&root, &[], "the file", &["project", "calendar", "data", "warehouses", "policy"]);
    match root.get("project") {
        Some(Value::String(name)) => config.project.clone_from(name),
        Some(_) => reader.wrong(&["project"], "project", "a name, such as `acme`"),
        None => reader.wrong(&[], "project", "a name, which is missing: the project's, as in `project: acme`"),
    }
    if let Some(calendar) = reader.mapping(&root, &[], "calendar") {
        config.calendar = reader.calendar(&calendar);
    }
    config.data = reader.data(&root);
    if let Some(warehouses) = reader.mapping(&root, &[], "warehouses") {
        for (name, value) in &warehouses {
            let (Value::String(name), Value::Mapping(settings)) = (name, value) else {
                reader.wrong(&["warehouses"], "warehouses", "a name with settings: `prod: { dialect: …, table: … }`");
                continue;
            };
            if config.warehouses.iter().any(|known: &Warehouse| known.name.eq_ignore_ascii_case(name)) {
                let expected = "names that differ in more than capitals, since each becomes a folder";
                reader.wrong(&["warehouses", name], "warehouses", expected);
                continue;
            }
            config.warehouses.extend(reader.warehouse(name, settings));
        }
    }
    if let Some(policy) = reader.mapping(&root, &[], "policy") {
        config.policy = policy::read(&mut reader, &policy);
    }
    config
}

/// Reads values, and says at their place what does not fit.
pub(super) struct Reader<'r> {
    file: FileId,
    text: &'r str,
    found: &'r mut Found,
}

impl Reader<'_> {
    /// The place of a key, found again in the text: each key of the path behind the one before it.
    pub(super) fn place(&self, path: &[&str]) -> Span {
        let (mut at, mut length) = (0, 0);
        for key in path {
            match key_after(self.text, at + length, key) {
                Some(found) => (at, length) = (found, key.len()),
                None => break,
            }
        }
        Span::new(self.file, at, at + length)
    }

    pub(super) fn wrong(&mut self, path: &[&str], key: &str, expected: &str) {
        let span = self.place(path);
        self.wrong_at(span, key, expected);
    }

    pub(super) fn wrong_at(&mut self, span: Span, key: &str, expected: &str) {
        self.found.push(errors::wrong_value(span, key, expected));
    }

    /// The place of a key that stands once in each item of a list, in the item of this number.
    pub(super) fn nth_place(&self, path: &[&str], key: &str, item: usize) -> Span {
        let list = self.place(path);
        let mut span = list;
        for _ in 0..=item {
            match key_after(self.text, span.end as usize, key) {
                Some(at) => span = Span::new(self.file, at, at + key.len()),
                None => return list,
            }
        }
        span
    }

    pub(super) fn known(&mut self, mapping: &Mapping, path: &[&str], place: &str, known: &[&str]) {
        for key in mapping.keys() {
            let text = match key {
                Value::String(text) => text.clone(),
                other => format!("{other:?}"),
            };
            if !known.contains(&text.as_str()) {
                let mut path = path.to_vec();
                path.push(&text);
                let span = self.place(&path);
                let near = closest(&text, known.iter().copied());
                self.found.push(errors::unknown_key(span, &text, place, near, known));
            }
        }
    }

    pub(super) fn mapping(&mut self, of: &Mapping, path: &[&str], key: &str) -> Option<Mapping> {
        match of.get(key) {
            Some(Value::Mapping(mapping)) => Some(mapping.clone()),
            None | Some(Value::Null) => None,
            Some(_) => {
                let mut path = path.to_vec();
                path.push(key);
                self.wrong(&path, key, "keys and values");
                None
            }
        }
    }

    pub(super) fn string(&mut self, of: &Mapping, path: &[&str], key: &str) -> Option<String> {
        match of.get(key) {
            Some(Value::String(text)) => Some(text.clone()),
            None => None,
            Some(_) => {
                let mut path = path.to_vec();
                path.push(key);
                self.wrong(&path, key, "a text");
                None
            }
        }
    }

    fn calendar(&mut self, mapping: &Mapping) -> Calendar {
        let mut calendar = Calendar::default();
        self.known(mapping, &["calendar"], "`calendar`", &["timezone", "week_starts", "year_starts"]);
        if let Some(zone) = self.string(mapping, &["calendar"], "timezone") {
            if jiff::tz::TimeZone::get(&zone).is_ok() {
                calendar.timezone = zone;
            } else {
                let near = jiff::tz::db().available().map(|name| name.to_string()).collect::<Vec<_>>();
                let near = closest(&zone, near.iter().map(String::as_str)).map(|name| format!(", such as `{name}`"));
                let expected =
                    format!("the name of a time zone{}", near.unwrap_or(", such as `America/New_York`".into()));
                self.wrong(&["calendar", "timezone"], "timezone", &expected);
            }
        }
        if let Some(day) = self.string(mapping, &["calendar"], "week_starts") {
            match DAYS.iter().position(|name| *name == day) {
                Some(at) => calendar.week_starts = at as u8,
                None => self.wrong(&["calendar", "week_starts"], "week_starts", "a day, such as `monday`"),
            }
        }
        if let Some(month) = self.string(mapping, &["calendar"], "year_starts") {
            match MONTHS.iter().position(|name| *name == month) {
                Some(at) => calendar.year_starts = at as u8 + 1,
                None => self.wrong(&["calendar", "year_starts"], "year_starts", "a month, such as `february`"),
            }
        }
        calendar
    }

    /// A folder below that of `etalon.yaml`: what the project rests on lies in it.
    fn data(&mut self, root: &Mapping) -> Option<String> {
        let folder = self.string(root, &[], "data")?;
        let inside =
            Path::new(&folder).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if folder.trim().is_empty() || !inside {
            self.wrong(&["data"], "data", "a folder beside etalon.yaml or below, such as `data`");
            return None;
        }
        Some(folder)
    }

    fn warehouse(&mut self, name: &str, settings: &Mapping) -> Option<Warehouse> {
        let path = ["warehouses", name];
        self.known(settings, &path, &format!("the warehouse `{name}`"), &["dialect", "table", "publish", "sources"]);
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
            self.wrong(&path, "warehouses", "names of letters, digits, `_` and `-`, since each becomes a folder");
            return None;
        }
        let dialect = self.string(settings, &path, "dialect");
        let known = dialect.as_deref().and_then(crate::dialect::find);
        let Some(known) = known else {
            let names: Vec<&str> = crate::dialect::ALL.iter().map(|dialect| dialect.name).collect();
            let near = dialect.as_deref().and_then(|wanted| closest(wanted, names.iter().copied()));
            let hint = near.map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default();
            let expected = format!("one of {}{hint}", names.join(", "));
            let place: &[&str] = if dialect.is_some() { &["warehouses", name, "dialect"] } else { &path };
            self.wrong(place, "dialect", &expected);
            return None;
        };
        let mut binding = Binding::plain();
        if let Some(table) = self.string(settings, &path, "table") {
            if !table.contains("{source}") {
                let expected = "the name of a table with `{source}` in it, such as 'ANALYTICS.MART.{source}'";
                self.wrong(&["warehouses", name, "table"], "table", expected);
            }
            self.table_name(&["warehouses", name, "table"], &table);
            binding.table = table;
        }
        let mut publish = "{name}".to_owned();
        if let Some(place) = self.string(settings, &path, "publish") {
            if !place.contains("{name}") {
                let expected = "the name of a view or table with `{name}` in it, such as 'ANALYTICS.METRICS.{name}'";
                self.wrong(&["warehouses", name, "publish"], "publish", expected);
            }
            self.table_name(&["warehouses", name, "publish"], &place);
            publish = place;
        }
        for (source, bound) in self.mapping(settings, &path, "sources").unwrap_or_default() {
            if let (Value::String(source), Value::Mapping(bound)) = (&source, &bound) {
                let bound = self.source_binding(name, source, bound);
                binding.sources.insert(source.as_str().into(), bound);
            } else {
                self.wrong(
                    &["warehouses", name, "sources"],
                    "sources",
                    "sources with their `table`, `query` or `columns`",
                );
            }
        }
        Some(Warehouse { name: name.to_owned(), dialect: known.name.to_owned(), binding, publish })
    }

    fn source_binding(&mut self, warehouse: &str, source: &str, bound: &Mapping) -> SourceBinding {
        let path = ["warehouses", warehouse, "sources", source];
        self.known(bound, &path, &format!("the source `{source}`"), &["table", "query", "columns"]);
        let mut binding = SourceBinding {
            table: self.string(bound, &path, "table"),
            query: self.string(bound, &path, "query"),
            ..SourceBinding::default()
        };
        if let Some(table) = &binding.table {
            self.table_name(&["warehouses", warehouse, "sources", source, "table"], table);
        }
        if binding.table.is_some() && binding.query.is_some() {
            self.wrong(&path, source, "a `table` or a `query`, not both");
        }
        for (ours, theirs) in self.mapping(bound, &path, "columns").unwrap_or_default() {
            if let (Value::String(ours), Value::String(theirs)) = (ours, theirs) {
                binding.columns.insert(ours.into(), theirs.into());
            } else {
                self.wrong(
                    &["warehouses", warehouse, "sources", source, "columns"],
                    "columns",
                    "names: `order_id: id`",
                );
            }
        }
        binding
    }

    /// A table's name has no empty part.
    fn table_name(&mut self, path: &[&str], table: &str) {
        if parts(table).iter().any(|part| part.trim().is_empty()) {
            let expected = "a name without empty parts: one dot between two names, none at the ends";
            self.wrong(path, "table", expected);
        }
    }
}

/// Where a key stands in YAML text from an offset on: the word with a colon behind it, in quotes or not.
fn key_after(text: &str, from: usize, key: &str) -> Option<usize> {
    let mut at = from;
    while let Some(found) = text.get(at..)?.find(key) {
        let start = at + found;
        let end = start + key.len();
        let before = text[..start].chars().next_back();
        let begins = before.is_none_or(|letter| letter.is_whitespace() || matches!(letter, '{' | ',' | '"' | '\''));
        let rest = text[end..].trim_start_matches(['"', '\'']).trim_start();
        if begins && rest.starts_with(':') {
            return Some(start);
        }
        at = end;
    }
    None
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Sources and columns that a warehouse binds and that are not declared.
pub fn check_bindings(config: &Config, model: &Model, sources: &Sources, found: &mut Found) {
    let text = &sources.get(config.file).text;
    for warehouse in &config.warehouses {
        let reader = Reader { file: config.file, text, found };
        let mut bound: Vec<_> = warehouse.binding.sources.iter().collect();
        bound.sort_by_key(|(name, _)| (*name).clone());
        for (name, binding) in bound {
            let path = ["warehouses", &warehouse.name, "sources", name];
            let Some(source) = model.source_named(name) else {
                let near = closest(name, model.sources.iter().map(|source| source.name.as_str()));
                let span = reader.place(&path);
                reader.found.push(errors::unknown_in_binding(span, "source", name, near));
                continue;
            };
            let source = model.source(source);
            let mut columns: Vec<_> = binding.columns.keys().collect();
            columns.sort();
            for column in columns {
                let physical =
                    |name: &str| source.column_named(name).is_some_and(|it| source.column(it).derived.is_none());
                if !physical(column) {
                    let known = source.columns.iter().filter(|column| column.derived.is_none());
                    let near = closest(column, known.map(|column| column.name.as_str()));
                    let span = reader.place(&["warehouses", &warehouse.name, "sources", name, "columns", column]);
                    reader.found.push(errors::unknown_in_binding(span, "column", column, near));
                }
            }
        }
    }
}
