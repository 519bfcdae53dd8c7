//! What is said of the project's files, E07, and of the disk.

use crate::diagnostic::codes::project as codes;
use crate::diagnostic::{Diagnostic, Failure};
use crate::source::{FileId, Span};
use std::path::Path;

pub fn no_config(folder: &Path) -> Failure {
    Failure::other(
        format!("there is no `etalon.yaml` in `{}`", folder.display()),
        "name a folder that has `etalon.yaml` or `metrics/etalon.yaml`",
    )
}

pub fn no_project() -> Failure {
    Failure::other(
        "there is no project here: no `etalon.yaml` in this folder or above it",
        "go to the project's folder, name it with `--project DIR`, or begin one: `etalon init DIR`",
    )
}

pub fn leads_out(path: &Path) -> Failure {
    Failure::other(
        format!("the link `{}` leads out of the project", path.display()),
        "definitions lie in the project, where everybody can review them: copy the file in",
    )
}

pub fn too_large(path: &Path, size: u64, limit: u64) -> Failure {
    Failure::other(
        format!("`{}` has {} MB, and files of definitions have at most {} MB", path.display(), size >> 20, limit >> 20),
        "split it",
    )
}

pub fn no_git(error: &std::io::Error) -> Failure {
    Failure::other(format!("`git` cannot be run: {error}"), "install git: revisions are read with it")
}

pub fn git_failed(said: &str) -> Failure {
    Failure::other(
        format!("git cannot read the project's history: {said}"),
        "the project has to lie in a git repository",
    )
}

pub fn no_revision(revision: &str) -> Failure {
    Failure::other(
        format!("there is no revision `{revision}`"),
        "name a commit, a branch or a tag; `git fetch` it first if it is elsewhere",
    )
}

pub fn not_fetched(revision: &str) -> Failure {
    Failure::other(
        format!("the revision `{revision}` is not in this clone, which holds a part of the history only"),
        "fetch it: `git fetch --unshallow`, or `git fetch --deepen=100`, or `git fetch origin main:refs/remotes/origin/main`; in \
         GitHub Actions `fetch-depth: 0` of actions/checkout, in GitLab `GIT_DEPTH: 0`",
    )
}

pub fn no_config_at(revision: &str) -> Failure {
    Failure::other(
        format!("there is no `etalon.yaml` at `{revision}`, where the project has it now"),
        "name a revision since the project lies in this folder",
    )
}

pub fn link_at(name: &str, revision: &str) -> Failure {
    Failure::other(
        format!("`{name}` at `{revision}` is a link, and links of a revision are not followed"),
        "copy the file in where the link is",
    )
}

pub fn not_utf8(file: FileId, offset: usize, byte: u8) -> Diagnostic {
    Diagnostic::new(
        &codes::NOT_UTF8,
        Span::new(file, offset, offset + 3),
        format!("the byte 0x{byte:02X} here is no UTF-8"),
    )
    .label("not text")
    .help("save the file as UTF-8")
}

pub fn not_yaml(span: Span, message: &str) -> Diagnostic {
    Diagnostic::new(&codes::NOT_YAML, span, format!("this is not YAML: {message}"))
        .help("check the indentation, and put values with `:` or `{` into quotes")
}

pub fn unknown_key(span: Span, key: &str, place: &str, closest: Option<&str>, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(&codes::UNKNOWN_KEY, span, format!("{place} has no `{key}`")).label("not known");
    match closest {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!(
            "the keys are {}",
            known.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
        )),
    }
}

pub fn wrong_value(span: Span, key: &str, expected: &str) -> Diagnostic {
    Diagnostic::new(&codes::WRONG_SETTING, span, format!("`{key}` takes {expected}"))
        .label("not that")
        .help(format!("give {expected}"))
}

pub fn unknown_in_binding(span: Span, kind: &str, name: &str, closest: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(&codes::UNKNOWN_IN_BINDING, span, format!("there is no {kind} `{name}` to bind"))
        .label("not declared");
    match closest {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("take it out, or declare the {kind}")),
    }
}
