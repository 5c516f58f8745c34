//! As what an analysis assigned each version of a genome.
//!
//! Derived from the sequence, a pack and the program; a run of the analysis in the log says which. Refuses to keep
//! mutations: they are found again. Start at [`add`].

use crate::db::{Session, Value, Write};
use crate::error::StoreError;
use crate::log::read::id_from;
use crate::params;
use hearth_base::id::{RecordId, VersionId};

/// As what a version was assigned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// The run of the analysis: its record.
    pub run: Option<RecordId>,
    /// The clade.
    pub clade: Option<String>,
    /// The finest lineage of the pack.
    pub lineage: Option<String>,
    /// The quality's score, rounded; the larger the worse.
    pub quality: Option<i64>,
    /// Which share of the reference was read, in millionths.
    pub coverage_millionths: Option<i64>,
}

/// Writes down as what versions were assigned; of a version that was assigned before, nothing changes.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut Write, found: Vec<(VersionId, Finding)>) -> Result<(), StoreError> {
    let row = |(version, finding): (VersionId, Finding)| {
        [
            Value::from(version.record.as_bytes().to_vec()),
            version.version.into(),
            finding.run.map_or([0; 16], |run| *run.as_bytes()).to_vec().into(),
            finding.clade.into(),
            finding.lineage.into(),
            finding.quality.into(),
            finding.coverage_millionths.into(),
        ]
    };
    let rows: Vec<[Value; 7]> = found.into_iter().map(row).collect();
    let columns = ["record", "version", "run", "clade", "lineage", "quality", "coverage_millionths"];
    tx.insert_missing("finding", columns, rows).await?;
    Ok(())
}

/// As what a version was assigned, if it was analysed.
///
/// # Errors
/// When the database fails.
pub async fn of(session: &mut Session, version: VersionId) -> Result<Option<Finding>, StoreError> {
    let sql = "SELECT run, clade, lineage, quality, coverage_millionths FROM finding \
               WHERE record = $1 AND version = $2";
    let row = session.fetch_optional(sql, params![version.record.as_bytes(), version.version]).await?;
    let Some(row) = row else { return Ok(None) };
    let run = id_from(row.get(0)?)?;
    Ok(Some(Finding {
        run: (run != [0; 16]).then(|| RecordId::from_bytes(run)),
        clade: row.get(1)?,
        lineage: row.get(2)?,
        quality: row.get(3)?,
        coverage_millionths: row.get(4)?,
    }))
}
