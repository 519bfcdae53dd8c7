//! Every way to cheat that anybody thought of, what it is caught by, and the page that lists them.

use crate::cheats::CHEATS;
use crate::repo::Repo;
use crate::support::program::Run;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A way to change a number without those who have to agree.
pub struct Cheat {
    /// What somebody does, for the page.
    pub how: &'static str,
    /// The codes that it has to be caught by, each of them.
    pub caught_by: &'static [&'static str],
    /// What the message has to say, in part.
    pub says: &'static str,
    /// Does it in a branch of a governed repository, and puts it to the gate.
    pub tried: fn(&Repo) -> Run,
}

/// What was said, unless the cheat was caught by what it has to be caught by.
fn came_through(cheat: &Cheat) -> Option<String> {
    let repo = Repo::governed();
    let run = (cheat.tried)(&repo);
    let said = format!("{}{}", run.out, run.err);
    let is_caught = cheat.caught_by.iter().all(|code| said.contains(code)) && said.contains(cheat.says);
    let wanted = (cheat.caught_by, cheat.says);
    (run.code == Some(0) || !is_caught)
        .then(|| format!("{}\nexit {:?}, wanted {wanted:?}\n{said}", cheat.how, run.code))
}

#[test]
fn no_way_to_cheat_succeeds() {
    let next = AtomicUsize::new(0);
    let through = Mutex::new(Vec::new());
    // Most of the time goes by in git and in waiting for it.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(cheat) = CHEATS.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(said) = came_through(cheat) {
                        through.lock().expect("no thread panics with it").push(said);
                    }
                }
            });
        }
    });
    let through = through.into_inner().expect("no thread panics with it");
    assert!(through.is_empty(), "{} of {} came through:\n\n{}", through.len(), CHEATS.len(), through.join("\n\n"));
}

/// The gate is not one that stops everything: the same repository passes, and so does a change that everybody agreed to.
#[test]
fn what_is_agreed_on_passes() {
    let repo = Repo::governed();
    let run = repo.check();
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    repo.edit("metrics/sources.metric", "score >= 60 and accepted", "score >= 70 and accepted");
    repo.lock();
    for (team, person) in [("finance", "ines"), ("sales", "dana"), ("marketing", "priya")] {
        repo.approve("qualified_leads", team, person);
    }
    repo.commit("priya", "Seventy points");
    let run = repo.check();
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
}

#[test]
fn the_page_lists_what_was_tried() {
    let mut text = "\
# Ways to cheat

Each of these is tried by the tests in a real repository with real keys (`tests/governance`), against `etalon check --against main`
unless another command is named, and each is caught; the page is written by the test. Where somebody would run `etalon lock` or approve
for their own team on the way, the test does that too.

| what somebody does | caught by |
| --- | --- |
"
    .to_owned();
    for cheat in CHEATS {
        let codes: Vec<String> = cheat.caught_by.iter().map(|code| format!("`{code}`")).collect();
        let codes = if codes.is_empty() { "refused".to_owned() } else { codes.join(", ") };
        text.push_str(&format!("| {} | {codes} |\n", cheat.how));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/attacks.md");
    if std::env::var_os("ETALON_WRITE_DOCS").is_some() {
        fs::write(&path, &text).expect("the page can be written");
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), text, "ETALON_WRITE_DOCS=1 writes it");
}

/// Every code of approvals and trust is given by one of the ways to cheat, or by one of the other tests here.
#[test]
fn every_code_of_agreement_is_tried() {
    const ELSEWHERE: [&str; 1] = ["G0201"];
    let tried: BTreeSet<&str> = CHEATS.iter().flat_map(|cheat| cheat.caught_by).copied().chain(ELSEWHERE).collect();
    let codes = etalon::diagnostic::ALL.iter().flat_map(|family| family.iter()).map(|code| code.id);
    let left: Vec<&str> =
        codes.filter(|id| (id.starts_with("G01") || id.starts_with("G02")) && !tried.contains(id)).collect();
    assert!(left.is_empty(), "nothing tries {left:?}");
}
