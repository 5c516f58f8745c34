//! Stretches of a band that the best path is certain to run straight through, so that their cells need no filling.
//!
//! Where a query equals the reference for long enough, and the reference there does not resemble itself a little
//! further on, every path that is not on the diagonal of the equal letters in the middle of them is worse than one
//! that is. The measure is the *loss* of a path: what it falls short of half a match for each letter of either
//! sequence it passes. All paths between two places have the same such potential, so that the better path is the
//! one with the smaller loss; a match loses nothing, every other step something.
//!
//! A path that keeps off the diagonal loses at least [`Losses::per_block`] in each block of the reference that
//! differs from itself at every distance the band allows, less once what opening a gap costs, for one that was
//! open before. One that gets onto the diagonal and off it again loses at most [`Losses::detour`]. So after and
//! before enough such blocks the diagonal is certain. Start at [`CertainStretches::find`].

use super::banded::Stripe;
use super::scoring::Scoring;
use super::seeds::Seed;
use crate::alphabet::nucleotide;
use crate::calls::first_difference;

/// Letters of a block.
const BLOCK: usize = 4;

/// Largest distance at which a reference is compared with itself.
const MAX_DISTANCE: usize = 64;

/// Rows that must be spared for a stretch to be worth it.
const MIN_ROWS: usize = 32;

/// Where a reference resembles itself.
#[derive(Debug)]
pub struct SelfSimilarity {
    /// For each block the smallest distance, if any, at which the letters are the same.
    distances: Vec<u8>,
}

/// Twice the losses, to stay with whole numbers.
struct Losses {
    /// Least loss in a block off the diagonal.
    per_block: i64,
    /// Most that is not lost there because a gap was open before.
    once: i64,
    /// Most that getting onto the diagonal and off again costs, but for the letters in between.
    detour: i64,
    /// What each of these letters costs.
    per_letter: i64,
}

impl SelfSimilarity {
    /// Compares a reference with itself.
    pub fn new(reference: &[u8]) -> Self {
        let at = |position: usize| reference.get(position..position + BLOCK);
        let distance_of = |begin: usize| {
            let own = at(begin);
            let is_same = |distance: &usize| {
                own == at(begin + distance)
                    || begin.checked_sub(*distance).is_some_and(|begin| own == at(begin))
            };
            (1..=MAX_DISTANCE).find(is_same).map_or(u8::MAX, |distance| distance as u8)
        };
        Self { distances: (0..reference.len() / BLOCK).map(|block| distance_of(block * BLOCK)).collect() }
    }

    /// Whether a block differs from the letters at every distance up to `distance`.
    fn is_unlike(&self, block: usize, distance: usize) -> bool {
        usize::from(self.distances[block]) > distance
    }
}

impl Losses {
    /// `None` if gaps and matches are worth so little that nothing is certain.
    fn new(scoring: &Scoring, matching: i32, mismatch_penalty: i32) -> Option<Self> {
        let open = |open: Option<&i32>| open.map_or(0, |&open| i64::from(open));
        let (cheapest, dearest) = (open(scoring.gap_open.iter().min()), open(scoring.gap_open.iter().max()));
        let (matching, penalty) = (i64::from(matching), i64::from(mismatch_penalty));
        let extend = i64::from(scoring.gap_extend);
        // A gap of one letter lies in one block, of `4 k - 6` letters or more in `k` blocks.
        let gap = (2 * cheapest + matching).min(4 * matching).min(cheapest + matching);
        let is_steady = matching > dearest - cheapest && cheapest >= extend;
        is_steady.then_some(Self {
            per_block: gap.min(2 * (matching + penalty)),
            once: 2 * dearest,
            detour: 6 * dearest,
            per_letter: matching + 2 * extend,
        })
    }

    /// Number of blocks after which the diagonal is certain, in a band that reaches so far to both sides of it.
    fn blocks(&self, width: usize) -> Option<usize> {
        let lost = self.once + self.detour + 2 * width as i64 * self.per_letter;
        (self.per_block > 0).then(|| (lost / self.per_block + 1) as usize)
    }
}

/// What is needed to tell what is certain.
pub struct CertainStretches<'a> {
    /// Letters of the reference.
    pub reference: &'a [u8],
    /// Where it resembles itself.
    pub similarity: &'a SelfSimilarity,
    /// Letters of the query.
    pub query: &'a [u8],
    /// The band.
    pub stripes: &'a [Stripe],
}

impl CertainStretches<'_> {
    /// The certain stretches along the seeds of a chain, in order.
    pub fn find(&self, chain: &[Seed], scoring: &Scoring, matching: i32, mismatch_penalty: i32) -> Vec<Seed> {
        let Some(losses) = Losses::new(scoring, matching, mismatch_penalty) else { return Vec::new() };
        chain
            .iter()
            .flat_map(|seed| self.equal_runs(*seed))
            .filter_map(|run| self.within(run, &losses))
            .collect()
    }

    /// Stretches of a seed in which the letters are equal.
    fn equal_runs(&self, seed: Seed) -> impl Iterator<Item = Seed> + '_ {
        let mut begin = 0;
        std::iter::from_fn(move || {
            let rest = self.reference.get(seed.reference + begin..seed.reference_end())?;
            let query = &self.query[seed.query + begin..seed.query_end()];
            let length = first_difference(rest, query).unwrap_or(rest.len());
            let run = Seed { reference: seed.reference + begin, query: seed.query + begin, length };
            begin += length + 1;
            Some(run)
        })
    }

    /// The part of a run of equal letters that is certain.
    fn within(&self, run: Seed, losses: &Losses) -> Option<Seed> {
        let end = run.reference_end();
        let is_inside = run.reference > 0
            && run.query > 0
            && end < self.reference.len()
            && run.query_end() < self.query.len();
        if !is_inside || run.length < 2 * BLOCK * losses.blocks(1)? {
            return None;
        }
        if !self.reference[run.reference..end].iter().all(|&letter| nucleotide::is_acgt(letter)) {
            return None;
        }
        let width = self.width(run)?;
        let blocks = losses.blocks(width)?;
        let unlike = |block: &usize| self.similarity.is_unlike(*block, width);
        let (first, last) = ((run.reference + width).div_ceil(BLOCK), end.checked_sub(width)? / BLOCK);
        let begin = (first..last).filter(unlike).nth(blocks - 1)? * BLOCK + BLOCK;
        let end = (first..last).rev().filter(unlike).nth(blocks - 1)? * BLOCK;
        let query = run.query + begin - run.reference;
        (end >= begin + MIN_ROWS).then(|| Seed { reference: begin, query, length: end - begin })
    }

    /// How far the band reaches from the diagonal of a run, if that lies inside the band and is not too far.
    fn width(&self, run: Seed) -> Option<usize> {
        let rows = self.stripes[run.reference..=run.reference_end()].iter().enumerate();
        let mut width = 0;
        for (row, stripe) in rows {
            let column = run.query + row;
            let left = column.checked_sub(stripe.begin as usize)?;
            let right = (stripe.end as usize).checked_sub(column + 1)?;
            if left == 0 || right == 0 || left.max(right) > MAX_DISTANCE {
                return None;
            }
            width = width.max(left).max(right);
        }
        Some(width)
    }
}
