//! Signed notes: a text and the signatures under it.
//!
//! C2SP signed-note, sections "Format" and "Signatures". A note that was read is only text: what it says counts
//! after [`Note::verify`]. Refuses to know what notes say. Start at [`Note`].

use super::key::{KeyId, KeyKind, SignerKey, VerifierKey, is_key_name};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// The longest note, in bytes.
pub const MAX_NOTE_BYTES: usize = 1 << 20;
/// The most signatures under a note; the specification asks for at least 16.
pub const MAX_SIGNATURES: usize = 64;
/// The longest signature, in bytes: room for the post-quantum ones of witnesses that are not known here.
const MAX_SIGNATURE_BYTES: usize = 8192;
const SIGNATURE_MARK: &str = "\u{2014} ";

/// Why bytes are not a signed note, or a text cannot become one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteFormError {
    /// It is longer than allowed.
    #[error("the note has {bytes} bytes, more than the {MAX_NOTE_BYTES} allowed")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// It is not UTF-8, or has control characters.
    #[error("the note is not plain UTF-8 text: it was damaged on the way, or its line ends were changed")]
    NotText,
    /// No signatures follow the text.
    #[error("the note has no signatures: its end was cut off")]
    Unsigned,
    /// A line under the text is not a signature.
    #[error("signature line {line} of the note cannot be read: it was damaged on the way")]
    SignatureLine {
        /// Number of the line among the signatures, from 1.
        line: usize,
    },
    /// There are more signatures than allowed.
    #[error("the note has more than {MAX_SIGNATURES} signatures")]
    TooManySignatures,
    /// A text to be signed does not end in a newline.
    #[error("a note's text must end with a newline")]
    NoNewline,
    /// A witness's key was asked to sign a plain note.
    #[error("the key {0} signs checkpoints as a witness, not notes")]
    WrongKind(String),
}

/// Why a note is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The key has not signed.
    #[error("{name} (key {id}) has not signed this: it was signed by another key, or by nobody")]
    Absent {
        /// Name of the key.
        name: String,
        /// Id of the key.
        id: KeyId,
    },
    /// The key signed something else.
    #[error("the signature of {name} (key {id}) does not fit: the text was changed after it was signed")]
    Bad {
        /// Name of the key.
        name: String,
        /// Id of the key.
        id: KeyId,
    },
    /// The key has signed twice.
    #[error("{name} (key {id}) signed this twice: one signature is expected")]
    Twice {
        /// Name of the key.
        name: String,
        /// Id of the key.
        id: KeyId,
    },
}

/// One line under a note: who signed, and the signature's bytes, not yet verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureLine {
    pub(super) name: String,
    pub(super) id: KeyId,
    pub(super) signature: Vec<u8>,
}

impl SignatureLine {
    /// Name of the key that claims to have signed.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Id of that key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    pub(super) fn is_of(&self, key: &VerifierKey) -> bool {
        self.name == key.name() && self.id == key.id()
    }

    fn parse(line: &str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix(SIGNATURE_MARK)?.split_once(' ')?;
        if !is_key_name(name) || encoded.len() > MAX_SIGNATURE_BYTES * 4 / 3 + 4 {
            return None;
        }
        let bytes = STANDARD.decode(encoded).ok()?;
        let (id, signature) = bytes.split_first_chunk()?;
        let (name, signature) = (name.to_owned(), signature.to_vec());
        (!signature.is_empty()).then_some(Self { name, id: KeyId::new(*id), signature })
    }
}

/// The line with its newline.
impl fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.id.as_bytes().to_vec();
        bytes.extend(&self.signature);
        writeln!(f, "{SIGNATURE_MARK}{} {}", self.name, STANDARD.encode(bytes))
    }
}

/// A text with signatures under it. Displayed, it is the note's exact bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<SignatureLine>,
}

impl Note {
    /// Reads a note and verifies nothing.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteFormError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteFormError::TooLong { bytes: bytes.len() });
        }
        let note = str::from_utf8(bytes).map_err(|_| NoteFormError::NotText)?;
        check_text(note)?;
        // The text keeps its last newline; the second of the pair is the empty line.
        let end = note.rfind("\n\n").ok_or(NoteFormError::Unsigned)? + 1;
        let (text, lines) = (&note[..end], &note[end + 1..]);
        let lines = lines.strip_suffix('\n').ok_or(NoteFormError::Unsigned)?;
        let mut signatures = Vec::new();
        for (line, number) in lines.split('\n').zip(1..) {
            if number > MAX_SIGNATURES {
                return Err(NoteFormError::TooManySignatures);
            }
            let read = SignatureLine::parse(line);
            signatures.push(read.ok_or(NoteFormError::SignatureLine { line: number })?);
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// Signs a text with one key or several, all plain note keys.
    pub fn sign(text: &str, keys: &[&SignerKey]) -> Result<Self, NoteFormError> {
        check_text(text)?;
        if !text.ends_with('\n') {
            return Err(NoteFormError::NoNewline);
        }
        if text.len() > MAX_NOTE_BYTES / 2 {
            return Err(NoteFormError::TooLong { bytes: text.len() });
        }
        let mut note = Self { text: text.to_owned(), signatures: Vec::new() };
        for key in keys {
            let verifier = key.verifier();
            if verifier.kind() != KeyKind::Note {
                return Err(NoteFormError::WrongKind(verifier.name().to_owned()));
            }
            note.add(SignatureLine {
                name: verifier.name().to_owned(),
                id: verifier.id(),
                signature: key.sign(text.as_bytes()).to_vec(),
            })?;
        }
        if keys.is_empty() { Err(NoteFormError::Unsigned) } else { Ok(note) }
    }

    /// Adds a signature, as a witness sends it. It is not verified.
    pub fn add(&mut self, line: SignatureLine) -> Result<(), NoteFormError> {
        if self.signatures.len() >= MAX_SIGNATURES {
            return Err(NoteFormError::TooManySignatures);
        }
        self.signatures.push(line);
        Ok(())
    }

    /// What was signed. It counts only after [`Self::verify`].
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, known and unknown, in their order.
    #[must_use]
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// Whether a plain note key has signed this text. Signatures of other keys are ignored.
    pub fn verify(&self, key: &VerifierKey) -> Result<(), SignatureError> {
        let line = self.line_of(key)?;
        let fits = |signature| key.has_signed(self.text.as_bytes(), signature);
        let is_good = key.kind() == KeyKind::Note && line.signature.as_array().is_some_and(fits);
        if is_good { Ok(()) } else { Err(bad(key)) }
    }

    /// The one line that claims to be the key's.
    pub(super) fn line_of(&self, key: &VerifierKey) -> Result<&SignatureLine, SignatureError> {
        let (name, id) = (key.name().to_owned(), key.id());
        let mut lines = self.signatures.iter().filter(|line| line.is_of(key));
        match (lines.next(), lines.next()) {
            (Some(line), None) => Ok(line),
            (None, _) => Err(SignatureError::Absent { name, id }),
            (Some(_), Some(_)) => Err(SignatureError::Twice { name, id }),
        }
    }
}

pub(super) fn bad(key: &VerifierKey) -> SignatureError {
    SignatureError::Bad { name: key.name().to_owned(), id: key.id() }
}

/// No control characters but newline (section "Format").
fn check_text(text: &str) -> Result<(), NoteFormError> {
    let is_plain = text.bytes().all(|byte| byte >= b' ' || byte == b'\n');
    if is_plain { Ok(()) } else { Err(NoteFormError::NotText) }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| line.fmt(f))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The example of C2SP signed-note, section "Verifier keys".
    const EXAMPLE: &str = "This is an example message.\n\n\
        \u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    const EXAMPLE_KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    fn key(name: &str, seed: u8) -> SignerKey {
        SignerKey::from_seed(name, KeyKind::Note, &[seed; 32]).unwrap()
    }

    #[test]
    fn the_note_of_the_specification() {
        let note = Note::parse(EXAMPLE.as_bytes()).unwrap();
        assert_eq!(note.text(), "This is an example message.\n");
        assert_eq!(note.verify(&VerifierKey::parse(EXAMPLE_KEY).unwrap()), Ok(()));
        assert_eq!(note.to_string(), EXAMPLE);
    }

    #[test]
    fn the_signature_of_go() {
        // From the tests of golang.org/x/mod/sumdb/note: Ed25519 is deterministic, so the note is the same.
        let key = SignerKey::parse(
            "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
        )
        .unwrap();
        let text = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
        let line = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        assert_eq!(Note::sign(text, &[&key]).unwrap().to_string(), format!("{text}\n{line}"));
    }

    #[test]
    fn several_keys_sign_one_text() {
        let (one, two, other) = (key("a", 1), key("b", 2), key("a", 3));
        let note = Note::sign("first\n\nsecond\n", &[&one, &two]).unwrap();
        let read = Note::parse(note.to_string().as_bytes()).unwrap();
        assert_eq!(read, note);
        assert_eq!(read.text(), "first\n\nsecond\n");
        assert_eq!(read.verify(one.verifier()), Ok(()));
        assert_eq!(read.verify(two.verifier()), Ok(()));
        let absent = read.verify(other.verifier()).unwrap_err().to_string();
        assert!(absent.starts_with("a (key "), "{absent}");
        assert!(
            absent.ends_with("has not signed this: it was signed by another key, or by nobody"),
            "{absent}"
        );
    }

    #[test]
    fn a_changed_text_and_a_second_signature_are_told() {
        let one = key("a", 1);
        let note = Note::sign("true\n", &[&one]).unwrap();
        let changed = Note::parse(note.to_string().replace("true", "false").as_bytes()).unwrap();
        assert_eq!(changed.verify(one.verifier()), Err(bad(one.verifier())));
        let mut twice = note.clone();
        twice.add(note.signatures()[0].clone()).unwrap();
        assert!(matches!(twice.verify(one.verifier()), Err(SignatureError::Twice { .. })));
    }

    #[test]
    fn what_is_not_a_note_is_told() {
        let check = |bytes: &[u8], expected: NoteFormError| assert_eq!(Note::parse(bytes), Err(expected));
        check(b"", NoteFormError::Unsigned);
        check(b"text\n", NoteFormError::Unsigned);
        check(b"text\n\n", NoteFormError::Unsigned);
        check(EXAMPLE.trim_end().as_bytes(), NoteFormError::Unsigned);
        check(
            &EXAMPLE.as_bytes()[1..].repeat(9000),
            NoteFormError::TooLong { bytes: 9000 * (EXAMPLE.len() - 1) },
        );
        check(b"\xff\n\n", NoteFormError::NotText);
        check(EXAMPLE.replace('\n', "\r\n").as_bytes(), NoteFormError::NotText);
        check(EXAMPLE.replace("\u{2014}", "-").as_bytes(), NoteFormError::SignatureLine { line: 1 });
        check(EXAMPLE.replace("aQM=", "aQM").as_bytes(), NoteFormError::SignatureLine { line: 1 });
        check(b"text\n\n\xe2\x80\x94 a AAAA\n", NoteFormError::SignatureLine { line: 1 });
        check(b"text\n\n\xe2\x80\x94 a AAAAAAAA\n\n", NoteFormError::Unsigned);
        let line = "\u{2014} a AAAAAAAA\n";
        assert!(Note::parse(format!("t\n\n{}", line.repeat(64)).as_bytes()).is_ok());
        check(format!("t\n\n{}", line.repeat(65)).as_bytes(), NoteFormError::TooManySignatures);
    }

    #[test]
    fn what_cannot_be_signed_is_told() {
        let one = key("a", 1);
        assert_eq!(Note::sign("no end", &[&one]), Err(NoteFormError::NoNewline));
        assert_eq!(Note::sign("tab\t\n", &[&one]), Err(NoteFormError::NotText));
        assert_eq!(Note::sign("text\n", &[]), Err(NoteFormError::Unsigned));
        let witness = SignerKey::from_seed("w", KeyKind::Cosignature, &[1; 32]).unwrap();
        assert_eq!(Note::sign("text\n", &[&witness]), Err(NoteFormError::WrongKind("w".to_owned())));
    }

    proptest! {
        #[test]
        fn every_text_goes_there_and_back(text in "([ -~\u{a1}-\u{17f}]{0,20}\n){1,6}", count in 1..5_u8) {
            let keys: Vec<SignerKey> = (0..count).map(|seed| key("log.example/a", seed)).collect();
            let note = Note::sign(&text, &keys.iter().collect::<Vec<_>>()).unwrap();
            let read = Note::parse(note.to_string().as_bytes()).unwrap();
            prop_assert_eq!(&read, &note);
            for key in &keys {
                prop_assert_eq!(read.verify(key.verifier()), Ok(()));
            }
        }
    }
}
