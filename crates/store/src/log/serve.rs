//! What the log shows to everybody: its signed head, tiles, commitments, proofs.
//!
//! C2SP tlog-tiles. Nothing beyond the last published head is shown; erased entries keep their commitments. Refuses to
//! know HTTP, and entries' bytes never leave through here. Start at [`resource`].

use super::append::fetch_tiles;
use super::heads;
use super::read;
use crate::db::Session;
use crate::error::StoreError;
use crate::params;
use hearth_ledger::tree::{
    Commitment, Hash, TILE_WIDTH, TileId, TileResource, consistency, entries_to_bytes, inclusion,
    tiles_for_consistency, tiles_for_inclusion, tiles_for_root,
};
use sqlx::AssertSqlSafe;

/// The head published last, as its signed text.
///
/// # Errors
/// When the database fails.
pub async fn checkpoint(session: &mut Session) -> Result<Option<String>, StoreError> {
    Ok(heads::latest(session).await?.map(|published| published.note.to_string()))
}

/// How many entries the published log has.
///
/// # Errors
/// When the database fails.
pub async fn published_size(session: &mut Session) -> Result<u64, StoreError> {
    Ok(heads::latest(session).await?.map_or(0, |published| published.head.size))
}

/// What a path below `tile/` names, or `None` when the published log does not have it.
///
/// # Errors
/// When the database fails, or the log is damaged.
pub async fn resource(session: &mut Session, resource: &TileResource) -> Result<Option<Vec<u8>>, StoreError> {
    let size = published_size(session).await?;
    match resource {
        TileResource::Tile(id) => tile(session, *id, size).await,
        TileResource::Entries { index, width } => entries(session, *index, *width, size).await,
    }
}

/// A tile's hashes, as wide as it is asked for.
async fn tile(session: &mut Session, id: TileId, size: u64) -> Result<Option<Vec<u8>>, StoreError> {
    if TileId::at_size(id.level, id.index, size).is_none_or(|has| has.width < id.width) {
        return Ok(None);
    }
    let sql = "SELECT hashes FROM tile WHERE level = $1 AND number = $2";
    let row = session.fetch_optional(sql, params![id.level, id.index as i64]).await?;
    let damaged = || StoreError::damaged(format!("the tile {}", id.path()));
    let mut hashes: Vec<u8> = row.ok_or_else(damaged)?.get(0)?;
    let bytes = usize::from(id.width) * Hash::of_empty_tree().as_bytes().len();
    if hashes.len() < bytes {
        return Err(damaged());
    }
    hashes.truncate(bytes);
    Ok(Some(hashes))
}

/// The data of leaves: commitments, of erased entries too.
async fn entries(
    session: &mut Session,
    index: u64,
    width: u16,
    size: u64,
) -> Result<Option<Vec<u8>>, StoreError> {
    if TileId::at_size(0, index, size).is_none_or(|has| has.width < width) {
        return Ok(None);
    }
    let first = index * u64::from(TILE_WIDTH);
    let sql = format!("SELECT {} FROM entry e WHERE e.seq >= $1 AND e.seq < $2 ORDER BY e.seq", read::KEPT);
    let rows = session
        .fetch_all(AssertSqlSafe(sql), params![first as i64, (first + u64::from(width)) as i64])
        .await?;
    let commitment = |row| Ok(read::kept(row)?.commitment());
    let commitments: Vec<Commitment> = rows.iter().map(commitment).collect::<Result<_, StoreError>>()?;
    if commitments.len() != usize::from(width) {
        return Err(StoreError::damaged(format!(
            "an entry between {first} and {} is missing",
            first + u64::from(width)
        )));
    }
    Ok(Some(entries_to_bytes(&commitments)))
}

/// The proof that the leaf at a place is in the log of a size; `None` beyond the published head.
///
/// # Errors
/// When the database fails, or the log is damaged.
pub async fn inclusion_proof(
    session: &mut Session,
    index: u64,
    size: u64,
) -> Result<Option<Vec<Hash>>, StoreError> {
    if index >= size || size > published_size(session).await? {
        return Ok(None);
    }
    let tiles = fetch_tiles(session, &tiles_for_inclusion(index, size)?).await?;
    Ok(Some(inclusion(&tiles, index, size)?))
}

/// The proof that the log of one size goes on from that of another; `None` beyond the published head.
///
/// # Errors
/// When the database fails, or the log is damaged.
pub async fn consistency_proof(
    session: &mut Session,
    old: u64,
    new: u64,
) -> Result<Option<Vec<Hash>>, StoreError> {
    if old > new || new > published_size(session).await? {
        return Ok(None);
    }
    let tiles = fetch_tiles(session, &tiles_for_consistency(old, new)?).await?;
    Ok(Some(consistency(&tiles, old, new)?))
}

/// The root of the log when it had so many entries, which it has or had. For whoever asks whether this is still the log
/// that they knew.
///
/// # Errors
/// When the database fails, or the log is damaged.
pub async fn root_at(session: &mut Session, size: u64) -> Result<Option<Hash>, StoreError> {
    if size > read::head(session).await?.size {
        return Ok(None);
    }
    if size == 0 {
        return Ok(Some(Hash::of_empty_tree()));
    }
    Ok(Some(fetch_tiles(session, &tiles_for_root(size)?).await?.root(size)?))
}
