//! Seeds: ungapped stretches of a query that resemble the reference, found through an index of the reference.
//!
//! K-mers are codon-spaced: every third letter is left out, in three phases, so that a change in the third
//! position of a codon does not break a seed. A hit is extended both ways while few letters differ and cut
//! into pieces of equal length. Start at [`SeedIndex::seeds`].

use crate::calls::first_difference;
use crate::pack::pathogen::AlignmentParams;

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

/// Number of letters that decide the bucket of a suffix.
const BUCKET_LETTERS: usize = 6;

/// Number of letters by which it is known that most k-mers do not occur.
const KNOWN_LETTERS: usize = 9;

/// Number of letters of a head.
const HEAD_LETTERS: usize = 8;

/// Letters of one phase with every third left out, and the order of their suffixes.
#[derive(Debug)]
struct SpacedSuffixes {
    letters: Vec<u8>,
    order: Vec<u32>,
    /// First letters of each suffix in `order`, so that most of the search needs no look at the letters.
    heads: Vec<u64>,
    /// Where suffixes that begin with each combination of [`BUCKET_LETTERS`] bases begin in `order`; empty if the
    /// letters are not all bases.
    buckets: Vec<u32>,
    /// A bit for each combination of [`KNOWN_LETTERS`] bases: whether it occurs; empty as `buckets`.
    known: Vec<u64>,
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

/// The number of the first letters in alphabetical order; too few are padded at the end. `None` if one is no base.
fn number<const LETTERS: usize>(letters: &[u8]) -> Option<usize> {
    let mut number = 0;
    for position in 0..LETTERS {
        let base = match letters.get(position) {
            None | Some(b'A') => 0,
            Some(b'C') => 1,
            Some(b'G') => 2,
            Some(b'T') => 3,
            _ => return None,
        };
        number = number << 2 | base;
    }
    Some(number)
}

/// The bucket of a suffix.
fn bucket(suffix: &[u8]) -> Option<usize> {
    number::<BUCKET_LETTERS>(suffix)
}

/// The first letters in an order of their own: shorter ones are padded at the end.
fn head(letters: &[u8]) -> u64 {
    let mut head = [0; HEAD_LETTERS];
    let length = letters.len().min(HEAD_LETTERS);
    head[..length].copy_from_slice(&letters[..length]);
    u64::from_be_bytes(head)
}

impl SpacedSuffixes {
    fn new(letters: Vec<u8>) -> Self {
        let mut order: Vec<u32> = (0..letters.len() as u32).collect();
        order.sort_unstable_by(|&a, &b| letters[a as usize..].cmp(&letters[b as usize..]));
        let buckets = Self::buckets(&letters, &order).unwrap_or_default();
        let heads = order.iter().map(|&suffix| head(&letters[suffix as usize..])).collect();
        let known = if buckets.is_empty() { Vec::new() } else { Self::known(&letters) };
        Self { letters, order, heads, buckets, known }
    }

    fn known(letters: &[u8]) -> Vec<u64> {
        let mut known = vec![0; (1 << (2 * KNOWN_LETTERS)) / 64];
        for number in letters.windows(KNOWN_LETTERS).filter_map(number::<KNOWN_LETTERS>) {
            known[number / 64] |= 1 << (number % 64);
        }
        known
    }

    /// Whether a k-mer whose first letters have a number, if they have one, may occur.
    fn may_hold(&self, number: Option<usize>) -> bool {
        number.and_then(|number| Some(self.known.get(number / 64)? >> (number % 64) & 1 == 1)).unwrap_or(true)
    }

    fn buckets(letters: &[u8], order: &[u32]) -> Option<Vec<u32>> {
        let mut begins = vec![0; (1 << (2 * BUCKET_LETTERS)) + 1];
        for &suffix in order {
            begins[bucket(&letters[suffix as usize..])? + 1] += 1;
        }
        for bucket in 1..begins.len() {
            begins[bucket] += begins[bucket - 1];
        }
        Some(begins)
    }

    /// Where a k-mer occurs, in the order of the suffixes that begin with it.
    fn occurrences(&self, kmer: &[u8]) -> &[u32] {
        let (mut begin, mut end) = (0, self.order.len());
        if kmer.len() >= BUCKET_LETTERS
            && let Some(bucket) = bucket(kmer)
            && let Some(&next) = self.buckets.get(bucket + 1)
        {
            (begin, end) = (self.buckets[bucket] as usize, next as usize);
        }
        if kmer.len() >= HEAD_LETTERS {
            let wanted = head(kmer);
            begin += self.heads[begin..end].partition_point(|&head| head < wanted);
            end = begin + self.heads[begin..end].partition_point(|&head| head == wanted);
        }
        let candidates = &self.order[begin..end];
        let beginning = |suffix: u32| {
            let suffix = &self.letters[suffix as usize..];
            &suffix[..kmer.len().min(suffix.len())]
        };
        let begin = candidates.partition_point(|&suffix| beginning(suffix) < kmer);
        let length = candidates[begin..].partition_point(|&suffix| beginning(suffix) == kmer);
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
        let mut covered = Covered::new(reference.len(), query.len());
        let mut extension = Extension::new(parameters);
        let mut seeds = Vec::new();
        for hit in self.hits(query, parameters) {
            let end = hit.query + parameters.kmer_length_nt as usize;
            if covered.meets(hit.diagonal(), hit.query, end) {
                continue;
            }
            if let Some(extended) = extension.of(hit, reference, query) {
                covered.add(&extended);
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
            let length = parameters.kmer_length_nt as usize;
            let begins = (0..letters.len().saturating_sub(length))
                .step_by(parameters.kmer_distance_nt.max(1) as usize)
                .filter(|&begin| !letters[begin..begin + length].contains(&b'N'));
            let kmers = begins.map(|begin| {
                let kmer = &letters[begin..begin + length];
                let number = (length >= KNOWN_LETTERS).then(|| number::<KNOWN_LETTERS>(kmer)).flatten();
                (unspaced(begin, query_phase), kmer, number)
            });
            let kmers: Vec<_> = kmers.collect();
            for (reference_phase, suffixes) in self.phases.iter().enumerate() {
                for &(query, kmer, _) in kmers.iter().filter(|&&(.., number)| suffixes.may_hold(number)) {
                    hits.extend(suffixes.occurrences(kmer).iter().map(|&found| Seed {
                        reference: unspaced(found as usize, reference_phase),
                        query,
                        length: 0,
                    }));
                }
            }
        }
        hits
    }
}

/// The parts of each diagonal that seeds cover.
struct Covered {
    reference_length: usize,
    /// The last span added to each diagonal, as an index into `spans` plus one.
    last: Vec<u32>,
    /// Query positions before the begin and the end, and the span added before on the same diagonal.
    spans: Vec<(usize, usize, u32)>,
}

impl Covered {
    fn new(reference_length: usize, query_length: usize) -> Self {
        Self { reference_length, last: vec![0; reference_length + query_length + 1], spans: Vec::new() }
    }

    fn index(&self, diagonal: i64) -> usize {
        (diagonal + self.reference_length as i64) as usize
    }

    /// Whether a span of a diagonal overlaps or touches a covered one.
    fn meets(&self, diagonal: i64, begin: usize, end: usize) -> bool {
        let mut next = self.last[self.index(diagonal)];
        while let Some(&(first, last, before)) = self.spans.get((next as usize).wrapping_sub(1)) {
            if begin <= last && first <= end {
                return true;
            }
            next = before;
        }
        false
    }

    fn add(&mut self, seed: &Seed) {
        let diagonal = self.index(seed.diagonal());
        self.spans.push((seed.query, seed.query_end(), self.last[diagonal]));
        self.last[diagonal] = self.spans.len() as u32;
    }
}

/// Extends hits over letters that match, with few that do not.
pub(super) struct Extension<'a> {
    parameters: &'a AlignmentParams,
    /// How many letters had been passed before each mismatch, ascending.
    mismatches: Vec<usize>,
    /// How many of the mismatches lie before the window.
    forgotten: usize,
}

impl<'a> Extension<'a> {
    pub fn new(parameters: &'a AlignmentParams) -> Self {
        Self { parameters, mismatches: Vec::new(), forgotten: 0 }
    }

    /// The seed a hit is extended to, both ways, if it is long enough.
    fn of(&mut self, hit: Seed, reference: &[u8], query: &[u8]) -> Option<Seed> {
        let (r, q) = (hit.reference.min(reference.len()), hit.query.min(query.len()));
        let forward = self.forward(&reference[r..], &query[q..]);
        let back = self.backward(&reference[..r], &query[..q]);
        let length = forward + back;
        let long_enough = length >= self.parameters.min_match_length_nt.max(1) as usize;
        long_enough.then_some(Seed { reference: r - back, query: q - back, length })
    }

    /// How far an extension goes from the beginning of both sequences.
    pub fn forward(&mut self, a: &[u8], b: &[u8]) -> usize {
        let limit = a.len().min(b.len());
        let (a, b) = (&a[..limit], &b[..limit]);
        let from = |begin: usize| match a.get(begin)? == &b[begin] {
            true => first_difference(&a[begin..], &b[begin..]).map(|at| begin + at),
            false => Some(begin),
        };
        self.over(std::iter::successors(from(0), |&at| from(at + 1)), limit)
    }

    /// How far an extension goes from the end of both sequences backwards.
    pub fn backward(&mut self, a: &[u8], b: &[u8]) -> usize {
        let pairs = a.iter().rev().zip(b.iter().rev()).enumerate();
        let mismatches = pairs.filter(|(_, (a, b))| a != b).map(|(passed, _)| passed);
        self.over(mismatches, a.len().min(b.len()))
    }

    /// How far an extension goes over `limit` letters, of which those after `mismatches` letters differ: until too
    /// many of a window do, then back to the longest match in it.
    fn over(&mut self, mismatches: impl Iterator<Item = usize>, limit: usize) -> usize {
        self.mismatches.clear();
        self.forgotten = 0;
        let allowed = self.parameters.allowed_mismatches as usize;
        let mut passed = limit;
        for mismatch in mismatches {
            self.mismatches.push(mismatch);
            self.forget(mismatch + 1);
            if self.mismatches.len() - self.forgotten > allowed {
                passed = mismatch + 1;
                break;
            }
        }
        passed.saturating_sub(self.letters_after_longest_match(passed))
    }

    /// Forgets mismatches that have left the window when so many letters have been passed.
    fn forget(&mut self, passed: usize) {
        let size = self.parameters.window_size_nt as usize;
        while self.mismatches.get(self.forgotten).is_some_and(|&first| first + size < passed) {
            self.forgotten += 1;
        }
    }

    /// How many of the letters passed lie after the first longest stretch of matches in the window. What comes
    /// before the first letter counts as matching.
    fn letters_after_longest_match(&mut self, passed: usize) -> usize {
        self.forget(passed);
        let size = i64::from(self.parameters.window_size_nt);
        let passed = passed as i64;
        let (mut longest, mut after, mut begin) = (0, size, passed - size);
        let ends = self.mismatches[self.forgotten..].iter().map(|&end| end as i64);
        for end in ends.chain([passed]) {
            if end - begin > longest {
                (longest, after) = (end - begin, passed - end);
            }
            begin = end + 1;
        }
        after as usize
    }
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
