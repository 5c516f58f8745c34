//! What the shelf of a pathogen holds: the index, and where each of its rows comes from.
//!
//! Refuses to know where states come from and who asks. Start at [`Held::begin`].

use hearth_base::digest::Digest;
use hearth_base::id::{EntryId, PartyId, RecordId, VersionId};
use hearth_index::engine::Index;
use hearth_index::row::{DataVersion, Disclosure, Row, RowId};
use hearth_store::state::follow::Ended;
use std::collections::{BTreeSet, HashMap};

/// See the module.
#[derive(Debug)]
pub struct Held {
    /// The index.
    pub index: Index,
    /// The rows of each record.
    rows: HashMap<RecordId, Vec<RowId>>,
    /// Of each row.
    origins: Vec<Origin>,
    /// Terms that any row is or was under.
    terms: BTreeSet<VersionId>,
}

/// Where a row comes from, and what taking its letters asks.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Its first sequence, as it was handed in.
    pub sequence: Option<Digest>,
}

impl Origin {
    /// The place in the log at which the state began.
    pub fn since(&self) -> u64 {
        self.since
    }
}

impl Held {
    /// An index without rows.
    pub(super) fn new(index: Index) -> Self {
        Self { index, rows: HashMap::new(), origins: Vec::new(), terms: BTreeSet::new() }
    }

    /// An index whose rows come from these origins.
    pub(super) fn of(index: Index, origins: Vec<Origin>) -> Self {
        let mut rows: HashMap<RecordId, Vec<RowId>> = HashMap::with_capacity(origins.len());
        for (row, origin) in (0u32..).map(RowId).zip(&origins) {
            rows.entry(origin.version.record).or_default().push(row);
        }
        let terms = origins.iter().filter_map(|origin| origin.terms).collect();
        Self { index, rows, origins, terms }
    }

    /// Where a row comes from.
    pub fn origin(&self, row: RowId) -> Option<&Origin> {
        self.origins.get(row.0 as usize)
    }

    /// Where all rows come from, in their order.
    pub(super) fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// The rows of a record, past ones among them.
    pub fn rows_of(&self, record: RecordId) -> impl Iterator<Item = RowId> {
        self.rows.get(&record).into_iter().flatten().copied()
    }

    /// All terms that any row is or was under.
    pub fn terms(&self) -> impl Iterator<Item = VersionId> {
        self.terms.iter().copied()
    }

    /// Appends a state; whether it could be. Rights are today's: earlier states of the same version have those of the
    /// newest.
    pub(super) fn begin(&mut self, origin: Origin, row: &Row) -> bool {
        let version = origin.version;
        let appended = match self.index.append(row) {
            Ok(appended) => appended,
            Err(error) => {
                tracing::error!(record = %version.record, error = %error, "a genome is not in the index");
                return false;
            }
        };
        let own = self.rows.entry(version.record).or_default();
        for earlier in own.iter() {
            let Some(before) = self.origins.get_mut(earlier.0 as usize) else { continue };
            if before.version != version {
                continue;
            }
            before.terms = origin.terms;
            if let Err(error) = self.index.disclose(*earlier, &row.disclosure) {
                tracing::error!(record = %version.record, error = %error, "old rights stand in the index");
            }
        }
        own.push(appended);
        self.terms.extend(origin.terms);
        self.origins.push(origin);
        true
    }

    /// Shows nobody any more what was said at some places in the log, and forgets where its letters lie.
    pub(super) fn forget(&mut self, erased: &[u64]) {
        for (row, origin) in (0u32..).map(RowId).zip(&mut self.origins) {
            if !erased.contains(&origin.content) {
                continue;
            }
            origin.sequence = None;
            let record = origin.version.record;
            if let Err(error) = self.index.disclose(row, &Disclosure::default()) {
                tracing::error!(%record, error = %error, "what was erased stands in the index");
            }
            if let Some(own) = self.rows.get_mut(&record) {
                own.retain(|other| *other != row);
            }
        }
    }

    /// Ends a state, if it is here.
    pub(super) fn end(&mut self, ended: &Ended) {
        let began = |row: &RowId| self.origin(*row).is_some_and(|origin| origin.since == ended.from);
        let Some(row) = self.rows_of(ended.record).find(began) else { return };
        if let Err(error) = self.index.end(row, DataVersion(ended.at + 1), ended.recorded.unix_ms()) {
            tracing::error!(record = %ended.record, error = %error, "a genome that is no more stands in the index");
        }
    }
}
