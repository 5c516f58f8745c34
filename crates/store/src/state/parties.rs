//! Parties by name, and which groups they belong to.
//!
//! Every signed-in person may know which parties there are; what a party shares is another matter. Refuses to know
//! people's accounts ([`crate::accounts`]). Start at [`find`].

use crate::db::{Session, Write};
use crate::error::StoreError;
use crate::log::read::{KEPT, KEPT_COLUMNS, id_from, kept};
use crate::params;
use hearth_base::id::{PartyId, RecordId};
use hearth_base::role::Roles;
use hearth_base::time::UtcTime;
use hearth_ledger::access::Reader;
use hearth_ledger::body::Body;
use hearth_ledger::body::parties::{Party, Person};
use hearth_ledger::entry::Kind;
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, BTreeSet};

use super::scope::Scope;

/// Writes down who belongs to a group.
pub(crate) async fn project(tx: &mut Write, record: RecordId, party: &Party) -> Result<(), StoreError> {
    tx.execute("DELETE FROM membership WHERE party_group = $1", params![record.as_bytes()]).await?;
    for member in &party.members {
        let sql = "INSERT INTO membership (party, party_group, from_day, to_day) VALUES ($1, $2, $3, $4)";
        let to = member.to.map(|day| day.to_string());
        let values = params![member.party.as_bytes(), record.as_bytes(), member.from.to_string(), to];
        tx.execute(sql, values).await?;
    }
    Ok(())
}

/// All parties, by identifier.
///
/// # Errors
/// When the database fails.
pub async fn all(session: &mut Session) -> Result<BTreeMap<PartyId, Party>, StoreError> {
    let mut parties = BTreeMap::new();
    for (record, body) in bodies(session, Kind::Party).await? {
        if let Body::Party(party) = body {
            parties.insert(record.into(), *party);
        }
    }
    Ok(parties)
}

/// A party.
///
/// # Errors
/// When the database fails.
pub async fn find(session: &mut Session, party: PartyId) -> Result<Option<Party>, StoreError> {
    match body(session, party.into(), Kind::Party).await? {
        Some((_, Body::Party(party))) => Ok(Some(*party)),
        _ => Ok(None),
    }
}

/// A person, and the party they act for.
///
/// # Errors
/// When the database fails.
pub async fn person(
    session: &mut Session,
    person: RecordId,
) -> Result<Option<(PartyId, Person)>, StoreError> {
    match body(session, person, Kind::Person).await? {
        Some((party, Body::Person(person))) => Ok(Some((party, *person))),
        _ => Ok(None),
    }
}

/// A party as a reader of today, to ask what it may see.
///
/// # Errors
/// When the database fails.
pub async fn as_reader(session: &mut Session, party: PartyId, now: UtcTime) -> Result<Reader, StoreError> {
    Ok(Scope::of(session, None, party, Roles::new(), now).await?.reader().clone())
}

/// The groups that a party belongs to on a day.
///
/// # Errors
/// When the database fails.
pub async fn groups(
    session: &mut Session,
    party: PartyId,
    now: UtcTime,
) -> Result<BTreeSet<PartyId>, StoreError> {
    Ok(as_reader(session, party, now).await?.groups)
}

async fn body(
    session: &mut Session,
    record: RecordId,
    kind: Kind,
) -> Result<Option<(PartyId, Body)>, StoreError> {
    let sql = format!(
        "SELECT {KEPT}, s.owner FROM state s JOIN entry e ON e.seq = s.content \
         WHERE s.record = $1 AND s.kind = $2 AND s.to_seq IS NULL AND s.face = 1"
    );
    let row = session.fetch_optional(AssertSqlSafe(sql), params![record.as_bytes(), kind.number()]).await?;
    let Some(row) = row else { return Ok(None) };
    let owner = PartyId::from_bytes(id_from(row.get(KEPT_COLUMNS)?)?);
    Ok(kept(&row)?.entry()?.map(|entry| (owner, entry.draft.body)))
}

async fn bodies(session: &mut Session, kind: Kind) -> Result<Vec<(RecordId, Body)>, StoreError> {
    let sql = format!(
        "SELECT {KEPT} FROM state s JOIN entry e ON e.seq = s.content \
         WHERE s.kind = $1 AND s.to_seq IS NULL AND s.face = 1 ORDER BY s.content"
    );
    let mut found = Vec::new();
    for row in session.fetch_all(AssertSqlSafe(sql), params![kind.number()]).await? {
        if let Some(entry) = kept(&row)?.entry()? {
            found.push((entry.draft.record, entry.draft.body));
        }
    }
    Ok(found)
}
