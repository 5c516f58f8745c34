//! Tokens: one difference from the reference each, in the order of the reference.
//!
//! A token is a number, `gap * 8 + kind`: `gap` letters are those of the reference, then comes what the kind says.
//! A one-byte token reaches 15 letters, a two-byte one 2,047: a genome of 30,000 letters with 100 changes takes two
//! bytes for each. *n* letters "in place" stand opposite *n* letters of the reference.
//!
//! | kind | meaning | what follows |
//! |--:|---|---|
//! | 0, 1, 2 | in place of a base stands the first, second, third one after it in the circle A, C, G, T, A… | |
//! | 3 | N in place, repeated | a number: N's - 1 |
//! | 4 | letters of the reference are missing | a number: letters - 1 |
//! | 5 | letters that the reference has not | a stretch |
//! | 6 | letters in place | a stretch |
//! | 7 | one letter in place | that letter |
//!
//! After the last token, the letters of the reference go on until the record has all its letters. Refuses to know
//! how differences are found. Start at [`Tokens`] and [`Writer`].

use super::DecodeError;
use super::stretch::{self, Stretch, base_code};
use super::varint::{self, Cursor};
use crate::alphabet::nucleotide;

const UNKNOWN: u32 = 3;
const DELETION: u32 = 4;
const INSERTION: u32 = 5;
const REPLACEMENT: u32 = 6;
const LETTER: u32 = 7;

/// Letters other than bases, alike and in a row, that are cheaper as one stretch than one by one.
const MIN_ALIKE: usize = 3;

/// One difference.
#[derive(Clone, Copy, Debug)]
pub enum Token<'a> {
    /// Another base; the number is added to the code of the reference's base.
    Base(u8),
    /// So many N's in place.
    Unknown(u32),
    /// So many letters of the reference are missing.
    Deletion(u32),
    /// Letters that the reference has not.
    Insertion(Stretch<'a>),
    /// Letters in place.
    Replacement(Stretch<'a>),
    /// One letter in place.
    Letter(u8),
}

impl Token<'_> {
    /// How many letters of the reference and of the sequence it passes.
    pub fn lengths(&self) -> (u32, u32) {
        match self {
            Self::Base(_) | Self::Letter(_) => (1, 1),
            Self::Unknown(letters) => (*letters, *letters),
            Self::Deletion(letters) => (*letters, 0),
            Self::Insertion(stretch) => (0, stretch.letters),
            Self::Replacement(stretch) => (stretch.letters, stretch.letters),
        }
    }
}

/// Reads tokens until the record ends.
#[derive(Clone, Debug)]
pub struct Tokens<'a>(pub Cursor<'a>);

impl<'a> Tokens<'a> {
    /// The next token and how many letters of the reference come before it; `None` after the last.
    pub fn next(&mut self) -> Result<Option<(u32, Token<'a>)>, DecodeError> {
        let cursor = &mut self.0;
        if cursor.is_at_end() {
            return Ok(None);
        }
        let head = cursor.number()?;
        let count = |cursor: &mut Cursor| cursor.number()?.checked_add(1).ok_or(DecodeError::Damaged);
        let token = match head % 8 {
            UNKNOWN => Token::Unknown(count(cursor)?),
            DELETION => Token::Deletion(count(cursor)?),
            INSERTION => Token::Insertion(Stretch::read(cursor)?),
            REPLACEMENT => Token::Replacement(Stretch::read(cursor)?),
            LETTER => Token::Letter(cursor.byte()?),
            kind => Token::Base(kind as u8 + 1),
        };
        Ok(Some((head / 8, token)))
    }
}

/// Writes tokens.
#[derive(Debug)]
pub struct Writer<'a> {
    out: &'a mut Vec<u8>,
    /// Letters of the reference since the last token.
    gap: u32,
}

impl<'a> Writer<'a> {
    /// Writes to the end of `out`.
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, gap: 0 }
    }

    fn head(&mut self, kind: u32) {
        varint::put(self.out, self.gap * 8 + kind);
        self.gap = 0;
    }

    fn stretches(&mut self, kind: u32, letters: &[u8]) {
        let gap = &mut self.gap;
        stretch::put_all(self.out, letters, |out| {
            varint::put(out, *gap * 8 + kind);
            *gap = 0;
        });
    }

    /// So many letters are those of the reference.
    pub fn same(&mut self, letters: usize) {
        self.gap += letters as u32;
    }

    /// So many letters of the reference are missing.
    pub fn deletion(&mut self, letters: usize) {
        if letters > 0 {
            self.head(DELETION);
            varint::put(self.out, letters as u32 - 1);
        }
    }

    /// Letters that the reference has not.
    pub fn insertion(&mut self, letters: &[u8]) {
        self.stretches(INSERTION, letters);
    }

    /// Letters in place, written out.
    pub fn replacement(&mut self, letters: &[u8]) {
        self.stretches(REPLACEMENT, letters);
    }

    /// Letters in place, as many as the reference is given, each as cheaply as it can be said.
    pub fn pairs(&mut self, mut reference: &[u8], mut letters: &[u8]) {
        loop {
            let same = same_letters(reference, letters);
            self.same(same);
            (reference, letters) = (&reference[same..], &letters[same..]);
            if letters.is_empty() || reference.is_empty() {
                return;
            }
            let passed = self.difference(reference, letters);
            (reference, letters) = (&reference[passed..], &letters[passed..]);
        }
    }

    /// What stands in place of the first letter, which differs, and of those that go with it: how many.
    pub fn difference(&mut self, reference: &[u8], letters: &[u8]) -> usize {
        let letter = letters[0];
        if nucleotide::is_acgt(letter) && nucleotide::is_acgt(reference[0]) {
            let ahead = base_code(letter).wrapping_sub(base_code(reference[0])) & 3;
            self.head(u32::from(ahead) - 1);
            return 1;
        }
        let run = letters.iter().zip(reference).take_while(|(other, _)| **other == letter).count();
        if letter == nucleotide::UNKNOWN {
            self.head(UNKNOWN);
            varint::put(self.out, run as u32 - 1);
            return run;
        }
        if run >= MIN_ALIKE && !nucleotide::is_acgt(letter) {
            self.replacement(&letters[..run]);
            return run;
        }
        self.head(LETTER);
        self.out.push(letter);
        1
    }
}

/// Number of letters that are the same in both from the start.
pub fn same_letters(a: &[u8], b: &[u8]) -> usize {
    const BLOCK: usize = 32;
    const WORD: usize = size_of::<u64>();
    let blocks = a.as_chunks::<BLOCK>().0.iter().zip(b.as_chunks::<BLOCK>().0);
    let mut same = BLOCK * blocks.take_while(|(a, b)| a == b).count();
    let words = a[same..].as_chunks::<WORD>().0.iter().zip(b[same..].as_chunks::<WORD>().0);
    for (a, b) in words {
        let different = u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b);
        if different != 0 {
            return same + different.trailing_zeros() as usize / 8;
        }
        same += WORD;
    }
    let rest = a[same..].iter().zip(&b[same..]);
    same + rest.take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reference: &[u8], letters: &[u8], expected: &[u8]) {
        let mut out = Vec::new();
        Writer::new(&mut out).pairs(reference, letters);
        assert_eq!(out, expected, "{}", letters.escape_ascii());
    }

    #[test]
    fn pairs_are_written_as_described() {
        check(b"ACGTACGT", b"ACGTACGT", &[]);
        check(b"ACGTACGT", b"ACTTACGA", &[2 * 8, 4 * 8]);
        check(b"ACGTACGT", b"GCGCANNN", &[1, 2 * 8 + 1, 8 + 3, 2]);
        check(b"ACGTNCGT", b"ARGTACGT", &[8 + 7, b'R', 2 * 8 + 7, b'A']);
        check(b"ACGTACGT", b"AC---CGT", &[2 * 8 + 6, 10, b'-', b'-', b'-']);
        check(b"ACGTACGT", b"AC------", &[2 * 8 + 6, 23, b'-']);
    }

    #[test]
    fn same_letters_are_counted_across_blocks() {
        for (length, change) in [(0, 0), (5, 3), (32, 31), (64, 32), (100, 99), (100, 100)] {
            let a = vec![b'A'; length];
            let mut b = a.clone();
            if let Some(letter) = b.get_mut(change) {
                *letter = b'C';
            }
            assert_eq!(same_letters(&a, &b), change.min(length));
            assert_eq!(same_letters(&a, &b[..length / 2]), change.min(length / 2));
        }
    }
}
