//! The compiler under test, run as users run it: as a program, in a project's folder.

use std::path::Path;
use std::process::{Command, Stdio};

/// What a run of `etalon` gave.
pub struct Run {
    pub out: String,
    pub err: String,
    /// Nothing where a signal ended it.
    pub code: Option<i32>,
}

/// Runs `etalon` with these words in this folder.
pub fn etalon<S: AsRef<std::ffi::OsStr>>(folder: &Path, words: &[S]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_etalon"))
        .args(words)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", env!("CARGO_BIN_EXE_etalon")));
    Run {
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        code: output.status.code(),
    }
}

impl Run {
    /// What was printed, if the run went well.
    pub fn succeeded(self) -> Result<String, String> {
        match self.code {
            Some(0) => Ok(self.out),
            code => Err(format!("exit {code:?}\n{}{}", self.out, self.err)),
        }
    }

    /// The codes of all errors it reported, as `error[E0501]`, sorted.
    pub fn error_codes(&self) -> Vec<String> {
        let all = [self.out.as_str(), self.err.as_str()].concat();
        let after = all.split("error[").skip(1);
        let mut codes: Vec<String> =
            after.filter_map(|rest| rest.split_once(']')).map(|(id, _)| id.to_string()).collect();
        codes.sort();
        codes
    }
}
