//! Finds differences from a reference: along the diagonal, and back to it after insertions and deletions.
//!
//! Fast rather than best: any way through the two sequences gives the sequence back. Where letters stop being those
//! of the reference, a look at the next few says whether one letter was changed; else the nearest place to go on is
//! sought by short shifts, and then by words of 20 letters that stand once in the reference. Places are only sought
//! further on in both sequences. Refuses to score. Start at [`find`].

use super::token::{Writer, same_letters};
use crate::align::quick::index::{AnchorIndex, RollingWord, WORD};
use crate::align::{Path, Step};
use crate::alphabet::nucleotide;

/// Letters looked at to judge whether the diagonal goes on.
const LOOK: usize = 32;
/// Longest insertion or deletion sought without the index.
const MAX_SHIFT: usize = 64;
/// Letters that must be the same after a shift.
const MIN_SAME: usize = 16;
/// A word that is so many letters off the diagonal must be one letter longer.
const SHIFT_A_LETTER: usize = 64;
/// No word must be longer than this.
const MAX_WORD: usize = 100;
/// Letters between two places written out from this length on, if a quarter of them differ.
const MIN_WRITTEN_OUT: usize = 12;

/// Writes what makes `query` differ from `reference`.
pub fn find(reference: &[u8], index: &AnchorIndex, query: &[u8], writer: &mut Writer) {
    let (mut at, mut read) = (0, 0);
    loop {
        let (expected, letters) = (&reference[at..], &query[read..]);
        let same = same_letters(expected, letters);
        if same > 0 {
            writer.same(same);
            (at, read) = (at + same, read + same);
            continue;
        }
        if letters.is_empty() || expected.is_empty() {
            return writer.insertion(letters);
        }
        if letters[0] == nucleotide::UNKNOWN || goes_on(&expected[1..], &letters[1..]) {
            let passed = writer.difference(expected, letters);
            (at, read) = (at + passed, read + passed);
            continue;
        }
        let place = shifted(expected, letters).or_else(|| anchored(at, expected, letters, index));
        let Some((deleted, inserted)) = place else {
            return tail(expected, letters, writer);
        };
        bridge(&expected[..deleted], &letters[..inserted], writer);
        (at, read) = (at + deleted, read + inserted);
    }
}

/// Writes what makes `query` differ from `reference` along an alignment of the two; `false` if it is none.
pub fn follow(reference: &[u8], path: &Path, query: &[u8], writer: &mut Writer) -> bool {
    let (mut at, mut read) = (0, 0);
    for run in path.runs() {
        let length = run.length as usize;
        if read == query.len() {
            break;
        }
        match run.step {
            Step::Deletion => {
                writer.deletion(length);
                at += length;
            }
            Step::Insertion => {
                let Some(letters) = query.get(read..read + length) else { return false };
                writer.insertion(letters);
                read += length;
            }
            Step::Pair => {
                let pairs = reference.get(at..at + length).zip(query.get(read..read + length));
                let Some((expected, letters)) = pairs else { return false };
                writer.pairs(expected, letters);
                (at, read) = (at + length, read + length);
            }
        }
    }
    read == query.len() && at <= reference.len()
}

/// Whether five of eight of the next letters are the same; what is not a base counts as the same.
fn goes_on(expected: &[u8], letters: &[u8]) -> bool {
    let same = |expected: &u8, letter: &u8| u8::from(expected == letter || !nucleotide::is_acgt(*letter));
    let count = |expected: &[u8], letters: &[u8]| -> u8 {
        expected.iter().zip(letters).map(|(expected, letter)| same(expected, letter)).sum()
    };
    let (same, all) = match (expected.first_chunk::<LOOK>(), letters.first_chunk::<LOOK>()) {
        (Some(expected), Some(letters)) => (count(expected, letters), LOOK),
        _ => {
            let all = expected.len().min(letters.len()).min(LOOK);
            (count(&expected[..all], &letters[..all]), all)
        }
    };
    usize::from(same) * 8 >= all * 5
}

/// The shortest deletion or insertion after which the letters are the same again.
fn shifted(expected: &[u8], letters: &[u8]) -> Option<(usize, usize)> {
    let fits = |expected: Option<&[u8]>, letters: Option<&[u8]>| {
        let first = |side: Option<&[u8]>| side.and_then(|side| side.first_chunk::<MIN_SAME>().copied());
        first(expected).is_some_and(|block| first(letters) == Some(block))
    };
    (1..=MAX_SHIFT).find_map(|shift| {
        let deletion = fits(expected.get(shift..), Some(letters)).then_some((shift, 0));
        deletion.or_else(|| fits(Some(expected), letters.get(shift..)).then_some((0, shift)))
    })
}

/// The next place, in letters of both, where a word of the reference stands in the sequence. `at` letters of the
/// reference come before `expected`.
fn anchored(at: usize, expected: &[u8], letters: &[u8], index: &AnchorIndex) -> Option<(usize, usize)> {
    let mut rolling = RollingWord::default();
    letters.iter().enumerate().find_map(|(last, &letter)| {
        let position = index.position(rolling.push(letter)?)? as usize;
        let (deleted, inserted) = (position.checked_sub(at)?, last + 1 - WORD);
        let needed = (WORD + deleted.abs_diff(inserted) / SHIFT_A_LETTER).min(MAX_WORD);
        let is_long = needed <= WORD || same_letters(&expected[deleted..], &letters[inserted..]) >= needed;
        is_long.then(|| {
            let before = expected[..deleted].iter().rev().zip(letters[..inserted].iter().rev());
            let same = before.take_while(|(expected, letter)| expected == letter).count();
            (deleted - same, inserted - same)
        })
    })
}

/// Writes letters between two places: as many as both have are pairs on the diagonal before or after, wherever
/// fewer differ; the rest is one insertion or deletion.
fn bridge(expected: &[u8], letters: &[u8], writer: &mut Writer) {
    let pairs = expected.len().min(letters.len());
    let (left, different) = split(expected, letters, pairs);
    let (deleted, inserted) = (expected.len() - pairs, letters.len() - pairs);
    if pairs >= MIN_WRITTEN_OUT && different * 4 > pairs {
        writer.replacement(&letters[..pairs]);
        writer.insertion(&letters[pairs..]);
        return writer.deletion(deleted);
    }
    writer.pairs(&expected[..left], &letters[..left]);
    writer.insertion(&letters[left..left + inserted]);
    writer.deletion(deleted);
    writer.pairs(&expected[left + deleted..], &letters[left + inserted..]);
}

/// How many of the pairs stand before the insertion or deletion, and how many pairs then differ.
fn split(expected: &[u8], letters: &[u8], pairs: usize) -> (usize, usize) {
    let (skipped, read) = (expected.len() - pairs, letters.len() - pairs);
    let differ = |at: usize, read: usize| usize::from(expected[at] != letters[read]);
    let mut different: usize = (0..pairs).map(|at| differ(skipped + at, read + at)).sum();
    let mut best = (0, different);
    for left in 1..=pairs {
        different += differ(left - 1, left - 1);
        different -= differ(skipped + left - 1, read + left - 1);
        if different < best.1 {
            best = (left, different);
        }
    }
    best
}

/// Writes the letters up to the end, which no place was found for.
fn tail(expected: &[u8], letters: &[u8], writer: &mut Writer) {
    let pairs = expected.len().min(letters.len());
    let same = expected.iter().zip(letters).filter(|(expected, letter)| expected == letter).count();
    if same * 4 < pairs * 3 {
        return writer.insertion(letters);
    }
    writer.pairs(&expected[..pairs], &letters[..pairs]);
    writer.insertion(&letters[pairs..]);
}
