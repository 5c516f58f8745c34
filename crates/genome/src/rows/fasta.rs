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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::tiny::{self, RECORD, REFERENCE, changed};

    fn check(sequence: &str, expected: &str) {
        let pack = tiny::pack();
        let mut out = Buffer::new();
        write_aligned(RECORD, &tiny::analyse(&pack, sequence), &pack, &mut out);
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn aligned_genomes_are_as_long_as_the_reference() {
        check(REFERENCE, &format!(">query of ours\n{REFERENCE}\n"));
        let changes =
            [(0, "-"), (1, "-"), (27, "-"), (28, "-"), (29, "-"), (42, "GGTT"), (60, "R"), (76, "N")];
        let expected =
            "--CACTACACACATGGTGGCTGGATAC---ACCGAGGCTTACTGTTAATTGACGTCATAARGCTCCTATGGCGACTNTTGGCATGTCTCG";
        check(&changed(&changes), &format!(">query of ours\n{expected}\n"));
    }

    #[test]
    fn turned_genomes_say_so() {
        let mut letters = REFERENCE.as_bytes().to_vec();
        crate::alphabet::nucleotide::reverse_complement(&mut letters);
        let expected = format!(">query of ours |(reverse complement)\n{REFERENCE}\n");
        check(&String::from_utf8_lossy(&letters), &expected);
    }

    #[test]
    fn peptides_stand_in_codons_of_the_reference() {
        let pack = tiny::pack();
        let analysis =
            tiny::analyse(&pack, &changed(&[(19, "A"), (27, "-"), (28, "-"), (29, "-"), (77, "N")]));
        let mut out = Buffer::new();
        for reading in analysis.readings.iter().flatten() {
            write_peptide(RECORD, reading, &pack, &mut out);
        }
        let expected = ">query of ours\nMVDGY-TEAYC*\n>query of ours\nMPXVAIGAL*\n";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn the_reference_is_a_record_too() {
        let pack = tiny::pack();
        let mut out = Buffer::new();
        write_reference(&pack, &mut out);
        write_reference_peptide(1, &pack, &mut out);
        assert_eq!(
            String::from_utf8_lossy(&out),
            format!(">tiny whole\n{REFERENCE}\n>tiny whole\nMPTVAIGAL*\n")
        );
    }
}
