//! A tree reduced to some of its nodes: these, and where the ways to them part. Its root is their most recent common
//! ancestor.
//!
//! Refuses to know genomes. Start at [`Reduced::new`].

use super::newick::Writer;
use super::{divergences, unit};
use hearth_genome::pack::Pack;
use hearth_genome::tree::ReferenceTree;
use std::collections::BTreeSet;

/// See the module.
#[derive(Debug)]
pub struct Reduced<'a> {
    tree: &'a ReferenceTree,
    /// What is left, parents first.
    nodes: Vec<u32>,
    unit: f64,
}

impl<'a> Reduced<'a> {
    /// The tree of a pack with these nodes left; `None` where the pack has none.
    pub fn new(pack: &'a Pack, some: &BTreeSet<u32>) -> Option<Self> {
        let tree = pack.tree()?;
        let parents: Vec<Option<u32>> = tree.file().nodes.iter().map(|node| node.parent).collect();
        Some(Self { tree, nodes: left(&parents, some), unit: unit(pack, tree.file()) })
    }

    /// The name of the node that all of them descend from, and no other below it; none of none.
    pub fn root(&self) -> Option<&'a str> {
        self.nodes.first().map(|node| self.tree.node_name(*node))
    }

    /// In Newick.
    pub fn newick(&self) -> String {
        let file = self.tree.file();
        let far = divergences(file, self.unit);
        let far = |node: u32| far.get(node as usize).copied().unwrap_or(0.0);
        let mut writer = Writer::default();
        let mut open: Vec<(u32, u32)> = Vec::new();
        let close = |writer: &mut Writer, open: &[(u32, u32)], node: u32| {
            let length = open.last().map(|(above, _)| far(node) - far(*above));
            writer.close(self.tree.node_name(node), length);
        };
        for &node in &self.nodes {
            while let Some((above, _)) = open.pop_if(|(_, end)| *end <= node) {
                close(&mut writer, &open, above);
            }
            writer.open();
            let end = file.nodes.get(node as usize).map_or(node, |own| own.subtree_end);
            open.push((node, end));
        }
        while let Some((node, _)) = open.pop() {
            close(&mut writer, &open, node);
        }
        writer.finish()
    }
}

/// Some nodes, and those below which two children lead to some. Parents come before their children.
fn left(parents: &[Option<u32>], some: &BTreeSet<u32>) -> Vec<u32> {
    // Of each node, how many of its children lead to some.
    let mut ways = vec![0u32; parents.len()];
    for (number, parent) in parents.iter().enumerate().rev() {
        let leads = some.contains(&(number as u32)) || ways.get(number).is_some_and(|ways| *ways > 0);
        if let Some(above) = parent.filter(|_| leads).and_then(|parent| ways.get_mut(parent as usize)) {
            *above += 1;
        }
    }
    let is_left = |(number, ways): &(u32, u32)| some.contains(number) || *ways > 1;
    (0u32..).zip(ways).filter(is_left).map(|(number, _)| number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_with_one_way_on_are_left_out() {
        // 0 ─ 1 ─ 2 ─ (3, 4), 1 ─ 5
        let parents = [None, Some(0), Some(1), Some(2), Some(2), Some(1)];
        let check = |some: &[u32], expected: &[u32]| {
            assert_eq!(left(&parents, &some.iter().copied().collect()), expected);
        };
        check(&[], &[]);
        check(&[3], &[3]);
        check(&[3, 4], &[2, 3, 4]);
        check(&[3, 5], &[1, 3, 5]);
        check(&[1, 3], &[1, 3]);
        check(&[0, 1, 2, 3, 4, 5], &[0, 1, 2, 3, 4, 5]);
    }

    fn path(parents: &[Option<u32>], node: u32) -> Vec<u32> {
        let mut path: Vec<u32> = std::iter::successors(Some(node), |node| parents[*node as usize]).collect();
        path.reverse();
        path
    }

    /// What is left is what the paths to two of them share last, and they themselves: for all trees of five nodes.
    #[test]
    fn what_is_left_is_where_two_ways_part() {
        for number in 0..24u32 {
            let parents = [None, Some(0), Some(number % 2), Some(number / 2 % 3), Some(number / 6 % 4)];
            for chosen in 0..32u32 {
                let some: BTreeSet<u32> = (0..5).filter(|node| chosen >> node & 1 == 1).collect();
                let mut slow = some.clone();
                for one in &some {
                    for other in &some {
                        let (one, other) = (path(&parents, *one), path(&parents, *other));
                        let shared = one.iter().zip(&other).take_while(|(one, other)| one == other).last();
                        slow.extend(shared.map(|(node, _)| *node));
                    }
                }
                assert_eq!(
                    left(&parents, &some),
                    slow.into_iter().collect::<Vec<_>>(),
                    "{parents:?} {some:?}"
                );
            }
        }
    }
}
