//! The letters of one sequence in all rows: a bitmap for each position and letter that differs from the reference,
//! and what was not read, by blocks of positions.
//!
//! A run of unread letters is cut at the borders of blocks; rows with the same piece share a bitmap, and since runs
//! begin and end where amplicons do, there are few. "Unread at a position" is then the union of a few bitmaps.
//! Refuses to know metadata and rights. Start at [`Symbols::append`].

use crate::row::Reading;
use crate::saved::{LoadError, Sink, Source};
use roaring::{MultiOps, RoaringBitmap};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::ops::Range;

/// Positions of a block.
const BLOCK: u32 = 64;

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct Symbols {
    /// For each position, the letters that any row has there, ascending, with their rows.
    changed: Vec<Vec<(u8, RoaringBitmap)>>,
    /// For each block: piece (begin and end within the block) and rows.
    unread: Vec<BTreeMap<(u8, u8), RoaringBitmap>>,
    /// By the position after which they are.
    inserted: BTreeMap<(u32, Vec<u8>), RoaringBitmap>,
}

impl Symbols {
    pub(crate) fn new(length: usize) -> Self {
        let blocks = length.div_ceil(BLOCK as usize);
        let changed = vec![Vec::new(); length];
        Self { changed, unread: vec![BTreeMap::new(); blocks], inserted: BTreeMap::new() }
    }

    /// Takes readings that were checked against the reference, of one row after the other from `first` on.
    pub(crate) fn append<'a>(&mut self, first: u32, readings: impl Iterator<Item = &'a Reading>) {
        let mut changes: Vec<Key> = Vec::new();
        for (row, reading) in (first..).zip(readings) {
            changes.extend(reading.changes.iter().map(|change| key(change.position, change.letter, row)));
            for run in &reading.unread {
                self.append_run(row, run);
            }
            for insertion in &reading.insertions {
                let place = (insertion.after, insertion.letters.clone());
                self.inserted.entry(place).or_default().insert(row);
            }
        }
        // Related rows have the same letters, and so each bitmap is gone to once. Sorted stretches are merged.
        changes.sort();
        for alike in changes.chunk_by(|one, other| one >> 32 == other >> 32) {
            let Some((position, letter, _)) = alike.first().copied().map(of_key) else { continue };
            let Some(letters) = self.changed.get_mut(position as usize) else { continue };
            let appended = rows_of(letters, letter).append(alike.iter().map(|key| of_key(*key).2));
            debug_assert!(appended.is_ok(), "rows come in order");
        }
    }

    fn append_run(&mut self, row: u32, run: &Range<u32>) {
        let mut begin = run.start;
        while begin < run.end {
            let base = begin - begin % BLOCK;
            let end = run.end.min(base + BLOCK);
            if let Some(block) = self.unread.get_mut((base / BLOCK) as usize) {
                block.entry(((begin - base) as u8, (end - base) as u8)).or_default().insert(row);
            }
            begin = end;
        }
    }

    pub(crate) fn save<W: Write>(&self, sink: &mut Sink<W>) -> io::Result<()> {
        sink.number(self.changed.iter().map(|letters| letters.len() as u64).sum())?;
        for (position, letters) in (0u64..).zip(&self.changed) {
            for (letter, rows) in letters {
                sink.number(position << 8 | u64::from(*letter))?;
                sink.bitmap(rows)?;
            }
        }
        sink.number(self.unread.len() as u64)?;
        for block in &self.unread {
            sink.number(block.len() as u64)?;
            for ((begin, end), rows) in block {
                sink.number(u64::from(*begin) << 8 | u64::from(*end))?;
                sink.bitmap(rows)?;
            }
        }
        sink.number(self.inserted.len() as u64)?;
        for ((after, letters), rows) in &self.inserted {
            sink.number(u64::from(*after))?;
            sink.text(letters)?;
            sink.bitmap(rows)?;
        }
        Ok(())
    }

    /// Those of a sequence of so many letters.
    pub(crate) fn load<R: Read>(length: usize, source: &mut Source<R>) -> Result<Self, LoadError> {
        let mut symbols = Self::new(length);
        let position =
            |number: u64| u32::try_from(number).map_err(|_| LoadError::Unfit("a position is too large"));
        for _ in 0..source.number()? {
            let place = source.number()?;
            let letters = symbols.changed.get_mut(position(place >> 8)? as usize);
            let letters = letters.ok_or(LoadError::Unfit("a sequence has another length"))?;
            *rows_of(letters, place as u8) = source.bitmap()?;
        }
        if source.number()? != symbols.unread.len() as u64 {
            return Err(LoadError::Unfit("a sequence has another length"));
        }
        for block in &mut symbols.unread {
            for _ in 0..source.number()? {
                let piece = source.number()?;
                block.insert(((piece >> 8) as u8, piece as u8), source.bitmap()?);
            }
        }
        for _ in 0..source.number()? {
            let (after, letters) = (position(source.number()?)?, source.text()?);
            symbols.inserted.insert((after, letters), source.bitmap()?);
        }
        Ok(symbols)
    }

    /// The letters that any row has at a position, with their rows.
    pub(crate) fn at(&self, position: u32) -> impl Iterator<Item = (u8, &RoaringBitmap)> {
        self.changed.get(position as usize).into_iter().flatten().map(|(letter, rows)| (*letter, rows))
    }

    /// All insertions, by position, with their rows.
    pub(crate) fn insertions(&self) -> impl Iterator<Item = (u32, &[u8], &RoaringBitmap)> {
        self.inserted.iter().map(|((after, letters), rows)| (*after, letters.as_slice(), rows))
    }

    /// Rows with an insertion after a position whose letters pass.
    pub(crate) fn inserted(&self, after: u32, passes: impl Fn(&[u8]) -> bool) -> RoaringBitmap {
        let here = self.inserted.range((after, Vec::new())..(after + 1, Vec::new()));
        here.filter(|((_, letters), _)| passes(letters)).map(|(_, rows)| rows).union()
    }

    /// Rows in which a position was not read.
    pub(crate) fn unread(&self, position: u32) -> RoaringBitmap {
        let within = (position % BLOCK) as u8;
        let block = self.unread.get((position / BLOCK) as usize);
        let pieces = block.into_iter().flatten().filter(|((begin, end), _)| (*begin..*end).contains(&within));
        pieces.map(|(_, rows)| rows).union()
    }
}

/// Position, letter and row as a number that sorts as they do: 24 bits, 8 bits and 32 bits.
type Key = u64;

fn key(position: u32, letter: u8, row: u32) -> Key {
    u64::from(position) << 40 | u64::from(letter) << 32 | u64::from(row)
}

fn of_key(key: Key) -> (u32, u8, u32) {
    ((key >> 40) as u32, (key >> 32) as u8, key as u32)
}

/// The rows of a letter.
fn rows_of(letters: &mut Vec<(u8, RoaringBitmap)>, letter: u8) -> &mut RoaringBitmap {
    let place = letters.partition_point(|(other, _)| *other < letter);
    if letters.get(place).is_none_or(|(other, _)| *other != letter) {
        letters.insert(place, (letter, RoaringBitmap::new()));
    }
    &mut letters[place].1
}
