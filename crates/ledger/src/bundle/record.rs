//! One entry as a line of a bundle, in its one spelling.
//!
//! JSON that any reader of JSON reads; written and read here without one, since every line has one of two forms.
//! Refuses to know what an entry says. Start at [`Record`].

use super::Digest;
use crate::note::MAX_ENTRY_BYTES;
use crate::tree::{Commitment, HASH_BYTES, MAX_TREE_SIZE, Salt, commit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The longest line: an entry in base64 and what stands around it.
pub(super) const MAX_LINE_BYTES: usize = MAX_ENTRY_BYTES.div_ceil(3) * 4 + 128;

/// What a bundle holds of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// The entry itself.
    Kept {
        /// Its place in the log, from 0.
        index: u64,
        /// Its salt.
        salt: Salt,
        /// Its stored bytes.
        bytes: Vec<u8>,
    },
    /// An entry whose body and salt were erased: the tree still holds its commitment.
    Erased {
        /// Its place in the log, from 0.
        index: u64,
        /// Its leaf.
        commitment: Commitment,
    },
}

impl Record {
    /// The entry's place in the log, from 0.
    #[must_use]
    pub fn index(&self) -> u64 {
        match self {
            Self::Kept { index, .. } | Self::Erased { index, .. } => *index,
        }
    }

    /// The entry's leaf.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        match self {
            Self::Kept { salt, bytes, .. } => commit(salt, bytes),
            Self::Erased { commitment, .. } => *commitment,
        }
    }

    /// Whether its body was erased.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        matches!(self, Self::Erased { .. })
    }

    /// The line, with its newline.
    pub(super) fn to_line(&self) -> String {
        match self {
            Self::Kept { index, salt, bytes } => {
                let (salt, bytes) = (STANDARD.encode(salt.as_bytes()), STANDARD.encode(bytes));
                format!("{{\"index\":{index},\"salt\":\"{salt}\",\"bytes\":\"{bytes}\"}}\n")
            }
            Self::Erased { index, commitment } => {
                let commitment = STANDARD.encode(commitment.as_bytes());
                format!("{{\"index\":{index},\"commitment\":\"{commitment}\"}}\n")
            }
        }
    }

    /// Reads a line without its newline.
    pub(super) fn from_line(line: &[u8]) -> Option<Self> {
        let line = str::from_utf8(line).ok()?.strip_prefix("{\"index\":")?.strip_suffix("\"}")?;
        let (index, rest) = line.split_once(',')?;
        let index = parse_number(index).filter(|index| *index < MAX_TREE_SIZE)?;
        if let Some(commitment) = rest.strip_prefix("\"commitment\":\"") {
            return Some(Self::Erased { index, commitment: Commitment::new(decode_32(commitment)?) });
        }
        let (salt, bytes) = rest.strip_prefix("\"salt\":\"")?.split_once("\",\"bytes\":\"")?;
        let bytes = STANDARD.decode(bytes).ok().filter(|bytes| bytes.len() <= MAX_ENTRY_BYTES)?;
        Some(Self::Kept { index, salt: Salt::new(decode_32(salt)?), bytes })
    }
}

fn decode_32(text: &str) -> Option<[u8; HASH_BYTES]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// A whole number in its one spelling.
fn parse_number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// The line of a blob in the list of blobs.
pub(super) fn blob_line(digest: &Digest, bytes: u64) -> String {
    format!("{digest} {bytes}\n")
}

/// Reads a line of the list of blobs, without its newline.
pub(super) fn parse_blob_line(line: &str) -> Option<(Digest, u64)> {
    let (digest, bytes) = line.split_once(' ')?;
    Some((Digest::from_hex(digest)?, parse_number(bytes)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(line: &str, expected: bool) {
        assert_eq!(Record::from_line(line.as_bytes()).is_some(), expected, "{line}");
    }

    #[test]
    fn an_entry_is_a_line_of_json() {
        let kept = Record::Kept { index: 7, salt: Salt::new([0; 32]), bytes: b"body".to_vec() };
        let zero = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let line = format!("{{\"index\":7,\"salt\":\"{zero}\",\"bytes\":\"Ym9keQ==\"}}\n");
        assert_eq!(kept.to_line(), line);
        let json: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!((json["index"].as_u64(), json["salt"].as_str()), (Some(7), Some(zero)));
        let erased = Record::Erased { index: 8, commitment: Commitment::new([0; 32]) };
        assert_eq!(erased.to_line(), format!("{{\"index\":8,\"commitment\":\"{zero}\"}}\n"));
    }

    #[test]
    fn lines_have_one_spelling() {
        let zero = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        check(&format!("{{\"index\":7,\"commitment\":\"{zero}\"}}"), true);
        check(&format!("{{\"index\":07,\"commitment\":\"{zero}\"}}"), false);
        check(&format!("{{\"index\":-7,\"commitment\":\"{zero}\"}}"), false);
        check(&format!("{{\"index\": 7,\"commitment\":\"{zero}\"}}"), false);
        check(&format!("{{\"index\":7,\"commitment\":\"{zero}\",\"salt\":\"{zero}\"}}"), false);
        check(&format!("{{\"index\":7,\"commitment\":\"{}\"}}", &zero[1..]), false);
        check(&format!("{{\"index\":7,\"salt\":\"{zero}\"}}"), false);
        check(&format!("{{\"index\":9007199254740991,\"commitment\":\"{zero}\"}}"), false);
        check("", false);
        check("{}", false);
        let long = STANDARD.encode(vec![0; MAX_ENTRY_BYTES + 1]);
        check(&format!("{{\"index\":7,\"salt\":\"{zero}\",\"bytes\":\"{long}\"}}"), false);
    }

    proptest! {
        #[test]
        fn every_entry_reads_back(
            index in 0..MAX_TREE_SIZE,
            salt in any::<[u8; 32]>(),
            bytes in prop::option::of(prop::collection::vec(any::<u8>(), 0..200)),
        ) {
            let record = match bytes {
                Some(bytes) => Record::Kept { index, salt: Salt::new(salt), bytes },
                None => Record::Erased { index, commitment: Commitment::new(salt) },
            };
            let line = record.to_line();
            prop_assert!(line.len() <= MAX_LINE_BYTES);
            prop_assert_eq!(Record::from_line(line.trim_end().as_bytes()), Some(record));
        }

        #[test]
        fn what_is_read_would_be_written(line in "\\{\"index\":[0-9]{1,2},\"commitment\":\"[A-Z]{43}=\"\\}") {
            if let Some(record) = Record::from_line(line.as_bytes()) {
                prop_assert_eq!(record.to_line(), format!("{line}\n"));
            }
        }

        #[test]
        fn every_blob_line_reads_back(digest in any::<[u8; 32]>(), bytes in any::<u64>()) {
            let line = blob_line(&Digest::new(digest), bytes);
            prop_assert_eq!(parse_blob_line(line.trim_end()), Some((Digest::new(digest), bytes)));
        }
    }
}
