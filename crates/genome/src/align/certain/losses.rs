//! What paths lose, in twice the units of scores, to stay with whole numbers.

use crate::align::banded::Problem;
use crate::align::scoring::PairScores;

/// Bounds of what paths lose under one scoring.
pub struct Losses<'a> {
    pairs: &'a PairScores,
    /// Least loss in a telling block off the diagonal.
    pub per_block: i64,
    /// Most that is not lost there because a gap was open before.
    once: i64,
    /// Most that getting onto the diagonal and off again costs, but for the letters in between.
    detour: i64,
    /// What each of these letters costs.
    pub per_letter: i64,
    /// Least loss of leaving the diagonal and coming back, with one of both gaps paid for elsewhere.
    excursion: i64,
    /// Most by which a gap may be cheaper in one place than in another.
    spread: i64,
}

impl<'a> Losses<'a> {
    /// `None` if gaps and matches are worth so little that nothing is certain.
    pub fn new(problem: &Problem<'a>) -> Option<Self> {
        let scoring = &problem.scoring;
        let opens = scoring.gap_open.get(..=problem.reference.len())?;
        let open = |open: Option<&i32>| open.map_or(0, |&open| i64::from(open));
        let (cheapest, dearest) = (open(opens.iter().min()), open(opens.iter().max()));
        let pairs = scoring.pairs;
        let (matching, penalty) = (i64::from(pairs.matching()), i64::from(pairs.mismatch_penalty()));
        let extend = i64::from(scoring.gap_extend);
        // A gap of one letter lies in one block, of `4 k - 6` letters or more in `k` blocks.
        let gap = (2 * cheapest + matching).min(4 * matching).min(cheapest + matching);
        let is_steady = matching > dearest - cheapest && cheapest >= extend;
        let per_block = gap.min(2 * (matching + penalty));
        (is_steady && per_block > 0).then_some(Self {
            pairs,
            per_block,
            once: 2 * dearest,
            detour: 6 * dearest,
            per_letter: matching + 2 * extend,
            excursion: 2 * (cheapest + matching),
            spread: 2 * (dearest - cheapest),
        })
    }

    /// Loss of two letters that stand opposite each other.
    pub fn of_pair(&self, a: u8, b: u8) -> i64 {
        2 * i64::from(self.pairs.matching() - self.pairs.pair(a, b))
    }

    /// Score of so many pairs that lose so much.
    pub fn score(&self, pairs: usize, loss: i64) -> i32 {
        (i64::from(self.pairs.matching()) * pairs as i64 - loss / 2) as i32
    }

    /// What telling blocks must outweigh for the diagonal to be certain, but for the letters to get there.
    pub fn of_capture(&self) -> i64 {
        self.once + self.detour
    }

    /// Least loss of leaving the diagonal and coming back past so many telling blocks.
    pub fn of_detour(&self, telling: i64) -> i64 {
        self.excursion.max(telling * self.per_block - self.once)
    }

    /// Whether a path that crosses the diagonal in gaps before and after so many telling blocks is worse than one
    /// that keeps to it and loses `loss`.
    pub fn keeps_straight(&self, telling: i64, loss: i64) -> bool {
        telling * self.per_block - self.once - self.spread > loss
    }
}
