//! Definitions rewritten: in ways that keep what a metric means, and in ways that change it.
#![allow(dead_code, reason = "every test binary includes the whole of this module and uses its own part of it")]

pub mod changing;
pub mod keeping;
pub mod walk;

use etalon::diagnostic::Found;
use etalon::model::{Calendar, MetricId, Model};
use etalon::source::Sources;
use etalon::syntax::ast::{Ast, Declaration, Metric, Source};
use etalon::{check, project, syntax};
use std::path::Path;

/// A project as it was written, and checked.
pub struct Project {
    pub ast: Ast,
    pub calendar: Calendar,
    pub model: Model,
    pub sources: Sources,
}

/// A rewritten project: one edit of what a metric rests on.
pub struct Mutant {
    /// The kind of edit.
    pub operator: &'static str,
    pub ast: Ast,
    /// The metric's name in the rewritten project.
    pub name: String,
}

impl Project {
    /// Reads a sound project.
    pub fn read(root: &Path) -> Project {
        let mut found = Found::default();
        let read = project::Project::load(Some(root), &mut found).expect("the project can be read");
        let ast = syntax::parse(&read.sources, &read.files, &mut found);
        let calendar = read.config.calendar.clone();
        let model = check::check(&ast, &calendar, &mut found);
        assert!(!found.has_errors(), "{} is sound: {:?}", root.display(), found.sorted().first());
        Project { ast, calendar, model, sources: read.sources }
    }

    pub fn metrics(&self) -> Vec<String> {
        self.model.metrics.iter().map(|metric| metric.name.to_string()).collect()
    }

    /// A mutant's model, if it is one that the checker lets through.
    pub fn checked(&self, mutant: &Mutant) -> Option<(Model, MetricId)> {
        let mut found = Found::default();
        let model = check::check(&mutant.ast, &self.calendar, &mut found);
        let id = model.metric_named(&mutant.name)?;
        (!found.has_errors()).then_some((model, id))
    }
}

impl Mutant {
    /// What tells mutants apart: the declarations as they are now.
    pub fn text(&self, project: &Project) -> String {
        let mut text = String::new();
        for (at, file) in self.ast.files.iter().enumerate() {
            let before = project.ast.files.get(at).map_or(&[][..], |file| &file.declarations);
            for (place, declaration) in file.declarations.iter().enumerate() {
                let (now, was) = (format!("{declaration:?}"), before.get(place).map(|it| format!("{it:?}")));
                if was.as_ref() != Some(&now) {
                    text.push_str(&format!("{at}.{place} {now}\n"));
                }
            }
        }
        text
    }
}

pub fn metric<'a>(ast: &'a Ast, name: &str) -> &'a Metric {
    let all = ast.files.iter().flat_map(|file| &file.declarations);
    let mut metrics = all.filter_map(|declaration| match declaration {
        Declaration::Metric(metric) => Some(metric),
        _ => None,
    });
    metrics.find(|metric| metric.name.text == name).expect("the metric is declared")
}

pub fn metric_mut<'a>(ast: &'a mut Ast, name: &str) -> &'a mut Metric {
    let all = ast.files.iter_mut().flat_map(|file| &mut file.declarations);
    let mut metrics = all.filter_map(|declaration| match declaration {
        Declaration::Metric(metric) => Some(metric),
        _ => None,
    });
    metrics.find(|metric| metric.name.text == name).expect("the metric is declared")
}

pub fn source_mut<'a>(ast: &'a mut Ast, name: &str) -> &'a mut Source {
    let all = ast.files.iter_mut().flat_map(|file| &mut file.declarations);
    let mut sources = all.filter_map(|declaration| match declaration {
        Declaration::Source(source) => Some(source),
        _ => None,
    });
    sources.find(|source| source.name.text == name).expect("the source is declared")
}
