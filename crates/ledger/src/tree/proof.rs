//! Inclusion and consistency proofs: made from tiles, verified from nothing but hashes.
//!
//! RFC 6962 sections 2.1.1 and 2.1.2 say what a proof holds; RFC 9162 sections 2.1.3.2 and 2.1.4.2 say how one
//! is verified, and the verifying functions follow them. Start at [`verify_inclusion`].

use super::tile_set::{TileError, TileSet, check_leaf, check_order};
use super::{Hash, span};

/// The inclusion proof of leaf `index` in the tree of `size` leaves, from the leaf's sibling up to the root's
/// child. Needs [`tiles_for_inclusion`](super::tiles_for_inclusion).
pub fn inclusion(tiles: &TileSet, index: u64, size: u64) -> Result<Vec<Hash>, TileError> {
    check_leaf(index, size)?;
    tiles.spans(&span::inclusion(index, size))
}

/// The consistency proof between the trees of `old` and `new` leaves; empty when `old` is 0 or equals `new`.
/// Needs [`tiles_for_consistency`](super::tiles_for_consistency).
pub fn consistency(tiles: &TileSet, old: u64, new: u64) -> Result<Vec<Hash>, TileError> {
    check_order(old, new)?;
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    tiles.spans(&span::consistency(old, new))
}

/// Why a proof does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf cannot be in a tree of that size.
    #[error("the proof speaks of entry {index}, but the signed log had {size} entries")]
    NoSuchLeaf {
        /// The leaf.
        index: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// The sizes are the wrong way round.
    #[error("the proof goes from {old} entries to {new}: a log never shrinks")]
    Shrunk {
        /// The earlier size.
        old: u64,
        /// The later size.
        new: u64,
    },
    /// The proof has too few or too many hashes for its sizes.
    #[error("the proof has {has} hashes where {needs} belong: it was cut or padded")]
    Length {
        /// Hashes it has.
        has: usize,
        /// Hashes it must have.
        needs: usize,
    },
    /// The leaf and the proof give another root than the signed one.
    #[error("the entry and its proof do not lead to the signed root: one of them was changed")]
    Root,
    /// The proof does not lead to the earlier root.
    #[error("the proof does not lead to the earlier root: the log's past was changed, or the proof was")]
    OldRoot,
    /// The proof does not lead to the later root.
    #[error("the proof does not lead to the later root: the log's past was changed, or the proof was")]
    NewRoot,
}

/// Verifies that the leaf with hash `leaf` is leaf `index` of the tree of `size` leaves with that root.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::NoSuchLeaf { index, size });
    }
    let needs = inclusion_length(index, size);
    if proof.len() != needs {
        return Err(ProofError::Length { has: proof.len(), needs });
    }
    let (mut place, mut last, mut hash) = (index, size - 1, *leaf);
    for beside in proof {
        if place & 1 == 1 || place == last {
            hash = Hash::of_node(beside, &hash);
            while place & 1 == 0 && place != 0 {
                (place, last) = (place >> 1, last >> 1);
            }
        } else {
            hash = Hash::of_node(&hash, beside);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    if last == 0 && hash == *root { Ok(()) } else { Err(ProofError::Root) }
}

/// Levels in which the leaf's path has a sibling: below the edge all, along the edge only those to the left.
fn inclusion_length(index: u64, size: u64) -> usize {
    let inner = u64::BITS - (index ^ (size - 1)).leading_zeros();
    let along_edge = index.checked_shr(inner).unwrap_or(0).count_ones();
    (inner + along_edge) as usize
}

/// Verifies that the tree of `new` leaves continues the tree of `old` leaves.
pub fn verify_consistency(
    (old, old_root): (u64, &Hash),
    (new, new_root): (u64, &Hash),
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Shrunk { old, new });
    }
    if old == 0 || old == new {
        return verify_without_hashes((old, old_root), (new, new_root), proof);
    }
    let needs = span::consistency(old, new).len();
    if proof.len() != needs {
        return Err(ProofError::Length { has: proof.len(), needs });
    }
    // A proof that starts at a full subtree leaves its hash out: it is the old root.
    let known = old.is_power_of_two().then_some(old_root);
    let mut hashes = known.into_iter().chain(proof);
    let first = *hashes.next().expect("a proof between different sizes has a first hash");
    let (mut place, mut last) = (old - 1, new - 1);
    while place & 1 == 1 {
        (place, last) = (place >> 1, last >> 1);
    }
    let (mut old_hash, mut new_hash) = (first, first);
    for beside in hashes {
        if place & 1 == 1 || place == last {
            old_hash = Hash::of_node(beside, &old_hash);
            new_hash = Hash::of_node(beside, &new_hash);
            while place & 1 == 0 && place != 0 {
                (place, last) = (place >> 1, last >> 1);
            }
        } else {
            new_hash = Hash::of_node(&new_hash, beside);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    if old_hash != *old_root {
        return Err(ProofError::OldRoot);
    }
    if last == 0 && new_hash == *new_root { Ok(()) } else { Err(ProofError::NewRoot) }
}

/// From an empty tree everything follows; a tree follows from itself.
fn verify_without_hashes(
    (old, old_root): (u64, &Hash),
    (new, new_root): (u64, &Hash),
    proof: &[Hash],
) -> Result<(), ProofError> {
    if !proof.is_empty() {
        return Err(ProofError::Length { has: proof.len(), needs: 0 });
    }
    if old == 0 && *old_root != Hash::of_empty_tree() {
        return Err(ProofError::OldRoot);
    }
    if old == new && old_root != new_root { Err(ProofError::NewRoot) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::super::{Edge, twin};
    use super::*;
    use proptest::prelude::*;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|index| Hash::of_leaf(&index.to_be_bytes())).collect()
    }

    fn tiles(leaves: &[Hash]) -> TileSet {
        Edge::new().append(leaves).unwrap().tiles.into_iter().collect()
    }

    #[test]
    fn every_proof_of_small_trees_is_the_recursive_one_and_holds() {
        let all = leaves(40);
        let tiles = tiles(&all);
        for size in 1..=all.len() {
            let root = twin::root(&all[..size]);
            assert_eq!(tiles.root(size as u64), Ok(root));
            for index in 0..size {
                let proof = inclusion(&tiles, index as u64, size as u64).unwrap();
                assert_eq!(proof, twin::inclusion(index, &all[..size]));
                verify_inclusion(&all[index], index as u64, size as u64, &proof, &root).unwrap();
            }
            for old in 1..size {
                let proof = consistency(&tiles, old as u64, size as u64).unwrap();
                assert_eq!(proof, twin::consistency(old, &all[..size]), "{old} to {size}");
                let old_root = twin::root(&all[..old]);
                verify_consistency((old as u64, &old_root), (size as u64, &root), &proof).unwrap();
            }
        }
    }

    #[test]
    fn what_does_not_hold_is_told() {
        let all = leaves(7);
        let (tiles, root, old_root) = (tiles(&all), twin::root(&all), twin::root(&all[..3]));
        let proof = inclusion(&tiles, 2, 7).unwrap();
        let empty = Hash::of_empty_tree();
        assert_eq!(
            verify_inclusion(&all[2], 7, 7, &proof, &root),
            Err(ProofError::NoSuchLeaf { index: 7, size: 7 })
        );
        assert_eq!(verify_inclusion(&all[1], 2, 7, &proof, &root), Err(ProofError::Root));
        assert_eq!(verify_inclusion(&all[2], 3, 7, &proof, &root), Err(ProofError::Root));
        assert_eq!(
            verify_inclusion(&all[2], 2, 7, &proof[1..], &root),
            Err(ProofError::Length { has: 2, needs: 3 })
        );
        let proof = consistency(&tiles, 3, 7).unwrap();
        let check = |old, old_root, new, new_root, proof: &[Hash], expected| {
            assert_eq!(verify_consistency((old, old_root), (new, new_root), proof), expected);
        };
        check(3, &old_root, 7, &root, &proof, Ok(()));
        check(3, &root, 7, &root, &proof, Err(ProofError::OldRoot));
        check(3, &old_root, 7, &old_root, &proof, Err(ProofError::NewRoot));
        check(7, &root, 3, &old_root, &proof, Err(ProofError::Shrunk { old: 7, new: 3 }));
        check(3, &old_root, 7, &root, &proof[1..], Err(ProofError::Length { has: 3, needs: 4 }));
        check(0, &empty, 7, &root, &[], Ok(()));
        check(0, &root, 7, &root, &[], Err(ProofError::OldRoot));
        check(7, &root, 7, &root, &[], Ok(()));
        check(7, &root, 7, &old_root, &[], Err(ProofError::NewRoot));
        check(0, &empty, 0, &empty, &[empty], Err(ProofError::Length { has: 1, needs: 0 }));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn proofs_across_tiles_are_the_recursive_ones(size in 1..3000_usize, place in 0.0..1.0_f64) {
            let all = leaves(size as u64);
            let held = tiles(&all);
            let root = twin::root(&all);
            let index = (size as f64 * place) as usize;
            let proof = inclusion(&held, index as u64, size as u64).unwrap();
            prop_assert_eq!(&proof, &twin::inclusion(index, &all));
            verify_inclusion(&all[index], index as u64, size as u64, &proof, &root).unwrap();
            if index > 0 {
                let proof = consistency(&held, index as u64, size as u64).unwrap();
                prop_assert_eq!(&proof, &twin::consistency(index, &all));
                let old_root = held.root(index as u64).unwrap();
                verify_consistency((index as u64, &old_root), (size as u64, &root), &proof).unwrap();
            }
        }

        #[test]
        fn no_proof_holds_for_another_place(size in 2..600_u64, index in 0..600_u64, other in 0..600_u64) {
            let (index, other) = (index % size, other % size);
            prop_assume!(index != other);
            let all = leaves(size);
            let held = tiles(&all);
            let root = held.root(size).unwrap();
            let proof = inclusion(&held, index, size).unwrap();
            prop_assert!(verify_inclusion(&all[index as usize], other, size, &proof, &root).is_err());
        }

        #[test]
        fn any_hashes_at_any_size_are_judged_without_panic(
            (index, size, old) in any::<(u64, u64, u64)>(),
            bytes in prop::collection::vec(any::<[u8; 32]>(), 0..70),
        ) {
            let proof: Vec<Hash> = bytes.into_iter().map(Hash::new).collect();
            let root = Hash::of_empty_tree();
            prop_assert!(size == 1 || verify_inclusion(&root, index, size, &proof, &root).is_err());
            let _ = verify_consistency((old, &root), (size, &root), &proof);
        }
    }
}
