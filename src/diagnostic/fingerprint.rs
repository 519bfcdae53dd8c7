//! By what a finding is known again in the next run: not by its line, which moves with every edit above it.

use super::Diagnostic;
use crate::source::Sources;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

/// A fingerprint for each: of the code, what it is about (else the file) and the message; of several that are alike in these,
/// the number as well.
pub fn fingerprints<'d>(diagnostics: impl Iterator<Item = &'d Diagnostic>, sources: &Sources) -> Vec<String> {
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    let each = diagnostics.map(|diagnostic| {
        let place = match &diagnostic.about {
            Some(metric) => format!("metric {metric}"),
            None => format!("file {}", sources.path(diagnostic.span.file)),
        };
        let mut digest = Sha256::new();
        for part in [diagnostic.code.id, &place, &diagnostic.message] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        let text: String = digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let number = seen.entry(text.clone()).or_default();
        *number += 1;
        format!("{text}:{number}")
    });
    each.collect()
}
