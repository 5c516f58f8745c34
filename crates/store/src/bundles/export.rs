//! Writing a bundle: one party's entries that a reader may see, proven under the last published head.
//!
//! One snapshot of the database, read twice: the manifest stands first and names all that follows. Start at [`export`].

use super::things_of;
use crate::Store;
use crate::blob::{BlobError, BlobStore};
use crate::db::Session;
use crate::error::StoreError;
use crate::log::append::fetch_tiles;
use crate::log::heads::{self, Published};
use crate::log::read::{self, Kept, KeptBody};
use crate::log::visible;
use crate::state::scope::Scope;
use futures::future::BoxFuture;
use hearth_base::digest::Digest;
use hearth_base::id::PartyId;
use hearth_ledger::bundle::{self, Draft, Record, Since, WriteError, Writer};
use hearth_ledger::note::SignerKey;
use hearth_ledger::tree::{
    Hash, consistency, pruned, tiles_for_consistency, tiles_for_pruned, tiles_for_root,
};
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

/// Entries read at once.
const PAGE: usize = 500;
/// Bytes written at once.
const PIECE_BYTES: usize = 256 << 10;

/// Gives the letters of a sequence; the reason in a sentence when it cannot.
pub type Letters<'a> = dyn Fn(Digest) -> BoxFuture<'a, Result<Vec<u8>, String>> + Send + Sync + 'a;

/// Which bundle is wanted.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// Whose part of the log.
    pub party: PartyId,
    /// For whose eyes.
    pub reader: &'a Scope,
    /// The head that the receiver holds: the bundle proves that the log went on from it.
    pub since: Option<Since>,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Entries.
    pub entries: u64,
    /// Blobs and sequences.
    pub blobs: u64,
    /// Bytes of the bundle.
    pub bytes: u64,
}

/// Why a bundle was not written. What came out before is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A blob.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The bundle.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A sequence.
    #[error("the sequence {digest} cannot be written into the bundle: {reason}")]
    Sequence {
        /// Which.
        digest: Digest,
        /// Why.
        reason: String,
    },
    /// Nothing was published yet.
    #[error("no head of the log was published yet: start the server, or ask again in a few seconds")]
    Unpublished,
    /// The receiver's head is later than what was published here.
    #[error(
        "the receiver holds a head of {since} entries, but only {size} are published here: ask the operator of this log which of its copies is the right one"
    )]
    Ahead {
        /// The receiver's size.
        since: u64,
        /// The size here.
        size: u64,
    },
    /// The receiver's head is of another past.
    #[error(
        "the head of {since} entries that the receiver holds is not one of this log: one of the two has another past; nothing was written"
    )]
    OtherPast {
        /// The receiver's size.
        since: u64,
    },
    /// Whoever takes the bytes does not any more.
    #[error("the bundle could not be written to its end: {0}")]
    Out(#[from] std::io::Error),
}

/// Writes a bundle.
///
/// # Errors
/// When the log or a blob is damaged, or the receiver's head is not of this log.
pub async fn export(
    store: &Store,
    blobs: &BlobStore,
    key: &SignerKey,
    wanted: &Wanted<'_>,
    letters: &Letters<'_>,
    out: &mut (impl AsyncWrite + Unpin + Send),
) -> Result<Exported, ExportError> {
    let mut read = store.read().await?;
    let head = heads::latest(&mut read).await?.ok_or(ExportError::Unpublished)?;
    let keys = heads::history(&mut read).await?;
    let keys = keys.ok_or_else(|| StoreError::damaged("the log's first key is missing"))?;
    let places = places(&mut read, wanted, head.head.size).await?;
    let mut draft = Draft::new(&wanted.party.to_string(), head.note.clone(), keys)?;
    let mut stored = BTreeSet::new();
    for page in places.chunks(PAGE) {
        for kept in entries(&mut read, page).await? {
            draft.entry(&record(&kept))?;
            if let Some(entry) = kept.entry()? {
                stored.extend(entry.draft.blobs.iter().map(|blob| blob.digest));
                for (digest, bytes) in things_of(&entry) {
                    draft.blob(bundle::Digest::new(*digest.as_bytes()), bytes);
                }
            }
        }
    }
    let tiles = tiles_for_pruned(&draft.indices(), head.head.size).map_err(StoreError::from)?;
    let tiles = fetch_tiles(&mut read, &tiles).await?;
    let hashes = pruned(&tiles, &draft.indices(), head.head.size).map_err(StoreError::from)?;
    let since = proof_since(&mut read, wanted.since, &head).await?;
    let mut output = Output { out, waiting: Vec::new(), bytes: 0 };
    let since = since.as_ref().map(|(since, proof)| (*since, proof.as_slice()));
    let mut writer = draft.seal(&hashes, since, key, &mut output.waiting)?;
    for page in places.chunks(PAGE) {
        for kept in entries(&mut read, page).await? {
            writer.entry(&record(&kept), &mut output.waiting)?;
            output.flush(PIECE_BYTES).await?;
        }
    }
    drop(read);
    let blobs = write_blobs(&mut writer, blobs, &stored, letters, &mut output).await?;
    writer.finish(&mut output.waiting)?;
    output.flush(0).await?;
    Ok(Exported { entries: places.len() as u64, blobs, bytes: output.bytes })
}

async fn write_blobs(
    writer: &mut Writer,
    blobs: &BlobStore,
    stored: &BTreeSet<Digest>,
    letters: &Letters<'_>,
    output: &mut Output<'_, impl AsyncWrite + Unpin + Send>,
) -> Result<u64, ExportError> {
    let mut count = 0;
    while let Some(next) = writer.next_blob() {
        let digest = Digest::from_bytes(*next.as_bytes());
        let content = if stored.contains(&digest) {
            blobs.get(&digest).await?
        } else {
            let read = letters(digest).await;
            read.map_err(|reason| ExportError::Sequence { digest, reason })?.into()
        };
        writer.blob(&content, &mut output.waiting)?;
        output.flush(PIECE_BYTES).await?;
        count += 1;
    }
    Ok(count)
}

/// Places of the party's entries that the reader may see, rising.
async fn places(session: &mut Session, wanted: &Wanted<'_>, size: u64) -> Result<Vec<u64>, StoreError> {
    let sql = format!(
        "SELECT e.seq {} WHERE n.owner = $2 AND e.seq < $3 AND {} ORDER BY e.seq",
        visible::FROM,
        visible::sees(wanted.reader)
    );
    let values = [wanted.reader.owner(), wanted.party.as_bytes().into(), (size as i64).into()];
    let rows = session.fetch_all(AssertSqlSafe(sql), values).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?)
}

async fn entries(session: &mut Session, places: &[u64]) -> Result<Vec<Kept>, StoreError> {
    let list = places.iter().map(u64::to_string).collect::<Vec<_>>().join(",");
    let sql = format!("SELECT {} FROM entry e WHERE e.seq IN ({list}) ORDER BY e.seq", read::KEPT);
    session.fetch_all(AssertSqlSafe(sql), []).await?.iter().map(read::kept).collect()
}

fn record(kept: &Kept) -> Record {
    match &kept.body {
        KeptBody::Whole { salt, bytes } => {
            Record::Kept { index: kept.seq, salt: *salt, bytes: bytes.clone() }
        }
        KeptBody::Erased(commitment) => Record::Erased { index: kept.seq, commitment: *commitment },
    }
}

/// The proof that the log went on from the receiver's head.
async fn proof_since(
    session: &mut Session,
    since: Option<Since>,
    head: &Published,
) -> Result<Option<(Since, Vec<Hash>)>, ExportError> {
    let Some(since) = since else { return Ok(None) };
    let size = head.head.size;
    if since.size > size {
        return Err(ExportError::Ahead { since: since.size, size });
    }
    let ids = tiles_for_root(since.size).map_err(StoreError::from)?;
    let root = fetch_tiles(session, &ids).await?.root(since.size).map_err(StoreError::from)?;
    if root != since.root {
        return Err(ExportError::OtherPast { since: since.size });
    }
    let ids = tiles_for_consistency(since.size, size).map_err(StoreError::from)?;
    let tiles = fetch_tiles(session, &ids).await?;
    Ok(Some((since, consistency(&tiles, since.size, size).map_err(StoreError::from)?)))
}

/// Where bytes go, in pieces.
struct Output<'o, W> {
    out: &'o mut W,
    waiting: Vec<u8>,
    bytes: u64,
}

impl<W: AsyncWrite + Unpin + Send> Output<'_, W> {
    async fn flush(&mut self, when: usize) -> Result<(), std::io::Error> {
        if self.waiting.len() >= when {
            self.out.write_all(&self.waiting).await?;
            self.bytes += self.waiting.len() as u64;
            self.waiting.clear();
        }
        if when == 0 {
            self.out.flush().await?;
        }
        Ok(())
    }
}
