//! The fast method: along the diagonal between exact matches, with a small matrix only where needed.
//!
//! Most genomes differ from the reference in a few letters per thousand and in a few insertions and
//! deletions. The walk ([`walk`]) follows one diagonal and collects the letters that do not match. Leaving
//! the diagonal and coming back costs two gaps and at least one pair, so that up to a certain number of
//! mismatches no detour can score better; where more of them crowd, or where the diagonal is lost and another
//! one is found ([`index`]), a [`window`] of the matrix of the thorough method decides, with margins on both
//! sides long enough for every equally good placement to lie inside. What the band of the thorough method might
//! not hold is tried in such a band ([`reach`]). The method declines (`None`) whatever
//! does not look like that; the thorough method must then be used. Start at [`Quick::align`].

pub(crate) mod index;
mod known;
mod reach;
mod search;
mod walk;
mod window;

use super::banded::{Matrix, Stripe};
use super::path::{Path, Step};
use crate::alphabet::nucleotide;
use crate::calls::Calls;
use crate::coordinate::{RefPos, Span};
use crate::reference::Reference;
use index::AnchorIndex;
use known::KnownWindows;
use std::sync::atomic::{AtomicU64, Ordering};
use walk::Walk;

/// Number of the next [`Quick`]; 0 is left for memory not used yet.
static NEXT_NUMBER: AtomicU64 = AtomicU64::new(1);

/// What the fast method knows of one reference.
#[derive(Debug)]
pub struct Quick {
    /// Differs from every other, so that windows kept for one reference are not recalled for another.
    number: u64,
    index: AnchorIndex,
    /// Tandem repeats long enough for a seed of the thorough method to lie on another copy.
    repeats: Vec<Span<RefPos>>,
    /// Penalty of opening a gap where that is cheapest.
    cheapest_gap: i32,
    /// Number of mismatches no detour can pay for.
    safe_mismatches: usize,
    /// The same for a detour at an end, which pays one gap only.
    safe_end_mismatches: usize,
}

/// Memory of the fast method, kept from one genome to the next.
#[derive(Debug, Default)]
pub struct QuickMemory {
    /// Number of the [`Quick`] the windows were kept for.
    number: u64,
    /// Query position of each mismatch of the walk, and how many unknown letters came before it.
    mismatches: Vec<(u32, u32)>,
    stripes: Vec<Stripe>,
    known: KnownWindows,
    /// Paths the thorough method's band was seen to hold.
    tried: KnownWindows,
    trial: Path,
}

impl Quick {
    /// Prepares the method for a reference.
    pub fn new(reference: &Reference) -> Self {
        let parameters = reference.parameters();
        let gain = (parameters.score_match + parameters.penalty_mismatch).max(1);
        let open = parameters
            .penalty_gap_open
            .min(parameters.penalty_gap_open_in_frame)
            .min(parameters.penalty_gap_open_out_of_frame);
        // A detour of one letter that hides N in its gap: two gaps, a pair less, N not counted.
        let detour = 2 * open + parameters.score_match - 1;
        let end_detour = open;
        let safe = |cost: i32| ((cost - 1).max(0) / gain) as usize;
        let index = AnchorIndex::new(reference.letters());
        Self {
            number: NEXT_NUMBER.fetch_add(1, Ordering::Relaxed),
            repeats: index.repeats(parameters.min_match_length_nt as usize),
            index,
            cheapest_gap: open,
            safe_mismatches: safe(detour),
            safe_end_mismatches: safe(end_detour),
        }
    }

    /// Aligns `query` and writes the path, or declines.
    pub fn align(
        &self,
        reference: &Reference,
        query: &[u8],
        memory: &mut QuickMemory,
        matrix: &mut Matrix,
        path: &mut Path,
    ) -> Option<()> {
        path.clear();
        if memory.number != self.number {
            *memory = QuickMemory { number: self.number, ..QuickMemory::default() };
        }
        memory.mismatches.clear();
        Walk::new(self, reference, query, memory, matrix, path).run()
    }
}

impl Quick {
    /// Share of a sequence's words that stand in the reference; 0 of a sequence too short to have one.
    pub fn share_of_words(&self, letters: &[u8]) -> f64 {
        self.index.share_of_words(letters)
    }
}

/// Score of a path under the reference's scoring, from its calls.
pub fn score_of(reference: &Reference, query: &[u8], path: &Path, calls: &Calls) -> i32 {
    let scoring = reference.scoring();
    let matching = reference.parameters().score_match;
    let paired: u32 = path.runs().iter().filter(|run| run.step == Step::Pair).map(|run| run.length).sum();
    let mut score = matching * paired as i32;
    let mut correct = |position: RefPos, letter: u8| {
        score += scoring.pairs.pair(reference.letter(position), letter) - matching;
    };
    for sub in &calls.substitutions {
        correct(sub.position, sub.to);
    }
    for run in &calls.ambiguous {
        run.span.positions().for_each(|position| correct(position, run.letter));
    }
    let unknown = scoring.pairs.pair(b'A', nucleotide::UNKNOWN) - matching;
    score += unknown * calls.missing_nt() as i32;
    let ends = (reference.length_nt(), query.len() as u32);
    for run in path.runs() {
        let free = match run.step {
            Step::Pair => true,
            Step::Insertion => {
                run.reference == 0 && scoring.leading_insertion_free
                    || run.reference == ends.0 && scoring.trailing_insertion_free
            }
            Step::Deletion => {
                run.query == 0 && scoring.leading_deletion_free
                    || run.query == ends.1 && scoring.trailing_deletion_free
            }
        };
        if !free {
            score -= scoring.gap_open[run.reference as usize] + scoring.gap_extend * (run.length as i32 - 1);
        }
    }
    score
}
