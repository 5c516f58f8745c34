//! The keys of a log, one after the other, and how each handed over to the next.
//!
//! A rotation is a note that names the log, its size and root at that moment, the old key and the new one,
//! signed by both: the old key vouches for its successor, the new one for its predecessor. Checkpoints up to
//! that size are the old key's, those above it the new one's. The whole history is one text that travels with
//! receipts; whoever trusts any key in it can verify a checkpoint of any size. A key that leaked can still sign
//! another past below the size of its rotation: the roots in later rotations are what such a past is held
//! against. Refuses to know how a log stores it. Start at [`KeyHistory`].

use super::checkpoint::{Checkpoint, CheckpointError, beginning, parse_decimal};
use super::key::{KeyError, KeyKind, SignerKey, VerifierKey};
use super::text::{Note, NoteFormError, SignatureError};
use crate::tree::Hash;
use std::fmt;

/// The longest text of a key history, in bytes.
pub const MAX_HISTORY_BYTES: usize = 1 << 20;
const HISTORY_HEAD: &str = "hearth-log-keys/v1";
const ROTATION_HEAD: &str = "hearth-key-rotation/v1";
/// Lines of one rotation in the history: an empty one, six of text, an empty one, two signatures.
const ROTATION_LINES: usize = 10;

/// Why a rotation does not hold, or does not fit the history.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RotationError {
    /// The text has not the form of a rotation.
    #[error("this is not a statement of a key's rotation")]
    Form,
    /// The note cannot be read or made.
    #[error(transparent)]
    Note(#[from] NoteFormError),
    /// A key in it cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A signature is missing or wrong.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// A key is not a log's key, or not this log's.
    #[error(
        "the key {key} cannot be a key of the log {origin}: a log's keys bear its name, and are no witness's"
    )]
    ForeignKey {
        /// Name of the key.
        key: String,
        /// The log.
        origin: String,
    },
    /// The old key is not the one in force.
    #[error("the rotation at size {size} replaces a key that was not in force")]
    NotInForce {
        /// Size of the log at the rotation.
        size: u64,
    },
    /// The new key was in force before.
    #[error("the rotation at size {size} brings back a key that was replaced")]
    Returned {
        /// Size of the log at the rotation.
        size: u64,
    },
    /// It is not later than the one before.
    #[error("the rotation at size {size} is not later than the one at size {after}")]
    Order {
        /// Size of the log at the rotation.
        size: u64,
        /// Size of the log at the one before.
        after: u64,
    },
}

/// One key handing over to the next, verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    size: u64,
    root: Hash,
    old: VerifierKey,
    new: VerifierKey,
    note: Note,
}

impl Rotation {
    /// Hands over from one key to the next, as of the log's head. The head is committed, and is the last that
    /// the old key signs.
    pub fn sign(head: &Checkpoint, old: &SignerKey, new: &SignerKey) -> Result<Self, RotationError> {
        let Checkpoint { origin, size, root, .. } = head;
        let (from, to) = (old.verifier(), new.verifier());
        let text = format!("{ROTATION_HEAD}\n{origin}\n{size}\n{root}\n{from}\n{to}\n");
        Self::open(Note::sign(&text, &[old, new])?)
    }

    /// Verifies a statement, both its signatures included.
    pub fn open(note: Note) -> Result<Self, RotationError> {
        let lines: Vec<&str> = note.text().lines().take(7).collect();
        let [ROTATION_HEAD, origin, size, root, old, new] = lines.as_slice() else {
            return Err(RotationError::Form);
        };
        let size = parse_decimal(size).ok_or(RotationError::Form)?;
        let root = Hash::from_base64(root).ok_or(RotationError::Form)?;
        let (old, new) = (VerifierKey::parse(old)?, VerifierKey::parse(new)?);
        check_log_key(&old, origin)?;
        check_log_key(&new, origin)?;
        if old == new {
            return Err(RotationError::Returned { size });
        }
        note.verify(&old)?;
        note.verify(&new)?;
        let rotation = Self { size, root, old, new, note };
        // Exactly the two signatures in their order, so that a history has one text.
        match rotation.note.signatures() {
            [first, second] if first.is_of(&rotation.old) && second.is_of(&rotation.new) => Ok(rotation),
            _ => Err(RotationError::Form),
        }
    }

    /// Entries in the log at that moment: the last size that the old key signs.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root of the log at that size.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The signed statement, as the log's entry may hold it.
    #[must_use]
    pub fn note(&self) -> &Note {
        &self.note
    }
}

fn check_log_key(key: &VerifierKey, origin: &str) -> Result<(), RotationError> {
    if key.kind() == KeyKind::Note && key.name() == origin {
        return Ok(());
    }
    Err(RotationError::ForeignKey { key: key.name().to_owned(), origin: origin.to_owned() })
}

/// Why a text is not a key history to rely on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// It is longer than allowed.
    #[error("the list of the log's keys has {bytes} bytes, more than the {MAX_HISTORY_BYTES} allowed")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// It has not the form of a key history.
    #[error("line {line} of the list of the log's keys cannot be read: {shown:?}")]
    Form {
        /// Number of the line, from 1.
        line: usize,
        /// How the line begins.
        shown: String,
    },
    /// The first key cannot be used.
    #[error("the first key in the list of the log's keys: {0}")]
    FirstKey(#[source] KeyError),
    /// The first key is a witness's.
    #[error("the first key in the list of the log's keys is a witness's, not a log's")]
    Witness,
    /// A rotation does not hold.
    #[error("rotation {number} in the list of the log's keys: {error}")]
    Rotation {
        /// Number of the rotation, from 1.
        number: usize,
        /// What is wrong with it.
        #[source]
        error: RotationError,
    },
    /// None of its keys is trusted.
    #[error("the key {key} that you trust is not among this log's keys: it is another log's, or a forgery")]
    NotTrusted {
        /// The trusted key.
        key: String,
    },
}

/// Why a checkpoint is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// The note is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// It is another log's.
    #[error("the checkpoint is of the log {has}, not of {wanted}")]
    Origin {
        /// The log it names.
        has: String,
        /// The log whose keys these are.
        wanted: String,
    },
    /// The key in force at its size has not signed it, or something else.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// A rotation at that size names another root.
    #[error("at size {size} the log's keys name another root than the checkpoint: the log has two pasts")]
    Forked {
        /// The size.
        size: u64,
    },
}

/// The keys of a log from the first on, every rotation verified. Displayed, it is the text that travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHistory {
    first: VerifierKey,
    rotations: Vec<Rotation>,
}

impl KeyHistory {
    /// The history of a log that never changed its key.
    pub fn new(first: VerifierKey) -> Result<Self, HistoryError> {
        if first.kind() == KeyKind::Note {
            Ok(Self { first, rotations: Vec::new() })
        } else {
            Err(HistoryError::Witness)
        }
    }

    /// Reads a history and verifies every rotation; one of its keys must be the trusted one.
    pub fn parse(text: &str, trusted: &VerifierKey) -> Result<Self, HistoryError> {
        if text.len() > MAX_HISTORY_BYTES {
            return Err(HistoryError::TooLong { bytes: text.len() });
        }
        let form = |line: usize, shown: &str| HistoryError::Form { line, shown: beginning(shown) };
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let (head, rest) = match lines.as_slice() {
            [head, first, rest @ ..] if head.strip_suffix('\n') == Some(HISTORY_HEAD) => (first, rest),
            _ => return Err(form(1, lines.first().unwrap_or(&""))),
        };
        let first = head.strip_suffix('\n').ok_or_else(|| form(2, head))?;
        let mut history = Self::new(VerifierKey::parse(first).map_err(HistoryError::FirstKey)?)?;
        for (number, block) in (1..).zip(rest.chunks(ROTATION_LINES)) {
            let Some((&"\n", note)) = block.split_first() else {
                return Err(form(3 + ROTATION_LINES * (number - 1), block.first().unwrap_or(&"")));
            };
            let rotation = Note::parse(note.concat().as_bytes()).map_err(RotationError::Note);
            let added = rotation.and_then(Rotation::open).and_then(|rotation| history.add(rotation));
            added.map_err(|error| HistoryError::Rotation { number, error })?;
        }
        if history.keys().any(|key| key == trusted) {
            return Ok(history);
        }
        Err(HistoryError::NotTrusted { key: trusted.to_string() })
    }

    /// Adds a rotation, which must replace the key in force.
    pub fn add(&mut self, rotation: Rotation) -> Result<(), RotationError> {
        let size = rotation.size;
        check_log_key(&rotation.new, self.origin())?;
        if rotation.old != *self.current() {
            return Err(RotationError::NotInForce { size });
        }
        if self.keys().any(|key| *key == rotation.new) {
            return Err(RotationError::Returned { size });
        }
        if let Some(last) = self.rotations.last().filter(|last| last.size >= size) {
            return Err(RotationError::Order { size, after: last.size });
        }
        self.rotations.push(rotation);
        Ok(())
    }

    /// Name of the log.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.first.name()
    }

    /// The rotations, in their order.
    #[must_use]
    pub fn rotations(&self) -> &[Rotation] {
        &self.rotations
    }

    /// All keys, in their order.
    pub fn keys(&self) -> impl Iterator<Item = &VerifierKey> {
        std::iter::once(&self.first).chain(self.rotations.iter().map(|rotation| &rotation.new))
    }

    /// The key in force now.
    #[must_use]
    pub fn current(&self) -> &VerifierKey {
        self.rotations.last().map_or(&self.first, |rotation| &rotation.new)
    }

    /// The key that signs checkpoints of a size.
    #[must_use]
    pub fn key_at(&self, size: u64) -> &VerifierKey {
        let before = self.rotations.iter().rev().find(|rotation| rotation.size < size);
        before.map_or(&self.first, |rotation| &rotation.new)
    }

    /// Whether this history goes on from an earlier one: what is to be asked of a history that arrives, before it
    /// takes the place of the one that is held.
    #[must_use]
    pub fn continues(&self, earlier: &Self) -> bool {
        self.first == earlier.first && self.rotations.starts_with(&earlier.rotations)
    }

    /// Verifies a checkpoint of this log by the key that was in force at its size.
    pub fn verify(&self, note: &Note) -> Result<Checkpoint, HeadError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        if checkpoint.origin != self.origin() {
            return Err(HeadError::Origin { has: checkpoint.origin, wanted: self.origin().to_owned() });
        }
        note.verify(self.key_at(checkpoint.size))?;
        let bound = self.rotations.iter().find(|rotation| rotation.size == checkpoint.size);
        match bound.filter(|rotation| rotation.root != checkpoint.root) {
            Some(rotation) => Err(HeadError::Forked { size: rotation.size }),
            None => Ok(checkpoint),
        }
    }
}

impl fmt::Display for KeyHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HISTORY_HEAD}\n{}", self.first)?;
        self.rotations.iter().try_for_each(|rotation| write!(f, "\n{}", rotation.note))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{Edge, Salt, commit};

    const ORIGIN: &str = "log.example/one";

    fn key(seed: u8) -> SignerKey {
        SignerKey::from_seed(ORIGIN, KeyKind::Note, &[seed; 32]).unwrap()
    }

    fn head(size: u64) -> Checkpoint {
        let mut edge = Edge::new();
        let leaves: Vec<Hash> =
            (0..size).map(|index| commit(&Salt::new([0; 32]), &index.to_be_bytes()).leaf_hash()).collect();
        edge.append(&leaves).unwrap();
        Checkpoint::new(ORIGIN, size, edge.root()).unwrap()
    }

    /// Key 1 up to size 3, key 2 up to size 7, then key 3.
    fn history() -> KeyHistory {
        let mut history = KeyHistory::new(key(1).verifier().clone()).unwrap();
        history.add(Rotation::sign(&head(3), &key(1), &key(2)).unwrap()).unwrap();
        history.add(Rotation::sign(&head(7), &key(2), &key(3)).unwrap()).unwrap();
        history
    }

    #[test]
    fn every_size_has_the_key_that_was_in_force() {
        let history = history();
        for (size, seed) in [(0, 1), (3, 1), (4, 2), (7, 2), (8, 3), (900, 3)] {
            assert_eq!(history.key_at(size), key(seed).verifier(), "{size}");
            for signer in 1..=3 {
                let note = head(size).sign(&key(signer)).unwrap();
                assert_eq!(history.verify(&note).is_ok(), signer == seed, "{size} by {signer}");
            }
        }
        assert_eq!(history.current(), key(3).verifier());
    }

    #[test]
    fn the_text_goes_there_and_back_for_whoever_trusts_any_key() {
        let text = history().to_string();
        for seed in 1..=3 {
            let read = KeyHistory::parse(&text, key(seed).verifier()).unwrap();
            assert_eq!(read, history());
            assert_eq!(read.to_string(), text);
        }
        let stranger = KeyHistory::parse(&text, key(4).verifier()).unwrap_err().to_string();
        assert!(
            stranger.ends_with("is not among this log's keys: it is another log's, or a forgery"),
            "{stranger}"
        );
        let single = KeyHistory::new(key(1).verifier().clone()).unwrap();
        assert_eq!(single.to_string(), format!("hearth-log-keys/v1\n{}\n", key(1).verifier()));
        assert!(history().continues(&single) && !single.continues(&history()));
    }

    #[test]
    fn no_byte_of_the_text_can_be_changed() {
        let text = history().to_string();
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            assert!(KeyHistory::parse(&changed, key(2).verifier()).is_err(), "byte {at}");
        }
        // Cut after a rotation it is a true, shorter history; cut anywhere else it is none.
        let whole = (0..text.len()).filter(|end| {
            text.is_char_boundary(*end) && KeyHistory::parse(&text[..*end], key(1).verifier()).is_ok()
        });
        assert_eq!(whole.count(), 2);
    }

    #[test]
    fn rotations_that_do_not_fit_are_told() {
        let check = |rotation: Result<Rotation, RotationError>, expected: &str| {
            let added = rotation.and_then(|rotation| history().add(rotation));
            assert_eq!(added.unwrap_err().to_string(), expected);
        };
        check(
            Rotation::sign(&head(9), &key(2), &key(4)),
            "the rotation at size 9 replaces a key that was not in force",
        );
        check(
            Rotation::sign(&head(9), &key(3), &key(1)),
            "the rotation at size 9 brings back a key that was replaced",
        );
        check(
            Rotation::sign(&head(9), &key(3), &key(3)),
            "the rotation at size 9 brings back a key that was replaced",
        );
        check(
            Rotation::sign(&head(7), &key(3), &key(4)),
            "the rotation at size 7 is not later than the one at size 7",
        );
        let other = SignerKey::from_seed("log.example/two", KeyKind::Note, &[4; 32]).unwrap();
        let foreign = "the key log.example/two cannot be a key of the log log.example/one: \
                       a log's keys bear its name, and are no witness's";
        check(Rotation::sign(&head(9), &key(3), &other), foreign);
        check(Rotation::open(head(9).sign(&key(3)).unwrap()), "this is not a statement of a key's rotation");
        let witness = SignerKey::from_seed(ORIGIN, KeyKind::Cosignature, &[1; 32]).unwrap();
        assert_eq!(KeyHistory::new(witness.verifier().clone()), Err(HistoryError::Witness));
    }

    #[test]
    fn both_keys_must_have_signed() {
        let good = Rotation::sign(&head(3), &key(1), &key(2)).unwrap();
        let text = good.note().text();
        let only = |signer: &SignerKey| Rotation::open(Note::sign(text, &[signer]).unwrap());
        assert!(matches!(only(&key(1)), Err(RotationError::Signature(SignatureError::Absent { .. }))));
        assert!(matches!(only(&key(2)), Err(RotationError::Signature(SignatureError::Absent { .. }))));
        let third = Note::sign(text, &[&key(1), &key(2), &key(3)]).unwrap();
        assert_eq!(Rotation::open(third), Err(RotationError::Form));
        let swapped = Note::sign(text, &[&key(2), &key(1)]).unwrap();
        assert_eq!(Rotation::open(swapped), Err(RotationError::Form));
    }

    #[test]
    fn heads_that_are_not_to_be_believed_are_told() {
        let check = |note: Note, expected: HeadError| assert_eq!(history().verify(&note), Err(expected));
        let other = Checkpoint::new(ORIGIN, 3, Hash::of_empty_tree()).unwrap();
        check(other.sign(&key(1)).unwrap(), HeadError::Forked { size: 3 });
        let (has, wanted) = ("b".to_owned(), ORIGIN.to_owned());
        let foreign = Checkpoint::new(&has, 3, Hash::of_empty_tree()).unwrap();
        check(foreign.sign(&key(1)).unwrap(), HeadError::Origin { has, wanted });
        check(Note::sign("x\n", &[&key(1)]).unwrap(), HeadError::Checkpoint(CheckpointError::Lines));
    }
}
