//! The requests in which two metrics are held against each other: the same keys and range, asked of either model.

use super::footprint::Footprint;
use crate::check::asked::{self, Asked};
use crate::diagnostic::Found;
use crate::model::{
    Aggregate, Base, ColumnId, Expr, Grain, JoinId, Kind, Measure, MetricId, MetricLeaf, Model, Request, RowExpr,
    RowLeaf, SourceId, Type,
};
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
    /// A source whose rows make rows of the answer too, as another metric beside this one would.
    pub beside: Option<SmolStr>,
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
    let mut contexts: Vec<Context> =
        asked.into_iter().filter_map(|(keys, range)| context(sides, keys, range)).collect();
    for source in companions(sides) {
        contexts.extend(beside(sides, &source, Vec::new()));
        contexts.extend(beside(sides, &source, vec!["month".to_owned()]));
        contexts.extend(keys.iter().take(1).filter_map(|key| beside(sides, &source, vec![key.clone()])));
    }
    contexts
}

/// Sources that another metric may count: those that these metrics read, and one that they do not.
fn companions(sides: [Metric; 2]) -> Vec<SmolStr> {
    let names = |(model, id): Metric| -> Vec<SmolStr> {
        model.metric(id).sources.iter().map(|source| model.source(*source).name.clone()).collect()
    };
    let mut known: Vec<SmolStr> = sides.into_iter().flat_map(names).collect();
    known.sort();
    known.dedup();
    let timed = sides[0].0.sources.iter().filter(|source| source.time.is_some());
    let other = timed.map(|source| source.name.clone()).find(|name| !known.contains(name));
    known.extend(other);
    known.retain(|name| sides.iter().all(|(model, _)| model.source_named(name).is_some()));
    known
}

/// Asked by these keys beside the number of rows of a source.
fn beside(sides: [Metric; 2], source: &SmolStr, keys: Vec<String>) -> Option<Context> {
    let by_time = keys.iter().any(|key| key == "month");
    let mut context = context(sides, keys, None)?;
    for ((model, _), request) in sides.iter().zip(&mut context.requests) {
        let id = model.source_named(source)?;
        let axis = model.source(id).time.map(|column| {
            let ty = model.source(id).column(column).ty.clone();
            RowExpr::leaf(RowLeaf::Column { path: Vec::new(), source: id, column }, ty)
        });
        if by_time && axis.is_none() {
            return None;
        }
        let count = Measure {
            aggregate: Aggregate::Count,
            source: id,
            axis,
            argument: None,
            filter: None,
            rows: None,
            pick: None,
            alive: None,
            span: request.span,
        };
        let ty = Type::plain(Base::Integer).or_null(true);
        request.parts = vec![(source.clone(), Expr::leaf(MetricLeaf::Measure(Box::new(count)), ty))];
    }
    Some(Context { beside: Some(source.clone()), ..context })
}

/// The month of the day, and a piece that no period begins or ends with.
fn ranges() -> [String; 2] {
    let first = DAY.first_of_month();
    let piece = (first.saturating_add(jiff::Span::new().days(9)), DAY.saturating_sub(jiff::Span::new().days(1)));
    [format!("{first}..{DAY}"), format!("{}..{}", piece.0, piece.1)]
}

/// What both can be cut by: what their formulas name, then columns that they read, then what else there is, so that `total`
/// has keys to take away and keys to leave.
fn candidates(sides: [Metric; 2], footprints: &[Footprint; 2]) -> Vec<String> {
    let mut named: Vec<String> = Vec::new();
    let mut read: Vec<String> = Vec::new();
    let mut others: Vec<String> = Vec::new();
    for ((model, id), footprint) in sides.iter().zip(footprints) {
        for key in &footprint.keys {
            named.extend(written_key(model, key));
        }
        for source in &model.metric(*id).sources {
            for (column, name) in groupable(model, *source) {
                let is_read = footprint.columns.contains(&(*source, column));
                if is_read { &mut read } else { &mut others }.push(name);
            }
        }
        others.extend(model.dimensions.iter().map(|dimension| quoted(&dimension.name)));
    }
    let mut kept: Vec<String> = Vec::new();
    for (names, most) in [(named, KEYS), (read, KEYS), (others, 2)] {
        for name in names {
            if kept.len() < most && !kept.contains(&name) && context(sides, vec![name.clone()], None).is_some() {
                kept.push(name);
            }
        }
    }
    kept
}

/// The columns of a source's own table that rows are most likely to share, with their names as keys.
fn groupable(model: &Model, source: SourceId) -> Vec<(ColumnId, String)> {
    let bases = [Base::Text, Base::Boolean, Base::Integer, Base::Date];
    let columns = model.source(source).columns.iter().enumerate();
    let mut columns: Vec<_> = columns.filter(|(_, it)| it.derived.is_none() && bases.contains(&it.ty.base)).collect();
    columns.sort_by_key(|(_, column)| bases.iter().position(|base| *base == column.ty.base));
    columns.into_iter().map(|(at, column)| (ColumnId(at as u32), quoted(&column.name))).collect()
}

/// A key that is a column, as a path from a source; a dimension by its name.
fn written_key(model: &Model, key: &crate::model::Key) -> Option<String> {
    if model.dimension_named(&key.name).is_some() {
        return Some(quoted(&key.name));
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
    Some(Context { keys, range, beside: None, requests: [a?, b?] })
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

/// Whether every source that either rests on is in one model only: then there are no rows that both look at.
pub fn nothing_shared(sides: [Metric; 2], footprints: &[Footprint; 2]) -> bool {
    let [(one, _), (other, _)] = sides;
    let all = |model: &Model, footprint: &Footprint, there: &Model| {
        footprint.sources.iter().all(|source| there.source_named(&model.source(*source).name).is_none())
    };
    all(one, &footprints[0], other) && all(other, &footprints[1], one)
}
