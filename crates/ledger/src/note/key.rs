//! Keys of signed notes: names, ids, and the two text forms in which keys are handed on.
//!
//! C2SP signed-note, sections "Signatures", "Signature types" and "Verifier keys"; the text form of signer keys is
//! that of Go's `sumdb/note`. Only Ed25519: plain note signatures (type 0x01) and timestamped cosignatures (type
//! 0x04, C2SP tlog-cosignature). Refuses to make keys: seeds are handed in. Start at [`VerifierKey`].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// The longest name of a key or a log, in bytes.
pub const MAX_NAME_BYTES: usize = 255;
/// The longest text of a key: a name, an id, a public key or a seed, and what stands between.
const MAX_KEY_TEXT_BYTES: usize = MAX_NAME_BYTES + 100;
const SIGNER_PREFIX: &str = "PRIVATE+KEY+";

/// What a key signs, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// Plain Ed25519 over the note's text (type 0x01): a log's own key.
    Note,
    /// Ed25519 over a time and a checkpoint (type 0x04): a witness's key.
    Cosignature,
}

impl KeyKind {
    fn type_byte(self) -> u8 {
        match self {
            Self::Note => 0x01,
            Self::Cosignature => 0x04,
        }
    }

    fn from_type_byte(byte: u8) -> Option<Self> {
        [Self::Note, Self::Cosignature].into_iter().find(|kind| kind.type_byte() == byte)
    }
}

/// Why a text is not a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The name cannot be that of a key.
    #[error("{0:?} cannot name a key: up to 255 bytes, no spaces, no plus sign, no control characters")]
    Name(String),
    /// The text has not the form of a key.
    #[error("this is not a key: expected {0}")]
    Form(&'static str),
    /// The key is of a kind that is not known here.
    #[error("keys of type {0:#04x} cannot be used: only Ed25519, types 0x01 and 0x04")]
    Kind(u8),
    /// The public key is not a point, or one under which anybody can sign.
    #[error("the public key of {0} is not a safe Ed25519 key: ask its owner to send it again")]
    Weak(String),
    /// The id does not belong to the name and the key.
    #[error("the key of {name} carries the id {has}, but its own is {own}: it was mistyped or changed")]
    Id {
        /// Name of the key.
        name: String,
        /// The id in the text.
        has: KeyId,
        /// The id computed from name and key.
        own: KeyId,
    },
}

/// Four bytes that, with its name, tell a key from others. No proof of anything.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 4]);

impl KeyId {
    /// Takes bytes as an id, as they stand in a signature line.
    #[must_use]
    pub const fn new(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// SHA-256(name ‖ 0x0A ‖ type ‖ public key)\[:4\].
    fn of(name: &str, kind: KeyKind, public: &[u8; 32]) -> Self {
        let digest = Sha256::new_with_prefix(name)
            .chain_update([b'\n', kind.type_byte()])
            .chain_update(public)
            .finalize();
        let [a, b, c, d, ..] = <[u8; 32]>::from(digest);
        Self([a, b, c, d])
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }

    /// Reads eight lowercase hexadecimal digits.
    fn from_hex(text: &str) -> Option<Self> {
        let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let fits = text.len() == 8 && text.bytes().all(lower);
        fits.then(|| u32::from_str_radix(text, 16).ok())?.map(|id| Self(id.to_be_bytes()))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// Whether a text can name a key or a log: not empty, at most [`MAX_NAME_BYTES`], no Unicode spaces, no plus
/// sign, no control characters.
#[must_use]
pub fn is_key_name(name: &str) -> bool {
    let forbidden = |letter: char| letter.is_whitespace() || letter == '+' || letter.is_control();
    !name.is_empty() && name.len() <= MAX_NAME_BYTES && !name.contains(forbidden)
}

/// A public key with its name: what somebody must hold, from a source they trust, to believe a signature.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    kind: KeyKind,
    id: KeyId,
    key: VerifyingKey,
}

impl VerifierKey {
    /// Names a public key. Refuses points that are not in canonical form and those of small order, under which
    /// signatures can be made by anybody.
    pub fn new(name: &str, kind: KeyKind, public: &[u8; 32]) -> Result<Self, KeyError> {
        if !is_key_name(name) {
            return Err(KeyError::Name(name.chars().take(MAX_NAME_BYTES).collect()));
        }
        let key = VerifyingKey::from_bytes(public).map_err(|_| KeyError::Weak(name.to_owned()))?;
        if key.is_weak() || key.to_edwards().compress().to_bytes() != *public {
            return Err(KeyError::Weak(name.to_owned()));
        }
        Ok(Self { name: name.to_owned(), kind, id: KeyId::of(name, kind, public), key })
    }

    /// Reads a vkey, `<name>+<id>+<base64(type ‖ public key)>`.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let form = || KeyError::Form("a verifier key, NAME+ID+BASE64");
        let (name, id, kind, public) = split_key_text(text).ok_or_else(form)?;
        let key = Self::new(name, kind?, &public)?;
        key.check_id(id)?;
        Ok(key)
    }

    fn check_id(&self, has: KeyId) -> Result<(), KeyError> {
        if has == self.id {
            return Ok(());
        }
        Err(KeyError::Id { name: self.name.clone(), has, own: self.id })
    }

    /// Name of the key; that of a log's key is the log's origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Kind of the key.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Id of the key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Whether the signature is this key's over the message (RFC 8032, without its laxities).
    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

/// The vkey.
impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_key_text(f, &self.name, self.id, self.kind, self.key.as_bytes())
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

/// A private key with its name. Its bytes are wiped when it is dropped, and no form of printing shows them.
pub struct SignerKey {
    verifier: VerifierKey,
    key: SigningKey,
}

impl SignerKey {
    /// Names the key that grows out of a seed: 32 unpredictable bytes, never shown, never used twice.
    pub fn from_seed(name: &str, kind: KeyKind, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let key = SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, kind, key.verifying_key().as_bytes())?;
        Ok(Self { verifier, key })
    }

    /// Reads a signer key, `PRIVATE+KEY+<name>+<id>+<base64(type ‖ seed)>`.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let form = || KeyError::Form("a signer key, PRIVATE+KEY+NAME+ID+BASE64");
        let rest = text.strip_prefix(SIGNER_PREFIX).ok_or_else(form)?;
        let (name, id, kind, seed) = split_key_text(rest).ok_or_else(form)?;
        let key = Self::from_seed(name, kind?, &seed)?;
        key.verifier.check_id(id)?;
        Ok(key)
    }

    /// The text to keep it by, readable by Go's `sumdb/note`. Whoever reads it can sign as this log.
    #[must_use]
    pub fn to_secret_text(&self) -> String {
        struct Secret<'a>(&'a SignerKey);
        impl fmt::Display for Secret<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let VerifierKey { name, id, kind, .. } = &self.0.verifier;
                f.write_str(SIGNER_PREFIX)?;
                write_key_text(f, name, *id, *kind, self.0.key.as_bytes())
            }
        }
        Secret(self).to_string()
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey({}, secret not shown)", self.verifier)
    }
}

/// `<name>+<id>+<base64(type ‖ key)>` taken apart; the type may still be one that is not known.
type KeyParts<'a> = (&'a str, KeyId, Result<KeyKind, KeyError>, [u8; 32]);

fn split_key_text(text: &str) -> Option<KeyParts<'_>> {
    if text.len() > MAX_KEY_TEXT_BYTES {
        return None;
    }
    let (name, rest) = text.split_once('+')?;
    let (id, key) = rest.split_once('+')?;
    let key = STANDARD.decode(key).ok()?;
    let (kind, bytes) = key.split_first()?;
    let kind = KeyKind::from_type_byte(*kind).ok_or(KeyError::Kind(*kind));
    // A key of another type may be of another length: it is told for its type.
    let bytes = if kind.is_ok() { bytes.try_into().ok()? } else { [0; 32] };
    Some((name, KeyId::from_hex(id)?, kind, bytes))
}

fn write_key_text(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    id: KeyId,
    kind: KeyKind,
    bytes: &[u8; 32],
) -> fmt::Result {
    let mut material = vec![kind.type_byte()];
    material.extend(bytes);
    write!(f, "{name}+{id}+{}", STANDARD.encode(material))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of C2SP signed-note, section "Verifier keys".
    const EXAMPLE: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    #[test]
    fn the_verifier_key_of_the_specification() {
        let key = VerifierKey::parse(EXAMPLE).unwrap();
        assert_eq!((key.name(), key.kind()), ("example.com/foo", KeyKind::Note));
        assert_eq!(key.id().to_string(), "530d903a");
        assert_eq!(key.to_string(), EXAMPLE);
    }

    #[test]
    fn the_signer_key_of_go() {
        // From the tests of golang.org/x/mod/sumdb/note.
        let text = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
        let key = SignerKey::parse(text).unwrap();
        let public = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert_eq!(key.verifier().to_string(), public);
        assert_eq!(key.to_secret_text(), text);
        assert_eq!(format!("{key:?}"), format!("SignerKey({public}, secret not shown)"));
    }

    #[test]
    fn keys_that_cannot_be_used_are_told() {
        let check = |text: &str, expected: &str| {
            assert_eq!(VerifierKey::parse(text).unwrap_err().to_string(), expected, "{text}");
        };
        let form = "this is not a key: expected a verifier key, NAME+ID+BASE64";
        check("", form);
        check("example.com/foo", form);
        check(&EXAMPLE[..EXAMPLE.len() - 1], form);
        check(&EXAMPLE.replace("530d903a", "530D903A"), form);
        check(&EXAMPLE.replace("530d903a", "+30d903a"), form);
        check(&format!("{EXAMPLE}AAAA"), form);
        check(&"a".repeat(1000), form);
        check(
            &EXAMPLE.replace("530d903a", "530d903b"),
            "the key of example.com/foo carries the id 530d903b, but its own is 530d903a: it was mistyped or changed",
        );
        check(
            &EXAMPLE.replace("example.com/foo", "exa mple"),
            "\"exa mple\" cannot name a key: up to 255 bytes, no spaces, no plus sign, no control characters",
        );
        check(
            &EXAMPLE.replace("+Ae", "+Be"),
            "keys of type 0x05 cannot be used: only Ed25519, types 0x01 and 0x04",
        );
        let form = "this is not a key: expected a signer key, PRIVATE+KEY+NAME+ID+BASE64";
        assert_eq!(SignerKey::parse(EXAMPLE).unwrap_err().to_string(), form);
    }

    #[test]
    fn weak_and_noncanonical_points_are_refused() {
        let weak = KeyError::Weak("a".to_owned());
        let check = |public: [u8; 32]| {
            assert_eq!(VerifierKey::new("a", KeyKind::Note, &public), Err(weak.clone()), "{public:?}");
        };
        let mut identity = [0; 32];
        identity[0] = 1;
        check(identity);
        check([0; 32]);
        // y = p + 3, a second spelling of y = 3.
        let mut second = [0xff; 32];
        (second[0], second[31]) = (0xf0, 0x7f);
        check(second);
        check([0xff; 32]);
    }

    #[test]
    fn one_seed_gives_other_ids_to_other_kinds() {
        let note = SignerKey::from_seed("a", KeyKind::Note, &[1; 32]).unwrap();
        let witness = SignerKey::from_seed("a", KeyKind::Cosignature, &[1; 32]).unwrap();
        assert_ne!(note.verifier().id(), witness.verifier().id());
        let again = SignerKey::parse(&witness.to_secret_text()).unwrap();
        assert_eq!(again.verifier(), witness.verifier());
    }
}
