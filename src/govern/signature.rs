//! Signatures of SSH keys over what is approved: `ssh-keygen -Y sign -n etalon` makes them, this verifies them without it.

use ssh_key::{HashAlg, LineEnding, PublicKey, SshSig};

/// What signatures of this compiler are for: one that was given for another purpose (a commit, a login) counts for nothing here.
/// [PROTOCOL.sshsig](https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig)
pub const NAMESPACE: &str = "etalon";

/// The bytes of a signature as one word, without the lines around them.
pub fn word(armoured: &str) -> Option<String> {
    let lines = armoured.lines().map(str::trim).filter(|line| !line.is_empty());
    let inner: Vec<&str> = lines.filter(|line| !line.starts_with("-----")).collect();
    let word = inner.concat();
    armour(&word).and_then(|text| SshSig::from_pem(text).ok()).map(|_| word)
}

/// The word as a file that `ssh-keygen -Y verify` reads.
pub fn armour(word: &str) -> Option<String> {
    if !word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)) {
        return None;
    }
    // RFC 4716's lines of 70, as OpenSSH writes them.
    let lines: Vec<&str> = word.as_bytes().chunks(70).filter_map(|chunk| std::str::from_utf8(chunk).ok()).collect();
    let text = format!("-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n", lines.join("\n"));
    // What is printed here is what the library prints: a word with other bytes behind it is refused.
    let parsed = SshSig::from_pem(&text).ok()?;
    (parsed.to_pem(LineEnding::LF).ok()?.trim_end() == text.trim_end()).then_some(text)
}

/// The key that made a signature, as `ssh-ed25519 AAAA…`; it says nothing of whether the signature is good.
pub fn key(word: &str) -> Option<String> {
    let signature = SshSig::from_pem(armour(word)?).ok()?;
    PublicKey::from(signature.public_key().clone()).to_openssh().ok()
}

/// Whether this key signed this message for this purpose.
pub fn is_good(word: &str, key: &str, message: &[u8]) -> bool {
    let Some(signature) = armour(word).and_then(|text| SshSig::from_pem(text).ok()) else { return false };
    let Ok(key) = PublicKey::from_openssh(key) else { return false };
    matches!(signature.hash_alg(), HashAlg::Sha256 | HashAlg::Sha512)
        && key.verify(NAMESPACE, message, &signature).is_ok()
}

/// A public key without its comment, in the one form that keys are compared by; nothing if it is none.
pub fn plain_key(key: &str) -> Option<String> {
    let mut key = PublicKey::from_openssh(key.trim()).ok()?;
    key.set_comment("");
    Some(key.to_openssh().ok()?.trim_end().to_owned())
}

/// `SHA256:…`, as `ssh-keygen -l` shows a key.
pub fn fingerprint(key: &str) -> String {
    PublicKey::from_openssh(key).map(|key| key.fingerprint(HashAlg::Sha256).to_string()).unwrap_or_default()
}
