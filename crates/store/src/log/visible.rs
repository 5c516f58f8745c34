//! Entries as a reader may see them: the one rule for lists of the ledger, pages of entries and receipts.
//!
//! A party sees all entries in its own name. Others see releases, withdrawals, and what has no second face, if today's
//! rights on the record let them; of an entry that says something, also those on the version it says it of, so that a
//! wider release never opens what an earlier version said. What is kept or approved stays with its owner. Places in the
//! log are for the owner and for receipts (LEDGER.md 13): pages go on from an entry's identifier. Start at
//! [`may_see_entry`].

use super::read::{KEPT, KEPT_COLUMNS, Kept, id_from, kept};
use crate::db::{Row, Session, Value};
use crate::error::StoreError;
use crate::state::project::RELEASED;
use crate::state::scope::Scope;
use hearth_base::id::{EntryId, PartyId, RecordId};
use hearth_base::time::UtcTime;
use hearth_ledger::entry::{Act, Kind};
use sqlx::AssertSqlSafe;

/// An entry that the reader may see. What it says may be erased.
#[derive(Clone, Debug)]
pub struct VisibleEntry {
    /// Its identifier.
    pub id: EntryId,
    /// Of which kind.
    pub kind: Kind,
    /// What was done.
    pub act: Act,
    /// To which record.
    pub record: RecordId,
    /// In which version.
    pub version: u32,
    /// In whose name.
    pub party: PartyId,
    /// When it was written down.
    pub recorded: UtcTime,
    /// The entry as it is kept, with its place.
    pub kept: Kept,
}

/// Which entries to list, the newest first.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only those before this one: the last of the page before.
    pub before: Option<EntryId>,
    /// At most so many.
    pub limit: u32,
}

/// What [`visible`] reads after [`KEPT`]; `n` is the state that the entry began.
const COLUMNS: &str = "e.id, e.kind, e.act, e.record, e.version, e.recorded, n.owner";
/// Every entry begins a state; a withdrawal one on each face, of which one is taken.
pub(crate) const FROM: &str = "FROM entry e JOIN state n ON n.record = e.record AND n.from_seq = e.seq AND n.face = \
    (SELECT MAX(f.face) FROM state f WHERE f.record = e.record AND f.from_seq = e.seq)";

/// The condition on an entry `e` with the state `n`. The parameter `$1` is [`Scope::owner`].
pub(crate) fn sees(scope: &Scope) -> String {
    let single: Vec<String> =
        Kind::ALL.iter().filter(|kind| !kind.has_two_faces()).map(|kind| kind.number().to_string()).collect();
    let single = single.join(",");
    let (keep, release, withdraw) = (Act::Keep.number(), Act::Release.number(), Act::Withdraw.number());
    let (now, then) = (scope.sees("c", 1), scope.sees("r", 1));
    format!(
        "(n.owner = $1 OR ((e.act IN ({release}, {withdraw}) OR (e.act = {keep} AND e.kind IN ({single}))) \
         AND EXISTS (SELECT 1 FROM state c WHERE c.record = e.record AND c.face = {RELEASED} \
         AND c.to_seq IS NULL AND {now}) \
         AND (e.act = {withdraw} OR EXISTS (SELECT 1 FROM state r WHERE r.record = e.record AND r.face = {RELEASED} \
         AND r.from_seq = (SELECT MAX(m.from_seq) FROM state m WHERE m.record = e.record AND m.face = {RELEASED} \
         AND m.version = e.version) AND {then}))))"
    )
}

fn visible(row: &Row) -> Result<VisibleEntry, StoreError> {
    let kept = kept(row)?;
    let damaged = |what: &str| StoreError::damaged(format!("entry {} has an unknown {what}", kept.seq));
    Ok(VisibleEntry {
        id: EntryId::from_bytes(id_from(row.get(KEPT_COLUMNS)?)?),
        kind: Kind::from_number(row.get(KEPT_COLUMNS + 1)?).ok_or_else(|| damaged("kind"))?,
        act: Act::from_number(row.get(KEPT_COLUMNS + 2)?).ok_or_else(|| damaged("act"))?,
        record: RecordId::from_bytes(id_from(row.get(KEPT_COLUMNS + 3)?)?),
        version: u32::try_from(row.get::<i64>(KEPT_COLUMNS + 4)?).map_err(|_| damaged("version"))?,
        recorded: UtcTime::from_unix_ms(row.get(KEPT_COLUMNS + 5)?),
        party: PartyId::from_bytes(id_from(row.get(KEPT_COLUMNS + 6)?)?),
        kept,
    })
}

/// An entry, if the reader may see it.
///
/// # Errors
/// When the database fails.
pub async fn may_see_entry(
    session: &mut Session,
    scope: &Scope,
    entry: EntryId,
) -> Result<Option<VisibleEntry>, StoreError> {
    let sql = format!("SELECT {KEPT}, {COLUMNS} {FROM} WHERE e.id = $2 AND {}", sees(scope));
    let values = [scope.owner(), entry.as_bytes().into()];
    session.fetch_optional(AssertSqlSafe(sql), values).await?.as_ref().map(visible).transpose()
}

/// Entries that the reader may see, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    session: &mut Session,
    scope: &Scope,
    wanted: &Wanted,
) -> Result<Vec<VisibleEntry>, StoreError> {
    let mut sql = format!("SELECT {KEPT}, {COLUMNS} {FROM} WHERE {}", sees(scope));
    let mut values: Vec<Value> = vec![scope.owner()];
    if let Some(kind) = wanted.kind {
        // Written out, so that the index of the rare kinds serves it.
        sql.push_str(&format!(" AND e.kind = {}", kind.number()));
    }
    let mut ask = |condition: &str, value: Value<'static>| {
        values.push(value);
        sql.push_str(&condition.replace('?', &format!("${}", values.len())));
    };
    if let Some(before) = wanted.before {
        let condition = " AND e.seq < (SELECT b.seq FROM entry b WHERE b.id = ?)";
        ask(condition, before.as_bytes().to_vec().into());
    }
    ask(" ORDER BY e.seq DESC LIMIT ?", wanted.limit.into());
    session.fetch_all(AssertSqlSafe(sql), values).await?.iter().map(visible).collect()
}
