//! Records of any kind, as they stand now or stood at a place in the log, for a reader.
//!
//! Content is as of any place, rights are today's: of each version, those of the last entry that set them. Refuses to
//! show a row without a [`Scope`], but to rules, which decide on what is the case ([`standing`]). Start at [`find`].

use super::audience;
use super::project::{APPROVED, KEPT as KEPT_FACE, RELEASED, SENT_BACK, WITHDRAWN};
use super::scope::Scope;
use crate::db::{Row, Session, Value};
use crate::error::StoreError;
use crate::log::read::{KEPT, KEPT_COLUMNS, id_from, kept};
use crate::params;
use hearth_base::id::{PartyId, PersonId, RecordId, TermsId, VersionId};
use hearth_base::time::UtcTime;
use hearth_ledger::access::Rights;
use hearth_ledger::entry::{Disclosure, Entry, Kind, Opening};
use hearth_ledger::rules::records::Released;
use hearth_ledger::rules::{Standing, Status};
use sqlx::AssertSqlSafe;

/// Which face of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// What its owner keeps.
    Kept,
    /// What others see.
    Released,
}

impl Face {
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Kept => KEPT_FACE,
            Self::Released => RELEASED,
        }
    }
}

/// A record as a reader sees it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Which, and which version.
    pub version: VersionId,
    /// Of which kind.
    pub kind: Kind,
    /// How it stands.
    pub status: Status,
    /// Who may see it, and under which terms.
    pub disclosure: Disclosure,
    /// Whose it is.
    pub owner: PartyId,
    /// The place of the entry that brought this state.
    pub since: u64,
    /// The place of the entry that says what it is.
    pub content: u64,
    /// That entry; `None` when it was erased.
    pub entry: Option<Entry>,
}

impl Seen {
    /// What decides who may see it.
    pub fn rights(&self) -> Rights {
        Rights::new(self.owner, &self.disclosure)
    }
}

/// Which records to list, the newest first.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Of this kind.
    pub kind: Kind,
    /// This face of them.
    pub face: Face,
    /// Only parts of this record.
    pub part_of: Option<RecordId>,
    /// Only this party's.
    pub owner: Option<PartyId>,
    /// Only those said before this place: where the page before ended.
    pub before: Option<u64>,
    /// As of a log of this size.
    pub as_of: Option<u64>,
    /// At most so many.
    pub limit: u32,
}

impl Listing {
    /// The newest of a kind.
    pub fn of(kind: Kind, face: Face) -> Self {
        Self { kind, face, part_of: None, owner: None, before: None, as_of: None, limit: 100 }
    }
}

/// Rows of state with their entries; `s` is the state, `r` the rights of today.
pub(crate) const FROM: &str = "FROM state s JOIN entry e ON e.seq = s.content \
    LEFT JOIN audience a ON a.id = s.audience LEFT JOIN audience o ON o.id = s.opens_audience";
/// What [`seen`] reads.
pub(crate) const COLUMNS: &str = "s.record, s.version, s.kind, s.status, s.owner, s.from_seq, s.content, \
    s.audience, a.text, s.opens_at, s.opens_audience, o.text, s.terms, s.terms_version";
/// Where other columns begin that a question has behind [`KEPT`] and [`COLUMNS`].
pub(crate) const BEHIND: usize = KEPT_COLUMNS + 14;

/// The condition that a row of `s` holds at a place in the log, and that today's rights on that version let a reader
/// see it.
pub(crate) fn holds(scope: &Scope, owner: usize, as_of: Option<u64>) -> String {
    match as_of {
        None => format!("s.to_seq IS NULL AND {}", scope.sees("s", owner)),
        Some(size) => format!(
            "s.from_seq < {size} AND (s.to_seq IS NULL OR s.to_seq >= {size}) AND EXISTS (SELECT 1 FROM state r \
             WHERE r.record = s.record AND r.face = s.face AND r.from_seq = (SELECT MAX(m.from_seq) FROM state m \
             WHERE m.record = s.record AND m.face = s.face AND m.version = s.version) AND {})",
            scope.sees("r", owner)
        ),
    }
}

pub(crate) fn seen(row: &Row) -> Result<Seen, StoreError> {
    let entry = kept(row)?;
    let record = RecordId::from_bytes(id_from(row.get(KEPT_COLUMNS)?)?);
    let damaged = |what: &str| StoreError::damaged(format!("the state of {record} has an unknown {what}"));
    let version = u32::try_from(row.get::<i64>(KEPT_COLUMNS + 1)?).map_err(|_| damaged("version"))?;
    Ok(Seen {
        version: VersionId { record, version },
        kind: Kind::from_number(row.get(KEPT_COLUMNS + 2)?).ok_or_else(|| damaged("kind"))?,
        status: status(row.get(KEPT_COLUMNS + 3)?),
        owner: PartyId::from_bytes(id_from(row.get(KEPT_COLUMNS + 4)?)?),
        since: row.get::<i64>(KEPT_COLUMNS + 5)? as u64,
        content: row.get::<i64>(KEPT_COLUMNS + 6)? as u64,
        disclosure: disclosure(row, KEPT_COLUMNS + 7)?,
        entry: entry.entry()?,
    })
}

fn status(number: i64) -> Status {
    match number {
        APPROVED => Status::Approved,
        WITHDRAWN => Status::Withdrawn,
        SENT_BACK => Status::SentBack,
        _ => Status::Kept,
    }
}

/// The disclosure in seven columns from one on.
fn disclosure(row: &Row, at: usize) -> Result<Disclosure, StoreError> {
    let audience = audience::of_text(row.get(at)?, row.get(at + 1)?)?;
    let opens = match (row.get::<Option<i64>>(at + 2)?, row.get::<Option<i64>>(at + 3)?) {
        (Some(ms), Some(id)) => {
            let to = audience::of_text(id, row.get(at + 4)?)?;
            Some(Opening { at: UtcTime::from_unix_ms(ms), to })
        }
        _ => None,
    };
    let terms = match (row.get::<Option<Vec<u8>>>(at + 5)?, row.get::<Option<i64>>(at + 6)?) {
        (Some(record), Some(version)) => {
            let record = TermsId::from_bytes(id_from(record)?).into();
            Some(VersionId { record, version: u32::try_from(version).unwrap_or(u32::MAX) })
        }
        _ => None,
    };
    Ok(Disclosure { audience, opens, terms })
}

/// A record as it stands now, if the reader may see it.
///
/// # Errors
/// When the database fails.
pub async fn find(
    session: &mut Session,
    scope: &Scope,
    record: RecordId,
    face: Face,
) -> Result<Option<Seen>, StoreError> {
    let holds = holds(scope, 1, None);
    let sql = format!("SELECT {KEPT}, {COLUMNS} {FROM} WHERE s.record = $2 AND s.face = $3 AND {holds}");
    let values = [scope.owner(), record.as_bytes().into(), face.number().into()];
    session.fetch_optional(AssertSqlSafe(sql), values).await?.as_ref().map(seen).transpose()
}

/// Every state of a face that the reader may see, by today's rights on its version, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn history(
    session: &mut Session,
    scope: &Scope,
    record: RecordId,
    face: Face,
) -> Result<Vec<Seen>, StoreError> {
    let sees = scope.sees("r", 1);
    let sql = format!(
        "SELECT {KEPT}, {COLUMNS} {FROM} WHERE s.record = $2 AND s.face = $3 AND EXISTS (SELECT 1 FROM state r \
         WHERE r.record = s.record AND r.face = s.face AND r.from_seq = (SELECT MAX(m.from_seq) FROM state m \
         WHERE m.record = s.record AND m.face = s.face AND m.version = s.version) AND {sees}) \
         ORDER BY s.from_seq DESC"
    );
    let values = [scope.owner(), record.as_bytes().into(), face.number().into()];
    session.fetch_all(AssertSqlSafe(sql), values).await?.iter().map(seen).collect()
}

/// Records of a kind, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(session: &mut Session, scope: &Scope, listing: &Listing) -> Result<Vec<Seen>, StoreError> {
    let mut values: Vec<Value> =
        vec![scope.owner(), listing.kind.number().into(), listing.face.number().into()];
    let mut sql = format!(
        "SELECT {KEPT}, {COLUMNS} {FROM} WHERE s.kind = $2 AND s.face = $3 AND {}",
        holds(scope, 1, listing.as_of)
    );
    let mut ask = |condition: &str, value: Value<'static>| {
        values.push(value);
        sql.push_str(&condition.replace('?', &format!("${}", values.len())));
    };
    if let Some(whole) = listing.part_of {
        let part = " AND s.record IN (SELECT record FROM part WHERE whole = ?)";
        ask(part, whole.as_bytes().to_vec().into());
    }
    if let Some(owner) = listing.owner {
        ask(" AND s.owner = ?", owner.as_bytes().to_vec().into());
    }
    if let Some(before) = listing.before {
        ask(" AND s.content < ?", (before as i64).into());
    }
    ask(" ORDER BY s.content DESC LIMIT ?", listing.limit.into());
    session.fetch_all(AssertSqlSafe(sql), values).await?.iter().map(seen).collect()
}

/// How many records of a kind the reader may see; withdrawn ones do not count.
///
/// # Errors
/// When the database fails.
pub async fn count(session: &mut Session, scope: &Scope, kind: Kind, face: Face) -> Result<u64, StoreError> {
    let holds = holds(scope, 1, None);
    let sql = format!(
        "SELECT COUNT(*) FROM state s WHERE s.kind = $2 AND s.face = $3 AND s.status <> 2 AND {holds}"
    );
    let values = [scope.owner(), kind.number().into(), face.number().into()];
    let row = session.fetch_optional(AssertSqlSafe(sql), values).await?;
    row.map_or(Ok(0), |row| Ok(row.get::<i64>(0)? as u64))
}

/// How many records of a kind each party released that the reader may see; withdrawn ones do not count.
///
/// # Errors
/// When the database fails.
pub async fn count_by_owner(
    session: &mut Session,
    scope: &Scope,
    kind: Kind,
) -> Result<Vec<(PartyId, u64)>, StoreError> {
    let holds = holds(scope, 1, None);
    let sql = format!(
        "SELECT s.owner, COUNT(*) FROM state s WHERE s.kind = $2 AND s.face = {RELEASED} \
         AND s.status <> {WITHDRAWN} AND {holds} GROUP BY s.owner"
    );
    let values = [scope.owner(), kind.number().into()];
    let rows = session.fetch_all(AssertSqlSafe(sql), values).await?;
    let counted = |row: &Row| Ok((PartyId::from_bytes(id_from(row.get(0)?)?), row.get::<i64>(1)? as u64));
    rows.iter().map(counted).collect()
}

/// How many records that the reader may see stand under some terms, in any version of them; withdrawn ones do not count.
///
/// # Errors
/// When the database fails.
pub async fn count_under(session: &mut Session, scope: &Scope, terms: RecordId) -> Result<u64, StoreError> {
    let holds = holds(scope, 1, None);
    let sql = format!(
        "SELECT COUNT(*) FROM state s WHERE s.terms = $2 AND s.face = {RELEASED} AND s.status <> {WITHDRAWN} AND {holds}"
    );
    let values = [scope.owner(), terms.as_bytes().into()];
    let row = session.fetch_optional(AssertSqlSafe(sql), values).await?;
    row.map_or(Ok(0), |row| Ok(row.get::<i64>(0)? as u64))
}

/// Whether a person accepted a version of terms.
///
/// # Errors
/// When the database fails.
pub async fn is_accepted(
    session: &mut Session,
    person: PersonId,
    terms: VersionId,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM acceptance WHERE person = $1 AND terms = $2 AND terms_version = $3";
    let values = params![person.as_bytes(), terms.record.as_bytes(), terms.version];
    Ok(session.fetch_optional(sql, values).await?.is_some())
}

/// How a record stands, for the rules: whoever asks, nothing of it is shown.
///
/// # Errors
/// When the database fails.
pub async fn standing(session: &mut Session, record: RecordId) -> Result<Option<Standing>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS}, s.face, s.simulated {FROM} WHERE s.record = $1 AND s.to_seq IS NULL");
    let rows = session.fetch_all(AssertSqlSafe(sql), params![record.as_bytes()]).await?;
    let mut found: Option<Standing> = None;
    for row in &rows {
        let damaged = || StoreError::damaged(format!("the state of {record}"));
        let version = u32::try_from(row.get::<i64>(1)?).map_err(|_| damaged())?;
        let state = status(row.get(3)?);
        let standing = found.get_or_insert(Standing {
            record,
            kind: Kind::from_number(row.get(2)?).ok_or_else(damaged)?,
            owner: PartyId::from_bytes(id_from(row.get(4)?)?),
            version,
            kept: state,
            released: None,
            simulated: row.get::<i64>(15)? != 0,
        });
        if row.get::<i64>(14)? == RELEASED {
            let is_withdrawn = state == Status::Withdrawn;
            standing.released = Some(Released { version, disclosure: disclosure(row, 7)?, is_withdrawn });
        } else {
            (standing.version, standing.kept) = (version, state);
        }
    }
    Ok(found)
}
