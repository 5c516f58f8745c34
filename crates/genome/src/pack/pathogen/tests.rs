//! Whole files through the reader.

use super::*;
use crate::coordinate::{CodonPos, RefPos, Span};

fn read(text: &str) -> Pathogen {
    Pathogen::from_json(text).unwrap()
}

/// The parts of interest inside a file that is otherwise fine.
fn with(parts: &str) -> String {
    format!("{{\"schemaVersion\": \"3.0.0\", {parts}}}")
}

#[track_caller]
fn refuse(parts: &str, expected: &str) {
    let error = Pathogen::from_json(&with(parts)).unwrap_err();
    assert_eq!(error.to_string(), format!("pathogen.json, {expected}"));
}

#[track_caller]
fn unhonoured(text: &str, expected: &[&str]) {
    let found: Vec<String> =
        read(text).unhonoured.into_iter().map(|u| format!("{}: {}", u.path, u.reason)).collect();
    assert_eq!(found, expected);
}

#[test]
fn an_empty_file_is_all_defaults_and_a_remark() {
    let pathogen = read("{}");
    assert_eq!(pathogen.alignment, AlignmentParams::default());
    assert_eq!(pathogen.quality, None);
    unhonoured("{}", &["schemaVersion: is missing; the file is read as version 3"]);
}

#[test]
fn alignment_parameters_lie_over_the_defaults() {
    let pathogen = read(&with(
        r#""alignmentParams": {"gapAlignmentSide": "right", "minSeedCover": 0.1, "kmerLength": 5, "minLength": null}"#,
    ));
    let expected = AlignmentParams {
        gap_side: GapSide::Right,
        min_seed_cover: 0.1,
        kmer_length_nt: 5,
        ..AlignmentParams::default()
    };
    assert_eq!(pathogen.alignment, expected);
    assert_eq!(pathogen.unhonoured, []);
}

#[test]
fn presets_differ_where_they_should() {
    assert_eq!(AlignmentParams::preset(AlignmentPreset::Default), AlignmentParams::default());
    assert_eq!(AlignmentParams::preset(AlignmentPreset::HighDiversity).terminal_bandwidth_nt, 100);
    assert_eq!(AlignmentParams::preset(AlignmentPreset::ShortSequences).min_length_nt, 30);
}

#[test]
fn rules_left_out_have_their_defaults() {
    let quality =
        read(&with(r#""qc": {"missingData": {"enabled": true, "missingDataThreshold": 2700}}"#)).quality;
    let expected = QualityConfig {
        missing_data: MissingDataRule { enabled: true, threshold: 2700.0, score_bias: 0.0 },
        ..QualityConfig::default()
    };
    assert_eq!(quality, Some(expected.clone()));
    assert!(expected.stop_codons.enabled && expected.frame_shifts.score_weight == 75.0);
    assert!(
        !expected.private_mutations.enabled && expected.private_mutations.weight_labeled_deletions == 1.0
    );
}

#[test]
fn known_frame_shifts_and_stop_codons_are_read() {
    let quality = read(&with(
        r#""qc": {"frameShifts": {"ignoredFrameShifts": [{"cdsName": "S", "codonRange": {"begin": 3, "end": 5}}]},
                  "stopCodons": {"enabled": false, "ignoredStopCodons": [{"cdsName": "N", "codon": 417}]}}"#,
    ))
    .quality
    .unwrap();
    assert_eq!(
        quality.frame_shifts.ignored,
        [IgnoredFrameShift { cds_name: "S".into(), codons: Span::new(3, 5) }]
    );
    assert_eq!(
        quality.stop_codons.ignored,
        [IgnoredStopCodon { cds_name: "N".into(), codon: CodonPos(417) }]
    );
    assert!(!quality.stop_codons.enabled);
}

#[test]
fn labels_are_found_by_genotype() {
    let labels = read(&with(
        r#""mutLabels": {"nucMutLabelMap": {"241T": ["20A", "20B"], "7-": []},
                         "aaMutLabelMap": {"S:614G": ["20A"], "S:5": ["any"], "S:5*": ["stop"]}}"#,
    ))
    .labels;
    assert_eq!(labels.of_nucleotide(RefPos(240), b'T'), ["20A", "20B"]);
    assert_eq!(labels.of_nucleotide(RefPos(240), b'A'), [""; 0]);
    assert_eq!(labels.of_amino_acid("S", CodonPos(613), b'G'), ["20A"]);
    assert_eq!(labels.of_amino_acid("S", CodonPos(4), b'*'), ["any"]);
    assert_eq!(labels.of_amino_acid("N", CodonPos(613), b'G'), [""; 0]);
}

#[test]
fn phenotypes_and_motifs_are_read() {
    let pathogen = read(&with(
        r#""phenotypeData": [{"name": "escape", "cds": "S", "aaRange": {"begin": 330, "end": 531},
              "ignore": {"clades": ["outgroup"]},
              "data": [{"name": "a", "weight": 0.5, "locations": {
                  "331": 0.25, "340": {"K": 1, "default": -2, "longer": 3}}}]}],
           "aaMotifs": [{"name": "glycosylation", "motifs": ["N[^P][ST]"],
              "includeCdses": [{"cds": "HA2", "ranges": [{"begin": 0, "end": 186}]}]}]"#,
    ));
    let phenotype = &pathogen.phenotypes[0];
    let table = &phenotype.tables[0];
    assert_eq!((phenotype.display_name.as_str(), phenotype.codons), ("escape", Span::new(330, 531)));
    let coefficient = |position, letter| table.coefficient(CodonPos(position), letter);
    assert_eq!(
        [coefficient(331, b'A'), coefficient(340, b'K'), coefficient(340, b'A'), coefficient(5, b'A')],
        [0.25, 1.0, -2.0, 0.0]
    );
    assert_eq!(pathogen.motifs[0].regions[0].codons, [Span::new(0, 186)]);
    assert_eq!(pathogen.unhonoured[0].path, "phenotypeData[0].data[0].locations.340.longer");
}

#[test]
fn descriptions_are_kept() {
    let pathogen = read(&with(
        r#""$schema": "x", "attributes": {"name": "Ebola", "reference name": "r", "experimental": true},
           "version": {"tag": "unreleased"}, "files": {"treeJson": "tree.json", "primers": "p.csv"},
           "shortcuts": ["e"], "maintenance": {"authors": ["a"]}"#,
    ));
    assert_eq!((pathogen.name.as_deref(), pathogen.reference_name.as_deref()), (Some("Ebola"), Some("r")));
    assert_eq!(pathogen.attributes["experimental"], Value::Bool(true));
    assert_eq!(pathogen.version.map(|version| version.tag), Some("unreleased".into()));
    assert_eq!(pathogen.files.tree_json.as_deref(), Some("tree.json"));
    assert_eq!(pathogen.files.other["primers"], "p.csv");
    assert_eq!(pathogen.unhonoured, []);
}

#[test]
fn whatever_has_no_effect_is_listed() {
    unhonoured(
        &with(
            r#""surprise": 1, "compatibility": {"cli": "3.0.0"}, "qc": {"mixedSites": {"treshold": 3}},
               "alignmentParams": {"alignmentPreset": "high-diversity"},
               "treeBuilderParams": {"withoutGreedyTreeBuilder": true}"#,
        ),
        &[
            "alignmentParams.alignmentPreset: a preset takes effect only as an option of the run, as in Nextclade; \
             write the values themselves here",
            "compatibility: it names versions of Nextclade, not of Hearth",
            "qc.mixedSites.treshold: Hearth does not know this key; is it misspelt?",
            "surprise: Hearth does not know this key; is it misspelt?",
            "treeBuilderParams.withoutGreedyTreeBuilder: no tree is built from the sequences yet",
        ],
    );
    unhonoured(
        r#"{"schemaVersion": "4.1.0"}"#,
        &[
            "schemaVersion: is 4.1.0; the file is read as version 3, so check the pack against its example sequences",
        ],
    );
}

#[test]
fn every_path_not_acted_on_is_one_the_reader_knows() {
    let text = with(
        r#""aaChangesParams": {"aa_group_spacing": 1}, "cdsOrderPreference": ["S"], "defaultCds": "S", "versions": [],
           "alignmentParams": {"retryReverseComplement": true}, "qc": {"privateMutations": {"enabled": true,
           "cutoff": 24, "weightLabeledDeletions": 1, "weightReversionDeletions": 1, "weightUnlabeledDeletions": 1}},
           "compatibility": {}, "generalParams": {"inOrder": true, "includeNearestNodeInfo": true,
           "includeReference": true, "replaceUnknown": true},
           "treeBuilderParams": {"maskedMutsWeight": 0.1, "withoutGreedyTreeBuilder": false}"#,
    );
    let pathogen = read(&text);
    assert_eq!(pathogen.unhonoured.len(), 14);
    assert!(pathogen.unhonoured.iter().all(|u| !u.reason.contains("misspelt")));
    assert!(pathogen.general.replace_unknown && pathogen.aa_grouping.spacing == 1);
}

#[test]
fn values_that_cannot_be_used_are_refused_with_their_path() {
    refuse(
        r#""alignmentParams": {"kmerLength": 0}"#,
        "alignmentParams.kmerLength: should be a whole number from 1 to 2147483647, but is 0.",
    );
    refuse(
        r#""alignmentParams": {"minLength": -5}"#,
        "alignmentParams.minLength: should be a whole number from 0 to 2147483647, but is -5.",
    );
    refuse(
        r#""alignmentParams": {"windowSize": 0}"#,
        "alignmentParams.windowSize: should be a whole number from 1 to 2147483647, but is 0.",
    );
    refuse(
        r#""alignmentParams": {"minSeedCover": 1.5}"#,
        "alignmentParams.minSeedCover: should be a number from 0 to 1, but is 1.5.",
    );
    refuse(
        r#""alignmentParams": {"gapAlignmentSide": "up"}"#,
        "alignmentParams.gapAlignmentSide: should be \"left\" or \"right\", but is \"up\".",
    );
    refuse(r#""qc": []"#, "qc: should be an object { ... }, but is a list.");
    refuse(
        r#""qc": {"missingData": {"enabled": true}}"#,
        "qc.missingData.missingDataThreshold: must be above 0 while the rule is enabled.",
    );
    refuse(
        r#""qc": {"snpClusters": {"enabled": "yes"}}"#,
        "qc.snpClusters.enabled: should be true or false, but is \"yes\".",
    );
    refuse(
        r#""mutLabels": {"nucMutLabelMap": {"99999999999T": []}}"#,
        "mutLabels.nucMutLabelMap.99999999999T: the key should read like \"241T\": position from 1, nucleotide.",
    );
    refuse(
        r#""mutLabels": {"nucMutLabelMap": {"0T": []}}"#,
        "mutLabels.nucMutLabelMap.0T: the key should read like \"241T\": position from 1, nucleotide.",
    );
    refuse(
        r#""mutLabels": {"aaMutLabelMap": {"S:1G": [2]}}"#,
        "mutLabels.aaMutLabelMap.S:1G[0]: should be a text, but is 2.",
    );
    refuse(r#""aaMotifs": [{"motifs": []}]"#, "aaMotifs[0].name: is missing.");
    refuse(r#""shortcuts": "x""#, "shortcuts: should be a list [ ... ], but is \"x\".");
}

#[test]
fn parameters_of_the_second_edition_are_refused() {
    refuse(
        r#""alignmentParams": {"seedLength": 21}"#,
        "alignmentParams.seedLength: belongs to Nextclade 2 and has no meaning for the alignment of today; remove it, \
         and check the pack against example sequences.",
    );
}

#[test]
fn text_that_is_no_json_object_is_refused() {
    let check = |text: &str, expected: &str| {
        assert_eq!(Pathogen::from_json(text).unwrap_err().to_string(), expected);
    };
    check("{", "pathogen.json is not valid JSON: EOF while parsing an object at line 1 column 1.");
    check("[]", "pathogen.json, the file: should be an object { ... }, but is a list.");
    assert!(Pathogen::from_json(&"[".repeat(100_000)).is_err());
}

#[test]
fn packs_of_the_shared_folder_are_read() {
    let Some(folder) = crate::field_data::shared("packs") else { return };
    for pack in ["sars-cov-2", "ebov", "hmpv", "mpox-clade-iib"] {
        let text = std::fs::read_to_string(folder.join(pack).join("pathogen.json")).unwrap();
        let pathogen = Pathogen::from_json(&text).unwrap();
        assert!(pathogen.quality.is_some() && pathogen.name.is_some(), "{pack}");
        assert!(
            pathogen.unhonoured.iter().all(|u| !u.may_change_answers),
            "{pack}: {:?}",
            pathogen.unhonoured
        );
    }
    let text = std::fs::read_to_string(folder.join("sars-cov-2/pathogen.json")).unwrap();
    let pathogen = Pathogen::from_json(&text).unwrap();
    assert_eq!(pathogen.alignment.excess_bandwidth_nt, 12);
    assert_eq!(pathogen.labels.of_nucleotide(RefPos(204 - 1), b'T'), ["20E"]);
}
