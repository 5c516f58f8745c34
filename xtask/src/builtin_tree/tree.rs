//! The Auspice v2 tree of the built-in pack: one node a clade, branch mutations from the table.

use super::genome::{Change, Genome};
use super::table::Clade;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The tree as an Auspice v2 document.
pub fn auspice(clades: &[Clade], genomes: &BTreeMap<String, Genome>) -> Value {
    let root = clades.iter().find(|clade| clade.parent.is_empty());
    json!({
        "version": "v2",
        "meta": {
            "title": "SARS-CoV-2 clades (built-in demonstration, not for reporting)",
            "description": "One node for each Nextstrain clade, made from published clade-defining \
                mutations; sources in clade_mutations.tsv and SOURCES.md.",
            "updated": "2026-11-22",
            "panels": ["tree", "entropy"],
            "colorings": [
                { "key": "clade_membership", "title": "Clade", "type": "categorical" },
                { "key": "clade_who", "title": "WHO label", "type": "categorical" }
            ],
            "display_defaults": { "color_by": "clade_membership", "distance_measure": "div" },
            "extensions": {
                "nextclade": {
                    "clade_node_attrs": [{
                        "name": "clade_who",
                        "displayName": "WHO label",
                        "description": "Label given by the World Health Organization, if any",
                        "skipAsReference": true
                    }]
                }
            }
        },
        "tree": root.map_or(Value::Null, |root| node(root, 0, clades, genomes)),
    })
}

fn node(clade: &Clade, divergence: usize, clades: &[Clade], genomes: &BTreeMap<String, Genome>) -> Value {
    let substitutions =
        clade.nucleotide.iter().filter(|change| matches!(change, Change::Substitution { .. })).count();
    let divergence = divergence + substitutions;
    let mut attributes = Map::new();
    attributes.insert("div".into(), json!(divergence));
    attributes.insert("clade_membership".into(), json!({ "value": clade.membership() }));
    if !clade.who_label.is_empty() {
        attributes.insert("clade_who".into(), json!({ "value": clade.who_label }));
    }
    let mut branch = json!({ "mutations": mutations(clade, genomes) });
    if clade.name == clade.membership() {
        branch["labels"] = json!({ "clade": clade.name });
    }
    let mut written = json!({ "name": clade.name, "node_attrs": attributes, "branch_attrs": branch });
    let children: Vec<Value> = clades
        .iter()
        .filter(|child| child.parent == clade.name)
        .map(|child| node(child, divergence, clades, genomes))
        .collect();
    if !children.is_empty() {
        written["children"] = Value::Array(children);
    }
    written
}

/// Branch mutations as Auspice writes them: `nuc` and one list for each coding sequence.
fn mutations(clade: &Clade, genomes: &BTreeMap<String, Genome>) -> Map<String, Value> {
    let mut written = Map::new();
    let nucleotide: Vec<String> =
        clade.nucleotide.iter().flat_map(|change| letters(*change, genomes.get(&clade.parent))).collect();
    if !nucleotide.is_empty() {
        written.insert("nuc".into(), json!(nucleotide));
    }
    for (cds, changes) in &clade.amino_acid {
        written.insert(cds.clone(), json!(changes));
    }
    written
}

/// One entry a base: a deletion is written letter by letter, as `T21765-`.
fn letters(change: Change, parent: Option<&Genome>) -> Vec<String> {
    match (change, parent) {
        (Change::Deletion { first, last }, Some(parent)) => (first..=last)
            .map(|position| format!("{}{position}-", char::from(parent[position - 1])))
            .collect(),
        (change, _) => vec![change.to_string()],
    }
}

#[cfg(test)]
mod tests {
    use super::super::table;
    use super::*;

    #[test]
    fn branches_carry_changes_letter_by_letter() {
        let text = "node\tparent\twho_label\tnuc\taa\tsources\n\
            A\t\t\t\t\tx\nB\tA\tAlpha\tC2T del3-4\t\tx\nC\tB\t\tA1G\t\tx\n";
        let clades = table::read(text).unwrap();
        let genomes = table::grow(&b"ACGT".to_vec(), &clades).unwrap();
        let tree = auspice(&clades, &genomes);
        let b = &tree["tree"]["children"][0];
        assert_eq!(b["branch_attrs"]["mutations"], json!({ "nuc": ["C2T", "G3-", "T4-"] }));
        assert_eq!(b["node_attrs"]["clade_who"]["value"], "Alpha");
        assert_eq!(b["children"][0]["node_attrs"]["div"], 2);
        assert_eq!(tree["tree"]["node_attrs"]["clade_who"], Value::Null);
    }
}
