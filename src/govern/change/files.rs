//! What is left once every declaration is compared: comments, order, files; and words that differ though nothing else does.

use super::written::{Between, Declared, WrittenFile, name_of, plain};
use super::{Change, Class, Kind, Place, Side};
use crate::source::{Sources, Span};
use crate::syntax;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

pub fn compare(between: &Between, all: &mut Vec<Change>) {
    let mut changed: FxHashSet<(&'static str, String)> =
        all.iter().map(|change| (declared_as(change.kind), first(&change.name))).collect();
    // A change of a grain is one of its calendar.
    for side in [between.base, between.now] {
        let grains = side.model.grains.iter().filter(|grain| changed.contains(&("calendar", grain.name.to_string())));
        let calendars: Vec<_> = grains.map(|grain| ("calendar", grain.calendar.to_string())).collect();
        changed.extend(calendars);
    }
    let mut found = Vec::new();
    let mut moved: BTreeMap<(String, String), Vec<Place>> = BTreeMap::new();
    for (declared, after) in &between.written[1].declarations {
        let Some(before) = between.written[0].declarations.get(declared) else { continue };
        let (kind, name) = declared;
        let spans = [before.span(), after.span()];
        let [from, to] = [(between.base, spans[0]), (between.now, spans[1])].map(|(side, span)| file(side, span));
        if from != to {
            moved.entry((from.to_owned(), to.to_owned())).or_default().push(Place::Now(name_of(after)));
        }
        let Some(texts) = between.reworded(Some(spans[0]), Some(spans[1])) else { continue };
        if changed.contains(&(*kind, name.to_string())) {
            continue;
        }
        let sorted = |text: Option<&str>| {
            let mut words: Vec<String> =
                text.map(syntax::words).unwrap_or_default().into_iter().map(str::to_owned).collect();
            words.sort();
            words
        };
        let place = Place::Now(name_of(after));
        // Every field is the same, and so are the words but for their order.
        let change = match sorted(texts.before) == sorted(texts.after) {
            true => {
                let fact = format!("the {kind} `{name}` says the same in another order");
                Change::new(Class::Cosmetic, kind_of(kind), name.as_str(), place, fact)
            }
            false => {
                let fact = format!("the {kind} `{name}` is worded otherwise");
                Change::new(Class::Meaning, kind_of(kind), name.as_str(), place, fact)
                    .undecided("no comparison of this program knows what these words decide")
            }
        };
        found.push(change.texts(texts.before, texts.after));
    }
    let emptied: FxHashSet<String> = moved.keys().map(|(from, _)| from.clone()).collect();
    for ((from, to), places) in moved {
        for place in places {
            let Place::Now(span) = place else { continue };
            let name = between.now.sources.slice(span);
            let fact = format!("`{}` moves from {from} to {to}", name.trim_matches('"'));
            found.push(Change::new(Class::Cosmetic, Kind::File, to.as_str(), place, fact));
        }
    }
    let [before, after] = &between.written;
    for file in &after.files {
        if let Some(old) = before.files.iter().find(|old| old.name == file.name) {
            order(old, file, &mut found);
            comments(between, old, file, &mut found);
        }
    }
    all.extend(found);
    rest(between, &emptied, all);
}

/// The order of what both have.
fn order(before: &WrittenFile, after: &WrittenFile, all: &mut Vec<Change>) {
    let common = |these: &WrittenFile, those: &WrittenFile| -> Vec<Declared> {
        let those: FxHashSet<&Declared> = those.order.iter().collect();
        these.order.iter().filter(|it| those.contains(it)).cloned().collect()
    };
    if common(before, after) != common(after, before) {
        let fact = format!("what {} declares stands in another order", after.name);
        let place = Place::Now(Span::new(after.id, 0, 0));
        all.push(Change::new(Class::Cosmetic, Kind::File, after.name.as_str(), place, fact));
    }
}

fn comments(between: &Between, before: &WrittenFile, after: &WrittenFile, all: &mut Vec<Change>) {
    let texts = |sources: &Sources, file: &WrittenFile| -> Vec<String> {
        file.comments.iter().map(|span| sources.slice(*span).trim().to_owned()).collect()
    };
    let (was, is) = (texts(between.base.sources, before), texts(between.now.sources, after));
    let mut sorted = [was.clone(), is.clone()];
    sorted.iter_mut().for_each(|list| list.sort());
    if sorted[0] == sorted[1] {
        return;
    }
    let new = after.comments.iter().zip(&is).find(|(_, text)| !was.contains(text)).map(|(span, _)| *span);
    let place = Place::Now(new.unwrap_or(Span::new(after.id, 0, 0)));
    let fact = format!("comments of {} differ", after.name);
    all.push(Change::new(Class::Cosmetic, Kind::File, after.name.as_str(), place, fact));
}

/// Files that differ and of which nothing was said.
fn rest(between: &Between, emptied: &FxHashSet<String>, all: &mut Vec<Change>) {
    let base: BTreeMap<&str, &str> =
        between.base.sources.iter().map(|(_, file)| (plain(between.base, &file.name), file.text.as_str())).collect();
    let said: FxHashSet<&str> = all
        .iter()
        .map(|change| match change.place {
            Place::Now(span) => file(between.now, span),
            Place::Base(span) => file(between.base, span),
        })
        .collect();
    let mut found = Vec::new();
    for (id, file) in between.now.sources.iter() {
        let name = plain(between.now, &file.name);
        let Some(before) = base.get(name).filter(|text| **text != file.text && !said.contains(name)) else { continue };
        let place = Place::Now(Span::new(id, 0, 0));
        let cosmetic = |what: &str| Change::new(Class::Cosmetic, Kind::File, name, place, format!("{name} {what}"));
        if name.ends_with(".metric") {
            match syntax::words(before) == syntax::words(&file.text) {
                true => found.push(cosmetic("differs in blanks and line ends only")),
                false if emptied.contains(name) => {}
                false => {
                    let fact = format!("{name} is worded otherwise");
                    let change = Change::new(Class::Meaning, Kind::File, name, place, fact);
                    found.push(change.undecided("no comparison of this program knows what these words decide"));
                }
            }
        } else if name.ends_with("etalon.yaml") || name.ends_with("allowed_signers") {
            // All that is read of them was compared.
            found.push(cosmetic("says the same in other words"));
        }
    }
    all.extend(found);
}

fn file<'s>(side: &'s Side, span: Span) -> &'s str {
    plain(side, &side.sources.get(span.file).name)
}

/// `leads` of `leads.is_qualified`
fn first(name: &str) -> String {
    name.split('.').next().unwrap_or(name).to_owned()
}

/// The kind of declaration that a change is in.
fn declared_as(kind: Kind) -> &'static str {
    match kind {
        Kind::Metric => "metric",
        Kind::Source | Kind::Column | Kind::Join => "source",
        Kind::Dimension => "dimension",
        Kind::Report => "report",
        Kind::Grain => "calendar",
        Kind::Team => "team",
        Kind::Calendar | Kind::Warehouse | Kind::Policy | Kind::Signers | Kind::Project | Kind::File => "",
    }
}

fn kind_of(declaration: &str) -> Kind {
    match declaration {
        "metric" => Kind::Metric,
        "source" => Kind::Source,
        "dimension" => Kind::Dimension,
        "report" => Kind::Report,
        "team" => Kind::Team,
        _ => Kind::Grain,
    }
}
