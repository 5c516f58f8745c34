//! The alignment of one coding sequence: the genome's path cut to its segments, in reading direction.
//!
//! Columns are counted along the joined segments, insertions included. Start at [`CdsAlignment::extract`].

use crate::align::{Path, Run, Seed, Step};
use crate::alphabet::nucleotide;
use crate::annotation::{Cds, Segment, Strand, Wrapping};

/// A coding sequence as runs of columns, and its query letters without gaps.
#[derive(Debug, Default)]
pub struct CdsAlignment {
    /// Steps and numbers of columns; neighbours differ.
    pub runs: Vec<(Step, u32)>,
    /// Query letters, in reading direction.
    pub letters: Vec<u8>,
}

/// Gaps of one of two aligned sequences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// Before the first letter.
    pub leading: u32,
    /// Between the first and the last letter.
    pub internal: u32,
    /// Whether there are only gaps.
    pub is_all: bool,
}

impl CdsAlignment {
    /// Cuts a coding sequence out of a genome's alignment, replacing what was here before.
    pub fn extract(&mut self, path: &Path, query: &[u8], cds: &Cds) {
        self.runs.clear();
        self.letters.clear();
        for segment in &cds.segments {
            self.extract_segment(path, query, segment);
        }
    }

    fn extract_segment(&mut self, path: &Path, query: &[u8], segment: &Segment) {
        let (begin, end) = (segment.span.begin.0, segment.span.end.0);
        let open_begin = matches!(segment.wrapping, Wrapping::Central(_) | Wrapping::End(_));
        let open_end = matches!(segment.wrapping, Wrapping::Start | Wrapping::Central(_));
        let runs = path.runs();
        let first = runs.partition_point(|run| run.reference_end() <= begin && !open_begin);
        let after = runs.partition_point(|run| run.reference < end || open_end);
        let cut = |run: &Run| -> Option<(Step, u32, usize)> {
            if run.step == Step::Insertion {
                // Inserted letters belong to the segment only when both neighbours do.
                let inside = (run.reference > begin || open_begin) && (run.reference < end || open_end);
                return inside.then_some((run.step, run.length, run.query as usize));
            }
            let from = run.reference.max(if open_begin { 0 } else { begin });
            let to = run.reference_end().min(if open_end { u32::MAX } else { end });
            (from < to).then(|| (run.step, to - from, (run.query + from - run.reference) as usize))
        };
        let pieces = runs[first..after].iter().filter_map(cut);
        if segment.strand == Strand::Forward {
            for (step, length, at) in pieces {
                self.push(step, length);
                if step != Step::Deletion {
                    self.letters.extend_from_slice(&query[at..at + length as usize]);
                }
            }
        } else {
            for (step, length, at) in pieces.rev() {
                self.push(step, length);
                if step != Step::Deletion {
                    let letters = query[at..at + length as usize].iter().rev();
                    self.letters.extend(letters.map(|&letter| nucleotide::complement(letter)));
                }
            }
        }
    }

    fn push(&mut self, step: Step, length: u32) {
        match self.runs.last_mut() {
            Some((last, columns)) if *last == step => *columns += length,
            _ => self.runs.push((step, length)),
        }
    }

    /// Where whole codons of the query stand opposite whole codons of the reference, in residues, of which the
    /// reference's peptide has so many.
    pub fn codon_stretches(&self, reference_residues: usize) -> Vec<Seed> {
        let mut stretches = Vec::new();
        let (mut reference_nt, mut query_nt) = (0_usize, 0_usize);
        for &(step, length) in &self.runs {
            let before = reference_nt;
            reference_nt += if step == Step::Insertion { 0 } else { length as usize };
            query_nt += if step == Step::Deletion { 0 } else { length as usize };
            let first = before.div_ceil(3);
            let is_in_frame = reference_nt % 3 == query_nt % 3;
            let query = (query_nt + 3 * first).checked_sub(reference_nt).filter(|_| is_in_frame);
            let Some(query) = query.map(|query_nt| query_nt / 3) else { continue };
            let end = (reference_nt / 3).min(reference_residues);
            if step == Step::Pair && end > first {
                stretches.push(Seed { reference: first, query, length: end - first });
            }
        }
        stretches
    }

    /// Gaps in the query.
    pub fn query_gaps(&self) -> Gaps {
        self.gaps(Step::Deletion)
    }

    /// Gaps in the reference.
    pub fn reference_gaps(&self) -> Gaps {
        self.gaps(Step::Insertion)
    }

    fn gaps(&self, gap: Step) -> Gaps {
        let is_letter = |&(step, _): &(Step, u32)| step != gap;
        let Some(first) = self.runs.iter().position(is_letter) else {
            return Gaps { is_all: true, ..Gaps::default() };
        };
        let last = self.runs.iter().rposition(is_letter).unwrap_or(first);
        let columns = |runs: &[(Step, u32)]| {
            runs.iter().filter(|&&(step, _)| step == gap).map(|&(_, length)| length).sum()
        };
        Gaps {
            leading: columns(&self.runs[..first]),
            internal: columns(&self.runs[first..last]),
            is_all: false,
        }
    }

    /// Whether the first column is a gap in the query.
    pub fn begins_with_gap(&self) -> bool {
        self.runs.first().is_some_and(|&(step, _)| step == Step::Deletion)
    }

    /// Whether the last column is a gap in the query.
    pub fn ends_with_gap(&self) -> bool {
        self.runs.last().is_some_and(|&(step, _)| step == Step::Deletion)
    }

    /// Makes the first codon that has query letters whole, with N for the letters it lacks before them, so
    /// that taking out gaps later does not shift the frame.
    pub fn complete_first_codon(&mut self) {
        let columns: u32 = self.runs.iter().map(|&(_, length)| length).sum();
        let Some(&mut (Step::Deletion, ref mut leading)) = self.runs.first_mut() else { return };
        if *leading >= columns - columns % 3 {
            return;
        }
        let lacking = *leading % 3;
        *leading -= lacking;
        if *leading == 0 && lacking > 0 {
            self.runs.remove(0);
        }
        if lacking > 0 {
            // The N stand opposite reference letters.
            match self.runs.iter_mut().find(|(step, _)| *step != Step::Deletion) {
                Some((Step::Pair, length)) => *length += lacking,
                _ => {
                    let at = usize::from(self.begins_with_gap());
                    self.runs.insert(at, (Step::Pair, lacking));
                }
            }
            self.letters.splice(0..0, std::iter::repeat_n(nucleotide::UNKNOWN, lacking as usize));
        }
    }

    /// Reference letters before column `column`, where a column without a reference letter counts as the
    /// last one before it: the index of the reference letter a column belongs to.
    pub fn reference_index(&self, column: u32) -> u32 {
        let (mut columns, mut letters) = (0, 0);
        for &(step, length) in &self.runs {
            if column < columns + length {
                return match step {
                    Step::Insertion => u32::saturating_sub(letters, 1),
                    _ => letters + column - columns,
                };
            }
            columns += length;
            letters += if step == Step::Insertion { 0 } else { length };
        }
        letters.saturating_sub(1)
    }

    /// Where the gap of the query that ends right before `column` begins, else `column`.
    pub fn gap_begin_before(&self, column: u32) -> u32 {
        let mut columns = 0;
        for &(step, length) in &self.runs {
            let inside = columns < column && column <= columns + length;
            if inside && step == Step::Deletion {
                return columns;
            }
            columns += length;
        }
        column
    }

    /// Where the gap of the query that begins at `column` ends, else `column`.
    pub fn gap_end_after(&self, column: u32) -> u32 {
        let mut columns = 0;
        for &(step, length) in &self.runs {
            let inside = columns <= column && column < columns + length;
            if inside && step == Step::Deletion {
                return columns + length;
            }
            columns += length;
        }
        column
    }

    /// Replaces the query letters of a run of columns by N.
    pub fn mask(&mut self, begin: u32, end: u32) {
        let (mut columns, mut letters) = (0, 0);
        for &(step, length) in &self.runs {
            if step != Step::Deletion {
                let from = begin.max(columns);
                let to = end.min(columns + length);
                if from < to {
                    let at = (letters + from - columns) as usize;
                    self.letters[at..at + (to - from) as usize].fill(nucleotide::UNKNOWN);
                }
                letters += length;
            }
            columns += length;
        }
    }
}
