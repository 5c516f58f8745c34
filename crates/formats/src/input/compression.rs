//! Unpacks what is compressed, recognised by its first bytes whatever the file is called.
//!
//! Files made by joining compressed files (bgzip, `cat a.gz b.gz`, parallel compressors) are read to their
//! end. Decoders are pure Rust and may use at most [`MAX_UNPACKING_MIB`] of memory. This file refuses to
//! know what the unpacked bytes mean.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Memory a decoder may use, in MiB: enough for the highest levels of `xz` (65) and `zstd --ultra` (128).
pub(super) const MAX_UNPACKING_MIB: u32 = 256;

/// Compressed bytes read at a time.
const CHUNK_BYTES: usize = 128 * 1024;

/// Bytes needed to recognise a compression.
pub(super) const MAGIC_BYTES: usize = 6;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// RFC 1952; also BGZF.
    Gzip,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
    /// RFC 8878.
    Zstd,
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
        })
    }
}

impl Compression {
    /// Recognises a compression by the first [`MAGIC_BYTES`] of a file.
    pub(super) fn recognise(head: &[u8]) -> Option<Self> {
        match head {
            [0x1F, 0x8B, ..] => Some(Self::Gzip),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31 | 0x17, ..] => Some(Self::Bzip2),
            [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Self::Zstd),
            // A skippable frame (RFC 8878 section 3.1.2), as pzstd puts in front.
            [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    /// A reader of the unpacked bytes.
    pub fn unpack(self, packed: impl Read + Send + 'static) -> Box<dyn Read + Send> {
        let packed = BufReader::with_capacity(CHUNK_BYTES, packed);
        match self {
            Self::Gzip => Box::new(GzipMembers::new(packed)),
            Self::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(packed)),
            Self::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(packed, true, MAX_UNPACKING_MIB * 1024)),
            Self::Zstd => Box::new(ZstdFrames { packed, decoder: FrameDecoder::new(), in_frame: false }),
        }
    }
}

fn invalid(what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Gzip members one after the other, and the zero bytes that tapes and some tools put behind the last.
struct GzipMembers<R> {
    member: Option<flate2::bufread::GzDecoder<R>>,
}

impl<R: BufRead> GzipMembers<R> {
    fn new(packed: R) -> Self {
        Self { member: Some(flate2::bufread::GzDecoder::new(packed)) }
    }
}

impl<R: BufRead> Read for GzipMembers<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let count = member.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let Some(mut packed) = self.member.take().map(flate2::bufread::GzDecoder::into_inner) else {
                break;
            };
            if skip_zeros(&mut packed)? {
                self.member = Some(flate2::bufread::GzDecoder::new(packed));
            }
        }
        Ok(0)
    }
}

/// Passes over zero bytes; says whether another gzip member follows.
fn skip_zeros(packed: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let ahead = packed.fill_buf()?;
        let zeros = ahead.iter().take_while(|byte| **byte == 0).count();
        match ahead.get(zeros) {
            Some(0x1F) if zeros == 0 => return Ok(true),
            Some(0x1F) => packed.consume(zeros),
            Some(_) => return Err(invalid("something else follows the compressed data")),
            None if zeros == 0 => return Ok(false),
            None => packed.consume(zeros),
        }
    }
}

/// Zstandard frames one after the other, skippable ones passed over, checksums held to.
struct ZstdFrames<R> {
    packed: R,
    decoder: FrameDecoder,
    in_frame: bool,
}

impl<R: BufRead> ZstdFrames<R> {
    /// Begins the next frame; false at the end of the file.
    fn begin_frame(&mut self) -> io::Result<bool> {
        loop {
            if self.packed.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.init(&mut self.packed) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let skipped = io::copy(&mut self.packed.by_ref().take(length.into()), &mut io::sink())?;
                    if skipped < u64::from(length) {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error @ FrameDecoderError::WindowSizeTooBig { .. }) => {
                    return Err(io::Error::new(io::ErrorKind::OutOfMemory, error));
                }
                Err(error) => return Err(invalid(error)),
            }
        }
    }

    fn end_frame(&mut self) -> io::Result<()> {
        self.in_frame = false;
        let stored = self.decoder.get_checksum_from_data();
        if stored.is_some() && stored != self.decoder.get_calculated_checksum() {
            return Err(invalid("its checksum is wrong"));
        }
        Ok(())
    }
}

impl<R: BufRead> Read for ZstdFrames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.in_frame {
                self.in_frame = self.begin_frame()?;
                if !self.in_frame {
                    return Ok(0);
                }
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let one_block = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.packed, one_block).map_err(invalid)?;
            }
            let count = self.decoder.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            self.end_frame()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const TEXT: &[u8] = b">a\nACGTACGTACGTACGT\n>b\nTTTTGGGG\n";

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn bzip2(text: &[u8]) -> Vec<u8> {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn xz(text: &[u8]) -> Vec<u8> {
        let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::default()).unwrap();
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(text: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(text, ruzstd::encoding::CompressionLevel::Fastest)
    }

    /// [`TEXT`] by the zstd program 1.5.4, with a checksum.
    const ZSTD_WITH_CHECKSUM: &[u8] = &[
        0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x68, 0xd5, 0x00, 0x00, 0xa0, 0x3e, 0x61, 0x0a, 0x41, 0x43, 0x47, 0x54,
        0x0a, 0x3e, 0x62, 0x0a, 0x54, 0x54, 0x54, 0x54, 0x47, 0x47, 0x47, 0x47, 0x0a, 0x01, 0x00, 0xb8, 0x6b,
        0x04, 0xb1, 0x67, 0x4c, 0x0f,
    ];

    fn all() -> [(Compression, Vec<u8>); 5] {
        [
            (Compression::Gzip, gzip(TEXT)),
            (Compression::Bzip2, bzip2(TEXT)),
            (Compression::Xz, xz(TEXT)),
            (Compression::Zstd, zstd(TEXT)),
            (Compression::Zstd, ZSTD_WITH_CHECKSUM.to_vec()),
        ]
    }

    fn unpack(packed: &[u8]) -> (Vec<u8>, io::Result<()>) {
        let compression = Compression::recognise(packed).expect("compressed");
        let mut text = Vec::new();
        let mut reader = compression.unpack(io::Cursor::new(packed.to_vec()));
        let outcome = reader.read_to_end(&mut text).map(|_| ());
        (text, outcome)
    }

    #[test]
    fn each_compression_is_recognised_and_unpacked() {
        for (compression, packed) in all() {
            assert_eq!(Compression::recognise(&packed[..MAGIC_BYTES]), Some(compression));
            let (text, outcome) = unpack(&packed);
            outcome.unwrap();
            assert_eq!(text, TEXT, "{compression}");
        }
        assert_eq!(Compression::recognise(TEXT), None);
        assert_eq!(Compression::recognise(b""), None);
    }

    #[test]
    fn files_glued_together_are_read_to_the_end() {
        for (compression, packed) in all() {
            let (text, outcome) = unpack(&packed.repeat(3));
            outcome.unwrap();
            assert_eq!(text, TEXT.repeat(3), "{compression}");
        }
    }

    #[test]
    fn empty_members_do_not_end_the_file() {
        for (compression, empty) in [
            (Compression::Gzip, gzip(b"")),
            (Compression::Bzip2, bzip2(b"")),
            (Compression::Xz, xz(b"")),
            (Compression::Zstd, zstd(b"")),
        ] {
            let (_, packed) = all().into_iter().find(|(other, _)| *other == compression).unwrap();
            let (text, outcome) = unpack(&[empty.as_slice(), &packed, &empty, &packed, &empty].concat());
            outcome.unwrap();
            assert_eq!(text, TEXT.repeat(2), "{compression}");
        }
    }

    #[test]
    fn zeros_behind_gzip_are_padding_and_anything_else_is_said() {
        let (text, outcome) = unpack(&[gzip(TEXT), vec![0; 700]].concat());
        outcome.unwrap();
        assert_eq!(text, TEXT);
        let (text, outcome) = unpack(&[gzip(TEXT), vec![0; 3], gzip(TEXT)].concat());
        outcome.unwrap();
        assert_eq!(text, TEXT.repeat(2));
        let (text, outcome) = unpack(&[gzip(TEXT), b">c\nACGT\n".to_vec()].concat());
        assert_eq!(text, TEXT);
        assert_eq!(outcome.unwrap_err().to_string(), "something else follows the compressed data");
    }

    #[test]
    fn skippable_zstd_frames_are_passed_over() {
        let skippable = b"\x51\x2A\x4D\x18\x03\0\0\0xyz";
        let (text, outcome) = unpack(&[skippable.as_slice(), ZSTD_WITH_CHECKSUM, skippable].concat());
        outcome.unwrap();
        assert_eq!(text, TEXT);
        let (_, outcome) = unpack(&skippable[..9]);
        assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn every_cut_is_noticed() {
        for (compression, packed) in all() {
            for length in MAGIC_BYTES..packed.len() {
                let (text, outcome) = unpack(&packed[..length]);
                assert!(outcome.is_err(), "{compression} cut to {length} bytes");
                assert!(TEXT.starts_with(&text));
            }
        }
    }

    #[test]
    fn no_changed_bit_panics_and_none_in_the_checksum_passes() {
        for (_, packed) in all() {
            for bit in MAGIC_BYTES * 8..packed.len() * 8 {
                let mut damaged = packed.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                // Flags and names in headers may change without harm: only the text is held to.
                let (text, outcome) = unpack(&damaged);
                assert!(outcome.is_err() || text.is_empty() || text == TEXT, "bit {bit}");
            }
        }
    }

    #[test]
    fn a_window_that_needs_too_much_memory_is_refused() {
        // Frame header: no content size, window descriptor 0xA0 = 2^30 bytes.
        let (_, outcome) = unpack(b"\x28\xB5\x2F\xFD\x00\xA0\x01\0\0");
        assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::OutOfMemory);
    }
}
