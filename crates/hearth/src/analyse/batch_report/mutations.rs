//! Counts what differs from the reference along the genome, and what was read of it.
//!
//! Start at [`Mutations::add`]. What an amino acid does at a mutation is taken from the genomes themselves: the change
//! that most of those with the mutation have at its codon.

use super::line::Seen;
use hearth_genome::alphabet::GAP;
use hearth_genome::annotation::{Annotation, Segment, Strand};
use hearth_pages::report::{GenomeFacts, Mutation, Window};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// Most different mutations, and changes of amino acids, that are counted.
const MOST_DIFFERENT: usize = 1_000_000;

/// Most mutations that a page is told of.
const MOST_TOLD: usize = 400;

/// Stretches of the coverage.
const WINDOWS: u32 = 300;

/// Longest deletion whose amino acids are looked at, in codons.
const LONGEST_DELETION: u32 = 40;

/// A mutation, to count by. For a substitution the end is one past its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Change {
    begin: u32,
    end: u32,
    from: u8,
    to: u8,
}

/// A change of an amino acid: coding sequence, codon, and to which.
type AminoChange = (usize, u32, u8);

/// Counts over a batch.
pub struct Mutations {
    annotation: Annotation,
    genomes: u64,
    changes: HashMap<Change, u64>,
    /// With the letter of the reference.
    amino_acids: HashMap<AminoChange, (u8, u64)>,
    /// At each position, how many more genomes are unread than at the one before.
    unread_steps: Vec<i64>,
}

impl Mutations {
    /// No genomes yet.
    pub fn new(annotation: Annotation, length_nt: u32) -> Self {
        let unread_steps = vec![0; length_nt as usize + 1];
        let (changes, amino_acids) = (HashMap::new(), HashMap::new());
        Self { annotation, genomes: 0, changes, amino_acids, unread_steps }
    }

    /// Counts a genome.
    pub fn add(&mut self, seen: &Seen) {
        self.genomes += 1;
        for &(begin, end) in &seen.unread {
            let last = self.unread_steps.len() - 1;
            self.unread_steps[(begin as usize).min(last)] += 1;
            self.unread_steps[(end as usize).min(last)] -= 1;
        }
        let substitutions =
            seen.substitutions.iter().map(|&(at, from, to)| Change { begin: at, end: at + 1, from, to });
        let deletions = seen.deletions.iter().map(|&(begin, end)| Change { begin, end, from: GAP, to: GAP });
        for change in substitutions.chain(deletions) {
            if self.changes.len() < MOST_DIFFERENT || self.changes.contains_key(&change) {
                *self.changes.entry(change).or_default() += 1;
            }
        }
        for &(cds, codon, from, to) in &seen.amino_acids {
            let change = (cds, codon, to);
            if self.amino_acids.len() < MOST_DIFFERENT || self.amino_acids.contains_key(&change) {
                self.amino_acids.entry(change).or_insert((from, 0)).1 += 1;
            }
        }
    }

    /// Fills in what a page says of them; `blamed` are mutations that an assay suffers from.
    pub fn tell(&self, blamed: &HashSet<String>, facts: &mut GenomeFacts) {
        let read = self.read();
        let mut all: Vec<(&Change, u64)> =
            self.changes.iter().map(|(change, count)| (change, *count)).collect();
        all.sort_unstable_by_key(|&(change, count)| (Reverse(count), *change));
        facts.different_mutations = all.len() as u64;
        let told = all.iter().take(MOST_TOLD).map(|&(change, genomes)| {
            let name = change.name();
            Mutation {
                amino_acid: self.amino_acid(change, genomes),
                at_nt: change.begin,
                genomes,
                read: read.get(change.begin as usize).copied().unwrap_or(0).max(genomes),
                is_to_blame: blamed.contains(&name),
                name,
            }
        });
        facts.mutations = told.collect();
        facts.coverage = windows(&read, self.genomes);
    }

    /// At each position, the number of genomes that were read there.
    fn read(&self) -> Vec<u64> {
        let mut unread = 0;
        let steps = self.unread_steps[..self.unread_steps.len() - 1].iter();
        steps
            .map(|step| {
                unread += step;
                self.genomes.saturating_sub(unread.max(0) as u64)
            })
            .collect()
    }

    /// The change of an amino acid that most genomes with a mutation have; empty if there is none.
    fn amino_acid(&self, change: &Change, genomes: u64) -> String {
        let is_usual = |count: u64| count * 2 >= genomes;
        for (number, cds) in self.annotation.cdses.iter().enumerate() {
            let Some(codons) = cds.segments.iter().find_map(|segment| codons(segment, change)) else {
                continue;
            };
            if change.to == GAP {
                let is_lost = |codon: &u32| {
                    self.amino_acids.get(&(number, *codon, GAP)).is_some_and(|(_, count)| is_usual(*count))
                };
                let lost: Vec<u32> =
                    (codons.0..=codons.1.min(codons.0 + LONGEST_DELETION)).filter(is_lost).collect();
                let Some((first, last)) = lost.first().zip(lost.last()) else { continue };
                let end = if first == last { String::new() } else { format!("–{}", last + 1) };
                return format!("{}:Δ{}{end}", cds.name, first + 1);
            }
            let here = (b'*'..=b'Z').filter_map(|to| {
                let (from, count) = self.amino_acids.get(&(number, codons.0, to))?;
                Some((*count, *from, to)).filter(|(count, _, to)| is_usual(*count) && *to != GAP)
            });
            if let Some((_, from, to)) = here.max() {
                return format!("{}:{}{}{}", cds.name, char::from(from), codons.0 + 1, char::from(to));
            }
        }
        String::new()
    }
}

impl Change {
    /// As the field writes it.
    fn name(self) -> String {
        match self.to {
            GAP if self.end == self.begin + 1 => format!("del{}", self.end),
            GAP => format!("del{}-{}", self.begin + 1, self.end),
            to => format!("{}{}{}", char::from(self.from), self.end, char::from(to)),
        }
    }
}

/// First and last codon that a change touches, if it begins in the segment.
fn codons(segment: &Segment, change: &Change) -> Option<(u32, u32)> {
    let (begin, end) = (segment.span.begin.0, segment.span.end.0);
    if change.begin < begin || change.begin >= end {
        return None;
    }
    let last = (change.end.min(end)).saturating_sub(1);
    let place = |at: u32| match segment.strand {
        Strand::Forward => at - begin,
        Strand::Reverse => end - 1 - at,
    };
    let codon = |at: u32| (segment.span_in_cds.begin.0 + place(at)) / 3;
    let (one, other) = (codon(change.begin), codon(last));
    Some((one.min(other), one.max(other)))
}

/// Shares of genomes read, stretch after stretch.
fn windows(read: &[u64], genomes: u64) -> Vec<Window> {
    let length = read.len() as u32;
    let step = length.div_ceil(WINDOWS).max(1);
    let begins = (0..length).step_by(step as usize);
    begins
        .map(|begin_nt| {
            let end_nt = (begin_nt + step).min(length);
            let sum: u64 = read[begin_nt as usize..end_nt as usize].iter().sum();
            let all = genomes * u64::from(end_nt - begin_nt);
            Window { begin_nt, end_nt, share: if all == 0 { 0.0 } else { sum as f64 / all as f64 } }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mutations_are_counted_among_those_that_were_read_there() {
        let mut mutations = Mutations::new(Annotation::default(), 10);
        let genome =
            |unread: &[(u32, u32)], substitutions: &[(u32, u8, u8)], deletions: &[(u32, u32)]| Seen {
                unread: unread.to_vec(),
                substitutions: substitutions.to_vec(),
                deletions: deletions.to_vec(),
                ..Seen::default()
            };
        mutations.add(&genome(&[(0, 2), (8, 10)], &[(4, b'A', b'C')], &[(5, 7)]));
        mutations.add(&genome(&[(4, 5)], &[], &[]));
        mutations.add(&genome(&[], &[(4, b'A', b'C')], &[]));
        let mut facts = GenomeFacts::default();
        mutations.tell(&HashSet::from(["A5C".to_owned()]), &mut facts);
        let told: Vec<String> = facts
            .mutations
            .iter()
            .map(|m| format!("{} {}/{} {}", m.name, m.genomes, m.read, m.is_to_blame))
            .collect();
        assert_eq!(told, ["A5C 2/2 true", "del6-7 1/3 false"]);
        assert_eq!(mutations.read(), [2, 2, 3, 3, 2, 3, 3, 3, 2, 2]);
        assert_eq!(facts.coverage.len(), 10);
    }

    #[test]
    fn windows_cover_all_letters_once() {
        let check = |length: usize| {
            let windows = windows(&vec![1; length], 1);
            assert!(windows.len() <= WINDOWS as usize);
            assert!(windows.iter().all(|window| window.share == 1.0));
            let covered: u32 = windows.iter().map(|window| window.end_nt - window.begin_nt).sum();
            assert_eq!(covered as usize, length);
        };
        [0, 1, 299, 300, 301, 29_903, 197_209].into_iter().for_each(check);
    }
}
