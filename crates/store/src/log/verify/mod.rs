//! Proves everything that is kept, and names the first thing that is wrong.
//!
//! One pass over the entries recomputes every commitment, tile and root ([`chain`]) and replays the state into an empty
//! database beside ([`replay`]), whose rows are then all compared with those that are there; every published head is
//! held against the log and the keys; every blob that an entry names and every pack that holds a sequence is read
//! ([`things`]); what came from other logs is proven again by what came with it. Memory does not grow with the log. What
//! an analysis assigned (`finding`) follows from sequences and packs and is not compared; accounts and drafts are no
//! part of the ledger. Start at [`verify`].

mod chain;
mod replay;
mod things;

use crate::Store;
use crate::blob::{BlobError, BlobStore};
use crate::db::{DbError, MigrateError};
use crate::error::StoreError;
use crate::log::{heads, read};
use hearth_ledger::note::VerifierKey;
use hearth_ledger::tree::{Hash, TileError};
use std::path::Path;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct Wrong {
    /// Where.
    pub place: String,
    /// What.
    pub what: String,
}

/// Why the store was not proven.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// Something is wrong.
    #[error(transparent)]
    Wrong(#[from] Wrong),
    /// The database failed; nothing is known to be wrong.
    #[error(transparent)]
    Store(StoreError),
    /// The database beside could not be made.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The blobs cannot be reached; nothing is known to be wrong.
    #[error(transparent)]
    Blob(#[from] BlobError),
}

impl From<StoreError> for VerifyError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged(what) => wrong("the database", what).into(),
            other => Self::Store(other),
        }
    }
}

impl From<DbError> for VerifyError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

impl From<TileError> for VerifyError {
    fn from(error: TileError) -> Self {
        Self::Store(error.into())
    }
}

pub(super) fn wrong(place: impl Into<String>, what: impl Into<String>) -> Wrong {
    Wrong { place: place.into(), what: what.into() }
}

/// What was proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The log's name.
    pub origin: String,
    /// Entries.
    pub entries: u64,
    /// The root over them.
    pub root: Hash,
    /// Entries whose bodies were erased.
    pub erased: u64,
    /// Published heads.
    pub heads: u64,
    /// Rows of state.
    pub rows: u64,
    /// Blobs that entries name.
    pub blobs: u64,
    /// Packs of sequences.
    pub packs: u64,
    /// Entries that came from other logs.
    pub foreign: u64,
}

/// Proves a store. `scratch` is an empty folder for the database beside, about as large as the entries; the caller
/// removes it. `trusted`, where it is known from elsewhere, must be among the log's keys.
///
/// # Errors
/// [`VerifyError::Wrong`] names the first thing that is wrong.
pub async fn verify(
    store: &Store,
    blobs: &BlobStore,
    scratch: &Path,
    trusted: Option<&VerifierKey>,
) -> Result<Proven, VerifyError> {
    let mut live = store.read().await?;
    let head = read::head(&mut live).await?;
    let keys = heads::history(&mut live).await?;
    if let Some(trusted) = trusted
        && !keys.as_ref().is_some_and(|keys| keys.keys().any(|key| key == trusted))
    {
        return Err(
            wrong("the log's keys", format!("the key {trusted} that you trust is not among them")).into()
        );
    }
    let mut replay = replay::Replay::begin(scratch).await?;
    let walked = chain::walk(&mut live, &head, keys.as_ref(), &mut replay).await?;
    let rows = replay.compare(&mut live).await?;
    let foreign = things::foreign(&mut live, &mut replay).await?;
    let named = things::blobs(&mut replay, blobs).await?;
    let packs = things::packs(&mut live, blobs).await?;
    things::tallies(&mut live).await?;
    Ok(Proven {
        origin: head.origin,
        entries: head.size,
        root: head.root,
        erased: walked.erased,
        heads: walked.heads,
        rows,
        blobs: named,
        packs,
        foreign,
    })
}
