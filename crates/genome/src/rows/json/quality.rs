//! The judgement: every rule with its score, and the overall score.

use super::Json;
use super::value::{self, Object};
use crate::analysis::Analysis;
use crate::quality::{Place, Places, Quality, Status};
use crate::rows::text::Buffer;

fn score(object: &mut Object, score: f64) {
    object.number("score", score);
    object.text("status", Status::of(score).word());
}

impl Json<'_> {
    pub(super) fn write_quality(&self, object: &mut Object, analysis: &Analysis) {
        let quality = &analysis.quality;
        value::object(object.field("qc"), |object| {
            write_counts(object, quality);
            object.object_or_null("frameShifts", quality.frame_shifts.as_ref(), |object, rule| {
                self.write_frame_shift_rule(object, rule, analysis);
            });
            object.object_or_null("stopCodons", quality.stop_codons.as_ref(), |object, rule| {
                score(object, rule.score);
                object.list("stopCodons", &rule.counted, |out, place| self.stop_codon(out, place));
                object.count("totalStopCodons", rule.counted.len());
                object.list("stopCodonsIgnored", &rule.ignored, |out, place| self.stop_codon(out, place));
                object.count("totalStopCodonsIgnored", rule.ignored.len());
            });
            object.number("overallScore", quality.overall_score);
            object.text("overallStatus", Status::of(quality.overall_score).word());
        });
    }

    fn write_frame_shift_rule(&self, object: &mut Object, rule: &Places, analysis: &Analysis) {
        let shift = |out: &mut Buffer, place: &Place| {
            let reading = analysis.readings.get(place.cds).and_then(Option::as_ref);
            let shifts = reading.map_or(&[][..], |reading| &reading.frame_shifts);
            if let Some(shift) = shifts.iter().find(|shift| shift.codons == place.codons) {
                self.frame_shift(out, place.cds, shift);
            }
        };
        score(object, rule.score);
        object.list("frameShifts", &rule.counted, shift);
        object.count("totalFrameShifts", rule.counted.len());
        object.list("frameShiftsIgnored", &rule.ignored, shift);
        object.count("totalFrameShiftsIgnored", rule.ignored.len());
    }

    fn stop_codon(&self, out: &mut Buffer, place: &Place) {
        value::object(out, |object| {
            object.field("cdsName").extend_from_slice(self.cds_key(place.cds));
            object.count("codon", place.codons.begin.0);
        });
    }
}

/// The rules that count letters and mutations.
fn write_counts(object: &mut Object, quality: &Quality) {
    object.object_or_null("missingData", quality.missing_data.as_ref(), |object, rule| {
        score(object, rule.score);
        object.count("totalMissing", rule.total);
        object.number("missingDataThreshold", rule.threshold);
    });
    object.object_or_null("mixedSites", quality.mixed_sites.as_ref(), |object, rule| {
        score(object, rule.score);
        object.count("totalMixedSites", rule.total);
        object.count("mixedSitesThreshold", rule.threshold);
    });
    object.object_or_null("privateMutations", quality.private_mutations.as_ref(), |object, rule| {
        score(object, rule.score);
        object.count("numReversionSubstitutions", rule.reversions);
        object.count("numLabeledSubstitutions", rule.labeled);
        object.count("numUnlabeledSubstitutions", rule.unlabeled);
        object.count("totalDeletionRanges", rule.deletions);
        object.number("weightedTotal", rule.total);
        object.number("excess", rule.excess);
        object.number("cutoff", rule.cutoff);
    });
    object.object_or_null("snpClusters", quality.snp_clusters.as_ref(), |object, rule| {
        score(object, rule.score);
        object.count("totalSNPs", rule.clusters.iter().map(|cluster| cluster.substitutions).sum::<u32>());
        object.list("clusteredSNPs", &rule.clusters, |out, cluster| {
            value::object(out, |object| {
                object.count("start", cluster.first.0);
                object.count("end", cluster.last.0);
                object.count("numberOfSnps", cluster.substitutions);
            });
        });
    });
}
