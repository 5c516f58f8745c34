//! Genes and coding sequences of one genome as GFF3 (version 1.26), in the genome's own coordinates.
//!
//! Start at [`write()`].

use super::text::{self, Buffer};
use crate::annotation::{Carried, Strand, Stretch};

/// The first line of a file.
pub const VERSION: &[u8] = b"##gff-version 3\n";

/// Writes the features of a genome with a name and a length.
pub fn write(name: &str, length_nt: u64, carried: &Carried, out: &mut Buffer) {
    let mut seqid = Buffer::new();
    encoded(&mut seqid, name, |byte| byte.is_ascii_alphanumeric() || b".:^*$@!+_?-|".contains(&byte));
    out.extend_from_slice(b"##sequence-region ");
    out.extend_from_slice(&seqid);
    out.extend_from_slice(b" 1 ");
    text::integer(out, length_nt);
    out.push(b'\n');
    for one in &carried.genes {
        line(out, &seqid, "gene", &one.stretch, false);
        attribute(out, "ID", &[name, "-gene-", &one.gene.name]);
        out.push(b';');
        attribute(out, "Name", &[&one.gene.name]);
        out.push(b'\n');
    }
    for one in &carried.cdses {
        for piece in &one.pieces {
            line(out, &seqid, "CDS", piece, true);
            attribute(out, "ID", &[name, "-cds-", &one.cds.name]);
            let is_of_gene = |other: &&crate::annotation::CarriedGene| {
                other.gene.cdses.clone().any(|number| number == one.number)
            };
            if let Some(parent) = carried.genes.iter().find(is_of_gene) {
                out.push(b';');
                attribute(out, "Parent", &[name, "-gene-", &parent.gene.name]);
            }
            out.push(b';');
            attribute(out, "Name", &[&one.cds.name]);
            if !one.cds.product.is_empty() {
                out.push(b';');
                attribute(out, "product", &[&one.cds.product]);
            }
            if one.peptide.is_none() {
                out.extend_from_slice(b";Note=reading frame broken or stopped early");
            }
            out.push(b'\n');
        }
    }
}

/// Everything up to the attributes.
fn line(out: &mut Buffer, seqid: &[u8], kind: &str, stretch: &Stretch, has_phase: bool) {
    out.extend_from_slice(seqid);
    out.extend_from_slice(b"\tHearth\t");
    out.extend_from_slice(kind.as_bytes());
    out.push(b'\t');
    text::integer(out, u64::from(stretch.begin) + 1);
    out.push(b'\t');
    text::integer(out, u64::from(stretch.end));
    out.extend_from_slice(if stretch.strand == Strand::Forward { b"\t.\t+\t" } else { b"\t.\t-\t" });
    out.push(if has_phase { b'0' + stretch.phase } else { b'.' });
    out.push(b'\t');
}

fn attribute(out: &mut Buffer, key: &str, value: &[&str]) {
    out.extend_from_slice(key.as_bytes());
    out.push(b'=');
    for part in value {
        let is_plain = |byte: u8| !byte.is_ascii_control() && !b"%;=&,".contains(&byte);
        encoded(out, part, is_plain);
    }
}

/// Text with the bytes that may not stand there as they are written out.
fn encoded(out: &mut Buffer, value: &str, is_plain: impl Fn(u8) -> bool) {
    for byte in value.bytes() {
        if is_plain(byte) {
            out.push(byte);
        } else {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::Annotation;
    use crate::rows::tiny::{self, REFERENCE, changed};

    fn check(sequence: &str, expected: &[&str]) {
        let pack = tiny::pack();
        let analysis = tiny::analyse(&pack, sequence);
        let carried = Carried::new(pack.annotation(), &analysis, sequence.as_bytes());
        let mut out = Buffer::from(VERSION);
        write("a;b.1", sequence.len() as u64, &carried, &mut out);
        let text = String::from_utf8(out).expect("text");
        assert!(
            text.starts_with(&format!("##gff-version 3\n##sequence-region a%3Bb.1 1 {}\n", sequence.len()))
        );
        let short = |line: &str| {
            let cells: Vec<&str> = line.split('\t').collect();
            [cells[2], cells[3], cells[4], cells[6], cells[7]].join(" ")
        };
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(lines.map(short).collect::<Vec<_>>(), expected);
        // Our own reader takes whole codons only.
        if sequence.len() >= REFERENCE.len() {
            assert_eq!(Annotation::from_gff3(&text).expect("GFF3").cdses.len(), 2);
        }
    }

    #[test]
    fn features_are_in_the_coordinates_of_the_genome() {
        check(REFERENCE, &["gene 13 48 + .", "gene 55 84 - .", "CDS 13 48 + 0", "CDS 55 84 - 0"]);
        check(
            &changed(&[(3, "ATT")]),
            &["gene 15 50 + .", "gene 57 86 - .", "CDS 15 50 + 0", "CDS 57 86 - 0"],
        );
        check(&REFERENCE[14..52], &["gene 1 34 + .", "CDS 1 34 + 1"]);
    }
}
