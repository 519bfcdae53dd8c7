//! What is agreed on of one metric or report, and the bytes that people sign.

use super::line::line;
use crate::meaning::canonical::{self, Digest};
use jiff::civil::Date;
use std::fmt;

/// What an entry of the lock is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    Metric,
    Report,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Metric => "metric",
            Kind::Report => "report",
        }
    }

    pub fn find(name: &str) -> Option<Kind> {
        [Kind::Metric, Kind::Report].into_iter().find(|kind| kind.name() == name)
    }
}

/// How a metric or report stands, as far as agreement goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Status {
    Official,
    Deprecated,
    /// Nothing is agreed on any more.
    Draft,
    /// It is gone, and its name is not free.
    Retired,
}

impl Status {
    const ALL: [Status; 4] = [Status::Official, Status::Deprecated, Status::Draft, Status::Retired];

    pub fn name(self) -> &'static str {
        match self {
            Status::Official => "official",
            Status::Deprecated => "deprecated",
            Status::Draft => "draft",
            Status::Retired => "retired",
        }
    }

    pub fn find(name: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether numbers of it are shown as agreed on.
    pub fn is_in_force(self) -> bool {
        matches!(self, Status::Official | Status::Deprecated)
    }
}

/// How a warehouse finds the sources of a metric.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Bound {
    /// By the pattern for all tables.
    Table,
    /// One of them by a table or by names of columns of its own.
    Mapped,
    /// One of them by a query.
    Query,
}

impl Bound {
    pub fn name(self) -> &'static str {
        match self {
            Bound::Table => "table",
            Bound::Mapped => "mapped",
            Bound::Query => "query",
        }
    }

    pub fn find(name: &str) -> Option<Bound> {
        [Bound::Table, Bound::Mapped, Bound::Query].into_iter().find(|bound| bound.name() == name)
    }
}

/// What a warehouse binds for a metric: where from, and the digest of all its names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Binding {
    pub warehouse: String,
    pub bound: Bound,
    pub digest: Digest,
}

/// The versions of the canonical form and of what it means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Form {
    pub canonical: u32,
    pub semantics: u32,
}

impl Form {
    /// Of this compiler.
    pub const CURRENT: Form = Form { canonical: canonical::FORMAT, semantics: canonical::SEMANTICS };
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.canonical, self.semantics)
    }
}

/// What a metric or report is, as far as people agree on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    pub kind: Kind,
    pub name: String,
    pub status: Status,
    pub tier: Option<String>,
    pub form: Form,
    /// Of the meaning. Nothing is agreed on of what is a draft or gone.
    pub definition: Option<Digest>,
    /// Of the sentence that people read: title, `means`, other names, unit, goal, format, guardrails.
    pub statement: Option<Digest>,
    /// Of the canonical text.
    pub text: Option<Digest>,
    /// By name: the cuts that it is published by.
    pub cuts: Vec<(String, Digest)>,
    /// By warehouse.
    pub bindings: Vec<Binding>,
    pub owner: Option<String>,
    /// Every team that has to agree, the owner among them. Sorted.
    pub parties: Vec<String>,
}

impl Facts {
    /// Whether these are the others but for warehouses that find everything by their pattern: no meaning changes with them.
    pub fn only_adds_tables(&self, before: &Facts) -> bool {
        let is_new = |binding: &&Binding| before.bindings.iter().all(|known| known.warehouse != binding.warehouse);
        let mut added = self.bindings.iter().filter(|binding| !before.bindings.contains(binding));
        let beside = |facts: &Facts| Facts { bindings: Vec::new(), ..facts.clone() };
        beside(self) == beside(before)
            && before.bindings.iter().all(|binding| self.bindings.contains(binding))
            && added.all(|binding| binding.bound == Bound::Table && is_new(&binding))
    }
}

/// One version of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    pub facts: Facts,
    /// From 1.
    pub version: u32,
    /// The record of the version before.
    pub previous: Option<Digest>,
    /// From when on the number means this.
    pub effective: Date,
}

/// `sha256:…`
pub fn said(digest: &Digest) -> String {
    format!("sha256:{digest}")
}

/// The digest that [`said`] says.
pub fn digest_of(text: &str) -> Option<Digest> {
    text.strip_prefix("sha256:").and_then(Digest::from_hex)
}

impl Record {
    /// One fact a line, in one order.
    pub fn text(&self, project: &str) -> String {
        let facts = &self.facts;
        let mut lines = Vec::new();
        let mut say = |fields: &[&str]| lines.push(line(fields));
        let digest = |digest: &Option<Digest>| digest.as_ref().map_or("none".to_owned(), said);
        say(&["project", project]);
        say(&["kind", facts.kind.name()]);
        say(&["name", &facts.name]);
        say(&["version", &self.version.to_string()]);
        say(&["status", facts.status.name()]);
        say(&["tier", facts.tier.as_deref().unwrap_or("none")]);
        say(&["form", &facts.form.to_string()]);
        say(&["definition", &digest(&facts.definition)]);
        say(&["statement", &digest(&facts.statement)]);
        say(&["text", &digest(&facts.text)]);
        facts.cuts.iter().for_each(|(name, digest)| say(&["cut", name, &said(digest)]));
        for Binding { warehouse, bound, digest } in &facts.bindings {
            say(&["binding", warehouse, bound.name(), &said(digest)]);
        }
        say(&["owner", facts.owner.as_deref().unwrap_or("none")]);
        facts.parties.iter().for_each(|party| say(&["party", party]));
        say(&["previous", &digest(&self.previous)]);
        say(&["effective", &self.effective.to_string()]);
        lines.push(String::new());
        lines.join("\n")
    }

    /// What a next version names as the one before it, and an approval as what it approves.
    pub fn digest(&self, project: &str) -> Digest {
        Digest::of_bytes(self.text(project))
    }
}

/// The bytes that a person signs: what is approved, by whom, for which team, and under which rules.
pub fn to_sign(what: &str, trust: u32, team: &str, person: &str) -> String {
    let lines = [
        line(&["etalon", "approval", "1"]),
        what.trim_end().to_owned(),
        line(&["trust", &trust.to_string()]),
        line(&["team", team]),
        line(&["person", person]),
        String::new(),
    ];
    lines.join("\n")
}
