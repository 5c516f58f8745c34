//! How the bytes of entries and documents are kept: as they are, or deflated, whichever is shorter.
//!
//! The number beside them says which; it never gets another meaning. An erased entry keeps its commitment in the place of
//! its bytes. Refuses to know what the bytes say. Start at [`pack`].

use crate::error::StoreError;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use std::io::{Read as _, Write as _};

/// The bytes as they are.
pub(crate) const PLAIN: i64 = 0;
/// Deflated (RFC 1951).
pub(crate) const DEFLATED: i64 = 1;
/// Erased: the 32 bytes are the commitment.
pub(crate) const ERASED: i64 = 2;

/// No document of ours is longer when it is unpacked.
const UNPACKED_MAX_BYTES: u64 = 64 << 20;

/// The shorter of two ways to keep these bytes.
pub(crate) fn pack(bytes: Vec<u8>) -> (i64, Vec<u8>) {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::new(6));
    match encoder.write_all(&bytes).and_then(|()| encoder.finish()) {
        Ok(packed) if packed.len() < bytes.len() => (DEFLATED, packed),
        _ => (PLAIN, bytes),
    }
}

/// The bytes that were kept.
///
/// # Errors
/// When they are damaged or erased.
pub(crate) fn unpack(coding: i64, kept: Vec<u8>) -> Result<Vec<u8>, StoreError> {
    match coding {
        PLAIN => Ok(kept),
        DEFLATED => {
            let mut bytes = Vec::with_capacity(kept.len() * 3);
            let mut decoder = DeflateDecoder::new(kept.as_slice()).take(UNPACKED_MAX_BYTES);
            let read = decoder.read_to_end(&mut bytes);
            read.map_err(|error| StoreError::damaged(format!("a deflated body does not unpack ({error})")))?;
            Ok(bytes)
        }
        other => Err(StoreError::damaged(format!("a body has the unknown coding {other}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_and_are_never_longer() {
        for bytes in [Vec::new(), b"a".to_vec(), vec![b'a'; 1_000]] {
            let (coding, kept) = pack(bytes.clone());
            assert!(kept.len() <= bytes.len());
            assert_eq!(unpack(coding, kept).expect("our own"), bytes);
        }
        assert!(unpack(DEFLATED, vec![0xff; 9]).is_err());
        assert!(unpack(99, Vec::new()).is_err());
    }
}
