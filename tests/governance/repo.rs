//! A governed repository in a temporary folder, with real keys, and people who change things in it.

use crate::support::program::{Run, etalon};
use crate::support::sample::write;
use etalon::govern::lock::{Approval, Entry, Lock};
use etalon::govern::record::{Kind, to_sign};
use etalon::govern::signature;
use etalon::meaning::canonical::Digest;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use tempfile::TempDir;

pub const CONFIG: &str = "\
project: acme
calendar: { timezone: America/New_York, week_starts: monday, year_starts: february }
warehouses:
  prod: { dialect: duckdb, table: 'mart.{source}' }
  mirror: { dialect: postgres, table: 'mart.{source}' }
policy:
  approvals: signed
  trust: [finance, sales]
";

pub const TEAMS: &str = "\
team finance 'Finance' {
  lead    'ines@acme.example'
  members 'ravi@acme.example'
  paid on nothing
}

team sales 'Sales' {
  lead    'dana@acme.example'
  members 'sam@acme.example'
  paid on bookings
}

team marketing 'Marketing' {
  lead    'priya@acme.example'
  members 'sam@acme.example', 'olga@acme.example'
  paid on qualified_leads
}
";

pub const SOURCES: &str = "\
source leads 'One row for each form that was sent' {
  key  lead_id
  time sent_at

  lead_id     integer
  account_id  integer
  score       integer check >= 0
  accepted    boolean
  is_test     boolean
  sent_at     timestamp

  is_qualified = score >= 60 and accepted

  join account to accounts on account_id
}

source accounts 'One row for each company' {
  key account_id

  account_id integer
  parent_id  integer
  region     text
}

source deals 'One row for each deal' {
  key  deal_id
  time closed_at

  deal_id   integer
  amount    decimal(12, 2) check >= 0
  stage     text
  closed_at timestamp
}
";

pub const METRICS: &str = "\
metric leads 'Leads' = count() from leads where not is_test {
  means     'Forms sent by people outside Acme.'
  owner     marketing
  agreed by sales
}

metric qualified_leads 'Qualified leads' = count() from leads where is_qualified and not is_test {
  means     'Leads with 60 points or more that sales agreed to work on.'
  owner     finance
  agreed by sales, marketing
  guardrail deals_won
  variant of leads because 'it is the part of the leads that both departments stand behind'
  goal      up
  by        region
  tier      1
}

metric bookings 'Bookings' = sum(amount) from deals where stage = 'won' {
  means     'What customers signed for.'
  owner     finance
  agreed by sales
  guardrail qualified_leads
  goal      up
}

metric deals_won 'Deals won' = count() from deals where stage = 'won' {
  owner     finance
}

metric win_value 'Value of a win' = bookings / deals_won {
  owner     finance
  agreed by sales
}

metric old_leads 'Forms' = count() from leads where score > 0 {
  owner     marketing
}

metric guess 'A guess' = count() from deals where amount > 5 {
  owner  sales
  status draft
}
";

pub const DIMENSIONS: &str = "\
dimension region 'Sales region' {
  leads account.region
}
";

pub const REPORTS: &str = "\
report funnel 'Funnel' {
  owner  finance
  show   qualified_leads, bookings, deals_won
  by     month
  during last 6 months
}
";

/// People with a key each. Olga's ran out, and nobody knows Mallory's.
pub const PEOPLE: [&str; 7] = ["ines", "ravi", "dana", "sam", "priya", "olga", "mallory"];

pub fn address(person: &str) -> String {
    format!("{person}@acme.example")
}

/// The keys of all people, made once.
fn keys() -> &'static Path {
    static KEYS: OnceLock<TempDir> = OnceLock::new();
    let folder = KEYS.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        for person in PEOPLE {
            let done = Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-C", person, "-f"])
                .arg(folder.path().join(person))
                .output()
                .expect("the tests need ssh-keygen");
            assert!(done.status.success(), "{done:?}");
        }
        folder
    });
    folder.path()
}

pub fn key(person: &str) -> PathBuf {
    keys().join(person)
}

pub fn public_key(person: &str) -> String {
    let text = fs::read_to_string(keys().join(format!("{person}.pub"))).expect("the key was made");
    signature::plain_key(&text).expect("it is a key")
}

fn signers() -> String {
    let line = |person: &&str| {
        let until = if *person == "olga" { ",valid-before=\"20240101\"" } else { "" };
        format!("{} namespaces=\"etalon\"{until} {}\n", address(person), public_key(person))
    };
    PEOPLE.iter().filter(|person| **person != "mallory").map(line).collect()
}

/// A repository whose `main` is governed: everything in it is locked and approved. The work tree is at a branch `change`.
pub struct Repo {
    folder: TempDir,
}

impl Repo {
    pub fn governed() -> Repo {
        static MADE: OnceLock<TempDir> = OnceLock::new();
        let made = MADE.get_or_init(|| {
            let folder = tempfile::tempdir().expect("a temporary folder can be made");
            let repo = Repo { folder };
            repo.found();
            repo.folder
        });
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let done = Command::new("cp").arg("-a").arg(format!("{}/.", made.path().display())).arg(folder.path()).status();
        assert!(done.is_ok_and(|status| status.success()), "a folder can be copied");
        let repo = Repo { folder };
        repo.git(&["checkout", "-q", "-b", "change"]);
        repo
    }

    /// A project that is governed from its first commit on.
    fn found(&self) {
        self.git(&["init", "-q", "-b", "main"]);
        self.write("etalon.yaml", CONFIG);
        self.write("metrics/teams.metric", TEAMS);
        self.write("metrics/sources.metric", SOURCES);
        self.write("metrics/metrics.metric", METRICS);
        self.write("metrics/dimensions.metric", DIMENSIONS);
        self.write("metrics/reports.metric", REPORTS);
        self.write("allowed_signers", &signers());
        self.good(&["lock"]);
        self.good(&["approve", "--trust", "--as", "finance", "--key", &path(&key("ines"))]);
        self.good(&["approve", "--trust", "--as", "sales", "--key", &path(&key("dana"))]);
        for (team, person) in [("finance", "ines"), ("sales", "dana"), ("marketing", "priya")] {
            self.good(&["approve", "--all", "--as", team, "--key", &path(&key(person))]);
        }
        self.good(&["check"]);
        self.commit("ines", "Everything is agreed on");
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn git(&self, words: &[&str]) -> String {
        let done = Command::new("git")
            .args(["-c", "user.name=Somebody", "-c", "user.email=nobody@acme.example", "-c", "commit.gpgsign=false"])
            .args(words)
            .current_dir(self.path())
            .output()
            .expect("the tests need git");
        assert!(done.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    pub fn commit(&self, author: &str, message: &str) {
        self.git(&["add", "-A"]);
        let author = address(author);
        let (name, email) = (format!("user.name={author}"), format!("user.email={author}"));
        self.git(&["-c", &name, "-c", &email, "commit", "-q", "--allow-empty", "-m", message]);
    }

    pub fn write(&self, file: &str, text: &str) {
        write(self.path(), file, text);
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    pub fn append(&self, file: &str, text: &str) {
        self.write(file, &format!("{}\n{text}", self.read(file)));
    }

    /// Puts one text in the place of another, which has to be there.
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{file} does not hold {from:?}");
        self.write(file, &text.replace(from, to));
    }

    pub fn remove(&self, file: &str) {
        fs::remove_file(self.path().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    }

    pub fn etalon(&self, words: &[&str]) -> Run {
        etalon(self.path(), words)
    }

    /// A run that has to go well.
    pub fn good(&self, words: &[&str]) -> String {
        let run = self.etalon(words);
        assert_eq!(run.code, Some(0), "etalon {words:?}:\n{}{}", run.out, run.err);
        run.out
    }

    pub fn lock(&self) {
        self.good(&["lock", "--against", "main"]);
    }

    pub fn approve(&self, name: &str, team: &str, person: &str) {
        self.good(&["approve", name, "--as", team, "--key", &path(&key(person))]);
    }

    pub fn approve_trust(&self, team: &str, person: &str) {
        self.good(&["approve", "--trust", "--as", team, "--key", &path(&key(person))]);
    }

    /// The gate, as it stands before `main`.
    pub fn check(&self) -> Run {
        self.etalon(&["check", "--against", "main"])
    }

    pub fn entry(&self, name: &str) -> Entry {
        let (lock, _) = Lock::read(&self.read("etalon.lock"));
        let entry = [Kind::Metric, Kind::Report].into_iter().find_map(|kind| lock.get(kind, name).cloned());
        entry.unwrap_or_else(|| panic!("{name} is not in the lock"))
    }

    /// Writes an approval into the lock by hand, signed with any key whatever the program thinks of it.
    pub fn forge(&self, name: &str, team: &str, person: &str, with: &str, trust: u32) {
        let entry = self.entry(name);
        let text = entry.record.text("acme");
        self.put(
            name,
            Approval {
                team: team.to_owned(),
                person: address(person),
                trust,
                record: Digest::of_bytes(&text),
                signature: Some(sign(with, &to_sign(&text, trust, team, &address(person)))),
            },
        );
    }

    /// Writes an approval into the lock by hand.
    pub fn put(&self, name: &str, approval: Approval) {
        let (mut lock, _) = Lock::read(&self.read("etalon.lock"));
        let entry = lock.entries.values_mut().find(|entry| entry.record.facts.name == name).expect("it is locked");
        entry.approvals.push(approval);
        self.write("etalon.lock", &lock.text());
    }
}

/// A signature over a text, as one word.
pub fn sign(person: &str, text: &str) -> String {
    let mut child = Command::new("ssh-keygen")
        .args(["-q", "-Y", "sign", "-n", signature::NAMESPACE, "-f"])
        .arg(key(person))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the tests need ssh-keygen");
    child.stdin.take().expect("it is piped").write_all(text.as_bytes()).expect("it reads");
    let done = child.wait_with_output().expect("it ends");
    signature::word(&String::from_utf8_lossy(&done.stdout)).expect("it signs")
}

pub fn path(path: &Path) -> String {
    path.display().to_string()
}
