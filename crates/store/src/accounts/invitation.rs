//! Invitations: links that work once, to choose a password, or to set an empty server up.
//!
//! Start at [`offer`].

use super::SecretDigest;
use crate::db::{Session, Write};
use crate::error::StoreError;
use crate::log::read::id_from;
use crate::params;
use hearth_base::id::PersonId;
use hearth_base::time::UtcTime;

/// Whom an invitation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invited {
    /// Whoever sets the server up.
    Founder,
    /// A person, to choose a password.
    Person(PersonId),
}

/// Keeps an invitation; those of the same person before it, and those that are over, are forgotten.
///
/// # Errors
/// When the database fails.
pub async fn offer(
    tx: &mut Write,
    digest: &SecretDigest,
    invited: Invited,
    now: UtcTime,
    expires: UtcTime,
) -> Result<(), StoreError> {
    tx.execute("DELETE FROM invitation WHERE expires <= $1", params![now.unix_ms()]).await?;
    let person = match invited {
        Invited::Founder => None,
        Invited::Person(person) => {
            tx.execute("DELETE FROM invitation WHERE person = $1", params![person.as_bytes()]).await?;
            Some(person.as_bytes().to_vec())
        }
    };
    let sql = "INSERT INTO invitation (digest, person, expires) VALUES ($1, $2, $3)";
    tx.execute(sql, params![digest.as_slice(), person, expires.unix_ms()]).await?;
    Ok(())
}

/// Whom the invitation with a digest is for, if it still holds.
///
/// # Errors
/// When the database fails.
pub async fn find(
    session: &mut Session,
    digest: &SecretDigest,
    now: UtcTime,
) -> Result<Option<Invited>, StoreError> {
    let sql = "SELECT person FROM invitation WHERE digest = $1 AND expires > $2";
    let row = session.fetch_optional(sql, params![digest.as_slice(), now.unix_ms()]).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(match row.get::<Option<Vec<u8>>>(0)? {
        None => Invited::Founder,
        Some(person) => Invited::Person(PersonId::from_bytes(id_from(person)?)),
    }))
}

/// Uses an invitation up, in the transaction that does what it is for. Says whom it was for, once.
///
/// # Errors
/// When the database fails.
pub async fn spend(
    tx: &mut Write,
    digest: &SecretDigest,
    now: UtcTime,
) -> Result<Option<Invited>, StoreError> {
    let found = find(tx, digest, now).await?;
    let gone = tx.execute("DELETE FROM invitation WHERE digest = $1", params![digest.as_slice()]).await?;
    Ok(found.filter(|_| gone > 0))
}

/// Forgets every link that sets the server up.
///
/// # Errors
/// When the database fails.
pub async fn forget_founders(tx: &mut Write) -> Result<(), StoreError> {
    tx.execute("DELETE FROM invitation WHERE person IS NULL", []).await?;
    Ok(())
}
