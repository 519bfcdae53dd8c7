//! A project as it was at a revision, read by the `git` program into memory. The work tree is not touched.

use super::{AGREED, Governance, LARGEST, Origin, Project, config, errors, text_of};
use crate::diagnostic::{Failure, Found};
use crate::source::Sources;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// A file of a revision.
struct Entry {
    /// Relative to the project's root, with `/`.
    name: String,
    object: String,
    is_link: bool,
}

/// A commit of the project's history.
#[derive(Clone, Debug)]
pub struct Commit {
    pub id: String,
    /// `2026-03-01`
    pub date: String,
    pub subject: String,
}

impl Project {
    /// The last commits that touched definitions or etalon.yaml, the newest first, at most so many.
    pub fn history(&self, most: usize) -> Result<Vec<Commit>, Failure> {
        let config = self.tests.with_file_name("etalon.yaml");
        let (definitions, config) = (self.definitions.to_string_lossy(), config.to_string_lossy());
        let most = most.to_string();
        let words = ["log", "--format=%H%x09%cs%x09%s", "-n", &most, "--", &definitions, &config];
        let listed = output(&self.definitions, &words)?;
        let text = String::from_utf8_lossy(&listed);
        let commits = text.lines().filter_map(|line| {
            let mut parts = line.splitn(3, '\t').map(str::to_owned);
            Some(Commit { id: parts.next()?, date: parts.next()?, subject: parts.next()? })
        });
        Ok(commits.collect())
    }

    /// The same project at a revision: a commit, a branch, a tag, `HEAD~1`.
    pub fn at_revision(&self, revision: &str, found: &mut Found) -> Result<Project, Failure> {
        let commit = commit(&self.definitions, revision)?;
        let entries = self.entries(&commit)?;
        let has = |name: &str| entries.iter().any(|entry| entry.name == name);
        let Some(config_name) = ["etalon.yaml", "metrics/etalon.yaml"].into_iter().find(|name| has(name)) else {
            return Err(errors::no_config_at(revision));
        };
        let folder = if entries.iter().any(|entry| entry.name.starts_with("metrics/")) { "metrics/" } else { "" };
        let beside = config_name.trim_end_matches("etalon.yaml");
        let kept: Vec<String> = Governance::FILES.iter().map(|name| format!("{beside}{name}")).collect();
        let belongs = |entry: &&Entry| {
            entry.name == config_name || kept.contains(&entry.name) || is_definition(&entry.name, folder)
        };
        let mut wanted: Vec<&Entry> = entries.iter().filter(belongs).collect();
        if let Some(link) = wanted.iter().find(|entry| entry.is_link) {
            return Err(errors::link_at(&link.name, revision));
        }
        // The configuration first, then the definitions in the order of their paths.
        wanted.sort_by_key(|entry| (entry.name != config_name, Path::new(&entry.name)));
        let mut sources = Sources::default();
        let mut files = Vec::with_capacity(wanted.len());
        let mut governance = [None; Governance::FILES.len()];
        for (entry, bytes) in wanted.iter().zip(blobs(&self.definitions, &wanted)?) {
            let file = text_of(&format!("{revision}:{}", entry.name), bytes, found, &mut sources);
            match kept.iter().position(|name| *name == entry.name) {
                Some(at) => governance[at] = Some(file),
                None => files.push(file),
            }
        }
        let config = config::read(&sources, files.remove(0), found);
        let definitions = self.root.join(folder);
        let governance = Governance::of(governance);
        let agreed = format!("{beside}{AGREED}/");
        let kept = entries.iter().filter(|entry| !entry.is_link);
        let kept = kept.filter_map(|entry| Some((entry.name.strip_prefix(&agreed)?.to_owned(), entry.object.clone())));
        Ok(Project {
            root: self.root.clone(),
            definitions,
            config,
            sources,
            files,
            governance,
            tests: self.tests.clone(),
            home: self.home.clone(),
            origin: Some(Origin { commit, agreed: kept.collect() }),
        })
    }

    /// Whether git knows a revision of this name here.
    pub fn knows_revision(&self, name: &str) -> bool {
        commit(&self.definitions, name).is_ok()
    }

    /// The full name of the commit that a revision is.
    pub fn commit(&self, revision: &str) -> Result<String, Failure> {
        commit(&self.definitions, revision)
    }

    /// All files below the project's root at a commit. The repository may begin at the folder of the definitions.
    fn entries(&self, commit: &str) -> Result<Vec<Entry>, Failure> {
        let here = output(&self.definitions, &["rev-parse", "--show-prefix"])?;
        let here = String::from_utf8_lossy(&here).trim_end_matches('\n').to_owned();
        let folder = if self.definitions == self.root { "" } else { "metrics/" };
        let above = here.strip_suffix(folder);
        let listed = output(&self.definitions, &["ls-tree", "-r", "-z", "--full-tree", commit])?;
        let text = String::from_utf8_lossy(&listed);
        // `100644 blob 3a1f…<tab>metrics/sales.metric`
        let entries = text.split('\0').filter_map(|line| {
            let (facts, name) = line.split_once('\t')?;
            let mut facts = facts.split(' ');
            let (mode, kind, object) = (facts.next()?, facts.next()?, facts.next()?);
            let name = match above {
                Some(above) => name.strip_prefix(above)?.to_owned(),
                None => format!("{folder}{name}"),
            };
            (kind == "blob").then(|| Entry { name, object: object.to_owned(), is_link: mode == "120000" })
        });
        Ok(entries.collect())
    }
}

/// Definitions lie in the folder, neither hidden nor built.
fn is_definition(name: &str, folder: &str) -> bool {
    let Some(below) = name.strip_prefix(folder) else { return false };
    name.ends_with(".metric") && !name.starts_with("build/") && !below.split('/').any(|part| part.starts_with('.'))
}

/// The text of an object.
pub fn text(root: &Path, object: &str) -> Option<String> {
    String::from_utf8(output(root, &["cat-file", "blob", object]).ok()?).ok()
}

pub(super) fn git(root: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("git");
    // What a commit is, is what its name says: nothing that somebody put in its place (git-replace).
    command.env("GIT_NO_REPLACE_OBJECTS", "1");
    command.arg("-C").arg(root).args(words).stderr(Stdio::piped()).stdin(Stdio::null()).stdout(Stdio::piped());
    command
}

/// What `git` prints, or what it says is wrong.
pub(super) fn output(root: &Path, words: &[&str]) -> Result<Vec<u8>, Failure> {
    let done = git(root, words).output().map_err(|error| errors::no_git(&error))?;
    if done.status.success() { Ok(done.stdout) } else { Err(errors::git_failed(&said(&done.stderr))) }
}

/// The first line of what a program complains.
fn said(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    line.trim_start_matches("fatal: ").to_owned()
}

/// The full name of the commit.
pub(super) fn commit(root: &Path, revision: &str) -> Result<String, Failure> {
    output(root, &["rev-parse", "--git-dir"])?;
    let name = format!("{revision}^{{commit}}");
    let found = git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &name]).output();
    let found = found.map_err(|error| errors::no_git(&error))?;
    if !found.status.success() {
        let shallow = output(root, &["rev-parse", "--is-shallow-repository"])?;
        return Err(match shallow.starts_with(b"true") {
            true => errors::not_fetched(revision),
            false => errors::no_revision(revision),
        });
    }
    Ok(String::from_utf8_lossy(&found.stdout).trim().to_owned())
}

/// The bytes of files, by one run of `git cat-file`.
fn blobs(root: &Path, entries: &[&Entry]) -> Result<Vec<Vec<u8>>, Failure> {
    let mut command = git(root, &["cat-file", "--batch"]);
    let mut child = command.stdin(Stdio::piped()).spawn().map_err(|error| errors::no_git(&error))?;
    let asked: String = entries.iter().map(|entry| format!("{}\n", entry.object)).collect();
    let stdin = child.stdin.take();
    // It answers while it is asked: with both in one thread either could wait for the other for ever.
    let writer = std::thread::spawn(move || stdin.map_or(Ok(()), |mut pipe| pipe.write_all(asked.as_bytes())));
    let done = child.wait_with_output().map_err(|error| errors::no_git(&error))?;
    let asked = writer.join().is_ok_and(|written| written.is_ok());
    if !done.status.success() || !asked {
        return Err(errors::git_failed(&said(&done.stderr)));
    }
    let mut rest = &done.stdout[..];
    let mut blobs = Vec::with_capacity(entries.len());
    for entry in entries {
        let blob = next_blob(&mut rest).ok_or_else(|| errors::git_failed(&format!("no object for {}", entry.name)))?;
        if blob.len() as u64 > LARGEST {
            return Err(errors::too_large(Path::new(&entry.name), blob.len() as u64, LARGEST));
        }
        blobs.push(blob);
    }
    Ok(blobs)
}

/// `<object> blob <size>`, a line end, so many bytes, a line end.
fn next_blob(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let header = std::str::from_utf8(&rest[..end]).ok()?;
    let size: usize = header.rsplit(' ').next()?.parse().ok()?;
    let bytes = rest.get(end + 1..end + 1 + size)?.to_vec();
    *rest = rest.get(end + 2 + size..)?;
    Some(bytes)
}
