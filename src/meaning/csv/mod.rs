//! CSV texts as rows of a source: names of columns first, an empty cell is null and `""` an empty text.

mod records;

pub use records::{Cell, records};

use super::{Data, Value};
use crate::model::{Column, Model, Source, SourceId};
use crate::suggest::closest;
use std::ops::Range;

/// What does not fit, with its place in the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CsvFault {
    pub at: Range<usize>,
    pub fact: String,
    pub help: String,
}

/// For each column of a source's table its place among the names in the first record. Derived columns have none. A name that
/// the table has not is a fault; with `all` so is a column without a name.
pub fn header(source: &Source, record: &[Cell], all: bool) -> Result<Vec<Option<usize>>, CsvFault> {
    let name = |cell: &Cell| cell.text.as_deref().unwrap_or_default().trim().to_owned();
    let physical = || source.columns.iter().filter(|column| column.derived.is_none());
    for (at, cell) in record.iter().enumerate() {
        let written = name(cell);
        if record[..at].iter().any(|before| name(before) == written) {
            let fact = format!("the first line names `{written}` twice");
            let help = "leave one of them out: a column has one value in each line".to_owned();
            return Err(CsvFault { at: cell.at.clone(), fact, help });
        }
        if !physical().any(|column| column.name == written) {
            let near = closest(&written, physical().map(|column| column.name.as_str()));
            let derived = source.columns.iter().any(|column| column.name == written);
            let help = match near {
                _ if derived => "leave it out: it is computed from the others".to_owned(),
                Some(near) => format!("did you mean `{near}`?"),
                None => "name the columns of the table in the first line".to_owned(),
            };
            let fact = format!("`{written}` is no column of the table of `{}`", source.name);
            return Err(CsvFault { at: cell.at.clone(), fact, help });
        }
    }
    let mut places = Vec::with_capacity(source.columns.len());
    for column in &source.columns {
        let place = record.iter().position(|cell| name(cell) == column.name).filter(|_| column.derived.is_none());
        if place.is_none() && column.derived.is_none() && all {
            let end = record.last().map_or(0, |cell| cell.at.end);
            let fact = format!("the first line does not name the column `{}`", column.name);
            let help = format!("add the column `{}`, of type `{}`", column.name, column.ty);
            return Err(CsvFault { at: end..end, fact, help });
        }
        places.push(place);
    }
    Ok(places)
}

impl Data {
    /// Adds the rows of a CSV text, whose first line names the columns. With `all` every column of the table has to be
    /// there; without, one that is not is null where it may be, else not given.
    pub fn read_csv(&mut self, model: &Model, source: SourceId, text: &str, all: bool) -> Result<(), CsvFault> {
        let declared = model.source(source);
        let mut records = records(text)?.into_iter();
        let Some(first) = records.next() else {
            let fact = "the file is empty".to_owned();
            let help = format!("name the columns of `{}` in the first line", declared.name);
            return Err(CsvFault { at: 0..0, fact, help });
        };
        let places = header(declared, &first, all)?;
        for record in records {
            if record.len() != first.len() {
                let at = record[0].at.start..record.last().map_or(0, |cell| cell.at.end);
                let fact = format!("the line has {} cells, and the first line names {}", record.len(), first.len());
                let help = "quote a text that has a comma in it: \"a, b\"".to_owned();
                return Err(CsvFault { at, fact, help });
            }
            let mut fault = None;
            self.add(model, source, |column| {
                let declared = declared.column(column);
                match places[column.0 as usize] {
                    None => declared.ty.nullable.then_some(Value::Null),
                    Some(place) => match value(&record[place], declared) {
                        Ok(value) => Some(value),
                        Err(wrong) => {
                            fault.get_or_insert(wrong);
                            None
                        }
                    },
                }
            });
            if let Some(fault) = fault {
                return Err(fault);
            }
        }
        Ok(())
    }
}

/// A cell as a value of its column.
fn value(cell: &Cell, column: &Column) -> Result<Value, CsvFault> {
    let fault = |fact: String, help: &str| CsvFault { at: cell.at.clone(), fact, help: help.to_owned() };
    match &cell.text {
        None if column.ty.nullable => Ok(Value::Null),
        None => Err(fault(
            format!("`{}` is empty here, and may not be null", column.name),
            "fill it in, or declare the column with `?`; an empty text is written \"\"",
        )),
        Some(text) => Value::read(text, column.ty.base).map_err(|fact| {
            let help = "write numbers as 12.50, dates as 2026-01-31, timestamps as 2026-01-31 10:00:00, truths as true and false";
            fault(format!("{fact}, the type of `{}`", column.name), help)
        }),
    }
}
