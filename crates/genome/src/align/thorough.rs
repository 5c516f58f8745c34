//! The method that works for anything: seeds, the best chain of them, a band around it, one matrix.
//!
//! It declines what has too little in common with the reference. Its cost grows with the area of the band:
//! milliseconds for a genome of 30,000 letters. Start at [`Thorough::align`].

use super::band::{Widths, band_around};
use super::banded::{Matrix, Outcome, Stripe};
use super::chain::best_chain;
use super::path::Path;
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
        scoring: &Scoring,
        matrix: &mut Matrix,
        path: &mut Path,
    ) -> Result<Outcome, AlignError> {
        path.clear();
        if reference.len() + query.len() < 20 * parameters.kmer_length_nt as usize {
            let whole = Stripe { begin: 0, end: query.len() as u32 + 1 };
            return Ok(matrix.align(reference, query, &vec![whole; reference.len() + 1], scoring, path));
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
            let outcome = matrix.align(reference, query, &stripes, scoring, path);
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
