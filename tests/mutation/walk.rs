//! Every place in an expression, with what stands there.

use etalon::syntax::ast::{Call, ClauseKind, Expr, ExprKind};

/// Whether an expression is of rows or of metrics.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Rows,
    Metrics,
}

/// What a place is for.
#[derive(Clone, Debug)]
pub struct Place {
    pub kind: Kind,
    /// A condition of which only the true outcome counts.
    pub is_filter: bool,
    /// An operand of a comparison.
    pub is_compared: bool,
    /// The source whose rows are meant, as far as it is written.
    pub source: Option<String>,
    /// The formula takes its rows from a source around here.
    pub inside_from: bool,
}

const AGGREGATES: [&str; 15] = [
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "median",
    "percentile",
    "percentile_disc",
    "stddev",
    "stddev_pop",
    "variance",
    "variance_pop",
    "first",
    "last",
    "approx_count_distinct",
];

pub fn is_aggregate(call: &Call) -> bool {
    AGGREGATES.contains(&call.name.text.as_str())
}

pub fn is_per(call: &Call) -> bool {
    call.clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::Per(_)))
}

/// Calls `visit` for every place, from the outside in.
pub fn walk(expr: &mut Expr, place: &Place, visit: &mut dyn FnMut(&mut Expr, &Place)) {
    visit(expr, place);
    let plain = Place { is_filter: false, is_compared: false, ..place.clone() };
    match &mut expr.kind {
        ExprKind::Group(inner) => walk(inner, place, visit),
        ExprKind::Unary { operand, .. } => walk(operand, &plain, visit),
        ExprKind::Binary { op, left, right, .. } => {
            use etalon::syntax::ast::BinaryOp::*;
            let compares = matches!(op, Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual);
            // Each part of a conjunction that filters is a filter.
            let inner = Place { is_filter: place.is_filter && *op == And, is_compared: compares, ..plain };
            walk(left, &inner, visit);
            walk(right, &inner, visit);
        }
        ExprKind::Between { value, low, high, .. } => {
            [value, low, high].into_iter().for_each(|part| walk(part, &plain, visit));
        }
        ExprKind::In { value, list, .. } => {
            walk(value, &plain, visit);
            list.iter_mut().for_each(|item| walk(item, &plain, visit));
        }
        ExprKind::Like { value, pattern, .. } => {
            walk(value, &plain, visit);
            walk(pattern, &plain, visit);
        }
        ExprKind::Is { value, .. } | ExprKind::Cast { value, .. } => walk(value, &plain, visit),
        ExprKind::Case { operand, arms, otherwise } => {
            operand.iter_mut().for_each(|operand| walk(operand, &plain, visit));
            for (when, then) in arms {
                walk(when, &plain, visit);
                walk(then, &plain, visit);
            }
            otherwise.iter_mut().for_each(|otherwise| walk(otherwise, &plain, visit));
        }
        ExprKind::Call(call) => of_call(call, &plain, visit),
        ExprKind::Scoped { inner, scope } => {
            let source = scope.from.as_ref().map(|from| from.text.to_string()).or(place.source.clone());
            let inside_from = place.inside_from || scope.from.is_some();
            walk(inner, &Place { source: source.clone(), inside_from, ..plain.clone() }, visit);
            if let Some(filter) = &mut scope.filter {
                // Behind an argument of an aggregate the filter is of what is aggregated.
                let kind = if inside_from { Kind::Rows } else { place.kind };
                let kind = if kind == Kind::Metrics && !inside_from { Kind::Rows } else { kind };
                walk(filter, &Place { kind, is_filter: true, is_compared: false, source, inside_from }, visit);
            }
        }
        ExprKind::Null
        | ExprKind::Boolean(_)
        | ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Date(_)
        | ExprKind::Timestamp(_)
        | ExprKind::Instant(_)
        | ExprKind::Duration { .. }
        | ExprKind::Path(_) => {}
    }
}

fn of_call(call: &mut Call, plain: &Place, visit: &mut dyn FnMut(&mut Expr, &Place)) {
    let aggregates = is_aggregate(call);
    let kind = match () {
        () if aggregates && is_per(call) => Kind::Metrics,
        () if aggregates => Kind::Rows,
        () if call.name.text == "metric" => Kind::Metrics,
        () => plain.kind,
    };
    // The first word of `part(month, x)` and the digits of `round` are no expressions.
    let skipped = match call.name.text.as_str() {
        "part" => 1,
        _ => 0,
    };
    let fixed_after = match call.name.text.as_str() {
        "round" | "percentile" | "percentile_disc" | "rolling" | "to_date" | "prior" | "start_of" | "fill" => 1,
        "substring" => 1,
        _ => usize::MAX,
    };
    let inner = Place { kind, ..plain.clone() };
    for (at, argument) in call.arguments.iter_mut().enumerate() {
        if at >= skipped && at < fixed_after {
            walk(argument, &inner, visit);
        }
    }
    for clause in &mut call.clauses {
        if let ClauseKind::Where(filter) = &mut clause.kind {
            walk(filter, &Place { is_filter: true, ..inner.clone() }, visit);
        }
    }
}

/// How many places of an expression `edit` can change, and in how many ways each: `(place, way)`.
pub fn ways(expr: &Expr, root: &Place, edit: &dyn Fn(&Expr, &Place) -> Vec<Expr>) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut number = 0;
    walk(&mut expr.clone(), root, &mut |expr, place| {
        found.extend((0..edit(expr, place).len()).map(|way| (number, way)));
        number += 1;
    });
    found
}

/// The expression edited at one place in one way.
pub fn edited(
    expr: &Expr,
    root: &Place,
    edit: &dyn Fn(&Expr, &Place) -> Vec<Expr>,
    (wanted, way): (usize, usize),
) -> Expr {
    let mut copy = expr.clone();
    let mut number = 0;
    walk(&mut copy, root, &mut |expr, place| {
        // What an edit puts in is walked over too: its places count after the one that was wanted.
        if number == wanted {
            let mut all = edit(expr, place);
            *expr = all.swap_remove(way);
        }
        number += 1;
    });
    copy
}
