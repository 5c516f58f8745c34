//! Answers made smaller, as the question asks: gzip (RFC 1952) or Zstandard (RFC 8878).
//!
//! Pieces are packed each by itself: members and frames may follow one another. Refuses to know what is packed. Start at
//! [`Packing::of`].

use super::asked::Asked;
use super::fault::Fault;
use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::io::Write as _;

/// How an answer is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstandard,
}

impl Packing {
    /// What a question asks for.
    ///
    /// # Errors
    /// When it is none.
    pub fn of(asked: &Asked) -> Result<Self, Fault> {
        match asked.text("compression")?.map(str::to_ascii_lowercase).as_deref() {
            None => Ok(Self::Plain),
            Some("gzip") => Ok(Self::Gzip),
            Some("zstd") => Ok(Self::Zstandard),
            Some(other) => Err(Fault::bad(format!("compression is {other:?}, and must be gzip or zstd"))),
        }
    }

    /// The media type of what is packed.
    pub fn media(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Gzip => Some("application/gzip"),
            Self::Zstandard => Some("application/zstd"),
        }
    }

    /// What the name of a file ends with.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Gzip => ".gz",
            Self::Zstandard => ".zst",
        }
    }

    /// A piece, packed.
    pub fn packed(self, piece: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Plain => piece,
            Self::Gzip => gzip(&piece).unwrap_or_default(),
            Self::Zstandard => compress_to_vec(piece.as_slice(), CompressionLevel::Fastest),
        }
    }
}

/// Writing into memory does not fail.
fn gzip(piece: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(piece)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn pieces_one_after_the_other_are_the_whole() {
        let pieces: [&[u8]; 3] = [b">a\nACGT\n", b"", b">b\nACGA\n"];
        let whole = pieces.concat();
        let packed = |packing: Packing| pieces.map(|piece| packing.packed(piece.to_vec())).concat();
        let mut read = Vec::new();
        let gzip = packed(Packing::Gzip);
        flate2::read::MultiGzDecoder::new(gzip.as_slice()).read_to_end(&mut read).expect("gzip");
        assert_eq!(read, whole);
        let zstandard = packed(Packing::Zstandard);
        let (mut rest, mut read) = (zstandard.as_slice(), Vec::new());
        while !rest.is_empty() {
            let mut frame = ruzstd::decoding::StreamingDecoder::new(&mut rest).expect("a frame");
            frame.read_to_end(&mut read).expect("zstd");
        }
        assert_eq!(read, whole);
        assert_eq!(packed(Packing::Plain), whole);
    }
}
