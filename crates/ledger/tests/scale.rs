//! The tree at the size of a country's years: appended fast, proven fast, and it says how fast.
//!
//! The times are printed (`cargo test -p hearth-ledger --test scale -- --nocapture`) and not judged: machines differ.

#![allow(clippy::unwrap_used, clippy::panic)]

use hearth_ledger::tree::{
    Edge, Hash, PrunedTree, TileSet, consistency, inclusion, pruned, tiles_for_inclusion, verify_consistency,
    verify_inclusion,
};
use std::time::Instant;

const LEAVES: u64 = 1_000_000;
const BATCH: usize = 100_000;

fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = run();
    println!("{what}: {:.3} s", start.elapsed().as_secs_f64());
    done
}

#[test]
fn a_million_entries() {
    let leaves: Vec<Hash> = (0..LEAVES).map(|index| Hash::of_leaf(&index.to_be_bytes())).collect();
    let (mut edge, mut tiles) = (Edge::new(), TileSet::new());
    let mut roots = Vec::new();
    timed("append 1,000,000 leaves in batches of 100,000", || {
        for batch in leaves.chunks(BATCH) {
            let appended = edge.append(batch).unwrap();
            appended.tiles.into_iter().for_each(|tile| tiles.insert(tile));
            roots.push((appended.size, appended.root));
        }
    });
    let (size, root) = (edge.size(), edge.root());
    timed("append 10,000 leaves one by one", || {
        let mut edge = edge.clone();
        leaves.iter().take(10_000).for_each(|leaf| drop(edge.append(std::slice::from_ref(leaf)).unwrap()));
    });

    let places = || (0..1000).map(|number| number * 997_003 % size);
    let proofs: Vec<_> = timed("make 1,000 inclusion proofs", || {
        places().map(|index| inclusion(&tiles, index, size).unwrap()).collect()
    });
    timed("verify 1,000 inclusion proofs", || {
        for (index, proof) in places().zip(&proofs) {
            verify_inclusion(&leaves[index as usize], index, size, proof, &root).unwrap();
        }
    });
    assert!(places().all(|index| tiles_for_inclusion(index, size).unwrap().len() <= 6));
    timed("make and verify 1,000 consistency proofs", || {
        for (old, old_root) in roots.iter().cycle().take(1000) {
            let proof = consistency(&tiles, *old, size).unwrap();
            verify_consistency((*old, old_root), (size, &root), &proof).unwrap();
        }
    });

    let indices: Vec<u64> = (0..size).step_by(10).collect();
    let hashes = timed("prune to every tenth leaf", || pruned(&tiles, &indices, size).unwrap());
    let held = indices.iter().map(|index| (*index, leaves[*index as usize])).collect();
    let tree = PrunedTree { size, leaves: held, hashes };
    assert_eq!(timed("verify 100,000 leaves at once", || tree.root()), Ok(root));
    let open = timed("open the pruned tree", || tree.open().unwrap());
    timed("make 100,000 inclusion proofs again", || {
        indices.iter().for_each(|index| drop(open.inclusion(*index).unwrap()));
    });
    assert_eq!(open.inclusion(500_000), Ok(inclusion(&tiles, 500_000, size).unwrap()));
}
