//! A folder that `compile` wrote, held against what the definitions compile to: in memory, in the form it was made in.

use super::super::build::{self, Build, Entry, FORM, Made, Manifest, Record};
use super::super::making::Making;
use super::super::output::Output;
use super::super::session::Session;
use super::super::{Ended, Outcome, counted, ended};
use super::{apart, errors};
use crate::diagnostic::{Diagnostic, Failure, Found, json};
use crate::emit::Standing;
use crate::source::{FileId, Span};
use crate::vet::tokens::tokens;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path};

/// The most names that a note lists.
const LISTED: usize = 12;

/// A folder with the record of what was made in it.
struct Folder<'f> {
    path: &'f Path,
    manifest: Manifest,
    /// The record's text among those of the session.
    file: FileId,
}

/// What definitions compile to, by path.
type Compiled = BTreeMap<String, Made>;

/// Says of every file whether it is what the definitions compile to.
pub fn verify(mut session: Session, path: &Path, output: &Output) -> Outcome {
    // Of what lies there now, before anything else is read into the session.
    let now = session.project.digest();
    let folder = read(&mut session, path, &build::COMPILED)?.ok_or_else(|| {
        Failure::other(
            format!("there is no manifest.json in `{}`, so nothing says what was made there", path.display()),
            "make it: `etalon compile`; or name the folder that it wrote",
        )
    })?;
    let then = folder.manifest.origin.as_of.as_ref().map(|commit| session.at(commit)).transpose()?;
    let definitions = then.as_ref().unwrap_or(&session);
    let compiled = compile(definitions, &folder, output)?;
    let digest = then.as_ref().map_or(now, |then| then.project.digest());
    let inputs = folder.manifest.origin.inputs(&digest);
    let mut found = Found::default();
    held(&mut session, &folder, &compiled, &inputs, &mut found)?;
    let mut known: BTreeSet<String> = folder.manifest.files.keys().chain(compiled.keys()).cloned().collect();
    if let Some(checks) = read(&mut session, path, &build::CHECKS)? {
        intact(&mut session, &checks, &mut found);
        known.extend(checks.manifest.files.into_keys());
    }
    let mut foreign = Vec::new();
    written(path, "", &mut foreign)?;
    for path in foreign.into_iter().filter(|path| !known.contains(path)) {
        if leads_out(&folder, &path) {
            found.push(errors::leads_out(text_place(&session, &folder, "\"files\""), &path));
            continue;
        }
        let (file, text) = add(&mut session, &folder, &path);
        let end = text.lines().next().map_or(0, str::len);
        found.push(errors::foreign(Span::new(file, 0, end), &path));
    }
    say(&session, &folder, &compiled, found, output)
}

/// A record of what was made, if there is one.
fn read<'f>(session: &mut Session, path: &'f Path, record: &Record) -> Result<Option<Folder<'f>>, Failure> {
    let place = path.join(record.manifest);
    let text = match fs::read_to_string(&place) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Failure::Read { path: place, source }),
    };
    let manifest: Manifest = serde_json::from_str(&text).map_err(|error| {
        Failure::other(
            format!("`{}` has not the form of a manifest: {error}", place.display()),
            "compile again; find out who changed it",
        )
    })?;
    let file = session.project.sources.add(place.display().to_string(), text);
    Ok(Some(Folder { path, manifest, file }))
}

/// What definitions compile to in the form that the folder was made in.
fn compile(definitions: &Session, folder: &Folder, output: &Output) -> Result<Compiled, Failure> {
    let manifest = &folder.manifest;
    let mut found = definitions.found.clone();
    let mut files = Vec::new();
    if !found.has_errors() {
        let said = manifest.origin.revision.as_deref();
        let making = Making::new(definitions, manifest.origin.form, &[], said, |_| true, &mut found)?;
        let names = making.warehouses();
        if !found.has_errors() {
            files = making.files(&Build::open(folder.path, &build::COMPILED, names)?, &mut found, &|| {})?;
        }
    }
    if found.has_errors() {
        if !output.is_json() {
            output.findings(found, &definitions.project.sources);
        }
        let fact = "the definitions do not compile, so that nothing can be held against them";
        return Err(Failure::other(fact, "mend them first"));
    }
    Ok(files.into_iter().map(|made| (made.path.clone(), made)).collect())
}

/// Holds every file of the manifest against what was compiled.
fn held(
    session: &mut Session,
    folder: &Folder,
    compiled: &Compiled,
    inputs: &str,
    found: &mut Found,
) -> Result<(), Failure> {
    let manifest = &folder.manifest;
    let is_same_version = manifest.etalon == env!("CARGO_PKG_VERSION") && manifest.version == FORM;
    let is_current = manifest.inputs == inputs;
    // As their manifest says, and not what these definitions compile to.
    let mut other: Vec<&String> = Vec::new();
    for (path, entry) in &manifest.files {
        if leads_out(folder, path) {
            found.push(errors::leads_out(entry_place(session, folder, path), path));
            continue;
        }
        let Ok(bytes) = fs::read(folder.path.join(path)) else {
            found.push(errors::missing(entry_place(session, folder, path), path));
            continue;
        };
        let made = compiled.get(path);
        let is_as_compiled = made.is_some_and(|made| made.sql.as_bytes() == bytes);
        let is_as_recorded = build::hash(&bytes) == entry.sha256;
        if !is_as_recorded && !is_as_compiled {
            let diagnostic = edited(session, folder, path, made, is_current && is_same_version);
            found.push(diagnostic);
        } else if !is_as_recorded {
            let place = entry_place(session, folder, path);
            found.push(errors::wrong_entry(
                place,
                path,
                "another hash than that of what was compiled, which lies there",
            ));
        } else if !is_as_compiled {
            other.push(path);
        } else if made.is_some_and(|made| Entry::of(made) != *entry) {
            // Approvals come and go without a byte of a definition.
            let place = entry_place(session, folder, path);
            found.push(errors::wrong_entry(place, path, "another digest, version or status"));
        }
    }
    let of_warehouses: BTreeSet<&String> = manifest.files.values().map(|entry| &entry.warehouse).collect();
    let unlisted = compiled.values().filter(|made| !manifest.files.contains_key(&made.path));
    let unlisted: Vec<&Made> = unlisted.filter(|made| of_warehouses.contains(&made.warehouse)).collect();
    if !is_same_version {
        let place = text_place(session, folder, &format!("\"etalon\": \"{}\"", manifest.etalon));
        found.push(said_otherwise(folder, compiled, &other, errors::other_compiler(place, &manifest.etalon)));
        return Ok(());
    }
    if is_current {
        for path in other {
            let place = entry_place(session, folder, path);
            let why = match compiled.get(path) {
                None => "these definitions compile to no such file".to_owned(),
                Some(made) => {
                    let text = fs::read_to_string(folder.path.join(path)).unwrap_or_default();
                    apart::lines(&made.sql, &text).said
                }
            };
            found.push(errors::forged(place, path, &why));
        }
        for made in unlisted {
            let place = text_place(session, folder, "\"files\"");
            found.push(errors::wrong_entry(place, &made.path, "not in the list"));
        }
        return Ok(());
    }
    if other.is_empty() && unlisted.is_empty() {
        // Something was changed that no statement shows.
        return Ok(());
    }
    stale(session, folder, compiled, &other, &unlisted, found)
}

/// Other definitions were compiled: those of the commit that the manifest names, or nobody's.
fn stale(
    session: &Session,
    folder: &Folder,
    compiled: &Compiled,
    other: &[&String],
    unlisted: &[&Made],
    found: &mut Found,
) -> Result<(), Failure> {
    let manifest = &folder.manifest;
    let commit = manifest.revision.as_ref().filter(|revision| !revision.differs).map(|revision| &revision.commit);
    let then = commit.filter(|_| manifest.origin.as_of.is_none()).and_then(|commit| {
        let session = session.at(commit).ok()?;
        compile(&session, folder, &Output::plain()).ok()
    });
    let mut genuine = Vec::new();
    for path in other {
        let forged =
            then.as_ref().filter(|then| then.get(*path).is_none_or(|made| made.hash != manifest.files[*path].sha256));
        match (forged, commit) {
            (Some(_), Some(commit)) => {
                let why = format!("neither of these definitions nor of those at {}", &commit[..commit.len().min(12)]);
                found.push(errors::forged(entry_place(session, folder, path), path, &why));
            }
            _ => genuine.push(*path),
        }
    }
    let files = genuine.len();
    if files + unlisted.len() == 0 {
        return Ok(());
    }
    let inputs = format!("\"inputs\": \"{}\"", manifest.inputs);
    let mut diagnostic = errors::stale(text_place(session, folder, &inputs), files, manifest.files.len());
    let (mut meant, mut gone, mut new, mut written) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new(), 0);
    for path in genuine {
        let Some(made) = compiled.get(path) else {
            gone.insert(path.as_str());
            continue;
        };
        let entry = &manifest.files[path];
        let mut is_moved = false;
        for metric in &made.metrics {
            let before = entry.metrics.iter().find(|before| before.name == metric.name);
            let (Some(then), Some(now)) = (before.and_then(|it| it.digest.as_ref()), &metric.digest) else { continue };
            if then != now {
                is_moved = true;
                meant.insert(metric.name.as_str(), (then.as_str(), now.as_str()));
            }
        }
        written += usize::from(!is_moved);
    }
    new.extend(unlisted.iter().map(|made| made.path.as_str()));
    let moved: Vec<String> = meant
        .iter()
        .map(|(name, (then, now))| format!("`{name}` (sha256:{}… then, {}… now)", start(then), start(now)))
        .collect();
    for (what, names) in [
        ("means something else now", moved),
        ("is compiled to no more", gone.into_iter().map(|path| format!("`{path}`")).collect()),
        ("is new", new.into_iter().map(|path| format!("`{path}`")).collect()),
    ] {
        if !names.is_empty() {
            diagnostic = diagnostic.note(format!("{what}: {}", listed(&names)));
        }
    }
    if written > 0 {
        let files = counted(written, "file");
        diagnostic = diagnostic
            .note(format!("{files} of the same meaning: only words, approvals, tables or the way of writing changed"));
    }
    if files == 0 {
        found.push(diagnostic);
        return Ok(());
    }
    let whose = match (&then, commit) {
        (Some(_), Some(commit)) => format!("they are what the definitions at {} compile to", start(commit)),
        _ if manifest.inputs.is_empty() => {
            "the last run was for some warehouses only, so that the manifest says no inputs".to_owned()
        }
        _ => "whether they are what those definitions compile to cannot be said: no commit has them".to_owned(),
    };
    found.push(diagnostic.note(whose));
    Ok(())
}

/// Files of another compiler: whether it says the same.
fn said_otherwise(folder: &Folder, compiled: &Compiled, other: &[&String], diagnostic: Diagnostic) -> Diagnostic {
    let differs = |path: &&&String| {
        let Some(made) = compiled.get(**path) else { return true };
        let text = fs::read_to_string(folder.path.join(**path)).unwrap_or_default();
        let dialect = crate::dialect::find(made.dialect);
        let both = dialect.and_then(|dialect| Some((tokens(&text, dialect)?, tokens(&made.sql, dialect)?)));
        both.is_none_or(|(one, other)| one.words != other.words)
    };
    let paths: Vec<String> = other.iter().filter(differs).map(|path| format!("`{path}`")).collect();
    diagnostic.note(match paths.len() {
        0 => "but for comments, this version writes every statement as it is there".to_owned(),
        _ => format!("this version writes {} otherwise: {}", counted(paths.len(), "file"), listed(&paths)),
    })
}

/// The first so many of names.
fn listed(names: &[String]) -> String {
    let some = names.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > LISTED { format!("{some} and {} more", names.len() - LISTED) } else { some }
}

fn start(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

/// Which lines of a file are not as they were compiled.
fn edited(session: &mut Session, folder: &Folder, path: &str, made: Option<&Made>, is_current: bool) -> Diagnostic {
    let (file, text) = add(session, folder, path);
    let Some(made) = made else {
        let end = text.lines().next().map_or(0, str::len);
        return errors::edited_file(Span::new(file, 0, end), path, "these definitions compile to no such file", None);
    };
    let lines = apart::lines(&made.sql, &text);
    let start: usize = text.split_inclusive('\n').take(lines.first - 1).map(str::len).sum();
    let length = text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    let span = Span::new(file, start.min(text.len()), (start + length).min(text.len()));
    let said = match is_current {
        true => lines.said,
        false => format!("{}; the definitions have changed since it was compiled, too", lines.said),
    };
    errors::edited_file(span, path, &said, lines.compiled.as_deref())
}

/// The checks of a build are held against their own record: `etalon checks` makes them anew.
fn intact(session: &mut Session, checks: &Folder, found: &mut Found) {
    for (path, entry) in &checks.manifest.files {
        if leads_out(checks, path) {
            found.push(errors::leads_out(entry_place(session, checks, path), path));
            continue;
        }
        match fs::read(checks.path.join(path)) {
            Err(_) => found.push(errors::missing(entry_place(session, checks, path), path)),
            Ok(bytes) if build::hash(&bytes) != entry.sha256 => {
                let (file, text) = add(session, checks, path);
                let end = text.lines().next().map_or(0, str::len);
                let said = "`etalon checks` writes it anew";
                found.push(errors::edited_file(Span::new(file, 0, end), path, said, None));
            }
            Ok(_) => {}
        }
    }
}

/// Whether a path of the record, or a link at it, is of a file elsewhere: whose text is then nobody's to show.
fn leads_out(folder: &Folder, path: &str) -> bool {
    let place = folder.path.join(path);
    let real = place.canonicalize().ok().zip(folder.path.canonicalize().ok());
    let is_plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    !is_plain || place.is_symlink() || real.is_some_and(|(real, folder)| !real.starts_with(folder))
}

/// A file of the folder among the texts that are shown.
fn add(session: &mut Session, folder: &Folder, path: &str) -> (FileId, String) {
    let place = folder.path.join(path);
    let text = String::from_utf8_lossy(&fs::read(&place).unwrap_or_default()).into_owned();
    (session.project.sources.add(place.display().to_string(), text.clone()), text)
}

/// Where the record speaks of a file.
fn entry_place(session: &Session, folder: &Folder, path: &str) -> Span {
    let quoted = serde_json::to_string(path).unwrap_or_default();
    text_place(session, folder, &quoted)
}

fn text_place(session: &Session, folder: &Folder, text: &str) -> Span {
    let start = session.project.sources.get(folder.file).text.find(text);
    Span::new(folder.file, start.unwrap_or(0), start.map_or(1, |start| start + text.len()))
}

/// Every file that a warehouse or dbt could take for the compiler's, by path below the folder. Links are not followed.
fn written(folder: &Path, below: &str, all: &mut Vec<String>) -> Result<(), Failure> {
    let place = folder.join(below);
    let failed = |source| Failure::Read { path: place.clone(), source };
    let mut entries = fs::read_dir(&place).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        let is_folder = entry.file_type().map_err(failed)?.is_dir();
        // What `--as-of` wrote has manifests of its own.
        if is_folder && path != build::AS_OF {
            written(folder, &path, all)?;
        } else if !is_folder && [".sql", ".yml", ".yaml"].iter().any(|ending| name.ends_with(ending)) {
            all.push(path);
        }
    }
    Ok(())
}

fn say(session: &Session, folder: &Folder, compiled: &Compiled, found: Found, output: &Output) -> Outcome {
    let manifest = &folder.manifest;
    let result = ended(&found);
    let mut standings: BTreeMap<&str, usize> = BTreeMap::new();
    for made in manifest.files.keys().filter_map(|path| compiled.get(path)) {
        *standings.entry(made.standing.map_or("", Standing::word)).or_default() += 1;
    }
    standings.remove("");
    if output.is_json() {
        let document = json!({
            "verdict": if matches!(result, Ended::Clean) { "as_compiled" } else { "findings" },
            "files": manifest.files.len(),
            "status": standings,
            "revision": manifest.revision,
            "diagnostics": json::entries(&found.sorted(), &session.project.sources),
        });
        output.print(&format!("{}\n", serde_json::to_string_pretty(&document).unwrap_or_default()));
        return Ok(result);
    }
    if matches!(result, Ended::Clean) {
        let each: Vec<String> = standings.iter().map(|(word, number)| format!("{number} {word}")).collect();
        let each = if each.is_empty() { String::new() } else { format!(": {}", each.join(", ")) };
        let folder = folder.path.display();
        let files = counted(manifest.files.len(), "file");
        output.print(&format!("{folder}: {files} as the definitions compile to{each}\n"));
    } else {
        output.findings(found, &session.project.sources);
    }
    Ok(result)
}
