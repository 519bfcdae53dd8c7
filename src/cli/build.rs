//! The folder that `compile` writes: files, their manifest, and what was vetted before.
//!
//! A file is written beside and renamed, and only if its bytes differ; what an earlier run made and this one does not is
//! removed, if nobody has changed it since.

use crate::diagnostic::Failure;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

/// A statement to be written.
pub struct Made {
    warehouse: String,
    dialect: &'static str,
    /// Below the folder, with `/`.
    path: String,
    metrics: Vec<String>,
    pub sql: String,
    hash: String,
    pub newly_vetted: bool,
}

impl Made {
    pub fn new(
        warehouse: &str,
        dialect: &'static str,
        kind: &str,
        name: &str,
        metrics: Vec<String>,
        sql: String,
    ) -> Made {
        let path = format!("{warehouse}/{kind}/{}.sql", file_name(name));
        let hash = hex(&Sha256::digest(sql.as_bytes()));
        Made { warehouse: warehouse.to_owned(), dialect, path, metrics, sql, hash, newly_vetted: false }
    }
}

/// A name as a file's name on every disk: what is not a small letter, a digit or `_` becomes `%` and its bytes, so that two
/// names never meet where capitals do not count.
fn file_name(name: &str) -> String {
    let mut file = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'_' => file.push(char::from(byte)),
            _ => file.push_str(&format!("%{byte:02X}")),
        }
    }
    file
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    digits.map(char::from).collect()
}

#[derive(Serialize, Deserialize, Default, PartialEq)]
struct Manifest {
    /// Of this form.
    version: u32,
    etalon: String,
    project: String,
    files: BTreeMap<String, Entry>,
}

#[derive(Serialize, Deserialize, Clone, PartialEq)]
struct Entry {
    sha256: String,
    warehouse: String,
    dialect: String,
    metrics: Vec<String>,
}

/// The folder as an earlier run left it.
pub struct Build {
    folder: PathBuf,
    before: Manifest,
    vetted: FxHashSet<String>,
    /// Warehouses that etalon.yaml still names.
    warehouses: Vec<String>,
}

const MANIFEST: &str = "manifest.json";
const VETTED: &str = ".vetted";

impl Build {
    pub fn open(folder: &Path, warehouses: Vec<String>) -> Result<Build, Failure> {
        let before = match fs::read(folder.join(MANIFEST)) {
            // A manifest that cannot be read is as none: nothing is removed by it.
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Manifest::default(),
            Err(source) => return Err(Failure::Read { path: folder.join(MANIFEST), source }),
        };
        let text = fs::read_to_string(folder.join(VETTED)).unwrap_or_default();
        let mut lines = text.lines();
        let vetted = match lines.next() {
            Some(first) if first == vetted_by() => lines.map(str::to_owned).collect(),
            _ => FxHashSet::default(),
        };
        Ok(Build { folder: folder.to_path_buf(), before, vetted, warehouses })
    }

    /// Whether this very text passed its grammar before, by this version of the compiler.
    pub fn was_vetted(&self, made: &Made) -> bool {
        self.vetted.contains(&vetted_line(made))
    }

    /// Writes everything, and says in a line for each warehouse what was done.
    pub fn write(self, made: Vec<Made>, written: &[String], project: &str) -> Result<Vec<String>, Failure> {
        for folder in folders(&made) {
            let path = self.folder.join(folder);
            fs::create_dir_all(&path).map_err(|source| Failure::Write { path, source })?;
        }
        let changed: Vec<bool> = made
            .par_iter()
            .map(|file| write_if_changed(&self.folder.join(&file.path), file.sql.as_bytes()))
            .collect::<Result<_, _>>()?;
        let mut lines = Vec::with_capacity(written.len());
        let mut files: BTreeMap<String, Entry> = BTreeMap::new();
        for (path, entry) in &self.before.files {
            // Warehouses that this run was not asked for stay as they are.
            if !written.contains(&entry.warehouse) && self.warehouses.contains(&entry.warehouse) {
                files.insert(path.clone(), entry.clone());
            }
        }
        let newly_vetted = made.iter().any(|file| file.newly_vetted);
        let mut vetted: Vec<String> = made.iter().map(vetted_line).collect();
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (file, changed) in made.iter().zip(&changed) {
            let count = counts.entry(&file.warehouse).or_default();
            count.0 += 1;
            count.1 += usize::from(*changed);
            let entry = Entry {
                sha256: file.hash.clone(),
                warehouse: file.warehouse.clone(),
                dialect: file.dialect.to_owned(),
                metrics: file.metrics.clone(),
            };
            files.insert(file.path.clone(), entry);
        }
        let (removed, kept) = self.remove_stale(&files)?;
        for warehouse in written {
            let (all, changed) = counts.get(warehouse.as_str()).copied().unwrap_or_default();
            let removed = removed.iter().filter(|path| path.starts_with(&format!("{warehouse}/"))).count();
            let removed = if removed > 0 { format!(", {removed} removed") } else { String::new() };
            let folder = self.folder.join(warehouse);
            lines.push(format!("{}: {all} statements, {changed} written{removed}", folder.display()));
        }
        for path in kept {
            lines.push(format!("{path} is no longer made, but was changed by hand: it stays"));
        }
        let manifest =
            Manifest { version: 1, etalon: env!("CARGO_PKG_VERSION").to_owned(), project: project.to_owned(), files };
        if manifest != self.before || !self.folder.join(MANIFEST).is_file() {
            fs::create_dir_all(&self.folder).map_err(|source| Failure::Write { path: self.folder.clone(), source })?;
            let mut text = serde_json::to_string_pretty(&manifest)
                .map_err(|error| Failure::other(error.to_string(), "report this: a manifest is always JSON"))?;
            text.push('\n');
            write_if_changed(&self.folder.join(MANIFEST), text.as_bytes())?;
        }
        if newly_vetted || vetted.len() != self.vetted.len() {
            vetted.sort_unstable();
            vetted.dedup();
            vetted.insert(0, vetted_by());
            vetted.push(String::new());
            write_if_changed(&self.folder.join(VETTED), vetted.join("\n").as_bytes())?;
        }
        Ok(lines)
    }

    /// Removes what the last run made and this one did not, where it is still what was made. Gives what was removed, and what
    /// was not since somebody had changed it.
    fn remove_stale(&self, files: &BTreeMap<String, Entry>) -> Result<(Vec<String>, Vec<String>), Failure> {
        let (mut removed, mut kept) = (Vec::new(), Vec::new());
        for (path, entry) in &self.before.files {
            if files.contains_key(path) || !is_ours(path) {
                continue;
            }
            let full = self.folder.join(path);
            match fs::read(&full) {
                Ok(bytes) if hex(&Sha256::digest(&bytes)) == entry.sha256 => {
                    fs::remove_file(&full).map_err(|source| Failure::Write { path: full.clone(), source })?;
                    removed.push(path.clone());
                    // Folders that are empty now go too; one that is not stays by itself.
                    for folder in full.ancestors().skip(1).take(2) {
                        if fs::remove_dir(folder).is_err() {
                            break;
                        }
                    }
                }
                Ok(_) => kept.push(path.clone()),
                Err(_) => {}
            }
        }
        Ok((removed, kept))
    }
}

/// Only what this program could have written: `WAREHOUSE/metrics/NAME.sql`, without a step upwards.
fn is_ours(path: &str) -> bool {
    let parts: Vec<Component> = Path::new(path).components().collect();
    parts.len() == 3
        && parts.iter().all(|part| matches!(part, Component::Normal(_)))
        && matches!(path.split('/').nth(1), Some("metrics" | "reports"))
        && path.ends_with(".sql")
}

fn folders(made: &[Made]) -> Vec<String> {
    let mut folders: Vec<String> =
        made.iter().filter_map(|file| file.path.rsplit_once('/').map(|(folder, _)| folder.to_owned())).collect();
    folders.sort();
    folders.dedup();
    folders
}

fn vetted_by() -> String {
    format!("# vetted by etalon {} with {}", env!("CARGO_PKG_VERSION"), crate::vet::GRAMMARS)
}

fn vetted_line(made: &Made) -> String {
    format!("{} {}", made.dialect, made.hash)
}

/// Writes beside and renames, unless the file has these bytes already. Says whether it wrote.
pub fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<bool, Failure> {
    let same_length = fs::metadata(path).is_ok_and(|known| known.len() == bytes.len() as u64);
    if same_length && fs::read(path).is_ok_and(|known| known == bytes) {
        return Ok(false);
    }
    let failed = |source| Failure::Write { path: path.to_path_buf(), source };
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = fs::File::create(&beside).and_then(|mut file| file.write_all(bytes));
    if let Err(source) = written.and_then(|()| fs::rename(&beside, path)) {
        let _ = fs::remove_file(&beside);
        return Err(failed(source));
    }
    Ok(true)
}
