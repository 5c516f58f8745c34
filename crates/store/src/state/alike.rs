//! What was seen before: other records with the same sequence, or of a sample with the same name.
//!
//! Asked for many at once, and only over what the reader may see in any face (LEDGER.md 12). Refuses to say what is to be
//! thought of it. Start at [`with_sequences`].

use super::project::RELEASED;
use super::scope::Scope;
use crate::db::{Session, Value};
use crate::error::StoreError;
use crate::log::read::id_from;
use hearth_base::accession::Accession;
use hearth_base::digest::Digest;
use hearth_base::id::RecordId;
use sqlx::AssertSqlSafe;
use std::collections::HashMap;
use std::hash::Hash;

/// Records that are told of one sequence or name.
const TOLD_MAX: usize = 20;
/// Sequences or names in one question: each is a part of its text.
const ASKED_AT_ONCE: usize = 50;

/// Records that are alike, by what they have in common.
pub type Alike<K> = HashMap<K, Vec<(RecordId, Accession)>>;

/// Records with these sequences.
///
/// # Errors
/// When the database fails.
pub async fn with_sequences(
    session: &mut Session,
    scope: &Scope,
    digests: &[Digest],
) -> Result<Alike<Digest>, StoreError> {
    let join = "JOIN genome_sequence q ON q.record = s.record AND q.version = s.version";
    let value = |digest: &Digest| digest.as_bytes().to_vec().into();
    alike(session, scope, (join, "q.digest"), digests, value).await
}

/// Records of samples of these names.
///
/// # Errors
/// When the database fails.
pub async fn with_names(
    session: &mut Session,
    scope: &Scope,
    names: &[String],
) -> Result<Alike<String>, StoreError> {
    alike(session, scope, ("", "g.name"), names, |name| name.clone().into()).await
}

/// One question with a part for each value, so that one that thousands share costs no more than another.
async fn alike<K: Clone + Eq + Hash>(
    session: &mut Session,
    scope: &Scope,
    (join, column): (&str, &str),
    wanted: &[K],
    value: impl Fn(&K) -> Value<'static>,
) -> Result<Alike<K>, StoreError> {
    let sees = scope.sees("s", 1);
    let mut found: Alike<K> = HashMap::new();
    for chunk in wanted.chunks(ASKED_AT_ONCE) {
        let part = |at: usize| {
            format!(
                "SELECT * FROM (SELECT DISTINCT CAST({at} AS BIGINT), s.record, g.accession FROM state s \
                 JOIN genome g ON g.content = s.content AND g.record = s.record {join} \
                 WHERE {column} = ${} AND s.to_seq IS NULL AND s.face <= {RELEASED} AND {sees} LIMIT {TOLD_MAX}) t{at}",
                at + 2
            )
        };
        let sql = (0..chunk.len()).map(part).collect::<Vec<_>>().join(" UNION ALL ");
        let values: Vec<Value> = std::iter::once(scope.owner()).chain(chunk.iter().map(&value)).collect();
        for row in session.fetch_all(AssertSqlSafe(sql), values).await? {
            let record = RecordId::from_bytes(id_from(row.get(1)?)?);
            let accession: String = row.get(2)?;
            let accession =
                accession.parse().map_err(|_| StoreError::damaged(format!("an accession of {record}")))?;
            let key = usize::try_from(row.get::<i64>(0)?).ok().and_then(|at| chunk.get(at));
            let key = key.ok_or_else(|| StoreError::damaged("an answer to what was not asked"))?;
            found.entry(key.clone()).or_default().push((record, accession));
        }
    }
    Ok(found)
}
