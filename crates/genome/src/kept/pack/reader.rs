//! Reads packs: the whole, or one sequence out of a range of it.
//!
//! Nothing is trusted: what a sequence gives is compared with its digest. Start at [`Reader`] and [`Entry`].

use super::{DIGEST, HEAD, MAGIC, MAX_REFERENCES, Place, VERSION};
use crate::kept::coder::{Coder, DecodeError, digest, needed_mark};
use crate::kept::varint::Cursor;
use std::fmt;

/// Why a pack cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// Something else.
    #[error("this is no pack of sequences: it does not begin with HRTHSEQ")]
    NoPack,
    /// Written by a newer program.
    #[error(
        "the pack has version {version}, which this program does not know; a newer one wrote it: upgrade this server"
    )]
    UnknownVersion {
        /// The version.
        version: u32,
    },
    /// Ends too early or goes on too long.
    #[error("the pack is damaged at byte {offset}; restore it from a backup or fetch it again")]
    Damaged {
        /// Bytes before what cannot be read.
        offset: usize,
    },
    /// A reference is not at hand.
    #[error(
        "the pack is kept against the reference with SHA-256 {}, which is not at hand; give the pathogen's pack \
         that it was kept with",
        Hex(digest)
    )]
    NeedsReference {
        /// SHA-256 of its letters.
        digest: [u8; DIGEST],
    },
}

/// Why a range of a pack does not give its sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SequenceError {
    /// The range is not one sequence of a pack.
    #[error(
        "these bytes are no sequence of a pack: they were cut at the wrong place, or the pack is damaged"
    )]
    NoEntry,
    /// Kept against a reference that is not at hand.
    #[error(
        "the sequence {} is kept against a reference that is not at hand (its SHA-256 begins with {needed:08x}); \
         give the pathogen's pack that it was kept with",
        Hex(digest)
    )]
    NeedsReference {
        /// SHA-256 of the sequence.
        digest: [u8; DIGEST],
        /// Mark of the reference.
        needed: u32,
    },
    /// The record gives no sequence.
    #[error("sequence {}: {error}", Hex(digest))]
    Record {
        /// SHA-256 of the sequence.
        digest: [u8; DIGEST],
        /// Why.
        error: DecodeError,
    },
    /// The record gives another sequence than was kept.
    #[error(
        "the sequence {} comes back as other letters (their SHA-256 is {}): its pack is damaged; restore it from a \
         backup or fetch it again",
        Hex(expected),
        Hex(found)
    )]
    OtherLetters {
        /// SHA-256 of what was kept.
        expected: [u8; DIGEST],
        /// SHA-256 of what came back.
        found: [u8; DIGEST],
    },
}

/// A digest as people read it.
struct Hex<'a>(&'a [u8; DIGEST]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// One sequence of a pack, not decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// SHA-256 of the letters.
    pub digest: [u8; DIGEST],
    /// The record, for [`Coder::letter_at`] and for whoever needs no check.
    pub record: &'a [u8],
}

impl<'a> Entry<'a> {
    /// Reads the range of a pack that a [`Place`] names.
    ///
    /// # Errors
    /// If the bytes are not exactly one sequence.
    pub fn read(range: &'a [u8]) -> Result<Self, SequenceError> {
        let mut cursor = Cursor(range);
        let entry = Self::next(&mut cursor).ok();
        entry.filter(|_| cursor.is_at_end()).ok_or(SequenceError::NoEntry)
    }

    fn next(cursor: &mut Cursor<'a>) -> Result<Self, DecodeError> {
        let mut digest = [0; DIGEST];
        digest.copy_from_slice(cursor.take(DIGEST)?);
        let length = cursor.number()?;
        Ok(Self { digest, record: cursor.take(length as usize)? })
    }

    /// Appends the letters, compared with their digest; what was appended is taken back after an error.
    ///
    /// # Errors
    /// If no coder has the reference, the record is damaged, has more than `limit` letters, or gives other letters.
    pub fn decode(&self, coders: &[&Coder], limit: u32, out: &mut Vec<u8>) -> Result<(), SequenceError> {
        let start = out.len();
        let damaged = |error| SequenceError::Record { digest: self.digest, error };
        match needed_mark(self.record).map_err(damaged)? {
            None => Coder::new(Vec::new()).decode(self.record, limit, out),
            Some(needed) => {
                let coder = coders.iter().find(|coder| coder.mark() == needed);
                let missing = SequenceError::NeedsReference { digest: self.digest, needed };
                coder.ok_or(missing)?.decode(self.record, limit, out)
            }
        }
        .map_err(damaged)?;
        let found = digest(&out[start..]);
        if found == self.digest {
            return Ok(());
        }
        out.truncate(start);
        Err(SequenceError::OtherLetters { expected: self.digest, found })
    }
}

/// A pack at hand, whole.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    pack: &'a [u8],
    references: Vec<[u8; DIGEST]>,
    count: u32,
}

impl<'a> Reader<'a> {
    /// Reads the head of a pack.
    ///
    /// # Errors
    /// If it is no pack, is of an unknown version, or ends within its head.
    pub fn open(pack: &'a [u8]) -> Result<Self, PackError> {
        let rest = pack.strip_prefix(&MAGIC).ok_or(PackError::NoPack)?;
        let damaged = PackError::Damaged { offset: MAGIC.len() };
        let (numbers, rest) = rest.split_first_chunk::<{ HEAD - MAGIC.len() }>().ok_or(damaged)?;
        let [version, count, references] = [0, 4, 8].map(|at| {
            numbers[at..at + 4].iter().rev().fold(0_u32, |number, &byte| number << 8 | u32::from(byte))
        });
        if version != VERSION {
            return Err(PackError::UnknownVersion { version });
        }
        let named = rest.as_chunks::<DIGEST>().0.get(..references as usize);
        let named = named.filter(|named| named.len() <= MAX_REFERENCES);
        let references = named.ok_or(PackError::Damaged { offset: HEAD })?.to_vec();
        Ok(Self { pack, references, count })
    }

    /// SHA-256 of the letters of each reference that is needed.
    pub fn references(&self) -> &[[u8; DIGEST]] {
        &self.references
    }

    /// How many sequences the head says there are.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Whether every reference is at hand.
    ///
    /// # Errors
    /// Names the first that is not.
    pub fn check_references(&self, coders: &[&Coder]) -> Result<(), PackError> {
        let is_missing =
            |digest: &&[u8; DIGEST]| !coders.iter().any(|coder| coder.reference_digest() == **digest);
        let missing = self.references.iter().find(is_missing);
        missing.map_or(Ok(()), |&digest| Err(PackError::NeedsReference { digest }))
    }

    /// Every sequence with its place, in order; an error is the last item.
    pub fn entries(&self) -> impl Iterator<Item = Result<(Place, Entry<'a>), PackError>> + use<'a> {
        let pack = self.pack;
        let mut rest = Some(Cursor(pack.get(HEAD + DIGEST * self.references.len()..).unwrap_or_default()));
        let mut left = self.count;
        std::iter::from_fn(move || {
            let mut cursor = rest?;
            let offset = pack.len() - cursor.0.len();
            if left == 0 && cursor.is_at_end() {
                return None;
            }
            let entry = Entry::next(&mut cursor).ok().filter(|_| left > 0);
            rest = entry.map(|_| cursor);
            left = left.saturating_sub(1);
            let length = pack.len() - cursor.0.len() - offset;
            let place = Place { offset: offset as u32, length: length as u32 };
            Some(entry.map(|entry| (place, entry)).ok_or(PackError::Damaged { offset }))
        })
    }
}
