//! `etalon fmt`

use super::build::write_if_changed;
use super::output::Output;
use super::{Ended, Outcome};
use crate::diagnostic::{Failure, Found};
use crate::project::Project;
use crate::syntax;
use clap::Args;
use similar::TextDiff;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub struct Options {
    /// Change nothing; show what would change, and end with 1 if anything would
    #[arg(long)]
    check: bool,
    /// Files of the project [default: all]
    paths: Vec<PathBuf>,
}

/// Brings definitions into the one form. A file with errors of form is left as it is.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let mut found = Found::default();
    let project = Project::load(project, &mut found)?;
    let wanted = wanted(&project, &options.paths)?;
    let ast = syntax::parse(&project.sources, &project.files, &mut found);
    let mut changed = 0;
    for file in ast.files.iter().filter(|file| wanted.contains(&file.id)) {
        let source = project.sources.get(file.id);
        if file.broken {
            output.say(&format!("{}: left as it is, since not all of it is understood", source.name));
            continue;
        }
        let formatted = syntax::format(file, &project.sources);
        if formatted == source.text {
            continue;
        }
        changed += 1;
        if options.check {
            let diff = TextDiff::from_lines(source.text.as_str(), formatted.as_str());
            let name = source.name.as_str();
            output
                .print(&diff.unified_diff().context_radius(2).header(name, &format!("{name}, formatted")).to_string());
        } else {
            write_if_changed(&project.root.join(&source.name), formatted.as_bytes())?;
            output.say(&format!("{}: formatted", source.name));
        }
    }
    let broken = found.has_errors();
    output.findings(found, &project.sources);
    let all = wanted.len();
    output.say(&format!("{changed} of {all} files {}", if options.check { "would change" } else { "changed" }));
    Ok(if broken || (options.check && changed > 0) { Ended::Findings } else { Ended::Clean })
}

/// The files named, or all of the project.
fn wanted(project: &Project, paths: &[PathBuf]) -> Result<Vec<crate::source::FileId>, Failure> {
    if paths.is_empty() {
        return Ok(project.files.clone());
    }
    let mut wanted = Vec::with_capacity(paths.len());
    for path in paths {
        let full = path.canonicalize().map_err(|source| Failure::Read { path: path.clone(), source })?;
        let is_it = |file: &&crate::source::FileId| {
            let known = project.root.join(&project.sources.get(**file).name);
            known.canonicalize().is_ok_and(|known| known == full || known.starts_with(&full))
        };
        let files: Vec<_> = project.files.iter().filter(is_it).copied().collect();
        if files.is_empty() {
            return Err(Failure::other(
                format!("`{}` has no definitions of this project", path.display()),
                "name a `.metric` file or a folder of them",
            ));
        }
        wanted.extend(files);
    }
    wanted.sort();
    wanted.dedup();
    Ok(wanted)
}
