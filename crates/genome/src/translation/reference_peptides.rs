//! The peptides of the reference, and what follows from them alone.

use crate::align::{PairScores, Scoring, SelfSimilarity};
use crate::alphabet::amino_acid;
use crate::alphabet::nucleotide;
use crate::annotation::{Annotation, Cds, Strand};
use crate::coordinate::CodonPos;
use crate::pack::pathogen::AlignmentParams;
use crate::reference::Reference;
use std::sync::OnceLock;

/// A letter that equals no letter of a peptide.
const NEVER_EQUAL: u8 = 0;

/// How far apart two residues of one peptide may be for an alignment without gaps to confuse them, in
/// codons: the half-width of the band of peptides without insertions and deletions.
pub(super) const BASE_BAND_WIDTH_AA: usize = 5;

/// One peptide of the reference.
#[derive(Clone, Debug)]
struct Peptide {
    codons: Vec<[u8; 3]>,
    letters: Vec<u8>,
    comparable: Vec<u8>,
    /// Whether some residue at most [`BASE_BAND_WIDTH_AA`] away is compatible with the one here.
    resembles_neighbour: Vec<bool>,
    internal_stops: Vec<CodonPos>,
    similarity: OnceLock<SelfSimilarity>,
}

/// The peptides of all coding sequences of a reference.
#[derive(Clone, Debug)]
pub struct ReferencePeptides {
    peptides: Vec<Peptide>,
    pairs: PairScores,
    gap_open: Vec<i32>,
    parameters: AlignmentParams,
}

impl ReferencePeptides {
    /// Translates every coding sequence of a reference.
    pub fn new(reference: &Reference, annotation: &Annotation) -> Self {
        let parameters = reference.parameters();
        let translate = |cds: &Cds| Peptide::new(codons_of(reference, cds), parameters);
        let peptides: Vec<_> = annotation.cdses.iter().map(translate).collect();
        let longest = peptides.iter().map(|peptide| peptide.letters.len()).max().unwrap_or(0);
        Self {
            peptides,
            pairs: PairScores::amino_acids(parameters.score_match, parameters.penalty_mismatch),
            gap_open: vec![parameters.penalty_gap_open; longest + 2],
            parameters: parameters.clone(),
        }
    }

    /// Amino acids of a coding sequence, a stop at the end included.
    pub fn letters(&self, cds: usize) -> &[u8] {
        &self.peptides[cds].letters
    }

    /// Codons of a coding sequence: of each residue, and those not translated.
    pub(super) fn codons(&self, cds: usize) -> &[[u8; 3]] {
        &self.peptides[cds].codons
    }

    /// The letters, with unknown residues replaced by one that equals no letter.
    pub fn comparable(&self, cds: usize) -> &[u8] {
        &self.peptides[cds].comparable
    }

    /// Stops before the last codon.
    pub fn internal_stops(&self, cds: usize) -> &[CodonPos] {
        &self.peptides[cds].internal_stops
    }

    pub(super) fn resembles_neighbour(&self, cds: usize) -> &[bool] {
        &self.peptides[cds].resembles_neighbour
    }

    /// Where a peptide resembles itself.
    pub(super) fn similarity(&self, cds: usize) -> &SelfSimilarity {
        let Peptide { letters, similarity, .. } = &self.peptides[cds];
        similarity.get_or_init(|| SelfSimilarity::new(letters, amino_acid::is_determined))
    }

    pub(super) fn parameters(&self) -> &AlignmentParams {
        &self.parameters
    }

    /// Scores of an alignment of peptides, with the given ends free.
    pub(super) fn scoring(&self, left_free: bool, right_free: bool) -> Scoring<'_> {
        Scoring {
            pairs: &self.pairs,
            gap_open: &self.gap_open,
            gap_extend: self.parameters.penalty_gap_extend,
            side: self.parameters.gap_side,
            leading_insertion_free: left_free,
            leading_deletion_free: left_free,
            trailing_insertion_free: right_free,
            trailing_deletion_free: right_free,
        }
    }
}

impl Peptide {
    fn new(codons: Vec<[u8; 3]>, parameters: &AlignmentParams) -> Self {
        let mut letters = Vec::with_capacity(codons.len());
        amino_acid::translate_all(codons.as_flattened(), &mut letters);
        end_at_stop(&mut letters, parameters);
        let keep = |&letter: &u8| if letter == amino_acid::UNKNOWN { NEVER_EQUAL } else { letter };
        let comparable = letters.iter().map(keep).collect();
        let inner = letters.len().saturating_sub(1);
        let stops = letters[..inner].iter().enumerate().filter(|&(_, &letter)| letter == amino_acid::STOP);
        let internal_stops = stops.map(|(at, _)| CodonPos(at as u32)).collect();
        let resembles = |at: usize| {
            let window =
                at.saturating_sub(BASE_BAND_WIDTH_AA)..(at + BASE_BAND_WIDTH_AA + 1).min(letters.len());
            let residues = amino_acid::residues(letters[at]);
            window
                .into_iter()
                .any(|other| other != at && amino_acid::residues(letters[other]) & residues != 0)
        };
        let resembles_neighbour = (0..letters.len()).map(resembles).collect();
        let similarity = OnceLock::new();
        Self { comparable, resembles_neighbour, internal_stops, similarity, letters, codons }
    }
}

fn codons_of(reference: &Reference, cds: &Cds) -> Vec<[u8; 3]> {
    let mut nucleotides = Vec::with_capacity(cds.length_nt as usize);
    for segment in &cds.segments {
        let letters = &reference.letters()[segment.span.indices()];
        match segment.strand {
            Strand::Forward => nucleotides.extend_from_slice(letters),
            Strand::Reverse => nucleotides.extend(letters.iter().rev().map(|&l| nucleotide::complement(l))),
        }
    }
    nucleotides.as_chunks().0.to_vec()
}

/// Cuts a peptide after its first stop, where the pack asks for that.
pub(super) fn end_at_stop(peptide: &mut Vec<u8>, parameters: &AlignmentParams) {
    if parameters.no_translate_past_stop
        && let Some(stop) = peptide.iter().position(|&letter| letter == amino_acid::STOP)
    {
        peptide.truncate(stop + 1);
    }
}
