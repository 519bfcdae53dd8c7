//! Edits that change the meaning: each small, each one that somebody could call a clarification.

use super::walk::{Kind, Place, edited, is_aggregate, walk, ways};
use super::{Mutant, Project, metric, metric_mut};
use etalon::model::{Base, Model, SourceId};
use etalon::source::Span;
use etalon::syntax::ast::{
    Ast, BinaryOp, ClauseKind, DateText, Declaration, Expr, ExprKind, Name, Path, Scope, SourceItem, Text, UnaryOp,
};
use smol_str::SmolStr;

type Edit = fn(&Expr, &Place) -> Vec<Expr>;

/// The kind of edit that narrows a metric by one more condition.
pub const CONDITION_ADDED: &str = "condition added";

/// Edits of one place of a formula.
const EDITS: [(&str, Edit); 10] = [
    ("bound", bound),
    ("equality", equality),
    ("constant", constant),
    ("list", list),
    ("`and` or `or`", connective),
    ("condition dropped", dropped),
    ("condition negated", negated),
    ("aggregate", aggregate),
    ("arithmetic", arithmetic),
    ("null rule", null_rule),
];

fn at(kind: ExprKind, like: &Expr) -> Expr {
    Expr { kind, span: like.span }
}

fn group(expr: &Expr) -> Expr {
    at(ExprKind::Group(Box::new(expr.clone())), expr)
}

fn number(value: i64, like: &Expr) -> Expr {
    at(ExprKind::Number(SmolStr::from(value.to_string())), like)
}

fn binary(op: BinaryOp, left: &Expr, right: &Expr) -> Expr {
    let kind = ExprKind::Binary { op, op_span: left.span, left: Box::new(group(left)), right: Box::new(group(right)) };
    at(kind, left)
}

fn with_op(expr: &Expr, to: BinaryOp) -> Vec<Expr> {
    let ExprKind::Binary { left, right, .. } = &expr.kind else { return Vec::new() };
    vec![binary(to, left, right)]
}

fn bound(expr: &Expr, _: &Place) -> Vec<Expr> {
    use BinaryOp::*;
    match &expr.kind {
        ExprKind::Binary { op: Less, .. } => with_op(expr, LessOrEqual),
        ExprKind::Binary { op: LessOrEqual, .. } => with_op(expr, Less),
        ExprKind::Binary { op: Greater, .. } => with_op(expr, GreaterOrEqual),
        ExprKind::Binary { op: GreaterOrEqual, .. } => with_op(expr, Greater),
        ExprKind::Between { value, low, high, negated: false } => {
            let low_bound = binary(Greater, value, low);
            let high_bound = binary(Less, value, high);
            vec![
                binary(And, &low_bound, &binary(LessOrEqual, value, high)),
                binary(And, &binary(GreaterOrEqual, value, low), &high_bound),
            ]
        }
        _ => Vec::new(),
    }
}

fn equality(expr: &Expr, _: &Place) -> Vec<Expr> {
    use BinaryOp::*;
    match &expr.kind {
        ExprKind::Binary { op: Equal, .. } => with_op(expr, NotEqual),
        ExprKind::Binary { op: NotEqual, .. } => with_op(expr, Equal),
        _ => Vec::new(),
    }
}

fn constant(expr: &Expr, place: &Place) -> Vec<Expr> {
    match &expr.kind {
        ExprKind::Number(text) if place.is_compared => {
            let more = match text.split_once('.') {
                Some((whole, part)) => format!("{whole}.{part}1"),
                None => (text.parse::<i64>().unwrap_or(0) + 1).to_string(),
            };
            vec![at(ExprKind::Number(more.into()), expr)]
        }
        ExprKind::Text(text) => {
            let other = Text { value: format!("{}~", text.value), ..text.clone() };
            vec![at(ExprKind::Text(other), expr)]
        }
        ExprKind::Date(date) => {
            let next = date.text.parse::<jiff::civil::Date>().ok().and_then(|date| date.tomorrow().ok());
            let kind =
                |day: jiff::civil::Date| ExprKind::Date(DateText { text: day.to_string().into(), span: date.span });
            next.map(|day| at(kind(day), expr)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn list(expr: &Expr, _: &Place) -> Vec<Expr> {
    let ExprKind::In { value, list, negated } = &expr.kind else { return Vec::new() };
    let with = |list: Vec<Expr>, negated| at(ExprKind::In { value: value.clone(), list, negated }, expr);
    let mut all = vec![with(list.clone(), !negated)];
    if list.len() > 1 {
        all.push(with(list[1..].to_vec(), *negated));
        all.push(with(list[..list.len() - 1].to_vec(), *negated));
    }
    all
}

fn connective(expr: &Expr, _: &Place) -> Vec<Expr> {
    match &expr.kind {
        ExprKind::Binary { op: BinaryOp::And, .. } => with_op(expr, BinaryOp::Or),
        ExprKind::Binary { op: BinaryOp::Or, .. } => with_op(expr, BinaryOp::And),
        _ => Vec::new(),
    }
}

fn dropped(expr: &Expr, _: &Place) -> Vec<Expr> {
    match &expr.kind {
        ExprKind::Binary { op: BinaryOp::And, left, right, .. } => vec![(**left).clone(), (**right).clone()],
        ExprKind::Scoped { inner, scope } if scope.filter.is_some() => {
            let scope = Scope { filter: None, ..scope.clone() };
            let empty = scope.from.is_none() && scope.at.is_none() && scope.pick.is_none() && scope.alive.is_none();
            match empty {
                true => vec![group(inner)],
                false => vec![at(ExprKind::Scoped { inner: inner.clone(), scope }, expr)],
            }
        }
        ExprKind::Call(call) if call.clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::Where(_))) => {
            let mut call = call.clone();
            call.clauses.retain(|clause| !matches!(clause.kind, ClauseKind::Where(_)));
            vec![at(ExprKind::Call(call), expr)]
        }
        _ => Vec::new(),
    }
}

fn negated(expr: &Expr, place: &Place) -> Vec<Expr> {
    if !place.is_filter {
        return Vec::new();
    }
    vec![at(ExprKind::Unary { op: UnaryOp::Not, operand: Box::new(group(expr)) }, expr)]
}

fn aggregate(expr: &Expr, _: &Place) -> Vec<Expr> {
    let ExprKind::Call(call) = &expr.kind else { return Vec::new() };
    if !is_aggregate(call) {
        return Vec::new();
    }
    let named = |text: &str| {
        let mut call = call.clone();
        call.name = Name { text: text.into(), ..call.name };
        at(ExprKind::Call(call), expr)
    };
    match call.name.text.as_str() {
        "sum" => vec![named("avg"), named("max"), named("min")],
        "avg" => vec![named("sum"), named("max"), named("median")],
        "min" => vec![named("max")],
        "max" => vec![named("min")],
        "median" => vec![named("avg"), named("max")],
        "count" if call.distinct.is_some() => {
            let mut call = call.clone();
            call.distinct = None;
            vec![at(ExprKind::Call(call), expr)]
        }
        "stddev" => vec![named("stddev_pop"), named("variance")],
        "first" => vec![named("last")],
        "last" => vec![named("first")],
        _ => Vec::new(),
    }
}

fn arithmetic(expr: &Expr, place: &Place) -> Vec<Expr> {
    use BinaryOp::*;
    match &expr.kind {
        ExprKind::Binary { op: Add, right, .. } if !matches!(right.kind, ExprKind::Duration { .. }) => {
            with_op(expr, Subtract)
        }
        ExprKind::Binary { op: Subtract, left, right, .. } if !matches!(right.kind, ExprKind::Duration { .. }) => {
            vec![binary(Add, left, right), binary(Subtract, right, left)]
        }
        ExprKind::Binary { op: Divide, left, right, .. } => {
            let other_way = if place.kind == Kind::Metrics { vec![binary(Divide, right, left)] } else { Vec::new() };
            other_way.into_iter().chain([(**left).clone()]).collect()
        }
        ExprKind::Binary { op: Multiply, left, right, .. } => vec![(**left).clone(), (**right).clone()],
        ExprKind::Call(call) if is_aggregate(call) => {
            let twice = binary(Multiply, expr, &number(2, expr));
            let less = at(ExprKind::Unary { op: UnaryOp::Minus, operand: Box::new(group(expr)) }, expr);
            vec![group(&twice), group(&less), group(&binary(Add, expr, &number(1, expr)))]
        }
        ExprKind::Path(path) if place.kind == Kind::Metrics && path.segments.len() == 1 => {
            let twice = binary(Multiply, expr, &number(2, expr));
            vec![group(&twice), group(&binary(Subtract, expr, &number(1, expr)))]
        }
        _ => Vec::new(),
    }
}

fn null_rule(expr: &Expr, place: &Place) -> Vec<Expr> {
    let call = |name: &str, arguments: Vec<Expr>| {
        let name = Name { text: name.into(), span: expr.span, quoted: false };
        let call = etalon::syntax::ast::Call { name, distinct: None, arguments, clauses: Vec::new() };
        at(ExprKind::Call(call), expr)
    };
    match &expr.kind {
        ExprKind::Call(of) if of.name.text == "coalesce" => of.arguments.first().cloned().into_iter().collect(),
        ExprKind::Call(of) if is_aggregate(of) => {
            vec![call("nullif", vec![expr.clone(), number(1, expr)])]
        }
        ExprKind::Path(path) if place.kind == Kind::Metrics && path.segments.len() == 1 => {
            vec![call("coalesce", vec![expr.clone(), number(7, expr)])]
        }
        _ => Vec::new(),
    }
}

/// The sources that a metric is measured from.
pub fn sources_of(project: &Project, metric: &str) -> Vec<String> {
    let id = project.model.metric_named(metric).expect("the metric is there");
    let sources = project.model.metric(id).sources.iter();
    sources.map(|source| project.model.source(*source).name.to_string()).collect()
}

/// Calls `visit` for each derived column of a source, with its place among the source's items.
pub fn derived(ast: &Ast, source: &str, visit: &mut dyn FnMut(usize, &Expr)) {
    for declaration in ast.files.iter().flat_map(|file| &file.declarations) {
        if let Declaration::Source(of) = declaration
            && of.name.text == source
        {
            for (at, item) in of.items.iter().enumerate() {
                if let SourceItem::Derived(column) = item {
                    visit(at, &column.value);
                }
            }
        }
    }
}

/// Every edit of a metric or of what it rests on that changes its meaning.
pub fn all(project: &Project, name: &str) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    let root = Place { kind: Kind::Metrics, is_filter: false, is_compared: false, source: None, inside_from: false };
    // The metric itself, and the metrics that it names.
    let mut metrics = vec![name.to_string()];
    let mut next = 0;
    while next < metrics.len() {
        let mut formula = metric(&project.ast, &metrics[next]).formula.clone();
        walk(&mut formula, &root, &mut |expr, place| {
            if let ExprKind::Path(path) = &expr.kind
                && place.kind == Kind::Metrics
                && !metrics.contains(&path.segments[0].text.to_string())
            {
                metrics.push(path.segments[0].text.to_string());
            }
        });
        next += 1;
    }
    for (depth, of) in metrics.iter().enumerate() {
        let formula = &metric(&project.ast, of).formula;
        for (operator, edit) in EDITS {
            let operator = if depth == 0 { operator } else { upstream(operator) };
            for way in ways(formula, &root, &edit) {
                let mut ast = project.ast.clone();
                metric_mut(&mut ast, of).formula = edited(formula, &root, &edit, way);
                mutants.push(Mutant { operator, ast, name: name.to_string() });
            }
        }
    }
    by_another_axis(project, name, &mut mutants);
    // Conditions on the rows of the metric itself before those of what it names.
    for of in &metrics {
        narrowed(project, of, name, &mut mutants);
    }
    mutants
}

/// The name of an edit made further up.
fn upstream(operator: &'static str) -> &'static str {
    match operator {
        "bound" => "upstream: bound",
        "equality" => "upstream: equality",
        "constant" => "upstream: constant",
        "list" => "upstream: list",
        "`and` or `or`" => "upstream: `and` or `or`",
        "condition dropped" => "upstream: condition dropped",
        "condition negated" => "upstream: condition negated",
        "aggregate" => "upstream: aggregate",
        "arithmetic" => "upstream: arithmetic",
        _ => "upstream: null rule",
    }
}

/// `(m) where c`: fewer rows, by each column of what the metric is measured from.
fn narrowed(project: &Project, of: &str, name: &str, mutants: &mut Vec<Mutant>) {
    let id = project.model.metric_named(of).expect("the metric is there");
    let sources = &project.model.metric(id).sources;
    let [source] = sources[..] else { return };
    let formula = &metric(&project.ast, of).formula;
    for condition in conditions(&project.model, source, formula) {
        let mut ast = project.ast.clone();
        let target = &mut metric_mut(&mut ast, of).formula;
        *target = match &formula.kind {
            ExprKind::Scoped { inner, scope } if scope.from.is_some() => {
                let filter = match &scope.filter {
                    Some(filter) => binary(BinaryOp::And, filter, &condition),
                    None => condition,
                };
                let scope = Scope { filter: Some(Box::new(filter)), ..scope.clone() };
                at(ExprKind::Scoped { inner: inner.clone(), scope }, formula)
            }
            _ => {
                let scope = Scope { filter: Some(Box::new(condition)), ..Scope::default() };
                at(ExprKind::Scoped { inner: Box::new(group(formula)), scope }, formula)
            }
        };
        mutants.push(Mutant { operator: CONDITION_ADDED, ast, name: name.to_string() });
    }
}

/// Conditions on each column that a row of a source has or leads to.
fn conditions(model: &Model, source: SourceId, like: &Expr) -> Vec<Expr> {
    let declared = model.source(source);
    // The columns of the row, then those of the rows that it leads to.
    let joined = declared.joins.iter().flat_map(|join| {
        let there = &model.source(join.target).columns;
        there.iter().map(move |column| (vec![join.name.clone(), column.name.clone()], column))
    });
    let own = declared.columns.iter().map(|column| (vec![column.name.clone()], column));
    let mut all = Vec::new();
    for (names, column) in own.chain(joined).filter(|(_, column)| column.derived.is_none()) {
        let segments =
            names.into_iter().map(|text| Name { text, span: Span::default(), quoted: true }).collect::<Vec<_>>();
        let path = at(ExprKind::Path(Path { segments, span: like.span }), like);
        let text = |value: &str| at(ExprKind::Text(Text { value: value.into(), span: like.span, long: false }), like);
        let day = |text: &str| at(ExprKind::Date(DateText { text: text.into(), span: like.span }), like);
        match column.ty.base {
            Base::Integer | Base::Decimal { .. } => {
                all.push(binary(BinaryOp::Greater, &path, &number(1, like)));
                all.push(binary(BinaryOp::NotEqual, &path, &number(2, like)));
                all.push(binary(BinaryOp::Less, &path, &number(100, like)));
                all.push(binary(BinaryOp::Equal, &path, &number(7, like)));
            }
            Base::Text => {
                all.push(binary(BinaryOp::NotEqual, &path, &text("internal")));
                all.push(binary(BinaryOp::Equal, &path, &text("internal")));
                all.push(binary(BinaryOp::Greater, &path, &text("m")));
            }
            Base::Date | Base::Timestamp => {
                all.push(binary(BinaryOp::GreaterOrEqual, &path, &day("2026-01-15")));
                all.push(binary(BinaryOp::Less, &path, &day("2026-03-01")));
                all.push(binary(BinaryOp::NotEqual, &path, &day("2026-02-28")));
            }
            Base::Boolean => {
                all.push(path.clone());
                all.push(at(ExprKind::Unary { op: UnaryOp::Not, operand: Box::new(path.clone()) }, like));
            }
            _ => {}
        }
        if column.ty.nullable {
            let is_null =
                |negated| ExprKind::Is { value: Box::new(path.clone()), what: etalon::syntax::ast::Is::Null, negated };
            all.push(at(is_null(false), like));
            all.push(at(is_null(true), like));
        }
    }
    all
}

/// Another time of the same source.
fn by_another_axis(project: &Project, name: &str, mutants: &mut Vec<Mutant>) {
    let formula = &metric(&project.ast, name).formula;
    let ExprKind::Scoped { inner, scope } = &formula.kind else { return };
    let Some(from) = &scope.from else { return };
    let Some(source) = project.model.source_named(&from.text) else { return };
    let declared = project.model.source(source);
    let used = match &scope.at {
        Some(path) => path.segments.last().map(|segment| segment.text.clone()),
        None => declared.time.map(|time| declared.column(time).name.clone()),
    };
    let others =
        declared.columns.iter().filter(|column| column.ty.base.is_time() && Some(&column.name) != used.as_ref());
    for column in others {
        let segment = Name { text: column.name.clone(), span: Span::default(), quoted: true };
        let axis = Path { segments: vec![segment], span: formula.span };
        let scope = Scope { at: Some(axis), ..scope.clone() };
        let mut ast = project.ast.clone();
        metric_mut(&mut ast, name).formula = at(ExprKind::Scoped { inner: inner.clone(), scope }, formula);
        mutants.push(Mutant { operator: "time axis", ast, name: name.to_string() });
    }
}
