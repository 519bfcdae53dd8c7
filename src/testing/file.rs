//! Test files: from text to tests.

use super::fields::{Fields, text_of};
use super::given::{self, Load, Tables};
use super::question::Question;
use super::yaml::{self, Kind, Node};
use super::{cells, errors};
use crate::diagnostic::{ALL, Code, Diagnostic, Found};
use crate::meaning::{Data, Table, Value};
use crate::model::{Base, Bound, Model, SourceId};
use crate::source::{FileId, Sources, Span};
use crate::suggest::closest;
use jiff::civil::DateTime;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A file of tests.
#[derive(Debug)]
pub struct TestFile {
    pub file: FileId,
    pub tests: Vec<Test>,
    /// The rows that all of them begin with.
    pub data: Data,
    /// What is wrong with the file itself; its tests then mean nothing.
    pub found: Vec<Diagnostic>,
}

/// One test.
#[derive(Debug)]
pub struct Test {
    pub name: String,
    /// The place of its name, or of all of it.
    pub span: Span,
    /// Rows of its own, in place of the file's.
    pub given: Vec<(SourceId, Arc<Table>)>,
    pub now: Option<DateTime>,
    /// `None` where it could not be read.
    pub question: Option<Question>,
    pub expects: Option<Expects>,
    /// What is wrong with the test itself.
    pub found: Vec<Diagnostic>,
}

/// What a test expects of its query.
#[derive(Debug)]
pub enum Expects {
    Rows(ExpectedRows),
    /// An error of this code.
    Error(&'static Code),
}

#[derive(Debug)]
pub struct ExpectedRows {
    /// Values in the order of the result's columns.
    pub rows: Vec<Vec<Value>>,
    /// How far a double may be off; relative, and next to nothing, where it is not said.
    pub tolerance: Option<f64>,
}

const FILE_KEYS: [&str; 3] = ["given", "now", "tests"];
const TEST_KEYS: [&str; 7] = ["name", "given", "now", "query", "expect", "expect_error", "tolerance"];
const ONE_TEST: &str = "`name`, `query` and `expect`";

/// Reads files of tests. `load` reads the CSV files that they name.
pub fn read(files: &[FileId], model: &Model, sources: &mut Sources, load: &Load) -> Vec<TestFile> {
    let mut tables = Tables::new(load);
    let nodes: Vec<_> = files.iter().map(|file| yaml::read(*file, &sources.get(*file).text)).collect();
    let mut read = Vec::with_capacity(files.len());
    for (file, node) in files.iter().zip(nodes) {
        let mut reader = Reader { model, sources, tables: &mut tables, now: None };
        let mut found = Found::default();
        let mut data = Data::empty(model);
        let mut tests = Vec::new();
        match &node {
            Ok(node) => tests = reader.file(node, &mut data, &mut found),
            Err(error) => found.push(*errors::not_yaml(error)),
        }
        read.push(TestFile { file: *file, tests, data, found: found.sorted() });
    }
    read
}

struct Reader<'r, 'l> {
    model: &'r Model,
    sources: &'r mut Sources,
    tables: &'r mut Tables<'l>,
    /// The file's.
    now: Option<DateTime>,
}

impl Reader<'_, '_> {
    fn file(&mut self, node: &Node, data: &mut Data, found: &mut Found) -> Vec<Test> {
        let form = "`given` and `tests`";
        let Some(fields) = Fields::of(node, "a test file", form, &FILE_KEYS, found) else { return Vec::new() };
        self.now = now(&fields, found);
        if let Some((_, rows)) = fields.get("given") {
            for (source, table) in given::read(rows, self.model, self.tables, self.sources, found) {
                data.put(source, table);
            }
        }
        let mut tests = Vec::new();
        match fields.get("tests") {
            None if fields.has("tests") => {}
            None => found.push(*errors::missing(fields.span, "the file", "tests", "[…]")),
            Some((_, Node { kind: Kind::List(nodes), .. })) => {
                for (at, node) in nodes.iter().enumerate() {
                    tests.push(self.test(at, node));
                }
            }
            Some((key, _)) => {
                found.push(*errors::expected(key.span, "`tests`", &format!("a list of tests, each with {ONE_TEST}")));
            }
        }
        let mut names: FxHashMap<String, Span> = FxHashMap::default();
        for test in &mut tests {
            match names.get(&test.name) {
                Some(first) => test.found.push(*errors::named_twice(test.span, &test.name, *first)),
                None => drop(names.insert(test.name.clone(), test.span)),
            }
        }
        tests
    }

    fn test(&mut self, at: usize, node: &Node) -> Test {
        let mut test = Test {
            name: format!("test {}", at + 1),
            span: node.span,
            given: Vec::new(),
            now: self.now,
            question: None,
            expects: None,
            found: Vec::new(),
        };
        let mut found = Found::default();
        if let Some(fields) = Fields::of(node, "a test", ONE_TEST, &TEST_KEYS, &mut found) {
            test.span = fields.span;
            self.fields(&fields, &mut test, &mut found);
        }
        test.found = found.sorted();
        test
    }

    fn fields(&mut self, fields: &Fields, test: &mut Test, found: &mut Found) {
        match fields.text("name", "a few words", found) {
            Some((node, name)) => (test.name, test.span) = (name.to_owned(), node.span),
            None if !fields.has("name") => {
                found.push(*errors::missing(fields.span, "a test", "name", "what it shows"));
            }
            None => {}
        }
        if let Some((_, rows)) = fields.get("given") {
            test.given = given::read(rows, self.model, self.tables, self.sources, found);
        }
        test.now = now(fields, found).or(self.now);
        match fields.text("query", "the words of `etalon query`, such as `revenue --by month`", found) {
            Some((node, text)) => match Question::read(node, text, self.model, self.sources) {
                Ok(question) => test.question = Some(question),
                Err(diagnostic) => found.push(*diagnostic),
            },
            None if !fields.has("query") => {
                found.push(*errors::missing(test.span, "the test", "query", "revenue --by month"));
            }
            None => {}
        }
        if let Some(question) = &test.question
            && let Some(range) = question.request.as_ref().and_then(|request| request.range)
            && [range.from, range.until].iter().any(|bound| matches!(bound, Some(Bound::FromNow { .. })))
            && test.now.is_none()
        {
            found.push(*errors::needs_now(question.span));
        }
        test.expects = match (fields.get("expect"), fields.get("expect_error")) {
            (Some(_), Some((key, _))) => {
                found.push(*errors::both_expected(key.span));
                None
            }
            (Some((key, rows)), None) => self.rows(key, rows, fields, test, found),
            (None, Some(_)) => expected_error(fields, found),
            (None, None) => {
                if !fields.has("expect") && !fields.has("expect_error") {
                    found.push(*errors::missing(test.span, "the test", "expect", "[{ revenue: 10.00 }]"));
                }
                None
            }
        };
    }

    fn rows(&self, key: &Node, node: &Node, fields: &Fields, test: &Test, found: &mut Found) -> Option<Expects> {
        let Kind::List(nodes) = &node.kind else {
            found.push(*errors::expected(key.span, "`expect`", "a list of rows: `[{ revenue: 10.00 }]`"));
            return None;
        };
        let question = test.question.as_ref().filter(|question| question.request.is_some());
        // Of a query that is not sound there are no columns; that it is not is what the test will tell.
        let Some(question) = question else {
            return Some(Expects::Rows(ExpectedRows { rows: Vec::new(), tolerance: None }));
        };
        let columns = question.columns(self.model);
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let mut rows = Vec::with_capacity(nodes.len());
        for row in nodes {
            let Kind::Map(cells) = &row.kind else {
                let form = "columns with their values: `{ revenue: 10.00 }`";
                found.push(*errors::expected(row.span, "an expected row", form));
                continue;
            };
            let mut is_misnamed = false;
            for (name, _) in cells {
                let text = text_of(name).unwrap_or_default();
                if !names.contains(&text) {
                    is_misnamed = true;
                    let near = closest(text, names.iter().copied());
                    found.push(*errors::not_in_result(name.span, text, near, &names));
                }
            }
            let mut values = Vec::with_capacity(columns.len());
            let mut missing = Vec::new();
            for (name, ty) in &columns {
                match cells.iter().find(|(key, _)| text_of(key) == Some(name)) {
                    Some((_, cell)) => match cells::expected(cell, name, ty) {
                        Ok(value) => values.push(value),
                        Err(diagnostic) => found.push(*diagnostic),
                    },
                    None => missing.push(name.as_str()),
                }
            }
            // A misspelt column is not missing as well.
            if !missing.is_empty() && !is_misnamed {
                found.push(*errors::not_said(row.span, &missing));
            }
            rows.push(values);
        }
        let tolerance = fields.get("tolerance").and_then(|(key, value)| {
            if columns.iter().all(|(_, ty)| ty.base != Base::Double) {
                found.push(*errors::tolerance_of_nothing(key.span));
                return None;
            }
            let number = text_of(value).and_then(|text| text.trim().parse::<f64>().ok());
            let number = number.filter(|number| number.is_finite() && *number >= 0.0);
            if number.is_none() {
                found.push(*errors::expected(value.span, "`tolerance`", "a number, such as `0.001`"));
            }
            number
        });
        Some(Expects::Rows(ExpectedRows { rows, tolerance }))
    }
}

fn now(fields: &Fields, found: &mut Found) -> Option<DateTime> {
    let form = "a day or a moment, such as `2026-03-15` or `2026-03-15 12:00:00`";
    let (node, text) = fields.text("now", form, found)?;
    let moment = Value::read(text, Base::Timestamp).ok().and_then(|value| value.as_moment());
    if moment.is_none() {
        found.push(*errors::expected(node.span, "`now`", form));
    }
    moment
}

fn expected_error(fields: &Fields, found: &mut Found) -> Option<Expects> {
    if let Some((key, _)) = fields.get("tolerance") {
        found.push(*errors::tolerance_of_nothing(key.span));
    }
    let (node, text) = fields.text("expect_error", "the code of a message, such as `E0201`", found)?;
    let code = Code::find(text.trim());
    if code.is_none() {
        let ids = ALL.iter().flat_map(|family| family.iter()).map(|code| code.id);
        found.push(*errors::unknown_code(node.span, text, closest(text, ids)));
    }
    code.map(Expects::Error)
}
