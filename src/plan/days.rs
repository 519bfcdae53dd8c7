//! Values by days: what adds up is summed by day once, however many stretches hold the day.

use super::frames::{self, Frame};
use super::planner::{Planner, columns_of, grouped_name, unique_name};
use super::scan::{self, Reading, Wanted};
use super::{Column, Regroup, Regrouped, RelationId, Step};
use crate::model::{Aggregate, Base, Grain, Key, KeyKind, Period, SourceId, Type, Window};

impl Planner<'_> {
    /// What adds up, by days first and then by stretches.
    pub(super) fn regrouped(
        &mut self,
        source: SourceId,
        keys: &[Key],
        wanted: &[Wanted],
        values: Vec<Column>,
        (stretches, times, open): (RelationId, &[Key], bool),
        folds: Vec<Aggregate>,
    ) -> RelationId {
        let is_label = |key: &Key| times.iter().position(|time| time.name == key.name);
        let span = keys.first().map(|key| key.span).unwrap_or_default();
        let day = Key {
            name: unique_name(&"day_of_rows".into(), keys),
            kind: KeyKind::Grain(Grain::Day),
            ty: Type::plain(Base::Date).or_null(true),
            span,
        };
        let mut by_day = vec![day];
        by_day.extend(keys.iter().filter(|key| is_label(key).is_none()).cloned());
        let scan = scan::scan(self, source, &by_day, wanted, &Reading::Range(None));
        let name = format!("{}_by_day", self.model.source(source).name);
        let base = self.add(&name, columns_of(&by_day), values.clone(), Step::Scan(scan));
        let place = |key: &Key| match is_label(key) {
            Some(at) => Regrouped::Label(at),
            None => Regrouped::Base(by_day.iter().position(|other| other.name == key.name).unwrap_or(0)),
        };
        let regroup = Regroup { base, stretches, open, keys: keys.iter().map(place).collect(), folds };
        let name = grouped_name(&self.relations[stretches.0].name.clone(), keys);
        self.add(&name, columns_of(keys), values, Step::Regroup(regroup))
    }
}

/// How values by days become values by stretches, where all of them do and every stretch begins and ends with a day.
pub fn by_days(wanted: &[Wanted], frame: &Frame, times: &[Key]) -> Option<Vec<Aggregate>> {
    let is_fine = |grain: Grain| grain < Grain::Day;
    let cuts_days = frame.iter().any(|by| match by {
        frames::Move::Prior { unit, .. } => is_fine(*unit),
        frames::Move::StartOf(Period::Standard(grain)) => is_fine(*grain),
        frames::Move::Window(Window::Rolling { unit, .. }) => is_fine(*unit),
        frames::Move::Window(Window::ToDate(Period::Standard(grain))) => is_fine(*grain),
        frames::Move::Window(_) | frames::Move::StartOf(_) | frames::Move::DataEnd(_) => false,
    });
    let by_days = times.iter().all(|key| !matches!(key.kind, KeyKind::Grain(grain) if is_fine(grain)));
    if cuts_days || !by_days {
        return None;
    }
    let fold = |wanted: &Wanted| {
        let measure = wanted.measure;
        let plain = measure.pick.is_none() && measure.alive.is_none();
        let fold = match measure.aggregate {
            Aggregate::Sum | Aggregate::Count | Aggregate::CountValues => Some(Aggregate::Sum),
            Aggregate::Min => Some(Aggregate::Min),
            Aggregate::Max => Some(Aggregate::Max),
            _ => None,
        };
        fold.filter(|_| plain)
    };
    wanted.iter().map(fold).collect()
}
