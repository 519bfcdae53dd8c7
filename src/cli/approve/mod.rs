//! `etalon approve`

mod sign;

use super::lock::{today, write};
use super::output::Output;
use super::session::Session;
use super::{Ended, Outcome};
use crate::diagnostic::Failure;
use crate::govern::State;
use crate::govern::apart::apart;
use crate::govern::derive;
use crate::govern::judge;
use crate::govern::lock::{Approval, Entry};
use crate::govern::policy::Approvals;
use crate::govern::propose::Proposal;
use crate::govern::record::{Facts, Kind, to_sign};
use crate::govern::signature;
use crate::govern::trust::Trust;
use crate::meaning::canonical::Digest;
use crate::project::authors::configured;
use crate::suggest::closest;
use clap::Args;
use jiff::civil::Date;
use sign::SigningKey;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub struct Options {
    /// Metrics and reports, by name
    #[arg(required_unless_present_any = ["all", "trust"])]
    names: Vec<String>,
    /// The team to speak for
    #[arg(long = "as", value_name = "TEAM")]
    team: String,
    /// Everything that awaits this team
    #[arg(long, conflicts_with = "names")]
    all: bool,
    /// With `--all`, also what awaits it because it agreed to what this revision has
    #[arg(long, value_name = "REV")]
    against: Option<String>,
    /// The last entry of etalon.trust: teams, people, keys and policy as they are
    #[arg(long)]
    trust: bool,
    /// The SSH key to sign with: a private key, or a public one that an agent has [default: git's user.signingkey, else ~/.ssh/id_*]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Who approves, where a name is enough [default: git's user.email]
    #[arg(long, value_name = "ADDRESS")]
    person: Option<String>,
    /// Show what would be signed, and sign nothing
    #[arg(long)]
    dry_run: bool,
}

/// What is to be approved: its name for people, and the text.
struct Due {
    what: String,
    text: String,
    place: Place,
}

enum Place {
    Entry(Kind, String),
    Link(usize),
}

/// Signs what a team agrees to, and writes it to the lock.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let session = Session::open(project)?;
    session.sound("", output)?;
    let now = session.state("now");
    let (trust, sequence) = rules(&now)?;
    is_team(trust, &options.team)?;
    let base = options.against.as_ref().map(|revision| session.at(revision)).transpose()?;
    let base = base.as_ref().map(|base| base.state("base"));
    let due = due(&now, base.as_ref(), options)?;
    if due.is_empty() {
        output.say(&format!("nothing awaits {}", options.team));
        return Ok(Ended::Clean);
    }
    let signer = Signer::find(&session, (trust, sequence), options)?;
    let mut proposal =
        Proposal { lock: now.lock.clone(), chain: now.chain.clone(), texts: BTreeMap::new(), said: Vec::new() };
    let signed = due.into_iter().try_for_each(|each| sign(&each, &now, &signer, options, &mut proposal, output));
    // What was said on the way stays said, should a later key fail; and the lock is written once, however much that is.
    if !options.dry_run {
        write(&session, &proposal, false)?;
    }
    signed?;
    Ok(Ended::Clean)
}

/// Signs one thing, and puts the approval where it belongs.
fn sign(
    each: &Due,
    now: &State,
    signer: &Signer,
    options: &Options,
    proposal: &mut Proposal,
    output: &Output,
) -> Result<(), Failure> {
    let under = match each.place {
        Place::Link(at) => now.chain.links[at].judged_by(),
        Place::Entry(..) => signer.sequence,
    };
    let text = to_sign(&each.text, under, &options.team, &signer.person);
    if options.dry_run {
        output.print(&format!("{text}\n"));
        return Ok(());
    }
    let signature = signer.key.as_ref().map(|key| key.sign(&text)).transpose()?;
    if let Some(word) = &signature {
        signer.is_own(word, &text)?;
    }
    let record = Digest::of_bytes(&each.text);
    let (team, person) = (options.team.clone(), signer.person.clone());
    let approval = Approval { team, person, trust: under, record, signature };
    let approvals = match &each.place {
        Place::Entry(kind, name) => {
            proposal.lock.entries.get_mut(&(*kind, name.clone())).map(|entry| &mut entry.approvals)
        }
        Place::Link(at) => proposal.chain.links.get_mut(*at).map(|link| &mut link.approvals),
    };
    if let Some(approvals) = approvals {
        let is_again = |known: &Approval| {
            (&known.team, &known.person, known.record) == (&approval.team, &approval.person, approval.record)
        };
        approvals.retain(|known| !is_again(known));
        approvals.push(approval);
        approvals.sort();
    }
    output.say(&format!("{}: approved by {} for {}", each.what, signer.person, options.team));
    Ok(())
}

/// The rules that an approval is given under: the last entry of etalon.trust that is agreed on, else the first.
fn rules<'s>(now: &'s State) -> Result<(&'s Trust, u32), Failure> {
    if now.trust.approvals == Approvals::None && now.chain.links.is_empty() {
        let help = "ask for them in etalon.yaml: `policy: { approvals: signed }`, then run `etalon lock`";
        return Err(Failure::other("the policy asks for no approvals", help));
    }
    let links = judge::agreed_links(now).max(1) as u32;
    match now.chain.trust(links) {
        Some(trust) => Ok((trust, links)),
        None => Err(Failure::other(
            "there is nothing to approve yet: etalon.trust does not say whose approvals count",
            "write it and the lock: `etalon lock`",
        )),
    }
}

fn is_team(trust: &Trust, team: &str) -> Result<(), Failure> {
    if trust.teams.contains_key(team) {
        return Ok(());
    }
    let help = match closest(team, trust.teams.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the teams are {}", trust.teams.keys().cloned().collect::<Vec<_>>().join(", ")),
    };
    Err(Failure::other(format!("there is no team `{team}`"), help))
}

fn due(now: &State, base: Option<&State>, options: &Options) -> Result<Vec<Due>, Failure> {
    let project = now.side.project;
    let mut due = Vec::new();
    if options.trust
        && let Some(link) = now.chain.last()
    {
        if link.trust != now.trust.digest() {
            let fact = "teams, people, keys or policy are not what etalon.trust says";
            return Err(Failure::other(fact, "propose them first: `etalon lock`"));
        }
        let what = format!("entry {} of etalon.trust", link.sequence);
        due.push(Due { what, text: link.text(project), place: Place::Link(now.chain.links.len() - 1) });
    }
    let facts: BTreeMap<(Kind, String), Facts> =
        derive::facts(&now.side).into_iter().map(|facts| ((facts.kind, facts.name.clone()), facts)).collect();
    let names: Vec<&String> = options.names.iter().collect();
    let mut seen = BTreeSet::new();
    for (key, entry) in &now.lock.entries {
        let is_named = names.contains(&&key.1);
        let awaits = || judge::stands(now, base, entry).missing.contains(&options.team);
        let is_wanted = is_named || options.all && awaits();
        if !is_wanted {
            continue;
        }
        seen.insert(&key.1);
        agrees(entry, facts.get(key))?;
        let what = format!("{}@{}", key.1, entry.record.version);
        due.push(Due { what, text: entry.record.text(project), place: Place::Entry(key.0, key.1.clone()) });
    }
    for name in names {
        if !seen.contains(name) {
            let help = match closest(name, now.lock.entries.keys().map(|(_, name)| name.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "propose it first: `etalon lock`".to_owned(),
            };
            return Err(Failure::other(format!("`{name}` is not in etalon.lock"), help));
        }
    }
    Ok(due)
}

/// Nobody signs what the definitions no longer are.
fn agrees(entry: &Entry, facts: Option<&Facts>) -> Result<(), Failure> {
    let (name, status) = (&entry.record.facts.name, entry.record.facts.status);
    let is_as_locked = match facts {
        Some(facts) => apart(&entry.record.facts, facts).is_empty(),
        None => !status.is_in_force(),
    };
    if is_as_locked {
        return Ok(());
    }
    Err(Failure::other(
        format!("etalon.lock does not say what `{name}` is now"),
        "propose it first: `etalon lock`, and read what it says",
    ))
}

/// Who signs, and with what.
struct Signer<'s> {
    /// The rules that it counts by, and their number.
    trust: &'s Trust,
    sequence: u32,
    person: String,
    /// On which they sign.
    day: Date,
    /// Nothing where a name is enough.
    key: Option<SigningKey>,
}

impl<'s> Signer<'s> {
    fn find(session: &Session, rules: (&'s Trust, u32), options: &Options) -> Result<Signer<'s>, Failure> {
        let (trust, sequence) = rules;
        let (folder, day) = (&session.project.home, today(&session.project));
        let people = trust.teams.get(&options.team).map(|team| &team.people).cloned().unwrap_or_default();
        if trust.approvals != Approvals::Signed {
            let person = options.person.clone().or_else(|| configured(folder, "user.email"));
            let person =
                person.ok_or_else(|| Failure::other("nobody is named", "say who you are: `--person ADDRESS`"))?;
            return match people.contains(&person) {
                true => Ok(Signer { trust, sequence, person, day, key: None }),
                false => Err(not_in_team(&person, &options.team, &people)),
            };
        }
        let key = SigningKey::find(options.key.as_deref(), folder)?;
        let own = key.public()?;
        let known: Vec<&String> =
            trust.keys.iter().filter(|signer| signer.key == own).map(|signer| &signer.person).collect();
        let in_team = known.iter().find(|person| people.contains(**person));
        let wanted = options.person.as_ref();
        match in_team.filter(|person| wanted.is_none_or(|wanted| wanted == **person)) {
            Some(person) => Ok(Signer { trust, sequence, person: (*person).clone(), day, key: Some(key) }),
            None => match known.first() {
                Some(person) => Err(not_in_team(person, &options.team, &people)),
                None => Err(Failure::other(
                    format!("the key {} is nobody's by what is trusted now", signature::fingerprint(&own)),
                    "a line of allowed_signers gives it to a person, once those who keep the trust have approved that",
                )),
            },
        }
    }

    /// A signature that would not count is not written.
    fn is_own(&self, word: &str, text: &str) -> Result<(), Failure> {
        let day = self.day;
        let key = signature::key(word).unwrap_or_default();
        let own = self.trust.keys.iter().filter(|signer| signer.key == key && signer.person == self.person);
        let is_valid = own.into_iter().any(|signer| signer.is_valid_on(day));
        if is_valid && signature::is_good(word, &key, text.as_bytes()) {
            return Ok(());
        }
        Err(Failure::other(
            format!("the key {} of {} is not valid on {day}", signature::fingerprint(&key), self.person),
            "sign with a key that is valid today; allowed_signers says from when to when each is",
        ))
    }
}

fn not_in_team(person: &str, team: &str, people: &BTreeSet<String>) -> Failure {
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    Failure::other(
        format!("{person} is not in the team `{team}`"),
        format!("who speaks for it: {}", if people.is_empty() { "nobody".to_owned() } else { people.join(", ") }),
    )
}
