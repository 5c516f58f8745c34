//! Distances of one genome to all others, for one genome after the other.
//!
//! The distance of two genomes is the number of bases the one has other than the centre's, and the other has, less
//! what that counts too much: two for each base they share, one for each position at which they have different
//! bases, one for each base at a position the other does not know. [`Walk`] keeps these sums for the genome it stands
//! at, and to step to the next changes only what the bases of the two genomes differ in. What carriers in a run
//! share is kept as a step where the run begins and one where it ends; one pass sums the steps, as placement on the
//! tree does. Start at [`Walk::visit`].

use super::carriers::{Carriers, PlaceRun};
use super::centre::Centred;
use super::profile::{BASES, BaseCode, position_of};
use crate::coordinate::Position;
use std::cmp::Ordering;
use std::ops::Range;

/// What two genomes that share a base count too much.
const ALIKE: i32 = 2;
/// The same for two bases at one position.
const UNLIKE: i32 = 1;
/// The same for a base that the other does not know.
const UNKNOWN: i32 = 1;

/// Distances of one genome to all others.
pub(super) struct Walk<'a> {
    carriers: &'a Carriers,
    /// Bases of the genome it stands at.
    bases: &'a [BaseCode],
    /// For each genome: its number of bases, less those of the present genome that it does not know.
    sums: Vec<i32>,
    /// Steps of what carriers share with the present genome.
    shared: Vec<i32>,
    /// Steps of what the present genome does not know.
    hidden: Vec<i32>,
}

impl<'a> Walk<'a> {
    /// A walk over the genomes that `carriers` was made of, in their order, that stands at the centre.
    pub(super) fn new(carriers: &'a Carriers, genomes: &[Centred]) -> Self {
        let sums = genomes.iter().map(|genome| genome.bases.len() as i32).collect();
        let steps = vec![0; genomes.len() + 1];
        Self { carriers, bases: &[], sums, shared: steps.clone(), hidden: steps }
    }

    /// Steps to a genome.
    pub(super) fn step_to(&mut self, genome: &'a Centred) {
        let (mut before, mut after) = (self.bases, &*genome.bases);
        loop {
            let order = match (before.first(), after.first()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(left), Some(gained)) => left.cmp(gained),
            };
            if let Some((&code, rest)) = before.split_first().filter(|_| order.is_le()) {
                before = rest;
                if order.is_lt() {
                    self.change(code, -1);
                }
            }
            if let Some((&code, rest)) = after.split_first().filter(|_| order.is_ge()) {
                after = rest;
                if order.is_gt() {
                    self.change(code, 1);
                }
            }
        }
        self.bases = &genome.bases;
        self.hidden.fill(0);
        for span in genome.unknown {
            let codes = span.begin.get() * BASES..span.end.get() * BASES;
            add(&mut self.hidden, self.carriers.of(codes), -UNKNOWN);
        }
    }

    /// Counts a base that the genome gains (1) or loses (-1).
    fn change(&mut self, code: BaseCode, sign: i32) {
        let position = position_of(code);
        let first = position.get() * BASES;
        for other in first..first + BASES {
            let share = if other == code { ALIKE } else { UNLIKE };
            add(&mut self.shared, self.carriers.of(other..other + 1), -sign * share);
        }
        let sums = &mut self.sums;
        self.carriers.unknown_at(position, |place| sums[place as usize] -= sign * UNKNOWN);
    }

    /// Calls `visit` with place and distance of each genome among `places` that is no farther than `limit`; what it
    /// gives back is the limit from there on.
    ///
    /// Farther than that is not sure to be passed over. `places` must begin at 0 or where a former call ended, which
    /// gave `sum`; the sum to go on with comes back.
    pub(super) fn visit(
        &self,
        places: Range<usize>,
        mut sum: i32,
        mut limit: i32,
        mut visit: impl FnMut(usize, u32) -> i32,
    ) -> i32 {
        sum += if places.start == 0 { self.bases.len() as i32 } else { 0 };
        let steps = self.shared[places.clone()].iter().zip(&self.hidden[places.clone()]);
        for (place, ((shared, hidden), own)) in places.clone().zip(steps.zip(&self.sums[places])) {
            sum += shared + hidden;
            let distance = own + sum;
            if distance <= limit {
                limit = visit(place, distance.max(0) as u32);
            }
        }
        sum
    }
}

fn add(steps: &mut [i32], runs: &[PlaceRun], change: i32) {
    for run in runs {
        steps[run.begin as usize] += change;
        steps[run.end as usize] -= change;
    }
}
