//! `etalon verify`

mod apart;
mod errors;
mod folder;
mod known;
mod statement;

use super::Outcome;
use super::output::Output;
use super::session::Session;
use crate::diagnostic::Failure;
use clap::Args;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The longest statement that is looked at, in bytes.
const LONGEST: u64 = 4 << 20;

#[derive(Args, Debug)]
pub struct Options {
    /// A folder that `compile` wrote, a file with a statement, or `-` for one on standard input [default: build/ in the project]
    #[arg(value_name = "FOLDER | FILE | -")]
    what: Option<PathBuf>,
    /// How many commits that touched the definitions are looked through for an older statement
    #[arg(long, value_name = "N", default_value_t = 50)]
    history: usize,
}

/// Says whether what left the compiler is what the definitions compile to, and if not, what differs.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let session = Session::open(project)?;
    if session.found.has_errors() {
        if !output.is_json() {
            output.findings(session.found, &session.project.sources);
        }
        return Err(Failure::other(
            "the definitions have errors, so that nothing can be held against them",
            "mend them first",
        ));
    }
    let what = options.what.clone().unwrap_or_else(|| session.project.root.join("build"));
    if what.as_os_str() == "-" {
        let text = read(std::io::stdin().lock(), Path::new("standard input"))?;
        return statement::verify(session, "standard input", text, options.history, output);
    }
    if what.is_dir() {
        return folder::verify(session, &what, output);
    }
    let file = std::fs::File::open(&what).map_err(|source| match options.what {
        // Nobody named it.
        None => Failure::other(
            format!("there is no folder `{}`", what.display()),
            "make it: `etalon compile`; or name what to verify",
        ),
        Some(_) => Failure::Read { path: what.clone(), source },
    })?;
    let text = read(file, &what)?;
    statement::verify(session, &what.display().to_string(), text, options.history, output)
}

fn read(from: impl Read, path: &Path) -> Result<String, Failure> {
    let failed = |source| Failure::Read { path: path.to_path_buf(), source };
    let mut bytes = Vec::new();
    from.take(LONGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LONGEST {
        let fact = format!("`{}` is longer than {} MB: no statement of etalon's is", path.display(), LONGEST >> 20);
        return Err(Failure::other(fact, "name a file with one statement"));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
