//! Where people take mail: an address counts once its owner said so from there, and takes a bounded number of mails a
//! day.
//!
//! Refuses to keep the secret of the link that verifies. Start at [`of_person`].

use crate::accounts::SecretDigest;
use crate::db::{Row, Session, Write};
use crate::error::StoreError;
use crate::params;
use hearth_base::id::PersonId;
use hearth_base::time::UtcTime;

/// Where somebody takes mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailAddress {
    /// The address.
    pub address: String,
    /// When a mail was sent there to verify it.
    pub offered: UtcTime,
    /// Whether it was verified.
    pub is_verified: bool,
    /// The day of the last mail, and how many there were on it.
    pub sent: (String, u64),
}

/// Where a person takes mail.
///
/// # Errors
/// When the database fails.
pub async fn of_person(session: &mut Session, person: PersonId) -> Result<Option<MailAddress>, StoreError> {
    let sql = "SELECT address, offered, is_verified, day, sent FROM mail_address WHERE person = $1";
    let address = |row: &Row| {
        Ok(MailAddress {
            address: row.get(0)?,
            offered: UtcTime::from_unix_ms(row.get(1)?),
            is_verified: row.get(2)?,
            sent: (row.get(3)?, row.get::<i64>(4)? as u64),
        })
    };
    session.fetch_optional(sql, params![person.as_bytes()]).await?.as_ref().map(address).transpose()
}

/// Keeps an address that is to be verified by a link with this digest, in the place of the one before. How many mails
/// were sent on the day stays.
///
/// # Errors
/// When the database fails.
pub async fn offer(
    tx: &mut Write,
    person: PersonId,
    address: &str,
    digest: &SecretDigest,
    now: UtcTime,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO mail_address (person, address, digest, offered, is_verified, day, sent) \
               VALUES ($1, $2, $3, $4, 0, '', 0) ON CONFLICT (person) DO UPDATE SET address = excluded.address, \
               digest = excluded.digest, offered = excluded.offered, is_verified = 0";
    tx.execute(sql, params![person.as_bytes(), address, digest.as_slice(), now.unix_ms()]).await?;
    Ok(())
}

/// The address that a link with this digest verifies, if it was sent at `oldest` or later.
///
/// # Errors
/// When the database fails.
pub async fn offered(
    session: &mut Session,
    digest: &SecretDigest,
    oldest: UtcTime,
) -> Result<Option<String>, StoreError> {
    let sql = "SELECT address FROM mail_address WHERE digest = $1 AND offered >= $2";
    let row = session.fetch_optional(sql, params![digest.as_slice(), oldest.unix_ms()]).await?;
    row.map(|row| Ok(row.get(0)?)).transpose()
}

/// Verifies the address of a link with this digest, once, if it was sent at `oldest` or later. Says whether it was.
///
/// # Errors
/// When the database fails.
pub async fn verify(tx: &mut Write, digest: &SecretDigest, oldest: UtcTime) -> Result<bool, StoreError> {
    let sql = "UPDATE mail_address SET is_verified = 1, digest = NULL WHERE digest = $1 AND offered >= $2";
    Ok(tx.execute(sql, params![digest.as_slice(), oldest.unix_ms()]).await? > 0)
}

/// Forgets where a person takes mail.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut Write, person: PersonId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM mail_address WHERE person = $1", params![person.as_bytes()]).await?;
    Ok(())
}

/// Counts a mail of a day. `false`, and none is counted, if there were `most` on it already.
///
/// # Errors
/// When the database fails.
pub async fn count(tx: &mut Write, person: PersonId, day: &str, most: u64) -> Result<bool, StoreError> {
    let sql = "UPDATE mail_address SET sent = CASE WHEN day = $2 THEN sent + 1 ELSE 1 END, day = $2 \
               WHERE person = $1 AND (day <> $2 OR sent < $3)";
    Ok(tx.execute(sql, params![person.as_bytes(), day, most as i64]).await? > 0)
}
