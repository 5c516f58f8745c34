//! Heads: the log's size and root, signed, for everybody to hold against whatever they are shown later.
//!
//! Only what the database holds for good is signed, by the key in force, and only what goes on from the head published
//! before. Ed25519 has one signature for a text, so any server of an installation publishes the same. Heads go out on a
//! timer: whoever watches them sees the log's growth and nothing else (LEDGER.md 13). Start at [`publish`].

use super::append::{Head, fetch_tiles};
use super::keys::{KeyFileError, KeyFolder};
use super::read;
use crate::Store;
use crate::db::{Row, Session};
use crate::error::StoreError;
use crate::failpoint;
use crate::params;
use crate::random;
use hearth_base::time::UtcTime;
use hearth_ledger::body::Body;
use hearth_ledger::entry::Kind;
use hearth_ledger::note::{Checkpoint, KeyHistory, Note, Rotation, SignerKey, VerifierKey};
use hearth_ledger::tree::{consistency, tiles_for_consistency, verify_consistency};
use sqlx::AssertSqlSafe;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A published head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// What it says.
    pub head: Checkpoint,
    /// The signed text.
    pub note: Note,
    /// When it was published.
    pub published: UtcTime,
}

/// Why no head was published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The key was replaced.
    #[error("the key {has} is no longer the log's, which is signed with {wanted}: read the key file again")]
    Replaced {
        /// The key that was to sign.
        has: String,
        /// The key in force.
        wanted: String,
    },
    /// The log does not go on from the last head.
    #[error(
        "the log of {size} entries does not go on from the head that was published at {published} entries: nothing was \
         signed. The database was restored or changed by hand: run `hearth verify`, and restore a later backup"
    )]
    Forked {
        /// The size published last.
        published: u64,
        /// The size now.
        size: u64,
    },
}

/// The head published last.
///
/// # Errors
/// When the database fails, or holds a damaged head.
pub async fn latest(session: &mut Session) -> Result<Option<Published>, StoreError> {
    let sql = "SELECT note, published FROM checkpoint ORDER BY size DESC LIMIT 1";
    session.fetch_optional(sql, []).await?.as_ref().map(published).transpose()
}

/// The head published at a size.
///
/// # Errors
/// When the database fails, or holds a damaged head.
pub async fn at_size(session: &mut Session, size: u64) -> Result<Option<Published>, StoreError> {
    let sql = "SELECT note, published FROM checkpoint WHERE size = $1";
    session.fetch_optional(sql, params![size as i64]).await?.as_ref().map(published).transpose()
}

fn published(row: &Row) -> Result<Published, StoreError> {
    let damaged = |error: &dyn std::fmt::Display| StoreError::damaged(format!("a published head ({error})"));
    let note = Note::parse(row.get::<&str>(0)?.as_bytes()).map_err(|error| damaged(&error))?;
    let head = Checkpoint::parse(note.text()).map_err(|error| damaged(&error))?;
    Ok(Published { head, note, published: UtcTime::from_unix_ms(row.get(1)?) })
}

/// The log's keys from the first on; `None` before it has one. Its rotations are entries.
///
/// # Errors
/// When the database fails, or a rotation in it does not hold.
pub async fn history(session: &mut Session) -> Result<Option<KeyHistory>, StoreError> {
    let damaged = |error: &dyn std::fmt::Display| StoreError::damaged(format!("the log's keys ({error})"));
    let Some(row) = session.fetch_optional("SELECT vkey FROM log_key", []).await? else { return Ok(None) };
    let first = VerifierKey::parse(row.get::<&str>(0)?).map_err(|error| damaged(&error))?;
    let mut history = KeyHistory::new(first).map_err(|error| damaged(&error))?;
    let sql = format!(
        "SELECT {} FROM state s JOIN entry e ON e.seq = s.content \
         WHERE s.kind = $1 AND s.face = 1 AND s.to_seq IS NULL ORDER BY s.content",
        read::KEPT
    );
    for row in session.fetch_all(AssertSqlSafe(sql), params![Kind::KeyRotation.number()]).await? {
        let Some(entry) = read::kept(&row)?.entry()? else { continue };
        let Body::KeyRotation(rotation) = &entry.draft.body else { continue };
        // A log that was begun anew has the rotations of the one before it among its entries.
        if entry.log == history.origin() {
            let note = Note::parse(rotation.statement.as_bytes()).map_err(|error| damaged(&error))?;
            let rotation = Rotation::open(note).map_err(|error| damaged(&error))?;
            history.add(rotation).map_err(|error| damaged(&error))?;
        }
    }
    Ok(Some(history))
}

/// The key that signs this log's heads, with its history. A log without one gets the key in the folder, or a new one.
///
/// # Errors
/// When the folder does not hold the log's key.
pub async fn open_key(store: &Store, folder: &KeyFolder) -> Result<(SignerKey, KeyHistory), PublishError> {
    let origin = store.head().await?.origin;
    let mut found = history(&mut *store.read().await?).await?;
    if found.is_none() {
        let key = folder.read_or_create(&origin, &random::bytes()?)?;
        if key.verifier().name() != origin {
            let (has, wanted) = (key.verifier().to_string(), format!("a key of the name {origin}"));
            let path = folder.path().display().to_string();
            return Err(KeyFileError::Other { path, has, wanted }.into());
        }
        failpoint::pass("key.before-table");
        let mut tx = store.database().begin_write().await.map_err(StoreError::from)?;
        let sql = "INSERT INTO log_key (one, vkey) VALUES (1, $1) ON CONFLICT (one) DO NOTHING";
        tx.execute(sql, params![key.verifier().to_string()]).await.map_err(StoreError::from)?;
        tx.commit().await.map_err(StoreError::from)?;
        found = history(&mut *store.read().await?).await?;
    }
    let history = found.ok_or_else(|| StoreError::damaged("the log's first key is missing"))?;
    Ok((folder.key_of(history.current())?, history))
}

/// Publishes the log's head, if it grew since the last one; `None` when there is nothing new.
///
/// # Errors
/// When the log does not go on from the last head, or the key is not the one in force; nothing is signed then.
pub async fn publish(
    store: &Store,
    key: &SignerKey,
    now: UtcTime,
) -> Result<Option<Published>, PublishError> {
    let mut read = store.read().await?;
    let head = read::head(&mut read).await?;
    let last = latest(&mut read).await?;
    match &last {
        Some(last) if last.head.size == head.size && last.head.root == head.root => return Ok(None),
        None if head.size == 0 => return Ok(None),
        _ => {}
    }
    let keys = history(&mut read).await?.ok_or_else(|| StoreError::damaged("the log has no key yet"))?;
    let wanted = keys.key_at(head.size);
    if key.verifier() != wanted {
        let (has, wanted) = (key.verifier().to_string(), wanted.to_string());
        return Err(PublishError::Replaced { has, wanted });
    }
    if let Some(last) = last {
        check_goes_on(&mut read, &last.head, &head).await?;
    }
    drop(read);
    failpoint::pass("head.before-sign");
    let damaged = |error: &dyn std::fmt::Display| StoreError::damaged(format!("the head ({error})"));
    let head = Checkpoint::new(&head.origin, head.size, head.root).map_err(|error| damaged(&error))?;
    let note = head.sign(key).map_err(|error| damaged(&error))?;
    let mut tx = store.database().begin_write().await.map_err(StoreError::from)?;
    // Another server may have published the same a moment ago.
    let sql =
        "INSERT INTO checkpoint (size, note, published) VALUES ($1, $2, $3) ON CONFLICT (size) DO NOTHING";
    let values = params![head.size as i64, note.to_string(), now.unix_ms()];
    let written = tx.execute(sql, values).await.map_err(StoreError::from)?;
    failpoint::pass("head.before-commit");
    tx.commit().await.map_err(StoreError::from)?;
    failpoint::pass("head.after-commit");
    Ok((written > 0).then_some(Published { head, note, published: now }))
}

/// That the log goes on from the last head, by its own tiles.
async fn check_goes_on(session: &mut Session, last: &Checkpoint, head: &Head) -> Result<(), PublishError> {
    let forked = PublishError::Forked { published: last.size, size: head.size };
    if last.size > head.size || last.origin != head.origin {
        return Err(forked);
    }
    let ids = tiles_for_consistency(last.size, head.size).map_err(StoreError::from)?;
    let tiles = fetch_tiles(session, &ids).await?;
    let proof = consistency(&tiles, last.size, head.size).map_err(StoreError::from)?;
    let goes_on = verify_consistency((last.size, &last.root), (head.size, &head.root), &proof);
    goes_on.map_err(|_| forked)
}

/// Publishes whenever the timer strikes and the log has grown, for as long as it is polled. What goes wrong is logged
/// once and tried again; a key that was rotated is read anew.
pub async fn keep_publishing(store: Store, folder: KeyFolder, every: Duration) {
    let mut timer = tokio::time::interval(every.max(Duration::from_millis(10)));
    timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut key: Option<SignerKey> = None;
    let mut told = String::new();
    loop {
        timer.tick().await;
        match publish_once(&store, &folder, &mut key).await {
            Ok(()) => told.clear(),
            Err(error) => {
                key = None;
                let error = error.to_string();
                if told != error {
                    tracing::error!(%error, "no head was published");
                    told = error;
                }
            }
        }
    }
}

async fn publish_once(
    store: &Store,
    folder: &KeyFolder,
    key: &mut Option<SignerKey>,
) -> Result<(), PublishError> {
    let signer = match key.take() {
        Some(signer) => signer,
        None => open_key(store, folder).await?.0,
    };
    if let Some(published) = publish(store, &signer, now()).await? {
        folder.remember_head(&published.head, &published.note)?;
    }
    *key = Some(signer);
    Ok(())
}

fn now() -> UtcTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UtcTime::from_unix_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
