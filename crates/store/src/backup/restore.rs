//! Bringing a backup back: proven before, proven after, and never so that a log gets two pasts.
//!
//! A log whose heads were published must not go on from an earlier one (LEDGER.md 9): whoever holds the later head would
//! see two pasts. When such a head is known, the restore refuses, or begins a log of a new name that binds the old one's
//! head ([`super::anew`]). Start at [`restore`].

use super::{BLOBS, BackupError, DATABASE, KEYS, anew, copy, copy_blobs, copy_keys, failed, options};
use crate::blob::{BlobPlace, BlobStore};
use crate::db::{Database, DatabaseUrl, DbError, MIGRATIONS, MigrateError, migrate};
use crate::log::append::{Head, fetch_tiles};
use crate::log::keys::KeyFolder;
use crate::log::verify::{Proven, VerifyError, verify};
use crate::{OpenError, Store, StoreError};
use hearth_ledger::note::{Checkpoint, CheckpointError, Note};
use hearth_ledger::tree::tiles_for_root;
use std::fs;
use std::path::Path;

/// Where a backup goes.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The database: a file that is not there, or an empty database.
    pub database: DatabaseUrl,
    /// The blobs.
    pub blobs: BlobPlace,
    /// The log's key.
    pub keys: KeyFolder,
}

/// What is known besides the backup.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Published heads of the log, as far as anybody kept them.
    pub heads: Vec<Note>,
    /// The name of the log to begin anew.
    pub new_origin: Option<String>,
}

/// What was brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What was proven of it.
    pub proven: Proven,
    /// Whether the log's key came along or was there.
    pub has_key: bool,
}

/// Why nothing was brought back.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The files and databases.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The backup or what was made of it does not hold.
    #[error("the backup does not hold: {0}")]
    Verify(#[from] VerifyError),
    /// There is no backup.
    #[error("{0} holds no backup: there is no hearth.db in it")]
    NoBackup(String),
    /// Something is there already.
    #[error("{0} is not empty: a restore overwrites nothing; move it away, or restore elsewhere")]
    NotEmpty(String),
    /// A later head is known.
    #[error(
        "{origin} published a head of {known} entries, and this backup has only {size}: restored, the log would get a \
         second past, which everybody who saw that head can prove. Look for a later backup; if there is none, begin a new \
         log that names the old one with --new-origin NAME"
    )]
    Later {
        /// The log.
        origin: String,
        /// The size of the head that is known.
        known: u64,
        /// The size of the backup.
        size: u64,
    },
    /// A known head is of another past.
    #[error(
        "the head of {known} entries that is known is not one of this backup's log: the backup is of another past"
    )]
    OtherPast {
        /// The size of the head that is known.
        known: u64,
    },
    /// A known head cannot be read.
    #[error("the head that is known cannot be read: {0}")]
    Head(#[from] CheckpointError),
    /// The new log.
    #[error(transparent)]
    Anew(#[from] anew::AnewError),
}

macro_rules! from_backup {
    ($($error:ty)*) => {$(
        impl From<$error> for RestoreError {
            fn from(error: $error) -> Self {
                Self::Backup(error.into())
            }
        }
    )*};
}
from_backup! { StoreError DbError MigrateError OpenError crate::blob::BlobError }

/// Restores a backup. `scratch` is an empty folder for copies of its database; the caller removes it.
///
/// # Errors
/// When the backup does not hold, the destination is not empty, or the log would get two pasts.
pub async fn restore(
    from: &Path,
    to: &Destination,
    known: &Known,
    scratch: &Path,
) -> Result<Restored, RestoreError> {
    let file = from.join(DATABASE);
    if !file.is_file() {
        return Err(RestoreError::NoBackup(from.display().to_string()));
    }
    // The backup itself may lie where nothing can be written.
    let own = scratch.join(DATABASE);
    fs::copy(&file, &own).map_err(|source| failed(&own, source))?;
    let backup = Store::open_existing(&DatabaseUrl::Sqlite(own), &options()).await?;
    let saved = BlobStore::open(&BlobPlace::Folder(from.join(BLOBS))).await?;
    verify(&backup, &saved, &folder(scratch, "before")?, None).await?;
    let later = check_known(&backup, known).await?;

    let target = Database::open_with(&to.database, &options()).await?;
    migrate(&target, MIGRATIONS).await?;
    // One that was cut short left tables without a log: that is empty.
    if target.read().await?.fetch_optional("SELECT 1 FROM head", []).await?.is_some() {
        return Err(RestoreError::NotEmpty(to.database.to_string()));
    }
    let blobs = BlobStore::open(&to.blobs).await?;
    copy_blobs(&saved, &blobs).await?;
    match &known.new_origin {
        Some(name) => anew::begin(&backup, &blobs, name, &to.keys, later).await?,
        None if from.join(KEYS).is_dir() && to.keys.read().map_err(anew::AnewError::from)?.is_none() => {
            copy_keys(&from.join(KEYS), to.keys.path())?;
        }
        None => {}
    }
    let mut read = backup.read().await?;
    let mut tx = target.begin_write().await?;
    copy::rows(&mut read, &mut tx).await?;
    tx.commit().await?;
    drop(read);
    backup.database().close().await;
    target.close().await;

    let restored = Store::open_existing(&to.database, &options()).await?;
    let proven = verify(&restored, &blobs, &folder(scratch, "after")?, None).await?;
    restored.database().close().await;
    let has_key = to.keys.read().map_err(anew::AnewError::from)?.is_some();
    Ok(Restored { proven, has_key })
}

fn folder(scratch: &Path, name: &str) -> Result<std::path::PathBuf, RestoreError> {
    let path = scratch.join(name);
    fs::create_dir(&path).map_err(|source| failed(&path, source))?;
    Ok(path)
}

/// Holds the backup against every head that is known; the latest of the log that the backup does not reach.
async fn check_known(backup: &Store, known: &Known) -> Result<Option<Note>, RestoreError> {
    let head = backup.head().await?;
    let mut later: Option<(u64, Note)> = None;
    for note in &known.heads {
        let seen = Checkpoint::parse(note.text())?;
        if seen.origin != head.origin {
            continue;
        }
        if seen.size > head.size {
            if later.as_ref().is_none_or(|(size, _)| *size < seen.size) {
                later = Some((seen.size, note.clone()));
            }
        } else if root_at(backup, seen.size).await? != seen.root {
            return Err(RestoreError::OtherPast { known: seen.size });
        }
    }
    match (later, &known.new_origin) {
        (Some((known, _)), None) => {
            let Head { origin, size, .. } = head;
            Err(RestoreError::Later { origin, known, size })
        }
        (later, _) => Ok(later.map(|(_, note)| note)),
    }
}

async fn root_at(store: &Store, size: u64) -> Result<hearth_ledger::tree::Hash, StoreError> {
    let tiles = fetch_tiles(&mut *store.read().await?, &tiles_for_root(size)?).await?;
    Ok(tiles.root(size)?)
}
