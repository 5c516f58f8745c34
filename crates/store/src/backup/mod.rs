//! Backups: all that is kept, in a folder that is itself a data folder; and bringing one back.
//!
//! The database of a backup is always SQLite, its rows copied one by one out of one snapshot, so that a backup of either
//! database is restored into either, and is verified like any other data. Blobs are copied when they are not there yet.
//! Keys go along only when asked. Refuses to overwrite anything. Start at [`backup()`] and [`restore()`].

mod anew;
mod copy;
mod restore;

pub use restore::{Destination, Known, RestoreError, Restored, restore};

use crate::Store;
use crate::blob::{BlobError, BlobPlace, BlobStore};
use crate::db::{Database, DatabaseOptions, DatabaseUrl, DbError, MIGRATIONS, MigrateError, migrate};
use crate::log::keys::KeyFolder;
use crate::log::read;
use crate::{OpenError, StoreError};
use futures::TryStreamExt as _;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The embedded database's file in a data folder.
pub const DATABASE: &str = "hearth.db";
/// The folder of blobs in a data folder.
pub const BLOBS: &str = "blobs";
/// The folder of keys in a data folder.
pub const KEYS: &str = "keys";

/// What a backup copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// Entries in the log.
    pub entries: u64,
    /// Rows of all tables.
    pub rows: u64,
    /// Blobs that were copied now.
    pub blobs: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Blobs that were there from an earlier backup.
    pub blobs_there: u64,
}

/// Why there is no backup. One made before into the same folder is still whole.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The tables of the copy.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The backup's database.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The blobs.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// A blob is not what its name says.
    #[error("the blob {0} changed while it was copied: run `hearth verify`")]
    BlobChanged(hearth_base::digest::Digest),
    /// The folder holds a backup of another log.
    #[error("{path} holds a backup of the log {found}, not of {wanted}: choose another folder")]
    OtherLog {
        /// The folder.
        path: String,
        /// The log in it.
        found: String,
        /// This log.
        wanted: String,
    },
    /// A file.
    #[error("{path} cannot be written: {source}")]
    File {
        /// Which.
        path: String,
        /// The system's words.
        source: io::Error,
    },
}

/// Makes a backup while others write, or brings one up to date. With `keys`, the log's key is copied too: then whoever
/// holds the backup can sign as this log.
///
/// # Errors
/// When something cannot be read or written.
pub async fn backup(
    store: &Store,
    blobs: &BlobStore,
    to: &Path,
    keys: Option<&KeyFolder>,
) -> Result<BackedUp, BackupError> {
    make_folder(to)?;
    let finished = to.join(DATABASE);
    let fresh = to.join("hearth.db.new");
    check_log(store, &finished).await?;
    remove_database(&fresh)?;
    let database = Database::open_with(&DatabaseUrl::Sqlite(fresh.clone()), &options()).await?;
    migrate(&database, MIGRATIONS).await?;
    let mut live = store.read().await?;
    let entries = read::head(&mut live).await?.size;
    let mut tx = database.begin_write().await?;
    let rows = copy::rows(&mut live, &mut tx).await?;
    tx.commit().await?;
    drop(live);
    database.close().await;

    // What the snapshot names was there before it was taken, and is copied before the database counts.
    let into = BlobStore::open(&BlobPlace::Folder(to.join(BLOBS))).await?;
    let (copied, bytes, there) = copy_blobs(blobs, &into).await?;
    remove_side_files(&finished)?;
    fs::rename(&fresh, &finished).map_err(|source| failed(&finished, source))?;
    File::open(to).and_then(|folder| folder.sync_all()).map_err(|source| failed(to, source))?;
    if let Some(keys) = keys {
        copy_keys(keys.path(), &to.join(KEYS))?;
    }
    Ok(BackedUp { entries, rows, blobs: copied, bytes, blobs_there: there })
}

/// Copies the blobs that are not there yet: how many, their bytes, and how many were there.
async fn copy_blobs(from: &BlobStore, to: &BlobStore) -> Result<(u64, u64, u64), BackupError> {
    let (mut copied, mut bytes, mut there) = (0, 0, 0);
    let mut list = from.list();
    while let Some(blob) = list.try_next().await? {
        if to.size(&blob.digest).await? == Some(blob.size) {
            there += 1;
            continue;
        }
        // One that an erasure deletes meanwhile is no longer named.
        let pieces = match from.stream(&blob.digest).await {
            Ok(pieces) => pieces.map_err(|error| io::Error::other(error.to_string())),
            Err(BlobError::Missing { .. }) => continue,
            Err(error) => return Err(error.into()),
        };
        let (digest, size) = to.put_stream(pieces).await?;
        if digest != blob.digest {
            return Err(BackupError::BlobChanged(blob.digest));
        }
        copied += 1;
        bytes += size;
    }
    Ok((copied, bytes, there))
}

/// That an earlier backup in the folder is of the same log.
async fn check_log(store: &Store, finished: &Path) -> Result<(), BackupError> {
    if !finished.exists() {
        return Ok(());
    }
    let wanted = store.head().await?.origin;
    let earlier = Store::open_existing(&DatabaseUrl::Sqlite(finished.to_owned()), &options()).await?;
    let found = earlier.head().await?.origin;
    earlier.database().close().await;
    if found == wanted {
        return Ok(());
    }
    Err(BackupError::OtherLog { path: finished.display().to_string(), found, wanted })
}

fn copy_keys(from: &Path, to: &Path) -> Result<(), BackupError> {
    make_folder(to)?;
    for name in ["log.key", "log.key.next", "head.txt"] {
        let (from, to) = (from.join(name), to.join(name));
        if from.exists() {
            // The copy of a file has its rights.
            fs::copy(&from, &to).map_err(|source| failed(&to, source))?;
        }
    }
    Ok(())
}

fn options() -> DatabaseOptions {
    DatabaseOptions { connections: 2, ..DatabaseOptions::default() }
}

fn make_folder(path: &Path) -> Result<(), BackupError> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| failed(path, source))
}

/// Removes a database that was never finished.
fn remove_database(path: &Path) -> Result<(), BackupError> {
    remove_side_files(path)?;
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(failed(path, source)),
        _ => Ok(()),
    }
}

/// Removes what SQLite keeps beside a database that is open: it belongs to the file that is replaced.
fn remove_side_files(path: &Path) -> Result<(), BackupError> {
    for end in ["-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        let beside = PathBuf::from(name);
        match fs::remove_file(&beside) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(failed(&beside, source)),
            _ => {}
        }
    }
    Ok(())
}

fn failed(path: &Path, source: io::Error) -> BackupError {
    BackupError::File { path: path.display().to_string(), source }
}
