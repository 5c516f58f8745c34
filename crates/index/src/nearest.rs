//! The nearest genomes of one genome, among all rows of a selection, exactly.
//!
//! A row is as far as its node of the tree, corrected by what the row changes in the node and by what was not read in
//! it. Distances to all nodes are found by one walk down the tree; most rows are too far away before their changes are
//! looked at. What was not read cannot differ, so a neighbour must be known where the genome itself is
//! ([`Sought::is_comparable`] and docs/manual/neighbours.md say how well). Start at [`Selection::nearest`].

use crate::kept::Kept;
use crate::row::{Reading, RowId};
use crate::sought::{Sought, within};
use crate::visible::Selection;
use std::collections::BinaryHeap;
use std::ops::Range;

/// How many neighbours may be asked for at once.
pub const MAX_NEIGHBOURS: usize = 10_000;

/// A row near a genome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbour {
    /// The row.
    pub row: RowId,
    /// Positions at which both have one of A, C, G and T and they differ.
    pub distance: u32,
    /// Positions at which both have one of A, C, G and T.
    pub compared: u32,
}

/// Why there are no neighbours.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NearestError {
    /// See [`MAX_NEIGHBOURS`].
    #[error("{0} neighbours were asked for, and at most {MAX_NEIGHBOURS} are given: ask for fewer.")]
    Many(usize),
    /// The genome comes from the index of another pathogen.
    #[error("The genome is of another reference than the genomes that it is compared with.")]
    Other,
}

impl<'a> Selection<'a> {
    /// A row as a genome whose neighbours are sought, here or in another selection; `None` where the row is not selected
    /// or there is no such sequence.
    pub fn sought(&self, sequence: usize, row: RowId) -> Option<Sought> {
        let reference = self.index.schema.sequences.get(sequence)?;
        let kept = self.index.kept.get(sequence).filter(|_| self.rows.contains(row.0))?;
        Some(Sought::reference(sequence, reference).of_row(reference, kept, row.0))
    }

    /// A genome that is no row; `None` where the reading does not fit the sequence or there is none.
    pub fn sought_reading(&self, sequence: usize, reading: &Reading) -> Option<Sought> {
        let reference = self.index.schema.sequences.get(sequence)?;
        let fits = crate::engine::fits(reference, reading);
        fits.then(|| Sought::reference(sequence, reference).of_reading(reference, reading))
    }

    /// The rows nearest to a genome, the nearest first, of equally near ones those that came first; at most so many. The
    /// genome's own row is not among them.
    pub fn nearest(&self, sought: &Sought, most: usize) -> Result<Vec<Neighbour>, NearestError> {
        if most > MAX_NEIGHBOURS {
            return Err(NearestError::Many(most));
        }
        let scan = self.scan(sought)?;
        let mut found = BinaryHeap::new();
        // Rows come in order, so that one as far as the farthest that is kept comes too late.
        let mut limit = if most == 0 { None } else { Some(u32::MAX) };
        for row in &self.rows {
            let Some(farthest) = limit else { break };
            let Some((distance, compared)) = scan.neighbour(row, farthest) else { continue };
            found.push((distance, row, compared));
            if found.len() > most {
                found.pop();
            }
            if found.len() == most {
                limit = found.peek().and_then(|(distance, ..)| distance.checked_sub(1));
            }
        }
        let neighbour = |(distance, row, compared)| Neighbour { row: RowId(row), distance, compared };
        Ok(found.into_sorted_vec().into_iter().map(neighbour).collect())
    }

    /// The rows that are no farther from a genome than `distance`, but for its own.
    pub fn near(&self, sought: &Sought, distance: u32) -> Result<Selection<'a>, NearestError> {
        let scan = self.scan(sought)?;
        Ok(self.only(|row| scan.neighbour(row.0, distance).is_some()))
    }

    fn scan<'b>(&self, sought: &'b Sought) -> Result<Scan<'b>, NearestError>
    where
        'a: 'b,
    {
        let kept = self.index.kept.get(sought.sequence).ok_or(NearestError::Other)?;
        let length = self.index.schema.sequences.get(sought.sequence).map(|one| one.letters.len());
        if length != Some(sought.length() as usize) {
            return Err(NearestError::Other);
        }
        Ok(Scan::new(kept, sought))
    }
}

/// A genome beside all rows.
struct Scan<'a> {
    kept: &'a Kept,
    sought: &'a Sought,
    /// Distances of the nodes.
    nodes: Vec<i32>,
    changed_before: &'a [u32],
    unknown_before: &'a [u32],
}

impl<'a> Scan<'a> {
    fn new(kept: &'a Kept, sought: &'a Sought) -> Self {
        let (changed_before, unknown_before) = (sought.changed_before(), sought.unknown_before());
        Self { kept, sought, nodes: distances(kept, sought), changed_before, unknown_before }
    }

    /// Distance and compared positions of a row that is a neighbour and no farther than `limit`.
    fn neighbour(&self, row: u32, limit: u32) -> Option<(u32, u32)> {
        let (ancestor, steps, runs) = self.kept.row(row);
        let hidden: u32 = runs.iter().map(|run| within(self.changed_before, run)).sum();
        let node = self.nodes.get(ancestor as usize).copied().unwrap_or(0) - hidden as i32;
        // No step brings it nearer by more than one.
        if i64::from(node) > i64::from(limit) + steps.len() as i64 {
            return None;
        }
        let distance = node + steps.iter().map(|step| self.sought.taken_away(*step)).sum::<i32>();
        let distance = distance.unsigned_abs();
        if distance > limit || self.sought.row == Some(row) {
            return None;
        }
        let compared = compared(self.kept, self.sought, row, self.unknown_before);
        self.sought.covers(compared).then_some((distance, compared))
    }
}

/// Distance of a genome to each node of the tree, what was not read in a node being taken for the reference's letter.
pub(crate) fn distances(kept: &Kept, sought: &Sought) -> Vec<i32> {
    let mut all = Vec::with_capacity(kept.ancestors.len());
    for (parent, steps) in kept.ancestors.downwards() {
        let above = all.get(parent).copied().unwrap_or(sought.changed.len() as i32);
        all.push(above + steps.iter().map(|step| sought.taken_away(*step)).sum::<i32>());
    }
    all
}

/// Positions known both in a genome and in a row.
pub(crate) fn compared(kept: &Kept, sought: &Sought, row: u32, unknown_before: &[u32]) -> u32 {
    let length = sought.length();
    let mut only_in_row = 0;
    unknown_in(kept, sought, row, |run| only_in_row += run.end - run.start - within(unknown_before, &run));
    length.saturating_sub(sought.unknown() + only_in_row)
}

/// Runs of a row that say nothing, in no order, none twice.
pub(crate) fn unknown_in(kept: &Kept, sought: &Sought, row: u32, mut take: impl FnMut(Range<u32>)) {
    let (ancestor, steps, runs) = kept.row(row);
    runs.iter().for_each(|run| take(run.clone()));
    let is_unread = |position: u32| {
        let after = runs.partition_point(|run| run.end <= position);
        runs.get(after).is_some_and(|run| run.contains(&position))
    };
    for step in steps.iter().filter(|step| sought.says_nothing(step.new_code())) {
        let position = step.position() as u32;
        if !is_unread(position) {
            take(position..position + 1);
        }
    }
    for &position in kept.ancestors.unknown(ancestor) {
        let is_changed = steps.binary_search_by_key(&(position as usize), |step| step.position()).is_ok();
        if !is_changed && !is_unread(position) {
            take(position..position + 1);
        }
    }
}
