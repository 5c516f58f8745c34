//! Whether the band of the thorough method holds a path.
//!
//! That method sees only the diagonals its seeds show it, and its band is narrow between them: a stretch too
//! short for a seed, on a diagonal far from those of its neighbours, may lie outside. Where that could be, the
//! narrow band is tried on the spot. Start at [`Walk::is_in_reach`].

use super::QuickMemory;
use super::walk::Walk;
use super::window::set_stripes;
use crate::align::banded::Problem;
use crate::align::path::{Run, Step};
use crate::align::scoring::Scoring;
use crate::align::seeds::Extension;
use crate::calls::first_difference;
use crate::pack::pathogen::AlignmentParams;

/// Letters of the stretches on both sides that a trial takes in.
const TRIAL_MARGIN: u32 = 48;

/// Letters by which a path must stay away from the edge of the band at an end.
const SLACK: i64 = 2;

/// Letters that may differ near a tandem repeat: fewer than end a seed.
const BREAKING: usize = 5;

/// A run of pairs, and whether the thorough method has a seed in it.
#[derive(Clone, Copy)]
struct Stretch {
    /// Which run of the path.
    run: usize,
    diagonal: i64,
    /// It has one for certain.
    is_certain: bool,
    /// It may have one.
    is_possible: bool,
}

/// Query position less reference position.
fn diagonal(run: &Run) -> i64 {
    i64::from(run.query) - i64::from(run.reference)
}

/// Length of a stretch of equal letters that holds a k-mer the thorough method tries, whatever its phase, and
/// that is long enough for a seed.
fn anchor_letters(parameters: &AlignmentParams) -> usize {
    let spaced = parameters.kmer_length_nt as usize + parameters.kmer_distance_nt as usize;
    (spaced * 3 / 2 + 4).max(parameters.min_match_length_nt as usize)
}

impl Walk<'_> {
    /// Whether the thorough method would find this path too, for all that its band is narrow.
    pub(super) fn is_in_reach(&mut self) -> bool {
        let stretches = self.stretches();
        let (Some(first), Some(last)) =
            (stretches.iter().position(|s| s.is_certain), stretches.iter().rposition(|s| s.is_certain))
        else {
            return false;
        };
        let parameters = self.reference.parameters();
        let terminal = i64::from(parameters.terminal_bandwidth_nt) - SLACK;
        let is_near = |other: &Stretch, seed: &Stretch| (other.diagonal - seed.diagonal).abs() <= terminal;
        let seeds_at_end = |part: &[Stretch]| -> Vec<Stretch> {
            part.iter().filter(|stretch| stretch.is_possible).copied().collect()
        };
        let leading = seeds_at_end(&stretches[..=first]);
        let trailing = seeds_at_end(&stretches[last..]);
        leading.iter().all(|seed| stretches.iter().take_while(|s| s.run < seed.run).all(|s| is_near(s, seed)))
            && trailing
                .iter()
                .all(|seed| stretches.iter().skip_while(|s| s.run <= seed.run).all(|s| is_near(s, seed)))
            && self.is_clear_of_repeats()
            && self.joins_all(&stretches)
    }

    /// The runs of pairs of the path.
    fn stretches(&self) -> Vec<Stretch> {
        let parameters = self.reference.parameters();
        let needed = anchor_letters(parameters);
        let pairs = self.path.runs().iter().enumerate().filter(|(_, run)| run.step == Step::Pair);
        pairs
            .map(|(at, run)| Stretch {
                run: at,
                diagonal: diagonal(run),
                is_certain: self.has_anchor(run, needed),
                is_possible: run.length >= parameters.min_match_length_nt,
            })
            .collect()
    }

    /// Whether the seeds on both sides of a part of the path that holds gaps end about where the gaps are.
    fn seeds_end_at_gaps(&self, before: usize, after: usize) -> bool {
        let (first, last) = (&self.path.runs()[before], &self.path.runs()[after]);
        let parameters = self.reference.parameters();
        let mut extension = Extension::new(parameters);
        // From so far inside that the window of the extension holds what it does when a seed gets there.
        let inside = |run: &Run| run.length.min(parameters.window_size_nt) as usize;
        let (r, q) = (first.reference_end() as usize, first.query_end() as usize);
        let from = inside(first);
        let onwards =
            extension.forward(&self.letters[r - from..], &self.query[q - from..]).saturating_sub(from);
        let (r, q) = (last.reference as usize, last.query as usize);
        let from = inside(last);
        let backwards =
            extension.backward(&self.letters[..r + from], &self.query[..q + from]).saturating_sub(from);
        onwards.max(backwards) <= parameters.excess_bandwidth_nt as usize
    }

    /// Whether the path between any two stretches that may be neighbouring seeds lies in the band between them.
    fn joins_all(&mut self, stretches: &[Stretch]) -> bool {
        for (at, before) in stretches.iter().enumerate().filter(|(_, stretch)| stretch.is_possible) {
            for (further, after) in stretches[at + 1..].iter().enumerate() {
                let is_joined = !after.is_possible
                    || self.seeds_end_at_gaps(before.run, after.run)
                        && (further == 0 || self.is_found_on_trial(before.run, after.run));
                if !is_joined {
                    return false;
                }
                if after.is_certain {
                    break;
                }
            }
        }
        true
    }

    /// Whether nothing near a long tandem repeat breaks the seeds of the thorough method, which might then go on
    /// with another copy.
    fn is_clear_of_repeats(&self) -> bool {
        let beyond = 2 * self.reference.parameters().min_match_length_nt;
        self.quick.repeats.iter().all(|repeat| {
            let (begin, end) = (repeat.begin.0.saturating_sub(beyond), repeat.end.0.saturating_add(beyond));
            let runs = self.path.aligned_runs();
            let first = runs.partition_point(|run| run.reference_end() <= begin);
            let mut touched = runs[first..].iter().take_while(|run| run.reference < end);
            let Some(run) = touched.next() else { return true };
            touched.next().is_none() && run.step == Step::Pair && self.differing(run, begin, end) <= BREAKING
        })
    }

    /// Letters of a run of pairs, within a part of the reference, that are not equal.
    fn differing(&self, run: &Run, begin: u32, end: u32) -> usize {
        let (begin, end) = (begin.max(run.reference), end.min(run.reference_end()));
        let query = (run.query + begin - run.reference) as usize;
        let expected = &self.reference.comparable()[begin as usize..end as usize];
        expected.iter().zip(&self.query[query..]).filter(|(a, b)| a != b).count()
    }

    /// Whether a run of pairs holds a long enough stretch of equal letters.
    fn has_anchor(&self, run: &Run, needed: usize) -> bool {
        let expected = &self.reference.comparable()[run.reference as usize..run.reference_end() as usize];
        let found = &self.query[run.query as usize..run.query_end() as usize];
        let mut at = 0;
        while at + needed <= expected.len() {
            let equal = first_difference(&expected[at..], &found[at..]).unwrap_or(expected.len() - at);
            if equal >= needed {
                return true;
            }
            at += equal + 1;
        }
        false
    }

    /// Whether the narrow band between two runs, widened as the thorough method widens it, gives this path.
    fn is_found_on_trial(&mut self, before: usize, after: usize) -> bool {
        let (first, last) = (self.path.runs()[before], self.path.runs()[after]);
        let (head, tail) = (first.length.min(TRIAL_MARGIN), last.length.min(TRIAL_MARGIN));
        let (begin, query_begin) = (first.reference_end() - head, first.query_end() - head);
        let (end, query_end) = (last.reference + tail, last.query + tail);
        let rows = end - begin;
        let letters = &self.query[query_begin as usize..query_end as usize];
        let mut expected = vec![(Step::Pair, head)];
        expected.extend(self.path.runs()[before + 1..after].iter().map(|run| (run.step, run.length)));
        expected.push((Step::Pair, tail));
        self.memory.trial.clear();
        if self.memory.tried.recall(begin, rows, letters, &mut self.memory.trial) {
            return true;
        }
        let scoring = Scoring {
            gap_open: &self.reference.scoring().gap_open[begin as usize..=end as usize],
            leading_insertion_free: false,
            leading_deletion_free: false,
            trailing_insertion_free: false,
            trailing_deletion_free: false,
            ..self.reference.scoring()
        };
        let parameters = self.reference.parameters();
        let mut excess = i64::from(parameters.excess_bandwidth_nt);
        for _ in 0..=parameters.max_alignment_attempts {
            // As the band between two seeds is, in diagonals of the window.
            let (mean, half) =
                ((diagonal(&last) + diagonal(&first)) / 2, (diagonal(&last) - diagonal(&first)).abs() / 2);
            let middle = mean - diagonal(&first);
            let (low, high) = (middle - half - excess, middle + half + excess);
            if set_stripes(&mut self.memory.stripes, i64::from(rows), letters.len() as i64, (low, high))
                .is_none()
            {
                return false;
            }
            self.memory.trial.clear();
            let reference = &self.letters[begin as usize..end as usize];
            let QuickMemory { trial, stripes, .. } = &mut *self.memory;
            let outcome = self.matrix.align(&Problem { reference, query: letters, stripes, scoring }, trial);
            if trial.runs().iter().map(|run| (run.step, run.length)).eq(expected.iter().copied()) {
                self.memory.tried.remember_as(begin, rows, letters, expected);
                return true;
            }
            if !outcome.touches_boundary {
                return false;
            }
            excess = (2 * excess).max(1);
        }
        false
    }
}
