//! The folder that `compile` and `checks` write: files, their manifest, and what was vetted before.
//!
//! A file is written beside and renamed, and only if its bytes differ; what an earlier run made and this one does not is
//! removed, if nobody has changed it since.

use super::making::Form;
use super::{counted, saved};
use crate::diagnostic::{Failure, Found};
use crate::emit::{Agreed, Standing};
use crate::project::Revision;
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
    pub warehouse: String,
    pub dialect: &'static str,
    /// Below the folder, with `/`.
    pub path: String,
    pub metrics: Vec<Meant>,
    pub standing: Option<Standing>,
    pub sql: String,
    pub hash: String,
    pub newly_vetted: bool,
}

/// A metric of a statement, as it was meant.
#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub struct Meant {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

impl From<&Agreed> for Meant {
    fn from(agreed: &Agreed) -> Meant {
        Meant { name: agreed.name.clone(), version: agreed.version, digest: agreed.digest.clone() }
    }
}

impl Meant {
    /// One that a statement rests on, whatever it means.
    pub fn named(name: &str) -> Meant {
        Meant { name: name.to_owned(), version: None, digest: None }
    }
}

impl Made {
    pub fn new(
        warehouse: &str,
        dialect: &'static str,
        kind: &str,
        name: &str,
        metrics: Vec<Meant>,
        sql: String,
    ) -> Made {
        let path = format!("{warehouse}/{kind}/{}.sql", file_name(name));
        Made::file(warehouse, dialect, path, metrics, sql)
    }

    /// A file below the folder of a warehouse.
    pub fn file(warehouse: &str, dialect: &'static str, path: String, metrics: Vec<Meant>, sql: String) -> Made {
        let hash = hash(sql.as_bytes());
        let warehouse = warehouse.to_owned();
        Made { warehouse, dialect, path, metrics, standing: None, sql, hash, newly_vetted: false }
    }

    pub fn standing(self, standing: Standing) -> Made {
        Made { standing: Some(standing), ..self }
    }
}

/// A name as a file's name on every disk: what is not a small letter, a digit or `_` becomes `%` and its bytes, so that two
/// names never meet where capitals do not count.
pub fn file_name(name: &str) -> String {
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

/// The SHA-256 of a file.
pub fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// What lies in a folder, and where it comes from.
#[derive(Serialize, Deserialize, Clone, Default, PartialEq, Debug)]
pub struct Manifest {
    /// Of this form.
    pub version: u32,
    pub etalon: String,
    pub project: String,
    /// A digest of all definitions and of etalon.yaml, and what else the bytes depend on.
    pub inputs: String,
    /// The commit that the definitions lie at; nothing outside a git repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Revision>,
    #[serde(flatten)]
    pub origin: Origin,
    pub files: BTreeMap<String, Entry>,
}

/// How statements were asked for.
#[derive(Serialize, Deserialize, Clone, Default, PartialEq, Debug)]
pub struct Origin {
    #[serde(rename = "as", default)]
    pub form: Form,
    /// The revision that statements say they are of.
    #[serde(rename = "said", default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The commit whose definitions were compiled, where it was not what lay in the folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
}

impl Origin {
    /// The same definitions in another form are other files, and so are those that say another revision.
    pub fn inputs(&self, digest: &str) -> String {
        let mut inputs = digest.to_owned();
        if self.form != Form::Select {
            inputs += &format!(" as {:?}", self.form).to_lowercase();
        }
        if let Some(revision) = &self.revision {
            inputs += &format!(" saying {revision}");
        }
        inputs
    }
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub struct Entry {
    pub sha256: String,
    pub warehouse: String,
    pub dialect: String,
    pub metrics: Vec<Meant>,
    /// What the statement is worth: as much as the weakest of its parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

impl Entry {
    pub fn of(made: &Made) -> Entry {
        Entry {
            sha256: made.hash.clone(),
            warehouse: made.warehouse.clone(),
            dialect: made.dialect.to_owned(),
            metrics: made.metrics.clone(),
            status: made.standing.map(|standing| standing.word().to_owned()),
        }
    }
}

/// The folder as an earlier run left it.
pub struct Build {
    folder: PathBuf,
    record: &'static Record,
    before: Manifest,
    /// What is written now, but for its files.
    now: Manifest,
    vetted: FxHashSet<String>,
    /// Warehouses that etalon.yaml still names.
    warehouses: Vec<String>,
}

/// dbt's properties of a warehouse's models.
pub const PROPERTIES: &str = "metrics/etalon.yml";

/// The folder of what is compiled of earlier definitions, below that of what is compiled of these.
pub const AS_OF: &str = "as-of";

/// The form of the manifest.
pub const FORM: u32 = 2;

/// Where a command notes what it made, and the folders of a warehouse that are its own: each leaves the other's alone.
pub struct Record {
    pub manifest: &'static str,
    vetted: &'static str,
    findings: &'static str,
    kinds: &'static [&'static str],
}

/// Of `compile`.
pub static COMPILED: Record =
    Record { manifest: "manifest.json", vetted: ".vetted", findings: ".findings", kinds: &["metrics", "reports"] };

/// Of `checks`.
pub static CHECKS: Record =
    Record { manifest: "checks.json", vetted: ".checks_vetted", findings: ".checks_findings", kinds: &["checks"] };

impl Build {
    pub fn open(folder: &Path, record: &'static Record, warehouses: Vec<String>) -> Result<Build, Failure> {
        let before = match fs::read(folder.join(record.manifest)) {
            // A manifest that cannot be read is as none: nothing is removed by it.
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Manifest::default(),
            Err(source) => return Err(Failure::Read { path: folder.join(record.manifest), source }),
        };
        let text = fs::read_to_string(folder.join(record.vetted)).unwrap_or_default();
        let mut lines = text.lines();
        let vetted = match lines.next() {
            Some(first) if first == vetted_by() => lines.map(str::to_owned).collect(),
            _ => FxHashSet::default(),
        };
        Ok(Build { folder: folder.to_path_buf(), record, before, now: Manifest::default(), vetted, warehouses })
    }

    /// No folder: nothing was made or vetted before.
    pub fn nowhere() -> Build {
        Build {
            folder: PathBuf::new(),
            record: &COMPILED,
            before: Manifest::default(),
            now: Manifest::default(),
            vetted: FxHashSet::default(),
            warehouses: Vec::new(),
        }
    }

    /// Whether this very text passed its grammar before, by this version of the compiler.
    pub fn was_vetted(&self, made: &Made) -> bool {
        self.vetted.contains(&vetted_line(made))
    }

    /// The findings of the last run, if it was of these very inputs, by this version, and every file it made for every
    /// warehouse is still there byte for byte: then there is nothing to do.
    pub fn unchanged(&self, inputs: &str) -> Option<Found> {
        if self.before.inputs != inputs
            || self.before.etalon != env!("CARGO_PKG_VERSION")
            || self.before.version != FORM
        {
            return None;
        }
        let text = fs::read_to_string(self.folder.join(self.record.findings)).ok()?;
        let (digest, findings) = text.split_once('\n')?;
        let found = (digest == inputs).then(|| saved::load(findings)).flatten()?;
        let intact = self.before.files.par_iter().all(|(path, entry)| {
            // A hash that was written into the manifest by hand was never vetted.
            self.is_ours(path)
                && self.vetted.contains(&format!("{} {}", entry.dialect, entry.sha256))
                && fs::read(self.folder.join(path)).is_ok_and(|bytes| hex(&Sha256::digest(&bytes)) == entry.sha256)
        });
        intact.then_some(found)
    }

    /// What the last run made, in a line for each warehouse.
    pub fn summary_of_unchanged(&self) -> Vec<String> {
        let count = |warehouse: &String| {
            self.before
                .files
                .iter()
                .filter(|(path, entry)| entry.warehouse == *warehouse && !path.ends_with(PROPERTIES))
                .count()
        };
        let line = |warehouse: &String| {
            format!("{}: {}, 0 written", self.folder.join(warehouse).display(), counted(count(warehouse), "statement"))
        };
        self.warehouses.iter().map(line).collect()
    }

    /// Says where what is written comes from.
    pub fn comes_from(&mut self, project: &str, inputs: &str, origin: Origin, revision: Option<Revision>) {
        let (project, inputs) = (project.to_owned(), inputs.to_owned());
        self.now = Manifest { project, inputs, origin, revision, ..Manifest::default() };
    }

    /// What is unchanged may lie at another commit than it did.
    pub fn lies_at(&mut self, revision: Option<Revision>) -> Result<(), Failure> {
        if self.before.revision == revision {
            return Ok(());
        }
        self.before.revision = revision;
        self.write_manifest(&self.before)
    }

    fn write_manifest(&self, manifest: &Manifest) -> Result<(), Failure> {
        fs::create_dir_all(&self.folder).map_err(|source| Failure::Write { path: self.folder.clone(), source })?;
        let mut text = serde_json::to_string_pretty(manifest)
            .map_err(|error| Failure::other(error.to_string(), "report this: a manifest is always JSON"))?;
        text.push('\n');
        write_if_changed(&self.folder.join(self.record.manifest), text.as_bytes()).map(|_| ())
    }

    /// Writes everything, and says in a line for each warehouse what was done.
    pub fn write(self, made: Vec<Made>, written: &[String], found: &Found) -> Result<Vec<String>, Failure> {
        let changed = self.write_files(&made)?;
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
            // Properties are no statement.
            count.0 += usize::from(!file.path.ends_with(PROPERTIES));
            count.1 += usize::from(*changed);
            files.insert(file.path.clone(), Entry::of(file));
        }
        let (removed, kept) = self.remove_stale(&files)?;
        for warehouse in written {
            let (all, changed) = counts.get(warehouse.as_str()).copied().unwrap_or_default();
            let removed = removed.iter().filter(|path| path.starts_with(&format!("{warehouse}/"))).count();
            let removed = if removed > 0 { format!(", {removed} removed") } else { String::new() };
            let folder = self.folder.join(warehouse);
            lines.push(format!("{}: {}, {changed} written{removed}", folder.display(), counted(all, "statement")));
        }
        let gone =
            removed.iter().filter(|path| !written.iter().any(|name| path.starts_with(&format!("{name}/")))).count();
        if gone > 0 {
            lines.push(format!("{gone} statements of warehouses that etalon.yaml no longer names: removed"));
        }
        for path in kept {
            lines.push(format!("{path} is no longer made, but was changed by hand: it stays"));
        }
        // Files of warehouses that this run left alone may be of other inputs.
        let whole = self.warehouses.iter().all(|warehouse| written.contains(warehouse));
        let inputs = self.now.inputs.clone();
        let manifest = Manifest {
            version: FORM,
            etalon: env!("CARGO_PKG_VERSION").to_owned(),
            inputs: if whole { inputs.clone() } else { String::new() },
            files,
            ..self.now.clone()
        };
        if manifest != self.before || !self.folder.join(self.record.manifest).is_file() {
            self.write_manifest(&manifest)?;
        }
        if newly_vetted || vetted.len() != self.vetted.len() {
            vetted.sort_unstable();
            vetted.dedup();
            vetted.insert(0, vetted_by());
            vetted.push(String::new());
            write_if_changed(&self.folder.join(self.record.vetted), vetted.join("\n").as_bytes())?;
        }
        write_if_changed(
            &self.folder.join(self.record.findings),
            format!("{inputs}\n{}", saved::save(found)).as_bytes(),
        )?;
        Ok(lines)
    }

    /// Only what this command could have written: `WAREHOUSE/metrics/NAME.sql` and dbt's properties, without a step upwards.
    fn is_ours(&self, path: &str) -> bool {
        let parts: Vec<Component> = Path::new(path).components().collect();
        parts.len() == 3
            && parts.iter().all(|part| matches!(part, Component::Normal(_)))
            && path.split('/').nth(1).is_some_and(|kind| self.record.kinds.contains(&kind))
            && (path.ends_with(".sql") || path.ends_with(PROPERTIES))
    }

    /// Writes the files, and says of each whether it was written. A folder that is new is filled beside and renamed as a
    /// whole; in one that is there each file is.
    fn write_files(&self, made: &[Made]) -> Result<Vec<bool>, Failure> {
        let mut new: FxHashSet<String> = FxHashSet::default();
        for folder in folders(made) {
            let path = self.folder.join(&folder);
            let beside = self.folder.join(beside(&folder));
            if path.exists() {
                continue;
            }
            // What a run that was stopped has left there is ours.
            let _ = fs::remove_dir_all(&beside);
            fs::create_dir_all(&beside).map_err(|source| Failure::Write { path: beside, source })?;
            new.insert(folder);
        }
        // One thread a folder: a folder's entries are kept under one lock, and waiting for it costs more than writing.
        let mut by_folder: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, file) in made.iter().enumerate() {
            by_folder.entry(file.path.rsplit_once('/').map_or("", |(folder, _)| folder)).or_default().push(at);
        }
        let by_folder: Vec<(&str, Vec<usize>)> = by_folder.into_iter().collect();
        let written: Vec<Vec<(usize, bool)>> = by_folder
            .par_iter()
            .map(|(folder, files)| {
                files.iter().map(|at| Ok((*at, self.write_file(&made[*at], new.contains(*folder))?))).collect()
            })
            .collect::<Result<_, Failure>>()?;
        let mut changed = vec![false; made.len()];
        for (at, was_written) in written.into_iter().flatten() {
            changed[at] = was_written;
        }
        for folder in &new {
            let path = self.folder.join(folder);
            fs::rename(self.folder.join(beside(folder)), &path).map_err(|source| Failure::Write { path, source })?;
        }
        Ok(changed)
    }

    fn write_file(&self, file: &Made, folder_is_new: bool) -> Result<bool, Failure> {
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        if !folder_is_new {
            return write_if_changed(&self.folder.join(&file.path), file.sql.as_bytes());
        }
        let path = self.folder.join(beside(folder)).join(name);
        fs::write(&path, &file.sql).map_err(|source| Failure::Write { path, source }).map(|()| true)
    }

    /// Removes what the last run made and this one did not, where it is still what was made. Gives what was removed, and what
    /// was not since somebody had changed it.
    fn remove_stale(&self, files: &BTreeMap<String, Entry>) -> Result<(Vec<String>, Vec<String>), Failure> {
        let (mut removed, mut kept) = (Vec::new(), Vec::new());
        for (path, entry) in &self.before.files {
            if files.contains_key(path) || !self.is_ours(path) {
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

/// The folder that a new one is filled in.
fn beside(folder: &str) -> String {
    format!("{folder}.new.tmp")
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
