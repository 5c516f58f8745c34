//! One sequence to a record and back.
//!
//! The forms are described in [`super`]. Refuses to know packs and digests of sequences. Start at [`Coder`].

use super::MAX_LETTERS;
use super::finder;
use super::stretch::{self, Stretch, base_code, base_letter};
use super::token::{Token, Tokens, Writer};
use super::varint::{self, Cursor};
use crate::align::Path;
use crate::align::quick::index::AnchorIndex;
use crate::alphabet::nucleotide;
use crate::coordinate::{Position, RefPos};
use sha2::{Digest, Sha256};

pub(super) const DIFFERENCES: u8 = 1;
pub(super) const WRITTEN_OUT: u8 = 2;
pub(super) const ALIGNED: u8 = 3;
pub(super) const OPPOSITE: u8 = 4;
pub(super) const OPPOSITE_ALIGNED: u8 = 5;

/// Bytes of a mark of a reference.
const MARK: usize = 4;

/// A record with fewer letters a byte is tried in the other forms too.
const LETTERS_A_BYTE: usize = 8;

/// SHA-256 of letters: what a sequence or a reference is named by.
pub fn digest(letters: &[u8]) -> [u8; 32] {
    Sha256::digest(letters).into()
}

/// Why a sequence cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// Longer than any record.
    #[error(
        "the sequence has {letters} letters, and at most {MAX_LETTERS} can be kept as one; \
         submit the segments or contigs of a long genome as sequences of their own"
    )]
    TooLong {
        /// Letters of the sequence.
        letters: usize,
    },
    /// The reference is longer than any record.
    #[error(
        "the reference has {letters} letters, and sequences can be kept against one of at most {MAX_LETTERS}; \
         give the pathogen's pack one reference for each segment"
    )]
    ReferenceTooLong {
        /// Letters of the reference.
        letters: usize,
    },
}

/// Why a record does not give a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Written by a newer program.
    #[error(
        "the sequence is kept in form {form}, which this program does not know; a newer one wrote it: \
         upgrade this server"
    )]
    UnknownForm {
        /// The first byte of the record.
        form: u8,
    },
    /// Kept against another reference.
    #[error(
        "the sequence is kept as differences from the reference whose SHA-256 begins with {needed:08x}, and was to \
         be read with the one that begins with {given:08x}; give the reference it was kept with"
    )]
    OtherReference {
        /// Mark of the reference that the record needs.
        needed: u32,
        /// Mark of the reference at hand.
        given: u32,
    },
    /// More letters than the caller wants.
    #[error("the kept sequence has {letters} letters, more than the limit of {limit}; raise the limit")]
    TooLong {
        /// Letters of the sequence.
        letters: u32,
        /// The limit.
        limit: u32,
    },
    /// The record ends too early.
    #[error("the kept sequence is cut short; restore its pack from a backup or fetch it again")]
    CutShort,
    /// The record contradicts itself or the reference.
    #[error("the kept sequence is damaged; restore its pack from a backup or fetch it again")]
    Damaged,
}

/// What a sequence has opposite a position of the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opposite {
    /// A letter.
    Letter(u8),
    /// Nothing: the letter of the reference is missing, or the sequence has ended.
    Gap,
}

/// Turns sequences into records against one reference, and back.
///
/// ```
/// use hearth_genome::kept::Coder;
///
/// let coder = Coder::new(b"ACGTTGCATGCCTAGGATCCATTGCAAGTCTTAGCAGG".to_vec());
/// let sequence = b"ACGTTGCATGCCTAGGTTCCATTGCAAGTCTTAGCA";
/// let mut record = Vec::new();
/// coder.encode(sequence, &mut record)?;
/// assert_eq!(record.len(), 8);
/// let mut letters = Vec::new();
/// coder.decode(&record, 1_000, &mut letters)?;
/// assert_eq!(letters, sequence);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Coder {
    reference: Vec<u8>,
    digest: [u8; 32],
    index: AnchorIndex,
}

impl Coder {
    /// Prepares for a reference of upper-case letters: that of a pathogen, or of one segment of its genome. With an
    /// empty one everything is written out.
    pub fn new(reference: Vec<u8>) -> Self {
        let index = AnchorIndex::new(&reference);
        Self { digest: digest(&reference), index, reference }
    }

    /// Mark of the reference, as records have it.
    pub fn mark(&self) -> u32 {
        mark(&self.digest)
    }

    /// SHA-256 of the reference's letters.
    pub fn reference_digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Appends the record of a sequence, whatever it is.
    ///
    /// # Errors
    /// If the sequence is longer than [`MAX_LETTERS`].
    pub fn encode(&self, sequence: &[u8], out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let start = out.len();
        self.differences(DIFFERENCES, sequence, out)?;
        if (out.len() - start) * LETTERS_A_BYTE < sequence.len() {
            return Ok(());
        }
        let mut other = Vec::new();
        write_out(sequence, &mut other);
        let is_alike = (out.len() - start) * 4 < other.len() * 3;
        replace_by_shorter(&other, start, out);
        if !is_alike {
            let mut turned = sequence.to_vec();
            nucleotide::reverse_complement(&mut turned);
            other.clear();
            self.differences(OPPOSITE, &turned, &mut other)?;
            replace_by_shorter(&other, start, out);
        }
        Ok(())
    }

    fn differences(&self, form: u8, letters: &[u8], out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.open(form, letters, out)?;
        finder::find(&self.reference, &self.index, letters, &mut Writer::new(out));
        Ok(())
    }

    /// Appends the record of a sequence along its alignment to the reference, so that single positions and aligned
    /// letters read from it are those of the analysis. For a sequence that `is_reverse_complement`, the path is that
    /// of the turned one. What is no alignment of the two, or takes more bytes than letters, is not followed.
    ///
    /// # Errors
    /// If the sequence is longer than [`MAX_LETTERS`].
    pub fn encode_along(
        &self,
        path: &Path,
        is_reverse_complement: bool,
        sequence: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let start = out.len();
        let mut turned = Vec::new();
        let (form, letters) = if is_reverse_complement {
            turned.extend_from_slice(sequence);
            nucleotide::reverse_complement(&mut turned);
            (OPPOSITE_ALIGNED, turned.as_slice())
        } else {
            (ALIGNED, sequence)
        };
        self.open(form, sequence, out)?;
        let body = out.len();
        let is_followed = finder::follow(&self.reference, path, letters, &mut Writer::new(out));
        if is_followed && out.len() - body <= sequence.len() {
            return Ok(());
        }
        out.truncate(start);
        self.encode(sequence, out)
    }

    fn open(&self, form: u8, sequence: &[u8], out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let letters = count(sequence).map_err(|letters| EncodeError::TooLong { letters })?;
        count(&self.reference).map_err(|letters| EncodeError::ReferenceTooLong { letters })?;
        out.push(form);
        out.extend_from_slice(&self.digest[..MARK]);
        varint::put(out, letters);
        Ok(())
    }

    /// Appends the letters of a record; what was appended is taken back if it is damaged.
    ///
    /// # Errors
    /// If the record is damaged, needs another reference, or has more than `limit` letters.
    /// Memory stays below twice the limit, whatever the record says.
    pub fn decode(&self, record: &[u8], limit: u32, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        let start = out.len();
        let body = self.body(record)?;
        if body.letters > limit {
            return Err(DecodeError::TooLong { letters: body.letters, limit });
        }
        let decoded = match body.rest {
            Rest::Stretches(cursor) => read_stretches(cursor, body.letters as usize, out),
            Rest::Tokens(tokens) => self.read_tokens(tokens, body.letters as usize, out),
        };
        match decoded {
            Err(_) => out.truncate(start),
            Ok(()) if matches!(body.form, OPPOSITE | OPPOSITE_ALIGNED) => {
                nucleotide::reverse_complement(&mut out[start..])
            }
            Ok(()) => {}
        }
        decoded
    }

    /// Number of letters of a record.
    ///
    /// # Errors
    /// If the record is damaged at its beginning or needs another reference.
    pub fn letters(&self, record: &[u8]) -> Result<u32, DecodeError> {
        self.body(record).map(|body| body.letters)
    }

    /// The beginning of a record.
    fn body<'a>(&self, record: &'a [u8]) -> Result<Body<'a>, DecodeError> {
        let needed = needed_mark(record)?;
        let given = self.mark();
        let mut cursor = Cursor(record);
        let form = cursor.byte()?;
        let Some(needed) = needed else {
            return Ok(Body { form, letters: cursor.number()?, rest: Rest::Stretches(cursor) });
        };
        if needed != given {
            return Err(DecodeError::OtherReference { needed, given });
        }
        cursor.take(MARK)?;
        Ok(Body { form, letters: cursor.number()?, rest: Rest::Tokens(Tokens(cursor)) })
    }

    fn read_tokens(&self, mut tokens: Tokens, letters: usize, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        let end = out.len() + letters;
        let mut reference = self.reference.as_slice();
        out.reserve(letters.min(reference.len()));
        while let Some((gap, token)) = tokens.next()? {
            let (same, rest) = reference.split_at_checked(gap as usize).ok_or(DecodeError::Damaged)?;
            let (passed, written) = token.lengths();
            let (replaced, rest) = rest.split_at_checked(passed as usize).ok_or(DecodeError::Damaged)?;
            if same.len() + written as usize > end - out.len() {
                return Err(DecodeError::Damaged);
            }
            out.extend_from_slice(same);
            match token {
                Token::Base(ahead) => out.push(other_base(replaced[0], ahead).ok_or(DecodeError::Damaged)?),
                Token::Letter(letter) => out.push(letter),
                Token::Unknown(count) => out.resize(out.len() + count as usize, nucleotide::UNKNOWN),
                Token::Deletion(_) => {}
                Token::Insertion(stretch) | Token::Replacement(stretch) => stretch.write_to(out),
            }
            reference = rest;
        }
        let rest = reference.get(..end - out.len()).ok_or(DecodeError::Damaged)?;
        out.extend_from_slice(rest);
        Ok(())
    }

    /// What a sequence, turned to the reference's strand, has opposite a position of the reference; nothing else is
    /// decoded. `None` for a sequence that is written out, which has no place on the reference, and for positions
    /// after its end.
    ///
    /// # Errors
    /// If the record is damaged up to that position or needs another reference.
    pub fn letter_at(&self, record: &[u8], position: RefPos) -> Result<Option<Opposite>, DecodeError> {
        let body = self.body(record)?;
        let Rest::Tokens(mut tokens) = body.rest else { return Ok(None) };
        let wanted = position.get();
        let Some(&expected) = self.reference.get(position.index()) else { return Ok(None) };
        let (mut at, mut read) = (0_u32, 0_u32);
        while let Some((gap, token)) = tokens.next()? {
            if wanted - at < gap {
                return Ok(Some(Opposite::Letter(expected)));
            }
            let (passed, written) = token.lengths();
            at += gap;
            if wanted - at < passed {
                return match token {
                    Token::Base(ahead) => other_base(expected, ahead).ok_or(DecodeError::Damaged),
                    Token::Letter(letter) => Ok(letter),
                    Token::Unknown(_) => Ok(nucleotide::UNKNOWN),
                    Token::Deletion(_) => return Ok(Some(Opposite::Gap)),
                    Token::Insertion(stretch) | Token::Replacement(stretch) => {
                        stretch.letter(wanted - at).ok_or(DecodeError::Damaged)
                    }
                }
                .map(|letter| Some(Opposite::Letter(letter)));
            }
            at += passed;
            read = gap
                .checked_add(written)
                .and_then(|more| read.checked_add(more))
                .ok_or(DecodeError::Damaged)?;
        }
        let rest = body.letters.checked_sub(read).ok_or(DecodeError::Damaged)?;
        Ok(Some(if wanted - at < rest { Opposite::Letter(expected) } else { Opposite::Gap }))
    }
}

/// A record after its beginning.
struct Body<'a> {
    form: u8,
    letters: u32,
    rest: Rest<'a>,
}

enum Rest<'a> {
    Tokens(Tokens<'a>),
    Stretches(Cursor<'a>),
}

/// The mark at the start of a digest.
pub(super) fn mark(bytes: &[u8]) -> u32 {
    bytes.iter().take(MARK).fold(0, |mark, &byte| mark << 8 | u32::from(byte))
}

/// Number of letters, or an error with it if a record cannot hold them.
fn count(letters: &[u8]) -> Result<u32, usize> {
    let count = u32::try_from(letters.len()).ok().filter(|&count| count <= MAX_LETTERS);
    count.ok_or(letters.len())
}

/// Mark of the reference that a record needs; `None` if it needs none.
///
/// # Errors
/// If the form is not known or the record ends before.
pub fn needed_mark(record: &[u8]) -> Result<Option<u32>, DecodeError> {
    let mut cursor = Cursor(record);
    match cursor.byte()? {
        DIFFERENCES | ALIGNED | OPPOSITE | OPPOSITE_ALIGNED => {
            cursor.take(MARK).map(|bytes| Some(mark(bytes)))
        }
        WRITTEN_OUT => Ok(None),
        form => Err(DecodeError::UnknownForm { form }),
    }
}

fn other_base(reference: u8, ahead: u8) -> Option<u8> {
    nucleotide::is_acgt(reference).then(|| base_letter(base_code(reference) + ahead))
}

/// Puts another record in the place of the one that begins at `start`, if it is shorter.
fn replace_by_shorter(other: &[u8], start: usize, out: &mut Vec<u8>) {
    if other.len() < out.len() - start {
        out.truncate(start);
        out.extend_from_slice(other);
    }
}

/// Writes a record that needs no reference.
fn write_out(sequence: &[u8], out: &mut Vec<u8>) {
    out.push(WRITTEN_OUT);
    varint::put(out, sequence.len() as u32);
    stretch::put_all(out, sequence, |_| ());
}

fn read_stretches(mut cursor: Cursor, letters: usize, out: &mut Vec<u8>) -> Result<(), DecodeError> {
    let end = out.len() + letters;
    while !cursor.is_at_end() {
        let stretch = Stretch::read(&mut cursor)?;
        if stretch.letters as usize > end - out.len() {
            return Err(DecodeError::Damaged);
        }
        stretch.write_to(out);
    }
    if out.len() == end { Ok(()) } else { Err(DecodeError::Damaged) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_too_long_is_refused_when_it_is_used() {
        let letters = MAX_LETTERS as usize + 1;
        let coder = Coder { reference: vec![b'A'; letters], digest: [0; 32], index: AnchorIndex::new(b"") };
        let expected = Err(EncodeError::ReferenceTooLong { letters });
        assert_eq!(coder.encode(b"ACGT", &mut Vec::new()), expected);
    }
}
