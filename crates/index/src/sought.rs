//! A genome whose neighbours are sought: which letters differ from its own, and what of it is unknown.
//!
//! The distance of two genomes is the number of positions at which both have one of A, C, G and T and they differ, as
//! `hearth_genome::neighbours` counts; in genes both have an amino acid or a stop. Ambiguous letters, deletions and what
//! was not read say nothing; insertions are not looked at. Refuses to know other genomes. Start at [`Sought`].

use crate::alphabet::Alphabet;
use crate::kept::Kept;
use crate::row::{Reading, Reference};
use crate::step::{Step, code_of, codes, letter_of};
use std::ops::Range;
use std::sync::OnceLock;

/// A genome whose neighbours are sought. It comes from a selection, of a row or of letters that are no row, and is for
/// the index of that selection.
#[derive(Debug, Clone)]
pub struct Sought {
    pub(crate) sequence: usize,
    /// Its own row, which is no neighbour of it.
    pub(crate) row: Option<u32>,
    letters: Letters,
    /// Where its letter differs from the reference's, ascending.
    pub(crate) changed: Vec<u32>,
    unknown: u32,
    /// How many positions before each, and before the end, are among `changed`; how many are unknown.
    changed_before: OnceLock<Vec<u32>>,
    unknown_before: OnceLock<Vec<u32>>,
}

/// What stands at each position, as a kind of letter, and which codes differ from a kind.
#[derive(Debug, Clone)]
struct Letters {
    kinds: Vec<u8>,
    /// By kind a bit for each code.
    differing: [u32; KINDS],
    /// A bit for each code of a letter that counts.
    counting: u32,
}

/// Twice the code of a letter that counts, and 1 more where the reference's differs from it; 0 for all that is unknown.
type Kind = u8;
const KINDS: usize = 64;
const UNKNOWN: Kind = 0;

impl Letters {
    /// Those of the reference.
    fn of(reference: &Reference) -> Self {
        let alphabet = reference.alphabet;
        let number = codes(alphabet);
        let counts = |code: &usize| counts(alphabet, letter_of(alphabet, *code));
        let counting = (0..number).filter(counts).fold(0, |bits, code| bits | 1u32 << code);
        let mut differing = [0; KINDS];
        for code in (0..number).filter(counts) {
            let others = counting & !(1 << code);
            // What was not read is counted as if it were the reference's letter, and taken off again by runs.
            let unread = 1 << (number - 1);
            for (changed, bits) in [others, others | unread].into_iter().enumerate() {
                differing[2 * code + changed] = bits;
            }
        }
        let kinds = reference.letters.iter().map(|letter| {
            let code = code_of(alphabet, *letter).unwrap_or(0);
            if counting >> code & 1 == 1 { 2 * code } else { UNKNOWN }
        });
        Self { kinds: kinds.collect(), differing, counting }
    }

    fn put(&mut self, own: &Self, position: u32, code: usize) {
        let reference = own.kinds.get(position as usize).copied().unwrap_or(UNKNOWN);
        let Some(kind) = self.kinds.get_mut(position as usize) else { return };
        let differs = usize::from(reference) != 2 * code;
        *kind =
            if self.counting >> code & 1 == 1 { (2 * code) as Kind + Kind::from(differs) } else { UNKNOWN };
    }

    fn kind(&self, position: usize) -> Kind {
        self.kinds.get(position).copied().unwrap_or(UNKNOWN)
    }

    fn is_changed(&self, position: u32) -> bool {
        self.kind(position as usize) & 1 == 1
    }
}

fn counts(alphabet: Alphabet, letter: u8) -> bool {
    letter != b'-' && alphabet.is_certain(letter)
}

impl Sought {
    /// The reference itself, from which others are made.
    pub(crate) fn reference(sequence: usize, reference: &Reference) -> Self {
        let letters = Letters::of(reference);
        let nothing = || OnceLock::new();
        let (changed_before, unknown_before) = (nothing(), nothing());
        Self { sequence, row: None, letters, changed: Vec::new(), unknown: 0, changed_before, unknown_before }
    }

    /// A row, made of the reference.
    pub(crate) fn of_row(&self, reference: &Reference, kept: &Kept, row: u32) -> Self {
        let (ancestor, steps, runs) = kept.row(row);
        let code = |letter| usize::from(code_of(reference.alphabet, letter).unwrap_or(0));
        let above = kept.ancestors.letters(ancestor).iter();
        let letters = above.map(|change| (change.position, code(change.letter)));
        let own = steps.iter().map(|step| (step.position() as u32, step.new_code()));
        Self { row: Some(row), ..self.with(letters.chain(own), runs) }
    }

    /// A node of the tree, made of the reference.
    pub(crate) fn of_ancestor(&self, reference: &Reference, kept: &Kept, ancestor: u32) -> Self {
        let code = |letter| usize::from(code_of(reference.alphabet, letter).unwrap_or(0));
        let letters = kept.ancestors.letters(ancestor).iter();
        self.with(letters.map(|change| (change.position, code(change.letter))), &[])
    }

    /// A reading that fits the reference it is made of.
    pub(crate) fn of_reading(&self, reference: &Reference, reading: &Reading) -> Self {
        let code = |letter| usize::from(code_of(reference.alphabet, letter).unwrap_or(0));
        let changes = reading.changes.iter().map(|change| (change.position, code(change.letter)));
        self.with(changes, &reading.unread)
    }

    /// The reference with other letters, the later of two holding, and with runs of unread ones.
    fn with(&self, changes: impl Iterator<Item = (u32, usize)>, runs: &[Range<u32>]) -> Self {
        let mut letters = self.letters.clone();
        let mut changed = Vec::new();
        for (position, code) in changes {
            letters.put(&self.letters, position, code);
            changed.push(position);
        }
        for run in runs {
            if let Some(kinds) = letters.kinds.get_mut(run.start as usize..run.end as usize) {
                kinds.fill(UNKNOWN);
            }
        }
        changed.sort_unstable();
        changed.dedup();
        changed.retain(|position| letters.is_changed(*position));
        let unknown = letters.kinds.iter().map(|kind| u32::from(*kind == UNKNOWN)).sum();
        let (changed_before, unknown_before) = (OnceLock::new(), OnceLock::new());
        Self { sequence: self.sequence, row: None, letters, changed, unknown, changed_before, unknown_before }
    }

    /// By how much a change of another genome takes it away from this one: 1, 0, or -1. What was not read is taken for
    /// the reference's letter.
    pub(crate) fn taken_away(&self, step: Step) -> i32 {
        let kind = usize::from(self.letters.kind(step.position()));
        let differing = self.letters.differing[kind % KINDS];
        (differing >> step.new_code() & 1) as i32 - (differing >> step.old() & 1) as i32
    }

    /// Whether letters of this code say nothing.
    pub(crate) fn says_nothing(&self, code: usize) -> bool {
        self.letters.counting >> code & 1 == 0
    }

    /// Letters of its sequence.
    pub(crate) fn length(&self) -> u32 {
        self.letters.kinds.len() as u32
    }

    /// Its positions that say nothing.
    pub(crate) fn unknown(&self) -> u32 {
        self.unknown
    }

    /// Whether at least half of the reference is known of it. Otherwise it has no neighbours and is none.
    pub fn is_comparable(&self) -> bool {
        self.covers(self.length() - self.unknown)
    }

    /// Whether another genome is known well enough to be its neighbour, `compared` positions being known in both: three
    /// quarters of those known in this one, and half of the reference.
    pub(crate) fn covers(&self, compared: u32) -> bool {
        is_enough(self.length(), self.length() - self.unknown, compared)
    }

    pub(crate) fn changed_before(&self) -> &[u32] {
        self.changed_before.get_or_init(|| before(&self.letters.kinds, |kind| kind & 1 == 1))
    }

    pub(crate) fn unknown_before(&self) -> &[u32] {
        self.unknown_before.get_or_init(|| before(&self.letters.kinds, |kind| kind == UNKNOWN))
    }
}

/// Whether so many compared positions are enough for a genome of which so many are known.
pub(crate) fn is_enough(length: u32, known: u32, compared: u32) -> bool {
    compared >= length.div_ceil(2) && u64::from(compared) * 4 >= u64::from(known) * 3
}

/// How many letters before each position, and before the end, are of some kinds.
fn before(kinds: &[Kind], counts: impl Fn(Kind) -> bool) -> Vec<u32> {
    let mut sum = 0;
    let mut sums = Vec::with_capacity(kinds.len() + 1);
    sums.push(0);
    for kind in kinds {
        sum += u32::from(counts(*kind));
        sums.push(sum);
    }
    sums
}

/// How many of what was counted [`before`] each position is within a run.
pub(crate) fn within(before: &[u32], run: &Range<u32>) -> u32 {
    let at = |position: u32| before.get(position as usize).copied().unwrap_or(0);
    at(run.end).saturating_sub(at(run.start))
}
