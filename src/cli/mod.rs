//! The command line: one file a command. Exit codes: 0 nothing to report, 1 findings, 2 could not run;
//! of `compare` also 3, neither the same nor different as far as is known.
//!
//! Invariant: commands decide nothing about meaning; they read a project, ask the stages, and print.

mod answer;
mod build;
mod check;
mod checks;
mod compare;
mod compile;
mod completions;
mod dialects;
mod explain;
mod fmt;
mod held;
mod list;
mod output;
mod query;
mod rows;
mod saved;
mod seed;
mod session;
mod table;
mod test;
mod words;

use crate::diagnostic::{Failure, Found};
use clap::{Parser, Subcommand, ValueEnum};
use output::Output;
use std::path::PathBuf;
use std::process::ExitCode;

/// Etalon compiles success metrics: each number is defined once, checked like a program, and becomes vetted SQL for every
/// warehouse.
#[derive(Parser, Debug)]
#[command(name = "etalon", version, max_term_width = 100, disable_help_subcommand = true)]
struct Arguments {
    /// The project's folder: the one with `etalon.yaml` or `metrics/etalon.yaml` [default: looked for from here upwards]
    #[arg(long, global = true, value_name = "DIR")]
    project: Option<PathBuf>,
    /// How findings and lists are printed
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Colours
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto)]
    color: Colour,
    /// Print findings only
    #[arg(long, short, global = true)]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
enum Format {
    Human,
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
    /// A report of code quality for GitLab
    Gitlab,
    /// JUnit XML
    Junit,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Json => "json",
            Format::Sarif => "sarif",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
            Format::Junit => "junit",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Check all definitions
    Check(check::Options),
    /// Say whether two metrics mean the same, with rows on which they do not
    Compare(compare::Options),
    /// Write vetted SQL for every warehouse to build/
    Compile(compile::Options),
    /// Write SQL that finds the rows on which metrics would be wrong
    Checks(checks::Options),
    /// Answer a question: rows from files, or the SQL for a warehouse
    Query(query::Options),
    /// Run metric tests
    Test(test::Options),
    /// Format definitions
    Fmt(fmt::Options),
    /// Explain a metric in plain words, or the code of a message
    Explain(explain::Options),
    /// List what is defined
    List(list::Options),
    /// List the dialects of SQL and how each was shown, or say how one spells what the language has
    Dialects(dialects::Options),
    /// Print CREATE TABLE and INSERT statements for sample data
    Seed(seed::Options),
    /// Print a completion script for a shell
    Completions(completions::Options),
}

impl Command {
    /// The formats that it speaks: those of continuous integration only where findings are all that there is to say.
    fn speaks(&self) -> &'static [Format] {
        use Format::{Github, Gitlab, Human, Json, Junit, Sarif};
        match self {
            Command::Check(_) | Command::Compile(_) => &[Human, Json, Sarif, Github, Gitlab, Junit],
            Command::Test(_) => &[Human, Json, Junit],
            _ => &[Human, Json],
        }
    }
}

/// That a command does not speak a format, and which it does.
fn unspoken(format: Format, speaks: &[Format]) -> Failure {
    let known: Vec<String> = speaks.iter().map(|format| format!("`--format {}`", format.name())).collect();
    Failure::other(
        format!("this command does not speak `--format {}`", format.name()),
        format!("take {}", known.join(" or ")),
    )
}

/// How a command ended, if it could run.
pub(crate) enum Ended {
    Clean,
    Findings,
    /// Nothing was found, and nothing shown either.
    Unknown,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            // Nobody is left to hear of a closed pipe.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let output = Output::new(&arguments);
    let project = arguments.project.as_deref();
    let speaks = arguments.command.speaks();
    if !speaks.contains(&arguments.format) {
        output.refusal(&unspoken(arguments.format, speaks));
        return ExitCode::from(2);
    }
    let ended = match &arguments.command {
        Command::Test(options) => test::run(project, options, &output),
        Command::Check(options) => check::run(project, options, &output),
        Command::Compare(options) => compare::run(project, options, &output),
        Command::Compile(options) => compile::run(project, options, &output),
        Command::Checks(options) => checks::run(project, options, &output),
        Command::Query(options) => query::run(project, options, &output),
        Command::Fmt(options) => fmt::run(project, options, &output),
        Command::Explain(options) => explain::run(project, options, &output),
        Command::List(options) => list::run(project, options, &output),
        Command::Dialects(options) => dialects::run(options, &output),
        Command::Seed(options) => seed::run(project, options, &output),
        Command::Completions(options) => completions::run(options),
    };
    match ended {
        Ok(Ended::Clean) => ExitCode::SUCCESS,
        Ok(Ended::Findings) => ExitCode::from(1),
        Ok(Ended::Unknown) => ExitCode::from(3),
        Err(failure) => {
            output.failure(&failure);
            ExitCode::from(2)
        }
    }
}

type Outcome = Result<Ended, Failure>;

/// Findings end a command with 1 if one of them is an error.
fn ended(found: &Found) -> Ended {
    if found.has_errors() { Ended::Findings } else { Ended::Clean }
}

/// `1 metric`, `2 metrics`
fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
