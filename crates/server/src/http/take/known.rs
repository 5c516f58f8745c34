//! What is known of files that were written: how long they are, and where in them some genomes begin.
//!
//! No byte of a file is kept: whoever goes on with one has it written anew from the nearest such place. In bounded memory.
//! Start at [`Known::passed`].

use crate::app::Problem;
use hearth_base::digest::Digest;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Files that are remembered.
const FILES: usize = 512;
/// Places of one file that are remembered.
const PLACES: usize = 512;
/// Genomes on their way at the same time, of all downloads together: what chooses them takes memory.
const GENOMES: usize = 40_000_000;
/// What the smallest download counts as.
const LEAST: usize = 10_000;
/// When to come again.
const WAIT_S: u64 = 15;

/// A place in a file: so many bytes, and so many genomes, stand before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Bytes before it.
    pub bytes: u64,
    /// Genomes before it.
    pub genomes: usize,
}

#[derive(Debug, Default)]
struct File {
    length: Option<u64>,
    /// Ascending.
    places: Vec<Place>,
    /// Places are so many bytes apart at least.
    apart: u64,
}

#[derive(Debug, Default)]
struct Files {
    by_tag: HashMap<Digest, File>,
    oldest_first: VecDeque<Digest>,
}

/// See the module.
#[derive(Debug)]
pub struct Known {
    files: Mutex<Files>,
    room: Arc<Semaphore>,
}

impl Default for Known {
    fn default() -> Self {
        Self { files: Mutex::default(), room: Arc::new(Semaphore::new(GENOMES)) }
    }
}

impl Known {
    /// Room for a download of so many genomes, until it is dropped.
    ///
    /// # Errors
    /// When too many are on their way.
    pub fn enter(&self, genomes: usize) -> Result<OwnedSemaphorePermit, Problem> {
        let share = u32::try_from(genomes.clamp(LEAST, GENOMES)).unwrap_or(u32::MAX);
        Arc::clone(&self.room).try_acquire_many_owned(share).map_err(|_| {
            let text = "so many genomes are being taken away right now that there is no room for more: try again in \
                        a moment, or ask for fewer genomes";
            Problem::Unavailable { text: text.to_owned(), wait_s: WAIT_S }
        })
    }

    /// How long a file is, if it was ever written to its end.
    pub fn length(&self, tag: &Digest) -> Option<u64> {
        self.files().by_tag.get(tag)?.length
    }

    /// The last place at or before some bytes; the begin if none is known.
    pub fn before(&self, tag: &Digest, bytes: u64) -> Place {
        let files = self.files();
        let places = files.by_tag.get(tag).map_or(&[][..], |file| file.places.as_slice());
        let count = places.partition_point(|place| place.bytes <= bytes);
        count.checked_sub(1).and_then(|last| places.get(last)).copied().unwrap_or_default()
    }

    /// A file was written up to a place.
    pub fn passed(&self, tag: &Digest, place: Place) {
        let mut files = self.files();
        let file = files.file(tag);
        let last = file.places.last().copied().unwrap_or_default();
        if place.bytes <= last.bytes || place.bytes - last.bytes < file.apart {
            return;
        }
        file.places.push(place);
        if file.places.len() > PLACES {
            let mut number = 0;
            file.places.retain(|_| {
                number += 1;
                number % 2 == 0
            });
            file.apart = (place.bytes / (PLACES as u64 / 2)).max(1);
        }
    }

    /// A file was written to its end.
    pub fn ended(&self, tag: &Digest, length: u64) {
        self.files().file(tag).length = Some(length);
    }

    fn files(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Files {
    fn file(&mut self, tag: &Digest) -> &mut File {
        if !self.by_tag.contains_key(tag) {
            self.oldest_first.push_back(*tag);
        }
        while self.oldest_first.len() > FILES {
            let Some(oldest) = self.oldest_first.pop_front() else { break };
            self.by_tag.remove(&oldest);
        }
        self.by_tag.entry(*tag).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_remembered_in_bounded_memory() {
        let (known, tag) = (Known::default(), Digest::of(b"a file"));
        assert_eq!((known.before(&tag, 9), known.length(&tag)), (Place::default(), None));
        for number in 1..=100_000usize {
            known.passed(&tag, Place { bytes: number as u64 * 10, genomes: number });
        }
        known.ended(&tag, 1_000_000);
        assert_eq!(known.length(&tag), Some(1_000_000));
        assert!(known.files().by_tag[&tag].places.len() <= PLACES);
        for bytes in [10u64, 5_000, 499_999, 1_000_000] {
            let place = known.before(&tag, bytes);
            assert!(place.bytes <= bytes && place.bytes == place.genomes as u64 * 10, "{place:?} {bytes}");
            assert!(bytes - place.bytes < 10_000, "{place:?} is far before {bytes}");
        }
        (0..2 * FILES).for_each(|number| known.ended(&Digest::of(&number.to_be_bytes()), 1));
        assert_eq!(known.length(&tag), None, "the oldest are forgotten");
        assert_eq!(known.files().by_tag.len(), FILES);
    }

    #[test]
    fn downloads_take_room_and_leave_it() {
        let known = Known::default();
        let all: Vec<_> = (0..40).map(|_| known.enter(1_000_000).expect("room")).collect();
        let Err(Problem::Unavailable { text, wait_s }) = known.enter(1) else { panic!("there was room") };
        assert!(text.contains("try again") && wait_s == WAIT_S);
        drop(all);
        assert!(known.enter(usize::MAX).is_ok(), "one may take everything when nobody else does");
    }
}
