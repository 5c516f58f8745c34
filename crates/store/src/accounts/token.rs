//! Tokens: somebody's programs, with a part of what they may do.
//!
//! Refuses to keep the token itself. Start at [`find`].

use super::SecretDigest;
use crate::db::{Row, Session, Write};
use crate::error::StoreError;
use crate::log::read::id_from;
use crate::params;
use hearth_base::id::{PersonId, RecordId};
use hearth_base::time::UtcTime;
use sqlx::AssertSqlSafe;

/// A token without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// Its name in addresses.
    pub id: RecordId,
    /// Whose.
    pub person: PersonId,
    /// What its owner calls it.
    pub name: String,
    /// What it may do, in words with spaces between.
    pub scopes: String,
    /// Since when.
    pub created: UtcTime,
    /// Until when.
    pub expires: UtcTime,
    /// The day on which it was last used.
    pub used: Option<String>,
}

const COLUMNS: &str = "t.id, t.person, t.name, t.scopes, t.created, t.expires, t.used";

fn issued(row: &Row) -> Result<Issued, StoreError> {
    Ok(Issued {
        id: RecordId::from_bytes(id_from(row.get(0)?)?),
        person: PersonId::from_bytes(id_from(row.get(1)?)?),
        name: row.get(2)?,
        scopes: row.get(3)?,
        created: UtcTime::from_unix_ms(row.get(4)?),
        expires: UtcTime::from_unix_ms(row.get(5)?),
        used: row.get(6)?,
    })
}

/// The token with a digest, if its account is open.
///
/// # Errors
/// When the database fails.
pub async fn find(session: &mut Session, digest: &SecretDigest) -> Result<Option<Issued>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM token t JOIN account a ON a.person = t.person WHERE t.digest = $1 AND a.is_closed = 0"
    );
    let row = session.fetch_optional(AssertSqlSafe(sql), params![digest.as_slice()]).await?;
    row.as_ref().map(issued).transpose()
}

/// The tokens of a person, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_person(session: &mut Session, person: PersonId) -> Result<Vec<Issued>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM token t WHERE t.person = $1 ORDER BY t.created DESC, t.id");
    let rows = session.fetch_all(AssertSqlSafe(sql), params![person.as_bytes()]).await?;
    rows.iter().map(issued).collect()
}

/// Keeps a new token.
///
/// # Errors
/// When the database fails.
pub async fn issue(tx: &mut Write, digest: &SecretDigest, token: &Issued) -> Result<(), StoreError> {
    let sql = "INSERT INTO token (digest, id, person, name, scopes, created, expires) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = params![
        digest.as_slice(),
        token.id.as_bytes(),
        token.person.as_bytes(),
        &token.name,
        &token.scopes,
        token.created.unix_ms(),
        token.expires.unix_ms()
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

/// Writes down the day on which a token was used.
///
/// # Errors
/// When the database fails.
pub async fn touch(tx: &mut Write, id: RecordId, now: UtcTime) -> Result<(), StoreError> {
    let sql = "UPDATE token SET used = $1 WHERE id = $2";
    tx.execute(sql, params![now.date().to_string(), id.as_bytes()]).await?;
    Ok(())
}

/// Ends a token of a person. Says whether there was one.
///
/// # Errors
/// When the database fails.
pub async fn revoke(tx: &mut Write, person: PersonId, id: RecordId) -> Result<bool, StoreError> {
    let sql = "DELETE FROM token WHERE id = $1 AND person = $2";
    Ok(tx.execute(sql, params![id.as_bytes(), person.as_bytes()]).await? > 0)
}
