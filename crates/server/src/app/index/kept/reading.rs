//! Shelves out of a file, by several threads.
//!
//! Each takes the next piece: the digest of the whole file is one, and nothing is handed on before it fits. Refuses to
//! know the database. Start at [`read`].

use super::KeptError;
use super::file::Opened;
use super::header::ShelfHeader;
use super::rows;
use crate::app::index::held::Held;
use crate::app::index::origins::Origins;
use crate::app::index::schema;
use crate::app::packs::Packs;
use hearth_index::ancestors::Ancestor;
use hearth_index::engine::Index;
use hearth_index::row::Schema;
use hearth_index::saved::{Loaded, Part};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// A shelf that is read: for which pathogen of how many segments, what it is made for, how many rows it has, and its first
/// part in the file.
struct Reading {
    pathogen: usize,
    segments: usize,
    schema: Schema,
    ancestors: Vec<Ancestor>,
    rows: usize,
    first: usize,
}

/// Something that one thread reads.
#[derive(Clone, Copy)]
enum Piece {
    /// Whether the file is whole.
    Digest,
    Origins(usize),
    Part(usize, usize, Part),
}

/// What came of it.
enum Came {
    Nothing,
    Origins(usize, Origins),
    Part(usize, Loaded),
}

/// Reads all shelves of a file that is whole, with so many threads.
pub(super) fn read(
    opened: &Opened,
    headers: &[ShelfHeader],
    packs: &Packs,
    threads: usize,
) -> Result<Vec<(usize, Held)>, KeptError> {
    let readings = readings(headers, packs);
    let (mut pieces, mut parts) = (vec![Piece::Digest], 0);
    for (number, reading) in readings.iter().enumerate() {
        let own = Part::all(&reading.schema);
        parts += own.len() + 1;
        pieces.extend((1..).zip(own).map(|(after, part)| Piece::Part(number, reading.first + after, part)));
        pieces.insert(1, Piece::Origins(number));
    }
    if parts != opened.parts() {
        return Err(KeptError::Unfit("it has other parts"));
    }
    let (next, came) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(pieces.len())));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(piece) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let one = piece.read(opened, &readings);
                    came.lock().unwrap_or_else(PoisonError::into_inner).push(one);
                }
            });
        }
    });
    let came = came.into_inner().unwrap_or_else(PoisonError::into_inner);
    if came.len() != pieces.len() {
        return Err(KeptError::Unfit("a part could not be read"));
    }
    joined(readings, came.into_iter().collect::<Result<Vec<Came>, KeptError>>()?)
}

fn readings(headers: &[ShelfHeader], packs: &Packs) -> Vec<Reading> {
    let mut first = 0;
    let mut all = Vec::new();
    for (number, (shelf, pathogen)) in headers.iter().zip(packs.pathogens().all()).enumerate() {
        if shelf.rows == 0 {
            continue;
        }
        let (schema, ancestors) =
            (schema::schema_of(packs.all(), pathogen), schema::ancestors_of(packs.all(), pathogen));
        let segments = pathogen.segments().len();
        let parts = Part::all(&schema).len() + 1;
        all.push(Reading { pathogen: number, segments, schema, ancestors, rows: shelf.rows, first });
        first += parts;
    }
    all
}

impl Piece {
    fn read(self, opened: &Opened, readings: &[Reading]) -> Result<Came, KeptError> {
        let unfit = || KeptError::Unfit("a part is missing");
        match self {
            Self::Digest if opened.is_whole()? => Ok(Came::Nothing),
            Self::Digest => Err(KeptError::Unfit("it is damaged")),
            Self::Origins(number) => {
                let reading = readings.get(number).ok_or_else(unfit)?;
                let mut input = opened.part(reading.first)?;
                let mut origins = Origins::default();
                for _ in 0..reading.rows {
                    let (origin, sequences) = rows::read(&mut input, reading.segments)?;
                    origins.push(&origin, &sequences);
                }
                Ok(Came::Origins(number, origins))
            }
            Self::Part(number, at, part) => {
                let reading = readings.get(number).ok_or_else(unfit)?;
                let (made, mut input) = ((&reading.schema, reading.ancestors.as_slice()), opened.part(at)?);
                Ok(Came::Part(number, Loaded::load(made, (part, reading.rows), &mut input)?))
            }
        }
    }
}

/// The shelves, out of what was read of them.
fn joined(readings: Vec<Reading>, came: Vec<Came>) -> Result<Vec<(usize, Held)>, KeptError> {
    let mut found: Vec<(Origins, Vec<Loaded>)> = readings.iter().map(|_| Default::default()).collect();
    for one in came {
        match one {
            Came::Nothing => {}
            Came::Origins(number, own) => {
                if let Some((origins, _)) = found.get_mut(number) {
                    *origins = own;
                }
            }
            Came::Part(number, part) => {
                if let Some((_, parts)) = found.get_mut(number) {
                    parts.push(part);
                }
            }
        }
    }
    let held = readings.into_iter().zip(found).map(|(reading, (origins, parts))| {
        let index = Index::of_parts(reading.schema, &reading.ancestors, parts)?;
        Ok((reading.pathogen, Held::of(index, origins)))
    });
    held.collect()
}
