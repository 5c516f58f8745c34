//! The matrix both methods end in: banded global alignment with affine, position-dependent gap penalties.
//!
//! After Gotoh (J Mol Biol 162:705, 1982), with the gap states kept as bits of one step per cell. Rows are
//! reference letters, columns query letters; each row holds only the cells of its [`Stripe`]. Only the
//! steps are kept for the whole band (one byte a cell), the scores for one row. Ties are broken as
//! [`GapSide`](crate::pack::pathogen::GapSide) says, so that the path is one of a kind. Rows are filled by [`row`], many cells at a time; what
//! that cannot do, and its slow twin, is in [`cell`]. Start at [`Matrix::align`].

mod cell;
mod profile;
mod row;
mod step;

use super::path::{Path, Step};
use super::scoring::{Scoring, class};
use cell::Carry;
use profile::Profile;
use row::{GROUP, RowMemory};
use std::ops::Range;
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

/// Scores are kept this many times as large, which leaves room for the tag of their origin.
const SCALE: i32 = 4;

/// Stands for "cannot be reached".
const UNREACHABLE: i32 = -1_000_000_000;

/// Cells whose memory is kept; that of a larger band is given back.
const KEPT_STEPS: usize = 16 << 20;

/// Memory of the matrix, kept from one alignment to the next.
#[derive(Debug, Default)]
pub struct Matrix {
    steps: Vec<u8>,
    row_starts: Vec<usize>,
    /// Best score of each column in the row above, and best score there that ends in a deletion.
    scores: Vec<i32>,
    deletions: Vec<i32>,
    /// Classes of the query's letters.
    columns: Vec<u8>,
    profile: Profile,
    row: RowMemory,
    backwards: Vec<(Step, u32)>,
}

/// What stays the same within one row.
struct Row<'a> {
    index: usize,
    stripe: Stripe,
    above: Stripe,
    above_twice: Option<Stripe>,
    class: usize,
    pair_scores: &'a [i32; 32],
    penalties: Penalties,
    tags: Tags,
}

/// Gap penalties of one row, scaled.
#[derive(Clone, Copy)]
struct Penalties {
    insertion_open: i32,
    insertion_extend: i32,
    deletion_open: i32,
    deletion_extend: i32,
}

impl Matrix {
    /// Aligns `query` to `reference` within the band and appends the path to `path`.
    ///
    /// `stripes` has one entry per reference letter and one before them; begins and ends never fall, the
    /// first begins at 0 and the last ends after the last column.
    pub fn align(
        &mut self,
        reference: &[u8],
        query: &[u8],
        stripes: &[Stripe],
        scoring: &Scoring,
        path: &mut Path,
    ) -> Outcome {
        self.align_by(Fill::for_band(stripes, scoring), reference, query, stripes, scoring, path)
    }

    fn align_by(
        &mut self,
        fill: Fill,
        reference: &[u8],
        query: &[u8],
        stripes: &[Stripe],
        scoring: &Scoring,
        path: &mut Path,
    ) -> Outcome {
        debug_assert_eq!(stripes.len(), reference.len() + 1);
        let tags = Tags::new(scoring.side);
        self.prepare(query, stripes);
        self.fill_first_row(stripes[0], scoring, tags);
        for index in 1..stripes.len() {
            self.fill_row(fill, &Row::new(index, reference, stripes, scoring, tags), scoring);
        }
        let score = self.scores[query.len()] / SCALE;
        let touches_boundary = self.trace_back(stripes, tags, path);
        if self.steps.capacity() > KEPT_STEPS {
            self.steps = Vec::new();
        }
        Outcome { score, touches_boundary }
    }

    fn prepare(&mut self, query: &[u8], stripes: &[Stripe]) {
        self.row_starts.clear();
        let (mut area, mut widest) = (0, 0);
        for stripe in stripes {
            let width = (stripe.end - stripe.begin) as usize;
            self.row_starts.push(area);
            area += width;
            widest = width.max(widest);
        }
        self.row.reserve(widest);
        // Every cell is written before it is read.
        self.steps.resize(area + GROUP, 0);
        for scores in [&mut self.scores, &mut self.deletions] {
            scores.clear();
            scores.resize(query.len() + 1 + GROUP, UNREACHABLE);
        }
        self.profile.clear();
        self.columns.clear();
        self.columns.extend(query.iter().map(|&letter| class(letter) as u8));
    }

    fn fill_first_row(&mut self, stripe: Stripe, scoring: &Scoring, tags: Tags) {
        self.scores[0] = 0;
        self.steps[..stripe.end as usize].fill(tags.insertion as u8 | INSERTION_GOES_ON);
        for column in 1..stripe.end as usize {
            self.scores[column] = match (scoring.leading_insertion_free, column) {
                (true, _) => 0,
                (false, 1) => -scoring.gap_open[0] * SCALE,
                (false, _) => self.scores[column - 1] - scoring.gap_extend * SCALE,
            };
        }
    }

    fn fill_row(&mut self, fill: Fill, row: &Row, scoring: &Scoring) {
        let (begin, end) = (row.stripe.begin as usize, row.stripe.end as usize);
        let has_diagonal = begin > row.above.begin as usize;
        let mut carry = Carry {
            diagonal: if has_diagonal { self.scores[begin - 1] } else { UNREACHABLE },
            left: UNREACHABLE,
            insertion: UNREACHABLE,
        };
        let inner = match fill {
            Fill::CellByCell => end..end,
            Fill::RowByRow => begin.max(1)..end.min(self.columns.len()),
        };
        for column in begin..inner.start {
            self.fill_cell(row, scoring, column, &mut carry);
        }
        if !inner.is_empty() {
            self.fill_inner(row, inner.clone(), &mut carry);
        }
        for column in inner.end.max(inner.start)..end {
            self.fill_cell(row, scoring, column, &mut carry);
        }
    }

    /// Fills cells right of the first column and left of the last.
    fn fill_inner(&mut self, row: &Row, columns: Range<usize>, carry: &mut Carry) {
        let whole = columns.start..columns.start + columns.len().next_multiple_of(GROUP);
        // What groups write past the end of a row is unreachable for the next.
        let new = row.above.end as usize..row.stripe.end as usize;
        for column in new {
            (self.scores[column], self.deletions[column]) = (UNREACHABLE, UNREACHABLE);
        }
        let right = (self.scores[columns.end], self.deletions[columns.end]);
        let left = std::mem::replace(&mut self.scores[columns.start - 1], carry.diagonal);
        let diagonal = self.scores[columns.end - 1];

        let step = self.row_starts[row.index] + columns.start - row.stripe.begin as usize;
        let extended = carry.insertion - row.penalties.insertion_extend;
        let cells = row::Cells {
            steps: &mut self.steps[step..step + whole.len()],
            pairs: &self.profile.row(row, &self.columns)[whole.start - 1..whole.end - 1],
            scores: &mut self.scores[whole.start - 1..whole.end],
            deletions: &mut self.deletions[whole],
            insertion: extended.max(carry.left - row.penalties.insertion_open),
        };
        let insertion = self.row.fill(cells, row)[columns.len() - 1];
        self.scores[columns.start - 1] = left;
        (self.scores[columns.end], self.deletions[columns.end]) = right;
        *carry = Carry { diagonal, left: self.scores[columns.end - 1], insertion };
    }

    fn trace_back(&mut self, stripes: &[Stripe], tags: Tags, path: &mut Path) -> bool {
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
            return NO_ORIGIN as u8;
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

/// How rows are filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fill {
    /// Many cells at a time.
    RowByRow,
    /// One by one: works for everything.
    CellByCell,
}

impl Fill {
    /// Row by row needs every cell to be reachable, and gaps that cost no less to open than to extend.
    fn for_band(stripes: &[Stripe], scoring: &Scoring) -> Self {
        let is_connected = stripes.windows(2).all(|pair| pair[1].begin <= pair[0].end);
        let cheapest = scoring.gap_open[..stripes.len()].iter().min();
        if is_connected && cheapest >= Some(&scoring.gap_extend) { Self::RowByRow } else { Self::CellByCell }
    }
}

impl<'a> Row<'a> {
    fn new(index: usize, reference: &[u8], stripes: &[Stripe], scoring: &Scoring<'a>, tags: Tags) -> Self {
        let is_last = index + 1 == stripes.len();
        let insertions_free = is_last && scoring.trailing_insertion_free;
        let extend = scoring.gap_extend * SCALE;
        Self {
            index,
            stripe: stripes[index],
            above: stripes[index - 1],
            above_twice: index.checked_sub(2).map(|above| stripes[above]),
            class: class(reference[index - 1]),
            pair_scores: scoring.pairs.row(reference[index - 1]),
            penalties: Penalties {
                insertion_open: if insertions_free { 0 } else { scoring.gap_open[index] * SCALE },
                insertion_extend: if insertions_free { 0 } else { extend },
                deletion_open: scoring.gap_open[index - 1] * SCALE,
                deletion_extend: extend,
            },
            tags,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::scoring::PairScores;
    use crate::pack::pathogen::GapSide;
    use proptest::prelude::*;

    fn letters() -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(proptest::sample::select(&b"AAAACCGGTTNR"[..]), 1..40)
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

    proptest! {
        #[test]
        fn rows_are_filled_as_cells_are(
            reference in letters(),
            query in letters(),
            widths in proptest::collection::vec(0_u32..30, 1..5),
            gap_open in proptest::collection::vec(2_i32..9, 41),
            gap_extend in 0_i32..3,
            is_left: bool,
            free: [bool; 4],
        ) {
            let scoring = Scoring {
                pairs: &PairScores::nucleotides(3, 1),
                gap_open: &gap_open[..=reference.len()],
                gap_extend,
                side: if is_left { GapSide::Left } else { GapSide::Right },
                leading_insertion_free: free[0],
                leading_deletion_free: free[1],
                trailing_insertion_free: free[2],
                trailing_deletion_free: free[3],
            };
            let stripes = stripes(reference.len(), query.len(), &widths);
            let mut matrix = Matrix::default();
            let mut align = |fill| {
                let mut path = Path::default();
                (matrix.align_by(fill, &reference, &query, &stripes, &scoring, &mut path), path)
            };
            let cells = align(Fill::CellByCell);
            prop_assert_eq!(align(Fill::for_band(&stripes, &scoring)), cells);
        }
    }
}
