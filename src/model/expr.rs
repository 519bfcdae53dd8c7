//! Typed expressions. The same tree serves rows, metrics and SQL: only the leaves differ.

use super::time::{Grain, Part};
use super::types::{Base, Type};
use jiff::civil::{Date, DateTime};
use smol_str::SmolStr;

/// An expression over leaves `L`, with the type of every node known.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Expr<L> {
    pub kind: Kind<L>,
    pub ty: Type,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Kind<L> {
    Leaf(L),
    Literal(Literal),
    Call(Function, Vec<Expr<L>>),
    /// `case when … then … else … end`. Without `otherwise` it is null.
    Case {
        arms: Vec<(Expr<L>, Expr<L>)>,
        otherwise: Option<Box<Expr<L>>>,
    },
}

/// A constant. Its type, with the scale of a decimal, is that of its node.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Literal {
    Null,
    Boolean(bool),
    Integer(i64),
    /// `digits` / 10^`scale`
    Decimal {
        digits: i128,
        scale: u8,
    },
    Text(SmolStr),
    Date(Date),
    Timestamp(DateTime),
    /// A moment, as the wall time in UTC.
    Instant(DateTime),
}

/// Everything that computes a value from values. What each means is in the reference manual's table of functions; a null
/// argument gives null unless said otherwise here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Function {
    /// Any number of arguments, at least two; three-valued.
    And,
    /// Any number of arguments, at least two; three-valued.
    Or,
    Not,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// The first argument among the others, which are literals and never null.
    In,
    NotIn,
    /// Pattern with `%` and `_`, without an escape character; exact in case.
    Like,
    NotLike,
    /// Never null.
    IsNull,
    IsNotNull,
    IsTrue,
    IsNotTrue,
    IsFalse,
    IsNotFalse,
    /// Two numbers of one type.
    Add,
    Subtract,
    Multiply,
    /// Doubles; null where the divisor is zero.
    Divide,
    Negate,
    Concat,
    /// The first that is not null.
    Coalesce,
    /// Null where both are equal.
    Nullif,
    Abs,
    /// Half away from zero, to so many digits after the point (before it where negative).
    Round(i8),
    Floor,
    Ceil,
    /// The remainder with the sign of the dividend; null where the divisor is zero.
    Mod,
    Power,
    Sqrt,
    Ln,
    Exp,
    /// Null where any argument is.
    Least,
    /// Null where any argument is.
    Greatest,
    Lower,
    Upper,
    /// Takes U+0020 off both ends, nothing else.
    Trim,
    /// In code points.
    Length,
    /// Text, first position from 1, and perhaps a length; in code points.
    Substring,
    Replace,
    StartsWith,
    EndsWith,
    Contains,
    /// Written by the user.
    Cast(Base),
    /// Put in by the checker where a number meets a wider one; the value stays the same.
    Widen(Base),
    /// So many of the unit later (earlier where negative). Months clip at the month's last day.
    Shift {
        count: i64,
        unit: Grain,
    },
    /// The start of the civil period: ISO weeks from Monday, years from January. From `day` up the result is a date.
    Truncate(Grain),
    /// Civil periods from the first to the second: ordinal(b) - ordinal(a).
    Difference(Grain),
    Part(Part),
    /// The wall time of an `instant` in the project's zone.
    ToLocal,
    /// The `timestamp` that shows an `instant` in UTC. Only plans have it.
    ToUtc,
    /// The `instant` that a `timestamp` in UTC shows. Only plans have it.
    FromUtc,
    /// A `timestamp`, and how many seconds later. Only plans have it.
    SecondsLater,
}

impl<L> Expr<L> {
    pub fn leaf(leaf: L, ty: Type) -> Self {
        Expr { kind: Kind::Leaf(leaf), ty }
    }

    pub fn literal(literal: Literal, ty: Type) -> Self {
        Expr { kind: Kind::Literal(literal), ty }
    }

    pub fn call(function: Function, arguments: Vec<Expr<L>>, ty: Type) -> Self {
        Expr { kind: Kind::Call(function, arguments), ty }
    }

    /// A node that stands where an error was reported.
    pub fn broken() -> Self {
        Expr { kind: Kind::Literal(Literal::Null), ty: Type::BROKEN }
    }

    /// So many units later.
    pub fn shifted(self, count: i64, unit: Grain) -> Self {
        let ty = self.ty.clone();
        Expr::call(Function::Shift { count, unit }, vec![self], ty)
    }

    /// All of them at once; `None` for an empty list, which is true.
    pub fn all(conjuncts: Vec<Expr<L>>) -> Option<Self> {
        Self::joined(Function::And, conjuncts)
    }

    /// At least one of them; `None` for an empty list.
    pub fn any(disjuncts: Vec<Expr<L>>) -> Option<Self> {
        Self::joined(Function::Or, disjuncts)
    }

    fn joined(function: Function, mut parts: Vec<Expr<L>>) -> Option<Self> {
        if parts.len() < 2 {
            return parts.pop();
        }
        let nullable = parts.iter().any(|part| part.ty.nullable);
        Some(Expr::call(function, parts, Type::plain(Base::Boolean).or_null(nullable)))
    }

    /// The parts of a conjunction, however nested.
    pub fn conjuncts(self) -> Vec<Expr<L>> {
        match self.kind {
            Kind::Call(Function::And, parts) => parts.into_iter().flat_map(Expr::conjuncts).collect(),
            _ => vec![self],
        }
    }

    /// The same expression over other leaves; each leaf may become a whole expression.
    pub fn replace<M>(&self, leaf: &mut impl FnMut(&L, &Type) -> Expr<M>) -> Expr<M> {
        let kind = match &self.kind {
            Kind::Leaf(it) => return leaf(it, &self.ty),
            Kind::Literal(literal) => Kind::Literal(literal.clone()),
            Kind::Call(function, arguments) => {
                Kind::Call(*function, arguments.iter().map(|argument| argument.replace(leaf)).collect())
            }
            Kind::Case { arms, otherwise } => Kind::Case {
                arms: arms.iter().map(|(when, then)| (when.replace(leaf), then.replace(leaf))).collect(),
                otherwise: otherwise.as_ref().map(|value| Box::new(value.replace(leaf))),
            },
        };
        Expr { kind, ty: self.ty.clone() }
    }

    /// Calls `visit` for each leaf, from left to right.
    pub fn leaves<'a>(&'a self, visit: &mut impl FnMut(&'a L)) {
        self.leaf_nodes(&mut |leaf, _| visit(leaf));
    }

    /// Calls `visit` for each leaf with its type, from left to right.
    pub fn leaf_nodes<'a>(&'a self, visit: &mut impl FnMut(&'a L, &'a Type)) {
        match &self.kind {
            Kind::Leaf(leaf) => visit(leaf, &self.ty),
            Kind::Literal(_) => {}
            Kind::Call(_, arguments) => arguments.iter().for_each(|argument| argument.leaf_nodes(visit)),
            Kind::Case { arms, otherwise } => {
                for (when, then) in arms {
                    when.leaf_nodes(visit);
                    then.leaf_nodes(visit);
                }
                if let Some(otherwise) = otherwise {
                    otherwise.leaf_nodes(visit);
                }
            }
        }
    }
}
