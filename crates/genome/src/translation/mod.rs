//! What a genome's coding sequences say: peptides in the reference's codons, and how they differ.
//!
//! A coding sequence without insertions or deletions is read codon by codon where letters changed
//! ([`ungapped`]); any other is cut out, checked for frame shifts, translated whole and aligned again as a
//! peptide ([`gapped`]). Both give the same [`Reading`]. Start at [`Translator::read`].

mod cds_alignment;
mod frame_shift;
mod gapped;
mod guided;
mod margins;
mod reference_peptides;
mod ungapped;

pub use frame_shift::FrameShift;
pub use reference_peptides::ReferencePeptides;

use crate::align::Path;
use crate::alphabet::{GAP, amino_acid};
use crate::annotation::{Annotation, Cds};
use crate::calls::{Calls, Insertion};
use crate::coordinate::{CodonPos, Position, RefPos, Span};
use crate::reference::Reference;
use cds_alignment::CdsAlignment;
use gapped::Method;

/// A run of codons that hold `letter` where the reference peptide may hold another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PeptideDifference {
    /// Which codons; more than one only for gaps and unknown residues.
    pub codons: Span<CodonPos>,
    /// What they hold: an amino acid, `*`, `X` or a gap.
    pub letter: u8,
}

/// One coding sequence of a query, in codons of the reference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Index into [`Annotation::cdses`].
    pub cds: usize,
    /// Where the peptide differs from the reference's or is unknown, in order.
    pub differences: Vec<PeptideDifference>,
    /// Residues between codons of the reference.
    pub insertions: Vec<Insertion>,
    /// Stretches read in another frame.
    pub frame_shifts: Vec<FrameShift>,
    /// Whole codons inside the aligned span, one entry per segment that has any.
    pub aligned: Vec<Span<CodonPos>>,
    /// Codons outside every entry of `aligned`.
    pub unaligned: Vec<Span<CodonPos>>,
}

impl Reading {
    /// Runs of unknown residues.
    pub fn unknown(&self) -> impl Iterator<Item = Span<CodonPos>> + '_ {
        self.differences.iter().filter(|run| run.letter == amino_acid::UNKNOWN).map(|run| run.codons)
    }

    /// Number of unknown residues.
    pub fn unknown_aa(&self) -> u32 {
        self.unknown().map(Span::len).sum()
    }

    /// Whether a codon lies inside the aligned span.
    pub fn is_aligned(&self, codon: CodonPos) -> bool {
        self.aligned.iter().any(|span| span.contains(codon))
    }

    /// The peptide in codons of the reference, without insertions.
    pub fn peptide(&self, peptides: &ReferencePeptides) -> Vec<u8> {
        let mut letters = peptides.letters(self.cds).to_vec();
        self.apply(&mut letters);
        letters
    }

    /// Turns the reference's residues into those of [`Self::peptide`], in place.
    ///
    /// `letters` must be as long as the reference peptide.
    pub fn apply(&self, letters: &mut [u8]) {
        for run in &self.differences {
            letters[run.codons.indices()].fill(run.letter);
        }
    }

    /// The letter of one codon.
    pub fn letter(&self, codon: CodonPos, peptides: &ReferencePeptides) -> u8 {
        let after = self.differences.partition_point(|run| run.codons.end <= codon);
        match self.differences.get(after) {
            Some(run) if run.codons.contains(codon) => run.letter,
            _ => peptides.letters(self.cds)[codon.index()],
        }
    }
}

/// Memory for translating, kept from one genome to the next.
#[derive(Debug, Default)]
pub struct TranslationMemory {
    alignment: CdsAlignment,
    peptide: Vec<u8>,
    aligned_peptide: Vec<u8>,
    canvas: guided::Canvas,
}

/// Reads the coding sequences of one reference.
#[derive(Clone, Copy, Debug)]
pub struct Translator<'a> {
    /// The reference.
    pub reference: &'a Reference,
    /// Its coding sequences.
    pub annotation: &'a Annotation,
    /// Their peptides.
    pub peptides: &'a ReferencePeptides,
}

/// A genome laid along the reference.
#[derive(Clone, Copy, Debug)]
pub struct AlignedQuery<'a> {
    /// Upper-case letters, on the reference's strand.
    pub letters: &'a [u8],
    /// How they lie along the reference.
    pub path: &'a Path,
    /// What differs.
    pub calls: &'a Calls,
}

impl Translator<'_> {
    /// Reads coding sequence `cds` of a query; `None` when none of it was sequenced.
    pub fn read(&self, cds: usize, query: &AlignedQuery, memory: &mut TranslationMemory) -> Option<Reading> {
        let sequence = &self.annotation.cdses[cds];
        let differences = match ungapped::differences(self, cds, query) {
            Some(differences) => differences,
            None => return self.read_gapped_by(Method::Guided, cds, query, memory),
        };
        Some(self.finish(cds, sequence, query.calls.aligned, differences))
    }

    /// Reads coding sequence `cds` by the slow method whatever it holds: the twin of [`Self::read`].
    pub fn read_gapped(
        &self,
        cds: usize,
        query: &AlignedQuery,
        memory: &mut TranslationMemory,
    ) -> Option<Reading> {
        self.read_gapped_by(Method::Whole, cds, query, memory)
    }

    fn read_gapped_by(
        &self,
        method: Method,
        cds: usize,
        query: &AlignedQuery,
        memory: &mut TranslationMemory,
    ) -> Option<Reading> {
        let sequence = &self.annotation.cdses[cds];
        memory.alignment.extract(query.path, query.letters, sequence);
        let (insertions, frame_shifts) = gapped::align_peptide(self, cds, method, memory)?;
        let differences = differences_of(self.peptides.comparable(cds), &memory.aligned_peptide);
        let reading = self.finish(cds, sequence, query.calls.aligned, differences);
        Some(Reading { insertions, frame_shifts, ..reading })
    }

    fn finish(
        &self,
        cds: usize,
        sequence: &Cds,
        aligned: Span<RefPos>,
        differences: Vec<PeptideDifference>,
    ) -> Reading {
        let aligned = aligned_codons(sequence, aligned);
        let unaligned = gaps_between(&aligned, self.peptides.letters(cds).len() as u32);
        Reading { cds, differences, aligned, unaligned, ..Reading::default() }
    }
}

/// Whole codons of each segment that lie inside the aligned span.
///
/// Positions are counted from the segment's lower end on the reference whatever its strand, as the field's
/// tables have it.
fn aligned_codons(cds: &Cds, aligned: Span<RefPos>) -> Vec<Span<CodonPos>> {
    let mut codons = Vec::with_capacity(cds.segments.len());
    let mut before = 0;
    for segment in &cds.segments {
        let shared = aligned.intersect(segment.span);
        if !shared.is_empty() {
            let local = |position: RefPos| position.0 - segment.span.begin.0 + before;
            codons.push(Span::new(local(shared.begin) / 3, local(shared.end) / 3));
        }
        before += segment.span.len();
    }
    codons
}

/// Codons outside the spans.
fn gaps_between(spans: &[Span<CodonPos>], length: u32) -> Vec<Span<CodonPos>> {
    let mut sorted = spans.to_vec();
    sorted.sort_by_key(|span| span.begin);
    let mut gaps = Vec::new();
    let mut previous = 0;
    for span in sorted {
        if span.begin.0 > previous {
            gaps.push(Span::new(previous, span.begin.0));
        }
        previous = span.end.0;
    }
    if length > previous {
        gaps.push(Span::new(previous, length));
    }
    gaps
}

/// Where an aligned peptide differs from the reference's, runs of gaps and unknown residues joined.
fn differences_of(expected: &[u8], found: &[u8]) -> Vec<PeptideDifference> {
    let mut differences = Vec::new();
    let mut at = 0;
    while let Some(offset) = crate::calls::first_difference(&expected[at..], &found[at..]) {
        at += offset;
        push_difference(&mut differences, at as u32, found[at]);
        at += 1;
    }
    differences
}

/// Adds one codon's letter after the others.
fn push_difference(differences: &mut Vec<PeptideDifference>, codon: u32, letter: u8) {
    match differences.last_mut() {
        Some(last)
            if last.letter == letter
                && last.codons.end.0 == codon
                && (letter == GAP || letter == amino_acid::UNKNOWN) =>
        {
            last.codons.end.0 += 1;
        }
        _ => differences.push(PeptideDifference { codons: Span::new(codon, codon + 1), letter }),
    }
}
