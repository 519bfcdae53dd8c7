//! Teams, field by field: who speaks for which number, and whose pay moves with which.

use super::beside::{Beside, altered, altered_list, beside};
use super::written::Between;
use super::{Change, Class, Kind, Place};
use crate::model::{MetricId, Model, Team};

pub fn compare(between: &Between, all: &mut Vec<Change>) {
    let (base, now) = (between.base.model, between.now.model);
    for each in beside(&base.teams, &now.teams, |team| team.name.as_str()) {
        match each {
            Beside::Gone(_, team) => {
                let fact = format!("the team `{}` is removed", team.name);
                all.push(Change::new(Class::Trust, Kind::Team, team.name.as_str(), Place::Base(team.span), fact));
            }
            Beside::New(_, team) => {
                let fact = format!("the team `{}` is new", team.name);
                all.push(Change::new(Class::Trust, Kind::Team, team.name.as_str(), Place::Now(team.span), fact));
            }
            Beside::Both((_, a), (_, b)) => both(base, now, a, b, all),
        }
    }
}

fn both(base: &Model, now: &Model, a: &Team, b: &Team, all: &mut Vec<Change>) {
    let Team { name, title, leads, members, paid_on, span: _ } = a;
    let said = format!("the team `{name}`");
    let place = Place::Now(b.span);
    let mut push = |class: Class, fact: Option<String>| {
        all.extend(fact.map(|fact| Change::new(class, Kind::Team, name.as_str(), place, fact)));
    };
    let quote = |text: &Option<String>| text.as_ref().map(|text| format!("'{text}'"));
    push(Class::Presentation, altered("title", &said, quote(title), quote(&b.title)));
    let people = |list: &[String]| list.iter().map(|address| format!("`{address}`")).collect::<Vec<_>>();
    push(Class::Trust, altered_list("leads", &said, &people(leads), &people(&b.leads)));
    push(Class::Trust, altered_list("members", &said, &people(members), &people(&b.members)));
    push(Class::Trust, altered("pay (`paid on`)", &said, paid(base, paid_on), paid(now, &b.paid_on)));
}

fn paid(model: &Model, paid_on: &Option<Vec<MetricId>>) -> Option<String> {
    let metrics = paid_on.as_ref()?;
    let mut names: Vec<String> = metrics.iter().map(|id| format!("`{}`", model.metric(*id).name)).collect();
    names.sort();
    Some(if names.is_empty() { "`nothing`".to_owned() } else { names.join(", ") })
}
