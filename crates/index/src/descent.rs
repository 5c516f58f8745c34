//! What rows descend from: the nearest node of each, what it changes in it, and what descends from a node.
//!
//! What was not read, and what may stand for more than one thing, is no change. Refuses to know who may see a row: that
//! is a selection's. Start at [`Selection::descent`].

use crate::ancestors::AncestorId;
use crate::engine::Index;
use crate::row::RowId;
use crate::step::letter_of;
use crate::visible::Selection;
use std::collections::BTreeSet;

/// A letter that a row has in place of its node's. Both stand for one thing only, perhaps a deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// From 0, in the reference.
    pub position: u32,
    /// The node's.
    pub from: u8,
    /// The row's.
    pub to: u8,
}

impl Selection<'_> {
    /// The node that a row descends from; `None` where the row is not selected.
    pub fn ancestor(&self, row: RowId) -> Option<AncestorId> {
        let kept = self.index.kept.first().filter(|_| self.holds(row))?;
        Some(AncestorId(kept.row(row.0).0))
    }

    /// What a row changes in its node, ascending; `None` where the row is not selected or there is no such sequence.
    pub fn descent(&self, row: RowId, sequence: usize) -> Option<Vec<Changed>> {
        let alphabet = self.index.schema.sequences.get(sequence)?.alphabet;
        let kept = self.index.kept.get(sequence).filter(|_| self.holds(row))?;
        let (_, steps, _) = kept.row(row.0);
        let changed = steps.iter().map(|step| Changed {
            position: step.position() as u32,
            from: letter_of(alphabet, step.old()),
            to: letter_of(alphabet, step.new_code()),
        });
        let is_told = |one: &Changed| alphabet.is_certain(one.from) && alphabet.is_certain(one.to);
        Some(changed.filter(is_told).collect())
    }
}

impl Index {
    /// The names of a node and of all that descend from it; none where there is no such node.
    pub(crate) fn descending(&self, node: &str) -> BTreeSet<&str> {
        let nodes = &self.schema.nodes;
        let (Some(at), Some(kept)) = (nodes.iter().position(|name| name == node), self.kept.first()) else {
            return BTreeSet::new();
        };
        let mut is_below = vec![false; kept.ancestors.len()];
        // Parents come before their children.
        for (number, (parent, _)) in kept.ancestors.downwards().enumerate() {
            let is_in = number == at + 1 || is_below.get(parent).copied().unwrap_or(false);
            if let Some(own) = is_below.get_mut(number) {
                *own = is_in;
            }
        }
        let named = nodes.iter().zip(is_below.iter().skip(1)).filter(|(_, is_below)| **is_below);
        named.map(|(name, _)| name.as_str()).collect()
    }
}
