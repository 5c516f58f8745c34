//! A genome as a row of the index: what it differs in from the reference, and what is known of it.
//!
//! What lies outside the alignment was not read: it is no deletion. Refuses to know the ledger's states. Start at
//! [`readings`].

use super::schema::ancestor_of;
use crate::app::packs::ReadyPack;
use crate::app::pathogens::Pathogen;
use hearth_genome::analysis::Analysis;
use hearth_genome::calls;
use hearth_genome::coordinate::Position as _;
use hearth_genome::pack::Pack;
use hearth_index::alphabet::Alphabet;
use hearth_index::ancestors::AncestorId;
use hearth_index::row::{Change, Insertion, Reading};

/// The readings of all sequences of a pathogen, from what the analysis says of each segment, and the node of the tree
/// that the genome descends from; nothing read where a segment is missing or could not be analysed.
pub fn readings(
    packs: &[ReadyPack],
    pathogen: &Pathogen,
    analyses: &[Option<Analysis>],
) -> (AncestorId, Vec<Reading>) {
    let (mut nucleotides, mut cdses) = (Vec::new(), Vec::new());
    for (number, segment) in pathogen.segments().iter().enumerate() {
        let Some(ready) = packs.get(segment.pack) else { continue };
        let analysis = analyses.get(number).and_then(Option::as_ref);
        let (own, translated) =
            analysis.map_or_else(|| unread(&ready.pack), |analysis| read(&ready.pack, analysis));
        nucleotides.push(own);
        cdses.extend(translated);
    }
    let lead = analyses.get(pathogen.lead()).and_then(Option::as_ref);
    let node = lead.and_then(|analysis| analysis.place.as_ref()).map(|place| place.placement.node);
    nucleotides.extend(cdses);
    (ancestor_of(node), nucleotides)
}

/// What was read of a segment and of its coding sequences.
fn read(pack: &Pack, analysis: &Analysis) -> (Reading, Vec<Reading>) {
    let calls = &analysis.calls;
    let mut letters = calls.aligned_sequence(pack.reference());
    letters[..calls.aligned.begin.index()].fill(Alphabet::Nucleotide.unread());
    letters[calls.aligned.end.index()..].fill(Alphabet::Nucleotide.unread());
    let nucleotides = differing(Alphabet::Nucleotide, pack.reference().letters(), &letters);
    let nucleotides =
        Reading { insertions: inserted(Alphabet::Nucleotide, &calls.insertions), ..nucleotides };
    let cdses = analysis.readings.iter().enumerate().map(|(cds, reading)| {
        let own = pack.peptides().letters(cds);
        let Some(reading) = reading else { return all_unread(own.len()) };
        let mut letters = reading.peptide(pack.peptides());
        for span in &reading.unaligned {
            letters[span.indices()].fill(Alphabet::AminoAcid.unread());
        }
        let insertions = inserted(Alphabet::AminoAcid, &reading.insertions);
        Reading { insertions, ..differing(Alphabet::AminoAcid, own, &letters) }
    });
    (nucleotides, cdses.collect())
}

fn unread(pack: &Pack) -> (Reading, Vec<Reading>) {
    let cdses = 0..pack.annotation().cdses.len();
    let lengths = cdses.map(|cds| pack.peptides().letters(cds).len());
    (all_unread(pack.reference().letters().len()), lengths.map(all_unread).collect())
}

fn all_unread(length: usize) -> Reading {
    let run = 0..length as u32;
    Reading { unread: if run.is_empty() { Vec::new() } else { vec![run] }, ..Reading::default() }
}

/// Insertions whose letters are all of the alphabet.
fn inserted(alphabet: Alphabet, calls: &[calls::Insertion]) -> Vec<Insertion> {
    let known = calls.iter().filter(|call| call.letters.iter().all(|letter| alphabet.set(*letter).is_some()));
    known.map(|call| Insertion { after: call.after, letters: call.letters.clone() }).collect()
}

/// What some letters change in a reference, letter by letter. What is no letter of the alphabet was not read.
fn differing(alphabet: Alphabet, reference: &[u8], letters: &[u8]) -> Reading {
    let mut reading = Reading::default();
    for ((position, &letter), &own) in (0u32..).zip(letters).zip(reference) {
        if letter == own {
            continue;
        }
        if letter != alphabet.unread() && alphabet.set(letter).is_some() {
            reading.changes.push(Change { position, letter });
            continue;
        }
        match reading.unread.last_mut() {
            Some(run) if run.end == position => run.end += 1,
            _ => reading.unread.push(position..position + 1),
        }
    }
    reading
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_become_changes_and_runs() {
        let check = |letters: &[u8], changes: &[(u32, u8)], unread: &[(u32, u32)]| {
            let found = differing(Alphabet::Nucleotide, b"ACGTACGT", letters);
            let found_changes: Vec<_> = found.changes.iter().map(|one| (one.position, one.letter)).collect();
            let runs: Vec<_> = found.unread.iter().map(|run| (run.start, run.end)).collect();
            assert_eq!((found_changes.as_slice(), runs.as_slice()), (changes, unread));
        };
        check(b"ACGTACGT", &[], &[]);
        check(b"NNGTRC-N", &[(4, b'R'), (6, b'-')], &[(0, 2), (7, 8)]);
        check(b"?CGTACGT", &[], &[(0, 1)]);
    }
}
