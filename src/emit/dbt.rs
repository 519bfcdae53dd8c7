//! A publication as a model of dbt: the same statement, its tables by `source(…)`, so that dbt knows what it rests on, and a file
//! of properties. <https://docs.getdbt.com/reference/dbt-jinja-functions/source>

use crate::model::Model;
use crate::plan::{Column, Plan};
use crate::sql::binding::Binding;
use crate::sql::query::Relation;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What stands for the tables of a warehouse until the statement is written.
pub struct StandIns {
    /// The warehouse's binding, with plain words in place of tables.
    pub binding: Binding,
    /// For each word the source of dbt and the table in it.
    tables: Vec<(String, String, String)>,
    sources: BTreeMap<String, Source>,
}

#[derive(Default)]
struct Source {
    database: Option<String>,
    schema: Option<String>,
    /// Tables by our names, as they are called there.
    tables: BTreeMap<String, String>,
}

impl StandIns {
    /// Those of all sources; one that is bound to a query stays as it is.
    pub fn of(model: &Model, binding: &Binding, project: &str) -> StandIns {
        let mut stand_ins = StandIns { binding: binding.clone(), tables: Vec::new(), sources: BTreeMap::new() };
        let places: BTreeSet<Vec<String>> =
            model.sources.iter().filter_map(|source| place(binding, &source.name)).collect();
        for (at, source) in model.sources.iter().enumerate() {
            let Relation::Physical(mut parts) = binding.relation(&source.name) else { continue };
            let table = parts.pop().unwrap_or_default();
            // One source of dbt is one schema: with several, each bears its name as well.
            let name = match places.len() {
                0 | 1 => plain(project),
                _ => plain(&format!("{project}_{}", parts.join("_"))),
            };
            let of = stand_ins.sources.entry(name.clone()).or_default();
            of.schema = parts.pop();
            of.database = parts.pop();
            of.tables.insert(source.name.to_string(), table);
            let word = format!("etalon_stands_for_{at}_");
            let bound = stand_ins.binding.sources.entry(source.name.clone()).or_default();
            bound.table = Some(word.clone());
            stand_ins.tables.push((word, name, source.name.to_string()));
        }
        stand_ins
    }

    /// A statement with stand-ins as the text of a model. What Jinja would take for its own in names and constants is left
    /// alone by it.
    pub fn text(&self, sql: &str) -> String {
        let mut text = String::with_capacity(sql.len() + 64);
        for (at, letter) in sql.char_indices() {
            let pair = &sql[at..(at + 2).min(sql.len()).max(at + letter.len_utf8())];
            match pair {
                "{{" | "{%" | "{#" => text.push_str("{{ '{' }}"),
                _ => text.push(letter),
            }
        }
        for (word, source, table) in &self.tables {
            if text.contains(word.as_str()) {
                text = text.replace(word, &format!("{{{{ source('{source}', '{table}') }}}}"));
            }
        }
        // dbt puts the statement into one of its own; whether it is a view or a table is said in its project.
        format!("{}\n", text.trim_end().trim_end_matches(';'))
    }

    /// The properties of models and of the sources that they rest on, as YAML.
    pub fn properties(&self, mut models: Vec<ModelProperties>) -> Result<String, serde_yaml::Error> {
        models.sort_by(|one, other| one.name.cmp(&other.name));
        let sources = self.sources.iter().map(|(name, source)| SourceProperties {
            name: name.clone(),
            database: source.database.clone(),
            schema: source.schema.clone(),
            tables: source
                .tables
                .iter()
                .map(|(name, table)| TableProperties {
                    name: name.clone(),
                    identifier: (name != table).then(|| table.clone()),
                })
                .collect(),
        });
        let properties = Properties { version: 2, sources: sources.collect(), models };
        let yaml = serde_yaml::to_string(&properties)?;
        Ok(format!("# Written by etalon: change the definitions, not this file.\n{yaml}"))
    }
}

/// Where a source's table lies: its database and schema.
fn place(binding: &Binding, source: &str) -> Option<Vec<String>> {
    match binding.relation(source) {
        Relation::Physical(mut parts) => {
            parts.pop();
            Some(parts)
        }
        Relation::Query(_) | Relation::Cte(_) => None,
    }
}

/// A name of letters, digits and `_`.
fn plain(name: &str) -> String {
    name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' }).collect()
}

#[derive(Serialize)]
struct Properties {
    version: u32,
    sources: Vec<SourceProperties>,
    models: Vec<ModelProperties>,
}

#[derive(Serialize)]
struct SourceProperties {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<String>,
    tables: Vec<TableProperties>,
}

#[derive(Serialize)]
struct TableProperties {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifier: Option<String>,
}

/// What dbt shows of a model.
#[derive(Serialize, Clone)]
pub struct ModelProperties {
    name: String,
    description: String,
    columns: Vec<ColumnProperties>,
}

#[derive(Serialize, Clone)]
struct ColumnProperties {
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
}

impl ModelProperties {
    /// Of a publication: a report's title or what its metrics mean; of each column what it is.
    pub fn of(model: &Model, name: &str, title: Option<&str>, plan: &Plan) -> ModelProperties {
        let said = |column: &Column| {
            let metric = model.metric_named(&column.name).map(|id| model.metric(id));
            let text = metric.and_then(|metric| metric.means.as_deref().or(metric.title.as_deref()));
            text.unwrap_or_default().to_owned()
        };
        let columns: Vec<ColumnProperties> = plan
            .result
            .columns
            .iter()
            .map(|column| ColumnProperties { name: column.name.to_string(), description: said(column) })
            .collect();
        let first = || columns.iter().map(|column| column.description.as_str()).find(|text| !text.is_empty());
        let description = title.or_else(first).unwrap_or_default().to_owned();
        ModelProperties { name: name.to_owned(), description, columns }
    }
}
