//! `etalon completions`

use super::{Arguments, Ended, Outcome};
use clap::{Args, CommandFactory};

#[derive(Args, Debug)]
pub struct Options {
    /// The shell
    shell: clap_complete::Shell,
}

/// Prints the completion script.
pub fn run(options: &Options) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "etalon", &mut script);
    use std::io::Write;
    let _ = std::io::stdout().lock().write_all(&script);
    Ok(Ended::Clean)
}
