//! Tables and rows of sample data, in any dialect: what loads a source's CSV file into an engine.

use super::binding::Binding;
use super::query::Relation;
use crate::dialect::Dialect;
use crate::model::{Base, Literal, Source, Type};
use jiff::civil::{Date, DateTime};

/// Rows in one `INSERT`.
const BATCH: usize = 200;

/// A source's table in a warehouse.
pub struct Table<'t> {
    pub source: &'t Source,
    pub dialect: &'t Dialect,
    pub binding: &'t Binding,
}

impl Table<'_> {
    /// `CREATE TABLE` and `INSERT`s for the rows of a CSV text: names of columns first, an empty cell is null, `""` an empty
    /// text. Fails with the line and column of a value that does not fit.
    pub fn statements(&self, csv: &str) -> Result<String, String> {
        let mut records = records(csv).into_iter();
        let (_, header) = records.next().ok_or("the file is empty, and its first line should name the columns")?;
        let physical: Vec<_> = self.source.columns.iter().filter(|column| column.derived.is_none()).collect();
        let mut places = Vec::with_capacity(physical.len());
        for column in &physical {
            let at = header.iter().position(|cell| cell.as_deref().is_some_and(|name| name.trim() == column.name));
            places.push(at.ok_or_else(|| format!("line 1 does not name the column `{}`", column.name))?);
        }
        let known = |name: &str| physical.iter().any(|column| column.name == name);
        if let Some(stray) = header.iter().flatten().find(|name| !known(name.trim())) {
            return Err(format!("line 1 names `{stray}`, which `{}` has not", self.source.name));
        }
        let name = self.name()?;
        let quote = |column: &str| (self.dialect.identifier)(&self.binding.column(&self.source.name, column));
        let mut sql = format!("CREATE TABLE {name} (");
        for (at, column) in physical.iter().enumerate() {
            let ty = (self.dialect.type_name)(column.ty.base)
                .ok_or_else(|| format!("{} has no type for `{}`", self.dialect.title, column.ty.base))?;
            sql.push_str(&format!("{}\n  {} {ty}", if at > 0 { "," } else { "" }, quote(&column.name)));
        }
        sql.push_str("\n);\n");
        let columns: Vec<String> = physical.iter().map(|column| quote(&column.name)).collect();
        let mut rows = 0;
        for (line, record) in records {
            let mut values = Vec::with_capacity(physical.len());
            for (column, at) in physical.iter().zip(&places) {
                let cell = record.get(*at).ok_or_else(|| format!("line {line} has too few columns"))?;
                let value = self.value(cell.as_deref(), &column.ty);
                values.push(value.map_err(|error| format!("line {line}, column `{}`: {error}", column.name))?);
            }
            if rows % BATCH == 0 {
                sql.push_str(if rows > 0 { ";\n" } else { "" });
                sql.push_str(&format!("INSERT INTO {name} ({}) VALUES", columns.join(", ")));
            } else {
                sql.push(',');
            }
            sql.push_str(&format!("\n  ({})", values.join(", ")));
            rows += 1;
        }
        if rows > 0 {
            sql.push_str(";\n");
        }
        Ok(sql)
    }

    fn name(&self) -> Result<String, String> {
        match self.binding.relation(&self.source.name) {
            Relation::Physical(parts) => {
                Ok(parts.iter().map(|part| (self.dialect.identifier)(part)).collect::<Vec<_>>().join("."))
            }
            Relation::Query(_) | Relation::Cte(_) => {
                Err(format!("`{}` is bound to a query, which cannot be filled", self.source.name))
            }
        }
    }

    /// A cell as a constant of the column's type.
    fn value(&self, cell: Option<&str>, ty: &Type) -> Result<String, String> {
        let Some(text) = cell else {
            return if ty.nullable { Ok("NULL".into()) } else { Err("is empty, and may not be null".into()) };
        };
        let wrong = || format!("`{text}` is no {}", ty.base);
        let literal = match ty.base {
            Base::Boolean => match text {
                "true" | "t" | "1" => Literal::Boolean(true),
                "false" | "f" | "0" => Literal::Boolean(false),
                _ => return Err(wrong()),
            },
            Base::Integer => Literal::Integer(text.parse().map_err(|_| wrong())?),
            Base::Decimal { precision, scale } => {
                let digits = decimal(text, scale).ok_or_else(wrong)?;
                if digits.unsigned_abs() >= 10u128.pow(u32::from(precision)) {
                    return Err(format!("`{text}` has more than {precision} digits"));
                }
                Literal::Decimal { digits, scale }
            }
            Base::Double => {
                let number: f64 = text.parse().map_err(|_| wrong())?;
                return if number.is_finite() { Ok(format!("{number:?}")) } else { Err(wrong()) };
            }
            Base::Text => Literal::Text(text.into()),
            Base::Date => Literal::Date(text.parse::<Date>().map_err(|_| wrong())?),
            Base::Timestamp => Literal::Timestamp(text.parse::<DateTime>().map_err(|_| wrong())?),
            Base::Instant => {
                let plain = text.trim_end_matches('Z').trim_end_matches("+00:00").trim_end_matches("+00").trim_end();
                Literal::Instant(plain.parse::<DateTime>().map_err(|_| wrong())?)
            }
            Base::Broken | Base::Null => return Err(wrong()),
        };
        self.stored(&literal, ty).ok_or_else(|| format!("{} cannot say `{text}`", self.dialect.title))
    }

    /// Decimals are stored as plain numbers, whatever expressions make of them.
    fn stored(&self, literal: &Literal, ty: &Type) -> Option<String> {
        match literal {
            Literal::Decimal { digits, scale } => Some(crate::dialect::decimal(*digits, *scale)),
            _ => (self.dialect.literal)(literal, ty).map(|words| words.text),
        }
    }
}

/// The digits of a decimal at a scale, if it has no more behind the point.
fn decimal(text: &str, scale: u8) -> Option<i128> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if fraction.len() > usize::from(scale)
        || !digits(whole)
        || !digits(fraction)
        || (whole.is_empty() && fraction.is_empty())
    {
        return None;
    }
    let all = format!("{whole}{fraction:0<width$}", width = usize::from(scale));
    Some(sign * all.parse::<i128>().ok()?)
}

/// The records of a CSV text (RFC 4180) with the line each begins in. A cell without quotes that is empty is `None`, which a
/// library that does not tell `,,` from `,"",` could not say.
fn records(text: &str) -> Vec<(usize, Vec<Option<String>>)> {
    let mut records = Vec::new();
    let mut record: Vec<Option<String>> = Vec::new();
    let mut cell = String::new();
    let (mut quoted, mut was_quoted) = (false, false);
    let (mut line, mut start) = (1, 1);
    let mut letters = text.strip_prefix('\u{FEFF}').unwrap_or(text).chars().peekable();
    let finish = |cell: &mut String, was_quoted: &mut bool| {
        let text = std::mem::take(cell);
        let quoted = std::mem::take(was_quoted);
        (quoted || !text.is_empty()).then_some(text)
    };
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() && !was_quoted => (quoted, was_quoted) = (true, true),
            ',' if !quoted => record.push(finish(&mut cell, &mut was_quoted)),
            '\r' if !quoted && letters.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                record.push(finish(&mut cell, &mut was_quoted));
                if record.len() > 1 || record[0].is_some() {
                    records.push((start, std::mem::take(&mut record)));
                }
                record.clear();
                line += 1;
                start = line;
            }
            _ => {
                line += usize::from(letter == '\n');
                cell.push(letter);
            }
        }
    }
    if !cell.is_empty() || was_quoted || !record.is_empty() {
        record.push(finish(&mut cell, &mut was_quoted));
        records.push((start, record));
    }
    records
}
