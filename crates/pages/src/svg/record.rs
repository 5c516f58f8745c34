//! One genome against its reference: genes, substitutions, deletions, insertions, what was not read.
//!
//! Refuses to know how they were found. Start at [`record_map`].

use super::track::{self, Gene, Scale, Stem};
use super::{Drawing, WIDE};
use crate::messages::{Catalogue, Key, Value};
use crate::number;
use std::collections::BTreeSet;

/// A segment of a genome, or all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    /// Its name; empty if the genome has one only.
    pub name: String,
    /// Letters of the reference.
    pub length_nt: u32,
    /// Its genes.
    pub genes: Vec<Gene>,
    /// Substitutions.
    pub substitutions: Vec<Substitution>,
    /// Deletions: letters before each, and up to its end.
    pub deletions: Vec<(u32, u32)>,
    /// Insertions: letters before each, and the letters that are inserted.
    pub insertions: Vec<(u32, String)>,
    /// What was not read: letters before each stretch, and up to its end.
    pub missing: Vec<(u32, u32)>,
}

/// A letter in the place of another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Substitution {
    /// Letters before it.
    pub at_nt: u32,
    /// What it is called: `C241T`, or `S:D614G (A23403G)`.
    pub label: String,
    /// Whether it changes a protein.
    pub changes_protein: bool,
}

const LEFT: f64 = 8.0;
const RIGHT: f64 = WIDE - 8.0;
/// Height of the band that stands for the sequence.
const BAND: f64 = 26.0;
/// How far a mark of a substitution reaches beyond the band.
const BEYOND: f64 = 5.0;
/// With more labels than this nothing is named: the drawing would be full of them.
const MOST_NAMED: usize = 44;

/// The sequence as a band with what differs from the reference, above the genes. Changes of proteins are named.
pub fn record_map(title: &str, segment: &Segment, words: &Catalogue) -> String {
    let mut drawing = Drawing::new(title, WIDE);
    let scale = Scale::new(segment.length_nt, LEFT, RIGHT);
    let named = named(segment);
    let (room, elbow) = track::room_above(&named);
    let top = if named.is_empty() { BEYOND + 2.0 } else { room + elbow + BEYOND };
    track::label(&mut drawing, &scale, &named, room, |_| top - BEYOND);
    drawing.rect("ground", [LEFT, top, RIGHT - LEFT, BAND], "");
    let place = |&(begin, end): &(u32, u32)| {
        let begin = number::whole(u64::from(begin) + 1);
        let end = number::whole(u64::from(end));
        if begin == end { begin } else { format!("{begin}–{end}") }
    };
    for (class, key, stretches) in
        [("missing", Key::TipMissing, &segment.missing), ("deletion", Key::TipDeleted, &segment.deletions)]
    {
        for stretch in stretches {
            let (x, end) = (scale.x(stretch.0), scale.x(stretch.1));
            let tip = words.with(key, "place", &place(stretch));
            drawing.rect(class, [x, top, (end - x).max(1.2), BAND], &tip);
        }
    }
    substitutions(&mut drawing, &scale, top, &segment.substitutions);
    for (at_nt, letters) in &segment.insertions {
        let place = number::whole(u64::from(*at_nt));
        let letters = number::shortened(letters, 30);
        let given = [("place", Value::Text(&place)), ("letters", Value::Text(&letters))];
        let tip = words.tell(Key::TipInserted, &given);
        drawing.disc("insertion", [scale.x(*at_nt), top + BAND + 5.0, 3.6], &tip);
    }
    let below = track::genes(&mut drawing, &scale, top + BAND + 14.0, &segment.genes);
    let below = track::axis(&mut drawing, &scale, below + 4.0);
    drawing.finish(below)
}

/// What gets a name: changes of proteins, unless there are too many.
fn named(segment: &Segment) -> Vec<Stem> {
    let changes = segment.substitutions.iter().filter(|one| one.changes_protein);
    let stem = |one: &Substitution| Stem {
        label: one.label.clone(),
        at_nt: one.at_nt,
        share: 1.0,
        weight: 0,
        class: "s0",
    };
    let named: Vec<Stem> = changes.map(stem).collect();
    if named.len() > MOST_NAMED { Vec::new() } else { named }
}

/// Marks of substitutions; those that would lie on each other are drawn once, changes of proteins last.
fn substitutions(drawing: &mut Drawing, scale: &Scale, top: f64, all: &[Substitution]) {
    for (changes_protein, class) in [(false, "silent"), (true, "s0")] {
        let mut taken = BTreeSet::new();
        for one in all.iter().filter(|one| one.changes_protein == changes_protein) {
            let x = scale.x(one.at_nt);
            if taken.insert((x * 2.0) as i64) {
                drawing.rect(class, [x - 0.8, top - BEYOND, 1.6, BAND + 2.0 * BEYOND], &one.label);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(substitutions: u32) -> Segment {
        let substitution = |at_nt: u32| Substitution {
            at_nt: at_nt * 7 % 1_000,
            label: format!("A{at_nt}<"),
            changes_protein: at_nt.is_multiple_of(2),
        };
        Segment {
            length_nt: 1_000,
            substitutions: (0..substitutions).map(substitution).collect(),
            deletions: vec![(10, 11), (20, 40)],
            insertions: vec![(500, "ACG<".repeat(100))],
            missing: vec![(0, 9), (5_000, 4_000)],
            ..Segment::default()
        }
    }

    #[test]
    fn everything_has_a_tip_and_stays_a_text() {
        let drawing = record_map("t", &segment(4), &Catalogue::english());
        for tip in ["11 deleted", "21–40 deleted", "1–9 not read", "after 500 inserted: ACG&lt;", "A0&lt;"]
        {
            assert!(drawing.contains(tip), "{tip}: {drawing}");
        }
        assert_eq!(drawing.matches("class=\"t small\"").count(), 2);
    }

    #[test]
    fn many_changes_stay_small_and_unnamed() {
        let drawing = record_map("t", &segment(100_000), &Catalogue::english());
        assert!(drawing.len() < 400_000 && !drawing.contains("class=\"t small\""), "{}", drawing.len());
    }

    #[test]
    fn an_empty_segment_is_drawn() {
        assert!(record_map("", &Segment::default(), &Catalogue::english()).contains("</svg>"));
    }
}
