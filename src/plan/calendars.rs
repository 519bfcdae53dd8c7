//! The periods of calendar tables: by the day, as names of stretches and as where they begin.

use super::frames::{self, Frame, Move};
use super::planner::Planner;
use super::scan::Builder;
use super::{Attached, Cell, Column, Folded, RelationId, Rows, Scan, ScanLookup, Slot, SpineLabel, Step};
use crate::model::{Aggregate, Base, DeclaredGrain, Expr, Function, Grain, GrainId, Key, Model, Period, Type, Window};

impl Planner<'_> {
    /// The periods of a calendar table: for each day the first and the last day of its period.
    pub fn declared(&mut self, id: GrainId) -> RelationId {
        if let Some((_, relation)) = self.declared.iter().find(|(known, _)| *known == id) {
            return *relation;
        }
        let grain = self.model().grain(id).clone();
        let day = Type::plain(Base::Date).or_null(true);
        let (starts, of_days) = scans(self, &grain);
        let key = |name: &str, ty: Type| vec![Column { name: name.into(), ty }];
        let values =
            || ["period_start", "period_end"].map(|name| Column { name: name.into(), ty: day.clone() }).to_vec();
        let named = self.model().source(grain.source).column(grain.column).ty.clone().or_null(true);
        let starts = self.add(&format!("{}_starts", grain.name), key("period", named), values(), Step::Scan(starts));
        let of_days = of_days(starts);
        let relation =
            self.add(&format!("{}_days", grain.name), key("day", day.clone()), values(), Step::Scan(of_days));
        self.declared.push((id, relation));
        relation
    }

    pub(super) fn spine_label(&mut self, period: Period) -> SpineLabel {
        match period {
            Period::Standard(grain) => SpineLabel::Grain(grain),
            Period::Declared(id) => SpineLabel::Calendar(self.declared(id)),
        }
    }

    /// Where the period of a calendar table that holds a moment begins, and where it ends: null where the table lacks the day.
    /// The table is attached to the rows, whose base the moment is of.
    pub(super) fn period_at(
        &mut self,
        attached: &mut Vec<Attached>,
        id: GrainId,
        moment: Expr<Slot>,
    ) -> (Expr<Slot>, Expr<Slot>) {
        let day = self.day_on_line(moment);
        attached.push(Attached { relation: self.declared(id), keys: vec![day] });
        let relation = attached.len();
        let day = |value| {
            let ty = Type::plain(Base::Date).or_null(true);
            frames::at_midnight(Expr::leaf(Slot::Value { relation, value }, ty))
        };
        (self.wall_on_line(day(0)), self.wall_on_line(day(1).shifted(1, Grain::Day)))
    }

    /// What is read without a period, from the start of the calendar's period that holds the last day to the end of the range.
    pub(super) fn ending_with_range(&mut self, frame: &Frame) -> Option<RelationId> {
        let Some((Move::Window(Window::ToDate(Period::Declared(id))), before)) = frame.split_last() else {
            return None;
        };
        let until = self.moved_range(before).1?;
        let until = until.replace(&mut |_, ty| Expr::leaf(Slot::Now, ty.clone()));
        let mut attached = Vec::new();
        let (from, _) = self.period_at(&mut attached, *id, until.clone().shifted(-1, Grain::Day));
        let outputs = vec![from.clone(), until.clone(), from, until];
        let rows = Rows { base: self.bounds(Grain::Day), attached, outputs };
        Some(self.add("to_the_end", Vec::new(), frames::stretch_columns(), Step::Compute(rows)))
    }
}

/// The grain whose periods lie in those of all keys of time, if the project's own calendar has it.
pub fn finest_grain(times: &[Key]) -> Option<Grain> {
    let periods = || times.iter().filter_map(Key::period);
    let grains = periods().filter_map(|period| match period {
        Period::Standard(grain) => Some(grain),
        Period::Declared(_) => None,
    });
    let lies_in_all = |grain: &Grain| {
        periods().all(|period| match period {
            Period::Standard(other) => grain.nests_in(other),
            Period::Declared(_) => *grain <= Grain::Day,
        })
    };
    grains.min().filter(lies_in_all)
}

/// The grain of a calendar table whose periods lie in those of all keys of time, where no grain of the project's does.
pub fn finest_declared(times: &[Key]) -> Option<GrainId> {
    let declared = times.iter().filter_map(|key| match key.period() {
        Some(Period::Declared(id)) => Some(id),
        _ => None,
    });
    declared.min()
}

/// What the periods of keys of time are called in the names of relations.
pub fn finest_name(model: &Model, times: &[Key]) -> String {
    match (finest_grain(times), finest_declared(times)) {
        (Some(grain), _) => grain.name().to_owned(),
        (None, Some(declared)) => model.grain(declared).name.to_string(),
        (None, None) => times.iter().map(|key| key.name.as_str()).collect::<Vec<_>>().join("_"),
    }
}

/// The scans of a calendar table: the first and the last day by what the days of a period have in common, and, given the relation that this
/// becomes, the same by the day.
fn scans(planner: &mut Planner, grain: &DeclaredGrain) -> (Scan, impl FnOnce(RelationId) -> Scan + use<>) {
    let mut builder = Builder::new(planner, grain.source);
    let day = builder.column(0, grain.source, grain.at);
    let period = builder.column(0, grain.source, grain.column);
    let known = Expr::call(Function::IsNotNull, vec![period.clone()], Type::plain(Base::Boolean));
    let ty = Type::plain(Base::Date).or_null(true);
    let fold = |aggregate, argument: Expr<Cell>| Folded {
        aggregate,
        argument: Some(argument),
        filter: Vec::new(),
        exists: Vec::new(),
        order: Vec::new(),
        ty: Type::plain(Base::Date).or_null(true),
    };
    let starts = builder.done(
        vec![period.clone()],
        vec![known],
        [Aggregate::Min, Aggregate::Max].map(|end| fold(end, day.clone())).into(),
    );
    let of_days = {
        let base = starts.clone();
        move |relation| Scan {
            lookups: vec![ScanLookup { relation, keys: vec![period], null_matches: false }],
            keys: vec![day],
            filter: Vec::new(),
            folds: (0..2)
                .map(|value| fold(Aggregate::Max, Expr::leaf(Cell::Lookup { lookup: 0, value }, ty.clone())))
                .collect(),
            ..base
        }
    };
    (starts, of_days)
}
