//! Motifs of the genome, and which of the reference's it keeps, gains and loses.

use super::Json;
use super::value::{self, Object};
use crate::alphabet::amino_acid;
use crate::analysis::Analysis;
use crate::coordinate::{CodonPos, Position, Span};
use crate::pack::Pack;
use crate::phenotype::MotifMatch;
use crate::rows::text::Buffer;
use crate::translation::Reading;
use std::cmp::Ordering;

/// The motifs of the reference, in the order of the pack's motifs.
pub(super) fn of_reference(pack: &Pack) -> Vec<Vec<MotifMatch>> {
    let whole = |cds: usize| {
        let aligned = vec![Span::new(0, pack.peptides().letters(cds).len() as u32)];
        Some(Reading { cds, aligned, ..Reading::default() })
    };
    let readings: Vec<_> = (0..pack.annotation().cdses.len()).map(whole).collect();
    pack.motifs().iter().map(|motif| motif.find(&readings, pack.peptides())).collect()
}

/// A motif at a place: what the reference has there and what the genome has.
struct Change {
    cds: usize,
    position: CodonPos,
    reference: Vec<u8>,
    genome: Vec<u8>,
}

/// Motifs of one kind, compared.
#[derive(Default)]
struct Changes {
    preserved: Vec<Change>,
    gained: Vec<Change>,
    lost: Vec<Change>,
    /// Places where the genome is unknown.
    ambiguous: Vec<Change>,
}

impl Json<'_> {
    pub(super) fn write_motifs(&self, object: &mut Object, analysis: &Analysis) {
        let kinds = &self.pack.pathogen().motifs;
        value::object(object.field("aaMotifs"), |object| {
            for &at in &self.motifs_by_name {
                let matches = &analysis.motifs[at];
                if !matches.is_empty() {
                    let name = &kinds[at].name;
                    value::list(object.field_named(name), matches, |out, found| {
                        value::object(out, |object| {
                            self.write_place(object, name, found.cds, found.position);
                            value::letters(object.field("seq"), found.residues.iter().copied());
                        });
                    });
                }
            }
        });
        value::object(object.field("aaMotifsChanges"), |object| {
            for &at in &self.motifs_by_name {
                let (of_reference, of_genome) = (&self.reference_motifs[at], &analysis.motifs[at]);
                if of_reference.is_empty() && of_genome.is_empty() {
                    continue;
                }
                let changes = self.compare(of_reference, of_genome, analysis);
                let name = &kinds[at].name;
                value::object(object.field_named(name), |object| {
                    let write = |out: &mut Buffer, change: &Change| self.write_change(out, name, change);
                    object.list("preserved", &changes.preserved, write);
                    object.list("gained", &changes.gained, write);
                    object.list("lost", &changes.lost, write);
                    object.list("ambiguous", &changes.ambiguous, write);
                    object.count("total", changes.gained.len() + changes.preserved.len());
                });
            }
        });
    }

    fn write_place(&self, object: &mut Object, name: &str, cds: usize, position: CodonPos) {
        object.text("name", name);
        object.field("cds").extend_from_slice(self.cds_key(cds));
        object.count("position", position.0);
    }

    fn write_change(&self, out: &mut Buffer, name: &str, change: &Change) {
        value::object(out, |object| {
            self.write_place(object, name, change.cds, change.position);
            value::letters(object.field("refSeq"), change.reference.iter().copied());
            value::letters(object.field("qrySeq"), change.genome.iter().copied());
        });
    }

    /// Coding sequences by name, then by position; one match at each place.
    fn places<'a>(&self, matches: &'a [MotifMatch]) -> Vec<&'a MotifMatch> {
        let mut places: Vec<_> = matches.iter().collect();
        places.sort_by_key(|found| self.place_of(found));
        places.dedup_by_key(|found| (found.cds, found.position));
        places
    }

    fn place_of(&self, found: &MotifMatch) -> (usize, CodonPos) {
        (self.cds_rank(found.cds), found.position)
    }

    fn compare(&self, reference: &[MotifMatch], genome: &[MotifMatch], analysis: &Analysis) -> Changes {
        let (reference, genome) = (self.places(reference), self.places(genome));
        let (mut before, mut after) = (&reference[..], &genome[..]);
        let mut changes = Changes::default();
        loop {
            let order = match (before.first(), after.first()) {
                (None, None) => return changes,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(one), Some(other)) => self.place_of(one).cmp(&self.place_of(other)),
            };
            if let (Ordering::Equal, [one, ..], [other, ..]) = (order, before, after) {
                changes.preserved.push(change(other, one.residues.clone(), other.residues.clone()));
            } else if let (Ordering::Less, [lost, ..]) = (order, before) {
                self.add_lost(lost, analysis, &mut changes);
            } else if let [gained, ..] = after {
                changes.gained.push(change(gained, self.reference_residues(gained), gained.residues.clone()));
            }
            before = &before[usize::from(order != Ordering::Greater)..];
            after = &after[usize::from(order != Ordering::Less)..];
        }
    }

    fn reference_residues(&self, found: &MotifMatch) -> Vec<u8> {
        let letters = self.pack.peptides().letters(found.cds);
        let begin = found.position.index();
        letters.get(begin..begin + found.residues.len()).unwrap_or_default().to_vec()
    }

    /// A motif of the reference that the genome has not: lost if it was sequenced there, ambiguous if it is
    /// unknown; nothing where it was not sequenced.
    fn add_lost(&self, found: &MotifMatch, analysis: &Analysis, changes: &mut Changes) {
        let Some(reading) = analysis.readings.get(found.cds).and_then(Option::as_ref) else { return };
        let span = Span::<CodonPos>::new(found.position.0, found.position.0 + found.residues.len() as u32);
        if !reading.aligned.iter().any(|aligned| aligned.intersect(span).len() == span.len()) {
            return;
        }
        let residues: Vec<u8> =
            span.positions().map(|codon| reading.letter(codon, self.pack.peptides())).collect();
        let is_unknown = residues.contains(&amino_acid::UNKNOWN);
        let list = if is_unknown { &mut changes.ambiguous } else { &mut changes.lost };
        list.push(change(found, found.residues.clone(), residues));
    }
}

fn change(found: &MotifMatch, reference: Vec<u8>, genome: Vec<u8>) -> Change {
    Change { cds: found.cds, position: found.position, reference, genome }
}
