//! Which kinds of records a reader may see any entry of: what the ledger's list offers.
//!
//! Asked of the state of now, by the condition of every list. Refuses to count: see [`super::tally`]. Start at [`seen`].

use super::project::{KEPT, RELEASED};
use super::scope::Scope;
use super::tally::{self, Asked};
use crate::db::Session;
use crate::error::StoreError;
use hearth_ledger::entry::Kind;
use sqlx::AssertSqlSafe;

/// The kinds, in the order of their numbers.
///
/// # Errors
/// When the database fails.
pub async fn seen(session: &mut Session, scope: &Scope) -> Result<Vec<Kind>, StoreError> {
    // There may be a hundred thousand genomes: mostly their tally answers.
    let has_genomes = tally::number(session, scope, &Asked::default()).await? > 0;
    let asked: Vec<Kind> =
        Kind::ALL.iter().copied().filter(|kind| !(has_genomes && *kind == Kind::Genome)).collect();
    let rows: Vec<String> = asked.iter().map(|kind| format!("({})", kind.number())).collect();
    let sql = format!(
        "WITH k(kind) AS (VALUES {}) SELECT CAST(k.kind AS BIGINT) FROM k WHERE \
         EXISTS (SELECT 1 FROM state s WHERE s.kind = k.kind AND s.face = {RELEASED} AND s.to_seq IS NULL AND {}) OR \
         EXISTS (SELECT 1 FROM state s WHERE s.kind = k.kind AND s.face = {KEPT} AND s.to_seq IS NULL AND s.owner = $1)",
        rows.join(","),
        scope.sees("s", 1)
    );
    let mut kinds = Vec::new();
    for row in session.fetch_all(AssertSqlSafe(sql), [scope.owner()]).await? {
        kinds.extend(Kind::from_number(row.get(0)?));
    }
    if has_genomes {
        kinds.push(Kind::Genome);
    }
    kinds.sort_unstable();
    Ok(kinds)
}
