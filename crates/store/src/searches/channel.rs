//! How somebody is told of a saved search: where to, up to which moment they were told, and what is on its way.
//!
//! Whoever tells holds the channel for a while, as a job is held; a process that dies lets go of it by that. What is on
//! its way has a name and an end before it is sent: a second try, by whichever process, is the same message. Refuses to
//! send. Start at [`open`] and [`claim`].

use super::{COLUMNS, COLUMNS_COUNT, Moment, Saved, moment, saved};
use crate::db::{Database, Row, Session, Write};
use crate::error::StoreError;
use crate::log::read::id_from;
use crate::params;
use hearth_base::id::{PartyId, RecordId};
use hearth_base::time::UtcTime;
use sqlx::AssertSqlSafe;

/// By what somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// A request to an address of theirs.
    Webhook,
    /// A mail.
    Mail,
}

/// What is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its name.
    pub id: RecordId,
    /// Up to where it tells.
    pub until: Moment,
}

/// How somebody is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Of which search.
    pub search: RecordId,
    /// By what.
    pub sort: Sort,
    /// Where to; empty for mail, which goes to the owner's address.
    pub address: String,
    /// Of a webhook, what its messages are signed with; of mail, what leads to its end.
    pub secret: String,
    /// Whether it waits for a day, and tells all of it at once.
    pub is_daily: bool,
    /// Up to where they were told.
    pub told: Moment,
    /// When to look again.
    pub due: UtcTime,
    /// What is on its way.
    pub message: Option<Message>,
    /// Tries that failed since the last that did not.
    pub failures: u32,
    /// Why nothing is tried any more; empty while it is.
    pub stopped: String,
}

/// A channel with its search and the party of its owner.
#[derive(Clone, Debug)]
pub struct Open {
    /// The search.
    pub search: Saved,
    /// The party of its owner.
    pub party: PartyId,
    /// The channel.
    pub channel: Channel,
}

const OWN: &str = "c.search, c.sort, c.address, c.secret, c.is_daily, c.told_size, c.told_ms, c.due, c.message, \
                   c.until_size, c.until_ms, c.failures, c.stopped";

impl Sort {
    /// As it is written down.
    pub fn word(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Mail => "mail",
        }
    }

    fn read(word: &str) -> Result<Self, StoreError> {
        match word {
            "webhook" => Ok(Self::Webhook),
            "mail" => Ok(Self::Mail),
            _ => Err(StoreError::damaged("a channel is neither a webhook nor mail")),
        }
    }
}

fn channel(row: &Row, at: usize) -> Result<Channel, StoreError> {
    let message = match row.get::<Option<Vec<u8>>>(at + 8)? {
        None => None,
        Some(id) => Some(Message { id: RecordId::from_bytes(id_from(id)?), until: moment(row, at + 9)? }),
    };
    Ok(Channel {
        search: RecordId::from_bytes(id_from(row.get(at)?)?),
        sort: Sort::read(row.get(at + 1)?)?,
        address: row.get(at + 2)?,
        secret: row.get(at + 3)?,
        is_daily: row.get(at + 4)?,
        told: moment(row, at + 5)?,
        due: UtcTime::from_unix_ms(row.get(at + 7)?),
        message,
        failures: u32::try_from(row.get::<i64>(at + 11)?).unwrap_or(u32::MAX),
        stopped: row.get(at + 12)?,
    })
}

/// The channels of a search.
///
/// # Errors
/// When the database fails.
pub async fn of_search(session: &mut Session, search: RecordId) -> Result<Vec<Channel>, StoreError> {
    let sql = format!("SELECT {OWN} FROM channel c WHERE c.search = $1 ORDER BY c.sort DESC");
    let rows = session.fetch_all(AssertSqlSafe(sql), params![search.as_bytes()]).await?;
    rows.iter().map(|row| channel(row, 0)).collect()
}

/// Channels that are due, held by nobody, and whose searches and accounts are open.
///
/// # Errors
/// When the database fails.
pub async fn open(session: &mut Session, now: UtcTime) -> Result<Vec<Open>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, a.party, {OWN} FROM channel c JOIN saved_search s ON s.id = c.search \
         JOIN account a ON a.person = s.person WHERE c.due <= $1 AND c.stopped = '' AND s.is_paused = 0 \
         AND a.is_closed = 0 AND (c.claimed_until IS NULL OR c.claimed_until < $1) ORDER BY c.due, c.search, c.sort"
    );
    let open = |row: &Row| {
        Ok(Open {
            search: saved(row)?,
            party: PartyId::from_bytes(id_from(row.get(COLUMNS_COUNT)?)?),
            channel: channel(row, COLUMNS_COUNT + 1)?,
        })
    };
    let rows = session.fetch_all(AssertSqlSafe(sql), params![now.unix_ms()]).await?;
    rows.iter().map(open).collect()
}

/// Opens a channel, in the place of one of the same sort.
///
/// # Errors
/// When the database fails.
pub async fn set(tx: &mut Write, channel: &Channel) -> Result<(), StoreError> {
    remove(tx, channel.search, channel.sort).await?;
    let sql = "INSERT INTO channel (search, sort, address, secret, is_daily, told_size, told_ms, due, failures, stopped) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '')";
    let values = params![
        channel.search.as_bytes(),
        channel.sort.word(),
        &channel.address,
        &channel.secret,
        i64::from(channel.is_daily),
        channel.told.size as i64,
        channel.told.at.unix_ms(),
        channel.due.unix_ms()
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

/// Closes a channel and forgets its tries. Says whether there was one.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Write, search: RecordId, sort: Sort) -> Result<bool, StoreError> {
    let values = || params![search.as_bytes(), sort.word()];
    tx.execute("DELETE FROM delivery WHERE search = $1 AND sort = $2", values()).await?;
    Ok(tx.execute("DELETE FROM channel WHERE search = $1 AND sort = $2", values()).await? > 0)
}

/// Closes the channel of mail that has this secret. Says whether there was one.
///
/// # Errors
/// When the database fails.
pub async fn unsubscribe(tx: &mut Write, secret: &str) -> Result<bool, StoreError> {
    let Some(search) = with_mail_secret(tx, secret).await? else { return Ok(false) };
    remove(tx, search, Sort::Mail).await
}

/// The search whose channel of mail has this secret.
///
/// # Errors
/// When the database fails.
pub async fn with_mail_secret(session: &mut Session, secret: &str) -> Result<Option<RecordId>, StoreError> {
    let sql = "SELECT search FROM channel WHERE sort = 'mail' AND secret = $1";
    let row = session.fetch_optional(sql, params![secret]).await?;
    row.map(|row| Ok(RecordId::from_bytes(id_from(row.get(0)?)?))).transpose()
}

/// Tries a channel again that was stopped, at once.
///
/// # Errors
/// When the database fails.
pub async fn resume(tx: &mut Write, search: RecordId, sort: Sort, now: UtcTime) -> Result<bool, StoreError> {
    let sql = "UPDATE channel SET stopped = '', failures = 0, due = $3 WHERE search = $1 AND sort = $2";
    Ok(tx.execute(sql, params![search.as_bytes(), sort.word(), now.unix_ms()]).await? > 0)
}

/// Takes a channel for so many milliseconds, with a message on its way. `false` if it is not any more as it was seen, or
/// somebody else has it.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    database: &Database,
    seen: &Channel,
    message: &Message,
    worker: &str,
    (now, for_ms): (UtcTime, i64),
) -> Result<bool, StoreError> {
    let mut tx = database.begin_write().await?;
    let sql = "UPDATE channel SET claimed_by = $3, claimed_until = $4, message = $5, until_size = $6, until_ms = $7 \
               WHERE search = $1 AND sort = $2 AND told_size = $8 AND told_ms = $9 AND stopped = '' AND due <= $10 \
               AND (claimed_until IS NULL OR claimed_until < $10) AND (message IS NULL OR message = $5)";
    let values = params![
        seen.search.as_bytes(),
        seen.sort.word(),
        worker,
        now.plus_ms(for_ms).unix_ms(),
        message.id.as_bytes(),
        message.until.size as i64,
        message.until.at.unix_ms(),
        seen.told.size as i64,
        seen.told.at.unix_ms(),
        now.unix_ms()
    ];
    let claimed = tx.execute(sql, values).await? == 1;
    tx.commit().await?;
    Ok(claimed)
}

/// Writes down that somebody was told up to a moment, in the transaction that keeps the try; the channel is due again
/// then. `false` if somebody else has it by now.
///
/// # Errors
/// When the database fails.
#[must_use = "whoever lost a channel keeps nothing of it"]
pub async fn told(
    tx: &mut Write,
    channel: &Channel,
    worker: &str,
    until: Moment,
    due: UtcTime,
) -> Result<bool, StoreError> {
    let sql = "UPDATE channel SET told_size = $4, told_ms = $5, due = $6, message = NULL, until_size = NULL, \
               until_ms = NULL, failures = 0, claimed_by = NULL, claimed_until = NULL \
               WHERE search = $1 AND sort = $2 AND claimed_by = $3";
    let values = params![
        channel.search.as_bytes(),
        channel.sort.word(),
        worker,
        until.size as i64,
        until.at.unix_ms(),
        due.unix_ms()
    ];
    Ok(tx.execute(sql, values).await? == 1)
}

/// Writes down that a try failed; the channel is due again then, or stopped with a reason. `false` if somebody else has it
/// by now.
///
/// # Errors
/// When the database fails.
#[must_use = "whoever lost a channel keeps nothing of it"]
pub async fn failed(
    tx: &mut Write,
    channel: &Channel,
    worker: &str,
    due: UtcTime,
    stopped: &str,
) -> Result<bool, StoreError> {
    let sql = "UPDATE channel SET due = $4, failures = failures + 1, stopped = $5, claimed_by = NULL, \
               claimed_until = NULL WHERE search = $1 AND sort = $2 AND claimed_by = $3";
    let (search, sort) = (channel.search.as_bytes(), channel.sort.word());
    Ok(tx.execute(sql, params![search, sort, worker, due.unix_ms(), stopped]).await? == 1)
}

/// Writes down that there was nothing to tell up to a moment; if the channel is as it was seen, and free.
///
/// # Errors
/// When the database fails.
pub async fn pass(
    tx: &mut Write,
    seen: &Channel,
    until: Moment,
    (now, due): (UtcTime, UtcTime),
) -> Result<(), StoreError> {
    let sql = "UPDATE channel SET told_size = $3, told_ms = $4, due = $5, message = NULL, until_size = NULL, \
               until_ms = NULL WHERE search = $1 AND sort = $2 AND told_size = $6 AND told_ms = $7 \
               AND (claimed_until IS NULL OR claimed_until < $8)";
    let values = params![
        seen.search.as_bytes(),
        seen.sort.word(),
        until.size as i64,
        until.at.unix_ms(),
        due.unix_ms(),
        seen.told.size as i64,
        seen.told.at.unix_ms(),
        now.unix_ms()
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

/// Lets a channel wait until it is due, as it was seen.
///
/// # Errors
/// When the database fails.
pub async fn wait(tx: &mut Write, seen: &Channel, due: UtcTime) -> Result<(), StoreError> {
    let sql =
        "UPDATE channel SET due = $3 WHERE search = $1 AND sort = $2 AND told_size = $4 AND told_ms = $5";
    let (search, sort) = (seen.search.as_bytes(), seen.sort.word());
    let told = (seen.told.size as i64, seen.told.at.unix_ms());
    tx.execute(sql, params![search, sort, due.unix_ms(), told.0, told.1]).await?;
    Ok(())
}

/// Stops a channel for a reason, as it was seen.
///
/// # Errors
/// When the database fails.
pub async fn stop(tx: &mut Write, seen: &Channel, stopped: &str) -> Result<(), StoreError> {
    let sql = "UPDATE channel SET stopped = $3 WHERE search = $1 AND sort = $2";
    tx.execute(sql, params![seen.search.as_bytes(), seen.sort.word(), stopped]).await?;
    Ok(())
}

/// Lets go of every channel, whoever has it. Only for a process that knows that it is the only one.
///
/// # Errors
/// When the database fails.
pub async fn let_go_all(database: &Database) -> Result<(), StoreError> {
    let mut tx = database.begin_write().await?;
    tx.execute("UPDATE channel SET claimed_by = NULL, claimed_until = NULL", []).await?;
    tx.commit().await?;
    Ok(())
}
