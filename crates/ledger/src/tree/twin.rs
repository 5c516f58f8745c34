//! The slow twin: RFC 6962 section 2.1 word for word, recursive, over all leaf hashes.
//!
//! Tests hold the tiles, the proofs and the multi-proofs against it. Refuses to be fast. Start at [`root`].

use super::Hash;

/// MTH(D\[n\]) over leaf hashes.
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of_empty_tree(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            Hash::of_node(&root(left), &root(right))
        }
    }
}

/// PATH(m, D\[n\]): the inclusion proof of leaf `index`, which must be there.
#[must_use]
pub fn inclusion(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let middle = split(leaves.len());
    let (left, right) = leaves.split_at(middle);
    let (mut path, beside) = if index < middle {
        (inclusion(index, left), root(right))
    } else {
        (inclusion(index - middle, right), root(left))
    };
    path.push(beside);
    path
}

/// PROOF(m, D\[n\]) for 0 < m < n: the consistency proof from `old` leaves to all of them.
#[must_use]
pub fn consistency(old: usize, leaves: &[Hash]) -> Vec<Hash> {
    subproof(old, leaves, true)
}

fn subproof(old: usize, leaves: &[Hash], is_whole_old_tree: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if is_whole_old_tree { Vec::new() } else { vec![root(leaves)] };
    }
    let middle = split(leaves.len());
    let (left, right) = leaves.split_at(middle);
    let (mut path, beside) = if old <= middle {
        (subproof(old, left, is_whole_old_tree), root(right))
    } else {
        (subproof(old - middle, right, false), root(left))
    };
    path.push(beside);
    path
}

/// The hashes of a multi-proof: every largest subtree without a leaf of `indices`, from left to right.
#[must_use]
pub fn pruned(indices: &[u64], leaves: &[Hash]) -> Vec<Hash> {
    beside(indices, leaves, 0)
}

fn beside(indices: &[u64], leaves: &[Hash], start: u64) -> Vec<Hash> {
    let end = start + leaves.len() as u64;
    if leaves.is_empty() {
        return Vec::new();
    }
    if !indices.iter().any(|index| (start..end).contains(index)) {
        return vec![root(leaves)];
    }
    if leaves.len() == 1 {
        return Vec::new();
    }
    let middle = split(leaves.len());
    let (left, right) = leaves.split_at(middle);
    [beside(indices, left, start), beside(indices, right, start + middle as u64)].concat()
}

/// The largest power of two smaller than `leaves`, which is at least 2.
fn split(leaves: usize) -> usize {
    leaves.next_power_of_two() / 2
}
