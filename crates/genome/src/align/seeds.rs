//! Seeds: ungapped stretches of a query that resemble the reference, found through an index of the reference.
//!
//! K-mers are codon-spaced: every third letter is left out, in three phases, so that a change in the third
//! position of a codon does not break a seed. A hit is extended both ways while few letters differ and cut
//! into pieces of equal length. Start at [`SeedIndex::seeds`].

use crate::pack::pathogen::AlignmentParams;
use std::collections::BTreeMap;

/// A stretch of `length` letters on one diagonal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed {
    /// First reference letter.
    pub reference: usize,
    /// First query letter.
    pub query: usize,
    /// Number of letters.
    pub length: usize,
}

impl Seed {
    /// The diagonal: query position less reference position.
    pub fn diagonal(&self) -> i64 {
        self.query as i64 - self.reference as i64
    }

    /// Reference letters before the end.
    pub fn reference_end(&self) -> usize {
        self.reference + self.length
    }

    /// Query letters before the end.
    pub fn query_end(&self) -> usize {
        self.query + self.length
    }
}

/// Number of letters whose base sets head the buckets of a suffix array.
const BUCKET_LETTERS: usize = 3;

/// Letters of one phase with every third left out, and the order of their suffixes.
#[derive(Debug)]
struct SpacedSuffixes {
    letters: Vec<u8>,
    order: Vec<u32>,
    /// Where suffixes that begin with each combination of [`BUCKET_LETTERS`] letters begin in `order`.
    buckets: Vec<u32>,
}

/// The three codon-spaced suffix arrays of a reference.
#[derive(Debug)]
pub struct SeedIndex {
    phases: [SpacedSuffixes; 3],
}

/// Leaves out every third letter, beginning with the third after `phase`.
fn spaced(sequence: &[u8], phase: usize) -> Vec<u8> {
    let rest = sequence.get(phase..).unwrap_or_default();
    rest.iter().enumerate().filter(|(i, _)| i % 3 != 2).map(|(_, &letter)| letter).collect()
}

/// Position in the whole sequence of letter `index` of a spaced one.
fn unspaced(index: usize, phase: usize) -> usize {
    index * 3 / 2 + phase
}

fn bucket(letters: &[u8]) -> usize {
    letters[..BUCKET_LETTERS].iter().fold(0, |code, &letter| code << 5 | usize::from(letter & 31))
}

impl SpacedSuffixes {
    fn new(letters: Vec<u8>) -> Self {
        let mut order: Vec<u32> = (0..letters.len() as u32).collect();
        order.sort_unstable_by(|&a, &b| letters[a as usize..].cmp(&letters[b as usize..]));
        let mut buckets = vec![0; (1 << (5 * BUCKET_LETTERS)) + 1];
        let mut previous = 0;
        for (rank, &suffix) in order.iter().enumerate() {
            let suffix = &letters[suffix as usize..];
            if suffix.len() < BUCKET_LETTERS {
                continue;
            }
            let code = bucket(suffix);
            while previous <= code {
                buckets[previous] = rank as u32;
                previous += 1;
            }
        }
        buckets[previous..].fill(order.len() as u32);
        Self { letters, order, buckets }
    }

    /// Where a k-mer occurs, in the order of the suffixes that begin with it.
    fn occurrences(&self, kmer: &[u8]) -> &[u32] {
        let candidates = if kmer.len() >= BUCKET_LETTERS {
            let code = bucket(kmer);
            &self.order[self.buckets[code] as usize..self.buckets[code + 1] as usize]
        } else {
            &self.order[..]
        };
        let head = |suffix: u32| {
            let suffix = &self.letters[suffix as usize..];
            &suffix[..kmer.len().min(suffix.len())]
        };
        let begin = candidates.partition_point(|&suffix| head(suffix) < kmer);
        let length = candidates[begin..].partition_point(|&suffix| head(suffix) == kmer);
        &candidates[begin..begin + length]
    }
}

impl SeedIndex {
    /// Indexes a reference.
    pub fn new(reference: &[u8]) -> Self {
        Self { phases: [0, 1, 2].map(|phase| SpacedSuffixes::new(spaced(reference, phase))) }
    }

    /// Every seed of a query, pieces of one extended hit next to each other.
    pub fn seeds(&self, reference: &[u8], query: &[u8], parameters: &AlignmentParams) -> Vec<Seed> {
        let mut covered = BTreeMap::<i64, Vec<(usize, usize)>>::new();
        let mut seeds = Vec::new();
        for hit in self.hits(query, parameters) {
            let spans = covered.entry(hit.diagonal()).or_default();
            let end = hit.query + parameters.kmer_length_nt as usize;
            if spans.iter().any(|&(first, last)| hit.query <= last && first <= end) {
                continue;
            }
            if let Some(extended) = extend(hit, reference, query, parameters) {
                spans.push((extended.query, extended.query_end()));
                cut_into_pieces(extended, parameters.min_match_length_nt as usize, &mut seeds);
            }
        }
        seeds
    }

    /// Exact k-mer hits, by query phase, reference phase, then position in the query.
    fn hits(&self, query: &[u8], parameters: &AlignmentParams) -> Vec<Seed> {
        let mut hits = Vec::new();
        for query_phase in 0..3 {
            let letters = spaced(query, query_phase);
            for (reference_phase, suffixes) in self.phases.iter().enumerate() {
                let length = parameters.kmer_length_nt as usize;
                let mut begin = 0;
                while begin + length < letters.len() {
                    let kmer = &letters[begin..begin + length];
                    if !kmer.contains(&b'N') {
                        let query = unspaced(begin, query_phase);
                        hits.extend(suffixes.occurrences(kmer).iter().map(|&found| Seed {
                            reference: unspaced(found as usize, reference_phase),
                            query,
                            length: 0,
                        }));
                    }
                    begin += parameters.kmer_distance_nt.max(1) as usize;
                }
            }
        }
        hits
    }
}

/// Mismatches among the letters an extension passed last.
struct Window {
    mismatches: Vec<bool>,
    next: usize,
    count: usize,
}

impl Window {
    fn new(size: usize) -> Self {
        Self { mismatches: vec![false; size], next: 0, count: 0 }
    }

    fn pass(&mut self, mismatch: bool) {
        self.count = (self.count - usize::from(self.mismatches[self.next])) + usize::from(mismatch);
        self.mismatches[self.next] = mismatch;
        self.next = (self.next + 1) % self.mismatches.len();
    }

    /// How many letters the window holds after the end of its first longest stretch of matches.
    fn letters_after_longest_match(&self) -> usize {
        let size = self.mismatches.len();
        let (mut longest, mut current, mut end) = (0, 0, 0);
        for i in 0..size {
            current = if self.mismatches[(self.next + i) % size] { 0 } else { current + 1 };
            if current > longest {
                (longest, end) = (current, i + 1);
            }
        }
        size - end
    }
}

/// Extends a hit both ways until too many letters of a window differ, then back to the longest match in it.
fn extend(hit: Seed, reference: &[u8], query: &[u8], parameters: &AlignmentParams) -> Option<Seed> {
    let (mut r, mut q) = (hit.reference, hit.query);
    let limit = reference.len().saturating_sub(r).min(query.len().saturating_sub(q));
    let mut length = 0;
    let mut window = Window::new(parameters.window_size_nt as usize);
    while window.count <= parameters.allowed_mismatches as usize && length < limit {
        window.pass(reference[r + length] != query[q + length]);
        length += 1;
    }
    length = length.saturating_sub(window.letters_after_longest_match());
    let mut window = Window::new(parameters.window_size_nt as usize);
    while window.count <= parameters.allowed_mismatches as usize && r > 0 && q > 0 {
        (r, q, length) = (r - 1, q - 1, length + 1);
        window.pass(reference[r] != query[q]);
    }
    let excess = window.letters_after_longest_match();
    length = length.saturating_sub(excess);
    let long_enough = length >= parameters.min_match_length_nt.max(1) as usize;
    long_enough.then_some(Seed { reference: r + excess, query: q + excess, length })
}

/// How far an extension runs on after many matching letters, over letters that may differ as `differs` says.
pub(super) fn overrun(differs: impl Iterator<Item = bool>, parameters: &AlignmentParams) -> usize {
    let mut window = Window::new(parameters.window_size_nt as usize);
    let mut length: usize = 0;
    for differs in differs {
        if window.count > parameters.allowed_mismatches as usize {
            break;
        }
        window.pass(differs);
        length += 1;
    }
    length.saturating_sub(window.letters_after_longest_match())
}

/// Cuts a seed into pieces of `length`; the last one is shifted back to end with the seed.
fn cut_into_pieces(seed: Seed, length: usize, pieces: &mut Vec<Seed>) {
    let length = length.clamp(1, seed.length);
    let last = seed.length - length;
    let begins = (0..last).step_by(length).chain([last]);
    pieces.extend(begins.map(|begin| Seed {
        reference: seed.reference + begin,
        query: seed.query + begin,
        length,
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_third_letter_is_left_out() {
        let check = |phase, expected: &str| assert_eq!(spaced(b"abcdefgh", phase), expected.as_bytes());
        check(0, "abdegh");
        check(1, "bcefh");
        check(2, "cdfg");
        assert_eq!([0, 1, 2, 3].map(|i| unspaced(i, 1)), [1, 2, 4, 5]);
    }

    #[test]
    fn occurrences_are_all_found() {
        let suffixes = SpacedSuffixes::new(b"ACGTACGTAC".to_vec());
        let check = |kmer: &str, expected: &[u32]| {
            let mut found = suffixes.occurrences(kmer.as_bytes()).to_vec();
            found.sort_unstable();
            assert_eq!(found, expected, "{kmer}");
        };
        check("ACGT", &[0, 4]);
        check("ACGTA", &[0, 4]);
        check("TTTT", &[]);
        check("AC", &[0, 4, 8]);
    }

    #[test]
    fn the_last_piece_ends_with_the_seed() {
        let mut pieces = Vec::new();
        cut_into_pieces(Seed { reference: 10, query: 7, length: 95 }, 40, &mut pieces);
        assert_eq!(pieces.iter().map(|piece| piece.reference).collect::<Vec<_>>(), [10, 50, 65]);
    }
}
