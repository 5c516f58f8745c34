//! Simulated genomes: what is asked in `main.rs` is asked of these.
//!
//! A random reference; a tree of 5,000 nodes that change one or two letters each; genomes below late nodes with 0 to 9
//! changes of their own, in one of four an ambiguous letter that may be its own, unread ends, and now and then amplicons
//! whose borders differ by some letters. No deletions and no insertions. Start at [`World::row`].

use hearth_index::alphabet::Alphabet;
use hearth_index::ancestors::{Ancestor, AncestorId};
use hearth_index::row::{
    AudienceId, Change, DataVersion, Disclosure, Field, FieldKind, Reading, Reference, Row, Schema, Value,
};
use std::collections::BTreeMap;
use std::ops::Range;

pub const LENGTH: u32 = 29_903;
pub const NODES: u32 = 5_000;
/// Genomes of one batch.
pub const BATCH: u32 = 1_000;
const AMPLICONS: u32 = 98;

struct Random(u64);

impl Random {
    fn below(&mut self, most: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as u32) % most
    }

    fn letter_but(&mut self, own: u8) -> u8 {
        let others: Vec<u8> = b"ACGT".iter().copied().filter(|letter| *letter != own).collect();
        others[self.below(3) as usize]
    }
}

pub struct World {
    random: Random,
    pub reference: Vec<u8>,
    /// What each node has other than the reference.
    pub letters: Vec<BTreeMap<u32, u8>>,
    pub ancestors: Vec<Ancestor>,
    rows: u32,
}

impl World {
    pub fn new() -> Self {
        let mut random = Random(7);
        let reference: Vec<u8> = (0..LENGTH).map(|_| b"ACGT"[random.below(4) as usize]).collect();
        let (letters, ancestors) = (vec![BTreeMap::new()], Vec::new());
        let mut world = Self { random, reference, letters, ancestors, rows: 0 };
        for number in 1..NODES {
            // Late nodes descend from late ones, as an epidemic does.
            let parent = number - 1 - world.random.below(number.min(60));
            let mut own = world.letters[parent as usize].clone();
            let mut changes = BTreeMap::new();
            for _ in 0..1 + world.random.below(2) {
                let position = world.random.below(LENGTH);
                let letter = world.random.letter_but(world.reference[position as usize]);
                changes.insert(position, letter);
                own.insert(position, letter);
            }
            let changes = changes.into_iter().map(|(position, letter)| Change { position, letter }).collect();
            world.ancestors.push(Ancestor { parent: AncestorId(parent), changes: vec![changes] });
            world.letters.push(own);
        }
        world
    }

    pub fn schema(&self) -> Schema {
        let letters = self.reference.clone();
        let reference = Reference { name: "main".into(), alphabet: Alphabet::Nucleotide, letters };
        let field = |name: &str, kind| Field { name: name.into(), kind };
        let fields = vec![
            field("country", FieldKind::Text),
            field("date", FieldKind::Date),
            field("batch", FieldKind::Text),
        ];
        Schema { sequences: vec![reference], fields, ..Schema::default() }
    }

    fn unread(&mut self) -> Vec<Range<u32>> {
        let mut runs: Vec<Range<u32>> =
            vec![0..20 + self.random.below(40), LENGTH - 30 - self.random.below(60)..LENGTH];
        for _ in 0..self.random.below(4) {
            let begin = self.random.below(AMPLICONS) * 300 + 60 + self.random.below(12);
            runs.push(begin..begin + 270 + self.random.below(12));
        }
        runs.sort_by_key(|run| run.start);
        let mut apart: Vec<Range<u32>> = Vec::new();
        for run in runs {
            match apart.last_mut() {
                Some(last) if run.start <= last.end => last.end = last.end.max(run.end),
                _ => apart.push(run),
            }
        }
        apart
    }

    /// One genome more.
    pub fn row(&mut self) -> Row {
        let ancestor = NODES / 4 + self.random.below(NODES * 3 / 4);
        let mut letters = self.letters[ancestor as usize].clone();
        for _ in 0..self.random.below(10) {
            let position = self.random.below(LENGTH);
            letters.insert(position, self.random.letter_but(self.reference[position as usize]));
        }
        if self.random.below(4) == 0 {
            let position = self.random.below(LENGTH);
            let own = letters.get(&position).unwrap_or(&self.reference[position as usize]);
            let ambiguous = if b"AG".contains(own) { b'R' } else { b'Y' };
            letters.insert(position, ambiguous);
        }
        let unread = self.unread();
        let is_read = |position: &u32| !unread.iter().any(|run| run.contains(position));
        let changes = letters.into_iter().filter(|(position, _)| is_read(position));
        let changes = changes.map(|(position, letter)| Change { position, letter }).collect();
        let country = format!("Country {}", self.random.below(30));
        let day = i64::from(18_262 + self.random.below(2_000));
        let batch = format!("Batch {}", self.rows / BATCH);
        self.rows += 1;
        Row {
            values: vec![Value::Text(country), Value::Number(day), Value::Text(batch)],
            readings: vec![Reading { changes, unread, insertions: Vec::new() }],
            ancestor: AncestorId(ancestor),
            from: DataVersion(1),
            from_ms: 0,
            disclosure: Disclosure { audiences: vec![AudienceId(0)], opening: None },
        }
    }

    /// The letters of a genome.
    pub fn letters(&self, reading: &Reading) -> Vec<u8> {
        let mut letters = self.reference.clone();
        for change in &reading.changes {
            letters[change.position as usize] = change.letter;
        }
        for run in &reading.unread {
            letters[run.start as usize..run.end as usize].fill(b'N');
        }
        letters
    }
}

/// How letters differ from the reference: most stretches do not.
pub fn reading(reference: &[u8], letters: &[u8]) -> Reading {
    const STRETCH: usize = 64;
    let mut reading = Reading::default();
    let stretches = letters.chunks(STRETCH).zip(reference.chunks(STRETCH)).enumerate();
    for (number, (letters, reference)) in stretches.filter(|(_, (letters, reference))| letters != reference) {
        let first = (number * STRETCH) as u32;
        for (position, (&letter, &own)) in (first..).zip(letters.iter().zip(reference)) {
            match reading.unread.last_mut() {
                _ if letter == own => {}
                Some(run) if letter == b'N' && run.end == position => run.end += 1,
                _ if letter == b'N' => reading.unread.push(position..position + 1),
                _ => reading.changes.push(Change { position, letter }),
            }
        }
    }
    reading
}
