//! Who git says wrote a change. Anybody can write any name there, so that it is only ever used to deny.

use super::Governance;
use super::revision::{commit, output};
use crate::diagnostic::Failure;
use std::collections::BTreeSet;
use std::path::Path;

/// The addresses of all authors, committers and co-authors since a revision and, where the work tree differs from the last
/// commit, of whoever works in it.
pub fn since(folder: &Path, revision: &str) -> Result<BTreeSet<String>, Failure> {
    let base = commit(folder, revision)?;
    let form = "--format=%ae%n%ce%n%(trailers:key=Co-authored-by,valueonly)";
    let said = output(folder, &["log", form, &format!("{base}..HEAD")])?;
    let said = String::from_utf8_lossy(&said);
    let address = |line: &str| match line.rsplit_once('<') {
        Some((_, rest)) => rest.trim_end_matches('>').trim().to_owned(),
        None => line.trim().to_owned(),
    };
    let mut authors: BTreeSet<String> = said.lines().map(address).filter(|line| !line.is_empty()).collect();
    let changed = output(folder, &["status", "--porcelain", "--untracked-files=all", "--", "."])?;
    let belongs = |line: &str| {
        let path = line.trim_end_matches('"');
        let beside = ["etalon.yaml"].iter().chain(&Governance::FILES);
        path.ends_with(".metric") || beside.into_iter().any(|name| path.ends_with(name))
    };
    if String::from_utf8_lossy(&changed).lines().any(belongs)
        && let Some(own) = configured(folder, "user.email")
    {
        authors.insert(own);
    }
    Ok(authors)
}

/// What git's configuration says of a key, if it says something.
pub fn configured(folder: &Path, key: &str) -> Option<String> {
    let said = output(folder, &["config", "--get", key]).ok()?;
    let said = String::from_utf8_lossy(&said).trim().to_owned();
    (!said.is_empty()).then_some(said)
}
