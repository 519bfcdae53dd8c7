//! Expressions made ready to be computed, of rows and of metrics alike: only what a leaf gives differs.

use super::faults;
use crate::diagnostic::Diagnostic;
use crate::meaning::coverage::{Conditions, Mark};
use crate::meaning::{Value, scalar};
use crate::model::{Expr, Function, Kind, Type};
use crate::source::Span;
use jiff::tz::TimeZone;

/// A value, or why there is none. A fault stays silent until somebody asks for the value.
pub type Cell = Result<Value, Box<Diagnostic>>;

/// An expression over leaves `L`.
pub enum Node<L> {
    Leaf(L),
    Constant(Value),
    Call(Function, Vec<Node<L>>, Type),
    /// Conditions with the marks that say which of their outcomes were seen.
    And(Vec<(Node<L>, Option<Mark>)>),
    Or(Vec<Node<L>>),
    Case(Vec<(Node<L>, Node<L>, Option<Mark>)>, Option<Box<Node<L>>>),
}

/// What computing needs besides the leaves.
pub struct Computing<'a> {
    pub zone: TimeZone,
    pub conditions: Option<&'a Conditions<'a>>,
}

impl Computing<'_> {
    /// The mark of a condition or of a branch of `case`, by its place in the model.
    pub fn mark_of<L>(&self, condition: &Expr<L>) -> Option<Mark> {
        self.conditions.and_then(|conditions| conditions.mark(condition))
    }

    pub fn mark(&self, mark: Option<Mark>, outcome: bool) {
        if let (Some(conditions), Some(mark)) = (self.conditions, mark) {
            conditions.saw(mark, outcome);
        }
    }
}

impl<L> Node<L> {
    /// Makes an expression ready; `leaf` makes what its leaves are.
    pub fn of<'e, M>(
        expr: &'e Expr<M>,
        computing: &Computing,
        leaf: &mut impl FnMut(&'e M, &'e Type) -> Result<L, Box<Diagnostic>>,
    ) -> Result<Node<L>, Box<Diagnostic>> {
        Ok(match &expr.kind {
            Kind::Leaf(it) => Node::Leaf(leaf(it, &expr.ty)?),
            Kind::Literal(literal) => Node::Constant(Value::from(literal)),
            Kind::Call(Function::And, parts) => {
                let mut made = Vec::with_capacity(parts.len());
                for part in parts {
                    made.push((Node::of(part, computing, leaf)?, computing.mark_of(part)));
                }
                Node::And(made)
            }
            Kind::Call(Function::Or, parts) => Node::Or(Node::all(parts, computing, leaf)?),
            Kind::Call(function, arguments) => {
                Node::Call(*function, Node::all(arguments, computing, leaf)?, expr.ty.clone())
            }
            Kind::Case { arms, otherwise } => {
                let mut made = Vec::with_capacity(arms.len());
                for (when, then) in arms {
                    let mark = computing.mark_of(when);
                    made.push((Node::of(when, computing, leaf)?, Node::of(then, computing, leaf)?, mark));
                }
                let otherwise = match otherwise {
                    Some(value) => Some(Box::new(Node::of(value, computing, leaf)?)),
                    None => None,
                };
                Node::Case(made, otherwise)
            }
        })
    }

    fn all<'e, M>(
        exprs: &'e [Expr<M>],
        computing: &Computing,
        leaf: &mut impl FnMut(&'e M, &'e Type) -> Result<L, Box<Diagnostic>>,
    ) -> Result<Vec<Node<L>>, Box<Diagnostic>> {
        exprs.iter().map(|expr| Node::of(expr, computing, leaf)).collect()
    }

    /// Calls `visit` for each leaf.
    pub fn leaves<'n>(&'n self, visit: &mut dyn FnMut(&'n L)) {
        match self {
            Node::Leaf(leaf) => visit(leaf),
            Node::Constant(_) => {}
            Node::Call(_, parts, _) | Node::Or(parts) => parts.iter().for_each(|part| part.leaves(visit)),
            Node::And(parts) => parts.iter().for_each(|(part, _)| part.leaves(visit)),
            Node::Case(arms, otherwise) => {
                for (when, then, _) in arms {
                    when.leaves(visit);
                    then.leaves(visit);
                }
                if let Some(otherwise) = otherwise {
                    otherwise.leaves(visit);
                }
            }
        }
    }

    /// The value. What is not needed is not computed: the rest of an `and` that is false, a branch that is not taken.
    pub fn compute(&self, computing: &Computing, span: Span, leaf: &dyn Fn(&L) -> Cell) -> Cell {
        match self {
            Node::Leaf(it) => leaf(it),
            Node::Constant(value) => Ok(value.clone()),
            Node::And(parts) => {
                let mut truth = Some(true);
                for (part, mark) in parts {
                    let part = part.compute(computing, span, leaf)?.truth();
                    computing.mark(*mark, part == Some(true));
                    match part {
                        Some(false) => return Ok(Value::Boolean(false)),
                        None => truth = None,
                        Some(true) => {}
                    }
                }
                Ok(truth.map_or(Value::Null, Value::Boolean))
            }
            Node::Or(parts) => {
                let mut truth = Some(false);
                for part in parts {
                    match part.compute(computing, span, leaf)?.truth() {
                        Some(true) => return Ok(Value::Boolean(true)),
                        None => truth = None,
                        Some(false) => {}
                    }
                }
                Ok(truth.map_or(Value::Null, Value::Boolean))
            }
            Node::Case(arms, otherwise) => {
                for (when, then, mark) in arms {
                    let taken = when.compute(computing, span, leaf)?.truth() == Some(true);
                    computing.mark(*mark, taken);
                    if taken {
                        return then.compute(computing, span, leaf);
                    }
                }
                otherwise.as_ref().map_or(Ok(Value::Null), |value| value.compute(computing, span, leaf))
            }
            Node::Call(function, arguments, ty) => {
                let values = |at: usize| arguments[at].compute(computing, span, leaf);
                let called = |values: &[Value]| {
                    scalar::call(*function, values, ty, &computing.zone)
                        .map_err(|overflow| faults::does_not_fit(span, &overflow.to_string()))
                };
                match (function, arguments.len()) {
                    (Function::Coalesce, count) => {
                        for at in 0..count {
                            let value = values(at)?;
                            if !value.is_null() {
                                return Ok(value);
                            }
                        }
                        Ok(Value::Null)
                    }
                    (Function::In | Function::NotIn, _) => {
                        let value = values(0)?;
                        if value.is_null() {
                            return Ok(Value::Null);
                        }
                        let is = |item: &Node<L>| matches!(item, Node::Constant(item) if *item == value);
                        let found = arguments[1..].iter().any(is);
                        Ok(Value::Boolean(found == (*function == Function::In)))
                    }
                    (_, 1) => called(&[values(0)?]),
                    (_, 2) => called(&[values(0)?, values(1)?]),
                    (_, count) => called(&(0..count).map(values).collect::<Result<Vec<_>, _>>()?),
                }
            }
        }
    }
}
