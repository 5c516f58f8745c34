//! Saved searches: what somebody wants to be told of, how ([`channel`]), with what outcome ([`delivery`]), and where they
//! take mail ([`mail`]). Beside the ledger, and never in it.
//!
//! What is found is not kept: it follows from the question, the ledger, and the rights of the moment. Refuses to read
//! questions; refuses to keep the secret of a feed's address. Start at [`of_person`].

pub mod channel;
pub mod delivery;
pub mod mail;

use crate::accounts::SecretDigest;
use crate::db::{Row, Session, Write};
use crate::error::StoreError;
use crate::log::read::id_from;
use crate::params;
use hearth_base::id::{PersonId, RecordId};
use hearth_base::time::UtcTime;
use sqlx::AssertSqlSafe;

/// A place in the log, as the number of entries before it, and a moment: what was the case then follows from both, for
/// embargoes end without an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Moment {
    /// So many entries.
    pub size: u64,
    /// When.
    pub at: UtcTime,
}

/// A question that somebody keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Its name in addresses.
    pub id: RecordId,
    /// Whose.
    pub person: PersonId,
    /// What its owner calls it.
    pub name: String,
    /// Of what it is asked: `genomes`.
    pub sort: String,
    /// Of which: the pathogen.
    pub subject: String,
    /// The question, as its address has it behind `?`.
    pub question: String,
    /// Since when.
    pub created: UtcTime,
    /// Whether nothing is told for now.
    pub is_paused: bool,
    /// Whether it has an address for feeds.
    pub has_feed: bool,
    /// When its owner looked last.
    pub looked: Moment,
}

const COLUMNS: &str = "s.id, s.person, s.name, s.sort, s.subject, s.question, s.created, s.is_paused, \
                       CAST(CASE WHEN s.feed IS NULL THEN 0 ELSE 1 END AS BIGINT), s.looked_size, s.looked_ms";
/// How many columns those are.
const COLUMNS_COUNT: usize = 11;

fn saved(row: &Row) -> Result<Saved, StoreError> {
    Ok(Saved {
        id: RecordId::from_bytes(id_from(row.get(0)?)?),
        person: PersonId::from_bytes(id_from(row.get(1)?)?),
        name: row.get(2)?,
        sort: row.get(3)?,
        subject: row.get(4)?,
        question: row.get(5)?,
        created: UtcTime::from_unix_ms(row.get(6)?),
        is_paused: row.get(7)?,
        has_feed: row.get(8)?,
        looked: moment(row, 9)?,
    })
}

/// A moment in two columns from one on.
fn moment(row: &Row, column: usize) -> Result<Moment, StoreError> {
    Ok(Moment { size: row.get::<i64>(column)? as u64, at: UtcTime::from_unix_ms(row.get(column + 1)?) })
}

/// The searches of a person, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn of_person(session: &mut Session, person: PersonId) -> Result<Vec<Saved>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM saved_search s WHERE s.person = $1 ORDER BY s.created, s.id");
    let rows = session.fetch_all(AssertSqlSafe(sql), params![person.as_bytes()]).await?;
    rows.iter().map(saved).collect()
}

/// A search of a person.
///
/// # Errors
/// When the database fails.
pub async fn find(
    session: &mut Session,
    person: PersonId,
    id: RecordId,
) -> Result<Option<Saved>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM saved_search s WHERE s.id = $1 AND s.person = $2");
    let row = session.fetch_optional(AssertSqlSafe(sql), params![id.as_bytes(), person.as_bytes()]).await?;
    row.as_ref().map(saved).transpose()
}

/// The search whose feed has an address with this digest, if its owner's account is open.
///
/// # Errors
/// When the database fails.
pub async fn by_feed(session: &mut Session, digest: &SecretDigest) -> Result<Option<Saved>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM saved_search s JOIN account a ON a.person = s.person \
         WHERE s.feed = $1 AND a.is_closed = 0"
    );
    let row = session.fetch_optional(AssertSqlSafe(sql), params![digest.as_slice()]).await?;
    row.as_ref().map(saved).transpose()
}

/// Keeps a new search.
///
/// # Errors
/// When the database fails.
pub async fn keep(tx: &mut Write, search: &Saved) -> Result<(), StoreError> {
    let sql = "INSERT INTO saved_search (id, person, name, sort, subject, question, created, is_paused, \
               looked_size, looked_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = params![
        search.id.as_bytes(),
        search.person.as_bytes(),
        &search.name,
        &search.sort,
        &search.subject,
        &search.question,
        search.created.unix_ms(),
        i64::from(search.is_paused),
        search.looked.size as i64,
        search.looked.at.unix_ms()
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

/// Gives a search another name, and pauses it or not. Says whether there is one.
///
/// # Errors
/// When the database fails.
pub async fn change(tx: &mut Write, search: &Saved) -> Result<bool, StoreError> {
    let sql = "UPDATE saved_search SET name = $1, is_paused = $2 WHERE id = $3 AND person = $4";
    let values =
        params![&search.name, i64::from(search.is_paused), search.id.as_bytes(), search.person.as_bytes()];
    Ok(tx.execute(sql, values).await? > 0)
}

/// Gives the feed of a search an address with this digest, or none. The one before leads nowhere any more.
///
/// # Errors
/// When the database fails.
pub async fn set_feed(
    tx: &mut Write,
    person: PersonId,
    id: RecordId,
    digest: Option<&SecretDigest>,
) -> Result<bool, StoreError> {
    let sql = "UPDATE saved_search SET feed = $1 WHERE id = $2 AND person = $3";
    let digest = digest.map(SecretDigest::as_slice);
    Ok(tx.execute(sql, params![digest, id.as_bytes(), person.as_bytes()]).await? > 0)
}

/// Writes down when the owner of a search looked.
///
/// # Errors
/// When the database fails.
pub async fn looked(
    tx: &mut Write,
    person: PersonId,
    id: RecordId,
    looked: Moment,
) -> Result<bool, StoreError> {
    let sql = "UPDATE saved_search SET looked_size = $1, looked_ms = $2 WHERE id = $3 AND person = $4";
    let values = params![looked.size as i64, looked.at.unix_ms(), id.as_bytes(), person.as_bytes()];
    Ok(tx.execute(sql, values).await? > 0)
}

/// Forgets a search and all that is told of it. Says whether there was one.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut Write, person: PersonId, id: RecordId) -> Result<bool, StoreError> {
    let sql = "DELETE FROM saved_search WHERE id = $1 AND person = $2";
    if tx.execute(sql, params![id.as_bytes(), person.as_bytes()]).await? == 0 {
        return Ok(false);
    }
    tx.execute("DELETE FROM channel WHERE search = $1", params![id.as_bytes()]).await?;
    tx.execute("DELETE FROM delivery WHERE search = $1", params![id.as_bytes()]).await?;
    Ok(true)
}

/// Forgets all searches of a person, and where they take mail.
///
/// # Errors
/// When the database fails.
pub async fn forget_all(tx: &mut Write, person: PersonId) -> Result<(), StoreError> {
    for search in of_person(tx, person).await? {
        forget(tx, person, search.id).await?;
    }
    tx.execute("DELETE FROM mail_address WHERE person = $1", params![person.as_bytes()]).await?;
    Ok(())
}
