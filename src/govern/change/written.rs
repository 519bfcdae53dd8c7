//! The two sides, and what is written in the files that differ between them.

use super::{Place, Side};
use crate::diagnostic::Found;
use crate::meaning::canonical::{Canonical, Digest};
use crate::model::MetricId;
use crate::source::{FileId, Span};
use crate::syntax::{self, ast};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// A declaration by its kind and name.
pub type Declared = (&'static str, SmolStr);

/// Both sides of a change, with all that comparing them takes.
pub struct Between<'s> {
    pub base: &'s Side<'s>,
    pub now: &'s Side<'s>,
    /// What the files say that are not the same on both sides.
    pub written: [Written; 2],
    pub canonical: [Canonical<'s>; 2],
    /// Of all metrics.
    pub digests: [Vec<Digest>; 2],
}

/// The files of one side that the other has not, or with another text.
#[derive(Default)]
pub struct Written {
    pub declarations: FxHashMap<Declared, ast::Declaration>,
    pub files: Vec<WrittenFile>,
}

pub struct WrittenFile {
    pub id: FileId,
    /// Without the revision in front.
    pub name: String,
    pub order: Vec<Declared>,
    pub comments: Vec<Span>,
}

impl<'s> Between<'s> {
    pub fn new(base: &'s Side<'s>, now: &'s Side<'s>) -> Self {
        let texts = |side: &'s Side<'s>| -> FxHashMap<&'s str, &'s str> {
            side.sources.iter().map(|(_, file)| (plain(side, &file.name), file.text.as_str())).collect()
        };
        let (before, after) = (texts(base), texts(now));
        let written = [Written::of(base, &after), Written::of(now, &before)];
        let ((one, of_base), (other, of_now)) = rayon::join(|| digested(base), || digested(now));
        Between { base, now, written, canonical: [one, other], digests: [of_base, of_now] }
    }

    /// Both declarations, where either of the files differs.
    pub fn both(&self, kind: &'static str, name: &SmolStr) -> Option<[&ast::Declaration; 2]> {
        let of = |side: usize| self.written[side].declarations.get(&(kind, name.clone()));
        Some([of(0)?, of(1)?])
    }

    /// What two places say, if they say it in other words.
    pub fn reworded(&self, before: Option<Span>, after: Option<Span>) -> Option<Reworded<'s>> {
        let before = before.map(|span| self.base.sources.slice(span));
        let after = after.map(|span| self.now.sources.slice(span));
        let words = |text: Option<&'s str>| text.map(syntax::words);
        (words(before) != words(after)).then_some(Reworded { before, after })
    }
}

/// A text that is not what it was.
#[derive(Clone, Copy)]
pub struct Reworded<'s> {
    pub before: Option<&'s str>,
    pub after: Option<&'s str>,
}

fn digested<'s>(side: &Side<'s>) -> (Canonical<'s>, Vec<Digest>) {
    let mut canonical = Canonical::new(side.model);
    let digests = (0..side.model.metrics.len()).map(|at| canonical.digest(MetricId(at as u32))).collect();
    (canonical, digests)
}

/// A file's name without the revision it was read at.
pub fn plain<'n>(side: &Side, name: &'n str) -> &'n str {
    name.strip_prefix(side.when.as_str()).and_then(|rest| rest.strip_prefix(':')).unwrap_or(name)
}

/// Where a declaration stands: its name.
pub fn name_of(declaration: &ast::Declaration) -> Span {
    declaration.name().span
}

fn kind(declaration: &ast::Declaration) -> &'static str {
    match declaration {
        ast::Declaration::Team(_) => "team",
        ast::Declaration::Source(_) => "source",
        ast::Declaration::Metric(_) => "metric",
        ast::Declaration::Dimension(_) => "dimension",
        ast::Declaration::Report(_) => "report",
        ast::Declaration::Calendar(_) => "calendar",
    }
}

impl Written {
    fn of(side: &Side, others: &FxHashMap<&str, &str>) -> Written {
        let differs = |name: &str, text: &str| others.get(plain(side, name)) != Some(&text);
        let files = side.sources.iter().filter(|(_, file)| file.name.ends_with(".metric"));
        let ids: Vec<FileId> = files.filter(|(_, file)| differs(&file.name, &file.text)).map(|(id, _)| id).collect();
        // Both sides were read before, and are sound.
        let ast = syntax::parse(side.sources, &ids, &mut Found::default());
        let mut written = Written::default();
        for file in ast.files {
            let name = plain(side, &side.sources.get(file.id).name).to_owned();
            let mut order = Vec::with_capacity(file.declarations.len());
            for declaration in file.declarations {
                let declared = (kind(&declaration), declaration.name().text.clone());
                order.push(declared.clone());
                written.declarations.insert(declared, declaration);
            }
            written.files.push(WrittenFile { id: file.id, name, order, comments: file.comments });
        }
        written
    }
}

/// The place now, or where it was.
pub fn place(base: Option<Span>, now: Option<Span>) -> Place {
    match (now, base) {
        (Some(now), _) => Place::Now(now),
        (None, Some(base)) => Place::Base(base),
        (None, None) => Place::Now(Span::default()),
    }
}
