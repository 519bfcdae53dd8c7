//! `etalon dialects`

use super::output::Output;
use super::{Ended, Outcome};
use crate::diagnostic::Failure;
use crate::dialect;
use crate::emit::spelling;
use crate::suggest::closest;
use clap::Args;

#[derive(Args, Debug)]
pub struct Options {
    /// One of them: how it says what the language has, as a page of Markdown
    name: Option<String>,
}

/// Prints every dialect with how it was shown, or the page of one.
pub fn run(options: &Options, output: &Output) -> Outcome {
    let Some(name) = &options.name else {
        let header = ["name", "warehouse", "follows", "shown"];
        let rows: Vec<Vec<String>> = dialect::ALL
            .iter()
            .map(|dialect| {
                [dialect.name, dialect.title, dialect.version, &dialect.proof.says()].map(str::to_owned).to_vec()
            })
            .collect();
        super::list::print(&header, &rows, output);
        return Ok(Ended::Clean);
    };
    let Some(dialect) = dialect::find(name) else {
        let names = dialect::ALL.map(|dialect| dialect.name);
        let help = match closest(name, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the dialects are {}", names.join(" | ")),
        };
        return Err(Failure::other(format!("there is no dialect `{name}`"), help));
    };
    output.print(&spelling::page(dialect));
    Ok(Ended::Clean)
}
