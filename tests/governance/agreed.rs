//! Agreeing, as people do it.

use crate::repo::{Repo, key, path};

/// A warehouse by its plain tables is the owner's to add: nobody's meaning moved.
#[test]
fn a_warehouse_by_its_pattern_needs_the_owner_alone() {
    let repo = Repo::governed();
    repo.edit("etalon.yaml", "policy:", "  extra: { dialect: sqlite }\npolicy:");
    repo.lock();
    for name in ["leads", "old_leads"] {
        repo.approve(name, "marketing", "priya");
    }
    for name in ["qualified_leads", "bookings", "deals_won", "win_value"] {
        repo.approve(name, "finance", "ines");
    }
    repo.commit("ines", "One more warehouse");
    let run = repo.check();
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    assert_eq!(repo.entry("bookings").record.version, 1);
}

/// Spelling, order, files and comments are nobody's business.
#[test]
fn another_spelling_needs_nobody() {
    let repo = Repo::governed();
    repo.edit("metrics/metrics.metric", "where is_qualified and not is_test {", "where not is_test and is_qualified {");
    let text = repo.read("metrics/metrics.metric");
    repo.write("metrics/moved.metric", &format!("# moved here\n{text}"));
    repo.remove("metrics/metrics.metric");
    repo.commit("priya", "Tidied up");
    let run = repo.check();
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    assert_eq!(repo.good(&["lock", "--against", "main"]), "");
}

/// What is trusted changes by those who kept it before.
#[test]
fn a_key_counts_from_the_next_change_on() {
    let repo = Repo::governed();
    repo.append("allowed_signers", &format!("mallory@acme.example {}\n", crate::repo::public_key("mallory")));
    repo.edit(
        "metrics/teams.metric",
        "members 'ravi@acme.example'",
        "members 'ravi@acme.example', 'mallory@acme.example'",
    );
    repo.lock();
    repo.approve_trust("finance", "ines");
    let run = repo.check();
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("entry 2 of etalon.trust is not agreed on: `sales` has yet to approve it"), "{}", run.err);
    repo.approve_trust("sales", "dana");
    repo.commit("ines", "Mallory is one of us");
    let run = repo.check();
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    repo.git(&["checkout", "-q", "-B", "main"]);
    repo.git(&["checkout", "-q", "-b", "next"]);
    repo.edit(
        "metrics/metrics.metric",
        "'Forms' = count() from leads where score > 0 {",
        "'Forms' = count() from leads where score > 1 {",
    );
    repo.edit(
        "metrics/metrics.metric",
        "from leads where score > 1 {\n  owner     marketing",
        "from leads where score > 1 {\n  owner     finance",
    );
    repo.lock();
    repo.approve("old_leads", "finance", "mallory");
    repo.approve("old_leads", "marketing", "priya");
    repo.commit("ines", "Finance does this now");
    let run = repo.check();
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
}

/// Somebody leaves: what they agreed to stays agreed on, and they can agree to nothing more.
#[test]
fn who_left_has_still_agreed() {
    let repo = Repo::governed();
    repo.edit(
        "metrics/teams.metric",
        "lead    'dana@acme.example'\n  members 'sam@acme.example'",
        "lead    'sam@acme.example'",
    );
    let own = format!("dana@acme.example namespaces=\"etalon\" {}\n", crate::repo::public_key("dana"));
    repo.edit("allowed_signers", &own, "");
    repo.lock();
    repo.approve_trust("finance", "ines");
    repo.approve_trust("sales", "sam");
    repo.commit("ines", "Dana has left");
    let run = repo.check();
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    repo.git(&["checkout", "-q", "-B", "main"]);
    repo.git(&["checkout", "-q", "-b", "next"]);
    let run = repo.etalon(&["approve", "bookings", "--as", "sales", "--key", &path(&key("dana"))]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("is nobody's by what is trusted now"), "{}", run.err);
    // By the rules of her time her key was good; those of today have to allow it as well.
    repo.edit(
        "metrics/metrics.metric",
        "'Value of a win' = bookings / deals_won",
        "'Value of a win' = bookings / leads",
    );
    repo.lock();
    repo.approve("win_value", "finance", "ines");
    repo.forge("win_value", "sales", "dana", "dana", 1);
    repo.commit("ines", "Dana said so");
    let run = repo.check();
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    assert!(
        run.err.contains("by dana@acme.example for `sales` does not count: the person is not in that team"),
        "{}",
        run.err
    );
}

/// A key that somebody else may have had: what it signed from then on is void.
#[test]
fn a_compromised_key_voids_what_it_signed() {
    let repo = Repo::governed();
    let fingerprint = etalon::govern::signature::fingerprint(&crate::repo::public_key("priya"));
    repo.append("etalon.yaml", &format!("  compromised: {{ '{fingerprint}': 1 }}\n"));
    repo.lock();
    repo.approve_trust("finance", "ines");
    repo.approve_trust("sales", "dana");
    repo.commit("ines", "Priya's laptop was stolen");
    repo.git(&["checkout", "-q", "-B", "main"]);
    let run = repo.check();
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("the key that signed it is declared compromised since"), "{}", run.err);
}

/// Where names are enough, names are enough, and no keys are asked for.
#[test]
fn names_are_enough_where_the_policy_says_so() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let write = |file: &str, text: &str| crate::support::sample::write(folder.path(), file, text);
    write("etalon.yaml", &crate::repo::CONFIG.replace("signed", "named"));
    write("metrics/teams.metric", crate::repo::TEAMS);
    write("metrics/sources.metric", crate::repo::SOURCES);
    write("metrics/metrics.metric", crate::repo::METRICS);
    write("metrics/dimensions.metric", crate::repo::DIMENSIONS);
    let run = |words: &[&str]| crate::support::program::etalon(folder.path(), words);
    assert_eq!(run(&["lock"]).code, Some(0));
    for (team, person) in
        [("finance", "ines@acme.example"), ("sales", "dana@acme.example"), ("marketing", "priya@acme.example")]
    {
        for what in ["--trust", "--all"] {
            let done = run(&["approve", what, "--as", team, "--person", person]);
            assert_eq!(done.code, Some(0), "{}", done.err);
        }
    }
    let done = run(&["check"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    let done = run(&["approve", "bookings", "--as", "sales", "--person", "ines@acme.example"]);
    assert_eq!(done.code, Some(2));
    assert!(done.err.contains("ines@acme.example is not in the team `sales`"), "{}", done.err);
}

/// Where nothing is asked for, nobody is said to have agreed.
#[test]
fn without_approvals_nothing_is_called_approved() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let write = |file: &str, text: &str| crate::support::sample::write(folder.path(), file, text);
    write("etalon.yaml", "project: shop\n");
    let team = "team a { lead 'a@acme.example' paid on nothing }\n";
    write(
        "metrics/m.metric",
        &format!("{team}source s {{ key id id integer }}\nmetric m = count() from s {{ owner a }}\n"),
    );
    let run = |words: &[&str]| crate::support::program::etalon(folder.path(), words);
    assert_eq!(run(&["lock"]).out, "m@1: new\n");
    assert_eq!(run(&["approvals"]).out, "m@1  locked; the policy asks for no approvals\n");
    let refused = run(&["approve", "m", "--as", "a"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.starts_with("error: the policy asks for no approvals\n"), "{}", refused.err);
}

/// Nobody signs what the definitions no longer are.
#[test]
fn what_is_not_locked_cannot_be_approved() {
    let repo = Repo::governed();
    repo.edit(
        "metrics/metrics.metric",
        "'Forms' = count() from leads where score > 0 {",
        "'Forms' = count() from leads where score > 1 {",
    );
    let run = repo.etalon(&["approve", "old_leads", "--as", "marketing", "--key", &path(&key("priya"))]);
    assert_eq!(run.code, Some(2));
    assert_eq!(
        run.err,
        "error: etalon.lock does not say what `old_leads` is now\nhelp: propose it first: `etalon lock`, and read what it says\n"
    );
}

/// The lock is the same bytes whoever writes it, and writing it again changes nothing.
#[test]
fn locking_again_changes_nothing() {
    let repo = Repo::governed();
    let before = (repo.read("etalon.lock"), repo.read("etalon.trust"));
    repo.good(&["lock"]);
    repo.good(&["lock", "--against", "main"]);
    repo.good(&["lock", "--check"]);
    assert_eq!((repo.read("etalon.lock"), repo.read("etalon.trust")), before);
}

#[test]
fn who_has_yet_to_agree_is_said() {
    let repo = Repo::governed();
    repo.edit("metrics/metrics.metric", "where is_qualified and not is_test {", "where is_qualified {");
    repo.good(&["lock", "--effective", "2026-12-01"]);
    repo.approve("qualified_leads", "marketing", "priya");
    let run = repo.etalon(&["approvals", "--missing"]);
    assert_eq!(run.code, Some(1));
    let wanted = "\
qualified_leads@2  proposed
  marketing: priya@acme.example
  finance: has yet to approve it
  sales: has yet to approve it
";
    assert_eq!(run.out, wanted);
    let owners = repo.good(&["approvals", "--codeowners"]);
    assert!(
        owners.contains("\n/metrics/metrics.metric dana@acme.example ines@acme.example priya@acme.example\n"),
        "{owners}"
    );
}
