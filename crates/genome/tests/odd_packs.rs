//! Packs at the edge of what a pack can be: the smallest reference, coding sequence and tree there are.
//!
//! Each either loads and analyses, by the fast method as by the thorough one, or is refused with a sentence.

use hearth_genome::analysis::{Analysis, Memory, Rejection};
use hearth_genome::pack::{Pack, PackFiles};

const SIXTY: &str = "ATGACGTTGCATGCCTAGGATCCATTGCAAGTCTTAGCAGGTACCTTAACGGATATCTAA";

/// What a pack is made of; the rest is as small as it can be.
#[derive(Clone, Copy)]
struct Odd<'a> {
    reference: &'a str,
    annotation: Option<&'a str>,
    tree: Option<&'a str>,
}

const ODD: Odd<'static> = Odd { reference: SIXTY, annotation: None, tree: None };

fn load(odd: &Odd) -> Result<Pack, String> {
    let fasta = format!(">odd\n{}\n", odd.reference);
    let files = PackFiles {
        name: "odd",
        reference: fasta.as_bytes(),
        pathogen: br#"{"schemaVersion": "3.0.0", "alignmentParams": {"minLength": 1}, "qc": {
            "missingData": {"enabled": true, "missingDataThreshold": 10, "scoreBias": 1}, "mixedSites": {"enabled": true, "mixedSitesThreshold": 10}, "snpClusters": {"enabled": true, "windowSize": 100, "clusterCutOff": 6, "scoreWeight": 50},
            "privateMutations": {"enabled": true, "typical": 8, "cutoff": 24}, "frameShifts": {"enabled": true}, "stopCodons": {"enabled": true}}}"#,
        annotation: odd.annotation.map(str::as_bytes),
        tree: odd.tree.map(str::as_bytes),
    };
    Pack::from_files(&files).map_err(|error| error.to_string())
}

fn described(analysis: &Result<Analysis, Rejection>) -> String {
    let analysis = match analysis {
        Ok(analysis) => analysis,
        Err(error) => return error.to_string(),
    };
    let calls = &analysis.calls;
    let readings = analysis.readings.iter().map(|reading| match reading {
        None => "nothing read".to_string(),
        Some(reading) => {
            format!("{} differ, {} shifted", reading.differences.len(), reading.frame_shifts.len())
        }
    });
    let place = analysis.place.as_ref().map_or("no tree".into(), |place| {
        format!("node {} private {}", place.placement.node, place.private.nuc.substitutions.len())
    });
    format!(
        "{}..{} {} substitutions; {}; {place}",
        calls.aligned.begin.0,
        calls.aligned.end.0,
        calls.substitutions.len(),
        readings.collect::<Vec<_>>().join(", "),
    )
}

fn check(odd: Odd, query: &str, expected: &str) {
    let found = match load(&odd) {
        Err(error) => error,
        Ok(pack) => {
            let fast = pack.analyse(query.as_bytes(), &mut Memory::default());
            assert_eq!(fast, pack.analyse_thoroughly(query.as_bytes(), &mut Memory::default()));
            described(&fast)
        }
    };
    assert_eq!(found, expected);
}

fn cds(begin: usize, end: usize, strand: char) -> String {
    format!("odd\tx\tCDS\t{begin}\t{end}\t.\t{strand}\t0\tID=c;Name=c\n")
}

fn tree(root: &str) -> String {
    format!(
        r#"{{"version": "v2", "meta": {{"extensions": {{"nextclade": {{}}}}}}, "tree": {{"name": "root", {root}"node_attrs": {{"clade_membership": {{"value": "A"}}}}}}}}"#
    )
}

#[test]
fn references() {
    let check_reference =
        |reference: &str, query: &str, expected| check(Odd { reference, ..ODD }, query, expected);
    check_reference("A", "A", "0..1 0 substitutions; ; no tree");
    check_reference("A", "C", "0..0 0 substitutions; ; no tree");
    check_reference("A", "AAAAAAAA", "0..1 0 substitutions; ; no tree");
    check_reference("AC", "N", "0..1 0 substitutions; ; no tree");
    check_reference("NNNNNNNNNN", "ACGT", "0..4 4 substitutions; ; no tree");
    check_reference("", "A", "reference.fasta: the reference sequence is empty");
    check_reference(&"A".repeat(3_000), &"A".repeat(3_000), "0..3000 0 substitutions; ; no tree");
    check_reference(
        &"N".repeat(3_000),
        &SIXTY.repeat(50),
        "nothing in this sequence resembles the reference: no stretch of 40 or more letters matches; check that it is the right pathogen and not reads or an empty assembly",
    );
    check(ODD, SIXTY, "0..60 0 substitutions; ; no tree");
    check(ODD, &SIXTY[7..20], "7..20 0 substitutions; ; no tree");
    check(ODD, "N", "0..1 0 substitutions; ; no tree");
}

#[test]
fn scores_that_might_not_fit() {
    let fasta = format!(">odd\n{}\n", SIXTY.repeat(2_000));
    let load = |largest: u32| {
        let pathogen =
            format!(r#"{{"schemaVersion": "3.0.0", "alignmentParams": {{"penaltyMismatch": {largest}}}}}"#);
        let files = PackFiles {
            name: "odd",
            reference: fasta.as_bytes(),
            pathogen: pathogen.as_bytes(),
            annotation: None,
            tree: None,
        };
        Pack::from_files(&files).err().map(|error| error.to_string())
    };
    assert_eq!(load(800), None);
    let expected = "reference.fasta: the reference has 120000 letters, too many for alignment scores as large as 900; make the scores and penalties in alignmentParams smaller";
    assert_eq!(load(900).as_deref(), Some(expected));
}

#[test]
fn coding_sequences() {
    let check_cds = |begin, end, strand, expected| {
        let annotation = cds(begin, end, strand);
        check(Odd { annotation: Some(&annotation), ..ODD }, &SIXTY.replace("TTGCAA", "TTCCAA"), expected);
    };
    check_cds(1, 3, '+', "0..60 1 substitutions; 0 differ, 0 shifted; no tree");
    check_cds(1, 3, '-', "0..60 1 substitutions; 0 differ, 0 shifted; no tree");
    check_cds(58, 60, '+', "0..60 1 substitutions; 0 differ, 0 shifted; no tree");
    check_cds(1, 60, '+', "0..60 1 substitutions; 1 differ, 0 shifted; no tree");
    check_cds(
        1,
        2,
        '+',
        "genome annotation, line 1: CDS 'c' is 2 nucleotides long, which is not a whole number of codons; correct its start and end.",
    );
    check_cds(
        1,
        59,
        '+',
        "genome annotation, line 1: CDS 'c' is 59 nucleotides long, which is not a whole number of codons; correct its start and end.",
    );
    check_cds(
        1,
        63,
        '+',
        "reference.fasta: coding sequence 'c' ends at 63, after the last position of the reference (60)",
    );
    check_cds(
        0,
        3,
        '+',
        "genome annotation, line 1: start (column 4) is '0'; positions are whole numbers from 1 to 1000000000 and count from 1.",
    );
    check_cds(
        9,
        4,
        '+',
        "genome annotation, line 1: start 9 comes after end 4; write the smaller first, also on the reverse strand (on a circular genome, an end beyond the origin is written as end + length of the genome).",
    );
    check(
        Odd { annotation: Some(""), ..ODD },
        SIXTY,
        "genome annotation: the file describes no feature; add the genes, or leave the file out of the pack.",
    );
    check(
        Odd { annotation: Some("##gff-version 3\n"), ..ODD },
        SIXTY,
        "genome annotation: the file describes no feature; add the genes, or leave the file out of the pack.",
    );
}

#[test]
fn trees() {
    let check_tree = |root, expected| {
        let tree = tree(root);
        check(Odd { tree: Some(&tree), ..ODD }, &SIXTY.replace("TTGCAA", "TTCCAA"), expected);
    };
    check_tree("", "0..60 1 substitutions; ; node 0 private 1");
    check_tree(r#""children": [], "#, "0..60 1 substitutions; ; node 0 private 1");
    check_tree(
        r#""branch_attrs": {"mutations": {"nuc": ["A1T"]}}, "#,
        "0..60 1 substitutions; ; node 0 private 2",
    );
    check_tree(
        r#""branch_attrs": {"mutations": {"nuc": ["A61T"]}}, "#,
        "tree.json: tree node 'root': mutation A61T does not fit, there is '?' before it; tree and reference must be of the same version",
    );
    check_tree(
        r#""branch_attrs": {"mutations": {"nuc": ["A0T"]}}, "#,
        "tree.json: the tree, node \"root\": mutation 'A0T' of 'nuc' should read like C241T (or A5- for a deletion).",
    );
    check_tree(
        r#""branch_attrs": {"mutations": {"c": ["A9T"]}}, "#,
        "0..60 1 substitutions; ; node 0 private 1",
    );
    check(
        Odd { reference: "A", tree: Some(&tree("")), ..ODD },
        "C",
        "0..0 0 substitutions; ; node 0 private 0",
    );
}
