//! What the index of a pathogen is made for: its segments and coding sequences, the fields, and the tree of its leading
//! segment.
//!
//! Refuses to know genomes. Start at [`schema_of`].

use super::fields::FIELDS;
use crate::app::packs::{Aliases, ReadyPack};
use crate::app::pathogens::Pathogen;
use hearth_genome::coordinate::Position as _;
use hearth_genome::pack::Pack;
use hearth_genome::tree::ReferenceTree;
use hearth_index::alphabet::Alphabet;
use hearth_index::ancestors::{Ancestor, AncestorId};
use hearth_index::row::{Change, Field, Reference, Schema};
use std::collections::{BTreeMap, BTreeSet};

/// The sequences (the segments first, then the coding sequences of each as its annotation has them) and fields of a
/// pathogen.
pub fn schema_of(packs: &[ReadyPack], pathogen: &Pathogen) -> Schema {
    let segments = || {
        let with_pack =
            pathogen.segments().iter().map(|segment| Some((segment, &packs.get(segment.pack)?.pack)));
        with_pack.flatten()
    };
    let nucleotides = segments().map(|(segment, pack)| Reference {
        name: segment.name.clone(),
        alphabet: Alphabet::Nucleotide,
        letters: pack.reference().letters().to_vec(),
    });
    let cdses = segments().flat_map(|(_, pack)| cdses_of(pack));
    let fields = FIELDS.iter().map(|field| Field { name: field.name.to_owned(), kind: field.kind });
    let lead = pathogen.lead_pack(packs);
    let tree = lead.and_then(|ready| ready.pack.tree());
    let aliases = lead.map(|ready| ready.aliases.clone()).unwrap_or_default();
    Schema {
        sequences: nucleotides.chain(cdses).collect(),
        fields: fields.collect(),
        lineages: tree.map(|tree| lineages_of(tree, &aliases)).unwrap_or_default(),
        aliases,
        nodes: tree.map(names_of).unwrap_or_default(),
    }
}

fn cdses_of(pack: &Pack) -> impl Iterator<Item = Reference> {
    pack.annotation().cdses.iter().enumerate().map(|(number, cds)| Reference {
        name: cds.name.clone(),
        alphabet: Alphabet::AminoAcid,
        letters: pack.peptides().letters(number).to_vec(),
    })
}

/// For each clade and lineage, those of the nodes below its nodes, and those that are below it by their names.
fn lineages_of(tree: &ReferenceTree, aliases: &Aliases) -> BTreeMap<String, BTreeSet<String>> {
    let mut below: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let nodes = &tree.file().nodes;
    let names = |node: u32| [tree.clade(node), tree.lineage(node)].into_iter().flatten();
    for number in 0..nodes.len() as u32 {
        let mut above = nodes.get(number as usize).and_then(|node| node.parent);
        while let Some(node) = above {
            for ancestor in names(node) {
                for name in names(number).filter(|name| *name != ancestor) {
                    below.entry(ancestor.to_owned()).or_default().insert(name.to_owned());
                }
            }
            above = nodes.get(node as usize).and_then(|node| node.parent);
        }
    }
    let named: BTreeSet<&str> = (0..nodes.len() as u32).flat_map(names).collect();
    for name in named.into_iter().filter(|_| !aliases.is_empty()) {
        for above in aliases.above(name) {
            below.entry(aliases.short(&above)).or_default().insert(name.to_owned());
        }
    }
    below
}

/// The nodes of the tree of the leading segment, each told by what it changes in its parent: node `n` is ancestor
/// `n + 1`. Nodes change nothing in other segments. None without a tree.
pub fn ancestors_of(packs: &[ReadyPack], pathogen: &Pathogen) -> Vec<Ancestor> {
    let Some(pack) = pathogen.lead_pack(packs).map(|ready| &ready.pack) else { return Vec::new() };
    let Some(tree) = pack.tree() else { return Vec::new() };
    let sequences = pathogen.segments().last().map_or(0, |segment| segment.cdses.end);
    let own = pathogen.lead_sequences();
    let nodes = (0u32..).zip(&tree.file().nodes);
    let told = nodes.map(|(number, node)| {
        let mut all = vec![Vec::new(); sequences];
        for (of_pack, sequence) in own.iter().enumerate() {
            if let Some(place) = all.get_mut(*sequence) {
                *place = changes(pack, tree, of_pack, (node.parent, number));
            }
        }
        Ancestor { parent: ancestor_of(node.parent), changes: all }
    });
    told.collect()
}

fn names_of(tree: &ReferenceTree) -> Vec<String> {
    tree.file().nodes.iter().map(|node| node.name.to_string()).collect()
}

/// The node of the tree that an index knows under a number; none for the reference.
pub fn node_of(ancestor: AncestorId) -> Option<u32> {
    ancestor.0.checked_sub(1)
}

/// The name of the node that an index knows under a number.
pub fn node_name(pack: &Pack, ancestor: AncestorId) -> Option<&str> {
    let node = pack.tree()?.file().nodes.get(node_of(ancestor)? as usize)?;
    Some(&node.name)
}

/// The number under which an index knows a node of the tree; the reference for none.
pub fn ancestor_of(node: Option<u32>) -> AncestorId {
    AncestorId(node.map_or(0, |node| node + 1))
}

fn changes(
    pack: &Pack,
    tree: &ReferenceTree,
    sequence: usize,
    (parent, node): (Option<u32>, u32),
) -> Vec<Change> {
    let letters =
        if sequence == 0 { pack.reference().letters() } else { pack.peptides().letters(sequence - 1) };
    let above = parent.map(|parent| states(tree, sequence, parent)).unwrap_or_default();
    let own = states(tree, sequence, node);
    let at = |states: &BTreeMap<u32, u8>, position: u32| {
        states.get(&position).or_else(|| letters.get(position as usize)).copied()
    };
    let positions: BTreeSet<u32> = above.keys().chain(own.keys()).copied().collect();
    let changed = positions.into_iter().filter_map(|position| {
        let (before, after) = (at(&above, position)?, at(&own, position)?);
        (before != after).then_some(Change { position, letter: after })
    });
    changed.collect()
}

/// What a node has other than the reference, by position from 0.
fn states(tree: &ReferenceTree, sequence: usize, node: u32) -> BTreeMap<u32, u8> {
    match sequence.checked_sub(1) {
        None => tree.nuc_states(node).map(|state| (state.position.index() as u32, state.letter)).collect(),
        Some(cds) => {
            tree.aa_states(node, cds).map(|state| (state.position.index() as u32, state.letter)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::packs::{Packs, aliases};
    use hearth_base::digest::Digest;
    use hearth_genome::assay::PanelOnReference;
    use hearth_genome::pack::PackFiles;

    fn built_in(name: &str) -> Vec<u8> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/sars-cov-2");
        std::fs::read(std::path::Path::new(folder).join(name)).expect("a file of the built-in pack")
    }

    fn schema_with(table: &str) -> Schema {
        let (reference, pathogen, tree) =
            (built_in("reference.fasta"), built_in("pathogen.json"), built_in("tree.json"));
        let annotation = built_in("genome_annotation.gff3");
        let files = PackFiles {
            name: "sars-cov-2",
            reference: &reference,
            pathogen: &pathogen,
            annotation: Some(&annotation),
            tree: Some(&tree),
        };
        let pack = Pack::from_files(&files).expect("the built-in pack");
        let mut ready = ReadyPack::new(pack, "1".to_owned(), Digest::of(&tree), PanelOnReference::default());
        ready.aliases = aliases(table.as_bytes()).expect("a table");
        let packs = Packs::new(vec![ready]).expect("one pack");
        schema_of(packs.all(), packs.pathogens().named("sars-cov-2").expect("its own"))
    }

    #[test]
    fn a_table_of_aliases_says_what_is_below_what_and_is_what_questions_are_read_with() {
        let below = |schema: &Schema, above: &str, name: &str| {
            schema.lineages.get(above).is_some_and(|names| names.contains(name))
        };
        let (without, with) = (schema_with("{}"), schema_with(r#"{"19B": "20A.9"}"#));
        assert_eq!([&without, &with].map(|schema| below(schema, "20A", "19B")), [false, true]);
        assert_eq!([&without, &with].map(|schema| below(schema, "20A", "20B")), [true, true]);
        assert_eq!(with.aliases.long("19B"), "20A.9");
        assert!(without.aliases.is_empty());
    }
}
