//! Audiences as numbers: each text once, with its members beside it.
//!
//! A reader is then a set of numbers, and SQL filters by it (LEDGER.md 11). Refuses to know who reads. Start at
//! [`intern`].

use crate::db::Write;
use crate::error::StoreError;
use crate::params;
use hearth_base::audience::{Audience, Member};

/// Nobody but the owner.
pub(crate) const OWNER: i64 = 0;
/// Everybody.
pub(crate) const PUBLIC: i64 = 1;

/// How a member is kept.
pub(crate) const SORT_PARTY: i64 = 1;
/// How a group is kept.
pub(crate) const SORT_GROUP: i64 = 2;

/// The number of an audience, made if it is new. Writers are in order, so two never make it at once.
pub(crate) async fn intern(tx: &mut Write, audience: &Audience) -> Result<i64, StoreError> {
    match audience {
        Audience::Owner => return Ok(OWNER),
        Audience::Public => return Ok(PUBLIC),
        Audience::Members(_) => {}
    }
    let text = audience.to_string();
    if let Some(row) = tx.fetch_optional("SELECT id FROM audience WHERE text = $1", params![&text]).await? {
        return Ok(row.get(0)?);
    }
    let last = tx.fetch_optional("SELECT COALESCE(MAX(id), 1) FROM audience", []).await?;
    let id = 1 + last.map_or(Ok(PUBLIC), |row| row.get::<i64>(0))?;
    tx.execute("INSERT INTO audience (id, text) VALUES ($1, $2)", params![id, &text]).await?;
    for member in audience.members() {
        let (sort, member) = match member {
            Member::Party(party) => (SORT_PARTY, party),
            Member::Group(group) => (SORT_GROUP, group),
        };
        let sql = "INSERT INTO audience_member (member, sort, audience) VALUES ($1, $2, $3)";
        tx.execute(sql, params![member.as_bytes(), sort, id]).await?;
    }
    Ok(id)
}

/// The audience with a number.
pub(crate) fn of_text(id: i64, text: Option<String>) -> Result<Audience, StoreError> {
    match (id, text) {
        (OWNER, _) => Ok(Audience::Owner),
        (PUBLIC, _) => Ok(Audience::Public),
        (_, Some(text)) => text.parse().map_err(|_| StoreError::damaged(format!("the audience {id}"))),
        (_, None) => Err(StoreError::damaged(format!("the audience {id} is missing"))),
    }
}
