//! Shares and their confirmations: what waits for a party's word, and what figures count.
//!
//! Start at [`awaited`]; figures over them are `hearth_ledger::figure`.

use super::parties;
use super::scope::Scope;
use crate::db::{Row, Session};
use crate::error::StoreError;
use crate::log::read::{KEPT, KEPT_COLUMNS, id_from, kept};
use crate::params;
use hearth_base::id::{PartyId, RecordId};
use hearth_base::time::UtcTime;
use hearth_ledger::body::Body;
use hearth_ledger::body::sharing::{Confirmation, Share};
use hearth_ledger::entry::{Entry, Happened};
use hearth_ledger::figure::{Gift, Known};
use hearth_ledger::rules::sharing::Awaited;
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, BTreeSet};

/// A share, and whether it was confirmed.
#[derive(Clone, Debug)]
pub struct Given {
    /// The share's record.
    pub record: RecordId,
    /// Who gave it.
    pub from: PartyId,
    /// What it says.
    pub share: Share,
    /// The entry that says it.
    pub entry: Entry,
    /// The recipient's word.
    pub confirmed: Option<(Confirmation, Happened)>,
}

/// A share or movement, and what is known of its confirmation.
///
/// # Errors
/// When the database fails.
pub async fn awaited(session: &mut Session, record: RecordId) -> Result<Option<Awaited>, StoreError> {
    let sql = format!(
        "SELECT {KEPT}, c.content FROM state s JOIN entry e ON e.seq = s.content \
         LEFT JOIN confirmation c ON c.of_record = s.record \
         WHERE s.record = $1 AND s.face = 1 AND s.to_seq IS NULL AND s.status = 0"
    );
    let Some(row) = session.fetch_optional(AssertSqlSafe(sql), params![record.as_bytes()]).await? else {
        return Ok(None);
    };
    let is_confirmed = row.get::<Option<i64>>(KEPT_COLUMNS)?.is_some();
    let Some(entry) = kept(&row)?.entry()? else { return Ok(None) };
    let draft = entry.draft;
    let to = match draft.body {
        Body::Share(share) => share.to,
        Body::Movement(movement) => movement.to,
        _ => return Ok(None),
    };
    let (from, happened, simulated) = (draft.party, draft.happened, draft.simulated);
    Ok(Some(Awaited { record, from, to, happened, is_confirmed, simulated }))
}

/// Shares that the reader's party gave or received, the newest first: of one record, or all.
///
/// # Errors
/// When the database fails.
pub async fn of_reader(
    session: &mut Session,
    scope: &Scope,
    what: Option<RecordId>,
    limit: u32,
) -> Result<Vec<Given>, StoreError> {
    let what = what.map(|record| record.as_bytes().to_vec());
    let sql = format!(
        "SELECT {KEPT}, c.content FROM share h JOIN state s ON s.record = h.record AND s.kind = 12 AND s.face = 1 AND s.to_seq IS NULL \
         JOIN entry e ON e.seq = s.content LEFT JOIN confirmation c ON c.of_record = h.record \
         WHERE (h.recipient = $1 OR s.owner = $1) {} ORDER BY s.content DESC LIMIT $2",
        if what.is_some() { "AND h.what = $3" } else { "" }
    );
    let mut values = vec![scope.owner(), limit.into()];
    values.extend(what.map(Into::into));
    let rows = session.fetch_all(AssertSqlSafe(sql), values).await?;
    let mut given = Vec::with_capacity(rows.len());
    for row in &rows {
        given.extend(given_of(session, row).await?);
    }
    Ok(given)
}

async fn given_of(session: &mut Session, row: &Row) -> Result<Option<Given>, StoreError> {
    let confirmed = match row.get::<Option<i64>>(KEPT_COLUMNS)? {
        Some(seq) => confirmation_at(session, seq as u64).await?,
        None => None,
    };
    let Some(entry) = kept(row)?.entry()? else { return Ok(None) };
    let Body::Share(share) = entry.draft.body.clone() else { return Ok(None) };
    let (record, from) = (entry.draft.record, entry.draft.party);
    Ok(Some(Given { record, from, share: *share, entry, confirmed }))
}

async fn confirmation_at(
    session: &mut Session,
    seq: u64,
) -> Result<Option<(Confirmation, Happened)>, StoreError> {
    let entry = match crate::log::read::entry_at(session, seq).await? {
        Some(kept) => kept.entry()?,
        None => None,
    };
    Ok(entry.and_then(|entry| match entry.draft.body {
        Body::Confirmation(body) => Some((*body, entry.draft.happened)),
        _ => None,
    }))
}

/// The recipient's word on a share or movement: when, as far as they know, and what they said. For whoever may see that
/// share or movement as its giver or recipient.
///
/// # Errors
/// When the database fails.
pub async fn confirmation(
    session: &mut Session,
    of: RecordId,
) -> Result<Option<(Confirmation, Happened)>, StoreError> {
    let sql = "SELECT content FROM confirmation WHERE of_record = $1";
    match session.fetch_optional(sql, params![of.as_bytes()]).await? {
        Some(row) => confirmation_at(session, row.get::<i64>(0)? as u64).await,
        None => Ok(None),
    }
}

/// Every gift of a document, for figures. Withdrawn shares are none. A figure shows numbers only, so it is counted over
/// all of them whoever reads; who may see which figure is decided where figures are shown.
///
/// # Errors
/// When the database fails.
pub async fn of_documents(session: &mut Session) -> Result<Vec<Gift>, StoreError> {
    let parties = parties::all(session).await?;
    let subjects = subjects_of_editions(session).await?;
    // Sorted here: asked for an order, the database walks the whole log for the sake of a few shares.
    let sql = "SELECT e.id, h.what, h.recipient, h.happened, h.recorded, c.happened, c.recorded, e.seq, s.simulated \
               FROM share h JOIN state s ON s.record = h.record AND s.kind = 12 AND s.face = 1 AND s.to_seq IS NULL AND s.status = 0 \
               JOIN entry e ON e.seq = s.content LEFT JOIN confirmation c ON c.of_record = h.record";
    let known = |happened: i64, recorded: i64| Known {
        happened: UtcTime::from_unix_ms(happened),
        recorded: UtcTime::from_unix_ms(recorded),
    };
    let mut gifts = Vec::new();
    for row in session.fetch_all(sql, []).await? {
        let what = RecordId::from_bytes(id_from(row.get(1)?)?);
        let to = PartyId::from_bytes(id_from(row.get(2)?)?);
        let (Some(subjects), Some(party)) = (subjects.get(&what), parties.get(&to)) else { continue };
        let confirmed = match (row.get::<Option<i64>>(5)?, row.get::<Option<i64>>(6)?) {
            (Some(happened), Some(recorded)) => Some(known(happened, recorded)),
            _ => None,
        };
        let seq: i64 = row.get(7)?;
        let gift = Gift {
            entry: hearth_base::id::EntryId::from_bytes(id_from(row.get(0)?)?),
            subjects: subjects.clone(),
            to,
            sort: party.sort,
            country: party.country,
            given: known(row.get(3)?, row.get(4)?),
            confirmed,
            simulated: row.get::<i64>(8)? != 0,
        };
        gifts.push((seq, gift));
    }
    gifts.sort_by_key(|(seq, _)| *seq);
    Ok(gifts.into_iter().map(|(_, gift)| gift).collect())
}

/// What each edition is about: the subjects of its work.
async fn subjects_of_editions(
    session: &mut Session,
) -> Result<BTreeMap<RecordId, BTreeSet<String>>, StoreError> {
    let sql = format!(
        "SELECT {KEPT}, p.record FROM part p \
         JOIN state s ON s.record = p.whole AND s.kind = 7 AND s.face = 1 AND s.to_seq IS NULL \
         JOIN entry e ON e.seq = s.content"
    );
    let mut subjects = BTreeMap::new();
    for row in session.fetch_all(AssertSqlSafe(sql), []).await? {
        let edition = RecordId::from_bytes(id_from(row.get(KEPT_COLUMNS)?)?);
        if let Some(Body::Work(work)) = kept(&row)?.entry()?.map(|entry| entry.draft.body) {
            subjects.insert(edition, work.subjects);
        }
    }
    Ok(subjects)
}
