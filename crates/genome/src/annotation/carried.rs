//! The reference's coding sequences and genes, carried over to a genome in the genome's own coordinates.
//!
//! A stretch is carried over from the first to the last of its letters that have a letter opposite; what the genome does
//! not reach is said to go on beyond its end. Refuses to choose a file format. Start at [`Carried::new`].

use super::{Annotation, Cds, Gene, Segment, Strand};
use crate::align::{Path, Step};
use crate::alphabet::{amino_acid, nucleotide};
use crate::analysis::Analysis;
use crate::coordinate::{RefPos, Span};

/// A stretch of a genome as it was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Letters of the genome before it.
    pub begin: u32,
    /// Letters of the genome up to its last.
    pub end: u32,
    /// Which strand of the genome is read.
    pub strand: Strand,
    /// Whether the feature goes on before the first letter here, in the order of the genome.
    pub goes_on_before: bool,
    /// Whether it goes on behind the last.
    pub goes_on_behind: bool,
    /// Nucleotides to skip to the first whole codon; 0 for what is no coding sequence.
    pub phase: u8,
}

/// A gene of a genome.
#[derive(Clone, Debug)]
pub struct CarriedGene<'a> {
    /// The gene of the reference.
    pub gene: &'a Gene,
    /// Where it is.
    pub stretch: Stretch,
}

/// A coding sequence of a genome.
#[derive(Clone, Debug)]
pub struct CarriedCds<'a> {
    /// The coding sequence of the reference.
    pub cds: &'a Cds,
    /// Its number in the annotation.
    pub number: usize,
    /// Its pieces that the genome has, in reading order.
    pub pieces: Vec<Stretch>,
    /// What it reads, from its first whole codon to its stop codon, which is not written; none where the reading frame
    /// is broken, or a stop codon stands within.
    pub peptide: Option<Vec<u8>>,
}

/// All features of a genome.
#[derive(Clone, Debug)]
pub struct Carried<'a> {
    /// Genes that it has any of.
    pub genes: Vec<CarriedGene<'a>>,
    /// Coding sequences that it has any of.
    pub cdses: Vec<CarriedCds<'a>>,
}

impl<'a> Carried<'a> {
    /// Carries the features over; `letters` are the genome as it was handed in.
    pub fn new(annotation: &'a Annotation, analysis: &Analysis, letters: &[u8]) -> Self {
        let over = Over {
            path: &analysis.path,
            aligned: analysis.calls.aligned,
            length: letters.len() as u32,
            is_turned: analysis.is_reverse_complement,
        };
        let genes = annotation.genes.iter().filter_map(|gene| {
            let strand = annotation.cdses.get(gene.cdses.clone()).and_then(<[Cds]>::first);
            let strand =
                strand.and_then(|cds| cds.segments.first()).map(|one| one.strand).unwrap_or_default();
            Some(CarriedGene { gene, stretch: over.stretch(gene.span, strand)?.0 })
        });
        let cdses = annotation.cdses.iter().enumerate().filter_map(|(number, cds)| {
            let pieces: Vec<Stretch> =
                cds.segments.iter().filter_map(|segment| over.piece(segment)).collect();
            let peptide = peptide(&pieces, letters);
            (!pieces.is_empty()).then_some(CarriedCds { cds, number, pieces, peptide })
        });
        Self { genes: genes.collect(), cdses: cdses.collect() }
    }
}

/// The alignment, from the reference to the genome as it was handed in.
struct Over<'a> {
    path: &'a Path,
    aligned: Span<RefPos>,
    length: u32,
    is_turned: bool,
}

impl Over<'_> {
    /// A stretch of the reference in the genome, and the first letter of the reference that it has.
    fn stretch(&self, span: Span<RefPos>, strand: Strand) -> Option<(Stretch, Span<RefPos>)> {
        let within = span.intersect(self.aligned);
        let pairs = self.path.runs().iter().filter(|run| run.step == Step::Pair);
        let mut inside = pairs.filter_map(|run| {
            let part = within.intersect(Span::new(run.reference, run.reference_end()));
            let query = run.query + (part.begin.0.checked_sub(run.reference)?);
            (!part.is_empty()).then_some((part, query, query + part.len()))
        });
        let first = inside.next()?;
        let last = inside.next_back().unwrap_or(first);
        let (before, behind) = (span.begin < self.aligned.begin, span.end > self.aligned.end);
        let turned = |strand| if strand == Strand::Forward { Strand::Reverse } else { Strand::Forward };
        let covered = Span::new(first.0.begin.0, last.0.end.0);
        let stretch = if self.is_turned {
            Stretch {
                begin: self.length - last.2,
                end: self.length - first.1,
                strand: turned(strand),
                goes_on_before: behind,
                goes_on_behind: before,
                phase: 0,
            }
        } else {
            let (begin, end) = (first.1, last.2);
            Stretch { begin, end, strand, goes_on_before: before, goes_on_behind: behind, phase: 0 }
        };
        Some((stretch, covered))
    }

    /// A piece of a coding sequence.
    fn piece(&self, segment: &Segment) -> Option<Stretch> {
        let (stretch, covered) = self.stretch(segment.span, segment.strand)?;
        let skipped = match segment.strand {
            Strand::Forward => covered.begin.0 - segment.span.begin.0,
            Strand::Reverse => segment.span.end.0 - covered.end.0,
        };
        let before = (3 - (segment.span_in_cds.begin.0 + skipped) % 3) % 3;
        Some(Stretch { phase: before as u8, ..stretch })
    }
}

/// What the pieces of a coding sequence read.
fn peptide(pieces: &[Stretch], letters: &[u8]) -> Option<Vec<u8>> {
    let mut coding = Vec::new();
    for piece in pieces {
        let mut own: Vec<u8> = letters.get(piece.begin as usize..piece.end as usize)?.to_vec();
        own.make_ascii_uppercase();
        if piece.strand == Strand::Reverse {
            nucleotide::reverse_complement(&mut own);
        }
        coding.extend_from_slice(&own);
    }
    let (first, last) = (pieces.first()?, pieces.last()?);
    let is_cut = match last.strand {
        Strand::Forward => last.goes_on_behind,
        Strand::Reverse => last.goes_on_before,
    };
    let whole = coding.get(usize::from(first.phase)..)?;
    if whole.len() % 3 != 0 && !is_cut {
        return None;
    }
    let mut peptide = Vec::new();
    amino_acid::translate_all(whole, &mut peptide);
    peptide.pop_if(|last| *last == amino_acid::STOP);
    (!peptide.is_empty() && !peptide.contains(&amino_acid::STOP)).then_some(peptide)
}
