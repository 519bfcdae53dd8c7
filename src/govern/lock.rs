//! `etalon.lock`: what was agreed on, and who agreed. Each line stands by itself and names what it is about, so that changes
//! of different metrics merge, and a merge that takes the lines of both sides takes the facts of both.

use super::line::{Placed, line, placed};
use super::record::{Binding, Bound, Facts, Form, Kind, Record, Status, digest_of, said};
use crate::meaning::canonical::Digest;
use std::collections::BTreeMap;
use std::ops::Range;

/// What a lock begins with.
const HEADING: &str = "\
# What was agreed on, and who agreed: written by `etalon lock` and `etalon approve`, checked by `etalon check`.
# Every line stands by itself; after a merge, `etalon lock` puts them in order.
";

/// A person's word for a team that a record is what they agree to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Approval {
    pub team: String,
    /// An address.
    pub person: String,
    /// The sequence of trust by whose keys it counts.
    pub trust: u32,
    /// What was approved: of an older record where the lock has come to name more tables since.
    pub record: Digest,
    /// Nothing where a name is enough.
    pub signature: Option<String>,
}

/// What is agreed on of one metric or report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    pub record: Record,
    /// Sorted.
    pub approvals: Vec<Approval>,
    /// Where it stands: its first line.
    pub place: Range<usize>,
    /// Of each approval.
    pub places: Vec<Range<usize>>,
}

impl Entry {
    /// One that nobody has approved.
    pub fn proposed(record: Record) -> Entry {
        Entry { record, approvals: Vec::new(), place: 0..0, places: Vec::new() }
    }
}

/// A whole lock, by kind and name.
#[derive(Clone, Debug, Default)]
pub struct Lock {
    pub entries: BTreeMap<(Kind, String), Entry>,
}

/// What is wrong with the text of a lock, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broken {
    pub place: Range<usize>,
    pub why: String,
}

impl Lock {
    /// Reads all that can be read; an entry with a fault in it is left out.
    pub fn read(text: &str) -> (Lock, Vec<Broken>) {
        let mut broken = Vec::new();
        let mut drafts: BTreeMap<(Kind, String), Draft> = BTreeMap::new();
        for Placed { place, fields } in placed(text) {
            let words: Vec<&str> = fields.iter().map(String::as_str).collect();
            let [kind, name, words @ ..] = &words[..] else {
                broken.push(Broken { place, why: "this is no line of a lock".into() });
                continue;
            };
            let Some(kind) = Kind::find(kind) else {
                broken.push(Broken { place, why: format!("`{kind}` is nothing that a lock knows") });
                continue;
            };
            let draft = drafts.entry((kind, (*name).to_owned())).or_default();
            draft.place.get_or_insert(place.clone());
            if let Err(why) = draft.add(words, place.clone()) {
                draft.is_broken = true;
                broken.push(Broken { place, why });
            }
        }
        let mut lock = Lock::default();
        for ((kind, name), draft) in drafts {
            let place = draft.place.clone().unwrap_or_default();
            if draft.is_broken {
                continue;
            }
            match draft.finish(kind, &name) {
                Ok(entry) => drop(lock.entries.insert((kind, name), entry)),
                Err(what) => broken.push(Broken { place, why: format!("`{name}` has no line `{what}`") }),
            }
        }
        (lock, broken)
    }

    pub fn get(&self, kind: Kind, name: &str) -> Option<&Entry> {
        self.entries.get(&(kind, name.to_owned()))
    }

    /// The text of the lock.
    pub fn text(&self) -> String {
        let mut text = HEADING.to_owned();
        for ((kind, name), entry) in &self.entries {
            text.push('\n');
            let mut say = |fields: &[&str]| {
                let all: Vec<&str> = [kind.name(), name.as_str()].into_iter().chain(fields.iter().copied()).collect();
                text.push_str(&line(&all));
                text.push('\n');
            };
            let Record { facts, version, previous, effective } = &entry.record;
            say(&["version", &version.to_string()]);
            say(&["status", facts.status.name()]);
            facts.tier.iter().for_each(|tier| say(&["tier", tier]));
            say(&["form", &facts.form.to_string()]);
            facts.definition.iter().for_each(|digest| say(&["definition", &said(digest)]));
            facts.statement.iter().for_each(|digest| say(&["statement", &said(digest)]));
            facts.text.iter().for_each(|digest| say(&["text", &said(digest)]));
            facts.cuts.iter().for_each(|(cut, digest)| say(&["cut", cut, &said(digest)]));
            for Binding { warehouse, bound, digest } in &facts.bindings {
                say(&["binding", warehouse, bound.name(), &said(digest)]);
            }
            facts.owner.iter().for_each(|owner| say(&["owner", owner]));
            facts.parties.iter().for_each(|party| say(&["party", party]));
            previous.iter().for_each(|digest| say(&["previous", &said(digest)]));
            say(&["effective", &effective.to_string()]);
            for Approval { team, person, trust, record, signature } in &entry.approvals {
                let signature = signature.as_deref().unwrap_or("named");
                say(&["approval", team, person, &trust.to_string(), &said(record), signature]);
            }
        }
        text
    }
}

/// An entry while its lines come.
#[derive(Default)]
struct Draft {
    place: Option<Range<usize>>,
    is_broken: bool,
    version: Option<u32>,
    status: Option<Status>,
    tier: Option<String>,
    form: Option<Form>,
    digests: [Option<Digest>; 3],
    cuts: BTreeMap<String, Digest>,
    bindings: BTreeMap<String, (Bound, Digest)>,
    owner: Option<String>,
    parties: Vec<String>,
    previous: Option<Digest>,
    effective: Option<jiff::civil::Date>,
    approvals: Vec<(Approval, Range<usize>)>,
}

impl Draft {
    /// A line of it, without kind and name.
    fn add(&mut self, words: &[&str], place: Range<usize>) -> Result<(), String> {
        let what = words.first().copied().unwrap_or_default();
        let unreadable = || format!("what is said of `{what}` cannot be read");
        let digest = |text: &str| digest_of(text).ok_or_else(unreadable);
        match words {
            ["version", number] => once(&mut self.version, what, number.parse().map_err(|_| unreadable())?),
            ["status", status] => once(&mut self.status, what, Status::find(status).ok_or_else(unreadable)?),
            ["tier", tier] => once(&mut self.tier, what, (*tier).to_owned()),
            ["form", form] => once(&mut self.form, what, form_of(form).ok_or_else(unreadable)?),
            ["definition", text] => once(&mut self.digests[0], what, digest(text)?),
            ["statement", text] => once(&mut self.digests[1], what, digest(text)?),
            ["text", text] => once(&mut self.digests[2], what, digest(text)?),
            ["owner", owner] => once(&mut self.owner, what, (*owner).to_owned()),
            ["previous", text] => once(&mut self.previous, what, digest(text)?),
            ["effective", day] => once(&mut self.effective, what, day.parse().map_err(|_| unreadable())?),
            ["party", party] => {
                self.parties.push((*party).to_owned());
                Ok(())
            }
            ["cut", cut, text] => one_each(&mut self.cuts, cut, digest(text)?),
            ["binding", warehouse, bound, text] => {
                let bound = Bound::find(bound).ok_or_else(unreadable)?;
                one_each(&mut self.bindings, warehouse, (bound, digest(text)?))
            }
            ["approval", team, person, trust, record, signature] => {
                let approval = Approval {
                    team: (*team).to_owned(),
                    person: (*person).to_owned(),
                    trust: trust.parse().map_err(|_| unreadable())?,
                    record: digest(record)?,
                    signature: (*signature != "named").then(|| (*signature).to_owned()),
                };
                self.approvals.push((approval, place));
                Ok(())
            }
            _ => Err(format!("`{what}` is nothing that a lock says of it")),
        }
    }

    fn finish(mut self, kind: Kind, name: &str) -> Result<Entry, &'static str> {
        self.parties.sort();
        self.parties.dedup();
        self.approvals.sort_by(|one, other| one.0.cmp(&other.0));
        self.approvals.dedup_by(|one, other| one.0 == other.0);
        let (approvals, places) = self.approvals.into_iter().unzip();
        let [definition, statement, text] = self.digests;
        let bindings = self.bindings.into_iter();
        let facts = Facts {
            kind,
            name: name.to_owned(),
            status: self.status.ok_or("status")?,
            tier: self.tier,
            form: self.form.ok_or("form")?,
            definition,
            statement,
            text,
            cuts: self.cuts.into_iter().collect(),
            bindings: bindings.map(|(warehouse, (bound, digest))| Binding { warehouse, bound, digest }).collect(),
            owner: self.owner,
            parties: self.parties,
        };
        let record = Record {
            facts,
            version: self.version.ok_or("version")?,
            previous: self.previous,
            effective: self.effective.ok_or("effective")?,
        };
        Ok(Entry { record, approvals, place: self.place.unwrap_or_default(), places })
    }
}

/// A merge that took both sides' lines may say a thing twice: the same is no fault, two different ones are.
fn once<T: PartialEq>(slot: &mut Option<T>, what: &str, value: T) -> Result<(), String> {
    match slot {
        Some(known) if *known != value => Err(twice(what)),
        _ => {
            *slot = Some(value);
            Ok(())
        }
    }
}

fn one_each<T: PartialEq>(map: &mut BTreeMap<String, T>, name: &str, value: T) -> Result<(), String> {
    match map.get(name) {
        Some(known) if *known != value => Err(twice(name)),
        _ => {
            map.insert(name.to_owned(), value);
            Ok(())
        }
    }
}

fn twice(what: &str) -> String {
    format!("`{what}` is said twice, and not the same")
}

fn form_of(text: &str) -> Option<Form> {
    let (canonical, semantics) = text.split_once('.')?;
    Some(Form { canonical: canonical.parse().ok()?, semantics: semantics.parse().ok()? })
}
