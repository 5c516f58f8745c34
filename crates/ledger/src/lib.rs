//! The ledger of sharing: entries, tree, heads, proofs, bundles, rules. Pure.

pub mod bundle;
pub mod note;
pub mod tree;
