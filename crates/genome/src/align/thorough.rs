//! The method that works for anything: seeds, the best chain of them, a band around it, one matrix.
//!
//! It declines what has too little in common with the reference. Its cost grows with the area of the band:
//! milliseconds for a genome of 30,000 letters, less where the path is [`super::certain`]. Start at [`Thorough::align`].

use super::band::{Widths, band_around};
use super::banded::{Matrix, Outcome, Problem, Stripe};
use super::certain::SelfSimilarity;
use super::chain::best_chain;
use super::path::Path;
use super::piecewise;
use super::scoring::Scoring;
use super::seeds::{Seed, SeedIndex};
use crate::alphabet::nucleotide;
use crate::pack::pathogen::AlignmentParams;
use std::sync::OnceLock;

/// Why a sequence was not aligned.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AlignError {
    /// No seed was found.
    #[error(
        "nothing in this sequence resembles the reference: no stretch of {min_match_length} or more letters \
         matches; check that it is the right pathogen and not reads or an empty assembly"
    )]
    NoSeeds {
        /// Shortest stretch that would have counted.
        min_match_length: u32,
    },
    /// Seeds cover too little.
    #[error(
        "only {:.2} % of this sequence matches the reference, at least {:.2} % is needed; \
         it may be another pathogen, or too much of it was not read", covered * 100.0, needed * 100.0
    )]
    TooLittleCovered {
        /// Share of the known letters that seeds cover.
        covered: f64,
        /// Share that is needed.
        needed: f64,
    },
    /// The band would be too large.
    #[error(
        "this sequence ({query_length} letters) cannot be laid along the reference ({reference_length} \
         letters) within the limit of {limit} cells ({area} needed); it may hold several genomes joined \
         together, large rearrangements, or another pathogen"
    )]
    BandTooLarge {
        /// Letters of the query.
        query_length: usize,
        /// Letters of the reference.
        reference_length: usize,
        /// Cells needed.
        area: u64,
        /// Cells allowed.
        limit: u64,
    },
}

/// Seeds of one reference, made when first needed.
#[derive(Debug, Default)]
pub struct Thorough {
    index: OnceLock<SeedIndex>,
    similarity: OnceLock<SelfSimilarity>,
}

/// What both directions of a sequence were tried for.
struct Attempt<'a> {
    reference: &'a [u8],
    query: &'a [u8],
    parameters: &'a AlignmentParams,
}

impl Thorough {
    /// Aligns `query` to `reference`, both as upper-case letters, and writes the path.
    ///
    /// # Errors
    /// When too little of the query matches, or the band would exceed its limit.
    pub fn align(
        &self,
        reference: &[u8],
        query: &[u8],
        parameters: &AlignmentParams,
        scoring: Scoring,
        matrix: &mut Matrix,
        path: &mut Path,
    ) -> Result<Outcome, AlignError> {
        path.clear();
        if reference.len() + query.len() < 20 * parameters.kmer_length_nt as usize {
            let whole = Stripe { begin: 0, end: query.len() as u32 + 1 };
            let stripes = &vec![whole; reference.len() + 1];
            return Ok(matrix.align(&Problem { reference, query, stripes, scoring }, path));
        }
        let chain = self.chain(&Attempt { reference, query, parameters })?;
        let mut widths = Widths {
            terminal: i64::from(parameters.terminal_bandwidth_nt),
            excess: i64::from(parameters.excess_bandwidth_nt),
            minimal: i64::from(parameters.allowed_mismatches).max(1),
        };
        let (mut stripes, area) = band_around(&chain, reference.len(), query.len(), widths);
        if area > parameters.max_band_area_cells {
            let (query_length, reference_length) = (query.len(), reference.len());
            let limit = parameters.max_band_area_cells;
            return Err(AlignError::BandTooLarge { query_length, reference_length, area, limit });
        }
        for attempt in 0.. {
            path.clear();
            let problem = Problem { reference, query, stripes: &stripes, scoring };
            let outcome = piecewise::align(&problem, self.similarity(reference), &chain, matrix, path);
            if !outcome.touches_boundary || attempt == parameters.max_alignment_attempts {
                return Ok(outcome);
            }
            widths = widths.doubled();
            let (wider, area) = band_around(&chain, reference.len(), query.len(), widths);
            if area > parameters.max_band_area_cells {
                return Ok(outcome);
            }
            stripes = wider;
        }
        unreachable!("the loop returns at the last attempt")
    }

    fn similarity(&self, reference: &[u8]) -> &SelfSimilarity {
        self.similarity.get_or_init(|| SelfSimilarity::new(reference, nucleotide::is_acgt))
    }

    fn chain(&self, attempt: &Attempt) -> Result<Vec<Seed>, AlignError> {
        let Attempt { reference, query, parameters } = *attempt;
        let index = self.index.get_or_init(|| SeedIndex::new(reference));
        let seeds = index.seeds(reference, query, parameters);
        if seeds.is_empty() {
            return Err(AlignError::NoSeeds { min_match_length: parameters.min_match_length_nt });
        }
        let chain = best_chain(&seeds);
        let covered: usize = chain.iter().map(|seed| seed.length).sum();
        let share = |letters: usize| covered as f64 / letters.min(reference.len()) as f64;
        if share(query.len()) < parameters.min_seed_cover {
            let known = query.iter().filter(|&&letter| nucleotide::is_acgt(letter)).count();
            if share(known) < parameters.min_seed_cover {
                let (covered, needed) = (share(known), parameters.min_seed_cover);
                return Err(AlignError::TooLittleCovered { covered, needed });
            }
        }
        Ok(chain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::scoring::PairScores;
    use proptest::prelude::*;
    use proptest::sample::select;

    /// A reference and a query of the same units, some of them repeated, not always as often.
    fn units() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
        let letters = |most: usize| proptest::collection::vec(select(&b"ACGT"[..]), 1..most);
        let repeated = (letters(12), 1..40_usize, 1..40_usize);
        let unit = prop_oneof![3 => letters(200).prop_map(|unit| (unit, 1, 1)), 1 => repeated];
        proptest::collection::vec(unit, 4..12).prop_map(|units| {
            let reference = units.iter().flat_map(|(unit, copies, _)| unit.repeat(*copies)).collect();
            (reference, units.iter().flat_map(|(unit, _, copies)| unit.repeat(*copies)).collect())
        })
    }

    /// Changes of a query: place in parts of 1,000, letters removed, letters put in.
    fn edits() -> impl Strategy<Value = Vec<(usize, usize, Vec<u8>)>> {
        let letters = proptest::collection::vec(select(&b"ACGTNR"[..]), 0..12);
        proptest::collection::vec((0..1000_usize, select(&[0, 1, 1, 1, 2, 3, 9, 30][..]), letters), 0..6)
    }

    fn edited(sequence: &[u8], edits: &[(usize, usize, Vec<u8>)]) -> Vec<u8> {
        let mut query = sequence.to_vec();
        for (place, removed, letters) in edits {
            let begin = place * query.len() / 1000;
            let end = (begin + removed).min(query.len());
            query.splice(begin..end, letters.iter().copied());
        }
        query
    }

    proptest! {
        #[test]
        fn certain_stretches_are_where_the_whole_band_has_the_path(
            (reference, query) in units(),
            edits in edits(),
            gap_open in proptest::collection::vec(5_i32..8, 1_700),
            gap_extend in 0_i32..2,
            is_left: bool,
            free: [bool; 4],
        ) {
            let query = edited(&query, &edits);
            let gap_open: Vec<i32> = gap_open.iter().copied().cycle().take(reference.len() + 1).collect();
            let parameters = AlignmentParams { min_seed_cover: 0.0, ..AlignmentParams::default() };
            let scoring = Scoring {
                pairs: &PairScores::nucleotides(parameters.score_match, parameters.penalty_mismatch),
                gap_open: &gap_open,
                gap_extend,
                side: if is_left { crate::pack::pathogen::GapSide::Left } else { parameters.gap_side },
                leading_insertion_free: free[0],
                leading_deletion_free: free[1],
                trailing_insertion_free: free[2],
                trailing_deletion_free: free[3],
            };
            let attempt = Attempt { reference: &reference, query: &query, parameters: &parameters };
            let thorough = Thorough::default();
            if let Ok(chain) = thorough.chain(&attempt) {
                let widths = Widths { terminal: 50, excess: 9, minimal: 8 };
                let (stripes, _) = band_around(&chain, reference.len(), query.len(), widths);
                let problem =
                    Problem { reference: &reference, query: &query, stripes: &stripes, scoring };
                let mut matrix = Matrix::default();
                let (mut whole, mut parts) = (Path::default(), Path::default());
                let expected = matrix.align(&problem, &mut whole);
                let similarity = thorough.similarity(&reference);
                let outcome = piecewise::align(&problem, similarity, &chain, &mut matrix, &mut parts);
                prop_assert_eq!((outcome, parts), (expected, whole));
            }
        }
    }
}
