//! Where words of the reference stand, and where the reference repeats itself.

use crate::alphabet::nucleotide;
use crate::coordinate::{RefPos, Span};

/// Letters of a word.
pub const WORD: usize = 20;

/// Farthest shift at which the reference is compared with itself, in letters.
const MAX_PERIOD: usize = 64;

/// Letters compared at each place and shift, and how many of them must be equal for a repeat.
const REPEAT_WINDOW: usize = 24;
const REPEAT_EQUAL: usize = 21;

/// Unique words of a reference and its tandem repeats.
#[derive(Debug)]
pub struct AnchorIndex {
    /// Open-addressed table: position of a word plus one, shifted left by one,
    /// the low bit set for words that stand elsewhere too; 0 for free.
    slots: Vec<u32>,
    words: Vec<u64>,
    repetitive: Vec<bool>,
}

/// Two bits per letter of a run of determined bases, rolled along a sequence.
#[derive(Clone, Copy, Debug, Default)]
pub struct RollingWord {
    code: u64,
    length: usize,
}

impl RollingWord {
    /// Takes in the next letter; the code of the last [`WORD`] letters, if all are determined.
    pub fn push(&mut self, letter: u8) -> Option<u64> {
        if !nucleotide::is_acgt(letter) {
            self.length = 0;
            return None;
        }
        // Bits 1 and 2 of the ASCII codes of A, C, G and T differ.
        self.code = self.code << 2 | u64::from(letter >> 1 & 3);
        self.length += 1;
        (self.length >= WORD).then_some(self.code & ((1 << (2 * WORD)) - 1))
    }
}

fn slot_of(code: u64, slots: usize) -> usize {
    // Fibonacci hashing: the high bits of a product with 2^64 / golden ratio.
    (code.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & (slots - 1)
}

impl AnchorIndex {
    /// Indexes a reference.
    pub fn new(letters: &[u8]) -> Self {
        let slots = (2 * letters.len().max(8)).next_power_of_two();
        let mut index =
            Self { slots: vec![0; slots], words: vec![0; letters.len()], repetitive: repetitive(letters) };
        let mut rolling = RollingWord::default();
        for (end, &letter) in letters.iter().enumerate() {
            if let Some(code) = rolling.push(letter) {
                index.insert(code, end + 1 - WORD);
            }
        }
        index
    }

    fn insert(&mut self, code: u64, position: usize) {
        self.words[position] = code;
        let mut slot = slot_of(code, self.slots.len());
        while self.slots[slot] != 0 {
            let (known, _) = unpack(self.slots[slot]);
            if self.words[known] == code {
                self.slots[slot] |= 1;
                return;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        self.slots[slot] = pack(position);
    }

    /// Where a word stands, if it stands in one place only.
    pub fn position(&self, code: u64) -> Option<u32> {
        let (position, is_repeated) = self.find(code)?;
        (!is_repeated).then_some(position as u32)
    }

    /// One place of a word, and whether there are more.
    fn find(&self, code: u64) -> Option<(usize, bool)> {
        let mut slot = slot_of(code, self.slots.len());
        while self.slots[slot] != 0 {
            let (position, is_repeated) = unpack(self.slots[slot]);
            if self.words[position] == code {
                return Some((position, is_repeated));
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        None
    }

    /// Whether some word of a sequence stands in the reference.
    pub fn holds_word_of(&self, letters: &[u8]) -> bool {
        let mut rolling = RollingWord::default();
        letters.iter().filter_map(|&letter| rolling.push(letter)).any(|code| self.find(code).is_some())
    }

    /// Share of a sequence's words that stand in the reference.
    pub fn share_of_words(&self, letters: &[u8]) -> f64 {
        let mut rolling = RollingWord::default();
        let words = letters.iter().filter_map(|&letter| rolling.push(letter));
        let (found, all) = words.fold((0_u32, 0_u32), |(found, all), code| {
            (found + u32::from(self.find(code).is_some()), all + 1)
        });
        if all == 0 { 0.0 } else { f64::from(found) / f64::from(all) }
    }

    /// Tandem repeats of at least `length` letters.
    pub fn repeats(&self, length: usize) -> Vec<Span<RefPos>> {
        let runs = self.repetitive.chunk_by(|a, b| a == b);
        let mut end = 0;
        let spans = runs.map(|run| {
            end += run.len() as u32;
            (run[0], Span::new(end - run.len() as u32, end))
        });
        let long = spans.filter(|&(is_repeat, span)| is_repeat && span.len() as usize >= length);
        long.map(|(_, span)| span).collect()
    }

    /// Whether a place belongs to a tandem repeat.
    pub fn is_repetitive(&self, position: u32) -> bool {
        self.repetitive.get(position as usize).copied().unwrap_or(true)
    }
}

/// A position with a mark for words that stand elsewhere too.
fn pack(position: usize) -> u32 {
    ((position as u32) + 1) << 1
}

fn unpack(slot: u32) -> (usize, bool) {
    ((slot >> 1) as usize - 1, slot & 1 == 1)
}

/// Marks every letter that lies in a window equal, but for few letters, to one a short shift away.
fn repetitive(letters: &[u8]) -> Vec<bool> {
    let mut marks = vec![false; letters.len()];
    for period in 1..=MAX_PERIOD.min(letters.len().saturating_sub(1)) {
        let equal = |at: usize| letters[at] == letters[at + period];
        let places = letters.len() - period;
        let mut count = 0;
        for at in 0..places {
            count += usize::from(equal(at));
            if at >= REPEAT_WINDOW {
                count -= usize::from(equal(at - REPEAT_WINDOW));
            }
            if at + 1 >= REPEAT_WINDOW && count >= REPEAT_EQUAL {
                marks[at + 1 - REPEAT_WINDOW..=at + period].fill(true);
            }
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unique_words_are_found_and_repeats_marked() {
        let unique = b"ACGTTGCATGCCTAGGATCCATTGCAAGTCTTAGCAGG";
        let letters =
            [&unique[..], &b"CA".repeat(20)[..], &b"GGTACCTTAACGGATATCCAGCGTTGACTTCGATCA"[..]].concat();
        let index = AnchorIndex::new(&letters);
        let code = |at: usize| {
            let mut rolling = RollingWord::default();
            letters[at..at + WORD].iter().filter_map(|&letter| rolling.push(letter)).last()
        };
        assert_eq!(code(0).and_then(|code| index.position(code)), Some(0));
        assert_eq!(code(5).and_then(|code| index.position(code)), Some(5));
        assert_eq!(code(unique.len() + 4).and_then(|code| index.position(code)), None);
        assert!(index.is_repetitive(unique.len() as u32 + 10));
        assert!(!index.is_repetitive(5));
    }
}
