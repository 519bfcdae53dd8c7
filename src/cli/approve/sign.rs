//! Signing with a person's SSH key, by `ssh-keygen`: keys in files, in agents and in hardware work as they do elsewhere.

use crate::diagnostic::Failure;
use crate::govern::signature::{self, NAMESPACE};
use crate::project::authors::configured;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A key to sign with: a private key's file, or a public key's whose private half an agent or a device has.
pub struct SigningKey {
    path: PathBuf,
    /// A public key that git's configuration holds as text, written for `ssh-keygen` to read.
    _written: Option<tempfile::TempPath>,
}

impl SigningKey {
    /// The one named, else that of `user.signingkey` of git, else the first usual one in `~/.ssh`.
    pub fn find(named: Option<&Path>, folder: &Path) -> Result<SigningKey, Failure> {
        if let Some(path) = named {
            return Ok(SigningKey { path: path.to_path_buf(), _written: None });
        }
        if let Some(said) = configured(folder, "user.signingkey") {
            let literal = said.strip_prefix("key::").unwrap_or(&said);
            if signature::plain_key(literal).is_some() {
                return SigningKey::written(literal);
            }
            let path = match said.strip_prefix("~/") {
                Some(rest) => home().map_or_else(|| PathBuf::from(&said), |home| home.join(rest)),
                None => PathBuf::from(&said),
            };
            if path.is_file() {
                return Ok(SigningKey { path, _written: None });
            }
        }
        let usual = ["id_ed25519", "id_ed25519_sk", "id_ecdsa", "id_ecdsa_sk", "id_rsa"];
        let own = home().map(|home| home.join(".ssh"));
        let found = own.iter().flat_map(|own| usual.map(|name| own.join(name))).find(|path| path.is_file());
        match found {
            Some(path) => Ok(SigningKey { path, _written: None }),
            None => Err(Failure::other(
                "there is no key to sign with",
                "name one: `--key ~/.ssh/id_ed25519`; or make one: `ssh-keygen -t ed25519`",
            )),
        }
    }

    fn written(key: &str) -> Result<SigningKey, Failure> {
        let failed = |source| Failure::Write { path: std::env::temp_dir(), source };
        let mut file = tempfile::Builder::new().suffix(".pub").tempfile().map_err(failed)?;
        writeln!(file, "{key}").map_err(failed)?;
        let path = file.into_temp_path();
        Ok(SigningKey { path: path.to_path_buf(), _written: Some(path) })
    }

    /// Its public half: of the file, of the one beside it, or worked out from the private one.
    pub fn public(&self) -> Result<String, Failure> {
        let mut beside = self.path.clone().into_os_string();
        beside.push(".pub");
        for path in [&self.path, Path::new(&beside)] {
            if let Some(key) = std::fs::read_to_string(path).ok().and_then(|text| signature::plain_key(&text)) {
                return Ok(key);
            }
        }
        let done = Command::new("ssh-keygen").args(["-y", "-f"]).arg(&self.path).output();
        let key = done.ok().and_then(|done| signature::plain_key(&String::from_utf8_lossy(&done.stdout)));
        key.ok_or_else(|| {
            Failure::other(
                format!("`{}` is no SSH key that can be read", self.path.display()),
                "name a private key, or a public key whose private half your agent has: `--key FILE`",
            )
        })
    }

    /// Signs a message, and gives the signature as one word.
    pub fn sign(&self, message: &str) -> Result<String, Failure> {
        let mut child = Command::new("ssh-keygen")
            .args(["-q", "-Y", "sign", "-n", NAMESPACE, "-f"])
            .arg(&self.path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| Failure::other(format!("`ssh-keygen` cannot be run: {error}"), "install OpenSSH"))?;
        let sent = child.stdin.take().map(|mut pipe| pipe.write_all(message.as_bytes()));
        let done = child.wait_with_output().map_err(|error| Failure::other(error.to_string(), ""))?;
        let word = signature::word(&String::from_utf8_lossy(&done.stdout));
        match (done.status.success() && sent.is_some_and(|sent| sent.is_ok()), word) {
            (true, Some(word)) => Ok(word),
            _ => {
                let said = String::from_utf8_lossy(&done.stderr);
                let said = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
                Err(Failure::other(
                    format!("`{}` cannot be signed with: {said}", self.path.display()),
                    "name a private key, or a public key whose private half your agent has: `--key FILE`",
                ))
            }
        }
    }
}

fn home() -> Option<PathBuf> {
    std::env::home_dir()
}
