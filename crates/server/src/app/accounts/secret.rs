//! Secrets that people carry: in a cookie, in a link, in a header.
//!
//! Start at [`Secret::new`].

use crate::app::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hearth_base::digest::Digest;
use hearth_store::accounts::SecretDigest;
use hearth_store::random;
use std::fmt;

/// Letters of 32 bytes.
const LETTERS: usize = 43;

/// 32 random bytes as text. Never shown by mistake.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn new() -> Result<Self, Problem> {
        let bytes: [u8; 32] = random::bytes()?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// What somebody sent, if it has the form of one.
    pub fn read(text: &str) -> Option<Self> {
        let is_letter = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_');
        (text.len() == LETTERS && text.bytes().all(is_letter)).then(|| Self(text.to_owned()))
    }

    /// The text that is given to its bearer, and kept nowhere.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What is kept of it. Looking a digest up takes a time that tells nothing of the secret.
    pub fn digest(&self) -> SecretDigest {
        *Digest::of(self.0.as_bytes()).as_bytes()
    }

    /// Another secret that follows from it, for another purpose, and does not lead back.
    pub fn derived(&self, purpose: &str) -> [u8; 32] {
        *Digest::of(format!("hearth {purpose}\n{}", self.0).as_bytes()).as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
