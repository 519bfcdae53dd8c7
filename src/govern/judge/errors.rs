//! What is said of approvals and the lock, G01, and of what is trusted, G02.

use crate::diagnostic::codes::{agreement, trust as codes};
use crate::diagnostic::{Diagnostic, Found, Severity};
use crate::govern::chain::Link;
use crate::govern::lock::Entry;
use crate::govern::record::{Facts, said};
use crate::govern::standing::Void;
use crate::govern::state::State;
use crate::govern::trust::Trust;
use crate::meaning::canonical::Digest;
use crate::source::Span;
use std::collections::BTreeSet;

/// Lines of the three files that cannot be read.
pub fn broken(now: &State, found: &mut Found) {
    for line in &now.broken_lock {
        found.push(
            Diagnostic::new(
                &agreement::LOCK_BROKEN,
                now.in_lock(&line.place),
                format!("the lock cannot be read here: {}", line.why),
            )
            .label("not as `etalon lock` writes it")
            .help("take the file as it was (`git checkout -- etalon.lock`), then run `etalon lock`"),
        );
    }
    for line in &now.broken_chain {
        let message = format!("etalon.trust cannot be read here: {}", line.why);
        found.push(
            Diagnostic::new(&codes::HISTORY_BROKEN, now.in_chain(&line.place), message)
                .label("not as `etalon lock` writes it")
                .help("take the file as it was on the branch that this goes to, then run `etalon lock`"),
        );
    }
    for line in &now.unusable {
        found.push(
            Diagnostic::new(
                &codes::SIGNER_UNUSABLE,
                now.in_signers(&line.place),
                format!("this line gives nobody a key: {}", line.why),
            )
            .help("one person and one key a line: `ines@acme.example namespaces=\"etalon\" ssh-ed25519 AAAA…`"),
        );
    }
    shared_keys(now, found);
    for team in &now.side.policy.trustees {
        if !now.trust.teams.contains_key(team) {
            let names = list(now.trust.teams.keys());
            let text = now.side.sources.get(now.files.config).text.as_str();
            let at = text.find("trust:").unwrap_or_default();
            let span = Span::new(now.files.config, at, at + if at > 0 { "trust".len() } else { 0 });
            found.push(
                Diagnostic::new(
                    &codes::NO_SUCH_TRUSTEE,
                    span,
                    format!("the policy trusts the team `{team}`, which there is not"),
                )
                .label("nobody could agree for it")
                .help(format!("name teams that are declared: {names}")),
            );
        }
    }
}

/// A key that two people have makes them one.
fn shared_keys(now: &State, found: &mut Found) {
    let mut said = BTreeSet::new();
    for signer in &now.trust.keys {
        let other = now.trust.keys.iter().find(|other| other.key == signer.key && other.person < signer.person);
        if let Some(other) = other
            && said.insert((&other.person, &signer.person))
        {
            let text = now.side.signers.unwrap_or_default();
            let at = text.find(&signer.person).unwrap_or_default();
            let message = format!("{} and {} have one key, and count as one person", other.person, signer.person);
            found.push(
                Diagnostic::new(&codes::KEY_SHARED, now.in_signers(&(at..at + signer.person.len())), message)
                    .help("give each person a key of their own"),
            );
        }
    }
}

fn list<'n>(names: impl IntoIterator<Item = &'n String>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// Where a metric or report is defined, else where the lock says something of it.
fn at(now: &State, entry: &Entry) -> Span {
    let facts = &entry.record.facts;
    now.defined_at(facts.kind, &facts.name).unwrap_or_else(|| now.in_lock(&entry.place))
}

pub fn not_in_lock(now: &State, wanted: &Facts) -> Diagnostic {
    let name = &wanted.name;
    let span = now.defined_at(wanted.kind, name).unwrap_or_default();
    Diagnostic::new(&agreement::NOT_IN_LOCK, span, format!("the {} `{name}` is not in etalon.lock", wanted.kind.name()))
        .label("nobody has agreed on it")
        .help("propose it: `etalon lock`, then each party runs `etalon approve`")
        .help("or mark it as not agreed on yet: `status draft`")
        .about(name)
}

pub fn lock_differs(now: &State, entry: &Entry, wanted: &Facts, apart: &[String]) -> Diagnostic {
    let name = &wanted.name;
    let span = now.defined_at(wanted.kind, name).unwrap_or_default();
    let message = format!("`{name}` is not what etalon.lock says; what differs: {}", apart.join("; "));
    Diagnostic::new(&agreement::LOCK_DIFFERS, span, message)
        .label(format!("version {} was something else", entry.record.version))
        .related(now.in_lock(&entry.place), "what was agreed on")
        .help("propose what it is now as the next version: `etalon lock`; those who agreed before then have to agree again")
        .about(name)
}

pub fn gone(now: &State, entry: &Entry) -> Diagnostic {
    let facts = &entry.record.facts;
    let message = format!("the {} `{}` was agreed on, and is no longer defined", facts.kind.name(), facts.name);
    Diagnostic::new(&agreement::GONE, now.in_lock(&entry.place), message)
        .label("nothing stands behind this")
        .help("define it again; or retire it, which those who agreed on it have to agree to: `etalon lock`")
        .about(&facts.name)
}

pub fn text_missing(now: &State, entry: &Entry) -> Diagnostic {
    let facts = &entry.record.facts;
    let file = facts.text.map(|text| format!("agreed/{text}.txt")).unwrap_or_default();
    let message = format!("the text of `{}` that etalon.lock names is not there, or is something else", facts.name);
    Diagnostic::new(&agreement::TEXT_MISSING, now.in_lock(&entry.place), message)
        .label("nobody can read what is agreed on")
        .note(file)
        .help("write it: `etalon lock`; the files of `agreed` are named by what is in them, and are never changed")
        .about(&facts.name)
}

pub fn taken_out(now: &State, entry: &Entry) -> Diagnostic {
    let facts = &entry.record.facts;
    let span = now.defined_at(facts.kind, &facts.name).unwrap_or_else(|| now.in_lock(&(0..0)));
    let message = format!("the {} `{}` was taken out of etalon.lock", facts.kind.name(), facts.name);
    Diagnostic::new(&agreement::GONE, span, message)
        .label("the base has it")
        .help("a name that was agreed on stays in the lock, retired if need be: take the base's lock, then run `etalon lock`")
        .about(&facts.name)
}

pub fn wrong_version(now: &State, entry: &Entry, before: Option<&Entry>, why: &str) -> Diagnostic {
    let facts = &entry.record.facts;
    let message = format!("`{}` is version {} in etalon.lock, but {why}", facts.name, entry.record.version);
    let base = before.map_or("that of the base", |_| "the base's");
    Diagnostic::new(&agreement::WRONG_VERSION, now.in_lock(&entry.place), message)
        .label("not the version that comes next")
        .help(format!(
            "number it after {base}: `etalon lock --against REV`, with the revision that this is checked against"
        ))
        .about(&facts.name)
}

pub fn void(now: &State, entry: &Entry, approval: usize, why: &Void) -> Diagnostic {
    let facts = &entry.record.facts;
    let given = &entry.approvals[approval];
    let place = entry.places.get(approval).unwrap_or(&entry.place);
    let message =
        format!("the approval of `{}` by {} for `{}` does not count: {why}", facts.name, given.person, given.team);
    Diagnostic::new(&agreement::VOID, now.in_lock(place), message)
        .label("void")
        .help(format!(
            "take the line out; somebody of the team approves it: `etalon approve {} --as {}`",
            facts.name, given.team
        ))
        .about(&facts.name)
}

pub fn nobody_answers(now: &State, entry: &Entry) -> Diagnostic {
    let facts = &entry.record.facts;
    Diagnostic::new(&agreement::NOBODY_ANSWERS, at(now, entry), format!("nobody answers for `{}`", facts.name))
        .label("it has no owner, and no team that agreed")
        .help("say whose it is: `owner finance`; or that nobody stands behind it: `status draft`")
        .about(&facts.name)
}

pub fn not_agreed(now: &State, entry: &Entry, before: Option<&Entry>, missing: &BTreeSet<String>) -> Diagnostic {
    let record = &entry.record;
    let (name, version) = (&record.facts.name, record.version);
    let message = match record.facts.status.is_in_force() {
        true => format!("version {version} of `{name}` is not agreed on: {} yet to approve it", have(missing)),
        false => format!(
            "`{name}` is {} in etalon.lock, and that is not agreed on: {} yet to approve it",
            record.facts.status.name(),
            have(missing)
        ),
    };
    let mut diagnostic = Diagnostic::new(&agreement::NOT_AGREED, at(now, entry), message)
        .label(format!("version {version} is only proposed"));
    if let Some(before) = before {
        let gone = before.record.facts.parties.iter().filter(|party| !record.facts.parties.contains(party));
        let gone: BTreeSet<&String> = gone.filter(|party| missing.contains(*party)).collect();
        if !gone.is_empty() {
            let teams = list(gone.iter().copied());
            diagnostic = diagnostic.note(format!(
                "{teams} agreed to version {} and can only be left out by agreeing to that",
                before.record.version
            ));
        }
    }
    for team in missing {
        if !now.trust.can_speak(team) {
            diagnostic = diagnostic
                .note(format!("nobody of `{team}` can approve yet: none of its people has a key in allowed_signers"));
        }
        diagnostic = diagnostic.help(format!("somebody of `{team}` runs `etalon approve {name} --as {team}`"));
    }
    diagnostic.about(name)
}

pub fn name_retired(now: &State, entry: &Entry, missing: &BTreeSet<String>) -> Diagnostic {
    let name = &entry.record.facts.name;
    let message = format!(
        "the name `{name}` was retired, and taking it up again is not agreed on: {} yet to approve it",
        have(missing)
    );
    Diagnostic::new(&agreement::NAME_RETIRED, at(now, entry), message)
        .label("people remember another number by this name")
        .help("choose a name that nobody has read before; or let those agree who retired it")
        .about(name)
}

pub fn favours_its_author(now: &State, entry: &Entry, author: &str, team: &str) -> Diagnostic {
    let facts = &entry.record.facts;
    let message = format!(
        "the change of `{}` may raise the pay of `{team}`, {author} of that team wrote it, and nobody without a stake agreed",
        facts.name
    );
    Diagnostic::new(&agreement::FAVOURS_ITS_AUTHOR, at(now, entry), message)
        .label("approved only by who gains")
        .help("let a team that is not paid on it agree: name it in `agreed by`, and have it approve")
        .about(&facts.name)
}

fn have(teams: &BTreeSet<String>) -> String {
    format!("{} {}", list(teams), if teams.len() == 1 { "has" } else { "have" })
}

/// The same while there is nothing to hold it against: no reason to stop.
pub fn nothing_agreed(now: &State) -> Diagnostic {
    Diagnostic { severity: Severity::Warning, ..nothing_trusted(now) }
}

pub fn nothing_trusted(now: &State) -> Diagnostic {
    let message = "the policy asks for approvals, and etalon.trust does not say yet whose count";
    Diagnostic::new(&codes::NOTHING_TRUSTED, Span::new(now.files.config, 0, 0), message)
        .help("write its first entry: `etalon lock`, then each team approves it: `etalon approve --trust --as TEAM`")
}

pub fn chain_broken(now: &State, link: &Link) -> Diagnostic {
    let message = format!("entry {} of etalon.trust does not follow from the one before it", link.sequence);
    Diagnostic::new(&codes::HISTORY_BROKEN, now.in_chain(&link.place), message)
        .label("it names another as the one before")
        .help("take the file as it was on the branch that this goes to, then run `etalon lock`")
}

pub fn trust_text_missing(now: &State, link: &Link) -> Diagnostic {
    let message = format!("what entry {} of etalon.trust trusts is not there, or is something else", link.sequence);
    Diagnostic::new(&codes::HISTORY_BROKEN, now.in_chain(&link.place), message)
        .label(format!("agreed/{}.txt", link.trust))
        .help("take the folder `agreed` as it was: its files are named by what is in them, and are never changed")
}

pub fn history_rewritten(now: &State, link: &Link) -> Diagnostic {
    let message = format!("entry {} of etalon.trust is not the base's", link.sequence);
    let place = now.chain.links.iter().find(|own| own.sequence == link.sequence).map_or(0..0, |own| own.place.clone());
    Diagnostic::new(&codes::HISTORY_REWRITTEN, now.in_chain(&place), message)
        .label("entries are only ever added")
        .help("take etalon.trust as it is at the base, then run `etalon lock`")
}

pub fn other_root(now: &State, link: &Link, pinned: &Digest, digest: &Digest) -> Diagnostic {
    let message = format!("the first entry of etalon.trust is {}, and {} was pinned", said(digest), said(pinned));
    Diagnostic::new(&codes::OTHER_ROOT, now.in_chain(&link.place), message)
        .label("somebody else's beginning")
        .help("take the etalon.trust that was pinned; only who keeps the gate pins another")
}

pub fn root_not_pinned(now: &State, link: &Link, digest: &Digest) -> Diagnostic {
    let message = "the base trusts nothing yet, so that the first entry of etalon.trust has to be pinned";
    Diagnostic::new(&codes::OTHER_ROOT, now.in_chain(&link.place), message)
        .label("anybody could have written it")
        .help(format!("have it read by those it names, then check with `--trust-root {}`", said(digest)))
}

pub fn void_in_chain(now: &State, link: &Link, approval: usize, why: &Void) -> Diagnostic {
    let given = &link.approvals[approval];
    let place = link.places.get(approval).unwrap_or(&link.place);
    let message = format!(
        "the approval of entry {} by {} for `{}` does not count: {why}",
        link.sequence, given.person, given.team
    );
    Diagnostic::new(&codes::TRUST_NOT_AGREED, now.in_chain(place), message)
        .label("void")
        .help("a change of what is trusted counts by the rules before it, with the keys that these have")
}

pub fn trust_not_agreed(
    now: &State,
    link: &Link,
    before: &Trust,
    after: &Trust,
    missing: &BTreeSet<String>,
) -> Diagnostic {
    let message =
        format!("entry {} of etalon.trust is not agreed on: {} yet to approve it", link.sequence, have(missing));
    let mut diagnostic = Diagnostic::new(&codes::TRUST_NOT_AGREED, now.in_chain(&link.place), message)
        .label("what is trusted is judged by the rules before it");
    for line in changed(before, after) {
        diagnostic = diagnostic.note(line);
    }
    for team in missing {
        diagnostic = diagnostic.help(format!("somebody of `{team}` runs `etalon approve --trust --as {team}`"));
    }
    diagnostic
}

pub fn trust_moved(now: &State) -> Diagnostic {
    let last = now.chain.trusted.last().and_then(Option::as_ref);
    let mut diagnostic = Diagnostic::new(
        &codes::TRUST_MOVED,
        Span::new(now.files.config, 0, 0),
        "teams, people, keys or policy are not what etalon.trust says is trusted",
    )
    .help("propose it: `etalon lock`, then those who keep the trust approve it: `etalon approve --trust --as TEAM`");
    for line in last.map(|last| changed(last, &now.trust)).unwrap_or_default() {
        diagnostic = diagnostic.note(line);
    }
    diagnostic
}

/// What differs between two states of trust, a line for each fact.
pub fn changed(before: &Trust, after: &Trust) -> Vec<String> {
    let (older, newer) = (before.text(), after.text());
    let (older, newer): (BTreeSet<&str>, BTreeSet<&str>) = (older.lines().collect(), newer.lines().collect());
    let gone = older.difference(&newer).map(|line| format!("no longer: {line}"));
    let come = newer.difference(&older).map(|line| format!("new: {line}"));
    gone.chain(come).collect()
}
