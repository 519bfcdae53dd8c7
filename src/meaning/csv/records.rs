//! CSV texts as records: RFC 4180.

use super::CsvFault;
use std::ops::Range;

/// A cell with its place in the text. Without quotes and empty it has no text, which a library that does not tell `,,` from
/// `,"",` could not say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    pub text: Option<String>,
    pub at: Range<usize>,
}

/// The records of a CSV text. Lines without anything are none. A quote that nothing closes, or that more than the end of its
/// cell follows, is a fault: what it was meant to hold can only be guessed.
pub fn records(text: &str) -> Result<Vec<Vec<Cell>>, CsvFault> {
    let bytes = text.as_bytes();
    let mut records = Vec::new();
    let mut record: Vec<Cell> = Vec::new();
    let mut at = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    while at < bytes.len() {
        let (cell, end) = cell(text, at)?;
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
    Ok(records)
}

/// The cell that begins here, and where it ends: at a comma, at the end of the line or of the text.
fn cell(text: &str, start: usize) -> Result<(Cell, usize), CsvFault> {
    let bytes = text.as_bytes();
    let plain_end = |from: usize| {
        let end =
            bytes[from..].iter().position(|byte| matches!(byte, b',' | b'\n')).map_or(bytes.len(), |by| from + by);
        if bytes.get(end) != Some(&b',') && end > from && bytes[end - 1] == b'\r' { end - 1 } else { end }
    };
    if bytes[start] != b'"' {
        let end = plain_end(start);
        let inside = &text[start..end];
        return Ok((Cell { text: (!inside.is_empty()).then(|| inside.to_owned()), at: start..end }, end));
    }
    let mut content = String::new();
    let mut at = start + 1;
    while let Some(by) = bytes[at..].iter().position(|byte| *byte == b'"') {
        content.push_str(&text[at..at + by]);
        at += by + 1;
        if bytes.get(at) != Some(&b'"') {
            let end = plain_end(at);
            if end > at {
                let fact = "the cell goes on behind the quote that closes it".to_owned();
                let help = "write a quote in a text twice: \"5\"\" pipe\"".to_owned();
                return Err(CsvFault { at: at..end, fact, help });
            }
            return Ok((Cell { text: Some(content), at: start..end }, end));
        }
        content.push('"');
        at += 1;
    }
    let fact = "nothing closes the quote that begins here".to_owned();
    let help = "put a quote at the end of the text, and write those in it twice".to_owned();
    Err(CsvFault { at: start..start + 1, fact, help })
}

#[cfg(test)]
mod tests {
    use super::records;

    #[test]
    fn an_empty_cell_is_not_an_empty_text() {
        let texts = |text: &str| -> Vec<Vec<Option<String>>> {
            let records = records(text).expect("the text is well formed");
            records.into_iter().map(|record| record.into_iter().map(|cell| cell.text).collect()).collect()
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(texts("a,b\r\n,\"\"\r\n"), [[some("a"), some("b")], [None, some("")]]);
        assert_eq!(texts("\"x, \"\"y\"\"\nz\",1"), [[some("x, \"y\"\nz"), some("1")]]);
        assert_eq!(texts("a,\n\n\nb,c"), [[some("a"), None], [some("b"), some("c")]]);
        assert_eq!(texts("a,"), [[some("a"), None]]);
        assert_eq!(texts("\u{FEFF}a"), [[some("a")]]);
        assert!(texts("").is_empty() && texts("\n\r\n").is_empty());
    }

    #[test]
    fn quotes_that_do_not_pair_are_no_text() {
        for (text, at) in [("a,\"b\nc", 2..3), ("\"a\"b,c", 3..4), ("\"", 0..1)] {
            assert_eq!(records(text).expect_err(text).at, at, "{text}");
        }
    }
}
