//! Fills the cells of a row one by one, asking for each what the band and the borders of the matrix allow.
//!
//! Used for the first and the last column, for bands with holes and for penalties that the [`super::row`] cannot
//! do; and its slow twin. Start at [`Filling::fill_cell`].

use super::fill::{Band, Filling, Row};
use super::score::Score;
use super::step::{CONTINUES_DELETION, INSERTION_GOES_ON, NO_ORIGIN};
use crate::align::scoring::Scoring;

/// What one cell hands on to the next of its row.
pub(super) struct Carry<S> {
    /// Score of the cell above the last one.
    pub diagonal: S,
    /// Score of the last cell.
    pub left: S,
    /// The best there that ends in an insertion.
    pub insertion: S,
}

impl<S: Score> Filling<S> {
    pub(super) fn fill_cell(
        &mut self,
        row: &Row<S>,
        scoring: &Scoring,
        band: &mut Band,
        column: usize,
        carry: &mut Carry<S>,
    ) {
        let last_column = band.columns.len();
        let offset = column - row.stripe.begin as usize;
        let cell = band.row_starts[row.index] + offset;
        let above = self.scores[column];
        let (penalties, tags) = (row.penalties, row.tags);
        if column == 0 {
            carry.left = first_column_score(row, above, scoring);
            band.steps[cell] = tags.deletion | CONTINUES_DELETION;
            (self.scores[0], carry.diagonal) = (carry.left, above);
            return;
        }
        let tagged = |score: S, tag: u8| score.plus(S::of(i32::from(tag)));
        let mut step = 0;
        let mut best = tagged(S::UNREACHABLE, NO_ORIGIN);
        if column > row.above.begin as usize && column <= row.above.end as usize {
            best = carry.diagonal.plus(row.pair(band.columns[column - 1]));
        }
        if offset > 0 {
            let extended = carry.insertion.minus(penalties.insertion_extend);
            carry.insertion = carry.left.minus(penalties.insertion_open);
            if extended >= carry.insertion && offset > 1 {
                carry.insertion = extended;
                band.steps[cell - 1] |= INSERTION_GOES_ON;
            }
            best = best.max(tagged(carry.insertion, tags.insertion));
        }
        if row.above.holds(column) {
            let is_free = column == last_column && scoring.trailing_deletion_free;
            let cost = |penalty| if is_free { penalties.deletion_free } else { penalty };
            let extended = self.deletions[column].minus(cost(penalties.deletion_extend));
            let mut deletion = above.minus(cost(penalties.deletion_open));
            if extended >= deletion && row.above_twice.is_some_and(|stripe| stripe.holds(column)) {
                deletion = extended;
                step |= CONTINUES_DELETION;
            }
            self.deletions[column] = deletion;
            best = best.max(tagged(deletion, tags.deletion));
        } else {
            self.deletions[column] = S::UNREACHABLE;
        }
        band.steps[cell] = step | best.tag();
        self.scores[column] = best.untagged();
        (carry.diagonal, carry.left) = (above, self.scores[column]);
    }
}

/// The first column holds reference letters before the first query letter.
fn first_column_score<S: Score>(row: &Row<S>, above: S, scoring: &Scoring) -> S {
    above.minus(if scoring.leading_deletion_free {
        row.penalties.deletion_free
    } else if row.index == 1 {
        row.penalties.deletion_open
    } else {
        row.penalties.deletion_extend
    })
}
