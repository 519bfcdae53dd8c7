//! Whose key a new project begins with: the one that was named, else the one that git signs with here. A key that merely lies
//! on this machine is proposed in a comment, for nobody has said that it is meant. Only public keys are read.

use super::places::git;
use crate::diagnostic::Failure;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A line of `allowed_signers`, and where it is from.
#[derive(Debug)]
pub struct Signer {
    pub email: String,
    /// The type of the key, and the key.
    key: String,
    pub from: String,
    /// Somebody said that this is the key to sign with.
    pub is_meant: bool,
}

impl Signer {
    /// The key is good for approvals alone: whoever takes the file for something else finds none in it.
    pub fn line(&self) -> String {
        format!("{} namespaces=\"etalon\" {}", self.email, self.key)
    }
}

/// The types of keys that OpenSSH signs with.
const TYPES: [&str; 7] = [
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
];

/// The key that was named on the command line.
pub fn named(email: &str, path: &Path) -> Result<Signer, Failure> {
    if !is_address(email) {
        return Err(Failure::other(
            format!("`{email}` is no address of one person"),
            "name one, such as `--signer dana@acme.example`: letters, digits and `. _ + -` around one `@`",
        ));
    }
    let text = read(path)?;
    let key = public_key(&text).ok_or_else(|| no_key(path, &text))?;
    Ok(Signer { email: email.to_owned(), key, from: path.display().to_string(), is_meant: true })
}

/// What this machine knows: the key that git signs with in this folder, else one that lies where keys do.
pub fn known(folder: &Path) -> Option<Signer> {
    let email = git(folder, &["config", "--get", "user.email"]).filter(|email| is_address(email))?;
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE")).map(PathBuf::from);
    let signs_with_ssh = git(folder, &["config", "--get", "gpg.format"]).is_some_and(|format| format == "ssh");
    if signs_with_ssh
        && let Some(setting) = git(folder, &["config", "--get", "user.signingkey"])
        && let Some((key, from)) = of_git(&setting, home.as_deref())
    {
        return Some(Signer { email, key, from, is_meant: true });
    }
    let keys = home?.join(".ssh");
    ["id_ed25519.pub", "id_ed25519_sk.pub", "id_ecdsa.pub", "id_ecdsa_sk.pub", "id_rsa.pub"].iter().find_map(|name| {
        let path = keys.join(name);
        let key = public_key(&read(&path).ok()?)?;
        Some(Signer { email: email.clone(), key, from: path.display().to_string(), is_meant: false })
    })
}

/// `user.signingkey` is a key, or a file: of a public key, or of a private one with the public one beside it.
fn of_git(setting: &str, home: Option<&Path>) -> Option<(String, String)> {
    if let Some(key) = public_key(setting.strip_prefix("key::").unwrap_or(setting)) {
        return Some((key, "user.signingkey of git".to_owned()));
    }
    let path = match (setting.strip_prefix("~/"), home) {
        (Some(below), Some(home)) => home.join(below),
        _ => PathBuf::from(setting),
    };
    let path = match setting.ends_with(".pub") {
        true => path,
        false => {
            let mut name = path.into_os_string();
            name.push(".pub");
            PathBuf::from(name)
        }
    };
    let key = public_key(&read(&path).ok()?)?;
    Some((key, path.display().to_string()))
}

/// Letters, digits and few signs around one `@`: none that OpenSSH takes for a pattern of many addresses or for the end of one.
fn is_address(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._+-".contains(&byte))
    };
    text.split_once('@').is_some_and(|(name, host)| plain(name) && plain(host) && !name.starts_with('-'))
}

/// The beginning of a file: no public key is longer.
fn read(path: &Path) -> Result<String, Failure> {
    let failed = |source| Failure::Read { path: path.to_path_buf(), source };
    let mut bytes = Vec::new();
    fs::File::open(path).and_then(|file| file.take(16 << 10).read_to_end(&mut bytes)).map_err(failed)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Type and key of the one line of a public key. The comment, which names people's machines, is left out.
fn public_key(text: &str) -> Option<String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let (line, None) = (lines.next()?, lines.next()) else { return None };
    let mut words = line.split_ascii_whitespace();
    let (kind, key) = (words.next()?, words.next()?);
    let digits = key.trim_end_matches('=');
    let is_key = TYPES.contains(&kind)
        && key.len() % 4 == 0
        && key.len() - digits.len() < 3
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte))
        && key.starts_with(&beginning(kind))
        && key.len() > beginning(kind).len() + 40;
    is_key.then(|| format!("{kind} {key}"))
}

/// What the base64 of each key of a type begins with: the length of the type's name and the name, as far as they fill
/// whole groups.
fn beginning(kind: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = (kind.len() as u32).to_be_bytes().to_vec();
    bytes.extend(kind.bytes());
    let digits = bytes.chunks_exact(3).flat_map(|group| {
        let bits = u32::from(group[0]) << 16 | u32::from(group[1]) << 8 | u32::from(group[2]);
        [18, 12, 6, 0].map(|shift| char::from(DIGITS[(bits >> shift & 63) as usize]))
    });
    digits.collect()
}

fn no_key(path: &Path, text: &str) -> Failure {
    let shown = path.display();
    if text.contains("PRIVATE KEY") {
        return Failure::other(
            format!("`{shown}` is a private key, which nobody else may see"),
            format!("name the public one, which lies beside it: `--key {shown}.pub`"),
        );
    }
    Failure::other(
        format!("`{shown}` is no public key of OpenSSH"),
        "name a file of one line that begins with the type of the key, such as `ssh-ed25519 AAAA…`; `ssh-keygen -t ed25519` makes one",
    )
}
