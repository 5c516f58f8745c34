//! Fills the inner cells of a row, many at a time.
//!
//! The only thing a cell needs of its left neighbour is the best insertion that ends there. An insertion opened
//! from a cell that itself ends in an insertion is never better than going on with that one, as long as opening
//! costs no less than extending; so insertions follow from pairs and deletions, which depend on the row above
//! alone. Three passes: pairs and deletions of all cells; insertions, the only chain; the best of the three. The
//! first and the last are written for the compiler to make vector instructions of. Start at [`RowMemory::fill`].

use super::step::{CONTINUES_DELETION, INSERTION_GOES_ON, TAG};
use super::{Row, UNREACHABLE};

/// Rows are filled in whole groups of so many cells.
pub(super) const GROUP: usize = 4;

/// Scores of one row under way.
#[derive(Debug, Default)]
pub(super) struct RowMemory {
    /// Best of pair and deletion, tagged.
    tentative: Vec<i32>,
    /// Best insertion that begins right of a cell, if it does not end in one.
    opened: Vec<i32>,
    /// Best that ends in an insertion, from the first cell to one past the last.
    insertions: Vec<i32>,
}

/// Cells of one row and what stands above them.
///
/// Their number is a multiple of [`GROUP`]: what lies past the end of the row is filled with anything.
pub(super) struct Cells<'a> {
    pub steps: &'a mut [u8],
    /// Scores of the row's letter paired with the query letters that end at the cells, scaled and tagged.
    pub pairs: &'a [i32],
    /// Scores above, from the one above and to the left of the first cell on; those of the row, from its left on.
    pub scores: &'a mut [i32],
    pub deletions: &'a mut [i32],
    /// Best that ends in an insertion at the first cell.
    pub insertion: i32,
}

impl RowMemory {
    /// Makes room for rows of so many cells.
    pub fn reserve(&mut self, cells: usize) {
        for scores in [&mut self.tentative, &mut self.opened, &mut self.insertions] {
            scores.resize(scores.len().max(cells + GROUP + 1), UNREACHABLE);
        }
    }

    /// Fills cells whose neighbours, where they lie outside the band, have unreachable scores. The insertions
    /// that end at each are returned.
    pub fn fill(&mut self, cells: Cells, row: &Row) -> &[i32] {
        let Cells { steps, pairs, scores, deletions, insertion } = cells;
        let count = steps.len();
        let tentative = &mut self.tentative[..count];
        let opened = &mut self.opened[..count];
        let insertions = &mut self.insertions[..=count];

        from_above(row, pairs, scores, deletions, tentative, opened, steps);
        insertions[0] = insertion;
        match row.penalties.insertion_extend {
            0 => chain(insertions, opened, 0),
            extend => chain(insertions, opened, extend),
        }
        choose(row, tentative, opened, insertions, &mut scores[1..], steps);
        insertions
    }
}

/// Pairs and deletions, from the cells above. Not inlined, so that the compiler knows the slices to be apart.
#[inline(never)]
fn from_above(
    row: &Row,
    pairs: &[i32],
    scores: &[i32],
    deletions: &mut [i32],
    tentative: &mut [i32],
    opened: &mut [i32],
    steps: &mut [u8],
) {
    let Row { penalties, tags, .. } = *row;
    let above = scores.iter().zip(&scores[1..]).zip(pairs).zip(deletions);
    let own = tentative.iter_mut().zip(opened).zip(steps);
    for (((tentative, opened), step), (((diagonal, above), pair), deletion)) in own.zip(above) {
        let (extend, open) = (*deletion - penalties.deletion_extend, above - penalties.deletion_open);
        *step = if extend >= open { CONTINUES_DELETION } else { 0 };
        *deletion = extend.max(open);
        *tentative = (diagonal + pair).max(*deletion + tags.deletion);
        *opened = (*tentative & !TAG) - penalties.insertion_open;
    }
}

/// The best insertion at each cell from that at the first: `next = max(this - extend, opened)`, four together so
/// that only one operation in four waits for the one before. Inlined, for the many packs where extending is free.
#[inline(always)]
fn chain(insertions: &mut [i32], opened: &[i32], extend: i32) {
    let mut first = insertions[0];
    let groups = insertions[1..].as_chunks_mut::<GROUP>().0.iter_mut();
    for (insertions, &[a, b, c, d]) in groups.zip(opened.as_chunks::<GROUP>().0) {
        let ab = b.max(a - extend);
        let abc = c.max(ab - extend);
        let abcd = d.max(abc - extend);
        *insertions = [
            a.max(first - extend),
            ab.max(first - 2 * extend),
            abc.max(first - 3 * extend),
            abcd.max(first - 4 * extend),
        ];
        first = insertions[3];
    }
}

/// The best of pair, deletion and insertion. Not inlined, as [`from_above`].
#[inline(never)]
fn choose(
    row: &Row,
    tentative: &[i32],
    opened: &[i32],
    insertions: &[i32],
    scores: &mut [i32],
    steps: &mut [u8],
) {
    let Row { penalties, tags, .. } = *row;
    let own = tentative.iter().zip(opened).zip(insertions);
    for ((step, score), ((tentative, opened), insertion)) in steps.iter_mut().zip(scores).zip(own) {
        let best = (*tentative).max(insertion + tags.insertion);
        let goes_on = insertion - penalties.insertion_extend >= *opened;
        *step |= (best & TAG) as u8 | if goes_on { INSERTION_GOES_ON } else { 0 };
        *score = best & !TAG;
    }
}
