//! Whole files through the reader.

use std::fmt::Write;

use super::*;
use crate::coordinate::{CdsPos, CodonPos, RefPos, Span};

/// Writes genes and coding sequences on a line each: `gene S 1-9 / S 1-9+[1-9]`.
fn outline(annotation: &Annotation) -> String {
    let mut text = String::new();
    for gene in &annotation.genes {
        write!(text, "{} {}", gene.name, gene.span).unwrap();
        for cds in &annotation.cdses[gene.cdses.clone()] {
            write!(text, " / {}", cds.name).unwrap();
            for segment in &cds.segments {
                let (span, strand) = (segment.span, segment.strand.symbol());
                write!(text, " {span}{strand}[{}]", segment.span_in_cds).unwrap();
                match segment.wrapping {
                    Wrapping::No => {}
                    part => write!(text, "{part:?}").unwrap(),
                }
            }
        }
        text.push('\n');
    }
    text
}

/// Feature lines written with spaces between columns; a `|` begins column 9.
fn gff(lines: &str) -> String {
    let mut text = String::from("##gff-version 3\n");
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.split_once('|') {
            Some((columns, attributes)) => {
                let columns: Vec<&str> = columns.split_whitespace().collect();
                writeln!(text, "{}\t{}", columns.join("\t"), attributes.trim()).unwrap();
            }
            None => writeln!(text, "{line}").unwrap(),
        }
    }
    text
}

fn read(lines: &str) -> Annotation {
    Annotation::from_gff3(&gff(lines)).unwrap()
}

#[track_caller]
fn check(lines: &str, expected: &str) {
    let expected: String =
        expected.lines().map(str::trim).filter(|l| !l.is_empty()).fold(String::new(), |t, l| t + l + "\n");
    assert_eq!(outline(&read(lines)), expected);
}

#[track_caller]
fn refuse(lines: &str, expected: &str) {
    assert_eq!(
        Annotation::from_gff3(&gff(lines)).unwrap_err().to_string(),
        format!("genome annotation{expected}")
    );
}

#[test]
fn genes_without_cds_become_one() {
    check(
        "##sequence-region   . 1 100
         . . gene 31 39 . + . |gene_name=M
         . . gene 1 12 . . . |gene_name=\"E\"",
        "E 1-12 / E 1-12+[1-12]
         M 31-39 / M 31-39+[1-9]",
    );
    let annotation = read(". . gene 1 12 . + . |gene_name=E");
    assert_eq!(annotation.cdses[0].id, "cds-from-gene-E");
    assert_eq!(annotation.cdses[0].proteins[0].id, "protein-from-gene-E");
    assert!(annotation.cdses[0].made_from_gene && !annotation.genes[0].made_from_cds);
}

#[test]
fn lone_cdses_become_genes_and_neighbouring_lines_of_one_id_are_joined() {
    check(
        "s x CDS 4 12 . + 0 |ID=a;Name=GP;gene=gp
         s x CDS 12 17 . + 0 |ID=a;Name=GP;gene=gp
         s x CDS 4 9 . + 0 |ID=b;Name=sGP;gene=gp",
        "GP 4-17 / GP 4-12+[1-9] 12-17+[10-15]
         sGP 4-9 / sGP 4-9+[1-6]",
    );
}

#[test]
fn top_level_features_are_sorted_by_place_longest_first() {
    check(
        "s x gene 10 15 . + . |ID=1;gene=late
         s x gene 1 6 . + . |ID=2;gene=short
         s x gene 1 9 . + . |ID=3;gene=long",
        "long 1-9 / long 1-9+[1-9]
         short 1-6 / short 1-6+[1-6]
         late 10-15 / late 10-15+[1-6]",
    );
}

#[test]
fn parents_may_be_several_levels_up_and_come_later() {
    let lines = "
        s x CDS 1 6 . + 0 |ID=c;Parent=m;Name=cds;product=thing
        s x mRNA 1 9 . + . |ID=m;Parent=g
        s x gene 1 9 . + . |ID=g;gene=G;exception=ribosomal slippage
        s x mature_protein_region_of_CDS 1 3 . + . |ID=p;Parent=c;product=head%2C small";
    check(lines, "G 1-9 / cds 1-6+[1-6]");
    let annotation = read(lines);
    assert_eq!(annotation.cdses[0].product, "thing");
    assert_eq!(annotation.cdses[0].proteins[0].name, "head, small");
    assert_eq!(annotation.genes[0].exceptions, ["ribosomal slippage"]);
    assert_eq!(annotation.genes[0].origin.kind.as_deref(), Some("gene"));
    assert_eq!(annotation.genes[0].index, 2);
}

#[test]
fn a_cds_outside_every_gene_is_left_out_and_remarked_on() {
    let annotation = read(
        "s x gene 1 6 . + . |ID=g;gene=G
         s x CDS 7 12 . + . |ID=c;Name=C",
    );
    assert_eq!(annotation.cdses.len(), 1);
    assert_eq!(
        annotation.remarks,
        ["Line 3: CDS 'C' belongs to no gene and is left out, because the file has genes."]
    );
}

#[test]
fn a_circular_genome_is_cut_at_its_origin() {
    check(
        "s x region 1 20 . + . |ID=s:1..20;Is_circular=true
         s x CDS 16 27 . + 0 |ID=p;Name=P",
        "P 1-20 / P 16-20+[1-5]Start 1-7+[6-12]End(1)",
    );
    check(
        "s x region 1 10 . + . |ID=s;Is_circular=true
         s x CDS 9 35 . + 0 |ID=p;Name=P",
        "P 1-10 / P 9-10+[1-2]Start 1-10+[3-12]Central(1) 1-10+[13-22]Central(2) 1-5+[23-27]End(3)",
    );
    check(
        "s x region 1 20 . + . |ID=s;Is_circular=true
         s x CDS 16 27 . - 0 |ID=p;Name=P",
        "P 1-20 / P 1-7-[1-7]End(1) 16-20-[8-12]Start",
    );
}

#[test]
fn reading_ends_at_sequences_and_goes_on_after_a_resolved_mark() {
    check(
        "s x gene 1 3 . + . |gene=A
         ###
         s x gene 4 6 . + . |gene=B
         ##FASTA
         >s
         ACGTAC",
        "A 1-3 / A 1-3+[1-3]
         B 4-6 / B 4-6+[1-3]",
    );
}

#[test]
fn broken_lines_are_refused_with_their_number() {
    refuse(
        "s x gene 0 3 . + . |gene=A",
        ", line 2: start (column 4) is '0'; positions are whole numbers from 1 to 1000000000 and count from 1.",
    );
    refuse(
        "s x gene -4 3 . + . |gene=A",
        ", line 2: start (column 4) is '-4'; positions are whole numbers from 1 to 1000000000 and count from 1.",
    );
    refuse(
        "s x gene 5 3 . + . |gene=A",
        ", line 2: start 5 comes after end 3; write the smaller first, also on the reverse strand (on a circular genome, an end beyond the origin is written as end + length of the genome).",
    );
    refuse("s x gene 1 3", ", line 2: 1 columns where 9 are needed, separated by tabs (not spaces).");
    refuse(
        "##sequence-region s 1",
        ", line 2: '##sequence-region s 1' should read '##sequence-region NAME START END'.",
    );
    refuse(
        "##sequence-region a 1 9\n##sequence-region b 1 9",
        ", line 3: a second ##sequence-region (the first is on line 2); keep one: a genome of several segments needs a pack for each.",
    );
    refuse("", ": the file describes no feature; add the genes, or leave the file out of the pack.");
    refuse(
        "s x exon 1 3 . + . |ID=e",
        ": no line is of type 'gene' or 'CDS' (column 3); there is nothing to translate.",
    );
}

#[test]
fn contradictions_are_refused_with_their_lines() {
    refuse(
        "s x gene 1 4 . + . |gene=A",
        ", line 2: CDS 'A' is 4 nucleotides long, which is not a whole number of codons; correct its start and end.",
    );
    refuse(
        "s x gene 1 3 . + . |ID=1;gene=A\ns x gene 4 6 . + . |ID=2;gene=A",
        ", line 3: gene 'A' was already described on line 2; names must differ (pieces of one CDS have the same ID and stand on lines that follow each other).",
    );
    refuse(
        "s x gene 1 3 . + . |gene=A;Parent=B",
        ", line 2: Parent='B' is the ID of no line; correct it, or remove Parent.",
    );
    refuse(
        "s x gene 1 3 . + . |ID=B;Parent=B",
        ", line 2: 'B' is named as its own Parent; give child and parent different IDs.",
    );
    refuse(
        "s x gene 1 3 . + . |ID=A;Parent=B\ns x gene 1 3 . + . |ID=B;Parent=A",
        ", line 2: the parents of 'A' go round in a circle; no feature is on top.",
    );
    refuse(
        "s x gene 1 3 . + . |ID=A;gene=g\ns x gene 4 6 . + . |ID=B;gene=h\ns x CDS 1 3 . + . |ID=c;Parent=A,B",
        ", line 4: CDS 'c' lies below two genes; keep one of its parents.",
    );
    refuse(
        "s x gene 1 3 . + . |gene=S\ns x CDS 1 3 . + . |Name=S",
        ", line 3: type 'CDS' shares the ID 'S' with line 2, which is of type 'gene'; give each its own ID.",
    );
    refuse(
        "s x region 1 9 . + . |ID=s\ns x gene 7 12 . + . |gene=A",
        ", line 3: 'A' at 7-12 ends outside the linear 's' at 1-9.",
    );
    refuse(
        "s x region 1 9 . + . |ID=r;Is_circular=true\nt x gene 1 3 . + . |gene=A",
        ", line 2: column 1 names 's', but no line has that ID; in a file with Is_circular=true every line must name the feature that spans the genome.",
    );
    refuse(
        "s x region 1 3 . + . |ID=s;Is_circular=true\ns x gene 1 999 . + . |gene=A",
        ", line 3: 'A' at 1-999 goes too many times round 's' at 1-3.",
    );
}

#[test]
fn features_that_multiply_are_stopped() {
    let mut lines = String::from("s x gene 1 3 . + . |ID=g;gene=G\n");
    for level in 0..90 {
        let parents = if level == 0 { "g".to_owned() } else { format!("a{0},b{0}", level - 1) };
        for side in ["a", "b"] {
            writeln!(lines, "s x mRNA 1 3 . + . |ID={side}{level};Parent={parents}").unwrap();
        }
    }
    assert!(Annotation::from_gff3(&gff(&lines)).unwrap_err().to_string().contains("or too often"));
}

#[test]
fn limits_are_kept() {
    let limits = AnnotationLimits { features: 1, ..AnnotationLimits::default() };
    let text = gff("s x gene 1 3 . + . |gene=A\ns x gene 4 6 . + . |gene=B");
    let error = Annotation::from_gff3_within(&text, limits).unwrap_err();
    assert_eq!(error.to_string(), "genome annotation, line 3: more than 1 feature lines are not read.");
    let limits = AnnotationLimits { pieces: 1, ..AnnotationLimits::default() };
    let pieces = gff("s x CDS 1 3 . + . |ID=A\ns x CDS 4 6 . + . |ID=A");
    let error = Annotation::from_gff3_within(&pieces, limits).unwrap_err();
    assert_eq!(error.to_string(), "genome annotation, line 3: more than 1 lines in a row have the ID 'A'.");
    let limits = AnnotationLimits { line_bytes: 20, ..AnnotationLimits::default() };
    assert!(
        Annotation::from_gff3_within(&text, limits).unwrap_err().to_string().contains("at most 20 are read")
    );
    let limits = AnnotationLimits { bytes: 10, ..AnnotationLimits::default() };
    assert!(
        Annotation::from_gff3_within(&text, limits).unwrap_err().to_string().contains("at most 10 are read")
    );
}

#[test]
fn positions_go_both_ways() {
    let annotation = read(
        "s x CDS 4 12 . + 0 |ID=a;Name=slip
         s x CDS 12 17 . + 0 |ID=a;Name=slip
         s x CDS 4 9 . - 0 |ID=b;Name=back",
    );
    let at = |position: u32| -> Vec<(usize, u32)> {
        annotation.positions_at(RefPos(position)).map(|(cds, at)| (cds, at.0)).collect()
    };
    assert_eq!(at(3), [(0, 0), (1, 5)]);
    assert_eq!(at(11), [(0, 8), (0, 9)]);
    assert_eq!(at(17), []);
    let slip = &annotation.cdses[0];
    assert_eq!(slip.codons(), 5);
    assert_eq!(slip.reference_position(CdsPos(9)), Some(RefPos(11)));
    assert_eq!(slip.reference_position(CdsPos(15)), None);
    assert_eq!(
        slip.spans_of(Span::new(7, 11)),
        [(Span::new(10, 12), Strand::Forward), (Span::new(11, 13), Strand::Forward)]
    );
    let back = &annotation.cdses[1];
    assert_eq!(back.reference_position(CdsPos(0)), Some(RefPos(8)));
    assert_eq!(back.codon_spans(CodonPos(0)), [(Span::new(6, 9), Strand::Reverse)]);
    assert_eq!((annotation.cds_named("back"), annotation.reference_end()), (Some(1), 17));
}

#[test]
fn packs_of_the_shared_folder_are_read() {
    let Some(folder) = crate::field_data::shared("packs") else { return };
    let check = |pack: &str, genes: usize, cdses: usize, first: &str| {
        let text = std::fs::read_to_string(folder.join(pack).join("genome_annotation.gff3")).unwrap();
        let annotation = Annotation::from_gff3(&text).unwrap();
        assert_eq!((annotation.genes.len(), annotation.cdses.len()), (genes, cdses), "{pack}");
        assert_eq!(outline(&annotation).lines().next(), Some(first), "{pack}");
        assert!(annotation.remarks.is_empty(), "{pack}");
    };
    check("sars-cov-2", 12, 12, "ORF1a 266-13468 / ORF1a 266-13468+[1-13203]");
    check("ebov", 9, 9, "NP 470-2689 / NP 470-2689+[1-2220]");
    check("hmpv", 9, 9, "N 40-1224 / N 40-1224+[1-1185]");
    check("mpox-clade-iib", 179, 179, "OPG001 835-1575 / OPG001 835-1575-[1-741]");
}

mod laws {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "([A-Za-z0-9#>=;,.%+-]|\t|\n| ){0,400}") {
            let _ = Annotation::from_gff3(&text);
        }

        #[test]
        fn each_cds_position_has_its_way_back(
            genome in 10u32..60, begin in 0u32..60, codons in 1u32..25, reverse: bool,
        ) {
            let begin = begin % genome;
            let strand = if reverse { '-' } else { '+' };
            let annotation = read(&format!(
                "s x region 1 {genome} . + . |ID=s;Is_circular=true\ns x CDS {} {} . {strand} . |ID=c",
                begin + 1, begin + codons * 3,
            ));
            let cds = &annotation.cdses[0];
            prop_assert_eq!(cds.codons(), codons);
            for at in 0..cds.length_nt {
                let position = cds.reference_position(CdsPos(at)).unwrap();
                let turned = if reverse { cds.length_nt - 1 - at } else { at };
                prop_assert_eq!(position.0, (begin + turned) % genome);
                prop_assert!(cds.cds_positions(position).any(|back| back.0 == at));
            }
        }
    }
}
