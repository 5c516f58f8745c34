//! Who may see which rows, and which version has them: bitmaps of audiences, openings and ends.
//!
//! Rights are today's whatever version is asked about; they are set anew when somebody decides anew. Refuses to know who
//! belongs to an audience: the caller interns audiences, a record's owner among them. Start at [`Rights::visible`].

use crate::row::{AudienceId, DataVersion, Disclosure};
use crate::saved::{LoadError, Sink, Source};
use crate::visible::Reader;
use roaring::{MultiOps, RoaringBitmap};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};

/// See the module.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rights {
    /// First version of each row, ascending.
    pub(crate) from: Vec<DataVersion>,
    from_ms: Vec<i64>,
    /// Rows that some version no longer has, by the first that has not, ascending.
    ends: Vec<End>,
    ended: RoaringBitmap,
    audiences: BTreeMap<AudienceId, RoaringBitmap>,
    /// Rows by the moment that opens them, and to whom.
    openings: BTreeMap<(i64, AudienceId), RoaringBitmap>,
    /// How often a row ended or was disclosed anew.
    pub(crate) changes: u64,
}

/// A row ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct End {
    version: DataVersion,
    row: u32,
    at_ms: i64,
}

impl Rights {
    pub(crate) fn append(&mut self, from: DataVersion, from_ms: i64, disclosure: &Disclosure) {
        let row = self.from.len() as u32;
        self.from.push(from);
        self.from_ms.push(from_ms);
        self.add(row, disclosure);
    }

    fn add(&mut self, row: u32, disclosure: &Disclosure) {
        for audience in &disclosure.audiences {
            self.audiences.entry(*audience).or_default().insert(row);
        }
        if let Some(opening) = &disclosure.opening {
            self.openings.entry((opening.at_ms, opening.to)).or_default().insert(row);
        }
    }

    /// Puts other rights in the place of a row's.
    pub(crate) fn set(&mut self, row: u32, disclosure: &Disclosure) {
        self.changes += 1;
        for rows in self.audiences.values_mut().chain(self.openings.values_mut()) {
            rows.remove(row);
        }
        self.openings.retain(|_, rows| !rows.is_empty());
        self.add(row, disclosure);
    }

    /// Whether a row can end at a version: it has begun, has not ended, and no row ended later.
    pub(crate) fn may_end(&self, row: u32, version: DataVersion) -> bool {
        let began = self.from.get(row as usize).is_some_and(|from| *from < version);
        let in_order = self.ends.last().is_none_or(|newest| newest.version <= version);
        began && in_order && !self.ended.contains(row)
    }

    /// Ends a row that [may](Self::may_end).
    pub(crate) fn end(&mut self, row: u32, version: DataVersion, at_ms: i64) {
        self.changes += 1;
        self.ends.push(End { version, row, at_ms });
        self.ended.insert(row);
    }

    /// The rows that a reader sees.
    pub(crate) fn visible(&self, reader: &Reader) -> RoaringBitmap {
        let rows = self.told(reader);
        match self.ends.get(self.ended_by(reader.version)..) {
            Some([]) | None => rows - &self.ended,
            Some(later) => {
                let stood: RoaringBitmap = later.iter().map(|end| end.row).collect();
                rows - (&self.ended - stood)
            }
        }
    }

    /// When what a reader sees changed last (ms since 1970-01-01T00:00Z), by what they are told of alone: rows that began
    /// or ended, and embargoes.
    pub(crate) fn changed_ms(&self, reader: &Reader) -> Option<i64> {
        let rows = self.told(reader);
        let began = rows.max().and_then(|row| self.from_ms.get(row as usize)).copied();
        let ends = self.ends.get(..self.ended_by(reader.version)).unwrap_or_default();
        let ended = ends.iter().rev().find(|end| rows.contains(end.row)).map(|end| end.at_ms);
        let opened =
            self.open(reader).filter(|(_, of)| !of.is_disjoint(&rows)).map(|((at_ms, _), _)| *at_ms).max();
        began.max(ended).max(opened)
    }

    /// The newest version that has nothing later than a moment, by what a reader is told of alone, and when what they see
    /// had changed last by then. Nothing where they are told of nothing as old.
    pub(crate) fn at(&self, reader: &Reader, moment_ms: i64) -> Option<(DataVersion, i64)> {
        let mut rows = self.told(reader);
        rows.remove_range(self.from_ms.partition_point(|from_ms| *from_ms <= moment_ms) as u32..);
        let newest = rows.max()? as usize;
        let (began, began_ms) = (*self.from.get(newest)?, *self.from_ms.get(newest)?);
        let ends = self.ends.get(..self.ended_by(reader.version)).unwrap_or_default();
        let ended = ends.iter().rev().find(|end| end.at_ms <= moment_ms && rows.contains(end.row));
        let opened =
            self.open(reader).filter(|((at_ms, _), of)| *at_ms <= moment_ms && !of.is_disjoint(&rows));
        let changed_ms =
            Some(began_ms).max(ended.map(|end| end.at_ms)).max(opened.map(|((at_ms, _), _)| *at_ms).max());
        Some((ended.map_or(began, |end| end.version.max(began)), changed_ms?))
    }

    /// What a reader may know of, ended rows among it.
    fn told(&self, reader: &Reader) -> RoaringBitmap {
        let mut rows = reader.audiences.iter().filter_map(|audience| self.audiences.get(audience)).union();
        rows |= self.open(reader).map(|(_, rows)| rows).union();
        let known = self.from.partition_point(|from| *from <= reader.version) as u32;
        rows.remove_range(known..);
        rows
    }

    /// So many of some rows that a reader was shown last, the last first, each with the moment from which they were shown
    /// it: that of its release, or the end of its embargo where only that opened it.
    pub(crate) fn newest(&self, reader: &Reader, rows: &RoaringBitmap, count: usize) -> Vec<(u32, i64)> {
        let direct = reader.audiences.iter().filter_map(|audience| self.audiences.get(audience)).union();
        let opened = rows - direct;
        // Whatever is among the newest is so by its place or by its opening.
        let mut candidates: RoaringBitmap = rows.iter().rev().take(count).collect();
        let (mut found, mut last_ms) = (0, i64::MAX);
        for ((at_ms, _), of) in self.open(reader).rev() {
            if found >= count as u64 && *at_ms < last_ms {
                break;
            }
            let here = of & &opened;
            (found, last_ms) = (found + here.len(), *at_ms);
            candidates |= here;
        }
        let opening_ms = |row: u32| {
            let of_row = self.open(reader).filter(|(_, of)| opened.contains(row) && of.contains(row));
            of_row.map(|((at_ms, _), _)| *at_ms).min()
        };
        let moment = |row: u32| self.from_ms.get(row as usize).copied().max(opening_ms(row)).unwrap_or(0);
        let mut newest: Vec<(u32, i64)> = candidates.iter().map(|row| (row, moment(row))).collect();
        newest.sort_by_key(|(row, at_ms)| std::cmp::Reverse((*at_ms, *row)));
        newest.truncate(count);
        newest
    }

    /// Whether an embargo ended after a moment and not after another.
    pub(crate) fn is_opened_between(&self, after_ms: i64, until_ms: i64) -> bool {
        let first = (after_ms.saturating_add(1), AudienceId(0));
        let last = (until_ms, AudienceId(u32::MAX));
        first <= last && self.openings.range(first..=last).next().is_some()
    }

    fn open(&self, reader: &Reader) -> impl DoubleEndedIterator<Item = (&(i64, AudienceId), &RoaringBitmap)> {
        let past = self.openings.range(..=(reader.now_ms, AudienceId(u32::MAX)));
        past.filter(|((_, to), _)| reader.audiences.contains(to))
    }

    /// So many rows ended by a version.
    fn ended_by(&self, version: DataVersion) -> usize {
        self.ends.partition_point(|end| end.version <= version)
    }
}

impl Rights {
    pub(crate) fn save<W: Write>(&self, sink: &mut Sink<W>) -> io::Result<()> {
        sink.list(self.from.iter().map(|version| version.0.to_le_bytes()))?;
        sink.list(self.from_ms.iter().map(|from_ms| from_ms.to_le_bytes()))?;
        sink.number(self.ends.len() as u64)?;
        for end in &self.ends {
            sink.number(end.version.0)?;
            sink.number(u64::from(end.row))?;
            sink.number(end.at_ms as u64)?;
        }
        sink.number(self.audiences.len() as u64)?;
        for (audience, rows) in &self.audiences {
            sink.number(u64::from(audience.0))?;
            sink.bitmap(rows)?;
        }
        sink.number(self.openings.len() as u64)?;
        for ((at_ms, audience), rows) in &self.openings {
            sink.number(*at_ms as u64)?;
            sink.number(u64::from(audience.0))?;
            sink.bitmap(rows)?;
        }
        Ok(())
    }

    /// Those of so many rows.
    pub(crate) fn load<R: Read>(rows: usize, source: &mut Source<R>) -> Result<Self, LoadError> {
        let from: Vec<DataVersion> = source.list(|bytes| DataVersion(u64::from_le_bytes(bytes)))?;
        let from_ms = source.list(i64::from_le_bytes)?;
        if from.len() != rows || from_ms.len() != rows || !from.is_sorted() {
            return Err(LoadError::Unfit("its rows are not in the order of versions"));
        }
        let mut rights = Self { from, from_ms, ..Self::default() };
        for _ in 0..source.number()? {
            let (version, row, at_ms) =
                (DataVersion(source.number()?), source.short()?, source.number()? as i64);
            if !rights.may_end(row, version) {
                return Err(LoadError::Unfit("a row ends that does not stand"));
            }
            rights.ends.push(End { version, row, at_ms });
            rights.ended.insert(row);
        }
        let fits = |of: &RoaringBitmap| of.max().is_none_or(|last| (last as usize) < rows);
        for _ in 0..source.number()? {
            let (audience, of) = (AudienceId(source.short()?), source.bitmap()?);
            if !fits(&of) || rights.audiences.insert(audience, of).is_some() {
                return Err(LoadError::Unfit("somebody is told of rows that there are not"));
            }
        }
        for _ in 0..source.number()? {
            let (at_ms, audience) = (source.number()? as i64, AudienceId(source.short()?));
            let of = source.bitmap()?;
            if !fits(&of) || rights.openings.insert((at_ms, audience), of).is_some() {
                return Err(LoadError::Unfit("an embargo ends for rows that there are not"));
            }
        }
        Ok(rights)
    }

    /// Whether others say the same of all rows.
    pub(crate) fn is_like(&self, others: &Self) -> bool {
        let told = |rights: &Self| {
            let audiences = rights.audiences.iter().filter(|(_, rows)| !rows.is_empty());
            let openings = rights.openings.iter().filter(|(_, rows)| !rows.is_empty());
            let audiences: Vec<_> = audiences.map(|(audience, rows)| (*audience, rows.clone())).collect();
            let openings: Vec<_> = openings.map(|(opening, rows)| (*opening, rows.clone())).collect();
            (audiences, openings)
        };
        self.from == others.from
            && self.from_ms == others.from_ms
            && self.ends == others.ends
            && told(self) == told(others)
    }
}
