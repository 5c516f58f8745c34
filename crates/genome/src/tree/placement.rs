//! Finds the nodes of the tree nearest to a genome.
//!
//! The distance to a node is the number of positions at which both are known and differ; gaps of the node
//! count as the reference letter, positions the genome lacks do not count. Instead of comparing with every
//! node, the distances of the reference itself are kept, and a genome's own differences correct them: each
//! touches only the subtrees in which the tree changes that position, as a step up where a subtree begins
//! and down where it ends (nodes are numbered in preorder). One pass over the nodes sums the steps.
//! Start at [`super::ReferenceTree::place`].

use super::ReferenceTree;
use crate::alphabet::{GAP, nucleotide};
use crate::calls::Calls;
use crate::coordinate::{Position, RefPos, Span};
use crate::pack::auspice::{TreeFile, TreeNode};
use crate::reference::Reference;
use std::collections::HashMap;

/// Where a genome belongs.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// The nearest node: of equally near ones that with the highest prior, then the first.
    pub node: u32,
    /// Number of positions that differ.
    pub distance: u32,
    /// All equally near nodes, those with higher priors first; `node` is the first of them.
    pub equally_near: Vec<u32>,
    /// Share of the equally near nodes, weighted by their priors, that have the same clade and lineage.
    pub confidence: f64,
}

/// Memory for placing, kept from one genome to the next.
#[derive(Debug, Default)]
pub struct PlacementMemory {
    steps: Vec<i32>,
    distances: Vec<i32>,
}

/// A step of the distance at a node: the distances of it and of all nodes after it change by so much.
#[derive(Clone, Copy, Debug)]
struct Event {
    node: u32,
    change: i32,
}

/// Lists of events one after another, by number.
#[derive(Debug, Default)]
struct EventLists {
    starts: Vec<u32>,
    events: Vec<Event>,
}

/// What the tree's changes mean for a genome's distances.
#[derive(Debug)]
pub struct PlacementIndex {
    /// Where the genome lacks a position: the reference's distances less what they count there.
    left_out: EventLists,
    /// Where it has one of A, C, G and T instead of the reference's letter.
    substituted: EventLists,
    /// Number of substitutions of each node at positions that count.
    reference_distances: Vec<i32>,
    /// Prior probability of each node.
    priors: Vec<f64>,
    /// Number of each node's combination of clade and lineages; equal for equal combinations.
    lineages: Vec<u32>,
    masked: Vec<Span<RefPos>>,
}

/// Bases a substitution may lead to.
const BASES: u32 = 4;

/// Nodes looked at together.
const NODES_AT_ONCE: usize = 64;

/// Prior of a node the tree gives none, small but not zero.
const DEFAULT_LOG10_PRIOR: f64 = -10.0;

/// State of a node at a position: 0 where it counts as the reference letter, else the letter's base bits.
fn state(letter: u8, reference: u8) -> u8 {
    if letter == reference || letter == GAP { 0 } else { nucleotide::bases(letter) }
}

/// What a state adds to the distance of a genome that has the reference's letter.
fn of_reference(state: u8) -> i32 {
    i32::from(state != 0)
}

/// What a state adds to the distance of a genome with another base, less one, in place of what it adds to that of the
/// reference.
fn of_substitution(state: u8, own: u8) -> i32 {
    match state {
        0 => 0,
        _ if state == own => -2,
        _ => -1,
    }
}

impl EventLists {
    /// Lists from steps in any order: number of the list, node, change.
    fn new(lists: usize, mut steps: Vec<(u32, u32, i32)>) -> Self {
        steps.sort_unstable();
        let mut starts = vec![0; lists + 1];
        let mut events = Vec::new();
        for same in steps.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let (list, node, _) = same[0];
            let change = same.iter().map(|&(_, _, change)| change).sum();
            if change != 0 {
                starts[list as usize + 1] += 1;
                events.push(Event { node, change });
            }
        }
        running_sums(&mut starts);
        Self { starts, events }
    }

    /// The events of consecutive lists.
    fn of(&self, lists: std::ops::Range<usize>) -> &[Event] {
        let last = self.starts.len() - 1;
        let (begin, end) = (lists.start.min(last), lists.end.min(last));
        &self.events[self.starts[begin] as usize..self.starts[end] as usize]
    }
}

fn take(events: &[Event], steps: &mut [i32]) {
    for event in events {
        steps[event.node as usize] += event.change;
    }
}

impl PlacementIndex {
    pub(super) fn new(file: &TreeFile, reference: &Reference) -> Self {
        let mut masked = file.meta.placement_mask.clone();
        masked.sort_unstable();
        let (mut left_out, mut substituted) = (Vec::new(), Vec::new());
        let mut steps = vec![0; file.nodes.len() + 1];
        for (number, node) in file.nodes.iter().enumerate() {
            for mutation in file.nuc_mutations(number as u32) {
                let position = mutation.position;
                if masked.iter().any(|span| span.contains(position)) {
                    continue;
                }
                let letter = reference.letter(position);
                let (before, after) = (state(mutation.from, letter), state(mutation.to, letter));
                let add = |list: u32, lists: &mut Vec<_>, change: i32| {
                    lists.extend([(list, number as u32, change), (list, node.subtree_end, -change)]);
                };
                let change = of_reference(after) - of_reference(before);
                steps[number] += change;
                steps[node.subtree_end as usize] -= change;
                add(position.0, &mut left_out, -change);
                for (base, own) in [1, 2, 4, 8].into_iter().enumerate() {
                    let change = of_substitution(after, own) - of_substitution(before, own);
                    add(position.0 * BASES + base as u32, &mut substituted, change);
                }
            }
        }
        let prior = |log10: Option<f64>| 10f64.powf(log10.unwrap_or(DEFAULT_LOG10_PRIOR));
        let mut sum = 0;
        let reference_distances = steps[..file.nodes.len()].iter().map(|step| {
            sum += step;
            sum
        });
        let positions = reference.letters().len();
        Self {
            left_out: EventLists::new(positions, left_out),
            substituted: EventLists::new(positions * BASES as usize, substituted),
            reference_distances: reference_distances.collect(),
            priors: file.nodes.iter().map(|node| prior(node.placement_prior)).collect(),
            lineages: lineages(file),
            masked,
        }
    }

    /// Positions that are not compared.
    pub(super) fn masked(&self) -> &[Span<RefPos>] {
        &self.masked
    }

    /// How often each node is met, by its own account.
    pub(super) fn priors(&self) -> &[f64] {
        &self.priors
    }

    fn is_masked(&self, position: RefPos) -> bool {
        let after = self.masked.partition_point(|span| span.begin <= position);
        self.masked[..after].iter().rev().any(|span| span.contains(position))
    }

    /// Takes back what the reference's distances count at positions the genome lacks.
    fn leave_out(&self, span: Span<RefPos>, steps: &mut [i32]) {
        take(self.left_out.of(span.indices()), steps);
    }

    /// Corrects the distances for a base the genome has instead of the reference's.
    fn substitute(&self, position: RefPos, letter: u8, steps: &mut [i32]) {
        let list = position.index() * BASES as usize + nucleotide::bases(letter).trailing_zeros() as usize;
        take(self.substituted.of(list..list + 1), steps);
    }
}

/// Numbers the combinations of clade and lineage attributes of the nodes.
fn lineages(file: &TreeFile) -> Vec<u32> {
    let mut numbers = HashMap::new();
    let lineage = |(number, node): (usize, &TreeNode)| {
        let descriptions = file.meta.clade_node_attrs.iter();
        let attributes = descriptions.zip(file.attributes(number as u32));
        let counted = attributes.filter(|(description, _)| !description.skip_as_reference);
        let values: Vec<_> = std::iter::once(node.clade).chain(counted.map(|(_, value)| *value)).collect();
        let next = numbers.len() as u32;
        *numbers.entry(values).or_insert(next)
    };
    file.nodes.iter().enumerate().map(lineage).collect()
}

fn running_sums(counts: &mut [u32]) {
    let mut sum = 0;
    for count in counts {
        sum += *count;
        *count = sum;
    }
}

impl ReferenceTree {
    /// The place of a genome on the tree.
    pub fn place(&self, reference: &Reference, calls: &Calls, memory: &mut PlacementMemory) -> Placement {
        let index = &self.index;
        let nodes = index.reference_distances.len();
        let PlacementMemory { steps, distances } = memory;
        steps.clear();
        steps.resize(nodes + 1, 0);
        let mut own = 0;
        for substitution in &calls.substitutions {
            if !index.is_masked(substitution.position) {
                own += 1;
                index.substitute(substitution.position, substitution.to, steps);
            }
        }
        let (begin, end) = (calls.aligned.begin.0, calls.aligned.end.0);
        let outside = [Span::new(0, begin), Span::new(end, reference.length_nt())];
        for &span in calls.missing.iter().chain(&calls.deletions).chain(&outside) {
            index.leave_out(span, steps);
        }
        let mut sum = own;
        distances.clear();
        distances.extend(index.reference_distances.iter().zip(steps.iter()).map(|(distance, step)| {
            sum += step;
            distance + sum
        }));
        self.best_of(distances)
    }

    /// The same by comparing with every node: the slow twin of [`Self::place`], for tests.
    pub fn place_by_comparing(&self, reference: &Reference, calls: &Calls) -> Placement {
        let covers = |spans: &[Span<RefPos>], position| spans.iter().any(|span| span.contains(position));
        let counts = |position| !self.index.is_masked(position);
        let is_known = |position| {
            calls.aligned.contains(position)
                && !covers(&calls.missing, position)
                && !covers(&calls.deletions, position)
        };
        let own = || calls.substitutions.iter().filter(|sub| counts(sub.position));
        let distance = |node: usize| {
            let mut differing = own().count() as i32;
            for state in self.nuc.of(node as u32).filter(|s| s.letter != GAP && counts(s.position)) {
                let substitution = own().find(|sub| sub.position == state.position);
                differing += match substitution {
                    Some(sub) if sub.to == state.letter => -1,
                    Some(_) => 0,
                    None => i32::from(is_known(state.position)),
                };
            }
            differing
        };
        debug_assert!(calls.aligned.end.0 <= reference.length_nt());
        let distances: Vec<i32> = (0..self.file.nodes.len()).map(distance).collect();
        self.best_of(&distances)
    }

    fn best_of(&self, distances: &[i32]) -> Placement {
        let nearest = distances.iter().copied().min().unwrap_or(0);
        let PlacementIndex { priors, lineages, .. } = &self.index;
        let blocks = distances.chunks(NODES_AT_ONCE).enumerate();
        let near = blocks.filter(|(_, block)| block.contains(&nearest)).flat_map(|(number, block)| {
            let is_near = move |&(_, &distance): &(usize, &i32)| distance == nearest;
            block.iter().enumerate().filter(is_near).map(move |(at, _)| number * NODES_AT_ONCE + at)
        });
        let mut near: Vec<u32> = near.map(|node| node as u32).collect();
        near.sort_by(|&a, &b| priors[b as usize].total_cmp(&priors[a as usize]));
        let best = near.first().copied().unwrap_or(0);
        let (mut agreeing, mut total) = (0.0, 0.0);
        for other in near.iter().map(|&other| other as usize) {
            total += priors[other];
            if lineages[other] == lineages[best as usize] {
                agreeing += priors[other];
            }
        }
        let confidence = if near.len() <= 1 { 1.0 } else { agreeing / total };
        Placement { node: best, distance: nearest.max(0) as u32, equally_near: near, confidence }
    }
}
