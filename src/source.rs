//! Texts and places in them. Everything that points into what a user wrote does so with a [`Span`].
//!
//! Invariant: this room knows nothing of any other.

use std::sync::OnceLock;

/// One text among the [`Sources`] of a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct FileId(pub u32);

/// A range of bytes of one text. `start..end`, both on character boundaries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        // Texts are refused above 4 GiB before they get here (`Sources::add`), so the casts keep every bit.
        Span { file, start: start as u32, end: end as u32 }
    }

    /// The smallest span that holds both. Both have to be in the same text.
    pub fn to(self, other: Span) -> Span {
        debug_assert_eq!(self.file, other.file);
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty span right after this one: where something is missing.
    pub fn after(self) -> Span {
        Span { start: self.end, ..self }
    }
}

/// One text with the name to show for it: a path relative to the project, or the name of a command-line option.
#[derive(Clone, Debug)]
pub struct SourceFile {
    pub name: String,
    pub text: String,
    lines: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// Line and column of a byte offset, both from 1; the column counts characters.
    pub fn line_column(&self, offset: u32) -> (usize, usize) {
        let lines = self.lines.get_or_init(|| {
            std::iter::once(0).chain(self.text.match_indices('\n').map(|(at, _)| at as u32 + 1)).collect()
        });
        let line = lines.partition_point(|&start| start <= offset);
        let start = lines[line - 1] as usize;
        let offset = (offset as usize).clamp(start, self.text.len());
        (line, self.text[start..offset].chars().count() + 1)
    }
}

/// All texts of a run: the files of the project and what was given on the command line.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    /// From the names of files to their paths in the repository.
    place: Place,
}

/// Where the folder that names are relative to lies in its repository: `shop/` below the top of it, or above, so that a part of
/// each name is not of the repository.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    pub before: String,
    pub without: String,
}

impl Sources {
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(self.files.len() as u32);
        self.files.push(SourceFile { name: name.into(), text: text.into(), lines: OnceLock::new() });
        id
    }

    /// Says where in its repository the project lies.
    pub fn lie_at(&mut self, place: Place) {
        self.place = place;
    }

    /// A file's path from the top of the repository, which is what continuous integration knows files by; its name if there is
    /// no repository.
    pub fn path(&self, id: FileId) -> String {
        let name = self.get(id).name.as_str();
        format!("{}{}", self.place.before, name.strip_prefix(&self.place.without).unwrap_or(name))
    }

    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The text that a span covers.
    pub fn slice(&self, span: Span) -> &str {
        &self.get(span.file).text[span.start as usize..span.end as usize]
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(index, file)| (FileId(index as u32), file))
    }

    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}
