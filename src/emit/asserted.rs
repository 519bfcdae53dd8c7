//! From an assertion to a vetted statement that gives the rows that break it.

use super::{allowed, cannot, looked_at, not_vetted};
use crate::assertion::{self, Assertion, What};
use crate::diagnostic::Diagnostic;
use crate::dialect::{Dialect, Words};
use crate::model::Model;
use crate::plan::{self, Plan};
use crate::sql::binding::Binding;
use crate::sql::{lower, render};
use crate::vet;

/// How many metrics a header names before it only counts.
const NAMED: usize = 12;

/// An assertion with its plan, to be said in every dialect.
pub struct Asserted<'a> {
    pub assertion: &'a Assertion,
    model: &'a Model,
    plan: Plan,
}

impl<'a> Asserted<'a> {
    pub fn new(model: &'a Model, assertion: &'a Assertion) -> Self {
        Asserted { assertion, model, plan: plan::asserted(model, assertion) }
    }

    /// Whether there is something to ask of a warehouse: most see by themselves to it that a date is a date.
    pub fn concerns(&self, dialect: &Dialect) -> bool {
        match self.assertion.what {
            What::Form(column) => {
                let base = self.model.source(self.assertion.source).column(column).ty.base;
                (dialect.well_formed)(&Words::atom("x"), base).is_some()
            }
            _ => true,
        }
    }

    /// The statement's text, not yet vetted.
    pub fn statement(&self, dialect: &Dialect, binding: &Binding) -> Result<String, Box<Diagnostic>> {
        let mut query = lower(&self.plan, self.model, dialect, binding);
        query.header = self.header(dialect);
        let span = self.model.source(self.assertion.source).span;
        render(&query, dialect, &self.model.calendar.timezone)
            .map_err(|unsupported| cannot(span, &self.assertion.name, dialect, &unsupported))
    }

    /// Vets a statement against what may be read.
    pub fn check(&self, sql: &str, dialect: &Dialect, binding: &Binding) -> Result<(), Box<Diagnostic>> {
        let span = self.model.source(self.assertion.source).span;
        vet::vet(sql, dialect, &allowed(self.model, &self.plan, dialect, binding))
            .map_err(|problem| not_vetted(span, dialect, &problem))
    }

    /// What is asserted, what the rows are, and what rests on there being none.
    fn header(&self, dialect: &Dialect) -> Vec<String> {
        let (model, assertion) = (self.model, self.assertion);
        let mut lines = vec![format!("{}: {}", assertion.name, assertion::says(model, assertion))];
        lines.push(assertion::rows(assertion).to_owned());
        let joins = assertion.joins.len();
        if joins > 0 {
            let join = |at: usize| assertion::join_name(model, &assertion.joins[at]);
            lines.push(format!("so these joins find at most one row: {}", named(joins, join, "joins")));
        }
        let metric = |at: usize| model.metric(assertion.metrics[at]).name.to_string();
        let word = if assertion.what.is_promised() { "rests on it" } else { "read by" };
        lines.push(format!("{word}: {}", named(assertion.metrics.len(), metric, "metrics")));
        lines.push(looked_at(dialect));
        lines.push(format!("etalon {}", env!("CARGO_PKG_VERSION")));
        lines
    }
}

/// The first of so many names, and how many more there are.
fn named(count: usize, name: impl Fn(usize) -> String, what: &str) -> String {
    let most = if count > NAMED + 1 { NAMED } else { count };
    let names = (0..most).map(name).collect::<Vec<_>>().join(", ");
    if most < count { format!("{names} and {} more {what}", count - most) } else { names }
}
