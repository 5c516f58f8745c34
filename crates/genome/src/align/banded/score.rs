//! What scores are kept in while a band is filled: two bytes where they fit, else four.
//!
//! Scores are kept as what they fall short of a match in every row so far, which makes every step one down or none.
//! So the best score of a row and the worst are never further apart than the band is wide ([`Range::of`]), and as the
//! best sinks the rows are lifted. Start at [`Score`].

use super::Problem;
use super::step::TAG;

/// Scores are kept this many times as large, which leaves room for the tag of their origin.
pub(super) const SCALE: i32 = 4;

/// Rows after which it is seen whether the scores must be lifted.
pub(super) const ROWS_BETWEEN_LIFTS: usize = 8;

/// Lowest score of two bytes that is not taken for one that cannot be reached.
const LOWEST: i32 = -32_000;

/// A scaled score; arithmetic keeps what cannot be reached so.
pub(super) trait Score: Copy + Ord + Default + std::fmt::Debug {
    /// Stands for "cannot be reached".
    const UNREACHABLE: Self;

    /// A scaled number, which must fit.
    fn of(scaled: i32) -> Self;
    fn to_i32(self) -> i32;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn untagged(self) -> Self;
    fn tag(self) -> u8;
}

impl Score for i16 {
    const UNREACHABLE: Self = Self::MIN;

    fn of(scaled: i32) -> Self {
        debug_assert!(Self::try_from(scaled).is_ok());
        scaled as Self
    }

    fn to_i32(self) -> i32 {
        self.into()
    }

    fn plus(self, other: Self) -> Self {
        self.saturating_add(other)
    }

    fn minus(self, other: Self) -> Self {
        self.saturating_sub(other)
    }

    fn untagged(self) -> Self {
        self & !(TAG as Self)
    }

    fn tag(self) -> u8 {
        self as u8 & TAG
    }
}

impl Score for i32 {
    const UNREACHABLE: Self = -1_000_000_000;

    fn of(scaled: i32) -> Self {
        scaled
    }

    fn to_i32(self) -> i32 {
        self
    }

    fn plus(self, other: Self) -> Self {
        self + other
    }

    fn minus(self, other: Self) -> Self {
        self - other
    }

    fn untagged(self) -> Self {
        self & !i32::from(TAG)
    }

    fn tag(self) -> u8 {
        self as u8 & TAG
    }
}

/// How far down scores go between two lifts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    /// Most that the worst cell of a row falls short of the best, and the best of the row before it.
    spread: i64,
    fall: i64,
}

impl Range {
    /// The range of a problem whose widest row has so many cells.
    ///
    /// From any cell of a row another one to its right is reached by one insertion. To one `k` to its left leads a
    /// deletion from where the path was in that column; were that more than `k` rows, the path had as many deletions
    /// itself. What is further down at the end of the query, where they may cost less, is on no best path.
    pub fn of(problem: &Problem, widest: usize) -> Self {
        let scoring = &problem.scoring;
        let dearest =
            scoring.gap_open[..problem.stripes.len()].iter().max().map_or(0, |&open| i64::from(open));
        let extend = i64::from(scoring.gap_extend);
        let (matching, penalty) =
            (i64::from(scoring.pairs.matching()), i64::from(scoring.pairs.mismatch_penalty()));
        let width = widest as i64;
        Self {
            spread: i64::from(SCALE) * (2 * dearest + width * (matching + 2 * extend)),
            fall: i64::from(SCALE) * (matching + penalty + dearest + width * extend),
        }
    }

    /// The score below which rows of two bytes must be lifted; `None` if the scores do not fit.
    pub fn lift_below(&self) -> Option<i16> {
        let room = i64::from(-LOWEST) - self.spread - (ROWS_BETWEEN_LIFTS as i64 + 1) * self.fall;
        (room > self.fall).then(|| i16::of(-room as i32))
    }
}
