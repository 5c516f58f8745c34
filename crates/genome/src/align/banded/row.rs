//! Fills the inner cells of a row, many at a time.
//!
//! The only thing a cell needs of its left neighbour is the best insertion that ends there. An insertion opened
//! from a cell that itself ends in an insertion is never better than going on with that one, as long as opening
//! costs no less than extending; so insertions follow from pairs and deletions, which depend on the row above
//! alone. Three passes: pairs and deletions of all cells; insertions, the only chain; the best of the three. All are
//! written for the compiler to make vector instructions of. Start at [`RowMemory::fill`].

use super::fill::Row;
use super::score::Score;
use super::step::{CONTINUES_DELETION, INSERTION_GOES_ON};

/// Rows are filled in whole groups of so many cells.
pub(super) const GROUP: usize = 8;

/// Scores of one row under way. In front of all but the first is a group for what comes before the row.
#[derive(Debug, Default)]
pub(super) struct RowMemory<S> {
    /// Best of pair and deletion, tagged.
    tentative: Vec<S>,
    /// Best insertion that begins right of a cell, if it does not end in one.
    opened: Vec<S>,
    /// The same from the cell before, too; and from the three before.
    once: Vec<S>,
    twice: Vec<S>,
    /// Best insertion right of a cell.
    insertions: Vec<S>,
}

/// Cells of one row and what stands above them.
///
/// Their number is a multiple of [`GROUP`]: what lies past the end of the row is filled with anything.
pub(super) struct Cells<'a, S> {
    pub steps: &'a mut [u8],
    /// Scores of the row's letter paired with the query letters that end at the cells, as kept and tagged.
    pub pairs: &'a [S],
    /// Scores above, from the one above and to the left of the first cell on; those of the row, from its left on.
    pub scores: &'a mut [S],
    pub deletions: &'a mut [S],
    /// Best that ends in an insertion at the first cell.
    pub insertion: S,
}

impl<S: Score> RowMemory<S> {
    /// Makes room for rows of so many cells.
    pub fn reserve(&mut self, cells: usize) {
        let Self { tentative, opened, once, twice, insertions } = self;
        for scores in [tentative, opened, once, twice, insertions] {
            scores.resize(scores.len().max(cells + 2 * GROUP), S::UNREACHABLE);
        }
    }

    /// Fills cells whose neighbours, where they lie outside the band, have unreachable scores. The insertions
    /// that end at each are returned.
    pub fn fill(&mut self, cells: Cells<S>, row: &Row<S>) -> &[S] {
        let Cells { steps, pairs, scores, deletions, insertion } = cells;
        let (count, padded) = (steps.len(), steps.len() + GROUP);
        let tentative = &mut self.tentative[..count];
        let opened = &mut self.opened[..padded];
        let insertions = &mut self.insertions[..padded];

        from_above(row, pairs, scores, deletions, tentative, &mut opened[GROUP..], steps);
        insertions[GROUP - 1] = insertion;
        let between = [&mut self.once[..padded], &mut self.twice[..padded]];
        chain(opened, between, insertions, row.penalties.insertion_extend);
        let insertions = &insertions[GROUP - 1..];
        choose(row, tentative, &opened[GROUP..], insertions, &mut scores[1..], steps);
        insertions
    }
}

/// Pairs and deletions, from the cells above. Not inlined, so that the compiler knows the slices to be apart.
#[inline(never)]
fn from_above<S: Score>(
    row: &Row<S>,
    pairs: &[S],
    scores: &[S],
    deletions: &mut [S],
    tentative: &mut [S],
    opened: &mut [S],
    steps: &mut [u8],
) {
    let Row { penalties, tags, .. } = *row;
    let deletion_tag = S::of(i32::from(tags.deletion));
    let above = scores.iter().zip(&scores[1..]).zip(pairs).zip(deletions);
    let own = tentative.iter_mut().zip(opened).zip(steps);
    for (((tentative, opened), step), (((diagonal, above), pair), deletion)) in own.zip(above) {
        let extend = deletion.minus(penalties.deletion_extend);
        let open = above.minus(penalties.deletion_open);
        *step = if extend >= open { CONTINUES_DELETION } else { 0 };
        *deletion = extend.max(open);
        *tentative = diagonal.plus(*pair).max(deletion.plus(deletion_tag));
        *opened = tentative.untagged().minus(penalties.insertion_open);
    }
}

/// The best insertion right of each cell, from that at the first: `next = max(this - extend, opened)`. By steps of one,
/// two and four cells within each eight, then from eight to eight.
fn chain<S: Score>(opened: &[S], [once, twice]: [&mut [S]; 2], insertions: &mut [S], extend: S) {
    let by_two = extend.plus(extend);
    reach_back::<S, 1>(opened, once, extend);
    reach_back::<S, 2>(once, twice, by_two);
    reach_back::<S, 4>(twice, insertions, by_two.plus(by_two));
    carry(insertions, extend);
}

/// The better of each and of the one `PLACES` before it less `by`; the first [`GROUP`] of both are left out.
#[inline(never)]
fn reach_back<S: Score, const PLACES: usize>(from: &[S], to: &mut [S], by: S) {
    let before = &from[GROUP - PLACES..];
    for ((to, from), before) in to[GROUP..].iter_mut().zip(&from[GROUP..]).zip(before) {
        *to = (*from).max(before.minus(by));
    }
}

/// Carries the best insertion from the last place of each group to the next.
#[inline(never)]
fn carry<S: Score>(insertions: &mut [S], extend: S) {
    let mut falling = [extend; GROUP];
    for place in 1..GROUP {
        falling[place] = falling[place - 1].plus(extend);
    }
    let mut last = insertions[GROUP - 1];
    for group in insertions.as_chunks_mut::<GROUP>().0.iter_mut().skip(1) {
        let carried: [S; GROUP] = std::array::from_fn(|place| last.minus(falling[place]));
        *group = std::array::from_fn(|place| group[place].max(carried[place]));
        last = group[GROUP - 1];
    }
}

/// The best of pair, deletion and insertion. Not inlined, as [`from_above`].
#[inline(never)]
fn choose<S: Score>(
    row: &Row<S>,
    tentative: &[S],
    opened: &[S],
    insertions: &[S],
    scores: &mut [S],
    steps: &mut [u8],
) {
    let Row { penalties, tags, .. } = *row;
    let insertion_tag = S::of(i32::from(tags.insertion));
    let own = tentative.iter().zip(opened).zip(insertions);
    for ((step, score), ((tentative, opened), insertion)) in steps.iter_mut().zip(scores).zip(own) {
        let best = (*tentative).max(insertion.plus(insertion_tag));
        let goes_on = insertion.minus(penalties.insertion_extend) >= *opened;
        *step |= best.tag() | if goes_on { INSERTION_GOES_ON } else { 0 };
        *score = best.untagged();
    }
}
