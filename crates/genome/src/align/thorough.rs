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
use std::sync::OnceLock;

/// How seeds are found and how wide the band is; lengths in letters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeedParameters {
    /// Length of exact codon-spaced matches.
    pub kmer_length: usize,
    /// Distance between the k-mers of a query that are looked up.
    pub kmer_distance: usize,
    /// Letters that may differ within the window of an extension.
    pub allowed_mismatches: usize,
    /// Length of that window.
    pub window_size: usize,
    /// Shortest extended match that counts.
    pub min_match_length: usize,
    /// Share of the shorter sequence that seeds must cover.
    pub min_seed_cover: f64,
    /// Half-width of the band between seeds.
    pub excess_bandwidth: u32,
    /// Half-width of the band at both ends.
    pub terminal_bandwidth: u32,
    /// Largest band, in cells.
    pub max_band_area: u64,
    /// How often the band is widened when the path touches its border.
    pub max_attempts: u32,
}

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
        min_match_length: usize,
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
    parameters: &'a SeedParameters,
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
        parameters: &SeedParameters,
        scoring: &Scoring,
        matrix: &mut Matrix,
        path: &mut Path,
    ) -> Result<Outcome, AlignError> {
        path.clear();
        if reference.len() + query.len() < 20 * parameters.kmer_length {
            let whole = Stripe { begin: 0, end: query.len() as u32 + 1 };
            return Ok(matrix.align(reference, query, &vec![whole; reference.len() + 1], scoring, path));
        }
        let chain = self.chain(&Attempt { reference, query, parameters })?;
        let mut widths = Widths {
            terminal: i64::from(parameters.terminal_bandwidth),
            excess: i64::from(parameters.excess_bandwidth),
            minimal: (parameters.allowed_mismatches as i64).max(1),
        };
        let (mut stripes, area) = band_around(&chain, reference.len(), query.len(), widths);
        if area > parameters.max_band_area {
            let (query_length, reference_length) = (query.len(), reference.len());
            let limit = parameters.max_band_area;
            return Err(AlignError::BandTooLarge { query_length, reference_length, area, limit });
        }
        for attempt in 0.. {
            path.clear();
            let outcome = matrix.align(reference, query, &stripes, scoring, path);
            if !outcome.touches_boundary || attempt == parameters.max_attempts {
                return Ok(outcome);
            }
            widths = widths.doubled();
            let (wider, area) = band_around(&chain, reference.len(), query.len(), widths);
            if area > parameters.max_band_area {
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
            return Err(AlignError::NoSeeds { min_match_length: parameters.min_match_length });
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
