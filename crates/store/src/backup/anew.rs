//! A log of a new name that goes on from the entries of an old one, and says so.
//!
//! Its first entries are the old log's, in their order, and keep its name; the next one is an import that names the old
//! log's last known head, with that head and the old keys as a blob. Heads of the old name are no longer served: who holds
//! a receipt of it verifies it with the old key, as before. The new log has a key of its own. Start at [`begin`].

use crate::Store;
use crate::blob::{BlobError, BlobStore};
use crate::db::DbError;
use crate::error::StoreError;
use crate::log::heads;
use crate::log::keys::{KeyFileError, KeyFolder};
use crate::log::upkeep::{self, Keeper};
use crate::params;
use crate::random;
use hearth_base::audience::Audience;
use hearth_base::digest::Digest;
use hearth_ledger::body::upkeep::Import;
use hearth_ledger::entry::BlobRef;
use hearth_ledger::note::{Checkpoint, Note, is_key_name};

/// Why no new log was begun.
#[derive(Debug, thiserror::Error)]
pub enum AnewError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The blobs.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The name cannot be a log's.
    #[error(
        "{0:?} cannot be the name of a new log: it needs another name than before, a host name, also with a path"
    )]
    Name(String),
    /// Nobody runs the log.
    #[error(
        "the log in this backup was never set up: there is nothing to go on from; start an empty server instead"
    )]
    NoHost,
    /// The key folder holds the old key.
    #[error("{0} holds the key of another log: give an empty folder for the keys of the new one")]
    OldKey(String),
}

impl From<DbError> for AnewError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

/// Turns a copy of a log into a new one. `later` is the old log's last known head, where it is later than the copy.
pub(super) async fn begin(
    copy: &Store,
    blobs: &BlobStore,
    name: &str,
    keys: &KeyFolder,
    later: Option<Note>,
) -> Result<(), AnewError> {
    let old = copy.head().await?;
    if !is_key_name(name) || name == old.origin {
        return Err(AnewError::Name(name.chars().take(80).collect()));
    }
    let party = old.host.ok_or(AnewError::NoHost)?;
    let key = keys.read_or_create(name, &random::bytes()?)?;
    if key.verifier().name() != name {
        return Err(AnewError::OldKey(keys.path().display().to_string()));
    }
    let mut read = copy.read().await?;
    let published = heads::latest(&mut read).await?.map(|published| published.note);
    let history = heads::history(&mut read).await?;
    drop(read);
    let note = later.or(published);
    let size =
        note.as_ref().and_then(|note| Checkpoint::parse(note.text()).ok()).map_or(old.size, |head| head.size);
    let mut statement = note.map(|note| note.to_string()).unwrap_or_default();
    statement.extend(history.map(|history| format!("\n{history}")));
    let bytes = statement.len() as u64;
    let digest: Digest = blobs.put(statement.into_bytes()).await?;

    let mut tx = copy.database().begin_write().await?;
    tx.execute("UPDATE head SET origin = $1", params![name]).await?;
    tx.execute("DELETE FROM checkpoint", []).await?;
    tx.execute("DELETE FROM log_key", []).await?;
    let sql = "INSERT INTO log_key (one, vkey) VALUES (1, $1)";
    tx.execute(sql, params![key.verifier().to_string()]).await?;
    tx.commit().await?;

    let mut writing = copy.write(old.recorded).await?;
    let body = Import { log: old.origin, party, size, entries: old.size, bundle: digest };
    let media = "text/plain; charset=utf-8".to_owned();
    let blob = BlobRef { digest, bytes, media, name: Some("last-head-and-keys.txt".to_owned()) };
    let keeper = Keeper { party, person: None };
    let draft = upkeep::draft(keeper, Audience::Public, body.into(), vec![blob], writing.now())?;
    writing.append(vec![draft]).await?;
    writing.commit().await?;
    Ok(())
}
