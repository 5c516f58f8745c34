//! Reads a coding sequence that has insertions or deletions: masks frame shifts, translates, aligns again.
//!
//! The band of the peptide alignment follows from the gaps of the nucleotide alignment. The slow twin of
//! [`super::ungapped`]. Start at [`align_peptide`].

use super::cds_alignment::Gaps;
use super::frame_shift::{self, FrameShift};
use super::guided;
use super::reference_peptides::{BASE_BAND_WIDTH_AA, end_at_stop};
use super::{TranslationMemory, Translator};
use crate::align::banded::{Problem, Stripe};
use crate::align::{Path, Seed, Step, piecewise};
use crate::alphabet::{GAP, amino_acid};
use crate::calls::{Insertion, first_difference};
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
    let reference = translator.peptides.letters(cds);
    let straight = alignment.codon_stretches(reference.len());
    translate(translator, cds, &straight, &alignment.letters, &mut memory.peptide);
    end_at_stop(&mut memory.peptide, translator.peptides.parameters());

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
        let problem = Problem { reference, query: &memory.peptide, stripes: &canvas.stripes, scoring };
        if method == Method::Guided {
            let similarity = translator.peptides.similarity(cds);
            let straight = within(&straight, memory.peptide.len());
            piecewise::align(&problem, similarity, &straight, &mut canvas.matrix, &mut canvas.path);
        } else {
            canvas.matrix.align(&problem, &mut canvas.path);
        }
    }
    let insertions = lay_out(&canvas.path, &memory.peptide, &mut memory.aligned_peptide);
    for shift in &frame_shifts {
        fill(&mut memory.aligned_peptide, shift.gaps_leading, GAP);
        fill(&mut memory.aligned_peptide, shift.codons, amino_acid::UNKNOWN);
        fill(&mut memory.aligned_peptide, shift.gaps_trailing, GAP);
    }
    Some((insertions, frame_shifts))
}

/// Translates a coding sequence of a query. Along `straight`, places of residues in order, only codons that differ from
/// the reference's are looked up.
fn translate(translator: &Translator, cds: usize, straight: &[Seed], letters: &[u8], peptide: &mut Vec<u8>) {
    let (codons, _) = letters.as_chunks::<3>();
    let (reference, residues) = (translator.peptides.codons(cds), translator.peptides.letters(cds));
    peptide.clear();
    for stretch in within(straight, codons.len()) {
        peptide
            .extend(codons[peptide.len()..stretch.query].iter().map(|&codon| amino_acid::translate(codon)));
        let mut at = stretch.reference;
        while let Some(equal) = first_difference(
            reference[at..stretch.reference_end()].as_flattened(),
            codons[peptide.len()..stretch.query_end()].as_flattened(),
        ) {
            peptide.extend_from_slice(&residues[at..at + equal / 3]);
            peptide.push(amino_acid::translate(codons[peptide.len()]));
            at += equal / 3 + 1;
        }
        peptide.extend_from_slice(&residues[at..stretch.reference_end()]);
    }
    peptide.extend(codons[peptide.len()..].iter().map(|&codon| amino_acid::translate(codon)));
}

/// Places of residues, cut to so many residues of the query.
fn within(straight: &[Seed], query_residues: usize) -> Vec<Seed> {
    let cut = |seed: &Seed| {
        let length = query_residues.saturating_sub(seed.query).min(seed.length);
        (length > 0).then_some(Seed { length, ..*seed })
    };
    straight.iter().filter_map(cut).collect()
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
