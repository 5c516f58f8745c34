//! One genome as a GenBank flat file record (release notes, section 3.4), with its source, genes and coding sequences.
//!
//! Start at [`write()`].

use super::text::Buffer;
use crate::annotation::{Carried, Strand, Stretch};

/// The widest line.
const LINE: usize = 79;
/// Before a qualifier.
const INDENT: &str = "                     ";

/// What a record says besides its features and letters.
pub struct Description<'a> {
    /// The accession, without its version.
    pub accession: &'a str,
    /// The same with it.
    pub versioned: &'a str,
    /// What the genome is of.
    pub organism: &'a str,
    /// In one line.
    pub definition: &'a str,
    /// When it was released, as in `23-NOV-2026`.
    pub released: &'a str,
    /// What it is made of, as in `genomic RNA`.
    pub molecule: &'a str,
    /// Of the source: names and values; empty values are passed over.
    pub source: &'a [(&'a str, &'a str)],
    /// Who made it.
    pub authors: &'a str,
}

/// Writes a record.
pub fn write(said: &Description, carried: &Carried, letters: &[u8], out: &mut Buffer) {
    head(said, letters.len(), out);
    out.extend_from_slice(b"FEATURES             Location/Qualifiers\n");
    feature(out, "source", &format!("1..{}", letters.len()));
    qualifier(out, "organism", said.organism);
    qualifier(out, "mol_type", said.molecule);
    for (name, value) in said.source.iter().filter(|(_, value)| !value.is_empty()) {
        qualifier(out, name, value);
    }
    for one in &carried.genes {
        feature(out, "gene", &location(std::slice::from_ref(&one.stretch)));
        qualifier(out, "gene", &one.gene.name);
    }
    for one in &carried.cdses {
        feature(out, "CDS", &location(&one.pieces));
        qualifier(out, "gene", &one.cds.name);
        let phase = one.pieces.first().map_or(0, |piece| piece.phase);
        plain(out, &format!("/codon_start={}", phase + 1));
        if !one.cds.product.is_empty() {
            qualifier(out, "product", &one.cds.product);
        }
        match &one.peptide {
            Some(peptide) => qualifier(out, "translation", &String::from_utf8_lossy(peptide)),
            None => qualifier(out, "note", "reading frame broken or stopped early: not translated"),
        }
    }
    origin(letters, out);
}

fn head(said: &Description, length: usize, out: &mut Buffer) {
    let kind = if said.molecule.contains("RNA") { "RNA" } else { "DNA" };
    let name: String = said.accession.chars().take(16).collect();
    out.extend_from_slice(
        format!("LOCUS       {name:<16} {length:>11} bp    {kind:<6}  linear   VRL {}\n", said.released)
            .as_bytes(),
    );
    field(out, "DEFINITION", &format!("{}.", said.definition.trim_end_matches('.')));
    field(out, "ACCESSION", said.accession);
    field(out, "VERSION", said.versioned);
    field(out, "KEYWORDS", ".");
    field(out, "SOURCE", said.organism);
    field(out, "  ORGANISM", said.organism);
    field(out, "", "Viruses.");
    if !said.authors.is_empty() {
        field(out, "REFERENCE", &format!("1  (bases 1 to {length})"));
        field(out, "  AUTHORS", said.authors);
        field(out, "  TITLE", "Direct Submission");
        field(out, "  JOURNAL", "Unpublished");
    }
}

/// A field of the head, broken between words.
fn field(out: &mut Buffer, name: &str, value: &str) {
    let mut line = format!("{name:<12}");
    let mut is_empty = true;
    for word in one_line(value).split(' ').filter(|word| !word.is_empty()) {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > LINE {
            out.extend_from_slice(line.trim_end().as_bytes());
            out.push(b'\n');
            line = " ".repeat(12);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    out.extend_from_slice(line.trim_end().as_bytes());
    out.push(b'\n');
}

fn feature(out: &mut Buffer, key: &str, location: &str) {
    let mut rest = location;
    let mut before = format!("     {key:<16}");
    while before.len() + rest.len() > LINE {
        let most = LINE - before.len();
        let cut = rest.get(..most).and_then(|part| part.rfind(',')).map_or(most.min(rest.len()), |at| at + 1);
        out.extend_from_slice(format!("{before}{}\n", &rest[..cut]).as_bytes());
        (rest, before) = (&rest[cut..], INDENT.to_owned());
    }
    out.extend_from_slice(format!("{before}{rest}\n").as_bytes());
}

/// A qualifier whose value is a text, cut into lines.
fn qualifier(out: &mut Buffer, name: &str, value: &str) {
    let value = one_line(value).replace('"', "\"\"");
    let text: Vec<char> = format!("/{name}=\"{value}\"").chars().collect();
    for line in text.chunks(LINE - INDENT.len()) {
        plain(out, &line.iter().collect::<String>());
    }
}

fn plain(out: &mut Buffer, text: &str) {
    out.extend_from_slice(format!("{INDENT}{text}\n").as_bytes());
}

fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// Where a feature is; pieces on the opposite strand are joined in the order of the genome, then turned as a whole.
fn location(pieces: &[Stretch]) -> String {
    let one = |piece: &Stretch| {
        let before = if piece.goes_on_before { "<" } else { "" };
        let behind = if piece.goes_on_behind { ">" } else { "" };
        format!("{before}{}..{behind}{}", piece.begin + 1, piece.end)
    };
    let is_turned = !pieces.is_empty() && pieces.iter().all(|piece| piece.strand == Strand::Reverse);
    let told = |piece: &Stretch| match piece.strand {
        Strand::Reverse if !is_turned => format!("complement({})", one(piece)),
        _ => one(piece),
    };
    let mut all: Vec<String> = pieces.iter().map(told).collect();
    if is_turned {
        all.reverse();
    }
    let joined = if let [only] = all.as_slice() { only.clone() } else { format!("join({})", all.join(",")) };
    if is_turned { format!("complement({joined})") } else { joined }
}

fn origin(letters: &[u8], out: &mut Buffer) {
    out.extend_from_slice(b"ORIGIN\n");
    for (number, line) in letters.chunks(60).enumerate() {
        out.extend_from_slice(format!("{:>9}", number * 60 + 1).as_bytes());
        for ten in line.chunks(10) {
            out.push(b' ');
            out.extend(ten.iter().map(u8::to_ascii_lowercase));
        }
        out.push(b'\n');
    }
    out.extend_from_slice(b"//\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::tiny::{self, REFERENCE, changed};

    fn written(sequence: &str) -> String {
        let pack = tiny::pack();
        let analysis = tiny::analyse(&pack, sequence);
        let carried = Carried::new(pack.annotation(), &analysis, sequence.as_bytes());
        let source = [("collection_date", "2026-05"), ("host", "")];
        let said = Description {
            accession: "HTH_1",
            versioned: "HTH_1.2",
            organism: "Tiny virus",
            definition: "Tiny virus, whole",
            released: "23-NOV-2026",
            molecule: "genomic RNA",
            source: &source,
            authors: "Ada L., Bea M.",
        };
        let mut out = Buffer::new();
        write(&said, &carried, sequence.as_bytes(), &mut out);
        assert!(out.split(|byte| *byte == b'\n').all(|line| line.len() <= 80));
        String::from_utf8(out).expect("text")
    }

    fn check(sequence: &str, expected: &[&str]) {
        let text = written(sequence);
        for part in expected {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }

    #[test]
    fn features_are_in_the_coordinates_of_the_genome() {
        check(
            REFERENCE,
            &[
                "LOCUS       HTH_1                     90 bp    RNA     linear   VRL 23-NOV-2026\n",
                "     gene            13..48\n",
                "     CDS             13..48\n",
                "/translation=\"MVAGYQTEAYC\"\n",
                "     CDS             complement(55..84)\n",
                "/translation=\"MPTVAIGAL\"\n",
                "        1 accactacac acatggtggc",
                "\n//\n",
            ],
        );
        check(&changed(&[(3, "ATT")]), &["CDS             15..50\n", "complement(57..86)\n", "MVAGYQTEAYC"]);
        check(&REFERENCE[14..], &["CDS             <1..34\n", "/codon_start=2\n", "\"VAGYQTEAYC\""]);
    }

    #[test]
    fn a_broken_frame_is_not_translated() {
        check(&changed(&[(30, "-")]), &["CDS             13..47\n", "/note=\"reading frame broken"]);
    }
}
