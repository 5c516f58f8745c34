//! Times of questions over simulated genomes: `cargo run --profile test -p hearth-index --example measure -- 200000`.
//!
//! A random reference; a tree of 5,000 nodes that change one or two letters each; genomes below late nodes with 0 to 9
//! changes of their own, an ambiguous letter in one of four, unread ends, and now and then amplicons whose borders differ
//! by some letters. Prints what each question takes and the memory at its most.

use hearth_index::alphabet::Alphabet;
use hearth_index::ancestors::{Ancestor, AncestorId};
use hearth_index::engine::Index;
use hearth_index::filter::Filter;
use hearth_index::groups::By;
use hearth_index::row::{
    AudienceId, Change, DataVersion, Disclosure, Field, FieldKind, Reading, Reference, Row, Schema, Value,
};
use hearth_index::visible::{Reader, Selection, Visible};
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::time::Instant;

const LENGTH: u32 = 29_903;
const NODES: u32 = 5_000;
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

struct World {
    random: Random,
    reference: Vec<u8>,
    /// What each node has other than the reference.
    letters: Vec<BTreeMap<u32, u8>>,
    ancestors: Vec<Ancestor>,
}

impl World {
    fn new() -> Self {
        let mut random = Random(7);
        let reference: Vec<u8> = (0..LENGTH).map(|_| b"ACGT"[random.below(4) as usize]).collect();
        let mut world = Self { random, reference, letters: vec![BTreeMap::new()], ancestors: Vec::new() };
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

    fn row(&mut self) -> Row {
        let ancestor = NODES / 4 + self.random.below(NODES * 3 / 4);
        let mut letters = self.letters[ancestor as usize].clone();
        for _ in 0..self.random.below(10) {
            let position = self.random.below(LENGTH);
            letters.insert(position, self.random.letter_but(self.reference[position as usize]));
        }
        if self.random.below(4) == 0 {
            letters.insert(self.random.below(LENGTH), b'R');
        }
        let unread = self.unread();
        let is_read = |position: &u32| !unread.iter().any(|run| run.contains(position));
        let changes = letters.into_iter().filter(|(position, _)| is_read(position));
        let changes = changes.map(|(position, letter)| Change { position, letter }).collect();
        let country = format!("Country {}", self.random.below(30));
        let day = i64::from(18_262 + self.random.below(2_000));
        Row {
            values: vec![Value::Text(country), Value::Number(day)],
            readings: vec![Reading { changes, unread, insertions: Vec::new() }],
            ancestor: AncestorId(ancestor),
            from: DataVersion(1),
            from_ms: 0,
            disclosure: Disclosure { audiences: vec![AudienceId(0)], opening: None },
        }
    }
}

/// A table as the server makes it: what each node changes first, in each range, beside what is known there.
fn over_time(
    all: &Selection,
    nodes: &[Ancestor],
    ranges: &[RangeInclusive<i64>],
) -> Result<u64, Box<dyn std::error::Error>> {
    let parts = all.by_range(1, ranges).ok_or("no field of numbers")?;
    let mut sum = 0;
    for change in nodes.iter().filter_map(|node| node.changes[0].first()) {
        let Change { position, letter } = *change;
        let count = all.narrowed(&Filter::Letter { sequence: 0, position, letter: Some(letter) })?;
        let coverage = all.narrowed(&Filter::Known { sequence: 0, position })?;
        sum += parts.iter().map(|part| part.shared(&count) + part.shared(&coverage)).sum::<u64>();
    }
    Ok(sum)
}

fn timed<T>(what: &str, ask: impl Fn() -> T) {
    let begin = Instant::now();
    for _ in 0..5 {
        std::hint::black_box(ask());
    }
    println!("{what}: {:.3} ms", begin.elapsed().as_secs_f64() * 200.0);
}

/// Memory of the process in bytes: now, by the kernel's count.
fn memory() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number =
        line.and_then(|line| line.trim().split(' ').next()).and_then(|text| text.parse::<f64>().ok());
    number.unwrap_or(0.0) * 1024.0
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let number: u32 = std::env::args().nth(1).map_or(Ok(200_000), |text| text.parse())?;
    let mut world = World::new();
    let reference =
        Reference { name: "main".into(), alphabet: Alphabet::Nucleotide, letters: world.reference.clone() };
    let field = |name: &str, kind| Field { name: name.into(), kind };
    let fields = vec![field("country", FieldKind::Text), field("date", FieldKind::Date)];
    let mut index = Index::new(
        Schema { sequences: vec![reference], fields, lineages: BTreeMap::new() },
        &world.ancestors,
    )?;
    let before = memory();
    let mut appending = 0.0;
    for _ in 0..number {
        let row = world.row();
        let begin = Instant::now();
        index.append(&row)?;
        appending += begin.elapsed().as_secs_f64();
    }
    println!("append: {:.0} genomes/s", f64::from(number) / appending);
    println!("memory a genome: {:.0} B", (memory() - before) / f64::from(number));
    let reader = Reader { audiences: vec![AudienceId(0)], now_ms: 0, version: DataVersion(1) };
    let visible = Visible::new(&index, &reader);
    let change = world.ancestors[NODES as usize / 2].changes[0][0];
    let at = |position, letter| Filter::Letter { sequence: 0, position, letter: Some(letter) };
    let letter = at(change.position, change.letter);
    let maybe = Filter::Maybe(Box::new(letter.clone()));
    timed("what a reader sees", || Visible::new(&index, &reader));
    timed("one letter", || visible.select(&letter).map(|rows| rows.count()));
    timed("maybe", || visible.select(&maybe).map(|rows| rows.count()));
    timed("unread", || visible.select(&at(400, b'N')).map(|rows| rows.count()));
    let country = Filter::Text { field: 0, text: "Country 7".into() };
    let day = Filter::Between { field: 1, range: 18_262..=19_262 };
    for (what, filter) in [("all", Filter::True), ("a country", country), ("half, by day", day)] {
        let some = visible.select(&filter)?;
        println!("{what}: {} genomes", some.count());
        timed("  selecting", || visible.select(&filter).map(|rows| rows.count()));
        timed("  proportions", || some.mutations(0));
    }
    let all = visible.select(&Filter::True)?;
    let weeks: Vec<RangeInclusive<i64>> =
        (0..100).map(|week| 18_262 + 7 * week..=18_268 + 7 * week).collect();
    timed("by 100 weeks", || all.by_range(1, &weeks).map(|parts| parts.len()));
    timed("100 letters by 100 weeks", || over_time(&all, &world.ancestors[..100], &weeks));
    timed("by the letter at a position", || {
        all.count_by(&[By::Letter { sequence: 0, position: change.position }])
    });
    let (begin, mut bytes) = (Instant::now(), 0usize);
    all.aligned(0, |_, letters| bytes += std::hint::black_box(letters).len());
    println!("aligned sequences: {:.2} GB/s", bytes as f64 / begin.elapsed().as_secs_f64() / 1e9);
    Ok(())
}
