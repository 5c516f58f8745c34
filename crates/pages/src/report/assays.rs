//! How the assays stand: which are in danger, which pairs miss nothing, and the grid of assays and clades.
//!
//! Start at [`AssayFacts::in_danger`].

use super::page::Table;
use super::{AssayCounts, AssayFacts, Share};
use crate::messages::{Catalogue, Key, Value};
use crate::number;

/// An assay is in danger when the share of genomes without a predicted effect is below.
const DANGER: f64 = 0.95;

/// An assay's loss is news of a single genome when at least this share of the batch is without one.
const NEWS: f64 = 0.8;

/// Most assays told in the first screen, mutations told of each, and pairs.
const MOST_TOLD: usize = 5;
const MOST_BLAMED: usize = 3;
const MOST_PAIRS: usize = 5;
const MOST_DROPPED_OUT: usize = 8;

/// Most rows of the grid.
const MOST_ROWS: usize = 200;

impl Share {
    /// The share; none if no genome could be assessed.
    pub fn value(&self) -> Option<f64> {
        (self.assessable > 0).then(|| number::share(self.unaffected, self.assessable))
    }

    /// Whether so many genomes lose that it is no news of a single one.
    pub fn is_lost_by_many(&self) -> bool {
        self.value().is_some_and(|share| share < NEWS)
    }

    /// Whether fewer genomes than they should are without a predicted effect.
    pub fn is_in_danger(&self) -> bool {
        self.value().is_some_and(|share| share < DANGER)
    }
}

impl AssayFacts {
    /// Assays in danger, the worst first.
    pub fn in_danger(&self) -> Vec<&AssayCounts> {
        let mut found: Vec<&AssayCounts> =
            self.assays.iter().filter(|assay| assay.all.is_in_danger()).collect();
        let value = |assay: &AssayCounts| assay.all.value().unwrap_or(1.0);
        found.sort_by(|a, b| value(a).total_cmp(&value(b)));
        found
    }
}

/// An assay in danger, in words.
pub struct Danger {
    /// Its name.
    pub name: String,
    /// The share with its interval.
    pub share: String,
    /// What is to blame; empty if nothing is known.
    pub blamed: String,
}

/// The assays in danger that are told first, and how many more there are.
pub fn dangers(facts: &AssayFacts, words: &Catalogue) -> (Vec<Danger>, u64) {
    let all = facts.in_danger();
    let told = all.iter().take(MOST_TOLD).map(|assay| Danger {
        name: assay.name.clone(),
        share: with_interval(&assay.all, words),
        blamed: to_blame(assay, 1, words),
    });
    (told.collect(), all.len().saturating_sub(MOST_TOLD) as u64)
}

/// `2 of 4 (15–85 %)`
fn with_interval(share: &Share, words: &Catalogue) -> String {
    words.tell(
        Key::ShareWithInterval,
        &[
            ("share", Value::Text(&number::percent_down(share.value().unwrap_or(0.0)))),
            ("part", Value::Count(share.unaffected)),
            ("all", Value::Count(share.assessable)),
            ("low", Value::Text(&number::percent(share.low))),
            ("high", Value::Text(&number::percent(share.high))),
        ],
    )
}

/// The most frequent mutations to blame; those in as many genomes stand together.
fn to_blame(assay: &AssayCounts, most: usize, words: &Catalogue) -> String {
    let mut told: Vec<String> = Vec::new();
    for run in assay.blamed.chunk_by(|a, b| (a.1, &a.2) == (b.1, &b.2)).take(most) {
        let names: Vec<&str> = run.iter().take(4).map(|(name, ..)| name.as_str()).collect();
        let names = names.join(" ");
        let given = [("mutation", Value::Text(&names)), ("count", Value::Count(run[0].1))];
        told.push(match &run[0].2 {
            Some(month) => {
                let since = [&given[..], &[("month", Value::Text(month))]].concat();
                words.tell(Key::BlamedSince, &since)
            }
            None => words.tell(Key::Blamed, &given),
        });
    }
    let told = told.join("; ");
    if told.is_empty() { told } else { words.tell(Key::ToBlame, &[("mutations", Value::Text(&told))]) }
}

/// A cell of the grid.
pub struct Cell {
    /// Its colour, by class.
    pub class: &'static str,
    /// A sign that says the same as the colour.
    pub sign: &'static str,
    /// The share; empty if nothing could be assessed.
    pub share: String,
    /// Genomes that could be assessed.
    pub assessable: String,
}

/// A row of the grid.
pub struct Row {
    /// The assay.
    pub name: String,
    /// All genomes, each clade, the others.
    pub cells: Vec<Cell>,
}

/// Heads of the columns and rows of the grid.
pub fn grid(facts: &AssayFacts, words: &Catalogue) -> (Vec<String>, Vec<Row>) {
    let has_others = facts.assays.iter().any(|assay| assay.by_clade.get(facts.clades.len()).is_some());
    let mut heads = vec![words.say(Key::GridAll)];
    heads.extend(facts.clades.iter().map(|clade| number::shortened(clade, 24)));
    heads.extend(has_others.then(|| words.say(Key::Others)));
    let rows = facts.assays.iter().take(MOST_ROWS).map(|assay| Row {
        name: assay.name.clone(),
        cells: std::iter::once(&assay.all).chain(&assay.by_clade).take(heads.len()).map(cell).collect(),
    });
    (heads.clone(), rows.collect())
}

fn cell(share: &Share) -> Cell {
    let (class, sign) = match share.value() {
        None => ("none", "·"),
        Some(value) if value >= DANGER => ("good", "✓"),
        Some(value) if value >= 0.5 => ("mediocre", "!"),
        Some(_) => ("bad", "✕"),
    };
    Cell {
        class,
        sign,
        share: share.value().map(number::percent_down).unwrap_or_default(),
        assessable: number::whole(share.assessable),
    }
}

/// The sentence about pairs of assays; empty with fewer than two.
pub fn pairs(facts: &AssayFacts, words: &Catalogue) -> String {
    let name = |number: usize| facts.assays.get(number).map_or("", |assay| assay.name.as_str());
    if !facts.safe_pairs.is_empty() {
        let told = facts.safe_pairs.iter().take(MOST_PAIRS);
        let told: Vec<String> =
            told.map(|&(one, other, _)| format!("{} + {}", name(one), name(other))).collect();
        let more = facts.safe_pairs.len().saturating_sub(MOST_PAIRS) as u64;
        let given = [("pairs", Value::Text(&told.join(", "))), ("more", Value::Count(more))];
        return words.tell(Key::PairsSafe, &given);
    }
    let Some((one, other, missed, all)) = facts.best_pair else { return String::new() };
    let pair = format!("{} + {}", name(one), name(other));
    let given = [("pair", Value::Text(&pair)), ("missed", Value::Count(missed)), ("all", Value::Count(all))];
    words.tell(Key::PairsBest, &given)
}

/// The sentence about amplicons that were not read in some genomes, the most frequent first; empty if there are none.
pub fn dropped_out(facts: &AssayFacts, words: &Catalogue) -> String {
    let mut missing: Vec<&AssayCounts> = facts.assays.iter().filter(|assay| assay.dropped_out > 0).collect();
    missing.sort_by_key(|assay| std::cmp::Reverse(assay.dropped_out));
    let told = missing.iter().take(MOST_DROPPED_OUT);
    let told: Vec<String> =
        told.map(|assay| format!("{} ({})", assay.name, number::whole(assay.dropped_out))).collect();
    let more = missing.len().saturating_sub(MOST_DROPPED_OUT) as u64;
    let given = [("amplicons", Value::Text(&told.join(", "))), ("more", Value::Count(more))];
    if told.is_empty() { String::new() } else { words.tell(Key::DroppedOut, &given) }
}

/// What a table of the assays says beyond the grid.
pub fn table(facts: &AssayFacts, words: &Catalogue) -> Table {
    let head = [Key::HeadAssay, Key::HeadShare, Key::HeadBlamed, Key::HeadDroppedOut];
    let rows = facts.assays.iter().take(MOST_ROWS).map(|assay| {
        let share = match assay.all.value() {
            Some(_) => with_interval(&assay.all, words),
            None => words.say(Key::NotAssessable),
        };
        vec![assay.name.clone(), share, to_blame(assay, MOST_BLAMED, words), number::whole(assay.dropped_out)]
    });
    Table { head: head.map(|key| words.say(key)).to_vec(), rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assay(name: &str, unaffected: u64, assessable: u64) -> AssayCounts {
        let all = Share { unaffected, assessable, low: 0.1, high: 0.9 };
        AssayCounts { name: name.to_owned(), all, ..AssayCounts::default() }
    }

    #[test]
    fn the_worst_is_told_first_and_nothing_is_in_danger_without_genomes() {
        let assays = vec![assay("A", 95, 100), assay("B", 94, 100), assay("C", 0, 0), assay("D", 1, 3)];
        let facts = AssayFacts { assays, ..AssayFacts::default() };
        let names: Vec<&str> = facts.in_danger().iter().map(|assay| assay.name.as_str()).collect();
        assert_eq!(names, ["D", "B"]);
    }

    #[test]
    fn mutations_in_the_same_genomes_are_told_together() {
        let mut lost = assay("N", 0, 9);
        let since = || Some("2020-03".to_owned());
        lost.blamed = vec![
            ("G1A".to_owned(), 8, since()),
            ("G2A".to_owned(), 8, since()),
            ("C9T".to_owned(), 1, None),
            ("C7T".to_owned(), 0, None),
        ];
        let facts = AssayFacts { assays: vec![lost], ..AssayFacts::default() };
        let (dangers, more) = dangers(&facts, &Catalogue::english());
        assert_eq!(
            (dangers[0].share.replace('\u{a0}', " ").as_str(), more),
            ("0 % without a predicted effect: 0 of 9 genomes (95 % interval 10 % to 90 %)", 0)
        );
        assert_eq!(dangers[0].blamed, "to blame: G1A G2A in 8 genomes, since 2020-03");
    }

    #[test]
    fn pairs_that_miss_nothing_are_named_else_the_best() {
        let words = Catalogue::english();
        let mut facts =
            AssayFacts { assays: vec![assay("A", 1, 2), assay("B", 1, 2)], ..AssayFacts::default() };
        assert_eq!(pairs(&facts, &words), "");
        facts.best_pair = Some((0, 1, 1, 2));
        assert_eq!(
            pairs(&facts, &words),
            "No pair of assays finds all genomes. The best, A + B, misses 1 of 2."
        );
        facts.safe_pairs = vec![(0, 1, 2)];
        assert_eq!(pairs(&facts, &words), "Pairs that together miss no genome: A + B.");
    }

    #[test]
    fn amplicons_that_were_not_read_are_named_the_most_frequent_first() {
        let missing = |name: &str, dropped_out| AssayCounts { dropped_out, ..assay(name, 1, 1) };
        let check = |assays, expected: &str| {
            let facts = AssayFacts { assays, ..AssayFacts::default() };
            assert_eq!(dropped_out(&facts, &Catalogue::english()), expected);
        };
        check(vec![missing("a", 0)], "");
        let two = vec![missing("a", 1), missing("b", 0), missing("c", 1_042)];
        check(two, "Amplicons that were not read, with the number of genomes: c (1,042), a (1).");
        let many = (0..10).map(|_| missing("x", 1)).collect();
        let told = ["x (1)"; 8].join(", ");
        check(many, &format!("Amplicons that were not read, with the number of genomes: {told} and 2 more."));
    }
}
