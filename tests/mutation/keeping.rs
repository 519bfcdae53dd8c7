//! Rewrites that keep the meaning: the same thing said otherwise.

use super::walk::{Kind, Place, edited, is_aggregate, is_per, ways};
use super::{Mutant, Project, metric, metric_mut, source_mut};
use etalon::source::Span;
use etalon::syntax::ast::{
    Ast, Attribute, AttributeKind, BinaryOp, Clause, ClauseKind, Declaration, Derived, Expr, ExprKind, Is, Metric,
    Name, Path, Scope, SourceItem, Text, UnaryOp,
};
use smol_str::SmolStr;

type Edit = fn(&Expr, &Place) -> Vec<Expr>;

/// Edits of one place of a formula.
const EDITS: [(&str, Edit); 14] = [
    ("operands swapped", swapped),
    ("comparison turned round", flipped),
    ("parentheses", grouped),
    ("double negation", negated_twice),
    ("condition said twice", said_twice),
    ("`is true` in a filter", is_true),
    ("list reordered or repeated", list_reordered),
    ("`in` as `=` and `or`", list_spelt_out),
    ("`=` as `in`", equality_as_list),
    ("`<>` and `not in` by `not`", negation_spelt_out),
    ("`between` as two bounds", between_spelt_out),
    ("constant as a sum", constant_as_sum),
    ("`where` of an aggregate as `case`", where_as_case),
    ("filter split in two", filter_split),
];

fn name(text: &str) -> Name {
    Name { text: SmolStr::new(text), span: Span::default(), quoted: false }
}

fn at(kind: ExprKind, like: &Expr) -> Expr {
    Expr { kind, span: like.span }
}

fn group(expr: &Expr) -> Expr {
    at(ExprKind::Group(Box::new(expr.clone())), expr)
}

fn binary(op: BinaryOp, left: &Expr, right: &Expr) -> Expr {
    let kind = ExprKind::Binary { op, op_span: left.span, left: Box::new(group(left)), right: Box::new(group(right)) };
    at(kind, left)
}

fn not(expr: &Expr) -> Expr {
    at(ExprKind::Unary { op: UnaryOp::Not, operand: Box::new(group(expr)) }, expr)
}

fn swapped(expr: &Expr, _: &Place) -> Vec<Expr> {
    use BinaryOp::*;
    match &expr.kind {
        ExprKind::Binary { op: op @ (And | Or | Equal | NotEqual | Add | Multiply), left, right, .. }
            if !matches!(right.kind, ExprKind::Duration { .. }) =>
        {
            vec![binary(*op, right, left)]
        }
        _ => Vec::new(),
    }
}

fn flipped(expr: &Expr, _: &Place) -> Vec<Expr> {
    use BinaryOp::*;
    let ExprKind::Binary { op, left, right, .. } = &expr.kind else { return Vec::new() };
    let turned = match op {
        Less => Greater,
        LessOrEqual => GreaterOrEqual,
        Greater => Less,
        GreaterOrEqual => LessOrEqual,
        _ => return Vec::new(),
    };
    vec![binary(turned, right, left)]
}

fn grouped(expr: &Expr, place: &Place) -> Vec<Expr> {
    // A constant in a list is a constant, not an expression.
    let is_written_out = matches!(expr.kind, ExprKind::Scoped { .. } | ExprKind::Duration { .. });
    if is_written_out && place.kind == Kind::Metrics { Vec::new() } else { vec![group(expr)] }
}

fn is_condition(expr: &Expr) -> bool {
    use BinaryOp::*;
    match &expr.kind {
        ExprKind::Binary { op, .. } => {
            matches!(op, And | Or | Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual)
        }
        ExprKind::Between { .. } | ExprKind::In { .. } | ExprKind::Like { .. } | ExprKind::Is { .. } => true,
        ExprKind::Unary { op: UnaryOp::Not, .. } => true,
        _ => false,
    }
}

fn negated_twice(expr: &Expr, _: &Place) -> Vec<Expr> {
    if is_condition(expr) { vec![not(&not(expr))] } else { Vec::new() }
}

fn said_twice(expr: &Expr, place: &Place) -> Vec<Expr> {
    if !place.is_filter {
        return Vec::new();
    }
    vec![binary(BinaryOp::And, expr, expr), binary(BinaryOp::Or, expr, expr)]
}

fn is_true(expr: &Expr, place: &Place) -> Vec<Expr> {
    if !place.is_filter {
        return Vec::new();
    }
    vec![at(ExprKind::Is { value: Box::new(group(expr)), what: Is::True, negated: false }, expr)]
}

fn list_reordered(expr: &Expr, _: &Place) -> Vec<Expr> {
    let ExprKind::In { value, list, negated } = &expr.kind else { return Vec::new() };
    let with = |list: Vec<Expr>| at(ExprKind::In { value: value.clone(), list, negated: *negated }, expr);
    let repeated = list.iter().cloned().chain(list.first().cloned()).collect();
    let mut all = vec![with(repeated)];
    if list.len() > 1 {
        all.push(with(list.iter().rev().cloned().collect()));
    }
    all
}

fn list_spelt_out(expr: &Expr, _: &Place) -> Vec<Expr> {
    let ExprKind::In { value, list, negated: false } = &expr.kind else { return Vec::new() };
    let equal = list.iter().map(|item| binary(BinaryOp::Equal, value, item));
    equal.reduce(|left, right| binary(BinaryOp::Or, &left, &right)).into_iter().collect()
}

fn is_constant(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Date(_))
}

fn equality_as_list(expr: &Expr, place: &Place) -> Vec<Expr> {
    match &expr.kind {
        ExprKind::Binary { op: BinaryOp::Equal, left, right, .. } if is_constant(right) && place.kind == Kind::Rows => {
            vec![at(ExprKind::In { value: left.clone(), list: vec![(**right).clone()], negated: false }, expr)]
        }
        _ => Vec::new(),
    }
}

fn negation_spelt_out(expr: &Expr, _: &Place) -> Vec<Expr> {
    match &expr.kind {
        ExprKind::Binary { op: BinaryOp::NotEqual, left, right, .. } => {
            vec![not(&binary(BinaryOp::Equal, left, right))]
        }
        ExprKind::In { value, list, negated: true } => {
            let inside = ExprKind::In { value: value.clone(), list: list.clone(), negated: false };
            vec![not(&at(inside, expr))]
        }
        ExprKind::Is { value, what, negated: true } => {
            let inside = ExprKind::Is { value: value.clone(), what: *what, negated: false };
            vec![not(&at(inside, expr))]
        }
        _ => Vec::new(),
    }
}

fn between_spelt_out(expr: &Expr, _: &Place) -> Vec<Expr> {
    let ExprKind::Between { value, low, high, negated: false } = &expr.kind else { return Vec::new() };
    let bounds = (binary(BinaryOp::GreaterOrEqual, value, low), binary(BinaryOp::LessOrEqual, value, high));
    vec![binary(BinaryOp::And, &bounds.0, &bounds.1)]
}

fn constant_as_sum(expr: &Expr, place: &Place) -> Vec<Expr> {
    match &expr.kind {
        ExprKind::Number(text) if place.is_compared && !text.contains('.') => {
            let Ok(value) = text.parse::<i64>() else { return Vec::new() };
            let number = |value: i64| at(ExprKind::Number(SmolStr::from(value.to_string())), expr);
            vec![group(&binary(BinaryOp::Add, &number(value), &number(0)))]
        }
        _ => Vec::new(),
    }
}

/// `sum(x where p)` is `sum(case when p then x end)`, and `count(where p)` counts what the `case` gives.
fn where_as_case(expr: &Expr, _: &Place) -> Vec<Expr> {
    let ExprKind::Call(call) = &expr.kind else { return Vec::new() };
    // First and last see nulls.
    if !is_aggregate(call) || is_per(call) || ["first", "last"].contains(&call.name.text.as_str()) {
        return Vec::new();
    }
    let case = |when: &Expr, then: Expr| {
        at(ExprKind::Case { operand: None, arms: vec![(group(when), then)], otherwise: None }, expr)
    };
    let mut call = call.clone();
    if let (true, [Clause { kind: ClauseKind::Where(filter), .. }]) = (call.arguments.is_empty(), &call.clauses[..]) {
        let one = at(ExprKind::Number("1".into()), expr);
        call.arguments = vec![case(filter, one)];
        call.clauses.clear();
        return vec![at(ExprKind::Call(call), expr)];
    }
    let Some(first) = call.arguments.first() else { return Vec::new() };
    let replaced = match &first.kind {
        ExprKind::Scoped { inner, scope: Scope { filter: Some(filter), from: None, .. } } => {
            case(filter, (**inner).clone())
        }
        _ => return Vec::new(),
    };
    call.arguments[0] = replaced;
    vec![at(ExprKind::Call(call), expr)]
}

/// `… from s where p and q` is `(… where p) from s where q`.
fn filter_split(expr: &Expr, _: &Place) -> Vec<Expr> {
    let ExprKind::Scoped { inner, scope } = &expr.kind else { return Vec::new() };
    let Some(filter) = &scope.filter else { return Vec::new() };
    let ExprKind::Binary { op: BinaryOp::And, left, right, .. } = &filter.kind else { return Vec::new() };
    if scope.pick.is_some() {
        return Vec::new();
    }
    let first = Scope { filter: Some(left.clone()), ..Scope::default() };
    let inside = at(ExprKind::Scoped { inner: inner.clone(), scope: first }, expr);
    let outer = Scope { filter: Some(right.clone()), ..scope.clone() };
    vec![at(ExprKind::Scoped { inner: Box::new(group(&inside)), scope: outer }, expr)]
}

/// Every rewrite of a metric that keeps its meaning.
pub fn all(project: &Project, name: &str) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    let root = Place { kind: Kind::Metrics, is_filter: false, is_compared: false, source: None, inside_from: false };
    let formula = &metric(&project.ast, name).formula;
    for (operator, edit) in EDITS {
        for way in ways(formula, &root, &edit) {
            let mut ast = project.ast.clone();
            metric_mut(&mut ast, name).formula = edited(formula, &root, &edit, way);
            mutants.push(Mutant { operator, ast, name: name.to_string() });
        }
    }
    of_derived_columns(project, name, &mut mutants);
    extracted_columns(project, name, &mut mutants);
    axis_said(project, name, &mut mutants);
    of_metrics(project, name, &mut mutants);
    of_files(project, name, &mut mutants);
    attributes(project, name, &mut mutants);
    mutants
}

/// The same edits in the derived columns that the metric's own source has.
fn of_derived_columns(project: &Project, metric: &str, mutants: &mut Vec<Mutant>) {
    for source in super::changing::sources_of(project, metric) {
        let mut items = Vec::new();
        super::changing::derived(&project.ast, &source, &mut |at, value| items.push((at, value.clone())));
        let root = Place {
            kind: Kind::Rows,
            is_filter: false,
            is_compared: false,
            source: Some(source.clone()),
            inside_from: false,
        };
        for (place, value) in items {
            for (operator, edit) in EDITS {
                for way in ways(&value, &root, &edit).into_iter().take(2) {
                    let mut ast = project.ast.clone();
                    if let SourceItem::Derived(column) = &mut source_mut(&mut ast, &source).items[place] {
                        column.value = edited(&value, &root, &edit, way);
                    }
                    mutants.push(Mutant { operator, ast, name: metric.to_string() });
                }
            }
        }
    }
}

/// A filter becomes a derived column of its source, and is named instead.
fn extracted_columns(project: &Project, name_of: &str, mutants: &mut Vec<Mutant>) {
    let root = Place { kind: Kind::Metrics, is_filter: false, is_compared: false, source: None, inside_from: false };
    let formula = &metric(&project.ast, name_of).formula;
    let mut conditions: Vec<(Expr, String)> = Vec::new();
    let in_source = |expr: &Expr, place: &Place| {
        let fits = place.is_filter && place.kind == Kind::Rows && place.inside_from && is_condition(expr);
        place.source.clone().filter(|_| fits)
    };
    super::walk::walk(&mut formula.clone(), &root, &mut |expr, place| {
        conditions.extend(in_source(expr, place).map(|source| (expr.clone(), source)));
    });
    let flag = |expr: &Expr| {
        let path = Path { segments: vec![name("mutant_flag")], span: expr.span };
        at(ExprKind::Path(path), expr)
    };
    let edit = |expr: &Expr, place: &Place| in_source(expr, place).map(|_| vec![flag(expr)]).unwrap_or_default();
    for (way, (value, source)) in ways(formula, &root, &edit).into_iter().zip(conditions) {
        let mut ast = project.ast.clone();
        metric_mut(&mut ast, name_of).formula = edited(formula, &root, &edit, way);
        let derived = Derived { name: name("mutant_flag"), span: value.span, value };
        source_mut(&mut ast, &source).items.push(SourceItem::Derived(derived));
        mutants.push(Mutant { operator: "filter as a derived column", ast, name: name_of.to_string() });
    }
}

/// The time axis that is meant anyway, said.
fn axis_said(project: &Project, of: &str, mutants: &mut Vec<Mutant>) {
    let formula = &metric(&project.ast, of).formula;
    let ExprKind::Scoped { inner, scope } = &formula.kind else { return };
    let source = scope.from.as_ref().and_then(|from| project.model.source_named(&from.text));
    let Some(source) = source.map(|id| project.model.source(id)).filter(|_| scope.alive.is_none()) else { return };
    let Some(time) = source.time.filter(|_| scope.at.is_none()) else { return };
    let axis = Name { quoted: true, ..name(&source.column(time).name) };
    let scope = Scope { at: Some(Path { segments: vec![axis], span: formula.span }), ..scope.clone() };
    let mut ast = project.ast.clone();
    metric_mut(&mut ast, of).formula = at(ExprKind::Scoped { inner: inner.clone(), scope }, formula);
    mutants.push(Mutant { operator: "time axis said", ast, name: of.to_string() });
}

/// A metric by the name of another, a name by what it stands for, and other names.
fn of_metrics(project: &Project, of: &str, mutants: &mut Vec<Mutant>) {
    let original = metric(&project.ast, of);
    // The whole formula as a metric of its own, which takes the unit with it.
    let mut ast = project.ast.clone();
    let mut part: Metric = original.clone();
    part.name = name("mutant_part");
    part.attributes.retain(|attribute| matches!(attribute.kind, AttributeKind::Unit(_)));
    let path = Path { segments: vec![name("mutant_part")], span: original.formula.span };
    metric_mut(&mut ast, of).formula = at(ExprKind::Path(path), &original.formula);
    ast.files[0].declarations.push(Declaration::Metric(part));
    mutants.push(Mutant { operator: "formula through another metric", ast, name: of.to_string() });

    let root = Place { kind: Kind::Metrics, is_filter: false, is_compared: false, source: None, inside_from: false };
    let inlined = |expr: &Expr, place: &Place| match &expr.kind {
        ExprKind::Path(path) if place.kind == Kind::Metrics && path.segments.len() == 1 => {
            let named = metric(&project.ast, &path.segments[0].text);
            // What a metric says of its unit is not in its formula.
            let says_unit = named.attributes.iter().any(|it| matches!(it.kind, AttributeKind::Unit(_)));
            if says_unit { Vec::new() } else { vec![group(&named.formula)] }
        }
        _ => Vec::new(),
    };
    for way in ways(&original.formula, &root, &inlined) {
        let mut ast = project.ast.clone();
        metric_mut(&mut ast, of).formula = edited(&original.formula, &root, &inlined, way);
        mutants.push(Mutant { operator: "another metric written out", ast, name: of.to_string() });
    }
    mutants.push(Mutant {
        operator: "metric renamed",
        ast: renamed(&project.ast, of, "mutant_name"),
        name: "mutant_name".to_string(),
    });
    let others = project.metrics().into_iter().filter(|other| other != of);
    for other in others.take(2) {
        let ast = renamed(&project.ast, &other, "mutant_other");
        mutants.push(Mutant { operator: "another metric renamed", ast, name: of.to_string() });
    }
}

/// The project with a metric of another name, wherever it is named.
fn renamed(ast: &Ast, from: &str, to: &str) -> Ast {
    let mut ast = ast.clone();
    let rename = |name: &mut Name| {
        if name.text == from {
            name.text = to.into();
        }
    };
    let root = Place { kind: Kind::Metrics, is_filter: false, is_compared: false, source: None, inside_from: false };
    let in_formula = |expr: &mut Expr, place: &Place| {
        if let ExprKind::Path(path) = &mut expr.kind
            && place.kind == Kind::Metrics
            && path.segments.len() == 1
        {
            rename(&mut path.segments[0]);
        }
    };
    for declaration in ast.files.iter_mut().flat_map(|file| &mut file.declarations) {
        match declaration {
            Declaration::Metric(metric) => {
                rename(&mut metric.name);
                super::walk::walk(&mut metric.formula, &root, &mut |expr, place| in_formula(expr, place));
                for attribute in &mut metric.attributes {
                    match &mut attribute.kind {
                        AttributeKind::Guardrail(names) => names.iter_mut().for_each(rename),
                        AttributeKind::VariantOf { metric, .. } => rename(metric),
                        AttributeKind::Status(etalon::syntax::ast::Status::Deprecated { instead, .. }) => {
                            instead.iter_mut().for_each(rename);
                        }
                        _ => {}
                    }
                }
            }
            Declaration::Source(source) => {
                let rows = Place { kind: Kind::Rows, ..root.clone() };
                for item in &mut source.items {
                    if let SourceItem::Derived(column) = item {
                        super::walk::walk(&mut column.value, &rows, &mut |expr, place| in_formula(expr, place));
                    }
                }
            }
            Declaration::Team(team) => {
                for item in &mut team.items {
                    if let etalon::syntax::ast::TeamItem::PaidOn { metrics, .. } = item {
                        metrics.iter_mut().for_each(rename);
                    }
                }
            }
            _ => {}
        }
    }
    // Reports show metrics in several clauses; what they show says nothing of what a metric means.
    for file in &mut ast.files {
        file.declarations.retain(|declaration| !matches!(declaration, Declaration::Report(_)));
    }
    ast
}

fn each_source(ast: &mut Ast, change: &dyn Fn(&mut etalon::syntax::ast::Source)) {
    for declaration in ast.files.iter_mut().flat_map(|file| &mut file.declarations) {
        if let Declaration::Source(source) = declaration {
            change(source);
        }
    }
}

/// The order and number of files and declarations.
fn of_files(project: &Project, metric: &str, mutants: &mut Vec<Mutant>) {
    let mut push = |operator, change: &dyn Fn(&mut Ast)| {
        let mut ast = project.ast.clone();
        change(&mut ast);
        mutants.push(Mutant { operator, ast, name: metric.to_string() });
    };
    push("files in another order", &|ast| ast.files.reverse());
    push("declarations in another order", &|ast| {
        ast.files.iter_mut().for_each(|file| file.declarations.reverse());
    });
    push("everything in one file", &|ast| {
        let all: Vec<Declaration> =
            ast.files.iter_mut().flat_map(|file| std::mem::take(&mut file.declarations)).collect();
        ast.files[0].declarations = all;
    });
    push("columns in another order", &|ast| each_source(ast, &|source| source.items.reverse()));
    push("another metric added", &|ast| {
        let mut more = super::metric(ast, metric).clone();
        more.name = name("mutant_more");
        more.attributes.clear();
        ast.files[0].declarations.push(Declaration::Metric(more));
    });
    push("a column added that nobody reads", &|ast| {
        for declaration in ast.files.iter_mut().flat_map(|file| &mut file.declarations) {
            if let Declaration::Source(source) = declaration
                && let Some(SourceItem::Column(column)) =
                    source.items.iter().find(|item| matches!(item, SourceItem::Column(_))).cloned()
            {
                let column = etalon::syntax::ast::Column { name: name("mutant_column"), ..column };
                source.items.push(SourceItem::Column(column));
            }
        }
    });
    push("each declaration in a file of its own", &|ast| {
        let files = std::mem::take(&mut ast.files);
        for file in files {
            for declaration in &file.declarations {
                ast.files.push(etalon::syntax::ast::File { declarations: vec![declaration.clone()], ..file.clone() });
            }
        }
    });
    push("a source added", &|ast| {
        let sources = ast.files.iter().flat_map(|file| &file.declarations);
        let mut one = sources.filter_map(|declaration| match declaration {
            Declaration::Source(source) => Some(source.clone()),
            _ => None,
        });
        let mut more = one.next().expect("the project has a source");
        more.name = name("mutant_source");
        ast.files[0].declarations.push(Declaration::Source(more));
    });
    push("a derived column added that nobody reads", &|ast| {
        each_source(ast, &|source| {
            let span = source.span;
            let value = Expr { kind: ExprKind::Boolean(true), span };
            source.items.push(SourceItem::Derived(Derived { name: name("mutant_flag"), value, span }));
        });
    });
    push("titles of sources changed", &|ast| {
        each_source(ast, &|source| {
            source.title = Some(Text { value: "Other rows".to_string(), span: source.span, long: false });
        });
    });
    push("joins added that nobody takes", &|ast| {
        each_source(ast, &|source| {
            let joins = source.items.iter().filter_map(|item| match item {
                SourceItem::Join(join) => Some(join.clone()),
                _ => None,
            });
            let more: Vec<SourceItem> = joins
                .map(|join| {
                    let name = name(&format!("mutant_{}", join.name.text));
                    SourceItem::Join(etalon::syntax::ast::Join { name, ..join })
                })
                .collect();
            source.items.extend(more);
        });
    });
    push("titles of teams changed", &|ast| {
        for declaration in ast.files.iter_mut().flat_map(|file| &mut file.declarations) {
            if let Declaration::Team(team) = declaration {
                team.title = Some(Text { value: "Others".to_string(), span: team.span, long: false });
            }
        }
    });
    push("two files swapped", &|ast| {
        let last = ast.files.len() - 1;
        ast.files.swap(0, last);
    });
    push("reports taken away", &|ast| {
        for file in &mut ast.files {
            file.declarations.retain(|declaration| !matches!(declaration, Declaration::Report(_)));
        }
    });
}

/// What is said of a metric besides its meaning.
fn attributes(project: &Project, name_of: &str, mutants: &mut Vec<Mutant>) {
    let text = |value: &str| Text { value: value.to_string(), span: Span::default(), long: false };
    let said = [
        ("title changed", AttributeKind::Title(text("Another title"))),
        ("`means` changed", AttributeKind::Means(text("Something that reads otherwise"))),
        ("synonym changed", AttributeKind::Also(vec![text("a synonym nobody has")])),
        ("format changed", AttributeKind::Format(text("0.000"))),
        ("tags changed", AttributeKind::Tags(vec![name("mutant")])),
        ("goal changed", AttributeKind::Goal { up: false }),
        ("tier changed", AttributeKind::Tier(name("silver"))),
        ("status changed", AttributeKind::Status(etalon::syntax::ast::Status::Draft)),
    ];
    for (operator, kind) in said {
        let mut ast = project.ast.clone();
        let metric = metric_mut(&mut ast, name_of);
        if let AttributeKind::Title(_) = kind {
            metric.title = None;
        }
        metric.attributes.retain(|known| std::mem::discriminant(&known.kind) != std::mem::discriminant(&kind));
        metric.attributes.push(Attribute { kind, span: Span::default() });
        mutants.push(Mutant { operator, ast, name: name_of.to_string() });
    }
    let mut ast = project.ast.clone();
    metric_mut(&mut ast, name_of).attributes.retain(|known| {
        matches!(
            known.kind,
            AttributeKind::Unit(_) | AttributeKind::Fill(_) | AttributeKind::By { .. } | AttributeKind::Grain(_)
        )
    });
    mutants.push(Mutant { operator: "all but unit, fill and cuts taken away", ast, name: name_of.to_string() });
    let mut ast = project.ast.clone();
    metric_mut(&mut ast, name_of).attributes.reverse();
    mutants.push(Mutant { operator: "attributes in another order", ast, name: name_of.to_string() });
}
