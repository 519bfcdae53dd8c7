//! Running tests: each is a question to what answers, and what came is held against what was expected.

use super::difference::{Difference, compare};
use super::file::{Expects, Test, TestFile};
use crate::diagnostic::{Diagnostic, Found};
use crate::meaning::coverage::Conditions;
use crate::meaning::{Answer, Asked, evaluate};
use crate::model::Model;
use jiff::civil::{DateTime, date};
use rayon::prelude::*;

/// What answers the query of a test: the evaluation in memory, or an engine.
pub trait Answers: Sync {
    /// The rows for what is asked, or why there are none.
    fn answer(&self, asked: &Asked) -> Result<Answer, Box<Diagnostic>>;
}

/// The evaluation in memory.
#[derive(Debug)]
pub struct InMemory;

impl Answers for InMemory {
    fn answer(&self, asked: &Asked) -> Result<Answer, Box<Diagnostic>> {
        evaluate(asked)
    }
}

/// How a test ended.
#[derive(Debug)]
pub enum Outcome {
    Passed,
    /// Other rows came.
    Differs(Difference),
    /// An error was expected, and rows came: so many.
    Answered(usize),
    /// Errors came, and rows or another error were expected.
    Errors(Vec<Diagnostic>),
    /// The test itself, or its file, could not be read.
    Unreadable(Vec<Diagnostic>),
}

/// The day that stands for now in tests that do not depend on it.
const ANY_DAY: DateTime = date(2000, 1, 1).at(0, 0, 0, 0);

/// Runs tests in parallel: their outcomes, in the order of the tests. What the conditions of the definitions turn out to be
/// is noted.
pub fn run(
    tests: &[(&TestFile, &Test)],
    model: &Model,
    answers: &dyn Answers,
    conditions: &Conditions,
) -> Vec<Outcome> {
    tests.par_iter().map(|(file, test)| one(file, test, model, answers, conditions)).collect()
}

fn one(file: &TestFile, test: &Test, model: &Model, answers: &dyn Answers, conditions: &Conditions) -> Outcome {
    let (Some(question), Some(expects), true) = (&test.question, &test.expects, test.found.is_empty()) else {
        return Outcome::Unreadable(test.found.clone());
    };
    let answer = match &question.request {
        None => Err(question.errors.clone()),
        Some(request) => {
            let mut data = file.data.clone();
            for (source, table) in &test.given {
                data.put(*source, table.clone());
            }
            let now = test.now.unwrap_or(ANY_DAY);
            let asked = Asked { model, request, data: &data, now, conditions: Some(conditions) };
            answers.answer(&asked).map(|answer| (request, answer)).map_err(|said| vec![question.placed(*said)])
        }
    };
    match (expects, answer) {
        (Expects::Rows(expected), Ok((request, answer))) => {
            compare(&answer, request, expected).map_or(Outcome::Passed, Outcome::Differs)
        }
        (Expects::Rows(_), Err(said)) => Outcome::Errors(sorted(said)),
        (Expects::Error(_), Ok((_, answer))) => Outcome::Answered(answer.rows.len()),
        (Expects::Error(code), Err(said)) => {
            let met = said.iter().any(|diagnostic| diagnostic.code == *code);
            if met { Outcome::Passed } else { Outcome::Errors(sorted(said)) }
        }
    }
}

fn sorted(said: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut found = Found::default();
    said.into_iter().for_each(|diagnostic| found.push(diagnostic));
    found.sorted()
}
