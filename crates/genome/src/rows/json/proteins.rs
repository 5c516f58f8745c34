//! What coding sequences say: frame shifts, amino-acid changes, unknown residues, what was sequenced.

use super::Json;
use super::value::{self, Object};
use crate::alphabet::amino_acid;
use crate::analysis::Analysis;
use crate::coordinate::{CodonPos, Span};
use crate::rows::text::Buffer;
use crate::translation::{FrameShift, Reading};
use crate::tree::AaChange;

impl Json<'_> {
    /// `{"cdsName":"S","pos":613,"refAa":"D","qryAa":"G"}`
    pub(super) fn aa_substitution(&self, out: &mut Buffer, change: &AaChange) {
        value::object(out, |object| {
            object.field("cdsName").extend_from_slice(self.cds_key(change.cds));
            object.count("pos", change.position.0);
            object.letter("refAa", change.from);
            object.letter("qryAa", change.to);
        });
    }

    /// `{"cdsName":"S","pos":68,"refAa":"H"}`
    pub(super) fn aa_deletion(&self, out: &mut Buffer, change: &AaChange) {
        value::object(out, |object| {
            object.field("cdsName").extend_from_slice(self.cds_key(change.cds));
            object.count("pos", change.position.0);
            object.letter("refAa", change.from);
        });
    }

    pub(super) fn frame_shift(&self, out: &mut Buffer, cds: usize, shift: &FrameShift) {
        value::object(out, |object| {
            object.field("cdsName").extend_from_slice(self.cds_key(cds));
            object.span("nucRel", Span::<CodonPos>::new(shift.columns.0, shift.columns.1));
            object.list("nucAbs", shift.reference.iter().copied(), value::span);
            object.span("codon", shift.codons);
            object.span("gapsLeading", shift.gaps_leading);
            object.span("gapsTrailing", shift.gaps_trailing);
        });
    }

    pub(super) fn write_frame_shifts(&self, object: &mut Object, analysis: &Analysis) {
        let shifts = || {
            let readings = analysis.readings.iter().flatten();
            readings.flat_map(|reading| reading.frame_shifts.iter().map(|shift| (reading.cds, shift)))
        };
        object.list("frameShifts", shifts(), |out, (cds, shift)| self.frame_shift(out, cds, shift));
        object.count("totalFrameShifts", shifts().count());
    }

    pub(super) fn write_aa_changes(&self, object: &mut Object, analysis: &Analysis) {
        let (substitutions, deletions) = (&analysis.aa_substitutions, &analysis.aa_deletions);
        object.list("aaSubstitutions", substitutions, |out, change| self.aa_substitution(out, change));
        object.count("totalAminoacidSubstitutions", substitutions.len());
        object.list("aaDeletions", deletions, |out, change| self.aa_deletion(out, change));
        object.count("totalAminoacidDeletions", deletions.len());
        let insertions = || {
            let readings = self.readings_by_name(analysis);
            readings.flat_map(|reading| reading.insertions.iter().map(move |ins| (reading.cds, ins)))
        };
        object.list("aaInsertions", insertions(), |out, (cds, insertion)| {
            value::object(out, |object| {
                object.field("cds").extend_from_slice(self.cds_key(cds));
                value::position_before(object.field("pos"), insertion.after);
                value::letters(object.field("ins"), insertion.letters.iter().copied());
            });
        });
        object.count("totalAminoacidInsertions", insertions().count());
        let unknown = || analysis.readings.iter().flatten().filter(|reading| reading.unknown_aa() > 0);
        object.list("unknownAaRanges", unknown(), |out, reading| self.unknown_aa(out, reading));
        object.count("totalUnknownAa", unknown().map(Reading::unknown_aa).sum::<u32>());
    }

    fn unknown_aa(&self, out: &mut Buffer, reading: &Reading) {
        value::object(out, |object| {
            object.field("cdsName").extend_from_slice(self.cds_key(reading.cds));
            object.letter("character", amino_acid::UNKNOWN);
            object.list("ranges", reading.unknown(), |out, codons| {
                value::object(out, |object| {
                    object.span("range", codons);
                    object.letter("character", amino_acid::UNKNOWN);
                });
            });
            object.count("length", reading.unknown_aa());
        });
    }

    /// What was sequenced of every coding sequence of the annotation, also of those not read at all.
    pub(super) fn write_sequenced(&self, object: &mut Object, analysis: &Analysis) {
        let not_empty = |span: &Span<CodonPos>| !span.is_empty();
        let by_name = || self.pack.cdses_by_name().iter();
        value::object(object.field("aaAlignmentRanges"), |object| {
            for &cds in by_name() {
                let aligned =
                    analysis.readings[cds].iter().flat_map(|reading| reading.aligned.iter().copied());
                value::list(self.cds_field(object, cds), aligned.filter(not_empty), value::span);
            }
        });
        value::object(object.field("aaUnsequencedRanges"), |object| {
            for &cds in by_name() {
                let out = self.cds_field(object, cds);
                match &analysis.readings[cds] {
                    Some(reading) => {
                        value::list(out, reading.unaligned.iter().copied().filter(not_empty), value::span);
                    }
                    None => value::list(out, self.segments_in_codons(cds), value::span),
                }
            }
        });
    }

    fn segments_in_codons(&self, cds: usize) -> impl Iterator<Item = Span<CodonPos>> {
        self.pack.annotation().cdses[cds]
            .segments
            .iter()
            .map(|segment| Span::new(segment.span_in_cds.begin.0 / 3, segment.span_in_cds.end.0 / 3))
    }

    pub(super) fn write_cds_coverage(&self, object: &mut Object, analysis: &Analysis) {
        value::object(object.field("cdsCoverage"), |object| {
            for reading in self.readings_by_name(analysis) {
                let coverage = analysis.cds_coverage(reading, self.pack);
                value::number(self.cds_field(object, reading.cds), coverage);
            }
        });
    }
}
