//! Whole trees through the reader.

use std::fmt::Write;

use super::*;
use crate::coordinate::{CodonPos, RefPos, Span};

const META: &str = r#""meta": {"title": "t", "colorings": [{"key": "x"}], "extensions": {"nextclade": {
    "clade_node_attrs": [{"name": "lineage", "displayName": "Lineage"}, {"name": "who", "hideInWeb": true}],
    "placement_mask_ranges": [{"begin": 0, "end": 1500}]}}}"#;

const TREE: &str = r#""tree": {"name": "root", "node_attrs": {"div": 0}, "children": [
    {"branch_attrs": {"labels": {"aa": "S: D614G"},
                      "mutations": {"nuc": ["C241T", "A28271-"], "S": ["D614G"], "N": []}},
     "children": [{"name": "leaf 1", "node_attrs": {"div": 2.5, "placement_prior": {"value": -3.5},
                   "clade_membership": {"value": "20A", "confidence": {"20A": 1}}, "who": {"value": 7}}}],
     "node_attrs": {"div": 2, "lineage": {"value": "B.1"}, "country": {"value": "X"}, "author": null},
     "name": "inner"},
    {"name": "leaf 2", "node_attrs": {"lineage": {"value": "B.1"}, "who": {"value": null}}, "vaccine": [[{}]]}]}"#;

fn file(parts: &[&str]) -> String {
    format!("{{{}}}", parts.join(", "))
}

/// Writes each node as `name<parent [begin of next subtree]`.
fn outline(tree: &TreeFile) -> String {
    let mut text = String::new();
    for node in &tree.nodes {
        let parent = node.parent.map_or("-".to_owned(), |parent| parent.to_string());
        write!(text, "{}<{parent} [{}] ", node.name, node.subtree_end).unwrap();
    }
    text.trim_end().to_owned()
}

#[track_caller]
fn refuse(parts: &[&str], expected: &str) {
    assert_eq!(TreeFile::from_json(file(parts).as_bytes()).unwrap_err().to_string(), expected);
}

/// A tree that is one branch of `depth` nodes.
fn ladder(depth: usize) -> String {
    let mut text = String::from("{\"meta\": {}, \"tree\": ");
    for _ in 1..depth {
        text.push_str("{\"name\": \"n\", \"children\": [");
    }
    text.push_str("{\"name\": \"tip\"}");
    text.push_str(&"]}".repeat(depth - 1));
    text.push('}');
    text
}

#[test]
fn nodes_come_in_preorder_with_what_they_carry() {
    for parts in [[META, TREE], [TREE, META]] {
        let tree = TreeFile::from_json(file(&parts).as_bytes()).unwrap();
        assert_eq!(outline(&tree), "root<- [4] inner<0 [3] leaf 1<1 [3] leaf 2<0 [4]");
        assert_eq!(tree.children(0).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(tree.children(2).count(), 0);
        assert_eq!(
            tree.nuc_mutations(1),
            [
                NucMutation { from: b'C', position: RefPos(240), to: b'T' },
                NucMutation { from: b'A', position: RefPos(28270), to: b'-' },
            ]
        );
        let amino: Vec<_> = tree.aa_mutations(1).map(|(cds, list)| (tree.text(cds), list)).collect();
        assert_eq!(amino, [("S", &[AaMutation { from: b'D', position: CodonPos(613), to: b'G' }][..])]);
        assert_eq!(tree.nuc_mutations(0).len() + tree.aa_mutations(3).count(), 0);
        assert_eq!((tree.clade(2), tree.clade(1)), (Some("20A"), None));
        assert_eq!(tree.nodes[2].placement_prior, Some(-3.5));
        let texts = |node| tree.attributes(node).iter().map(|v| v.map(|v| tree.text(v))).collect::<Vec<_>>();
        assert_eq!(texts(1), [Some("B.1"), None]);
        assert_eq!(texts(2), [None, Some("7")]);
        assert_eq!(texts(3), [Some("B.1"), None]);
        assert_eq!(tree.attributes(1)[0], tree.attributes(3)[0]);
        assert_eq!((tree.max_divergence(), tree.divergence_units()), (2.5, DivergenceUnits::PerSite));
    }
}

#[test]
fn nodes_that_do_not_exist_have_nothing() {
    let tree = TreeFile::from_json(file(&[META, TREE]).as_bytes()).unwrap();
    assert!(tree.attributes(9).is_empty() && tree.nuc_mutations(9).is_empty() && tree.clade(9).is_none());
    assert_eq!(tree.aa_mutations(u32::MAX).count() + tree.children(u32::MAX).count(), 0);
    assert_eq!(tree.text(Name(999)), "");
}

#[test]
fn meta_says_what_classifies_and_what_is_masked() {
    let meta = TreeFile::from_json(file(&[META, TREE]).as_bytes()).unwrap().meta;
    assert_eq!(meta.clade_node_attrs[0].display_name, "Lineage");
    assert_eq!(
        (meta.clade_node_attrs[1].display_name.as_str(), meta.clade_node_attrs[1].hide_in_web),
        ("who", true)
    );
    assert_eq!(meta.placement_mask, [Span::new(0, 1500)]);
    assert_eq!(meta.title.as_deref(), Some("t"));
}

#[test]
fn reference_nodes_and_an_inner_pathogen_file_are_read() {
    let meta = r#""meta": {"extensions": {"nextclade": {
        "pathogen": {"schemaVersion": "3.0.0", "attributes": {"name": "inside"}},
        "ref_nodes": {"default": "__root__", "builtins": {"__root__": {"displayName": "Reference"}}, "search": [
            {"name": "JN.1", "displayName": "JN.1 (24A)", "criteria": [
                {"qry": [{"clade": ["23I"], "cladeNodeAttrs": {"who": ["x"]}}],
                 "node": [{"name": ["JN.1"], "searchAlgo": "ancestor-earliest"}, {"clade": ["24A"]}]}]}]}}}}"#;
    let meta = TreeFile::from_json(file(&[meta, TREE]).as_bytes()).unwrap().meta;
    assert_eq!(meta.pathogen.and_then(|pathogen| pathogen.name).as_deref(), Some("inside"));
    let rule = &meta.ref_nodes.search[0].criteria[0];
    assert_eq!(rule.query[0].clade_node_attrs["who"], ["x"]);
    assert_eq!(rule.node[0].search, SearchFrom::AncestorEarliest);
    assert_eq!(
        (&rule.node[1].search, rule.node[1].criterion.clade.as_slice()),
        (&SearchFrom::WholeTree, &["24A".to_owned()][..])
    );
    assert_eq!(meta.ref_nodes.builtins["__root__"].display_name.as_deref(), Some("Reference"));
}

#[test]
fn root_sequence_is_kept() {
    let tree =
        TreeFile::from_json(file(&[META, TREE, r#""root_sequence": {"S": "MF", "nuc": "ACGT"}"#]).as_bytes())
            .unwrap();
    assert_eq!(tree.root_sequence.as_deref(), Some("ACGT"));
}

#[test]
fn deep_trees_are_read_on_a_small_stack() {
    let read = || TreeFile::from_json(ladder(99_999).as_bytes()).map(|tree| tree.nodes.len());
    let thread = std::thread::Builder::new().stack_size(64 << 10).spawn(read).unwrap();
    assert_eq!(thread.join().unwrap().unwrap(), 99_999);
}

#[test]
fn limits_are_kept() {
    let check = |limits: TreeLimits, expected: &str| {
        let error = TreeFile::from_json_within(ladder(20).as_bytes(), limits).unwrap_err();
        assert_eq!(error.to_string(), expected);
    };
    let limits = TreeLimits::default();
    check(TreeLimits { depth: 5, ..limits }, "the tree has more than 5 levels; such trees are not read.");
    check(TreeLimits { nodes: 7, ..limits }, "the tree has more than 7 nodes; such trees are not read.");
    check(TreeLimits { bytes: 9, ..limits }, "the tree has more than 9 bytes; such trees are not read.");
    let nested = file(&[&format!("\"x\": {}1{}", "[".repeat(200), "]".repeat(200))]);
    let error = TreeFile::from_json(nested.as_bytes()).unwrap_err();
    assert!(error.to_string().ends_with("lists and objects nest deeper than 100 levels."));
}

#[test]
fn what_cannot_be_used_is_refused_by_name() {
    let meta = "\"meta\": {}";
    refuse(
        &[
            meta,
            r#""tree": {"branch_attrs": {"mutations": {"nuc": ["C241T", "AT"]}}, "children": [], "name": "late"}"#,
        ],
        "the tree, node \"late\": mutation 'AT' of 'nuc' should read like C241T (or A5- for a deletion).",
    );
    refuse(
        &[meta, r#""tree": {"name": "a", "children": [{"branch_attrs": {"mutations": {"S": ["D0G"]}}}]}"#],
        "the tree, node number 1 (the root is 0): mutation 'D0G' of 'S' should read like C241T (or A5- for a deletion).",
    );
    refuse(&[meta, r#""tree": {}"#], "the tree, node number 0 (the root is 0): it has no \"name\".");
    refuse(
        &[meta, r#""tree": {"name": "a", "node_attrs": {"placement_prior": {"value": "low"}}}"#],
        "the tree, node \"a\": placement_prior is 'low', which is no number.",
    );
    refuse(&[meta], "the tree has no \"tree\"; is this an Auspice JSON file, version 2?");
    refuse(&[TREE], "the tree has no \"meta\"; is this an Auspice JSON file, version 2?");
    refuse(
        &[meta, r#""tree": [{}]"#],
        "the tree is not as it should be at byte 21: \"tree\" is a list of trees; one tree is needed.",
    );
    refuse(
        &[r#""meta": {"extensions": {"nextclade": {"placement_mask_ranges": [{"begin": -1, "end": 2}]}}}"#],
        "the tree's \"meta\" (lines counted from its opening brace): invalid value: integer `-1`, expected u32 at line 1 column 68.",
    );
    refuse(
        &[r#""meta": {"extensions": {"nextclade": {"placement_mask_ranges": [{"begin": 9, "end": 2}]}}}"#],
        "the tree's \"meta\" (lines counted from its opening brace): placement_mask_ranges: end 2 comes before begin 9.",
    );
    refuse(
        &[r#""meta": {"extensions": {"nextclade": {"pathogen": {"qc": 1}}}}"#],
        "in the tree's \"meta.extensions.nextclade\": pathogen.json, qc: should be an object { ... }, but is 1.",
    );
    assert!(
        TreeFile::from_json(b"{\"meta\": \"\xff\"}")
            .unwrap_err()
            .to_string()
            .contains("byte 10: the bytes are not UTF-8")
    );
    assert!(TreeFile::from_json(b"").unwrap_err().to_string().contains("byte 0: '{' is missing"));
    assert!(
        TreeFile::from_json(b"{} x").unwrap_err().to_string().contains("byte 3: the file should end here")
    );
}

#[test]
fn packs_of_the_shared_folder_are_read() {
    let Some(folder) = crate::field_data::shared("packs") else { return };
    let check = |pack: &str, nodes: usize, units: DivergenceUnits| {
        let bytes = std::fs::read(folder.join(pack).join("tree.json")).unwrap();
        let tree = TreeFile::from_json(&bytes).unwrap();
        assert_eq!((tree.nodes.len(), tree.divergence_units()), (nodes, units), "{pack}");
        agrees_with_serde(&tree, &bytes);
    };
    check("sars-cov-2", 5067, DivergenceUnits::PerGenome);
    check("ebov", 459, DivergenceUnits::PerSite);
    check("hmpv", 1775, DivergenceUnits::PerSite);
    check("mpox-clade-iib", 1761, DivergenceUnits::PerGenome);
}

/// Compares every node with what serde_json reads.
fn agrees_with_serde(tree: &TreeFile, bytes: &[u8]) {
    let value: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    let mut stack = vec![&value["tree"]];
    for number in 0..u32::try_from(tree.nodes.len()).unwrap() {
        let (node, expected) = (&tree.nodes[number as usize], stack.pop().unwrap());
        assert_eq!(&*node.name, expected["name"].as_str().unwrap());
        assert_eq!(node.div, expected["node_attrs"]["div"].as_f64());
        assert_eq!(tree.clade(number), expected["node_attrs"]["clade_membership"]["value"].as_str());
        for (attr, value) in tree.meta.clade_node_attrs.iter().zip(tree.attributes(number)) {
            assert_eq!(
                value.map(|value| tree.text(value)),
                expected["node_attrs"][&attr.name]["value"].as_str()
            );
        }
        let mutations = &expected["branch_attrs"]["mutations"];
        let written: Vec<String> = tree
            .nuc_mutations(number)
            .iter()
            .map(|m| format!("{}{}{}", char::from(m.from), m.position, char::from(m.to)))
            .collect();
        let expected_nuc: Vec<&str> =
            mutations["nuc"].as_array().into_iter().flatten().filter_map(|m| m.as_str()).collect();
        assert_eq!(written, expected_nuc);
        for (cds, list) in tree.aa_mutations(number) {
            assert_eq!(list.len(), mutations[tree.text(cds)].as_array().unwrap().len());
        }
        stack.extend(expected["children"].as_array().into_iter().flatten().rev());
    }
    assert!(stack.is_empty());
}

mod laws {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in r#"[\[\]{}",:a-c0-9.\\ -]{0,200}"#) {
            let _ = TreeFile::from_json(text.as_bytes());
        }

        #[test]
        fn a_file_cut_short_or_changed_is_read_or_refused(cut in 0usize..2000, at in 0usize..2000, byte: u8) {
            let mut bytes = file(&[META, TREE]).into_bytes();
            let (cut, at) = (cut % bytes.len(), at % bytes.len());
            prop_assert!(TreeFile::from_json(&bytes[..cut]).is_err());
            bytes[at] = byte;
            let _ = TreeFile::from_json(&bytes);
        }
    }
}
