//! Looks along diagonals: where one that was lost goes on, where another one begins, and how far a window must
//! reach to be sure of it.
//!
//! Start at [`Walk::next_diagonal`].

use super::index::{RollingWord, WORD};
use super::walk::{At, Walk};
use super::window::Border;
use crate::align::path::Step;
use crate::alphabet::nucleotide;

/// Farthest a window looks for a diagonal, in query letters.
pub(super) const MAX_SEARCH: u32 = 3_000;

/// Longest insertion and deletion a window may hold, in letters.
const MAX_INSERTION: i64 = 1_200;
const MAX_DELETION: i64 = 1_200;

/// Matching letters a window reaches beyond what it is there for.
const MARGIN: u32 = 24;

/// Mismatches another diagonal must show inside a margin for the margin to rule it out.
const RULED_OUT: u32 = 8;

/// Matching letters that end a crowd, on a diagonal that is kept or found.
const CLEAN: u32 = 32;

/// Farthest a margin may reach, in letters.
const MAX_MARGIN: u32 = 2_000;

/// Longest crowd that is followed on its diagonal, and how many mismatches it may hold.
const MAX_CROWD: u32 = 120;
const MAX_CROWD_MISMATCHES: u32 = 14;

impl Walk<'_> {
    /// Where the crowd's own diagonal is clean again, if that is near and not too many letters differ before.
    pub(super) fn kept_diagonal(&self, crowd: At) -> Option<At> {
        let (mut clean, mut mismatches) = (0, 0);
        for i in 0..MAX_CROWD + CLEAN {
            let at = crowd.plus(i);
            if !self.is_inside(at) {
                return None;
            }
            if self.is_match(at) {
                clean += 1;
            } else if self.is_mismatch(at) {
                clean = 0;
                mismatches += 1;
            }
            if clean == CLEAN {
                return Some(crowd.plus(i + 1 - CLEAN));
            }
            if mismatches > MAX_CROWD_MISMATCHES {
                return None;
            }
        }
        None
    }

    /// The next diagonal after one was lost at `crowd`: where a window must reach to be sure of it.
    pub(super) fn next_diagonal(&self, crowd: At) -> Option<Border> {
        let mut rolling = RollingWord::default();
        let until = (crowd.query + MAX_SEARCH).min(self.query.len() as u32);
        for end in crowd.query..until {
            let Some(code) = rolling.push(self.query[end as usize]) else { continue };
            let Some(reference) = self.quick.index.position(code) else { continue };
            let found = At { reference, query: end + 1 - WORD as u32 };
            let shift = found.diagonal() - crowd.diagonal();
            if reference < crowd.reference {
                continue;
            }
            if shift > MAX_INSERTION || -shift > MAX_DELETION {
                return None;
            }
            if let Some(border) = self.confirmed(found, shift.unsigned_abs() as u32, crowd.diagonal()) {
                return Some(border);
            }
        }
        None
    }

    /// Checks that a new diagonal goes on long enough for its shift; returns where a window may end on it.
    pub(super) fn confirmed(&self, found: At, shift: u32, lost: i64) -> Option<Border> {
        let needed = CLEAN + shift.min(500);
        let (mut matches, mut mismatches) = (0, 0);
        for i in 0..2 * needed {
            let at = found.plus(i);
            if !self.is_inside(at) {
                // At the end of the genome there is no way back to the old diagonal.
                return if matches >= CLEAN { self.margin_after(found, &[lost]) } else { None };
            }
            matches += u32::from(self.is_match(at));
            mismatches += u32::from(self.is_mismatch(at));
            if mismatches > 2 + i / 24 {
                return None;
            }
            if matches >= needed {
                return self.margin_after(found, &[lost]);
            }
        }
        None
    }

    /// The place after `from`, on its diagonal, by which enough letters match, `other` diagonals are ruled
    /// out, and no tandem repeat goes on; or the end of the genome. `None` if that is too far.
    pub(super) fn margin_after(&self, from: At, other: &[i64]) -> Option<Border> {
        let (mut matches, mut ruled_out) = (0, 0);
        for i in 0..MAX_MARGIN {
            let at = from.plus(i);
            let is_ruled_out =
                || other.iter().all(|&diagonal| diagonal == from.diagonal()) || ruled_out >= RULED_OUT;
            if matches >= MARGIN && is_ruled_out() && !self.quick.index.is_repetitive(at.reference - 1) {
                return Some(Border::At(at));
            }
            if !self.is_inside(at) {
                return Some(Border::End);
            }
            matches = if self.is_mismatch(at) { 0 } else { matches + u32::from(self.is_match(at)) };
            for &diagonal in other {
                ruled_out += u32::from(self.differs_on(diagonal, at.query));
            }
        }
        None
    }

    /// The place before `crowd`, on the path, from which a window may begin; [`Border::End`] for the
    /// beginning of the genome. `None` if that is too far.
    pub(super) fn margin_before(&self, crowd: At, next: i64) -> Option<Border> {
        let (mut matches, mut ruled_out, mut passed) = (0, 0, 0);
        for run in self.path.runs().iter().rev() {
            if run.step != Step::Pair {
                continue;
            }
            matches = 0;
            let begin = At { reference: run.reference, query: run.query };
            for i in (0..run.length).rev() {
                let at = begin.plus(i);
                matches = if self.is_mismatch(at) { 0 } else { matches + u32::from(self.is_match(at)) };
                ruled_out += u32::from(self.differs_on(next, at.query));
                passed += u32::from(self.query[at.query as usize] != nucleotide::UNKNOWN);
                let is_ruled_out = next == crowd.diagonal() || ruled_out >= RULED_OUT;
                if matches >= MARGIN && is_ruled_out && !self.quick.index.is_repetitive(at.reference) {
                    return Some(Border::At(at));
                }
                if passed > MAX_MARGIN {
                    return None;
                }
            }
        }
        debug_assert!(matches <= passed);
        Some(Border::End)
    }

    /// Whether a query letter does not match the reference on another diagonal.
    pub(super) fn differs_on(&self, diagonal: i64, query: u32) -> bool {
        let reference = i64::from(query) - diagonal;
        match usize::try_from(reference).ok().and_then(|reference| self.letters.get(reference)) {
            Some(&letter) => nucleotide::bases(letter) & nucleotide::bases(self.query[query as usize]) == 0,
            None => true,
        }
    }
}
