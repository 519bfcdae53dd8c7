//! What a warehouse calls our things.

use super::query::Relation;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// The physical names behind sources and columns, for one warehouse.
#[derive(Clone, Debug, Default)]
pub struct Binding {
    /// `ANALYTICS.MART.{source}`
    pub table: String,
    pub sources: FxHashMap<SmolStr, SourceBinding>,
}

/// What differs from the pattern for one source.
#[derive(Clone, Debug, Default)]
pub struct SourceBinding {
    pub table: Option<String>,
    pub query: Option<String>,
    pub columns: FxHashMap<SmolStr, SmolStr>,
}

impl Binding {
    /// Every source is a table of its own name.
    pub fn plain() -> Binding {
        Binding { table: "{source}".into(), sources: FxHashMap::default() }
    }

    pub fn relation(&self, source: &str) -> Relation {
        let bound = self.sources.get(source);
        if let Some(query) = bound.and_then(|bound| bound.query.as_ref()) {
            return Relation::Query(query.clone());
        }
        match bound.and_then(|bound| bound.table.as_ref()) {
            Some(table) => Relation::Physical(parts(table)),
            None => {
                Relation::Physical(parts(&self.table).iter().map(|part| part.replace("{source}", source)).collect())
            }
        }
    }

    pub fn column(&self, source: &str, column: &str) -> SmolStr {
        let renamed = self.sources.get(source).and_then(|bound| bound.columns.get(column));
        renamed.cloned().unwrap_or_else(|| SmolStr::new(column))
    }
}

/// The parts of a name: split at the dots outside double quotes or backticks, quotes taken off.
pub fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    for letter in name.chars() {
        match (quote, letter) {
            (None, '"' | '`') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            (None, '.') => parts.push(String::new()),
            _ => parts.last_mut().expect("there is always a last part").push(letter),
        }
    }
    parts
}
