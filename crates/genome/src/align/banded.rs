//! The matrix both methods end in: banded global alignment with affine, position-dependent gap penalties.
//!
//! After Gotoh (J Mol Biol 162:705, 1982), with the gap states kept as bits of one step per cell. Rows are
//! reference letters, columns query letters; each row holds only the cells of its [`Stripe`]. Only the
//! steps are kept for the whole band (one byte a cell), the scores for one row. Ties are broken as
//! [`GapSide`] says, so that the path is one of a kind. Start at [`Matrix::align`].

use super::path::{Path, Step};
use super::scoring::{Scoring, class};
use crate::pack::pathogen::GapSide;

/// The cells of one row: query letters consumed, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stripe {
    /// First column.
    pub begin: u32,
    /// One past the last column.
    pub end: u32,
}

/// What an alignment came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Score of the path.
    pub score: i32,
    /// Whether the path touches a cell whose predecessors the band cut off.
    pub touches_boundary: bool,
}

/// Stands for "cannot be reached".
const UNREACHABLE: i32 = -1_000_000_000;

// A cell's step: where its best score comes from, and whether each gap state continues a gap.
const PAIR: u8 = 1;
const INSERTION: u8 = 2;
const DELETION: u8 = 4;
const CONTINUES_INSERTION: u8 = 8;
const CONTINUES_DELETION: u8 = 16;
const BOUNDARY: u8 = 32;

/// Cells whose memory is kept; that of a larger band is given back.
const KEPT_STEPS: usize = 16 << 20;

/// Memory of the matrix, kept from one alignment to the next.
#[derive(Debug, Default)]
pub struct Matrix {
    steps: Vec<u8>,
    row_starts: Vec<usize>,
    scores: Vec<i32>,
    deletions: Vec<i32>,
    columns: Vec<u8>,
    backwards: Vec<(Step, u32)>,
}

/// What stays the same within one row.
struct Row<'a> {
    index: usize,
    stripe: Stripe,
    above: Stripe,
    above_twice: Option<Stripe>,
    pair_scores: &'a [i32; 32],
    insertion_open: i32,
    insertion_extend: i32,
    is_last: bool,
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
        debug_assert_eq!(stripes.len(), reference.len() + 1);
        self.prepare(query, stripes);
        self.fill_first_row(stripes[0], scoring);
        for index in 1..stripes.len() {
            let is_last = index + 1 == stripes.len();
            let free = is_last && scoring.trailing_insertion_free;
            let row = Row {
                index,
                stripe: stripes[index],
                above: stripes[index - 1],
                above_twice: index.checked_sub(2).map(|above| stripes[above]),
                pair_scores: scoring.pairs.row(reference[index - 1]),
                insertion_open: if free { 0 } else { scoring.gap_open[index] },
                insertion_extend: if free { 0 } else { scoring.gap_extend },
                is_last,
            };
            self.fill_row(&row, scoring);
        }
        let score = self.scores[query.len()];
        let touches_boundary = self.trace_back(reference.len(), query.len(), stripes, path);
        if self.steps.capacity() > KEPT_STEPS {
            self.steps = Vec::new();
        }
        Outcome { score, touches_boundary }
    }

    fn prepare(&mut self, query: &[u8], stripes: &[Stripe]) {
        self.row_starts.clear();
        let mut area = 0;
        for stripe in stripes {
            self.row_starts.push(area);
            area += (stripe.end - stripe.begin) as usize;
        }
        self.steps.clear();
        self.steps.resize(area, 0);
        self.scores.clear();
        self.scores.resize(query.len() + 1, UNREACHABLE);
        self.deletions.clear();
        self.deletions.resize(query.len() + 1, UNREACHABLE);
        self.columns.clear();
        self.columns.extend(query.iter().map(|&letter| class(letter) as u8));
    }

    fn fill_first_row(&mut self, stripe: Stripe, scoring: &Scoring) {
        self.scores[0] = 0;
        for column in 1..stripe.end as usize {
            self.steps[column] = INSERTION | CONTINUES_INSERTION;
            self.scores[column] = match (scoring.leading_insertion_free, column) {
                (true, _) => 0,
                (false, 1) => -scoring.gap_open[0],
                (false, _) => self.scores[column - 1] - scoring.gap_extend,
            };
        }
    }

    fn fill_row(&mut self, row: &Row, scoring: &Scoring) {
        let last_column = self.columns.len();
        let (begin, end) = (row.stripe.begin as usize, row.stripe.end as usize);
        let start = self.row_starts[row.index];
        // Score of the cell above and to the left, of the cell to the left, and of the best insertion there.
        let mut carry = Carry {
            diagonal: if begin > 0 { self.scores[begin - 1] } else { UNREACHABLE },
            left: UNREACHABLE,
            insertion: UNREACHABLE,
        };
        let gap_wins_ties = i32::from(scoring.side == GapSide::Left);
        // Cells from which every neighbour inside the band can be reached, and where no gap is free.
        let inner_begin = (begin + 2).max(row.above.begin as usize + 1);
        let reachable = row.above.end.min(row.above_twice.map_or(0, |stripe| stripe.end)) as usize;
        let inner_end = end.min(reachable).min(last_column).max(inner_begin);
        for column in begin..inner_begin.min(end) {
            self.fill_cell(row, scoring, column, &mut carry, gap_wins_ties);
        }
        if inner_begin < inner_end {
            let penalties = Penalties {
                insertion_open: row.insertion_open,
                insertion_extend: row.insertion_extend,
                deletion_open: scoring.gap_open[row.index - 1],
                deletion_extend: scoring.gap_extend,
                gap_wins_ties,
            };
            let inner = Inner {
                steps: &mut self.steps[start + inner_begin - begin..start + inner_end - begin],
                letters: &self.columns[inner_begin - 1..inner_end - 1],
                scores: &mut self.scores[inner_begin..inner_end],
                deletions: &mut self.deletions[inner_begin..inner_end],
            };
            fill_inner(inner, row.pair_scores, &penalties, &mut carry);
        }
        for column in inner_end..end {
            self.fill_cell(row, scoring, column, &mut carry, gap_wins_ties);
        }
    }

    /// Fills one cell that may lie at a border of the band or of the matrix.
    fn fill_cell(&mut self, row: &Row, scoring: &Scoring, column: usize, carry: &mut Carry, tie: i32) {
        let last_column = self.columns.len();
        let offset = column - row.stripe.begin as usize;
        let cell = self.row_starts[row.index] + offset;
        let above = self.scores[column];
        if column == 0 {
            carry.left = first_column_score(row.index, above, scoring);
            self.steps[cell] = DELETION | CONTINUES_DELETION;
            (self.scores[0], carry.diagonal) = (carry.left, above);
            return;
        }
        let (mut step, mut origin, mut score) = (0, 0, UNREACHABLE);
        if column > row.above.begin as usize && column <= row.above.end as usize {
            score = carry.diagonal + row.pair_scores[usize::from(self.columns[column - 1] & 31)];
            origin = PAIR;
        } else {
            step |= BOUNDARY;
        }
        if offset > 0 {
            let extend = carry.insertion - row.insertion_extend;
            let open = carry.left - row.insertion_open;
            carry.insertion = open;
            if extend >= open && offset > 1 {
                carry.insertion = extend;
                step |= CONTINUES_INSERTION;
            }
            if score - tie < carry.insertion {
                (score, origin) = (carry.insertion, INSERTION);
            }
        } else if !row.is_last {
            step |= BOUNDARY;
        }
        if column < row.above.end as usize {
            let free = column == last_column && scoring.trailing_deletion_free;
            let extend = self.deletions[column] - if free { 0 } else { scoring.gap_extend };
            let open = above - if free { 0 } else { scoring.gap_open[row.index - 1] };
            let mut deletion = open;
            if extend >= open && row.above_twice.is_some_and(|stripe| column < stripe.end as usize) {
                deletion = extend;
                step |= CONTINUES_DELETION;
            }
            self.deletions[column] = deletion;
            if score - tie < deletion {
                (score, origin) = (deletion, DELETION);
            }
        } else if column < last_column {
            self.deletions[column] = UNREACHABLE;
            step |= BOUNDARY;
        }
        self.steps[cell] = step | origin;
        self.scores[column] = score;
        (carry.diagonal, carry.left) = (above, score);
    }

    /// The step of a cell. Outside the band, and where the band left a cell without predecessors, the step
    /// that leads back towards it.
    fn cell(&self, row: usize, column: usize, stripe: Stripe) -> u8 {
        let offset = column.wrapping_sub(stripe.begin as usize);
        let inside = column >= stripe.begin as usize && column < stripe.end as usize;
        let cell = if inside { self.steps[self.row_starts[row] + offset] } else { BOUNDARY };
        if cell & (PAIR | INSERTION | DELETION) != 0 {
            return cell;
        }
        let back = if row == 0 || column >= stripe.end as usize { INSERTION } else { DELETION };
        BOUNDARY | back
    }

    fn trace_back(&mut self, rows: usize, columns: usize, stripes: &[Stripe], path: &mut Path) -> bool {
        let (mut row, mut column) = (rows, columns);
        let mut gap = 0;
        let mut touches_boundary = false;
        self.backwards.clear();
        while row > 0 || column > 0 {
            let cell = self.cell(row, column, stripes[row]);
            touches_boundary |= cell & BOUNDARY != 0;
            let state = if gap != 0 { gap } else { cell & (PAIR | INSERTION | DELETION) };
            let step = match state {
                PAIR => Step::Pair,
                INSERTION => {
                    gap = if cell & CONTINUES_INSERTION != 0 { INSERTION } else { 0 };
                    Step::Insertion
                }
                _ => {
                    gap = if cell & CONTINUES_DELETION != 0 { DELETION } else { 0 };
                    Step::Deletion
                }
            };
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
}

/// What one cell hands on to the next of its row.
struct Carry {
    diagonal: i32,
    left: i32,
    insertion: i32,
}

/// Penalties of one row.
struct Penalties {
    insertion_open: i32,
    insertion_extend: i32,
    deletion_open: i32,
    deletion_extend: i32,
    gap_wins_ties: i32,
}

/// Cells of one row away from every border, and what stands above them.
struct Inner<'a> {
    steps: &'a mut [u8],
    letters: &'a [u8],
    scores: &'a mut [i32],
    deletions: &'a mut [i32],
}

/// Fills inner cells: as [`Matrix::fill_cell`], without the questions a border asks.
fn fill_inner(inner: Inner, pair_scores: &[i32; 32], penalties: &Penalties, carry: &mut Carry) {
    let Carry { mut diagonal, mut left, mut insertion } = *carry;
    let Inner { steps, letters, scores, deletions } = inner;
    let cells = steps.iter_mut().zip(letters).zip(scores.iter_mut().zip(deletions));
    for ((step, letter), (score, deletion)) in cells {
        let above = *score;
        let mut best = diagonal + pair_scores[usize::from(letter & 31)];
        let mut origin = PAIR;
        let (extend, open) = (insertion - penalties.insertion_extend, left - penalties.insertion_open);
        let continues_insertion = extend >= open;
        insertion = extend.max(open);
        if best - penalties.gap_wins_ties < insertion {
            (best, origin) = (insertion, INSERTION);
        }
        let (extend, open) = (*deletion - penalties.deletion_extend, above - penalties.deletion_open);
        let continues_deletion = extend >= open;
        *deletion = extend.max(open);
        if best - penalties.gap_wins_ties < *deletion {
            (best, origin) = (*deletion, DELETION);
        }
        *step = origin
            | if continues_insertion { CONTINUES_INSERTION } else { 0 }
            | if continues_deletion { CONTINUES_DELETION } else { 0 };
        *score = best;
        (diagonal, left) = (above, best);
    }
    *carry = Carry { diagonal, left, insertion };
}

/// The first column holds reference letters before the first query letter.
fn first_column_score(row: usize, above: i32, scoring: &Scoring) -> i32 {
    if scoring.leading_deletion_free {
        0
    } else if row == 1 {
        -scoring.gap_open[0]
    } else {
        above - scoring.gap_extend
    }
}
