//! Stretches of a band that the best path is certain to run straight through, so that their cells need no filling.
//!
//! Where a query equals the reference but for few letters, and the reference there does not resemble itself a
//! little further on, every path that is not on the diagonal of the equal letters in the middle of them is worse
//! than one that is. The measure is the *loss* of a path: what it falls short of half a match for each letter of
//! either sequence it passes. All paths between two places have the same such potential, so that the better path is
//! the one with the smaller loss; a match loses nothing, every other step something.
//!
//! A path that keeps off the diagonal loses at least [`Losses::per_block`] in each *telling* block: one of the
//! reference that differs from itself at every distance the band allows, with no letter that differs within that
//! distance; less once what opening a gap costs, for one that was open before. One that gets onto the diagonal and
//! off it again loses at most [`Losses::detour`], and what the letters that differ lose. So after and before enough
//! telling blocks the path is on the diagonal somewhere ([`blocks`]), and in between it keeps to it if leaving it
//! costs more than the letters that differ. It is on the diagonal, too, where both sequences begin or end together.
//! Start at [`find`].

mod blocks;
mod losses;
mod similarity;

pub use similarity::SelfSimilarity;

use super::banded::Problem;
use super::seeds::Seed;
use crate::calls::first_difference;
use blocks::{BLOCK, Block, Captures};
use losses::Losses;

/// Rows that must be spared for a stretch to be worth it.
const MIN_ROWS: usize = 32;

/// Stands for the loss where the diagonal lies at the border of the band.
const FORBIDDEN: i64 = 1 << 40;

/// A stretch the best path runs straight through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertainStretch {
    /// Where it lies.
    pub letters: Seed,
    /// Score of its pairs.
    pub score: i32,
}

/// A letter of the reference that is not certain to match the query's.
struct Difference {
    at: usize,
    loss: i64,
}

/// A part of one diagonal that may hold certain stretches.
struct Line<'a> {
    problem: &'a Problem<'a>,
    losses: &'a Losses<'a>,
    letters: Seed,
    differences: Vec<Difference>,
    blocks: Vec<Block>,
    /// Number of telling blocks before each block, and of all.
    telling_before: Vec<i64>,
}

/// The certain stretches along the places of `straight`, which are in order. Any places will do; only where the
/// letters are mostly equal is something found.
pub fn find(problem: &Problem, similarity: &SelfSimilarity, straight: &[Seed]) -> Vec<CertainStretch> {
    let Some(losses) = Losses::new(problem) else { return Vec::new() };
    let lines = straight.chunk_by(|a, b| a.diagonal() == b.diagonal()).filter_map(|seeds| {
        let (first, last) = (seeds.first()?, seeds.last()?);
        Some(Seed { length: last.reference_end() - first.reference, ..*first })
    });
    lines.flat_map(|letters| Line::new(problem, similarity, &losses, letters).certain()).collect()
}

impl<'a> Line<'a> {
    fn new(problem: &'a Problem, similarity: &SelfSimilarity, losses: &'a Losses<'a>, letters: Seed) -> Self {
        let expected = &similarity.comparable()[letters.reference..letters.reference_end()];
        let found = &problem.query[letters.query..letters.query_end()];
        let mut differences = Vec::new();
        let mut at = 0;
        while let Some(equal) = first_difference(&expected[at..], &found[at..]) {
            at += equal;
            let reference = letters.reference + at;
            let loss = losses.of_pair(problem.reference[reference], found[at]);
            differences.push(Difference { at: reference, loss });
            at += 1;
        }
        let blocks = blocks::along(problem, similarity, letters, &mut differences);
        let mut telling = 0;
        let mut telling_before = vec![0];
        telling_before.extend(blocks.iter().map(|block| {
            telling += i64::from(block.is_telling);
            telling
        }));
        Self { problem, losses, letters, differences, blocks, telling_before }
    }

    fn block_of(&self, reference: usize) -> usize {
        reference / BLOCK - self.letters.reference / BLOCK
    }

    fn certain(&self) -> Vec<CertainStretch> {
        let cuts = self.cuts();
        let begins = std::iter::once(self.letters.reference).chain(cuts.iter().map(|cut| cut + 1));
        let ends = cuts.iter().copied().chain([self.letters.reference_end()]);
        begins.zip(ends).filter_map(|(begin, end)| self.within(begin, end)).collect()
    }

    /// Letters that differ where leaving the diagonal might cost less than keeping to it.
    fn cuts(&self) -> Vec<usize> {
        let mut cuts = Vec::new();
        let mut first = 0;
        let mut most = 0;
        for (index, difference) in self.differences.iter().enumerate() {
            most += difference.loss;
            let end = self.block_of(difference.at);
            let mut loss = 0;
            for before in self.differences[first..=index].iter().rev() {
                loss += before.loss;
                let begin = (self.block_of(before.at) + 1).min(end);
                let telling = self.telling_before[end] - self.telling_before[begin];
                let detour = self.losses.of_detour(telling);
                if loss >= detour {
                    cuts.push(difference.at);
                    (first, most) = (index + 1, 0);
                    break;
                }
                if most < detour {
                    break;
                }
            }
        }
        cuts
    }

    /// The certain stretch between two cuts.
    fn within(&self, begin: usize, end: usize) -> Option<CertainStretch> {
        if end < begin + MIN_ROWS {
            return None;
        }
        let (first, last) = (self.block_of(begin), self.block_of(end - 1));
        let blocks = &self.blocks[first..=last];
        let at = |block: usize| (self.letters.reference / BLOCK + first + block) * BLOCK;
        let begin = match begin {
            0 if self.begins_pinned() => 0,
            _ => at(self.captured_after(blocks.iter())?),
        };
        let end = match end {
            _ if end == self.problem.reference.len() && self.ends_pinned() => end,
            _ => at(blocks.len() - self.captured_after(blocks.iter().rev())?),
        };
        (end >= begin + MIN_ROWS).then_some(())?;
        let inside = self.block_of(begin)..self.block_of(end - 1) + 1;
        let telling = self.telling_before[inside.end] - self.telling_before[inside.start];
        let loss: i64 = self.blocks[inside].iter().map(|block| block.loss).sum();
        self.losses.keeps_straight(telling, loss).then(|| self.stretch(begin, end))
    }

    /// Number of blocks after which the path is certain to have been on the diagonal.
    fn captured_after<'b>(&self, blocks: impl Iterator<Item = &'b Block>) -> Option<usize> {
        let mut captures = Captures::new(self.losses);
        blocks.enumerate().find_map(|(index, block)| captures.pass(block).then_some(index + 1))
    }

    /// Whether every path begins on the diagonal and pays for leaving it.
    fn begins_pinned(&self) -> bool {
        let scoring = &self.problem.scoring;
        let is_free = scoring.leading_insertion_free || scoring.leading_deletion_free;
        (self.letters.reference, self.letters.query) == (0, 0) && !is_free
    }

    /// Whether every path ends on the diagonal and pays for leaving it.
    fn ends_pinned(&self) -> bool {
        let scoring = &self.problem.scoring;
        let is_free = scoring.trailing_insertion_free || scoring.trailing_deletion_free;
        let ends = (self.problem.reference.len(), self.problem.query.len());
        (self.letters.reference_end(), self.letters.query_end()) == ends && !is_free
    }

    fn stretch(&self, begin: usize, end: usize) -> CertainStretch {
        let inside = self.differences.iter().filter(|difference| (begin..end).contains(&difference.at));
        let loss: i64 = inside.map(|difference| difference.loss).sum();
        let query = self.letters.query + begin - self.letters.reference;
        let letters = Seed { reference: begin, query, length: end - begin };
        CertainStretch { letters, score: self.losses.score(letters.length, loss) }
    }
}
