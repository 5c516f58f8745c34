//! As what an analysis assigned each version of a genome.
//!
//! Derived from the sequence, a pack and the program; a run of the analysis in the log says which. It changes only when
//! another pack assigns it anew ([`super::assigning`]). Refuses to keep mutations: they are found again. Start at [`add`].

use crate::db::{Row, Session, Value, Write};
use crate::error::StoreError;
use crate::log::read::id_from;
use crate::params;
use hearth_base::id::{RecordId, VersionId};
use hearth_base::time::UtcTime;
use sqlx::AssertSqlSafe;
use std::collections::HashMap;

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
    /// If it was assigned anew since it was handed in.
    pub again: Option<Again>,
}

/// That a version was assigned anew with another pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Again {
    /// The pack: its number ([`super::assigning::number_of`]).
    pub pack: i64,
    /// When.
    pub at: UtcTime,
    /// The clade and the lineage as first assigned, where one of them is another now.
    pub first: Option<(Option<String>, Option<String>)>,
}

/// Writes down as what versions were assigned; of a version that was assigned before, nothing changes.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut Write, found: Vec<(VersionId, Finding)>) -> Result<(), StoreError> {
    let row = |(version, finding): (VersionId, Finding)| {
        let first = finding.again.as_ref().and_then(|again| again.first.clone());
        let (first_clade, first_lineage) =
            first.map(|(clade, lineage)| (clade.unwrap_or_default(), lineage.unwrap_or_default())).unzip();
        [
            Value::from(version.record.as_bytes().to_vec()),
            version.version.into(),
            finding.run.map_or([0; 16], |run| *run.as_bytes()).to_vec().into(),
            finding.clade.into(),
            finding.lineage.into(),
            finding.quality.into(),
            finding.coverage_millionths.into(),
            finding.again.as_ref().map(|again| again.pack).into(),
            finding.again.as_ref().map(|again| again.at.unix_ms()).into(),
            first_clade.into(),
            first_lineage.into(),
        ]
    };
    let rows: Vec<[Value; 11]> = found.into_iter().map(row).collect();
    let columns = [
        "record",
        "version",
        "run",
        "clade",
        "lineage",
        "quality",
        "coverage_millionths",
        "pack",
        "assigned",
        "first_clade",
        "first_lineage",
    ];
    tx.insert_missing("finding", columns, rows).await?;
    Ok(())
}

const COLUMNS: &str = "record, version, run, clade, lineage, quality, coverage_millionths, pack, assigned, \
                       first_clade, first_lineage";
/// Versions in one question.
const ASKED_AT_ONCE: usize = 500;

fn finding(row: &Row) -> Result<(VersionId, Finding), StoreError> {
    let record = RecordId::from_bytes(id_from(row.get(0)?)?);
    let version = u32::try_from(row.get::<i64>(1)?)
        .map_err(|_| StoreError::damaged(format!("the findings of {record} have an unknown version")))?;
    let run = id_from(row.get(2)?)?;
    let finding = Finding {
        run: (run != [0; 16]).then(|| RecordId::from_bytes(run)),
        clade: row.get(3)?,
        lineage: row.get(4)?,
        quality: row.get(5)?,
        coverage_millionths: row.get(6)?,
        again: again(row)?,
    };
    Ok((VersionId { record, version }, finding))
}

fn again(row: &Row) -> Result<Option<Again>, StoreError> {
    let (Some(pack), Some(at)) = (row.get::<Option<i64>>(7)?, row.get::<Option<i64>>(8)?) else {
        return Ok(None);
    };
    let known = |text: String| (!text.is_empty()).then_some(text);
    let first = match (row.get::<Option<String>>(9)?, row.get::<Option<String>>(10)?) {
        (Some(clade), Some(lineage)) => Some((known(clade), known(lineage))),
        _ => None,
    };
    Ok(Some(Again { pack, at: UtcTime::from_unix_ms(at), first }))
}

/// As what a version was assigned, if it was analysed.
///
/// # Errors
/// When the database fails.
pub async fn of(session: &mut Session, version: VersionId) -> Result<Option<Finding>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM finding WHERE record = $1 AND version = $2");
    let values = params![version.record.as_bytes(), version.version];
    let row = session.fetch_optional(AssertSqlSafe(sql), values).await?;
    Ok(row.as_ref().map(finding).transpose()?.map(|(_, finding)| finding))
}

/// As what the versions of some records were assigned.
///
/// # Errors
/// When the database fails.
pub async fn of_records(
    session: &mut Session,
    records: &[RecordId],
) -> Result<HashMap<VersionId, Finding>, StoreError> {
    let mut found = HashMap::with_capacity(records.len());
    for chunk in records.chunks(ASKED_AT_ONCE) {
        let places: Vec<String> = (1..=chunk.len()).map(|place| format!("${place}")).collect();
        let sql = format!("SELECT {COLUMNS} FROM finding WHERE record IN ({})", places.join(","));
        let values: Vec<Value> = chunk.iter().map(|record| record.as_bytes().to_vec().into()).collect();
        for row in session.fetch_all(AssertSqlSafe(sql), values).await? {
            found.extend([finding(&row)?]);
        }
    }
    Ok(found)
}
