//! How the bytes of entries and documents are kept: as they are, or deflated, whichever is shorter.
//!
//! Entries that were appended together are much alike: the first is kept by itself, the others are deflated with it as
//! their dictionary ([`Packer::pack_like`]; RFC 1951, and RFC 1950 section 2.3 on dictionaries), and a row says which entry
//! that is. The number beside the bytes says how they are kept; it never gets another meaning. An erased entry keeps its
//! commitment in the place of its bytes. Refuses to know what the bytes say. Start at [`Packer::pack`].

use crate::error::StoreError;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use hearth_base::id::{EntryId, RecordId};

/// The bytes as they are.
pub(crate) const PLAIN: i64 = 0;
/// Deflated (RFC 1951).
pub(crate) const DEFLATED: i64 = 1;
/// Erased: the 32 bytes are the commitment.
pub(crate) const ERASED: i64 = 2;
/// Deflated with a dictionary: another entry, and what the row says beside the bytes.
pub(crate) const DEFLATED_LIKE: i64 = 3;

/// No document of ours is longer when it is unpacked.
const UNPACKED_MAX_BYTES: usize = 64 << 20;

/// What bytes are kept like: those of an entry, and the identifiers that stand in columns beside them anyway.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Like<'a> {
    /// The bytes of the other entry.
    pub base: &'a [u8],
    /// The entry's own identifier.
    pub id: EntryId,
    /// The record it is about.
    pub record: RecordId,
}

impl Like<'_> {
    fn dictionary(&self) -> Vec<u8> {
        let mut bytes = self.base.to_vec();
        bytes.extend_from_slice(self.id.to_string().as_bytes());
        bytes.extend_from_slice(self.record.to_string().as_bytes());
        bytes
    }
}

/// Packs one after another.
pub(crate) struct Packer(Compress);

impl Packer {
    /// A new one: it takes some memory, so that one should do for many.
    pub(crate) fn new() -> Self {
        Self(Compress::new(Compression::new(6), false))
    }

    /// The shorter of two ways to keep these bytes.
    pub(crate) fn pack(&mut self, bytes: Vec<u8>) -> (i64, Vec<u8>) {
        self.0.reset();
        match self.deflate(&bytes) {
            Some(packed) => (DEFLATED, packed),
            None => (PLAIN, bytes),
        }
    }

    /// The shorter of two ways to keep these bytes, which are like others.
    pub(crate) fn pack_like(&mut self, bytes: Vec<u8>, like: &Like<'_>) -> (i64, Vec<u8>) {
        self.0.reset();
        if self.0.set_dictionary(&like.dictionary()).is_err() {
            return self.pack(bytes);
        }
        match self.deflate(&bytes) {
            Some(packed) => (DEFLATED_LIKE, packed),
            None => (PLAIN, bytes),
        }
    }

    /// The bytes deflated, if that is shorter.
    fn deflate(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut packed = Vec::with_capacity(bytes.len());
        let status = self.0.compress_vec(bytes, &mut packed, FlushCompress::Finish);
        (matches!(status, Ok(Status::StreamEnd)) && packed.len() < bytes.len()).then_some(packed)
    }
}

/// The shorter of two ways to keep these bytes.
pub(crate) fn pack(bytes: Vec<u8>) -> (i64, Vec<u8>) {
    Packer::new().pack(bytes)
}

/// The bytes that were kept.
///
/// # Errors
/// When they are damaged or erased, or kept like others that are not given.
pub(crate) fn unpack(coding: i64, kept: Vec<u8>, like: Option<&Like<'_>>) -> Result<Vec<u8>, StoreError> {
    match (coding, like) {
        (PLAIN, _) => Ok(kept),
        (DEFLATED, _) => inflate(&kept, &[]),
        (DEFLATED_LIKE, Some(like)) => inflate(&kept, &like.dictionary()),
        (DEFLATED_LIKE, None) => Err(StoreError::damaged("the entry that a body is kept like is missing")),
        (other, _) => Err(StoreError::damaged(format!("a body has the unknown coding {other}"))),
    }
}

fn inflate(kept: &[u8], dictionary: &[u8]) -> Result<Vec<u8>, StoreError> {
    let damaged = |why: &str| StoreError::damaged(format!("a deflated body does not unpack ({why})"));
    let mut inflater = Decompress::new(false);
    if !dictionary.is_empty() {
        inflater.set_dictionary(dictionary).map_err(|error| damaged(&error.to_string()))?;
    }
    let mut bytes = Vec::with_capacity((kept.len() * 4).max(512));
    loop {
        let read = usize::try_from(inflater.total_in()).unwrap_or(kept.len()).min(kept.len());
        let before = (read, bytes.len());
        let status = inflater.decompress_vec(&kept[read..], &mut bytes, FlushDecompress::Finish);
        match status.map_err(|error| damaged(&error.to_string()))? {
            Status::StreamEnd => return Ok(bytes),
            _ if bytes.len() >= UNPACKED_MAX_BYTES => return Err(damaged("it is too long")),
            // It took all that there is, and has room to go on.
            _ if before == (inflater.total_in() as usize, bytes.len()) && bytes.len() < bytes.capacity() => {
                return Err(damaged("it is cut off"));
            }
            _ => bytes.reserve(bytes.capacity().max(512)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn like(base: &[u8]) -> Like<'_> {
        Like { base, id: EntryId::from_bytes([7; 16]), record: RecordId::from_bytes([9; 16]) }
    }

    #[test]
    fn bytes_come_back_and_are_never_longer() {
        let mut packer = Packer::new();
        for bytes in [Vec::new(), b"a".to_vec(), vec![b'a'; 1_000], vec![b'a'; 100_000]] {
            let (coding, kept) = packer.pack(bytes.clone());
            assert!(kept.len() <= bytes.len());
            assert_eq!(unpack(coding, kept, None).expect("our own"), bytes);
        }
        assert!(unpack(DEFLATED, vec![0xff; 9], None).is_err());
        assert!(unpack(99, Vec::new(), None).is_err());
    }

    #[test]
    fn a_body_like_another_takes_little_and_needs_the_other() {
        let mut packer = Packer::new();
        let id = EntryId::from_bytes([7; 16]);
        let base = br#"{"kind":"genome","sample":{"name":"K-1","country":"KE","division":"Nairobi"}}"#;
        let bytes = format!(
            r#"{{"entry":"{id}","kind":"genome","sample":{{"name":"K-2","country":"KE","division":"Kilifi"}}}}"#
        );
        let (coding, kept) = packer.pack_like(bytes.clone().into_bytes(), &like(base));
        assert_eq!(coding, DEFLATED_LIKE);
        assert!(kept.len() < 40, "{}", kept.len());
        let back = unpack(coding, kept.clone(), Some(&like(base))).expect("our own");
        assert_eq!(back, bytes.into_bytes());
        assert!(unpack(coding, kept.clone(), None).is_err());
        let cut = kept[..kept.len() - 3].to_vec();
        assert!(unpack(coding, cut, Some(&like(base))).is_err());
    }
}
