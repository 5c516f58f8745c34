//! What an alignment is worth: pair scores, gap penalties, and which of two equal placements wins.

use crate::alphabet::{amino_acid, nucleotide};
use crate::pack::pathogen::GapSide;

/// Number of letter classes: `letter & 31` for letters, with a place of its own for stops.
pub(super) const CLASSES: usize = 32;

/// Score of every pair of letters of one alphabet.
#[derive(Clone, Debug)]
pub struct PairScores {
    matching: i32,
    mismatch_penalty: i32,
    scores: [[i32; CLASSES]; CLASSES],
}

impl PairScores {
    /// Scores of nucleotides: compatible letters match, N matches everything for one point less.
    pub fn nucleotides(matching: i32, mismatch_penalty: i32) -> Self {
        let overlap = |a, b| nucleotide::bases(a) & nucleotide::bases(b) != 0;
        Self::new(matching, mismatch_penalty, nucleotide::UNKNOWN, overlap)
    }

    /// Scores of amino acids: compatible letters match, X matches everything for one point less.
    pub fn amino_acids(matching: i32, mismatch_penalty: i32) -> Self {
        let overlap = |a, b| amino_acid::residues(a) & amino_acid::residues(b) != 0;
        Self::new(matching, mismatch_penalty, amino_acid::UNKNOWN, overlap)
    }

    fn new(matching: i32, mismatch_penalty: i32, unknown: u8, compatible: impl Fn(u8, u8) -> bool) -> Self {
        let mut scores = [[-mismatch_penalty; CLASSES]; CLASSES];
        let letters = || (b'A'..=b'Z').chain([amino_acid::STOP]);
        for a in letters() {
            for b in letters() {
                let score = if a == unknown || b == unknown {
                    matching - 1
                } else if compatible(a, b) {
                    matching
                } else {
                    -mismatch_penalty
                };
                scores[class(a)][class(b)] = score;
            }
        }
        Self { matching, mismatch_penalty, scores }
    }

    /// Score of two letters that match.
    pub(super) fn matching(&self) -> i32 {
        self.matching
    }

    /// What two letters cost that do not.
    pub(super) fn mismatch_penalty(&self) -> i32 {
        self.mismatch_penalty
    }

    /// Score of two letters that stand opposite each other.
    pub fn pair(&self, a: u8, b: u8) -> i32 {
        self.scores[class(a)][class(b)]
    }

    /// Scores of one letter against each class: index it with [`class`].
    pub(super) fn row(&self, letter: u8) -> &[i32; CLASSES] {
        &self.scores[class(letter)]
    }
}

/// The class of a letter, below 32.
pub(super) fn class(letter: u8) -> usize {
    if letter == amino_acid::STOP { 27 } else { usize::from(letter & 31) }
}

/// Everything that decides the score of a path between two sequences.
#[derive(Clone, Copy, Debug)]
pub struct Scoring<'a> {
    /// Scores of paired letters.
    pub pairs: &'a PairScores,
    /// Penalty of opening a gap at each reference position, one more entry than the reference has letters.
    ///
    /// A deletion that begins at reference letter `i`, or an insertion after `i` letters, costs entry `i`.
    pub gap_open: &'a [i32],
    /// Penalty of each further letter of a gap.
    pub gap_extend: i32,
    /// Which of equal placements wins.
    pub side: GapSide,
    /// Whether query letters before the first reference letter cost nothing.
    pub leading_insertion_free: bool,
    /// Whether reference letters before the first query letter cost nothing.
    pub leading_deletion_free: bool,
    /// Whether query letters after the last reference letter cost nothing.
    pub trailing_insertion_free: bool,
    /// Whether reference letters after the last query letter cost nothing.
    pub trailing_deletion_free: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ambiguous_letters_match_what_they_may_be() {
        let scores = PairScores::nucleotides(3, 1);
        let check = |a, b, expected| assert_eq!((scores.pair(a, b), scores.pair(b, a)), (expected, expected));
        check(b'A', b'A', 3);
        check(b'A', b'R', 3);
        check(b'Y', b'R', -1);
        check(b'N', b'A', 2);
        check(b'A', b'C', -1);
        let scores = PairScores::amino_acids(3, 1);
        assert_eq!([scores.pair(b'B', b'D'), scores.pair(b'*', b'*'), scores.pair(b'*', b'J')], [3, 3, -1]);
        assert_eq!([scores.pair(b'X', b'*'), scores.pair(b'L', b'J'), scores.pair(b'Z', b'D')], [2, 3, -1]);
    }
}
