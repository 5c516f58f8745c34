//! What a reader could notice of released genomes: whether a state was theirs to see by its own rights, and whether what is
//! gone was withdrawn.
//!
//! For those who tell what is new since a moment: rights in the index are today's, and a genome that is opened to more
//! readers looks there as if it had always been. Refuses to say what is in a genome. Start at [`seen`].

use super::project::{RELEASED, WITHDRAWN};
use super::scope::Scope;
use crate::db::{Session, Value};
use crate::error::StoreError;
use crate::log::read::id_from;
use hearth_base::id::RecordId;
use sqlx::AssertSqlSafe;
use std::collections::HashSet;

/// The number of genomes among kinds, as the table's indices have it.
const GENOME: u8 = 5;
/// Places or records in one question: each is a part of its text.
const ASKED_AT_ONCE: usize = 400;

/// Those of some states, by the places in the log at which they began, that a reader could see at the moment of the scope,
/// by the rights that each state began with.
///
/// # Errors
/// When the database fails.
pub async fn seen(session: &mut Session, scope: &Scope, since: &[u64]) -> Result<HashSet<u64>, StoreError> {
    let sees = scope.sees("s", 1);
    let mut found = HashSet::new();
    for some in since.chunks(ASKED_AT_ONCE) {
        let places = some.iter().map(u64::to_string).collect::<Vec<_>>().join(",");
        let sql = format!(
            "SELECT s.from_seq FROM state s WHERE s.from_seq IN ({places}) AND s.kind = {GENOME} \
             AND s.face = {RELEASED} AND {sees}"
        );
        for row in session.fetch_all(AssertSqlSafe(sql), vec![scope.owner()]).await? {
            found.insert(row.get::<i64>(0)? as u64);
        }
    }
    Ok(found)
}

/// Those of some records of which a reader sees that they are withdrawn.
///
/// # Errors
/// When the database fails.
pub async fn withdrawn(
    session: &mut Session,
    scope: &Scope,
    records: &[RecordId],
) -> Result<HashSet<RecordId>, StoreError> {
    let sees = scope.sees("s", 1);
    let mut found = HashSet::new();
    for some in records.chunks(ASKED_AT_ONCE) {
        let places: Vec<String> = (2..2 + some.len()).map(|number| format!("${number}")).collect();
        let sql = format!(
            "SELECT s.record FROM state s WHERE s.record IN ({}) AND s.face = {RELEASED} AND s.to_seq IS NULL \
             AND s.status = {WITHDRAWN} AND {sees}",
            places.join(",")
        );
        let mut values: Vec<Value<'_>> = vec![scope.owner()];
        values.extend(some.iter().map(|record| record.as_bytes().into()));
        for row in session.fetch_all(AssertSqlSafe(sql), values).await? {
            found.insert(RecordId::from_bytes(id_from(row.get(0)?)?));
        }
    }
    Ok(found)
}
