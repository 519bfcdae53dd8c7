//! `etalon init`: the files of a new project, governed from its first commit.
//!
//! What exists stays as it is, whatever it is. Everything is looked at before anything is written; a run that fails takes back
//! what it made.

mod places;
mod signer;
mod templates;

use super::output::Output;
use super::session::find_dialect;
use super::{Ended, Outcome, counted};
use crate::diagnostic::Failure;
use crate::dialect::{self, Dialect};
use clap::{Args, ValueEnum};
use places::{Places, git};
use serde::Serialize;
use signer::Signer;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use templates::Template;

#[derive(Args, Debug)]
pub struct Options {
    /// The folder; it is made if it is not there [default: this one]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// What the project is called in what people sign [default: the folder's name]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The dialect of the warehouse; `etalon dialects` lists them
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
    /// Where changes are reviewed [default: what the git remote says, else github]
    #[arg(long, value_name = "HOST", value_enum)]
    ci: Option<Ci>,
    /// The address of somebody who signs, for `allowed_signers`
    #[arg(long, value_name = "EMAIL", requires = "key")]
    signer: Option<String>,
    /// The file of that person's public SSH key
    #[arg(long, value_name = "FILE.pub", requires = "signer")]
    key: Option<PathBuf>,
    /// Write nothing; list what would be made
    #[arg(long)]
    dry_run: bool,
}

/// A host whose CI files are made.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub enum Ci {
    Github,
    Gitlab,
    None,
    All,
}

/// What was done, as a program reads it.
#[derive(Serialize)]
struct Report {
    project: String,
    dialect: &'static str,
    dry_run: bool,
    made: Vec<String>,
    /// Was there, and is untouched.
    kept: Vec<String>,
    notes: Vec<String>,
    next: Vec<String>,
}

/// A file of the new project.
struct File {
    path: PathBuf,
    /// From the folder that was named.
    shown: String,
    text: String,
    template: &'static Template,
}

/// Makes what is missing, and says what to type next.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let folder = match (&options.folder, project) {
        (Some(_), Some(_)) => {
            return Err(Failure::other(
                "two folders are named, one with `--project`",
                "name one: `etalon init DIR`; what the project is called is `--name NAME`",
            ));
        }
        (folder, project) => folder.as_deref().or(project).unwrap_or(Path::new(".")),
    };
    if folder.exists() && !folder.is_dir() {
        let fact = format!("`{}` is a file", folder.display());
        return Err(Failure::other(fact, "name a folder for the project: one that is there, or a new one"));
    }
    let places = Places::of(folder)?;
    let begins = places.begins();
    let dialect = match &options.dialect {
        Some(name) => find_dialect(name)?,
        None => dialect::FIRST,
    };
    let ci = options.ci.unwrap_or_else(|| of_remote(folder));
    let signer = match (&options.signer, &options.key) {
        (Some(email), Some(key)) => Some(signer::named(email, key)?),
        _ => signer::known(folder),
    };
    let name = match &options.name {
        Some(name) => named(name)?,
        None => name_of(&places),
    };
    let files = files(&places, &words(&places, &name, dialect, ci, signer.as_ref())?, ci, begins, signer.as_ref());
    let mut notes = Vec::new();
    let (missing, kept): (Vec<File>, Vec<File>) =
        files.into_iter().partition(|file| file.path.symlink_metadata().is_err());
    for file in &missing {
        places.keep_inside(&file.path)?;
    }
    if let Some(above) = &places.above {
        notes.push(format!("`{}` is a project in a folder above; this is one of its own", places.shown(above)));
    }
    notes.extend(kept.iter().flat_map(falls_short));
    notes.extend(chosen(&missing, &places, &name, dialect, options, begins));
    notes.extend(signed(&missing, signer.as_ref(), options));
    let (made, late) = match options.dry_run {
        true => (missing.iter().collect(), Vec::new()),
        false => write(&missing)?,
    };
    let report = Report {
        project: name,
        dialect: dialect.name,
        dry_run: options.dry_run,
        made: made.iter().map(|file| file.shown.clone()).collect(),
        kept: kept.iter().chain(late).map(|file| file.shown.clone()).collect(),
        notes,
        next: next(&places, begins && !made.is_empty(), signer.as_ref()),
    };
    print(&report, &places, output);
    Ok(Ended::Clean)
}

/// What the names in the templates stand for.
fn words(
    places: &Places,
    name: &str,
    dialect: &Dialect,
    ci: Ci,
    signer: Option<&Signer>,
) -> Result<Vec<(&'static str, String)>, Failure> {
    let directory = places.directory();
    // Both hosts put in a variable where they read a `$`, and a control character has no place in any of these files.
    if directory.contains('$') || directory.chars().any(char::is_control) {
        return Err(Failure::other(
            format!("the folder {directory:?} has a sign in its name that files for CI cannot hold"),
            "call it otherwise: letters, digits, `-` and `_` serve everywhere",
        ));
    }
    let (below, hooks) = match directory.as_str() {
        "." => (String::new(), ".githooks".to_owned()),
        directory => (format!("{directory}/"), quoted(&format!("{directory}/.githooks"))),
    };
    let lead = signer.filter(|signer| signer.is_meant).map_or("finance@example.com", |signer| &signer.email);
    let protect = match ci {
        Ci::Github | Ci::All => "require a pull request, the check `metrics` and code owners' review (`CODEOWNERS`).",
        Ci::Gitlab => "require a merge request, a pipeline that succeeds and code owners' approval (`CODEOWNERS`).",
        Ci::None => "require a review, and that `etalon check --against` the branch's tip succeeds.",
    };
    Ok(vec![
        ("__project__", name.to_owned()),
        ("__dialect__", dialect.name.to_owned()),
        ("__lead__", lead.to_owned()),
        ("__directory__", directory.replace('\'', "''")),
        ("__pattern__", format!("/{}", below.replace('\\', "\\\\").replace(' ', "\\ "))),
        ("__definitions__", places.definitions_below()),
        ("__hooks__", hooks),
        ("__protect__", protect.to_owned()),
    ])
}

fn files(places: &Places, words: &[(&str, String)], ci: Ci, begins: bool, signer: Option<&Signer>) -> Vec<File> {
    let wanted = templates::ALL.iter().filter(|template| template.is_wanted(ci, begins));
    let file = |template: &'static Template| {
        let path = places.path(template.place, template.path);
        let mut text = fill(template.text, words);
        if template.path == "allowed_signers" {
            text.push_str(&signer.map(proposed).unwrap_or_default());
        }
        File { shown: places.shown(&path), path, text, template }
    };
    wanted.map(file).collect()
}

/// Puts in what the names stand for, in one walk: what is put in is not looked at again.
fn fill(text: &str, words: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(text.len() + 200);
    let mut rest = text;
    while let Some(at) = rest.find("__") {
        let (before, from) = rest.split_at(at);
        filled.push_str(before);
        match words.iter().find(|(name, _)| from.starts_with(name)) {
            Some((name, value)) => {
                filled.push_str(value);
                rest = &from[name.len()..];
            }
            None => {
                filled.push_str("__");
                rest = &from["__".len()..];
            }
        }
    }
    filled + rest
}

/// A key as a line of `allowed_signers`; in a comment if nobody said that it is meant.
fn proposed(signer: &Signer) -> String {
    match signer.is_meant {
        true => format!("{}\n", signer.line()),
        false => format!(
            "#\n# Lies on the machine where this file was made. If it is what you sign with, take the `# ` away:\n# {}\n",
            signer.line()
        ),
    }
}

/// A project's name as it stands in what people sign.
fn named(name: &str) -> Result<String, Failure> {
    let plain = plain(name);
    match !plain.is_empty() && plain == name {
        true => Ok(plain),
        false => Err(Failure::other(
            format!("`{}` is no name for a project", name.escape_debug()),
            format!(
                "take letters, digits, `_`, `-` and `.`: `--name {}`",
                if plain.is_empty() { "acme" } else { &plain }
            ),
        )),
    }
}

fn name_of(places: &Places) -> String {
    let name = places.name();
    let plain = plain(&name);
    if plain.is_empty() { "metrics".to_owned() } else { plain }
}

/// Only what needs no quotes anywhere; other signs become one `-`.
fn plain(name: &str) -> String {
    let parts = name.split(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '_' | '-' | '.'));
    let joined = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    joined.trim_matches(['-', '.']).to_owned()
}

/// The host that `origin` lies on.
fn of_remote(folder: &Path) -> Ci {
    match git(folder, &["config", "--get", "remote.origin.url"]) {
        Some(url) if url.to_lowercase().contains("gitlab") => Ci::Gitlab,
        _ => Ci::Github,
    }
}

/// Lines that a file which stays would need.
fn falls_short(file: &File) -> Vec<String> {
    let text = match file.template.essential {
        [] => return Vec::new(),
        _ => fs::read_to_string(&file.path).unwrap_or_default(),
    };
    let says = |line: &str| {
        let known = |known: &str| line.split_whitespace().all(|word| known.split_whitespace().any(|it| it == word));
        text.lines().filter(|line| !line.trim_start().starts_with('#')).any(known)
    };
    let lines = file.template.essential.iter().filter(|line| !says(line));
    lines.map(|line| format!("`{}` stays as it is: add the line `{line}` to it", file.shown)).collect()
}

/// What was decided for the user, and where to change it.
fn chosen(
    missing: &[File],
    places: &Places,
    name: &str,
    dialect: &Dialect,
    options: &Options,
    begins: bool,
) -> Vec<String> {
    let mut notes = Vec::new();
    let is_new = |path: &str| missing.iter().any(|file| file.template.path == path);
    if !is_new("etalon.yaml") {
        if options.name.is_some() || options.dialect.is_some() {
            notes.push("etalon.yaml stays as it is: name and dialect are what it says".to_owned());
        }
    } else if begins {
        notes.push(format!("the project is called `{name}`, and its calendar is UTC's: etalon.yaml"));
        notes.push(match options.dialect {
            Some(_) => format!("its warehouse speaks {} SQL", dialect.title),
            None => format!(
                "its warehouse speaks {} SQL, since no dialect was named; `etalon dialects` lists them",
                dialect.title
            ),
        });
    } else {
        notes.push("there are definitions already: samples are left out".to_owned());
    }
    if missing.iter().any(|file| file.shown.starts_with("../")) {
        let directory = places.directory();
        notes.push(format!("the repository begins above: files for its host lie there, and work in `{directory}`"));
    }
    if is_new(".github/workflows/etalon.yml") || is_new(".gitlab-ci.yml") {
        notes.push(
            "CI needs the variables ETALON_REPOSITORY and ETALON_REVISION: the top of its file says how to set them"
                .to_owned(),
        );
    }
    notes
}

/// What became of the key.
fn signed(missing: &[File], signer: Option<&Signer>, options: &Options) -> Vec<String> {
    let is_new = missing.iter().any(|file| file.template.path == "allowed_signers");
    let has_teams = missing.iter().any(|file| file.template.path == "teams.metric");
    let note = match signer {
        Some(signer) if !is_new && options.signer.is_some() => {
            format!("`allowed_signers` stays as it is: add the line `{}` to it", signer.line())
        }
        _ if !is_new => return Vec::new(),
        Some(signer) if signer.is_meant && has_teams => {
            format!(
                "allowed_signers has the key of {} ({}), who stands as finance's lead in teams.metric: put right what is not so",
                signer.email, signer.from
            )
        }
        Some(signer) if signer.is_meant => {
            format!("allowed_signers has the key of {} ({})", signer.email, signer.from)
        }
        Some(signer) => format!(
            "allowed_signers proposes {} for {} in a comment: take the `# ` away if that is what you sign with",
            signer.from, signer.email
        ),
        None => "allowed_signers has no key yet: its first lines say how to add one".to_owned(),
    };
    vec![note]
}

/// What to type.
fn next(places: &Places, begins: bool, signer: Option<&Signer>) -> Vec<String> {
    let mut next = Vec::new();
    if places.named != Path::new(".") {
        next.push(format!("cd {}", quoted(&places.named.to_string_lossy())));
    }
    if !places.has_git {
        next.push("git init".to_owned());
    }
    next.push("etalon check".to_owned());
    if begins {
        next.push("etalon test".to_owned());
        next.push("etalon query revenue refund_rate --by month".to_owned());
        next.push("etalon compile".to_owned());
    }
    next.push("etalon lock".to_owned());
    if begins {
        let key = signer.map(|signer| signer.from.trim_end_matches(".pub")).filter(|key| key.contains("id_"));
        let key = key.unwrap_or("~/.ssh/id_ed25519");
        next.push(format!("etalon approve --trust --as finance --key {key}"));
        next.push(format!("etalon approve revenue --as finance --key {key}"));
    }
    next.push("git add .".to_owned());
    next.push("git commit".to_owned());
    next
}

/// A word for the shell.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "./_-".contains(letter);
    if word.starts_with('-') {
        return quoted(&format!("./{word}"));
    }
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// Writes the files, and gives those that it made and those that were there by then. If one cannot be written, none is.
fn write(files: &[File]) -> Result<(Vec<&File>, Vec<&File>), Failure> {
    let (mut made, mut late, mut folders) = (Vec::new(), Vec::new(), Vec::new());
    for file in files {
        match make_folders(&file.path, &mut folders).and_then(|()| write_new(file)) {
            Ok(true) => made.push(file),
            Ok(false) => late.push(file),
            Err(source) => {
                for file in made {
                    let _ = fs::remove_file(&file.path);
                }
                for folder in folders.iter().rev() {
                    let _ = fs::remove_dir(folder);
                }
                return Err(Failure::Write { path: file.path.clone(), source });
            }
        }
    }
    Ok((made, late))
}

/// Makes the folders that a file lies in, and notes those that are new, outer ones first.
fn make_folders(path: &Path, made: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let missing: Vec<&Path> = path.ancestors().skip(1).take_while(|folder| !folder.exists()).collect();
    for folder in missing.into_iter().rev() {
        fs::create_dir(folder)?;
        made.push(folder.to_path_buf());
    }
    Ok(())
}

/// Writes beside and gives the file its name, unless something has that name: then nothing happens.
fn write_new(file: &File) -> std::io::Result<bool> {
    let mut beside = file.path.as_os_str().to_owned();
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = fs::File::create(&beside)
        .and_then(|mut text| text.write_all(file.text.as_bytes()))
        .and_then(|()| if file.template.runs { make_runnable(&beside) } else { Ok(()) })
        .and_then(|()| name(&beside, &file.path));
    // It has the other name too by now, or none is wanted.
    let _ = fs::remove_file(&beside);
    written
}

/// A second name, unlike a new one, never takes the place of a file. Disks without second names get a new one.
fn name(beside: &Path, path: &Path) -> std::io::Result<bool> {
    match fs::hard_link(beside, path) {
        Ok(()) => Ok(true),
        Err(_) if path.symlink_metadata().is_ok() => Ok(false),
        Err(_) => fs::rename(beside, path).map(|()| true),
    }
}

#[cfg(unix)]
fn make_runnable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_runnable(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn print(report: &Report, places: &Places, output: &Output) {
    if output.is_json() {
        let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
        text.push('\n');
        output.print(&text);
        return;
    }
    let list = |files: &[String]| files.iter().map(|file| format!("  {file}\n")).collect::<String>();
    let folder = places.named.display();
    if report.made.is_empty() {
        output.say(&format!("nothing is missing in `{folder}`"));
    } else {
        let done = if report.dry_run { "would be made" } else { "made" };
        output.say(&format!("{} {done} in `{folder}`:", counted(report.made.len(), "file")));
        output.print(&list(&report.made));
    }
    if !report.kept.is_empty() {
        output.say(&format!("{} there already, untouched:", counted(report.kept.len(), "file")));
        output.say(list(&report.kept).trim_end());
    }
    for note in &report.notes {
        output.say(&format!("note: {note}"));
    }
    if !report.made.is_empty() {
        output.say("next:");
        output.say(list(&report.next).trim_end());
    }
}
