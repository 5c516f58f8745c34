//! A proof of many leaves at once: the tree with everything cut away that they do not need.
//!
//! For leaves `I` of a tree, the proof is the hash of every largest subtree that holds none of them, from left to
//! right. No smaller set of subtree hashes leads to the root. It is verified in one pass, with a stack as high
//! as the tree and no recursion; and from it the inclusion proof of each single leaf can be made again, so that
//! a server that imported a part of a log can hand on receipts. Start at [`PrunedWalk`].

use super::span::{self, Span};
use super::tile_set::{TileError, TileSet, check_indices};
use super::{Hash, MAX_TREE_SIZE};

/// The hashes of the multi-proof of leaves (rising) in the tree of `size` leaves. Needs
/// [`tiles_for_pruned`](super::tiles_for_pruned).
pub fn pruned(tiles: &TileSet, indices: &[u64], size: u64) -> Result<Vec<Hash>, TileError> {
    check_indices(indices, size)?;
    tiles.spans(&span::beside(indices, size))
}

/// Why a multi-proof does not hold together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrunedError {
    /// A leaf is repeated or comes before an earlier one.
    #[error("entry {index} comes after entry {after}: entries must stand in rising order, each once")]
    Unordered {
        /// The leaf.
        index: u64,
        /// The one before it.
        after: u64,
    },
    /// A leaf is not in the tree.
    #[error("entry {index} is not in a log of {size} entries")]
    NoSuchLeaf {
        /// The leaf.
        index: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// The tree is larger than can be handled.
    #[error("a log of {size} entries is more than the {MAX_TREE_SIZE} that can be handled")]
    TooLarge {
        /// The size.
        size: u64,
    },
    /// There are fewer hashes than the leaves' places demand.
    #[error("the pruned tree ends before entry {before}: hashes are missing")]
    Missing {
        /// The leaf, or the size of the tree, that could not be reached.
        before: u64,
    },
    /// There are more hashes than the leaves' places demand.
    #[error("the pruned tree has {left} hashes too many: it belongs to other entries")]
    Left {
        /// Hashes left over.
        left: usize,
    },
    /// A leaf is asked for that the multi-proof does not hold.
    #[error("entry {index} is not among those that this pruned tree proves")]
    NotHeld {
        /// The leaf.
        index: u64,
    },
}

/// The root of a pruned tree, computed while its leaves stream past in rising order.
#[derive(Clone, Debug)]
pub struct PrunedWalk {
    size: u64,
    hashes: std::vec::IntoIter<Hash>,
    /// Nodes from left to right, each ending where the next begins, none mergeable.
    stack: Vec<(Span, Hash)>,
    /// Every node seen, in the order of completion, when they are asked for.
    seen: Option<Vec<(Span, Hash)>>,
}

impl PrunedWalk {
    /// Begins with the tree's size and the proof's hashes.
    pub fn new(size: u64, hashes: Vec<Hash>) -> Result<Self, PrunedError> {
        if size > MAX_TREE_SIZE {
            return Err(PrunedError::TooLarge { size });
        }
        Ok(Self { size, hashes: hashes.into_iter(), stack: Vec::new(), seen: None })
    }

    /// Takes the next leaf.
    pub fn push(&mut self, index: u64, leaf: Hash) -> Result<(), PrunedError> {
        if index >= self.size {
            return Err(PrunedError::NoSuchLeaf { index, size: self.size });
        }
        let covered = self.covered();
        if index < covered {
            return Err(PrunedError::Unordered { index, after: covered - 1 });
        }
        self.cover(index)?;
        self.add(Span { start: index, end: index + 1 }, leaf);
        Ok(())
    }

    /// Ends the walk; the root that leaves and hashes lead to.
    pub fn finish(mut self) -> Result<Hash, PrunedError> {
        self.close()
    }

    fn close(&mut self) -> Result<Hash, PrunedError> {
        self.cover(self.size)?;
        match self.hashes.len() {
            0 => Ok(self.stack.first().map_or_else(Hash::of_empty_tree, |(_, hash)| *hash)),
            left => Err(PrunedError::Left { left }),
        }
    }

    fn covered(&self) -> u64 {
        self.stack.last().map_or(0, |(span, _)| span.end)
    }

    /// Fills the leaves up to `end` with hashes of the proof.
    fn cover(&mut self, end: u64) -> Result<(), PrunedError> {
        while self.covered() < end {
            let hash = self.hashes.next().ok_or(PrunedError::Missing { before: end })?;
            self.add(span::largest_from(self.covered(), end, self.size), hash);
        }
        Ok(())
    }

    /// Puts a node on the stack and joins it with its left siblings as long as it is a right one.
    fn add(&mut self, mut span: Span, mut hash: Hash) {
        loop {
            if let Some(seen) = &mut self.seen {
                seen.push((span, hash));
            }
            match self.stack.pop_if(|(left, _)| joins(*left, span, self.size)) {
                Some((left, left_hash)) => {
                    hash = Hash::of_node(&left_hash, &hash);
                    span = Span { start: left.start, end: span.end };
                }
                None => return self.stack.push((span, hash)),
            }
        }
    }
}

/// Whether two neighbouring nodes are the children of one node: the left one is full and starts where a node of
/// twice its length starts, and the right one is as long, or reaches the tree's end.
fn joins(left: Span, right: Span, size: u64) -> bool {
    let length = left.leaves();
    length.is_power_of_two()
        && left.start.is_multiple_of(2 * length)
        && right.end == (left.start + 2 * length).min(size)
}

/// Leaves with the multi-proof that proves them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrunedTree {
    /// Leaves in the whole tree.
    pub size: u64,
    /// The leaves held: place and leaf hash, rising.
    pub leaves: Vec<(u64, Hash)>,
    /// The hashes of the subtrees that hold none of them, from left to right.
    pub hashes: Vec<Hash>,
}

/// A pruned tree whose nodes are all known: single proofs are read off it.
#[derive(Clone, Debug)]
pub struct OpenTree {
    size: u64,
    root: Hash,
    nodes: Vec<(Span, Hash)>,
}

impl PrunedTree {
    /// The root that it leads to. Whoever trusts it compares this with a signed one.
    pub fn root(&self) -> Result<Hash, PrunedError> {
        let mut walk = PrunedWalk::new(self.size, self.hashes.clone())?;
        self.leaves.iter().try_for_each(|(index, leaf)| walk.push(*index, *leaf))?;
        walk.finish()
    }

    /// Computes every node, about 100 bytes of memory a leaf.
    pub fn open(&self) -> Result<OpenTree, PrunedError> {
        let mut walk = PrunedWalk::new(self.size, self.hashes.clone())?;
        walk.seen = Some(Vec::with_capacity(2 * (self.leaves.len() + self.hashes.len())));
        self.leaves.iter().try_for_each(|(index, leaf)| walk.push(*index, *leaf))?;
        let root = walk.close()?;
        let mut nodes = walk.seen.unwrap_or_default();
        nodes.sort_unstable_by_key(|(span, _)| *span);
        Ok(OpenTree { size: self.size, root, nodes })
    }
}

impl OpenTree {
    /// The root that it leads to.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The inclusion proof of a leaf that the pruned tree holds, as the whole log would make it.
    pub fn inclusion(&self, index: u64) -> Result<Vec<Hash>, PrunedError> {
        if index >= self.size {
            return Err(PrunedError::NoSuchLeaf { index, size: self.size });
        }
        let node = |span: &Span| {
            let at = self.nodes.binary_search_by_key(span, |(held, _)| *held).ok()?;
            self.nodes.get(at).map(|(_, hash)| *hash)
        };
        let path: Option<Vec<Hash>> = span::inclusion(index, self.size).iter().map(node).collect();
        path.ok_or(PrunedError::NotHeld { index })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Edge, tiles_for_pruned, twin, verify_inclusion};
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|index| Hash::of_leaf(&index.to_be_bytes())).collect()
    }

    fn tiles(leaves: &[Hash]) -> TileSet {
        Edge::new().append(leaves).unwrap().tiles.into_iter().collect()
    }

    fn prune(all: &[Hash], indices: &[u64]) -> PrunedTree {
        let size = all.len() as u64;
        let hashes = pruned(&tiles(all), indices, size).unwrap();
        PrunedTree { size, leaves: indices.iter().map(|at| (*at, all[*at as usize])).collect(), hashes }
    }

    #[test]
    fn every_set_of_leaves_of_small_trees() {
        for size in 0..=9_u64 {
            let all = leaves(size);
            for chosen in 0..1_u64 << size {
                let indices: Vec<u64> = (0..size).filter(|at| chosen >> at & 1 == 1).collect();
                let tree = prune(&all, &indices);
                assert_eq!(tree.hashes, twin::pruned(&indices, &all), "{indices:?} of {size}");
                assert_eq!(tree.root(), Ok(twin::root(&all)), "{indices:?} of {size}");
                let open = tree.open().unwrap();
                for index in indices {
                    assert_eq!(open.inclusion(index).unwrap(), twin::inclusion(index as usize, &all));
                }
            }
        }
    }

    #[test]
    fn what_does_not_hold_together_is_told() {
        let all = leaves(7);
        let good = prune(&all, &[1, 5]);
        let check = |change: &dyn Fn(&mut PrunedTree), expected: &str| {
            let mut tree = good.clone();
            change(&mut tree);
            assert_eq!(tree.root().unwrap_err().to_string(), expected);
            assert!(tree.open().is_err());
        };
        check(
            &|tree| tree.leaves.swap(0, 1),
            "entry 1 comes after entry 5: entries must stand in rising order, each once",
        );
        check(&|tree| tree.leaves[1].0 = 7, "entry 7 is not in a log of 7 entries");
        check(
            &|tree| tree.hashes.truncate(tree.hashes.len() - 1),
            "the pruned tree ends before entry 7: hashes are missing",
        );
        check(
            &|tree| tree.hashes.push(all[0]),
            "the pruned tree has 1 hashes too many: it belongs to other entries",
        );
        check(
            &|tree| tree.size = u64::MAX,
            "a log of 18446744073709551615 entries is more than the 9007199254740991 that can be handled",
        );
        let open = good.open().unwrap();
        assert_eq!(open.inclusion(7), Err(PrunedError::NoSuchLeaf { index: 7, size: 7 }));
        assert_eq!(open.inclusion(2), Err(PrunedError::NotHeld { index: 2 }));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn any_set_across_tiles(size in 1..1500_u64, picks in prop::collection::vec(any::<u64>(), 0..40)) {
            let all = leaves(size);
            let indices: Vec<u64> =
                picks.iter().map(|pick| pick % size).collect::<BTreeSet<_>>().into_iter().collect();
            let tree = prune(&all, &indices);
            prop_assert_eq!(&tree.hashes, &twin::pruned(&indices, &all));
            let open = tree.open().unwrap();
            prop_assert_eq!(open.root(), twin::root(&all));
            for index in &indices {
                let proof = open.inclusion(*index).unwrap();
                verify_inclusion(&all[*index as usize], *index, size, &proof, &open.root()).unwrap();
            }
            // Only the named tiles are needed.
            let needed: BTreeSet<(u8, u64)> =
                tiles_for_pruned(&indices, size).unwrap().iter().map(|id| (id.level, id.index)).collect();
            let appended = Edge::new().append(&all).unwrap();
            let few: TileSet =
                appended.tiles.into_iter().filter(|tile| needed.contains(&(tile.level, tile.index))).collect();
            prop_assert_eq!(pruned(&few, &indices, size).unwrap(), tree.hashes);
        }

        #[test]
        fn a_changed_leaf_or_hash_changes_the_root(size in 1..200_u64, pick in any::<u64>(), which in any::<prop::sample::Index>()) {
            let all = leaves(size);
            let mut tree = prune(&all, &[pick % size]);
            let root = tree.root().unwrap();
            let at = which.index(1 + tree.hashes.len());
            let hash = if at == 0 { &mut tree.leaves[0].1 } else { &mut tree.hashes[at - 1] };
            *hash = Hash::of_leaf(b"another");
            prop_assert_ne!(tree.root().unwrap(), root);
        }

        #[test]
        fn any_hashes_are_walked_without_panic(
            size in any::<u64>(),
            indices in prop::collection::vec(any::<u64>(), 0..8),
            count in 0..80_usize,
        ) {
            let hash = Hash::of_empty_tree();
            let leaves = indices.into_iter().map(|index| (index, hash)).collect();
            let tree = PrunedTree { size, leaves, hashes: vec![hash; count] };
            prop_assert_eq!(tree.root().is_ok(), tree.open().is_ok());
        }
    }
}
