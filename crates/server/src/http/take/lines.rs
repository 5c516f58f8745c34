//! Genomes as lines of JSON: what is known of each, and what makes it differ from the reference.
//!
//! Out of the differences the genome comes again as it lies along the reference, letter for letter. Positions count from
//! 1, and runs name their first and last; where a pathogen has several segments, its name stands before each. Start at [`Lines`].

use super::table::value;
use crate::app::index::fields::FIELDS;
use crate::http::lapis::writing::{Genome, Writing};
use hearth_index::row::{Insertion, Reading, RowId};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// See the module.
#[derive(Default)]
pub struct Lines {
    differences: Differences,
}

impl Writing for Lines {
    fn genome(&mut self, out: &mut Vec<u8>, genome: &Genome) {
        let line = self.differences.line(genome);
        out.extend_from_slice(Value::Object(line).to_string().as_bytes());
        out.push(b'\n');
    }
}

/// What a line tells of the letters, by the names of its members.
const LISTS: [&str; 4] = ["substitutions", "deletions", "insertions", "unread"];

/// Makes lines; the insertions of all genomes are looked up once.
#[derive(Default)]
pub struct Differences {
    /// By sequence.
    inserted: BTreeMap<usize, BTreeMap<RowId, Vec<Insertion>>>,
}

impl Differences {
    /// What is known of a genome and what makes it differ.
    pub fn line(&mut self, genome: &Genome) -> Map<String, Value> {
        let mut line = Map::new();
        for (number, field) in FIELDS.iter().enumerate() {
            line.insert(field.name.to_owned(), value(genome, number));
        }
        let schema = genome.held.index.schema();
        let segments: Vec<usize> = schema.segments().map(|(number, _)| number).collect();
        for (name, list) in LISTS.iter().zip(self.words(genome, &segments)) {
            line.insert((*name).to_owned(), Value::from(list.join(" ")));
        }
        line
    }

    /// What makes some sequences of a genome differ, in words: substitutions, deletions, insertions, and what was not read.
    pub fn words(&mut self, genome: &Genome, sequences: &[usize]) -> [Vec<String>; 4] {
        let schema = genome.held.index.schema();
        let mut lists = [const { Vec::new() }; 4];
        for number in sequences {
            let prefix = schema.prefix_of(*number).map(|name| format!("{name}:")).unwrap_or_default();
            let words = told(&self.of(genome, *number));
            for (list, words) in lists.iter_mut().zip(words) {
                list.extend(words.into_iter().map(|word| format!("{prefix}{word}")));
            }
        }
        lists
    }

    /// What makes a sequence of a genome differ.
    pub fn of(&mut self, genome: &Genome, segment: usize) -> Reading {
        let all = || genome.selection.inserted(segment).unwrap_or_default();
        let inserted = self.inserted.entry(segment).or_insert_with(all);
        let insertions = inserted.get(&genome.row).cloned().unwrap_or_default();
        let reading = genome.selection.reading(genome.row, segment).unwrap_or_default();
        Reading { insertions, ..reading }
    }
}

/// The words of each list of [`LISTS`].
fn told(reading: &Reading) -> [Vec<String>; 4] {
    let inserted = |one: &Insertion| format!("{}:{}", one.after, String::from_utf8_lossy(&one.letters));
    let unread = reading.unread.iter().map(|run| span(run.start, run.end));
    [
        substitutions(reading),
        deletions(reading),
        reading.insertions.iter().map(inserted).collect(),
        unread.collect(),
    ]
}

/// From 0 and half open, as people count.
fn span(start: u32, end: u32) -> String {
    if end - start == 1 { end.to_string() } else { format!("{}-{end}", start + 1) }
}

fn substitutions(reading: &Reading) -> Vec<String> {
    let others = reading.changes.iter().filter(|change| change.letter != b'-');
    others.map(|change| format!("{}{}", change.position + 1, char::from(change.letter))).collect()
}

fn deletions(reading: &Reading) -> Vec<String> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for change in reading.changes.iter().filter(|change| change.letter == b'-') {
        match runs.last_mut() {
            Some((_, end)) if *end == change.position => *end += 1,
            _ => runs.push((change.position, change.position + 1)),
        }
    }
    runs.into_iter().map(|(start, end)| span(start, end)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_index::row::Change;

    #[test]
    fn differences_are_short_words() {
        let change = |(position, letter)| Change { position, letter };
        let changes = [(0, b'T'), (4, b'-'), (5, b'-'), (7, b'-'), (9, b'R')].map(change).to_vec();
        let reading = Reading { changes, ..Reading::default() };
        assert_eq!(substitutions(&reading), ["1T", "10R"]);
        assert_eq!(deletions(&reading), ["5-6", "8"]);
    }
}
