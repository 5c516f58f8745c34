//! Runs of leaves that are nodes of the tree, and which of them a proof is made of.
//!
//! Every function here counts leaves and hashes nothing: the same lists say which tiles to fetch and, later,
//! what to compute from them. RFC 6962 sections 2.1.1 and 2.1.2, written as loops. Start at [`Span`].

use super::tile::{TILE_HEIGHT, TileId};

/// The leaves `start..end`, always a node of the tree at hand: `start` is a multiple of the power of two that
/// is not smaller than the length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) start: u64,
    pub(super) end: u64,
}

/// A node whose subtree is full: leaves `index << height .. (index + 1) << height`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FullNode {
    pub(super) height: u8,
    pub(super) index: u64,
}

impl FullNode {
    /// The tile that holds its hash or the hashes it is made of, as a tree of `size` leaves has it.
    pub(super) fn tile(self, size: u64) -> Option<TileId> {
        TileId::at_size(self.level(), self.index >> (TILE_HEIGHT - self.height_in_tile()), size)
    }

    pub(super) fn level(self) -> u8 {
        self.height / TILE_HEIGHT
    }

    /// Number of the tile in its level, and which of the tile's hashes lie under the node.
    pub(super) fn place(self) -> (u64, std::ops::Range<usize>) {
        let height = self.height_in_tile();
        let first = ((self.index << height) % (1 << TILE_HEIGHT)) as usize;
        (self.index >> (TILE_HEIGHT - height), first..first + (1 << height))
    }

    fn height_in_tile(self) -> u8 {
        self.height % TILE_HEIGHT
    }
}

impl Span {
    /// The whole tree.
    pub(super) fn of_tree(size: u64) -> Self {
        Self { start: 0, end: size }
    }

    /// Number of leaves.
    pub(super) fn leaves(self) -> u64 {
        self.end - self.start
    }

    /// Its two children: the left one holds the largest power of two that is smaller than the length.
    pub(super) fn halves(self) -> Option<(Self, Self)> {
        let leaves = self.leaves();
        if leaves < 2 {
            return None;
        }
        let middle = self.start + (1 << (leaves - 1).ilog2());
        Some((Self { end: middle, ..self }, Self { start: middle, ..self }))
    }

    /// Full subtrees that make it up, from left to right, each smaller than the one before.
    pub(super) fn full_nodes(self) -> impl DoubleEndedIterator<Item = FullNode> {
        let leaves = self.leaves();
        (0..64_u8).rev().filter(move |height| leaves >> height & 1 == 1).map(move |height| {
            let before = leaves >> height >> 1 << 1 << height;
            FullNode { height, index: (self.start + before) >> height }
        })
    }
}

/// The nodes of an inclusion proof, from the leaf's sibling up: `PATH(index, D[size])`.
pub(super) fn inclusion(index: u64, size: u64) -> Vec<Span> {
    let mut path = Vec::new();
    let mut span = Span::of_tree(size);
    while let Some((left, right)) = span.halves() {
        let (inside, beside) = if index < left.end { (left, right) } else { (right, left) };
        path.push(beside);
        span = inside;
    }
    path.reverse();
    path
}

/// The nodes of a consistency proof, in its order: `PROOF(old, D[new])` for 0 < old < new.
pub(super) fn consistency(old: u64, new: u64) -> Vec<Span> {
    let mut path = Vec::new();
    let mut span = Span::of_tree(new);
    while span.end != old {
        let Some((left, right)) = span.halves() else { break };
        let (inside, beside) = if old <= left.end { (left, right) } else { (right, left) };
        path.push(beside);
        span = inside;
    }
    // A left edge that is the old tree itself is known to whoever asks.
    if span.start > 0 {
        path.push(span);
    }
    path.reverse();
    path
}

/// The largest node of a tree of `size` leaves that starts at `start` and ends at or before `end`.
pub(super) fn largest_from(start: u64, end: u64, size: u64) -> Span {
    // A node that ends with the tree may be cut; every other node is full.
    let reach = if end == size { u64::MAX } else { end };
    let most = start.trailing_zeros().min(62);
    let height = (0..=most).rev().find(|height| start + (1 << height) <= reach).unwrap_or(0);
    Span { start, end: (start + (1 << height)).min(end) }
}

/// The nodes that cover every leaf of a tree but those in `indices` (rising), from left to right.
pub(super) fn beside(indices: &[u64], size: u64) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = 0;
    for end in indices.iter().copied().chain([size]) {
        while start < end {
            let span = largest_from(start, end, size);
            found.push(span);
            start = span.end;
        }
        start = end + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(spans: &[Span]) -> String {
        spans.iter().map(|span| format!("{}-{}", span.start, span.end)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn proofs_of_the_tree_of_seven_in_the_specification() {
        // RFC 6962 section 2.1.3.
        assert_eq!(shown(&inclusion(0, 7)), "1-2 2-4 4-7");
        assert_eq!(shown(&inclusion(3, 7)), "2-3 0-2 4-7");
        assert_eq!(shown(&inclusion(4, 7)), "5-6 6-7 0-4");
        assert_eq!(shown(&inclusion(6, 7)), "4-6 0-4");
        assert_eq!(shown(&consistency(3, 7)), "2-3 3-4 0-2 4-7");
        assert_eq!(shown(&consistency(4, 7)), "4-7");
        assert_eq!(shown(&consistency(6, 7)), "4-6 6-7 0-4");
        assert_eq!(shown(&inclusion(0, 1)), "");
    }

    #[test]
    fn what_lies_beside_a_few_leaves() {
        let check =
            |indices: &[u64], size, expected: &str| assert_eq!(shown(&beside(indices, size)), expected);
        check(&[], 0, "");
        check(&[], 7, "0-7");
        check(&[], 1, "0-1");
        check(&[0], 1, "");
        check(&[0], 7, "1-2 2-4 4-7");
        check(&[6], 7, "0-4 4-6");
        check(&[3], 8, "0-2 2-3 4-8");
        check(&[1, 5], 6, "0-1 2-4 4-5");
        check(&[0, 1, 2, 3], 4, "");
        check(&[2], 5, "0-2 3-4 4-5");
    }

    #[test]
    fn full_nodes_of_a_cut_subtree() {
        let check = |start, end, expected: &[(u8, u64)]| {
            let nodes: Vec<_> =
                Span { start, end }.full_nodes().map(|node| (node.height, node.index)).collect();
            assert_eq!(nodes, expected);
        };
        check(0, 7, &[(2, 0), (1, 2), (0, 6)]);
        check(4, 7, &[(1, 2), (0, 6)]);
        check(8, 16, &[(3, 1)]);
        check(0, 0, &[]);
    }
}
