//! Amino-acid changes shown together with their surroundings, as codons and nucleotides.
//!
//! Changes a few codons apart form a group; some unchanged codons are shown on either side. How far apart
//! and how many is the pack's choice (`aaChangesParams`). Start at [`group`].

use super::Json;
use super::calls;
use super::value::{self, Object};
use crate::alphabet::{GAP, nucleotide};
use crate::analysis::Analysis;
use crate::annotation::{Cds, Strand};
use crate::calls::Substitution;
use crate::coordinate::{CodonPos, Position, RefPos, Span};
use crate::pack::pathogen::AaGrouping;
use crate::rows::text::Buffer;
use crate::translation::Reading;
use crate::tree::{AaChange, AaState, NucState};

/// What a genome is compared with: the reference, or a node as what it has instead of the reference's letters.
#[derive(Clone, Copy, Default)]
pub(super) struct Base<'a> {
    /// By position.
    pub nuc: &'a [NucState],
    /// By position, of one coding sequence.
    pub aa: &'a [AaState],
}

/// A genome's letters, to look up.
pub(super) struct Genome<'a> {
    /// In reference positions, gaps where there is no letter.
    pub letters: &'a [u8],
    /// From the first to the last aligned letter.
    pub aligned: Span<RefPos>,
}

/// Codons shown together, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    codons: Vec<CodonPos>,
}

impl Group {
    /// From the first to the last codon.
    fn range(&self) -> Span<CodonPos> {
        let first = self.codons.first().map_or(0, |codon| codon.0);
        let last = self.codons.last().map_or(0, |codon| codon.0 + 1);
        Span::new(first, last)
    }

    fn last(&self) -> u32 {
        self.codons.last().map_or(0, |codon| codon.0)
    }

    fn extend(&mut self, codons: std::ops::Range<u32>, is_sequenced: impl Fn(CodonPos) -> bool) {
        self.codons.extend(codons.map(CodonPos).filter(|&codon| is_sequenced(codon)));
    }
}

/// Groups changed codons, given in order.
pub(super) fn group(
    changed: impl IntoIterator<Item = CodonPos>,
    grouping: AaGrouping,
    is_sequenced: impl Fn(CodonPos) -> bool + Copy,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let pad_right = |group: &mut Group| {
        let next = group.last().saturating_add(1);
        group.extend(next..next.saturating_add(grouping.padding), is_sequenced);
    };
    for codon in changed {
        match groups.last_mut() {
            Some(last) if codon.0 <= last.last().saturating_add(grouping.spacing) => {
                last.extend(last.last() + 1..codon.0, is_sequenced);
                last.codons.push(codon);
            }
            before => {
                if let Some(before) = before {
                    pad_right(before);
                }
                let mut next = Group { codons: Vec::new() };
                next.extend(codon.0.saturating_sub(grouping.padding)..codon.0, is_sequenced);
                next.codons.push(codon);
                groups.push(next);
            }
        }
    }
    if let Some(last) = groups.last_mut() {
        pad_right(last);
    }
    groups
}

/// The pieces of the reference a codon covers; nearly always one.
fn pieces(cds: &Cds, codon: CodonPos) -> Vec<(Span<RefPos>, Strand)> {
    cds.codon_spans(codon)
}

impl Json<'_> {
    /// Groups of all changes from the reference.
    pub(super) fn write_groups(&self, object: &mut Object, analysis: &Analysis, genome: &Genome) {
        let out = object.field("aaChangesGroups");
        out.push(b'[');
        let begin = out.len();
        for reading in analysis.readings.iter().flatten() {
            let changed = self.changed_codons(reading);
            if changed.is_empty() {
                continue;
            }
            if out.len() > begin {
                out.push(b',');
            }
            self.write_groups_of(out, reading, &changed, Base::default(), genome);
        }
        out.push(b']');
    }

    /// Codons that differ from the reference's and were sequenced.
    fn changed_codons(&self, reading: &Reading) -> Vec<CodonPos> {
        let letters = self.pack.peptides().letters(reading.cds);
        let known =
            reading.differences.iter().filter(|run| run.letter != crate::alphabet::amino_acid::UNKNOWN);
        known
            .flat_map(|run| run.codons.positions().filter(|codon| letters[codon.index()] != run.letter))
            .filter(|&codon| reading.is_aligned(codon))
            .collect()
    }

    /// The groups of some changes of one coding sequence, with commas between.
    pub(super) fn write_groups_of(
        &self,
        out: &mut Buffer,
        reading: &Reading,
        changed: &[CodonPos],
        base: Base,
        genome: &Genome,
    ) {
        let grouping = self.pack.pathogen().aa_grouping;
        let groups = group(changed.iter().copied(), grouping, |codon| reading.is_aligned(codon));
        crate::rows::text::list(out, b',', &groups, |out, group: &Group| {
            let context = Context { json: self, reading, base, genome };
            context.write_group(out, group);
        });
    }

    /// Which amino-acid changes each nucleotide position takes part in; keys in the order of their text.
    pub(super) fn write_nuc_to_aa(&self, object: &mut Object, analysis: &Analysis) {
        let mut pairs: Vec<([u8; 10], u32, usize, &AaChange)> = Vec::new();
        for change in analysis.aa_substitutions.iter().chain(&analysis.aa_deletions) {
            let rank = self.cds_rank(change.cds);
            for (span, _) in pieces(&self.pack.annotation().cdses[change.cds], change.position) {
                pairs.extend(span.positions().map(|at| (digits(at.0), at.0, rank, change)));
            }
        }
        pairs.sort_by_key(|&(text, _, rank, change)| (text, rank, change.position));
        pairs.dedup();
        value::object(object.field("nucToAaMuts"), |object| {
            for same_place in pairs.chunk_by(|a, b| a.1 == b.1) {
                let out = object.field_named(&same_place[0].1.to_string());
                value::list(out, same_place, |out, &(_, _, _, change)| self.aa_substitution(out, change));
            }
        });
    }
}

/// Decimal digits from the left, then zeros: sorts as the text does.
fn digits(mut value: u32) -> [u8; 10] {
    let mut digits = [0; 10];
    let length = value.checked_ilog10().unwrap_or(0) as usize + 1;
    for digit in digits[..length].iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
    digits
}

/// What the codons of a group are looked up in.
struct Context<'a> {
    json: &'a Json<'a>,
    reading: &'a Reading,
    base: Base<'a>,
    genome: &'a Genome<'a>,
}

impl Context<'_> {
    fn write_group(&self, out: &mut Buffer, group: &Group) {
        let cds = &self.json.pack.annotation().cdses[self.reading.cds];
        let (mut substitutions, mut deletions) = (Vec::new(), Vec::new());
        for (span, _) in group.range().positions().flat_map(|codon| pieces(cds, codon)) {
            for position in span.positions() {
                let (from, to) = (self.base_letter(position), self.genome.letters[position.index()]);
                let is_known = to != nucleotide::UNKNOWN && self.genome.aligned.contains(position);
                match to {
                    _ if !is_known || from == to => {}
                    GAP => deletions.push((position, from)),
                    _ => substitutions.push(Substitution { position, from, to }),
                }
            }
        }
        value::object(out, |object| {
            object.field("name").extend_from_slice(self.json.cds_key(self.reading.cds));
            object.span("range", group.range());
            object.list("changes", &group.codons, |out, &codon| self.write_codon(out, codon, cds));
            object.list("nucSubs", &substitutions, calls::substitution);
            object.list("nucDels", deletions.iter().copied(), calls::deleted_letter);
            let runs = deletions.chunk_by(|a, b| a.0.0 + 1 == b.0.0);
            let spans = runs.map(|run| Span::new(run[0].0.0, run[0].0.0 + run.len() as u32));
            object.list("nucDelRanges", spans, calls::deleted_span);
        });
    }

    fn write_codon(&self, out: &mut Buffer, codon: CodonPos, cds: &Cds) {
        let pieces = pieces(cds, codon);
        value::object(out, |object| {
            object.field("cdsName").extend_from_slice(self.json.cds_key(self.reading.cds));
            object.count("pos", codon.0);
            object.letter("refAa", self.base_residue(codon));
            object.letter("qryAa", self.reading.letter(codon, self.json.pack.peptides()));
            object.count("nucPos", pieces.first().map_or(0, |(span, _)| span.begin.0));
            let base_letter = |position| self.base_letter(position);
            value::letters(object.field("refTriplet"), in_reading_order(&pieces, base_letter));
            let own_letter = |position: RefPos| self.genome.letters[position.index()];
            value::letters(object.field("qryTriplet"), in_reading_order(&pieces, own_letter));
            object.list("nucRanges", pieces.iter().map(|&(span, _)| span), value::span);
        });
    }

    fn base_letter(&self, position: RefPos) -> u8 {
        match self.base.nuc.binary_search_by_key(&position, |state| state.position) {
            Ok(at) => self.base.nuc[at].letter,
            Err(_) => self.json.pack.reference().letter(position),
        }
    }

    fn base_residue(&self, codon: CodonPos) -> u8 {
        match self.base.aa.binary_search_by_key(&codon, |state| state.position) {
            Ok(at) => self.base.aa[at].letter,
            Err(_) => self.json.pack.peptides().letters(self.reading.cds)[codon.index()],
        }
    }
}

/// The letters of pieces of the reference as the coding sequence reads them.
fn in_reading_order(pieces: &[(Span<RefPos>, Strand)], letter: impl Fn(RefPos) -> u8) -> Vec<u8> {
    let mut letters = Vec::with_capacity(3);
    for (span, strand) in pieces {
        match strand {
            Strand::Forward => letters.extend(span.positions().map(&letter)),
            Strand::Reverse => {
                let turned = (span.begin.0..span.end.0).rev().map(|at| letter(RefPos(at)));
                letters.extend(turned.map(nucleotide::complement));
            }
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_close_together_share_a_group_with_padding() {
        let check = |changed: &[u32], sequenced: Span<CodonPos>, expected: &[&[u32]]| {
            let grouping = AaGrouping { spacing: 3, padding: 2 };
            let groups = group(changed.iter().map(|&at| CodonPos(at)), grouping, |at| sequenced.contains(at));
            let found: Vec<Vec<u32>> =
                groups.iter().map(|group| group.codons.iter().map(|codon| codon.0).collect()).collect();
            assert_eq!(found, expected, "{changed:?}");
        };
        let all = Span::new(0, 100);
        check(&[], all, &[]);
        check(&[10], all, &[&[8, 9, 10, 11, 12]]);
        check(&[1], all, &[&[0, 1, 2, 3]]);
        check(&[99], all, &[&[97, 98, 99]]);
        check(&[10, 13], all, &[&[8, 9, 10, 11, 12, 13, 14, 15]]);
        check(&[10, 14], all, &[&[8, 9, 10, 11, 12], &[12, 13, 14, 15, 16]]);
        check(&[10], Span::new(9, 12), &[&[9, 10, 11]]);
    }

    #[test]
    fn positions_sort_as_text() {
        let mut values = vec![0, 9, 10, 100, 1, 20, 4_000_000_000, 3];
        values.sort_by_key(|&value| digits(value));
        assert_eq!(values, [0, 1, 10, 100, 20, 3, 4_000_000_000, 9]);
    }
}
