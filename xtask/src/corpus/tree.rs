//! The two things the generator needs of a pack folder: the reference's letters and the tree's mutations.
//!
//! It refuses to know annotations, quality settings or anything else of a pack, and deliberately shares no
//! code with the product, so that a mistake in the product's reader cannot hide itself in the corpus.
//! Start at [`Pack::read`].

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Room for reading very deep trees: serde_json descends one call per level.
const READER_STACK_BYTES: usize = 1 << 30;

/// A pack as the generator sees it.
#[derive(Debug)]
pub struct Pack {
    /// Letters of the reference, upper case.
    pub reference: Vec<u8>,
    /// Names of the attributes that say what a node is called (`clade` first).
    pub attributes: Vec<String>,
    /// Every node, parents before children; the first is the root.
    pub nodes: Vec<Node>,
    /// Indices of the nodes without children.
    pub tips: Vec<usize>,
}

/// One node of the tree.
#[derive(Debug)]
pub struct Node {
    /// Name as the tree gives it.
    pub name: String,
    /// Index of the parent; `None` for the root.
    pub parent: Option<usize>,
    /// Changes on the branch above: 0-based position and new letter (`-` for a deleted one).
    pub mutations: Vec<(usize, u8)>,
    /// Values of [`Pack::attributes`], in their order; empty where the node has none.
    pub values: Vec<String>,
}

impl Pack {
    /// Reads `reference.fasta` and `tree.json` of a pack folder.
    pub fn read(dir: &Path) -> Result<Self> {
        let text = fs::read(dir.join("reference.fasta"))
            .with_context(|| format!("{}: cannot read reference.fasta", dir.display()))?;
        let reference = first_record(&text);
        if reference.is_empty() {
            bail!("{}: reference.fasta holds no letters", dir.display());
        }
        let tree = fs::read(dir.join("tree.json"))
            .with_context(|| format!("{}: cannot read tree.json", dir.display()))?;
        Self::parse(reference, tree).with_context(|| format!("{}: tree.json", dir.display()))
    }

    /// Puts a pack together from the reference's letters and the text of its tree.
    pub fn parse(reference: Vec<u8>, tree: Vec<u8>) -> Result<Self> {
        let length = reference.len();
        let reader = std::thread::Builder::new().stack_size(READER_STACK_BYTES);
        let (attributes, nodes) = reader
            .spawn(move || flatten(&tree, length))?
            .join()
            .map_err(|_| anyhow::anyhow!("the tree is too deep to be read"))??;
        let mut is_tip = vec![true; nodes.len()];
        for parent in nodes.iter().filter_map(|node| node.parent) {
            is_tip[parent] = false;
        }
        let tips = (0..nodes.len()).filter(|&index| is_tip[index]).collect();
        Ok(Self { reference, attributes, nodes, tips })
    }

    /// The genome of a node in the reference's coordinates, `-` where a letter is deleted.
    pub fn genome_of(&self, node: usize) -> Vec<u8> {
        let mut path = Vec::new();
        let mut cursor = Some(node);
        while let Some(index) = cursor {
            path.push(index);
            cursor = self.nodes[index].parent;
        }
        let mut letters = self.reference.clone();
        for &index in path.iter().rev() {
            for &(position, letter) in &self.nodes[index].mutations {
                letters[position] = letter;
            }
        }
        letters
    }
}

/// The letters of the first FASTA record, upper case.
pub fn first_record(text: &[u8]) -> Vec<u8> {
    let mut lines = text.split(|&byte| byte == b'\n').skip_while(|line| !line.starts_with(b">"));
    lines.next();
    lines
        .take_while(|line| !line.starts_with(b">"))
        .flatten()
        .filter(|byte| byte.is_ascii_alphabetic())
        .map(u8::to_ascii_uppercase)
        .collect()
}

fn flatten(text: &[u8], length: usize) -> Result<(Vec<String>, Vec<Node>)> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    reader.disable_recursion_limit();
    let mut document: Value = serde::Deserialize::deserialize(&mut reader)?;
    let attributes = attribute_names(&document);
    let mut nodes = Vec::new();
    let mut pending = vec![(document["tree"].take(), None)];
    while let Some((mut value, parent)) = pending.pop() {
        let children = value["children"].take();
        nodes.push(Node {
            name: value["name"].as_str().unwrap_or_default().to_owned(),
            parent,
            mutations: branch_mutations(&value, length)?,
            values: attributes.iter().map(|name| attribute(&value, name)).collect(),
        });
        let index = nodes.len() - 1;
        if let Value::Array(children) = children {
            pending.extend(children.into_iter().rev().map(|child| (child, Some(index))));
        }
    }
    Ok((attributes, nodes))
}

fn attribute_names(document: &Value) -> Vec<String> {
    let declared = document["meta"]["extensions"]["nextclade"]["clade_node_attrs"].as_array();
    let mut names = vec!["clade".to_owned()];
    names.extend(
        declared
            .into_iter()
            .flatten()
            .filter_map(|entry| entry["name"].as_str())
            .filter(|name| *name != "clade_membership")
            .map(str::to_owned),
    );
    names
}

fn attribute(node: &Value, name: &str) -> String {
    let key = if name == "clade" { "clade_membership" } else { name };
    match &node["node_attrs"][key]["value"] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn branch_mutations(node: &Value, length: usize) -> Result<Vec<(usize, u8)>> {
    let written = node["branch_attrs"]["mutations"]["nuc"].as_array();
    written
        .into_iter()
        .flatten()
        .map(|entry| {
            let text = entry.as_str().unwrap_or_default();
            mutation(text, length)
                .with_context(|| format!("{text:?} is not a mutation of a genome of {length} letters"))
        })
        .collect()
}

/// `C241T` as (240, `T`).
fn mutation(text: &str, length: usize) -> Option<(usize, u8)> {
    let bytes = text.as_bytes();
    let (&letter, _) = bytes.split_last()?;
    let position: usize = text.get(1..bytes.len() - 1)?.parse().ok()?;
    (1..=length).contains(&position).then(|| (position - 1, letter.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Pack {
        let tree = br#"{"meta": {"extensions": {"nextclade": {"clade_node_attrs": [{"name": "lineage"}]}}},
            "tree": {"name": "root", "node_attrs": {"clade_membership": {"value": "A"}},
              "branch_attrs": {"mutations": {"nuc": ["A1C"]}},
              "children": [
                {"name": "x", "node_attrs": {"lineage": {"value": "A.1"}},
                 "branch_attrs": {"mutations": {"nuc": ["C1G", "T4-"]}}},
                {"name": "y", "branch_attrs": {}}]}}"#;
        Pack::parse(b"ACGT".to_vec(), tree.to_vec()).unwrap()
    }

    #[test]
    fn branches_add_up_from_the_root() {
        let pack = small();
        let genome = |node| String::from_utf8(pack.genome_of(node)).unwrap();
        assert_eq!([genome(0), genome(1), genome(2)], ["CCGT", "GCG-", "CCGT"]);
        assert_eq!(pack.tips, [1, 2]);
    }

    #[test]
    fn attributes_are_the_clade_and_what_the_tree_declares() {
        let pack = small();
        assert_eq!(pack.attributes, ["clade", "lineage"]);
        assert_eq!(pack.nodes[0].values, ["A", ""]);
        assert_eq!(pack.nodes[1].values, ["", "A.1"]);
    }

    #[test]
    fn mutations_outside_the_reference_are_refused() {
        let check = |text, expected| assert_eq!(mutation(text, 4), expected, "{text}");
        check("T4-", Some((3, b'-')));
        check("-2a", Some((1, b'A')));
        check("A5T", None);
        check("A0T", None);
        check("AT", None);
        check("", None);
        check("Aé", None);
    }

    #[test]
    fn a_tree_ten_thousand_nodes_deep_is_read() {
        let depth = 10_000;
        let mut text = String::from(r#"{"tree": "#);
        for level in 0..depth {
            text.push_str(&format!(r#"{{"name": "n{level}", "children": ["#));
        }
        text.push_str(&"]}".repeat(depth));
        text.push('}');
        let pack = Pack::parse(b"ACGT".to_vec(), text.into_bytes()).unwrap();
        assert_eq!((pack.nodes.len(), pack.tips.len()), (depth, 1));
    }

    #[test]
    fn the_first_record_is_read_whatever_its_line_ends() {
        assert_eq!(first_record(b">r one\r\nac\r\nGT\r\n>other\nTTTT\n"), b"ACGT");
    }
}
