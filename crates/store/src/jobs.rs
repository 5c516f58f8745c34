//! Work for any process: claimed for a while, done at least once.
//!
//! A job is written in the transaction that makes it necessary. Whoever claims it holds it for a time and says so again
//! while it works; a process that dies lets go of it by that. So every job can be done twice and has to be harmless
//! then. Refuses to know what jobs do. Start at [`claim`].

use crate::db::{Database, Topic, Write};
use crate::error::StoreError;
use crate::log::read::id_from;
use crate::params;
use crate::random;
use hearth_base::id::{JobId, RecordId};
use hearth_base::time::UtcTime;
use sqlx::AssertSqlSafe;

/// Between two tries of a job that failed: so many seconds the first time, doubled each time.
const FIRST_WAIT_MS: i64 = 2_000;
/// At most so long between two tries.
const LONGEST_WAIT_MS: i64 = 300_000;

/// A job that was claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Which.
    pub id: JobId,
    /// What is to be done.
    pub sort: String,
    /// With what.
    pub subject: RecordId,
    /// How often it was tried before.
    pub attempts: i64,
}

/// Asks for work; asking for the same twice asks once.
///
/// # Errors
/// When the database fails.
pub async fn ask(tx: &mut Write, sort: &str, subject: RecordId, now: UtcTime) -> Result<(), StoreError> {
    let sql = "INSERT INTO job (id, sort, subject, created, due, attempts, failure) \
               VALUES ($1, $2, $3, $4, $4, 0, '') ON CONFLICT (sort, subject) DO NOTHING";
    let id: [u8; 16] = random::bytes()?;
    tx.execute(sql, params![&id, sort, subject.as_bytes(), now.unix_ms()]).await?;
    tx.notify(Topic::Jobs).await?;
    Ok(())
}

/// Claims the job that is due longest, for so many milliseconds.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    database: &Database,
    worker: &str,
    now: UtcTime,
    for_ms: i64,
) -> Result<Option<Claimed>, StoreError> {
    let mut tx = database.begin_write().await?;
    let sql = format!(
        "SELECT id, sort, subject, attempts FROM job WHERE due <= $1 \
         AND (claimed_until IS NULL OR claimed_until < $1) ORDER BY due, id LIMIT 1{}",
        tx.dialect().for_update_skip_locked()
    );
    let Some(row) = tx.fetch_optional(AssertSqlSafe(sql), params![now.unix_ms()]).await? else {
        return Ok(None);
    };
    let claimed = Claimed {
        id: JobId::from_bytes(id_from(row.get(0)?)?),
        sort: row.get(1)?,
        subject: RecordId::from_bytes(id_from(row.get(2)?)?),
        attempts: row.get(3)?,
    };
    let sql = "UPDATE job SET claimed_by = $2, claimed_until = $3, attempts = attempts + 1 WHERE id = $1";
    tx.execute(sql, params![claimed.id.as_bytes(), worker, now.plus_ms(for_ms).unix_ms()]).await?;
    tx.commit().await?;
    Ok(Some(claimed))
}

/// Holds a claimed job longer. `false` when somebody else has it: then the work is to be left.
///
/// # Errors
/// When the database fails.
pub async fn hold(
    database: &Database,
    job: &Claimed,
    worker: &str,
    now: UtcTime,
    for_ms: i64,
) -> Result<bool, StoreError> {
    let mut tx = database.begin_write().await?;
    let sql = "UPDATE job SET claimed_until = $3 WHERE id = $1 AND claimed_by = $2";
    let held = tx.execute(sql, params![job.id.as_bytes(), worker, now.plus_ms(for_ms).unix_ms()]).await?;
    tx.commit().await?;
    Ok(held == 1)
}

/// Takes a job away because it is done, in the transaction that keeps its results.
///
/// # Errors
/// When the database fails.
pub async fn done(tx: &mut Write, job: &Claimed) -> Result<(), StoreError> {
    tx.execute("DELETE FROM job WHERE id = $1", params![job.id.as_bytes()]).await?;
    Ok(())
}

/// Lets go of a job that failed; it is due again after a wait that doubles.
///
/// # Errors
/// When the database fails.
pub async fn failed(database: &Database, job: &Claimed, why: &str, now: UtcTime) -> Result<(), StoreError> {
    let wait_ms = (FIRST_WAIT_MS << job.attempts.clamp(0, 20)).min(LONGEST_WAIT_MS);
    let mut tx = database.begin_write().await?;
    let sql = "UPDATE job SET claimed_by = NULL, claimed_until = NULL, due = $2, failure = $3 WHERE id = $1";
    let why: String = why.chars().filter(|letter| *letter != '\0').take(1_000).collect();
    tx.execute(sql, params![job.id.as_bytes(), now.plus_ms(wait_ms).unix_ms(), why]).await?;
    tx.commit().await?;
    Ok(())
}

/// How many jobs there are.
///
/// # Errors
/// When the database fails.
pub async fn count(session: &mut crate::db::Session) -> Result<u64, StoreError> {
    let row = session.fetch_optional("SELECT COUNT(*) FROM job", []).await?;
    row.map_or(Ok(0), |row| Ok(row.get::<i64>(0)? as u64))
}
