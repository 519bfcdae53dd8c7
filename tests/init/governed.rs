//! A project governed from its first commit: what `etalon init` made, signed by all, passes its gate, and a change of what a
//! number means does not.

use crate::Machine;

/// A project whose three teams each have a key and have agreed to everything.
fn agreed() -> Machine {
    let machine = Machine::new();
    for team in ["finance", "sales", "marketing"] {
        let path = machine.path(team);
        let words = ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path.to_str().unwrap()];
        machine.program("ssh-keygen", &machine.path(""), &words).succeeded().unwrap();
    }
    let words = ["init", "acme", "--signer", "finance@example.com", "--key", "finance.pub"];
    machine.etalon("", &words).succeeded().unwrap();
    let mut signers = machine.read("acme/allowed_signers");
    for team in ["sales", "marketing"] {
        let key = machine.read(&format!("{team}.pub"));
        signers.push_str(&format!("{team}@example.com namespaces=\"etalon\" {}\n", key.trim()));
    }
    machine.write("acme/allowed_signers", &signers);
    machine.git("acme", &["init", "--quiet", "-b", "main"]);
    machine.etalon("acme", &["lock"]).succeeded().unwrap();
    for (what, teams) in [
        ("--trust", &["finance", "sales", "marketing"][..]),
        ("revenue", &["finance", "sales", "marketing"]),
        ("refund_rate", &["finance", "sales"]),
        ("monthly_numbers", &["finance"]),
    ] {
        for team in teams {
            let key = format!("../{team}");
            machine.etalon("acme", &["approve", what, "--as", team, "--key", &key]).succeeded().unwrap();
        }
    }
    machine.git("acme", &["add", "."]);
    machine.git("acme", &["commit", "--quiet", "-m", "first"]);
    machine
}

#[test]
fn once_all_have_signed_the_check_passes() {
    let machine = agreed();
    machine.etalon("acme", &["check"]).succeeded().unwrap();
    assert_eq!(machine.git("acme", &["status", "--porcelain"]), "", "all of it is committed");
    machine.etalon("acme", &["check", "--against", "main"]).succeeded().unwrap();
}

#[test]
fn a_change_of_what_a_number_means_does_not_pass_until_all_have_signed() {
    let machine = agreed();
    machine.git("acme", &["checkout", "--quiet", "-b", "change"]);
    let text = machine.read("acme/metrics/finance.metric");
    machine.write("acme/metrics/finance.metric", &text.replacen("status = 'complete'", "status <> 'cancelled'", 1));
    let check = ["check", "--against", "main"];
    assert_eq!(machine.etalon("acme", &check).code, Some(1));
    machine.etalon("acme", &["lock", "--against", "main"]).succeeded().unwrap();
    for team in ["finance", "sales", "marketing"] {
        assert_eq!(machine.etalon("acme", &check).code, Some(1), "before {team} has signed");
        let key = format!("../{team}");
        machine.etalon("acme", &["approve", "revenue", "--as", team, "--key", &key]).succeeded().unwrap();
    }
    machine.etalon("acme", &check).succeeded().unwrap();
}

/// Changes of different numbers merge by themselves, by what `.gitattributes` says of the lock.
#[test]
fn changes_of_two_numbers_merge() {
    let machine = agreed();
    for (branch, name, from, to, approved, teams) in [
        (
            "one",
            "finance",
            "status = 'complete'",
            "status <> 'cancelled'",
            "revenue",
            &["finance", "sales", "marketing"][..],
        ),
        ("two", "reports", "last 13 months", "last 25 months", "monthly_numbers", &["finance"]),
    ] {
        machine.git("acme", &["checkout", "--quiet", "-b", branch, "main"]);
        let file = format!("acme/metrics/{name}.metric");
        machine.write(&file, &machine.read(&file).replacen(from, to, 1));
        machine.etalon("acme", &["lock"]).succeeded().unwrap();
        for team in teams {
            let key = format!("../{team}");
            machine.etalon("acme", &["approve", approved, "--as", team, "--key", &key]).succeeded().unwrap();
        }
        machine.git("acme", &["add", "."]);
        machine.git("acme", &["commit", "--quiet", "-m", branch]);
    }
    machine.git("acme", &["merge", "--quiet", "-m", "both", "one"]);
    machine.etalon("acme", &["check", "--against", "main"]).succeeded().unwrap();
}
