//! `tree.json`: the reference tree in Auspice JSON v2, read into flat lists.
//!
//! Start with [`TreeFile::from_json`]. Nodes are numbered in preorder, so a subtree is a run of numbers and
//! a parent always comes before its children. Text that repeats is interned ([`Name`]). The tree may be as
//! deep as [`TreeLimits`] allows: nothing here recurses. Whether mutations agree with the reference is for
//! the caller to check.

mod error;
mod meta;
mod mutation;
mod names;
mod read;
mod scan;
#[cfg(test)]
mod tests;
mod walk;

use std::ops::Range;

use crate::coordinate::{CodonPos, RefPos, Span};

use super::pathogen::Pathogen;
pub use error::TreeError;
pub use meta::{
    BuiltinTitles, CladeNodeAttr, NodeCriterion, RefNodeCriterion, RefNodeRule, RefNodeSearch, RefNodes,
    SearchFrom,
};
pub use names::{Name, Names};

/// A reference tree.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TreeFile {
    /// Preorder: root first, children in the order of the file, each before its own children.
    pub nodes: Vec<TreeNode>,
    /// What the file says about the tree.
    pub meta: TreeMeta,
    /// `root_sequence.nuc`.
    pub root_sequence: Option<String>,
    /// Every interned text.
    pub names: Names,
    /// Interned values of the clade-like attributes: `meta.clade_node_attrs.len()` per node.
    attributes: Vec<Option<Name>>,
    /// All nucleotide mutations, node by node.
    nuc_mutations: Vec<NucMutation>,
    /// All amino acid mutations by node and coding sequence.
    aa_groups: Vec<AaGroup>,
    /// All amino acid mutations, group by group.
    aa_mutations: Vec<AaMutation>,
}

/// A node, with the branch that leads to it.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeNode {
    /// Name of the node: a strain, or `NODE_...`.
    pub name: Box<str>,
    /// Number of the parent; `None` for the root.
    pub parent: Option<u32>,
    /// One past the number of the last descendant.
    pub subtree_end: u32,
    /// Divergence from the root, in [`TreeFile::divergence_units`].
    pub div: Option<f64>,
    /// `clade_membership`.
    pub clade: Option<Name>,
    /// Log of the prior probability of a new sequence belonging here.
    pub placement_prior: Option<f64>,
    nuc: Range<u32>,
    aa: Range<u32>,
}

/// A nucleotide change on a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NucMutation {
    /// Upper-case letter before, or `-`.
    pub from: u8,
    /// Where.
    pub position: RefPos,
    /// Upper-case letter after, or `-`.
    pub to: u8,
}

/// An amino acid change on a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AaMutation {
    /// Upper-case letter before, `*` or `-`.
    pub from: u8,
    /// Where.
    pub position: CodonPos,
    /// Upper-case letter after, `*` or `-`.
    pub to: u8,
}

/// The amino acid mutations of one branch in one coding sequence, as a run of `TreeFile::aa_mutations`.
#[derive(Clone, Debug, PartialEq)]
struct AaGroup {
    cds_name: Name,
    mutations: Range<u32>,
}

/// What the file says about the tree.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TreeMeta {
    /// Title for people.
    pub title: Option<String>,
    /// Date of the tree, as written.
    pub updated: Option<String>,
    /// Attributes that classify nodes as clades do, such as a Pango lineage.
    pub clade_node_attrs: Vec<CladeNodeAttr>,
    /// Spans of the reference left out of placement.
    pub placement_mask: Vec<Span<RefPos>>,
    /// Nodes to which mutations can be given relative.
    pub ref_nodes: RefNodes,
    /// `pathogen.json` inside the tree.
    pub pathogen: Option<Box<Pathogen>>,
}

/// What divergence counts. The file does not say; it is guessed from the largest value, as auspice does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DivergenceUnits {
    /// Substitutions per site (the largest value is at most 5).
    PerSite,
    /// Substitutions over the whole genome.
    #[default]
    PerGenome,
}

/// How large a tree is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeLimits {
    /// Bytes of JSON.
    pub bytes: usize,
    /// Nodes.
    pub nodes: u32,
    /// Levels from root to tip.
    pub depth: u32,
    /// Levels of lists and objects inside one node, outside `children`.
    pub nesting: u32,
}

impl Default for TreeLimits {
    fn default() -> Self {
        Self { bytes: 1 << 31, nodes: 5_000_000, depth: 100_000, nesting: 100 }
    }
}

impl TreeFile {
    /// Reads a tree under the default [`TreeLimits`].
    ///
    /// # Errors
    /// The first thing found wrong, with the byte or the node where it stands.
    pub fn from_json(json: &[u8]) -> Result<Self, TreeError> {
        Self::from_json_within(json, TreeLimits::default())
    }

    /// Reads a tree under limits of the caller's choosing.
    ///
    /// # Errors
    /// The first thing found wrong, with the byte or the node where it stands.
    pub fn from_json_within(json: &[u8], limits: TreeLimits) -> Result<Self, TreeError> {
        read::tree(json, limits)
    }

    /// The text of an interned name.
    pub fn text(&self, name: Name) -> &str {
        self.names.text(name)
    }

    /// Clade of a node as text.
    pub fn clade(&self, node: u32) -> Option<&str> {
        Some(self.text(self.nodes.get(node as usize)?.clade?))
    }

    /// Values of a node's clade-like attributes, one per [`TreeMeta::clade_node_attrs`].
    pub fn attributes(&self, node: u32) -> &[Option<Name>] {
        let per_node = self.meta.clade_node_attrs.len();
        let begin = (node as usize).saturating_mul(per_node);
        self.attributes.get(begin..begin.saturating_add(per_node)).unwrap_or(&[])
    }

    /// Nucleotide mutations on the branch to a node, in the order of the file.
    pub fn nuc_mutations(&self, node: u32) -> &[NucMutation] {
        let run = self.nodes.get(node as usize).map_or(0..0, |node| node.nuc.clone());
        self.nuc_mutations.get(run.start as usize..run.end as usize).unwrap_or(&[])
    }

    /// Amino acid mutations on the branch to a node, by coding sequence, in the order of the file.
    pub fn aa_mutations(&self, node: u32) -> impl Iterator<Item = (Name, &[AaMutation])> {
        let run = self.nodes.get(node as usize).map_or(0..0, |node| node.aa.clone());
        let groups = self.aa_groups.get(run.start as usize..run.end as usize).unwrap_or(&[]);
        groups.iter().map(|group| {
            let run = group.mutations.start as usize..group.mutations.end as usize;
            (group.cds_name, self.aa_mutations.get(run).unwrap_or(&[]))
        })
    }

    /// Numbers of a node's children, in the order of the file.
    pub fn children(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.nodes.get(node as usize).map_or(0, |node| node.subtree_end);
        let first = node.saturating_add(1);
        std::iter::successors((first < end).then_some(first), move |&child| {
            let next = self.nodes.get(child as usize)?.subtree_end;
            (next < end).then_some(next)
        })
    }

    /// Largest divergence of any node; 0 for a tree without any.
    pub fn max_divergence(&self) -> f64 {
        self.nodes.iter().filter_map(|node| node.div).fold(0.0, f64::max)
    }

    /// What divergence counts, guessed from the largest value.
    pub fn divergence_units(&self) -> DivergenceUnits {
        if self.max_divergence() <= 5.0 { DivergenceUnits::PerSite } else { DivergenceUnits::PerGenome }
    }
}
