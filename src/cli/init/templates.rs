//! The files that a new project begins with, each as it lies in `templates/`.

use super::Ci;

/// Where a file goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// The folder with etalon.yaml.
    Folder,
    /// That with the definitions.
    Definitions,
    /// That which `build/` is written to.
    Root,
    /// Where the git repository begins: hosts and hooks look nowhere else.
    Repository,
}

/// When a file is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wanted {
    Always,
    /// In a project that has no definitions yet: beside others, a sample would claim their names.
    AtTheBeginning,
    OnGithub,
    OnGitlab,
    OnAnyHost,
}

/// A file to be, with names such as `__project__` in it for what is known only then.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    pub path: &'static str,
    pub place: Place,
    wanted: Wanted,
    pub text: &'static str,
    /// It is a program.
    pub runs: bool,
    /// Lines without which a file that is already there falls short.
    pub essential: &'static [&'static str],
}

impl Template {
    pub fn is_wanted(&self, ci: Ci, begins: bool) -> bool {
        match self.wanted {
            Wanted::Always => true,
            Wanted::AtTheBeginning => begins,
            Wanted::OnGithub => matches!(ci, Ci::Github | Ci::All),
            Wanted::OnGitlab => matches!(ci, Ci::Gitlab | Ci::All),
            Wanted::OnAnyHost => ci != Ci::None,
        }
    }
}

const fn file(path: &'static str, place: Place, wanted: Wanted, text: &'static str) -> Template {
    Template { path, place, wanted, text, runs: false, essential: &[] }
}

/// In the order in which they are made and listed: what a reader opens first comes first.
pub static ALL: [Template; 18] = [
    file("etalon.yaml", Place::Folder, Wanted::Always, include_str!("templates/etalon.yaml")),
    file("teams.metric", Place::Definitions, Wanted::AtTheBeginning, include_str!("templates/metrics/teams.metric")),
    file(
        "sources/shop.metric",
        Place::Definitions,
        Wanted::AtTheBeginning,
        include_str!("templates/metrics/sources/shop.metric"),
    ),
    file(
        "finance.metric",
        Place::Definitions,
        Wanted::AtTheBeginning,
        include_str!("templates/metrics/finance.metric"),
    ),
    file(
        "reports.metric",
        Place::Definitions,
        Wanted::AtTheBeginning,
        include_str!("templates/metrics/reports.metric"),
    ),
    file("tests/revenue.yaml", Place::Folder, Wanted::AtTheBeginning, include_str!("templates/tests/revenue.yaml")),
    file("data/orders.csv", Place::Folder, Wanted::AtTheBeginning, include_str!("templates/data/orders.csv")),
    file("allowed_signers", Place::Folder, Wanted::Always, include_str!("templates/allowed_signers")),
    file("README.md", Place::Folder, Wanted::Always, include_str!("templates/README.md")),
    Template {
        essential: &["/build/"],
        ..file(".gitignore", Place::Root, Wanted::Always, include_str!("templates/gitignore"))
    },
    Template {
        essential: &["etalon.lock merge=union", "etalon.trust -merge"],
        ..file(".gitattributes", Place::Folder, Wanted::Always, include_str!("templates/gitattributes"))
    },
    Template {
        runs: true,
        ..file(".githooks/pre-commit", Place::Folder, Wanted::Always, include_str!("templates/githooks/pre-commit"))
    },
    file(
        ".pre-commit-config.yaml",
        Place::Repository,
        Wanted::Always,
        include_str!("templates/pre-commit-config.yaml"),
    ),
    file(
        ".github/workflows/etalon.yml",
        Place::Repository,
        Wanted::OnGithub,
        include_str!("templates/github/etalon.yml"),
    ),
    file(".gitlab-ci.yml", Place::Repository, Wanted::OnGitlab, include_str!("templates/gitlab-ci.yml")),
    file("CODEOWNERS", Place::Repository, Wanted::OnAnyHost, include_str!("templates/CODEOWNERS")),
    file(".editorconfig", Place::Folder, Wanted::Always, include_str!("templates/editorconfig")),
    file(".vscode/settings.json", Place::Folder, Wanted::Always, include_str!("templates/vscode/settings.json")),
];
