//! In which order genomes are gone through, so that those next to each other differ in little.
//!
//! A genome is read as the list of its bases, those that most genomes have first; genomes are sorted by these
//! lists as words are in a dictionary. Genomes of one lineage then stand together. Any order gives the same
//! distances; a good one gives them sooner. Start at
//! [`similar_next_to_each_other`].

use super::centre::{Centred, count};

/// How often `genomes` have each base, as ranks: the most frequent is 0.
pub(super) fn ranks(genomes: &[Centred], length_nt: u32) -> Vec<u32> {
    let mut counts = count(genomes.iter().map(|genome| &*genome.bases), length_nt);
    let mut found: Vec<u32> =
        (0..).zip(&counts).filter(|(_, count)| **count > 0).map(|(code, _)| code).collect();
    found.sort_by_key(|&code| std::cmp::Reverse(counts[code as usize]));
    for (rank, code) in (0..).zip(found) {
        counts[code as usize] = rank;
    }
    counts
}

/// Which of `genomes` comes when, so that similar ones stand together; equal ones stay as they are.
pub(super) fn similar_next_to_each_other(genomes: &[Centred], ranks: &[u32]) -> Vec<usize> {
    let word = |(number, genome): (usize, &Centred)| {
        let mut word: Vec<u32> = genome.bases.iter().map(|&code| ranks[code as usize]).collect();
        word.sort_unstable();
        (word, number)
    };
    let mut words: Vec<_> = genomes.iter().enumerate().map(word).collect();
    words.sort_unstable();
    words.into_iter().map(|(_, number)| number).collect()
}
