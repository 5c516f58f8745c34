//! Rows of TSV and CSV tables.
//!
//! Start at [`Table::write_row`]. Cells are quoted only where they must be (RFC 4180).

use super::RecordName;
use super::cells::{self, PrivateKind};
use super::columns::{Column, Columns, ComparedPart, ComparedWith};
use super::text::{self, Buffer};
use crate::analysis::Analysis;
use crate::coordinate::{Position, RefPos, Span};
use crate::pack::Pack;
use crate::quality::{Place, Status};
use crate::tree::RelativeMutations;

/// How cells are set apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    /// TSV.
    Tab,
    /// CSV, with the delimiter the field's tables have.
    Semicolon,
}

impl Delimiter {
    fn byte(self) -> u8 {
        match self {
            Self::Tab => b'\t',
            Self::Semicolon => b';',
        }
    }
}

/// Writes the table of one pack.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// The pack all rows were analysed with.
    pub pack: &'a Pack,
    /// Which columns.
    pub columns: &'a Columns,
    /// How cells are set apart.
    pub delimiter: Delimiter,
}

/// One row's values.
struct Row<'a> {
    record: RecordName<'a>,
    analysis: &'a Analysis,
    pack: &'a Pack,
    warnings: &'a str,
}

impl Table<'_> {
    /// Writes the header line.
    pub fn write_header(&self, out: &mut Buffer) {
        text::list(out, self.delimiter.byte(), self.columns.names(), |out, name| {
            let begin = out.len();
            out.extend_from_slice(name.as_bytes());
            text::quote(out, begin, self.delimiter.byte());
        });
        out.push(b'\n');
    }

    /// Writes the row of an analysed genome.
    pub fn write_row(&self, record: RecordName, analysis: &Analysis, warnings: &str, out: &mut Buffer) {
        let row = Row { record, analysis, pack: self.pack, warnings };
        for (at, column) in self.columns.iter().enumerate() {
            if at > 0 {
                out.push(self.delimiter.byte());
            }
            let begin = out.len();
            row.cell(column, out);
            if may_need_quotes(column) || self.delimiter == Delimiter::Semicolon {
                text::quote(out, begin, self.delimiter.byte());
            }
        }
        out.push(b'\n');
    }

    /// Writes the row of a sequence that was not analysed.
    pub fn write_error(&self, record: RecordName, error: &str, out: &mut Buffer) {
        for (at, column) in self.columns.iter().enumerate() {
            if at > 0 {
                out.push(self.delimiter.byte());
            }
            let begin = out.len();
            match column {
                Column::Index => text::integer(out, record.index),
                Column::SeqName => out.extend_from_slice(record.name.as_bytes()),
                Column::Errors => out.extend_from_slice(error.as_bytes()),
                _ => continue,
            }
            text::quote(out, begin, self.delimiter.byte());
        }
        out.push(b'\n');
    }
}

/// Whether a cell of a TSV can hold anything but plain numbers, names of the pack and mutations.
fn may_need_quotes(column: Column) -> bool {
    matches!(
        column,
        Column::SeqName
            | Column::Warnings
            | Column::Clade
            | Column::Attribute(_)
            | Column::NearestNodeName
            | Column::StructureFindings
            | Column::LeftParent
            | Column::RightParent
            | Column::FailedCdses
            | Column::Compared(_, ComparedPart::NodeName)
    )
}

impl Row<'_> {
    fn cell(&self, column: Column, out: &mut Buffer) {
        match column {
            Column::Index => text::integer(out, self.record.index),
            Column::SeqName => out.extend_from_slice(self.record.name.as_bytes()),
            Column::Warnings => out.extend_from_slice(self.warnings.as_bytes()),
            Column::Errors | Column::PcrPrimerChanges => {}
            Column::TotalPcrPrimerChanges => out.push(b'0'),
            Column::Phenotype(at) => {
                if let Some(score) = self.analysis.phenotypes[at] {
                    text::float(out, score);
                }
            }
            Column::StructureScore | Column::StructureStatus | Column::StructureFindings => {
                cells::structure(out, column, &self.analysis.structure);
            }
            Column::LeftParent | Column::RightParent | Column::Breakpoint => {
                cells::mosaic(out, column, &self.analysis.structure, self.pack.tree());
            }
            Column::Motif(at) => cells::motifs(out, &self.analysis.motifs[at], self.pack.annotation()),
            _ => self.call_cell(column, out),
        }
    }

    fn call_cell(&self, column: Column, out: &mut Buffer) {
        let analysis = self.analysis;
        let calls = &analysis.calls;
        let annotation = self.pack.annotation();
        let readings = || analysis.readings.iter().flatten();
        let mut count = |value: usize| text::integer(out, value as u64);
        match column {
            Column::TotalSubstitutions => count(calls.substitutions.len()),
            Column::TotalDeletions => count(calls.deleted_nt() as usize),
            Column::TotalInsertions => count(calls.inserted_nt() as usize),
            Column::TotalMissing => count(calls.missing_nt() as usize),
            Column::TotalNonAcgtns => count(calls.ambiguous_nt() as usize),
            Column::TotalFrameShifts => count(readings().map(|reading| reading.frame_shifts.len()).sum()),
            Column::TotalAaSubstitutions => count(analysis.aa_substitutions.len()),
            Column::TotalAaDeletions => count(analysis.aa_deletions.len()),
            Column::TotalAaInsertions => count(readings().map(|reading| reading.insertions.len()).sum()),
            Column::TotalUnknownAa => count(readings().map(|reading| reading.unknown_aa() as usize).sum()),
            Column::AlignmentStart => count(calls.aligned.begin.index() + 1),
            Column::AlignmentEnd => count(calls.aligned.end.index()),
            Column::AlignmentScore => text::float(out, f64::from(analysis.alignment_score)),
            Column::Coverage => text::float(out, analysis.coverage(self.pack)),
            Column::CdsCoverage => cells::cds_coverage(out, analysis, self.pack),
            Column::IsReverseComplement => {
                let word: &[u8] = if analysis.is_reverse_complement { b"true" } else { b"false" };
                out.extend_from_slice(word);
            }
            Column::Substitutions => cells::substitutions(out, &calls.substitutions),
            Column::Deletions => cells::spans(out, calls.deletions.iter().copied()),
            Column::Insertions => cells::insertions(out, &calls.insertions),
            Column::Missing => cells::spans(out, calls.missing.iter().copied()),
            Column::NonAcgtns => text::list(out, b',', &calls.ambiguous, |out, run| {
                out.extend_from_slice(&[run.letter, b':']);
                text::span(out, run.span);
            }),
            Column::FrameShifts => {
                let shifts = readings().flat_map(|reading| {
                    reading.frame_shifts.iter().map(|shift| Place { cds: reading.cds, codons: shift.codons })
                });
                cells::frame_shifts(out, shifts, annotation);
            }
            Column::AaSubstitutions => cells::aa_changes(out, &analysis.aa_substitutions, annotation),
            Column::AaDeletions => cells::aa_changes(out, &analysis.aa_deletions, annotation),
            Column::AaInsertions => cells::aa_insertions(out, analysis, self.pack),
            Column::UnknownAaRanges => {
                let runs = readings().flat_map(|r| r.unknown().map(|codons| Place { cds: r.cds, codons }));
                cells::frame_shifts(out, runs, annotation);
            }
            Column::FailedCdses => {
                text::list(out, b',', analysis.failed_genes(self.pack), |out, name| {
                    out.extend_from_slice(name.as_bytes());
                });
            }
            _ => self.place_cell(column, out),
        }
    }

    fn place_cell(&self, column: Column, out: &mut Buffer) {
        let Some(place) = &self.analysis.place else {
            return self.unplaced_cell(column, out);
        };
        let (labels, nuc, aa) = (&self.pack.pathogen().labels, &place.private.nuc, &place.private.aa);
        let nuc_of = |out: &mut Buffer, kind| cells::private_nuc(out, nuc, kind, labels);
        let aa_of = |out: &mut Buffer, kind| cells::private_aa(out, aa, kind, self.pack);
        let count = |out: &mut Buffer, kind| {
            text::integer(out, cells::count_private_nuc(nuc, kind, labels) as u64);
        };
        let count_aa = |out: &mut Buffer, kind| {
            text::integer(out, cells::count_private_aa(aa, kind, self.pack) as u64);
        };
        let node = place.placement.node;
        let tree = self.pack.tree();
        match column {
            Column::Clade => write_text(out, tree.and_then(|tree| tree.clade(node))),
            Column::Attribute(at) => write_text(out, tree.and_then(|tree| tree.attribute(node, at))),
            Column::PrivateReversions => nuc_of(out, PrivateKind::Reversions),
            Column::PrivateLabeled => nuc_of(out, PrivateKind::Labeled),
            Column::PrivateUnlabeled => nuc_of(out, PrivateKind::Unlabeled),
            Column::TotalPrivateReversions => count(out, PrivateKind::Reversions),
            Column::TotalPrivateLabeled => count(out, PrivateKind::Labeled),
            Column::TotalPrivateUnlabeled => count(out, PrivateKind::Unlabeled),
            Column::TotalPrivate => count(out, PrivateKind::All),
            Column::PrivateAaReversions => aa_of(out, PrivateKind::Reversions),
            Column::PrivateAaLabeled => aa_of(out, PrivateKind::Labeled),
            Column::PrivateAaUnlabeled => aa_of(out, PrivateKind::Unlabeled),
            Column::TotalPrivateAaReversions => count_aa(out, PrivateKind::Reversions),
            Column::TotalPrivateAaLabeled => count_aa(out, PrivateKind::Labeled),
            Column::TotalPrivateAaUnlabeled => count_aa(out, PrivateKind::Unlabeled),
            Column::TotalPrivateAa => count_aa(out, PrivateKind::All),
            Column::Compared(with, part) => self.compared_cell(with, part, out),
            Column::NearestNodeName => write_text(out, tree.map(|tree| tree.node_name(node))),
            Column::PlacementDistance => text::integer(out, u64::from(place.placement.distance)),
            Column::EquallyNearNodes => text::integer(out, place.placement.equally_near.len() as u64),
            Column::PlacementConfidence => text::float(out, round_to_thousandth(place.placement.confidence)),
            _ => self.quality_cell(column, out),
        }
    }

    /// Counts of private mutations are zero where the pack has no tree.
    fn unplaced_cell(&self, column: Column, out: &mut Buffer) {
        match column {
            Column::TotalPrivateReversions
            | Column::TotalPrivateLabeled
            | Column::TotalPrivateUnlabeled
            | Column::TotalPrivate
            | Column::TotalPrivateAaReversions
            | Column::TotalPrivateAaLabeled
            | Column::TotalPrivateAaUnlabeled
            | Column::TotalPrivateAa => out.push(b'0'),
            _ => self.quality_cell(column, out),
        }
    }

    fn compared_cell(&self, with: ComparedWith, part: ComparedPart, out: &mut Buffer) {
        let place = self.analysis.place.as_ref();
        let found: Option<&RelativeMutations> = place.and_then(|place| match with {
            ComparedWith::CladeFounder => place.clade_founder.as_ref(),
            ComparedWith::AttributeFounder(at) => place.attribute_founders[at].as_ref(),
            ComparedWith::Searched(at) => place.searched[at].as_ref(),
        });
        let Some(found) = found else {
            if matches!(with, ComparedWith::Searched(_)) {
                out.extend_from_slice(b"N/A");
            }
            return;
        };
        let annotation = self.pack.annotation();
        match part {
            ComparedPart::NodeName => {
                write_text(out, self.pack.tree().map(|tree| tree.node_name(found.node)));
            }
            ComparedPart::Substitutions => {
                cells::substitutions(out, found.nuc.substitutions.iter().map(|sub| &sub.change));
            }
            ComparedPart::Deletions => cells::spans(out, found.nuc.deletions.iter().copied()),
            ComparedPart::AaSubstitutions => {
                let changes = found.aa.substitutions.iter().map(|(change, _)| change);
                cells::aa_changes(out, changes, annotation);
            }
            ComparedPart::AaDeletions => cells::aa_changes(out, &found.aa.deletions, annotation),
        }
    }

    fn quality_cell(&self, column: Column, out: &mut Buffer) {
        let quality = &self.analysis.quality;
        match column {
            Column::QcOverallScore => text::score(out, quality.overall_score),
            Column::QcOverallStatus => status(out, quality.overall_score),
            Column::MissingDataThreshold
            | Column::MissingDataScore
            | Column::MissingDataStatus
            | Column::MissingDataTotal => {
                let Some(rule) = &quality.missing_data else { return };
                match column {
                    Column::MissingDataThreshold => text::float(out, rule.threshold),
                    Column::MissingDataScore => text::score(out, rule.score),
                    Column::MissingDataStatus => status(out, rule.score),
                    _ => text::integer(out, u64::from(rule.total)),
                }
            }
            Column::MixedSitesThreshold
            | Column::MixedSitesScore
            | Column::MixedSitesStatus
            | Column::MixedSitesTotal => {
                let Some(rule) = &quality.mixed_sites else { return };
                match column {
                    Column::MixedSitesThreshold => text::integer(out, u64::from(rule.threshold)),
                    Column::MixedSitesScore => text::score(out, rule.score),
                    Column::MixedSitesStatus => status(out, rule.score),
                    _ => text::integer(out, u64::from(rule.total)),
                }
            }
            Column::PrivateMutationsCutoff
            | Column::PrivateMutationsExcess
            | Column::PrivateMutationsScore
            | Column::PrivateMutationsStatus
            | Column::PrivateMutationsTotal => {
                let Some(rule) = &quality.private_mutations else { return };
                match column {
                    Column::PrivateMutationsCutoff => text::float(out, rule.cutoff),
                    Column::PrivateMutationsExcess => text::float(out, rule.excess),
                    Column::PrivateMutationsScore => text::score(out, rule.score),
                    Column::PrivateMutationsStatus => status(out, rule.score),
                    _ => text::float(out, rule.total),
                }
            }
            _ => self.places_cell(column, out),
        }
    }

    fn places_cell(&self, column: Column, out: &mut Buffer) {
        let quality = &self.analysis.quality;
        let annotation = self.pack.annotation();
        let count = |out: &mut Buffer, places: &[Place]| text::integer(out, places.len() as u64);
        let shifts = |out: &mut Buffer, places: &[Place]| {
            cells::frame_shifts(out, places.iter().copied(), annotation);
        };
        if let Some(rule) = &quality.snp_clusters {
            let total = || rule.clusters.iter().map(|cluster| u64::from(cluster.substitutions)).sum();
            match column {
                Column::SnpClusters => text::list(out, b',', &rule.clusters, |out, cluster| {
                    // The field's tables close such a span one short of its last position.
                    text::span(out, Span::<RefPos>::new(cluster.first.0, cluster.last.0));
                    out.push(b':');
                    text::integer(out, u64::from(cluster.substitutions));
                }),
                Column::SnpClustersScore => text::score(out, rule.score),
                Column::SnpClustersStatus => status(out, rule.score),
                Column::SnpClustersTotal => text::integer(out, total()),
                _ => {}
            }
        }
        if let Some(rule) = &quality.frame_shifts {
            match column {
                Column::QcFrameShifts => shifts(out, &rule.counted),
                Column::QcFrameShiftsTotal => count(out, &rule.counted),
                Column::QcFrameShiftsIgnored => shifts(out, &rule.ignored),
                Column::QcFrameShiftsIgnoredTotal => count(out, &rule.ignored),
                Column::QcFrameShiftsScore => text::score(out, rule.score),
                Column::QcFrameShiftsStatus => status(out, rule.score),
                _ => {}
            }
        }
        if let Some(rule) = &quality.stop_codons {
            match column {
                Column::QcStopCodons => cells::stop_codons(out, &rule.counted, annotation),
                Column::QcStopCodonsTotal => count(out, &rule.counted),
                Column::QcStopCodonsScore => text::score(out, rule.score),
                Column::QcStopCodonsStatus => status(out, rule.score),
                _ => {}
            }
        }
    }
}

fn write_text(out: &mut Buffer, value: Option<&str>) {
    out.extend_from_slice(value.unwrap_or_default().as_bytes());
}

fn status(out: &mut Buffer, score: f64) {
    out.extend_from_slice(Status::of(score).word().as_bytes());
}

fn round_to_thousandth(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
