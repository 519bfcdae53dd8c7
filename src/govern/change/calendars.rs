//! The calendar of the project, and grains of calendar tables.

use super::beside::{Beside, beside};
use super::item::Item;
use super::written::Between;
use super::{Change, Class, Kind, Place};
use crate::model::{Calendar, DeclaredGrain, GrainId, Model};
use crate::source::{FileId, Span};

pub fn compare(between: &mut Between, all: &mut Vec<Change>) {
    project(between, all);
    let (base, now) = (between.base.model, between.now.model);
    for each in beside(&base.grains, &now.grains, |grain| grain.name.as_str()) {
        match each {
            Beside::Gone(_, grain) => {
                let fact = format!("the grain `{}` of the calendar `{}` is removed", grain.name, grain.calendar);
                let place = Place::Base(grain.span);
                all.push(Change::new(Class::Breaking, Kind::Grain, grain.name.as_str(), place, fact));
            }
            Beside::New(_, grain) => {
                let fact = format!("the grain `{}` of the calendar `{}` is new", grain.name, grain.calendar);
                let place = Place::Now(grain.span);
                all.push(Change::new(Class::Additive, Kind::Grain, grain.name.as_str(), place, fact));
            }
            Beside::Both((before, a), (after, b)) => {
                grain(between, [(GrainId(before as u32), a), (GrainId(after as u32), b)], all);
            }
        }
    }
    order(between, all);
}

fn grain(between: &mut Between, [(before, a), (after, b)]: [(GrainId, &DeclaredGrain); 2], all: &mut Vec<Change>) {
    let DeclaredGrain { name, calendar, source, at, column, span: _ } = a;
    let words = |model: &Model, source, at, column| {
        let source = model.source(source);
        format!("{} of {} at {}", source.column(column).name, source.name, source.column(at).name)
    };
    let was = words(between.base.model, *source, *at, *column);
    let is = words(between.now.model, b.source, b.at, b.column);
    let place = Place::Now(b.span);
    if was != is {
        let same = between.canonical[0].grain_digest(before) == between.canonical[1].grain_digest(after);
        let change = match same {
            true => Change::new(
                Class::Refactor,
                Kind::Grain,
                name.as_str(),
                place,
                format!("the grain `{name}` is put otherwise and means the same, by its digest"),
            ),
            false => Change::new(
                Class::Meaning,
                Kind::Grain,
                name.as_str(),
                place,
                format!("the periods of the grain `{name}` are others"),
            )
            .causing(Item::Grain(name.clone())),
        };
        all.push(change.texts(Some(&was), Some(&is)));
    }
    if calendar != &b.calendar {
        let fact = format!("the grain `{name}` is of the calendar `{}`, no longer of `{calendar}`", b.calendar);
        all.push(
            Change::new(Class::Meaning, Kind::Grain, name.as_str(), place, fact)
                .undecided("which periods lie in which may differ"),
        );
    }
}

/// Which grain of a calendar lies in which is what their order says.
fn order(between: &Between, all: &mut Vec<Change>) {
    let (base, now) = (between.base.model, between.now.model);
    let common = |model: &Model, other: &Model| -> Vec<_> {
        let shared = |grain: &&DeclaredGrain| {
            other.grains.iter().any(|it| it.name == grain.name && it.calendar == grain.calendar)
        };
        let mut grains: Vec<&DeclaredGrain> = model.grains.iter().filter(shared).collect();
        grains.sort_by(|a, b| a.calendar.cmp(&b.calendar));
        grains.into_iter().map(|grain| (grain.calendar.clone(), grain.name.clone(), grain.span)).collect()
    };
    let (before, after) = (common(base, now), common(now, base));
    if let Some(((calendar, ..), (_, _, span))) =
        before.iter().zip(&after).find(|((_, old, _), (_, new, _))| old != new)
    {
        let fact = format!("the grains of the calendar `{calendar}` lie in each other in another order");
        all.push(
            Change::new(Class::Meaning, Kind::Grain, calendar.as_str(), Place::Now(*span), fact)
                .undecided("which periods lie in which may differ"),
        );
    }
}

/// Zone, first day of the week, first month of the year.
fn project(between: &Between, all: &mut Vec<Change>) {
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    #[rustfmt::skip]
    const MONTHS: [&str; 12] = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ];
    let Calendar { timezone, week_starts, year_starts } = &between.base.model.calendar;
    let now = &between.now.model.calendar;
    let named = |names: &[&str], at: usize| names.get(at).copied().unwrap_or("?").to_owned();
    let day = |at: u8| named(&DAYS, usize::from(at));
    let month = |at: u8| named(&MONTHS, usize::from(at).wrapping_sub(1));
    let facts = [
        ("timezone", "the time zone of the project", timezone.clone(), now.timezone.clone()),
        ("week_starts", "the first day of the week", day(*week_starts), day(now.week_starts)),
        ("year_starts", "the first month of the year", month(*year_starts), month(now.year_starts)),
    ];
    for (key, what, was, is) in facts {
        if was == is {
            continue;
        }
        let place = setting(between, key);
        let fact = format!("{what} changes from {was} to {is}");
        all.push(
            Change::new(Class::Meaning, Kind::Calendar, key, place, fact)
                .texts(Some(&was), Some(&is))
                .causing(Item::Calendar),
        );
    }
}

/// Where a key of etalon.yaml stands now, else the top of the file.
pub fn setting(between: &Between, key: &str) -> Place {
    let config = between.now.sources.iter().find(|(_, file)| file.name.ends_with("etalon.yaml"));
    let Some((id, file)) = config else { return Place::Now(Span::new(FileId(0), 0, 0)) };
    let is_key = |at: &usize| {
        let before = file.text[..*at].chars().next_back();
        let after = file.text[at + key.len()..].trim_start_matches(['"', '\'']).trim_start();
        before.is_none_or(|letter| letter.is_whitespace() || "{,\"'".contains(letter)) && after.starts_with(':')
    };
    match file.text.match_indices(key).map(|(at, _)| at).find(is_key) {
        Some(at) => Place::Now(Span::new(id, at, at + key.len())),
        None => Place::Now(Span::new(id, 0, 0)),
    }
}
