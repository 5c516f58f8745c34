//! A small part of the matrix, between two places the path is sure to pass or at an end of the genome.
//!
//! Start at [`Window::fill`].

use super::walk::At;
use super::{Quick, QuickMemory};
use crate::align::banded::{Matrix, Problem, Stripe};
use crate::align::path::{Path, Run, Step};
use crate::align::scoring::Scoring;
use crate::alphabet::nucleotide;
use crate::reference::Reference;

/// Half-width of the band beyond the diagonals of both borders, in letters.
const HALF_WIDTH: i64 = 16;

/// Rows of the reference a window at an end of a genome reaches past the end of the query, in letters.
const END_ROWS: u32 = 150;

/// Farthest an inner gap may be moved without a change of score, in letters, if the band is wider than that.
const MAX_FREEDOM: u32 = 20;

/// Points a window may fall short of all its letters matching; what loses more may have a better path outside.
const MAX_LOSS: i32 = 48;

/// Largest window, in cells.
const MAX_AREA: i64 = 6_000_000;

/// Where a window begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Border {
    /// At a place the path passes.
    At(At),
    /// At the beginning or end of the genome.
    End,
}

/// A part of the matrix.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Where it begins.
    pub start: Border,
    /// Where it ends.
    pub end: Border,
}

impl Window {
    /// Cuts the path back to the start and aligns up to the end; returns the end. `None` if the window is too
    /// large.
    pub fn fill(
        self,
        quick: &Quick,
        reference: &Reference,
        query: &[u8],
        memory: &mut QuickMemory,
        matrix: &mut Matrix,
        path: &mut Path,
    ) -> Option<Border> {
        let letters = reference.letters();
        let start = self.cut_back(path)?;
        let (begin, is_leading) = match self.start {
            Border::At(_) => (start, false),
            Border::End => (start, true),
        };
        let (end, is_trailing) = match self.end {
            Border::At(end) => (end, false),
            Border::End => (self.last(letters, query, begin), true),
        };
        let rows = end.reference.checked_sub(begin.reference)?;
        let columns = end.query.checked_sub(begin.query)?;
        let wide = HALF_WIDTH + if is_leading || is_trailing { i64::from(END_ROWS) } else { 0 };
        let shift = i64::from(columns) - i64::from(rows);
        let diagonals = (shift.min(0) - wide, shift.max(0) + wide);
        set_stripes(&mut memory.stripes, i64::from(rows), i64::from(columns), diagonals)?;
        let (first_row, last_row) = (begin.reference == 0, end.reference as usize == letters.len());
        let whole = reference.scoring();
        let scoring = Scoring {
            gap_open: &whole.gap_open[begin.reference as usize..=end.reference as usize],
            leading_insertion_free: is_leading && first_row && whole.leading_insertion_free,
            leading_deletion_free: is_leading && whole.leading_deletion_free,
            trailing_insertion_free: is_trailing && last_row && whole.trailing_insertion_free,
            trailing_deletion_free: is_trailing && whole.trailing_deletion_free,
            ..whole
        };
        let query_letters = &query[begin.query as usize..end.query as usize];
        let is_inner = !is_leading && !is_trailing;
        if is_inner && memory.known.recall(begin.reference, rows, query_letters, path) {
            return Some(self.end);
        }
        let runs_before = path.runs().len();
        let problem = Problem {
            reference: &letters[begin.reference as usize..end.reference as usize],
            query: query_letters,
            stripes: &memory.stripes,
            scoring,
        };
        let outcome = matrix.align(&problem, path);
        if is_trailing {
            path.push(Step::Deletion, letters.len() as u32 - end.reference);
        }
        let new_runs = &path.runs()[runs_before.saturating_sub(1)..];
        let at_end = !is_inner;
        let unknown = query_letters.iter().filter(|&&letter| letter == nucleotide::UNKNOWN).count() as i32;
        let possible = reference.parameters().score_match * rows.min(columns) as i32 - unknown;
        let is_sure = (at_end || !outcome.touches_boundary && possible - outcome.score <= MAX_LOSS)
            && new_runs.iter().all(|run| is_settled(run, at_end, quick, reference, query))
            && (!is_trailing || last_row || is_tail_settled(path, quick, reference, query));
        if is_sure && is_inner {
            memory.known.remember(begin.reference, rows, query_letters, path);
        }
        is_sure.then_some(self.end)
    }

    /// Shortens the path to where the window begins.
    fn cut_back(self, path: &mut Path) -> Option<At> {
        match self.start {
            Border::At(at) => {
                path.truncate(at.reference);
                (path.end() == (at.reference, at.query)).then_some(at)
            }
            Border::End => {
                let first = path.aligned_runs().first().copied();
                let reference = first.map_or_else(
                    || path.runs().first().map_or(0, |run| run.reference_end()),
                    |run| run.reference,
                );
                let reference = reference.saturating_sub(END_ROWS);
                path.clear();
                path.push(Step::Deletion, reference);
                Some(At { reference, query: 0 })
            }
        }
    }

    /// The last cell of a window at the end of the genome.
    fn last(self, letters: &[u8], query: &[u8], begin: At) -> At {
        let rest = query.len() as u32 - begin.query;
        let reference = (begin.reference + rest + END_ROWS).min(letters.len() as u32);
        At { reference, query: query.len() as u32 }
    }
}

/// Whether a gap of a window is where the thorough method would put it: not one of many equally good places,
/// among which that method's band decides, and not inside a window at an end, where a gap may reach far out, nor
/// in a tandem repeat, where it may reach far too, nor a copy of a part of the reference, which may fit in many
/// places.
fn is_settled(run: &Run, at_end: bool, quick: &Quick, reference: &Reference, query: &[u8]) -> bool {
    let letters = reference.letters();
    let is_terminal = run.query == 0
        || run.reference == 0
        || run.query_end() as usize == query.len()
        || run.reference_end() as usize == letters.len();
    if run.step == Step::Pair || is_terminal {
        return true;
    }
    if run.step == Step::Insertion
        && quick.index.holds_word_of(&query[run.query as usize..run.query_end() as usize])
    {
        return false;
    }
    let limit = reference.parameters().excess_bandwidth_nt.min(MAX_FREEDOM);
    let in_repeat =
        quick.index.is_repetitive(run.reference) || quick.index.is_repetitive(run.reference_end());
    !at_end && !in_repeat && freedom(run, letters, query) <= limit
}

/// Whether the last letters of a query, which the band of the thorough method lets lie anywhere further on, are
/// better off where they are.
fn is_tail_settled(path: &Path, quick: &Quick, reference: &Reference, query: &[u8]) -> bool {
    let Some(run) = path.runs().iter().rfind(|run| run.step == Step::Pair) else { return false };
    let parameters = reference.parameters();
    let tail = parameters.allowed_mismatches.max(1).min(run.length);
    let place = |back: u32| ((run.reference_end() - back) as usize, (run.query_end() - back) as usize);
    let pair = |(r, q): (usize, usize)| reference.scoring().pairs.pair(reference.letters()[r], query[q]);
    let loss: i32 = (1..=tail).map(|back| parameters.score_match - pair(place(back))).sum();
    loss < quick.cheapest_gap
}

/// How many letters an inner gap can move either way with every pair staying a match of equal letters.
fn freedom(gap: &Run, reference: &[u8], query: &[u8]) -> u32 {
    let (letters, begin, end) = match gap.step {
        Step::Pair => return 0,
        Step::Insertion => (query, gap.query as usize, gap.query_end() as usize),
        Step::Deletion => (reference, gap.reference as usize, gap.reference_end() as usize),
    };
    let left = (1..=begin).take_while(|back| letters[begin - back] == letters[end - back]).count();
    let right = letters[begin..].iter().zip(&letters[end..]).take_while(|(a, b)| a == b).count();
    (left + right) as u32
}

/// A band between two diagonals.
pub(super) fn set_stripes(
    stripes: &mut Vec<Stripe>,
    rows: i64,
    columns: i64,
    (low, high): (i64, i64),
) -> Option<()> {
    if rows * (high - low) > MAX_AREA {
        return None;
    }
    stripes.clear();
    stripes.extend((0..=rows).map(|row| Stripe {
        begin: (row + low).clamp(0, columns) as u32,
        end: (row + high).clamp(0, columns) as u32 + 1,
    }));
    Some(())
}
