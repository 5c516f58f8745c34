//! A pack small enough to check by hand, for the tests of this module.
//!
//! Nucleotides (0-based): coding sequence `A` 12 to 48, peptide `MVAGYQTEAYC*`; `B` 54 to 84 on the reverse
//! strand, peptide `MPTVAIGAL*`. The tree is a line: `root`, `one` (C20A, which is A:A3D), `two` (A24T).

use super::RecordName;
use crate::analysis::{Analysis, Memory};
use crate::pack::{Pack, PackFiles};

/// The reference.
pub(super) const REFERENCE: &str =
    "ACCACTACACACATGGTGGCTGGATACCAGACCGAGGCTTACTGTTAATTGACGTCATAATGCTCCTATGGCGACTGTTGGCATGTCTCG";

const ANNOTATION: &str = "\
tiny\t.\tgene\t13\t48\t.\t+\t.\tID=gene-A;Name=A
tiny\t.\tCDS\t13\t48\t.\t+\t0\tID=cds-A;Name=A;Parent=gene-A;product=alpha
tiny\t.\tgene\t55\t84\t.\t-\t.\tID=gene-B;Name=B
tiny\t.\tCDS\t55\t84\t.\t-\t0\tID=cds-B;Name=B;Parent=gene-B;product=beta
";

const PATHOGEN: &str = r#"{
    "schemaVersion": "3.0.0",
    "alignmentParams": {
        "minLength": 30, "kmerLength": 7, "kmerDistance": 1, "minMatchLength": 9, "windowSize": 9,
        "allowedMismatches": 1, "minSeedCover": 0.1, "retryReverseComplement": true
    },
    "qc": {
        "privateMutations": {"enabled": true, "typical": 0, "cutoff": 4},
        "stopCodons": {"enabled": true},
        "frameShifts": {"enabled": true}
    },
    "mutLabels": {"nucMutLabelMap": {"24T": ["two"]}},
    "aaMotifs": [{"name": "glyc", "motifs": ["Y[QN]T", "C\\*"], "includeCdses": [{"cds": "A"}]}]
}"#;

const TREE: &str = r#"{
    "version": "v2",
    "meta": {"extensions": {"nextclade": {
        "clade_node_attrs": [{"name": "lineage", "displayName": "Lineage", "description": "d"}],
        "ref_nodes": {"search": [{"name": "first", "criteria": [
            {"qry": [{"clade": ["one", "two"]}], "node": [{"name": ["one"], "searchAlgo": "full"}]}
        ]}]}
    }}},
    "tree": {"name": "root", "branch_attrs": {"mutations": {}},
        "node_attrs": {"div": 0, "clade_membership": {"value": "zero"}}, "children": [
        {"name": "one", "branch_attrs": {"mutations": {"nuc": ["C20A"], "A": ["A3D"]}},
            "node_attrs": {"div": 1, "clade_membership": {"value": "one"}, "lineage": {"value": "A.1"}}, "children": [
            {"name": "two", "branch_attrs": {"mutations": {"nuc": ["A24T"]}},
                "node_attrs": {"div": 10, "clade_membership": {"value": "two"}, "lineage": {"value": "A.1"}}}
        ]}
    ]}
}"#;

/// Record name of every test.
pub(super) const RECORD: RecordName = RecordName { index: 7, name: "query of ours" };

/// The pack.
pub(super) fn pack() -> Pack {
    let fasta = format!(">tiny whole\n{REFERENCE}\n");
    let files = PackFiles {
        name: "tiny pack",
        reference: fasta.as_bytes(),
        pathogen: PATHOGEN.as_bytes(),
        annotation: Some(ANNOTATION.as_bytes()),
        tree: Some(TREE.as_bytes()),
    };
    Pack::from_files(&files).expect("the tiny pack is sound")
}

/// The reference with some letters replaced, each given with its 0-based position; `-` takes a letter out.
pub(super) fn changed(changes: &[(usize, &str)]) -> String {
    let mut letters: Vec<String> = REFERENCE.chars().map(String::from).collect();
    for &(at, letter) in changes {
        letters[at] = letter.replace('-', "");
    }
    letters.concat()
}

/// Analyses a sequence.
pub(super) fn analyse(pack: &Pack, sequence: &str) -> Analysis {
    pack.analyse(sequence.as_bytes(), &mut Memory::default()).expect("the sequence aligns")
}
