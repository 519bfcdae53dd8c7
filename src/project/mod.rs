//! Which files belong together: discovery, `etalon.yaml`, and the only code that reads the disk.
//!
//! Invariants: files come in the order of their names; nothing outside the project is read; what cannot be read is a
//! [`Failure`], what cannot be understood a diagnostic at its place.

pub mod authors;
pub mod config;
mod errors;
mod head;
mod policy;
mod revision;
mod tests;

pub use config::{Config, Warehouse};
pub use head::{Head, Revision};
pub use revision::Commit;
pub use tests::Stamps;

use crate::diagnostic::{Failure, Found};
use crate::model::Model;
use crate::source::{FileId, Place, Sources};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder beside `etalon.yaml` with texts that were agreed on.
pub const AGREED: &str = "agreed";

/// The greatest file that is read, in bytes.
const LARGEST: u64 = 64 << 20;

/// A project as it lies on the disk, its texts read.
#[derive(Clone, Debug)]
pub struct Project {
    /// The folder that `build/` is written to.
    pub root: PathBuf,
    /// The folder that definitions lie in.
    pub definitions: PathBuf,
    /// The folder of metric tests, beside `etalon.yaml`; it need not exist.
    pub tests: PathBuf,
    pub config: Config,
    pub sources: Sources,
    /// The files with definitions, in order of names.
    pub files: Vec<FileId>,
    pub governance: Governance,
    /// The folder of `etalon.yaml`, as it lies on the disk.
    pub home: PathBuf,
    origin: Option<Origin>,
}

/// Where a project of a revision was read from.
#[derive(Clone, Debug)]
struct Origin {
    /// The full name of the commit.
    commit: String,
    /// The objects of the files in `agreed/`, by name.
    agreed: BTreeMap<String, String>,
}

/// The files that governance keeps beside `etalon.yaml`, those that are there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Governance {
    /// Whose key is whose, in OpenSSH's form.
    pub signers: Option<FileId>,
    /// What was agreed on.
    pub lock: Option<FileId>,
    /// How what is trusted came to be so.
    pub trust: Option<FileId>,
    /// What was found before it mattered.
    pub baseline: Option<FileId>,
}

impl Governance {
    /// As they are called.
    pub const FILES: [&str; 4] = ["allowed_signers", "etalon.lock", "etalon.trust", "etalon.baseline"];

    fn of(files: [Option<FileId>; Governance::FILES.len()]) -> Governance {
        let [signers, lock, trust, baseline] = files;
        Governance { signers, lock, trust, baseline }
    }
}

impl Project {
    /// Looks for a project from a folder upwards, or in the one named, and reads it.
    pub fn load(named: Option<&Path>, found: &mut Found) -> Result<Project, Failure> {
        let here = std::env::current_dir().map_err(|source| Failure::Read { path: ".".into(), source })?;
        let config_path = match named {
            Some(folder) => Project::config_in(folder).ok_or_else(|| errors::no_config(folder))?,
            None => here.ancestors().find_map(Project::config_in).ok_or_else(errors::no_project)?,
        };
        let folder = config_path.parent().unwrap_or(Path::new("."));
        let folder = folder.canonicalize().map_err(|source| Failure::Read { path: folder.into(), source })?;
        let (root, definitions) = Project::folders(&folder);
        stays_in(&config_path, &root)?;
        let mut sources = Sources::default();
        sources.lie_at(place(&root, &definitions));
        let text = read(&config_path, &root, found, &mut sources)?;
        let config = config::read(&sources, text, found);
        let paths = below(&definitions, &root, &["metric"])?;
        let texts: Vec<Result<Vec<u8>, Failure>> = paths.par_iter().map(|path| bytes(path)).collect();
        let mut files = Vec::with_capacity(paths.len());
        for (path, bytes) in paths.iter().zip(texts) {
            files.push(add(path, &root, bytes?, found, &mut sources));
        }
        let mut governance = [None; Governance::FILES.len()];
        for (name, file) in Governance::FILES.iter().zip(&mut governance) {
            let path = folder.join(name);
            if path.is_file() {
                stays_in(&path, &root)?;
                *file = Some(read(&path, &root, found, &mut sources)?);
            }
        }
        let governance = Governance::of(governance);
        let tests = folder.join("tests");
        Ok(Project { root, definitions, tests, config, sources, files, governance, home: folder, origin: None })
    }

    /// A text that was agreed on, by the digest that is its name in `agreed/`, whatever is in it.
    pub fn agreed(&self, digest: &str) -> Option<String> {
        let name = format!("{digest}.txt");
        match &self.origin {
            Some(origin) => revision::text(&self.definitions, origin.agreed.get(&name)?),
            None => fs::read_to_string(self.home.join(AGREED).join(name)).ok(),
        }
    }

    /// The commit that it was read from, where it was.
    pub fn read_from(&self) -> Option<&str> {
        self.origin.as_ref().map(|origin| origin.commit.as_str())
    }

    /// `etalon.yaml` in a folder, or in its `metrics`.
    pub fn config_in(folder: &Path) -> Option<PathBuf> {
        ["etalon.yaml", "metrics/etalon.yaml"].into_iter().map(|name| folder.join(name)).find(|path| path.is_file())
    }

    /// The project's root and the folder of its definitions, by the folder of `etalon.yaml`. A folder `metrics` is one of a
    /// project's, unless a repository of that name begins there.
    pub fn folders(folder: &Path) -> (PathBuf, PathBuf) {
        if folder.file_name().is_some_and(|name| name == "metrics") && !folder.join(".git").exists() {
            (folder.parent().unwrap_or(folder).to_path_buf(), folder.to_path_buf())
        } else if folder.join("metrics").is_dir() {
            (folder.to_path_buf(), folder.join("metrics"))
        } else {
            (folder.to_path_buf(), folder.to_path_buf())
        }
    }

    /// A digest of every text that was read, with its name: equal digests, equal projects.
    pub fn digest(&self) -> String {
        use sha2::{Digest, Sha256};
        let mut digest = Sha256::new();
        for (_, file) in self.sources.iter() {
            digest.update((file.name.len() as u64).to_le_bytes());
            digest.update(&file.name);
            digest.update((file.text.len() as u64).to_le_bytes());
            digest.update(&file.text);
        }
        digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Where a file beside etalon.yaml lies.
    pub fn beside_config(&self, name: &str) -> PathBuf {
        self.tests.with_file_name(name)
    }

    /// Where rows lie if the command does not say: what etalon.yaml names, else `data` beside the definitions.
    pub fn data_folder(&self) -> PathBuf {
        match &self.config.data {
            Some(named) => self.tests.with_file_name(named),
            None => self.definitions.join("data"),
        }
    }

    /// What `etalon.yaml` says of sources that do not exist.
    pub fn check_bindings(&self, model: &Model, found: &mut Found) {
        config::check_bindings(&self.config, model, &self.sources, found);
    }
}

/// Where a project lies in the repository that holds its definitions: the nearest folder upwards with a `.git`, which in a work
/// tree is a file.
fn place(root: &Path, definitions: &Path) -> Place {
    let Some(top) = definitions.ancestors().find(|folder| folder.join(".git").exists()) else {
        return Place::default();
    };
    let steps = |to: &Path, from: &Path| match to.strip_prefix(from) {
        Ok(rest) => rest.iter().map(|part| format!("{}/", part.to_string_lossy())).collect(),
        Err(_) => String::new(),
    };
    Place { before: steps(root, top), without: steps(top, root) }
}

/// What is read lies in the project, also behind a link.
fn stays_in(path: &Path, root: &Path) -> Result<(), Failure> {
    let target = path.canonicalize().map_err(|source| Failure::Read { path: path.into(), source })?;
    if target.starts_with(root) { Ok(()) } else { Err(errors::leads_out(path)) }
}

/// All files with one of these endings below a folder, in order of names, but for hidden ones and those under `build`. Links
/// that lead out of the project are refused.
fn below(folder: &Path, root: &Path, endings: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    let mut paths = Vec::new();
    let build = root.join("build");
    let walk = ignore::WalkBuilder::new(folder).standard_filters(false).hidden(true).follow_links(false).build();
    for entry in walk {
        let entry = entry.map_err(|error| Failure::other(error.to_string(), "make the folder readable"))?;
        let path = entry.path();
        let fits = path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known));
        if !fits || path.starts_with(&build) {
            continue;
        }
        if entry.path_is_symlink() {
            let target = path.canonicalize().map_err(|source| Failure::Read { path: path.into(), source })?;
            if !target.starts_with(root) {
                return Err(errors::leads_out(path));
            }
            if target.is_file() {
                paths.push(path.to_path_buf());
            }
        } else if entry.file_type().is_some_and(|kind| kind.is_file()) {
            paths.push(path.to_path_buf());
        }
    }
    paths.sort();
    Ok(paths)
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |source| Failure::Read { path: path.to_path_buf(), source };
    let size = fs::metadata(path).map_err(failed)?.len();
    if size > LARGEST {
        return Err(errors::too_large(path, size, LARGEST));
    }
    fs::read(path).map_err(failed)
}

fn read(path: &Path, root: &Path, found: &mut Found, sources: &mut Sources) -> Result<FileId, Failure> {
    Ok(add(path, root, bytes(path)?, found, sources))
}

/// Adds a text under its name relative to the project.
fn add(path: &Path, root: &Path, bytes: Vec<u8>, found: &mut Found, sources: &mut Sources) -> FileId {
    let canonical = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let name = path.strip_prefix(root).or_else(|_| canonical.strip_prefix(root)).unwrap_or(path);
    text_of(&name.to_string_lossy().replace('\\', "/"), bytes, found, sources)
}

/// Adds a text. Bytes that are no UTF-8 are an error at their place, and replaced.
fn text_of(name: &str, bytes: Vec<u8>, found: &mut Found, sources: &mut Sources) -> FileId {
    match String::from_utf8(bytes) {
        Ok(text) => sources.add(name, text),
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            let byte = error.as_bytes()[offset];
            let file = sources.add(name, String::from_utf8_lossy(error.as_bytes()).into_owned());
            found.push(errors::not_utf8(file, offset, byte));
            file
        }
    }
}
