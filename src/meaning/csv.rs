//! CSV texts as rows: RFC 4180, where an empty cell is null and `""` an empty text.

use super::{Data, Value};
use crate::model::{Model, Source, SourceId};
use crate::suggest::closest;
use std::ops::Range;

/// A cell with its place in the text. Without quotes and empty it has no text, which a library that does not tell `,,` from
/// `,"",` could not say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    pub text: Option<String>,
    pub at: Range<usize>,
}

/// What does not fit, with its place in the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CsvFault {
    pub at: Range<usize>,
    pub fact: String,
    pub help: String,
}

/// The records of a CSV text. Lines without anything are none.
pub fn records(text: &str) -> Vec<Vec<Cell>> {
    let bytes = text.as_bytes();
    let mut records = Vec::new();
    let mut record: Vec<Cell> = Vec::new();
    let mut at = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    while at < bytes.len() {
        let (cell, end) = cell(text, at);
        at = end;
        record.push(cell);
        let ends_record = match bytes.get(at) {
            Some(b',') => {
                at += 1;
                // A comma at the very end has an empty cell behind it.
                if at == bytes.len() {
                    record.push(Cell { text: None, at: at..at });
                }
                at == bytes.len()
            }
            _ => true,
        };
        if ends_record {
            at += usize::from(bytes.get(at) == Some(&b'\r'));
            at += usize::from(bytes.get(at) == Some(&b'\n'));
            let record = std::mem::take(&mut record);
            if record.len() > 1 || record[0].text.is_some() {
                records.push(record);
            }
        }
    }
    records
}

/// The cell that begins here, and where it ends: at a comma, at the end of the line or of the text.
fn cell(text: &str, start: usize) -> (Cell, usize) {
    let bytes = text.as_bytes();
    let plain_end = |from: usize| {
        let end =
            bytes[from..].iter().position(|byte| matches!(byte, b',' | b'\n')).map_or(bytes.len(), |by| from + by);
        if bytes.get(end) != Some(&b',') && end > from && bytes[end - 1] == b'\r' { end - 1 } else { end }
    };
    if bytes[start] != b'"' {
        let end = plain_end(start);
        let inside = &text[start..end];
        return (Cell { text: (!inside.is_empty()).then(|| inside.to_owned()), at: start..end }, end);
    }
    let mut content = String::new();
    let mut at = start + 1;
    while let Some(by) = bytes[at..].iter().position(|byte| *byte == b'"') {
        content.push_str(&text[at..at + by]);
        at += by + 1;
        if bytes.get(at) != Some(&b'"') {
            // What stands between the quote and the comma belongs to the cell as it is.
            let end = plain_end(at);
            content.push_str(&text[at..end]);
            return (Cell { text: Some(content), at: start..end }, end);
        }
        content.push('"');
        at += 1;
    }
    content.push_str(&text[at..]);
    (Cell { text: Some(content), at: start..bytes.len() }, bytes.len())
}

/// For each column of a source's table its place among the names in the first record. Derived columns have none. A name that
/// the table has not is a fault; with `all` so is a column without a name.
pub fn header(source: &Source, record: &[Cell], all: bool) -> Result<Vec<Option<usize>>, CsvFault> {
    let name = |cell: &Cell| cell.text.as_deref().unwrap_or_default().trim().to_owned();
    let physical = || source.columns.iter().filter(|column| column.derived.is_none());
    for cell in record {
        let written = name(cell);
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
        let mut records = records(text).into_iter();
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
fn value(cell: &Cell, column: &crate::model::Column) -> Result<Value, CsvFault> {
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

#[cfg(test)]
mod tests {
    use super::records;

    #[test]
    fn an_empty_cell_is_not_an_empty_text() {
        let texts = |text: &str| -> Vec<Vec<Option<String>>> {
            records(text).into_iter().map(|record| record.into_iter().map(|cell| cell.text).collect()).collect()
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(texts("a,b\r\n,\"\"\r\n"), [[some("a"), some("b")], [None, some("")]]);
        assert_eq!(texts("\"x, \"\"y\"\"\nz\",1"), [[some("x, \"y\"\nz"), some("1")]]);
        assert_eq!(texts("a,\n\n\nb,c"), [[some("a"), None], [some("b"), some("c")]]);
        assert_eq!(texts("a,"), [[some("a"), None]]);
        assert_eq!(texts("\u{FEFF}a"), [[some("a")]]);
        assert_eq!(texts("\"not closed"), [[some("not closed")]]);
        assert!(texts("").is_empty() && texts("\n\r\n").is_empty());
    }
}
