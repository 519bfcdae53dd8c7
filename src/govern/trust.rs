//! What is trusted: teams and their people, what their pay rests on, keys, policy. Of one moment, as a text with one form.

use super::line::{fields, line};
use super::policy::Approvals;
use super::side::Side;
use super::signature::fingerprint;
use super::signers::{self, Signer};
use crate::meaning::canonical::Digest;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The first line of the text.
const HEADING: &str = "etalon trust 1";

/// Everything that an approval counts by, and that the disclosures rest on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trust {
    pub project: String,
    pub approvals: Approvals,
    pub trustees: BTreeSet<String>,
    pub teams: BTreeMap<String, Team>,
    pub bots: BTreeSet<String>,
    /// Sorted.
    pub keys: Vec<Signer>,
    /// By fingerprint.
    pub compromised: BTreeMap<String, u32>,
    /// Levels by rule, as written.
    pub rules: BTreeMap<String, String>,
    /// Rule, metric, digest, who, until, why.
    pub waivers: BTreeSet<[String; 6]>,
}

/// A team's people, leads and members alike, and what its pay rests on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Team {
    pub people: BTreeSet<String>,
    /// `None` where nothing is said.
    pub paid_on: Option<BTreeSet<String>>,
}

impl Trust {
    /// What is trusted on one side of a change, by its own files.
    pub fn of(side: &Side) -> Trust {
        let policy = side.policy;
        let team = |team: &crate::model::Team| {
            let people = team.leads.iter().chain(&team.members).cloned().collect();
            let names = |ids: &Vec<_>| ids.iter().map(|id| side.model.metric(*id).name.to_string()).collect();
            (team.name.to_string(), Team { people, paid_on: team.paid_on.as_ref().map(names) })
        };
        let waiver = |it: &super::policy::Waiver| {
            [&it.rule, &it.metric, &it.digest, &it.by, &it.expires.to_string(), &it.reason].map(|field| field.clone())
        };
        Trust {
            project: side.project.to_owned(),
            approvals: policy.approvals,
            trustees: policy.trustees.iter().cloned().collect(),
            teams: side.model.teams.iter().map(team).collect(),
            bots: policy.bots.iter().cloned().collect(),
            keys: side.signers.map(signers::read).unwrap_or_default().0,
            compromised: policy.compromised.clone(),
            rules: policy.rules.iter().map(|(rule, (level, _))| (rule.clone(), level.name().to_owned())).collect(),
            waivers: policy.waivers.iter().map(waiver).collect(),
        }
    }

    /// One fact a line, in one order.
    pub fn text(&self) -> String {
        let mut lines = vec![HEADING.to_owned()];
        let mut say = |fields: &[&str]| lines.push(line(fields));
        say(&["project", &self.project]);
        say(&["approvals", self.approvals.name()]);
        self.trustees.iter().for_each(|team| say(&["trustee", team]));
        for (name, team) in &self.teams {
            say(&["team", name]);
            team.people.iter().for_each(|person| say(&["person", name, person]));
            match &team.paid_on {
                None => {}
                Some(metrics) if metrics.is_empty() => say(&["paid", name, "nothing"]),
                Some(metrics) => metrics.iter().for_each(|metric| say(&["paid", name, "on", metric])),
            }
        }
        self.bots.iter().for_each(|bot| say(&["bot", bot]));
        for signer in &self.keys {
            let day = |day: Option<Date>| day.map_or("-".to_owned(), |day| day.to_string());
            say(&["key", &signer.person, &signer.key, &day(signer.after), &day(signer.before)]);
        }
        self.compromised.iter().for_each(|(key, since)| say(&["compromised", key, &since.to_string()]));
        self.rules.iter().for_each(|(rule, level)| say(&["rule", rule, level]));
        self.waivers.iter().for_each(|waiver| {
            let mut fields = vec!["waiver"];
            fields.extend(waiver.iter().map(String::as_str));
            say(&fields);
        });
        lines.push(String::new());
        lines.join("\n")
    }

    /// From a text that [`Trust::text`] wrote.
    pub fn parse(text: &str) -> Option<Trust> {
        let mut trust = Trust::default();
        let mut lines = text.lines();
        if lines.next()? != HEADING {
            return None;
        }
        for text in lines {
            let fields = fields(text)?;
            let words: Vec<&str> = fields.iter().map(String::as_str).collect();
            trust.add(&words)?;
        }
        (trust.text() == text).then_some(trust)
    }

    fn add(&mut self, words: &[&str]) -> Option<()> {
        let owned = |word: &str| word.to_owned();
        match words {
            ["project", name] => self.project = owned(name),
            ["approvals", "none"] => self.approvals = Approvals::None,
            ["approvals", "named"] => self.approvals = Approvals::Named,
            ["approvals", "signed"] => self.approvals = Approvals::Signed,
            ["trustee", team] => drop(self.trustees.insert(owned(team))),
            ["team", team] => drop(self.teams.insert(owned(team), Team::default())),
            ["person", team, person] => drop(self.teams.get_mut(*team)?.people.insert(owned(person))),
            ["paid", team, "nothing"] => self.teams.get_mut(*team)?.paid_on = Some(BTreeSet::new()),
            ["paid", team, "on", metric] => {
                self.teams.get_mut(*team)?.paid_on.get_or_insert_default().insert(owned(metric));
            }
            ["bot", bot] => drop(self.bots.insert(owned(bot))),
            ["key", person, key, after, before] => {
                let day = |text: &str| if text == "-" { Some(None) } else { text.parse().ok().map(Some) };
                let (after, before) = (day(after)?, day(before)?);
                self.keys.push(Signer { person: owned(person), key: owned(key), after, before });
            }
            ["compromised", key, since] => drop(self.compromised.insert(owned(key), since.parse().ok()?)),
            ["rule", rule, level] => drop(self.rules.insert(owned(rule), owned(level))),
            ["waiver", rest @ ..] => {
                let fields: [&str; 6] = rest.try_into().ok()?;
                self.waivers.insert(fields.map(str::to_owned));
            }
            _ => return None,
        }
        Some(())
    }

    pub fn digest(&self) -> Digest {
        Digest::of_bytes(self.text())
    }

    /// Whether somebody of a team can approve at all: by a key, or by name where names are enough.
    pub fn can_speak(&self, team: &str) -> bool {
        let Some(team) = self.teams.get(team) else { return false };
        let mut people = team.people.iter().filter(|person| !self.bots.contains(*person));
        match self.approvals {
            Approvals::Signed => people.any(|person| self.keys.iter().any(|signer| signer.person == *person)),
            _ => people.next().is_some(),
        }
    }

    /// The teams that agree to a change of what is trusted: those that policy names, else all with people.
    pub fn trustees(&self) -> BTreeSet<String> {
        match self.trustees.is_empty() {
            false => self.trustees.clone(),
            true => {
                self.teams.iter().filter(|(_, team)| !team.people.is_empty()).map(|(name, _)| name.clone()).collect()
            }
        }
    }

    /// The teams that have to agree, by these rules, before others hold: the trustees, and each team whose people, keys or
    /// pay are said otherwise, as far as anybody can speak for it.
    pub fn asked_for(&self, next: &Trust) -> BTreeSet<String> {
        let mut asked = self.trustees();
        for (name, team) in &self.teams {
            let keys = |trust: &Trust| -> Vec<Signer> {
                trust.keys.iter().filter(|signer| team.people.contains(&signer.person)).cloned().collect()
            };
            let is_touched = next.teams.get(name) != Some(team) || keys(self) != keys(next);
            if is_touched && self.can_speak(name) {
                asked.insert(name.clone());
            }
        }
        asked
    }

    /// Who a person is: one who shares a key with another is that other.
    pub fn identity<'t>(&'t self, person: &'t str) -> &'t str {
        let own = self.keys.iter().filter(|signer| signer.person == person);
        let sharing = own.flat_map(|own| self.keys.iter().filter(|signer| signer.key == own.key));
        sharing.map(|signer| signer.person.as_str()).chain([person]).min().unwrap_or(person)
    }

    /// Whether what a key signed at a sequence of trust is void, since somebody else may have had it.
    pub fn is_compromised(&self, key: &str, sequence: u32) -> bool {
        !self.compromised.is_empty() && self.compromised.get(&fingerprint(key)).is_some_and(|since| sequence >= *since)
    }
}

#[cfg(test)]
mod tests {
    use super::{Signer, Team, Trust};

    #[test]
    fn a_text_gives_back_what_it_was_written_from() {
        let mut trust = Trust { project: "acme \"x\"".into(), ..Trust::default() };
        let people = ["dana@acme.example".to_owned(), "two words".to_owned()].into();
        trust.teams.insert("sales".into(), Team { people, paid_on: Some(["bookings".to_owned()].into()) });
        trust.teams.insert("finance".into(), Team { paid_on: Some([].into()), ..Team::default() });
        trust.teams.insert("silent".into(), Team::default());
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ".to_owned();
        let before = Some("2026-12-31".parse().expect("a day"));
        trust.keys.push(Signer { person: "dana@acme.example".into(), key, after: None, before });
        trust.waivers.insert(["G0301", "csat", "00", "dana@acme.example", "2026-12-31", "a\nb"].map(str::to_owned));
        assert_eq!(Trust::parse(&trust.text()), Some(trust.clone()));
        assert_eq!(Trust::parse(&trust.text().replace("silent", "Silent\"")), None);
    }
}
