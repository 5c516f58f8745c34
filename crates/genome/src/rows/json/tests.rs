//! Lines of genomes small enough to check by hand. What they expect is what Nextclade 3.21.2 writes for the
//! same files, except under `hearth`.

use super::*;
use crate::rows::tiny::{self, RECORD, REFERENCE, changed};
use serde_json::{Value, json};

fn line(sequence: &str) -> Value {
    let pack = tiny::pack();
    let analysis = tiny::analyse(&pack, sequence);
    let mut out = Buffer::new();
    Json::new(&pack).write_line(RECORD, &analysis, &Warning::of(&analysis, &pack), &mut out);
    assert_eq!(out.iter().filter(|&&byte| byte == b'\n').count(), 1, "one line");
    serde_json::from_slice(&out).expect("a line is JSON")
}

/// Compares the values at some places (JSON pointers) of a line.
fn check(sequence: &str, expected: &[(&str, Value)]) {
    let line = line(sequence);
    for (place, value) in expected {
        assert_eq!(line.pointer(place), Some(value), "{place}");
    }
}

/// A substitution, a deleted codon, N, an ambiguous letter, and the first letters missing.
fn mixed_bag() -> String {
    let changes = [(0, "-"), (1, "-"), (2, "-"), (19, "A"), (27, "-"), (28, "-"), (29, "-")];
    changed(&[&changes[..], &[(60, "R"), (76, "N"), (77, "N"), (78, "N")]].concat())
}

fn codon(pos: u32, from: &str, to: &str, nuc: u32, triplets: (&str, &str)) -> Value {
    json!({
        "cdsName": "A", "pos": pos, "refAa": from, "qryAa": to, "nucPos": nuc,
        "refTriplet": triplets.0, "qryTriplet": triplets.1, "nucRanges": [{"begin": nuc, "end": nuc + 3}],
    })
}

#[test]
fn names_and_lengths() {
    check(
        REFERENCE,
        &[
            ("/index", json!(7)),
            ("/seqName", json!("query of ours")),
            ("/seqId", json!("query")),
            ("/seqDesc", json!("of ours")),
            ("/lenUnaligned", json!(90)),
            ("/refName", json!("tiny whole")),
            ("/datasetName", json!("tiny pack")),
            ("/clade", json!("zero")),
            ("/coverage", json!(1.0)),
            ("/phenotypeValues", json!(null)),
            ("/customNodeAttributes", json!({})),
            ("/cladeNodeAttrFounderInfo", json!({})),
        ],
    );
}

#[test]
fn nucleotides() {
    let sub = json!({"pos": 19, "refNuc": "C", "qryNuc": "A"});
    check(
        &mixed_bag(),
        &[
            ("/substitutions", json!([sub])),
            ("/deletions", json!([{"range": {"begin": 27, "end": 30}}])),
            ("/totalDeletions", json!(3)),
            ("/missing", json!([{"range": {"begin": 76, "end": 79}, "character": "N"}])),
            ("/nonACGTNs", json!([{"range": {"begin": 60, "end": 61}, "character": "R"}])),
            ("/nucleotideComposition", json!({"T": 21, "A": 20, "C": 19, "G": 20, "R": 1, "N": 3, "-": 6})),
            ("/alignmentRange", json!({"begin": 3, "end": 90})),
            ("/lenAligned", json!(90)),
            ("/divergence", json!(1.0)),
        ],
    );
}

#[test]
fn amino_acids_with_their_codons() {
    let lost = json!({"cdsName": "A", "pos": 5, "refAa": "Q", "qryAa": "-"});
    let unknown = json!([{"range": {"begin": 2, "end": 3}, "character": "X"}]);
    check(
        &mixed_bag(),
        &[
            ("/aaSubstitutions", json!([{"cdsName": "A", "pos": 2, "refAa": "A", "qryAa": "D"}])),
            ("/aaDeletions", json!([{"cdsName": "A", "pos": 5, "refAa": "Q"}])),
            ("/unknownAaRanges", json!([{"cdsName": "B", "character": "X", "ranges": unknown, "length": 1}])),
            ("/nucToAaMuts/28", json!([lost])),
            ("/aaChangesGroups/0/range", json!({"begin": 0, "end": 8})),
            ("/aaChangesGroups/0/changes/2", codon(2, "A", "D", 18, ("GCT", "GAT"))),
            ("/aaChangesGroups/0/changes/5", codon(5, "Q", "-", 27, ("CAG", "---"))),
            ("/aaChangesGroups/0/nucSubs", json!([{"pos": 19, "refNuc": "C", "qryNuc": "A"}])),
            ("/aaChangesGroups/0/nucDelRanges", json!([{"range": {"begin": 27, "end": 30}}])),
        ],
    );
}

#[test]
fn a_codon_of_the_reverse_strand_reads_turned() {
    let change = json!({
        "cdsName": "B", "pos": 2, "refAa": "T", "qryAa": "S", "nucPos": 75,
        "refTriplet": "ACA", "qryTriplet": "TCA", "nucRanges": [{"begin": 75, "end": 78}],
    });
    check(&changed(&[(77, "A")]), &[("/aaChangesGroups/0/changes/2", change)]);
}

#[test]
fn insertions_stand_after_the_letter_before() {
    let sequence = changed(&[(42, "GGTT")]);
    check(
        &sequence,
        &[
            ("/insertions", json!([{"pos": 41, "ins": "GGT"}])),
            ("/totalInsertions", json!(3)),
            ("/aaInsertions", json!([{"cds": "A", "pos": 9, "ins": "G"}])),
        ],
    );
}

#[test]
fn private_mutations_are_those_the_node_lacks() {
    let sequence = changed(&[(19, "A"), (44, "A")]);
    let to_stop = json!({"cdsName": "A", "pos": 10, "refAa": "C", "qryAa": "*"});
    check(
        &sequence,
        &[
            ("/nearestNodeName", json!("one")),
            ("/nearestNodeId", json!(1)),
            ("/customNodeAttributes", json!({"lineage": "A.1"})),
            ("/divergence", json!(2.0)),
            (
                "/privateNucMutations/unlabeledSubstitutions",
                json!([{"pos": 44, "refNuc": "T", "qryNuc": "A"}]),
            ),
            ("/privateAaMutations/A/privateSubstitutions", json!([to_stop])),
            ("/privateAaMutations/A/aaChangesGroups/0/range", json!({"begin": 8, "end": 12})),
            ("/privateAaMutations/B/totalPrivateSubstitutions", json!(0)),
            ("/qc/stopCodons/stopCodons", json!([{"cdsName": "A", "codon": 10}])),
            ("/qc/stopCodons/status", json!("mediocre")),
            ("/qc/missingData", json!(null)),
            ("/cladeFounderInfo/nodeName", json!("one")),
            ("/cladeNodeAttrFounderInfo/lineage/value", json!("A.1")),
            ("/refNodeSearchResults/0/result/match", json!({"nodeKey": 1, "nodeName": "one", "name": "one"})),
            ("/relativeNucMutations/0/result/muts/totalPrivateSubstitutions", json!(1)),
            ("/relativeAaMutations/0/result/muts/A/totalPrivateSubstitutions", json!(1)),
        ],
    );
}

#[test]
fn labels_stand_beside_their_mutation() {
    let sub = json!({"pos": 23, "refNuc": "A", "qryNuc": "T"});
    check(
        &changed(&[(23, "T")]),
        &[
            ("/nearestNodeName", json!("root")),
            ("/privateNucMutations/privateSubstitutions", json!([sub])),
            ("/privateNucMutations/unlabeledSubstitutions", json!([])),
            ("/privateNucMutations/labeledSubstitutions", json!([{"substitution": sub, "labels": ["two"]}])),
            ("/privateNucMutations/totalLabeledSubstitutions", json!(1)),
        ],
    );
}

#[test]
fn motifs_are_kept_lost_or_unknown() {
    let kept = json!({"name": "glyc", "cds": "A", "position": 10, "refSeq": "C*", "qrySeq": "C*"});
    let lost = json!({"name": "glyc", "cds": "A", "position": 4, "refSeq": "YQT", "qrySeq": "Y-T"});
    let changes = json!({"preserved": [kept], "gained": [], "lost": [lost], "ambiguous": [], "total": 1});
    check(&mixed_bag(), &[("/aaMotifsChanges/glyc", changes)]);
    let unknown = json!([{"name": "glyc", "cds": "A", "position": 4, "refSeq": "YQT", "qrySeq": "YXT"}]);
    check(&changed(&[(28, "N")]), &[("/aaMotifsChanges/glyc/ambiguous", unknown)]);
}

#[test]
fn what_was_not_sequenced_is_said() {
    check(
        &REFERENCE[..40],
        &[
            ("/missingCdses", json!(["B"])),
            ("/warnings/0/cdsName", json!("B")),
            ("/aaAlignmentRanges", json!({"A": [{"begin": 0, "end": 9}], "B": []})),
            ("/aaUnsequencedRanges", json!({"A": [{"begin": 9, "end": 12}], "B": [{"begin": 0, "end": 10}]})),
            ("/annotation/genes/0/range", json!({"begin": 12, "end": 40})),
            ("/annotation/genes/0/cdses/0/segments/0/truncation", json!({"threePrime": 8})),
            ("/annotation/genes/0/cdses/0/segments/0/attributes/truncated-right", json!(["8"])),
            ("/annotation/genes/0/cdses/0/segments/0/attributes/Parent", json!(["Gene-7-gene-A"])),
        ],
    );
}

#[test]
fn a_turned_sequence_keeps_its_own_positions() {
    let mut letters = changed(&[(78, "C")]).into_bytes();
    crate::alphabet::nucleotide::reverse_complement(&mut letters);
    check(
        &String::from_utf8_lossy(&letters),
        &[
            ("/isReverseComplement", json!(true)),
            ("/warnings/0/cdsName", json!("nuc")),
            ("/substitutions", json!([{"pos": 78, "refNuc": "T", "qryNuc": "C"}])),
            ("/annotation/genes/0/range", json!({"begin": 42, "end": 78})),
            ("/annotation/genes/0/cdses/0/segments/0/strand", json!("-")),
            ("/annotation/genes/0/attributes/is_reverse_complement", json!(["true"])),
        ],
    );
}

#[test]
fn our_own_findings_come_last() {
    let own = json!({
        "pack": "tiny pack", "placementDistance": 0, "equallyNearNodes": 1, "placementConfidence": 1.0,
        "structure": {"score": 0.0, "status": "good", "findings": []},
    });
    check(REFERENCE, &[("/hearth", own)]);
}

#[test]
fn nearest_nodes_are_named_when_asked_for() {
    let pack = tiny::pack();
    let analysis = tiny::analyse(&pack, REFERENCE);
    let line = |json: Json| -> Value {
        let mut out = Buffer::new();
        json.write_line(RECORD, &analysis, &[], &mut out);
        serde_json::from_slice(&out).expect("a line is JSON")
    };
    assert_eq!(line(Json::new(&pack)).get("nearestNodes"), None);
    let asked = line(Json::new(&pack).with_nearest_nodes());
    assert_eq!(asked["nearestNodes"], json!([asked["nearestNodeName"]]));
}

#[test]
fn errors_are_lines_too() {
    let mut out = Buffer::new();
    Json::write_error(RecordName { index: 3, name: "a\t\"b\"" }, &["too short", "and odd"], &mut out);
    let expected = "{\"index\":3,\"seqName\":\"a\\t\\\"b\\\"\",\"errors\":[\"too short\",\"and odd\"]}\n";
    assert_eq!(String::from_utf8_lossy(&out), expected);
}

#[test]
fn a_document_holds_lines_and_errors() {
    let pack = tiny::pack();
    let json = Json::new(&pack);
    let (mut line, mut error, mut out) = (Buffer::new(), Buffer::new(), Buffer::new());
    json.write_line(RECORD, &tiny::analyse(&pack, REFERENCE), &[], &mut line);
    Json::write_error(RECORD, &["no"], &mut error);
    document::begin(&pack, "2026-01-02T03:04:05Z", &mut out);
    document::item(&line, true, &mut out);
    document::item(&line, false, &mut out);
    document::end([&error[..]], &mut out);
    let document: Value = serde_json::from_slice(&out).expect("a document is JSON");
    assert_eq!(document["schemaVersion"], json!("3.0.0"));
    assert_eq!(document["createdAt"], json!("2026-01-02T03:04:05Z"));
    assert_eq!(document["cladeNodeAttrKeys"][0]["displayName"], json!("Lineage"));
    assert_eq!(document["refNodes"]["search"][0]["name"], json!("first"));
    assert_eq!(document["results"].as_array().map(Vec::len), Some(2));
    assert_eq!(document["errors"], json!([{"index": 7, "seqName": "query of ours", "errors": ["no"]}]));
}

#[test]
fn a_document_may_be_empty() {
    let mut out = Buffer::new();
    document::begin(&tiny::pack(), "now", &mut out);
    document::end([], &mut out);
    let document: Value = serde_json::from_slice(&out).expect("a document is JSON");
    assert_eq!((&document["results"], &document["errors"]), (&json!([]), &json!([])));
}
