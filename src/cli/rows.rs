//! Rows of CSV files, for the commands that compute on them or load them elsewhere.

use super::session::Session;
use crate::diagnostic::codes::project as codes;
use crate::diagnostic::{Diagnostic, Failure, Found};
use crate::meaning::Data;
use crate::model::SourceId;
use crate::source::Span;
use std::path::{Path, PathBuf};

/// Where the rows of a source lie in a folder.
pub fn file_of(session: &Session, folder: &Path, source: SourceId) -> PathBuf {
    folder.join(format!("{}.csv", session.model.source(source).name))
}

/// Adds the rows of a source's file in a folder, which has to be there: of this name, which is mostly the source's.
pub fn need(
    session: &mut Session,
    folder: &Path,
    (source, name): (SourceId, &str),
    data: &mut Data,
    found: &mut Found,
) -> Result<(), Failure> {
    let path = folder.join(format!("{name}.csv"));
    if !path.is_file() {
        return Err(Failure::other(
            format!("there is no `{}`, and what is asked reads `{name}`", path.display()),
            format!("put the rows of `{name}` there, with the names of its columns in the first line"),
        ));
    }
    read(session, &path, source, data, found)
}

/// Adds the rows of a source's file; what does not fit is found at its place in the file.
pub fn read(
    session: &mut Session,
    path: &Path,
    source: SourceId,
    data: &mut Data,
    found: &mut Found,
) -> Result<(), Failure> {
    let text = std::fs::read_to_string(path).map_err(|source| Failure::Read { path: path.into(), source })?;
    if let Err(fault) = data.read_csv(&session.model, source, &text, true) {
        let file = session.project.sources.add(path.display().to_string(), text);
        let span = Span::new(file, fault.at.start, fault.at.end);
        found.push(Diagnostic::new(&codes::WRONG_DATA, span, fault.fact).label("does not fit").help(fault.help));
    }
    Ok(())
}
