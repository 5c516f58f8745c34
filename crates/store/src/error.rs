//! What can go wrong when the store writes or reads.
//!
//! Sentences are for people; whether trying again helps is asked of [`StoreError::is_passing`]. Refuses to know HTTP.

use crate::db::DbError;
use hearth_ledger::entry::EntryError;
use hearth_ledger::rules::Refusal;
use hearth_ledger::tree::TileError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// A rule of the ledger says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The log's tiles.
    #[error(transparent)]
    Tiles(#[from] TileError),
    /// An entry that cannot be written or read.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// What is kept is not what it should be.
    #[error("the kept data is damaged: {0}; run `hearth verify`")]
    Damaged(String),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Random(#[from] getrandom::Error),
}

impl StoreError {
    /// Whether the same may succeed when it is tried again.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_passing())
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged(what.into())
    }
}
