//! What a run of all cases showed, as the table in `docs/proof.md`: dialect by construct, and how each was shown.

use etalon::dialect::{self, Proof};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// What became of requests of one kind in one dialect.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Count {
    /// Gave the expected rows.
    pub run: usize,
    /// Were read by every grammar of the dialect.
    pub parsed: usize,
    /// Ended in E0601: the dialect has no exact words for them.
    pub refused: usize,
    /// Gave other rows, failed or were not read.
    pub failed: usize,
}

impl Count {
    fn add(&mut self, other: Count) {
        self.run += other.run;
        self.parsed += other.parsed;
        self.refused += other.refused;
        self.failed += other.failed;
    }
}

/// Counts of requests by dialect and by construct, which is the folder of the case, and what was refused why.
#[derive(Default)]
pub struct Tally {
    counts: BTreeMap<&'static str, BTreeMap<String, Count>>,
    refusals: BTreeMap<String, BTreeSet<&'static str>>,
    /// Requests that are not put to a dialect, by the case that says so: no rows can be asked of its engine.
    left_out: BTreeMap<String, BTreeSet<&'static str>>,
}

impl Tally {
    pub fn add(&mut self, dialect: &'static str, case: &str, count: Count) {
        let construct = case.split('/').next().unwrap_or(case).to_string();
        self.counts.entry(dialect).or_default().entry(construct).or_default().add(count);
    }

    /// A request that a dialect cannot say, by what E0601 called the construct.
    pub fn refuse(&mut self, dialect: &'static str, construct: &str) {
        self.refusals.entry(construct.to_string()).or_default().insert(dialect);
    }

    pub fn leave_out(&mut self, dialect: &'static str, case: &str) {
        self.left_out.entry(case.to_string()).or_default().insert(dialect);
    }

    /// The counts of a dialect, all constructs together.
    pub fn of(&self, dialect: &str) -> Count {
        let mut all = Count::default();
        self.counts.get(dialect).into_iter().flat_map(|of| of.values()).for_each(|count| all.add(*count));
        all
    }

    /// The page. The same run gives the same bytes: no date, no machine, no version but the dialects' own.
    pub fn page(&self) -> String {
        let mut page = String::from(HEAD);
        for dialect in dialect::ALL {
            let count = self.of(dialect.name);
            writeln!(
                page,
                "| [`{0}`](dialects/{0}.md) | {1} {2} | {3} | {4} | {5} | {6} | {7} |",
                dialect.name,
                dialect.title,
                dialect.version,
                shown(dialect.proof),
                count.run,
                count.parsed,
                count.refused,
                count.failed
            )
            .expect("a string can be written");
        }
        page.push_str(CONSTRUCTS);
        let names: Vec<&str> = dialect::ALL.iter().map(|dialect| dialect.name).collect();
        writeln!(page, "| construct | {} |", names.join(" | ")).expect("a string can be written");
        writeln!(page, "| --- |{}", " ---: |".repeat(names.len())).expect("a string can be written");
        let constructs: BTreeSet<&String> = self.counts.values().flat_map(BTreeMap::keys).collect();
        for construct in constructs {
            let cell = |name: &&str| {
                self.counts.get(name).and_then(|of| of.get(construct)).map_or(String::new(), |count| cell(*count))
            };
            let cells: Vec<String> = names.iter().map(cell).collect();
            writeln!(page, "| {construct} | {} |", cells.join(" | ")).expect("a string can be written");
        }
        page.push_str(REFUSED);
        for (construct, dialects) in &self.refusals {
            let dialects: Vec<&str> = dialects.iter().copied().collect();
            writeln!(page, "| {construct} | {} |", dialects.join(", ")).expect("a string can be written");
        }
        if !self.left_out.is_empty() {
            page.push_str(LEFT_OUT);
            for (case, dialects) in &self.left_out {
                let dialects: Vec<&str> = dialects.iter().copied().collect();
                writeln!(page, "| {case} | {} |", dialects.join(", ")).expect("a string can be written");
            }
        }
        page
    }
}

const HEAD: &str = "\
# What was shown of each dialect

Written by a run of `tests/run` (the test `cases`), which fails when this page does not say what it saw; `ETALON_WRITE_DOCS=1
cargo test --test cases` writes it anew. A *request* is one `etalon query` of a case under `tests/cases`, each with the rows that
a head worked out. *Run*: these rows came back. *Parsed*: every grammar named took the statement; no rows were asked for. *Refused*:
the compiler ended in E0601, since the dialect has no exact words for it. *Wrong* are other rows, failures and what a grammar
did not take.

| dialect | follows | shown by | run | parsed | refused | wrong |
| --- | --- | --- | ---: | ---: | ---: | ---: |
";

const CONSTRUCTS: &str = "
## By construct

Requests by the folder of their case: `12` were run, `12p` were parsed, `1r` was refused.

";

const REFUSED: &str = "
## What is refused

| construct | dialects |
| --- | --- |
";

const LEFT_OUT: &str = "
## What is not asked

A case may name the engines that it is put to; the evaluator answers every case.

| case | not put to |
| --- | --- |
";

fn shown(proof: Proof) -> String {
    match proof {
        Proof::Engine(who) => format!("engine: {who}"),
        Proof::Emulator(who) => format!("stand-in: {who}"),
        Proof::VendorGrammar(who) => format!("vendor's grammar: {who}"),
        Proof::Grammars(who) => format!("grammars: {who}"),
        Proof::Unproven => "nothing: unproven".to_string(),
    }
}

fn cell(count: Count) -> String {
    let all = [(count.run, ""), (count.parsed, "p"), (count.refused, "r"), (count.failed, " WRONG")];
    let said: Vec<String> = all.iter().filter(|(n, _)| *n > 0).map(|(n, mark)| format!("{n}{mark}")).collect();
    said.join(" ")
}

/// Holds a page against the file that the project keeps of it, or writes that. Gives what is wrong.
pub fn held(path: &Path, page: &str) -> Option<String> {
    if std::env::var_os("ETALON_WRITE_DOCS").is_some() {
        std::fs::write(path, page).expect("a page can be written");
        return None;
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    if kept == page {
        return None;
    }
    let differ = page.lines().find(|line| !kept.lines().any(|kept| kept == *line)).unwrap_or("a line less");
    Some(format!("{} is not what this run saw: {differ}\nwrite it anew with ETALON_WRITE_DOCS=1", path.display()))
}
