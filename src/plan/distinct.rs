//! Distinct values in windows over days: what comes and what goes, day by day, instead of every row in every window.

use super::days::{self, ByDay, RowsByDay};
use super::frames::{Frame, Move};
use super::planner::{Planner, columns_of, grouped_name};
use super::scan::{self, Wanted};
use super::{Changes, Column, Counted, Regroup, Regrouped, RelationId, Running, Step};
use crate::model::{Aggregate, Base, Key, Period, Type, Window};

/// How long a value counts, where a window by day counts distinct ones.
pub fn counted(wanted: &[Wanted], frame: &Frame, times: &[Key]) -> Option<Counted> {
    let [only] = wanted else { return None };
    let plain = only.measure.pick.is_none() && only.measure.alive.is_none();
    if only.measure.aggregate != Aggregate::CountDistinct || !plain {
        return None;
    }
    let running = days::running(frame, times)?;
    Some(match (running, frame.as_slice()) {
        (Running::Days(days), _) => Counted::Days(days),
        (Running::SinceStart, [Move::Window(Window::ToDate(Period::Standard(period)))]) => Counted::Within(*period),
        _ => Counted::Forever,
    })
}

impl Planner<'_> {
    /// The values by day and the other keys.
    pub(super) fn values_by_day(&mut self, keys: &[Key], wanted: &Wanted) -> RelationId {
        let by_day = days::keys_by_day(keys);
        let scan = scan::values(self, &by_day, wanted);
        let name = format!("{}_values_by_day", self.model.source(wanted.measure.source).name);
        let mut columns = columns_of(&by_day);
        let ty = scan.keys.last().map_or(Type::plain(Base::Integer), |value| value.ty.clone());
        columns.push(Column { name: "counted_value".into(), ty });
        let relation = self.add(&name, columns, Vec::new(), Step::Scan(scan));
        if let Some(of) = RowsByDay::of(&[*wanted], None) {
            self.days.push(ByDay { relation, of, measures: Vec::new() });
        }
        relation
    }

    /// Values by day as distinct counts by stretches, of which there is one for each day.
    pub(super) fn counted(
        &mut self,
        base: RelationId,
        keys: &[Key],
        values: Vec<Column>,
        (stretches, times): (RelationId, &[Key]),
        counted: Counted,
    ) -> RelationId {
        let by_day = &self.relations[base.0].keys;
        let columns = by_day[..by_day.len() - 1].to_vec();
        let change = |name: &str| Column { name: name.into(), ty: Type::plain(Base::Integer) };
        let changes = vec![change("change"), change("change_of_rows")];
        let name = format!("{}_changes", self.relations[base.0].name);
        let base = self.add(&name, columns, changes, Step::Changes(Changes { base, counted }));
        let mut other = 0;
        let place = |key: &Key| match times.iter().position(|time| time.name == key.name) {
            Some(at) => Regrouped::Label(at),
            None => {
                other += 1;
                Regrouped::Base(other)
            }
        };
        let keyed = keys.iter().map(place).collect();
        let running = Some(Running::Changes { within: matches!(counted, Counted::Within(_)) });
        let folds = vec![(0, Aggregate::Sum)];
        let regroup =
            Regroup { base, stretches: Some(stretches), open: false, one_day: false, keys: keyed, folds, running };
        let name = grouped_name(&self.relations[stretches.0].name.clone(), keys);
        self.add(&name, columns_of(keys), values, Step::Regroup(regroup))
    }
}
