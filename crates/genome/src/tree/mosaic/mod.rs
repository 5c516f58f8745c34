//! Is a genome put together from two others? Two nodes of the tree and a place where one gives way to the other.
//!
//! The furthest that any node goes with the genome before it has differed so many times, from the left end ([`reach`])
//! and from the right, is all that is needed to know which two nodes, and which breakpoint, explain the genome with the
//! fewest differences. If that saves enough of them over the nearest single node, the genome is called a mosaic: the
//! parsimony criterion of Turakhia et al., Nature 609:994 (2022). Refuses to say how it came about: a recombinant
//! virus, two viruses in one specimen and two specimens in one assembly look alike in a consensus. Start at
//! [`ReferenceTree::mosaic`].

mod differences;
mod index;
mod reach;

pub use index::MosaicIndex;

use super::ReferenceTree;
use super::placement::Placement;
use crate::calls::Calls;
use crate::coordinate::{Position, RefPos, Span};
use crate::reference::Reference;
use differences::{Compared, End};
use reach::{Reaches, View};

/// Differences that the two parents must save over the nearest node when each side has [`ENOUGH_SUPPORT`], and when it
/// has not. Measured: docs/mosaic-reliability.md.
const FEWEST_SAVED: u32 = 2;
const ENOUGH_SAVED: u32 = 3;
const ENOUGH_SUPPORT: u32 = 4;

/// Differences from its two parents that a mosaic has at most.
const MOST_DIFFERENCES: u32 = 20;

/// A genome explained by two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mosaic {
    /// Node like which the genome is before the breakpoint.
    pub left: u32,
    /// Node like which it is from the breakpoint on.
    pub right: u32,
    /// Where the part that is like the right node may begin.
    pub breakpoint: Span<RefPos>,
    /// Positions at which the genome differs from the two.
    pub distance: u32,
    /// Positions at which it differs from the nearest single node.
    pub single_distance: u32,
    /// By how many differences the left node fits better than the right one before the breakpoint.
    pub left_support: u32,
    /// By how many the right node fits better from the breakpoint on.
    pub right_support: u32,
}

/// Memory for the search, kept from one genome to the next.
#[derive(Debug, Default)]
pub struct MosaicMemory {
    compared: Compared,
    left: Reaches,
    right: Reaches,
}

/// How many differences stand before the breakpoint and how many from it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Split {
    before: u32,
    after: u32,
}

impl Mosaic {
    /// How many differences less than the nearest node the two parents leave.
    pub fn saved(&self) -> u32 {
        self.single_distance.saturating_sub(self.distance)
    }

    /// Whether so much is saved, and on both sides, that ordinary mutations do not explain it.
    fn is_convincing(&self) -> bool {
        let support = self.left_support.min(self.right_support);
        self.saved() >= ENOUGH_SAVED || self.saved() >= FEWEST_SAVED && support >= ENOUGH_SUPPORT
    }
}

impl ReferenceTree {
    /// The two nodes that explain a genome much better than the nearest one, if there are such.
    pub fn mosaic(
        &self,
        reference: &Reference,
        calls: &Calls,
        placement: &Placement,
        memory: &mut MosaicMemory,
    ) -> Option<Mosaic> {
        if placement.distance < FEWEST_SAVED {
            return None;
        }
        let MosaicMemory { compared, left, right } = memory;
        compared.read(reference, calls, self.index.masked());
        let single_distance = self.promising_distance(placement.node, calls, compared)?;
        let most = (single_distance - FEWEST_SAVED).min(MOST_DIFFERENCES);
        let end = reference.length_nt();
        let from_left = View { tree: self, compared, from: End::Left, end };
        let from_right = View { from: End::Right { last: end - 1 }, ..from_left };
        left.look(&from_left, placement.node, most);
        right.look(&from_right, placement.node, most);
        let split = best_split(left, right, end, most)?;
        left.look_at_all(&from_left, placement.node, most);
        right.look_at_all(&from_right, placement.node, most);
        let mosaic = self.parents(split, left, right, compared, end)?;
        // Ambiguous letters are not compared here, so that another node may be nearer than that of the placement.
        let single_distance = self.nearest_distance(compared, single_distance);
        Some(Mosaic { single_distance, ..mosaic }).filter(Mosaic::is_convincing)
    }

    /// Differences from the nearest node, known to be at most `known`.
    fn nearest_distance(&self, compared: &Compared, known: u32) -> u32 {
        (0..self.file.nodes.len() as u32).fold(known, |nearest, node| {
            let mut distance = 0;
            compared.differences(self.nuc.packed(node), End::Left, |_| {
                distance += 1;
                distance < nearest
            });
            nearest.min(distance)
        })
    }

    /// Differences from the nearest node, if enough of them could be explained by some other node.
    fn promising_distance(&self, node: u32, calls: &Calls, compared: &Compared) -> Option<u32> {
        let (mut distance, mut explicable) = (0, 0);
        compared.differences(self.nuc.packed(node), End::Left, |position| {
            let own = calls.substitutions.binary_search_by_key(&position, |own| own.position.0);
            // Where the genome has the reference's letter, other nodes have it, too.
            let is_known = own.map_or(true, |at| self.mosaics.knows(calls.substitutions[at]));
            distance += 1;
            explicable += u32::from(is_known);
            true
        });
        (explicable >= FEWEST_SAVED).then_some(distance)
    }

    /// The likeliest of the nodes that allow a split; [`Mosaic::single_distance`] is left at 0.
    fn parents(
        &self,
        split: Split,
        left: &Reaches,
        right: &Reaches,
        compared: &Compared,
        end: u32,
    ) -> Option<Mosaic> {
        let Split { before, after } = split;
        let begin = end - right.furthest(after);
        let left_node = self.likeliest(left, before, begin)?;
        let reached = left.of_node(left_node, before);
        let right_node = self.likeliest(right, after, end - reached)?;
        let breakpoint: Span<RefPos> = Span::new(end - right.of_node(right_node, after), reached + 1);
        let count = |node: u32, is_counted: &dyn Fn(u32) -> bool| {
            let mut count = 0;
            compared.differences(self.nuc.packed(node), End::Left, |position| {
                count += u32::from(is_counted(position));
                true
            });
            count
        };
        let of_other_before = count(right_node, &|position| position < breakpoint.begin.0);
        let of_other_after = count(left_node, &|position| position >= breakpoint.begin.0);
        Some(Mosaic {
            left: left_node,
            right: right_node,
            breakpoint,
            distance: before + after,
            single_distance: 0,
            left_support: of_other_before.saturating_sub(before),
            right_support: of_other_after.saturating_sub(after),
        })
    }

    /// Of the nodes that go at least so far with so many differences, the one with the highest prior; of equal ones
    /// that which goes furthest, then the first.
    fn likeliest(&self, reaches: &Reaches, differences: u32, needed: u32) -> Option<u32> {
        let priors = self.index.priors();
        let nodes = 0..self.file.nodes.len() as u32;
        let reach = |node: u32| reaches.of_node(node, differences);
        nodes.filter(|&node| reach(node) >= needed).max_by(|&a, &b| {
            let by_prior = priors[a as usize].total_cmp(&priors[b as usize]);
            by_prior.then(reach(a).cmp(&reach(b))).then(b.cmp(&a))
        })
    }

    /// The fewest differences that two nodes leave, and that one leaves, by comparing every position of every node: the
    /// slow twin of [`Self::mosaic`], for tests.
    pub fn mosaic_by_comparing(&self, reference: &Reference, calls: &Calls) -> (u32, u32) {
        let genome = calls.aligned_sequence(reference);
        let length = genome.len();
        let (mut best_before, mut best_after) = (vec![u32::MAX; length + 1], vec![u32::MAX; length + 1]);
        let mut single = u32::MAX;
        for other in 0..self.file.nodes.len() as u32 {
            let differs = self.differs_by_comparing(other, reference, &genome);
            let mut sums = vec![0; length + 1];
            for at in 0..length {
                sums[at + 1] = sums[at] + u32::from(differs[at]);
            }
            for at in 0..=length {
                best_before[at] = best_before[at].min(sums[at]);
                best_after[at] = best_after[at].min(sums[length] - sums[at]);
            }
            single = single.min(sums[length]);
        }
        let both = best_before.iter().zip(&best_after).map(|(before, after)| before + after);
        (both.min().unwrap_or(0), single)
    }

    /// For each position whether a node and a genome in the reference's coordinates are both known and differ.
    pub fn differs_by_comparing(&self, node: u32, reference: &Reference, genome: &[u8]) -> Vec<bool> {
        let mut letters = reference.letters().to_vec();
        for state in self.nuc_states(node).filter(|state| state.letter != crate::alphabet::GAP) {
            letters[state.position.index()] = state.letter;
        }
        let is_masked = |at: usize| self.index.masked().iter().any(|span| span.contains(RefPos(at as u32)));
        let pairs = letters.iter().zip(genome).enumerate();
        pairs.map(|(at, (node, own))| b"ACGT".contains(own) && node != own && !is_masked(at)).collect()
    }
}

/// The split with the fewest differences; of equal ones that with most room for the breakpoint.
fn best_split(left: &Reaches, right: &Reaches, end: u32, most: u32) -> Option<Split> {
    let splits = (0..=most).filter_map(|before| {
        let reached = left.furthest(before);
        let fits = |&after: &u32| end - right.furthest(after) <= reached;
        let after = (0..=most - before).find(fits)?;
        let room = reached + right.furthest(after) - end;
        Some((Split { before, after }, room))
    });
    splits
        .min_by_key(|(split, room)| (split.before + split.after, std::cmp::Reverse(*room)))
        .map(|(split, _)| split)
}
