//! How far a window of a peptide alignment must reach to be sure of the diagonals on both its sides.
//!
//! Start at [`Peptides::margin_before`].

use super::guided::{Peptides, Stretch};
use crate::alphabet::amino_acid::{UNKNOWN, residues};

/// Matching residues a window reaches beyond what it is there for.
const MARGIN: u32 = 8;

/// Mismatches the diagonal beyond a gap must show inside a margin to be ruled out there.
const RULED_OUT: u32 = 6;

impl Peptides<'_> {
    /// Goes back from `from` until residues match and `other` is ruled out.
    pub(super) fn margin_before(&self, from: u32, other: i64, stretches: &[Stretch]) -> Option<u32> {
        let (mut matches, mut ruled_out) = (0, 0);
        for stretch in stretches.iter().rev() {
            matches = 0;
            for at in (stretch.begin..stretch.end.min(from)).rev() {
                matches = if self.is_match(at, stretch.diagonal) { matches + 1 } else { 0 };
                ruled_out +=
                    u32::from(self.is_ruled_out(at, stretch.diagonal, other, other > stretch.diagonal));
                if matches >= MARGIN && (other == stretch.diagonal || ruled_out >= RULED_OUT) {
                    return Some(at);
                }
            }
        }
        debug_assert!(matches <= from);
        None
    }

    /// Goes on from `from` until residues match and `other` is ruled out.
    pub(super) fn margin_after(&self, from: u32, other: i64, stretches: &[Stretch]) -> Option<u32> {
        let mut ruled_out = 0;
        for stretch in stretches {
            let mut matches = 0;
            for at in stretch.begin.max(from)..stretch.end {
                if matches >= MARGIN && (other == stretch.diagonal || ruled_out >= RULED_OUT) {
                    return Some(at);
                }
                matches = if self.is_match(at, stretch.diagonal) { matches + 1 } else { 0 };
                ruled_out +=
                    u32::from(self.is_ruled_out(at, stretch.diagonal, other, other < stretch.diagonal));
            }
        }
        None
    }

    /// Whether a place on one diagonal rules out that the gap to another one lies beyond it. An insertion would
    /// pair the same residue of the reference with another one of the query, a deletion the other way round.
    pub(super) fn is_ruled_out(&self, at: u32, diagonal: i64, other: i64, is_insertion: bool) -> bool {
        let (reference, query) = (i64::from(at), i64::from(at) + diagonal);
        if is_insertion {
            self.is_mismatch_at(reference, reference + other)
        } else {
            self.is_mismatch_at(query - other, query)
        }
    }

    pub(super) fn is_match(&self, at: u32, diagonal: i64) -> bool {
        let letter = self.query[(i64::from(at) + diagonal) as usize];
        letter == self.reference[at as usize] && letter != UNKNOWN
    }

    pub(super) fn is_mismatch(&self, at: u32, diagonal: i64) -> bool {
        self.is_mismatch_at(i64::from(at), i64::from(at) + diagonal)
    }

    pub(super) fn is_mismatch_at(&self, reference: i64, query: i64) -> bool {
        let letter =
            |sequence: &[u8], at: i64| usize::try_from(at).ok().and_then(|at| sequence.get(at).copied());
        match (letter(self.reference, reference), letter(self.query, query)) {
            (Some(a), Some(b)) => residues(a) & residues(b) == 0,
            _ => true,
        }
    }
}
