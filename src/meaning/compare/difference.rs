//! Both metrics evaluated on the same rows, and where their answers differ.

use super::super::{Answer, Asked, Value, evaluate};
use super::contexts::{Context, DAY};
use super::schema::{Rows, Schema};
use jiff::civil::DateTime;
use smol_str::SmolStr;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// Doubles closer than this are equal: relative to the greater, absolute below one.
const TOLERANCE: f64 = 1e-9;

/// A row of the answers that is not the same in both.
#[derive(Clone, PartialEq, Debug)]
pub struct Difference {
    /// The context, by its number.
    pub context: usize,
    pub keys: Vec<(SmolStr, Value)>,
    /// Nothing where there is no such row.
    pub values: [Option<Value>; 2],
}

/// How much a difference says, the least first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sort {
    /// A row without a value, and no row.
    RowOrNot,
    /// A value, and no row.
    ValueOrNoRow,
    /// A value, and null.
    ValueOrNull,
    /// Two values.
    Values,
}

impl Difference {
    pub fn sort(&self) -> Sort {
        let known = |value: &Option<Value>| value.as_ref().map(|value| !value.is_null());
        match [known(&self.values[0]), known(&self.values[1])] {
            [Some(true), Some(true)] => Sort::Values,
            [None, Some(true)] | [Some(true), None] => Sort::ValueOrNoRow,
            [None, _] | [_, None] => Sort::RowOrNot,
            _ => Sort::ValueOrNull,
        }
    }
}

/// The same rows held against both metrics.
pub struct Bench<'m> {
    pub schema: &'m Schema<'m>,
    pub contexts: &'m [Context],
    answered: Cell<usize>,
    fault: RefCell<Option<String>>,
}

impl<'m> Bench<'m> {
    pub fn new(schema: &'m Schema<'m>, contexts: &'m [Context]) -> Bench<'m> {
        Bench { schema, contexts, answered: Cell::new(0), fault: RefCell::new(None) }
    }

    /// How often both could be evaluated.
    pub fn answered(&self) -> usize {
        self.answered.get()
    }

    /// Why an evaluation failed, the first that did.
    pub fn first_fault(&self) -> Option<String> {
        self.fault.borrow().clone()
    }

    /// The first context in which the answers differ, and there the row that says most. Contexts that cannot be evaluated on
    /// these rows are passed over.
    pub fn difference(&self, rows: &Rows, contexts: &[usize]) -> Option<Difference> {
        self.over(rows, contexts, None)
    }

    fn over(&self, rows: &Rows, contexts: &[usize], hidden: Option<(usize, usize)>) -> Option<Difference> {
        let data = [0, 1].map(|side| self.schema.data(side, rows, hidden));
        contexts.iter().find_map(|at| {
            let [a, b] = [0, 1].map(|side| self.answer(side, *at, &data[side]));
            let (a, b) = (a?, b?);
            self.answered.set(self.answered.get() + 1);
            differing(*at, self.contexts[*at].requests[0].keys.len(), &a, &b)
        })
    }

    /// Whether a column, by table and place, is not even read to see the difference: reading what is not given is an error.
    pub fn is_unread(&self, rows: &Rows, contexts: &[usize], column: (usize, usize)) -> bool {
        self.over(rows, contexts, Some(column)).is_some()
    }

    fn answer(&self, side: usize, context: usize, data: &super::super::Data) -> Option<Answer> {
        let request = &self.contexts[context].requests[side];
        let asked = Asked { model: self.schema.models[side], request, data, now: now(), conditions: None };
        match evaluate(&asked) {
            Ok(answer) => Some(answer),
            Err(fault) => {
                self.fault.borrow_mut().get_or_insert(fault.message);
                None
            }
        }
    }
}

/// The clock shows a time after most of what is made up.
fn now() -> DateTime {
    DAY.to_datetime(jiff::civil::time(12, 0, 0, 0))
}

fn differing(context: usize, keys: usize, a: &Answer, b: &Answer) -> Option<Difference> {
    let by_key = |answer: &Answer| -> BTreeMap<Vec<Value>, Value> {
        let split = answer.rows.iter().map(|row| (row[..keys].to_vec(), row[keys].clone()));
        split.collect()
    };
    let (of_a, of_b) = (by_key(a), by_key(b));
    let all: BTreeSet<&Vec<Value>> = of_a.keys().chain(of_b.keys()).collect();
    let differences = all.into_iter().filter_map(|key| {
        let values = [of_a.get(key).cloned(), of_b.get(key).cloned()];
        let same = match &values {
            [Some(left), Some(right)] => equal(left, right),
            _ => false,
        };
        let names = a.columns[..keys].iter().map(|column| column.name.clone());
        (!same).then(|| Difference { context, keys: names.zip(key.iter().cloned()).collect(), values })
    });
    // Of several that say as much, the first by its keys.
    differences.fold(None, |best: Option<Difference>, next| match best {
        Some(best) if best.sort() >= next.sort() => Some(best),
        _ => Some(next),
    })
}

/// Whether two values are one: doubles nearly.
fn equal(left: &Value, right: &Value) -> bool {
    let is_double = matches!(left, Value::Double(_)) || matches!(right, Value::Double(_));
    match (is_double, left.as_double(), right.as_double()) {
        (true, Some(left), Some(right)) => (left - right).abs() <= TOLERANCE * left.abs().max(right.abs()).max(1.0),
        _ => left == right,
    }
}
