//! What is not handed in yet: files, and what was found in them.
//!
//! Drafts are a party's own and never in the log. Refuses to know what a document of a draft says: the server writes and
//! reads it. Start at [`begin`].

use crate::db::{Row, Session, Value, Write};
use crate::error::StoreError;
use crate::log::coding::{self, Packer};
use crate::log::read::id_from;
use crate::params;
use hearth_base::digest::Digest;
use hearth_base::id::{PartyId, PersonId, RecordId};
use hearth_base::time::UtcTime;

/// How far a draft is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftState {
    /// It waits for a worker, or is being worked on.
    Analysing,
    /// It can be looked through and handed in.
    Ready,
    /// It cannot be read; the message says why.
    Failed,
    /// It was handed in: the submission of the same identifier is in the ledger.
    HandedIn,
}

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its identifier, which its submission will have too.
    pub id: RecordId,
    /// Whose it is.
    pub party: PartyId,
    /// Who brought it.
    pub person: PersonId,
    /// When.
    pub created: UtcTime,
    /// How far it is.
    pub state: DraftState,
    /// The submitter's own name of it.
    pub title: String,
    /// What was chosen with it, as the server writes it.
    pub settings: String,
    /// How many records are done.
    pub done: u64,
    /// Of how many, once that is known.
    pub total: Option<u64>,
    /// What is to be said about it as a whole.
    pub message: String,
    /// What was found in its metadata, as the server writes it.
    pub report: String,
}

/// What a file of a draft is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileSort {
    /// Sequences.
    Sequences,
    /// Metadata.
    Metadata,
}

/// A file of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftFile {
    /// Its name.
    pub name: String,
    /// What it is.
    pub sort: FileSort,
    /// Its blob.
    pub digest: Digest,
    /// Its length.
    pub bytes: u64,
}

/// A genome of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftGenome {
    /// Its place in the draft, from 0.
    pub place: u64,
    /// Its name.
    pub name: String,
    /// How grave what was found is: the larger, the earlier it is shown.
    pub verdict: i64,
    /// How many findings there are in its fields.
    pub findings: u64,
    /// All of it, as the server writes it.
    pub document: Vec<u8>,
}

const COLUMNS: &str = "id, party, person, created, state, title, settings, done, total, message, report";

fn state_number(state: DraftState) -> i64 {
    match state {
        DraftState::Analysing => 0,
        DraftState::Ready => 1,
        DraftState::Failed => 2,
        DraftState::HandedIn => 3,
    }
}

fn draft(row: &Row) -> Result<Draft, StoreError> {
    let state = match row.get::<i64>(4)? {
        0 => DraftState::Analysing,
        1 => DraftState::Ready,
        2 => DraftState::Failed,
        _ => DraftState::HandedIn,
    };
    Ok(Draft {
        id: RecordId::from_bytes(id_from(row.get(0)?)?),
        party: PartyId::from_bytes(id_from(row.get(1)?)?),
        person: PersonId::from_bytes(id_from(row.get(2)?)?),
        created: UtcTime::from_unix_ms(row.get(3)?),
        state,
        title: row.get(5)?,
        settings: row.get(6)?,
        done: row.get::<i64>(7)? as u64,
        total: row.get::<Option<i64>>(8)?.map(|total| total as u64),
        message: row.get(9)?,
        report: row.get(10)?,
    })
}

/// Writes down a draft with its files, whose blobs are kept already.
///
/// # Errors
/// When the database fails.
pub async fn begin(tx: &mut Write, draft: &Draft, files: &[DraftFile]) -> Result<(), StoreError> {
    let sql = "INSERT INTO draft (id, party, person, created, state, title, settings, done, total, message, \
               report) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, NULL, '', '')";
    let (id, party, person) = (draft.id.as_bytes(), draft.party.as_bytes(), draft.person.as_bytes());
    let state = state_number(draft.state);
    let values = params![id, party, person, draft.created.unix_ms(), state, &draft.title, &draft.settings];
    tx.execute(sql, values).await?;
    for (place, file) in files.iter().enumerate() {
        let sql = "INSERT INTO draft_file (draft, place, name, sort, digest, bytes) VALUES ($1, $2, $3, $4, $5, $6)";
        let sort = i64::from(file.sort == FileSort::Metadata);
        let (digest, bytes) = (file.digest.as_bytes(), file.bytes as i64);
        tx.execute(sql, params![id, place as i64, &file.name, sort, digest, bytes]).await?;
    }
    Ok(())
}

/// Changes what was chosen with a draft.
///
/// # Errors
/// When the database fails.
pub async fn set_settings(tx: &mut Write, id: RecordId, settings: &str) -> Result<(), StoreError> {
    tx.execute("UPDATE draft SET settings = $2 WHERE id = $1", params![id.as_bytes(), settings]).await?;
    Ok(())
}

/// Says how far a draft is, with what is to be said about it.
///
/// # Errors
/// When the database fails.
pub async fn set_state(
    tx: &mut Write,
    id: RecordId,
    state: DraftState,
    message: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE draft SET state = $2, message = $3 WHERE id = $1";
    tx.execute(sql, params![id.as_bytes(), state_number(state), message]).await?;
    Ok(())
}

/// Keeps what was found in the metadata of a draft.
///
/// # Errors
/// When the database fails.
pub async fn set_report(tx: &mut Write, id: RecordId, report: &str) -> Result<(), StoreError> {
    tx.execute("UPDATE draft SET report = $2 WHERE id = $1", params![id.as_bytes(), report]).await?;
    Ok(())
}

/// Says how many of its records are done.
///
/// # Errors
/// When the database fails.
pub async fn set_progress(
    tx: &mut Write,
    id: RecordId,
    done: u64,
    total: Option<u64>,
) -> Result<(), StoreError> {
    let sql = "UPDATE draft SET done = $2, total = $3 WHERE id = $1";
    tx.execute(sql, params![id.as_bytes(), done as i64, total.map(|total| total as i64)]).await?;
    Ok(())
}

/// A draft, if it is this party's.
///
/// # Errors
/// When the database fails.
pub async fn find(session: &mut Session, party: PartyId, id: RecordId) -> Result<Option<Draft>, StoreError> {
    Ok(for_worker(session, id).await?.filter(|draft| draft.party == party))
}

/// A draft, for who works on it.
///
/// # Errors
/// When the database fails.
pub async fn for_worker(session: &mut Session, id: RecordId) -> Result<Option<Draft>, StoreError> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM draft WHERE id = $1"));
    session.fetch_optional(sql, params![id.as_bytes()]).await?.as_ref().map(draft).transpose()
}

/// The drafts of a party, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_party(session: &mut Session, party: PartyId, limit: u32) -> Result<Vec<Draft>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM draft WHERE party = $1 ORDER BY created DESC LIMIT $2");
    let rows = session.fetch_all(sqlx::AssertSqlSafe(sql), params![party.as_bytes(), limit]).await?;
    rows.iter().map(draft).collect()
}

/// The files of a draft.
///
/// # Errors
/// When the database fails.
pub async fn files(session: &mut Session, id: RecordId) -> Result<Vec<DraftFile>, StoreError> {
    let sql = "SELECT name, sort, digest, bytes FROM draft_file WHERE draft = $1 ORDER BY place";
    let rows = session.fetch_all(sql, params![id.as_bytes()]).await?;
    let file = |row: &Row| {
        let sort = if row.get::<i64>(1)? == 1 { FileSort::Metadata } else { FileSort::Sequences };
        let digest = Digest::from_bytes(row.get::<[u8; 32]>(2)?);
        Ok(DraftFile { name: row.get(0)?, sort, digest, bytes: row.get::<i64>(3)? as u64 })
    };
    rows.iter().map(file).collect()
}

/// Forgets the genomes of a draft: they are found anew.
///
/// # Errors
/// When the database fails.
pub async fn clear(tx: &mut Write, id: RecordId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM draft_genome WHERE draft = $1", params![id.as_bytes()]).await?;
    Ok(())
}

/// Adds genomes to a draft.
///
/// # Errors
/// When the database fails.
pub async fn add_genomes(tx: &mut Write, id: RecordId, genomes: Vec<DraftGenome>) -> Result<(), StoreError> {
    let mut packer = Packer::new();
    let row = |genome: DraftGenome| {
        let (coding, document) = packer.pack(genome.document);
        [
            Value::from(id.as_bytes().to_vec()),
            (genome.place as i64).into(),
            genome.name.into(),
            genome.verdict.into(),
            (genome.findings as i64).into(),
            coding.into(),
            document.into(),
        ]
    };
    let rows: Vec<[Value; 7]> = genomes.into_iter().map(row).collect();
    let columns = ["draft", "place", "name", "verdict", "findings", "coding", "document"];
    tx.insert_many("draft_genome", columns, rows).await?;
    Ok(())
}

/// In which order genomes of a draft are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As they came.
    AsTheyCame,
    /// Those that need attention first.
    AttentionFirst,
}

/// Genomes of a draft, from one on.
///
/// # Errors
/// When the database fails.
pub async fn genomes(
    session: &mut Session,
    id: RecordId,
    order: Order,
    skip: u64,
    limit: u32,
) -> Result<Vec<DraftGenome>, StoreError> {
    let select = "SELECT place, name, verdict, findings, coding, document FROM draft_genome WHERE draft = $1";
    let (sql, values) = match order {
        Order::AsTheyCame => (
            format!("{select} AND place >= $2 ORDER BY place LIMIT $3"),
            params![id.as_bytes(), skip as i64, limit],
        ),
        Order::AttentionFirst => (
            format!("{select} ORDER BY verdict DESC, findings DESC, place LIMIT $3 OFFSET $2"),
            params![id.as_bytes(), skip as i64, limit],
        ),
    };
    let rows = session.fetch_all(sqlx::AssertSqlSafe(sql), values).await?;
    let genome = |row: &Row| {
        Ok(DraftGenome {
            place: row.get::<i64>(0)? as u64,
            name: row.get(1)?,
            verdict: row.get(2)?,
            findings: row.get::<i64>(3)? as u64,
            document: coding::unpack(row.get(4)?, row.get(5)?, None)?,
        })
    };
    rows.iter().map(genome).collect()
}

/// Whether genomes of a draft are kept: some time after it was handed in they no longer are.
///
/// # Errors
/// When the database fails.
pub async fn has_genomes(session: &mut Session, id: RecordId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM draft_genome WHERE draft = $1 LIMIT 1";
    Ok(session.fetch_optional(sql, params![id.as_bytes()]).await?.is_some())
}

/// Throws a draft away, with what was found in it.
///
/// # Errors
/// When the database fails.
pub async fn discard(tx: &mut Write, id: RecordId) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM draft_genome WHERE draft = $1",
        "DELETE FROM draft_file WHERE draft = $1",
        "DELETE FROM draft WHERE id = $1",
    ] {
        tx.execute(sql, params![id.as_bytes()]).await?;
    }
    Ok(())
}
