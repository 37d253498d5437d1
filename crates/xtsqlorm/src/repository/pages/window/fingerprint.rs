//! What tells a query from others.

use sha2::{Digest, Sha256};

/// A digest of everything that a position depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint([u8; Self::LENGTH]);

impl Fingerprint {
    /// Bytes of the digest: enough that no two queries share one by chance.
    pub(super) const LENGTH: usize = 16;

    /// The digest of these parts, of which each keeps its place.
    pub(super) fn of<P: AsRef<str>>(parts: impl IntoIterator<Item = P>) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            let part = part.as_ref().as_bytes();
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        let mut bytes = [0; Self::LENGTH];
        bytes.copy_from_slice(&digest.finalize()[..Self::LENGTH]);
        Self(bytes)
    }

    pub(super) fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_their_places() {
        assert_eq!(Fingerprint::of(["ab", "c"]), Fingerprint::of(["ab", "c"]));
        assert_ne!(Fingerprint::of(["ab", "c"]), Fingerprint::of(["a", "bc"]));
        assert_ne!(Fingerprint::of(["a"]), Fingerprint::of(["a", ""]));
    }
}
