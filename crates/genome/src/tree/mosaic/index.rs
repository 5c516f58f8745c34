//! What the search for mosaics needs to know of the tree, whatever the genome: which changes it has, and where.
//!
//! Start at [`MosaicIndex::new`].

use super::differences::End;
use crate::alphabet::nucleotide;
use crate::calls::Substitution;
use crate::coordinate::Position;
use crate::pack::auspice::TreeFile;
use crate::reference::Reference;

/// Bits for the positions that a subtree changes; several positions share one.
const MARK_BITS: u32 = 10;
const MARK_WORDS: usize = (1 << MARK_BITS) / 64;

/// Positions of a word with four bits for each.
const PER_WORD: usize = 16;

/// First and last of some positions; the last comes before the first where there are none.
type Range = (u32, u32);

/// Which changes the tree knows, and where each branch, and all below it, changes something.
#[derive(Debug)]
pub struct MosaicIndex {
    /// The bases that some branch leads to, four bits for each position.
    known: Vec<u64>,
    of_branch: Vec<Range>,
    /// Of each branch with all below it.
    of_subtree: Vec<Range>,
    /// Of all branches below a node, by [`mark_of`].
    marks: Vec<[u64; MARK_WORDS]>,
}

/// Word and bit that stand for a position, by Fibonacci hashing (Knuth, The Art of Computer Programming 3, section 6.4).
fn mark_of(position: u32) -> (usize, u64) {
    let hash = position.wrapping_mul(0x9e37_79b9) >> (u32::BITS - MARK_BITS);
    (hash as usize / 64, 1 << (hash % 64))
}

impl MosaicIndex {
    /// Reads the mutations of a tree that fits its reference.
    pub fn new(file: &TreeFile, reference: &Reference) -> Self {
        let nodes = file.nodes.len();
        let mut known = vec![0_u64; reference.letters().len().div_ceil(PER_WORD)];
        let mut of_branch = vec![(u32::MAX, 0); nodes];
        for (node, (first, last)) in (0..).zip(&mut of_branch) {
            for mutation in file.nuc_mutations(node) {
                let at = mutation.position.0;
                (*first, *last) = ((*first).min(at), (*last).max(at));
                let shift = mutation.position.index() % PER_WORD * 4;
                known[mutation.position.index() / PER_WORD] |=
                    u64::from(nucleotide::bases(mutation.to)) << shift;
            }
        }
        let mut index =
            Self { known, of_subtree: of_branch.clone(), of_branch, marks: vec![[0; MARK_WORDS]; nodes] };
        // Children come after their parents.
        for node in (0..nodes).rev() {
            if let Some(parent) = file.nodes[node].parent {
                index.add_to_parent(file, node, parent as usize);
            }
        }
        index
    }

    fn add_to_parent(&mut self, file: &TreeFile, node: usize, parent: usize) {
        let (own, all) = (self.of_subtree[node], &mut self.of_subtree[parent]);
        *all = (all.0.min(own.0), all.1.max(own.1));
        let own = self.marks[node];
        let all = &mut self.marks[parent];
        all.iter_mut().zip(own).for_each(|(all, own)| *all |= own);
        for mutation in file.nuc_mutations(node as u32) {
            let (word, bit) = mark_of(mutation.position.0);
            all[word] |= bit;
        }
    }

    /// Whether some node has this letter here.
    pub fn knows(&self, own: Substitution) -> bool {
        let bases = self.known[own.position.index() / PER_WORD] >> (own.position.index() % PER_WORD * 4);
        bases as u8 & nucleotide::bases(own.to) != 0
    }

    /// Whether a branch changes nothing up to `counted`, counted from an end.
    pub fn branch_is_beyond(&self, node: u32, from: End, counted: u32) -> bool {
        is_beyond(self.of_branch[node as usize], from, counted)
    }

    /// The same of a branch with all below it.
    pub fn subtree_is_beyond(&self, node: u32, from: End, counted: u32) -> bool {
        is_beyond(self.of_subtree[node as usize], from, counted)
    }

    /// Whether no branch below a node changes a position. It may say no of a position that is not changed.
    pub fn is_kept_below(&self, node: u32, position: u32) -> bool {
        let (word, bit) = mark_of(position);
        self.marks[node as usize][word] & bit == 0
    }
}

fn is_beyond((first, last): Range, from: End, counted: u32) -> bool {
    let nearest = if let End::Left = from { first } else { last };
    first > last || from.count(nearest) > counted
}
