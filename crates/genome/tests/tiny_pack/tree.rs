//! Trees of the small packs: random branches whose nucleotide and amino-acid mutations agree.
//!
//! Start at [`Tree::grow`], then [`Tree::json`].

use super::coding::Coding;
use super::random::Random;
use std::fmt::Write;

/// Number of nodes.
const NODES: usize = 30;

/// Parents, and genomes in the reference's coordinates, `-` where a letter is deleted.
pub struct Tree {
    parents: Vec<usize>,
    pub genomes: Vec<Vec<u8>>,
}

impl Tree {
    /// Random substitutions, some back to the reference, and whole deleted codons along random branches.
    pub fn grow(reference: &[u8], random: &mut Random) -> Self {
        let mut tree = Self { parents: vec![0], genomes: vec![reference.to_vec()] };
        for node in 1..NODES {
            let parent = node - 1 - random.below(node.min(6));
            let mut genome = tree.genomes[parent].clone();
            for _ in 0..random.below(6) {
                let at = random.below(reference.len());
                if genome[at] != b'-' {
                    genome[at] = random.other_base(genome[at]);
                }
            }
            for (letter, original) in genome.iter_mut().zip(reference) {
                if letter != original && *letter != b'-' && random.once_in(8) {
                    *letter = *original;
                }
            }
            if random.once_in(4) {
                let at = 330 + 3 * random.below(90);
                genome[at..at + 3 * (1 + random.below(3))].fill(b'-');
            }
            tree.parents.push(parent);
            tree.genomes.push(genome);
        }
        tree
    }

    /// The tree as Auspice JSON; peptides end at the reference's first stop where the pack wants that.
    pub fn json(
        &self,
        reference: &[u8],
        cdses: &[Coding],
        ends_at_stop: bool,
        random: &mut Random,
    ) -> String {
        let lengths: Vec<usize> =
            cdses.iter().map(|cds| length(&cds.peptide(reference), ends_at_stop)).collect();
        let mut names = vec![("A".to_owned(), "A".to_owned())];
        for node in 1..NODES {
            let (mut clade, mut lineage) = names[self.parents[node]].clone();
            if random.once_in(4) {
                clade = format!("C{node}");
            }
            if random.once_in(3) {
                lineage = format!("{lineage}.{node}");
            }
            names.push((clade, lineage));
        }
        let priors: Vec<usize> = (0..NODES).map(|_| random.below(7)).collect();
        let mut text = String::from(META);
        self.write_node(
            0,
            &names,
            &priors,
            &|node| self.mutations(node, reference, cdses, &lengths),
            &mut text,
        );
        text + "}"
    }

    fn write_node(
        &self,
        node: usize,
        names: &[(String, String)],
        priors: &[usize],
        mutations: &dyn Fn(usize) -> String,
        text: &mut String,
    ) {
        let (clade, lineage) = &names[node];
        write!(
            text,
            r#"{{"name": "n{node}", "branch_attrs": {{"mutations": {{{}}}}}, "node_attrs":
            {{"div": 0, "clade_membership": {{"value": "{clade}"}}, "lineage": {{"value": "{lineage}"}}"#,
            mutations(node)
        )
        .expect("text grows without fail");
        if priors[node] > 0 {
            write!(text, r#", "placement_prior": {{"value": -{}.5}}"#, priors[node])
                .expect("text grows without fail");
        }
        text.push_str("}, \"children\": [");
        let children = (1..NODES).filter(|&child| self.parents[child] == node);
        for (number, child) in children.enumerate() {
            text.push_str(if number == 0 { "" } else { ", " });
            self.write_node(child, names, priors, mutations, text);
        }
        text.push_str("]}");
    }

    fn mutations(&self, node: usize, reference: &[u8], cdses: &[Coding], lengths: &[usize]) -> String {
        let (genome, parent) = match node {
            0 => (&self.genomes[0][..], reference),
            _ => (&self.genomes[node][..], &self.genomes[self.parents[node]][..]),
        };
        let mut groups = vec![format!("\"nuc\": [{}]", changes(parent, genome, genome.len()))];
        for (cds, &length) in cdses.iter().zip(lengths) {
            let (before, after) = (cds.peptide(parent), cds.peptide(genome));
            groups.push(format!("\"{}\": [{}]", cds.name, changes(&before, &after, length)));
        }
        groups.join(", ")
    }
}

const META: &str = r#"{"meta": {"extensions": {"nextclade": {
    "clade_node_attrs": [{"name": "lineage", "displayName": "Lineage"}],
    "placement_mask_ranges": [{"begin": 0, "end": 40}, {"begin": 1515, "end": 1540}],
    "ref_nodes": {"search": [{"name": "clade root", "criteria": [
        {"qry": [{"clade": ["A"]}], "node": [{"name": ["n1"], "searchAlgo": "ancestor-earliest"}]},
        {"node": [{"clade": ["A"], "searchAlgo": "ancestor-nearest"}]}]}]}}}}, "tree": "#;

fn length(peptide: &[u8], ends_at_stop: bool) -> usize {
    let stop = peptide.iter().position(|&letter| letter == b'*').filter(|_| ends_at_stop);
    stop.map_or(peptide.len(), |stop| stop + 1)
}

/// What differs in the first `length` letters, as a list of quoted mutations.
fn changes(before: &[u8], after: &[u8], length: usize) -> String {
    let differing = (0..length).filter(|&at| before[at] != after[at]);
    let quoted =
        differing.map(|at| format!("\"{}{}{}\"", char::from(before[at]), at + 1, char::from(after[at])));
    quoted.collect::<Vec<_>>().join(", ")
}
