//! Where the rows of an index come from: some 100 bytes a row, and which rows a record has.
//!
//! Owners and terms are few and kept once. Refuses to know what a row says and who may see it. Start at
//! [`Origins::push`].

use hashbrown::HashTable;
use hearth_base::digest::Digest;
use hearth_base::id::{EntryId, PartyId, RecordId, VersionId};
use hearth_index::row::RowId;
use roaring::{MultiOps as _, RoaringBitmap};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::iter;
use std::ops::Range;

/// What stands for no row and no terms.
const NONE: u32 = u32::MAX;

/// Where a row comes from, and what taking its letters asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The record and its version.
    pub version: VersionId,
    /// The place in the log at which the state began.
    pub(super) since: u64,
    /// The place in the log of the entry that says it.
    pub(super) content: u64,
    /// That entry.
    pub entry: EntryId,
    /// Whose it is.
    pub owner: PartyId,
    /// Under which terms it is, by today's decision.
    pub terms: Option<VersionId>,
}

impl Origin {
    /// The place in the log at which the state began.
    pub fn since(&self) -> u64 {
        self.since
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Origins {
    rows: Vec<Compact>,
    /// Of each row, as handed in: the sequences of its segments.
    sequences: Vec<Option<Digest>>,
    /// How many each row has.
    segments: usize,
    /// The newest row of each record.
    newest: HashTable<u32>,
    hasher: RandomState,
    owners: Interned<PartyId>,
    terms: Interned<VersionId>,
    /// Rows by owner and terms, which are few.
    alike: BTreeMap<(u32, u32), RoaringBitmap>,
    /// Rows that no record has any more.
    forgotten: BTreeSet<u32>,
}

/// A row's origin, with numbers in place of what many share.
#[derive(Clone, Copy, Debug)]
struct Compact {
    record: RecordId,
    entry: EntryId,
    since: u64,
    content: u64,
    version: u32,
    owner: u32,
    terms: u32,
    /// The row of the same record before it.
    before: u32,
}

/// Each value once.
#[derive(Debug)]
struct Interned<T> {
    values: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self { values: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T: Copy + Eq + Hash> Interned<T> {
    fn number(&mut self, value: T) -> u32 {
        let next = self.values.len() as u32;
        *self.numbers.entry(value).or_insert_with(|| {
            self.values.push(value);
            next
        })
    }

    fn value(&self, number: u32) -> Option<T> {
        self.values.get(number as usize).copied()
    }
}

impl Origins {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Takes the origin of the next row, and the sequences that it was read from: one of each segment, as many for all
    /// rows.
    pub(super) fn push(&mut self, origin: &Origin, sequences: &[Option<Digest>]) {
        let row = self.rows.len() as u32;
        let record = origin.version.record;
        let before = self.newest_of(record).unwrap_or(NONE);
        let owner = self.owners.number(origin.owner);
        let terms = origin.terms.map_or(NONE, |terms| self.terms.number(terms));
        let Origin { entry, since, content, version, .. } = *origin;
        self.rows.push(Compact {
            record,
            entry,
            since,
            content,
            version: version.version,
            owner,
            terms,
            before,
        });
        self.alike.entry((owner, terms)).or_default().insert(row);
        self.segments = sequences.len();
        self.sequences.extend_from_slice(sequences);
        let Self { rows, newest, hasher, .. } = self;
        let is_same = |other: &u32| rows.get(*other as usize).is_some_and(|other| other.record == record);
        let hash_of =
            |other: &u32| rows.get(*other as usize).map_or(0, |other| hasher.hash_one(other.record));
        match newest.find_mut(hasher.hash_one(record), is_same) {
            Some(newest) => *newest = row,
            None => {
                newest.insert_unique(hasher.hash_one(record), row, hash_of);
            }
        }
    }

    fn newest_of(&self, record: RecordId) -> Option<u32> {
        let is_same = |row: &u32| self.rows.get(*row as usize).is_some_and(|row| row.record == record);
        self.newest.find(self.hasher.hash_one(record), is_same).copied()
    }

    /// Where a row comes from.
    pub(super) fn at(&self, row: RowId) -> Option<Origin> {
        let compact = self.rows.get(row.0 as usize)?;
        Some(Origin {
            version: VersionId { record: compact.record, version: compact.version },
            since: compact.since,
            content: compact.content,
            entry: compact.entry,
            owner: self.owners.value(compact.owner)?,
            terms: self.terms.value(compact.terms),
        })
    }

    /// The sequence of each segment of a row, as it was handed in.
    pub(super) fn sequences(&self, row: RowId) -> &[Option<Digest>] {
        self.sequences.get(self.places(row)).unwrap_or_default()
    }

    fn places(&self, row: RowId) -> Range<usize> {
        let begin = row.0 as usize * self.segments;
        begin..begin + self.segments
    }

    /// The rows of a record, the newest first, but for those that were forgotten.
    pub(super) fn rows_of(&self, record: RecordId) -> impl Iterator<Item = RowId> {
        let before =
            |row: &u32| self.rows.get(*row as usize).map(|row| row.before).filter(|row| *row != NONE);
        let all = iter::successors(self.newest_of(record), before);
        all.filter(|row| !self.forgotten.contains(row)).map(RowId)
    }

    /// Rows whose owner and terms do not pass.
    pub(super) fn not(&self, passes: impl Fn(PartyId, Option<VersionId>) -> bool) -> RoaringBitmap {
        let is_closed = |(owner, terms): &(u32, u32)| {
            self.owners.value(*owner).is_none_or(|owner| !passes(owner, self.terms.value(*terms)))
        };
        self.alike.iter().filter(|(both, _)| is_closed(both)).map(|(_, rows)| rows).union()
    }

    /// All terms that any row is or was under.
    pub(super) fn terms(&self) -> impl Iterator<Item = VersionId> {
        self.terms.values.iter().copied()
    }

    /// Puts a row under other terms.
    pub(super) fn set_terms(&mut self, row: RowId, terms: Option<VersionId>) {
        let terms = terms.map_or(NONE, |terms| self.terms.number(terms));
        if let Some(compact) = self.rows.get_mut(row.0 as usize) {
            if let Some(rows) = self.alike.get_mut(&(compact.owner, compact.terms)) {
                rows.remove(row.0);
            }
            compact.terms = terms;
            self.alike.entry((compact.owner, terms)).or_default().insert(row.0);
        }
    }

    /// Rows whose entries stand at some places in the log.
    pub(super) fn said_at(&self, places: &[u64]) -> Vec<RowId> {
        let rows = (0u32..).zip(&self.rows);
        rows.filter(|(_, row)| places.contains(&row.content)).map(|(row, _)| RowId(row)).collect()
    }

    /// Forgets where the letters of a row lie, and that its record has it.
    pub(super) fn forget(&mut self, row: RowId) {
        let places = self.places(row);
        if let Some(sequences) = self.sequences.get_mut(places) {
            sequences.fill(None);
            self.forgotten.insert(row.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(record: u8, version: u32, since: u64, terms: Option<u8>) -> Origin {
        let version_of = |byte, version| VersionId { record: RecordId::from_bytes([byte; 16]), version };
        Origin {
            version: version_of(record, version),
            since,
            content: since - 1,
            entry: EntryId::from_bytes([since as u8; 16]),
            owner: PartyId::from_bytes([record % 2; 16]),
            terms: terms.map(|terms| version_of(terms, 1)),
        }
    }

    #[test]
    fn what_goes_in_comes_out() {
        let mut origins = Origins::default();
        let all = [origin(1, 1, 10, None), origin(2, 1, 11, Some(7)), origin(1, 2, 12, Some(8))];
        let digest = Digest::from_bytes([3; 32]);
        for origin in &all {
            origins.push(origin, &[None, Some(digest)]);
        }
        let rows = |origins: &Origins, record| {
            origins.rows_of(RecordId::from_bytes([record; 16])).map(|row| row.0).collect::<Vec<_>>()
        };
        assert_eq!(
            [0, 1, 2, 3].map(|row| origins.at(RowId(row))),
            [Some(all[0]), Some(all[1]), Some(all[2]), None]
        );
        assert_eq!([1, 2, 3].map(|record| rows(&origins, record)), [vec![2, 0], vec![1], vec![]]);
        assert_eq!(origins.terms().count(), 2);
        origins.set_terms(RowId(0), Some(all[1].terms.expect("terms")));
        assert_eq!(origins.at(RowId(0)).expect("a row").terms, all[1].terms);
        let not_under =
            |origins: &Origins, terms| origins.not(|_, own| own != terms).iter().collect::<Vec<_>>();
        assert_eq!(not_under(&origins, all[1].terms), [0, 1]);
        origins.set_terms(RowId(0), None);
        assert_eq!(not_under(&origins, all[1].terms), [1]);
        assert_eq!(not_under(&origins, None), [0]);
        assert_eq!(origins.not(|owner, _| owner == all[1].owner).iter().collect::<Vec<_>>(), [0, 2]);
        assert_eq!(origins.at(RowId(0)), Some(all[0]));
        assert_eq!(origins.said_at(&[11, 9]), [RowId(0), RowId(2)]);
        origins.forget(RowId(2));
        assert_eq!(origins.sequences(RowId(2)), [None, None]);
        assert_eq!(origins.sequences(RowId(1)), [None, Some(digest)]);
        assert_eq!(rows(&origins, 1), [0]);
    }
}
