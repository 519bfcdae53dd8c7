//! The little Markdown that case files are written in: headings, fenced blocks and tables; all else is prose.

/// A piece of a case file, with the line it begins on.
#[derive(Debug, PartialEq)]
pub enum Piece {
    Heading { line: usize, level: usize, text: String },
    Fence { line: usize, language: String, text: String },
    Table(Table),
    Bullet { line: usize, text: String },
    Prose { line: usize, text: String },
}

/// A table as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub line: usize,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// A cell as it is written.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// An empty cell.
    Null,
    /// `'text'`: text for sure, which may be empty, begin or end with a blank, or look like a number.
    Quoted(String),
    Bare(String),
}

/// Splits a file into its pieces. An error begins with its line number.
pub fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let (line, number) = (lines[at], at + 1);
        let after_marks = line.trim_start_matches('#');
        if let Some(language) = line.strip_prefix("```") {
            let length = lines[at + 1..]
                .iter()
                .position(|line| line.trim_end() == "```")
                .ok_or_else(|| format!("{number}: this block has no closing ```"))?;
            let text = lines[at + 1..at + 1 + length].iter().flat_map(|line| [*line, "\n"]).collect();
            pieces.push(Piece::Fence { line: number, language: language.trim().to_string(), text });
            at += length + 2;
        } else if line.starts_with('#') && after_marks.starts_with(' ') {
            let level = line.len() - after_marks.len();
            pieces.push(Piece::Heading { line: number, level, text: after_marks.trim().to_string() });
            at += 1;
        } else if line.starts_with('|') {
            let length = lines[at..].iter().take_while(|line| line.starts_with('|')).count();
            pieces.push(Piece::Table(table(number, &lines[at..at + length])?));
            at += length;
        } else if let Some(text) = line.strip_prefix("- ") {
            pieces.push(Piece::Bullet { line: number, text: text.trim().to_string() });
            at += 1;
        } else {
            if !line.trim().is_empty() {
                pieces.push(Piece::Prose { line: number, text: line.trim().to_string() });
            }
            at += 1;
        }
    }
    Ok(pieces)
}

fn table(first: usize, lines: &[&str]) -> Result<Table, String> {
    let rule = lines.get(1).map(|line| cells(line)).unwrap_or_default();
    if rule.is_empty() || !rule.iter().all(|cell| cell.len() >= 3 && cell.chars().all(|c| "-:".contains(c))) {
        return Err(format!("{first}: a table has `| --- |` on its second line"));
    }
    let columns = cells(lines[0]);
    let mut rows = Vec::new();
    for (offset, line) in lines.iter().enumerate().skip(2) {
        let row = cells(line);
        if row.len() != columns.len() {
            let number = first + offset;
            return Err(format!("{number}: this row has {} cells, the table has {} columns", row.len(), columns.len()));
        }
        rows.push(row.into_iter().map(cell).collect());
    }
    Ok(Table { line: first, columns, rows })
}

/// The cells of a line; `\|` is a bar in a cell.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim();
    let inner = line.strip_prefix('|').unwrap_or(line);
    let inner = inner.strip_suffix('|').filter(|rest| !rest.ends_with('\\')).unwrap_or(inner);
    let mut cells = vec![String::new()];
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&'|') => cells.last_mut().expect("never empty").extend(chars.next()),
            '|' => cells.push(String::new()),
            _ => cells.last_mut().expect("never empty").push(c),
        }
    }
    cells.into_iter().map(|cell| cell.trim().to_string()).collect()
}

fn cell(text: String) -> Cell {
    match text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(inner) => Cell::Quoted(inner.replace("''", "'")),
        None if text.is_empty() => Cell::Null,
        None => Cell::Bare(text),
    }
}

#[test]
fn tables_keep_nulls_empty_text_blanks_and_bars() {
    let text = "| a | b |\n| --- | ---: |\n|  | '' |\n| 'x ' | p\\|q |\n";
    let found = pieces(text).expect("a table is well formed");
    let [Piece::Table(table)] = &found[..] else { panic!("one table, not {found:?}") };
    assert_eq!(table.columns, ["a", "b"]);
    assert_eq!(table.rows[0], [Cell::Null, Cell::Quoted(String::new())]);
    assert_eq!(table.rows[1], [Cell::Quoted("x ".to_string()), Cell::Bare("p|q".to_string())]);
}

#[test]
fn a_row_with_a_cell_too_few_is_refused_with_its_line() {
    assert!(pieces("\n| a | b |\n| --- | --- |\n| 1 |\n").is_err_and(|error| error.starts_with("4:")));
}
