//! `etalon init`, as people meet it: what it makes holds together, what is there stays, and whose key it takes.

mod commands;
mod governed;
mod hosts;
mod keys;
mod places;
mod project;
#[path = "../support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::program::Run;
use tempfile::TempDir;

/// A machine with a home of its own, so that nobody's keys and settings of git play a part.
struct Machine {
    disk: TempDir,
}

impl Machine {
    fn new() -> Machine {
        let machine = Machine { disk: tempfile::tempdir().expect("a temporary folder can be made") };
        std::fs::create_dir(machine.path("home")).expect("it can be written to");
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.disk.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn program(&self, program: &str, folder: &Path, words: &[&str]) -> Run {
        let done = Command::new(program)
            .args(words)
            .current_dir(folder)
            .env("NO_COLOR", "1")
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env_remove("XDG_CONFIG_HOME")
            // What lies above the disk of this machine is none of its business.
            .env("GIT_CEILING_DIRECTORIES", self.disk.path())
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        Run {
            out: String::from_utf8_lossy(&done.stdout).into_owned(),
            err: String::from_utf8_lossy(&done.stderr).into_owned(),
            code: done.status.code(),
        }
    }

    /// Runs `etalon` in a folder of this machine.
    fn etalon(&self, folder: &str, words: &[&str]) -> Run {
        self.program(env!("CARGO_BIN_EXE_etalon"), &self.path(folder), words)
    }

    fn git(&self, folder: &str, words: &[&str]) -> String {
        let identity = ["-c", "user.name=Dana", "-c", "user.email=dana@acme.example", "-c", "commit.gpgsign=false"];
        let all: Vec<&str> = identity.iter().chain(words).copied().collect();
        self.program("git", &self.path(folder), &all).succeeded().unwrap_or_else(|said| panic!("git {words:?}: {said}"))
    }

    /// Every file below a folder but git's own, with its text, in order of paths.
    fn files(&self, folder: &str) -> Vec<(String, String)> {
        let top = self.path(folder);
        let (mut open, mut files) = (vec![top.clone()], Vec::new());
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder is readable").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    open.extend((!path.ends_with(".git")).then_some(path));
                } else {
                    let name = path.strip_prefix(&top).expect("it is below").display().to_string();
                    files.push((name, std::fs::read_to_string(&path).unwrap_or_default()));
                }
            }
        }
        files.sort();
        files
    }
}

fn names(files: &[(String, String)]) -> Vec<&str> {
    files.iter().map(|(name, _)| name.as_str()).collect()
}
