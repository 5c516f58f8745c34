//! One change of a letter in four bytes: where, from which letter, to which.
//!
//! Refuses to know whose change it is. Start at [`Step`].

use crate::alphabet::Alphabet;

/// A change: 22 bits of position, 5 of the letter before, 5 of the letter after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step(u32);

const CODE_BITS: u32 = 5;
const CODE: u32 = (1 << CODE_BITS) - 1;
/// Letters by their codes; what was not read is the last.
const NUCLEOTIDES: &[u8] = b"-ACGTMRWSYKVHDBN";
const AMINO_ACIDS: &[u8] = b"-ACDEFGHIKLMNPQRSTVWY*BZJX";

impl Step {
    /// Positions that there can be.
    pub(crate) const POSITIONS: usize = 1 << (32 - 2 * CODE_BITS);

    pub(crate) fn new(position: u32, old: u8, new: u8) -> Self {
        Self(position << (2 * CODE_BITS) | u32::from(old) << CODE_BITS | u32::from(new))
    }

    pub(crate) fn to_le_bytes(self) -> [u8; 4] {
        self.0.to_le_bytes()
    }

    pub(crate) fn from_le_bytes(bytes: [u8; 4]) -> Self {
        Self(u32::from_le_bytes(bytes))
    }

    /// From 0.
    pub(crate) fn position(self) -> usize {
        (self.0 >> (2 * CODE_BITS)) as usize
    }

    /// The code of the letter before.
    pub(crate) fn old(self) -> usize {
        (self.0 >> CODE_BITS & CODE) as usize
    }

    /// The code of the letter after.
    pub(crate) fn new_code(self) -> usize {
        (self.0 & CODE) as usize
    }
}

fn letters(alphabet: Alphabet) -> &'static [u8] {
    match alphabet {
        Alphabet::Nucleotide => NUCLEOTIDES,
        Alphabet::AminoAcid => AMINO_ACIDS,
    }
}

/// Codes that an alphabet has.
pub(crate) fn codes(alphabet: Alphabet) -> usize {
    letters(alphabet).len()
}

/// The code of a letter, if it is one.
pub(crate) fn code_of(alphabet: Alphabet, letter: u8) -> Option<u8> {
    letters(alphabet).iter().position(|known| *known == letter).map(|at| at as u8)
}

/// The letter of a code; what was not read for one that is none.
pub(crate) fn letter_of(alphabet: Alphabet, code: usize) -> u8 {
    letters(alphabet).get(code).copied().unwrap_or_else(|| alphabet.unread())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_an_alphabet_has_a_code_and_comes_back() {
        for alphabet in [Alphabet::Nucleotide, Alphabet::AminoAcid] {
            for letter in (0..=u8::MAX).filter(|letter| alphabet.set(*letter).is_some()) {
                let code = code_of(alphabet, letter).expect("a code");
                let step = Step::new(Step::POSITIONS as u32 - 1, code, 0);
                assert_eq!(letter_of(alphabet, step.old()), letter);
                assert_eq!((step.position(), step.new_code()), (Step::POSITIONS - 1, 0));
            }
            assert_eq!(code_of(alphabet, alphabet.unread()).map(usize::from), Some(codes(alphabet) - 1));
        }
    }
}
