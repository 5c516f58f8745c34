//! Windows filled before: genomes of one lineage share their insertions and deletions.
//!
//! A table of fixed size; a new window takes the place of an older one of the same hash. What is recalled
//! was checked letter by letter. Start at [`KnownWindows::recall`].

use crate::align::path::{Path, Step};

/// Number of windows kept, a power of two.
const SLOTS: usize = 2_048;

/// Longest window kept, in query letters.
const MAX_LETTERS: usize = 400;

/// A window and the path through it.
#[derive(Clone, Debug, Default)]
struct Known {
    reference: u32,
    rows: u32,
    letters: Vec<u8>,
    steps: Vec<(Step, u32)>,
}

/// Windows filled before.
#[derive(Debug, Default)]
pub struct KnownWindows {
    slots: Vec<Known>,
}

impl KnownWindows {
    /// Appends the path through a window to `path`, if it was filled before.
    pub fn recall(&self, reference: u32, rows: u32, letters: &[u8], path: &mut Path) -> bool {
        let Some(known) = self.slots.get(slot_of(reference, letters)) else { return false };
        let is_same = known.reference == reference && known.rows == rows && known.letters == letters;
        if is_same {
            known.steps.iter().for_each(|&(step, length)| path.push(step, length));
        }
        is_same
    }

    /// Keeps the steps through a window.
    pub fn remember_as(&mut self, reference: u32, rows: u32, letters: &[u8], steps: Vec<(Step, u32)>) {
        if letters.len() > MAX_LETTERS {
            return;
        }
        self.slots.resize(SLOTS, Known::default());
        self.slots[slot_of(reference, letters)] = Known { reference, rows, letters: letters.to_vec(), steps };
    }

    /// Keeps the path through a window: the end of `path`.
    pub fn remember(&mut self, reference: u32, rows: u32, letters: &[u8], path: &Path) {
        let runs = path.runs();
        let first = runs.partition_point(|run| run.reference_end() <= reference);
        let steps = runs[first..].iter().map(|run| {
            let begin = if run.step == Step::Pair { run.reference.max(reference) } else { run.reference };
            (run.step, run.length - (begin - run.reference))
        });
        self.remember_as(reference, rows, letters, steps.collect());
    }
}

fn slot_of(reference: u32, letters: &[u8]) -> usize {
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    let (words, rest) = letters.as_chunks::<8>();
    let hash = words.iter().fold(u64::from(reference), |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let hash = rest.iter().fold(hash, |hash, &letter| mix(hash, u64::from(letter)));
    (hash >> 32) as usize & (SLOTS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_window_is_recalled() {
        let mut path = Path::default();
        path.push(Step::Pair, 10);
        path.push(Step::Deletion, 3);
        path.push(Step::Pair, 7);
        let mut known = KnownWindows::default();
        known.remember(4, 16, b"ACGTACGTACGTA", &path);
        let mut recalled = Path::default();
        recalled.push(Step::Pair, 4);
        assert!(!known.recall(4, 16, b"ACGTACGTACGTC", &mut recalled));
        assert!(!known.recall(5, 16, b"ACGTACGTACGTA", &mut recalled));
        assert!(known.recall(4, 16, b"ACGTACGTACGTA", &mut recalled));
        assert_eq!(recalled, path);
    }
}
