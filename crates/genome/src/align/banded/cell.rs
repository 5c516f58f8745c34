//! Fills the cells of a row one by one, asking for each what the band and the borders of the matrix allow.
//!
//! Used for the first and the last column, for bands with holes and for penalties that the [`super::row`] cannot
//! do; and its slow twin. Start at [`Matrix::fill_cell`].

use super::step::{CONTINUES_DELETION, INSERTION_GOES_ON, NO_ORIGIN, TAG};
use super::{Matrix, Row, SCALE, UNREACHABLE};
use crate::align::scoring::Scoring;

/// What one cell hands on to the next of its row.
pub(super) struct Carry {
    /// Score of the cell above the last one.
    pub diagonal: i32,
    /// Score of the last cell.
    pub left: i32,
    /// The best there that ends in an insertion.
    pub insertion: i32,
}

impl Matrix {
    pub(super) fn fill_cell(&mut self, row: &Row, scoring: &Scoring, column: usize, carry: &mut Carry) {
        let last_column = self.columns.len();
        let offset = column - row.stripe.begin as usize;
        let cell = self.row_starts[row.index] + offset;
        let above = self.scores[column];
        let (penalties, tags) = (row.penalties, row.tags);
        if column == 0 {
            carry.left = first_column_score(row.index, above, scoring);
            self.steps[cell] = tags.deletion as u8 | CONTINUES_DELETION;
            (self.scores[0], carry.diagonal) = (carry.left, above);
            return;
        }
        let mut step = 0;
        let mut best = UNREACHABLE + NO_ORIGIN;
        if column > row.above.begin as usize && column <= row.above.end as usize {
            let pair = row.pair_scores[usize::from(self.columns[column - 1] & 31)] * SCALE;
            best = carry.diagonal + pair + tags.pair;
        }
        if offset > 0 {
            let extended = carry.insertion - penalties.insertion_extend;
            carry.insertion = carry.left - penalties.insertion_open;
            if extended >= carry.insertion && offset > 1 {
                carry.insertion = extended;
                self.steps[cell - 1] |= INSERTION_GOES_ON;
            }
            best = best.max(carry.insertion + tags.insertion);
        }
        if row.above.holds(column) {
            let is_free = column == last_column && scoring.trailing_deletion_free;
            let extended = self.deletions[column] - if is_free { 0 } else { penalties.deletion_extend };
            let mut deletion = above - if is_free { 0 } else { penalties.deletion_open };
            if extended >= deletion && row.above_twice.is_some_and(|stripe| stripe.holds(column)) {
                deletion = extended;
                step |= CONTINUES_DELETION;
            }
            self.deletions[column] = deletion;
            best = best.max(deletion + tags.deletion);
        } else {
            self.deletions[column] = UNREACHABLE;
        }
        self.steps[cell] = step | (best & TAG) as u8;
        self.scores[column] = best & !TAG;
        (carry.diagonal, carry.left) = (above, self.scores[column]);
    }
}

/// The first column holds reference letters before the first query letter.
fn first_column_score(row: usize, above: i32, scoring: &Scoring) -> i32 {
    if scoring.leading_deletion_free {
        0
    } else if row == 1 {
        -scoring.gap_open[0] * SCALE
    } else {
        above - scoring.gap_extend * SCALE
    }
}
