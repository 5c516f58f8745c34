//! What entries name outside the log: blobs, packs of sequences, entries of other logs.
//!
//! Start at [`blobs`].

use super::replay::Replay;
use super::{VerifyError, Wrong, wrong};
use crate::blob::{BlobError, BlobStore};
use crate::bundles::{self, ForeignProof, proof};
use crate::db::Session;
use crate::log::read;
use crate::params;
use crate::state::tally;
use hearth_base::digest::Digest;
use hearth_base::id::RecordId;
use sqlx::AssertSqlSafe;

/// Rows read at once.
const PAGE: i64 = 500;

/// Reads every blob that an entry names. How many there are.
pub(super) async fn blobs(replay: &mut Replay, blobs: &BlobStore) -> Result<u64, VerifyError> {
    let mut after = Vec::new();
    let mut count = 0;
    loop {
        let sql = "SELECT digest, bytes, of FROM named_blob WHERE digest > $1 ORDER BY digest LIMIT $2";
        let rows = replay.tx.fetch_all(sql, params![&after, PAGE]).await?;
        let Some(last) = rows.last() else { return Ok(count) };
        after = last.get(0)?;
        for row in &rows {
            let digest = Digest::from_bytes(row.get(0)?);
            let place = format!("the blob {digest} of {}", row.get::<&str>(2)?);
            let bytes = blobs.verify(&digest).await.map_err(|error| told(&place, error))?;
            let wanted: u64 = row.get(1)?;
            if bytes != wanted {
                return Err(wrong(place, format!("it has {bytes} bytes, the entry says {wanted}")).into());
            }
            count += 1;
        }
    }
}

/// Reads every pack that holds a sequence, and asks for a place of every sequence that a genome names.
pub(super) async fn packs(live: &mut Session, blobs: &BlobStore) -> Result<u64, VerifyError> {
    let missing = "SELECT q.digest, q.record FROM genome_sequence q LEFT JOIN sequence s ON s.digest = q.digest \
                   WHERE s.digest IS NULL LIMIT 1";
    if let Some(row) = live.fetch_optional(missing, []).await? {
        let digest = Digest::from_bytes(row.get(0)?);
        let record = RecordId::from_bytes(read::id_from(row.get(1)?)?);
        let place = format!("the sequence {digest} of the record {record}");
        return Err(wrong(place, "it is not kept in any pack (table sequence)").into());
    }
    let sql = "SELECT p.digest, CAST(MIN(s.start) AS BIGINT), CAST(MAX(s.start + s.bytes) AS BIGINT) \
               FROM sequence s JOIN sequence_pack p ON p.number = s.pack GROUP BY p.digest ORDER BY p.digest";
    let rows = live.fetch_all(sql, []).await?;
    for row in &rows {
        let digest = Digest::from_bytes(row.get(0)?);
        let place = format!("the pack of sequences {digest}");
        let bytes = blobs.verify(&digest).await.map_err(|error| told(&place, error))?;
        if row.get::<i64>(1)? < 0 || row.get::<u64>(2)? > bytes {
            let what =
                format!("it has {bytes} bytes, and a sequence should lie beyond its end (table sequence)");
            return Err(wrong(place, what).into());
        }
    }
    Ok(rows.len() as u64)
}

/// Compares the tallies of what others may see with the rows of state that they count.
pub(super) async fn tallies(live: &mut Session) -> Result<(), VerifyError> {
    for (table, differing) in tally::differing() {
        if live.fetch_optional(AssertSqlSafe(differing), []).await?.is_some() {
            let what = "its numbers are not those of the rows of state";
            return Err(wrong(format!("table {table}"), what).into());
        }
    }
    Ok(())
}

/// A blob that is missing or damaged is wrong; one that cannot be reached is not known to be.
fn told(place: &str, error: BlobError) -> VerifyError {
    match error {
        BlobError::Missing { .. } | BlobError::Damaged { .. } => wrong(place, error.to_string()).into(),
        other => other.into(),
    }
}

/// Proves entries of other logs by what came with them. How many there are.
pub(super) async fn foreign(live: &mut Session, replay: &mut Replay) -> Result<u64, VerifyError> {
    let stray = "SELECT f.origin, f.seq FROM foreign_entry f LEFT JOIN foreign_proof p ON p.import = f.import \
                 WHERE p.import IS NULL LIMIT 1";
    if let Some(row) = live.fetch_optional(stray, []).await? {
        let place = format!("entry {} of {}", row.get::<i64>(1)?, row.get::<&str>(0)?);
        return Err(wrong(place, "what proves it is missing (table foreign_proof)").into());
    }
    let mut count = 0;
    let imports = live.fetch_all("SELECT import FROM foreign_proof ORDER BY import", []).await?;
    for row in &imports {
        let import: Vec<u8> = row.get(0)?;
        let Some(proof) = proof::of_import(live, &import).await? else { continue };
        let place = format!("what proves entries of {}", proof.origin);
        proof.check().map_err(|what| wrong(place, what))?;
        count += foreign_entries(live, replay, &import, &proof).await?;
    }
    Ok(count)
}

async fn foreign_entries(
    live: &mut Session,
    replay: &mut Replay,
    import: &[u8],
    proof: &ForeignProof,
) -> Result<u64, VerifyError> {
    let mut after = -1_i64;
    let mut count = 0;
    loop {
        let sql = "SELECT e.seq, e.salt, e.coding, e.bytes FROM foreign_entry e \
                   WHERE e.import = $1 AND e.origin = $2 AND e.seq > $3 ORDER BY e.seq LIMIT $4";
        let rows = live.fetch_all(sql, params![import, &proof.origin, after, PAGE]).await?;
        let Some(last) = rows.last() else { return Ok(count) };
        after = last.get(0)?;
        for row in &rows {
            let seq: i64 = row.get(0)?;
            let is_proven =
                |what: String| -> Wrong { wrong(format!("entry {seq} of {}", proof.origin), what) };
            let kept = read::kept_alone(row).map_err(|error| is_proven(error.to_string()))?;
            if proof.leaf(kept.seq) != Some(kept.commitment().leaf_hash()) {
                return Err(is_proven("its bytes or its salt were changed after it came".to_owned()).into());
            }
            let entry = kept.entry().map_err(|error| is_proven(error.to_string()))?;
            for (digest, bytes) in entry.iter().flat_map(bundles::things_of) {
                replay.name(digest, bytes, &format!("entry {seq} of {}", proof.origin)).await?;
            }
            count += 1;
        }
    }
}
