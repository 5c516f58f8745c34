//! The right edge of the tree: all that is needed to append, and to know the root.
//!
//! At most 255 hashes a level. New leaves fill the growing tiles from level 0 up; every tile that fills hands
//! its root to the level above (C2SP tlog-tiles, section "Merkle Tree"). Refuses to know where tiles are kept.
//! Start at [`Edge::append`].

use super::Hash;
use super::span::Span;
use super::tile::{MAX_TREE_SIZE, TILE_HEIGHT, TILE_WIDTH, Tile, TileId};
use super::tile_set::{TileError, TileSet, check_size, full_root, tiles_for_root};

/// The growing tile of every level, and the size of the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    /// The hashes of each level's partial tile, 0 to 255.
    partial: Vec<Vec<Hash>>,
}

/// What appending changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Every tile that grew or is new, whole as it is now, by level and number.
    pub tiles: Vec<Tile>,
    /// Leaves in the tree now.
    pub size: u64,
    /// Root of the tree now.
    pub root: Hash,
}

/// The tiles that [`Edge::read`] needs to go on from `size`.
pub fn tiles_for_append(size: u64) -> Result<Vec<TileId>, TileError> {
    tiles_for_root(size)
}

impl Edge {
    /// The edge of a tree without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The edge of the tree of `size` leaves, out of the tiles that [`tiles_for_append`] names.
    pub fn read(size: u64, tiles: &TileSet) -> Result<Self, TileError> {
        check_size(size)?;
        let mut partial = Vec::new();
        let mut hashes = size;
        while hashes > 0 {
            let width = hashes % u64::from(TILE_WIDTH);
            let first = hashes - width;
            let row = (first..hashes).map(|index| tiles.hash_of_level(partial.len() as u8, index));
            partial.push(row.collect::<Result<_, _>>()?);
            hashes /= u64::from(TILE_WIDTH);
        }
        Ok(Self { size, partial })
    }

    /// Leaves in the tree.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut root = None;
        for node in Span::of_tree(self.size).full_nodes().rev() {
            let (_, places) = node.place();
            let row = self.partial.get(usize::from(node.level())).and_then(|row| row.get(places));
            let left = full_root(row.expect("a growing tile holds every full node of the edge"));
            root = Some(root.map_or(left, |right| Hash::of_node(&left, &right)));
        }
        root.unwrap_or_else(Hash::of_empty_tree)
    }

    /// Appends leaves and says which tiles changed. Nothing is changed when it refuses.
    pub fn append(&mut self, leaves: &[Hash]) -> Result<Appended, TileError> {
        let size = self.size.saturating_add(leaves.len() as u64);
        check_size(size)?;
        let mut tiles = Vec::new();
        let mut arriving = leaves.to_vec();
        let mut level = 0_u8;
        while !arriving.is_empty() {
            arriving = self.append_to_level(level, arriving, &mut tiles);
            level += 1;
        }
        self.size = size;
        Ok(Appended { tiles, size, root: self.root() })
    }

    /// Fills the tiles of one level; returns the roots of those that are full now.
    fn append_to_level(&mut self, level: u8, arriving: Vec<Hash>, tiles: &mut Vec<Tile>) -> Vec<Hash> {
        if self.partial.len() <= usize::from(level) {
            self.partial.push(Vec::new());
        }
        let first = self.size >> (level * TILE_HEIGHT) >> TILE_HEIGHT;
        let mut row = std::mem::take(&mut self.partial[usize::from(level)]);
        row.extend(arriving);
        let mut roots = Vec::with_capacity(row.len() / usize::from(TILE_WIDTH));
        for (index, hashes) in (first..MAX_TREE_SIZE).zip(row.chunks(usize::from(TILE_WIDTH))) {
            tiles.push(Tile { level, index, hashes: hashes.to_vec() });
            if hashes.len() == usize::from(TILE_WIDTH) {
                roots.push(full_root(hashes));
            } else {
                self.partial[usize::from(level)] = hashes.to_vec();
            }
        }
        roots
    }
}

#[cfg(test)]
mod tests {
    use super::super::twin;
    use super::*;
    use proptest::prelude::*;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|index| Hash::of_leaf(&index.to_be_bytes())).collect()
    }

    #[test]
    fn an_empty_log_has_the_root_of_nothing() {
        let mut edge = Edge::new();
        assert_eq!(edge.root(), Hash::of_empty_tree());
        let appended = edge.append(&[]).unwrap();
        assert_eq!((appended.tiles.len(), appended.size, appended.root), (0, 0, Hash::of_empty_tree()));
        assert_eq!(Edge::read(0, &TileSet::new()).unwrap(), edge);
    }

    #[test]
    fn changed_tiles_are_whole_and_named() {
        let mut edge = Edge::new();
        let check = |edge: &mut Edge, range: std::ops::Range<usize>, expected: &str| {
            let appended = edge.append(&leaves(70_000)[range]).unwrap();
            let paths: Vec<String> = appended.tiles.iter().map(|tile| tile.id().path()).collect();
            assert_eq!(paths.join(" "), expected);
        };
        check(&mut edge, 0..1, "tile/0/000.p/1");
        check(&mut edge, 1..255, "tile/0/000.p/255");
        check(&mut edge, 255..256, "tile/0/000 tile/1/000.p/1");
        check(&mut edge, 256..600, "tile/0/001 tile/0/002.p/88 tile/1/000.p/2");
        let many = edge.append(&leaves(70_000)[600..]).unwrap();
        assert_eq!(many.tiles.len(), 272 + 2 + 1);
        assert_eq!(many.tiles.last().unwrap().id().path(), "tile/2/000.p/1");
        assert_eq!(many.root, twin::root(&leaves(70_000)));
    }

    #[test]
    fn a_log_that_is_too_large_stays_as_it_was() {
        let mut edge = Edge { size: MAX_TREE_SIZE, partial: vec![Vec::new(); 7] };
        let before = edge.clone();
        assert!(edge.append(&leaves(1)).is_err());
        assert_eq!(edge, before);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn steps_of_any_length_give_the_recursive_root(steps in prop::collection::vec(0..700_usize, 1..7)) {
            let all = leaves(steps.iter().sum::<usize>() as u64);
            let (mut edge, mut tiles) = (Edge::new(), TileSet::new());
            for step in steps {
                let from = edge.size() as usize;
                let appended = edge.append(&all[from..from + step]).unwrap();
                appended.tiles.into_iter().for_each(|tile| tiles.insert(tile));
                prop_assert_eq!(appended.root, twin::root(&all[..from + step]));
                // What was stored is enough to go on from.
                let needed = tiles_for_append(edge.size()).unwrap();
                let fetched: TileSet = needed.iter().map(|id| {
                    let hashes = (0..u64::from(id.width)).map(|place| {
                        tiles.hash_of_level(id.level, id.index * 256 + place).unwrap()
                    });
                    Tile { level: id.level, index: id.index, hashes: hashes.collect() }
                }).collect();
                prop_assert_eq!(&Edge::read(edge.size(), &fetched).unwrap(), &edge);
            }
        }
    }
}
