//! The files of metric tests, and what they lead to.

use super::{Project, add, below, bytes};
use crate::diagnostic::{Failure, Found};
use crate::source::FileId;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What files look like from outside: when each was changed, and its length.
pub type Stamps = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

impl Project {
    /// Reads the files of metric tests, in order of names. `None` where there is no folder for them.
    pub fn read_tests(&mut self, found: &mut Found) -> Result<Option<Vec<FileId>>, Failure> {
        if !self.tests.is_dir() {
            return Ok(None);
        }
        let mut files = Vec::new();
        for path in below(&self.tests, &self.root, &["yaml", "yml"])? {
            if path.ends_with("etalon.yaml") {
                continue;
            }
            let bytes = bytes(&path)?;
            files.push(add(&path, &self.root, bytes, found, &mut self.sources));
        }
        Ok(Some(files))
    }

    /// A text by its path from a file of the project: its name and itself, or why it cannot be had. Nothing outside the
    /// project is read.
    pub fn beside(&self, file: &str, path: &str) -> Result<(String, String), String> {
        let folder = self.root.join(file).parent().map_or_else(|| self.root.clone(), Path::to_path_buf);
        let full = folder.join(path).canonicalize().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            _ => error.to_string(),
        })?;
        let Ok(name) = full.strip_prefix(&self.root) else { return Err("it lies outside of the project".to_owned()) };
        let bytes = bytes(&full).map_err(|failure| failure.to_string())?;
        let text = String::from_utf8(bytes).map_err(|_| "it is no UTF-8".to_owned())?;
        Ok((name.to_string_lossy().replace('\\', "/"), text))
    }

    /// What the files look like from outside that decide what tests give: definitions, tests, and the texts of these names.
    pub fn stamps(&self, also: &[String]) -> Result<Stamps, Failure> {
        let mut paths = below(&self.definitions, &self.root, &["metric"])?;
        if self.tests.is_dir() {
            paths.extend(below(&self.tests, &self.root, &["yaml", "yml"])?);
        }
        paths.push(self.tests.with_file_name("etalon.yaml"));
        paths.extend(also.iter().map(|name| self.root.join(name)));
        let stamp = |path: PathBuf| {
            let seen = fs::metadata(&path).ok();
            let length = seen.as_ref().map_or(0, fs::Metadata::len);
            (path, (seen.and_then(|seen| seen.modified().ok()), length))
        };
        Ok(paths.into_iter().map(stamp).collect())
    }
}
