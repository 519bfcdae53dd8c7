//! The tree and its names become a [`Model`]: types, units, joins, additivity, time. And what is asked becomes a
//! [`crate::model::Request`].
//!
//! Invariants: knows nothing of warehouses; says all it finds, each mistake once; what it could not understand is broken and
//! silent from there on.

mod accents;
mod additivity;
mod aggregates;
pub mod asked;
mod attributes;
mod axes;
mod building;
mod calendars;
mod definitions;
mod difference;
mod errors;
mod expr;
mod follow;
mod formula;
mod functions;
mod keys;
mod literals;
mod operators;
mod paths;
mod periods;
mod publish;
mod request;
mod row;
mod sources;
mod windows;

pub use attributes::folded;
pub use difference::difference;
pub use paths::{walk, written};
pub use publish::{Publication, Published, publications};
pub use request::{Ask, request};

use crate::diagnostic::Found;
use crate::model::{Calendar, Model};
use crate::resolve;
use crate::source::Span;
use crate::syntax::ast::Ast;
use building::{Building, MetricState};
use definitions::Definitions;

/// Everything that the files say, checked. With errors in `found` the model has holes and is only good for more checking.
pub fn check(ast: &Ast, calendar: &Calendar, found: &mut Found) -> Model {
    let names = resolve::resolve(ast, found);
    let model = Model::new(calendar.clone());
    let mut building = Building::new(&names, model);
    sources::declare(&mut building);
    calendars::declare(&mut building);
    sources::dimensions(&mut building);
    sources::define(&mut building);
    for at in 0..names.metrics.iter().len() {
        building.metric(crate::model::MetricId(at as u32), Span::default());
    }
    attributes::teams(&mut building);
    let metrics = std::mem::take(&mut building.metrics);
    for (written, state) in names.metrics.iter().zip(metrics) {
        let MetricState::Done(formula, facts) = state else { unreachable!("every metric was asked for") };
        let metric = attributes::metric(&mut building, written, formula, facts);
        building.model.metrics.push(metric);
    }
    building.model.index();
    attributes::claims(&mut building);
    let Building { mut model, found: more, .. } = building;
    found.extend(more);
    let reports = names.reports.iter().filter_map(|report| request::report(&model, &names, report, found)).collect();
    model.reports = reports;
    model
}
