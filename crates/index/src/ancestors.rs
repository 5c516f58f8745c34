//! What genomes descend from: nodes of a tree, each told by what it changes in its parent. Rows are kept as what they
//! change in theirs, which is little.
//!
//! Any tree does, also none: the nearer the ancestor, the fewer changes a row has of its own. Refuses to know rows. Start
//! at [`Ancestors::new`].

use crate::row::{Change, Reference};
use crate::step::{Step, code_of};
use std::collections::BTreeMap;

/// Number of an ancestor: 0 is the reference itself, the others count from 1 in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct AncestorId(pub u32);

/// A node of the tree.
#[derive(Debug, Clone, Default)]
pub struct Ancestor {
    /// Told before it.
    pub parent: AncestorId,
    /// For each sequence of the schema, what it changes in its parent, ascending; the reference's letters among them.
    pub changes: Vec<Vec<Change>>,
}

/// Why a tree was not taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AncestorError {
    /// Positions of a step have 22 bits.
    #[error("The sequence {name} has {length} letters, and an index takes at most {most}.")]
    Long {
        /// Of the sequence.
        name: String,
        /// In letters.
        length: usize,
        /// That it may have.
        most: usize,
    },
    /// A parent that comes later, changes of too few sequences, positions out of order or beyond the end, unknown letters.
    #[error(
        "The ancestor {0} does not fit: its parent comes first, and it changes letters of the sequences in order."
    )]
    Unfit(u32),
}

/// The tree, as it is needed for one sequence.
#[derive(Debug, Clone)]
pub(crate) struct Ancestors {
    /// The parent of each node, the reference's own being itself.
    parents: Vec<u32>,
    /// What each node changes in its parent.
    steps: Vec<Vec<Step>>,
    /// What each node has other than the reference, ascending.
    letters: Vec<Vec<Change>>,
    /// Where each node has a letter that stands for more than one thing or for none, ascending.
    unknown: Vec<Vec<u32>>,
}

impl Ancestors {
    pub(crate) fn new(
        reference: &Reference,
        sequence: usize,
        told: &[Ancestor],
    ) -> Result<Self, AncestorError> {
        let length = reference.letters.len();
        if length > Step::POSITIONS {
            let (name, most) = (reference.name.clone(), Step::POSITIONS);
            return Err(AncestorError::Long { name, length, most });
        }
        let (parents, steps, letters) = (vec![0], vec![Vec::new()], vec![Vec::new()]);
        let mut all = Self { parents, steps, letters, unknown: vec![Vec::new()] };
        let says_nothing = |one: &&Change| one.letter == b'-' || !reference.alphabet.is_certain(one.letter);
        for (number, ancestor) in (1u32..).zip(told) {
            let unfit = || AncestorError::Unfit(number);
            let changes = ancestor.changes.get(sequence).ok_or_else(unfit)?;
            let above = all.letters.get(ancestor.parent.0 as usize).ok_or_else(unfit)?;
            let (steps, letters) = descended(reference, above, changes).ok_or_else(unfit)?;
            all.parents.push(ancestor.parent.0);
            all.steps.push(steps);
            all.unknown.push(letters.iter().filter(says_nothing).map(|one| one.position).collect());
            all.letters.push(letters);
        }
        Ok(all)
    }

    pub(crate) fn len(&self) -> usize {
        self.parents.len()
    }

    /// What an ancestor has other than the reference.
    pub(crate) fn letters(&self, ancestor: u32) -> &[Change] {
        self.letters.get(ancestor as usize).map_or(&[], Vec::as_slice)
    }

    /// Where an ancestor has neither a certain letter nor the reference's: what says nothing of how far others are.
    pub(crate) fn unknown(&self, ancestor: u32) -> &[u32] {
        self.unknown.get(ancestor as usize).map_or(&[], Vec::as_slice)
    }

    /// The place of each node where all that descends from a node stands right behind it.
    pub(crate) fn depth_first(&self) -> Vec<u32> {
        // Of a node and of all below it.
        let mut sizes = vec![1u32; self.parents.len()];
        for (node, parent, _) in self.upwards() {
            sizes[parent] += sizes[node];
        }
        // Where the next child of each node is to stand.
        let mut next = vec![1u32; self.parents.len()];
        let mut places = vec![0; self.parents.len()];
        for (node, parent) in self.parents.iter().enumerate().skip(1) {
            let place = next[*parent as usize];
            next[*parent as usize] += sizes[node];
            places[node] = place;
            next[node] = place + 1;
        }
        places
    }

    /// The parent of each node and what the node changes in it, in the order in which they were told, the reference's own
    /// node first, which is its own parent.
    pub(crate) fn downwards(&self) -> impl Iterator<Item = (usize, &[Step])> {
        self.parents.iter().zip(&self.steps).map(|(parent, steps)| (*parent as usize, steps.as_slice()))
    }

    /// Each node with its parent and what it changes in it, the last told first: a child before its parent.
    pub(crate) fn upwards(&self) -> impl Iterator<Item = (usize, usize, &[Step])> {
        let nodes = self.parents.iter().zip(&self.steps).enumerate().skip(1).rev();
        nodes.map(|(number, (parent, steps))| (number, *parent as usize, steps.as_slice()))
    }
}

/// The steps and the letters of a node, from those of its parent.
fn descended(
    reference: &Reference,
    above: &[Change],
    changes: &[Change],
) -> Option<(Vec<Step>, Vec<Change>)> {
    let mut letters: BTreeMap<u32, u8> = above.iter().map(|one| (one.position, one.letter)).collect();
    let mut steps = Vec::with_capacity(changes.len());
    let mut before = None;
    for change in changes {
        let own = *reference.letters.get(change.position as usize)?;
        if before.is_some_and(|before| before >= change.position) {
            return None;
        }
        before = Some(change.position);
        let old = letters.get(&change.position).copied().unwrap_or(own);
        let code = |letter| code_of(reference.alphabet, letter);
        steps.push(Step::new(change.position, code(old)?, code(change.letter)?));
        if change.letter == own {
            letters.remove(&change.position);
        } else {
            letters.insert(change.position, change.letter);
        }
    }
    let letters = letters.into_iter().map(|(position, letter)| Change { position, letter });
    Some((steps, letters.collect()))
}
