//! The lines of a block: cells in columns, comments where they were, at most one blank line between two.

/// What stands between two things of a file: comments and blank lines.
#[derive(Default)]
pub struct Gap {
    /// The comment on the line of what stands before.
    pub trailing: Option<String>,
    /// Comments on lines of their own, each with whether a blank line stands before it.
    pub own: Vec<(bool, String)>,
    /// Whether a blank line stands before what follows.
    pub blank: bool,
}

/// The class of items that have columns in their whole block.
pub const WHOLE_BLOCK: u8 = 9;

/// One item of a block.
pub struct Line {
    /// Items of one class that stand below each other have columns; items of class 0 have none.
    pub class: u8,
    /// The last cell may go over several lines, indented already.
    pub cells: Vec<String>,
    pub before: Gap,
    pub trailing: Option<String>,
}

/// The lines of a block as text, each with its line end.
pub fn print(lines: &[Line], indent: usize, out: &mut String) {
    let texts = texts(lines);
    let mut at = 0;
    while at < lines.len() {
        // Comments behind lines that follow each other stand in one column.
        let end = 1 + at + lines[at + 1..].iter().take_while(|line| follows(line)).count();
        let width = (at..end)
            .filter(|&line| lines[line].trailing.is_some() && !texts[line].contains('\n'))
            .map(|line| width(&texts[line]))
            .max();
        for line in at..end {
            comments(&lines[line].before, indent, line > 0, out);
            pad(indent, out);
            out.push_str(&texts[line]);
            if let Some(comment) = &lines[line].trailing {
                let used = width_of_last(&texts[line]);
                let gap = if texts[line].contains('\n') { 2 } else { width.unwrap_or(used) - used + 2 };
                pad(gap, out);
                out.push_str(comment);
            }
            out.push('\n');
        }
        at = end;
    }
}

/// The comments of a gap on their own lines, and its blank lines; none at the start of a block.
pub fn comments(gap: &Gap, indent: usize, mut inside: bool, out: &mut String) {
    for (blank, comment) in &gap.own {
        if *blank && inside {
            out.push('\n');
        }
        pad(indent, out);
        out.push_str(comment);
        out.push('\n');
        inside = true;
    }
    if gap.blank && inside {
        out.push('\n');
    }
}

pub fn pad(spaces: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', spaces));
}

pub fn width(text: &str) -> usize {
    text.chars().count()
}

fn width_of_last(text: &str) -> usize {
    text.rsplit('\n').next().map_or(0, width)
}

/// Whether a line stands right below the one before.
fn follows(line: &Line) -> bool {
    !line.before.blank && line.before.own.is_empty()
}

/// Each line's cells as one text, with the columns of its neighbours of the same class.
fn texts(lines: &[Line]) -> Vec<String> {
    let mut texts = Vec::with_capacity(lines.len());
    let whole = widths(lines.iter().filter(|line| line.class == WHOLE_BLOCK));
    let mut at = 0;
    while at < lines.len() {
        let class = lines[at].class;
        let joined = |line: &&Line| class != 0 && line.class == class && !line.before.blank;
        let end = 1 + at + lines[at + 1..].iter().take_while(joined).count();
        let widths = if class == WHOLE_BLOCK { whole.clone() } else { widths(lines[at..end].iter()) };
        for line in &lines[at..end] {
            let mut text = String::new();
            for (column, cell) in line.cells.iter().enumerate() {
                text.push_str(cell);
                if column + 1 < line.cells.len() {
                    pad(widths[column] - width(cell) + 1, &mut text);
                }
            }
            texts.push(text);
        }
        at = end;
    }
    texts
}

/// How wide each column is; the last one needs no width.
fn widths<'l>(lines: impl Iterator<Item = &'l Line>) -> Vec<usize> {
    let mut widths: Vec<usize> = Vec::new();
    for line in lines {
        for (column, cell) in line.cells.iter().rev().skip(1).rev().enumerate() {
            if widths.len() <= column {
                widths.push(0);
            }
            widths[column] = widths[column].max(width(cell));
        }
    }
    widths
}
