//! Blobs that were kept before anything named them.
//!
//! A blob is written before the entry or draft that names it, and sometimes neither comes: the sender breaks off, the
//! form is wrong, the draft is thrown away. Such blobs are written down here, and cleared after a time if nothing names
//! them then. Only what stands here is ever cleared. Start at [`note`] and [`clear`].

use crate::blob::{BlobError, BlobStore};
use crate::db::{Row, Session, Write};
use crate::error::StoreError;
use crate::log::read::{KEPT, kept};
use crate::params;
use crate::store::Store;
use hearth_base::digest::Digest;
use hearth_base::time::UtcTime;
use hearth_ledger::entry::Kind;
use sqlx::AssertSqlSafe;
use std::collections::HashSet;
use std::time::{Duration, SystemTime};

/// Blobs looked at in one go.
const AT_ONCE: i64 = 500;
/// Kinds whose entries name no blobs: they are many, and are not read.
const WITHOUT_BLOBS: [Kind; 3] = [Kind::Submission, Kind::Genome, Kind::Analysis];

/// Why loose blobs could not be cleared.
#[derive(Debug, thiserror::Error)]
pub enum ClearError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The blobs.
    #[error(transparent)]
    Blob(#[from] BlobError),
}

/// Writes down a blob that nothing names yet.
///
/// # Errors
/// When the database fails.
pub async fn note(tx: &mut Write, digest: Digest, now: UtcTime) -> Result<(), StoreError> {
    let sql = "INSERT INTO loose_blob (digest, since) VALUES ($1, $2) \
               ON CONFLICT (digest) DO UPDATE SET since = $2";
    tx.execute(sql, params![digest.as_bytes(), now.unix_ms()]).await?;
    Ok(())
}

/// Takes the note of a blob away, in the transaction that names it.
///
/// # Errors
/// When the database fails.
pub async fn named(tx: &mut Write, digest: Digest) -> Result<(), StoreError> {
    tx.execute("DELETE FROM loose_blob WHERE digest = $1", params![digest.as_bytes()]).await?;
    Ok(())
}

/// Deletes blobs that were written down before a time, were not written again within `age`, and that nothing names.
/// Returns how many were deleted.
///
/// # Errors
/// When the store or the blobs fail; what was cleared stays cleared.
pub async fn clear(
    store: &Store,
    blobs: &BlobStore,
    before: UtcTime,
    age: Duration,
) -> Result<u64, ClearError> {
    let mut read = store.read().await?;
    let sql = "SELECT digest FROM loose_blob WHERE since < $1 ORDER BY since LIMIT $2";
    let rows = read.fetch_all(sql, params![before.unix_ms(), AT_ONCE]).await.map_err(StoreError::from)?;
    let digest = |row: &Row| Ok(Digest::from_bytes(row.get::<[u8; 32]>(0)?));
    let old: Vec<Digest> = rows.iter().map(digest).collect::<Result<_, StoreError>>()?;
    drop(read);
    if old.is_empty() {
        return Ok(0);
    }
    let limit = SystemTime::now().checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH);
    let mut cleared = 0;
    for digest in old {
        let is_recent = blobs.written_at(&digest).await?.is_some_and(|at| at > limit);
        if is_recent {
            continue;
        }
        let mut tx = store.database().begin_write().await.map_err(StoreError::from)?;
        let is_named = is_named(&mut tx, digest).await?;
        named(&mut tx, digest).await?;
        tx.commit().await.map_err(StoreError::from)?;
        if !is_named && blobs.delete(&digest).await? {
            cleared += 1;
        }
    }
    Ok(cleared)
}

/// Whether a draft, a sequence or an entry names a blob.
async fn is_named(session: &mut Session, digest: Digest) -> Result<bool, StoreError> {
    for sql in
        ["SELECT 1 FROM draft_file WHERE digest = $1", "SELECT 1 FROM sequence WHERE pack = $1 LIMIT 1"]
    {
        if session.fetch_optional(sql, params![digest.as_bytes()]).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(named_by_entries(session).await?.contains(&digest))
}

async fn named_by_entries(session: &mut Session) -> Result<HashSet<Digest>, StoreError> {
    let without = WITHOUT_BLOBS.map(|kind| kind.number().to_string()).join(",");
    let sql = format!("SELECT {KEPT} FROM entry e WHERE e.kind NOT IN ({without})");
    let mut found = HashSet::new();
    for row in session.fetch_all(AssertSqlSafe(sql), []).await? {
        if let Some(entry) = kept(&row)?.entry()? {
            found.extend(entry.draft.blobs.iter().map(|blob| blob.digest));
        }
    }
    Ok(found)
}
