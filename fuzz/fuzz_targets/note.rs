//! Any bytes as a signed note, a checkpoint, a key, a key history: read or told, never a panic; what is read is
//! written again byte for byte.
#![no_main]

use hearth_ledger::note::{
    Checkpoint, KeyHistory, KeyKind, Note, Rotation, SignerKey, VerifierKey, verify_cosignature,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(key) = VerifierKey::parse(&text) {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(key) = SignerKey::parse(&text) {
        assert_eq!(key.to_secret_text(), text);
    }
    if let Ok(checkpoint) = Checkpoint::parse(&text) {
        assert_eq!(checkpoint.to_string(), text);
    }
    // The history's own first key is the trusted one, so that the rotations are reached.
    if let Some(Ok(first)) = text.lines().nth(1).map(VerifierKey::parse)
        && let Ok(keys) = KeyHistory::parse(&text, &first)
    {
        assert_eq!(keys.to_string(), text);
    }
    let Ok(note) = Note::parse(bytes) else { return };
    assert_eq!(note.to_string().as_bytes(), bytes);
    let key = SignerKey::from_seed("log.example", KeyKind::Note, &[1; 32]).expect("a fit name");
    let _ = note.verify(key.verifier());
    let witness = SignerKey::from_seed("log.example", KeyKind::Cosignature, &[1; 32]).expect("a fit name");
    assert!(verify_cosignature(&note, witness.verifier()).is_err());
    if let Ok(rotation) = Rotation::open(note.clone()) {
        assert_eq!(rotation.note(), &note);
    }
});
