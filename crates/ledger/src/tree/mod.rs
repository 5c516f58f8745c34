//! The log's tree: hashes, tiles, appending, proofs, and proofs of many leaves at once.
//!
//! RFC 6962 section 2.1 for the tree, C2SP tlog-tiles for how it is cut into tiles. A leaf is the 32-byte
//! [`Commitment`] to an entry; of entries nothing else is known here, and of storage nothing at all. Every
//! question is asked in two steps: which tiles does it need (`tiles_for_…`), then the answer from a
//! [`TileSet`]. Start at [`Edge`] for appending, at [`verify_inclusion`] for proofs, and at [`PrunedTree`] for
//! one party's part of the log. The recursive definition that all of it is held against is in [`twin`].

mod edge;
mod hash;
mod proof;
mod pruned;
mod span;
mod tile;
mod tile_set;
pub mod twin;

pub use edge::{Appended, Edge, tiles_for_append};
pub use hash::{Commitment, HASH_BYTES, Hash, Salt, commit};
pub use proof::{ProofError, consistency, inclusion, verify_consistency, verify_inclusion};
pub use pruned::{OpenTree, PrunedError, PrunedTree, PrunedWalk, pruned};
pub use tile::{
    MAX_TREE_SIZE, TILE_WIDTH, Tile, TileId, TileResource, entries_from_bytes, entries_path,
    entries_to_bytes, parse_tile_path,
};
pub use tile_set::{
    TileError, TileSet, tiles_for_consistency, tiles_for_inclusion, tiles_for_pruned, tiles_for_root,
};
