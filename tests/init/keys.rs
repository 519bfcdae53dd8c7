//! Whose key a project begins with, and that no private one is ever taken.

use crate::Machine;
use crate::support::program::Run;

/// Makes a key pair with stock `ssh-keygen`, and gives type and key of the public one.
fn key(machine: &Machine, name: &str, kind: &str) -> String {
    let path = machine.path(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let words = ["-q", "-t", kind, "-N", "", "-C", "dana@her-laptop", "-f", path.to_str().unwrap()];
    machine.program("ssh-keygen", &machine.path(""), &words).succeeded().unwrap();
    let text = machine.read(&format!("{name}.pub"));
    text.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

/// The lines of `allowed_signers` that are no comments.
fn signers(machine: &Machine) -> Vec<String> {
    let text = machine.read("acme/allowed_signers");
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

fn with(machine: &Machine, email: &str, key: &str) -> Run {
    machine.etalon("", &["init", "acme", "--signer", email, "--key", key])
}

#[test]
fn a_key_that_is_named_counts_and_stock_ssh_keygen_takes_the_file() {
    let machine = Machine::new();
    for kind in ["ed25519", "ecdsa", "rsa"] {
        let public = key(&machine, &format!("keys/{kind}"), kind);
        let _ = std::fs::remove_dir_all(machine.path("acme"));
        with(&machine, "dana@acme.example", &format!("keys/{kind}.pub")).succeeded().unwrap();
        assert_eq!(signers(&machine), [format!("dana@acme.example namespaces=\"etalon\" {public}")]);
        assert!(!machine.read("acme/allowed_signers").contains("laptop"), "the key's comment is nobody's business");
        assert!(machine.read("acme/metrics/teams.metric").contains("lead    'dana@acme.example'"));
        machine.etalon("acme", &["list"]).succeeded().unwrap();

        machine.write("statement", "a number\n");
        let (private, signature) = (format!("keys/{kind}"), machine.path("statement.sig"));
        // The signature is good for approvals, and the same key for nothing else.
        for (namespace, is_good) in [("etalon", true), ("git", false)] {
            let _ = std::fs::remove_file(&signature);
            let sign = ["-q", "-Y", "sign", "-n", namespace, "-f", &private, "statement"];
            machine.program("ssh-keygen", &machine.path(""), &sign).succeeded().unwrap();
            let verify = format!(
                "ssh-keygen -Y verify -f acme/allowed_signers -I dana@acme.example -n {namespace} -s statement.sig < statement"
            );
            let run = machine.program("sh", &machine.path(""), &["-c", &verify]);
            assert_eq!(run.code == Some(0), is_good, "{kind} {namespace}: {}{}", run.out, run.err);
        }
    }
}

#[test]
fn a_private_key_is_refused_and_not_shown() {
    let machine = Machine::new();
    key(&machine, "keys/id", "ed25519");
    let run = with(&machine, "dana@acme.example", "keys/id");
    assert_eq!(run.code, Some(2));
    assert_eq!(
        run.err,
        "error: `keys/id` is a private key, which nobody else may see\n\
         help: name the public one, which lies beside it: `--key keys/id.pub`\n"
    );
    assert!(!machine.path("acme").exists());
}

/// OpenSSH takes `*` for everybody, and blanks and commas for the end of a name.
#[test]
fn an_address_that_would_be_a_pattern_is_refused() {
    let machine = Machine::new();
    key(&machine, "id", "ed25519");
    for email in [
        "*",
        "*@acme.example",
        "dana@acme.example,*",
        "dana@acme example",
        "!dana@acme.example",
        "dana",
        "d@a@b",
        "'@x",
    ] {
        let run = with(&machine, email, "id.pub");
        assert_eq!(run.code, Some(2), "{email}");
        assert!(run.err.contains("is no address of one person"), "{}", run.err);
        assert!(!machine.path("acme").exists());
    }
}

#[test]
fn a_file_that_is_no_key_is_refused() {
    let machine = Machine::new();
    let public = key(&machine, "id", "ed25519");
    let (kind, digits) = public.split_once(' ').unwrap();
    let other = key(&machine, "other", "ed25519");
    for (text, why) in [
        (String::new(), "empty"),
        ("hello\n".to_owned(), "no key"),
        (format!("{public}\n{other}\n"), "two keys"),
        (format!("{kind} {}\n", &digits[..20]), "cut"),
        (format!("ssh-rsa {digits}\n"), "another type than it says"),
        (format!("ssh-dss {digits}\n"), "a type that nothing is signed with"),
        (format!("{kind} {}!===\n", &digits[..digits.len() - 4]), "signs that no key has"),
        (format!("*@acme.example {public}\n"), "a line of allowed_signers, for everybody"),
        (format!("cert-authority {public}\n"), "an authority, which vouches for others"),
    ] {
        machine.write("key.pub", &text);
        let run = with(&machine, "dana@acme.example", "key.pub");
        assert_eq!(run.code, Some(2), "{why}");
        assert!(run.err.starts_with("error: `key.pub` is no public key of OpenSSH\n"), "{why}: {}", run.err);
        assert!(!machine.path("acme").exists());
    }
}

#[test]
fn a_key_without_its_address_is_asked_for() {
    let machine = Machine::new();
    key(&machine, "id", "ed25519");
    let run = machine.etalon("", &["init", "acme", "--key", "id.pub"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("--signer <EMAIL>"), "{}", run.err);
}

/// Whoever told git to sign with a key has said that it is meant.
#[test]
fn the_key_that_git_signs_with_counts() {
    let machine = Machine::new();
    let public = key(&machine, "home/keys/work", "ed25519");
    for setting in ["~/keys/work".to_owned(), "~/keys/work.pub".to_owned(), format!("key::{public}"), public.clone()] {
        let _ = std::fs::remove_dir_all(machine.path("acme"));
        machine.write(
            "home/.gitconfig",
            &format!("[user]\n  email = dana@acme.example\n  signingkey = {setting}\n[gpg]\n  format = ssh\n"),
        );
        let run = machine.etalon("", &["init", "acme"]);
        assert_eq!(signers(&machine), [format!("dana@acme.example namespaces=\"etalon\" {public}")], "{setting}");
        assert!(run.err.contains("note: allowed_signers has the key of dana@acme.example"), "{}", run.err);
    }
}

/// A key of OpenPGP is named by its digits, and says nothing of SSH.
#[test]
fn a_key_that_git_does_not_sign_with_does_not_count() {
    let machine = Machine::new();
    key(&machine, "home/keys/work", "ed25519");
    machine.write("home/.gitconfig", "[user]\n  email = dana@acme.example\n  signingkey = ~/keys/work\n");
    machine.etalon("", &["init", "acme"]).succeeded().unwrap();
    assert!(signers(&machine).is_empty());
    assert!(machine.read("acme/metrics/teams.metric").contains("'finance@example.com'"));
}

#[test]
fn a_key_that_merely_lies_there_is_proposed_and_counts_for_nothing() {
    let machine = Machine::new();
    let public = key(&machine, "home/.ssh/id_ed25519", "ed25519");
    machine.write("home/.gitconfig", "[user]\n  email = dana@acme.example\n");
    let run = machine.etalon("", &["init", "acme"]);
    assert!(signers(&machine).is_empty());
    assert!(
        machine
            .read("acme/allowed_signers")
            .ends_with(&format!("\n# dana@acme.example namespaces=\"etalon\" {public}\n"))
    );
    assert!(machine.read("acme/metrics/teams.metric").contains("'finance@example.com'"));
    assert!(run.err.contains(" in a comment: take the `# ` away if that is what you sign with\n"), "{}", run.err);
}

#[test]
fn a_machine_without_keys_begins_without() {
    let machine = Machine::new();
    let run = machine.etalon("", &["init", "acme"]);
    assert!(signers(&machine).is_empty());
    assert!(run.err.contains("note: allowed_signers has no key yet: its first lines say how to add one\n"));
}

/// The command that the file's own comment tells people to type.
#[test]
fn the_comment_of_allowed_signers_says_what_works() {
    let machine = Machine::new();
    let public = key(&machine, "home/.ssh/id_ed25519", "ed25519");
    machine.etalon("", &["init", "acme"]).succeeded().unwrap();
    let text = machine.read("acme/allowed_signers");
    let command = text.lines().find_map(|line| line.strip_prefix("#   (")).expect("it has a command");
    machine.program("sh", &machine.path("acme"), &["-c", &format!("({command}")]).succeeded().unwrap();
    assert_eq!(signers(&machine), [format!("dana@example.com namespaces=\"etalon\" {public}")]);
}

#[test]
fn a_key_for_a_file_that_stays_is_shown_as_a_line_to_add() {
    let machine = Machine::new();
    let public = key(&machine, "id", "ed25519");
    machine.write("acme/allowed_signers", "# ours\n");
    let run = with(&machine, "dana@acme.example", "id.pub");
    assert_eq!(machine.read("acme/allowed_signers"), "# ours\n");
    let note = format!(
        "note: `allowed_signers` stays as it is: add the line `dana@acme.example namespaces=\"etalon\" {public}` to it\n"
    );
    assert!(run.err.contains(&note), "{}", run.err);
}
