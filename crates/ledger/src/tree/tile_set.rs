//! Tiles at hand, and what can be computed from them: any node, any root.
//!
//! The caller first asks which tiles a question needs ([`tiles_for_root`] and its neighbours), fetches them by
//! whatever means it has, puts them into a [`TileSet`], and asks the question. Refuses to fetch.

use super::Hash;
use super::span::{self, FullNode, Span};
use super::tile::{MAX_TREE_SIZE, TILE_HEIGHT, Tile, TileId};
use std::collections::{BTreeMap, BTreeSet};

/// Why a question could not be answered from the tiles at hand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// A tile that the question needs was not handed over.
    #[error("the log's tile {path} is missing: run `hearth verify`, and restore it from a backup")]
    Missing {
        /// Path of the tile.
        path: String,
    },
    /// A tile has fewer hashes than the log's size demands.
    #[error("the log's tile {path} has {has} hashes where {needs} are needed: run `hearth verify`")]
    Short {
        /// Path of the tile as it is needed.
        path: String,
        /// Hashes it has.
        has: usize,
        /// Hashes it must have.
        needs: usize,
    },
    /// The question is about a leaf that the tree does not have.
    #[error("entry {index} is not in a log of {size} entries: ask for one below {size}")]
    NoSuchLeaf {
        /// The leaf asked for.
        index: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// The earlier tree is larger than the later one.
    #[error("a log of {new} entries cannot continue one of {old}: the sizes are swapped, or the log was cut")]
    Shrunk {
        /// Size that should be the earlier one.
        old: u64,
        /// Size that should be the later one.
        new: u64,
    },
    /// The tree would be larger than this program allows.
    #[error("a log of {size} entries is more than the {MAX_TREE_SIZE} that can be handled")]
    TooLarge {
        /// The size asked for.
        size: u64,
    },
    /// Leaves of a multi-proof are not in rising order.
    #[error("entry {index} is named out of order: name every entry once, in rising order")]
    Unordered {
        /// The first leaf out of order.
        index: u64,
    },
}

/// Tiles that the caller has fetched.
#[derive(Clone, Debug, Default)]
pub struct TileSet {
    tiles: BTreeMap<(u8, u64), Vec<Hash>>,
}

impl TileSet {
    /// No tiles.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tile. Of two with the same level and number the wider one stays: the other is its prefix.
    pub fn insert(&mut self, tile: Tile) {
        let held = self.tiles.entry((tile.level, tile.index)).or_default();
        if held.len() < tile.hashes.len() {
            *held = tile.hashes;
        }
    }

    /// The root of the tree of the first `size` leaves. Needs [`tiles_for_root`].
    pub fn root(&self, size: u64) -> Result<Hash, TileError> {
        if size == 0 {
            return Ok(Hash::of_empty_tree());
        }
        self.span(Span::of_tree(check_size(size)?))
    }

    /// The hash of the leaf `index`. Needs the level 0 tile that holds it.
    pub fn leaf(&self, index: u64) -> Result<Hash, TileError> {
        self.hash_of_level(0, index)
    }

    /// The hash that stands `index`-th in all tiles of a level.
    pub(super) fn hash_of_level(&self, level: u8, index: u64) -> Result<Hash, TileError> {
        self.full_node(FullNode { height: level * TILE_HEIGHT, index })
    }

    /// The hash of a node that may be cut at the tree's right edge.
    pub(super) fn span(&self, span: Span) -> Result<Hash, TileError> {
        let mut hash = None;
        for node in span.full_nodes().rev() {
            let left = self.full_node(node)?;
            hash = Some(hash.map_or(left, |right| Hash::of_node(&left, &right)));
        }
        Ok(hash.unwrap_or_else(Hash::of_empty_tree))
    }

    pub(super) fn spans(&self, spans: &[Span]) -> Result<Vec<Hash>, TileError> {
        spans.iter().map(|span| self.span(*span)).collect()
    }

    fn full_node(&self, node: FullNode) -> Result<Hash, TileError> {
        let (index, places) = node.place();
        let id = |width: usize| TileId { level: node.level(), index, width: width as u16 };
        let Some(hashes) = self.tiles.get(&(node.level(), index)) else {
            return Err(TileError::Missing { path: id(places.end).path() });
        };
        match hashes.get(places.clone()) {
            Some(under) => Ok(full_root(under)),
            None => {
                let path = id(places.end).path();
                Err(TileError::Short { path, has: hashes.len(), needs: places.end })
            }
        }
    }
}

impl FromIterator<Tile> for TileSet {
    fn from_iter<I: IntoIterator<Item = Tile>>(tiles: I) -> Self {
        let mut set = Self::new();
        tiles.into_iter().for_each(|tile| set.insert(tile));
        set
    }
}

/// The root over a power of two of hashes.
pub(super) fn full_root(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        for at in 0..row.len() / 2 {
            row[at] = Hash::of_node(&row[2 * at], &row[2 * at + 1]);
        }
        row.truncate(row.len() / 2);
    }
    row.first().copied().unwrap_or_else(Hash::of_empty_tree)
}

pub(super) fn check_size(size: u64) -> Result<u64, TileError> {
    if size > MAX_TREE_SIZE { Err(TileError::TooLarge { size }) } else { Ok(size) }
}

pub(super) fn check_leaf(index: u64, size: u64) -> Result<(), TileError> {
    check_size(size)?;
    if index < size { Ok(()) } else { Err(TileError::NoSuchLeaf { index, size }) }
}

pub(super) fn check_order(old: u64, new: u64) -> Result<(), TileError> {
    check_size(new)?;
    if old <= new { Ok(()) } else { Err(TileError::Shrunk { old, new }) }
}

pub(super) fn check_indices(indices: &[u64], size: u64) -> Result<(), TileError> {
    if let Some(pair) = indices.windows(2).find(|pair| pair[0] >= pair[1]) {
        return Err(TileError::Unordered { index: pair[1] });
    }
    match indices.last() {
        Some(last) => check_leaf(*last, size),
        None => check_size(size).map(drop),
    }
}

/// The tiles that the root at `size` is computed from: the right edge. They are also all that an
/// [`Edge`](super::Edge) needs to go on from `size`.
pub fn tiles_for_root(size: u64) -> Result<Vec<TileId>, TileError> {
    Ok(tiles_under(&[Span::of_tree(check_size(size)?)], size))
}

/// The tiles that the inclusion proof of a leaf is computed from.
pub fn tiles_for_inclusion(index: u64, size: u64) -> Result<Vec<TileId>, TileError> {
    check_leaf(index, size)?;
    Ok(tiles_under(&span::inclusion(index, size), size))
}

/// The tiles that the consistency proof between two sizes is computed from.
pub fn tiles_for_consistency(old: u64, new: u64) -> Result<Vec<TileId>, TileError> {
    check_order(old, new)?;
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    Ok(tiles_under(&span::consistency(old, new), new))
}

/// The tiles that the multi-proof of leaves (rising) is computed from.
pub fn tiles_for_pruned(indices: &[u64], size: u64) -> Result<Vec<TileId>, TileError> {
    check_indices(indices, size)?;
    Ok(tiles_under(&span::beside(indices, size), size))
}

/// Each tile once, by level and number, as wide as the tree has it.
fn tiles_under(spans: &[Span], size: u64) -> Vec<TileId> {
    let nodes = spans.iter().flat_map(|span| span.full_nodes());
    let tiles: BTreeSet<TileId> = nodes.filter_map(|node| node.tile(size)).collect();
    tiles.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: Result<Vec<TileId>, TileError>, expected: &str) {
        let found = match found {
            Ok(tiles) => tiles.iter().map(TileId::path).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn tiles_that_a_question_needs() {
        check(tiles_for_root(0), "");
        check(tiles_for_root(256), "tile/1/000.p/1");
        check(tiles_for_root(70_000), "tile/0/273.p/112 tile/1/001.p/17 tile/2/000.p/1");
        check(tiles_for_inclusion(0, 300), "tile/0/000 tile/0/001.p/44");
        check(tiles_for_inclusion(69_999, 70_000), "tile/0/273.p/112 tile/1/001.p/17 tile/2/000.p/1");
        check(tiles_for_consistency(0, 300), "");
        check(tiles_for_consistency(300, 300), "");
        check(tiles_for_consistency(255, 300), "tile/0/000 tile/0/001.p/44");
        check(tiles_for_pruned(&[1, 5], 7), "tile/0/000.p/7");
    }

    #[test]
    fn impossible_questions_are_told() {
        check(tiles_for_inclusion(7, 7), "entry 7 is not in a log of 7 entries: ask for one below 7");
        check(
            tiles_for_consistency(8, 7),
            "a log of 7 entries cannot continue one of 8: the sizes are swapped, or the log was cut",
        );
        check(
            tiles_for_pruned(&[5, 5], 7),
            "entry 5 is named out of order: name every entry once, in rising order",
        );
        check(
            tiles_for_root(u64::MAX),
            "a log of 18446744073709551615 entries is more than the 9007199254740991 that can be handled",
        );
    }

    #[test]
    fn a_tile_that_is_not_there_is_named() {
        let mut tiles = TileSet::new();
        let missing = tiles.root(300).unwrap_err().to_string();
        assert!(missing.starts_with("the log's tile tile/0/001.p/44 is missing"), "{missing}");
        tiles.insert(Tile { level: 0, index: 1, hashes: vec![Hash::of_empty_tree(); 43] });
        let short = tiles.root(300).unwrap_err().to_string();
        assert!(
            short.starts_with("the log's tile tile/0/001.p/44 has 43 hashes where 44 are needed"),
            "{short}"
        );
    }

    #[test]
    fn the_wider_of_two_tiles_stays() {
        let tile = |width| Tile { level: 0, index: 0, hashes: vec![Hash::of_leaf(b"a"); width] };
        let tiles: TileSet = [tile(3), tile(5), tile(4)].into_iter().collect();
        assert!(tiles.leaf(4).is_ok() && tiles.leaf(5).is_err());
    }
}
