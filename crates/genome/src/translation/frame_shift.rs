//! Frame shifts: stretches of a coding sequence that are read in another frame than the reference's.
//!
//! An insertion moves the frame back by its length, a deletion forward; a shift begins with the first
//! aligned letter out of frame and ends where the frame is restored, before the gap that restores it.
//! Start at [`find`].

use super::cds_alignment::CdsAlignment;
use crate::align::Step;
use crate::annotation::Cds;
use crate::coordinate::{CodonPos, RefPos, Span};

/// A stretch read in the wrong frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameShift {
    /// Columns of the coding sequence's alignment, half-open.
    pub columns: (u32, u32),
    /// Where on the reference, one span per segment touched.
    pub reference: Vec<Span<RefPos>>,
    /// Codons read wrongly.
    pub codons: Span<CodonPos>,
    /// Codons lost to the gap right before.
    pub gaps_leading: Span<CodonPos>,
    /// Codons lost to the gap right after.
    pub gaps_trailing: Span<CodonPos>,
}

/// Follows the frame along an alignment.
#[derive(Default)]
struct Frame {
    shift: u32,
    begin: Option<u32>,
    end: u32,
    /// One past the last inserted or deleted column.
    gap_end: u32,
    changed: bool,
    found: Vec<(u32, u32)>,
}

/// The frame shifts of a coding sequence whose first codon is complete.
pub fn find(alignment: &CdsAlignment, cds: &Cds) -> Vec<FrameShift> {
    shifted_columns(&alignment.runs).into_iter().map(|columns| describe(columns, alignment, cds)).collect()
}

fn shifted_columns(runs: &[(Step, u32)]) -> Vec<(u32, u32)> {
    let mut frame = Frame::default();
    let mut column = 0;
    for &(step, length) in runs {
        match step {
            Step::Pair => frame.align(column),
            Step::Insertion => frame.gap(column, length, 2),
            Step::Deletion => frame.gap(column, length, 1),
        }
        column += length;
    }
    if let Some(begin) = frame.begin {
        frame.found.push((begin, column));
    }
    frame.found
}

impl Frame {
    /// Passes `length` gap columns, each of which moves the frame by `step` modulo 3.
    fn gap(&mut self, column: u32, length: u32, step: u32) {
        if column != self.gap_end {
            self.end = column;
        }
        // Three columns bring the frame back where it was, through every frame.
        self.changed |= length >= 3 || (self.shift == 0) != (self.shift + step).is_multiple_of(3);
        let after = (self.shift + step * (length % 3)) % 3;
        self.changed |= (self.shift == 0) != (after == 0);
        self.shift = after;
        self.gap_end = column + length;
    }

    /// Passes aligned columns.
    fn align(&mut self, column: u32) {
        if !std::mem::take(&mut self.changed) {
            return;
        }
        if self.shift == 0 {
            if let Some(begin) = self.begin.take() {
                self.found.push((begin, self.end));
            }
        } else if self.begin.is_none() {
            self.begin = Some(column);
        }
    }
}

fn describe((begin, end): (u32, u32), alignment: &CdsAlignment, cds: &Cds) -> FrameShift {
    let codons = codons_of(begin, end, alignment);
    let masked = codons_of(alignment.gap_begin_before(begin), alignment.gap_end_after(end), alignment);
    let (from, to) = letters_of(begin, end, alignment);
    let reference = cds.spans_of(Span::new(from, to.min(cds.length_nt)));
    FrameShift {
        columns: (begin, end),
        reference: reference.into_iter().map(|(span, _)| span).collect(),
        codons,
        gaps_leading: Span::new(masked.begin.0, codons.begin.0),
        gaps_trailing: Span::new(codons.end.0, masked.end.0),
    }
}

/// Reference letters of the coding sequence that a run of columns covers.
fn letters_of(begin: u32, end: u32, alignment: &CdsAlignment) -> (u32, u32) {
    (alignment.reference_index(begin), alignment.reference_index(end.saturating_sub(1)) + 1)
}

/// Codons a run of columns covers, both ends rounded up to the next codon.
fn codons_of(begin: u32, end: u32, alignment: &CdsAlignment) -> Span<CodonPos> {
    let (from, to) = letters_of(begin, end, alignment);
    Span::new(from.div_ceil(3), to.div_ceil(3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Step::{Deletion, Insertion, Pair};

    fn check(runs: &[(Step, u32)], expected: &[(u32, u32)]) {
        assert_eq!(shifted_columns(runs), expected, "{runs:?}");
    }

    #[test]
    fn whole_codons_do_not_shift() {
        check(&[(Pair, 30)], &[]);
        check(&[(Pair, 9), (Deletion, 3), (Pair, 18)], &[]);
        check(&[(Pair, 9), (Insertion, 6), (Pair, 18)], &[]);
    }

    #[test]
    fn a_shift_lasts_until_the_frame_is_restored() {
        check(&[(Pair, 9), (Deletion, 1), (Pair, 20)], &[(10, 30)]);
        check(&[(Pair, 9), (Deletion, 1), (Pair, 5), (Insertion, 1), (Pair, 14)], &[(10, 15)]);
        check(&[(Pair, 9), (Deletion, 2), (Pair, 6), (Deletion, 1), (Pair, 3)], &[(11, 17)]);
        check(&[(Pair, 9), (Deletion, 1), (Insertion, 1), (Pair, 9)], &[]);
    }

    #[test]
    fn a_leading_gap_of_whole_codons_does_not_shift() {
        check(&[(Deletion, 9), (Pair, 21)], &[]);
    }
}
