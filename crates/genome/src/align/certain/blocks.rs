//! Blocks of the reference along a diagonal: which tell a path on it from one beside it, and after how many of them
//! the path is certain to have been on it. Start at [`along`] and [`Captures`].

use super::losses::Losses;
use super::{Difference, FORBIDDEN, SelfSimilarity};
use crate::align::banded::Problem;
use crate::align::seeds::Seed;

/// Letters of a block.
pub const BLOCK: usize = 4;

/// A block of the reference along a diagonal.
pub struct Block {
    /// How far the band reaches from the diagonal.
    width: usize,
    /// Whether a path off the diagonal loses something here.
    pub is_telling: bool,
    /// What a path on the diagonal loses.
    pub loss: i64,
}

/// The blocks that letters on one diagonal touch. Where the diagonal lies at the border of the band, a difference
/// that forbids it is added.
pub fn along(
    problem: &Problem,
    similarity: &SelfSimilarity,
    letters: Seed,
    differences: &mut Vec<Difference>,
) -> Vec<Block> {
    let (begin, end) = (letters.reference, letters.reference_end());
    let numbers = begin / BLOCK..end.div_ceil(BLOCK);
    let mut blocks = Vec::with_capacity(numbers.len());
    let mut next = 0;
    for number in numbers {
        let (from, to) = ((number * BLOCK).max(begin), (number * BLOCK + BLOCK).min(end));
        let width = width(problem, letters, from, to);
        if width.is_none() {
            differences.insert(next, Difference { at: from, loss: FORBIDDEN });
        }
        let width = width.unwrap_or(0);
        let before = next.checked_sub(1).map(|before| differences[before].at);
        let inside = differences[next..].iter().take_while(|difference| difference.at < to);
        let (count, loss) = inside.fold((0, 0), |(count, loss), other| (count + 1, loss + other.loss));
        next += count;
        let after = differences.get(next).map(|difference| difference.at);
        let is_telling = count == 0
            && to - from == BLOCK
            && from >= begin + width
            && to + width <= end
            && before.is_none_or(|at| at + width < from)
            && after.is_none_or(|at| at >= to + width)
            && similarity.is_unlike(number, width);
        blocks.push(Block { width, is_telling, loss });
    }
    blocks
}

/// How far the band reaches from the diagonal in some rows, if that lies inside the band.
fn width(problem: &Problem, letters: Seed, from: usize, to: usize) -> Option<usize> {
    let mut width = 0;
    let first = letters.query + from - letters.reference;
    for (column, stripe) in (first..).zip(&problem.stripes[from..=to]) {
        let left = column.checked_sub(stripe.begin as usize)?;
        let right = (stripe.end as usize).checked_sub(column + 1)?;
        if left == 0 && column > 0 || right == 0 && column < problem.query.len() {
            return None;
        }
        width = width.max(left).max(right);
    }
    Some(width)
}

/// Blocks passed in one direction, until a path that kept off the diagonal would have lost more than one that was
/// on it.
pub struct Captures<'a> {
    losses: &'a Losses<'a>,
    /// What telling blocks have to outweigh still, for the best place to count from.
    remaining: i64,
    /// How far the band reached from the diagonal at most since then.
    widest: usize,
}

impl<'a> Captures<'a> {
    /// Nothing passed yet.
    pub fn new(losses: &'a Losses) -> Self {
        Self { losses, remaining: FORBIDDEN, widest: 0 }
    }

    /// Passes a block; whether the path is certain to have been on the diagonal by now.
    pub fn pass(&mut self, block: &Block) -> bool {
        let per_letter = self.losses.per_letter;
        let wider = block.width.saturating_sub(self.widest);
        self.widest += wider;
        self.remaining += wider as i64 * per_letter;
        let from_here = self.losses.of_capture() + 2 * block.width as i64 * per_letter;
        if from_here <= self.remaining {
            (self.remaining, self.widest) = (from_here, block.width);
        }
        self.remaining += block.loss - if block.is_telling { self.losses.per_block } else { 0 };
        self.remaining < 0
    }
}
