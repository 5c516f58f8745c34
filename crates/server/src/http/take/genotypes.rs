//! A selection as one VCF: its genomes as columns.
//!
//! Nothing is written before all genomes are gathered, so that none is named that may no longer be seen. Start at
//! [`Genotypes`].

use super::lines::Differences;
use super::table::named;
use crate::app::index::fields::PRIMARY_KEY;
use crate::app::packs::Packs;
use crate::http::lapis::writing::{Genome, Writing};
use hearth_genome::calls::{Ambiguous, Calls, Insertion, Substitution};
use hearth_genome::coordinate::{RefPos, Span};
use hearth_genome::pack::Pack;
use hearth_genome::rows::vcf::Cohort;
use hearth_index::row::Reading;
use std::sync::Arc;

/// A piece is sent when it has so many bytes.
const PIECE_BYTES: usize = 512 * 1024;

/// See the module.
pub struct Genotypes {
    packs: Arc<Packs>,
    pathogen: String,
    differences: Differences,
    cohort: Cohort,
    has_header: bool,
}

impl Genotypes {
    /// Of a pathogen.
    pub fn new(packs: Arc<Packs>, pathogen: String) -> Self {
        let (differences, cohort, has_header) = (Differences::default(), Cohort::default(), false);
        Self { packs, pathogen, differences, cohort, has_header }
    }
}

impl Writing for Genotypes {
    fn is_of_all(&self) -> bool {
        true
    }

    fn genome(&mut self, _: &mut Vec<u8>, genome: &Genome) {
        let reading = self.differences.of(genome, 0);
        let pack = &genome.shelf.lead().pack;
        self.cohort.add(named(genome, PRIMARY_KEY), &calls(pack, &reading), pack);
    }

    fn end(&mut self, out: &mut Vec<u8>) -> bool {
        let Some(ready) = self.packs.named(&self.pathogen) else { return false };
        if !std::mem::replace(&mut self.has_header, true) {
            self.cohort.write_header(&ready.pack, out);
        }
        self.cohort.write_sites(&ready.pack, PIECE_BYTES, out)
    }
}

/// What the index keeps of a genome, as calls.
fn calls(pack: &Pack, reading: &Reading) -> Calls {
    let (reference, length) = (pack.reference(), pack.reference().length_nt());
    let begin = reading.unread.first().filter(|run| run.start == 0).map_or(0, |run| run.end);
    let end = reading.unread.last().filter(|run| run.end == length).map_or(length, |run| run.start);
    let mut calls = Calls { aligned: Span::new(begin.min(end), end), ..Calls::default() };
    let within = reading.unread.iter().filter(|run| run.start > begin && run.end < end.max(1));
    calls.missing = within.map(|run| Span::new(run.start, run.end)).collect();
    for change in &reading.changes {
        let (position, next) = (change.position, change.position + 1);
        match change.letter {
            b'-' => match calls.deletions.last_mut() {
                Some(last) if last.end.0 == position => last.end.0 = next,
                _ => calls.deletions.push(Span::new(position, next)),
            },
            letter @ (b'A' | b'C' | b'G' | b'T') => {
                let (position, from) = (RefPos(position), reference.letter(RefPos(position)));
                calls.substitutions.push(Substitution { position, from, to: letter });
            }
            letter => calls.ambiguous.push(Ambiguous { span: Span::new(position, next), letter }),
        }
    }
    let insertion =
        |one: &hearth_index::row::Insertion| Insertion { after: one.after, letters: one.letters.clone() };
    calls.insertions = reading.insertions.iter().map(insertion).collect();
    calls
}
