//! From letters to minimizers: spaced k-mers, their packing into two bits a letter, and the hash.
//!
//! Of a k-mer every third letter is left out. Its kept letters come in pairs three apart, so the packed
//! k-mer at one position is the packed k-mer three positions earlier, shifted, with one new pair: three
//! rolling values, one for each position modulo three.

use std::borrow::Cow;
use std::ops::Range;

/// Length and cutoff of a sketch's k-mers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Pairs of kept letters; the k-mer has `3 * pairs - 1` letters.
    pairs: usize,
    /// Only smaller hashes are minimizers.
    cutoff: u32,
}

/// Bits of a letter in a packed k-mer; this one marks what is not A, C, G or T.
const UNKNOWN: u8 = 4;

/// G 0, C 1, T 2, A 3, either case; U counts as T.
const CODES: [u8; 256] = {
    let mut codes = [UNKNOWN; 256];
    let letters = *b"GgCcTtUuAa";
    let values = [0, 0, 1, 1, 2, 2, 2, 2, 3, 3];
    let mut at = 0;
    while at < letters.len() {
        codes[letters[at] as usize] = values[at];
        at += 1;
    }
    codes
};

impl Shape {
    /// A shape for k-mers that end on a kept pair and pack into 32 bits: k = 5, 8, 11, 14, 17, 20 or 23.
    pub fn new(k: usize, cutoff: u32) -> Option<Self> {
        (k % 3 == 2 && (5..=23).contains(&k)).then_some(Self { pairs: k.div_ceil(3), cutoff })
    }

    /// Letters of a k-mer.
    pub fn letters(self) -> usize {
        3 * self.pairs - 1
    }

    /// Calls `found` with every minimizer whose k-mer starts in `starts`, repeats included.
    ///
    /// As in the field's index, the k-mer that ends on the last letter is not looked at.
    pub fn sketch(self, letters: &[u8], starts: Range<usize>, mut found: impl FnMut(u32)) {
        let k = self.letters();
        let begin = starts.start;
        let end = starts.end.min(letters.len().saturating_sub(k));
        if begin >= end {
            return;
        }
        let reach = 3 * (self.pairs - 1);
        let mut phases = [Phase::default(); 3];
        let mut codes = letters[begin..end + reach + 1].iter().map(|&letter| CODES[usize::from(letter)]);
        let mut last = codes.next().unwrap_or(UNKNOWN);
        // All pairs of the first three k-mers but the last one of each, which the loop below brings.
        for (at, code) in codes.by_ref().take(reach).enumerate() {
            phases[at % 3].push(std::mem::replace(&mut last, code), code, self.pairs);
        }
        let mut at = 0;
        for code in codes {
            let phase = &mut phases[at];
            at = if at == 2 { 0 } else { at + 1 };
            phase.push(std::mem::replace(&mut last, code), code, self.pairs);
            let hash = hash(phase.packed);
            if hash < self.cutoff && phase.unknown == 0 {
                found(hash);
            }
        }
    }
}

/// The rolling k-mer of every third position.
#[derive(Clone, Copy, Default)]
struct Phase {
    /// Four bits a pair, the first pair lowest.
    packed: u32,
    /// One bit a pair that holds a letter other than A, C, G and T.
    unknown: u32,
}

impl Phase {
    /// Takes the codes of the pair that comes next, three letters on.
    fn push(&mut self, first: u8, second: u8, pairs: usize) {
        let pair = u32::from(first & 3 | (second & 3) << 2);
        let unknown = u32::from((first | second) >> 2);
        self.packed = self.packed >> 4 | pair << (4 * (pairs - 1));
        self.unknown = self.unknown >> 1 | unknown << (pairs - 1);
    }
}

/// The invertible integer hash of minimap (Li 2016, doi:10.1093/bioinformatics/btw152), on 32 bits.
fn hash(packed: u32) -> u32 {
    let mut x = (!packed).wrapping_add(packed << 21);
    x ^= x >> 24;
    x = x.wrapping_add(x << 3).wrapping_add(x << 8);
    x ^= x >> 14;
    x = x.wrapping_add(x << 2).wrapping_add(x << 4);
    x ^= x >> 28;
    x.wrapping_add(x << 31)
}

/// The letters without `-`; borrowed when there is none.
pub fn without_gaps(letters: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'-', letters).is_none() {
        Cow::Borrowed(letters)
    } else {
        Cow::Owned(letters.iter().copied().filter(|&letter| letter != b'-').collect())
    }
}

/// The other strand; what is not A, C, G, T or U becomes N.
pub fn reverse_complement(letters: &[u8]) -> Vec<u8> {
    let other = |letter: &u8| match CODES[usize::from(*letter)] {
        0 => b'C',
        1 => b'G',
        2 => b'A',
        3 => b'T',
        _ => b'N',
    };
    letters.iter().rev().map(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, k-mer by k-mer, in 64-bit arithmetic as the format's first program has it.
    fn by_definition(letters: &[u8], k: usize, cutoff: u64) -> Vec<u64> {
        let hash = |x: u64| {
            let mask = u64::from(u32::MAX);
            let x = (!x).wrapping_add(x << 21) & mask;
            let x = x ^ x >> 24;
            let x = (x + (x << 3) + (x << 8)) & mask;
            let x = x ^ x >> 14;
            let x = (x + (x << 2) + (x << 4)) & mask;
            let x = x ^ x >> 28;
            (x + (x << 31)) & mask
        };
        let packed = |kmer: &[u8]| {
            let kept = kmer.iter().enumerate().filter(|(at, _)| at % 3 != 2).map(|(_, letter)| letter);
            kept.enumerate().try_fold(0u64, |sum, (at, letter)| {
                let code = b"GCTA".iter().position(|base| base == letter)? as u64;
                Some(sum + (code << (2 * at)))
            })
        };
        let starts = 0..letters.len().saturating_sub(k);
        starts.filter_map(|at| packed(&letters[at..at + k])).map(hash).filter(|&h| h < cutoff).collect()
    }

    proptest! {
        #[test]
        fn rolling_and_definition_agree(
            letters in prop::collection::vec(prop::sample::select(b"ACGTACGTACGTN".to_vec()), 0..200),
            k in prop::sample::select(vec![5usize, 8, 17, 23]),
            cutoff in prop::sample::select(vec![1u32 << 28, u32::MAX]),
        ) {
            let mut found = Vec::new();
            Shape::new(k, cutoff).unwrap().sketch(&letters, 0..letters.len(), |hash| found.push(u64::from(hash)));
            prop_assert_eq!(found, by_definition(&letters, k, u64::from(cutoff)));
        }

        #[test]
        fn parts_make_the_whole(
            letters in prop::collection::vec(prop::sample::select(b"ACGTN".to_vec()), 0..200),
            cut in 0usize..220,
        ) {
            let shape = Shape::new(17, u32::MAX).unwrap();
            let (mut whole, mut parts) = (Vec::new(), Vec::new());
            shape.sketch(&letters, 0..letters.len(), |hash| whole.push(hash));
            shape.sketch(&letters, 0..cut, |hash| parts.push(hash));
            shape.sketch(&letters, cut..letters.len(), |hash| parts.push(hash));
            prop_assert_eq!(parts, whole);
        }
    }

    #[test]
    fn only_shapes_that_end_on_a_pair_are_allowed() {
        let check = |k, expected: bool| assert_eq!(Shape::new(k, 1).is_some(), expected, "{k}");
        check(17, true);
        check(16, false);
        check(2, false);
        check(26, false);
    }

    #[test]
    fn the_other_strand_is_read_backwards() {
        assert_eq!(reverse_complement(b"AACgtuN-"), b"NNAACGTT");
        assert_eq!(without_gaps(b"AC--GT-").as_ref(), b"ACGT");
    }
}
