//! Where time begins and ends: the span of the rows that metrics are about, and what is read without a period.

use super::calendars;
use super::frames::{Move, at_midnight, moment, stretch_columns, value};
use super::measures::Filters;
use super::planner::Planner;
use super::scan;
use super::{Cell, Column, Fold, Folded, RelationId, Rows, Slot, Step};
use crate::model::{Aggregate, Base, Expr, Function, Grain, Key, Measure, Period, RowExpr, SourceId, Type, Window};

/// Measures of one source and axis, with the filters that reach each.
type Spanned = (SourceId, RowExpr, Vec<(Measure, Filters)>);

impl Planner<'_> {
    /// The first and last moment of any row that the metrics asked for are about, to the day where the grain asks no more.
    pub(super) fn bounds(&mut self, grain: Grain) -> RelationId {
        let wanted = (self.universal, grain >= Grain::Day);
        if let Some((_, bounds)) = self.bounds.iter().find(|(known, _)| *known == wanted) {
            return *bounds;
        }
        let bounds = self.span(self.asked.clone(), grain);
        self.bounds.push((wanted, bounds));
        bounds
    }

    /// The first and last moment of any row of these measures: a relation without keys.
    pub(super) fn span(&mut self, measures: Vec<(Measure, Filters)>, grain: Grain) -> RelationId {
        let mut axes: Vec<Spanned> = Vec::new();
        for (measure, filters) in measures {
            let Some(axis) = measure.axis.clone() else { continue };
            match axes.iter_mut().find(|(source, other, _)| *source == measure.source && *other == axis) {
                Some((_, _, all)) => all.push((measure, filters)),
                None => axes.push((measure.source, axis, vec![(measure, filters)])),
            }
        }
        let ends = ["first_moment", "last_moment"].map(|name| Column { name: name.into(), ty: moment().or_null(true) });
        let mut inputs = Vec::with_capacity(axes.len());
        for (source, axis, measures) in &axes {
            let to_the_day = grain >= Grain::Day && !self.universal;
            let step = match self.day_of_each(*source, axis, measures).filter(|_| to_the_day) {
                Some(base) => self.first_to_last(base),
                None => Step::Scan(scan::bounds(self, *source, axis, measures)),
            };
            let name = format!("{}_span", self.model().source(*source).name);
            inputs.push(self.add(&name, Vec::new(), ends.to_vec(), step));
        }
        self.add("span", Vec::new(), ends.to_vec(), Step::Bounds(inputs))
    }

    /// The first and the last day of values by day, as moments.
    fn first_to_last(&mut self, base: RelationId) -> Step {
        let day = Type::plain(Base::Date).or_null(true);
        let end = |aggregate| Folded {
            aggregate,
            argument: Some(Expr::leaf(Slot::Key(0), day.clone())),
            filter: Vec::new(),
            exists: Vec::new(),
            order: Vec::new(),
            ty: day.clone(),
        };
        let rows = Rows { base, attached: Vec::new(), outputs: Vec::new() };
        let fold = Fold { rows, keys: Vec::new(), folds: vec![end(Aggregate::Min), end(Aggregate::Max)] };
        let days = ["first_day", "last_day"].map(|name| Column { name: name.into(), ty: day.clone() });
        let name = format!("{}_days", self.relations[base.0].name);
        let base = self.add(&name, Vec::new(), days.to_vec(), Step::Fold(fold));
        let moment = |at| at_midnight(Expr::leaf(Slot::Value { relation: 0, value: at }, day.clone()));
        Step::Compute(Rows { base, attached: Vec::new(), outputs: vec![moment(0), moment(1)] })
    }

    /// What a window reads that ends with the data: with the day of the last row, or with its hour where hours are counted.
    pub fn ending_with_data(&mut self, frame: &[Move], measures: Vec<(Measure, Filters)>) -> Option<RelationId> {
        let Some(Move::Window(window)) = frame.last().copied() else { return None };
        let grain = match window {
            Window::Rolling { unit, .. } | Window::ToDate(Period::Standard(unit)) => unit.min(Grain::Day),
            Window::ToDate(Period::Declared(_)) | Window::Cumulative => Grain::Day,
        };
        let span = self.span(measures, grain);
        let last = self.start_on_line(grain, value(1));
        let until = self.later_on_line(last.clone(), 1, grain);
        let mut attached = Vec::new();
        let from = match window {
            Window::Rolling { count, unit } => self.later_on_line(until.clone(), -i64::from(count), unit),
            Window::ToDate(Period::Standard(period)) => self.start_on_line(period, value(1)),
            Window::ToDate(Period::Declared(id)) => self.period_at(&mut attached, id, value(1)).0,
            Window::Cumulative => value(0),
        };
        let outputs = vec![last, until.clone(), from, until];
        let rows = Rows { base: span, attached, outputs };
        Some(self.add("to_the_last_row", Vec::new(), stretch_columns(), Step::Compute(rows)))
    }

    /// The whole as one stretch: the range, moved; where it has no end, to the end of the last row's period, and from the
    /// start of the first one's.
    pub(super) fn whole(&mut self, span: RelationId, times: &[Key], frame: &[Move]) -> RelationId {
        let (from, until) = self.moved_range(frame);
        let in_slots = |expr: Expr<Cell>| expr.replace(&mut |_, ty| Expr::leaf(Slot::Now, ty.clone()));
        let grain = calendars::finest_grain(times).unwrap_or(Grain::Day);
        let declared = calendars::finest_declared(times).filter(|_| grain >= Grain::Day);
        let mut attached = Vec::new();
        // What a table says of the days of the first and the last row, if it has them.
        let ends = declared.map(|id| [0, 1].map(|at| self.period_at(&mut attached, id, value(at))));
        let found = |expr: Expr<Slot>, end| Expr::call(Function::Coalesce, vec![expr, end], moment());
        let truncated = |at: usize| self.start_on_line(grain, value(at));
        let (mut first, mut last) = (truncated(0), self.later_on_line(truncated(1), 1, grain));
        if let Some([(start, _), (_, next)]) = ends {
            (first, last) = (found(start, first), found(next, last));
        }
        let from = from.map_or(first, in_slots);
        let until = until.map_or(last, in_slots);
        let outputs = vec![from.clone(), until.clone(), from, until];
        let rows = Rows { base: span, attached, outputs };
        self.add("whole", Vec::new(), stretch_columns(), Step::Compute(rows))
    }
}
