//! Definitions while they are being checked: each is checked when it is first asked for, and once.

use super::attributes;
use super::definitions::{Definitions, Facts, facts};
use super::errors::names as errors;
use super::expr;
use super::formula::Formula;
use super::row;
use crate::diagnostic::{Diagnostic, Found};
use crate::model::{ColumnId, Expr, MetricExpr, MetricId, Model, SourceId, Type};
use crate::resolve::Names;
use crate::source::Span;
use crate::syntax::ast;
use rustc_hash::FxHashMap;

/// How many definitions may rest one upon the other. Far more than anybody can follow, far less than a stack holds.
const LONGEST_CHAIN: usize = 100;

pub enum ColumnState<'a> {
    Done,
    Unseen(&'a ast::Expr),
    Open,
}

impl<'a> ColumnState<'a> {
    /// Of a derived column with this definition, or of a column of the table.
    pub fn new(definition: Option<&'a ast::Expr>) -> Self {
        definition.map_or(ColumnState::Done, ColumnState::Unseen)
    }
}

#[allow(clippy::large_enum_variant)] // Nearly all of them end as the largest one.
pub enum MetricState {
    Unseen,
    Open,
    Done(MetricExpr, Facts),
}

pub struct Building<'a> {
    pub names: &'a Names<'a>,
    pub model: Model,
    pub found: Found,
    /// By source and column.
    pub columns: Vec<Vec<ColumnState<'a>>>,
    pub metrics: Vec<MetricState>,
    /// The definitions being checked, each used by the one before it.
    open: Vec<Opened>,
    /// How many definitions each that is done rests on, one upon the other, itself included.
    depths: FxHashMap<Definition, usize>,
}

struct Opened {
    what: Definition,
    used_at: Span,
    /// Where it is declared, for the place that is nowhere used.
    declared: Span,
    /// The greatest depth of what it has used so far.
    deepest: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Definition {
    Column(SourceId, ColumnId),
    Metric(MetricId),
}

impl<'a> Building<'a> {
    pub fn new(names: &'a Names<'a>, model: Model) -> Self {
        let metrics = names.metrics.iter().map(|_| MetricState::Unseen).collect();
        Building {
            names,
            model,
            found: Found::default(),
            columns: Vec::new(),
            metrics,
            open: Vec::new(),
            depths: FxHashMap::default(),
        }
    }

    /// Marks a definition as being checked; `false` with the error reported if that leads too deep.
    fn enter(&mut self, what: Definition, used_at: Span, declared: Span) -> bool {
        if self.open.len() >= LONGEST_CHAIN {
            let outermost = &self.open[0];
            let error = errors::too_deep(outermost.declared, &self.name(outermost.what), LONGEST_CHAIN);
            self.found.push(error);
            return false;
        }
        self.open.push(Opened { what, used_at, declared, deepest: 0 });
        true
    }

    /// Ends the innermost definition; `false` with the error reported if it rests on too many others.
    fn leave(&mut self) -> bool {
        let Some(closed) = self.open.pop() else { return true };
        let depth = closed.deepest + 1;
        self.depths.insert(closed.what, depth);
        if depth > LONGEST_CHAIN {
            let error = errors::too_deep(closed.declared, &self.name(closed.what), LONGEST_CHAIN);
            self.found.push(error);
            self.depths.insert(closed.what, 0);
            return false;
        }
        self.used(closed.what);
        true
    }

    /// Tells the definition that is being checked how deep one goes that it uses.
    fn used(&mut self, what: Definition) {
        let depth = self.depths.get(&what).copied().unwrap_or(0);
        if let Some(user) = self.open.last_mut() {
            user.deepest = user.deepest.max(depth);
        }
    }

    /// The ring that a definition closes when it is asked for while it is open.
    fn ring(&mut self, what: Definition, used_at: Span) {
        let from = self.open.iter().position(|opened| opened.what == what).unwrap_or(0);
        let mut steps: Vec<(String, Span)> =
            self.open[from..].iter().map(|opened| (self.name(opened.what), opened.used_at)).collect();
        steps[0].1 = self.open[from].declared;
        if steps.len() == 1 {
            steps[0].1 = used_at;
        }
        self.found.push(errors::cycle(&steps));
    }

    /// What is known of a metric once its formula is checked. Apart from [`Building::metric`], whose frame stands on the stack
    /// as often as definitions rest one upon the other.
    fn conclude(&mut self, id: MetricId, written: &ast::Metric, expr: MetricExpr) -> Facts {
        let facts = if expr.ty.is_broken() { Facts::broken() } else { facts(&expr, self) };
        let facts = match attributes::declared_unit(written, &expr, &facts.ty.unit) {
            Some(unit) if !facts.ty.is_broken() => Facts { ty: Type { unit, ..facts.ty }, ..facts },
            _ => facts,
        };
        let (expr, facts) = if self.leave() { (expr, facts) } else { (Expr::broken(), Facts::broken()) };
        self.metrics[id.0 as usize] = MetricState::Done(expr, facts.clone());
        facts
    }

    fn name(&self, what: Definition) -> String {
        match what {
            Definition::Column(source, column) => {
                let source = self.model.source(source);
                format!("{}.{}", source.name, source.column(column).name)
            }
            Definition::Metric(id) => self.metric_ast(id).name.text.to_string(),
        }
    }

    fn metric_ast(&self, id: MetricId) -> &'a ast::Metric {
        self.names.metrics.at(id.0 as usize)
    }
}

impl Definitions for Building<'_> {
    fn model(&self) -> &Model {
        &self.model
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    fn column_type(&mut self, source: SourceId, column: ColumnId, used_at: Span) -> Type {
        let (at, of) = (source.0 as usize, column.0 as usize);
        match &self.columns[at][of] {
            ColumnState::Done => self.used(Definition::Column(source, column)),
            ColumnState::Open => {
                self.ring(Definition::Column(source, column), used_at);
                return Type::BROKEN;
            }
            ColumnState::Unseen(definition) => {
                let definition: &ast::Expr = definition;
                let declared = self.model.source(source).column(column).span;
                if !self.enter(Definition::Column(source, column), used_at, declared) {
                    return Type::BROKEN;
                }
                self.columns[at][of] = ColumnState::Open;
                let expr = row::check(self, source, definition);
                let expr = if self.leave() { expr } else { Expr::broken() };
                self.columns[at][of] = ColumnState::Done;
                let slot = &mut self.model.sources[at].columns[of];
                slot.ty = expr.ty.clone();
                slot.derived = Some(expr);
            }
        }
        self.model.source(source).column(column).ty.clone()
    }

    fn metric_named(&self, name: &str) -> Option<MetricId> {
        self.names.metrics.get(name).map(|at| MetricId(at as u32))
    }

    fn closest_metric(&self, name: &str) -> Option<String> {
        self.names.metrics.closest(name).map(str::to_owned)
    }

    fn formula(&self, metric: MetricId) -> Option<MetricExpr> {
        match &self.metrics[metric.0 as usize] {
            MetricState::Done(formula, _) if !formula.ty.is_broken() => Some(formula.clone()),
            _ => None,
        }
    }

    fn metric(&mut self, id: MetricId, used_at: Span) -> Facts {
        let at = id.0 as usize;
        match &self.metrics[at] {
            MetricState::Done(_, facts) => {
                let facts = facts.clone();
                self.used(Definition::Metric(id));
                return facts;
            }
            MetricState::Open => {
                self.ring(Definition::Metric(id), used_at);
                return Facts::broken();
            }
            MetricState::Unseen => {}
        }
        let written = self.metric_ast(id);
        if !self.enter(Definition::Metric(id), used_at, written.name.span) {
            return Facts::broken();
        }
        self.metrics[at] = MetricState::Open;
        let expr = expr::check(&written.formula, &mut Formula::new(self));
        self.conclude(id, written, expr)
    }
}
