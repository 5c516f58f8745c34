//! Scores and patterns a pack asks for of translated sequences: phenotypes and motifs.
//!
//! A phenotype score is `-ln(sum over tables of weight * exp(-sum of coefficients))` over the amino-acid
//! substitutions of one coding sequence (after Nextclade 3's documentation of `phenotypeData`).

use crate::coordinate::{CodonPos, Span};
use crate::pack::pathogen::{Motif, Phenotype};
use crate::translation::{Reading, ReferencePeptides};
use crate::tree::AaChange;
use regex::bytes::Regex;

/// The score of one phenotype over the substitutions of its coding sequence, in order of position.
pub fn score(phenotype: &Phenotype, cds: usize, substitutions: &[AaChange]) -> f64 {
    let counted = || {
        substitutions.iter().filter(|change| change.cds == cds && phenotype.codons.contains(change.position))
    };
    let sum: f64 = phenotype
        .tables
        .iter()
        .map(|table| {
            let coefficients: f64 =
                counted().map(|change| table.coefficient(change.position, change.to)).sum();
            table.weight * (-coefficients).exp()
        })
        .sum();
    let score = -sum.ln();
    // Zero has no sign here.
    if score == 0.0 { 0.0 } else { score }
}

/// A pattern found in a peptide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MotifMatch {
    /// Index of the coding sequence.
    pub cds: usize,
    /// First codon.
    pub position: CodonPos,
    /// The residues that match.
    pub residues: Vec<u8>,
}

/// A motif with its patterns compiled and its regions resolved.
#[derive(Debug)]
pub struct MotifFinder {
    patterns: Vec<Regex>,
    /// Coding sequences to search, each with spans; no span means all of it.
    regions: Vec<(usize, Vec<Span<CodonPos>>)>,
}

impl MotifFinder {
    /// Compiles a motif; `cds_named` finds coding sequences, those it does not know are left out.
    ///
    /// # Errors
    /// The first pattern that is no regular expression.
    pub fn new(
        motif: &Motif,
        cdses: usize,
        cds_named: impl Fn(&str) -> Option<usize>,
    ) -> Result<Self, regex::Error> {
        let patterns = motif.patterns.iter().map(|pattern| Regex::new(pattern)).collect::<Result<_, _>>()?;
        let named = motif
            .regions
            .iter()
            .filter_map(|region| Some((cds_named(&region.cds_name)?, region.codons.clone())));
        let regions = if motif.regions.is_empty() {
            (0..cdses).map(|cds| (cds, Vec::new())).collect()
        } else {
            named.collect()
        };
        Ok(Self { patterns, regions })
    }

    /// Every match inside the aligned parts of the coding sequences that were read.
    pub fn find(&self, readings: &[Option<Reading>], peptides: &ReferencePeptides) -> Vec<MotifMatch> {
        let mut matches = Vec::new();
        for (cds, spans) in &self.regions {
            let Some(reading) = readings.get(*cds).and_then(Option::as_ref) else { continue };
            let peptide = reading.peptide(peptides);
            let whole = [Span::new(0, peptide.len() as u32)];
            let spans = if spans.is_empty() { &whole[..] } else { &spans[..] };
            for span in spans {
                for aligned in &reading.aligned {
                    self.find_within(*cds, &peptide, aligned.intersect(*span), &mut matches);
                }
            }
        }
        matches
    }

    fn find_within(&self, cds: usize, peptide: &[u8], span: Span<CodonPos>, matches: &mut Vec<MotifMatch>) {
        let Some(residues) = peptide.get(span.indices()) else { return };
        for pattern in &self.patterns {
            matches.extend(pattern.find_iter(residues).map(|found| MotifMatch {
                cds,
                position: CodonPos(span.begin.0 + found.start() as u32),
                residues: found.as_bytes().to_vec(),
            }));
        }
    }
}
