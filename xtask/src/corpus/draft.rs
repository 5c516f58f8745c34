//! One genome while things are done to it, in the reference's coordinates.
//!
//! Every change is written down in [`Draft::events`] as it is made (1-based, closed), so the truth table
//! cannot drift from the letters. This file refuses to decide *what* happens to a genome (`plan.rs` does)
//! and knows nothing of whole sequences turned or joined (`finish.rs`). Start at [`Draft::flatten`].

use super::random::Random;
use std::collections::BTreeMap;

const ACGT: &[u8] = b"ACGT";

/// A genome in the reference's coordinates with the list of what was done to it.
#[derive(Debug)]
pub struct Draft {
    sites: Vec<u8>,
    insertions: BTreeMap<usize, Vec<u8>>,
    kept: std::ops::Range<usize>,
    /// What was done, in the order it was done.
    pub events: Vec<String>,
}

impl Draft {
    /// A draft of a genome whose deleted letters are `-`.
    pub fn new(sites: Vec<u8>) -> Self {
        let kept = 0..sites.len();
        Self { sites, insertions: BTreeMap::new(), kept, events: Vec::new() }
    }

    /// Number of positions of the reference.
    pub fn length(&self) -> usize {
        self.sites.len()
    }

    /// Replaces one letter at a random place; transitions are twice as likely as the transversions together.
    pub fn substitute(&mut self, random: &mut Random) {
        let position = random.below(self.length());
        let old = self.sites[position];
        let Some((transition, transversions)) = changes_of(old) else { return };
        let new = if random.chance(0.67) { transition } else { random.letter(transversions) };
        self.sites[position] = new;
        self.events.push(format!("sub:{}{}{}", char::from(old), position + 1, char::from(new)));
    }

    /// Replaces one letter by an IUPAC letter that still can be it.
    pub fn blur(&mut self, random: &mut Random) {
        let position = random.below(self.length());
        let old = self.sites[position];
        let letters: &[u8] = match old {
            b'A' => b"RWMDHV",
            b'C' => b"YSMBHV",
            b'G' => b"RSKBDV",
            b'T' => b"YWKBDH",
            _ => return,
        };
        self.sites[position] = random.letter(letters);
        self.events.push(format!("iupac:{}{}", position + 1, char::from(self.sites[position])));
    }

    /// Makes a run of `length` positions unknown.
    pub fn hide(&mut self, begin: usize, length: usize) {
        let range = self.clip(begin, length);
        for site in &mut self.sites[range.clone()] {
            if *site != b'-' {
                *site = b'N';
            }
        }
        self.note("n", &range);
    }

    /// Deletes a run of `length` positions.
    pub fn delete(&mut self, begin: usize, length: usize) {
        let range = self.clip(begin, length);
        self.sites[range.clone()].fill(b'-');
        self.note("del", &range);
    }

    /// Puts letters after the position `after` (0-based).
    pub fn insert(&mut self, after: usize, letters: Vec<u8>) {
        let after = after.min(self.length() - 1);
        self.events.push(format!("ins:{}:{}", after + 1, String::from_utf8_lossy(&letters)));
        self.insertions.entry(after).or_default().extend(letters);
    }

    /// Puts a copy of a run right behind it.
    pub fn duplicate(&mut self, begin: usize, length: usize) {
        let range = self.clip(begin, length);
        let copy: Vec<u8> = self.sites[range.clone()].iter().copied().filter(|&site| site != b'-').collect();
        if copy.is_empty() {
            return;
        }
        self.note("dup", &range);
        self.insertions.entry(range.end - 1).or_default().extend(copy);
    }

    /// Keeps only the given run of positions.
    pub fn keep(&mut self, begin: usize, length: usize) {
        let range = self.clip(begin, length);
        self.kept = range.start.max(self.kept.start)..range.end.min(self.kept.end);
        self.note("keep", &range);
    }

    /// Random letters for an insertion.
    pub fn random_letters(random: &mut Random, length: usize) -> Vec<u8> {
        random.letters(length, ACGT)
    }

    /// The sequence as it would be read: deleted letters gone, inserted ones in place.
    pub fn flatten(&self) -> Vec<u8> {
        let mut begin = self.kept.start;
        let mut out = Vec::with_capacity(self.length() + 64);
        for (&after, inserted) in self.insertions.range(self.kept.clone()) {
            out.extend(self.sites[begin..=after].iter().filter(|&&site| site != b'-'));
            out.extend_from_slice(inserted);
            begin = after + 1;
        }
        out.extend(self.sites[begin..self.kept.end.max(begin)].iter().filter(|&&site| site != b'-'));
        out
    }

    fn clip(&self, begin: usize, length: usize) -> std::ops::Range<usize> {
        let begin = begin.min(self.length());
        begin..(begin + length).min(self.length())
    }

    fn note(&mut self, what: &str, range: &std::ops::Range<usize>) {
        if !range.is_empty() {
            self.events.push(format!("{what}:{}-{}", range.start + 1, range.end));
        }
    }
}

/// The transition and the transversions of a letter; `None` for anything but A, C, G, T.
fn changes_of(letter: u8) -> Option<(u8, &'static [u8])> {
    match letter {
        b'A' => Some((b'G', b"CT")),
        b'G' => Some((b'A', b"CT")),
        b'C' => Some((b'T', b"AG")),
        b'T' => Some((b'C', b"AG")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl FnOnce(&mut Draft), letters: &str, events: &[&str]) {
        let mut draft = Draft::new(b"ACG-TTCA".to_vec());
        change(&mut draft);
        assert_eq!(String::from_utf8(draft.flatten()).unwrap(), letters);
        assert_eq!(draft.events, events);
    }

    #[test]
    fn changes_are_made_and_written_down() {
        check(|_| {}, "ACGTTCA", &[]);
        check(|draft| draft.hide(2, 3), "ACNNTCA", &["n:3-5"]);
        check(|draft| draft.delete(6, 9), "ACGTT", &["del:7-8"]);
        check(|draft| draft.delete(9, 9), "ACGTTCA", &[]);
        check(|draft| draft.insert(0, b"GG".to_vec()), "AGGCGTTCA", &["ins:1:GG"]);
        check(|draft| draft.duplicate(1, 3), "ACGCGTTCA", &["dup:2-4"]);
        check(|draft| draft.keep(2, 4), "GTT", &["keep:3-6"]);
        check(|draft| draft.keep(8, 4), "", &[]);
    }

    #[test]
    fn insertions_at_the_kept_ends_follow_their_letter() {
        let cut = |draft: &mut Draft| {
            draft.insert(1, b"AA".to_vec());
            draft.insert(2, b"CC".to_vec());
            draft.insert(7, b"GG".to_vec());
            draft.keep(2, 6);
        };
        check(cut, "GCCTTCAGG", &["ins:2:AA", "ins:3:CC", "ins:8:GG", "keep:3-8"]);
    }

    #[test]
    fn a_substitution_always_changes_a_letter() {
        let mut random = Random::for_record(5, 0);
        for _ in 0..200 {
            let mut draft = Draft::new(b"ACGTACGT".to_vec());
            draft.substitute(&mut random);
            let changed = draft.flatten().iter().zip(b"ACGTACGT").filter(|(new, old)| new != old).count();
            assert_eq!((changed, draft.events.len()), (1, 1));
        }
    }
}
