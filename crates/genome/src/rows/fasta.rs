//! Aligned genomes and peptides as FASTA: one line of letters for each record, as long as the reference.
//!
//! Insertions are left out, gaps stand for what was deleted or lies outside the alignment, so that the
//! records of one file are columns of one alignment. Each writer appends to the caller's buffer: the
//! reference is copied there and the differences are written over it.

use super::RecordName;
use super::text::Buffer;
use crate::analysis::Analysis;
use crate::pack::Pack;
use crate::translation::Reading;

/// What is added to the name of an aligned genome that was turned to the reference's strand. Names of
/// peptides and of table rows stay as they are, as the field's files have it.
pub const TURNED_SUFFIX: &str = " |(reverse complement)";

/// A genome in reference positions.
pub fn write_aligned(record: RecordName, analysis: &Analysis, pack: &Pack, out: &mut Buffer) {
    let suffix = if analysis.is_reverse_complement { TURNED_SUFFIX } else { "" };
    header(record.name, suffix, out);
    let begin = out.len();
    out.extend_from_slice(pack.reference().letters());
    analysis.calls.apply(&mut out[begin..]);
    out.push(b'\n');
}

/// A peptide in codons of the reference.
pub fn write_peptide(record: RecordName, reading: &Reading, pack: &Pack, out: &mut Buffer) {
    header(record.name, "", out);
    let begin = out.len();
    out.extend_from_slice(pack.peptides().letters(reading.cds));
    reading.apply(&mut out[begin..]);
    out.push(b'\n');
}

/// The reference, for the top of a file of aligned genomes.
pub fn write_reference(pack: &Pack, out: &mut Buffer) {
    header(&pack.reference().name, "", out);
    out.extend_from_slice(pack.reference().letters());
    out.push(b'\n');
}

/// A peptide of the reference, for the top of a file of peptides.
pub fn write_reference_peptide(cds: usize, pack: &Pack, out: &mut Buffer) {
    header(&pack.reference().name, "", out);
    out.extend_from_slice(pack.peptides().letters(cds));
    out.push(b'\n');
}

fn header(name: &str, suffix: &str, out: &mut Buffer) {
    out.push(b'>');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(suffix.as_bytes());
    out.push(b'\n');
}
