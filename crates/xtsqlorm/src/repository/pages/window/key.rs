//! The key that tokens are signed with.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::error::{Error, Result};

/// Bytes of a signature: half of what SHA-256 gives, which is the least that RFC 2104 calls safe.
pub(super) const SIGNATURE: usize = 16;

/// Sets these signatures apart from others that are made with the same key.
const PURPOSE: &[u8] = b"xtsqlorm window token\0";

/// The secret that the tokens of [windows](super::Window) are signed with, by HMAC-SHA256.
///
/// Whoever has the key can make tokens, and so read the rows of any query from any place in its
/// order; nothing else. A token is signed, not encrypted: its reader sees the sort values of one row.
///
/// `Debug` does not print the key. Clones are cheap.
#[derive(Clone)]
pub struct TokenKey {
    signer: Hmac<Sha256>,
}

impl TokenKey {
    /// A key that the application keeps: the same one in all its processes, and after a restart.
    ///
    /// ```
    /// use xtsqlorm::repository::TokenKey;
    ///
    /// // From a secret store, where somebody put what `openssl rand 32` gave.
    /// let secret = [7_u8; 32];
    /// let key = TokenKey::from_bytes(&secret)?;
    /// assert!(TokenKey::from_bytes(b"too short").is_err());
    /// # let _ = key;
    /// # Ok::<(), xtsqlorm::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for fewer than 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let refused = |problem| Error::invalid("token key", problem, "give 32 random bytes");
        if bytes.len() < 32 {
            return Err(refused(format!("{} bytes can be guessed", bytes.len())));
        }
        let mut signer = Hmac::<Sha256>::new_from_slice(bytes)
            .map_err(|_| refused("the bytes are no key".to_owned()))?;
        signer.update(PURPOSE);
        Ok(Self { signer })
    }

    /// A key that nobody else has: other processes, and this one after a restart, refuse its tokens,
    /// so that their readers begin with the first window again. For tests, and for a service of one
    /// process.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] where the operating system has no random bytes to give.
    pub fn random() -> Result<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| {
            Error::invalid(
                "token key",
                format!("the operating system gives no random bytes: {error}"),
                "give a key with `from_bytes`",
            )
        })?;
        Self::from_bytes(&bytes)
    }

    pub(super) fn sign(&self, bytes: &[u8]) -> [u8; SIGNATURE] {
        let whole = self.signer.clone().chain_update(bytes).finalize();
        let mut signature = [0; SIGNATURE];
        signature.copy_from_slice(&whole.into_bytes()[..SIGNATURE]);
        signature
    }

    /// Whether `signature` is that of `bytes`, in a time that does not tell how much of it is right.
    pub(super) fn verifies(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let signer = self.signer.clone().chain_update(bytes);
        signature.len() == SIGNATURE && signer.verify_truncated_left(signature).is_ok()
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKey").finish_non_exhaustive()
    }
}
