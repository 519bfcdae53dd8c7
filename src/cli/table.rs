//! Answers on paper: an aligned table for people, CSV, JSON and Markdown for programs and pages.

use crate::meaning::{Answer, Value};
use crate::model::Base;
use clap::ValueEnum;

/// How rows are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Rows {
    /// An aligned table; doubles are rounded to six places
    #[default]
    Table,
    /// RFC 4180; an empty cell is null, `""` an empty text
    Csv,
    /// A list of objects, numbers with all their digits
    Json,
    /// A table for pages and pull requests
    Markdown,
}

/// What stands for null where an empty cell could be an empty text. A text that could be taken for it is in quotes.
const NULL: &str = "-";

/// An answer in a form.
pub struct Printed {
    pub text: String,
    /// Whether some text was too wide to be shown whole.
    pub cut: bool,
}

/// Puts an answer into a form. `percent` says which columns are shown as per cent where people read. The table is made to fit
/// `width`, if there is one: longer texts are cut, and end in `…`; numbers never are.
pub fn print(answer: &Answer, form: Rows, percent: &[bool], width: Option<usize>) -> Printed {
    let text = match form {
        Rows::Table => return aligned(answer, percent, width),
        Rows::Csv => csv(answer),
        Rows::Json => json(answer),
        Rows::Markdown => markdown(answer, percent),
    };
    Printed { text, cut: false }
}

/// A value as people read it.
fn shown(value: &Value, percent: bool) -> String {
    match value {
        Value::Null => NULL.to_owned(),
        Value::Double(number) if percent => format!("{}%", rounded(number * 100.0, 2)),
        Value::Decimal { .. } | Value::Integer(_) if percent => match value.as_double() {
            Some(number) => format!("{}%", rounded(number * 100.0, 2)),
            None => value.to_string(),
        },
        Value::Double(number) => rounded(*number, 6),
        Value::Text(text) => {
            let text: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
            // What would be read as something else, or not be seen at all.
            let odd = text == NULL || text.trim() != text || text.is_empty() || text.starts_with('"');
            if odd { format!("\"{text}\"") } else { text }
        }
        _ => value.to_string(),
    }
}

/// So many places at most; numbers too small for them keep their first digits.
fn rounded(number: f64, places: usize) -> String {
    let text = format!("{number:.places$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    match text {
        "0" | "-0" if number != 0.0 => format!("{number:.3e}"),
        "-0" => "0".to_owned(),
        _ => text.to_owned(),
    }
}

fn aligned(answer: &Answer, percent: &[bool], width: Option<usize>) -> Printed {
    const GAP: usize = 2;
    let head = answer.columns.iter().map(|column| column.name.to_string());
    let mut lines: Vec<Vec<String>> = vec![head.collect()];
    for row in &answer.rows {
        lines.push(row.iter().zip(percent).map(|(value, percent)| shown(value, *percent)).collect());
    }
    let wide = |text: &str| console::measure_text_width(text);
    let mut widths: Vec<usize> = (0..answer.columns.len())
        .map(|at| lines.iter().map(|line| wide(&line[at])).max().unwrap_or_default())
        .collect();
    // The widest columns of text give way, none below what can still be told apart.
    let least = 8;
    let whole = widths.clone();
    let most = width.unwrap_or(usize::MAX);
    while widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1) > most {
        let texts = (0..widths.len()).filter(|at| answer.columns[*at].ty.base == Base::Text && widths[*at] > least);
        let Some(widest) = texts.max_by_key(|at| widths[*at]) else { break };
        widths[widest] -= 1;
    }
    let mut out = String::new();
    for (number, line) in lines.iter().enumerate() {
        let mut cells = String::new();
        for (at, text) in line.iter().enumerate() {
            let cut = console::truncate_str(text, widths[at], "…");
            let right = answer.columns[at].ty.base.is_number();
            let side = if right { console::Alignment::Right } else { console::Alignment::Left };
            let gap = if at > 0 { " ".repeat(GAP) } else { String::new() };
            cells.push_str(&format!("{gap}{}", console::pad_str(&cut, widths[at], side, None)));
        }
        out.push_str(cells.trim_end());
        out.push('\n');
        if number == 0 {
            let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
            out.push_str(&rule.join(&" ".repeat(GAP)));
            out.push('\n');
        }
    }
    Printed { text: out, cut: widths != whole }
}

fn csv(answer: &Answer) -> String {
    let quoted = |text: &str| {
        let special = |letter: char| matches!(letter, ',' | '"' | '\n' | '\r');
        // A blank at an edge is part of the text, which not every reader knows without quotes.
        let plain = !text.is_empty() && !text.contains(special) && text.trim() == text;
        if plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
    };
    let mut out = String::new();
    let head: Vec<String> = answer.columns.iter().map(|column| quoted(&column.name)).collect();
    out.push_str(&head.join(","));
    out.push_str("\r\n");
    for row in &answer.rows {
        let cells = row.iter().map(|value| match value {
            Value::Null => String::new(),
            Value::Text(text) => quoted(text),
            _ => value.to_string(),
        });
        out.push_str(&cells.collect::<Vec<_>>().join(","));
        out.push_str("\r\n");
    }
    out
}

fn json(answer: &Answer) -> String {
    let text = |text: &str| serde_json::Value::String(text.to_owned()).to_string();
    let rows = answer.rows.iter().map(|row| {
        let members = answer.columns.iter().zip(row).map(|(column, value)| {
            let value = match value {
                Value::Null => "null".to_owned(),
                // All digits, which a number of JSON may have.
                Value::Boolean(_) | Value::Integer(_) | Value::Decimal { .. } | Value::Double(_) => value.to_string(),
                _ => text(&value.to_string()),
            };
            format!("{}: {value}", text(&column.name))
        });
        format!("  {{{}}}", members.collect::<Vec<_>>().join(", "))
    });
    let rows: Vec<String> = rows.collect();
    if rows.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", rows.join(",\n")) }
}

fn markdown(answer: &Answer, percent: &[bool]) -> String {
    // What a page would take for a mark of its own.
    let escaped = |text: &str| {
        let marks = ['\\', '|', '`', '*', '<', '['];
        let letters =
            text.chars().flat_map(|letter| marks.contains(&letter).then_some('\\').into_iter().chain([letter]));
        letters.collect::<String>()
    };
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut out = line(answer.columns.iter().map(|column| escaped(&column.name)).collect());
    let side = |base: Base| if base.is_number() { "---:" } else { "---" }.to_owned();
    out.push_str(&line(answer.columns.iter().map(|column| side(column.ty.base)).collect()));
    for row in &answer.rows {
        let cells = row.iter().zip(percent).map(|(value, percent)| match value {
            Value::Null => String::new(),
            _ => escaped(&shown(value, *percent)),
        });
        out.push_str(&line(cells.collect()));
    }
    out
}

#[cfg(test)]
mod tests;
