//! A project, read and checked: what most commands begin with.

use super::output::Output;
use crate::check;
use crate::diagnostic::codes::{names, project as files, syntax as syntax_codes};
use crate::diagnostic::{Failure, Found};
use crate::dialect::{self, Dialect};
use crate::govern::{Files, Side, State};
use crate::model::Model;
use crate::project::{Governance, Project, Warehouse};
use crate::source::{FileId, Span};
use crate::sql::binding::Binding;
use crate::suggest::closest;
use crate::syntax;
use rustc_hash::FxHashSet;
use std::path::Path;

/// A checked project, with all that was found on the way.
pub struct Session {
    pub project: Project,
    pub model: Model,
    /// Every comment of the definitions.
    pub comments: Vec<Span>,
    pub found: Found,
}

impl Session {
    pub fn open(folder: Option<&Path>) -> Result<Session, Failure> {
        let mut found = Found::default();
        let project = Project::load(folder, &mut found)?;
        Ok(Session::of(project, found))
    }

    /// The same once more, for who lays it beside another.
    pub fn again(&self) -> Session {
        Session::of(self.project.clone(), Found::default())
    }

    /// The same project at a revision of its repository.
    pub fn at(&self, revision: &str) -> Result<Session, Failure> {
        let mut found = Found::default();
        let project = self.project.at_revision(revision, &mut found)?;
        Ok(Session::of(project, found))
    }

    /// Parses and checks a project that is read.
    pub fn of(project: Project, mut found: Found) -> Session {
        let ast = syntax::parse(&project.sources, &project.files, &mut found);
        let model = check::check(&ast, &project.config.calendar, &mut found);
        project.check_bindings(&model, &mut found);
        // A declaration that could not be read was reported; that its name is then missing elsewhere says nothing new.
        let unread: FxHashSet<&str> =
            ast.files.iter().flat_map(|file| &file.unread).map(|name| name.text.as_str()).collect();
        if !unread.is_empty() {
            found.retain(|diagnostic| {
                let missing = [&names::UNKNOWN_NAME, &names::UNKNOWN_COLUMN].contains(&diagnostic.code);
                !missing || !unread.contains(project.sources.slice(diagnostic.span))
            });
        }
        // A byte that is no text was reported; the sign that stands in its place says nothing new.
        let unreadable = found.files_with(&files::NOT_UTF8);
        if !unreadable.is_empty() {
            found.retain(|diagnostic| {
                diagnostic.code != &syntax_codes::BAD_CHARACTER || !unreadable.contains(&diagnostic.span.file)
            });
        }
        let comments = ast.files.iter().flat_map(|file| file.comments.iter().copied()).collect();
        Session { project, model, comments, found }
    }

    /// The project as governance sees it; `when` is what to call the moment.
    pub fn side(&self, when: &str) -> Side<'_> {
        let text = |file: FileId| self.project.sources.get(file).text.as_str();
        let config = &self.project.config;
        Side {
            project: &config.project,
            when: when.to_owned(),
            model: &self.model,
            sources: &self.project.sources,
            comments: &self.comments,
            warehouses: config.warehouses.iter().map(Warehouse::bound).collect(),
            policy: &config.policy,
            signers: self.project.governance.signers.map(text),
        }
    }

    /// The same, with what was agreed on in it.
    pub fn state(&self, when: &str) -> State<'_> {
        let Governance { signers, lock, trust, baseline: _ } = self.project.governance;
        let files = Files { config: self.project.config.file, signers, lock, chain: trust };
        State::read(self.side(when), files, Box::new(|digest| self.project.agreed(&digest.to_string())))
    }

    /// Definitions with errors are no ground to agree on; they are shown, and the command ends.
    pub fn sound(&self, when: &str, output: &Output) -> Result<(), Failure> {
        if !self.found.has_errors() {
            return Ok(());
        }
        if !output.is_json() {
            output.findings(self.found.clone(), &self.project.sources);
        }
        let place = if when.is_empty() { String::new() } else { format!(" {when}") };
        let fact = format!("the definitions{place} have errors, so that nothing can be said of what they mean");
        Err(Failure::other(fact, "mend them first: `etalon check`"))
    }

    /// The warehouse of this name.
    pub fn warehouse(&self, name: &str) -> Result<&Warehouse, Failure> {
        let warehouses = &self.project.config.warehouses;
        warehouses.iter().find(|warehouse| warehouse.name == name).ok_or_else(|| {
            let near = closest(name, warehouses.iter().map(|warehouse| warehouse.name.as_str()));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("etalon.yaml names {}", names(warehouses)),
            };
            Failure::other(format!("there is no warehouse `{name}`"), help)
        })
    }

    /// The dialect and names to write SQL for: of the warehouse named, plainly of the dialect named, else of the only
    /// warehouse.
    pub fn target(
        &self,
        warehouse: Option<&str>,
        dialect: Option<&str>,
    ) -> Result<(&'static Dialect, Binding), Failure> {
        match (warehouse, dialect) {
            (Some(name), _) => {
                let warehouse = self.warehouse(name)?;
                Ok((find_dialect(&warehouse.dialect)?, warehouse.binding.clone()))
            }
            (None, Some(name)) => Ok((find_dialect(name)?, Binding::plain())),
            (None, None) => match &self.project.config.warehouses[..] {
                [only] => Ok((find_dialect(&only.dialect)?, only.binding.clone())),
                [] => Err(Failure::other(
                    "no warehouse is named, and etalon.yaml has none",
                    format!("name a dialect: `--dialect {}`", dialect_names()),
                )),
                several => Err(Failure::other(
                    "no warehouse is named, and etalon.yaml has several",
                    format!(
                        "name one: `--warehouse {}`; or a dialect: `--dialect {}`",
                        names(several),
                        dialect_names()
                    ),
                )),
            },
        }
    }
}

fn names(warehouses: &[Warehouse]) -> String {
    warehouses.iter().map(|warehouse| warehouse.name.as_str()).collect::<Vec<_>>().join(" | ")
}

fn dialect_names() -> String {
    dialect::ALL.iter().map(|dialect| dialect.name).collect::<Vec<_>>().join(" | ")
}

/// The dialect of this name, or a failure that lists them.
pub fn find_dialect(name: &str) -> Result<&'static Dialect, Failure> {
    dialect::find(name).ok_or_else(|| {
        let near = closest(name, dialect::ALL.iter().map(|dialect| dialect.name));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the dialects are {}", dialect_names()),
        };
        Failure::other(format!("there is no dialect `{name}`"), help)
    })
}
