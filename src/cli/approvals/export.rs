//! Approvals as files that stock `ssh-keygen` verifies, without this program.

use crate::cli::build::{file_name, write_if_changed};
use crate::diagnostic::Failure;
use crate::govern::State;
use crate::govern::lock::Entry;
use crate::govern::record::to_sign;
use crate::govern::signature::{NAMESPACE, armour};
use crate::govern::standing::Standing;
use crate::govern::trust::Trust;
use std::fs;
use std::path::Path;

/// Writes what was signed, its signature and the signers of its time, for each approval that counts; and how to verify them.
pub fn write(now: &State, stands: &[(&Entry, Standing)], folder: &Path) -> Result<usize, Failure> {
    fs::create_dir_all(folder).map_err(|source| Failure::Write { path: folder.into(), source })?;
    let project = now.side.project;
    let mut commands =
        vec!["#!/bin/sh".to_owned(), "# Each line ends well if the signature is good.".to_owned(), "set -e".to_owned()];
    let mut written = 0;
    for (entry, standing) in stands {
        let record = &entry.record;
        let text = record.text(project);
        for (at, approval) in entry.approvals.iter().enumerate() {
            let is_void = standing.void.iter().any(|(void, _)| *void == at);
            let text = match approval.record == record.digest(project) {
                true => Some(text.clone()),
                false => (now.text_of)(&approval.record),
            };
            let signature = approval.signature.as_deref().and_then(armour);
            let (Some(text), Some(signature), false) = (text, signature, is_void) else { continue };
            let trust = now.chain.trust(approval.trust).unwrap_or(&now.trust);
            let name = format!("{}@{}.{}", file_name(&record.facts.name), record.version, file_name(&approval.team));
            let signed = to_sign(&text, approval.trust, &approval.team, &approval.person);
            let keys = format!("allowed_signers.{}", approval.trust);
            write_if_changed(&folder.join(format!("{name}.txt")), signed.as_bytes())?;
            write_if_changed(&folder.join(format!("{name}.sig")), signature.as_bytes())?;
            write_if_changed(&folder.join(&keys), signers(trust).as_bytes())?;
            let person = approval.person.replace('\'', "");
            commands.push(format!(
                "ssh-keygen -Y verify -n {NAMESPACE} -f '{keys}' -I '{person}' -s '{name}.sig' < '{name}.txt'"
            ));
            written += 1;
        }
    }
    commands.push(String::new());
    write_if_changed(&folder.join("verify.sh"), commands.join("\n").as_bytes())?;
    Ok(written)
}

/// The keys of what is trusted, in OpenSSH's form.
pub fn signers(trust: &Trust) -> String {
    let mut text = String::new();
    for signer in &trust.keys {
        let mut options = format!("namespaces=\"{NAMESPACE}\"");
        let day = |day: jiff::civil::Date| day.strftime("%Y%m%d").to_string();
        signer.after.iter().for_each(|after| options.push_str(&format!(",valid-after=\"{}\"", day(*after))));
        signer.before.iter().for_each(|before| options.push_str(&format!(",valid-before=\"{}\"", day(*before))));
        text.push_str(&format!("{} {options} {}\n", signer.person, signer.key));
    }
    text
}
