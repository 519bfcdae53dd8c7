/// How much a diagnostic weighs. Only errors stop a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    Note,
    Warning,
    Error,
}

/// A kind of message: stable id, readable name, and the page that explains it.
#[derive(PartialEq, Eq)]
pub struct Code {
    pub id: &'static str,
    pub name: &'static str,
    pub severity: Severity,
    /// Markdown: what it means, an example that gives it, the example mended.
    pub page: &'static str,
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.id)
    }
}

impl Code {
    /// Whether it is a rule, which the project's policy gives a weight. What is an error by itself is hard: nothing lowers it,
    /// waives it, or puts it in the baseline; and what a change is (C) is a fact.
    pub fn is_rule(&self) -> bool {
        self.severity != Severity::Error && !self.id.starts_with('C')
    }

    /// The code with this id (`E0204`, in any case) or this name.
    pub fn find(text: &str) -> Option<&'static Code> {
        ALL.iter().flat_map(|family| family.iter()).copied().find(|c| c.id.eq_ignore_ascii_case(text) || c.name == text)
    }
}

/// Declares the codes of one family, each with its page `pages/ID.md`.
macro_rules! family {
    ($($(#[$doc:meta])* $constant:ident = $id:literal $name:literal $severity:ident;)*) => {
        $($(#[$doc])* pub static $constant: crate::diagnostic::Code = crate::diagnostic::Code {
            id: $id,
            name: $name,
            severity: crate::diagnostic::Severity::$severity,
            page: include_str!(concat!("../pages/", $id, ".md")),
        };)*
        pub(in crate::diagnostic) static FAMILY: &[&crate::diagnostic::Code] = &[$(&$constant),*];
    };
}

/// The table of codes, a file a family. A number is never used again.
#[path = "codes"]
pub mod codes {
    /// G01: approvals and the lock.
    pub mod agreement;
    /// C: what changed between two revisions.
    pub mod change;
    /// G04: one concept, one metric.
    pub mod concepts;
    /// G06: what left the compiler.
    pub mod emitted;
    /// G03: pay and honest pairs.
    pub mod incentives;
    /// E05: joins and paths.
    pub mod joins;
    /// E04: meaning: additivity, grain, time.
    pub mod meaning;
    /// E02: names.
    pub mod names;
    /// E07: the project's files: `etalon.yaml`, data, what is read and written.
    pub mod project;
    /// E08: the rows that are computed on.
    pub mod rows;
    /// G05: levels, waivers and the baseline of rules.
    pub mod rules;
    /// E01: the text does not have the form of the language.
    pub mod syntax;
    /// E09: metric tests: `tests/*.yaml`.
    pub mod tests;
    /// G02: what is trusted: teams, people, keys, policy.
    pub mod trust;
    /// E03: types and units.
    pub mod types;
    /// E06: the warehouse cannot.
    pub mod warehouse;
}

/// Every code, by family.
pub static ALL: &[&[&Code]] = &[
    codes::syntax::FAMILY,
    codes::names::FAMILY,
    codes::types::FAMILY,
    codes::meaning::FAMILY,
    codes::joins::FAMILY,
    codes::warehouse::FAMILY,
    codes::project::FAMILY,
    codes::rows::FAMILY,
    codes::tests::FAMILY,
    codes::agreement::FAMILY,
    codes::trust::FAMILY,
    codes::incentives::FAMILY,
    codes::concepts::FAMILY,
    codes::rules::FAMILY,
    codes::emitted::FAMILY,
    codes::change::FAMILY,
];
