//! Clusters: rows of a selection that are linked by short distances, directly or through others (single linkage).
//!
//! Rows are put in the order of their nodes along the tree, and each is compared with those behind it. A row cannot be
//! nearer than its node, less what it changes in it and what was not read in it. The latter is kept for all rows, and
//! changes only from node to node by what the two do not share. So most pairs, mostly those of whole nodes, are never
//! looked at. Start at [`Selection::clusters`], or [`Selection::apart`] where the index is not to be held.

use crate::kept::Kept;
use crate::links::Links;
use crate::nearest::{compared, distances, unknown_in};
use crate::row::{Reference, RowId};
use crate::sought::{Sought, is_enough};
use crate::visible::Selection;
use roaring::RoaringBitmap;
use std::cmp::Ordering;
use std::ops::Range;

/// How many genomes may be clustered at once.
pub const MAX_CLUSTERED: u64 = 100_000;
/// How many pairs of them may be so near that they are compared by their letters.
pub const MAX_COMPARED: u64 = 100_000_000;

/// Why there are no clusters.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ClusterError {
    /// No such sequence.
    #[error("There is no such sequence to compare genomes by.")]
    Unknown,
    /// See [`MAX_CLUSTERED`].
    #[error(
        "{0} genomes are too many to be clustered: select {MAX_CLUSTERED} at most, for instance of fewer months."
    )]
    Many(u64),
    /// See [`MAX_COMPARED`].
    #[error("Too many of these genomes are near each other to be clustered at once: select fewer of them.")]
    Near,
    /// Whoever asked no longer waits.
    #[error("The work was stopped before it was done: ask again.")]
    Stopped,
}

impl Selection<'_> {
    /// The clusters of the rows by one sequence: of two rows and more, the largest first, of equally large ones that with
    /// the first row; members in order. Two rows are linked if they are no farther apart than `distance` and each is
    /// known where the other is.
    pub fn clusters(&self, sequence: usize, distance: u32) -> Result<Vec<Vec<RowId>>, ClusterError> {
        self.clusters_of_most(sequence, distance, (MAX_CLUSTERED, MAX_COMPARED))
    }

    /// The same of so many rows at most, with so many pairs compared.
    pub(crate) fn clusters_of_most(
        &self,
        sequence: usize,
        distance: u32,
        (rows, compared): (u64, u64),
    ) -> Result<Vec<Vec<RowId>>, ClusterError> {
        let reference = self.index.schema.sequences.get(sequence).ok_or(ClusterError::Unknown)?;
        let kept = self.index.kept.get(sequence).ok_or(ClusterError::Unknown)?;
        if self.count() > rows {
            return Err(ClusterError::Many(self.count()));
        }
        let blank = Sought::reference(sequence, reference);
        linked((kept, reference), &blank, &self.rows, distance, (compared, &|| true))
    }

    /// What clusters of the rows need, for whoever makes them without holding the index.
    pub fn apart(&self, sequence: usize) -> Result<Apart, ClusterError> {
        let reference = self.index.schema.sequences.get(sequence).ok_or(ClusterError::Unknown)?.clone();
        let kept = self.index.kept.get(sequence).ok_or(ClusterError::Unknown)?;
        if self.count() > MAX_CLUSTERED {
            return Err(ClusterError::Many(self.count()));
        }
        let kept = kept.apart(&reference, self.rows.iter());
        Ok(Apart { reference, kept, sequence, rows: self.rows.iter().collect() })
    }
}

/// Some rows of an index by themselves, as they were when they were selected.
#[derive(Debug)]
pub struct Apart {
    reference: Reference,
    kept: Kept,
    sequence: usize,
    /// By their number here, ascending.
    rows: Vec<u32>,
}

impl Apart {
    /// The same as [`Selection::clusters`], for as long as the work `goes_on`.
    pub fn clusters(
        &self,
        distance: u32,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Vec<Vec<RowId>>, ClusterError> {
        let blank = Sought::reference(self.sequence, &self.reference);
        let rows: RoaringBitmap = (0..self.rows.len() as u32).collect();
        let limits = (MAX_COMPARED, goes_on);
        let mut found = linked((&self.kept, &self.reference), &blank, &rows, distance, limits)?;
        for member in found.iter_mut().flatten() {
            member.0 = self.rows.get(member.0 as usize).copied().unwrap_or_default();
        }
        Ok(found)
    }
}

/// The clusters of some rows, with so many pairs compared at most, for as long as the work goes on.
fn linked(
    (kept, reference): (&Kept, &Reference),
    blank: &Sought,
    rows: &RoaringBitmap,
    distance: u32,
    (compared, goes_on): (u64, &dyn Fn() -> bool),
) -> Result<Vec<Vec<RowId>>, ClusterError> {
    let mut walk = Walk::new(kept, blank, rows, compared);
    for node in 0..walk.nodes.len() {
        walk.step_to(blank.of_ancestor(reference, kept, walk.nodes[node].ancestor).changed);
        for place in walk.nodes[node].places.clone() {
            if !goes_on() {
                return Err(ClusterError::Stopped);
            }
            let sought = blank.of_row(reference, kept, walk.places[place].row);
            walk.link(place, &sought, distance)?;
        }
    }
    Ok(walk.clusters())
}

/// Genomes one after the other, each beside those behind it.
struct Walk<'a> {
    kept: &'a Kept,
    length: u32,
    places: Vec<Place>,
    nodes: Vec<Node>,
    unread: Vec<Vec<Piece>>,
    /// By how much each place may at most be nearer to the node at hand than its own node is: its steps, and its unread
    /// positions at which the node at hand differs from the reference.
    reach: Vec<i32>,
    /// Where the node at hand differs from the reference.
    changed: Vec<u32>,
    links: Links,
    /// Pairs that may still be compared.
    left: u64,
}

/// A row in the order of nodes.
struct Place {
    row: u32,
    /// Number of its node among those that have rows.
    node: u32,
    /// Positions that are known of it.
    known: u32,
}

/// A node of the tree that has rows.
struct Node {
    ancestor: u32,
    places: Range<usize>,
    /// As far as any of its places reaches, or farther.
    reach: i32,
}

/// An unread stretch of a block of positions.
struct Piece {
    begin: u16,
    end: u16,
    place: u32,
}

/// Positions of a block.
const BLOCK: u32 = 256;

impl<'a> Walk<'a> {
    /// Stands at the reference.
    fn new(kept: &'a Kept, blank: &Sought, rows: &RoaringBitmap, left: u64) -> Self {
        let length = blank.length();
        let ranks = kept.ancestors.depth_first();
        let mut rows: Vec<(u32, u32)> = rows.iter().map(|row| (kept.row(row).0, row)).collect();
        rows.sort_unstable_by_key(|(ancestor, row)| (ranks.get(*ancestor as usize).copied(), *row));
        let (mut places, mut nodes, mut reach): (Vec<Place>, Vec<Node>, Vec<i32>) = Default::default();
        let mut unread: Vec<Vec<Piece>> = Vec::new();
        unread.resize_with(length.div_ceil(BLOCK) as usize, Vec::new);
        for (ancestor, row) in rows {
            let known = length - unknown(kept, blank, row);
            if !is_enough(length, known, known) {
                continue;
            }
            let (place, (_, steps, runs)) = (places.len(), kept.row(row));
            runs.iter().flat_map(pieces).for_each(|(block, begin, end)| {
                if let Some(pieces) = unread.get_mut(block) {
                    pieces.push(Piece { begin, end, place: place as u32 });
                }
            });
            if nodes.last().is_none_or(|node| node.ancestor != ancestor) {
                nodes.push(Node { ancestor, places: place..place, reach: 0 });
            }
            let number = nodes.len() - 1;
            nodes[number].places.end = place + 1;
            nodes[number].reach = nodes[number].reach.max(steps.len() as i32);
            reach.push(steps.len() as i32);
            places.push(Place { row, node: number as u32, known });
        }
        let links = Links::none(places.len());
        Self { kept, length, places, nodes, unread, reach, changed: Vec::new(), links, left }
    }

    /// Goes on to a node that differs from the reference there.
    fn step_to(&mut self, changed: Vec<u32>) {
        let last = std::mem::replace(&mut self.changed, changed.clone());
        let (mut before, mut after) = (&last[..], &changed[..]);
        loop {
            let order = match (before.first(), after.first()) {
                (None, None) => return,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(lost), Some(gained)) => lost.cmp(gained),
            };
            if let Some((&position, rest)) = before.split_first().filter(|_| order.is_le()) {
                before = rest;
                if order.is_lt() {
                    self.hide(position, -1);
                }
            }
            if let Some((&position, rest)) = after.split_first().filter(|_| order.is_ge()) {
                after = rest;
                if order.is_gt() {
                    self.hide(position, 1);
                }
            }
        }
    }

    /// The node at hand gains (1) or loses (-1) a letter that those hide in which it is unread.
    fn hide(&mut self, position: u32, sign: i32) {
        let within = (position % BLOCK) as u16;
        let block = self.unread.get((position / BLOCK) as usize);
        for piece in block.into_iter().flatten().filter(|piece| (piece.begin..piece.end).contains(&within)) {
            let place = piece.place as usize;
            self.reach[place] += sign;
            let node = &mut self.nodes[self.places[place].node as usize];
            node.reach = node.reach.max(self.reach[place]);
        }
    }

    /// Links the genome at a place of the node at hand with those behind it.
    fn link(&mut self, place: usize, sought: &Sought, limit: u32) -> Result<(), ClusterError> {
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        let distances = distances(self.kept, sought);
        let (_, steps, _) = self.kept.row(self.places[place].row);
        // What it changes in its node may be unread in others too.
        let own = steps.iter().filter(|step| !sought.says_nothing(step.new_code())).count() as i32;
        for number in self.places[place].node as usize..self.nodes.len() {
            let Node { ancestor, ref places, reach } = self.nodes[number];
            let distance = distances[ancestor as usize];
            let needed = distance.saturating_sub(limit).saturating_sub(own);
            if reach < needed {
                continue;
            }
            let places = places.clone();
            self.nodes[number].reach = self.reach[places.clone()].iter().copied().max().unwrap_or(0);
            for other in places.start.max(place + 1)..places.end {
                if self.reach[other] >= needed {
                    self.compare((place, other), sought, distance, limit)?;
                }
            }
        }
        Ok(())
    }

    /// Links two places if they are near enough, `distance` being that of the other's node.
    fn compare(
        &mut self,
        (place, other): (usize, usize),
        sought: &Sought,
        distance: i32,
        limit: i32,
    ) -> Result<(), ClusterError> {
        if self.links.head(place as u32) == self.links.head(other as u32) {
            return Ok(());
        }
        self.left = self.left.checked_sub(1).ok_or(ClusterError::Near)?;
        let row = self.places[other].row;
        let (_, steps, runs) = self.kept.row(row);
        let own: i32 = steps.iter().map(|step| sought.taken_away(*step)).sum();
        let before = |position: u32| sought.changed.partition_point(|changed| *changed < position);
        let hidden: usize = runs.iter().map(|run| before(run.end) - before(run.start)).sum();
        if distance + own - hidden as i32 <= limit && self.cover(place, other, sought) {
            self.links.add(place as u32, other as u32);
        }
        Ok(())
    }

    /// Whether each of two places is known where the other is.
    fn cover(&self, place: usize, other: usize, sought: &Sought) -> bool {
        let (one, other) = (&self.places[place], &self.places[other]);
        let is_mutual = |compared| {
            is_enough(self.length, one.known, compared) && is_enough(self.length, other.known, compared)
        };
        // Usually sure without looking where the unknown positions are.
        let least = (one.known + other.known).saturating_sub(self.length);
        is_mutual(least) || is_mutual(compared(self.kept, sought, other.row, sought.unknown_before()))
    }

    fn clusters(mut self) -> Vec<Vec<RowId>> {
        let mut groups: Vec<Vec<RowId>> = vec![Vec::new(); self.places.len()];
        for (number, place) in (0u32..).zip(&self.places) {
            groups[self.links.head(number) as usize].push(RowId(place.row));
        }
        groups.retain(|group| group.len() > 1);
        groups.iter_mut().for_each(|group| group.sort_unstable());
        groups.sort_by_key(|group| (std::cmp::Reverse(group.len()), group.first().copied()));
        groups
    }
}

/// A run, cut at the borders of blocks: the block, and where it begins and ends there.
fn pieces(run: &Range<u32>) -> impl Iterator<Item = (usize, u16, u16)> {
    let Range { start, end } = *run;
    (start / BLOCK..end.div_ceil(BLOCK)).map(move |block| {
        let base = block * BLOCK;
        (block as usize, (start.max(base) - base) as u16, (end.min(base + BLOCK) - base) as u16)
    })
}

/// How many positions of a row say nothing.
fn unknown(kept: &Kept, blank: &Sought, row: u32) -> u32 {
    let mut sum = 0;
    unknown_in(kept, blank, row, |run| sum += run.end - run.start);
    sum
}
