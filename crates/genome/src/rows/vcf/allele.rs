//! Substitutions, insertions and deletions as alleles: reference letters and what stands in their place.
//!
//! An insertion or deletion is written as far left as it can go (Tan, Abecasis & Kang 2015, "Unified
//! representation of genetic variants"). On its way it may meet another difference; then both become one
//! allele, because the records of a file hold for the genome all at once: putting every allele into the
//! reference gives the genome back. Start at [`of_calls`].

use crate::calls::Calls;
use crate::coordinate::{RefPos, Span};
use std::collections::VecDeque;

/// Reference letters from `begin` to `end` replaced by others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Allele {
    /// Reference letters before the replaced ones.
    pub begin: u32,
    /// Reference letters up to the last replaced one.
    pub end: u32,
    /// What stands in their place: A, C, G, T or N.
    pub letters: VecDeque<u8>,
    /// Where the calls were that this allele was made of.
    pub called: Span<RefPos>,
    /// Whether it was made of insertions and deletions only.
    is_gap: bool,
}

/// The alleles of a genome by position, each with at least one letter on either side, none overlapping.
pub(super) fn of_calls(calls: &Calls, reference: &[u8]) -> Vec<Allele> {
    let mut done: Vec<Allele> = Vec::new();
    for edit in edits(calls) {
        push_normalised(edit, reference, &mut done);
    }
    anchor_all(done, reference)
}

/// One allele for each call, by position, insertions before what happens to the letter they precede;
/// insertions and deletions that touch are one.
fn edits(calls: &Calls) -> Vec<Allele> {
    let allele = |begin, end, letters, is_gap| {
        let called = Span::new(begin, end);
        Allele { begin, end, letters, called, is_gap }
    };
    let mut edits = Vec::new();
    for insertion in &calls.insertions {
        let is_aligned = calls.aligned.begin.0 <= insertion.after && insertion.after <= calls.aligned.end.0;
        if is_aligned {
            let letters = insertion.letters.iter().map(|&letter| writable(letter)).collect();
            edits.push(allele(insertion.after, insertion.after, letters, true));
        }
    }
    for sub in &calls.substitutions {
        edits.push(allele(sub.position.0, sub.position.0 + 1, VecDeque::from([sub.to]), false));
    }
    let deletion = |span: &Span<RefPos>| allele(span.begin.0, span.end.0, VecDeque::new(), true);
    edits.extend(calls.deletions.iter().map(deletion));
    edits.sort_by_key(|edit| (edit.begin, edit.end));
    let mut joined: Vec<Allele> = Vec::with_capacity(edits.len());
    for edit in edits {
        match joined.pop_if(|last| last.is_gap && edit.is_gap && last.end >= edit.begin) {
            Some(last) => joined.push(last.join(edit)),
            None => joined.push(edit),
        }
    }
    joined
}

/// The letters an allele may hold: others become N.
fn writable(letter: u8) -> u8 {
    if crate::alphabet::nucleotide::is_acgt(letter) { letter } else { b'N' }
}

impl Allele {
    fn is_insertion_or_deletion(&self) -> bool {
        self.begin == self.end || self.letters.is_empty()
    }

    fn is_nothing(&self) -> bool {
        self.begin == self.end && self.letters.is_empty()
    }

    /// Takes away equal letters at the right end.
    fn trim_right(&mut self, reference: &[u8]) {
        while self.end > self.begin && self.letters.back() == Some(&reference[self.end as usize - 1]) {
            self.letters.pop_back();
            self.end -= 1;
        }
    }

    /// Takes away equal letters at the left end as long as letters are left on both sides.
    fn trim_left(&mut self, reference: &[u8]) {
        while self.end - self.begin > 1
            && self.letters.len() > 1
            && self.letters.front() == Some(&reference[self.begin as usize])
        {
            self.letters.pop_front();
            self.begin += 1;
        }
    }

    /// Moves an insertion or deletion one letter to the left, if that gives the same sequence.
    fn shift_left(&mut self, reference: &[u8]) -> bool {
        let before = reference[self.begin as usize - 1];
        let last = self.letters.back().copied().unwrap_or_else(|| reference[self.end as usize - 1]);
        if before != last {
            return false;
        }
        self.begin -= 1;
        self.end -= 1;
        if let Some(letter) = self.letters.pop_back() {
            self.letters.push_front(letter);
        }
        true
    }

    /// Adds an allele that begins where this one ends, or an insertion inside this one.
    fn join(mut self, next: Self) -> Self {
        self.end = self.end.max(next.end);
        self.letters.extend(next.letters);
        self.called.end = self.called.end.max(next.called.end);
        self.called.begin = self.called.begin.min(next.called.begin);
        self
    }
}

/// Adds an allele after `done`, as far left as it goes and joined with what it meets there.
fn push_normalised(mut edit: Allele, reference: &[u8], done: &mut Vec<Allele>) {
    loop {
        edit.trim_right(reference);
        if edit.is_nothing() {
            return;
        }
        if !edit.is_insertion_or_deletion() {
            break;
        }
        if let Some(previous) = done.pop_if(|previous| previous.end == edit.begin) {
            edit = previous.join(edit);
        } else if edit.begin == 0 || !edit.shift_left(reference) {
            break;
        }
    }
    if edit.is_insertion_or_deletion() {
        done.push(edit);
        return;
    }
    edit.trim_left(reference);
    if (edit.end - edit.begin) as usize == edit.letters.len() {
        push_substitutions(&edit, reference, done);
    } else {
        done.push(edit);
    }
}

/// Adds an allele as long as what it replaces letter by letter.
fn push_substitutions(edit: &Allele, reference: &[u8], done: &mut Vec<Allele>) {
    for (at, &letter) in (edit.begin..edit.end).zip(&edit.letters) {
        if letter != reference[at as usize] {
            let letters = VecDeque::from([letter]);
            done.push(Allele { begin: at, end: at + 1, letters, called: edit.called, is_gap: false });
        }
    }
}

/// Gives insertions and deletions the letter before them, or after them at the first position (VCF 4.3,
/// section 1.6.1, field REF).
fn anchor_all(alleles: Vec<Allele>, reference: &[u8]) -> Vec<Allele> {
    let mut anchored: Vec<Allele> = Vec::with_capacity(alleles.len());
    for mut allele in alleles {
        if allele.is_insertion_or_deletion() && allele.begin > 0 {
            allele.begin -= 1;
            allele.letters.push_front(writable(reference[allele.begin as usize]));
        }
        // Only the first can lack a letter before it; what follows at once becomes part of it.
        if let Some(first) = anchored.pop_if(|first| first.is_insertion_or_deletion()) {
            if first.end == allele.begin {
                allele = first.join(allele);
                allele.trim_left(reference);
            } else {
                anchored.push(anchor_right(first, reference));
            }
        }
        anchored.push(allele);
    }
    if let Some(first) = anchored.pop_if(|first| first.is_insertion_or_deletion()) {
        anchored.push(anchor_right(first, reference));
    }
    anchored
}

fn anchor_right(mut allele: Allele, reference: &[u8]) -> Allele {
    if let Some(&letter) = reference.get(allele.end as usize) {
        allele.letters.push_back(writable(letter));
        allele.end += 1;
    }
    allele
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::{Insertion, Substitution};
    use proptest::prelude::*;

    /// Calls from a picture of the alignment.
    fn calls_of(reference: &str, query: &str) -> (Vec<u8>, Calls) {
        let mut calls = Calls::default();
        let mut letters = Vec::new();
        for (from, to) in reference.bytes().zip(query.bytes()) {
            let at = letters.len() as u32;
            match (from, to) {
                (b'-', b'-') => continue,
                (b'-', _) => match calls.insertions.last_mut() {
                    Some(last) if last.after == at => last.letters.push(to),
                    _ => calls.insertions.push(Insertion { after: at, letters: vec![to] }),
                },
                (_, b'-') => match calls.deletions.last_mut() {
                    Some(last) if last.end.0 == at => last.end.0 += 1,
                    _ => calls.deletions.push(Span::new(at, at + 1)),
                },
                _ if from != to => {
                    calls.substitutions.push(Substitution { position: RefPos(at), from, to });
                }
                _ => {}
            }
            if from != b'-' {
                letters.push(from);
            }
        }
        calls.aligned = Span::new(0, letters.len() as u32);
        (letters, calls)
    }

    fn check(reference: &str, query: &str, expected: &[&str]) {
        let (letters, calls) = calls_of(reference, query);
        let show = |allele: &Allele| {
            let from =
                String::from_utf8_lossy(&letters[allele.begin as usize..allele.end as usize]).into_owned();
            let to = String::from_utf8_lossy(&Vec::from(allele.letters.clone())).into_owned();
            format!("{} {from} {to}", allele.begin + 1)
        };
        let found: Vec<String> = of_calls(&calls, &letters).iter().map(show).collect();
        assert_eq!(found, expected, "{reference} {query}");
    }

    #[test]
    fn substitutions_stay_apart() {
        check("ACGTACGT", "ATTTACGA", &["2 C T", "3 G T", "8 T A"]);
    }

    #[test]
    fn insertions_and_deletions_go_left_and_take_the_letter_before() {
        check("ACGGGTA", "ACGG-TA", &["2 CG C"]);
        check("ACGTGTGTA", "ACGTGT--A", &["2 CGT C"]);
        check("ACGG-TA", "ACGGGTA", &["2 C CG"]);
        check("ACGTGT--A", "ACGTGTGTA", &["2 C CGT"]);
    }

    #[test]
    fn at_the_first_position_the_letter_after_is_taken() {
        check("AAAC", "AA-C", &["1 AA A"]);
        check("--ACGT", "GGACGT", &["1 A GGA"]);
        check("--ACGT", "GGTCGT", &["1 A GGT"]);
    }

    #[test]
    fn a_substitution_in_the_way_becomes_part() {
        check("CAAAT", "CAG-T", &["3 AA G"]);
        check("CAGACT", "CATA-T", &["3 G T", "4 AC A"]);
        check("CAGCT", "CAT-T", &["3 GC T"]);
        check("CAG--T", "CATACT", &["3 G TAC"]);
        check("CAGTT", "CA--T", &["2 AGT A"]);
    }

    #[test]
    fn a_gap_in_either_sequence_side_by_side_is_substitutions() {
        check("CA--GT", "CAGA-T", &["3 G GA"]);
        check("CA-GT", "CAC-T", &["3 G C"]);
    }

    proptest! {
        #[test]
        fn alleles_put_into_the_reference_give_the_query(
            columns in proptest::collection::vec(("[ACG-]", "[ACG-]"), 1..40),
        ) {
            let reference: String = columns.iter().map(|(from, _)| from.as_str()).collect();
            let query: String = columns.iter().map(|(_, to)| to.as_str()).collect();
            let (letters, calls) = calls_of(&reference, &query);
            let mut applied = String::new();
            let mut at = 0;
            for allele in of_calls(&calls, &letters) {
                prop_assert!(allele.begin as usize >= at, "overlap");
                applied.push_str(&String::from_utf8_lossy(&letters[at..allele.begin as usize]));
                applied.push_str(&String::from_utf8_lossy(&Vec::from(allele.letters)));
                at = allele.end as usize;
            }
            applied.push_str(&String::from_utf8_lossy(&letters[at..]));
            prop_assert_eq!(applied, query.replace('-', ""));
        }
    }
}
