//! The last tries to tell somebody, for the page on which they look what became of them.
//!
//! Refuses to keep what was told. Start at [`of_channel`].

use super::channel::Sort;
use crate::db::{Row, Session, Write};
use crate::error::StoreError;
use crate::log::read::id_from;
use crate::params;
use hearth_base::id::RecordId;
use hearth_base::time::UtcTime;

/// Tries that are kept of a channel.
pub const KEPT_MOST: usize = 20;
/// The longest outcome, in characters.
const OUTCOME_MAX_CHARS: usize = 300;

/// A try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// When.
    pub tried: UtcTime,
    /// Of which message.
    pub message: RecordId,
    /// So many things it told.
    pub things: u64,
    /// Whether it was taken.
    pub is_done: bool,
    /// What the other side said, or why it was not reached.
    pub outcome: String,
}

/// The last tries of a channel, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_channel(
    session: &mut Session,
    search: RecordId,
    sort: Sort,
) -> Result<Vec<Delivery>, StoreError> {
    let sql = "SELECT tried, message, things, is_done, outcome FROM delivery WHERE search = $1 AND sort = $2 \
               ORDER BY tried DESC";
    let delivery = |row: &Row| {
        Ok(Delivery {
            tried: UtcTime::from_unix_ms(row.get(0)?),
            message: RecordId::from_bytes(id_from(row.get(1)?)?),
            things: row.get::<i64>(2)? as u64,
            is_done: row.get(3)?,
            outcome: row.get(4)?,
        })
    };
    let rows = session.fetch_all(sql, params![search.as_bytes(), sort.word()]).await?;
    rows.iter().map(delivery).collect()
}

/// Keeps a try; the oldest beyond [`KEPT_MOST`] are forgotten.
///
/// # Errors
/// When the database fails.
pub async fn keep(
    tx: &mut Write,
    search: RecordId,
    sort: Sort,
    delivery: &Delivery,
) -> Result<(), StoreError> {
    let outcome: String =
        delivery.outcome.chars().filter(|letter| *letter != '\0').take(OUTCOME_MAX_CHARS).collect();
    let sql = "INSERT INTO delivery (search, sort, tried, message, things, is_done, outcome) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = params![
        search.as_bytes(),
        sort.word(),
        delivery.tried.unix_ms(),
        delivery.message.as_bytes(),
        delivery.things as i64,
        i64::from(delivery.is_done),
        outcome
    ];
    tx.execute(sql, values).await?;
    let all = of_channel(tx, search, sort).await?;
    if let Some(oldest) = all.get(KEPT_MOST - 1) {
        let sql = "DELETE FROM delivery WHERE search = $1 AND sort = $2 AND tried < $3";
        tx.execute(sql, params![search.as_bytes(), sort.word(), oldest.tried.unix_ms()]).await?;
    }
    Ok(())
}
