//! Where the files of a new project go: beside etalon.yaml, with the definitions, or where the git repository begins.

use super::templates::Place;
use crate::diagnostic::Failure;
use crate::project::Project;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folders that a project consists of.
#[derive(Debug)]
pub struct Places {
    /// As it was named: what paths are printed from.
    pub named: PathBuf,
    folder: PathBuf,
    definitions: PathBuf,
    root: PathBuf,
    repository: PathBuf,
    /// Whether there is a git repository yet.
    pub has_git: bool,
    /// A project in a folder above, which this one has nothing to do with.
    pub above: Option<PathBuf>,
}

impl Places {
    /// For a project in this folder, which need not exist.
    pub fn of(named: &Path) -> Result<Places, Failure> {
        let top = absolute(named)?;
        let repository = repository(&top);
        // One that has begun keeps its folders.
        let folder = match Project::config_in(&top) {
            Some(config) => config.parent().unwrap_or(&top).to_path_buf(),
            None => top.clone(),
        };
        let (root, definitions) = match Project::folders(&folder) {
            (root, definitions) if definitions == root && !folder.join("etalon.yaml").is_file() => {
                (root, folder.join("metrics"))
            }
            // A folder `metrics` that is in no repository is about to be one.
            (_, definitions) if repository.is_none() && folder == top => (top.clone(), definitions),
            known => known,
        };
        let mut above = None;
        for ancestor in top.ancestors().skip(1) {
            let Some(config) = Project::config_in(ancestor).filter(|config| config.parent() != Some(&folder)) else {
                continue;
            };
            let (_, theirs) = Project::folders(config.parent().unwrap_or(ancestor));
            if top.starts_with(&theirs) {
                return Err(within(named, &config));
            }
            above = Some(config);
            break;
        }
        let has_git = repository.is_some();
        let repository = repository.unwrap_or(top);
        Ok(Places { named: named.to_path_buf(), folder, definitions, root, repository, has_git, above })
    }

    /// What the folder is called that the project is all of; that above a folder `metrics` of a repository.
    pub fn name(&self) -> String {
        self.root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Whether there are no definitions yet.
    pub fn begins(&self) -> bool {
        let has_definitions = |folder: &Path| {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            entries.into_iter().any(|entry| entry.path().extension().is_some_and(|ending| ending == "metric"))
        };
        !self.folder.join("etalon.yaml").is_file()
            && !has_definitions(&self.definitions)
            && !has_definitions(&self.folder)
    }

    pub fn path(&self, place: Place, below: &str) -> PathBuf {
        let folder = match place {
            Place::Folder => &self.folder,
            Place::Definitions => &self.definitions,
            Place::Root => &self.root,
            Place::Repository => &self.repository,
        };
        folder.join(below)
    }

    /// A path as seen from the folder that was named, with `/`.
    pub fn shown(&self, path: &Path) -> String {
        let named = absolute(&self.named).unwrap_or_else(|_| self.named.clone());
        between(&named, path)
    }

    /// The folder of etalon.yaml as seen from where the repository begins; `.` if they are one.
    pub fn directory(&self) -> String {
        between(&self.repository, &self.folder)
    }

    /// The folder of the definitions as seen from that of etalon.yaml, with a `/`; empty if they are one.
    pub fn definitions_below(&self) -> String {
        match between(&self.folder, &self.definitions) {
            here if here == "." => String::new(),
            below => below + "/",
        }
    }

    /// Nothing is written through a link that leads somewhere else.
    pub fn keep_inside(&self, path: &Path) -> Result<(), Failure> {
        let there = path.ancestors().skip(1).find(|folder| folder.exists()).unwrap_or(path);
        let real = there.canonicalize().map_err(|source| Failure::Read { path: there.to_path_buf(), source })?;
        let inside = [&self.root, &self.repository].into_iter().any(|folder| {
            let known = folder.ancestors().find(|folder| folder.exists()).and_then(|known| known.canonicalize().ok());
            known.is_some_and(|known| real.starts_with(&known))
        });
        match inside {
            true => Ok(()),
            false => Err(Failure::other(
                format!("`{}` is a link that leads out of the project", self.shown(there)),
                "put a folder in its place, or begin the project in another folder",
            )),
        }
    }
}

fn within(named: &Path, config: &Path) -> Failure {
    Failure::other(
        format!(
            "`{}` lies among the definitions of the project that `{}` is of: what is defined here is read as its own",
            named.display(),
            config.display()
        ),
        "name a folder beside that project; what it lacks itself, `etalon init` adds in its own folder",
    )
}

/// A path without links as far as it exists.
fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    let full = std::path::absolute(path).map_err(|source| Failure::Read { path: path.to_path_buf(), source })?;
    let mut missing = Vec::new();
    let mut there = full.as_path();
    loop {
        if let Ok(real) = there.canonicalize() {
            return Ok(missing.iter().rev().fold(real, |path, part| path.join(part)));
        }
        match (there.parent(), there.components().next_back()) {
            (Some(parent), Some(std::path::Component::Normal(part))) => {
                missing.push(part);
                there = parent;
            }
            _ => {
                return Err(Failure::other(
                    format!("`{}` leads through a folder that is not there", path.display()),
                    "name the folder without `..`",
                ));
            }
        }
    }
}

/// The way from one folder to a path, with `/`: `.` if they are one, `../` for each step upwards.
fn between(from: &Path, to: &Path) -> String {
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    let up = from.components().skip(shared).map(|_| "..".to_owned());
    let down = to.components().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// Where the git repository begins that a folder lies in.
fn repository(folder: &Path) -> Option<PathBuf> {
    let top = git(folder, &["rev-parse", "--show-toplevel"])?;
    PathBuf::from(top).canonicalize().ok()
}

/// What `git` prints of a folder, or of the nearest above it that exists; nothing if it fails or is not installed.
pub fn git(folder: &Path, words: &[&str]) -> Option<String> {
    // Above a folder that is named from here, the last is this one.
    let named = folder.ancestors().map(|folder| if folder == Path::new("") { Path::new(".") } else { folder });
    let there = named.into_iter().find(|folder| folder.is_dir())?;
    let mut command = Command::new("git");
    command.arg("-C").arg(there).args(words).stdin(Stdio::null()).stderr(Stdio::null());
    let done = command.output().ok().filter(|done| done.status.success())?;
    let text = String::from_utf8(done.stdout).ok()?;
    Some(text.trim_end_matches(['\n', '\r']).to_owned()).filter(|text| !text.is_empty())
}
