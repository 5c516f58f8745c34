//! Receipts: the proof that an entry is in the log, with the entry itself.
//!
//! A receipt is a proof file whose extra data is the entry's salt (32 bytes) followed by its bytes, nothing else.
//! So SHA-256 of the extra data *is* the leaf that the proof speaks of, and any reader of proof files verifies a
//! receipt with one digest more: `base64 -d | sha256sum`. An erased entry gives no new receipt; those given out
//! before still hold. For a log that changed its key the [`KeyHistory`] goes along as a text of its own.
//! Refuses to know what an entry says. Start at [`Receipt`].

use super::checkpoint::Checkpoint;
use super::history::KeyHistory;
use super::proof_file::{MAX_EXTRA_BYTES, ProofFile, ProofFileError, VerifyError};
use super::text::Note;
use crate::tree::{Commitment, HASH_BYTES, Hash, Salt, commit};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;

/// The longest entry, in bytes; what is longer belongs into a blob that the entry names.
pub const MAX_ENTRY_BYTES: usize = MAX_EXTRA_BYTES - HASH_BYTES;

/// Why a text is not a receipt, or an entry cannot have one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It is no proof file.
    #[error(transparent)]
    File(#[from] ProofFileError),
    /// It is a proof file without an entry.
    #[error(
        "this proof file carries no entry: a receipt has an extra line with the salt and the entry's bytes"
    )]
    NoEntry,
    /// The entry is longer than allowed.
    #[error(
        "the entry has {bytes} bytes, more than the {MAX_ENTRY_BYTES} allowed: put the content into a blob"
    )]
    TooLong {
        /// Its length.
        bytes: usize,
    },
}

/// An entry with the proof that it is in the log. Displayed, it is the proof file's exact text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    salt: Salt,
    /// Salt and bytes are in its extra data.
    file: ProofFile,
}

impl Receipt {
    /// Makes the receipt of entry `index` from its inclusion proof under a signed checkpoint.
    pub fn new(
        salt: &Salt,
        entry: &[u8],
        index: u64,
        hashes: Vec<Hash>,
        checkpoint: Note,
    ) -> Result<Self, ReceiptError> {
        if entry.len() > MAX_ENTRY_BYTES {
            return Err(ReceiptError::TooLong { bytes: entry.len() });
        }
        let extra = Some([salt.as_bytes(), entry].concat());
        Ok(Self { salt: *salt, file: ProofFile { extra, index, hashes, checkpoint } })
    }

    /// Reads a receipt and verifies nothing.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReceiptError> {
        let file = ProofFile::parse(bytes)?;
        let salt = file.extra.as_deref().and_then(<[u8]>::first_chunk).ok_or(ReceiptError::NoEntry)?;
        Ok(Self { salt: Salt::new(*salt), file })
    }

    /// Whether the entry is in the log, by the key that was in force. The proven head.
    pub fn verify(&self, keys: &KeyHistory) -> Result<Checkpoint, VerifyError> {
        self.file.verify(&self.commitment(), keys)
    }

    /// The entry's salt.
    #[must_use]
    pub fn salt(&self) -> &Salt {
        &self.salt
    }

    /// The entry's bytes.
    #[must_use]
    pub fn entry(&self) -> &[u8] {
        self.file.extra.as_deref().and_then(|extra| extra.get(HASH_BYTES..)).unwrap_or_default()
    }

    /// The entry's place in the log, from 0.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.file.index
    }

    /// The leaf that the proof speaks of.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        commit(&self.salt, self.entry())
    }

    /// The proof file.
    #[must_use]
    pub fn file(&self) -> &ProofFile {
        &self.file
    }

    /// The same proof as the JSON that the Python package `aics-tlog` (0.2) reads with `verify-bundle`. It proves
    /// the leaf, which is the digest of salt and bytes; these two are in the receipt, not in this JSON.
    #[must_use]
    pub fn to_aics_json(&self) -> String {
        let url_base64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let bundle = AicsBundle {
            entry_bytes: url_base64(self.commitment().as_bytes()),
            index: self.file.index,
            inclusion_proof: self.file.hashes.iter().map(Hash::to_string).collect(),
            checkpoint_note: url_base64(self.file.checkpoint.to_string().as_bytes()),
            envelope: None,
            body_or_ct: None,
        };
        let mut json = serde_json::to_string_pretty(&bundle).expect("strings and numbers are always JSON");
        json.push('\n');
        json
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.file.fmt(f)
    }
}

/// The six members of that JSON; the last two are for logs that sign their entries one by one.
#[derive(serde::Serialize)]
struct AicsBundle {
    entry_bytes: String,
    index: u64,
    inclusion_proof: Vec<String>,
    checkpoint_note: String,
    envelope: Option<()>,
    body_or_ct: Option<()>,
}

#[cfg(test)]
mod tests {
    use super::super::{
        CheckpointError, HeadError, KeyKind, MAX_PROOF_FILE_BYTES, NoteFormError, Rotation, SignerKey,
    };
    use super::*;
    use crate::tree::{Edge, ProofError, TileSet, inclusion};

    fn key(seed: u8) -> SignerKey {
        SignerKey::from_seed("log.example/one", KeyKind::Note, &[seed; 32]).unwrap()
    }

    fn salt(index: u64) -> Salt {
        Salt::new([index as u8; 32])
    }

    fn entry(index: u64) -> Vec<u8> {
        format!("{{\"entry\":{index}}}").into_bytes()
    }

    fn log(size: u64) -> (TileSet, Hash) {
        let leaves: Vec<Hash> =
            (0..size).map(|index| commit(&salt(index), &entry(index)).leaf_hash()).collect();
        let appended = Edge::new().append(&leaves).unwrap();
        (appended.tiles.into_iter().collect(), appended.root)
    }

    fn receipt(index: u64, size: u64, signer: &SignerKey) -> Receipt {
        let (tiles, root) = log(size);
        let head = Checkpoint::new("log.example/one", size, root).unwrap().sign(signer).unwrap();
        Receipt::new(&salt(index), &entry(index), index, inclusion(&tiles, index, size).unwrap(), head)
            .unwrap()
    }

    fn history() -> KeyHistory {
        KeyHistory::new(key(1).verifier().clone()).unwrap()
    }

    #[test]
    fn a_receipt_holds_by_itself() {
        for size in 1..=9 {
            for index in 0..size {
                let text = receipt(index, size, &key(1)).to_string();
                let read = Receipt::parse(text.as_bytes()).unwrap();
                assert_eq!(read.to_string(), text);
                assert_eq!((read.entry(), read.index()), (entry(index).as_slice(), index));
                assert_eq!(read.verify(&history()).unwrap().size, size);
            }
        }
    }

    #[test]
    fn its_text_is_a_proof_file() {
        let text = receipt(1, 3, &key(1)).to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "c2sp.org/tlog-proof@v1");
        assert_eq!(lines[1], "extra AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQF7ImVudHJ5IjoxfQ==");
        assert_eq!(lines[2], "index 1");
        assert_eq!(lines[5..8], ["", "log.example/one", "3"]);
        assert_eq!(lines.len(), 11);
    }

    #[test]
    fn no_byte_of_a_receipt_can_be_changed() {
        let text = receipt(5, 9, &key(1)).to_string();
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let refused = Receipt::parse(&bytes).map_or(true, |read| read.verify(&history()).is_err());
            assert!(refused, "byte {at}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_text_is_told() {
        let good = receipt(1, 3, &key(1)).to_string();
        let check = |from: &str, to: &str, expected: ReceiptError| {
            assert_eq!(Receipt::parse(good.replacen(from, to, 1).as_bytes()), Err(expected));
        };
        let line =
            |line, shown: &str| ReceiptError::File(ProofFileError::Line { line, shown: shown.to_owned() });
        check("@v1", "@v2", ProofFileError::Head.into());
        check("c2sp.org/tlog-proof@v1\nextra", "c2sp.org/tlog-proof@v1\nExtra", line(2, "Extra"));
        check("index 1", "index 01", line(3, "index"));
        check("index 1", "", line(3, ""));
        check("index 1\n", "index 1\n\n", ProofFileError::Checkpoint(CheckpointError::Lines).into());
        check("\u{2014}", "-", ProofFileError::Note(NoteFormError::SignatureLine { line: 1 }).into());
        let extra = "extra AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQF7ImVudHJ5IjoxfQ==\n";
        check(extra, "", ReceiptError::NoEntry);
        check(extra, "extra AQEB\n", ReceiptError::NoEntry);
        let hash = format!("{}\n", Hash::of_empty_tree());
        check("index 1\n", &format!("index 1\n{}", hash.repeat(64)), ProofFileError::TooManyHashes.into());
        let long = vec![b'a'; MAX_PROOF_FILE_BYTES + 1];
        assert_eq!(Receipt::parse(&long), Err(ProofFileError::TooLong { bytes: long.len() }.into()));
        assert_eq!(Receipt::parse(b""), Err(ProofFileError::Head.into()));
        assert_eq!(Receipt::parse(b"c2sp.org/tlog-proof@v1\n"), Err(line(2, "")));
        assert_eq!(Receipt::parse(b"c2sp.org/tlog-proof@v1\nindex 0\n"), Err(line(3, "")));
    }

    #[test]
    fn what_does_not_hold_is_told() {
        let good = receipt(1, 3, &key(1)).to_string();
        let check = |from: &str, to: &str, expected: VerifyError| {
            let read = Receipt::parse(good.replacen(from, to, 1).as_bytes()).unwrap();
            assert_eq!(read.verify(&history()), Err(expected));
        };
        check("extra AQ", "extra AA", ProofError::Root.into());
        check("index 1", "index 0", ProofError::Root.into());
        check("index 1", "index 3", ProofError::NoSuchLeaf { index: 3, size: 3 }.into());
        check("index 1", "index 2", ProofError::Length { has: 2, needs: 1 }.into());
        let forged = receipt(1, 3, &key(2)).verify(&history());
        assert!(matches!(forged, Err(VerifyError::Head(HeadError::Signature(_)))));
    }

    #[test]
    fn receipts_from_before_and_after_a_rotation_hold_with_the_keys_that_travel() {
        let (_, root) = log(4);
        let mut keys = history();
        let head = Checkpoint::new("log.example/one", 4, root).unwrap();
        keys.add(Rotation::sign(&head, &key(1), &key(2)).unwrap()).unwrap();
        let keys = KeyHistory::parse(&keys.to_string(), key(1).verifier()).unwrap();
        assert!(receipt(2, 4, &key(1)).verify(&keys).is_ok());
        assert!(receipt(2, 5, &key(2)).verify(&keys).is_ok());
        assert!(receipt(2, 5, &key(1)).verify(&keys).is_err());
        assert!(receipt(2, 5, &key(2)).verify(&history()).is_err());
    }

    #[test]
    fn an_entry_that_is_too_long_gets_no_receipt() {
        let head = Checkpoint::new("a", 0, Hash::of_empty_tree()).unwrap().sign(&key(1)).unwrap();
        let make = |bytes: usize| Receipt::new(&salt(0), &vec![0; bytes], 0, Vec::new(), head.clone());
        let longest = make(MAX_ENTRY_BYTES).unwrap();
        assert_eq!(Receipt::parse(longest.to_string().as_bytes()), Ok(longest));
        assert_eq!(make(MAX_ENTRY_BYTES + 1), Err(ReceiptError::TooLong { bytes: MAX_ENTRY_BYTES + 1 }));
    }

    #[test]
    fn the_json_has_six_members() {
        let json: serde_json::Value = serde_json::from_str(&receipt(1, 3, &key(1)).to_aics_json()).unwrap();
        let members: Vec<&String> = json.as_object().unwrap().keys().collect();
        assert_eq!(members.len(), 6);
        assert_eq!(json["index"], 1);
        assert_eq!(json["inclusion_proof"].as_array().unwrap().len(), 2);
        assert!(json["envelope"].is_null() && json["body_or_ct"].is_null());
    }
}
