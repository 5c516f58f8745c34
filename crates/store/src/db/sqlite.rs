//! Opens the embedded database: one connection that writes, several that read.
//!
//! Refuses to know tables. Start at [`open`].
//!
//! Settings and their reasons: the write-ahead log lets readers read while one writes; `synchronous=FULL` flushes
//! it before a commit is acknowledged, so that the commit survives a power cut; there is no memory map, since an
//! error of the disk would then end the process instead of being reported; pages stay in a bounded cache that
//! grows only with use, so that an empty server stays small. Pages of 8 KiB: half a million rows of 0.4 kB with a
//! random unique number went in within 6.5 s, against 9.2 s with 4 KiB and 8.0 s with 16 KiB, in files of one size
//! (`examples/database_speed.rs`), and a page holds all of a tile's 256 hashes but its row's head.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::Pools;
use super::address::{DatabaseOptions, Durability};
use super::error::{DbError, Place, sort};

/// The write-ahead log is cut back to this size after it was larger, bytes.
const LOG_BYTES: u32 = 64 << 20;

/// Opens (or makes) the database in the file `path`.
pub(super) async fn open(place: &Place, path: &Path, options: &DatabaseOptions) -> Result<Pools, DbError> {
    let connect = connect_options(path, options);
    // Neither idle time nor age ends the one writer.
    let writer = pool(options, 1).idle_timeout(None).connect_with(connect.clone()).await;
    let writer = writer.map_err(|error| unopened(place, path, sort(place, "open", error)))?;
    let readers =
        pool(options, options.connections.max(1)).connect_lazy_with(connect.pragma("query_only", "1"));
    Ok(Pools::Sqlite { writer, readers })
}

fn pool(options: &DatabaseOptions, connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(options.patience)
        .max_lifetime(None)
        .test_before_acquire(false)
        // A full disk makes SQLite end a transaction by itself, and the driver still believes in it.
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}

/// SQLite says "unable to open" for many reasons; the system knows better.
fn unopened(place: &Place, path: &Path, error: DbError) -> DbError {
    let DbError::Unreachable { .. } = error else { return error };
    let is_new = !path.exists();
    let Err(cause) = OpenOptions::new().append(true).create(true).open(path) else {
        if is_new {
            let _ = std::fs::remove_file(path);
        }
        return error;
    };
    let (place, reason) = (place.clone(), cause.to_string());
    match cause.kind() {
        ErrorKind::ReadOnlyFilesystem => DbError::ReadOnly { place, reason },
        ErrorKind::PermissionDenied => DbError::Denied { place, reason },
        ErrorKind::StorageFull => DbError::Full { place, reason },
        _ => DbError::Unreachable { place, reason },
    }
}

fn connect_options(path: &Path, options: &DatabaseOptions) -> SqliteConnectOptions {
    let synchronous = match options.durability {
        Durability::Full => SqliteSynchronous::Full,
        Durability::Process => SqliteSynchronous::Normal,
    };
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .page_size(options.page_bytes)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .foreign_keys(true)
        .busy_timeout(options.patience)
        .pragma("cache_size", format!("-{}", options.cache_bytes / 1024))
        .pragma("journal_size_limit", LOG_BYTES.to_string())
        .pragma("mmap_size", "0")
        .thread_name(|number| format!("sqlite-{number}"))
}
