//! Which terms a person accepted.
//!
//! Start at [`of_person`].

use crate::db::Session;
use crate::error::StoreError;
use crate::log::read::id_from;
use crate::params;
use hearth_base::id::{PersonId, RecordId, VersionId};
use std::collections::HashSet;

/// The terms that a person accepted, by version.
///
/// # Errors
/// When the database fails.
pub async fn of_person(session: &mut Session, person: PersonId) -> Result<HashSet<VersionId>, StoreError> {
    let sql = "SELECT terms, terms_version FROM acceptance WHERE person = $1";
    let rows = session.fetch_all(sql, params![person.as_bytes()]).await?;
    let accepted = |row: &crate::db::Row| {
        let record = RecordId::from_bytes(id_from(row.get(0)?)?);
        let damaged = |_| StoreError::damaged(format!("an acceptance of {record}"));
        Ok(VersionId { record, version: u32::try_from(row.get::<i64>(1)?).map_err(damaged)? })
    };
    rows.iter().map(accepted).collect()
}
