//! Collects records into a pack.
//!
//! Refuses to encode and to compute digests of sequences: the caller has them. Start at [`Writer`].

use super::{COUNT_AT, DIGEST, HEAD, MAGIC, MAX_BYTES, MAX_REFERENCES, Place, VERSION};
use crate::kept::coder::{Coder, DecodeError, mark, needed_mark};
use crate::kept::varint;

/// Most bytes of the number before a record.
const MAX_NUMBER: usize = 5;

/// Why a record does not go into a pack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddError {
    /// No room; the next pack has.
    #[error("the pack is full; finish it and begin the next one")]
    Full,
    /// Kept against a reference that the pack does not name.
    #[error(
        "the sequence is kept as differences from a reference that this pack does not name (its SHA-256 begins with \
         {needed:08x}); begin a pack for that reference"
    )]
    OtherReference {
        /// Mark of the reference.
        needed: u32,
    },
    /// No record.
    #[error(transparent)]
    Record(#[from] DecodeError),
}

/// A pack that is being filled.
#[derive(Debug)]
pub struct Writer {
    bytes: Vec<u8>,
    marks: Vec<u32>,
    count: u32,
}

impl Writer {
    /// Begins a pack for sequences kept against these references, the first [`MAX_REFERENCES`] of them.
    pub fn new(coders: &[&Coder]) -> Self {
        let digests: Vec<_> =
            coders.iter().take(MAX_REFERENCES).map(|coder| coder.reference_digest()).collect();
        let mut bytes = MAGIC.to_vec();
        for number in [VERSION, 0, digests.len() as u32] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        debug_assert_eq!(bytes.len(), HEAD);
        bytes.extend_from_slice(digests.as_flattened());
        Self { bytes, marks: digests.iter().map(|digest| mark(digest)).collect(), count: 0 }
    }

    /// Appends a record; `digest` is the SHA-256 of the letters of its sequence.
    ///
    /// # Errors
    /// If the pack is full, or does not name the reference of the record, or that is none.
    pub fn add(&mut self, digest: &[u8; DIGEST], record: &[u8]) -> Result<Place, AddError> {
        if let Some(needed) = needed_mark(record)?.filter(|needed| !self.marks.contains(needed)) {
            return Err(AddError::OtherReference { needed });
        }
        if record.len() > MAX_BYTES || self.bytes.len() + DIGEST + MAX_NUMBER + record.len() > MAX_BYTES {
            return Err(AddError::Full);
        }
        let offset = self.bytes.len();
        self.bytes.extend_from_slice(digest);
        varint::put(&mut self.bytes, record.len() as u32);
        self.bytes.extend_from_slice(record);
        self.count += 1;
        Ok(Place { offset: offset as u32, length: (self.bytes.len() - offset) as u32 })
    }

    /// Sequences so far.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Bytes so far.
    pub fn len_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The pack, whole.
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes[COUNT_AT..COUNT_AT + 4].copy_from_slice(&self.count.to_le_bytes());
        self.bytes
    }
}
