//! Sessions: somebody signed in with a browser.
//!
//! Refuses to know how long one holds: the moments it gives are judged by the server. Start at [`find`].

use super::SecretDigest;
use crate::db::{Session, Write};
use crate::error::StoreError;
use crate::log::read::id_from;
use crate::params;
use hearth_base::id::PersonId;
use hearth_base::time::UtcTime;

/// A session that was begun and not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// Whose.
    pub person: PersonId,
    /// Since when.
    pub created: UtcTime,
    /// When it was last used, to about a minute.
    pub seen: UtcTime,
}

/// The session with a digest, if its account is open.
///
/// # Errors
/// When the database fails.
pub async fn find(session: &mut Session, digest: &SecretDigest) -> Result<Option<Begun>, StoreError> {
    let sql = "SELECT s.person, s.created, s.seen FROM session s JOIN account a ON a.person = s.person \
               WHERE s.digest = $1 AND a.is_closed = 0";
    let Some(row) = session.fetch_optional(sql, params![digest.as_slice()]).await? else { return Ok(None) };
    Ok(Some(Begun {
        person: PersonId::from_bytes(id_from(row.get(0)?)?),
        created: UtcTime::from_unix_ms(row.get(1)?),
        seen: UtcTime::from_unix_ms(row.get(2)?),
    }))
}

/// Begins a session and writes down the day; sessions begun before `oldest` are forgotten.
///
/// # Errors
/// When the database fails.
pub async fn begin(
    tx: &mut Write,
    digest: &SecretDigest,
    person: PersonId,
    now: UtcTime,
    oldest: UtcTime,
) -> Result<(), StoreError> {
    tx.execute("DELETE FROM session WHERE created < $1", params![oldest.unix_ms()]).await?;
    let sql = "INSERT INTO session (digest, person, created, seen) VALUES ($1, $2, $3, $3)";
    tx.execute(sql, params![digest.as_slice(), person.as_bytes(), now.unix_ms()]).await?;
    let day = now.date().to_string();
    tx.execute("UPDATE account SET seen = $1 WHERE person = $2", params![day, person.as_bytes()]).await?;
    Ok(())
}

/// Writes down that a session was used.
///
/// # Errors
/// When the database fails.
pub async fn touch(tx: &mut Write, digest: &SecretDigest, now: UtcTime) -> Result<(), StoreError> {
    let sql = "UPDATE session SET seen = $1 WHERE digest = $2 AND seen < $1";
    tx.execute(sql, params![now.unix_ms(), digest.as_slice()]).await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// When the database fails.
pub async fn end(tx: &mut Write, digest: &SecretDigest) -> Result<(), StoreError> {
    tx.execute("DELETE FROM session WHERE digest = $1", params![digest.as_slice()]).await?;
    Ok(())
}

/// Ends every session of a person.
///
/// # Errors
/// When the database fails.
pub async fn end_all(tx: &mut Write, person: PersonId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM session WHERE person = $1", params![person.as_bytes()]).await?;
    Ok(())
}
