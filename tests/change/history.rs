//! A real repository that grows commit by commit, and its revisions read as a project.

use crate::support::sample::{definitions, texts, write};
use etalon::diagnostic::{Found, Severity};
use etalon::govern::Side;
use etalon::model::Model;
use etalon::project::{Project, Warehouse};
use etalon::{check, syntax};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// One edit of a file: what stands there once, and what is put in its place. A file that has nothing yet is made, and what is
/// put where nothing stood goes to its end.
pub type Edit = (&'static str, &'static str, &'static str);

pub fn git(folder: &Path, who: &str, words: &[&str]) -> String {
    let email = format!("user.email={who}");
    let identity = ["-c", "user.name=Somebody", "-c", &email, "-c", "commit.gpgsign=false"];
    let done = Command::new("git").arg("-C").arg(folder).args(identity).args(words).output();
    let done = done.expect("git is installed");
    assert!(done.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// The sample in a repository of its own, tagged `start`.
pub fn sample() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let config = std::fs::read_to_string(definitions().join("etalon.yaml")).expect("the sample has an etalon.yaml");
    write(folder.path(), "metrics/etalon.yaml", &config);
    for (name, text) in texts() {
        write(folder.path(), &format!("metrics/{name}"), &text);
    }
    git(folder.path(), "ines@acme.example", &["init", "--quiet"]);
    commit(folder.path(), "ines@acme.example", "start");
    folder
}

/// Changes files as edits say.
pub fn edit(folder: &Path, edits: &[Edit]) {
    for (file, from, to) in edits {
        let path = folder.join(file);
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        if from.is_empty() {
            write(folder, file, &format!("{text}{to}"));
            continue;
        }
        assert_eq!(text.matches(from).count(), 1, "{file} has `{from}` once");
        write(folder, file, &text.replace(from, to));
    }
}

/// Commits all there is, under a tag.
pub fn commit(folder: &Path, who: &str, tag: &str) {
    git(folder, who, &["add", "."]);
    git(folder, who, &["commit", "--quiet", "-m", tag]);
    git(folder, who, &["tag", tag]);
}

/// A revision, read and checked.
pub struct Moment {
    pub project: Project,
    pub model: Model,
}

impl Moment {
    pub fn of(project: Project, mut found: Found) -> Moment {
        let ast = syntax::parse(&project.sources, &project.files, &mut found);
        let model = check::check(&ast, &project.config.calendar, &mut found);
        project.check_bindings(&model, &mut found);
        let errors: Vec<_> = found.sorted().into_iter().filter(|it| it.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "the definitions are sound: {errors:?}");
        Moment { project, model }
    }

    pub fn at(project: &Project, revision: &str) -> Moment {
        let mut found = Found::default();
        let project = project.at_revision(revision, &mut found).unwrap_or_else(|error| panic!("{revision}: {error}"));
        Moment::of(project, found)
    }

    pub fn side(&self, when: &str) -> Side<'_> {
        Side {
            project: &self.project.config.project,
            when: when.to_owned(),
            model: &self.model,
            sources: &self.project.sources,
            warehouses: self.project.config.warehouses.iter().map(Warehouse::bound).collect(),
            policy: &self.project.config.policy,
            signers: self.project.governance.signers.map(|file| self.project.sources.get(file).text.as_str()),
            comments: &[],
        }
    }
}

/// The project in a folder as it lies there.
pub fn project(folder: &Path) -> Project {
    Project::load(Some(folder), &mut Found::default()).expect("there is a project")
}
