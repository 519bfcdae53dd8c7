//! All statements that a project's definitions come to, in memory: what `compile` writes and `verify` holds against what lies
//! there.

use super::build::{self, Build, Made, Meant};
use super::provenance::Standings;
use super::session::{Session, find_dialect};
use crate::check::{self, Publication, Published};
use crate::diagnostic::codes::warehouse as codes;
use crate::diagnostic::{Diagnostic, Failure, Found};
use crate::dialect::{Dialect, Stored};
use crate::emit::dbt::{ModelProperties, StandIns};
use crate::emit::{self, Emission};
use crate::model::Source;
use crate::plan;
use crate::project::Warehouse;
use crate::sql::binding::parts;
use crate::sql::query::Relation;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// What publications become.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// A query
    #[default]
    Select,
    /// A view of the publication's name
    View,
    /// A table of the publication's name, made anew
    Table,
    /// A model of dbt, its tables by `source(…)`
    Dbt,
}

/// A sound project with what is to be made of it.
pub struct Making<'s> {
    session: &'s Session,
    form: Form,
    publications: Vec<Publication>,
    standings: Standings<'s>,
    targets: Vec<Target<'s>>,
}

/// A warehouse that is written for.
struct Target<'s> {
    warehouse: &'s Warehouse,
    dialect: &'static Dialect,
    /// For models of dbt.
    stand_ins: Option<StandIns>,
}

impl<'s> Making<'s> {
    /// For these warehouses, or for all where none is named; only the publications that are wanted. What is not published is
    /// said in `found`.
    pub fn new(
        session: &'s Session,
        form: Form,
        warehouses: &[String],
        revision: Option<&'s str>,
        wanted: impl Fn(&Publication) -> bool,
        found: &mut Found,
    ) -> Result<Making<'s>, Failure> {
        let mut publications = check::publications(&session.model, found);
        publications.retain(wanted);
        let mut chosen: Vec<&Warehouse> = Vec::new();
        for name in warehouses {
            let warehouse = session.warehouse(name)?;
            if !chosen.iter().any(|known| known.name == warehouse.name) {
                chosen.push(warehouse);
            }
        }
        if warehouses.is_empty() {
            chosen = session.project.config.warehouses.iter().collect();
        }
        let target = |warehouse: &'s Warehouse| {
            let stand_ins = (form == Form::Dbt)
                .then(|| StandIns::of(&session.model, &warehouse.binding, &session.project.config.project));
            Ok(Target { warehouse, dialect: find_dialect(&warehouse.dialect)?, stand_ins })
        };
        let targets = chosen.into_iter().map(target).collect::<Result<_, Failure>>()?;
        let requests = publications.iter().map(|publication| &publication.request);
        let standings = Standings::of(session, requests, revision);
        Ok(Making { session, form, publications, standings, targets })
    }

    /// How many publications there are.
    pub fn len(&self) -> usize {
        self.publications.len()
    }

    /// The warehouses that are written for.
    pub fn warehouses(&self) -> Vec<String> {
        self.targets.iter().map(|target| target.warehouse.name.clone()).collect()
    }

    /// Every file, each statement vetted unless its very text was before. Calls `step` after each publication.
    pub fn files(&self, build: &Build, found: &mut Found, step: &(dyn Fn() + Sync)) -> Result<Vec<Made>, Failure> {
        let made: Vec<(Vec<Made>, Vec<ModelProperties>, Found)> = self
            .publications
            .par_iter()
            .map(|publication| {
                let made = self.publication(publication, build);
                step();
                made
            })
            .collect();
        let mut files = Vec::with_capacity(self.publications.len() * self.targets.len());
        let mut models = Vec::new();
        for (made, properties, unsaid) in made {
            files.extend(made);
            models.extend(properties);
            found.extend(unsaid);
        }
        for target in &self.targets {
            if let Some(stand_ins) = &target.stand_ins {
                let text = stand_ins
                    .properties(models.clone())
                    .map_err(|error| Failure::other(error.to_string(), "report this: properties are always YAML"))?;
                let name = &target.warehouse.name;
                let path = format!("{name}/{}", build::PROPERTIES);
                files.push(Made::file(name, target.dialect.name, path, Vec::new(), text));
            }
        }
        Ok(files)
    }

    /// One publication for all warehouses: planned once, said in each dialect.
    fn publication(&self, publication: &Publication, build: &Build) -> (Vec<Made>, Vec<ModelProperties>, Found) {
        let Making { session, form, .. } = *self;
        let model = &session.model;
        let plan = plan::plan(model, &publication.request);
        let report = match publication.what {
            Published::Report(id) => Some(&model.reports[id.0 as usize]),
            Published::Metric(_) => None,
        };
        let provenance = self.standings.publication(publication);
        let emission = Emission {
            request: &publication.request,
            title: report.and_then(|report| report.title.as_deref()),
            do_not_aggregate: publication.do_not_aggregate,
            provenance: Some(&provenance),
        };
        let kind = if report.is_some() { "reports" } else { "metrics" };
        let metrics: Vec<Meant> = provenance.metrics.iter().copied().map(Meant::from).collect();
        let (mut made, mut found) = (Vec::with_capacity(self.targets.len()), Found::default());
        for target in &self.targets {
            let Target { warehouse, dialect, .. } = *target;
            let statement = |binding| emit::statement(model, &emission, &plan, dialect, binding);
            let wrapped = statement(&warehouse.binding).and_then(|sql| {
                let file = match (form, &target.stand_ins) {
                    (Form::Dbt, Some(stand_ins)) => stand_ins.text(&statement(&stand_ins.binding)?),
                    (Form::View | Form::Table, _) => {
                        let kind = if form == Form::View { Stored::View } else { Stored::Table };
                        let place = parts(&warehouse.publish);
                        let place: Vec<String> =
                            place.iter().map(|part| part.replace("{name}", &publication.name)).collect();
                        if let Some(source) = replaced(session, warehouse, &place) {
                            return Err(replaces_a_source(session, publication, warehouse, source));
                        }
                        emit::stored(&sql, kind, dialect, &place)
                            .ok_or_else(|| not_stored(session, publication, dialect, kind))?
                    }
                    _ => sql.clone(),
                };
                Ok((sql, file))
            });
            let (sql, text) = match wrapped {
                Ok(wrapped) => wrapped,
                Err(diagnostic) => {
                    found.push(*diagnostic);
                    continue;
                }
            };
            let file = Made::new(&warehouse.name, dialect.name, kind, &publication.name, metrics.clone(), text);
            let mut file = file.standing(provenance.standing());
            if !build.was_vetted(&file) {
                if let Err(diagnostic) = emit::check(model, &emission, &plan, &sql, dialect, &warehouse.binding) {
                    found.push(*diagnostic);
                    continue;
                }
                file.newly_vetted = true;
            }
            made.push(file);
        }
        let properties = match form {
            Form::Dbt => vec![ModelProperties::of(model, &publication.name, emission.title, &plan)],
            _ => Vec::new(),
        };
        (made, properties, found)
    }
}

/// The source whose table a name is, as far as both are said: `leads` may be `RAW.leads`.
fn replaced<'s>(session: &'s Session, warehouse: &Warehouse, place: &[String]) -> Option<&'s str> {
    let is_same = |table: &[String]| {
        table.iter().rev().zip(place.iter().rev()).all(|(one, other)| one.to_lowercase() == other.to_lowercase())
    };
    let bound = |source: &&Source| match warehouse.binding.relation(&source.name) {
        Relation::Physical(table) => is_same(&table),
        Relation::Query(_) | Relation::Cte(_) => false,
    };
    session.model.sources.iter().find(bound).map(|source| source.name.as_str())
}

fn replaces_a_source(
    session: &Session,
    publication: &Publication,
    warehouse: &Warehouse,
    source: &str,
) -> Box<Diagnostic> {
    let model = &session.model;
    let span = publication.request.metrics.first().map_or(publication.request.span, |id| model.metric(*id).name_span);
    let fact =
        format!("`{}` would replace the table of the source `{source}` in `{}`", publication.name, warehouse.name);
    Box::new(
        Diagnostic::new(&codes::REPLACES_A_SOURCE, span, fact)
            .label("this is what the view or table would be called")
            .help("give publications a schema of their own in etalon.yaml: `publish: 'metrics.{name}'`"),
    )
}

/// The warehouse keeps no such thing.
fn not_stored(session: &Session, publication: &Publication, dialect: &Dialect, kind: Stored) -> Box<Diagnostic> {
    let model = &session.model;
    let span = publication.request.metrics.first().map_or(publication.request.span, |id| model.metric(*id).name_span);
    let (what, other, form) = match kind {
        Stored::View => ("view", Stored::Table, "table"),
        Stored::Table => ("table", Stored::View, "view"),
    };
    let makes_other = emit::stored("SELECT 1", other, dialect, &["name".to_owned()]).is_some();
    let help = match makes_other {
        true => format!("compile it as a {form}, which it makes: `--as {form}`; or as a query: `--as select`"),
        false => "compile it as a query: `--as select`".to_owned(),
    };
    Box::new(
        Diagnostic::new(&codes::WAREHOUSE_CANNOT, span, format!("{} makes no {what} anew of a query", dialect.title))
            .label(format!("`{}` would be one", publication.name))
            .help(help),
    )
}
