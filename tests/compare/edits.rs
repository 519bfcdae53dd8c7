//! Edits of definitions, each of which changes what a metric means: in its own formula and in the derived columns it reads.

use etalon::model::{
    Aggregate, Column, ColumnId, Expr, Function, Grain, Kind, Literal, Measure, MetricExpr, MetricLeaf, Model, Moment,
    Over, Period, RowExpr, RowLeaf, Source, SourceId, Type, Window,
};

/// An expression with one thing changed, and what was changed.
pub type Edited<L> = Vec<(&'static str, Expr<L>)>;

/// Every edit of a metric's formula.
pub fn of_formula(model: &Model, expr: &MetricExpr) -> Edited<MetricLeaf> {
    within(expr, &|leaf, ty| of_metric_leaf(model, leaf, ty))
}

/// Every edit of an expression of a source's rows.
pub fn of_row(model: &Model, source: SourceId, expr: &RowExpr) -> Edited<RowLeaf> {
    within(expr, &|leaf, ty| of_row_leaf(model, source, leaf, ty))
}

fn within<L: Clone>(expr: &Expr<L>, leaf: &dyn Fn(&L, &Type) -> Edited<L>) -> Edited<L> {
    let ty = &expr.ty;
    let call = |function: Function, parts: Vec<Expr<L>>| Expr::call(function, parts, ty.clone());
    match &expr.kind {
        Kind::Leaf(it) => leaf(it, ty),
        Kind::Literal(literal) => {
            of_literal(literal).into_iter().map(|(what, it)| (what, Expr::literal(it, ty.clone()))).collect()
        }
        Kind::Call(function, arguments) => {
            let mut edited: Edited<L> = Vec::new();
            if let Some((what, other)) = of_function(*function) {
                edited.push((what, call(other, arguments.clone())));
            }
            if matches!(function, Function::And | Function::Or) {
                for at in 0..arguments.len() {
                    let mut rest = arguments.clone();
                    rest.remove(at);
                    let rest = if rest.len() == 1 { rest.remove(0) } else { call(*function, rest) };
                    edited.push(("a condition dropped", rest));
                }
            }
            if matches!(function, Function::In | Function::NotIn) && arguments.len() > 2 {
                edited.push(("one of a list dropped", call(*function, arguments[..arguments.len() - 1].to_vec())));
            }
            if matches!(function, Function::Subtract | Function::Divide) {
                edited.push(("operands swapped", call(*function, vec![arguments[1].clone(), arguments[0].clone()])));
            }
            if *function == Function::Coalesce {
                edited.push(("coalesce dropped", arguments[0].clone()));
            }
            for (at, argument) in arguments.iter().enumerate() {
                for (what, other) in within(argument, leaf) {
                    let mut parts = arguments.clone();
                    parts[at] = other;
                    edited.push((what, call(*function, parts)));
                }
            }
            edited
        }
        Kind::Case { arms, otherwise } => {
            let case = |arms: Vec<(Expr<L>, Expr<L>)>, otherwise: Option<Box<Expr<L>>>| Expr {
                kind: Kind::Case { arms, otherwise },
                ty: ty.clone().or_null(true),
            };
            let mut edited: Edited<L> = Vec::new();
            if arms.len() > 1 {
                edited.push(("an arm dropped", case(arms[1..].to_vec(), otherwise.clone())));
            }
            for at in 0..arms.len() {
                for (what, other) in within(&arms[at].0, leaf) {
                    let mut arms = arms.clone();
                    arms[at].0 = other;
                    edited.push((what, case(arms, otherwise.clone())));
                }
                for (what, other) in within(&arms[at].1, leaf) {
                    let mut arms = arms.clone();
                    arms[at].1 = other;
                    edited.push((what, case(arms, otherwise.clone())));
                }
            }
            for (what, other) in otherwise.iter().flat_map(|it| within(it, leaf)) {
                edited.push((what, case(arms.clone(), Some(Box::new(other)))));
            }
            edited
        }
    }
}

fn of_literal(literal: &Literal) -> Vec<(&'static str, Literal)> {
    match literal {
        Literal::Integer(value) => vec![("a number", Literal::Integer(value + 1))],
        Literal::Decimal { digits, scale } => {
            vec![("a number", Literal::Decimal { digits: digits + 1, scale: *scale })]
        }
        Literal::Text(text) => vec![("a text", Literal::Text(format!("{text}s").into()))],
        Literal::Date(date) => vec![("a day", Literal::Date(date.tomorrow().expect("it is not the last day")))],
        Literal::Boolean(truth) => vec![("a truth", Literal::Boolean(!truth))],
        Literal::Null | Literal::Timestamp(_) | Literal::Instant(_) => Vec::new(),
    }
}

fn of_function(function: Function) -> Option<(&'static str, Function)> {
    use Function::*;
    Some(match function {
        Less => ("< to <=", LessOrEqual),
        LessOrEqual => ("<= to <", Less),
        Greater => ("> to >=", GreaterOrEqual),
        GreaterOrEqual => (">= to >", Greater),
        Equal => ("= to <>", NotEqual),
        NotEqual => ("<> to =", Equal),
        And => ("and to or", Or),
        Or => ("or to and", And),
        In => ("in to not in", NotIn),
        NotIn => ("not in to in", In),
        IsNull => ("is null to is not null", IsNotNull),
        IsNotNull => ("is not null to is null", IsNull),
        IsTrue => ("is true to is not false", IsNotFalse),
        IsNotTrue => ("is not true to is false", IsFalse),
        Add => ("+ to -", Subtract),
        Subtract => ("- to +", Add),
        Lower => ("lower to upper", Upper),
        StartsWith => ("starts_with to contains", Contains),
        Least => ("least to greatest", Greatest),
        Greatest => ("greatest to least", Least),
        Shift { count, unit } => ("a duration", Shift { count: count + 1, unit }),
        Difference(Grain::Day) => ("days to weeks", Difference(Grain::Week)),
        Truncate(Grain::Month) => ("month to quarter", Truncate(Grain::Quarter)),
        _ => return None,
    })
}

/// A column by another of its source with the same type.
fn of_row_leaf(model: &Model, from: SourceId, leaf: &RowLeaf, ty: &Type) -> Edited<RowLeaf> {
    let RowLeaf::Column { path, source, column } = leaf else { return Vec::new() };
    let of: &Source = model.source(*source);
    let own = of.column(*column);
    let others = of.columns.iter().enumerate().filter(|(at, other): &(usize, &Column)| {
        ColumnId(*at as u32) != *column && other.ty.base == own.ty.base && other.derived.is_none()
    });
    let _ = from;
    let others = others.map(|(at, other)| {
        let leaf = RowLeaf::Column { path: path.clone(), source: *source, column: ColumnId(at as u32) };
        ("another column", Expr::leaf(leaf, Type { nullable: other.ty.nullable || ty.nullable, ..ty.clone() }))
    });
    others.take(1).collect()
}

fn of_metric_leaf(model: &Model, leaf: &MetricLeaf, ty: &Type) -> Edited<MetricLeaf> {
    let wrap = |edited: Edited<MetricLeaf>, leaf: &dyn Fn(MetricExpr) -> MetricLeaf| -> Edited<MetricLeaf> {
        edited.into_iter().map(|(what, inner)| (what, Expr::leaf(leaf(inner), ty.clone()))).collect()
    };
    let one = |what: &'static str, leaf: MetricLeaf| (what, Expr::leaf(leaf, ty.clone()));
    match leaf {
        MetricLeaf::Measure(measure) => of_measure(model, measure)
            .into_iter()
            .map(|(what, it)| one(what, MetricLeaf::Measure(Box::new(it))))
            .collect(),
        MetricLeaf::Metric(id) => of_formula(model, &model.metric(*id).formula),
        MetricLeaf::Filtered { inner, filter } => {
            let mut edited = vec![("a filter dropped", (**inner).clone())];
            edited.extend(wrap(of_formula(model, inner), &|inner| MetricLeaf::Filtered {
                inner: Box::new(inner),
                filter: filter.clone(),
            }));
            edited
        }
        MetricLeaf::Total { inner, over } => {
            let mut edited = vec![("total dropped", (**inner).clone())];
            if *over != Over::EveryDimension {
                edited.push(one(
                    "total over all",
                    MetricLeaf::Total { inner: inner.clone(), over: Over::EveryDimension },
                ));
            }
            edited.extend(wrap(of_formula(model, inner), &|inner| MetricLeaf::Total {
                inner: Box::new(inner),
                over: over.clone(),
            }));
            edited
        }
        MetricLeaf::Window { inner, window, span } => {
            let other = match window {
                Window::Rolling { count, unit } => Window::Rolling { count: count + 1, unit: *unit },
                Window::ToDate(Period::Standard(Grain::Year)) => Window::ToDate(Period::Standard(Grain::Quarter)),
                Window::ToDate(_) => Window::ToDate(Period::Standard(Grain::Year)),
                Window::Cumulative => Window::ToDate(Period::Standard(Grain::Year)),
            };
            let mut edited = vec![
                ("a window dropped", (**inner).clone()),
                one("a window", MetricLeaf::Window { inner: inner.clone(), window: other, span: *span }),
            ];
            edited.extend(wrap(of_formula(model, inner), &|inner| MetricLeaf::Window {
                inner: Box::new(inner),
                window: *window,
                span: *span,
            }));
            edited
        }
        MetricLeaf::Prior { inner, count, unit, span } => {
            let (count, unit, span) = (*count, *unit, *span);
            let mut edited = vec![
                ("prior dropped", (**inner).clone()),
                one("an offset", MetricLeaf::Prior { inner: inner.clone(), count: count + 1, unit, span }),
            ];
            edited.extend(wrap(of_formula(model, inner), &|inner| MetricLeaf::Prior {
                inner: Box::new(inner),
                count,
                unit,
                span,
            }));
            edited
        }
        MetricLeaf::Per(per) => {
            let mut edited = Vec::new();
            if let Some((what, aggregate)) = of_aggregate(per.aggregate) {
                edited.push(one(what, MetricLeaf::Per(Box::new(etalon::model::Per { aggregate, ..(**per).clone() }))));
            }
            for (what, argument) in per.argument.iter().flat_map(|it| of_formula(model, it)) {
                let other = etalon::model::Per { argument: Some(argument), ..(**per).clone() };
                edited.push(one(what, MetricLeaf::Per(Box::new(other))));
            }
            edited
        }
        MetricLeaf::Filled { inner, value } => {
            let mut edited = vec![("fill dropped", (**inner).clone())];
            edited.extend(wrap(of_formula(model, inner), &|inner| MetricLeaf::Filled {
                inner: Box::new(inner),
                value: value.clone(),
            }));
            edited
        }
        MetricLeaf::StartOf { .. } | MetricLeaf::Follow(_) => Vec::new(),
    }
}

fn of_aggregate(aggregate: Aggregate) -> Option<(&'static str, Aggregate)> {
    use Aggregate::*;
    Some(match aggregate {
        Sum => ("sum to max", Max),
        Min => ("min to max", Max),
        Max => ("max to min", Min),
        Avg => ("avg to median", PercentileCont { digits: 5, scale: 1 }),
        CountDistinct => ("distinct dropped", CountValues),
        CountValues => ("count distinct", CountDistinct),
        PercentileCont { .. } => ("median to avg", Avg),
        First => ("first to last", Last),
        Last => ("last to first", First),
        Stddev { population } => ("stddev of sample or all", Stddev { population: !population }),
        Variance { population } => ("variance of sample or all", Variance { population: !population }),
        _ => return None,
    })
}

fn of_measure(model: &Model, measure: &Measure) -> Vec<(&'static str, Measure)> {
    let mut edited: Vec<(&'static str, Measure)> = Vec::new();
    let rows = |expr: &RowExpr| of_row(model, measure.source, expr);
    if let Some((what, aggregate)) = of_aggregate(measure.aggregate) {
        edited.push((what, Measure { aggregate, ..measure.clone() }));
    }
    if let Some(argument) = &measure.argument {
        edited.extend(
            rows(argument).into_iter().map(|(what, it)| (what, Measure { argument: Some(it), ..measure.clone() })),
        );
    }
    if let Some(filter) = &measure.filter {
        edited.push(("the aggregate's where dropped", Measure { filter: None, ..measure.clone() }));
        edited
            .extend(rows(filter).into_iter().map(|(what, it)| (what, Measure { filter: Some(it), ..measure.clone() })));
        if measure.rows.is_none() {
            let other = Measure { filter: None, rows: Some(filter.clone()), ..measure.clone() };
            edited.push(("the aggregate's where made the definition's", other));
        }
    }
    if let Some(condition) = &measure.rows {
        edited.push(("the definition's where dropped", Measure { rows: None, ..measure.clone() }));
        edited.extend(
            rows(condition).into_iter().map(|(what, it)| (what, Measure { rows: Some(it), ..measure.clone() })),
        );
        if measure.filter.is_none() {
            let other = Measure { rows: None, filter: Some(condition.clone()), ..measure.clone() };
            edited.push(("the definition's where made the aggregate's", other));
        }
    }
    if let Some(axis) = &measure.axis {
        let others =
            rows(axis).into_iter().map(|(_, it)| ("another time axis", Measure { axis: Some(it), ..measure.clone() }));
        edited.extend(others);
    }
    if let Some(pick) = &measure.pick {
        let other = etalon::model::Pick { last: !pick.last, ..pick.clone() };
        edited.push(("last per to first per", Measure { pick: Some(other), ..measure.clone() }));
        edited.push(("last per dropped", Measure { pick: None, ..measure.clone() }));
    }
    if let Some(alive) = &measure.alive {
        let moment = if alive.moment == Moment::Last { Moment::First } else { Moment::Last };
        edited.push((
            "another moment",
            Measure { alive: Some(etalon::model::Alive { moment, ..alive.clone() }), ..measure.clone() },
        ));
    }
    edited
}
