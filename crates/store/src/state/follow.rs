//! Released genomes as they come and go in the log, for an index that keeps rights beside its rows.
//!
//! The one place that hands out what others see of genomes without a reader: whoever follows asks the [`Scope`] of each
//! reader later, by the numbers of [`Scope::numbers`]. What was withdrawn never begins. Start at [`begun`].
//!
//! [`Scope`]: super::scope::Scope
//! [`Scope::numbers`]: super::scope::Scope::numbers

use super::project::{RELEASED, WITHDRAWN};
use super::records::{BEHIND, COLUMNS, FROM, Seen, seen};
use crate::db::{Row, Session, Value};
use crate::error::StoreError;
use crate::log::read::{KEPT, KEPT_COLUMNS, entry_with, id_from, kept};
use crate::params;
use hearth_base::id::{EntryId, PartyId, RecordId, VersionId};
use hearth_base::time::UtcTime;
use hearth_ledger::body::Body;
use hearth_ledger::entry::Kind;
use sqlx::AssertSqlSafe;

/// The number of genomes among kinds, as the table's indices have it.
const GENOME: u8 = 5;
/// Where the numbers of audiences stand among [`COLUMNS`].
const AUDIENCE: usize = KEPT_COLUMNS + 7;
const OPENS: usize = KEPT_COLUMNS + 9;

/// A state that began.
#[derive(Clone, Debug)]
pub struct Begun {
    /// What is said. Its entry is not there if it was erased.
    pub seen: Seen,
    /// Number of the audience that sees it.
    pub audience: i64,
    /// From which moment on (ms since 1970-01-01T00:00Z) another one sees it, and its number.
    pub opens: Option<(i64, i64)>,
    /// Whether it is made up.
    pub is_simulated: bool,
}

/// A state that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Of which record.
    pub record: RecordId,
    /// Where it had begun.
    pub from: u64,
    /// The place of the entry that ended it.
    pub at: u64,
    /// When that was recorded.
    pub recorded: UtcTime,
}

/// States of released genomes that began at `from` or later and before `until`, in the order of the log.
///
/// # Errors
/// When the database fails.
pub async fn begun(
    session: &mut Session,
    (from, until): (u64, u64),
    limit: u32,
) -> Result<Vec<Begun>, StoreError> {
    let sql = format!(
        "SELECT {KEPT}, {COLUMNS}, s.simulated {FROM} WHERE s.from_seq >= $1 AND s.from_seq < $2 AND s.kind = {GENOME} \
         AND s.face = {RELEASED} AND s.status <> {WITHDRAWN} ORDER BY s.from_seq LIMIT $3"
    );
    let values: Vec<Value> = vec![(from as i64).into(), (until as i64).into(), limit.into()];
    let begun = |row: &Row| {
        let opens = match (row.get::<Option<i64>>(OPENS)?, row.get::<Option<i64>>(OPENS + 1)?) {
            (Some(at), Some(to)) => Some((at, to)),
            _ => None,
        };
        let is_simulated = row.get::<i64>(BEHIND)? != 0;
        Ok(Begun { seen: seen(row)?, audience: row.get(AUDIENCE)?, opens, is_simulated })
    };
    session.fetch_all(AssertSqlSafe(sql), values).await?.iter().map(begun).collect()
}

/// The texts of audiences with numbers up to one, in their order: numbers mean something in one database alone.
///
/// # Errors
/// When the database fails.
pub async fn audiences(session: &mut Session, last: i64) -> Result<Vec<(i64, String)>, StoreError> {
    let sql = "SELECT id, text FROM audience WHERE id <= $1 ORDER BY id";
    let rows = session.fetch_all(sql, params![last]).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// A state that began, without what it says.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The record and its version.
    pub version: VersionId,
    /// The place in the log at which it began.
    pub since: u64,
    /// The place of the entry that says it.
    pub content: u64,
    /// That entry.
    pub entry: EntryId,
    /// When that was recorded.
    pub recorded: UtcTime,
    /// Whose it is.
    pub owner: PartyId,
    /// As in [`Begun`].
    pub audience: i64,
    /// As in [`Begun`].
    pub opens: Option<(i64, i64)>,
    /// Under which terms.
    pub terms: Option<VersionId>,
}

/// The same states as [`begun`], of one pathogen, but for those whose entry was erased.
///
/// # Errors
/// When the database fails.
pub async fn standing(
    session: &mut Session,
    pathogen: &str,
    (from, until): (u64, u64),
    limit: u32,
) -> Result<Vec<Standing>, StoreError> {
    let sql = format!(
        "SELECT s.record, s.version, s.from_seq, s.content, e.id, e.recorded, s.owner, s.audience, s.opens_at, \
         s.opens_audience, s.terms, s.terms_version FROM state s JOIN entry e ON e.seq = s.content \
         JOIN genome g ON g.content = s.content AND g.record = s.record WHERE s.from_seq >= $1 AND s.from_seq < $2 \
         AND s.kind = {GENOME} AND s.face = {RELEASED} AND s.status <> {WITHDRAWN} AND g.pathogen = $3 \
         ORDER BY s.from_seq LIMIT $4"
    );
    let values: Vec<Value> =
        vec![(from as i64).into(), (until as i64).into(), pathogen.to_owned().into(), limit.into()];
    session.fetch_all(AssertSqlSafe(sql), values).await?.iter().map(standing_in).collect()
}

fn standing_in(row: &Row) -> Result<Standing, StoreError> {
    let version_of = |record, version: i64| {
        let version =
            u32::try_from(version).map_err(|_| StoreError::damaged("a version is no number from 0 on"))?;
        Ok::<_, StoreError>(VersionId { record: RecordId::from_bytes(id_from(record)?), version })
    };
    let opens = row.get::<Option<i64>>(8)?.zip(row.get::<Option<i64>>(9)?);
    let terms = row.get::<Option<Vec<u8>>>(10)?.zip(row.get::<Option<i64>>(11)?);
    Ok(Standing {
        version: version_of(row.get(0)?, row.get(1)?)?,
        since: row.get::<i64>(2)? as u64,
        content: row.get::<i64>(3)? as u64,
        entry: EntryId::from_bytes(id_from(row.get(4)?)?),
        recorded: UtcTime::from_unix_ms(row.get(5)?),
        owner: PartyId::from_bytes(id_from(row.get(6)?)?),
        audience: row.get(7)?,
        opens,
        terms: terms.map(|(record, version)| version_of(record, version)).transpose()?,
    })
}

/// States of released genomes that ended at `from` or later and before `until`, in the order of the log.
///
/// # Errors
/// When the database fails.
pub async fn ended(session: &mut Session, (from, until): (u64, u64)) -> Result<Vec<Ended>, StoreError> {
    let sql = format!(
        "SELECT s.record, s.from_seq, s.to_seq, e.recorded FROM state s JOIN entry e ON e.seq = s.to_seq WHERE s.to_seq >= $1 AND s.to_seq < $2 AND s.kind = {GENOME} \
         AND s.face = {RELEASED} AND s.status <> {WITHDRAWN} ORDER BY s.to_seq, s.from_seq"
    );
    let values: Vec<Value> = vec![(from as i64).into(), (until as i64).into()];
    let ended = |row: &Row| {
        let (from, at) = (row.get::<i64>(1)? as u64, row.get::<i64>(2)? as u64);
        let recorded = UtcTime::from_unix_ms(row.get(3)?);
        Ok(Ended { record: RecordId::from_bytes(id_from(row.get(0)?)?), from, at, recorded })
    };
    session.fetch_all(AssertSqlSafe(sql), values).await?.iter().map(ended).collect()
}

/// Places in the log of entries that were erased by an entry at `from` or later and before `until`.
///
/// # Errors
/// When the database fails.
pub async fn erased(session: &mut Session, (from, until): (u64, u64)) -> Result<Vec<u64>, StoreError> {
    let sql = format!("SELECT {KEPT} FROM entry e WHERE e.seq >= $1 AND e.seq < $2 AND e.kind = $3");
    let kind = Kind::Erasure.number();
    let rows = session.fetch_all(AssertSqlSafe(sql), params![from as i64, until as i64, kind]).await?;
    let mut erased = Vec::new();
    for row in &rows {
        let Some(entry) = kept(row)?.entry()? else { continue };
        let Body::Erasure(erasure) = &entry.draft.body else { continue };
        for id in &erasure.entries {
            erased.extend(entry_with(session, *id).await?.map(|kept| kept.seq));
        }
    }
    Ok(erased)
}
