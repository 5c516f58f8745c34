//! What the shelf of a pathogen holds: the index, and where each of its rows comes from.
//!
//! Refuses to know where states come from and who asks. Start at [`Held::begin`].

use super::origins::{Origin, Origins};
use hearth_base::digest::Digest;
use hearth_base::id::{PartyId, RecordId, VersionId};
use hearth_index::engine::Index;
use hearth_index::row::{DataVersion, Disclosure, Row, RowId};
use hearth_index::visible::Selection;
use hearth_store::state::follow::Ended;

/// See the module.
#[derive(Debug)]
pub struct Held {
    /// The index.
    pub index: Index,
    /// Of each row.
    origins: Origins,
}

impl Held {
    /// An index without rows.
    pub(super) fn new(index: Index) -> Self {
        Self { index, origins: Origins::default() }
    }

    /// An index whose rows come from these origins.
    pub(super) fn of(index: Index, origins: Origins) -> Self {
        Self { index, origins }
    }

    /// Where a row comes from.
    pub fn origin(&self, row: RowId) -> Option<Origin> {
        self.origins.at(row)
    }

    /// The sequence of each segment of a row, as it was handed in.
    pub fn sequences(&self, row: RowId) -> &[Option<Digest>] {
        self.origins.sequences(row)
    }

    /// Where all rows come from.
    pub(super) fn origins(&self) -> &Origins {
        &self.origins
    }

    /// The rows of a record, past ones among them, the newest first.
    pub fn rows_of(&self, record: RecordId) -> impl Iterator<Item = RowId> {
        self.origins.rows_of(record)
    }

    /// Those of a selection whose owner and terms pass.
    pub fn only<'a>(
        &self,
        selection: &Selection<'a>,
        passes: impl Fn(PartyId, Option<VersionId>) -> bool,
    ) -> Selection<'a> {
        selection.except(&self.origins.not(passes))
    }

    /// All terms that any row is or was under.
    pub fn terms(&self) -> impl Iterator<Item = VersionId> {
        self.origins.terms()
    }

    /// Appends a state; whether it could be. Rights are today's: earlier states of the same version have those of the
    /// newest.
    pub(super) fn begin(&mut self, origin: &Origin, sequences: &[Option<Digest>], row: &Row) -> bool {
        let version = origin.version;
        if let Err(error) = self.index.append(row) {
            tracing::error!(record = %version.record, error = %error, "a genome is not in the index");
            return false;
        }
        let is_same = |earlier: &RowId| self.origin(*earlier).is_some_and(|before| before.version == version);
        let earlier: Vec<RowId> = self.rows_of(version.record).filter(is_same).collect();
        for earlier in earlier {
            self.origins.set_terms(earlier, origin.terms);
            if let Err(error) = self.index.disclose(earlier, &row.disclosure) {
                tracing::error!(record = %version.record, error = %error, "old rights stand in the index");
            }
        }
        self.origins.push(origin, sequences);
        true
    }

    /// Shows nobody any more what was said at some places in the log, and forgets where its letters lie. Whether there
    /// was any of it: its values and differences stay in memory until the next start.
    pub(super) fn forget(&mut self, erased: &[u64]) -> bool {
        let rows = self.origins.said_at(erased);
        for row in &rows {
            self.origins.forget(*row);
            if let Err(error) = self.index.disclose(*row, &Disclosure::default()) {
                tracing::error!(row = row.0, error = %error, "what was erased stands in the index");
            }
        }
        !rows.is_empty()
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
