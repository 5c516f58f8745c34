//! The matrix both methods end in: banded global alignment with affine, position-dependent gap penalties.
//!
//! After Gotoh (J Mol Biol 162:705, 1982), with the gap states kept as bits of one step per cell. Rows are
//! reference letters, columns query letters; each row holds only the cells of its [`Stripe`]. Only the
//! steps are kept for the whole band (one byte a cell), the scores for one row. Ties are broken as
//! [`GapSide`](crate::pack::pathogen::GapSide) says, so that the path is one of a kind. Rows are filled by [`row`], many cells at a time; what
//! that cannot do, and its slow twin, is in [`cell`]. Start at [`Matrix::align`].

mod cell;
mod fill;
mod profile;
mod row;
mod score;
mod step;

use super::path::{Path, Step};
use super::scoring::{Scoring, class};
use fill::{Band, Filling, Method};
use row::GROUP;
use score::Range;
use step::{CONTINUES_DELETION, INSERTION_GOES_ON, NO_ORIGIN, Tags};

/// The cells of one row: query letters consumed, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stripe {
    /// First column.
    pub begin: u32,
    /// One past the last column.
    pub end: u32,
}

impl Stripe {
    fn holds(self, column: usize) -> bool {
        (self.begin as usize..self.end as usize).contains(&column)
    }
}

/// What is to be aligned, and how.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a> {
    /// Letters of the reference.
    pub reference: &'a [u8],
    /// Letters of the query.
    pub query: &'a [u8],
    /// The band: one entry per reference letter and one before them; begins and ends never fall, the first begins at
    /// 0 and the last ends after the last column.
    pub stripes: &'a [Stripe],
    /// How paths are scored.
    pub scoring: Scoring<'a>,
}

/// What an alignment came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Score of the path.
    pub score: i32,
    /// Whether the path touches a cell whose predecessors the band cut off.
    pub touches_boundary: bool,
}

impl Outcome {
    /// Adds what a further part of the path came to.
    pub(super) fn add(&mut self, part: Outcome) {
        self.score += part.score;
        self.touches_boundary |= part.touches_boundary;
    }
}

/// Cells whose memory is kept; that of a larger band is given back.
const KEPT_STEPS: usize = 16 << 20;

/// Memory of the matrix, kept from one alignment to the next.
#[derive(Debug, Default)]
pub struct Matrix {
    steps: Vec<u8>,
    row_starts: Vec<usize>,
    /// Classes of the query's letters.
    columns: Vec<u8>,
    narrow: Filling<i16>,
    wide: Filling<i32>,
    backwards: Vec<(Step, u32)>,
}

impl Matrix {
    /// Aligns the query to the reference within the band and appends the path to `path`.
    pub fn align(&mut self, problem: &Problem, path: &mut Path) -> Outcome {
        let method = Method::for_band(problem);
        let widest = self.prepare(problem);
        let lift_below = Range::of(problem, widest).lift_below().filter(|_| method == Method::RowByRow);
        let mut band = Band { steps: &mut self.steps, row_starts: &self.row_starts, columns: &self.columns };
        let score = match lift_below {
            Some(_) => self.narrow.fill(problem, method, &mut band, lift_below),
            None => self.wide.fill(problem, method, &mut band, None),
        };
        let touches_boundary = self.trace_back(problem, path);
        if self.steps.capacity() > KEPT_STEPS {
            self.steps = Vec::new();
        }
        Outcome { score, touches_boundary }
    }

    /// Makes room for the band; returns how many cells its widest row has.
    fn prepare(&mut self, problem: &Problem) -> usize {
        let Problem { reference, query, stripes, .. } = *problem;
        debug_assert_eq!(stripes.len(), reference.len() + 1);
        self.row_starts.clear();
        let (mut area, mut widest) = (0, 0);
        for stripe in stripes {
            let width = (stripe.end - stripe.begin) as usize;
            self.row_starts.push(area);
            area += width;
            widest = width.max(widest);
        }
        // Every cell is written before it is read.
        self.steps.resize(self.steps.len().max(area + GROUP), 0);
        self.columns.clear();
        self.columns.extend(query.iter().map(|&letter| class(letter) as u8));
        widest
    }

    fn trace_back(&mut self, problem: &Problem, path: &mut Path) -> bool {
        let (stripes, tags) = (problem.stripes, Tags::new(problem.scoring.side));
        let (mut row, mut column) = (stripes.len() - 1, self.columns.len());
        let mut gap = None;
        let mut touches_boundary = false;
        self.backwards.clear();
        while row > 0 || column > 0 {
            touches_boundary |= self.is_cut_off(row, column, stripes);
            let cell = self.step(row, column, stripes);
            // Outside the band, and where it left a cell without predecessors, go back towards it.
            let is_right = row == 0 || column >= stripes[row].end as usize;
            let back = if is_right { Step::Insertion } else { Step::Deletion };
            let origin = tags.origin(cell);
            let step = gap.or(origin).unwrap_or(back);
            let continues = match step {
                Step::Pair => false,
                Step::Insertion => self.step(row, column.wrapping_sub(1), stripes) & INSERTION_GOES_ON != 0,
                Step::Deletion => cell & CONTINUES_DELETION != 0,
            };
            gap = (origin.is_some() && continues).then_some(step);
            row -= usize::from(step != Step::Insertion);
            column -= usize::from(step != Step::Deletion);
            match self.backwards.last_mut() {
                Some((last, length)) if *last == step => *length += 1,
                _ => self.backwards.push((step, 1)),
            }
        }
        for &(step, length) in self.backwards.iter().rev() {
            path.push(step, length);
        }
        touches_boundary
    }

    fn step(&self, row: usize, column: usize, stripes: &[Stripe]) -> u8 {
        let stripe = stripes[row];
        if !stripe.holds(column) {
            return NO_ORIGIN;
        }
        self.steps[self.row_starts[row] + column - stripe.begin as usize]
    }

    /// Whether a cell lies outside the band, or one from which it could be reached.
    fn is_cut_off(&self, row: usize, column: usize, stripes: &[Stripe]) -> bool {
        if !stripes[row].holds(column) {
            return true;
        }
        if row == 0 || column == 0 {
            return false;
        }
        let (stripe, above) = (stripes[row], stripes[row - 1]);
        let has_diagonal = above.holds(column - 1);
        let has_left = column > stripe.begin as usize || row + 1 == stripes.len();
        let has_above = above.holds(column) || column == self.columns.len();
        !(has_diagonal && has_left && has_above)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::scoring::PairScores;
    use crate::pack::pathogen::GapSide;
    use proptest::prelude::*;

    fn letters(most: usize) -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(proptest::sample::select(&b"AAAACCGGTTNR"[..]), most / 40..most)
    }

    fn scoring<'a>(
        pairs: &'a PairScores,
        gap_open: &'a [i32],
        gap_extend: i32,
        is_left: bool,
        free: [bool; 4],
    ) -> Scoring<'a> {
        Scoring {
            pairs,
            gap_open,
            gap_extend,
            side: if is_left { GapSide::Left } else { GapSide::Right },
            leading_insertion_free: free[0],
            leading_deletion_free: free[1],
            trailing_insertion_free: free[2],
            trailing_deletion_free: free[3],
        }
    }

    /// Stripes around a slanted line, some rows wider than others.
    fn stripes(rows: usize, columns: usize, widths: &[u32]) -> Vec<Stripe> {
        let mut stripes: Vec<Stripe> = (0..=rows)
            .map(|row| {
                let (middle, width) = ((row * columns / rows) as u32, widths[row % widths.len()]);
                Stripe { begin: middle.saturating_sub(width), end: (middle + width).min(columns as u32) + 1 }
            })
            .collect();
        crate::align::band::make_regular(&mut stripes, columns as u32);
        stripes
    }

    impl Matrix {
        /// [`Matrix::align`] by one way of filling: in two bytes if a limit to lift at is given.
        fn align_by(
            &mut self,
            method: Method,
            lift_below: Option<i16>,
            problem: &Problem,
        ) -> (Outcome, Path) {
            self.prepare(problem);
            let mut band =
                Band { steps: &mut self.steps, row_starts: &self.row_starts, columns: &self.columns };
            let score = match lift_below {
                Some(_) => self.narrow.fill(problem, method, &mut band, lift_below),
                None => self.wide.fill(problem, method, &mut band, None),
            };
            let mut path = Path::default();
            (Outcome { score, touches_boundary: self.trace_back(problem, &mut path) }, path)
        }
    }

    /// Checks every way of filling against the slow one, cell by cell.
    fn check_ways(problem: &Problem, lift_below: i16) -> Result<(), TestCaseError> {
        let mut matrix = Matrix::default();
        let cells = matrix.align_by(Method::CellByCell, None, problem);
        let mut path = Path::default();
        prop_assert_eq!(&(matrix.align(problem, &mut path), path), &cells);
        if Method::for_band(problem) == Method::RowByRow {
            prop_assert_eq!(&matrix.align_by(Method::RowByRow, None, problem), &cells);
            prop_assert_eq!(&matrix.align_by(Method::RowByRow, Some(lift_below), problem), &cells);
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn rows_are_filled_as_cells_are(
            reference in letters(40),
            query in letters(40),
            widths in proptest::collection::vec(0_u32..30, 1..5),
            gap_open in proptest::collection::vec(2_i32..9, 41),
            gap_extend in 0_i32..3,
            is_left: bool,
            free: [bool; 4],
            lift_below in -200_i16..0,
        ) {
            let pairs = PairScores::nucleotides(3, 1);
            let scoring = scoring(&pairs, &gap_open[..=reference.len()], gap_extend, is_left, free);
            let stripes = &stripes(reference.len(), query.len(), &widths);
            check_ways(&Problem { reference: &reference, query: &query, stripes, scoring }, lift_below)?;
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn two_bytes_are_enough_for_long_sequences_that_match_badly(
            reference in letters(4_000),
            query in letters(4_000),
            widths in proptest::collection::vec(0_u32..300, 1..5),
            gap_extend in 0_i32..2,
            free: [bool; 4],
        ) {
            let pairs = PairScores::nucleotides(3, 1);
            let gap_open = vec![6; reference.len() + 1];
            let scoring = scoring(&pairs, &gap_open, gap_extend, true, free);
            let stripes = &stripes(reference.len(), query.len(), &widths);
            check_ways(&Problem { reference: &reference, query: &query, stripes, scoring }, -4_000)?;
        }
    }
}
