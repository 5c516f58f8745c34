//! Aligns a peptide whose gaps are nearly known: along the diagonals that whole-codon gaps of the nucleotide
//! alignment give, with a small matrix around each gap and each crowd of changed residues.
//!
//! Between such spots the diagonal cannot be beaten (see [`crate::align::quick`] for why). It declines what
//! it cannot lay out so; the whole matrix must then be filled. Start at [`align`].

use super::cds_alignment::CdsAlignment;
use super::reference_peptides::BASE_BAND_WIDTH_AA;
use crate::align::banded::{Matrix, Problem, Stripe};
use crate::align::{Path, Run, Scoring, Step};
use crate::alphabet::amino_acid::UNKNOWN;
use crate::pack::pathogen::AlignmentParams;
use std::ops::Range;

/// Half-width of a window's band beyond the diagonals of its corners.
const HALF_WIDTH: i64 = 6;

/// Longest window, in residues, and longest gap.
const MAX_WINDOW: u32 = 900;
const MAX_GAP: u32 = 400;

/// Longest insertion, in residues: longer ones are often copies, which fit in many places.
const MAX_INSERTION: u32 = 16;

/// Residues nearest to a free end in which at most one may differ.
const END_ZONE: u32 = 40;

/// How near to the penalty of a gap the loss by residues that differ may come, in points.
const DOUBT_SLACK: i32 = 2;

/// Residues that must differ when a stretch at a free end is shifted.
const END_RULED_OUT: usize = 2;

/// What is aligned.
pub struct Peptides<'a> {
    /// Residues of the reference.
    pub reference: &'a [u8],
    /// Residues of the query, without gaps.
    pub query: &'a [u8],
    /// Whether each residue of the reference resembles one nearby.
    pub resembles_neighbour: &'a [bool],
    /// How paths are scored.
    pub scoring: Scoring<'a>,
    /// The pack's alignment parameters.
    pub parameters: &'a AlignmentParams,
}

/// What a path is laid in, kept from one peptide to the next.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    pub matrix: Matrix,
    pub stripes: Vec<Stripe>,
    pub path: Path,
}

/// Residues of the reference paired along one diagonal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    pub begin: u32,
    pub end: u32,
    /// Query position less reference position.
    pub diagonal: i64,
}

/// A part of the reference in which the path is to be found by a matrix.
#[derive(Clone, Copy, Debug)]
struct Spot {
    begin: u32,
    end: u32,
}

/// Lays the peptide along the reference's, or declines.
pub fn align(peptides: &Peptides, alignment: &CdsAlignment, canvas: &mut Canvas) -> Option<()> {
    let stretches = peptides.stretches(alignment)?;
    let spots = peptides.spots(&stretches)?;
    canvas.path.clear();
    let first = stretches.first()?;
    canvas.path.push(Step::Deletion, first.begin);
    let mut spots = spots.into_iter().peekable();
    let mut at = first.begin;
    for stretch in &stretches {
        if at > stretch.end {
            continue;
        }
        at = at.max(stretch.begin);
        while let Some(spot) = spots.next_if(|spot| spot.begin < stretch.end) {
            canvas.path.push(Step::Pair, spot.begin - at);
            peptides.fill(spot, &stretches, canvas)?;
            at = spot.end;
        }
        if at < stretch.end {
            canvas.path.push(Step::Pair, stretch.end - at);
            at = stretch.end;
        }
    }
    let (reference, query) = canvas.path.end();
    let left = peptides.reference.len() as u32 - reference;
    canvas.path.push(Step::Deletion, left);
    (query as usize == peptides.query.len()).then_some(())
}

impl Peptides<'_> {
    /// The diagonals the gaps of the nucleotide alignment give; declines a frame shift that lasts to the end.
    fn stretches(&self, alignment: &CdsAlignment) -> Option<Vec<Stretch>> {
        let (rows, columns) = (self.reference.len() as u32, self.query.len() as u32);
        // Where length costs, longer gaps might be better elsewhere.
        let affordable = 2 * self.parameters.penalty_gap_open as u32;
        let longest = affordable.checked_div(self.parameters.penalty_gap_extend as u32).unwrap_or(u32::MAX);
        let mut stretches = Vec::new();
        let (mut reference_nt, mut query_nt) = (0u32, 0u32);
        // Where the stretch under way begins; nothing while the frame is shifted.
        let mut begin = Some(0);
        let mut diagonal = 0;
        let last = alignment.runs.len() - 1;
        for (index, &(step, length)) in alignment.runs.iter().enumerate() {
            if step == Step::Pair {
                (reference_nt, query_nt) = (reference_nt + length, query_nt + length);
                continue;
            }
            let is_end = index == 0 || index == last;
            let limit = longest.min(if step == Step::Insertion { MAX_INSERTION } else { MAX_GAP });
            if length / 3 > limit && !is_end || is_end && step == Step::Insertion {
                return None;
            }
            if let Some(begin) = begin.filter(|_| index > 0) {
                stretches.push(Stretch { begin, end: reference_nt / 3, diagonal });
            }
            match step {
                Step::Deletion => reference_nt += length,
                _ => query_nt += length,
            }
            let shift_nt = i64::from(query_nt) - i64::from(reference_nt);
            let after =
                if length % 3 == 0 && begin.is_some() { reference_nt / 3 } else { reference_nt.div_ceil(3) };
            begin = (shift_nt % 3 == 0).then_some(after);
            diagonal = shift_nt / 3;
        }
        if !alignment.ends_with_gap() {
            stretches.push(Stretch { begin: begin?, end: rows, diagonal });
        }
        let is_inside = |stretch: &Stretch| {
            let (first, last) =
                (i64::from(stretch.begin) + stretch.diagonal, i64::from(stretch.end) + stretch.diagonal);
            stretch.begin < stretch.end && 0 <= first && last <= i64::from(columns)
        };
        let last = stretches.last()?;
        let fits = i64::from(last.end) + last.diagonal == i64::from(columns);
        let is_possible = fits && last.end <= rows && stretches.iter().all(is_inside);
        is_possible.then_some(stretches)
    }

    /// Where a matrix must decide: around each change of diagonal and each crowd.
    fn spots(&self, stretches: &[Stretch]) -> Option<Vec<Spot>> {
        let mut spots: Vec<Spot> = Vec::new();
        for (index, stretch) in stretches.iter().enumerate() {
            self.crowds(stretch, stretches, &mut spots)?;
            if let Some(next) = stretches.get(index + 1) {
                let begin = self.margin_before(stretch.end, next.diagonal, &stretches[..=index])?;
                let end = self.margin_after(next.begin, stretch.diagonal, &stretches[index + 1..])?;
                spots.push(Spot { begin, end });
            }
        }
        self.check_ends(stretches)?;
        spots.sort_by_key(|spot| spot.begin);
        let mut joined: Vec<Spot> = Vec::with_capacity(spots.len());
        for spot in spots {
            match joined.last_mut() {
                Some(last) if spot.begin <= last.end => last.end = last.end.max(spot.end),
                _ => joined.push(spot),
            }
        }
        joined.iter().all(|spot| spot.end - spot.begin <= MAX_WINDOW).then_some(joined)
    }

    /// Declines when residues differ at a free end, where a detour is cheap, and when the stretch at a free end
    /// fits as well further on: a shift of the whole stretch costs nothing there.
    fn check_ends(&self, stretches: &[Stretch]) -> Option<()> {
        let (first, last) = (stretches.first()?, stretches.last()?);
        let gaps: u64 = stretches.windows(2).map(|two| two[0].diagonal.abs_diff(two[1].diagonal)).sum();
        let farthest = 2 * (gaps as i64 + BASE_BAND_WIDTH_AA as i64);
        let is_settled = |stretch: &Stretch, outer: Range<u32>, inner: Range<u32>| {
            let own = outer.filter(|&at| self.is_mismatch(at, stretch.diagonal)).count();
            let shifted = |shift: i64| {
                let at =
                    |at: u32| self.is_mismatch_at(i64::from(at) + shift, i64::from(at) + stretch.diagonal);
                inner.clone().filter(|&place| at(place)).count()
            };
            let gain = self.parameters.score_match + self.parameters.penalty_mismatch;
            own as i32 * gain < self.parameters.penalty_gap_open
                && (1..=farthest).all(|shift| shifted(shift).min(shifted(-shift)) >= END_RULED_OUT + own)
        };
        let zone_after = |stretch: &Stretch| stretch.begin..stretch.end.min(stretch.begin + END_ZONE);
        let zone_before =
            |stretch: &Stretch| stretch.begin.max(stretch.end.saturating_sub(END_ZONE))..stretch.end;
        let leading = || is_settled(first, zone_after(first), zone_before(first));
        let trailing = || is_settled(last, zone_before(last), zone_after(last));
        let settled = (!self.scoring.leading_deletion_free || leading())
            && (!self.scoring.trailing_deletion_free || trailing());
        settled.then_some(())
    }

    /// Adds the crowds of changed residues of one stretch. The sum is an upper bound of what a detour gains,
    /// as in the reading of coding sequences without gaps.
    fn crowds(&self, stretch: &Stretch, stretches: &[Stretch], spots: &mut Vec<Spot>) -> Option<()> {
        let gain = self.parameters.score_match + self.parameters.penalty_mismatch;
        let cost = 2 * self.parameters.penalty_gap_open + self.parameters.score_match - 1;
        let (mut sum, mut first) = (0, stretch.begin);
        let mut at = stretch.begin;
        let compared = |at: u32| {
            let query = (i64::from(at) + stretch.diagonal) as usize;
            crate::calls::first_difference(
                &self.reference[at as usize..stretch.end as usize],
                &self.query[query..query + (stretch.end - at) as usize],
            )
        };
        let mut previous = at;
        while let Some(equal) = compared(at) {
            at += equal as u32;
            if self.is_mismatch(at, stretch.diagonal) {
                let mut between = self.resembles_neighbour[previous as usize..at as usize].iter();
                while sum > 0
                    && let Some(&resembles) = between.next()
                {
                    sum -= if resembles { 0 } else { gain };
                }
                if sum <= 0 {
                    (sum, first) = (0, at);
                }
                sum += gain;
                if sum >= cost {
                    let whole = stretches.iter().position(|other| other.begin == stretch.begin)?;
                    let begin = self.margin_before(first, stretch.diagonal, &stretches[..=whole])?;
                    let end = self.margin_after(at + 1, stretch.diagonal, &stretches[whole..])?;
                    spots.push(Spot { begin, end });
                }
                previous = at + 1;
            }
            at += 1;
        }
        Some(())
    }

    /// Fills the matrix of one spot and appends its path.
    fn fill(&self, spot: Spot, stretches: &[Stretch], canvas: &mut Canvas) -> Option<()> {
        let (reference, query) = canvas.path.end();
        let after = stretches.iter().rev().find(|stretch| stretch.begin < spot.end)?;
        let query_end = i64::from(spot.end) + after.diagonal;
        let touched = stretches.iter().filter(|s| s.begin < spot.end && s.end > spot.begin);
        let shifts = touched.map(|s| s.diagonal - (i64::from(query) - i64::from(reference)));
        let shifts = shifts.fold((0, 0), |(low, high), shift| (low.min(shift), high.max(shift)));
        self.fill_between((spot.end, u32::try_from(query_end).ok()?), shifts, canvas)
    }

    /// Fills the matrix from the end of the path to a place (reference, query), in a band around the diagonals
    /// shifted by `low` to `high` from the path's, and appends its path.
    fn fill_between(
        &self,
        (reference_end, query_end): (u32, u32),
        (low, high): (i64, i64),
        canvas: &mut Canvas,
    ) -> Option<()> {
        let (reference, query) = canvas.path.end();
        let (rows, columns) =
            (i64::from(reference_end) - i64::from(reference), i64::from(query_end) - i64::from(query));
        if rows <= 0 || columns <= 0 {
            return None;
        }
        canvas.stripes.clear();
        canvas.stripes.extend((0..=rows).map(|row| Stripe {
            begin: (row + low - HALF_WIDTH).clamp(0, columns) as u32,
            end: (row + high + HALF_WIDTH).clamp(0, columns) as u32 + 1,
        }));
        let scoring = Scoring {
            leading_insertion_free: false,
            leading_deletion_free: false,
            trailing_insertion_free: false,
            trailing_deletion_free: false,
            ..self.scoring
        };
        let problem = Problem {
            reference: &self.reference[reference as usize..reference_end as usize],
            query: &self.query[query as usize..query_end as usize],
            stripes: &canvas.stripes,
            scoring,
        };
        let outcome = canvas.matrix.align(&problem, &mut canvas.path);
        (!outcome.touches_boundary && !self.is_doubtful(&canvas.path, reference)).then_some(())
    }

    /// Whether a path has, from a residue of the reference on, gaps of both kinds or gaps beside unknown residues,
    /// which fit anywhere, or pairs so few residues between gaps or so many that differ in a row that longer gaps in
    /// their place might be better.
    fn is_doubtful(&self, path: &Path, from: u32) -> bool {
        let open = self.parameters.penalty_gap_open;
        let runs = &path.runs()[path.runs().partition_point(|run| run.reference_end() < from)..];
        let scores = |run: &Run| {
            let (reference, query) = (run.reference, run.query);
            let places = from.saturating_sub(reference)..run.length;
            places.map(move |place| {
                let residues = (reference + place, query + place);
                let (a, b) = (self.reference[residues.0 as usize], self.query[residues.1 as usize]);
                self.scoring.pairs.pair(a, b)
            })
        };
        let is_gap = |run: &Run| run.step != Step::Pair;
        let has = |step: Step| runs.iter().any(|run| run.step == step);
        let gaps_differ = has(Step::Insertion) && has(Step::Deletion);
        let is_unknown = |run: &Run| {
            let passed = if run.step == Step::Pair { from.saturating_sub(run.reference) } else { 0 };
            self.query[(run.query + passed) as usize..run.query_end() as usize].contains(&UNKNOWN)
        };
        let gaps_may_move = runs.iter().any(is_gap) && runs.iter().any(is_unknown);
        let pairs: Vec<&Run> = runs.iter().filter(|run| !is_gap(run)).collect();
        let between = pairs.get(1..pairs.len().saturating_sub(1)).unwrap_or_default();
        let few_between = between.iter().any(|run| scores(run).sum::<i32>() < 2 * open);
        let differ_in_row = pairs.iter().any(|run| {
            let mut loss = 0;
            scores(run).any(|score| {
                loss = (loss - score).max(0);
                loss + DOUBT_SLACK >= open
            })
        });
        gaps_differ || gaps_may_move || few_between || differ_in_row
    }
}
