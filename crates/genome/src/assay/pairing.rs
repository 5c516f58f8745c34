//! An oligo held against letters of a genome: which of its letters do not match.
//!
//! Both are read 5' to 3' on the oligo's own strand; a letter matches if the oligo's letter stands for it. Where the
//! genome has insertions or deletions the oligo is laid along a wider window at the least cost, a gap costing more
//! than a letter that does not match. Start at [`Pairing::of`] and [`Pairing::within`].

use crate::alphabet::{GAP, nucleotide};

/// Cost of a letter that does not match, and of a letter without one opposite.
const MISMATCH_COST: u32 = 2;
const GAP_COST: u32 = 3;

/// A letter of an oligo that does not match the genome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Place in the oligo, from 1 at its 5' end; of an extra letter of the genome, that of the letter after it.
    pub place: u32,
    /// The oligo's letter, or a gap where the genome has one more.
    pub oligo: u8,
    /// The genome's letter on the oligo's strand, or a gap where it lacks one.
    pub genome: u8,
}

impl Mismatch {
    /// Whether a letter is missing on one side.
    pub fn is_gap(&self) -> bool {
        self.oligo == GAP || self.genome == GAP
    }
}

/// How an oligo pairs with a genome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairing {
    /// What does not match, from the 5' end.
    pub mismatches: Vec<Mismatch>,
    /// Letters of the oligo opposite letters that were not read, or not so that they are sure to match.
    pub unread: u32,
}

/// What two letters opposite each other are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opposite {
    Match,
    Mismatch,
    Unread,
}

fn opposite(oligo: u8, genome: u8) -> Opposite {
    let (wanted, found) = (nucleotide::bases(oligo), nucleotide::bases(genome));
    if found == 0 || found & wanted != 0 && found & !wanted != 0 {
        Opposite::Unread
    } else if found & wanted == 0 {
        Opposite::Mismatch
    } else {
        Opposite::Match
    }
}

impl Pairing {
    /// Letter by letter; both of one length.
    pub fn of(oligo: &[u8], genome: &[u8]) -> Self {
        let mut pairing = Self::default();
        for (place, (&oligo, &genome)) in (1..).zip(oligo.iter().zip(genome)) {
            pairing.add(place, oligo, genome);
        }
        pairing
    }

    /// Anywhere in a window, with gaps where that costs less.
    pub fn within(oligo: &[u8], window: &[u8]) -> Self {
        let columns = window.len() + 1;
        let mut costs = vec![0_u32; (oligo.len() + 1) * columns];
        for row in 1..=oligo.len() {
            costs[row * columns] = row as u32 * GAP_COST;
            for column in 1..columns {
                let above = (row - 1) * columns + column;
                let pair = match opposite(oligo[row - 1], window[column - 1]) {
                    Opposite::Mismatch => MISMATCH_COST,
                    Opposite::Match | Opposite::Unread => 0,
                };
                let best = (costs[above - 1] + pair)
                    .min(costs[above] + GAP_COST)
                    .min(costs[row * columns + column - 1] + GAP_COST);
                costs[row * columns + column] = best;
            }
        }
        let last = &costs[oligo.len() * columns..];
        let end = (0..columns).min_by_key(|&column| last[column]).unwrap_or(0);
        Self::traced(oligo, window, &costs, end)
    }

    /// Goes back from a cell of the last row.
    fn traced(oligo: &[u8], window: &[u8], costs: &[u32], end: usize) -> Self {
        let columns = window.len() + 1;
        let (mut row, mut column) = (oligo.len(), end);
        let mut backwards = Vec::new();
        while row > 0 {
            let here = costs[row * columns + column];
            let above = (row - 1) * columns + column;
            let pairs = column > 0 && {
                let mismatch = opposite(oligo[row - 1], window[column - 1]) == Opposite::Mismatch;
                here == costs[above - 1] + if mismatch { MISMATCH_COST } else { 0 }
            };
            if pairs {
                backwards.push((row, oligo[row - 1], window[column - 1]));
                (row, column) = (row - 1, column - 1);
            } else if here == costs[above] + GAP_COST {
                backwards.push((row, oligo[row - 1], GAP));
                row -= 1;
            } else {
                backwards.push((row + 1, GAP, window[column - 1]));
                column -= 1;
            }
        }
        let mut pairing = Self::default();
        for (place, oligo, genome) in backwards.into_iter().rev() {
            pairing.add(place as u32, oligo, genome);
        }
        pairing
    }

    fn add(&mut self, place: u32, oligo: u8, genome: u8) {
        let mismatch = Mismatch { place, oligo, genome };
        if mismatch.is_gap() {
            return self.mismatches.push(mismatch);
        }
        match opposite(oligo, genome) {
            Opposite::Match => {}
            Opposite::Mismatch => self.mismatches.push(mismatch),
            Opposite::Unread => self.unread += 1,
        }
    }

    /// Number of mismatches that another pairing of the same oligo does not have.
    pub fn beyond(&self, design: &Self) -> u32 {
        self.mismatches.iter().filter(|mismatch| !design.mismatches.contains(mismatch)).count() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(pairing: &Pairing) -> String {
        let mismatches = pairing.mismatches.iter();
        let mut words: Vec<String> = mismatches
            .map(|m| format!("{}{}{}", char::from(m.oligo), m.place, char::from(m.genome)))
            .collect();
        if pairing.unread > 0 {
            words.push(format!("{} unread", pairing.unread));
        }
        words.join(" ")
    }

    #[test]
    fn letters_match_what_the_oligo_stands_for() {
        let check = |oligo: &str, genome: &str, expected: &str| {
            assert_eq!(
                shown(&Pairing::of(oligo.as_bytes(), genome.as_bytes())),
                expected,
                "{oligo} {genome}"
            );
        };
        check("GTGARATGG", "GTGAGATGG", "");
        check("GTGARATGG", "GTGACATGG", "R5C");
        check("GTGARATGG", "GTGARATGG", "");
        check("GTGARATGG", "GTGAMATGG", "1 unread");
        check("GTGAAATGG", "NNGAAATGC", "G9C 2 unread");
        check("GTGAAATGG", "GTGAYATGG", "A5Y");
    }

    #[test]
    fn gaps_are_put_where_they_cost_least() {
        let check = |oligo: &str, window: &str, expected: &str| {
            assert_eq!(
                shown(&Pairing::within(oligo.as_bytes(), window.as_bytes())),
                expected,
                "{oligo} {window}"
            );
        };
        check("ACGTTGCATG", "TTTTACGTTGCATGTTTT", "");
        check("ACGTTGCATG", "TTTTACGTGCATGTTTT", "T4-");
        check("ACGTTGCATG", "TTTTACGTTAGCATGTTTT", "-6A");
        check("ACGTTGCATG", "TTTTACGTTGCTTGTTTT", "A8T");
    }

    proptest! {
        #[test]
        fn a_window_of_the_same_length_never_costs_more(oligo in "[ACGT]{12,30}", genome in "[ACGTN]{12,30}") {
            let length = oligo.len().min(genome.len());
            let (oligo, genome) = (&oligo.as_bytes()[..length], &genome.as_bytes()[..length]);
            let cost = |pairing: &Pairing| -> u32 {
                pairing.mismatches.iter().map(|m| if m.is_gap() { GAP_COST } else { MISMATCH_COST }).sum()
            };
            prop_assert!(cost(&Pairing::within(oligo, genome)) <= cost(&Pairing::of(oligo, genome)));
        }
    }
}
