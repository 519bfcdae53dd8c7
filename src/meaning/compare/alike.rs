//! Whether two expressions, of one model or of two, are built alike: of the same sources, columns and joins by name.
//!
//! Stricter than meaning the same, and sound: where this says yes, both have the same value on every row.

use crate::model::{
    Calendar, Expr, Function, JoinId, Key, KeyKind, Kind, Lookup, Model, Over, PerSource, Period, RowExpr, RowLeaf,
    SourceId, Window,
};

/// An expression of the rows of a source of a model.
#[derive(Clone, Copy)]
pub struct Term<'m> {
    pub model: &'m Model,
    pub source: SourceId,
    pub expr: &'m RowExpr,
}

impl<'m> Term<'m> {
    pub fn of(self, expr: &'m RowExpr) -> Term<'m> {
        Term { expr, ..self }
    }

    /// Its own derived columns stand for what they are. Over a join they do not: where there is no row they are null,
    /// whatever their expression makes of nulls.
    pub fn opened(self) -> Term<'m> {
        match &self.expr.kind {
            Kind::Leaf(RowLeaf::Column { path, source, column }) if path.is_empty() => {
                match &self.model.source(*source).column(*column).derived {
                    Some(derived) => self.of(derived).opened(),
                    None => self,
                }
            }
            _ => self,
        }
    }
}

/// Whether both are built alike.
pub fn rows(a: Term, b: Term) -> bool {
    let (a, b) = (a.opened(), b.opened());
    if a.expr.ty.base != b.expr.ty.base {
        return false;
    }
    match (&a.expr.kind, &b.expr.kind) {
        (Kind::Literal(left), Kind::Literal(right)) => left == right,
        (Kind::Leaf(left), Kind::Leaf(right)) => leaves(a, left, b, right),
        (Kind::Call(left, of_left), Kind::Call(right, of_right)) => calls(a, *left, of_left, b, *right, of_right),
        (Kind::Case { arms: left, otherwise: else_left }, Kind::Case { arms: right, otherwise: else_right }) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|((when, then), (other_when, other_then))| {
                    rows(a.of(when), b.of(other_when)) && rows(a.of(then), b.of(other_then))
                })
                && match (else_left, else_right) {
                    (Some(left), Some(right)) => rows(a.of(left), b.of(right)),
                    (None, None) => true,
                    _ => false,
                }
        }
        _ => false,
    }
}

/// Two optional expressions: both there and alike, or neither there.
pub fn optional(
    model: (&Model, &Model),
    source: (SourceId, SourceId),
    a: Option<&RowExpr>,
    b: Option<&RowExpr>,
) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(left), Some(right)) => rows(
            Term { model: model.0, source: source.0, expr: left },
            Term { model: model.1, source: source.1, expr: right },
        ),
        _ => false,
    }
}

fn calls(a: Term, left: Function, of_left: &[RowExpr], b: Term, right: Function, of_right: &[RowExpr]) -> bool {
    let same = |left: &RowExpr, right: &RowExpr| rows(Term { expr: left, ..a }, Term { expr: right, ..b });
    if left == flipped(right) && left != right {
        return matches!((of_left, of_right), ([x, y], [v, w]) if same(x, w) && same(y, v));
    }
    let zone_fits = left != Function::ToLocal || a.model.calendar.timezone == b.model.calendar.timezone;
    if left != right || of_left.len() != of_right.len() || !zone_fits {
        return false;
    }
    let in_order = || of_left.iter().zip(of_right).all(|(left, right)| same(left, right));
    match left {
        Function::And | Function::Or | Function::Equal | Function::NotEqual | Function::Least | Function::Greatest => {
            in_any_order(of_left, of_right, same)
        }
        // Of doubles too: only their grouping matters.
        Function::Add | Function::Multiply => in_any_order(of_left, of_right, same),
        Function::In | Function::NotIn => {
            same(&of_left[0], &of_right[0]) && in_any_order(&of_left[1..], &of_right[1..], same)
        }
        _ => in_order(),
    }
}

/// The comparison that says the same of its arguments in the other order.
fn flipped(function: Function) -> Function {
    match function {
        Function::Less => Function::Greater,
        Function::Greater => Function::Less,
        Function::LessOrEqual => Function::GreaterOrEqual,
        Function::GreaterOrEqual => Function::LessOrEqual,
        other => other,
    }
}

/// Each of the one side has a partner of its own on the other. Being alike is an equivalence, so the first free one serves.
pub fn in_any_order<A, B>(left: &[A], right: &[B], same: impl Fn(&A, &B) -> bool) -> bool {
    let mut free: Vec<&B> = right.iter().collect();
    left.len() == right.len()
        && left.iter().all(|one| match free.iter().position(|other| same(one, other)) {
            Some(at) => {
                free.swap_remove(at);
                true
            }
            None => false,
        })
}

fn leaves(a: Term, left: &RowLeaf, b: Term, right: &RowLeaf) -> bool {
    match (left, right) {
        (
            RowLeaf::Column { path: way, source: end, column },
            RowLeaf::Column { path: other_way, source: other_end, column: other_column },
        ) => {
            let (end_a, end_b) = (a.model.source(*end), b.model.source(*other_end));
            let (one, other) = (end_a.column(*column), end_b.column(*other_column));
            let derived =
                optional((a.model, b.model), (*end, *other_end), one.derived.as_ref(), other.derived.as_ref());
            // What a derived column is called has no meaning.
            let named = one.derived.is_some() || one.name == other.name;
            paths((a.model, a.source, way), (b.model, b.source, other_way))
                && end_a.name == end_b.name
                && named
                && one.ty.base == other.ty.base
                && (one.derived.is_some() || one.ty.nullable == other.ty.nullable)
                && derived
        }
        (RowLeaf::Lookup(left), RowLeaf::Lookup(right)) => lookups(a, left, b, right),
        _ => false,
    }
}

fn lookups(a: Term, left: &Lookup, b: Term, right: &Lookup) -> bool {
    let until = optional((a.model, b.model), (a.source, b.source), left.until.as_ref(), right.until.as_ref());
    until
        && left.null_matches == right.null_matches
        && left.keys.len() == right.keys.len()
        && left.keys.iter().zip(&right.keys).all(|((key, value), (other_key, other_value))| {
            keys((a.model, b.model), key, other_key) && rows(Term { expr: value, ..a }, Term { expr: other_value, ..b })
        })
        && super::align::same((a.model, &left.metric), (b.model, &right.metric))
}

/// Both lead over the same joins to the same source.
fn paths(a: (&Model, SourceId, &[JoinId]), b: (&Model, SourceId, &[JoinId])) -> bool {
    let ((model_a, mut at_a, way_a), (model_b, mut at_b, way_b)) = (a, b);
    if way_a.len() != way_b.len() {
        return false;
    }
    for (hop_a, hop_b) in way_a.iter().zip(way_b) {
        let (here_a, here_b) = (model_a.source(at_a), model_b.source(at_b));
        let (join_a, join_b) = (here_a.join(*hop_a), here_b.join(*hop_b));
        let (there_a, there_b) = (model_a.source(join_a.target), model_b.source(join_b.target));
        let on_a = join_a.on.iter().map(|(from, to)| (&here_a.column(*from).name, &there_a.column(*to).name));
        let on_b = join_b.on.iter().map(|(from, to)| (&here_b.column(*from).name, &there_b.column(*to).name));
        let valid = match (&join_a.valid, &join_b.valid) {
            (None, None) => true,
            (Some(a), Some(b)) => {
                here_a.column(a.moment).name == here_b.column(b.moment).name
                    && there_a.column(a.from).name == there_b.column(b.from).name
                    && there_a.column(a.to).name == there_b.column(b.to).name
            }
            _ => false,
        };
        if there_a.name != there_b.name || !on_a.eq(on_b) || !valid {
            return false;
        }
        (at_a, at_b) = (join_a.target, join_b.target);
    }
    true
}

/// Both keys group by the same.
pub fn keys(models: (&Model, &Model), a: &Key, b: &Key) -> bool {
    match (&a.kind, &b.kind) {
        (KeyKind::Column(left), KeyKind::Column(right)) => per_source(models, left, right, rows),
        (KeyKind::Grain(left), KeyKind::Grain(right)) => left == right && same_calendar(models),
        (KeyKind::Part(left), KeyKind::Part(right)) => left == right && same_calendar(models),
        (KeyKind::Declared(left), KeyKind::Declared(right)) => {
            periods(models, Period::Declared(*left), Period::Declared(*right))
        }
        _ => false,
    }
}

fn same_calendar((a, b): (&Model, &Model)) -> bool {
    let same = |a: &Calendar, b: &Calendar| a == b;
    same(&a.calendar, &b.calendar)
}

/// The same sources, with expressions that are alike in the sense given.
pub fn per_source(
    (a, b): (&Model, &Model),
    left: &PerSource<RowExpr>,
    right: &PerSource<RowExpr>,
    same: impl Fn(Term, Term) -> bool,
) -> bool {
    let left: Vec<_> = left.iter().collect();
    let right: Vec<_> = right.iter().collect();
    in_any_order(&left, &right, |(source, expr), (other, other_expr)| {
        a.source(*source).name == b.source(*other).name
            && same(Term { model: a, source: *source, expr }, Term { model: b, source: *other, expr: other_expr })
    })
}

/// The same kind of period. Of a calendar table: by the same columns.
pub fn periods((a, b): (&Model, &Model), left: Period, right: Period) -> bool {
    match (left, right) {
        (Period::Standard(left), Period::Standard(right)) => left == right && same_calendar((a, b)),
        (Period::Declared(left), Period::Declared(right)) => {
            let (left, right) = (a.grain(left), b.grain(right));
            let (table_a, table_b) = (a.source(left.source), b.source(right.source));
            table_a.name == table_b.name
                && table_a.column(left.at).name == table_b.column(right.at).name
                && table_a.column(left.column).name == table_b.column(right.column).name
        }
        _ => false,
    }
}

/// The same window.
pub fn windows(models: (&Model, &Model), left: Window, right: Window) -> bool {
    match (left, right) {
        (Window::ToDate(left), Window::ToDate(right)) => periods(models, left, right),
        _ => left == right,
    }
}

/// The same keys taken out.
pub fn overs(models: (&Model, &Model), left: &Over, right: &Over) -> bool {
    match (left, right) {
        (Over::EveryDimension, Over::EveryDimension) => true,
        (Over::Keys(left), Over::Keys(right)) | (Over::Except(left), Over::Except(right)) => {
            in_any_order(left, right, |one, other| one.name == other.name && keys(models, one, other))
        }
        _ => false,
    }
}

/// Whether a metric expression is this constant.
pub fn constant<L>(expr: &Expr<L>) -> Option<&crate::model::Literal> {
    match &expr.kind {
        Kind::Literal(literal) => Some(literal),
        Kind::Call(Function::Widen(_), inner) => constant(&inner[0]),
        _ => None,
    }
}
