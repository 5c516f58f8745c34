//! What a genome differs in from the reference, letter by letter, in reference positions.
//!
//! Reads an alignment path and the query; refuses to know coding sequences. Applying the calls to the
//! reference gives the query back within the aligned span. Start at [`Calls::from_path`].

use crate::align::{Path, Run, Step};
use crate::alphabet::{GAP, nucleotide};
use crate::coordinate::{Position, RefPos, Span};
use crate::reference::Reference;

/// A base in the place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Substitution {
    /// Where.
    pub position: RefPos,
    /// Letter of the reference (or of the node compared with).
    pub from: u8,
    /// Letter of the query.
    pub to: u8,
}

/// Letters of the query between two letters of the reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Insertion {
    /// How many reference letters stand before it: the 1-based position of the letter it follows.
    pub after: u32,
    /// The letters.
    pub letters: Vec<u8>,
}

/// A run of one ambiguous letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ambiguous {
    /// Where.
    pub span: Span<RefPos>,
    /// The IUPAC letter.
    pub letter: u8,
}

/// Every difference of one genome, each list in order of position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// From the first to the last reference letter that has a query letter opposite.
    pub aligned: Span<RefPos>,
    /// Determined bases that differ.
    pub substitutions: Vec<Substitution>,
    /// Reference letters without query letters, inside the aligned span.
    pub deletions: Vec<Span<RefPos>>,
    /// Query letters without reference letters, those before and after the reference included.
    pub insertions: Vec<Insertion>,
    /// Runs of N.
    pub missing: Vec<Span<RefPos>>,
    /// Runs of other letters that are not one base.
    pub ambiguous: Vec<Ambiguous>,
}

impl Calls {
    /// Reads the calls off an alignment.
    pub fn from_path(reference: &Reference, query: &[u8], path: &Path) -> Self {
        let mut calls = Self::default();
        let aligned = path.aligned_runs();
        if let (Some(first), Some(last)) = (aligned.first(), aligned.last()) {
            calls.aligned = Span::new(first.reference, last.reference_end());
        }
        for run in aligned {
            match run.step {
                Step::Pair => calls.compare(reference, query, run),
                Step::Deletion => calls.delete(run),
                Step::Insertion => {}
            }
        }
        for run in path.runs().iter().filter(|run| run.step == Step::Insertion) {
            let letters = query[run.query as usize..run.query_end() as usize].to_vec();
            calls.insertions.push(Insertion { after: run.reference, letters });
        }
        calls
    }

    /// Whether some letter is no nucleotide at all.
    pub fn has_unknown_letters(&self) -> bool {
        let is_unknown = |letter: u8| nucleotide::bases(letter) == 0;
        self.ambiguous.iter().any(|run| is_unknown(run.letter))
            || self.insertions.iter().any(|insertion| insertion.letters.iter().any(|&letter| is_unknown(letter)))
    }

    /// Number of deleted reference letters.
    pub fn deleted_nt(&self) -> u32 {
        self.deletions.iter().map(|span| span.len()).sum()
    }

    /// Number of inserted query letters.
    pub fn inserted_nt(&self) -> u32 {
        self.insertions.iter().map(|insertion| insertion.letters.len() as u32).sum()
    }

    /// Number of reference letters opposite N.
    pub fn missing_nt(&self) -> u32 {
        self.missing.iter().map(|span| span.len()).sum()
    }

    /// Number of reference letters opposite other ambiguous letters.
    pub fn ambiguous_nt(&self) -> u32 {
        self.ambiguous.iter().map(|run| run.span.len()).sum()
    }

    /// The genome in reference positions: gaps outside the aligned span and at deletions, no insertions.
    pub fn aligned_sequence(&self, reference: &Reference) -> Vec<u8> {
        let mut letters = reference.letters().to_vec();
        letters[..self.aligned.begin.index()].fill(GAP);
        letters[self.aligned.end.index()..].fill(GAP);
        for substitution in &self.substitutions {
            letters[substitution.position.index()] = substitution.to;
        }
        for span in &self.deletions {
            letters[span.indices()].fill(GAP);
        }
        for span in &self.missing {
            letters[span.indices()].fill(nucleotide::UNKNOWN);
        }
        for run in &self.ambiguous {
            letters[run.span.indices()].fill(run.letter);
        }
        letters
    }

    fn delete(&mut self, run: &Run) {
        match self.deletions.last_mut() {
            Some(last) if last.end.0 == run.reference => last.end = RefPos(run.reference_end()),
            _ => self.deletions.push(Span::new(run.reference, run.reference_end())),
        }
    }

    fn compare(&mut self, reference: &Reference, query: &[u8], run: &Run) {
        let expected = &reference.comparable()[run.reference as usize..run.reference_end() as usize];
        let found = &query[run.query as usize..run.query_end() as usize];
        let mut at = 0;
        while let Some(offset) = first_difference(&expected[at..], &found[at..]) {
            at += offset;
            let (letter, position) = (found[at], RefPos(run.reference + at as u32));
            if letter == nucleotide::UNKNOWN {
                let length = leading_equal(&found[at..], nucleotide::UNKNOWN);
                extend_or_push(&mut self.missing, position, length as u32);
                at += length;
                continue;
            }
            let from = reference.letter(position);
            if !nucleotide::is_acgt(letter) {
                self.add_ambiguous(position, letter);
            } else if letter != from {
                self.substitutions.push(Substitution { position, from, to: letter });
            }
            at += 1;
        }
    }

    fn add_ambiguous(&mut self, position: RefPos, letter: u8) {
        match self.ambiguous.last_mut() {
            Some(last) if last.span.end == position && last.letter == letter => last.span.end.0 += 1,
            _ => self.ambiguous.push(Ambiguous { span: Span::new(position.0, position.0 + 1), letter }),
        }
    }
}

fn extend_or_push(spans: &mut Vec<Span<RefPos>>, begin: RefPos, length: u32) {
    match spans.last_mut() {
        Some(last) if last.end == begin => last.end.0 += length,
        _ => spans.push(Span::new(begin.0, begin.0 + length)),
    }
}

/// Letters compared at once.
const BLOCK: usize = 32;

/// Index of the first letter in which two sequences of equal length differ.
pub(crate) fn first_difference(a: &[u8], b: &[u8]) -> Option<usize> {
    let (blocks_a, rest_a) = a.as_chunks::<BLOCK>();
    let (blocks_b, rest_b) = b.as_chunks::<BLOCK>();
    let equal_blocks = blocks_a.iter().zip(blocks_b).take_while(|(a, b)| a == b).count();
    let (tail_a, tail_b) = match (blocks_a.get(equal_blocks), blocks_b.get(equal_blocks)) {
        (Some(a), Some(b)) => (&a[..], &b[..]),
        _ => (rest_a, rest_b),
    };
    let within = tail_a.iter().zip(tail_b).position(|(a, b)| a != b)?;
    Some(equal_blocks * BLOCK + within)
}

/// How many letters at the beginning are `letter`.
pub(crate) fn leading_equal(sequence: &[u8], letter: u8) -> usize {
    let (blocks, rest) = sequence.as_chunks::<BLOCK>();
    let whole = blocks.iter().take_while(|block| **block == [letter; BLOCK]).count();
    let tail = blocks.get(whole).map_or(rest, |block| &block[..]);
    whole * BLOCK + tail.iter().take_while(|&&other| other == letter).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_found_in_any_place() {
        let a = vec![b'A'; 100];
        for at in 0..100 {
            let mut b = a.clone();
            b[at] = b'C';
            assert_eq!((first_difference(&a, &b), leading_equal(&b, b'A')), (Some(at), at));
        }
        assert_eq!((first_difference(&a, &a), leading_equal(&a, b'A')), (None, 100));
    }
}
