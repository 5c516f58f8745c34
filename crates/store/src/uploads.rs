//! Files on their way: what was said of each, and how much of it arrived.
//!
//! Any process may take the next part of any upload: how far one is stands in the database alone, and moves in the
//! transaction that names the part. Their bytes lie in the spool of the blob store (`blob::spool`). Refuses to know what
//! is in a file. Start at [`begin`] and [`arrive`].

use crate::db::{Row, Session, Write};
use crate::error::StoreError;
use crate::log::read::id_from;
use crate::params;
use hearth_base::id::{PartyId, PersonId, RecordId};
use hearth_base::time::UtcTime;
use sqlx::AssertSqlSafe;

/// A file on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its identifier.
    pub id: RecordId,
    /// Whose it is.
    pub party: PartyId,
    /// Who sends it.
    pub person: PersonId,
    /// The file's name.
    pub name: String,
    /// Bytes it will have.
    pub bytes: u64,
    /// Bytes that arrived.
    pub arrived: u64,
    /// When it was begun.
    pub created: UtcTime,
    /// When it is forgotten.
    pub expires: UtcTime,
    /// The draft that it became a file of.
    pub draft: Option<RecordId>,
}

/// A part that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its first byte.
    pub start: u64,
    /// Its bytes.
    pub bytes: u64,
    /// Its name in the spool.
    pub object: [u8; 16],
}

/// How much of a party's is on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Uploads that became nothing yet.
    pub uploads: u64,
    /// Bytes that they will have.
    pub bytes: u64,
}

const COLUMNS: &str = "id, party, person, name, bytes, arrived, created, expires, draft";

fn upload(row: &Row) -> Result<Upload, StoreError> {
    let draft = row.get::<Option<Vec<u8>>>(8)?;
    Ok(Upload {
        id: RecordId::from_bytes(id_from(row.get(0)?)?),
        party: PartyId::from_bytes(id_from(row.get(1)?)?),
        person: PersonId::from_bytes(id_from(row.get(2)?)?),
        name: row.get(3)?,
        bytes: row.get::<i64>(4)? as u64,
        arrived: row.get::<i64>(5)? as u64,
        created: UtcTime::from_unix_ms(row.get(6)?),
        expires: UtcTime::from_unix_ms(row.get(7)?),
        draft: draft.map(|id| Ok::<_, StoreError>(RecordId::from_bytes(id_from(id)?))).transpose()?,
    })
}

/// Writes down that a file will come.
///
/// # Errors
/// When the database fails.
pub async fn begin(tx: &mut Write, upload: &Upload) -> Result<(), StoreError> {
    let sql = "INSERT INTO upload (id, party, person, name, bytes, arrived, created, expires) \
               VALUES ($1, $2, $3, $4, $5, 0, $6, $7)";
    let Upload { id, party, person, name, bytes, created, expires, .. } = upload;
    let (id, party, person) = (id.as_bytes(), party.as_bytes(), person.as_bytes());
    tx.execute(sql, params![id, party, person, name, *bytes as i64, created.unix_ms(), expires.unix_ms()])
        .await?;
    Ok(())
}

/// An upload, if it is this party's.
///
/// # Errors
/// When the database fails.
pub async fn find(session: &mut Session, party: PartyId, id: RecordId) -> Result<Option<Upload>, StoreError> {
    let sql = AssertSqlSafe(format!("SELECT {COLUMNS} FROM upload WHERE id = $1 AND party = $2"));
    let row = session.fetch_optional(sql, params![id.as_bytes(), party.as_bytes()]).await?;
    row.as_ref().map(upload).transpose()
}

/// How much of a party's is on its way.
///
/// # Errors
/// When the database fails.
pub async fn usage(session: &mut Session, party: PartyId) -> Result<Usage, StoreError> {
    let sql = "SELECT COUNT(*), CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM upload \
               WHERE party = $1 AND draft IS NULL";
    let row = session.fetch_optional(sql, params![party.as_bytes()]).await?;
    let usage =
        |row: &Row| Ok(Usage { uploads: row.get::<i64>(0)? as u64, bytes: row.get::<i64>(1)? as u64 });
    row.as_ref().map_or(Ok(Usage::default()), usage)
}

/// Takes a part that lies in the spool, and lets the upload live until a time. `false` when it does not begin where the
/// upload is: somebody else was faster, or it is gone.
///
/// # Errors
/// When the database fails.
pub async fn arrive(tx: &mut Write, id: RecordId, part: &Part, expires: UtcTime) -> Result<bool, StoreError> {
    let sql = "UPDATE upload SET arrived = arrived + $3, expires = $4 WHERE id = $1 AND arrived = $2 \
               AND arrived + $3 <= bytes AND draft IS NULL";
    let (start, bytes) = (part.start as i64, part.bytes as i64);
    if tx.execute(sql, params![id.as_bytes(), start, bytes, expires.unix_ms()]).await? != 1 {
        return Ok(false);
    }
    let sql = "INSERT INTO upload_part (upload, start, bytes, object) VALUES ($1, $2, $3, $4)";
    tx.execute(sql, params![id.as_bytes(), start, bytes, &part.object]).await?;
    Ok(true)
}

/// The parts of an upload, in order.
///
/// # Errors
/// When the database fails.
pub async fn parts(session: &mut Session, id: RecordId) -> Result<Vec<Part>, StoreError> {
    let sql = "SELECT start, bytes, object FROM upload_part WHERE upload = $1 ORDER BY start";
    let part = |row: &Row| {
        Ok(Part {
            start: row.get::<i64>(0)? as u64,
            bytes: row.get::<i64>(1)? as u64,
            object: id_from(row.get(2)?)?,
        })
    };
    session.fetch_all(sql, params![id.as_bytes()]).await?.iter().map(part).collect()
}

/// Says which draft an upload became a file of. `false` when it became one before, or is gone.
///
/// # Errors
/// When the database fails.
pub async fn use_for(tx: &mut Write, id: RecordId, draft: RecordId) -> Result<bool, StoreError> {
    let sql = "UPDATE upload SET draft = $2 WHERE id = $1 AND draft IS NULL AND arrived = bytes";
    let is_used = tx.execute(sql, params![id.as_bytes(), draft.as_bytes()]).await? == 1;
    tx.execute("DELETE FROM upload_part WHERE upload = $1", params![id.as_bytes()]).await?;
    Ok(is_used)
}

/// Forgets an upload.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Write, id: RecordId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM upload_part WHERE upload = $1", params![id.as_bytes()]).await?;
    tx.execute("DELETE FROM upload WHERE id = $1", params![id.as_bytes()]).await?;
    Ok(())
}

/// Forgets what is past its time. Returns how many there were.
///
/// # Errors
/// When the database fails.
pub async fn expire(tx: &mut Write, now: UtcTime) -> Result<u64, StoreError> {
    let old = "SELECT id FROM upload WHERE expires <= $1";
    let sql = AssertSqlSafe(format!("DELETE FROM upload_part WHERE upload IN ({old})"));
    tx.execute(sql, params![now.unix_ms()]).await?;
    Ok(tx.execute("DELETE FROM upload WHERE expires <= $1", params![now.unix_ms()]).await?)
}

/// Whether the parts of an upload are still needed.
///
/// # Errors
/// When the database fails.
pub async fn needs_parts(session: &mut Session, id: RecordId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM upload WHERE id = $1 AND draft IS NULL";
    Ok(session.fetch_optional(sql, params![id.as_bytes()]).await?.is_some())
}
