//! How far the nodes go with a genome, from one end, before they have differed from it so many times.
//!
//! Each node has a list: where it differs first, for the second time and so on. A branch that changes nothing so near
//! the end leaves the list as it is; another one corrects its parent's. Only the furthest of each rank matters at
//! first, so subtrees in which no node can go further than others do are left out. Start at [`Reaches::look`].

use super::differences::{Compared, End};
use crate::tree::ReferenceTree;

/// Subtrees of fewer nodes are looked at node by node.
const SMALL_SUBTREE: u32 = 4;

/// Branches with more mutations are compared anew.
const SHORT_BRANCH: usize = 6;

/// A genome and a tree seen from one end.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The tree.
    pub tree: &'a ReferenceTree,
    /// The genome.
    pub compared: &'a Compared,
    /// The end.
    pub from: End,
    /// One past the last position.
    pub end: u32,
}

/// Where nodes differ from a genome, as counted from one end; the end of the reference where they differ no more.
#[derive(Debug, Default)]
pub struct Reaches {
    /// Lists, one after the other.
    positions: Vec<u32>,
    per_list: usize,
    /// Number of each node's list, where the node was looked at.
    list_of: Vec<u32>,
    furthest: Vec<u32>,
    /// A list being made.
    list: Vec<u32>,
}

impl Reaches {
    /// Looks for the furthest that nodes go with at most `most` differences, beginning with the nearest node.
    pub fn look(&mut self, view: &View, nearest: u32, most: u32) {
        self.walk(view, nearest, most, false);
    }

    /// The same without leaving out any node, so that [`Self::of_node`] knows them all.
    pub fn look_at_all(&mut self, view: &View, nearest: u32, most: u32) {
        self.walk(view, nearest, most, true);
    }

    /// How far some node goes before it has differed more than `differences` times.
    pub fn furthest(&self, differences: u32) -> u32 {
        self.furthest[differences as usize]
    }

    /// How far one node goes.
    pub fn of_node(&self, node: u32, differences: u32) -> u32 {
        self.list(self.list_of[node as usize])[differences as usize]
    }

    fn list(&self, number: u32) -> &[u32] {
        let begin = number as usize * self.per_list;
        &self.positions[begin..begin + self.per_list]
    }

    fn walk(&mut self, view: &View, nearest: u32, most: u32, looks_at_all: bool) {
        let (nodes, index) = (&view.tree.file.nodes, &view.tree.mosaics);
        self.per_list = most as usize + 1;
        self.positions.clear();
        self.furthest.clear();
        self.furthest.resize(self.per_list, 0);
        self.list_of.resize(nodes.len(), 0);
        self.add(view, nearest, None);
        let mut number = 0;
        while let Some(node) = nodes.get(number as usize) {
            let inherited = node.parent.map(|parent| self.list_of[parent as usize]);
            let last = inherited.map_or(0, |list| self.list(list)[most as usize]);
            let is_same = |is_beyond: bool| inherited.filter(|_| is_beyond);
            if !looks_at_all && is_same(index.subtree_is_beyond(number, view.from, last)).is_some() {
                number = node.subtree_end;
                continue;
            }
            let own = is_same(index.branch_is_beyond(number, view.from, last));
            self.list_of[number as usize] = own.unwrap_or_else(|| self.add(view, number, inherited));
            let is_large = node.subtree_end - number > SMALL_SUBTREE;
            let is_left_out = !looks_at_all && is_large && self.is_behind(view, number);
            number = if is_left_out { node.subtree_end } else { number + 1 };
        }
    }

    /// Whether nothing below a node goes further than others do: too soon it differs at positions that no branch below
    /// it changes.
    fn is_behind(&self, view: &View, number: u32) -> bool {
        let mut rank = 0;
        view.compared.differences(view.tree.nuc.packed(number), view.from, |counted| {
            let is_kept = view.tree.mosaics.is_kept_below(number, view.from.count(counted));
            let goes_further = is_kept && counted > self.furthest[rank];
            rank += usize::from(is_kept && !goes_further);
            !goes_further && rank < self.per_list
        });
        rank == self.per_list
    }

    /// Makes a node's own list, from that of its parent if there is one.
    fn add(&mut self, view: &View, number: u32, inherited: Option<u32>) -> u32 {
        let mut list = std::mem::take(&mut self.list);
        list.clear();
        let node = view.tree.nuc.packed(number);
        let full = self.per_list;
        let is_short = view.tree.file.nuc_mutations(number).len() <= SHORT_BRANCH;
        let push = |list: &mut Vec<u32>, counted| {
            list.push(counted);
            list.len() < full
        };
        match inherited.filter(|_| is_short) {
            None => view.compared.differences(node, view.from, |counted| push(&mut list, counted)),
            Some(inherited) => {
                let inherited = self.list(inherited);
                let last = inherited[full - 1];
                list.extend(inherited.iter().filter(|&&counted| counted < view.end));
                correct(&mut list, view, number, last);
                if list.len() < full && last < view.end {
                    let add = |counted| push(&mut list, counted);
                    view.compared.differences_behind(last, node, view.from, add);
                }
            }
        }
        list.resize(full, view.end);
        for (furthest, &counted) in self.furthest.iter_mut().zip(&list) {
            *furthest = counted.max(*furthest);
        }
        let own = self.positions.len() / full;
        self.positions.extend_from_slice(&list);
        self.list = list;
        own as u32
    }
}

/// Makes a parent's list that of a child, as far as it goes: up to `last`.
fn correct(list: &mut Vec<u32>, view: &View, number: u32, last: u32) {
    let node = view.tree.nuc.packed(number);
    for mutation in view.tree.file.nuc_mutations(number) {
        let counted = view.from.count(mutation.position.0);
        if counted > last {
            continue;
        }
        match (list.binary_search(&counted), view.compared.differs(node, mutation.position.0)) {
            (Ok(at), false) => drop(list.remove(at)),
            (Err(at), true) => list.insert(at, counted),
            _ => {}
        }
    }
}
