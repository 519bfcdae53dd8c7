//! The periods of a grain that a calendar table declares.

use super::faults;
use super::rows::Rows;
use crate::diagnostic::Diagnostic;
use crate::meaning::Value;
use crate::model::{DeclaredGrain, RowExpr, RowLeaf};
use jiff::civil::Date;

/// Runs of days, in order: each with its first day and the day after its last.
#[derive(Debug, Default)]
pub struct Declared {
    runs: Vec<(Date, Date)>,
    /// Days within a run that the table lacks, in order: they are in no period.
    gaps: Vec<Date>,
}

impl Declared {
    /// Reads the table: days with one value in common are one period. Fails where a day is there twice, or where days of
    /// one period stand apart.
    pub fn read(rows: &Rows, grain: &DeclaredGrain) -> Result<Declared, Box<Diagnostic>> {
        let source = rows.model.source(grain.source);
        let column = |column| {
            let ty = source.column(column).ty.clone();
            RowExpr::leaf(RowLeaf::Column { path: Vec::new(), source: grain.source, column }, ty)
        };
        let (day, value) = (column(grain.at), column(grain.column));
        let (day, value) = (rows.compile(grain.source, &day)?, rows.compile(grain.source, &value)?);
        let mut days: Vec<(Date, Value)> = Vec::with_capacity(rows.count(grain.source));
        for row in 0..rows.count(grain.source) {
            if let (Value::Date(day), value) = (rows.value(&day, row)?, rows.value(&value, row)?)
                && !value.is_null()
            {
                days.push((day, value));
            }
        }
        days.sort();
        let mut declared = Declared::default();
        let mut seen: Vec<&Value> = Vec::new();
        let mut before: Option<&(Date, Value)> = None;
        for each in &days {
            let (day, value) = each;
            let after = day.tomorrow().unwrap_or(Date::MAX);
            match before {
                Some((earlier, _)) if earlier == day => return Err(faults::day_twice(grain, *day)),
                Some((earlier, same)) if same == value => {
                    let mut gap = earlier.tomorrow().unwrap_or(Date::MAX);
                    while gap < *day {
                        declared.gaps.push(gap);
                        gap = gap.tomorrow().unwrap_or(Date::MAX);
                    }
                    if let Some(run) = declared.runs.last_mut() {
                        run.1 = after;
                    }
                }
                _ => {
                    seen.push(value);
                    declared.runs.push((*day, after));
                }
            }
            before = Some(each);
        }
        seen.sort();
        match seen.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(faults::period_apart(grain, pair[0])),
            None => Ok(declared),
        }
    }

    fn run(&self, day: Date) -> Option<&(Date, Date)> {
        let after = self.runs.partition_point(|(first, _)| *first <= day);
        self.runs[..after].last().filter(|(_, next)| day < *next)
    }

    /// The first day of the period that holds a day; nothing for a day that the table lacks.
    pub fn start(&self, day: Date) -> Option<Date> {
        self.run(day).filter(|_| self.gaps.binary_search(&day).is_err()).map(|(first, _)| *first)
    }

    /// The day after the last of the period that holds a day.
    pub fn next(&self, day: Date) -> Option<Date> {
        self.run(day).map(|(_, next)| *next)
    }

    /// The first day of a period that does not lie within one period of a coarser grain.
    pub fn crosses(&self, coarser: &Declared) -> Option<Date> {
        let crosses =
            |(first, next): &&(Date, Date)| coarser.run(*first).is_none_or(|(_, outer_next)| next > outer_next);
        self.runs.iter().find(crosses).map(|(first, _)| *first)
    }
}
