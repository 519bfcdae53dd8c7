//! Running again whenever a file changes.

use crate::cli::output::Output;
use crate::cli::{Outcome, counted};
use crate::diagnostic::Found;
use crate::project::Project;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// How often files are looked at. A look asks the system about each file, and reads none.
const PAUSE: Duration = Duration::from_millis(300);

/// Runs now and after every change, until the process is ended. `once` adds the names of the CSV files that it reads. Only
/// the first run can fail: later on a file may be half written, which the next change mends.
pub fn run(named: Option<&Path>, output: &Output, once: impl Fn(&mut Vec<String>) -> Outcome) -> Outcome {
    let mut project = Project::load(named, &mut Found::default())?;
    let mut is_first = true;
    loop {
        let before = project.stamps(&[])?;
        let mut csv = Vec::new();
        match once(&mut csv) {
            Err(failure) if is_first => return Err(failure),
            Err(failure) => output.failure(&failure),
            Ok(_) => {}
        }
        is_first = false;
        let mut seen = project.stamps(&csv)?;
        // What changed while the tests ran was perhaps not seen by them.
        seen.retain(|path, stamp| before.get(path).is_none_or(|old| old == stamp));
        output.say(&format!("watching {}; ctrl-c ends", counted(seen.len(), "file")));
        let mut now = project.stamps(&csv)?;
        let mut is_settled = false;
        // A file is written in several steps: it is read once nothing has changed from one look to the next.
        while now == seen || !is_settled {
            sleep(PAUSE);
            let next = project.stamps(&csv).unwrap_or_default();
            is_settled = next == now;
            now = next;
        }
        project = Project::load(named, &mut Found::default()).unwrap_or(project);
    }
}
