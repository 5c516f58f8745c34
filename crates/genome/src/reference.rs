//! A reference sequence, ready to be compared with: letters, gap penalties, what does not equal itself.

use crate::align::{PairScores, Scoring};
use crate::alphabet::nucleotide;
use crate::annotation::{Annotation, Strand};
use crate::coordinate::{Position, RefPos};
use crate::pack::pathogen::AlignmentParams;

/// A letter that equals no letter of a query.
const NEVER_EQUAL: u8 = 0;

/// A reference and what follows from it alone.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Name from its FASTA header.
    pub name: String,
    letters: Vec<u8>,
    comparable: Vec<u8>,
    gap_open: Vec<i32>,
    pairs: PairScores,
    parameters: AlignmentParams,
}

/// Why a sequence cannot be a reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// No letters.
    #[error("the reference sequence is empty")]
    Empty,
    /// A letter that is no nucleotide.
    #[error(
        "the reference has the letter '{letter}' at position {position}; only IUPAC nucleotides may stand there"
    )]
    Letter {
        /// The letter as read.
        letter: char,
        /// Where.
        position: RefPos,
    },
    /// Scores of alignments might not fit.
    #[error(
        "the reference has {length} letters, too many for alignment scores as large as {largest}; \
         make the scores and penalties in alignmentParams smaller"
    )]
    TooLongForScores {
        /// Length of the reference.
        length: usize,
        /// The largest score or penalty.
        largest: i32,
    },
    /// A coding sequence ends after the reference.
    #[error("coding sequence '{name}' ends at {end}, after the last position of the reference ({length})")]
    CdsOutside {
        /// Name of the coding sequence.
        name: String,
        /// Its last position, 1-based.
        end: u32,
        /// Length of the reference.
        length: u32,
    },
}

/// Largest score or penalty an alignment along the whole reference may reach: the matrix keeps four times as much,
/// for the letters of both sequences, in 32 bits.
const MAX_SCORE: u64 = 100_000_000;

impl Reference {
    /// Prepares a reference of upper-case letters.
    ///
    /// # Errors
    /// If the sequence is empty, has a letter that is no nucleotide, is too long for the scores, or is shorter than
    /// its annotation.
    pub fn new(
        name: String,
        letters: Vec<u8>,
        annotation: &Annotation,
        parameters: AlignmentParams,
    ) -> Result<Self, ReferenceError> {
        if letters.is_empty() {
            return Err(ReferenceError::Empty);
        }
        if let Some(at) = letters.iter().position(|&letter| nucleotide::bases(letter) == 0) {
            let (letter, position) = (char::from(letters[at]), RefPos(at as u32));
            return Err(ReferenceError::Letter { letter, position });
        }
        let (length, largest) = (letters.len(), parameters.largest_score());
        if length as u64 * u64::from(largest.unsigned_abs()) > MAX_SCORE {
            return Err(ReferenceError::TooLongForScores { length, largest });
        }
        for cds in &annotation.cdses {
            let (end, length) = (cds.span().end.0, letters.len() as u32);
            if end > length {
                return Err(ReferenceError::CdsOutside { name: cds.name.clone(), end, length });
            }
        }
        let keep = |&letter: &u8| if nucleotide::is_acgt(letter) { letter } else { NEVER_EQUAL };
        let comparable = letters.iter().map(keep).collect();
        let gap_open = gap_open_penalties(letters.len(), annotation, &parameters);
        let pairs = PairScores::nucleotides(parameters.score_match, parameters.penalty_mismatch);
        Ok(Self { name, letters, comparable, gap_open, pairs, parameters })
    }

    /// The letters, upper case.
    pub fn letters(&self) -> &[u8] {
        &self.letters
    }

    /// The letters with everything but A, C, G and T replaced by one that equals no letter: where a query
    /// equals this, it holds neither a substitution nor anything missing or ambiguous.
    pub fn comparable(&self) -> &[u8] {
        &self.comparable
    }

    /// The letter at a position.
    pub fn letter(&self, position: RefPos) -> u8 {
        self.letters[position.index()]
    }

    /// Number of letters.
    pub fn length_nt(&self) -> u32 {
        self.letters.len() as u32
    }

    /// How to align to this reference.
    pub fn parameters(&self) -> &AlignmentParams {
        &self.parameters
    }

    /// Scores of an alignment of whole sequences.
    pub fn scoring(&self) -> Scoring<'_> {
        let (left, right) =
            (self.parameters.left_terminal_gaps_free, self.parameters.right_terminal_gaps_free);
        Scoring {
            pairs: &self.pairs,
            gap_open: &self.gap_open,
            gap_extend: self.parameters.penalty_gap_extend,
            side: self.parameters.gap_side,
            leading_insertion_free: left,
            leading_deletion_free: left,
            trailing_insertion_free: right,
            trailing_deletion_free: right,
        }
    }
}

/// Penalty of opening a gap at each position: low outside coding sequences, higher at the first letter of a
/// codon, highest inside codons. Later coding sequences of the annotation win where they overlap.
fn gap_open_penalties(length: usize, annotation: &Annotation, parameters: &AlignmentParams) -> Vec<i32> {
    let mut penalties = vec![parameters.penalty_gap_open; length + 2];
    for segment in annotation.cdses.iter().flat_map(|cds| &cds.segments) {
        let codon_start = if segment.strand == Strand::Reverse { 2 } else { 0 };
        for place in segment.span_in_cds.begin.0..segment.span_in_cds.end.0 {
            let offset = (place - segment.span_in_cds.begin.0) as usize;
            let position = match segment.strand {
                Strand::Forward => segment.span.begin.index() + offset,
                Strand::Reverse => segment.span.end.index() - 1 - offset,
            };
            penalties[position] = if place % 3 == codon_start {
                parameters.penalty_gap_open_in_frame
            } else {
                parameters.penalty_gap_open_out_of_frame
            };
        }
    }
    penalties
}
