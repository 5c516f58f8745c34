//! Assigning clades and lineages anew when a pack has changed: which runs of the analysis are of another pack, which
//! genomes they were over, and what those are called now.
//!
//! What a genome was called first stays beside what it is called now. Counts that lists show change in the same
//! transaction. Refuses to analyse. Start at [`runs`], then [`genomes_of`] and [`assign`].

use super::findings::Finding;
use super::project::KEPT as KEPT_FACE;
use super::records::{BEHIND, COLUMNS, FROM, seen};
use super::tally::{self, Change};
use crate::db::{Row, Session, Write};
use crate::error::StoreError;
use crate::log::read::KEPT;
use crate::params;
use hearth_base::digest::Digest;
use hearth_base::id::{PartyId, RecordId, VersionId};
use hearth_base::time::UtcTime;
use hearth_ledger::body::Body;
use hearth_ledger::body::genomes::{Analysis, Sequence};
use hearth_ledger::entry::Kind;
use sqlx::AssertSqlSafe;

/// A run of the analysis, as the log has it now.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its record.
    pub record: RecordId,
    /// How often it was made.
    pub version: u32,
    /// The place of its entry in the log.
    pub content: u64,
    /// Whose genomes.
    pub owner: PartyId,
    /// Whether they are made up.
    pub is_simulated: bool,
    /// What the log says.
    pub analysis: Analysis,
}

/// Runs of the analysis, said behind a place in the log, in its order.
///
/// # Errors
/// When the database fails.
pub async fn runs(session: &mut Session, behind: u64, limit: u32) -> Result<Vec<Run>, StoreError> {
    let sql = format!(
        "SELECT {KEPT}, {COLUMNS}, s.simulated {FROM} WHERE s.kind = {} AND s.to_seq IS NULL \
         AND s.content > $1 ORDER BY s.content LIMIT $2",
        Kind::Analysis.number()
    );
    let run = |row: &Row| {
        let seen = seen(row)?;
        let is_simulated = row.get::<i64>(BEHIND)? != 0;
        let Some(Body::Analysis(analysis)) = seen.entry.map(|entry| entry.draft.body) else {
            return Ok(None);
        };
        let VersionId { record, version } = seen.version;
        Ok(Some(Run {
            record,
            version,
            content: seen.content,
            owner: seen.owner,
            is_simulated,
            analysis: *analysis,
        }))
    };
    let rows = session.fetch_all(AssertSqlSafe(sql), params![behind as i64, limit]).await?;
    rows.iter().filter_map(|row| run(row).transpose()).collect()
}

/// A version of a genome that is to be assigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToAssign {
    /// Which.
    pub version: VersionId,
    /// Its sequences; none if its entry was erased.
    pub sequences: Vec<Sequence>,
    /// The place of its entry in the log.
    pub content: u64,
}

/// All versions of the genomes of a submission, behind a place in the log and in its order.
///
/// # Errors
/// When the database fails.
pub async fn genomes_of(
    session: &mut Session,
    (submission, pathogen): (RecordId, &str),
    behind: u64,
    limit: u32,
) -> Result<Vec<ToAssign>, StoreError> {
    let sql = format!(
        "SELECT {KEPT}, {COLUMNS} {FROM} JOIN genome g ON g.content = s.content AND g.record = s.record \
         WHERE g.submission = $1 AND g.face = {KEPT_FACE} AND s.face = {KEPT_FACE} AND g.pathogen = $2 \
         AND g.content > $3 ORDER BY g.content LIMIT $4"
    );
    let values = params![submission.as_bytes(), pathogen, behind as i64, limit];
    let genome = |row: &Row| {
        let seen = seen(row)?;
        let sequences = match seen.entry.map(|entry| entry.draft.body) {
            Some(Body::Genome(genome)) => genome.sequences,
            _ => Vec::new(),
        };
        Ok(ToAssign { version: seen.version, sequences, content: seen.content })
    };
    let rows = session.fetch_all(AssertSqlSafe(sql), values).await?;
    let mut found = rows.iter().map(genome).collect::<Result<Vec<_>, StoreError>>()?;
    found.dedup_by_key(|one| one.content);
    Ok(found)
}

/// Writes down what versions are called now by a pack (its number), when, and the quality it gives them.
///
/// # Errors
/// When the database fails.
pub async fn assign(
    tx: &mut Write,
    pack: i64,
    now: UtcTime,
    found: &[(VersionId, Finding)],
) -> Result<(), StoreError> {
    let mut records: Vec<RecordId> = found.iter().map(|(version, _)| version.record).collect();
    records.sort_unstable();
    records.dedup();
    tally::change(tx, &records, Change::Leave).await?;
    let other = "COALESCE(clade, '') <> COALESCE($3, '') OR COALESCE(lineage, '') <> COALESCE($4, '')";
    let sql = format!(
        "UPDATE finding SET pack = $7, assigned = $8, \
         first_clade = CASE WHEN first_clade IS NULL AND ({other}) THEN COALESCE(clade, '') ELSE first_clade END, \
         first_lineage = CASE WHEN first_lineage IS NULL AND ({other}) THEN COALESCE(lineage, '') \
         ELSE first_lineage END, clade = $3, lineage = $4, quality = $5, coverage_millionths = $6 \
         WHERE record = $1 AND version = $2"
    );
    for (version, finding) in found {
        let (clade, lineage) = (finding.clade.clone(), finding.lineage.clone());
        let values = params![
            version.record.as_bytes(),
            version.version,
            clade,
            lineage,
            finding.quality,
            finding.coverage_millionths,
            pack,
            now.unix_ms(),
        ];
        tx.execute(AssertSqlSafe(sql.clone()), values).await?;
    }
    tally::change(tx, &records, Change::Enter).await
}

/// A pack that assigned genomes anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPack {
    /// Its name: the pathogen.
    pub name: String,
    /// Its own version tag.
    pub version: String,
}

/// The number of a pack, which it gets when it is first asked for.
///
/// # Errors
/// When the database fails.
pub async fn number_of(tx: &mut Write, digest: Digest, pack: &KnownPack) -> Result<i64, StoreError> {
    let known = "SELECT number FROM pack WHERE digest = $1";
    if let Some(row) = tx.fetch_optional(known, params![digest.as_bytes()]).await? {
        return Ok(row.get(0)?);
    }
    let sql = "INSERT INTO pack (number, digest, name, version) \
               SELECT COALESCE(MAX(number), 0) + 1, $1, $2, $3 FROM pack";
    tx.execute(sql, params![digest.as_bytes(), pack.name.as_str(), pack.version.as_str()]).await?;
    let row = tx.fetch_optional(known, params![digest.as_bytes()]).await?;
    row.map_or_else(|| Err(StoreError::damaged("a pack has no number")), |row| Ok(row.get(0)?))
}

/// The pack with a number.
///
/// # Errors
/// When the database fails.
pub async fn pack(session: &mut Session, number: i64) -> Result<Option<KnownPack>, StoreError> {
    let sql = "SELECT name, version FROM pack WHERE number = $1";
    let row = session.fetch_optional(sql, params![number]).await?;
    row.map(|row| Ok(KnownPack { name: row.get(0)?, version: row.get(1)? })).transpose()
}
