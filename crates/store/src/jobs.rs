//! Work for any process: claimed for a while, done at least once.
//!
//! A job is written in the transaction that makes it necessary. Whoever claims it holds it for a time and says so again
//! while it works; a process that dies lets go of it by that. So every job can be done twice, and what it finds is kept
//! only by the worker that still has it: [`done`] says so, in the transaction that keeps the results. Refuses to know what jobs do. Start at [`claim`].

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
    /// Why the last try that came to an end failed; empty when none did.
    pub failure: String,
    /// Who has it: a name that no other worker has.
    pub worker: String,
}

/// Asks for work, from a time on; asking for the same twice asks once. Who is at it already loses it: what it began with
/// is old now.
///
/// # Errors
/// When the database fails.
pub async fn ask(tx: &mut Write, sort: &str, subject: RecordId, now: UtcTime) -> Result<(), StoreError> {
    let sql = "INSERT INTO job (id, sort, subject, created, due, attempts, failure) \
               VALUES ($1, $2, $3, $4, $4, 0, '') ON CONFLICT (sort, subject) DO UPDATE \
               SET due = excluded.due, attempts = 0, failure = '', claimed_by = NULL, claimed_until = NULL";
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
        "SELECT id, sort, subject, attempts, failure FROM job WHERE due <= $1 \
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
        failure: row.get(4)?,
        worker: worker.to_owned(),
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
pub async fn hold(database: &Database, job: &Claimed, now: UtcTime, for_ms: i64) -> Result<bool, StoreError> {
    let mut tx = database.begin_write().await?;
    let sql = "UPDATE job SET claimed_until = $3 WHERE id = $1 AND claimed_by = $2";
    let held =
        tx.execute(sql, params![job.id.as_bytes(), &job.worker, now.plus_ms(for_ms).unix_ms()]).await?;
    tx.commit().await?;
    Ok(held == 1)
}

/// Takes a job away because it is done, in the transaction that keeps its results. `false` when somebody else has it
/// by now: then that transaction must not be kept.
///
/// # Errors
/// When the database fails.
#[must_use = "what a worker found that lost its job must not be kept"]
pub async fn done(tx: &mut Write, job: &Claimed) -> Result<bool, StoreError> {
    let sql = "DELETE FROM job WHERE id = $1 AND claimed_by = $2";
    Ok(tx.execute(sql, params![job.id.as_bytes(), &job.worker]).await? == 1)
}

/// Lets go of a job that was not finished, so that another worker has it at once. It does not count as a try.
///
/// # Errors
/// When the database fails.
pub async fn let_go(database: &Database, job: &Claimed) -> Result<(), StoreError> {
    let mut tx = database.begin_write().await?;
    let sql = "UPDATE job SET claimed_by = NULL, claimed_until = NULL, attempts = attempts - 1 \
               WHERE id = $1 AND claimed_by = $2";
    tx.execute(sql, params![job.id.as_bytes(), &job.worker]).await?;
    tx.notify(Topic::Jobs).await?;
    tx.commit().await?;
    Ok(())
}

/// Lets go of every job, whoever has it. Only for a process that knows that it is the only one.
///
/// # Errors
/// When the database fails.
pub async fn let_go_all(database: &Database) -> Result<(), StoreError> {
    let mut tx = database.begin_write().await?;
    tx.execute("UPDATE job SET claimed_by = NULL, claimed_until = NULL", []).await?;
    tx.commit().await?;
    Ok(())
}

/// Lets go of a job that failed; it is due again after a wait that doubles.
///
/// # Errors
/// When the database fails.
pub async fn failed(database: &Database, job: &Claimed, why: &str, now: UtcTime) -> Result<(), StoreError> {
    let wait_ms = (FIRST_WAIT_MS << job.attempts.clamp(0, 20)).min(LONGEST_WAIT_MS);
    let mut tx = database.begin_write().await?;
    let sql = "UPDATE job SET claimed_by = NULL, claimed_until = NULL, due = $2, failure = $3 \
               WHERE id = $1 AND claimed_by = $4";
    let why: String = why.chars().filter(|letter| *letter != '\0').take(1_000).collect();
    tx.execute(sql, params![job.id.as_bytes(), now.plus_ms(wait_ms).unix_ms(), why, &job.worker]).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether work was asked for and is not done.
///
/// # Errors
/// When the database fails.
pub async fn is_asked(
    session: &mut crate::db::Session,
    sort: &str,
    subject: RecordId,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM job WHERE sort = $1 AND subject = $2";
    Ok(session.fetch_optional(sql, params![sort, subject.as_bytes()]).await?.is_some())
}

/// How many jobs are due, or being done.
///
/// # Errors
/// When the database fails.
pub async fn count(session: &mut crate::db::Session, now: UtcTime) -> Result<u64, StoreError> {
    let sql = "SELECT COUNT(*) FROM job WHERE due <= $1";
    let row = session.fetch_optional(sql, params![now.unix_ms()]).await?;
    row.map_or(Ok(0), |row| Ok(row.get::<i64>(0)? as u64))
}
