//! The pack's reference tree, ready for placing genomes on it.
//!
//! [`states`] holds what each node differs in from the reference, [`placement`] finds the nodes nearest to a
//! genome, [`mosaic`] two nodes where a genome seems to have two parents, [`relative`] says what a genome differs in from a node, [`landmarks`] knows which nodes a result
//! is compared with. Start at [`ReferenceTree::new`].

mod landmarks;
mod mosaic;
mod placement;
mod relative;
mod states;

pub use mosaic::{Mosaic, MosaicMemory};
pub use placement::{Placement, PlacementMemory};
pub use relative::{AaChange, RelativeAa, RelativeMutations, RelativeNuc, RelativeSubstitution};
pub use states::{AaState, NucState};

use crate::annotation::Annotation;
use crate::coordinate::{CodonPos, RefPos};
use crate::pack::auspice::TreeFile;
use crate::reference::Reference;
use crate::translation::ReferencePeptides;
use landmarks::Landmarks;
use mosaic::MosaicIndex;
use placement::PlacementIndex;
use states::{AaStates, NucStates};

/// A tree whose mutations were checked against the reference.
#[derive(Debug)]
pub struct ReferenceTree {
    file: TreeFile,
    nuc: NucStates,
    aa: AaStates,
    index: PlacementIndex,
    mosaics: MosaicIndex,
    landmarks: Landmarks,
}

/// Where a tree contradicts its reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeMismatch {
    /// The tree has no node.
    #[error("the tree has no nodes")]
    Empty,
    /// The tree was made for another reference.
    #[error(
        "the tree's own root sequence differs from the reference (first at position {position}); \
         tree and reference must be of the same version"
    )]
    RootSequence {
        /// First difference.
        position: RefPos,
    },
    /// A nucleotide mutation does not fit.
    #[error(
        "tree node '{node}': mutation {from}{position}{to} does not fit, there is '{found}' before it; \
         tree and reference must be of the same version"
    )]
    Nucleotide {
        /// Name of the node.
        node: String,
        /// Where.
        position: RefPos,
        /// Letter the tree expects.
        from: char,
        /// Letter it changes to.
        to: char,
        /// Letter that is there, `?` past the end of the reference.
        found: char,
    },
    /// An amino-acid mutation does not fit.
    #[error(
        "tree node '{node}': mutation {cds}:{from}{position}{to} does not fit, there is '{found}' before it; \
         tree, reference and annotation must be of the same version"
    )]
    AminoAcid {
        /// Name of the node.
        node: String,
        /// Name of the coding sequence.
        cds: String,
        /// Where.
        position: CodonPos,
        /// Letter the tree expects.
        from: char,
        /// Letter it changes to.
        to: char,
        /// Letter that is there, `?` past the end of the peptide.
        found: char,
    },
}

impl ReferenceTree {
    /// Prepares a tree for one reference.
    ///
    /// # Errors
    /// The first mutation that does not fit the reference, its annotation or the mutations before it.
    pub fn new(
        file: TreeFile,
        reference: &Reference,
        annotation: &Annotation,
        peptides: &ReferencePeptides,
    ) -> Result<Self, TreeMismatch> {
        if file.nodes.is_empty() {
            return Err(TreeMismatch::Empty);
        }
        if let Some(root) = &file.root_sequence {
            check_root_sequence(root.as_bytes(), reference)?;
        }
        let nuc = NucStates::new(&file, reference)?;
        let aa = AaStates::new(&file, annotation, peptides)?;
        let index = PlacementIndex::new(&file, reference);
        let mosaics = MosaicIndex::new(&file, reference);
        let landmarks = Landmarks::new(&file);
        Ok(Self { file, nuc, aa, index, mosaics, landmarks })
    }

    /// The tree as it was read.
    pub fn file(&self) -> &TreeFile {
        &self.file
    }

    /// Name of a node.
    pub fn node_name(&self, node: u32) -> &str {
        &self.file.nodes[node as usize].name
    }

    /// Clade of a node.
    pub fn clade(&self, node: u32) -> Option<&str> {
        self.file.clade(node)
    }

    /// The clade-like attribute that names lineages: the first that is meant for comparisons.
    pub fn lineage_attribute(&self) -> Option<usize> {
        self.file.meta.clade_node_attrs.iter().position(|known| !known.skip_as_reference)
    }

    /// Lineage of a node.
    pub fn lineage(&self, node: u32) -> Option<&str> {
        self.attribute(node, self.lineage_attribute()?)
    }

    /// What people call a node: its clade, with its lineage where that says more;
    /// else its name.
    pub fn lineage_name(&self, node: u32) -> String {
        match (self.clade(node), self.lineage(node)) {
            (Some(clade), Some(lineage)) if clade != lineage => format!("{clade} ({lineage})"),
            (Some(name), _) | (None, Some(name)) => name.to_owned(),
            (None, None) => self.node_name(node).to_owned(),
        }
    }

    /// Value of clade-like attribute `attribute` of a node.
    pub fn attribute(&self, node: u32, attribute: usize) -> Option<&str> {
        self.file.attributes(node).get(attribute).copied().flatten().map(|name| self.file.text(name))
    }

    /// The node nearest the root, among a node and its ancestors, that has the node's clade.
    pub fn clade_founder(&self, node: u32) -> Option<u32> {
        self.file.nodes[node as usize].clade.map(|_| self.landmarks.clade_founder(node))
    }

    /// The same for a clade-like attribute; `None` where the node has no value.
    pub fn attribute_founder(&self, node: u32, attribute: usize) -> Option<u32> {
        self.file.attributes(node).get(attribute).copied().flatten()?;
        Some(self.landmarks.attribute_founder(node, attribute))
    }

    /// The node each of the pack's searches finds for a genome whose nearest node is `node`.
    pub fn searched_nodes(&self, node: u32) -> &[Option<u32>] {
        self.landmarks.searched_nodes(&self.file, node)
    }

    /// Nucleotides a node has instead of the reference's, by position.
    pub fn nuc_states(&self, node: u32) -> impl Iterator<Item = NucState> + '_ {
        self.nuc.of(node)
    }

    /// Amino acids a node has instead of the reference's in one coding sequence, by position.
    pub fn aa_states(&self, node: u32, cds: usize) -> impl Iterator<Item = AaState> + '_ {
        self.aa.of(node, cds)
    }
}

fn check_root_sequence(root: &[u8], reference: &Reference) -> Result<(), TreeMismatch> {
    let letters = reference.letters();
    let differs = |(a, b): (&u8, &u8)| !a.eq_ignore_ascii_case(b);
    let first = root.iter().zip(letters).position(differs);
    let first = first.or((root.len() != letters.len()).then(|| root.len().min(letters.len())));
    match first {
        Some(at) => Err(TreeMismatch::RootSequence { position: RefPos(at as u32) }),
        None => Ok(()),
    }
}
