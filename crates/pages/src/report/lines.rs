//! One line for each genome: what was found, and what to do about it.
//!
//! Start at [`rows`].

use super::advice::advice;
use super::{BatchReport, GenomeLine, Status};
use crate::messages::{Catalogue, Key, Value};
use crate::number::{self, shortened};

use super::MOST_CHARS;

/// Longest name and sentence on a line, in characters.
const NAME_CHARS: usize = 80;

/// A line.
pub struct Row {
    /// Its colour, by class.
    pub class: &'static str,
    /// A sign that says the same as the colour.
    pub sign: &'static str,
    /// Name of the genome.
    pub name: String,
    /// Clade and what is finer.
    pub clade: String,
    /// Quality, in a word.
    pub status: String,
    /// Share that was read; empty if it was not analysed.
    pub read: String,
    /// What was found.
    pub found: String,
    /// Who is nearest; empty if that was not looked for.
    pub nearest: String,
    /// What to do.
    pub to_do: String,
}

/// Lines of genomes that need attention, and of the others.
pub fn rows(report: &BatchReport, words: &Catalogue) -> (Vec<Row>, Vec<Row>) {
    let row = |line: &GenomeLine| row(line, report, words);
    let (urgent, other): (Vec<&GenomeLine>, Vec<&GenomeLine>) =
        report.lines.iter().partition(|line| line.urgency() > 0);
    (urgent.into_iter().map(row).collect(), other.into_iter().map(row).collect())
}

fn row(line: &GenomeLine, report: &BatchReport, words: &Catalogue) -> Row {
    let (class, sign, key) = match line.status {
        Status::Good => ("good", "✓", Key::StatusGood),
        Status::Mediocre => ("mediocre", "!", Key::StatusMediocre),
        Status::Bad => ("bad", "✕", Key::StatusBad),
        Status::Unjudged => ("unjudged", "•", Key::StatusUnjudged),
        Status::Failed => ("failed", "–", Key::StatusFailed),
    };
    let (found, to_do) = advice(line, words);
    let nearest = report.neighbours.as_ref().and_then(|neighbours| neighbours.nearest.get(&line.index));
    let nearest = nearest.map(|nearest| {
        let name = shortened(&nearest.name, NAME_CHARS);
        let distance = Value::Count(u64::from(nearest.distance_nt));
        let place = Value::Text(if nearest.is_background { "background" } else { "batch" });
        words.tell(Key::NearestIs, &[("where", place), ("name", Value::Text(&name)), ("distance", distance)])
    });
    Row {
        class,
        sign,
        name: if line.name.is_empty() {
            words.say(Key::LineUnnamed)
        } else {
            shortened(&line.name, NAME_CHARS)
        },
        clade: shortened(&line.clade, NAME_CHARS),
        status: words.say(key),
        read: line.coverage.map(number::percent).unwrap_or_default(),
        found: shortened(&found, MOST_CHARS * 2),
        nearest: nearest.unwrap_or_default(),
        to_do: shortened(&to_do, MOST_CHARS * 2),
    }
}
