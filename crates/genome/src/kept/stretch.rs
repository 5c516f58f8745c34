//! Stretches: letters written out, in as few bits as the letters need.
//!
//! A stretch is a number, `(letters - 1) * 4 + coding`, and what the coding says:
//!
//! | coding | letters | bytes that follow |
//! |--:|---|---|
//! | 0 | A, C, G, T | four to a byte, the first in the lowest bits: A 0, C 1, G 2, T 3 |
//! | 1 | the fifteen IUPAC letters | two to a byte, the first in the low half: A 1, C 2, G 4, T 8, and the sum for a letter that stands for several |
//! | 2 | anything | as they are |
//! | 3 | one letter, repeated | that letter, once |
//!
//! Bits left over in the last byte are 0. Refuses to know what a stretch stands for. Start at [`put_all`] and
//! [`Stretch::read`].

use super::DecodeError;
use super::varint::{self, Cursor};
use crate::alphabet::nucleotide;

const BASES: u32 = 0;
const NUCLEOTIDES: u32 = 1;
const BYTES: u32 = 2;
const REPEATED: u32 = 3;

/// A letter repeated this often is written once.
const MIN_REPEATED: usize = 16;
/// Letters that one byte holds at best.
const LETTERS_OF_A_BYTE: usize = 4;
/// This many determined bases in a row end a stretch of other letters.
const MIN_BASES: usize = 24;
/// This many nucleotides in a row end a stretch of bytes.
const MIN_NUCLEOTIDES: usize = 8;

/// The bases by their two bits.
const BY_CODE: [u8; 4] = *b"ACGT";

/// The four letters of each byte of coding 0.
const FOUR: [[u8; 4]; 256] = {
    let mut table = [[0; 4]; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = [BY_CODE[byte & 3], BY_CODE[byte >> 2 & 3], BY_CODE[byte >> 4 & 3], BY_CODE[byte >> 6]];
        byte += 1;
    }
    table
};

/// Two bits of a determined base; bits 1 and 2 of the ASCII codes of A, C, T and G count 0 to 3.
pub fn base_code(letter: u8) -> u8 {
    let code = letter >> 1 & 3;
    code ^ code >> 1
}

/// The letter of two bits.
pub fn base_letter(code: u8) -> u8 {
    BY_CODE[usize::from(code & 3)]
}

/// Letters written out, not read yet.
#[derive(Clone, Copy, Debug)]
pub struct Stretch<'a> {
    /// Number of letters, at least 1.
    pub letters: u32,
    coding: u32,
    bytes: &'a [u8],
}

impl<'a> Stretch<'a> {
    /// Reads the next stretch.
    pub fn read(cursor: &mut Cursor<'a>) -> Result<Self, DecodeError> {
        let head = cursor.number()?;
        let (letters, coding) = (head / 4 + 1, head % 4);
        let bytes = match coding {
            BASES => letters.div_ceil(4),
            NUCLEOTIDES => letters.div_ceil(2),
            BYTES => letters,
            _ => 1,
        };
        Ok(Self { letters, coding, bytes: cursor.take(bytes as usize)? })
    }

    /// Appends the letters.
    pub fn write_to(&self, out: &mut Vec<u8>) {
        let letters = self.letters as usize;
        let end = out.len() + letters;
        match self.coding {
            BASES => {
                self.bytes.iter().for_each(|&byte| out.extend_from_slice(&FOUR[usize::from(byte)]));
                out.truncate(end);
            }
            NUCLEOTIDES => {
                let pair = |byte: &u8| [nucleotide::letter_of(byte & 15), nucleotide::letter_of(byte >> 4)];
                out.extend(self.bytes.iter().flat_map(pair));
                out.truncate(end);
            }
            BYTES => out.extend_from_slice(self.bytes),
            _ => out.resize(end, self.bytes.first().copied().unwrap_or_default()),
        }
    }

    /// The letter at `index`, 0-based; `None` after the last.
    pub fn letter(&self, index: u32) -> Option<u8> {
        let at = index as usize;
        let byte = |index: usize| self.bytes.get(index).copied();
        if index >= self.letters {
            return None;
        }
        match self.coding {
            BASES => byte(at / 4).map(|byte| base_letter(byte >> (at % 4 * 2))),
            NUCLEOTIDES => byte(at / 2).map(|byte| nucleotide::letter_of(byte >> (at % 2 * 4) & 15)),
            BYTES => byte(at),
            _ => byte(0),
        }
    }
}

/// Appends letters as stretches; `before_each` may write something in front of each.
pub fn put_all(out: &mut Vec<u8>, mut letters: &[u8], mut before_each: impl FnMut(&mut Vec<u8>)) {
    while !letters.is_empty() {
        let (coding, length) = next(letters);
        let (stretch, rest) = letters.split_at(length);
        before_each(out);
        put(out, coding, stretch);
        letters = rest;
    }
}

fn put(out: &mut Vec<u8>, coding: u32, letters: &[u8]) {
    varint::put(out, (letters.len() as u32 - 1) * 4 + coding);
    match coding {
        BASES => out.extend(
            letters
                .chunks(4)
                .map(|four| four.iter().rev().fold(0, |byte, &letter| byte << 2 | base_code(letter))),
        ),
        NUCLEOTIDES => out.extend(
            letters
                .chunks(2)
                .map(|two| two.iter().rev().fold(0, |byte, &letter| byte << 4 | nucleotide::bases(letter))),
        ),
        BYTES => out.extend_from_slice(letters),
        _ => out.push(letters[0]),
    }
}

/// Coding and length of the first stretch of letters.
fn next(letters: &[u8]) -> (u32, usize) {
    let first = letters[0];
    let same = repeats(letters);
    if same >= MIN_REPEATED || same == letters.len() && same > LETTERS_OF_A_BYTE {
        return (REPEATED, same);
    }
    if nucleotide::is_acgt(first) {
        let other = letters.iter().position(|&letter| !nucleotide::is_acgt(letter));
        return (BASES, other.unwrap_or(letters.len()));
    }
    if nucleotide::bases(first) != 0 {
        let is_end = |letter: u8| nucleotide::bases(letter) == 0;
        return (NUCLEOTIDES, before_run(letters, MIN_BASES, nucleotide::is_acgt, is_end));
    }
    (BYTES, before_run(letters, MIN_NUCLEOTIDES, |letter| nucleotide::bases(letter) != 0, |_| false))
}

/// How often the first letter stands at the start.
fn repeats(letters: &[u8]) -> usize {
    letters.iter().position(|letter| *letter != letters[0]).unwrap_or(letters.len())
}

/// Letters before the first run of `length` letters that `belongs_elsewhere`, before the first repeated letter, and
/// before one that `is_end`; at least 1.
fn before_run(
    letters: &[u8],
    length: usize,
    belongs_elsewhere: impl Fn(u8) -> bool,
    is_end: impl Fn(u8) -> bool,
) -> usize {
    let (mut elsewhere, mut same) = (0, 0);
    for (at, &letter) in letters.iter().enumerate() {
        same = if at > 0 && letters[at - 1] == letter { same + 1 } else { 1 };
        elsewhere = if belongs_elsewhere(letter) { elsewhere + 1 } else { 0 };
        if is_end(letter) {
            // The bases before it stay: the letter that ends the stretch is rare.
            return at;
        }
        if same >= MIN_REPEATED {
            return at + 1 - same;
        }
        if elsewhere >= length {
            return at + 1 - elsewhere;
        }
    }
    letters.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(letters: &[u8], expected: &[u8]) {
        let mut out = Vec::new();
        put_all(&mut out, letters, |_| ());
        assert_eq!(out, expected, "{}", letters.escape_ascii());
        let (mut cursor, mut back) = (Cursor(&out), Vec::new());
        while !cursor.is_at_end() {
            let stretch = Stretch::read(&mut cursor).unwrap();
            let from = back.len();
            stretch.write_to(&mut back);
            for index in 0..stretch.letters {
                assert_eq!(stretch.letter(index), Some(back[from + index as usize]));
            }
            assert_eq!(stretch.letter(stretch.letters), None);
        }
        assert_eq!(back, letters);
    }

    #[test]
    fn every_coding_is_written_as_described() {
        check(b"", &[]);
        check(b"ACGTA", &[16, 0b1110_0100, 0]);
        check(b"RYN", &[9, 0xa5, 0x0f]);
        check(b"-*?", &[10, b'-', b'*', b'?']);
        check(&[b'N'; 40], &[0x9f, 1, b'N']);
        check(b"ACGTNNNNNNNNNNNNNNNNNNNNA", &[12, 0b1110_0100, 0x4f, b'N', 0, 0]);
        check(b"R-AC", &[1, 5, 10, b'-', b'A', b'C']);
    }

    #[test]
    fn codes_of_bases() {
        for (code, letter) in (0..4).zip(*b"ACGT") {
            assert_eq!((base_code(letter), base_letter(code)), (code, letter));
        }
    }

    #[test]
    fn a_stretch_cut_short_is_said() {
        assert_eq!(Stretch::read(&mut Cursor(&[16, 1])).err(), Some(DecodeError::CutShort));
        assert_eq!(Stretch::read(&mut Cursor(&[])).err(), Some(DecodeError::CutShort));
    }
}
