//! Any bytes as a receipt, a tile's path, an entry bundle, hashes of a pruned tree: read or told, never a panic;
//! what is read is written again byte for byte, and nothing unsigned holds.
#![no_main]

use hearth_ledger::note::{KeyHistory, KeyKind, ProofFile, Receipt, SignerKey};
use hearth_ledger::tree::{Hash, PrunedTree, entries_from_bytes, entries_to_bytes, parse_tile_path};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(file) = ProofFile::parse(bytes) {
        assert_eq!(file.to_string().as_bytes(), bytes);
    }
    if let Ok(receipt) = Receipt::parse(bytes) {
        assert_eq!(receipt.to_string().as_bytes(), bytes);
        let key = SignerKey::from_seed("log.example", KeyKind::Note, &[7; 32]).expect("a fit name");
        let keys = KeyHistory::new(key.verifier().clone()).expect("a log's key");
        assert!(receipt.verify(&keys).is_err());
        assert!(receipt.to_aics_json().len() > 100);
    }
    if let Some(resource) = str::from_utf8(bytes).ok().and_then(parse_tile_path) {
        assert_eq!(resource.path().as_bytes(), bytes);
    }
    if let Some(leaves) = entries_from_bytes(bytes) {
        assert_eq!(entries_to_bytes(&leaves), bytes);
    }
    pruned(bytes);
});

/// A size, some places and hashes, all out of the bytes: a pruned tree that opens proves what it holds.
fn pruned(bytes: &[u8]) {
    let Some((size, rest)) = bytes.split_first_chunk::<2>() else { return };
    let Some((count, rest)) = rest.split_first() else { return };
    let places = usize::from(*count).min(rest.len());
    let (steps, hashes) = rest.split_at(places);
    let size = u64::from(u16::from_le_bytes(*size));
    let mut index = 0;
    let mut leaves = Vec::new();
    for step in steps {
        index += u64::from(*step);
        leaves.push((index, Hash::of_leaf(&[*step])));
    }
    let hashes = hashes.iter().map(|byte| Hash::of_leaf(&[*byte])).collect();
    let tree = PrunedTree { size, leaves, hashes };
    let Ok(open) = tree.open() else {
        assert!(tree.root().is_err());
        return;
    };
    assert_eq!(tree.root(), Ok(open.root()));
    for (index, leaf) in &tree.leaves {
        let proof = open.inclusion(*index).expect("a leaf that is held");
        hearth_ledger::tree::verify_inclusion(leaf, *index, size, &proof, &open.root()).expect("it holds");
    }
}
