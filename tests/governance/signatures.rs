//! Signatures, verified here and by stock `ssh-keygen`.

use crate::repo::{Repo, key, path, sign};
use etalon::govern::signature;
use std::process::Command;

/// Keys that people have: each kind signs, is verified in Rust, and is refused for another message, key or purpose.
#[test]
fn every_kind_of_key_is_verified() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for (kind, bits) in [("ed25519", "256"), ("ecdsa", "256"), ("ecdsa", "384"), ("rsa", "2048"), ("rsa", "3072")] {
        let file = folder.path().join(format!("{kind}{bits}"));
        let made = Command::new("ssh-keygen").args(["-q", "-t", kind, "-b", bits, "-N", "", "-f"]).arg(&file).status();
        assert!(made.is_ok_and(|status| status.success()), "{kind} {bits}");
        let public = std::fs::read_to_string(file.with_extension("pub")).expect("it was made");
        let public = signature::plain_key(&public).expect("it is a key");
        let message = folder.path().join("message");
        for (namespace, is_good) in [("etalon", true), ("git", false)] {
            std::fs::write(&message, "what is approved\n").expect("it can be written");
            let _ = std::fs::remove_file(message.with_extension("sig"));
            let signed = Command::new("ssh-keygen")
                .args(["-q", "-Y", "sign", "-n", namespace, "-f"])
                .arg(&file)
                .arg(&message)
                .output();
            assert!(signed.is_ok_and(|done| done.status.success()), "{kind} {bits}");
            let text = std::fs::read_to_string(message.with_extension("sig")).expect("it was signed");
            let word = signature::word(&text).expect("it is a signature");
            assert_eq!(signature::key(&word).as_ref(), Some(&public), "{kind} {bits}");
            assert_eq!(
                signature::is_good(&word, &public, b"what is approved\n"),
                is_good,
                "{kind} {bits} for {namespace}"
            );
            assert!(!signature::is_good(&word, &public, b"what is approved"), "{kind} {bits}: another message");
            assert_eq!(signature::armour(&word).expect("it is one").trim_end(), text.trim_end(), "{kind} {bits}");
        }
    }
}

#[test]
fn a_damaged_signature_is_none() {
    let word = sign("ines", "text");
    let key = crate::repo::public_key("ines");
    assert!(signature::is_good(&word, &key, b"text"));
    for at in [0, 10, word.len() / 2, word.len() - 6] {
        let mut damaged = word.clone().into_bytes();
        damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
        let damaged = String::from_utf8(damaged).expect("letters stay letters");
        assert!(!signature::is_good(&damaged, &key, b"text"), "at {at}");
    }
    for word in ["", "AAAA", "====", &word[..40], "a b"] {
        assert!(!signature::is_good(word, &key, b"text"), "{word}");
        assert_eq!(signature::armour(word), None, "{word}");
    }
}

/// Whoever does not trust this program has the means not to.
#[test]
fn stock_ssh_keygen_verifies_what_is_exported() {
    let repo = Repo::governed();
    repo.good(&["approvals", "--export", "out"]);
    let out = repo.path().join("out");
    let run = |script: &str| Command::new("sh").arg(script).current_dir(&out).output().expect("there is a shell");
    let done = run("verify.sh");
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    // leads 2, qualified_leads 3, bookings 2, deals_won 1, win_value 2, old_leads 1, the report 1
    assert_eq!(said.matches("Good \"etalon\" signature").count(), 12, "{said}");
    let name = out.join("bookings@1.sales.txt");
    let text = std::fs::read_to_string(&name).expect("it was written");
    std::fs::write(&name, text.replace("version 1", "version 2")).expect("it can be written");
    assert!(!run("verify.sh").status.success(), "a changed text is refused");
}

/// A private key may live in an agent: then the public half is named.
#[test]
fn an_agent_signs() {
    let repo = Repo::governed();
    let agent = repo.path().join("agent.sock");
    let script = format!(
        "eval $(ssh-agent -a '{}') >/dev/null && ssh-add -q '{}' && '{}' approve bookings --as finance --key '{}.pub'; code=$?; ssh-agent -k >/dev/null; exit $code",
        path(&agent),
        path(&key("ravi")),
        env!("CARGO_BIN_EXE_etalon"),
        path(&repo.path().join("ravi")),
    );
    std::fs::copy(key("ravi").with_extension("pub"), repo.path().join("ravi.pub")).expect("it can be copied");
    let done = Command::new("sh").args(["-c", &script]).current_dir(repo.path()).output().expect("there is a shell");
    assert!(
        done.status.success(),
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    assert!(repo.entry("bookings").approvals.iter().any(|approval| approval.person == "ravi@acme.example"));
    assert_eq!(repo.etalon(&["check"]).code, Some(0));
}
