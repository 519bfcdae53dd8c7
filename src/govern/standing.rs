//! Whether those who have to agree have agreed: which approvals count, and whose are missing.

use super::chain::Chain;
use super::lock::Approval;
use super::policy::Approvals;
use super::record::to_sign;
use super::signature;
use super::trust::Trust;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// By which rules approvals count.
pub struct Rules<'r> {
    pub chain: &'r Chain,
    /// What is trusted now: of the base where there is one.
    pub trust: &'r Trust,
    /// The number of `trust` in the chain.
    pub sequence: u32,
    /// The addresses that git names as the change's authors. They can be forged, so they only ever deny.
    pub authors: &'r BTreeSet<String>,
}

/// Why an approval does not count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Void {
    /// It names rules that there are not.
    NoSuchTrust(u32),
    /// It is of another version, metric or digest.
    OfSomethingElse,
    NotInTeam,
    Bot,
    Unsigned,
    /// The key that signed is nobody's.
    UnknownKey(String),
    /// The key that signed is somebody else's.
    KeyOf(String),
    /// The person's key is good on other days only.
    NotValidOn(Date),
    Compromised,
    /// The signature is of other bytes.
    BadSignature,
    /// The author of the change, for a team that is not the first to ask.
    Author(String),
    /// The person stands for another team already.
    SecondTeam(String),
}

impl fmt::Display for Void {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Void::NoSuchTrust(number) => {
                write!(f, "it names entry {number} of etalon.trust, which is not there to count by")
            }
            Void::OfSomethingElse => f.write_str("it is of another version or meaning"),
            Void::NotInTeam => f.write_str("the person is not in that team"),
            Void::Bot => f.write_str("a bot cannot approve"),
            Void::Unsigned => f.write_str("it is not signed, and the policy asks for signatures"),
            Void::UnknownKey(key) => write!(f, "the key that signed it ({key}) is nobody's in allowed_signers"),
            Void::KeyOf(person) => write!(f, "the key that signed it is that of {person}"),
            Void::NotValidOn(day) => write!(f, "the key that signed it is not valid on {day}"),
            Void::Compromised => f.write_str("the key that signed it is declared compromised since"),
            Void::BadSignature => f.write_str("its signature is not of what stands here"),
            Void::Author(team) => write!(f, "the author of the change, as git says, counts for {team} alone"),
            Void::SecondTeam(team) => write!(f, "the person stands for {team} already, and one person wears one hat"),
        }
    }
}

/// Who agreed, and who has yet to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Standing {
    /// Team and person, a pair for each team whose word counts.
    pub agreed: BTreeMap<String, String>,
    pub missing: BTreeSet<String>,
    /// Approvals that do not count, by their place in the entry.
    pub void: Vec<(usize, Void)>,
}

impl Standing {
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }
}

/// An approval that is judged: what its signer saw, and the day on which their key has to be valid.
#[derive(Clone, Debug)]
pub struct Seen<'s> {
    pub approval: &'s Approval,
    /// The text that was approved; `None` if the approval is of something else than what stands there now.
    pub what: Option<String>,
    /// The days on which the key has to be valid.
    pub days: Vec<Date>,
    /// Whether the keys of today's rules have to allow it as well: it is new, and has not been judged before.
    pub is_new: bool,
}

/// Holds approvals against those asked for. Approvals of teams that are not asked are looked at as well: one that is forged is a
/// finding wherever it stands.
pub fn standing(seen: &[Seen], asked: &BTreeSet<String>, first: Option<&str>, rules: &Rules) -> Standing {
    let mut standing = Standing::default();
    let mut candidates: Vec<(usize, &Approval)> = Vec::new();
    for (at, each) in seen.iter().enumerate() {
        match counts(each, rules) {
            Err(why) => standing.void.push((at, why)),
            Ok(()) => candidates.push((at, each.approval)),
        }
    }
    // An author's word is for one team: the first of those asked that they are in, the owner before others.
    let order: Vec<&String> = asked
        .iter()
        .filter(|team| first == Some(team.as_str()))
        .chain(asked.iter().filter(|team| first != Some(team.as_str())))
        .collect();
    let own_team = |person: &str| {
        let is_author = rules.authors.iter().any(|author| rules.trust.identity(author) == rules.trust.identity(person));
        let is_in = |team: &&&String| rules.trust.teams.get(**team).is_some_and(|team| team.people.contains(person));
        is_author.then(|| order.iter().find(is_in)).flatten()
    };
    candidates.retain(|(at, approval)| match own_team(&approval.person) {
        Some(own) if **own != approval.team => {
            standing.void.push((*at, Void::Author((*own).clone())));
            false
        }
        _ => true,
    });
    let chosen = one_hat_each(&candidates, asked, rules.trust);
    for (at, approval) in &candidates {
        let identity = rules.trust.identity(&approval.person);
        let hat = chosen.iter().find(|(team, (person, _))| ***team != approval.team && *person == identity);
        if !chosen.contains_key(&approval.team)
            && asked.contains(&approval.team)
            && let Some((team, _)) = hat
        {
            standing.void.push((*at, Void::SecondTeam((*team).clone())));
        }
    }
    standing.agreed = chosen.into_iter().map(|(team, (_, approval))| (team.clone(), approval.person.clone())).collect();
    standing.missing = asked.iter().filter(|team| !standing.agreed.contains_key(*team)).cloned().collect();
    standing.void.sort_by_key(|(at, _)| *at);
    standing
}

fn counts(seen: &Seen, rules: &Rules) -> Result<(), Void> {
    let approval = seen.approval;
    // An entry after the base's may be named too: what is new has to hold by the base's rules as well.
    let signed_under = match approval.trust == rules.sequence {
        true => Some(rules.trust),
        false => rules.chain.trust(approval.trust),
    };
    let signed_under = signed_under.ok_or(Void::NoSuchTrust(approval.trust))?;
    let what = seen.what.as_ref().ok_or(Void::OfSomethingElse)?;
    let today = seen.is_new.then_some(rules.trust);
    for trust in [signed_under].into_iter().chain(today) {
        is_of_team(approval, trust)?;
    }
    if rules.trust.approvals != Approvals::Signed && signed_under.approvals != Approvals::Signed {
        return Ok(());
    }
    let Some(word) = &approval.signature else {
        // What was agreed on by name before signatures were asked for stays agreed on.
        return if signed_under.approvals == Approvals::Signed || seen.is_new { Err(Void::Unsigned) } else { Ok(()) };
    };
    let key = signature::key(word).ok_or(Void::BadSignature)?;
    for trust in [signed_under].into_iter().chain(today) {
        has_key(approval, &key, &seen.days, trust)?;
    }
    if rules.trust.is_compromised(&key, approval.trust) {
        return Err(Void::Compromised);
    }
    let message = to_sign(what, approval.trust, &approval.team, &approval.person);
    if signature::is_good(word, &key, message.as_bytes()) { Ok(()) } else { Err(Void::BadSignature) }
}

fn is_of_team(approval: &Approval, trust: &Trust) -> Result<(), Void> {
    if trust.bots.contains(&approval.person) {
        return Err(Void::Bot);
    }
    let team = trust.teams.get(&approval.team);
    if team.is_some_and(|team| team.people.contains(&approval.person)) { Ok(()) } else { Err(Void::NotInTeam) }
}

fn has_key(approval: &Approval, key: &str, days: &[Date], trust: &Trust) -> Result<(), Void> {
    let of_key: Vec<_> = trust.keys.iter().filter(|signer| signer.key == key).collect();
    let own: Vec<_> = of_key.iter().filter(|signer| signer.person == approval.person).collect();
    if own.is_empty() {
        return Err(match of_key.first() {
            Some(other) => Void::KeyOf(other.person.clone()),
            None => Void::UnknownKey(signature::fingerprint(key)),
        });
    }
    match days.iter().find(|day| !own.iter().any(|signer| signer.is_valid_on(**day))) {
        Some(day) => Err(Void::NotValidOn(*day)),
        None => Ok(()),
    }
}

/// For as many of the teams asked as can be: a person who speaks for it and for no other. Persons are counted, not keys.
fn one_hat_each<'a>(
    candidates: &[(usize, &'a Approval)],
    asked: &'a BTreeSet<String>,
    trust: &'a Trust,
) -> BTreeMap<&'a String, (&'a str, &'a Approval)> {
    // Kuhn's way to a largest matching: teams are few, people fewer.
    let mut by_person: BTreeMap<&str, &String> = BTreeMap::new();
    for team in asked {
        let mut tried = BTreeSet::new();
        place(team, candidates, trust, &mut by_person, &mut tried);
    }
    let mut chosen = BTreeMap::new();
    for (person, team) in by_person {
        let approval = candidates
            .iter()
            .find(|(_, approval)| approval.team == *team && trust.identity(&approval.person) == person);
        if let Some((_, approval)) = approval {
            chosen.insert(team, (person, *approval));
        }
    }
    chosen
}

fn place<'a>(
    team: &'a String,
    candidates: &[(usize, &'a Approval)],
    trust: &'a Trust,
    by_person: &mut BTreeMap<&'a str, &'a String>,
    tried: &mut BTreeSet<&'a str>,
) -> bool {
    for (_, approval) in candidates.iter().filter(|(_, approval)| approval.team == *team) {
        let person = trust.identity(&approval.person);
        if !tried.insert(person) {
            continue;
        }
        let is_free = match by_person.get(person).copied() {
            None => true,
            Some(other) => place(other, candidates, trust, by_person, tried),
        };
        if is_free {
            by_person.insert(person, team);
            return true;
        }
    }
    false
}
