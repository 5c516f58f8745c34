//! How many genomes others may see, by what lists are narrowed to: kept beside the state, in the same transaction.
//!
//! A row counts genomes of the same rights, so that what a reader may see of them is the sum over the rows that they may
//! see, by the same condition as every list ([`Scope::sees`]). Whoever changes the state of a released genome takes it out
//! before and puts it in after ([`change`]). The slow twin is to count the rows of state themselves
//! ([`super::genomes::count`] does, where a filter is not tallied). Refuses to know what the reader asked for. Start at
//! [`change`].

use super::project::{RELEASED, WITHDRAWN};
use super::scope::Scope;
use crate::db::{Row, Session, Value, Write};
use crate::error::StoreError;
use crate::params;
use hearth_base::id::RecordId;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// Records in one question.
const ASKED_AT_ONCE: usize = 500;
/// In the place of an embargo that there is not: the number of no audience.
const NONE: i64 = -1;

/// Whether genomes leave the count or enter it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Their state is about to change.
    Leave,
    /// It has changed.
    Enter,
}

/// Who may see a genome: its owner, and the audiences of now and later.
type Rights = (Vec<u8>, i64, i64, i64);
/// Pathogen, country, lineage and clade; empty where not known.
type Traits = [String; 4];

/// Takes the released faces of genomes out of the count, or puts them in. Other records are passed over.
pub(crate) async fn change(tx: &mut Write, records: &[RecordId], change: Change) -> Result<(), StoreError> {
    let mut genomes: BTreeMap<(Rights, Traits), (i64, i64)> = BTreeMap::new();
    let mut batches: BTreeMap<(Vec<u8>, Rights), i64> = BTreeMap::new();
    let one = if change == Change::Enter { 1 } else { -1 };
    for chunk in records.chunks(ASKED_AT_ONCE) {
        for row in released(tx, chunk).await? {
            let rights: Rights = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let traits: Traits = [row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?];
            let (submission, recorded) = (row.get::<Vec<u8>>(8)?, row.get::<i64>(9)?);
            *batches.entry((submission, rights.clone())).or_default() += one;
            let (number, newest) = genomes.entry((rights, traits)).or_default();
            *number += one;
            *newest = recorded.max(*newest);
        }
    }
    for ((rights, traits), (number, newest)) in genomes {
        let newest = if change == Change::Enter { newest } else { 0 };
        add_genomes(tx, rights, traits, number, newest).await?;
    }
    for ((submission, rights), number) in batches {
        add_batch(tx, submission, rights, number).await?;
    }
    Ok(())
}

/// The released faces that are counted: what of each is known.
fn counted(which: &str) -> String {
    format!(
        "SELECT s.owner AS owner, s.audience AS audience, COALESCE(s.opens_at, {NONE}) AS opens_at, \
         COALESCE(s.opens_audience, {NONE}) AS opens_audience, g.pathogen AS pathogen, \
         COALESCE(g.country, '') AS country, COALESCE(f.lineage, '') AS lineage, COALESCE(f.clade, '') AS clade, \
         g.submission AS submission, e.recorded AS recorded \
         FROM state s JOIN genome g ON g.content = s.content JOIN entry e ON e.seq = s.content \
         LEFT JOIN finding f ON f.record = s.record AND f.version = s.version \
         WHERE s.face = {RELEASED} AND s.to_seq IS NULL AND s.status <> {WITHDRAWN} {which}"
    )
}

async fn released(tx: &mut Write, records: &[RecordId]) -> Result<Vec<Row>, StoreError> {
    let places: Vec<String> = (1..=records.len()).map(|place| format!("${place}")).collect();
    let sql = counted(&format!("AND s.record IN ({})", places.join(",")));
    let values: Vec<Value> = records.iter().map(|record| record.as_bytes().to_vec().into()).collect();
    Ok(tx.fetch_all(AssertSqlSafe(sql), values).await?)
}

/// For each table a question whose answer has a row where it is not what the state says.
pub(crate) fn differing() -> [(&'static str, String); 2] {
    let genomes = "owner, audience, opens_at, opens_audience, pathogen, country, lineage, clade";
    let batches = "submission, owner, audience, opens_at, opens_audience";
    [("genome_count", genomes), ("batch_count", batches)].map(|(table, key)| {
        let has = format!("SELECT {key}, number FROM {table} WHERE number <> 0");
        let wants = format!("SELECT {key}, COUNT(*) AS number FROM ({}) t GROUP BY {key}", counted(""));
        let both = [(&has, &wants), (&wants, &has)];
        let missing = both.map(|(one, other)| format!("SELECT * FROM ({one} EXCEPT {other}) d"));
        (table, format!("{} UNION ALL {} LIMIT 1", missing[0], missing[1]))
    })
}

async fn add_genomes(
    tx: &mut Write,
    (owner, audience, opens_at, opens_audience): Rights,
    [pathogen, country, lineage, clade]: Traits,
    number: i64,
    newest: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO genome_count (owner, audience, opens_at, opens_audience, pathogen, country, lineage, clade, \
               number, newest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
               ON CONFLICT (owner, audience, opens_at, opens_audience, pathogen, country, lineage, clade) \
               DO UPDATE SET number = genome_count.number + excluded.number, newest = \
               CASE WHEN excluded.newest > genome_count.newest THEN excluded.newest ELSE genome_count.newest END";
    let values =
        params![owner, audience, opens_at, opens_audience, pathogen, country, lineage, clade, number, newest];
    tx.execute(sql, values).await?;
    Ok(())
}

async fn add_batch(
    tx: &mut Write,
    submission: Vec<u8>,
    (owner, audience, opens_at, opens_audience): Rights,
    number: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO batch_count (submission, owner, audience, opens_at, opens_audience, number) \
               VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (submission, owner, audience, opens_at, opens_audience) \
               DO UPDATE SET number = batch_count.number + excluded.number";
    tx.execute(sql, params![submission, owner, audience, opens_at, opens_audience, number]).await?;
    Ok(())
}

/// Adds texts to the values of a question, of which so many stand before them. Returns their places, for `IN`.
pub(super) fn places(values: &mut Vec<Value<'static>>, before: usize, texts: &[String]) -> String {
    let mut places = Vec::with_capacity(texts.len());
    for text in texts {
        values.push(text.clone().into());
        places.push(format!("${}", values.len() + before));
    }
    places.join(",")
}

/// What of the count is asked for: conditions on the columns of `genome_count c`, and their values.
#[derive(Default)]
pub(crate) struct Asked {
    conditions: String,
    values: Vec<Value<'static>>,
}

impl Asked {
    /// Narrows it; each `?` stands for the value.
    pub(crate) fn narrow(&mut self, condition: &str, value: Value<'static>) {
        self.values.push(value);
        // The first parameter is the reader's party.
        let place = format!("${}", self.values.len() + 1);
        self.conditions.push_str(" AND ");
        self.conditions.push_str(&condition.replace('?', &place));
    }

    /// Narrows it to rows of which a column has one of these values.
    pub(crate) fn narrow_among(&mut self, columns: [&str; 2], among: &[String]) {
        let places = places(&mut self.values, 1, among);
        let [one, other] = columns;
        self.conditions.push_str(&format!(" AND ({one} IN ({places}) OR {other} IN ({places}))"));
    }

    fn sql(&self, scope: &Scope, columns: &str, rest: &str) -> String {
        format!("SELECT {columns} FROM genome_count c WHERE {}{} {rest}", scope.sees("c", 1), self.conditions)
    }

    fn values(&self, scope: &Scope) -> Vec<Value<'static>> {
        std::iter::once(scope.owner()).chain(self.values.iter().cloned()).collect()
    }
}

/// How many genomes a reader may see.
pub(crate) async fn number(session: &mut Session, scope: &Scope, asked: &Asked) -> Result<u64, StoreError> {
    let sql = asked.sql(scope, "CAST(COALESCE(SUM(c.number), 0) AS BIGINT)", "");
    let row = session.fetch_optional(AssertSqlSafe(sql), asked.values(scope)).await?;
    row.map_or(Ok(0), |row| Ok(row.get::<i64>(0)? as u64))
}

/// How many genomes a reader may see by each value of an expression on `c`, the most first, with the time of the newest
/// release; empty values are left out.
pub(crate) async fn by(
    session: &mut Session,
    scope: &Scope,
    asked: &Asked,
    value: &'static str,
    limit: u32,
) -> Result<Vec<(String, u64, i64)>, StoreError> {
    let columns = format!("{value}, CAST(SUM(c.number) AS BIGINT), MAX(c.newest)");
    let rest = format!(
        "AND {value} <> '' GROUP BY {value} HAVING SUM(c.number) > 0 ORDER BY 2 DESC, 1 LIMIT {limit}"
    );
    let rows =
        session.fetch_all(AssertSqlSafe(asked.sql(scope, &columns, &rest)), asked.values(scope)).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get::<i64>(1)? as u64, row.get(2)?))).collect()
}

/// How many genomes of a batch a reader may see.
pub(crate) async fn of_batch(
    session: &mut Session,
    scope: &Scope,
    submission: RecordId,
) -> Result<u64, StoreError> {
    let sql = format!(
        "SELECT CAST(COALESCE(SUM(c.number), 0) AS BIGINT) FROM batch_count c WHERE c.submission = $2 AND {}",
        scope.sees("c", 1)
    );
    let values = [scope.owner(), submission.as_bytes().to_vec().into()];
    let row = session.fetch_optional(AssertSqlSafe(sql), values).await?;
    row.map_or(Ok(0), |row| Ok(row.get::<i64>(0)? as u64))
}
