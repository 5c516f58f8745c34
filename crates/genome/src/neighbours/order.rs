//! In which order genomes are gone through, so that those next to each other differ in little.
//!
//! A genome is read as the list of its substitutions, those that most genomes have first; genomes are sorted by these
//! lists as words are in a dictionary. Genomes of one lineage then stand together. Any order gives the same
//! distances; a good one gives them sooner. Start at [`similar_next_to_each_other`].

use super::profile::{BASES, Profile};

/// `numbers` of `profiles`, in an order in which similar genomes stand together; equal ones keep theirs.
pub(super) fn similar_next_to_each_other(
    profiles: &[&Profile],
    numbers: impl Iterator<Item = u32>,
    length_nt: u32,
) -> Vec<u32> {
    let ranks = ranks(profiles, length_nt);
    let word = |number: u32| {
        let mut word: Vec<u32> =
            profiles[number as usize].bases().iter().map(|&code| ranks[code as usize]).collect();
        word.sort_unstable();
        (word, number)
    };
    let mut words: Vec<_> = numbers.map(word).collect();
    words.sort_unstable();
    words.into_iter().map(|(_, number)| number).collect()
}

/// How many bases are more frequent than this one, for each.
fn ranks(profiles: &[&Profile], length_nt: u32) -> Vec<u32> {
    let mut counts = vec![0_u32; length_nt as usize * BASES as usize];
    for &code in profiles.iter().flat_map(|profile| profile.bases()) {
        counts[code as usize] += 1;
    }
    let mut found: Vec<u32> = (0..counts.len() as u32).filter(|&code| counts[code as usize] > 0).collect();
    found.sort_by_key(|&code| std::cmp::Reverse(counts[code as usize]));
    for (rank, code) in found.into_iter().enumerate() {
        counts[code as usize] = rank as u32;
    }
    counts
}
