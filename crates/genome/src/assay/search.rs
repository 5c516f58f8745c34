//! Finds the places of a text where a pattern fits with the fewest letters that do not match, without gaps.
//!
//! The text is kept as four rows of bits, one for each base. 64 places are tried together: for each letter of the
//! pattern a word of bits says where it does not match, and counters are added up whose bits lie in words of their own
//! (bit-slicing). Start at [`SearchableText::best`].

use crate::alphabet::nucleotide;

const BITS: usize = u64::BITS as usize;

/// Bits of a counter; higher counts stay at "too many".
const COUNTER_BITS: usize = 5;

/// Most mismatches that can be counted.
pub const MOST_MISMATCHES: u32 = (1 << COUNTER_BITS) - 1;

/// A text of nucleotides.
pub struct SearchableText {
    /// For A, C, G and T: at which letters it may stand. Words of zeros at the end.
    rows: [Vec<u64>; 4],
    length: usize,
}

/// Where a pattern fits best.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Best {
    /// Letters that do not match.
    pub mismatches: u32,
    /// Begins of the places, ascending.
    pub begins: Vec<usize>,
}

impl SearchableText {
    /// Gets a text ready for patterns of at most `longest` letters.
    pub fn new(letters: &[u8], longest: usize) -> Self {
        let words = letters.len().div_ceil(BITS) + longest / BITS + 2;
        let mut rows = [(); 4].map(|()| vec![0; words]);
        for (at, &letter) in letters.iter().enumerate() {
            let bases = nucleotide::bases(letter);
            for (base, row) in rows.iter_mut().enumerate() {
                row[at / BITS] |= u64::from(bases >> base & 1) << (at % BITS);
            }
        }
        Self { rows, length: letters.len() }
    }

    /// The first `most` places that match a whole pattern.
    pub fn exact(&self, pattern: &[u8], most: usize) -> Vec<usize> {
        let mut begins = Vec::new();
        for (begin, inside) in self.tried_together(pattern) {
            let mut fits = inside;
            for (offset, &letter) in pattern.iter().enumerate() {
                fits &= self.matches(nucleotide::bases(letter), begin + offset);
                if fits == 0 {
                    break;
                }
            }
            begins.extend(ones(fits).take(most.saturating_sub(begins.len())).map(|bit| begin + bit));
        }
        begins
    }

    /// Begins of 64 places each, and which of them lie on the text with a whole pattern.
    fn tried_together(&self, pattern: &[u8]) -> impl Iterator<Item = (usize, u64)> {
        let places = (self.length + 1).saturating_sub(pattern.len());
        let inside =
            move |begin| if places - begin < BITS { (1_u64 << (places - begin)) - 1 } else { u64::MAX };
        (0..places).step_by(BITS).map(move |begin| (begin, inside(begin)))
    }

    /// The best places of a pattern with at most `limit` mismatches; the first `most` of them.
    pub fn best(&self, pattern: &[u8], limit: u32, most: usize) -> Best {
        let limit = limit.min(MOST_MISMATCHES);
        let mut best = Best { mismatches: limit, begins: Vec::new() };
        for (begin, inside) in self.tried_together(pattern) {
            let (counters, too_many) = self.count(pattern, begin);
            let mut fits = inside & !too_many;
            for mismatches in 0..=best.mismatches {
                let exactly = equal_to(&counters, mismatches) & fits;
                if exactly == 0 {
                    continue;
                }
                if mismatches < best.mismatches {
                    best = Best { mismatches, begins: Vec::new() };
                }
                let room = most.saturating_sub(best.begins.len());
                best.begins.extend(ones(exactly).take(room).map(|bit| begin + bit));
                fits = 0;
            }
        }
        best
    }

    /// Numbers of mismatches at 64 places, bit by bit, and where they are too many to count.
    fn count(&self, pattern: &[u8], begin: usize) -> ([u64; COUNTER_BITS], u64) {
        let mut counters = [0; COUNTER_BITS];
        let mut too_many = 0;
        for (offset, &letter) in pattern.iter().enumerate() {
            let mut carry = !self.matches(nucleotide::bases(letter), begin + offset);
            for counter in &mut counters {
                (*counter, carry) = (*counter ^ carry, *counter & carry);
            }
            too_many |= carry;
        }
        (counters, too_many)
    }

    /// Where letters from `begin` on may be one of some bases.
    fn matches(&self, bases: u8, begin: usize) -> u64 {
        let (word, shift) = (begin / BITS, begin % BITS);
        let rows = self.rows.iter().enumerate().filter(|(base, _)| bases >> base & 1 == 1);
        rows.fold(0, |found, (_, row)| {
            let low = row[word] >> shift;
            // Shifted in two steps, since by all bits cannot be.
            found | low | row[word + 1] << 1 << (BITS - 1 - shift)
        })
    }
}

fn equal_to(counters: &[u64; COUNTER_BITS], number: u32) -> u64 {
    let bit = |at: usize| if number >> at & 1 == 1 { u64::MAX } else { 0 };
    counters.iter().enumerate().fold(u64::MAX, |equal, (at, counter)| equal & !(counter ^ bit(at)))
}

/// Numbers of the bits that are set.
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros() as usize)?;
        word &= word - 1;
        Some(bit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// One place after the other: the slow twin.
    fn plain(text: &[u8], pattern: &[u8], limit: u32) -> Best {
        let mismatches = |window: &[u8]| {
            let differs = |(a, b): (&u8, &u8)| nucleotide::bases(*a) & nucleotide::bases(*b) == 0;
            window.iter().zip(pattern).filter(|&pair| differs(pair)).count() as u32
        };
        let all: Vec<u32> = text.windows(pattern.len()).map(mismatches).collect();
        let fewest = all.iter().copied().min().filter(|&fewest| fewest <= limit).unwrap_or(limit);
        let begins = all.iter().enumerate().filter(|(_, count)| **count == fewest).map(|(begin, _)| begin);
        Best { mismatches: fewest, begins: begins.collect() }
    }

    proptest! {
        #[test]
        fn places_are_those_of_one_by_one(
            text in "[ACGTN]{0,300}",
            pattern in "[ACGTRN]{1,70}",
            limit in 0_u32..31,
        ) {
            let (text, pattern) = (text.as_bytes(), pattern.as_bytes());
            let found = SearchableText::new(text, 70).best(pattern, limit, usize::MAX);
            let expected = plain(text, pattern, limit);
            prop_assert_eq!(&found, &expected);
            let exact = SearchableText::new(text, 70).exact(pattern, usize::MAX);
            prop_assert_eq!(exact, plain(text, pattern, 0).begins);
        }
    }
}
