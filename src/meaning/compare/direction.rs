//! Where a change takes a number: which rows it takes in, and whether the value can only rise or only fall.
//!
//! Said only where it is known for all rows: of counts, of least and greatest values, and of sums of what columns promise to
//! be at least zero. It holds for each combination of keys and each period on its own, wherever an answer has a row for it.

use super::align::{self, Aligned, AlignedLeaf};
use super::alike;
use super::cases::Relation;
use super::pairs::Pair;
use super::signs::{is_positive, is_zero, is_zero_literal, row_is_positive};
use crate::model::{Aggregate, Function, Kind, Literal};
use std::ops::{BitOr, Not};

/// How the second definition's number lies to the first's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Direction {
    pub scope: Scope,
    pub value: Moves,
}

/// Which rows the second takes in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// The same.
    Same,
    /// No row that the first does not.
    Narrowed,
    /// All rows that the first does.
    Widened,
    /// Others.
    Shifted,
}

/// What may happen to the value. All at once is "either".
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Moves {
    pub rise: bool,
    pub fall: bool,
    /// A value may become null.
    pub vanish: bool,
    /// Null may become a value.
    pub appear: bool,
}

impl Moves {
    const NONE: Moves = Moves { rise: false, fall: false, vanish: false, appear: false };
    const ALL: Moves = Moves { rise: true, fall: true, vanish: true, appear: true };
    const EITHER: Moves = Moves { rise: true, fall: true, ..Moves::NONE };

    /// Without what concerns null.
    fn amounts(self) -> Moves {
        Moves { vanish: false, appear: false, ..self }
    }

    fn nulls(self) -> bool {
        self.vanish || self.appear
    }
}

impl BitOr for Moves {
    type Output = Moves;

    fn bitor(self, other: Moves) -> Moves {
        Moves {
            rise: self.rise || other.rise,
            fall: self.fall || other.fall,
            vanish: self.vanish || other.vanish,
            appear: self.appear || other.appear,
        }
    }
}

/// Of the negative.
impl Not for Moves {
    type Output = Moves;

    fn not(self) -> Moves {
        Moves { rise: self.fall, fall: self.rise, ..self }
    }
}

/// Of two formulas laid over each other; nothing is known of two that are built differently.
pub fn direction(aligned: Option<&Aligned>) -> Direction {
    let Some(aligned) = aligned else { return Direction { scope: Scope::Shifted, value: Moves::ALL } };
    let mut scope = Some(Relation::Equal);
    align::pairs(aligned, &mut |pair| {
        scope = scope.zip(pair.relations()).map(|(scope, it)| scope.and(it.exist).and(it.count));
    });
    let scope = match scope.unwrap_or(Relation::Crossing) {
        Relation::Equal => Scope::Same,
        Relation::Narrower => Scope::Narrowed,
        Relation::Wider => Scope::Widened,
        Relation::Crossing => Scope::Shifted,
    };
    Direction { scope, value: moves(aligned) }
}

fn moves(expr: &Aligned) -> Moves {
    match &expr.kind {
        Kind::Literal(_) => Moves::NONE,
        Kind::Leaf(leaf) => of_leaf(leaf),
        Kind::Call(function, arguments) => call(*function, arguments),
        Kind::Case { arms, otherwise } => {
            let conditions = arms.iter().map(|(when, _)| moves(when)).fold(Moves::NONE, Moves::bitor);
            if conditions != Moves::NONE {
                return Moves::ALL;
            }
            let values = arms.iter().map(|(_, then)| then).chain(otherwise.as_deref());
            values.map(moves).fold(Moves::NONE, Moves::bitor)
        }
    }
}

fn call(function: Function, arguments: &[Aligned]) -> Moves {
    let each: Vec<Moves> = arguments.iter().map(moves).collect();
    let all = each.iter().copied().fold(Moves::NONE, Moves::bitor);
    if all == Moves::NONE {
        return all;
    }
    let nulls = Moves { rise: false, fall: false, ..all };
    match (function, &each[..]) {
        (Function::Add | Function::Least | Function::Greatest, _) => all,
        (Function::Widen(_) | Function::Round(_) | Function::Floor | Function::Ceil, _) => all,
        (Function::Subtract, [left, right]) => *left | !*right,
        (Function::Negate, [it]) => !*it,
        (Function::Multiply, [left, right]) => {
            let keeps = |moved: &Moves, other: &Aligned| *moved == Moves::NONE || is_positive(other);
            if keeps(left, &arguments[1]) && keeps(right, &arguments[0]) { all } else { Moves::EITHER | nulls }
        }
        (Function::Divide, [left, right]) => {
            // A divisor that becomes zero, or is zero no more.
            let by_zero = Moves { rise: false, fall: false, vanish: right.fall, appear: right.rise };
            let known = is_positive(&arguments[1]) && (*right == Moves::NONE || is_positive(&arguments[0]));
            (if known { *left | !*right } else { Moves::EITHER | nulls }) | by_zero
        }
        (Function::Coalesce, _) => coalesce(arguments, &each),
        (Function::Abs, [it]) if is_positive(&arguments[0]) => *it,
        _ => Moves::ALL,
    }
}

fn coalesce(arguments: &[Aligned], each: &[Moves]) -> Moves {
    let (first, rest) = (each[0], each[1..].iter().copied().fold(Moves::NONE, Moves::bitor));
    let falls_to_zero = arguments.len() == 2 && is_positive(&arguments[0]) && is_zero(&arguments[1]);
    let replaced = match (first.nulls(), falls_to_zero) {
        (false, _) => first,
        (true, true) => first.amounts() | Moves { rise: first.appear, fall: first.vanish, ..Moves::NONE },
        (true, false) => Moves::EITHER,
    };
    let always = arguments[1..].iter().any(|it| alike::constant(it).is_some_and(|it| *it != Literal::Null));
    let nulls = Moves { rise: false, fall: false, ..first | rest };
    replaced.amounts() | rest.amounts() | if always { Moves::NONE } else { nulls }
}

fn of_leaf(leaf: &AlignedLeaf) -> Moves {
    match leaf {
        AlignedLeaf::Measure(pair) => of_measure(pair),
        AlignedLeaf::Within(inner) => moves(inner),
        AlignedLeaf::Per { aggregate, argument, filter } => {
            let filter = filter.as_deref().map_or(Moves::NONE, moves);
            let argument = argument.as_deref().map(|it| (moves(it), is_positive(it)));
            match argument {
                _ if filter != Moves::NONE => Moves::ALL,
                Some((moved, positive)) if moved != Moves::NONE => of_groups(*aggregate, moved, positive),
                _ => Moves::NONE,
            }
        }
        AlignedLeaf::Filled { inner, value } => {
            let moved = moves(inner);
            let falls_to_zero = is_positive(inner) && value.as_ref().is_some_and(is_zero_literal);
            match (moved.nulls(), falls_to_zero) {
                (false, _) => moved,
                (true, true) => moved.amounts() | Moves { rise: moved.appear, fall: moved.vanish, ..Moves::NONE },
                (true, false) => Moves::EITHER,
            }
        }
        // Which rows are followed decides where each row is counted.
        AlignedLeaf::Follow(counted, after) => match moves(after) {
            Moves::NONE => moves(counted),
            _ => Moves::ALL,
        },
    }
}

fn of_measure(pair: &Pair) -> Moves {
    let Some(relations) = pair.relations() else { return Moves::ALL };
    let (smaller, larger) = sides(relations.count);
    let (rows_less, rows_more) = sides(relations.exist);
    let measure = pair.a.measure;
    // Where no row is left there is no value; of most aggregates also where no value is left.
    let nulls = Moves { vanish: rows_less || smaller, appear: rows_more || larger, ..Moves::NONE };
    if !smaller && !larger {
        return Moves { vanish: rows_less, appear: rows_more, ..Moves::NONE };
    }
    let argument_is_positive =
        || [&pair.a, &pair.b].iter().all(|side| side.argument().is_some_and(|term| row_is_positive(&term)));
    match measure.aggregate {
        Aggregate::Count | Aggregate::CountValues | Aggregate::CountDistinct => {
            Moves { rise: larger, fall: smaller, vanish: rows_less, appear: rows_more }
        }
        Aggregate::Max => nulls | Moves { rise: larger, fall: smaller, ..Moves::NONE },
        Aggregate::Min => nulls | Moves { rise: smaller, fall: larger, ..Moves::NONE },
        Aggregate::Sum if argument_is_positive() => nulls | Moves { rise: larger, fall: smaller, ..Moves::NONE },
        _ => nulls | Moves::EITHER,
    }
}

/// Whether there may be fewer rows, whether more.
fn sides(relation: Relation) -> (bool, bool) {
    match relation {
        Relation::Equal => (false, false),
        Relation::Narrower => (true, false),
        Relation::Wider => (false, true),
        Relation::Crossing => (true, true),
    }
}

/// An aggregate of values for each key, of which each may move, vanish or appear.
fn of_groups(aggregate: Aggregate, moved: Moves, positive: bool) -> Moves {
    let nulls = Moves { rise: false, fall: false, ..moved };
    let (less, more) = (moved.vanish, moved.appear);
    match aggregate {
        Aggregate::Sum if positive => Moves { rise: moved.rise || more, fall: moved.fall || less, ..nulls },
        Aggregate::Max => Moves { rise: moved.rise || more, fall: moved.fall || less, ..nulls },
        Aggregate::Min => Moves { rise: moved.rise || less, fall: moved.fall || more, ..nulls },
        Aggregate::CountValues => Moves { rise: more, fall: less, ..nulls },
        Aggregate::Sum | Aggregate::Avg if !moved.nulls() => moved,
        _ => Moves::EITHER | nulls,
    }
}
