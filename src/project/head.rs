//! Which commit the definitions lie at, asked of `git` while other work goes on.

use super::Project;
use super::revision::git;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

/// A commit, and whether the definitions are those of it.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct Revision {
    pub commit: String,
    /// Whether a definition or etalon.yaml is not as the commit has it.
    pub differs: bool,
}

/// An answer that is on its way.
pub struct Head(Answer);

enum Answer {
    Known(Option<Revision>),
    Asked(JoinHandle<Option<Revision>>),
}

impl Head {
    /// The definitions are those of a commit.
    pub fn at(commit: &str) -> Head {
        Head(Answer::Known(Some(Revision { commit: commit.to_owned(), differs: false })))
    }

    /// Nothing where there is no repository, no commit or no `git`.
    pub fn wait(self) -> Option<Revision> {
        match self.0 {
            Answer::Known(revision) => revision,
            Answer::Asked(thread) => thread.join().ok().flatten(),
        }
    }
}

impl Project {
    /// Asks for the commit that is checked out.
    pub fn head(&self) -> Head {
        let config = self.tests.with_file_name("etalon.yaml");
        let definitions = self.definitions.clone();
        // Where no repository is to be seen, nobody is asked; one that lies elsewhere is named in the environment.
        let is_seen = definitions.ancestors().any(|folder| folder.join(".git").exists());
        if !is_seen && std::env::var_os("GIT_DIR").is_none() {
            return Head(Answer::Known(None));
        }
        // Asking takes as long as compiling some hundred metrics.
        let spawned = thread::Builder::new().spawn(move || asked(&definitions, &config));
        Head(spawned.map_or(Answer::Known(None), Answer::Asked))
    }
}

fn asked(definitions: &Path, config: &PathBuf) -> Option<Revision> {
    let mut command = git(definitions, &["--no-optional-locks", "status", "--porcelain=v2", "--branch", "--"]);
    let done = command.arg(definitions).arg(config).output().ok()?;
    let text = done.status.success().then(|| String::from_utf8_lossy(&done.stdout).into_owned())?;
    let commit = text.lines().find_map(|line| line.strip_prefix("# branch.oid "))?;
    let is_ours = |line: &str| line.ends_with(".metric") || line.ends_with("etalon.yaml") || line.ends_with(['/', '"']);
    let differs = text.lines().any(|line| !line.starts_with('#') && is_ours(line));
    (commit != "(initial)").then(|| Revision { commit: commit.to_owned(), differs })
}
