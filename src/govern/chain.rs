//! `etalon.trust`: how what is trusted came to be so. Each entry names the one before it and is approved by its rules, so that
//! the whole can be checked from files alone, whatever happened to commits: squashed, rebased or cut off.

use super::line::{Placed, line, placed};
use super::lock::{Approval, Broken};
use super::record::{digest_of, said};
use super::trust::Trust;
use crate::meaning::canonical::Digest;
use jiff::civil::Date;
use std::ops::Range;

/// What the file begins with.
const HEADING: &str = "\
# What is trusted, change by change: written by `etalon lock` and `etalon approve`, checked by `etalon check`.
# Never merge two sides of it by lines: an entry follows from the one before it.
";

/// One change of what is trusted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// From 1.
    pub sequence: u32,
    /// Of the text of what is trusted from here on.
    pub trust: Digest,
    /// The entry before it.
    pub previous: Option<Digest>,
    pub effective: Date,
    /// Under the rules of the entry before it; of the first, under its own.
    pub approvals: Vec<Approval>,
    /// Where it stands: its first line.
    pub place: Range<usize>,
    /// Of each approval.
    pub places: Vec<Range<usize>>,
}

impl Link {
    /// One fact a line, in one order: what people sign, and what the next entry names.
    pub fn text(&self, project: &str) -> String {
        let mut lines = Vec::new();
        let mut say = |fields: &[&str]| lines.push(line(fields));
        say(&["project", project]);
        say(&["kind", "trust"]);
        say(&["sequence", &self.sequence.to_string()]);
        say(&["trusted", &said(&self.trust)]);
        say(&["previous", &self.previous.as_ref().map_or("none".to_owned(), said)]);
        say(&["effective", &self.effective.to_string()]);
        lines.push(String::new());
        lines.join("\n")
    }

    /// What is pinned of the first entry, and named by the next of every other.
    pub fn digest(&self, project: &str) -> Digest {
        Digest::of_bytes(self.text(project))
    }

    /// The rules by which approvals of it count, as a sequence: those of the entry before it.
    pub fn judged_by(&self) -> u32 {
        self.sequence.saturating_sub(1).max(1)
    }

    /// Whether another is the same entry, whoever has approved it by now.
    pub fn is_same(&self, other: &Link) -> bool {
        let key = |link: &Link| (link.sequence, link.trust, link.previous, link.effective);
        key(self) == key(other)
    }
}

/// The whole history, from the first entry on.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    pub links: Vec<Link>,
    /// What each entry's digest is of; `None` where that text is not there, or not that.
    pub trusted: Vec<Option<Trust>>,
}

impl Chain {
    /// Reads the file; `text_of` finds a text of `agreed/` by its digest.
    pub fn read(text: &str, text_of: &dyn Fn(&Digest) -> Option<String>) -> (Chain, Vec<Broken>) {
        let (mut chain, mut broken) = (Chain::default(), Vec::new());
        for Placed { place, fields } in placed(text) {
            let words: Vec<&str> = fields.iter().map(String::as_str).collect();
            if chain.add(&words, place.clone()).is_none() {
                broken.push(Broken { place, why: "this line does not follow from the lines before it".into() });
            }
        }
        chain.trusted = chain.links.iter().map(|link| trust_of(link, text_of)).collect();
        (chain, broken)
    }

    fn add(&mut self, words: &[&str], place: Range<usize>) -> Option<()> {
        match words {
            [sequence, "trusted", trust, previous, effective] => {
                let previous = if *previous == "none" { None } else { Some(digest_of(previous)?) };
                let sequence: u32 = sequence.parse().ok()?;
                let follows = sequence as usize == self.links.len() + 1 && previous.is_none() == self.links.is_empty();
                let trust = digest_of(trust)?;
                let effective = effective.parse().ok()?;
                let (approvals, places) = (Vec::new(), Vec::new());
                let link = Link { sequence, trust, previous, effective, approvals, place, places };
                follows.then(|| self.links.push(link))
            }
            [sequence, "approval", team, person, signature] => {
                let sequence: u32 = sequence.parse().ok()?;
                let link = self.links.iter_mut().find(|link| link.sequence == sequence)?;
                link.approvals.push(Approval {
                    team: (*team).to_owned(),
                    person: (*person).to_owned(),
                    trust: link.judged_by(),
                    record: link.trust,
                    signature: (*signature != "named").then(|| (*signature).to_owned()),
                });
                link.places.push(place);
                Some(())
            }
            _ => None,
        }
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let mut text = HEADING.to_owned();
        for link in &self.links {
            let previous = link.previous.as_ref().map_or("none".to_owned(), said);
            let sequence = link.sequence.to_string();
            let entry = [&sequence, "trusted", &said(&link.trust), &previous, &link.effective.to_string()];
            text.push_str(&format!("\n{}\n", line(&entry)));
            for approval in &link.approvals {
                let signature = approval.signature.as_deref().unwrap_or("named");
                let fields = [&sequence, "approval", &approval.team, &approval.person, signature];
                text.push_str(&format!("{}\n", line(&fields)));
            }
        }
        text
    }

    pub fn last(&self) -> Option<&Link> {
        self.links.last()
    }

    /// What is trusted by the entry of this number.
    pub fn trust(&self, sequence: u32) -> Option<&Trust> {
        self.trusted.get((sequence as usize).checked_sub(1)?)?.as_ref()
    }
}

fn trust_of(link: &Link, text_of: &dyn Fn(&Digest) -> Option<String>) -> Option<Trust> {
    let text = text_of(&link.trust).filter(|text| Digest::of_bytes(text) == link.trust)?;
    Trust::parse(&text)
}
