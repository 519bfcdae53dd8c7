//! Two conditions decided by going through all cases.
//!
//! What a condition compares with constants is cut at these constants: below, equal, between, above, null. Within one such
//! cell every comparison has one outcome, so one value stands for all of them, and as many evaluations as there are cells
//! decide for all rows. What is more than a comparison with constants (`lower(x)`, `x > y`) is taken as a value of its own
//! that may be anything of its type: what is proved of more cases holds for those that there are.

use super::super::Value;
use super::alike::{self, Term};
use super::lattice;
use super::truth;
use crate::model::{Base, Expr, Function, Kind, RowExpr};
use std::collections::BTreeSet;

/// The most cells that are gone through.
const MOST: usize = 200_000;

/// How the rows that satisfy the second condition lie to those of the first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    Equal,
    /// The second is satisfied only where the first is.
    Narrower,
    /// The second is satisfied wherever the first is.
    Wider,
    /// Neither can be said.
    Crossing,
}

impl Relation {
    /// Of two conjunctions, where this is the relation of one part and `other` that of the rest.
    pub fn and(self, other: Relation) -> Relation {
        match (self, other) {
            (Relation::Equal, it) | (it, Relation::Equal) => it,
            (one, other) if one == other => one,
            _ => Relation::Crossing,
        }
    }
}

/// What was decided, and by how many cells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decided {
    pub relation: Relation,
    pub cells: usize,
}

/// How two conjunctions lie to each other, or nothing where there would be too many cells.
pub fn decide<'m>(a: &[Term<'m>], b: &[Term<'m>]) -> Option<Decided> {
    if a.is_empty() && b.is_empty() {
        return Some(Decided { relation: Relation::Equal, cells: 0 });
    }
    let mut variables = Variables::default();
    // Both sides first: a term of either may be a value of both.
    let first: Vec<_> = a.iter().map(|term| variables.condition(*term)).collect();
    let second: Vec<_> = b.iter().map(|term| variables.condition(*term)).collect();
    let cells: Vec<Vec<Value>> = variables.known.iter().map(Variable::cells).collect();
    let count = cells.iter().try_fold(1usize, |count, cells| count.checked_mul(cells.len()))?;
    if count > MOST {
        return None;
    }
    let holds = |conditions: &[Expr<usize>], row: &[&Value]| {
        conditions.iter().all(|condition| truth::value(condition, row).truth() == Some(true))
    };
    let (mut narrower, mut wider) = (true, true);
    for at in 0..count {
        let row = cell(&cells, at);
        let (first, second) = (holds(&first, &row), holds(&second, &row));
        narrower &= first || !second;
        wider &= second || !first;
    }
    let relation = match (narrower, wider) {
        (true, true) => Relation::Equal,
        (true, false) => Relation::Narrower,
        (false, true) => Relation::Wider,
        (false, false) => Relation::Crossing,
    };
    Some(Decided { relation, cells: count })
}

/// The cell of this number: each variable's own count is one digit of it.
fn cell(cells: &[Vec<Value>], mut number: usize) -> Vec<&Value> {
    cells
        .iter()
        .map(|of_one| {
            let at = number % of_one.len();
            number /= of_one.len();
            &of_one[at]
        })
        .collect()
}

/// Something that may have any value of its type.
struct Variable<'m> {
    term: Term<'m>,
    base: Base,
    nullable: bool,
    /// Where it is cut.
    constants: BTreeSet<Value>,
    /// Whether anything is asked of it but to be one of the constants.
    ordered: bool,
}

impl Variable<'_> {
    /// One value of each cell that is not empty.
    fn cells(&self) -> Vec<Value> {
        let mut cells: Vec<Value> =
            self.constants.iter().filter(|value| lattice::holds(value, self.base)).cloned().collect();
        match self.base {
            Base::Boolean => cells = vec![Value::Boolean(false), Value::Boolean(true)],
            Base::Text if !self.ordered => cells.push(another(&self.constants)),
            _ => self.gaps(&mut cells),
        }
        if self.nullable {
            cells.push(Value::Null);
        }
        cells
    }

    /// A value below all constants, one between each two, one above all.
    fn gaps(&self, cells: &mut Vec<Value>) {
        let constants: Vec<&Value> = self.constants.iter().collect();
        let (Some(least), Some(greatest)) = (constants.first(), constants.last()) else {
            // Nothing is asked of it but whether it is null, and so any value stands for all.
            cells.push(any(self.base));
            return;
        };
        match self.base {
            // The empty text lies below all others.
            Base::Text => cells.extend((**least != Value::Text("".into())).then(|| Value::Text("".into()))),
            _ => cells.extend(lattice::below(least, self.base)),
        }
        for pair in constants.windows(2) {
            cells.extend(lattice::above(pair[0], self.base).filter(|between| between < pair[1]));
        }
        cells.extend(lattice::above(greatest, self.base));
    }
}

fn another(constants: &BTreeSet<Value>) -> Value {
    let mut text = "another".to_owned();
    while constants.contains(&Value::Text(text.as_str().into())) {
        text.push('!');
    }
    Value::Text(text.into())
}

/// Some value of a type.
fn any(base: Base) -> Value {
    let day = jiff::civil::date(2000, 1, 1);
    match base {
        Base::Boolean => Value::Boolean(true),
        Base::Integer => Value::Integer(1),
        Base::Decimal { scale, .. } => Value::Decimal { digits: 1, scale },
        Base::Double => Value::Double(1.0),
        Base::Text => Value::Text("another".into()),
        Base::Date => Value::Date(day),
        Base::Timestamp => Value::Timestamp(day.at(0, 0, 0, 0)),
        Base::Instant => Value::Instant(day.at(0, 0, 0, 0)),
        Base::Null | Base::Broken => Value::Null,
    }
}

/// What the conditions are about.
#[derive(Default)]
struct Variables<'m> {
    known: Vec<Variable<'m>>,
}

impl<'m> Variables<'m> {
    /// The condition over variables.
    fn condition(&mut self, term: Term<'m>) -> Expr<usize> {
        let term = term.opened();
        match &term.expr.kind {
            Kind::Call(function, arguments) if is_connective(*function) => {
                let parts = arguments.iter().map(|argument| self.condition(term.of(argument))).collect();
                Expr::call(*function, parts, term.expr.ty.clone())
            }
            Kind::Call(function, arguments) if is_comparison(*function) => self.comparison(term, *function, arguments),
            _ => self.picked(term, &[], false),
        }
    }

    /// `x < 3`: each side holds constants and at most one thing that is not constant. With more, the whole is one unknown.
    fn comparison(&mut self, term: Term<'m>, function: Function, arguments: &'m [RowExpr]) -> Expr<usize> {
        let mut constants = Vec::new();
        let mut met: Vec<Term<'m>> = Vec::new();
        arguments.iter().for_each(|argument| gather(term.of(argument), &mut constants, &mut met));
        met.dedup_by(|one, other| alike::rows(*one, *other));
        if met.len() > 1 {
            return self.variable(term, &[], false);
        }
        let ordered = !matches!(function, Function::Equal | Function::NotEqual | Function::In | Function::NotIn);
        let parts = arguments.iter().map(|argument| self.picked(term.of(argument), &constants, ordered)).collect();
        Expr::call(function, parts, term.expr.ty.clone())
    }

    /// A value that is picked among variables and constants, or a variable.
    fn picked(&mut self, term: Term<'m>, constants: &[Value], ordered: bool) -> Expr<usize> {
        let term = term.opened();
        match &term.expr.kind {
            Kind::Literal(literal) => Expr::literal(literal.clone(), term.expr.ty.clone()),
            Kind::Call(function, arguments) if picks(*function, arguments) => {
                let parts =
                    arguments.iter().map(|argument| self.picked(term.of(argument), constants, ordered)).collect();
                Expr::call(*function, parts, term.expr.ty.clone())
            }
            Kind::Call(function, _) if is_connective(*function) || is_comparison(*function) => self.condition(term),
            Kind::Case { arms, otherwise } => Expr {
                kind: Kind::Case {
                    arms: arms
                        .iter()
                        .map(|(when, then)| {
                            (self.condition(term.of(when)), self.picked(term.of(then), constants, ordered))
                        })
                        .collect(),
                    otherwise: otherwise
                        .as_ref()
                        .map(|value| Box::new(self.picked(term.of(value), constants, ordered))),
                },
                ty: term.expr.ty.clone(),
            },
            _ => self.variable(term, constants, ordered),
        }
    }

    fn variable(&mut self, term: Term<'m>, constants: &[Value], ordered: bool) -> Expr<usize> {
        let at = match self.known.iter().position(|known| alike::rows(known.term, term)) {
            Some(at) => at,
            None => {
                let ty = &term.expr.ty;
                let constants = BTreeSet::new();
                self.known.push(Variable { term, base: ty.base, nullable: ty.nullable, constants, ordered: false });
                self.known.len() - 1
            }
        };
        let known = &mut self.known[at];
        known.nullable |= term.expr.ty.nullable;
        known.ordered |= ordered;
        known.constants.extend(constants.iter().cloned());
        Expr::leaf(at, term.expr.ty.clone())
    }
}

/// The constants and the variables that a value is picked from.
fn gather<'m>(term: Term<'m>, constants: &mut Vec<Value>, met: &mut Vec<Term<'m>>) {
    let term = term.opened();
    match &term.expr.kind {
        Kind::Literal(literal) => constants.extend(Some(Value::from(literal)).filter(|value| !value.is_null())),
        Kind::Call(Function::Widen(Base::Double), inner) if alike::constant(&inner[0]).is_some() => {
            let value = alike::constant(&inner[0]).and_then(|literal| Value::from(literal).as_double());
            constants.extend(value.map(Value::Double));
        }
        Kind::Call(function, arguments) if picks(*function, arguments) => {
            arguments.iter().for_each(|argument| gather(term.of(argument), constants, met));
        }
        // What chooses the arm is a condition of its own; what may come out is compared.
        Kind::Case { arms, otherwise } => {
            arms.iter().for_each(|(_, then)| gather(term.of(then), constants, met));
            otherwise.iter().for_each(|value| gather(term.of(value), constants, met));
        }
        _ if !met.iter().any(|known| alike::rows(*known, term)) => met.push(term),
        _ => {}
    }
}

fn is_connective(function: Function) -> bool {
    matches!(
        function,
        Function::And
            | Function::Or
            | Function::Not
            | Function::IsTrue
            | Function::IsNotTrue
            | Function::IsFalse
            | Function::IsNotFalse
            | Function::IsNull
            | Function::IsNotNull
    )
}

fn is_comparison(function: Function) -> bool {
    matches!(
        function,
        Function::Equal
            | Function::NotEqual
            | Function::Less
            | Function::LessOrEqual
            | Function::Greater
            | Function::GreaterOrEqual
            | Function::In
            | Function::NotIn
    )
}

/// Functions whose value is one of their arguments, or null, chosen by null alone; and those that change no amount.
fn picks(function: Function, arguments: &[RowExpr]) -> bool {
    match function {
        Function::Coalesce => true,
        // An exact number stays what it is. As a double it may equal another that it did not equal before.
        Function::Widen(Base::Double) => alike::constant(&arguments[0]).is_some(),
        Function::Widen(_) => true,
        _ => false,
    }
}
