//! Which declaration a name stands for. [`Names`] is a side table: the tree stays as it was written.
//!
//! Invariants: knows no types; every declaration is in it once, the first of its name in order of files; tables are sorted by
//! name, so that the order of files and declarations does not show.

mod errors;

use crate::diagnostic::{Diagnostic, Found};
use crate::suggest::closest;
use crate::syntax::ast::{self, Ast, Declaration, Name};
use rustc_hash::FxHashMap;

/// The declarations of one kind, sorted by name.
#[derive(Debug)]
pub struct Table<'a, T> {
    kind: &'static str,
    list: Vec<&'a T>,
    index: FxHashMap<&'a str, usize>,
}

impl<'a, T> Table<'a, T> {
    fn new(kind: &'static str, mut each: Vec<(&'a Name, &'a T)>, found: &mut Found) -> Self {
        // The sort is stable and the files come in a fixed order, so that of two with one name the first stays.
        each.sort_by(|a, b| a.0.text.cmp(&b.0.text));
        let mut list = Vec::with_capacity(each.len());
        let mut index = FxHashMap::default();
        let mut first: Option<&Name> = None;
        for (name, declaration) in each {
            match first {
                Some(earlier) if earlier.text == name.text => found.push(errors::declared_twice(kind, name, earlier)),
                _ => {
                    index.insert(name.text.as_str(), list.len());
                    list.push(declaration);
                    first = Some(name);
                }
            }
        }
        Table { kind, list, index }
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'a T> {
        self.list.iter().copied()
    }

    /// The declaration at a place.
    pub fn at(&self, place: usize) -> &'a T {
        self.list[place]
    }

    pub fn get(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// The place of the declaration of this name, or an error that suggests the nearest.
    pub fn find(&self, name: &Name) -> Result<usize, Diagnostic> {
        self.get(&name.text).ok_or_else(|| errors::unknown(self.kind, name, self.closest(&name.text)))
    }

    pub fn closest(&self, name: &str) -> Option<&str> {
        closest(name, self.index.keys().copied())
    }
}

/// All names of a project.
#[derive(Debug)]
pub struct Names<'a> {
    pub teams: Table<'a, ast::Team>,
    pub sources: Table<'a, ast::Source>,
    pub metrics: Table<'a, ast::Metric>,
    pub dimensions: Table<'a, ast::Dimension>,
    pub reports: Table<'a, ast::Report>,
    pub calendars: Table<'a, ast::Calendar>,
}

/// Gathers the declarations by kind and name. Finds: a name declared twice, a metric with the name of a dimension.
pub fn resolve<'a>(ast: &'a Ast, found: &mut Found) -> Names<'a> {
    let (mut teams, mut sources, mut metrics) = (Vec::new(), Vec::new(), Vec::new());
    let (mut dimensions, mut reports, mut calendars) = (Vec::new(), Vec::new(), Vec::new());
    for declaration in ast.files.iter().flat_map(|file| &file.declarations) {
        let name = declaration.name();
        match declaration {
            Declaration::Team(it) => teams.push((name, it)),
            Declaration::Source(it) => sources.push((name, it)),
            Declaration::Metric(it) => metrics.push((name, it)),
            Declaration::Dimension(it) => dimensions.push((name, it)),
            Declaration::Report(it) => reports.push((name, it)),
            Declaration::Calendar(it) => calendars.push((name, it)),
        }
    }
    let names = Names {
        teams: Table::new("team", teams, found),
        sources: Table::new("source", sources, found),
        metrics: Table::new("metric", metrics, found),
        dimensions: Table::new("dimension", dimensions, found),
        reports: Table::new("report", reports, found),
        calendars: Table::new("calendar", calendars, found),
    };
    for dimension in names.dimensions.iter() {
        if let Some(at) = names.metrics.get(&dimension.name.text) {
            found.push(errors::metric_and_dimension(&dimension.name, &names.metrics.list[at].name));
        }
    }
    names
}

pub use errors::{declared_twice, unknown};
