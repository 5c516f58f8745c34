//! Reads a coding sequence that lies along the reference without insertions or deletions: only the codons in
//! which letters changed are translated.
//!
//! It declines (`None`) when the coding sequence is not covered by paired letters alone, and when changed
//! residues crowd so much that an alignment of the peptide might place gaps. Start at [`differences`].

use super::{PeptideDifference, Translator, push_difference};
use crate::align::Step;
use crate::alphabet::{amino_acid, nucleotide};
use crate::annotation::{Cds, Segment, Strand};
use crate::calls::Calls;
use crate::coordinate::{Position, RefPos, Span};

use super::AlignedQuery;

/// The differences of an ungapped coding sequence, or `None` if the slow method must read it.
pub fn differences(
    translator: &Translator,
    cds: usize,
    query: &AlignedQuery,
) -> Option<Vec<PeptideDifference>> {
    if translator.peptides.parameters().no_translate_past_stop {
        return None;
    }
    let sequence = &translator.annotation.cdses[cds];
    let codons = Codons::new(sequence, query)?;
    let mut touched = Vec::new();
    for segment in &sequence.segments {
        touched_codons(segment, query.calls, &mut touched);
    }
    if touched.is_empty() {
        return Some(Vec::new());
    }
    touched.sort_unstable();
    let comparable = translator.peptides.comparable(cds);
    let mut differences = Vec::new();
    let mut next = 0;
    for (begin, end) in touched {
        for codon in begin.max(next)..end {
            let letter = amino_acid::translate(codons.letters(codon));
            if letter != comparable[codon as usize] {
                push_difference(&mut differences, codon, letter);
            }
        }
        next = next.max(end);
    }
    let certain = !might_be_realigned(translator, cds, &differences);
    certain.then_some(differences)
}

/// Where each segment's letters stand in the query.
struct Codons<'a> {
    cds: &'a Cds,
    query: &'a [u8],
    /// Query position less reference position, by segment.
    offsets: Vec<i64>,
}

impl<'a> Codons<'a> {
    fn new(cds: &'a Cds, query: &AlignedQuery<'a>) -> Option<Self> {
        let runs = query.path.runs();
        let offset = |segment: &Segment| {
            let at = runs.partition_point(|run| run.reference_end() <= segment.span.begin.0);
            let run = runs.get(at)?;
            let covers = run.step == Step::Pair
                && run.reference <= segment.span.begin.0
                && segment.span.end.0 <= run.reference_end()
                && segment.wrapping == crate::annotation::Wrapping::No;
            covers.then(|| i64::from(run.query) - i64::from(run.reference))
        };
        let offsets = cds.segments.iter().map(offset).collect::<Option<Vec<_>>>()?;
        Some(Self { cds, query: query.letters, offsets })
    }

    fn letters(&self, codon: u32) -> [u8; 3] {
        let begin = codon * 3;
        let segments = &self.cds.segments;
        let at = segments.partition_point(|segment| segment.span_in_cds.end.0 <= begin);
        let segment = &segments[at];
        if segment.strand == Strand::Forward && begin + 3 <= segment.span_in_cds.end.0 {
            let reference = segment.span.begin.0 + begin - segment.span_in_cds.begin.0;
            let first = (i64::from(reference) + self.offsets[at]) as usize;
            return [self.query[first], self.query[first + 1], self.query[first + 2]];
        }
        [0, 1, 2].map(|place| self.letter(begin + place))
    }

    fn letter(&self, place: u32) -> u8 {
        let segments = &self.cds.segments;
        let at = segments.partition_point(|segment| segment.span_in_cds.end.0 <= place);
        let segment = &segments[at];
        let offset = place - segment.span_in_cds.begin.0;
        let letter = |reference: u32| self.query[(i64::from(reference) + self.offsets[at]) as usize];
        match segment.strand {
            Strand::Forward => letter(segment.span.begin.0 + offset),
            Strand::Reverse => nucleotide::complement(letter(segment.span.end.0 - 1 - offset)),
        }
    }
}

/// Adds the codons of a segment that hold a changed, missing or ambiguous letter.
fn touched_codons(segment: &Segment, calls: &Calls, touched: &mut Vec<(u32, u32)>) {
    let (begin, end) = (segment.span.begin, segment.span.end);
    let mut touch = |span: Span<RefPos>| {
        let shared = span.intersect(segment.span);
        if shared.is_empty() {
            return;
        }
        let (from, to) = match segment.strand {
            Strand::Forward => (shared.begin.0 - begin.0, shared.end.0 - begin.0),
            Strand::Reverse => (end.0 - shared.end.0, end.0 - shared.begin.0),
        };
        let before = segment.span_in_cds.begin.0;
        touched.push(((before + from) / 3, (before + to).div_ceil(3)));
    };
    let first = calls.substitutions.partition_point(|sub| sub.position < begin);
    for sub in calls.substitutions[first..].iter().take_while(|sub| sub.position < end) {
        touch(Span::new(sub.position.0, sub.position.0 + 1));
    }
    let first = calls.missing.partition_point(|span| span.end <= begin);
    for &span in calls.missing[first..].iter().take_while(|span| span.begin < end) {
        touch(span);
    }
    let first = calls.ambiguous.partition_point(|run| run.span.end <= begin);
    for run in calls.ambiguous[first..].iter().take_while(|run| run.span.begin < end) {
        touch(run.span);
    }
}

/// Whether changed residues crowd so much that a detour over neighbouring residues could score better.
///
/// A detour pays two gaps and at least one pair, and gains a mismatch turned into a match for each changed
/// residue it passes; where the reference residue resembles none of its neighbours it loses a match. The
/// best such sum over any stretch is an upper bound of every detour's gain.
fn might_be_realigned(translator: &Translator, cds: usize, differences: &[PeptideDifference]) -> bool {
    let parameters = translator.peptides.parameters();
    let gain = parameters.score_match + parameters.penalty_mismatch;
    let cost = 2 * parameters.penalty_gap_open + parameters.score_match - 1;
    let letters = translator.peptides.letters(cds);
    let resembles = translator.peptides.resembles_neighbour(cds);
    let (mut sum, mut previous) = (0, 0);
    for run in differences {
        let at = run.codons.begin.index();
        if amino_acid::residues(run.letter) & amino_acid::residues(letters[at]) == 0 {
            let mut between = resembles[previous..at].iter();
            while sum > 0
                && let Some(&resembles) = between.next()
            {
                sum -= if resembles { 0 } else { gain };
            }
            sum = sum.max(0) + gain;
            if sum >= cost {
                return true;
            }
            previous = at + 1;
        }
    }
    false
}
