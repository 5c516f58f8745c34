//! Timestamped cosignatures: a witness says that it saw this head of the log, and when.
//!
//! C2SP tlog-cosignature, sections "Format" and "Ed25519 signed message" (`cosignature/v1`). Refuses to know the
//! clock, and which witnesses suffice. Start at [`cosign`].

use super::checkpoint::{Checkpoint, CheckpointError};
use super::key::{KeyKind, SignerKey, VerifierKey};
use super::text::{Note, SignatureError, SignatureLine, bad};

/// The latest time a cosignature may name, in seconds since 1970.
const MAX_TIME_S: u64 = i64::MAX as u64;

/// Why a checkpoint was not cosigned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CosignError {
    /// The note is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The key is no witness's key.
    #[error("the key {0} signs notes, it cannot cosign: a witness needs a key of its own")]
    WrongKind(String),
    /// The time is out of range.
    #[error("a cosignature cannot be made for the time {0}: the clock is wrong")]
    Time(u64),
}

/// Cosigns a checkpoint as of a time, in seconds since 1970 UTC. The witness has verified before that the
/// checkpoint continues the last one it signed, and that the log's key signed it.
pub fn cosign(note: &Note, key: &SignerKey, time_s: u64) -> Result<SignatureLine, CosignError> {
    Checkpoint::parse(note.text())?;
    let verifier = key.verifier();
    if verifier.kind() != KeyKind::Cosignature {
        return Err(CosignError::WrongKind(verifier.name().to_owned()));
    }
    if time_s > MAX_TIME_S {
        return Err(CosignError::Time(time_s));
    }
    let mut signature = time_s.to_be_bytes().to_vec();
    signature.extend(key.sign(message(note, time_s).as_bytes()));
    Ok(SignatureLine { name: verifier.name().to_owned(), id: verifier.id(), signature })
}

/// Whether a witness has cosigned this checkpoint, and when, in seconds since 1970 UTC.
pub fn verify_cosignature(note: &Note, key: &VerifierKey) -> Result<u64, SignatureError> {
    let line = note.line_of(key)?;
    let parts = line.signature.split_first_chunk().and_then(|(time, rest)| Some((time, rest.as_array()?)));
    let (time, signature) = parts.ok_or_else(|| bad(key))?;
    let time_s = u64::from_be_bytes(*time);
    let is_good = key.kind() == KeyKind::Cosignature
        && time_s <= MAX_TIME_S
        && Checkpoint::parse(note.text()).is_ok()
        && key.has_signed(message(note, time_s).as_bytes(), signature);
    if is_good { Ok(time_s) } else { Err(bad(key)) }
}

fn message(note: &Note, time_s: u64) -> String {
    format!("cosignature/v1\ntime {time_s}\n{}", note.text())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Hash;

    fn key(kind: KeyKind, seed: u8) -> SignerKey {
        SignerKey::from_seed("witness.example/w1", kind, &[seed; 32]).unwrap()
    }

    fn checkpoint() -> Note {
        let log = SignerKey::from_seed("log.example", KeyKind::Note, &[1; 32]).unwrap();
        Checkpoint::new("log.example", 0, Hash::of_empty_tree()).unwrap().sign(&log).unwrap()
    }

    #[test]
    fn a_cosignature_tells_its_time() {
        let (witness, mut note) = (key(KeyKind::Cosignature, 2), checkpoint());
        note.add(cosign(&note, &witness, 1_679_315_147).unwrap()).unwrap();
        let read = Note::parse(note.to_string().as_bytes()).unwrap();
        assert_eq!(verify_cosignature(&read, witness.verifier()), Ok(1_679_315_147));
        let log = SignerKey::from_seed("log.example", KeyKind::Note, &[1; 32]).unwrap();
        assert_eq!(read.verify(log.verifier()), Ok(()));
        assert_eq!(read.verify(witness.verifier()), Err(bad(witness.verifier())));
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let (witness, other, note) =
            (key(KeyKind::Cosignature, 2), key(KeyKind::Cosignature, 3), checkpoint());
        let mut line = cosign(&note, &witness, 5).unwrap();
        line.signature[7] = 6;
        let mut changed = note.clone();
        changed.add(line).unwrap();
        assert_eq!(verify_cosignature(&changed, witness.verifier()), Err(bad(witness.verifier())));
        assert!(matches!(verify_cosignature(&changed, other.verifier()), Err(SignatureError::Absent { .. })));
        let mut short = note.clone();
        let mut line = cosign(&note, &witness, 5).unwrap();
        line.signature.truncate(60);
        short.add(line).unwrap();
        assert_eq!(verify_cosignature(&short, witness.verifier()), Err(bad(witness.verifier())));
    }

    #[test]
    fn only_checkpoints_by_witnesses_in_time() {
        let (witness, log) = (key(KeyKind::Cosignature, 2), key(KeyKind::Note, 2));
        let text = Note::sign("no checkpoint\n", &[&log]).unwrap();
        assert_eq!(cosign(&text, &witness, 5), Err(CosignError::Checkpoint(CheckpointError::Lines)));
        assert!(matches!(cosign(&checkpoint(), &log, 5), Err(CosignError::WrongKind(_))));
        assert_eq!(cosign(&checkpoint(), &witness, u64::MAX), Err(CosignError::Time(u64::MAX)));
    }
}
