//! From what is read to what has to be true of it.

use super::footprint::Fact;
use super::{Assertion, What};
use crate::meaning::{read_by_formula, read_by_row, row_text};
use crate::model::{ColumnId, GrainId, Join, JoinId, Kind, Model, RowExpr, RowLeaf, SourceId};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

/// What has to be true where this is read.
pub fn subjects(model: &Model, fact: &Fact) -> Vec<(SourceId, What)> {
    match fact {
        Fact::Source(id) => {
            let source = model.source(*id);
            let mut all = vec![(*id, What::Key)];
            for key in physical(model, *id, &source.key) {
                all.extend(column(model, *id, key));
            }
            all
        }
        Fact::Column(source, id) => column(model, *source, *id),
        Fact::Join(source, id) => join(model, *source, *id),
        Fact::Interval(source, from, until) => vec![(*source, What::Interval(from.clone(), until.clone()))],
        Fact::Dimension(id, source) => {
            let dimension = model.dimension(*id);
            let path = dimension.paths.get(*source).filter(|_| !dimension.accepted.is_empty());
            path.map(|path| origin(*source, path))
                .map(|(source, value)| (source, What::Accepted(*id, value)))
                .into_iter()
                .collect()
        }
        Fact::Grain(id) => calendar(model, *id),
    }
}

/// The join that a fact is, and the assertion because of which it finds at most one row.
pub fn proof(model: &Model, fact: &Fact) -> Option<((SourceId, JoinId), (SourceId, What))> {
    let Fact::Join(source, id) = fact else { return None };
    let join = model.source(*source).join(*id);
    let proof = if by_key(model, join) { What::Key } else { of_versions(join)? };
    Some(((*source, *id), (join.target, proof)))
}

/// Whether the columns that a join goes by hold the whole key of its target.
fn by_key(model: &Model, join: &Join) -> bool {
    model.source(join.target).key.iter().all(|key| join.on.iter().any(|(_, there)| there == key))
}

/// That at most one version is valid at a moment, in words, where it is that by which a join finds at most one row.
pub fn versions(model: &Model, join: &Join) -> Option<String> {
    let what = of_versions(join).filter(|_| !by_key(model, join))?;
    Some(super::wording::of(model, join.target, &what))
}

fn of_versions(join: &Join) -> Option<What> {
    let valid = join.valid.as_ref()?;
    let mut on: Vec<ColumnId> = join.on.iter().map(|(_, there)| *there).collect();
    on.sort();
    on.dedup();
    Some(What::Versions { on, from: valid.from, to: valid.to })
}

fn join(model: &Model, source: SourceId, id: JoinId) -> Vec<(SourceId, What)> {
    let join = model.source(source).join(id);
    let mut all = Vec::new();
    match &join.valid {
        Some(valid) => {
            let bound = |column| own(model, join.target, column);
            all.push((join.target, What::Interval(bound(valid.from), bound(valid.to))));
            if !by_key(model, join) {
                all.extend(of_versions(join).map(|what| (join.target, what)));
            }
        }
        None => all.push((source, What::Match(id))),
    }
    all
}

fn column(model: &Model, source: SourceId, id: ColumnId) -> Vec<(SourceId, What)> {
    let column = model.source(source).column(id);
    if column.derived.is_some() {
        return Vec::new();
    }
    let mut all = vec![What::Form(id)];
    if !column.ty.nullable {
        all.push(What::NotNull(id));
    }
    all.extend((0..column.checks.len()).map(|at| What::Check(id, at)));
    all.into_iter().map(|what| (source, what)).collect()
}

/// The expressions of its source's rows that an assertion reads.
fn exprs(model: &Model, assertion: &Assertion) -> Vec<RowExpr> {
    let id = assertion.source;
    let source = model.source(id);
    let column = |column: &ColumnId| own(model, id, *column);
    let grain = |id: &GrainId| [model.grain(*id).at, model.grain(*id).column];
    let mut all: Vec<RowExpr> = source.key.iter().map(column).collect();
    match &assertion.what {
        What::Key => {}
        What::NotNull(id) | What::Form(id) => all.push(column(id)),
        What::Check(id, at) => all.extend([column(id), source.column(*id).checks[*at].clone()]),
        What::Match(join) => all.extend(source.join(*join).on.iter().map(|(ours, _)| column(ours))),
        What::Interval(from, to) => all.extend([from.clone(), to.clone()]),
        What::Versions { on, from, to } => all.extend(on.iter().chain([from, to]).map(column)),
        What::Accepted(_, value) => all.push(value.clone()),
        What::Days(id) | What::Gaps(id) | What::Apart(id) => all.extend(grain(id).iter().map(column)),
        What::Nested(finer, coarser) => {
            all.extend([finer, coarser].into_iter().flat_map(grain).map(|id| own(model, assertion.source, id)));
        }
    }
    all
}

/// The sources whose rows an assertion reads.
pub fn sources(model: &Model, assertion: &Assertion) -> Vec<SourceId> {
    let id = assertion.source;
    let mut all: Vec<SourceId> = vec![id];
    all.extend(exprs(model, assertion).iter().flat_map(|expr| read(model, id, expr)));
    if let What::Match(join) = assertion.what {
        let join = model.source(id).join(join);
        all.push(join.target);
        let theirs = join.on.iter().map(|(_, theirs)| own(model, join.target, *theirs));
        all.extend(theirs.flat_map(|expr| read(model, join.target, &expr)));
    }
    all
}

fn read(model: &Model, source: SourceId, expr: &RowExpr) -> Vec<SourceId> {
    let mut all = read_by_row(model, source, expr);
    let mut metrics: Vec<_> = all.metrics.drain().collect();
    let mut sources: Vec<SourceId> = all.sources.into_iter().collect();
    let mut seen = FxHashSet::default();
    while let Some(id) = metrics.pop() {
        if seen.insert(id) {
            let under = read_by_formula(model, &model.metric(id).formula);
            sources.extend(under.sources);
            metrics.extend(under.metrics);
        }
    }
    sources
}

/// The columns of the table that columns are, or are computed from on the same row.
fn physical(model: &Model, source: SourceId, columns: &[ColumnId]) -> Vec<ColumnId> {
    let mut all = Vec::new();
    let mut open = columns.to_vec();
    let mut seen: FxHashSet<ColumnId> = FxHashSet::default();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        match &model.source(source).column(id).derived {
            None => all.push(id),
            Some(derived) => derived.leaves(&mut |leaf| match leaf {
                RowLeaf::Column { path, column, .. } if path.is_empty() => open.push(*column),
                _ => {}
            }),
        }
    }
    all
}

/// Where the values of a path come from: the source at its end, so that a wrong value is shown once and not for each row that
/// leads to it.
fn origin(source: SourceId, path: &RowExpr) -> (SourceId, RowExpr) {
    match &path.kind {
        Kind::Leaf(RowLeaf::Column { source: end, column, .. }) => {
            let leaf = RowLeaf::Column { path: Vec::new(), source: *end, column: *column };
            // Whether it may be null depends on the way; the same values are one assertion.
            (*end, RowExpr::leaf(leaf, path.ty.clone().or_null(true)))
        }
        _ => (source, path.clone()),
    }
}

/// A column of a source's own rows.
pub fn own(model: &Model, source: SourceId, column: ColumnId) -> RowExpr {
    let leaf = RowLeaf::Column { path: Vec::new(), source, column };
    RowExpr::leaf(leaf, model.source(source).column(column).ty.clone())
}

/// A grain rests on the whole calendar table: on its days, on each grain down to it, and on how it lies in the next.
fn calendar(model: &Model, id: GrainId) -> Vec<(SourceId, What)> {
    let grain = model.grain(id);
    let of_calendar = |at: &GrainId| model.grain(*at).calendar == grain.calendar;
    let mut all: Vec<GrainId> = (0..model.grains.len()).map(|at| GrainId(at as u32)).collect();
    all.retain(of_calendar);
    let first = all[0];
    let mut whats = vec![What::Gaps(first), What::Apart(id)];
    if model.source(grain.source).key != [grain.at] {
        whats.push(What::Days(first));
    }
    let next = all.iter().position(|at| *at == id).and_then(|at| all.get(at + 1));
    whats.extend(next.map(|coarser| What::Nested(id, *coarser)));
    let mut subjects: Vec<(SourceId, What)> = whats.into_iter().map(|what| (grain.source, what)).collect();
    for read in physical(model, grain.source, &[grain.at, grain.column]) {
        subjects.extend(column(model, grain.source, read));
    }
    subjects
}

/// `orders__amount__not_null`: the source, what in it, the kind.
pub fn name(model: &Model, id: SourceId, what: &What) -> String {
    let source = model.source(id);
    let column = |id: &ColumnId| source.column(*id).name.to_string();
    let mut parts = vec![source.name.to_string()];
    match what {
        What::Key => {}
        What::NotNull(id) | What::Check(id, _) | What::Form(id) => parts.push(column(id)),
        What::Match(id) => parts.push(source.join(*id).name.to_string()),
        What::Interval(from, to) => parts.extend([from, to].map(|expr| said(model, id, expr))),
        What::Versions { on, from, to } => parts.extend(on.iter().chain([from, to]).map(column)),
        What::Accepted(dimension, value) => {
            let (value, dimension) = (said(model, id, value), model.dimension(*dimension).name.to_string());
            if value != dimension {
                parts.push(value);
            }
            parts.push(dimension);
        }
        What::Days(grain) | What::Gaps(grain) => parts.push(model.grain(*grain).calendar.to_string()),
        What::Apart(grain) => parts.push(model.grain(*grain).name.to_string()),
        What::Nested(finer, coarser) => {
            parts.extend([finer, coarser].map(|grain| model.grain(*grain).name.to_string()))
        }
    }
    parts.push(what.kind().to_owned());
    match what {
        What::Check(_, at) if *at > 0 => parts.push((at + 1).to_string()),
        _ => {}
    }
    parts.join("__")
}

/// The name of a value where it is shown: that of the column it is, or `value`.
pub fn shown_as(model: &Model, source: SourceId, expr: &RowExpr) -> SmolStr {
    match &expr.kind {
        Kind::Leaf(RowLeaf::Column { source: end, column, .. }) => model.source(*end).column(*column).name.clone(),
        _ => unused("value", model.source(source).columns.iter().map(|column| &column.name)),
    }
}

/// A name that is not taken yet; capitals do not tell names apart.
pub fn unused<'t>(wanted: &str, taken: impl Iterator<Item = &'t SmolStr> + Clone) -> SmolStr {
    let mut name = SmolStr::new(wanted);
    while taken.clone().any(|taken| taken.eq_ignore_ascii_case(&name)) {
        name = format!("{name}_").into();
    }
    name
}

/// A column by its path, or `value` for what has no name.
fn said(model: &Model, source: SourceId, expr: &RowExpr) -> String {
    match &expr.kind {
        Kind::Leaf(RowLeaf::Column { .. }) => row_text(model, source, expr).replace('.', "__"),
        _ => "value".to_owned(),
    }
}

/// Names that meet are numbered, in an order that the definitions' files do not change.
pub fn settle_names(all: &mut [Assertion]) {
    all.sort_by(|one, other| {
        one.name
            .cmp(&other.name)
            .then_with(|| one.source.cmp(&other.source))
            .then_with(|| format!("{:?}", one.what).cmp(&format!("{:?}", other.what)))
    });
    let mut taken: FxHashSet<SmolStr> = all.iter().map(|assertion| assertion.name.clone()).collect();
    let mut before = SmolStr::default();
    for assertion in all.iter_mut() {
        let own = assertion.name.clone();
        if own == before {
            let free = (2..).map(|number| SmolStr::from(format!("{own}_{number}"))).find(|name| !taken.contains(name));
            assertion.name = free.expect("there is always a greater number");
            taken.insert(assertion.name.clone());
        }
        before = own;
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
}
