use super::output::Output;
use super::{Ended, Outcome};
use clap::Args;
use std::path::Path;
#[derive(Args, Debug)]
pub struct Options {}
pub fn run(_project: Option<&Path>, _options: &Options, _output: &Output) -> Outcome {
    Ok(Ended::Clean)
}
