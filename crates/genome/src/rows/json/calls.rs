//! Nucleotide differences from the reference.

use super::value::{self, Object};
use crate::alphabet::{GAP, nucleotide};
use crate::calls::{Ambiguous, Calls, Insertion, Substitution};
use crate::coordinate::{RefPos, Span};
use crate::reference::Reference;
use crate::rows::text::{self, Buffer};

/// `{"pos":240,"refNuc":"C","qryNuc":"T"}`
pub(super) fn substitution(out: &mut Buffer, change: &Substitution) {
    out.extend_from_slice(b"{\"pos\":");
    text::integer(out, u64::from(change.position.0));
    out.extend_from_slice(b",\"refNuc\":\"");
    out.push(change.from);
    out.extend_from_slice(b"\",\"qryNuc\":\"");
    out.push(change.to);
    out.extend_from_slice(b"\"}");
}

/// `{"pos":240,"refNuc":"C"}`
pub(super) fn deleted_letter(out: &mut Buffer, (position, letter): (RefPos, u8)) {
    value::object(out, |object| {
        object.count("pos", position.0);
        object.letter("refNuc", letter);
    });
}

/// `{"range":{"begin":0,"end":9}}`
pub(super) fn deleted_span(out: &mut Buffer, span: Span<RefPos>) {
    value::object(out, |object| object.span("range", span));
}

fn insertion(out: &mut Buffer, insertion: &Insertion) {
    value::object(out, |object| {
        value::position_before(object.field("pos"), insertion.after);
        value::letters(object.field("ins"), insertion.letters.iter().copied());
    });
}

fn run(out: &mut Buffer, Ambiguous { span, letter }: Ambiguous) {
    value::object(out, |object| {
        object.span("range", span);
        object.letter("character", letter);
    });
}

/// Lists and totals of everything that differs.
pub(super) fn write(object: &mut Object, calls: &Calls, reference: &Composition) {
    object.list("substitutions", &calls.substitutions, substitution);
    object.count("totalSubstitutions", calls.substitutions.len());
    object.list("deletions", calls.deletions.iter().copied(), deleted_span);
    object.count("totalDeletions", calls.deleted_nt());
    object.list("insertions", &calls.insertions, insertion);
    object.count("totalInsertions", calls.inserted_nt());
    let unknown = |&span| Ambiguous { span, letter: nucleotide::UNKNOWN };
    object.list("missing", calls.missing.iter().map(unknown), run);
    object.count("totalMissing", calls.missing_nt());
    object.list("nonACGTNs", calls.ambiguous.iter().copied(), run);
    object.count("totalNonACGTNs", calls.ambiguous_nt());
    value::object(object.field("nucleotideComposition"), |object| reference.write(calls, object));
}

/// Order in which letters are counted.
const COUNTED: &[u8; 16] = b"TAWCYMHGKRDSBVN-";

const COUNTED_NAMES: [&str; 16] =
    ["T", "A", "W", "C", "Y", "M", "H", "G", "K", "R", "D", "S", "B", "V", "N", "-"];

/// How often each letter stands in a reference.
pub(super) struct Composition<'a> {
    letters: &'a [u8],
    counts: [u32; 256],
}

impl<'a> Composition<'a> {
    pub fn new(reference: &'a Reference) -> Self {
        let letters = reference.letters();
        let mut counts = [0; 256];
        for &letter in letters {
            counts[letter as usize] += 1;
        }
        Self { letters, counts }
    }

    /// Counts of a genome in reference positions: those of the reference, corrected where it differs.
    fn write(&self, calls: &Calls, object: &mut Object) {
        let mut counts = self.counts;
        let mut replace = |span: Span<RefPos>, letter: u8| {
            for &from in &self.letters[span.indices()] {
                counts[from as usize] -= 1;
            }
            counts[letter as usize] += span.len();
        };
        replace(Span::new(0, calls.aligned.begin.0), GAP);
        replace(Span::new(calls.aligned.end.0, self.letters.len() as u32), GAP);
        calls.deletions.iter().for_each(|&span| replace(span, GAP));
        calls.missing.iter().for_each(|&span| replace(span, nucleotide::UNKNOWN));
        calls.ambiguous.iter().for_each(|run| replace(run.span, run.letter));
        for sub in &calls.substitutions {
            replace(Span::new(sub.position.0, sub.position.0 + 1), sub.to);
        }
        for (&letter, name) in COUNTED.iter().zip(COUNTED_NAMES) {
            if counts[letter as usize] > 0 {
                object.count(name, counts[letter as usize]);
            }
        }
    }
}
