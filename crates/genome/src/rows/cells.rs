//! How lists of mutations, places and coverages are written in one cell.

use super::columns::Column;
use super::text::{self, Buffer};
use crate::analysis::Analysis;
use crate::annotation::Annotation;
use crate::calls::{Insertion, Substitution};
use crate::coordinate::{Position, RefPos, Span};
use crate::pack::Pack;
use crate::pack::pathogen::MutationLabels;
use crate::quality::Place;
use crate::structure::Structure;
use crate::tree::{AaChange, ReferenceTree, RelativeAa, RelativeNuc};
use std::io::Write;

/// `C241T`
pub fn substitution(out: &mut Buffer, change: &Substitution) {
    out.push(change.from);
    text::position(out, change.position);
    out.push(change.to);
}

/// `C241T,C3037T`
pub fn substitutions<'a>(out: &mut Buffer, changes: impl IntoIterator<Item = &'a Substitution>) {
    text::list(out, b',', changes, substitution);
}

/// `C241T|label&label`
pub fn labeled(out: &mut Buffer, change: &Substitution, labels: &[String]) {
    substitution(out, change);
    out.push(b'|');
    out.extend_from_slice(labels.join("&").as_bytes());
}

/// `11288-11296,21765`
pub fn spans<P: Position>(out: &mut Buffer, spans: impl IntoIterator<Item = Span<P>>) {
    text::list(out, b',', spans, text::span);
}

/// `22204:GAGCCAGAA`
pub fn insertions(out: &mut Buffer, insertions: &[Insertion]) {
    text::list(out, b',', insertions, |out, insertion: &Insertion| {
        text::integer(out, u64::from(insertion.after));
        out.push(b':');
        out.extend_from_slice(&insertion.letters);
    });
}

/// `S:D614G`
pub fn aa_change(out: &mut Buffer, change: &AaChange, annotation: &Annotation) {
    out.extend_from_slice(annotation.cdses[change.cds].name.as_bytes());
    out.extend_from_slice(&[b':', change.from]);
    text::position(out, change.position);
    out.push(change.to);
}

/// `S:D614G,S:H69-`
pub fn aa_changes<'a>(
    out: &mut Buffer,
    changes: impl IntoIterator<Item = &'a AaChange>,
    annotation: &Annotation,
) {
    text::list(out, b',', changes, |out, change| aa_change(out, change, annotation));
}

/// `S:214:EPE`
pub fn aa_insertions(out: &mut Buffer, analysis: &Analysis, pack: &Pack) {
    let readings = pack.cdses_by_name().iter().filter_map(|&cds| analysis.readings[cds].as_ref());
    let insertions =
        readings.flat_map(|reading| reading.insertions.iter().map(move |ins| (reading.cds, ins)));
    text::list(out, b',', insertions, |out, (cds, insertion)| {
        out.extend_from_slice(pack.annotation().cdses[cds].name.as_bytes());
        out.push(b':');
        text::integer(out, u64::from(insertion.after));
        out.push(b':');
        out.extend_from_slice(&insertion.letters);
    });
}

/// `ORF3a:15-276`
pub fn frame_shifts(out: &mut Buffer, places: impl IntoIterator<Item = Place>, annotation: &Annotation) {
    text::list(out, b',', places, |out, place| {
        out.extend_from_slice(annotation.cdses[place.cds].name.as_bytes());
        out.push(b':');
        text::span(out, place.codons);
    });
}

/// `ORF8:67`, counted from 0 as the field's tables have it.
pub fn stop_codons(out: &mut Buffer, places: &[Place], annotation: &Annotation) {
    text::list(out, b',', places, |out, place: &Place| {
        out.extend_from_slice(annotation.cdses[place.cds].name.as_bytes());
        out.push(b':');
        text::integer(out, u64::from(place.codons.begin.0));
    });
}

/// `E:1,M:0.98`
pub fn cds_coverage(out: &mut Buffer, analysis: &Analysis, pack: &Pack) {
    let readings = pack.cdses_by_name().iter().filter_map(|&cds| analysis.readings[cds].as_ref());
    text::list(out, b',', readings, |out, reading| {
        out.extend_from_slice(pack.annotation().cdses[reading.cds].name.as_bytes());
        out.push(b':');
        text::float(out, analysis.cds_coverage(reading, pack));
    });
}

/// Which private mutations are meant.
pub use super::columns::PrivateKind;

/// Nucleotide mutations of one kind, labels after those that have any.
pub fn private_nuc(out: &mut Buffer, private: &RelativeNuc, kind: PrivateKind, labels: &MutationLabels) {
    let mut chosen = Vec::new();
    for sub in &private.substitutions {
        let named = labels_of(sub.change.position, sub.change.to, sub.is_reversion, labels);
        if is_kind(kind, sub.is_reversion, !named.is_empty()) {
            chosen.push((&sub.change, named));
        }
    }
    text::list(out, b',', chosen, |out, (change, named)| match kind {
        PrivateKind::Labeled => labeled(out, change, named),
        _ => substitution(out, change),
    });
}

/// How many nucleotide mutations of one kind there are.
pub fn count_private_nuc(private: &RelativeNuc, kind: PrivateKind, labels: &MutationLabels) -> usize {
    let is_counted = |sub: &&crate::tree::RelativeSubstitution| {
        let named = labels_of(sub.change.position, sub.change.to, sub.is_reversion, labels);
        is_kind(kind, sub.is_reversion, !named.is_empty())
    };
    private.substitutions.iter().filter(is_counted).count()
}

fn labels_of(position: RefPos, letter: u8, is_reversion: bool, labels: &MutationLabels) -> &[String] {
    if is_reversion { &[] } else { labels.of_nucleotide(position, letter) }
}

fn is_kind(kind: PrivateKind, is_reversion: bool, is_labeled: bool) -> bool {
    match kind {
        PrivateKind::Reversions => is_reversion,
        PrivateKind::Labeled => !is_reversion && is_labeled,
        PrivateKind::Unlabeled => !is_reversion && !is_labeled,
        PrivateKind::All => true,
    }
}

/// Amino-acid mutations of one kind.
fn private_aa_of<'a>(
    private: &'a RelativeAa,
    kind: PrivateKind,
    pack: &'a Pack,
) -> impl Iterator<Item = (&'a AaChange, &'a [String])> {
    let labels = &pack.pathogen().labels;
    private.substitutions.iter().filter_map(move |(change, is_reversion)| {
        let name = &pack.annotation().cdses[change.cds].name;
        let has_labels = !*is_reversion && !labels.amino_acid.is_empty();
        let named: &[String] =
            if has_labels { labels.of_amino_acid(name, change.position, change.to) } else { &[] };
        is_kind(kind, *is_reversion, !named.is_empty()).then_some((change, named))
    })
}

/// Amino-acid mutations of one kind, labels after those that have any.
pub fn private_aa(out: &mut Buffer, private: &RelativeAa, kind: PrivateKind, pack: &Pack) {
    text::list(out, b',', private_aa_of(private, kind, pack), |out, (change, named)| {
        aa_change(out, change, pack.annotation());
        if kind == PrivateKind::Labeled {
            out.push(b'|');
            out.extend_from_slice(named.join("&").as_bytes());
        }
    });
}

/// How many amino-acid mutations of one kind there are.
pub fn count_private_aa(private: &RelativeAa, kind: PrivateKind, pack: &Pack) -> usize {
    private_aa_of(private, kind, pack).count()
}

/// Whether a record is one whole genome: score, word or findings.
pub fn structure(out: &mut Buffer, column: Column, structure: &Structure) {
    match column {
        Column::StructureScore => text::score(out, structure.score),
        Column::StructureStatus => out.extend_from_slice(structure.status().word().as_bytes()),
        _ => text::list(out, b';', &structure.findings, |out, finding| {
            // Writing to memory cannot fail.
            let _ = write!(out, "{finding}");
        }),
    }
}

/// The parents of a genome that seems to have two: names of nodes, or where the right one's part may begin.
pub fn mosaic(out: &mut Buffer, column: Column, structure: &Structure, tree: Option<&ReferenceTree>) {
    let Some((mosaic, tree)) = structure.mosaic.zip(tree) else { return };
    match column {
        Column::LeftParent => out.extend_from_slice(tree.node_name(mosaic.left).as_bytes()),
        Column::RightParent => out.extend_from_slice(tree.node_name(mosaic.right).as_bytes()),
        _ => out.extend_from_slice(mosaic.breakpoint.to_string().as_bytes()),
    }
}

/// `S:17:NLT;S:61:NVT`
pub fn motifs(out: &mut Buffer, matches: &[crate::phenotype::MotifMatch], annotation: &Annotation) {
    text::list(out, b';', matches, |out, found: &crate::phenotype::MotifMatch| {
        out.extend_from_slice(annotation.cdses[found.cds].name.as_bytes());
        out.push(b':');
        text::position(out, found.position);
        out.push(b':');
        out.extend_from_slice(&found.residues);
    });
}
