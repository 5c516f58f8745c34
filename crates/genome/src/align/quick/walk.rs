//! Follows a query along the reference, diagonal by diagonal.
//!
//! Start at [`Walk::run`].

use super::index::{RollingWord, WORD};
use super::search::MAX_SEARCH;
use super::window::{Border, Window};
use super::{Quick, QuickMemory};
use crate::align::banded::Matrix;
use crate::align::path::{Path, Run, Step};
use crate::alphabet::nucleotide;
use crate::calls::{first_difference, leading_equal};
use crate::reference::Reference;

/// Mismatches closer together than this are a crowd, in letters; and inside tandem repeats.
const CROWD: u32 = 64;
const CROWD_IN_REPEAT: u32 = 400;

/// Longest unaligned end of a query that is not given to the thorough method, in letters.
const MAX_OVERHANG: u32 = 40;

/// Matching stretches at least this long count as solid.
const SOLID: usize = 64;

/// A query on its way along the reference.
pub struct Walk<'a> {
    pub(super) quick: &'a Quick,
    pub(super) reference: &'a Reference,
    pub(super) letters: &'a [u8],
    pub(super) query: &'a [u8],
    pub(super) memory: &'a mut QuickMemory,
    pub(super) matrix: &'a mut Matrix,
    pub(super) path: &'a mut Path,
    /// Letters in solid stretches.
    solid: usize,
}

/// What stands in the letters nearest to an end of the genome.
#[derive(Default)]
struct EndZone {
    determined: u32,
    unknown: u32,
    mismatches: usize,
    innermost: Option<At>,
}

/// A place on the matrix: letters before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    pub reference: u32,
    pub query: u32,
}

impl At {
    pub fn diagonal(self) -> i64 {
        i64::from(self.query) - i64::from(self.reference)
    }

    pub fn plus(self, letters: u32) -> Self {
        Self { reference: self.reference + letters, query: self.query + letters }
    }
}

impl<'a> Walk<'a> {
    pub fn new(
        quick: &'a Quick,
        reference: &'a Reference,
        query: &'a [u8],
        memory: &'a mut QuickMemory,
        matrix: &'a mut Matrix,
        path: &'a mut Path,
    ) -> Self {
        Self { quick, reference, letters: reference.letters(), query, memory, matrix, path, solid: 0 }
    }

    /// Aligns the whole query, or declines.
    pub fn run(mut self) -> Option<()> {
        let anchor = self.first_anchor()?;
        let mut at = self.go_back(anchor)?;
        while let Some(crowd) = self.go_on(&mut at) {
            at = match self.resolve(crowd)? {
                Border::At(next) => next,
                Border::End => return self.accept(),
            };
        }
        self.finish(at)?;
        self.accept()
    }

    fn accept(mut self) -> Option<()> {
        let shorter = self.query.len().min(self.letters.len()) as f64;
        let needed = 2.0 * self.reference.parameters().min_seed_cover * shorter;
        let is_covered = self.solid as f64 >= needed.min(0.9 * shorter) && self.solid >= 2 * SOLID;
        (is_covered && self.ends_are_free() && self.is_in_reach()).then_some(())
    }

    /// Whether gaps at the ends, if there are any, cost nothing: one that costs may have a better place.
    fn ends_are_free(&self) -> bool {
        let parameters = self.reference.parameters();
        let runs = self.path.runs();
        let is_free = |run: Option<&Run>, free: bool| free || run.is_some_and(|run| run.step == Step::Pair);
        is_free(runs.first(), parameters.left_terminal_gaps_free)
            && is_free(runs.last(), parameters.right_terminal_gaps_free)
    }

    /// Whether letters at a place cannot be the same base.
    pub(super) fn is_mismatch(&self, at: At) -> bool {
        let (a, b) = (self.letters[at.reference as usize], self.query[at.query as usize]);
        a != b && nucleotide::bases(a) & nucleotide::bases(b) == 0
    }

    /// Whether both letters at a place are the same determined base.
    pub(super) fn is_match(&self, at: At) -> bool {
        let letter = self.query[at.query as usize];
        self.letters[at.reference as usize] == letter && nucleotide::is_acgt(letter)
    }

    pub(super) fn is_inside(&self, at: At) -> bool {
        (at.reference as usize) < self.letters.len() && (at.query as usize) < self.query.len()
    }

    /// The first unique word of the query that stands in the reference.
    fn first_anchor(&self) -> Option<At> {
        let mut rolling = RollingWord::default();
        let searched = self.query.iter().enumerate().take(self.query.len() / 2 + WORD);
        for (end, &letter) in searched {
            if let Some(reference) = rolling.push(letter).and_then(|code| self.quick.index.position(code)) {
                return Some(At { reference, query: (end + 1 - WORD) as u32 });
            }
        }
        None
    }

    /// Aligns what comes before the first anchor; returns where to go on from.
    fn go_back(&mut self, anchor: At) -> Option<At> {
        let before = anchor.reference.min(anchor.query);
        let start = At { reference: anchor.reference - before, query: anchor.query - before };
        let overhang = self.determined(0..start.query);
        if overhang > MAX_OVERHANG || before > MAX_SEARCH {
            return None;
        }
        self.path.push(Step::Deletion, start.reference);
        self.path.push(Step::Insertion, start.query);
        let zone = self.end_zone((0..before).map(|i| start.plus(i)));
        if self.is_unsettled(&zone, overhang) {
            return self.open_leading_window(anchor);
        }
        Some(start)
    }

    /// How many letters of a part of the query are not N.
    fn determined(&self, part: std::ops::Range<u32>) -> u32 {
        let letters = &self.query[part.start as usize..part.end as usize];
        letters.iter().filter(|&&letter| letter != nucleotide::UNKNOWN).count() as u32
    }

    /// What stands in the letters nearest to an end, `places` going inwards.
    fn end_zone(&self, places: impl Iterator<Item = At>) -> EndZone {
        let mut zone = EndZone::default();
        let mut reach = CROWD;
        for at in places {
            match self.query[at.query as usize] {
                nucleotide::UNKNOWN => zone.unknown += 1,
                _ => zone.determined += 1,
            }
            if self.is_mismatch(at) {
                zone.mismatches += 1;
                zone.innermost = Some(at);
            }
            if zone.determined == 1 && self.quick.index.is_repetitive(at.reference) {
                reach = CROWD_IN_REPEAT;
            }
            if zone.determined >= reach {
                break;
            }
        }
        zone
    }

    /// Whether a detour at an end could score better: one gap to pay for, mismatches and, where letters of the
    /// query hang over, unknown letters to win.
    fn is_unsettled(&self, zone: &EndZone, overhang: u32) -> bool {
        let unknown = if overhang > 0 { zone.unknown as usize / 4 } else { 0 };
        zone.mismatches + unknown > self.quick.safe_end_mismatches
    }

    fn open_leading_window(&mut self, anchor: At) -> Option<At> {
        let end = self.margin_after(anchor, &[])?;
        let window = Window { start: Border::End, end };
        match window.fill(self.quick, self.reference, self.query, self.memory, self.matrix, self.path)? {
            Border::At(at) => Some(at),
            Border::End => None,
        }
    }

    /// Follows the diagonal to the end of the query or reference, or to a crowd of mismatches, whose first
    /// mismatch it returns; the path is complete up to there.
    fn go_on(&mut self, at: &mut At) -> Option<At> {
        self.memory.mismatches.clear();
        let comparable = self.reference.comparable();
        let begin = *at;
        let mut unknown = 0;
        while self.is_inside(*at) {
            let (r, q) = (at.reference as usize, at.query as usize);
            let left = (comparable.len() - r).min(self.query.len() - q);
            let equal = first_difference(&comparable[r..r + left], &self.query[q..q + left]).unwrap_or(left);
            if equal >= SOLID {
                self.solid += equal;
            }
            *at = at.plus(equal as u32);
            if equal == left {
                break;
            }
            let rest = &self.query[at.query as usize..][..left - equal];
            if rest[0] == nucleotide::UNKNOWN {
                let length = leading_equal(rest, nucleotide::UNKNOWN) as u32;
                unknown += length;
                *at = at.plus(length);
                continue;
            }
            if self.is_mismatch(*at)
                && let Some(first) = self.crowd_with(at.query, unknown)
            {
                let crowd = begin.plus(first - begin.query);
                self.path.push(Step::Pair, crowd.query - begin.query);
                return Some(crowd);
            }
            *at = at.plus(1);
        }
        self.path.push(Step::Pair, at.query - begin.query);
        None
    }

    /// Notes a mismatch, with the number of unknown letters passed; the query position of the first of the
    /// crowd it completes, if it does. Unknown letters do not set mismatches apart.
    fn crowd_with(&mut self, query: u32, unknown: u32) -> Option<u32> {
        self.memory.mismatches.push((query, unknown));
        let first = self.memory.mismatches.len().checked_sub(self.quick.safe_mismatches + 1)?;
        let (first, unknown_before) = self.memory.mismatches[first];
        let (path_reference, path_query) = self.path.end();
        let reference = path_reference + (query - path_query);
        let reach = if self.quick.index.is_repetitive(reference) { CROWD_IN_REPEAT } else { CROWD };
        (query - first - (unknown - unknown_before) <= reach).then_some(first)
    }

    /// Aligns past a crowd that begins at `crowd`; returns where to go on from, or the end.
    fn resolve(&mut self, crowd: At) -> Option<Border> {
        let end = match self.kept_diagonal(crowd) {
            Some(clean) => self.margin_after(clean, &[crowd.diagonal()])?,
            None => self.next_diagonal(crowd)?,
        };
        let diagonal = match end {
            Border::At(end) => end.diagonal(),
            Border::End => crowd.diagonal(),
        };
        let start = self.margin_before(crowd, diagonal)?;
        Window { start, end }.fill(
            self.quick,
            self.reference,
            self.query,
            self.memory,
            self.matrix,
            self.path,
        )
    }

    /// Closes the path after the last aligned letter.
    fn finish(&mut self, at: At) -> Option<()> {
        let (left, over) = (self.letters.len() as u32 - at.reference, self.query.len() as u32 - at.query);
        let overhang = self.determined(at.query..self.query.len() as u32);
        if overhang > MAX_OVERHANG {
            return None;
        }
        let run = self.path.runs().last().filter(|run| run.step == Step::Pair).copied()?;
        let begin = At { reference: run.reference, query: run.query };
        let zone = self.end_zone((0..run.length).rev().map(|i| begin.plus(i)));
        if self.is_unsettled(&zone, overhang) {
            let crowd = zone.innermost?;
            self.path.truncate(crowd.reference);
            let start = self.margin_before(crowd, crowd.diagonal())?;
            let window = Window { start, end: Border::End };
            window.fill(self.quick, self.reference, self.query, self.memory, self.matrix, self.path)?;
            return Some(());
        }
        self.path.push(Step::Deletion, left);
        self.path.push(Step::Insertion, over);
        Some(())
    }
}
