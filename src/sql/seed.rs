//! Tables and rows of sample data, in any dialect: what loads a source's CSV file into an engine.

use super::binding::Binding;
use super::query::Relation;
use crate::dialect::Dialect;
use crate::meaning::{Data, Value};
use crate::model::{Source, SourceId, Type};

/// Rows in one `INSERT`.
const BATCH: usize = 200;

/// A source's table in a warehouse.
pub struct Table<'t> {
    pub source: &'t Source,
    pub dialect: &'t Dialect,
    pub binding: &'t Binding,
}

impl Table<'_> {
    /// `CREATE TABLE` and `INSERT`s for the rows of a source. Fails with what the dialect cannot say.
    pub fn statements(&self, rows: &Data, id: SourceId) -> Result<String, String> {
        let physical = || self.source.columns.iter().enumerate().filter(|(_, column)| column.derived.is_none());
        let name = self.name()?;
        let quote = |column: &str| (self.dialect.identifier)(&self.binding.column(&self.source.name, column));
        let mut sql = format!("CREATE TABLE {name} (");
        for (at, (_, column)) in physical().enumerate() {
            let ty = (self.dialect.type_name)(column.ty.base)
                .ok_or_else(|| format!("{} has no type for `{}`", self.dialect.title, column.ty.base))?;
            sql.push_str(&format!("{}\n  {} {ty}", if at > 0 { "," } else { "" }, quote(&column.name)));
        }
        sql.push_str("\n);\n");
        let columns: Vec<String> = physical().map(|(_, column)| quote(&column.name)).collect();
        let table = rows.table(id);
        for row in 0..table.rows {
            let values = physical().map(|(at, column)| self.value(table.columns[at][row].as_ref(), &column.ty));
            let values: Vec<String> = values.collect::<Result<_, _>>()?;
            if row % BATCH == 0 {
                sql.push_str(if row > 0 { ";\n" } else { "" });
                sql.push_str(&format!("INSERT INTO {name} ({}) VALUES", columns.join(", ")));
            } else {
                sql.push(',');
            }
            sql.push_str(&format!("\n  ({})", values.join(", ")));
        }
        if table.rows > 0 {
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

    /// A value as a constant of the column's type. Decimals are plain numbers, whatever expressions make of them, where these are exact.
    fn value(&self, value: Option<&Value>, ty: &Type) -> Result<String, String> {
        let said = match value {
            None | Some(Value::Null) => return Ok("NULL".to_owned()),
            Some(Value::Double(number)) => return Ok(format!("{number:?}")),
            Some(Value::Decimal { .. }) if self.dialect.supports.exact_literals => {
                return Ok(value.map(Value::to_string).unwrap_or_default());
            }
            Some(value) => value,
        };
        let literal = said.literal().and_then(|literal| (self.dialect.literal)(&literal, ty));
        literal.map(|words| words.text).ok_or_else(|| format!("{} cannot say `{said}`", self.dialect.title))
    }
}
