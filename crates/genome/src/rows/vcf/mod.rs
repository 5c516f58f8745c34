//! One genome, or many ([`Cohort`]), as VCF 4.3 (specification of 27 July 2021; sections named below are its own).
//!
//! * The genome is one haploid sample. Each difference from the reference is a record with `GT` 1
//!   (section 1.6.2); every position without a record was read and equals the reference.
//! * Substitutions are records of one letter each. Insertions and deletions are as far left as they go,
//!   with the letter before them (section 1.6.1); one that meets another difference there shares a record
//!   with it, so that all records hold together: see [`allele`].
//! * A letter that stands for two or three bases is a record with those of them that the reference does not
//!   have as `ALT`, `GT` `.` (not called, section 1.6.2) and the letter itself as `INFO/IUPAC`. Whether the
//!   reference's base is among them follows from the letter.
//! * A run that was not read (N, and what lies outside the alignment) is a record with `ALT` `<*>`,
//!   `INFO/END` and `GT` `.` (section 5.5, blocks).
//! * Inserted letters that are not one base are written N.
//!
//! Start at [`write_vcf`].

mod allele;
mod cohort;

use super::RecordName;
use super::text::{self, Buffer};
use crate::alphabet::nucleotide;
use crate::analysis::Analysis;
use crate::annotation::Annotation;
use crate::coordinate::{Position, RefPos, Span};
use crate::pack::Pack;
use crate::tree::AaChange;
use allele::Allele;
pub use cohort::Cohort;

/// Writes a whole file: header and records.
pub fn write_vcf(record: RecordName, analysis: &Analysis, pack: &Pack, out: &mut Buffer) {
    write_header(record, pack, out);
    write_records(analysis, pack, out);
}

/// Writes the meta-information and the header line; the sample has the record's name.
pub fn write_header(record: RecordName, pack: &Pack, out: &mut Buffer) {
    out.extend_from_slice(b"##fileformat=VCFv4.3\n##FILTER=<ID=PASS,Description=\"All filters passed\">\n");
    out.extend_from_slice(concat!("##source=hearth ", env!("CARGO_PKG_VERSION"), "\n").as_bytes());
    out.extend_from_slice(b"##hearthPack=");
    one_line(out, pack.name());
    out.extend_from_slice(b"\n##contig=<ID=");
    contig(out, pack);
    out.extend_from_slice(b",length=");
    text::integer(out, u64::from(pack.reference().length_nt()));
    out.extend_from_slice(
        b">\n\
        ##ALT=<ID=*,Description=\"Any base: the run was not read\">\n\
        ##INFO=<ID=END,Number=1,Type=Integer,Description=\"Last position of a run that was not read\">\n\
        ##INFO=<ID=IUPAC,Number=1,Type=String,Description=\"Ambiguous letter of the genome\">\n\
        ##INFO=<ID=AACHANGE,Number=.,Type=String,Description=\"Amino-acid changes in the codons touched: coding \
        sequence, residue of the reference, codon, residue of the genome\">\n\
        ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n\
        #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t",
    );
    one_line(out, if record.name.is_empty() { "unnamed" } else { record.name });
    out.push(b'\n');
}

/// Writes the records, by position.
pub fn write_records(analysis: &Analysis, pack: &Pack, out: &mut Buffer) {
    let (calls, letters) = (&analysis.calls, pack.reference().letters());
    let length_nt = letters.len() as u32;
    let mut rows: Vec<(u32, Row)> = Vec::new();
    let outside = [Span::new(0, calls.aligned.begin.0), Span::new(calls.aligned.end.0, length_nt)];
    let unread = calls.missing.iter().chain(&outside).filter(|span| !span.is_empty());
    rows.extend(unread.map(|&span| (span.begin.0, Row::Unread(span))));
    for run in &calls.ambiguous {
        rows.extend(run.span.positions().map(|at| (at.0, Row::Ambiguous(run.letter))));
    }
    let alleles = allele::of_calls(calls, letters);
    rows.extend(alleles.into_iter().map(|allele| (allele.begin, Row::Allele(allele))));
    rows.sort_by_key(|&(at, _)| at);
    let changes = AaChanges::new(analysis, pack.annotation());
    let mut chromosome = Buffer::new();
    contig(&mut chromosome, pack);
    for (at, row) in &rows {
        out.extend_from_slice(&chromosome);
        out.push(b'\t');
        text::integer(out, u64::from(*at) + 1);
        out.extend_from_slice(b"\t.\t");
        row.write(RefPos(*at), letters, &changes, out);
    }
}

/// What a record says.
enum Row {
    /// Not read.
    Unread(Span<RefPos>),
    /// One ambiguous letter.
    Ambiguous(u8),
    /// Other letters than the reference's.
    Allele(Allele),
}

impl Row {
    /// Writes the fields from REF on.
    fn write(&self, at: RefPos, letters: &[u8], changes: &AaChanges, out: &mut Buffer) {
        match self {
            Self::Unread(span) => {
                out.push(reference_base(letters[at.index()]));
                out.extend_from_slice(b"\t<*>\t.\t.\tEND=");
                text::integer(out, u64::from(span.end.0));
                out.extend_from_slice(b"\tGT\t.\n");
            }
            Self::Ambiguous(letter) => {
                let base = reference_base(letters[at.index()]);
                out.extend_from_slice(&[base, b'\t']);
                let others = b"ACGT".iter().filter(|&&other| {
                    other != base && nucleotide::bases(*letter) & nucleotide::bases(other) != 0
                });
                text::list(out, b',', others, |out, &other| out.push(other));
                out.extend_from_slice(b"\t.\t.\tIUPAC=");
                out.push(*letter);
                out.extend_from_slice(b"\tGT\t.\n");
            }
            Self::Allele(allele) => {
                let replaced = &letters[allele.begin as usize..allele.end as usize];
                out.extend(replaced.iter().map(|&letter| reference_base(letter)));
                out.push(b'\t');
                out.extend(&allele.letters);
                out.extend_from_slice(b"\t.\t.\t");
                changes.write(allele.called, out);
                out.extend_from_slice(b"\tGT\t1\n");
            }
        }
    }
}

/// A letter of REF: ambiguous ones become the first of their bases in the alphabet (section 1.6.1).
fn reference_base(letter: u8) -> u8 {
    if letter == nucleotide::UNKNOWN {
        return letter;
    }
    let is_meant = |base: &&u8| nucleotide::bases(letter) & nucleotide::bases(**base) != 0;
    b"ACGT".iter().find(is_meant).copied().unwrap_or(nucleotide::UNKNOWN)
}

/// Amino-acid changes by where their codons lie.
struct AaChanges<'a> {
    by_position: Vec<(Span<RefPos>, &'a AaChange)>,
    annotation: &'a Annotation,
}

impl<'a> AaChanges<'a> {
    fn new(analysis: &'a Analysis, annotation: &'a Annotation) -> Self {
        let mut by_position = Vec::new();
        for change in analysis.aa_substitutions.iter().chain(&analysis.aa_deletions) {
            let codon = annotation.cdses[change.cds].codon_spans(change.position);
            by_position.extend(codon.into_iter().map(|(span, _)| (span, change)));
        }
        by_position.sort_by_key(|(span, _)| span.begin);
        Self { by_position, annotation }
    }

    /// Writes the INFO field of a record made of the calls inside a span.
    fn write(&self, called: Span<RefPos>, out: &mut Buffer) {
        let first = self.by_position.partition_point(|(span, _)| span.begin.0 + 3 <= called.begin.0);
        let nearby = self.by_position[first..].iter().take_while(|(span, _)| span.begin < called.end);
        let mut touched: Vec<&AaChange> =
            nearby.filter(|(span, _)| span.end > called.begin).map(|&(_, change)| change).collect();
        touched.dedup();
        if touched.is_empty() {
            out.push(b'.');
            return;
        }
        out.extend_from_slice(b"AACHANGE=");
        text::list(out, b',', touched, |out, change| {
            percent_encoded(out, &self.annotation.cdses[change.cds].name);
            out.extend_from_slice(&[b':', change.from]);
            text::position(out, change.position);
            out.push(change.to);
        });
    }
}

/// Name of the reference up to the first white space, as FASTA indices have it; bytes a contig name may not
/// have (section 1.4.7) become `_`.
fn contig(out: &mut Buffer, pack: &Pack) {
    let name = pack.reference().name.split_whitespace().next().unwrap_or("reference");
    let is_allowed = |at: usize, byte: u8| {
        let is_forbidden = matches!(
            byte,
            b'\\' | b',' | b'"' | b'\'' | b'`' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>'
        );
        byte.is_ascii_graphic() && !is_forbidden && !(at == 0 && matches!(byte, b'*' | b'='))
    };
    out.extend(name.bytes().enumerate().map(|(at, byte)| if is_allowed(at, byte) { byte } else { b'_' }));
}

/// Text that may stand in a header line: white space other than blanks becomes a blank.
fn one_line(out: &mut Buffer, name: &str) {
    out.extend(name.bytes().map(|byte| if byte.is_ascii_control() { b' ' } else { byte }));
}

/// Text of an INFO value: bytes with a meaning of their own are encoded (section 1.2).
fn percent_encoded(out: &mut Buffer, name: &str) {
    for byte in name.bytes() {
        if byte.is_ascii_control() || matches!(byte, b' ' | b'%' | b',' | b';' | b'=') {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        } else {
            out.push(byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::tiny::{self, REFERENCE, changed};

    /// Compares POS, REF, ALT, INFO and GT of every record.
    fn check(sequence: &str, expected: &[&str]) {
        let pack = tiny::pack();
        let mut out = Buffer::new();
        write_records(&tiny::analyse(&pack, sequence), &pack, &mut out);
        let text = String::from_utf8_lossy(&out);
        let shorten = |line: &str| {
            let fields: Vec<&str> = line.split('\t').collect();
            assert_eq!((fields.len(), fields[0], fields[8]), (10, "tiny", "GT"));
            [fields[1], fields[3], fields[4], fields[7], fields[9]].join(" ")
        };
        assert_eq!(text.lines().map(shorten).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_reference_has_no_records() {
        check(REFERENCE, &[]);
    }

    #[test]
    fn differences_have_a_genotype() {
        check(&changed(&[(19, "A")]), &["20 C A AACHANGE=A:A3D 1"]);
        check(&changed(&[(2, "A"), (23, "C")]), &["3 C A . 1", "24 A C . 1"]);
        check(&changed(&[(27, "-"), (28, "-"), (29, "-")]), &["27 CCAG C AACHANGE=A:Q6- 1"]);
        check(&changed(&[(42, "GGTT")]), &["42 C CGGT . 1"]);
        check(&changed(&[(77, "A")]), &["78 T A AACHANGE=B:T3S 1"]);
    }

    #[test]
    fn what_was_not_called_has_none() {
        check(&changed(&[(60, "R"), (61, "S")]), &["61 T A,G IUPAC=R .", "62 G C IUPAC=S ."]);
        check(&changed(&[(75, "N"), (76, "N")]), &["76 T <*> END=77 ."]);
        check(&REFERENCE[3..80], &["1 A <*> END=3 .", "81 G <*> END=90 ."]);
    }

    #[test]
    fn the_header_names_contig_and_sample() {
        let mut out = Buffer::new();
        write_header(RecordName { index: 0, name: "a b\tc" }, &tiny::pack(), &mut out);
        let text = String::from_utf8_lossy(&out);
        assert!(text.starts_with("##fileformat=VCFv4.3\n"), "{text}");
        assert!(text.contains("##contig=<ID=tiny,length=90>\n"), "{text}");
        assert!(text.ends_with("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta b c\n"), "{text}");
    }
}
