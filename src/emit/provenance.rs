//! Where a statement comes from and who stands behind it: the facts of its header that a program reads back. They are handed
//! in, since who agreed to what is not for this room to know.

use std::fmt;

/// How far people stand behind a definition, the weakest first: a statement is worth no more than the weakest of its parts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Standing {
    /// Nobody has to agree to it, and nobody has.
    Draft,
    /// Official, and not agreed on as it is now.
    Proposed,
    /// Agreed on, and on its way out.
    Deprecated,
    /// Everybody whom it concerns agreed to it as it is.
    Approved,
}

impl Standing {
    pub const ALL: [Standing; 4] = [Standing::Draft, Standing::Proposed, Standing::Deprecated, Standing::Approved];

    /// As it stands in headers and manifests.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Draft => "draft",
            Standing::Proposed => "proposed",
            Standing::Deprecated => "deprecated",
            Standing::Approved => "approved",
        }
    }
}

/// What was agreed on of a metric, a cut or a report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agreed {
    pub name: String,
    /// The version in the lock, if it is in there as it is now.
    pub version: Option<u32>,
    /// In hexadecimal digits. A report or a cut may have none.
    pub digest: Option<String>,
    pub standing: Standing,
    /// The teams that agreed.
    pub by: Vec<String>,
}

impl fmt::Display for Agreed {
    /// `revenue@3 sha256:… approved by finance, sales`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&word(&self.name))?;
        if let Some(version) = self.version {
            write!(f, "@{version}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, " sha256:{digest}")?;
        }
        write!(f, " {}", self.standing.word())?;
        if !self.by.is_empty() {
            let teams: Vec<String> = self.by.iter().map(|team| word(team)).collect();
            write!(f, " by {}", teams.join(", "))?;
        }
        Ok(())
    }
}

/// What was asked, as it is typed behind its command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Question {
    /// `etalon query`
    Query(String),
    /// `etalon bridge`
    Bridge(String),
}

/// What is known of a statement beyond its definitions' text.
#[derive(Clone, Default, Debug)]
pub struct Provenance<'p> {
    /// Of each metric that is shown or that rows are chosen by, in the order of the request.
    pub metrics: Vec<&'p Agreed>,
    /// Of the keys that rows are cut by, where they are agreed on by themselves.
    pub cuts: Vec<&'p Agreed>,
    pub report: Option<&'p Agreed>,
    /// Whose pay moves with it, and what has to be seen beside it: lines of the header.
    pub disclosed: Vec<String>,
    /// Conditions that nobody agreed on.
    pub filters: Vec<String>,
    /// Which column is of which definitions, where a statement holds several against each other.
    pub columns: Vec<String>,
    /// The question.
    pub asked: Option<Question>,
    /// The project's name and revision, where somebody said which.
    pub revision: Option<(&'p str, &'p str)>,
}

impl Provenance<'_> {
    /// What the statement is worth: as much as the weakest of its parts. A filter that nobody agreed on is a part.
    pub fn standing(&self) -> Standing {
        let parts = self.metrics.iter().chain(&self.cuts).chain(&self.report).map(|part| part.standing);
        let ad_hoc = (!self.filters.is_empty()).then_some(Standing::Proposed);
        // The values of keys alone are nobody's number.
        parts.chain(ad_hoc).min().unwrap_or(Standing::Proposed)
    }

    /// One line for each fact, of a form that [`super::Header`] reads.
    pub(super) fn lines(&self, lines: &mut Vec<String>) {
        lines.extend(self.report.map(|report| format!("report {report}")));
        lines.extend(self.metrics.iter().map(|metric| format!("metric {metric}")));
        lines.extend(self.cuts.iter().map(|cut| format!("cut {cut}")));
        lines.extend(self.disclosed.iter().cloned());
        lines.extend(self.filters.iter().map(|filter| format!("unapproved filter: {filter}")));
        lines.push(format!("status: {}", self.standing().word()));
        lines.extend(self.columns.iter().cloned());
        lines.extend(self.asked.iter().map(|asked| match asked {
            Question::Query(words) => format!("asked: {words}"),
            Question::Bridge(words) => format!("bridged: {words}"),
        }));
        if let Some((project, revision)) = self.revision {
            lines.push(format!("project {}, revision {revision}", word(project)));
        }
    }
}

/// A name as one word of a header: in double quotes unless it is of letters, digits and `_`.
pub fn word(name: &str) -> String {
    let plain = |letter: char| letter == '_' || letter.is_ascii_alphanumeric();
    match name.chars().all(plain) && name.starts_with(|letter: char| !letter.is_ascii_digit()) && !name.is_empty() {
        true => name.to_owned(),
        false => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

/// A text on one line: nothing that somebody was called may begin a line of its own.
pub fn one_line(text: &str) -> String {
    let blank = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    if !text.contains(blank) {
        return text.to_owned();
    }
    text.split(blank).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
