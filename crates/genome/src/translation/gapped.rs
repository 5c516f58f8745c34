//! Reads a coding sequence that has insertions or deletions: masks frame shifts, translates, aligns again.
//!
//! The band of the peptide alignment follows from the gaps of the nucleotide alignment. The slow twin of
//! [`super::ungapped`]. Start at [`align_peptide`].

use super::cds_alignment::Gaps;
use super::frame_shift::{self, FrameShift};
use super::guided;
use super::reference_peptides::{BASE_BAND_WIDTH_AA, end_at_stop};
use super::{TranslationMemory, Translator};
use crate::align::banded::Stripe;
use crate::align::{Path, Step};
use crate::alphabet::{GAP, amino_acid};
use crate::calls::Insertion;
use crate::coordinate::{CodonPos, Position, Span};

/// How peptides are aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Along the gaps of the nucleotide alignment where that is sure.
    Guided,
    /// By the whole band.
    Whole,
}

/// Aligns the peptide of the extracted coding sequence into `memory.aligned_peptide`.
///
/// `None` when nothing of the coding sequence was sequenced.
pub fn align_peptide(
    translator: &Translator,
    cds: usize,
    method: Method,
    memory: &mut TranslationMemory,
) -> Option<(Vec<Insertion>, Vec<FrameShift>)> {
    let alignment = &mut memory.alignment;
    let (query_gaps, reference_gaps) = (alignment.query_gaps(), alignment.reference_gaps());
    if query_gaps.is_all {
        return None;
    }
    let scoring = translator.peptides.scoring(alignment.begins_with_gap(), alignment.ends_with_gap());
    alignment.complete_first_codon();
    let frame_shifts = frame_shift::find(alignment, &translator.annotation.cdses[cds]);
    for shift in &frame_shifts {
        alignment.mask(shift.columns.0, shift.columns.1);
    }
    memory.peptide.clear();
    amino_acid::translate_all(&alignment.letters, &mut memory.peptide);
    end_at_stop(&mut memory.peptide, translator.peptides.parameters());

    let reference = translator.peptides.letters(cds);
    let peptides = guided::Peptides {
        reference,
        query: &memory.peptide,
        resembles_neighbour: translator.peptides.resembles_neighbour(cds),
        scoring,
        parameters: translator.peptides.parameters(),
    };
    let canvas = &mut memory.canvas;
    let is_guided = method == Method::Guided && guided::align(&peptides, alignment, canvas).is_some();
    if !is_guided {
        set_stripes(&mut canvas.stripes, query_gaps, reference_gaps, reference.len(), memory.peptide.len());
        canvas.path.clear();
        canvas.matrix.align(reference, &memory.peptide, &canvas.stripes, &scoring, &mut canvas.path);
    }
    let insertions = lay_out(&canvas.path, &memory.peptide, &mut memory.aligned_peptide);
    for shift in &frame_shifts {
        fill(&mut memory.aligned_peptide, shift.gaps_leading, GAP);
        fill(&mut memory.aligned_peptide, shift.codons, amino_acid::UNKNOWN);
        fill(&mut memory.aligned_peptide, shift.gaps_trailing, GAP);
    }
    Some((insertions, frame_shifts))
}

/// A band of even width around the mean shift the gaps give.
fn set_stripes(stripes: &mut Vec<Stripe>, query: Gaps, reference: Gaps, rows: usize, columns: usize) {
    let width = (query.internal + reference.internal) as i64 / 3 + BASE_BAND_WIDTH_AA as i64;
    let (leading, internal) = (
        i64::from(query.leading) - i64::from(reference.leading),
        i64::from(query.internal) - i64::from(reference.internal),
    );
    let shift = leading / 3 + internal / 6;
    let columns = columns as i64;
    stripes.clear();
    stripes.extend((0..=rows as i64).map(|row| Stripe {
        begin: (row - shift - width).clamp(0, columns) as u32,
        end: (row - shift + width + 1).clamp(1, columns + 1) as u32,
    }));
    stripes[0].begin = 0;
    stripes[rows].end = columns as u32 + 1;
}

/// Writes the peptide in reference codons and returns the residues in between.
fn lay_out(path: &Path, peptide: &[u8], aligned: &mut Vec<u8>) -> Vec<Insertion> {
    aligned.clear();
    let mut insertions = Vec::new();
    for run in path.runs() {
        let letters = || &peptide[run.query as usize..run.query_end() as usize];
        match run.step {
            Step::Pair => aligned.extend_from_slice(letters()),
            Step::Deletion => aligned.extend(std::iter::repeat_n(GAP, run.length as usize)),
            Step::Insertion => {
                insertions.push(Insertion { after: run.reference, letters: letters().to_vec() });
            }
        }
    }
    insertions
}

fn fill(peptide: &mut [u8], codons: Span<CodonPos>, letter: u8) {
    let end = codons.end.index().min(peptide.len());
    if let Some(run) = peptide.get_mut(codons.begin.index()..end) {
        run.fill(letter);
    }
}
