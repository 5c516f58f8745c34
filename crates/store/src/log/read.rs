//! Reading the log: its head, entries by place or identifier, and where it stood at a time.
//!
//! Refuses to ask who may see an entry: [`crate::state::scope`] does. Start at [`entry_at`].

use super::append::Head;
use super::coding::{self, Like};
use crate::db::{Row, Session};
use crate::error::StoreError;
use crate::params;
use hearth_base::id::{EntryId, PartyId, RecordId};
use hearth_base::time::UtcTime;
use hearth_ledger::entry::Entry;
use hearth_ledger::tree::{Commitment, Hash, Salt, commit};
use sqlx::AssertSqlSafe;

/// An entry as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its place in the log.
    pub seq: u64,
    /// What of it is left.
    pub body: KeptBody,
}

/// What is left of an entry.
#[derive(Clone, Debug)]
pub enum KeptBody {
    /// All of it.
    Whole {
        /// What makes the commitment unguessable.
        salt: Salt,
        /// The bytes that were committed to.
        bytes: Vec<u8>,
    },
    /// Only the commitment: the rest was destroyed by a rule of retention.
    Erased(Commitment),
}

impl Kept {
    /// What the tree has as the data of its leaf.
    pub fn commitment(&self) -> Commitment {
        match &self.body {
            KeptBody::Whole { salt, bytes } => commit(salt, bytes),
            KeptBody::Erased(commitment) => *commitment,
        }
    }

    /// The entry, unless it was erased.
    ///
    /// # Errors
    /// When its bytes are damaged.
    pub fn entry(&self) -> Result<Option<Entry>, StoreError> {
        match &self.body {
            KeptBody::Whole { bytes, .. } => Ok(Some(Entry::from_bytes(bytes)?)),
            KeptBody::Erased(_) => Ok(None),
        }
    }
}

/// The columns that [`kept`] reads.
pub(crate) const KEPT: &str = "e.seq, e.salt, e.coding, e.bytes, e.id, e.record, (SELECT b.bytes FROM entry b WHERE b.seq = e.base), \
     (SELECT b.coding FROM entry b WHERE b.seq = e.base)";
/// How many they are: other columns of a row begin there.
pub(crate) const KEPT_COLUMNS: usize = 8;

/// An entry out of a row that begins with [`KEPT`].
pub(crate) fn kept(row: &Row) -> Result<Kept, StoreError> {
    let base = match (row.get::<Option<Vec<u8>>>(6)?, row.get::<Option<i64>>(7)?) {
        (Some(bytes), Some(coding)) => Some(coding::unpack(coding, bytes, None)?),
        _ => None,
    };
    let like = match &base {
        Some(base) => Some(Like {
            base,
            id: EntryId::from_bytes(id_from(row.get(4)?)?),
            record: RecordId::from_bytes(id_from(row.get(5)?)?),
        }),
        None => None,
    };
    kept_like(row, like.as_ref())
}

/// An entry out of a row that begins with place, salt, coding and bytes, and is kept by itself.
pub(crate) fn kept_alone(row: &Row) -> Result<Kept, StoreError> {
    kept_like(row, None)
}

fn kept_like(row: &Row, like: Option<&Like<'_>>) -> Result<Kept, StoreError> {
    let seq = row.get::<i64>(0)? as u64;
    let coding = row.get::<i64>(2)?;
    let bytes: Vec<u8> = row.get(3)?;
    let damaged = || StoreError::damaged(format!("entry {seq} has no salt or commitment"));
    let body = if coding == coding::ERASED {
        KeptBody::Erased(Commitment::new(bytes.try_into().map_err(|_| damaged())?))
    } else {
        let salt: Vec<u8> = row.get(1)?;
        let salt = Salt::new(salt.try_into().map_err(|_| damaged())?);
        KeptBody::Whole { salt, bytes: coding::unpack(coding, bytes, like)? }
    };
    Ok(Kept { seq, body })
}

/// Where the log ends.
///
/// # Errors
/// When the database fails, or holds no log.
pub async fn head(session: &mut Session) -> Result<Head, StoreError> {
    let row = session.fetch_optional("SELECT origin, host, size, root, recorded FROM head", []).await?;
    let row = row.ok_or_else(|| StoreError::damaged("the database holds no log"))?;
    let root: &[u8] = row.get(3)?;
    let root = root.try_into().map_err(|_| StoreError::damaged("the root has not 32 bytes"))?;
    Ok(Head {
        origin: row.get::<String>(0)?,
        host: row.get::<Option<Vec<u8>>>(1)?.map(id_from).transpose()?.map(PartyId::from_bytes),
        size: row.get::<i64>(2)? as u64,
        root: Hash::new(root),
        recorded: UtcTime::from_unix_ms(row.get(4)?),
    })
}

/// The 16 bytes of an identifier.
pub(crate) fn id_from(bytes: Vec<u8>) -> Result<[u8; 16], StoreError> {
    bytes.try_into().map_err(|_| StoreError::damaged("an identifier has not 16 bytes"))
}

/// The entry at a place.
///
/// # Errors
/// When the database fails.
pub async fn entry_at(session: &mut Session, seq: u64) -> Result<Option<Kept>, StoreError> {
    let sql = format!("SELECT {KEPT} FROM entry e WHERE e.seq = $1");
    session.fetch_optional(AssertSqlSafe(sql), params![seq as i64]).await?.as_ref().map(kept).transpose()
}

/// The entry with an identifier.
///
/// # Errors
/// When the database fails.
pub async fn entry_with(session: &mut Session, id: EntryId) -> Result<Option<Kept>, StoreError> {
    let sql = format!("SELECT {KEPT} FROM entry e WHERE e.id = $1");
    session.fetch_optional(AssertSqlSafe(sql), params![id.as_bytes()]).await?.as_ref().map(kept).transpose()
}

/// How many entries the log had at a moment: those recorded by then.
///
/// # Errors
/// When the database fails.
pub async fn size_at(session: &mut Session, moment: UtcTime) -> Result<u64, StoreError> {
    // Times rise with places, so halving finds it without an index.
    let (mut low, mut high) = (0, head(session).await?.size);
    while low < high {
        let middle = low + (high - low) / 2;
        let sql = "SELECT recorded FROM entry WHERE seq = $1";
        let row = session.fetch_optional(sql, params![middle as i64]).await?;
        let row = row.ok_or_else(|| StoreError::damaged(format!("entry {middle} is missing")))?;
        if row.get::<i64>(0)? <= moment.unix_ms() { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}
