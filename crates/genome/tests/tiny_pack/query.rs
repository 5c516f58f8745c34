//! Queries for the small packs: genomes of their trees after random edits.
//!
//! Edits are values, so that a failing query shrinks to the few edits that matter. Start at [`queries`].

use super::{TinyPack, packs};
use hearth_genome::alphabet::nucleotide::reverse_complement;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::fmt;

/// A genome of a pack's tree and what is done to it.
#[derive(Clone)]
pub struct Query {
    /// Which of [`packs`].
    pub pack: usize,
    /// Which of its genomes.
    genome: usize,
    /// Another of its genomes, which goes on from this letter.
    graft: Option<(usize, usize)>,
    /// Where the edits crowd.
    focus: usize,
    edits: Vec<Edit>,
    is_turned: bool,
}

/// A place in the sequence as it is when the edit is made.
#[derive(Clone, Copy, Debug)]
enum Place {
    Anywhere(usize),
    Near(usize),
}

#[derive(Clone, Debug)]
enum Edit {
    Substitute(Place, usize),
    Delete(Place, usize),
    Insert(Place, String),
    Hide(Place, usize),
    Blur(Place, char),
    Duplicate(Place, usize),
    Replace(Place, String),
    CutStart(usize),
    CutEnd(usize),
    OverhangStart(String),
    OverhangEnd(String),
}

impl Query {
    /// The pack the query is for.
    pub fn pack(&self) -> &'static TinyPack {
        &packs()[self.pack]
    }

    /// The letters.
    pub fn letters(&self) -> Vec<u8> {
        let genomes = &self.pack().genomes;
        let mut letters = genomes[self.genome % genomes.len()].clone();
        if let Some((other, at)) = self.graft {
            let other = &genomes[other % genomes.len()];
            let at = at.min(letters.len()).min(other.len());
            letters.splice(at.., other[at..].iter().copied());
        }
        self.edits.iter().for_each(|edit| edit.make(self.focus, &mut letters));
        if self.is_turned {
            reverse_complement(&mut letters);
        }
        letters
    }
}

/// On one line, whatever the printer asks for: proptest's own would take hundreds.
impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pack, genome, graft, focus, edits, is_turned } = self;
        write!(f, "pack {pack}, genome {genome}, graft {graft:?}, focus {focus}, ")?;
        write!(f, "turned {is_turned}, edits {edits:?}")
    }
}

impl Edit {
    fn make(&self, focus: usize, letters: &mut Vec<u8>) {
        let length = letters.len();
        let at = |place: &Place| match place {
            Place::Anywhere(at) => at % (length + 1),
            Place::Near(offset) => (focus + offset) % (length + 1),
        };
        let run = |place: &Place, run: usize| at(place)..(at(place) + run).min(length);
        match self {
            Self::Substitute(place, by) => {
                if let Some(letter) = letters.get_mut(at(place)) {
                    let old = b"ACGT".iter().position(|other| other == letter).unwrap_or(0);
                    *letter = b"ACGT"[(old + by) % 4];
                }
            }
            Self::Delete(place, length) => drop(letters.drain(run(place, *length))),
            Self::Insert(place, new) => drop(letters.splice(at(place)..at(place), new.bytes())),
            Self::Hide(place, length) => letters[run(place, *length)].fill(b'N'),
            Self::Blur(place, new) => {
                letters.get_mut(at(place)).into_iter().for_each(|letter| *letter = *new as u8)
            }
            Self::Duplicate(place, length) => {
                let run = run(place, *length);
                let copy = letters[run.clone()].to_vec();
                drop(letters.splice(run.end..run.end, copy));
            }
            Self::Replace(place, new) => drop(letters.splice(run(place, new.len()), new.bytes())),
            Self::CutStart(cut) => drop(letters.drain(..*cut.min(&length))),
            Self::CutEnd(cut) => letters.truncate(length - cut.min(&length)),
            Self::OverhangStart(new) => drop(letters.splice(0..0, new.bytes())),
            Self::OverhangEnd(new) => letters.extend(new.bytes()),
        }
    }
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        1 => (0..2_500_usize).prop_map(Place::Anywhere),
        1 => (0..60_usize).prop_map(Place::Near),
        1 => (0..300_usize).prop_map(Place::Near),
    ]
}

fn length(most: usize) -> impl Strategy<Value = usize> {
    prop_oneof![3 => 1..7_usize, 2 => (1..11_usize).prop_map(|codons| 3 * codons), 1 => 1..most]
}

fn bases(most: usize) -> impl Strategy<Value = String> {
    let letters = length(most).prop_flat_map(|length| vec(select(vec!['A', 'C', 'G', 'T']), length));
    letters.prop_map(String::from_iter)
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        8 => (place(), 1..4_usize).prop_map(|(place, by)| Edit::Substitute(place, by)),
        3 => (place(), length(200)).prop_map(|(place, length)| Edit::Delete(place, length)),
        3 => (place(), bases(60)).prop_map(|(place, letters)| Edit::Insert(place, letters)),
        2 => (place(), length(300)).prop_map(|(place, length)| Edit::Hide(place, length)),
        2 => (place(), select("RYSWKMBDHVN".chars().collect::<Vec<_>>())).prop_map(|(place, letter)| Edit::Blur(place, letter)),
        1 => (place(), length(90)).prop_map(|(place, length)| Edit::Duplicate(place, length)),
        1 => (place(), bases(30)).prop_map(|(place, letters)| Edit::Replace(place, letters)),
        1 => length(700).prop_map(Edit::CutStart),
        1 => length(700).prop_map(Edit::CutEnd),
        1 => bases(40).prop_map(Edit::OverhangStart),
        1 => bases(40).prop_map(Edit::OverhangEnd),
    ]
}

/// Random queries for all packs.
pub fn queries() -> impl Strategy<Value = Query> {
    let edits = prop_oneof![4 => vec(edit(), 0..8), 1 => vec(edit(), 8..40)];
    let graft = prop::option::weighted(0.3, (0..40_usize, 0..2_500_usize));
    (0..packs().len(), 0..40_usize, graft, 0..2_500_usize, edits, prop::bool::weighted(0.1)).prop_map(
        |(pack, genome, graft, focus, edits, is_turned)| Query {
            pack,
            genome,
            graft,
            focus,
            edits,
            is_turned,
        },
    )
}
