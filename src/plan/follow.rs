//! `follow`: two sides, each a scan of its source, and what is made of the pairs.

use super::frames::{self, at_midnight};
use super::measures::Filters;
use super::planner::Planner;
use super::scan::{Builder, Reading, Wanted, read_for, same};
use super::{Carried, Cell, Folded, Follow, FollowSide};
use crate::model::{
    self, Base, Expr, Function, Key, Kind, Measure, MetricExpr, MetricLeaf, Model, PerSource, RowExpr, Type,
};
use smol_str::SmolStr;

/// Plans the sides of a `follow` and the grouping of its pairs. Keys, filters and time are those of the side that is followed.
pub fn plan(
    planner: &mut Planner,
    model: &Model,
    follow: &model::Follow,
    filters: &Filters,
    keys: &[Key],
    reading: &Reading,
    ty: &Type,
) -> Follow {
    let (n, n_filters) = single(model, &follow.counted).expect("what is counted was checked to be one measure");
    let (m, m_filters) = single(model, &follow.after).expect("what is followed was checked to be one measure");
    let (after, keys, filter, on) = after(planner, &m, &m_filters, &follow.by.1, filters, keys, reading);
    let (counted, fold) = counted(planner, &n, &n_filters, &follow.by.0, ty);
    let stretches = match reading {
        Reading::Stretches { relation, .. } => Some(*relation),
        _ => None,
    };
    let same_source = n.source == m.source;
    Follow { counted, after, within: follow.within, same_source, keys, filter, stretches, on, fold }
}

/// The one measure that an expression is, perhaps by name, with the filters around it.
fn single(model: &Model, expr: &MetricExpr) -> Option<(Measure, Vec<PerSource<RowExpr>>)> {
    match &expr.kind {
        Kind::Leaf(MetricLeaf::Measure(measure)) => Some(((**measure).clone(), Vec::new())),
        Kind::Leaf(MetricLeaf::Metric(id)) => single(model, &model.metric(*id).formula),
        Kind::Leaf(MetricLeaf::Filtered { inner, filter }) => {
            let (measure, mut filters) = single(model, inner)?;
            filters.push(filter.clone());
            Some((measure, filters))
        }
        _ => None,
    }
}

/// What a side carries along, by name.
#[derive(Default)]
struct Luggage {
    carried: Vec<(SmolStr, Expr<Cell>)>,
}

impl Luggage {
    fn take(&mut self, what: &str, value: Expr<Cell>) -> Expr<Carried> {
        let name: SmolStr = format!("{what}_{}", self.carried.len() + 1).into();
        let ty = value.ty.clone();
        self.carried.push((name.clone(), value));
        Expr::leaf(Carried::Column(name), ty)
    }
}

/// The rows that are followed, what they are grouped by, which of them the context lets through, and how they lie in its
/// stretches.
#[allow(clippy::type_complexity)] // Four parts of one step, put together at once by the only caller.
fn after(
    planner: &mut Planner,
    m: &Measure,
    own_filters: &[PerSource<RowExpr>],
    by: &RowExpr,
    filters: &Filters,
    keys: &[Key],
    reading: &Reading,
) -> (FollowSide, Vec<Expr<Carried>>, Vec<Expr<Carried>>, Vec<Expr<Carried>>) {
    let truth = Type::plain(Base::Boolean);
    let mut builder = Builder::new(planner, m.source);
    let mut luggage = Luggage::default();
    let wanted = Wanted { measure: m, filters: own_filters, ty: &truth };
    let mut defined = builder.conditions(&wanted, &Reading::Range(None));
    if let Some(own) = &m.filter {
        defined.extend(builder.expr(own).conjuncts());
    }
    let labels: Vec<Expr<Carried>> = keys
        .iter()
        .map(|key| {
            let value = builder.key_by(key, m.axis.as_ref(), reading);
            match value.kind {
                Kind::Leaf(Cell::Label(at)) => Expr::leaf(Carried::Label(at), value.ty),
                _ => luggage.take("cut", value),
            }
        })
        .collect();
    let bare = Measure { rows: None, ..m.clone() };
    let mut filter = Vec::new();
    for condition in builder.conditions(&Wanted { measure: &bare, filters, ty: &truth }, &limits(reading)) {
        filter.push(luggage.take("kept", condition));
    }
    let mut on = Vec::new();
    if let (Reading::Stretches { open, times, .. }, Some(axis)) = (reading, &m.axis) {
        for (label, value) in read_for(&mut builder, Some(axis), times) {
            let value = luggage.take("cut", value);
            on.push(same(value, Expr::leaf(Carried::Label(label), times[label].ty.clone())));
        }
        let at = luggage.take("moment", builder.moment(axis));
        let of = |at| Expr::leaf(Carried::Stretch(at), Type::plain(Base::Timestamp));
        let compare = |function, limit: Expr<Carried>| {
            Expr::call(function, vec![at.clone(), limit], Type::plain(Base::Boolean).or_null(at.ty.nullable))
        };
        on.extend((!open).then(|| compare(Function::GreaterOrEqual, of(frames::FROM))));
        on.push(compare(Function::Less, of(frames::UNTIL)));
    }
    (side(builder, m, by, defined, luggage), labels, filter, on)
}

/// What the range limits; stretches do that by themselves.
fn limits(reading: &Reading) -> Reading {
    match reading {
        Reading::Range(range) => Reading::Range(*range),
        Reading::Between(between) => Reading::Between(between.clone()),
        Reading::Stretches { .. } => Reading::Range(None),
    }
}

/// The rows that follow, and what is aggregated of them.
fn counted(
    planner: &mut Planner,
    n: &Measure,
    filters: &[PerSource<RowExpr>],
    by: &RowExpr,
    ty: &Type,
) -> (FollowSide, Folded<Carried>) {
    let mut builder = Builder::new(planner, n.source);
    let mut luggage = Luggage::default();
    let wanted = Wanted { measure: n, filters, ty };
    let defined = builder.conditions(&wanted, &Reading::Range(None));
    let fold = builder.fold(&wanted, Vec::new());
    let fold = Folded {
        aggregate: fold.aggregate,
        argument: fold.argument.map(|argument| luggage.take("argument", argument)),
        filter: fold.filter.into_iter().map(|condition| luggage.take("counted", condition)).collect(),
        exists: Vec::new(),
        order: fold.order.into_iter().map(|value| luggage.take("ordered", value)).collect(),
        ty: ty.clone(),
    };
    (side(builder, n, by, defined, luggage), fold)
}

fn side(
    mut builder: Builder,
    measure: &Measure,
    by: &RowExpr,
    defined: Vec<Expr<Cell>>,
    luggage: Luggage,
) -> FollowSide {
    let by = builder.expr(by);
    let axis = measure.axis.as_ref().expect("both sides were checked to have time");
    let at = at_midnight(builder.expr(axis));
    let key = builder.key_columns();
    FollowSide { scan: builder.done(key, defined, Vec::new()), by, at, carried: luggage.carried }
}
