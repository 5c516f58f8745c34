//! Taking a bundle in: verified to its end before anything of it is kept.
//!
//! The bundle lies in the blob store already, as uploads do, and is read three times: to verify it, to keep its blobs,
//! and, with the log locked, to keep its entries. The head that came before must lead to the one that comes: a log with
//! two pasts is refused and told. What is new is said by an entry of our own log. Start at [`import`].

use super::proof::{self, ForeignProof};
use crate::Store;
use crate::blob::{BlobError, BlobStore};
use crate::db::{Session, Write};
use crate::error::StoreError;
use crate::log::append::Appended;
use crate::log::coding;
use crate::log::upkeep::{self, Keeper};
use crate::params;
use bytes::Bytes;
use futures::TryStreamExt as _;
use futures::stream::BoxStream;
use hearth_base::audience::Audience;
use hearth_base::digest::Digest;
use hearth_base::id::{EntryId, PartyId};
use hearth_base::time::UtcTime;
use hearth_ledger::body::upkeep::Import;
use hearth_ledger::bundle::{BundleError, Event, Limits, Reader, Record, Since, Verified};
use hearth_ledger::entry::{Entry, EntryError};
use hearth_ledger::note::VerifierKey;

/// Why a bundle was not taken in. Nothing of it is kept then.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The blobs.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The bundle is of our own log.
    #[error("this is a bundle of this server's own log {0}: it belongs to other servers")]
    Own(String),
    /// It does not name its party by an identifier.
    #[error("the bundle's party {0:?} is not an identifier: another program made it")]
    Party(String),
    /// An entry in it cannot be read.
    #[error("entry {index} of the bundle cannot be read: {error}")]
    Entry {
        /// Its place in that log.
        index: u64,
        /// What is wrong.
        error: EntryError,
    },
    /// An entry in it is another party's.
    #[error("entry {index} of the bundle is not of the party that the bundle names")]
    OtherParty {
        /// Its place in that log.
        index: u64,
    },
    /// The bundle is older than what is known.
    #[error(
        "the bundle was made at {size} entries of {origin}, and a later one, of {known}, was taken in already: ask for a new one"
    )]
    Older {
        /// The log.
        origin: String,
        /// The bundle's size.
        size: u64,
        /// The size known.
        known: u64,
    },
    /// The bundle does not prove that the log went on from what is known.
    #[error(
        "the bundle does not prove that {origin} went on from the head of {known} entries that is known here: ask for a bundle since that head"
    )]
    NeedsSince {
        /// The log.
        origin: String,
        /// The size known.
        known: u64,
    },
    /// The log has two pasts.
    #[error(
        "{origin} shows another past than before ({what}): its operator signed two different logs, or the log was restored \
         from a backup. Nothing was taken in. Keep this bundle, and ask them"
    )]
    Forked {
        /// The log.
        origin: String,
        /// Which of its statements differ.
        what: String,
    },
}

/// What a bundle brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The log it is of.
    pub origin: String,
    /// Whose part of it.
    pub party: PartyId,
    /// Entries in that log.
    pub size: u64,
    /// Entries in the bundle.
    pub entries: u64,
    /// Those that were not here before.
    pub new: u64,
    /// Those that were here and are erased there now: their bodies were destroyed here too.
    pub erased: u64,
    /// Blobs that were not here before.
    pub blobs: u64,
    /// The entry that says it; `None` when nothing was new.
    pub entry: Option<Appended>,
}

/// The head of a log that is known here: a bundle is asked for since that one.
///
/// # Errors
/// When the database fails.
pub async fn since(session: &mut Session, origin: &str) -> Result<Option<Since>, StoreError> {
    let known = proof::latest(session, origin).await?;
    Ok(known.map(|known| Since { size: known.size(), root: known.root }))
}

/// Takes in a bundle that lies in the blob store. `trusted` is a key of that log, had from a source that is trusted.
///
/// # Errors
/// When the bundle does not hold, or shows another past than one taken in before; nothing of it is kept then.
pub async fn import(
    store: &Store,
    blobs: &BlobStore,
    bundle: &Digest,
    trusted: &VerifierKey,
    keeper: Keeper,
    now: UtcTime,
) -> Result<Imported, ImportError> {
    let (verified, party) = verify(blobs, bundle, trusted).await?;
    let origin = verified.head.origin.clone();
    if store.head().await?.origin == origin {
        return Err(ImportError::Own(origin));
    }
    check_goes_on(proof::latest(&mut *store.read().await?, &origin).await?.as_ref(), &verified)?;
    let new_blobs = keep_blobs(blobs, bundle, trusted).await?;

    let mut writing = store.write(now).await?;
    // Another import may have been first.
    let known = proof::latest(writing.tx(), &origin).await?;
    check_goes_on(known.as_ref(), &verified)?;
    let id = EntryId::from_bytes(crate::random::bytes()?);
    let mut done = Imported {
        origin: origin.clone(),
        party,
        size: verified.head.size,
        entries: verified.manifest.entries,
        new: 0,
        erased: 0,
        blobs: new_blobs,
        entry: None,
    };
    let mut source = Source::open(blobs, bundle, trusted).await?;
    while let Some(event) = source.next().await? {
        match event {
            Event::Entry(record) => keep(writing.tx(), &origin, id, &record, &mut done).await?,
            Event::Proven => break,
            Event::Opened { .. } | Event::Blob { .. } => {}
        }
    }
    let is_known = known.is_some_and(|known| known.size() == verified.head.size && known.party == party);
    if done.new == 0 && done.erased == 0 && is_known {
        return Ok(done);
    }
    ForeignProof::of(&verified, party).write(writing.tx(), id).await?;
    forget_replaced(writing.tx(), &origin).await?;
    let (log, size, entries) = (origin, done.size, done.new);
    let body = Import { log, party, size, entries, bundle: *bundle };
    let draft = upkeep::draft(keeper, Audience::Owner, body.into(), Vec::new(), writing.now())?;
    let appended = writing.append(vec![draft]).await?;
    writing.commit().await?;
    done.entry = appended.first().copied();
    Ok(done)
}

/// Reads a bundle to its end and verifies everything.
async fn verify(
    blobs: &BlobStore,
    bundle: &Digest,
    trusted: &VerifierKey,
) -> Result<(Verified, PartyId), ImportError> {
    let mut source = Source::open(blobs, bundle, trusted).await?;
    let mut party = None;
    // What is wrong with an entry counts only if the entry is the log's: until the end it may be damaged.
    let mut odd = None;
    while let Some(event) = source.next().await? {
        match event {
            Event::Opened { manifest, .. } => {
                let named = manifest.party.parse().map_err(|_| ImportError::Party(manifest.party.clone()))?;
                party = Some(named);
            }
            Event::Entry(Record::Kept { index, bytes, .. }) => match Entry::from_bytes(&bytes) {
                Ok(entry) if Some(entry.draft.party) == party => {}
                Ok(_) => odd = odd.or(Some(ImportError::OtherParty { index })),
                Err(error) => odd = odd.or(Some(ImportError::Entry { index, error })),
            },
            Event::Entry(Record::Erased { .. }) | Event::Proven | Event::Blob { .. } => {}
        }
    }
    let verified = source.reader.finish()?;
    if let Some(odd) = odd {
        return Err(odd);
    }
    let party = party.ok_or_else(|| ImportError::Party(verified.manifest.party.clone()))?;
    Ok((verified, party))
}

/// That a log goes on from what is known of it.
fn check_goes_on(known: Option<&ForeignProof>, verified: &Verified) -> Result<(), ImportError> {
    let Some(known) = known else { return Ok(()) };
    let origin = verified.head.origin.clone();
    let forked = |what: String| Err(ImportError::Forked { origin: origin.clone(), what });
    if !verified.keys.continues(&known.keys()?) {
        return forked("its keys are not those of before, nor do they follow from them".to_owned());
    }
    let size = verified.head.size;
    if size < known.size() {
        return Err(ImportError::Older { origin, size, known: known.size() });
    }
    if size == known.size() {
        let is_same = verified.head.root == known.root;
        return if is_same { Ok(()) } else { forked(format!("two roots at {size} entries")) };
    }
    match verified.manifest.since {
        Some(since) if since.size == known.size() && since.root == known.root => Ok(()),
        Some(since) if since.size == known.size() => forked(format!("two roots at {} entries", since.size)),
        _ => Err(ImportError::NeedsSince { origin, known: known.size() }),
    }
}

/// Keeps the blobs of a verified bundle; how many were not there.
async fn keep_blobs(blobs: &BlobStore, bundle: &Digest, trusted: &VerifierKey) -> Result<u64, ImportError> {
    let mut source = Source::open(blobs, bundle, trusted).await?;
    let mut content = Vec::new();
    let mut count = 0;
    while let Some(event) = source.next().await? {
        let Event::Blob { digest, piece, is_last } = event else { continue };
        content.extend(piece);
        if is_last {
            let digest = Digest::from_bytes(*digest.as_bytes());
            let content = std::mem::take(&mut content);
            if blobs.size(&digest).await? != Some(content.len() as u64) {
                blobs.put(content).await?;
                count += 1;
            }
        }
    }
    Ok(count)
}

/// Keeps an entry, or sees that it is here.
async fn keep(
    tx: &mut Write,
    origin: &str,
    import: EntryId,
    record: &Record,
    done: &mut Imported,
) -> Result<(), ImportError> {
    let index = record.index() as i64;
    let sql =
        "SELECT e.seq, e.salt, e.coding, e.bytes FROM foreign_entry e WHERE e.origin = $1 AND e.seq = $2";
    let held = tx.fetch_optional(sql, params![origin, index]).await.map_err(StoreError::from)?;
    let held = held.as_ref().map(crate::log::read::kept_alone).transpose()?;
    if held.as_ref().is_some_and(|held| held.commitment() != record.commitment()) {
        let what = format!("two entries at the place {index}");
        return Err(ImportError::Forked { origin: origin.to_owned(), what });
    }
    let (id, salt, coding, bytes) = match record {
        Record::Kept { bytes, salt, index } => {
            let entry =
                Entry::from_bytes(bytes).map_err(|error| ImportError::Entry { index: *index, error })?;
            let (coding, packed) = coding::pack(bytes.clone());
            (Some(entry.id.as_bytes().to_vec()), Some(salt.as_bytes().to_vec()), coding, packed)
        }
        Record::Erased { commitment, .. } => (None, None, coding::ERASED, commitment.as_bytes().to_vec()),
    };
    let is_erased_now =
        held.as_ref().is_some_and(|held| held.entry().is_ok_and(|entry| entry.is_some())) && id.is_none();
    let sql = if held.is_none() || is_erased_now {
        "INSERT INTO foreign_entry (origin, seq, id, salt, coding, bytes, import) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (origin, seq) DO UPDATE SET id = excluded.id, salt = excluded.salt, coding = excluded.coding, \
         bytes = excluded.bytes, import = excluded.import"
    } else {
        return Ok(());
    };
    done.new += u64::from(held.is_none());
    done.erased += u64::from(is_erased_now);
    let values = params![origin, index, id, salt, coding, bytes, import.as_bytes()];
    tx.execute(sql, values).await.map_err(StoreError::from)?;
    Ok(())
}

/// Proofs that no entry leans on any more, but the latest of the log.
async fn forget_replaced(tx: &mut Write, origin: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM foreign_proof WHERE origin = $1 AND size < (SELECT MAX(m.size) FROM foreign_proof m \
               WHERE m.origin = $1) AND NOT EXISTS (SELECT 1 FROM foreign_entry f WHERE f.import = foreign_proof.import)";
    tx.execute(sql, params![origin]).await?;
    Ok(())
}

/// A bundle that is being read out of the blob store.
struct Source {
    reader: Reader,
    pieces: BoxStream<'static, Result<Bytes, BlobError>>,
}

impl Source {
    async fn open(blobs: &BlobStore, bundle: &Digest, trusted: &VerifierKey) -> Result<Self, ImportError> {
        let pieces = blobs.stream(bundle).await?;
        Ok(Self { reader: Reader::new(trusted.clone(), Limits::default()), pieces })
    }

    async fn next(&mut self) -> Result<Option<Event>, ImportError> {
        loop {
            if let Some(event) = self.reader.next()? {
                return Ok(Some(event));
            }
            match self.pieces.try_next().await? {
                Some(piece) => self.reader.feed(&piece),
                None => return Ok(None),
            }
        }
    }
}
