//! Genomes: lists by pathogen, country and date, look-ups by accession, and what was seen before.
//!
//! Everything is asked for a reader: counts and "seen before" too (LEDGER.md 12). Queries over mutations are the index's.
//! Start at [`list`].

use super::records::{COLUMNS, FROM, Face, Seen, holds, seen};
use super::scope::Scope;
use super::tally::{self, Asked};
use crate::db::{Session, Value};
use crate::error::StoreError;
use crate::log::read::{KEPT, id_from};
use hearth_base::accession::Accession;
use hearth_base::country::Country;
use hearth_base::id::{RecordId, VersionId};
use hearth_base::time::UtcTime;
use jiff::civil::Date;
use sqlx::AssertSqlSafe;
use std::collections::HashSet;

/// Values in one question.
const ASKED_AT_ONCE: usize = 500;
/// Genomes of one name in a batch that are looked at.
const ALIKE_MAX: usize = 20;
/// Pathogens that are counted.
const PATHOGENS_MAX: u32 = 1_000;
/// What a state `s` says of a genome.
const GENOME: &str = "JOIN genome g ON g.content = s.content AND g.record = s.record";
/// The same, and as what it was assigned.
const FINDING: &str = "JOIN genome g ON g.content = s.content AND g.record = s.record \
    LEFT JOIN finding f ON f.record = s.record AND f.version = s.version";

/// Which genomes, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Which face: what others see, or what their owner keeps.
    pub face: Face,
    /// Only of this pathogen.
    pub pathogen: Option<String>,
    /// Only of this country.
    pub country: Option<Country>,
    /// Only sampled on this day or later, as far as is known.
    pub from: Option<Date>,
    /// Only sampled on this day or earlier, as far as is known.
    pub to: Option<Date>,
    /// Only whose name or accession begins so.
    pub text: Option<String>,
    /// Only of this submission.
    pub submission: Option<RecordId>,
    /// Only of one of these lineages or clades, as assigned; all if none is named.
    pub lineages: Vec<String>,
    /// Only those said before this place in the log.
    pub before: Option<u64>,
    /// As of a log of this size.
    pub as_of: Option<u64>,
    /// At most so many.
    pub limit: u32,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            face: Face::Released,
            pathogen: None,
            country: None,
            from: None,
            to: None,
            text: None,
            submission: None,
            lineages: Vec::new(),
            before: None,
            as_of: None,
            limit: 100,
        }
    }
}

impl Wanted {
    /// The tables, the conditions and their values, without order and limit.
    fn conditions(&self, scope: &Scope, needs_finding: bool) -> (String, Vec<Value<'static>>) {
        let mut values: Vec<Value> = vec![scope.owner(), self.face.number().into()];
        let tables = if needs_finding || !self.lineages.is_empty() { FINDING } else { GENOME };
        let mut sql =
            format!("{tables} WHERE s.kind = 5 AND s.face = $2 AND {}", holds(scope, 1, self.as_of));
        if !self.lineages.is_empty() {
            let places = tally::places(&mut values, 0, &self.lineages);
            sql.push_str(&format!(" AND (f.lineage IN ({places}) OR f.clade IN ({places}))"));
        }
        let mut ask = |condition: &str, value: Option<Value<'static>>| {
            let Some(value) = value else { return };
            values.push(value);
            sql.push_str(&condition.replace('?', &format!("${}", values.len())));
        };
        let day = |day: Date| Value::from(UtcTime::start_of(day).unix_ms());
        let text = |text: &String| Value::from(text.clone());
        ask(" AND g.pathogen = ?", self.pathogen.as_ref().map(text));
        ask(" AND g.country = ?", self.country.map(|country| country.to_string().into()));
        ask(" AND g.collected_first >= ?", self.from.map(day));
        ask(" AND g.collected_last <= ?", self.to.map(day));
        ask(" AND g.submission = ?", self.submission.map(|record| record.as_bytes().to_vec().into()));
        ask(" AND s.content < ?", self.before.map(|seq| (seq as i64).into()));
        // The range of texts that begin so: no wildcard can be smuggled in, and an index serves it.
        let range = |text: &String| (text.clone(), format!("{text}\u{10ffff}"));
        if let Some((from, to)) = self.text.as_ref().map(range) {
            ask(" AND ((g.name >= ?", Some(from.clone().into()));
            ask(" AND g.name < ?)", Some(to.clone().into()));
            ask(" OR (g.accession >= ?", Some(from.to_uppercase().into()));
            ask(" AND g.accession < ?))", Some(to.to_uppercase().into()));
        }
        (sql, values)
    }

    /// Whether a tally counts what is wanted, so that no row is looked at.
    pub fn is_tallied(&self) -> bool {
        self.tallied().is_some() || self.batch_alone().is_some()
    }

    /// The same of the tally, if it is kept by what is asked for.
    fn tallied(&self) -> Option<Asked> {
        let Self { face, from, to, text, submission, before, as_of, .. } = self;
        let is_scanned = from.is_some() || to.is_some() || text.is_some() || before.is_some();
        if *face != Face::Released || is_scanned || submission.is_some() || as_of.is_some() {
            return None;
        }
        let mut asked = Asked::default();
        if let Some(pathogen) = &self.pathogen {
            asked.narrow("c.pathogen = ?", pathogen.clone().into());
        }
        if let Some(country) = self.country {
            asked.narrow("c.country = ?", country.to_string().into());
        }
        if !self.lineages.is_empty() {
            asked.narrow_among(["c.lineage", "c.clade"], &self.lineages);
        }
        Some(asked)
    }

    /// The batch, if nothing else is asked for.
    fn batch_alone(&self) -> Option<RecordId> {
        let all = Self { submission: None, limit: self.limit, ..Self::default() };
        let others = Self { submission: None, ..self.clone() };
        self.submission.filter(|_| others == all)
    }
}

/// Genomes, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(session: &mut Session, scope: &Scope, wanted: &Wanted) -> Result<Vec<Seen>, StoreError> {
    let (conditions, mut values) = wanted.conditions(scope, false);
    values.push(wanted.limit.into());
    let sql = format!(
        "SELECT {KEPT}, {COLUMNS} {FROM} {conditions} ORDER BY s.content DESC LIMIT ${}",
        values.len()
    );
    session.fetch_all(AssertSqlSafe(sql), values).await?.iter().map(seen).collect()
}

/// How many there are; withdrawn ones do not count.
///
/// # Errors
/// When the database fails.
pub async fn count(session: &mut Session, scope: &Scope, wanted: &Wanted) -> Result<u64, StoreError> {
    match (wanted.tallied(), wanted.batch_alone()) {
        (Some(asked), _) => tally::number(session, scope, &asked).await,
        (None, Some(batch)) => tally::of_batch(session, scope, batch).await,
        (None, None) => count_by_scan(session, scope, wanted).await,
    }
}

/// The same by looking at every row: what a tally is held against.
///
/// # Errors
/// When the database fails.
pub async fn count_by_scan(session: &mut Session, scope: &Scope, wanted: &Wanted) -> Result<u64, StoreError> {
    let (conditions, values) = wanted.conditions(scope, false);
    let sql = format!("SELECT COUNT(*) FROM state s {conditions} AND s.status <> 2");
    let row = session.fetch_optional(AssertSqlSafe(sql), values).await?;
    row.map_or(Ok(0), |row| Ok(row.get::<i64>(0)? as u64))
}

/// What there is of a pathogen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathogenCount {
    /// Its name.
    pub pathogen: String,
    /// How many genomes the reader may see; withdrawn ones do not count.
    pub genomes: u64,
    /// When the newest of them was released.
    pub newest: UtcTime,
}

/// What there is of each pathogen, the most first.
///
/// # Errors
/// When the database fails.
pub async fn pathogens(session: &mut Session, scope: &Scope) -> Result<Vec<PathogenCount>, StoreError> {
    let found = tally::by(session, scope, &Asked::default(), "c.pathogen", PATHOGENS_MAX).await?;
    let counted = found.into_iter().map(|(pathogen, genomes, newest)| PathogenCount {
        pathogen,
        genomes,
        newest: UtcTime::from_unix_ms(newest),
    });
    Ok(counted.collect())
}

/// By what genomes are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountedBy {
    /// The country, by its code.
    Country,
    /// The lineage, or the clade where there is none.
    Lineage,
}

/// How many of the wanted genomes the reader may see by each value, the most first; withdrawn ones do not count.
///
/// # Errors
/// When the database fails.
pub async fn counts(
    session: &mut Session,
    scope: &Scope,
    wanted: &Wanted,
    by: CountedBy,
) -> Result<Vec<(String, u64)>, StoreError> {
    let Some(asked) = wanted.tallied() else { return counts_by_scan(session, scope, wanted, by).await };
    let value = match by {
        CountedBy::Country => "c.country",
        CountedBy::Lineage => "CASE WHEN c.lineage <> '' THEN c.lineage ELSE c.clade END",
    };
    let found = tally::by(session, scope, &asked, value, wanted.limit).await?;
    Ok(found.into_iter().map(|(value, number, _)| (value, number)).collect())
}

/// The same by looking at every row: what a tally is held against.
///
/// # Errors
/// When the database fails.
pub async fn counts_by_scan(
    session: &mut Session,
    scope: &Scope,
    wanted: &Wanted,
    by: CountedBy,
) -> Result<Vec<(String, u64)>, StoreError> {
    let (conditions, mut values) = wanted.conditions(scope, by == CountedBy::Lineage);
    let value = match by {
        CountedBy::Country => "g.country",
        CountedBy::Lineage => "COALESCE(f.lineage, f.clade)",
    };
    values.push(wanted.limit.into());
    let sql = format!(
        "SELECT {value}, COUNT(*) FROM state s {conditions} AND s.status <> 2 AND {value} IS NOT NULL \
         GROUP BY {value} ORDER BY 2 DESC, 1 LIMIT ${}",
        values.len()
    );
    let rows = session.fetch_all(AssertSqlSafe(sql), values).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get::<i64>(1)? as u64))).collect()
}

/// The record of an accession, whoever may see it.
///
/// # Errors
/// When the database fails.
pub async fn record_of(session: &mut Session, accession: &Accession) -> Result<Option<RecordId>, StoreError> {
    let sql = "SELECT record FROM genome WHERE accession = $1 LIMIT 1";
    let row = session.fetch_optional(sql, [accession.as_str().into()]).await?;
    row.map(|row| Ok(RecordId::from_bytes(id_from(row.get(0)?)?))).transpose()
}

/// What the owner keeps of samples of these names in a batch: of nearly every name one genome. Found by name: a batch
/// has a thousand times more genomes than a page has names, and a planner may believe the contrary.
///
/// # Errors
/// When the database fails.
pub async fn in_batch(
    session: &mut Session,
    scope: &Scope,
    submission: RecordId,
    names: &[String],
) -> Result<Vec<Seen>, StoreError> {
    let holds = holds(scope, 1, None);
    let mut found = Vec::new();
    for chunk in names.chunks(ASKED_AT_ONCE) {
        let places: Vec<String> = (4..chunk.len() + 4).map(|place| format!("${place}")).collect();
        let sql = format!(
            "SELECT {KEPT}, {COLUMNS} {FROM} {GENOME} WHERE g.name IN ({}) \
             AND CASE WHEN g.submission = $2 THEN 1 ELSE 0 END = 1 AND s.face = $3 AND {holds} LIMIT {}",
            places.join(","),
            chunk.len() * ALIKE_MAX
        );
        let mut values: Vec<Value> =
            vec![scope.owner(), submission.as_bytes().to_vec().into(), Face::Kept.number().into()];
        values.extend(chunk.iter().map(|name| Value::from(name.clone())));
        for row in session.fetch_all(AssertSqlSafe(sql), values).await? {
            found.push(seen(&row)?);
        }
    }
    Ok(found)
}

/// Those of some accessions that are taken.
///
/// # Errors
/// When the database fails.
pub async fn taken(session: &mut Session, wanted: &[Accession]) -> Result<HashSet<Accession>, StoreError> {
    let mut taken = HashSet::new();
    for chunk in wanted.chunks(ASKED_AT_ONCE) {
        let places: Vec<String> = (1..=chunk.len()).map(|place| format!("${place}")).collect();
        let sql = format!("SELECT accession FROM genome WHERE accession IN ({})", places.join(","));
        let values: Vec<Value> = chunk.iter().map(|accession| accession.as_str().into()).collect();
        for row in session.fetch_all(AssertSqlSafe(sql), values).await? {
            taken.extend(row.get::<String>(0)?.parse::<Accession>());
        }
    }
    Ok(taken)
}

/// Those of some versions that were released.
///
/// # Errors
/// When the database fails.
pub async fn released_versions(
    session: &mut Session,
    seen: &[Seen],
) -> Result<HashSet<VersionId>, StoreError> {
    let mut released = HashSet::new();
    for chunk in seen.chunks(ASKED_AT_ONCE) {
        let places: Vec<String> = (1..=chunk.len()).map(|place| format!("${place}")).collect();
        let sql =
            format!("SELECT record, version FROM state WHERE face = 1 AND record IN ({})", places.join(","));
        let values: Vec<Value> =
            chunk.iter().map(|seen| seen.version.record.as_bytes().to_vec().into()).collect();
        for row in session.fetch_all(AssertSqlSafe(sql), values).await? {
            let record = RecordId::from_bytes(id_from(row.get(0)?)?);
            let version = u32::try_from(row.get::<i64>(1)?);
            released.extend(version.map(|version| VersionId { record, version }));
        }
    }
    Ok(released)
}
