//! One genome, ready to be compared with node after node, from either end.
//!
//! Positions that the genome lacks, or that the tree masks, are not compared; a gap of a node counts as the reference's
//! letter, as in the placement. Start at [`Compared::read`], then [`Compared::differences`].

use crate::alphabet::nucleotide;
use crate::calls::Calls;
use crate::coordinate::{RefPos, Span};
use crate::reference::Reference;
use crate::tree::states::NUC_BITS;

/// Bits of the bases in a packed state.
const BASES: u32 = (1 << NUC_BITS) - 1;

/// A genome as packed states, with what is not compared.
#[derive(Debug, Default)]
pub struct Compared {
    own: Vec<u32>,
    /// One bit for each position.
    unknown: Vec<u64>,
}

/// The end that positions are counted from.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// The first position counts 0.
    Left,
    /// The last one does.
    Right {
        /// The last position.
        last: u32,
    },
}

impl End {
    /// A position as counted from this end, and back.
    pub fn count(self, position: u32) -> u32 {
        match self {
            Self::Left => position,
            Self::Right { last } => last - position,
        }
    }

    /// The state next to this end with its position as counted, and those behind it.
    fn split(self, states: &[u32]) -> Option<(u32, u32, &[u32])> {
        let (&state, rest) = match self {
            Self::Left => states.split_first()?,
            Self::Right { .. } => states.split_last()?,
        };
        Some((self.count(state >> NUC_BITS), state, rest))
    }

    /// The states that lie further from this end than `counted`.
    fn behind(self, states: &[u32], counted: u32) -> &[u32] {
        match self {
            Self::Left => &states[states.partition_point(|state| state >> NUC_BITS <= counted)..],
            Self::Right { last } => {
                &states[..states.partition_point(|state| state >> NUC_BITS < last - counted)]
            }
        }
    }
}

impl Compared {
    /// Takes another genome.
    pub fn read(&mut self, reference: &Reference, calls: &Calls, masked: &[Span<RefPos>]) {
        let length = reference.length_nt();
        self.unknown.clear();
        self.unknown.resize(length as usize / 64 + 1, 0);
        let outside = [Span::new(0, calls.aligned.begin.0), Span::new(calls.aligned.end.0, length)];
        let ambiguous = calls.ambiguous.iter().map(|run| &run.span);
        let unread = calls.missing.iter().chain(&calls.deletions).chain(ambiguous).chain(&outside);
        for position in unread.chain(masked).flat_map(|span| span.indices()) {
            // A mask may go on beyond the reference.
            if let Some(word) = self.unknown.get_mut(position / 64) {
                *word |= 1 << (position % 64);
            }
        }
        let pack = |position: u32, letter| position << NUC_BITS | u32::from(nucleotide::bases(letter));
        self.own.clear();
        self.own.extend(calls.substitutions.iter().map(|own| pack(own.position.0, own.to)));
    }

    fn is_unknown(&self, position: u32) -> bool {
        self.unknown[position as usize / 64] >> (position % 64) & 1 == 1
    }

    /// Whether a node's packed states differ from the genome at a position.
    pub fn differs(&self, node: &[u32], position: u32) -> bool {
        let bases = |list: &[u32]| {
            let at = list.partition_point(|state| state >> NUC_BITS < position);
            list.get(at).filter(|state| *state >> NUC_BITS == position).map_or(0, |state| state & BASES)
        };
        !self.is_unknown(position) && bases(node) != bases(&self.own)
    }

    /// Calls `at` with each position, counted from an end, at which a node differs, until it answers no.
    pub fn differences(&self, node: &[u32], from: End, at: impl FnMut(u32) -> bool) {
        self.compare(node, &self.own, from, at);
    }

    /// The same for positions that lie further from the end than `counted`.
    pub fn differences_behind(&self, counted: u32, node: &[u32], from: End, at: impl FnMut(u32) -> bool) {
        self.compare(from.behind(node, counted), from.behind(&self.own, counted), from, at);
    }

    fn compare(&self, mut node: &[u32], mut own: &[u32], from: End, mut at: impl FnMut(u32) -> bool) {
        loop {
            let counted = match (from.split(node), from.split(own)) {
                (None, None) => return,
                (Some((counted, state, rest)), Some((own_counted, own_state, own_rest)))
                    if counted == own_counted =>
                {
                    (node, own) = (rest, own_rest);
                    if state == own_state {
                        continue;
                    }
                    counted
                }
                (Some((counted, state, rest)), other) if other.is_none_or(|other| counted < other.0) => {
                    node = rest;
                    if state & BASES == 0 {
                        continue;
                    }
                    counted
                }
                (_, Some((counted, _, rest))) => {
                    own = rest;
                    counted
                }
                (Some(_), None) => return,
            };
            if !self.is_unknown(from.count(counted)) && !at(counted) {
                return;
            }
        }
    }
}
