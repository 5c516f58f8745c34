//! Any bytes as a tree: read or refused, never a panic nor an overflow of the stack; what is read is a tree.
#![no_main]

use hearth_genome::pack::auspice::TreeFile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(tree) = TreeFile::from_json(bytes) else { return };
    let count = u32::try_from(tree.nodes.len()).expect("nodes are limited");
    for (number, node) in (0..count).zip(&tree.nodes) {
        assert!(node.parent.is_none() == (number == 0));
        assert!(node.parent.is_none_or(|parent| parent < number));
        assert!(number < node.subtree_end && node.subtree_end <= count);
        assert!(tree.children(number).all(|child| tree.nodes[child as usize].parent == Some(number)));
        assert_eq!(tree.attributes(number).len(), tree.meta.clade_node_attrs.len());
    }
});
