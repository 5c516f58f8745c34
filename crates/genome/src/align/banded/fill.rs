//! Fills the band row by row, keeping the scores of one row and a step for every cell. Start at [`Filling::fill`].

use super::cell::Carry;
use super::profile::Profile;
use super::row::{Cells, GROUP, RowMemory};
use super::score::{ROWS_BETWEEN_LIFTS, SCALE, Score};
use super::step::{INSERTION_GOES_ON, Tags};
use super::{Problem, Stripe};
use crate::align::scoring::{CLASSES, class};
use std::ops::Range;

/// Scores under way, kept from one alignment to the next.
#[derive(Debug, Default)]
pub(super) struct Filling<S> {
    /// Best score of each column in the row above, and best score there that ends in a deletion.
    pub scores: Vec<S>,
    pub deletions: Vec<S>,
    profile: Profile<S>,
    row: RowMemory<S>,
}

/// The steps of the whole band, and where each row's begin.
pub(super) struct Band<'a> {
    pub steps: &'a mut [u8],
    pub row_starts: &'a [usize],
    /// Classes of the query's letters.
    pub columns: &'a [u8],
}

/// How rows are filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// Many cells at a time.
    RowByRow,
    /// One by one: works for everything.
    CellByCell,
}

/// What stays the same within one row.
pub(super) struct Row<'a, S> {
    pub index: usize,
    pub stripe: Stripe,
    pub above: Stripe,
    pub above_twice: Option<Stripe>,
    pub class: usize,
    pair_scores: &'a [i32; CLASSES],
    /// What a row adds to the best score possible.
    possible: i32,
    pub penalties: Penalties<S>,
    pub tags: Tags,
}

/// Gap penalties of one row, as kept.
#[derive(Clone, Copy)]
pub(super) struct Penalties<S> {
    pub insertion_open: S,
    pub insertion_extend: S,
    pub deletion_open: S,
    pub deletion_extend: S,
    /// A deletion that costs nothing.
    pub deletion_free: S,
}

impl Method {
    /// Row by row needs every cell to be reachable, and gaps that cost no less to open than to extend.
    pub fn for_band(&Problem { stripes, ref scoring, .. }: &Problem) -> Self {
        let is_connected = stripes.windows(2).all(|pair| pair[1].begin <= pair[0].end);
        let cheapest = scoring.gap_open[..stripes.len()].iter().min();
        if is_connected && cheapest >= Some(&scoring.gap_extend) { Self::RowByRow } else { Self::CellByCell }
    }
}

impl<S: Score> Filling<S> {
    /// Fills the band and returns the score of the last cell. Rows whose best score is below `lift_below` are lifted.
    pub fn fill(&mut self, problem: &Problem, method: Method, band: &mut Band, lift_below: Option<S>) -> i32 {
        let Problem { reference, query, stripes, .. } = *problem;
        let widest = stripes.iter().map(|stripe| stripe.end - stripe.begin).max().unwrap_or(0);
        self.row.reserve(widest as usize);
        for scores in [&mut self.scores, &mut self.deletions] {
            scores.clear();
            scores.resize(query.len() + 1 + GROUP, S::UNREACHABLE);
        }
        self.profile.clear();
        let tags = Tags::new(problem.scoring.side);
        self.fill_first_row(problem, band, tags);
        let mut lifted = 0;
        for (index, &stripe) in stripes.iter().enumerate().skip(1) {
            self.fill_row(method, &Row::new(index, problem, tags), problem, band);
            if let Some(limit) = lift_below.filter(|_| index % ROWS_BETWEEN_LIFTS == 0) {
                lifted += self.lift(stripe, limit);
            }
        }
        let possible = problem.scoring.pairs.matching() * reference.len() as i32;
        possible + (self.scores[query.len()].to_i32() - lifted) / SCALE
    }

    fn fill_first_row(&mut self, problem: &Problem, band: &mut Band, tags: Tags) {
        let (stripe, scoring) = (problem.stripes[0], &problem.scoring);
        self.scores[0] = S::of(0);
        band.steps[..stripe.end as usize].fill(tags.insertion | INSERTION_GOES_ON);
        for column in 1..stripe.end as usize {
            self.scores[column] = match (scoring.leading_insertion_free, column) {
                (true, _) => S::of(0),
                (false, 1) => S::of(-scoring.gap_open[0] * SCALE),
                (false, _) => self.scores[column - 1].minus(S::of(scoring.gap_extend * SCALE)),
            };
        }
    }

    fn fill_row(&mut self, method: Method, row: &Row<S>, problem: &Problem, band: &mut Band) {
        let (begin, end) = (row.stripe.begin as usize, row.stripe.end as usize);
        let has_diagonal = begin > row.above.begin as usize;
        let mut carry = Carry {
            diagonal: if has_diagonal { self.scores[begin - 1] } else { S::UNREACHABLE },
            left: S::UNREACHABLE,
            insertion: S::UNREACHABLE,
        };
        let inner = match method {
            Method::CellByCell => end..end,
            Method::RowByRow => begin.max(1)..end.min(band.columns.len()),
        };
        for column in begin..inner.start {
            self.fill_cell(row, &problem.scoring, band, column, &mut carry);
        }
        if !inner.is_empty() {
            self.fill_inner(row, inner.clone(), band, &mut carry);
        }
        for column in inner.end.max(inner.start)..end {
            self.fill_cell(row, &problem.scoring, band, column, &mut carry);
        }
    }

    /// Fills cells right of the first column and left of the last.
    fn fill_inner(&mut self, row: &Row<S>, columns: Range<usize>, band: &mut Band, carry: &mut Carry<S>) {
        let whole = columns.start..columns.start + columns.len().next_multiple_of(GROUP);
        // What groups write past the end of a row is unreachable for the next.
        let new = row.above.end as usize..row.stripe.end as usize;
        for column in new {
            (self.scores[column], self.deletions[column]) = (S::UNREACHABLE, S::UNREACHABLE);
        }
        let right = (self.scores[columns.end], self.deletions[columns.end]);
        let left = std::mem::replace(&mut self.scores[columns.start - 1], carry.diagonal);
        let diagonal = self.scores[columns.end - 1];

        let step = band.row_starts[row.index] + columns.start - row.stripe.begin as usize;
        let extended = carry.insertion.minus(row.penalties.insertion_extend);
        let cells = Cells {
            steps: &mut band.steps[step..step + whole.len()],
            pairs: &self.profile.row(row, band.columns)[whole.start - 1..whole.end - 1],
            scores: &mut self.scores[whole.start - 1..whole.end],
            deletions: &mut self.deletions[whole],
            insertion: extended.max(carry.left.minus(row.penalties.insertion_open)),
        };
        let insertion = self.row.fill(cells, row)[columns.len() - 1];
        self.scores[columns.start - 1] = left;
        (self.scores[columns.end], self.deletions[columns.end]) = right;
        *carry = Carry { diagonal, left: self.scores[columns.end - 1], insertion };
    }

    /// Lifts a row whose best score is below a limit to zero; returns by how much.
    fn lift(&mut self, stripe: Stripe, limit: S) -> i32 {
        let columns = stripe.begin as usize..stripe.end as usize;
        let best = self.scores[columns.clone()].iter().copied().max().unwrap_or(limit);
        if best >= limit {
            return 0;
        }
        let by = S::of(-best.to_i32());
        for score in self.scores[columns.clone()].iter_mut().chain(&mut self.deletions[columns]) {
            if *score != S::UNREACHABLE {
                *score = score.plus(by);
            }
        }
        by.to_i32()
    }
}

impl<'a, S: Score> Row<'a, S> {
    fn new(index: usize, problem: &Problem<'a>, tags: Tags) -> Self {
        let Problem { reference, stripes, ref scoring, .. } = *problem;
        let is_last = index + 1 == stripes.len();
        let insertions_free = is_last && scoring.trailing_insertion_free;
        let possible = scoring.pairs.matching();
        let scaled = |points: i32| S::of(points * SCALE);
        Self {
            index,
            stripe: stripes[index],
            above: stripes[index - 1],
            above_twice: index.checked_sub(2).map(|above| stripes[above]),
            class: class(reference[index - 1]),
            pair_scores: scoring.pairs.row(reference[index - 1]),
            possible,
            penalties: Penalties {
                insertion_open: scaled(if insertions_free { 0 } else { scoring.gap_open[index] }),
                insertion_extend: scaled(if insertions_free { 0 } else { scoring.gap_extend }),
                deletion_open: scaled(scoring.gap_open[index - 1] + possible),
                deletion_extend: scaled(scoring.gap_extend + possible),
                deletion_free: scaled(possible),
            },
            tags,
        }
    }

    /// Score of the row's letter paired with a query letter of a class, as kept and tagged.
    pub fn pair(&self, class: u8) -> S {
        let score = self.pair_scores[usize::from(class) % CLASSES] - self.possible;
        S::of(score * SCALE + i32::from(self.tags.pair))
    }
}
