//! What was compared, what was refused, and what failed.

use super::making::Made;
use crate::support::engine::report;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Requests put to an engine, and those of them that have rows.
    pub compared: usize,
    pub with_rows: usize,
    /// How many of them rest on an operator and have rows.
    pub by_operator: BTreeMap<&'static str, usize>,
    /// Requests times engines that the compiler or the evaluator refused, by code.
    pub refused: BTreeMap<String, usize>,
    /// Definitions that were taken, and those refused, by code.
    pub defined: usize,
    pub definitions_refused: BTreeMap<String, usize>,
    /// Every request that was answered otherwise than by the definitions.
    pub disagreements: Vec<String>,
    /// Requests that an engine answers otherwise by a known fault of its own.
    pub faults_of_engines: Vec<String>,
    /// What is told of them in full.
    pub failures: Vec<String>,
}

impl Tally {
    pub fn definitions(&mut self, made: &Made) {
        self.defined += made.defined;
        add(&mut self.definitions_refused, &made.refused);
    }

    pub fn refused(&mut self, said: &str) {
        *self.refused.entry(said.chars().take(5).collect()).or_default() += 1;
    }

    pub fn compared(&mut self, operators: &BTreeSet<&'static str>, has_rows: bool) {
        self.compared += 1;
        if has_rows {
            self.with_rows += 1;
            for operator in operators {
                *self.by_operator.entry(operator).or_default() += 1;
            }
        }
    }

    pub fn add(&mut self, other: &Tally) {
        self.compared += other.compared;
        self.with_rows += other.with_rows;
        self.defined += other.defined;
        for (operator, count) in &other.by_operator {
            *self.by_operator.entry(operator).or_default() += count;
        }
        add(&mut self.refused, &other.refused);
        add(&mut self.definitions_refused, &other.definitions_refused);
        self.disagreements.extend(other.disagreements.iter().cloned());
        self.faults_of_engines.extend(other.faults_of_engines.iter().cloned());
        self.failures.extend(other.failures.iter().cloned());
    }
}

fn add(all: &mut BTreeMap<String, usize>, more: &BTreeMap<String, usize>) {
    for (code, count) in more {
        *all.entry(code.clone()).or_default() += count;
    }
}

impl Tally {
    /// Prints what was compared and what not.
    pub fn report(&self) {
        let lines = |counts: &mut dyn Iterator<Item = (String, usize)>| {
            counts.map(|(name, count)| format!("  {name:<18} {count:>7}\n")).collect::<String>()
        };
        let refused: usize = self.refused.values().sum();
        report(&format!(
            "\n{} requests compared on engines, {} of them with rows, {} not alike\nby operator, with rows:\n{}\
             {refused} refused, by code:\n{}{} definitions taken, and refused by code:\n{}\
             {} answers that are known faults of an engine\n{}",
            self.compared,
            self.with_rows,
            self.disagreements.len(),
            lines(&mut self.by_operator.iter().map(|(name, count)| ((*name).to_owned(), *count))),
            lines(&mut self.refused.iter().map(|(name, count)| (name.clone(), *count))),
            self.defined,
            lines(&mut self.definitions_refused.iter().map(|(name, count)| (name.clone(), *count))),
            self.faults_of_engines.len(),
            self.faults_of_engines.iter().map(|line| format!("  {line}\n")).collect::<String>(),
        ));
    }
}
