//! Tiles: where a hash of the tree lies, and under which path it is served.
//!
//! C2SP tlog-tiles, sections "Merkle Tree", "Partial Tiles" and "Log entries". A partial tile is a prefix of the
//! tile that it grows into: whoever stores tiles keeps one growing row per (level, index) and answers a narrower
//! tile with the row's first hashes. Refuses to know how tiles are stored. Start at [`TileId`].

use super::{Commitment, HASH_BYTES, Hash};
use std::fmt::Write as _;

/// Hashes in a full tile.
pub const TILE_WIDTH: u16 = 256;
/// Heights of the tree that one level of tiles spans.
pub(super) const TILE_HEIGHT: u8 = 8;
/// The largest tree: a size is an exact number in JSON and in every database.
pub const MAX_TREE_SIZE: u64 = (1 << 53) - 1;
/// The highest level that a tree of [`MAX_TREE_SIZE`] has.
const MAX_LEVEL: u8 = 6;
/// The longest path that can name a tile.
const MAX_PATH_BYTES: usize = 64;

/// One tile, with as many of its hashes as a tree of some size has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// 0 for tiles of leaf hashes; a hash of level `n + 1` is the root of a full tile of level `n`.
    pub level: u8,
    /// Number of the tile in its level, from 0.
    pub index: u64,
    /// Number of hashes, 1 to 256.
    pub width: u16,
}

impl TileId {
    /// The tile as a tree of `size` leaves has it; `None` when such a tree has none of its hashes.
    #[must_use]
    pub fn at_size(level: u8, index: u64, size: u64) -> Option<Self> {
        let hashes = size.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT)).unwrap_or(0);
        let left = hashes.checked_sub(index.checked_mul(u64::from(TILE_WIDTH))?)?;
        let width = u16::try_from(left.min(u64::from(TILE_WIDTH))).ok()?;
        (width > 0).then_some(Self { level, index, width })
    }

    /// Where the tile is served, below the log's prefix: `tile/<L>/<N>[.p/<W>]`.
    #[must_use]
    pub fn path(&self) -> String {
        path_of(&self.level.to_string(), self.index, self.width)
    }
}

/// Where an entry bundle is served, below the log's prefix: `tile/entries/<N>[.p/<W>]`.
#[must_use]
pub fn entries_path(index: u64, width: u16) -> String {
    path_of("entries", index, width)
}

fn path_of(kind: &str, index: u64, width: u16) -> String {
    let mut groups = Vec::new();
    let mut rest = index;
    while rest >= 1000 {
        groups.push(rest % 1000);
        rest /= 1000;
    }
    groups.push(rest);
    let mut path = format!("tile/{kind}");
    for (left, group) in groups.iter().enumerate().rev() {
        let mark = if left == 0 { "" } else { "x" };
        // Writing to a String cannot fail.
        let _ = write!(path, "/{mark}{group:03}");
    }
    if width < TILE_WIDTH {
        let _ = write!(path, ".p/{width}");
    }
    path
}

/// What a path below `tile/` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TileResource {
    /// Hashes of the tree.
    Tile(TileId),
    /// The data of leaves: bundle number, number of leaves.
    Entries {
        /// Number of the bundle, from 0; it holds the leaves of the level 0 tile of that number.
        index: u64,
        /// Number of leaves, 1 to 256.
        width: u16,
    },
}

/// Reads a path that [`TileId::path`] or [`entries_path`] wrote; `None` for every other spelling.
#[must_use]
pub fn parse_tile_path(path: &str) -> Option<TileResource> {
    if path.len() > MAX_PATH_BYTES {
        return None;
    }
    let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
    let (number, width) = match rest.split_once(".p/") {
        Some((number, width)) => {
            (number, width.parse().ok().filter(|width| (1..TILE_WIDTH).contains(width))?)
        }
        None => (rest, TILE_WIDTH),
    };
    let mut index = 0_u64;
    for group in number.split('/') {
        let digits = group.strip_prefix('x').unwrap_or(group);
        index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    let resource = if kind == "entries" {
        TileResource::Entries { index, width }
    } else {
        let level = kind.parse().ok().filter(|level| *level <= MAX_LEVEL)?;
        TileResource::Tile(TileId { level, index, width })
    };
    // Written again, so that leading zeroes, signs and misplaced marks have no second spelling.
    (resource.path() == path).then_some(resource)
}

impl TileResource {
    /// Where it is served, below the log's prefix.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Tile(tile) => tile.path(),
            Self::Entries { index, width } => entries_path(*index, *width),
        }
    }
}

/// A tile with its hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Level, as in [`TileId`].
    pub level: u8,
    /// Number in the level, as in [`TileId`].
    pub index: u64,
    /// The hashes, 1 to 256.
    pub hashes: Vec<Hash>,
}

impl Tile {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> TileId {
        let width = u16::try_from(self.hashes.len()).unwrap_or(TILE_WIDTH).min(TILE_WIDTH);
        TileId { level: self.level, index: self.index, width }
    }

    /// Its content as served and stored: the hashes one after the other.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        Hash::list_to_bytes(&self.hashes)
    }

    /// Reads what [`Self::to_bytes`] wrote; `None` unless there are 1 to 256 whole hashes.
    #[must_use]
    pub fn from_bytes(level: u8, index: u64, bytes: &[u8]) -> Option<Self> {
        let hashes = Hash::list_from_bytes(bytes)?;
        let fits = !hashes.is_empty() && hashes.len() <= usize::from(TILE_WIDTH);
        fits.then_some(Self { level, index, hashes })
    }
}

/// An entry bundle: the data of leaves, each behind its length as a big-endian `u16`.
#[must_use]
pub fn entries_to_bytes(commitments: &[Commitment]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(commitments.len() * (2 + HASH_BYTES));
    for commitment in commitments {
        bytes.extend([0, HASH_BYTES as u8]);
        bytes.extend(commitment.as_bytes());
    }
    bytes
}

/// Reads an entry bundle of this kind of log; `None` unless it holds 1 to 256 leaves of 32 bytes each.
#[must_use]
pub fn entries_from_bytes(bytes: &[u8]) -> Option<Vec<Commitment>> {
    let (records, rest) = bytes.as_chunks::<{ 2 + HASH_BYTES }>();
    if !rest.is_empty() || records.is_empty() || records.len() > usize::from(TILE_WIDTH) {
        return None;
    }
    records
        .iter()
        .map(|record| match record {
            [0, 32, data @ ..] => Some(Commitment::new(*data)),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let check = |level: u8, index: u64, width: u16, expected: &str| {
            let tile = TileId { level, index, width };
            assert_eq!(tile.path(), expected);
            assert_eq!(parse_tile_path(expected), Some(TileResource::Tile(tile)));
        };
        check(0, 0, 256, "tile/0/000");
        check(0, 1_234_067, 256, "tile/0/x001/x234/067");
        check(1, 273, 17, "tile/1/273.p/17");
        check(6, 1000, 1, "tile/6/x001/000.p/1");
        assert_eq!(entries_path(1_234_067, 112), "tile/entries/x001/x234/067.p/112");
        let entries = TileResource::Entries { index: 5, width: 256 };
        assert_eq!(parse_tile_path("tile/entries/005"), Some(entries));
    }

    #[test]
    fn other_paths_name_nothing() {
        for path in [
            "",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/",
            "tile/0/0",
            "tile/00/000",
            "tile/+0/000",
            "tile/7/000",
            "tile/64/000",
            "tile/0/1000",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/x001",
            "tile/0/+01",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000/",
            "/tile/0/000",
            "tile/data/000",
            "tile/0/../000",
            "tile/0/000.p/1.p/1",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999",
            "tile/8/0/000",
        ] {
            assert_eq!(parse_tile_path(path), None, "{path}");
        }
    }

    #[test]
    fn widths_at_a_size_are_those_of_the_specification() {
        // "a tree of size 70,000 …", "a tree of size 256 …": tlog-tiles, section "Partial Tiles".
        let check = |level, index, size, expected| {
            assert_eq!(TileId::at_size(level, index, size).map(|tile| tile.width), expected);
        };
        check(0, 272, 70_000, Some(256));
        check(0, 273, 70_000, Some(112));
        check(0, 274, 70_000, None);
        check(1, 0, 70_000, Some(256));
        check(1, 1, 70_000, Some(17));
        check(2, 0, 70_000, Some(1));
        check(3, 0, 70_000, None);
        check(0, 0, 256, Some(256));
        check(0, 1, 256, None);
        check(1, 0, 256, Some(1));
        check(200, 0, u64::MAX, None);
        check(0, u64::MAX, u64::MAX, None);
    }

    #[test]
    fn entry_bundles_go_there_and_back() {
        let leaves = [Commitment::new([1; 32]), Commitment::new([2; 32])];
        let bytes = entries_to_bytes(&leaves);
        assert_eq!(bytes.len(), 68);
        assert_eq!(bytes[..3], [0, 32, 1]);
        assert_eq!(entries_from_bytes(&bytes), Some(leaves.to_vec()));
        assert_eq!(entries_from_bytes(&bytes[..67]), None);
        assert_eq!(entries_from_bytes(&[]), None);
        let longer = [&[0, 33][..], &[0; 32]].concat();
        assert_eq!(entries_from_bytes(&longer), None);
        assert_eq!(entries_from_bytes(&entries_to_bytes(&[leaves[0]; 257])), None);
    }

    #[test]
    fn tiles_go_there_and_back() {
        let tile = Tile { level: 1, index: 4, hashes: vec![Hash::new([3; 32]); 256] };
        assert_eq!(Tile::from_bytes(1, 4, &tile.to_bytes()), Some(tile.clone()));
        assert_eq!(tile.id(), TileId { level: 1, index: 4, width: 256 });
        assert_eq!(Tile::from_bytes(1, 4, &[]), None);
        assert_eq!(Tile::from_bytes(1, 4, &[0; 33]), None);
        assert_eq!(Tile::from_bytes(1, 4, &[0; 257 * 32]), None);
    }

    proptest! {
        #[test]
        fn every_path_reads_back(level in 0..=6_u8, index in 0..MAX_TREE_SIZE, width in 1..=256_u16) {
            let tile = TileId { level, index, width };
            prop_assert_eq!(parse_tile_path(&tile.path()), Some(TileResource::Tile(tile)));
        }

        #[test]
        fn no_path_has_two_spellings(path in "tile/(0|1|entries)/x?[0-9]{1,4}(/x?[0-9]{3})?(\\.p/[0-9]{1,3})?") {
            if let Some(resource) = parse_tile_path(&path) {
                prop_assert_eq!(resource.path(), path);
            }
        }
    }
}
