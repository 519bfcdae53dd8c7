//! Sources and dimensions, field by field.

use super::beside::{Beside, altered, altered_list, apart, beside};
use super::item::Item;
use super::metrics::names;
use super::written::{Between, place};
use super::{Change, Class, Kind, Place};
use crate::meaning::row_text;
use crate::model::{Base, Column, ColumnId, Dimension, Join, JoinId, Model, RowExpr, Source, SourceId, Validity};
use crate::source::Span;
use crate::syntax::ast::{self, Declaration, SourceItem};
use smol_str::SmolStr;

pub fn compare(between: &mut Between, all: &mut Vec<Change>) {
    let (base, now) = (between.base.model, between.now.model);
    for each in beside(&base.sources, &now.sources, |source| source.name.as_str()) {
        match each {
            Beside::Gone(_, source) => {
                let fact = format!("the source `{}` is removed", source.name);
                let place = Place::Base(source.span);
                all.push(Change::new(Class::Breaking, Kind::Source, source.name.as_str(), place, fact));
            }
            Beside::New(_, source) => {
                let fact = format!("the source `{}` is new", source.name);
                let place = Place::Now(source.span);
                all.push(Change::new(Class::Additive, Kind::Source, source.name.as_str(), place, fact));
            }
            Beside::Both((before, a), (after, b)) => {
                both(between, (SourceId(before as u32), a), (SourceId(after as u32), b), all);
            }
        }
    }
    for each in beside(&base.dimensions, &now.dimensions, |dimension| dimension.name.as_str()) {
        match each {
            Beside::Gone(_, dimension) => {
                let fact = format!("the dimension `{}` is removed", dimension.name);
                let place = Place::Base(dimension.span);
                all.push(Change::new(Class::Breaking, Kind::Dimension, dimension.name.as_str(), place, fact));
            }
            Beside::New(_, dimension) => {
                let fact = format!("the dimension `{}` is new", dimension.name);
                let place = Place::Now(dimension.span);
                all.push(Change::new(Class::Additive, Kind::Dimension, dimension.name.as_str(), place, fact));
            }
            Beside::Both((_, a), (_, b)) => dimensions(between, a, b, all),
        }
    }
}

type Held<'a> = (SourceId, &'a Source);

fn both(between: &mut Between, (before, a): Held, (after, b): Held, all: &mut Vec<Change>) {
    let Source { name, title, key, time, columns, joins, span: _ } = a;
    let written = between.both("source", name).map(|both| both.map(Declaration::clone));
    let said = format!("`{name}`");
    let here = Place::Now(b.span);
    let push = |all: &mut Vec<Change>, class, place, fact: String| {
        all.push(Change::new(class, Kind::Source, name.as_str(), place, fact));
    };
    let quote = |text: &Option<String>| text.as_ref().map(|text| format!("'{text}'"));
    if let Some(fact) = altered("title", &said, quote(title), quote(&b.title)) {
        push(all, Class::Presentation, here, fact);
    }
    let listed = |source: &Source, ids: &[ColumnId]| -> Vec<String> {
        ids.iter().map(|id| format!("`{}`", source.column(*id).name)).collect()
    };
    let item_span = |side: usize, is: &dyn Fn(&SourceItem) -> Option<Span>| match &written {
        Some(both) => match &both[side] {
            Declaration::Source(source) => source.items.iter().find_map(is),
            _ => None,
        },
        None => None,
    };
    let (old_key, new_key) = (listed(a, key), listed(b, &b.key));
    if old_key != new_key {
        let of_key = |item: &SourceItem| match item {
            SourceItem::Key { span, .. } => Some(*span),
            _ => None,
        };
        let place = place(item_span(0, &of_key), item_span(1, &of_key).or(Some(b.span)));
        let fact = format!("the key of {said} changes from {} to {}", old_key.join(", "), new_key.join(", "));
        let change = Change::new(Class::Meaning, Kind::Source, name.as_str(), place, fact);
        let change = change.texts(Some(&old_key.join(", ")), Some(&new_key.join(", ")));
        all.push(change.causing(Item::Key(name.clone())));
    }
    let axis = |source: &Source, time: &Option<ColumnId>| time.map(|id| format!("`{}`", source.column(id).name));
    if let Some(fact) = altered("time axis", &said, axis(a, time), axis(b, &b.time)) {
        let of_time = |item: &SourceItem| match item {
            SourceItem::Time { span, .. } => Some(*span),
            _ => None,
        };
        let place = place(item_span(0, &of_time), item_span(1, &of_time).or(Some(b.span)));
        let change = Change::new(Class::Meaning, Kind::Source, name.as_str(), place, fact);
        all.push(change.causing(Item::Axis(name.clone())));
    }
    for each in beside(columns, &b.columns, |column| column.name.as_str()) {
        match each {
            Beside::Gone(_, column) => {
                let fact = format!("the column `{}` of {said} is removed", column.name);
                all.push(of_column(Class::Breaking, name, column, Place::Base(column.span), fact));
            }
            Beside::New(_, column) => {
                let fact = format!("the column `{}` of {said} is new", column.name);
                all.push(of_column(Class::Additive, name, column, Place::Now(column.span), fact));
            }
            Beside::Both((old, one), (new, other)) => {
                let held = [(before, old, one), (after, new, other)];
                column(between, name, held, written.as_ref(), all);
            }
        }
    }
    for each in beside(joins, &b.joins, |join| join.name.as_str()) {
        match each {
            Beside::Gone(_, join) => {
                let fact = format!("the join `{}` of {said} is removed", join.name);
                all.push(of_join(Class::Breaking, name, join, Place::Base(join.span), fact));
            }
            Beside::New(_, join) => {
                let fact = format!("the join `{}` of {said} is new", join.name);
                all.push(of_join(Class::Additive, name, join, Place::Now(join.span), fact));
            }
            Beside::Both((old, one), (new, other)) => {
                self::join(between, name, [(before, old, one), (after, new, other)], all);
            }
        }
    }
}

fn of_column(class: Class, source: &str, column: &Column, place: Place, fact: String) -> Change {
    Change::new(class, Kind::Column, format!("{source}.{}", column.name), place, fact)
}

fn of_join(class: Class, source: &str, join: &Join, place: Place, fact: String) -> Change {
    Change::new(class, Kind::Join, format!("{source}.{}", join.name), place, fact)
}

/// How a derived column is written.
fn value<'w>(declaration: &'w Declaration, column: &str) -> Option<&'w ast::Expr> {
    let Declaration::Source(source) = declaration else { return None };
    source.items.iter().find_map(|item| match item {
        SourceItem::Derived(derived) if derived.name.text == column => Some(&derived.value),
        _ => None,
    })
}

fn column(
    between: &mut Between,
    source: &SmolStr,
    [(before, old, a), (after, new, b)]: [(SourceId, usize, &Column); 2],
    written: Option<&[Declaration; 2]>,
    all: &mut Vec<Change>,
) {
    let Column { name, ty, derived, checks, span } = a;
    let here = Place::Now(b.span);
    let said = format!("`{name}` of `{source}`");
    let item = Item::Column(source.clone(), name.clone());
    match (derived, &b.derived) {
        (None, None) => {
            let (was, is) = (ty.to_string(), b.ty.to_string());
            if ty != &b.ty {
                let only_nulls = ty.base == b.ty.base && ty.unit == b.ty.unit;
                let class = if only_nulls { Class::Meaning } else { Class::Breaking };
                let fact = format!("the column {said} is declared `{is}`, no longer `{was}`");
                all.push(of_column(class, source, a, here, fact).texts(Some(&was), Some(&is)).causing(item));
            }
        }
        (Some(_), Some(_)) => {
            let texts = written.and_then(|[one, other]| Some((value(one, name)?, value(other, name)?)));
            let texts = texts.map(|(one, other)| (Some(one.span), Some(other.span)));
            // A computed column promises nothing of its data.
            let Some(texts) = texts.and_then(|(one, other)| between.reworded(one, other)) else { return };
            let same = between.canonical[0].column_digest(before, ColumnId(old as u32))
                == between.canonical[1].column_digest(after, ColumnId(new as u32));
            let change = match same {
                true if names(texts.before) == names(texts.after) => {
                    of_column(Class::Cosmetic, source, a, here, format!("{said} is spelled otherwise"))
                }
                true => {
                    let fact = format!("{said} is put otherwise and means the same, by its digest");
                    of_column(Class::Refactor, source, a, here, fact)
                }
                false => {
                    let retyped = shape(ty.base) != shape(b.ty.base) || ty.unit != b.ty.unit;
                    let class = if retyped { Class::Breaking } else { Class::Meaning };
                    let types = match retyped {
                        true => format!(", and is `{}`, no longer `{ty}`", b.ty),
                        false => String::new(),
                    };
                    of_column(class, source, a, here, format!("{said} is computed otherwise{types}")).causing(item)
                }
            };
            all.push(change.texts(texts.before, texts.after));
        }
        _ => {
            let fact = match b.derived.is_some() {
                true => format!("{said} is computed, and was a column of the table"),
                false => format!("{said} is a column of the table, and was computed"),
            };
            let texts = (between.base.sources.slice(*span), between.now.sources.slice(b.span));
            let change = of_column(Class::Meaning, source, a, here, fact).causing(item);
            all.push(change.texts(Some(texts.0), Some(texts.1)));
        }
    }
    let promised = |model: &Model, id: SourceId, checks: &[RowExpr]| -> Vec<String> {
        checks.iter().map(|check| format!("`{}`", row_text(model, id, check))).collect()
    };
    let (was, is) = (promised(between.base.model, before, checks), promised(between.now.model, after, &b.checks));
    if let Some(fact) = altered_list("promises (`check`)", &said, &was, &is) {
        let kept = was.iter().all(|check| is.contains(check));
        let change = match kept {
            true => of_column(Class::Additive, source, a, here, fact),
            false => of_column(Class::Meaning, source, a, here, fact)
                .undecided("no number is computed from it; what its data was held to, it is held to no longer"),
        };
        all.push(change);
    }
}

/// A type as whoever uses a computed number sees it: how many digits it may have is worked out, and grows by the way.
pub fn shape(base: Base) -> Base {
    match base {
        Base::Decimal { scale, .. } => Base::Decimal { precision: 38, scale },
        other => other,
    }
}

fn join(
    between: &mut Between,
    source: &SmolStr,
    [(before, old, a), (after, new, b)]: [(SourceId, usize, &Join); 2],
    all: &mut Vec<Change>,
) {
    let Join { name, target, on, valid, loops, span } = a;
    let words =
        |model: &Model, holder: SourceId, target: SourceId, on: &[(ColumnId, ColumnId)], valid: &Option<Validity>| {
            let (here, there) = (model.source(holder), model.source(target));
            let pairs =
                on.iter().map(|(one, other)| format!("{} = {}", here.column(*one).name, there.column(*other).name));
            let mut text = format!("to {} on {}", there.name, pairs.collect::<Vec<_>>().join(" and "));
            if let Some(Validity { moment, from, to, span: _ }) = valid {
                let [moment, from, to] =
                    [&here.column(*moment).name, &there.column(*from).name, &there.column(*to).name];
                text.push_str(&format!(" valid {moment} between {from} and {to}"));
            }
            text
        };
    let was = words(between.base.model, before, *target, on, valid);
    let is = words(between.now.model, after, b.target, &b.on, &b.valid);
    let here = Place::Now(b.span);
    if was != is {
        let same = between.canonical[0].join_digest(before, JoinId(old as u32))
            == between.canonical[1].join_digest(after, JoinId(new as u32));
        let change = match same {
            true => of_join(
                Class::Cosmetic,
                source,
                a,
                here,
                format!("the join `{name}` of `{source}` is spelled otherwise"),
            ),
            false => {
                let fact = format!("the join `{name}` of `{source}` finds its row otherwise");
                of_join(Class::Meaning, source, a, here, fact).causing(Item::Join(source.clone(), name.clone()))
            }
        };
        all.push(change.texts(Some(between.base.sources.slice(*span)), Some(between.now.sources.slice(b.span))));
    }
    match (loops, b.loops) {
        (true, false) => {
            let fact = format!("the join `{name}` of `{source}` may no longer lead back to where a path began");
            all.push(of_join(Class::Breaking, source, a, here, fact));
        }
        (false, true) => {
            let fact = format!("the join `{name}` of `{source}` may lead back to where a path began");
            all.push(of_join(Class::Additive, source, a, here, fact));
        }
        _ => {}
    }
}

fn dimensions(between: &mut Between, a: &Dimension, b: &Dimension, all: &mut Vec<Change>) {
    let Dimension { name, title, paths, ty, accepted, span: _ } = a;
    let (base, now) = (between.base.model, between.now.model);
    let said = format!("`{name}`");
    let here = Place::Now(b.span);
    let push = |all: &mut Vec<Change>, class: Class, place: Place, fact: String| {
        all.push(Change::new(class, Kind::Dimension, name.as_str(), place, fact));
    };
    let quote = |text: &Option<String>| text.as_ref().map(|text| format!("'{text}'"));
    if let Some(fact) = altered("title", &said, quote(title), quote(&b.title)) {
        push(all, Class::Presentation, here, fact);
    }
    // By the words of its path: a join that leads elsewhere is no change of the dimension.
    let ways = |model: &Model, dimension: &Dimension| -> Vec<(SmolStr, SourceId, String)> {
        let each = dimension.paths.iter();
        each.map(|(id, path)| (model.source(id).name.clone(), id, row_text(model, id, path))).collect()
    };
    let (old, new) = (ways(base, a), ways(now, b));
    for (source, id, was) in &old {
        let Some((_, other, is)) = new.iter().find(|(it, ..)| it == source) else {
            push(all, Class::Breaking, here, format!("rows of `{source}` can no longer be cut by {said}"));
            continue;
        };
        if was == is {
            continue;
        }
        let (Some(one), Some(two)) = (paths.get(*id), b.paths.get(*other)) else { continue };
        let same = between.canonical[0].row_digest(*id, one) == between.canonical[1].row_digest(*other, two);
        let place = way_place(between, name, source).unwrap_or(here);
        let change = match same {
            true => Change::new(
                Class::Refactor,
                Kind::Dimension,
                name.as_str(),
                place,
                format!("{said} of `{source}` goes another way to the same value, by its digest"),
            ),
            false => Change::new(
                Class::Meaning,
                Kind::Dimension,
                name.as_str(),
                place,
                format!("{said} of `{source}` is another value"),
            )
            .causing(Item::Dimension(name.clone())),
        };
        all.push(change.texts(Some(was), Some(is)));
    }
    for (source, ..) in new.iter().filter(|(it, ..)| !old.iter().any(|(known, ..)| known == it)) {
        push(all, Class::Additive, here, format!("rows of `{source}` can be cut by {said}"));
    }
    if (ty.base, &ty.unit) != (b.ty.base, &b.ty.unit) {
        push(all, Class::Breaking, here, format!("{said} is `{}`, no longer `{ty}`", b.ty));
    }
    let values = |values: &[String]| values.iter().map(|value| format!("'{value}'")).collect::<Vec<_>>();
    if let Some(fact) = altered_list("values (`accepted`)", &said, &values(accepted), &values(&b.accepted)) {
        let (gone, new) = apart(accepted, &b.accepted);
        match (gone.is_empty(), new.is_empty()) {
            (true, true) => push(all, Class::Cosmetic, here, fact),
            (true, false) => push(all, Class::Additive, here, fact),
            (false, _) => all.push(
                Change::new(Class::Meaning, Kind::Dimension, name.as_str(), here, fact)
                    .undecided("no number is computed from it; which values are in order is not what it was"),
            ),
        }
    }
}

/// Where the way of a dimension from a source stands.
fn way_place(between: &Between, dimension: &SmolStr, source: &SmolStr) -> Option<Place> {
    let [_, Declaration::Dimension(now)] = between.both("dimension", dimension)? else { return None };
    let (name, path) = now.paths.iter().find(|(name, _)| name.text == *source)?;
    Some(Place::Now(name.span.to(path.span)))
}
