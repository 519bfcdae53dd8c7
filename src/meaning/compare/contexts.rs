//! The requests in which two metrics are held against each other: the same keys and range, asked of either model.

use super::footprint::Footprint;
use super::schema::Schema;
use crate::check::asked::{self, Asked};
use crate::diagnostic::Found;
use crate::model::{Base, Grain, JoinId, Kind, MetricId, Model, Request, RowExpr, RowLeaf, SourceId};
use crate::source::Sources;
use jiff::civil::{Date, date};
use smol_str::SmolStr;

/// The day around which rows are made up where the definitions name none: the end of a month and of a quarter.
pub const DAY: Date = date(2025, 3, 31);
/// The most keys that are no periods.
const KEYS: usize = 4;

/// One way to ask both.
pub struct Context {
    /// As on the command line.
    pub keys: Vec<String>,
    pub range: Option<String>,
    pub requests: [Request; 2],
}

/// A metric of a model.
pub type Metric<'m> = (&'m Model, MetricId);

/// All contexts that both metrics can be asked in, the plainest first.
pub fn contexts(sides: [Metric; 2], footprints: &[Footprint; 2]) -> Vec<Context> {
    let mut asked = vec![(Vec::new(), None)];
    let grains = [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter, Grain::Year, Grain::Hour];
    let grains: Vec<String> = grains.iter().map(|grain| grain.name().to_owned()).collect();
    let declared = sides[0].0.grains.iter().map(|grain| grain.name.to_string());
    let periods: Vec<String> = grains.iter().cloned().chain(declared).collect();
    let keys = candidates(sides, footprints);
    asked.extend(periods.iter().map(|period| (vec![period.clone()], None)));
    asked.extend(keys.iter().map(|key| (vec![key.clone()], None)));
    for key in keys.iter().take(1) {
        asked.extend(["day", "month"].map(|grain| (vec![grain.to_owned(), key.clone()], None)));
    }
    if let [one, other, ..] = &keys[..] {
        asked.push((vec![one.clone(), other.clone()], None));
    }
    for range in ranges() {
        asked.extend(
            [None, Some("day"), Some("month")]
                .map(|period| (period.map(str::to_owned).into_iter().collect(), Some(range.clone()))),
        );
    }
    asked.into_iter().filter_map(|(keys, range)| context(sides, keys, range)).collect()
}

/// The month of the day, and a piece that no period begins or ends with.
fn ranges() -> [String; 2] {
    let first = DAY.first_of_month();
    let piece = (first.saturating_add(jiff::Span::new().days(9)), DAY.saturating_sub(jiff::Span::new().days(1)));
    [format!("{first}..{DAY}"), format!("{}..{}", piece.0, piece.1)]
}

/// What both can be cut by: what their formulas name, then text and truth columns that they read.
fn candidates(sides: [Metric; 2], footprints: &[Footprint; 2]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for ((model, _), footprint) in sides.iter().zip(footprints) {
        for key in &footprint.keys {
            names.extend(written_key(model, key));
        }
    }
    for ((model, id), footprint) in sides.iter().zip(footprints) {
        for source in &model.metric(*id).sources {
            let bases = [Base::Text, Base::Boolean, Base::Integer, Base::Date];
            let columns = footprint.columns.iter().filter(|(of, _)| of == source);
            let mut columns: Vec<_> = columns.map(|(_, column)| model.source(*source).column(*column)).collect();
            columns.retain(|column| bases.contains(&column.ty.base));
            columns.sort_by_key(|column| bases.iter().position(|base| *base == column.ty.base));
            names.extend(columns.iter().map(|column| quoted(&column.name)));
        }
    }
    let mut kept: Vec<String> = Vec::new();
    for name in names {
        if kept.len() < KEYS && !kept.contains(&name) && context(sides, vec![name.clone()], None).is_some() {
            kept.push(name);
        }
    }
    kept
}

/// A key that is a column, as a path from a source; a dimension by its name.
fn written_key(model: &Model, key: &crate::model::Key) -> Option<String> {
    if model.dimension_named(&key.name).is_some() {
        return Some(key.name.to_string());
    }
    let crate::model::KeyKind::Column(paths) = &key.kind else { return None };
    paths.iter().find_map(|(source, expr)| written_path(model, source, expr))
}

fn written_path(model: &Model, from: SourceId, expr: &RowExpr) -> Option<String> {
    let Kind::Leaf(RowLeaf::Column { path, source, column }) = &expr.kind else { return None };
    let mut names = joins(model, from, path);
    names.push(model.source(*source).column(*column).name.clone());
    Some(names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join("."))
}

fn joins(model: &Model, from: SourceId, path: &[JoinId]) -> Vec<SmolStr> {
    let mut at = from;
    let mut names = Vec::new();
    for hop in path {
        let join = model.source(at).join(*hop);
        names.push(join.name.clone());
        at = join.target;
    }
    names
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The same asked of both, or nothing where one of them cannot be asked so.
fn context(sides: [Metric; 2], keys: Vec<String>, range: Option<String>) -> Option<Context> {
    let [a, b] = sides.map(|(model, id)| request(model, id, &keys, range.as_deref()));
    let keys = keys.iter().map(|key| if is_plain(key) { key.replace('"', "") } else { key.clone() }).collect();
    Some(Context { keys, range, requests: [a?, b?] })
}

/// Whether a quoted path can stand without quotes.
fn is_plain(key: &str) -> bool {
    key.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_.\"".contains(letter))
}

fn request(model: &Model, id: MetricId, keys: &[String], range: Option<&str>) -> Option<Request> {
    let metrics = [quoted(&model.metric(id).name)];
    let asked = Asked { metrics: &metrics, by: keys, during: range, ..Asked::default() };
    let mut found = Found::default();
    let request = asked::request(&asked, model, &mut Sources::default(), &mut found);
    request.filter(|_| !found.has_errors())
}

/// Whether every source is on one side only: then there are no rows that both look at.
pub fn nothing_shared(schema: &Schema) -> bool {
    schema.tables.iter().all(|table| !table.is_shared())
}
