//! The pass over the log: entries, commitments, tiles, roots, published heads.
//!
//! All of the tree is computed from the entries alone. If it leads to the root that the log states, then the entries are
//! right and a tile that differs is wrong; if it does not, then the first entry that differs from its tile is. Start at
//! [`walk`].

use super::replay::Replay;
use super::{VerifyError, Wrong, wrong};
use crate::db::{Row, Session};
use crate::error::StoreError;
use crate::log::append::Head;
use crate::log::read::{self, KEPT_COLUMNS, Kept};
use crate::params;
use hearth_ledger::body::Body;
use hearth_ledger::entry::Entry;
use hearth_ledger::note::{KeyHistory, Note};
use hearth_ledger::tree::{Edge, Hash, TILE_WIDTH, Tile, TileId};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// Entries read at once: those of one tile.
const PAGE: u64 = TILE_WIDTH as u64;
/// Heads read at once.
const HEADS: i64 = 1_000;

/// What the pass counted.
pub(super) struct Walked {
    pub(super) erased: u64,
    pub(super) heads: u64,
}

/// What differs, until it is known which side is wrong.
#[derive(Default)]
struct Differing {
    entry: Option<u64>,
    tile: Option<TileId>,
    head: Option<u64>,
}

struct Walk<'k> {
    keys: Option<&'k KeyHistory>,
    origin: String,
    /// The name that the last entry gave its log.
    log: Option<String>,
    edge: Edge,
    /// Tiles that still grow.
    growing: BTreeMap<(u8, u64), Tile>,
    differing: Differing,
    /// Signed heads still to be met, the next last.
    heads: Vec<(u64, Hash)>,
    last_head: i64,
    counted: Walked,
    recorded: i64,
}

/// Walks the whole log and proves it against its head.
pub(super) async fn walk(
    live: &mut Session,
    head: &Head,
    keys: Option<&KeyHistory>,
    replay: &mut Replay,
) -> Result<Walked, VerifyError> {
    let mut walk = Walk {
        keys,
        origin: head.origin.clone(),
        log: None,
        edge: Edge::new(),
        growing: BTreeMap::new(),
        differing: Differing::default(),
        heads: Vec::new(),
        last_head: -1,
        counted: Walked { erased: 0, heads: 0 },
        recorded: i64::MIN,
    };
    walk.fetch_heads(live).await?;
    while walk.edge.size() < head.size {
        walk.page(live, head.size, replay).await?;
    }
    walk.meet_heads(live).await?;
    replay.finish().await?;
    walk.end(live, head).await?;
    Ok(walk.counted)
}

impl Walk<'_> {
    /// The next page of entries.
    async fn page(&mut self, live: &mut Session, size: u64, replay: &mut Replay) -> Result<(), VerifyError> {
        let first = self.edge.size();
        let sql = format!(
            "SELECT {}, e.id, e.record, e.kind, e.act, e.version, e.recorded, \
             e.happened FROM entry e WHERE e.seq >= $1 AND e.seq < $2 ORDER BY e.seq",
            read::KEPT
        );
        let rows = live
            .fetch_all(AssertSqlSafe(sql), params![first as i64, (first + PAGE).min(size) as i64])
            .await?;
        let kept_tile =
            stored_tile(live, TileId { level: 0, index: first / PAGE, width: TILE_WIDTH }).await?;
        let mut leaves = Vec::with_capacity(rows.len());
        for (place, row) in rows.iter().enumerate() {
            let seq = first + place as u64;
            let kept = self.kept(row, seq)?;
            let leaf = kept.commitment().leaf_hash();
            leaves.push(leaf);
            let is_as_in_tile = kept_tile.as_ref().and_then(|tile| tile.get(place)) == Some(&leaf);
            if is_as_in_tile {
                self.entry(row, &kept, replay).await?;
            } else {
                self.differing.entry.get_or_insert(seq);
            }
        }
        let wanted = (first + PAGE).min(size) - first;
        if leaves.len() as u64 != wanted {
            let seq = first + leaves.len() as u64;
            return Err(wrong(format!("entry {seq}"), "it is missing: restore a backup").into());
        }
        self.grow(live, &leaves).await
    }

    fn kept(&self, row: &Row, seq: u64) -> Result<Kept, VerifyError> {
        let has: i64 = row.get(0)?;
        if has as u64 != seq {
            return Err(wrong(format!("entry {seq}"), "it is missing: restore a backup").into());
        }
        read::kept(row).map_err(|error| match error {
            StoreError::Damaged(what) => wrong(format!("entry {seq}"), what).into(),
            other => other.into(),
        })
    }

    /// An entry whose commitment is the log's: what it says, and what stands beside it.
    async fn entry(&mut self, row: &Row, kept: &Kept, replay: &mut Replay) -> Result<(), VerifyError> {
        let place = || format!("entry {}", kept.seq);
        let recorded: i64 = row.get(KEPT_COLUMNS + 5)?;
        if recorded < self.recorded {
            return Err(wrong(place(), "it was recorded before the entry before it").into());
        }
        self.recorded = recorded;
        let entry = kept.entry().map_err(|error| wrong(place(), error.to_string()))?;
        let Some(entry) = entry else {
            self.counted.erased += 1;
            return replay.erased(row.get(KEPT_COLUMNS + 1)?).await;
        };
        self.name(kept.seq, &entry)?;
        let draft = &entry.draft;
        let columns = [
            ("id", row.get::<&[u8]>(KEPT_COLUMNS)? == entry.id.as_bytes()),
            ("record", row.get::<&[u8]>(KEPT_COLUMNS + 1)? == draft.record.as_bytes()),
            ("kind", row.get::<i64>(KEPT_COLUMNS + 2)? == draft.body.kind().number()),
            ("act", row.get::<i64>(KEPT_COLUMNS + 3)? == draft.act.number()),
            ("version", row.get::<i64>(KEPT_COLUMNS + 4)? == i64::from(draft.version)),
            ("recorded", recorded == entry.recorded.unix_ms()),
            ("happened", row.get::<i64>(KEPT_COLUMNS + 6)? == draft.happened.latest().unix_ms()),
        ];
        if let Some((column, _)) = columns.iter().find(|(_, is_same)| !is_same) {
            return Err(wrong(place(), format!("its column {column} is not what its bytes say")).into());
        }
        replay.entry(kept.seq, &entry).await
    }

    /// Every entry names its log. A log that was begun anew has the entries of the one before it, and then one that says
    /// so.
    fn name(&mut self, seq: u64, entry: &Entry) -> Result<(), Wrong> {
        let goes_on = match (&self.log, &entry.draft.body) {
            (None, _) => true,
            (Some(before), _) if *before == entry.log => true,
            (Some(before), Body::Import(import)) => import.log == *before && import.entries == seq,
            _ => false,
        };
        if !goes_on {
            return Err(wrong(
                format!("entry {seq}"),
                format!("it was written to another log, {}", entry.log),
            ));
        }
        self.log = Some(entry.log.clone());
        Ok(())
    }

    /// Lets the tree grow by leaves, stopping at every published head.
    async fn grow(&mut self, live: &mut Session, mut leaves: &[Hash]) -> Result<(), VerifyError> {
        while !leaves.is_empty() {
            self.meet_heads(live).await?;
            let until_head = self.heads.last().map_or(u64::MAX, |(size, _)| size - self.edge.size());
            let (now, later) =
                leaves.split_at(leaves.len().min(usize::try_from(until_head).unwrap_or(usize::MAX)));
            leaves = later;
            for tile in self.edge.append(now)?.tiles {
                if tile.hashes.len() < usize::from(TILE_WIDTH) {
                    self.growing.insert((tile.level, tile.index), tile);
                } else {
                    self.growing.remove(&(tile.level, tile.index));
                    self.compare_tile(live, &tile).await?;
                }
            }
        }
        Ok(())
    }

    async fn compare_tile(&mut self, live: &mut Session, tile: &Tile) -> Result<(), VerifyError> {
        if stored_tile(live, tile.id()).await?.is_none_or(|stored| stored != tile.hashes) {
            self.differing.tile.get_or_insert(tile.id());
        }
        Ok(())
    }

    /// Holds the heads that were published at this size against the root.
    async fn meet_heads(&mut self, live: &mut Session) -> Result<(), VerifyError> {
        while let Some((size, root)) = self.heads.last().copied()
            && size == self.edge.size()
        {
            self.heads.pop();
            self.counted.heads += 1;
            if self.edge.root() != root {
                self.differing.head.get_or_insert(size);
            }
            if self.heads.is_empty() {
                self.fetch_heads(live).await?;
            }
        }
        Ok(())
    }

    /// Reads the next heads and verifies their signatures.
    async fn fetch_heads(&mut self, live: &mut Session) -> Result<(), VerifyError> {
        let sql = "SELECT size, note FROM checkpoint WHERE size > $1 ORDER BY size LIMIT $2";
        let rows = live.fetch_all(sql, params![self.last_head, HEADS]).await?;
        for row in &rows {
            let size: i64 = row.get(0)?;
            let place = || format!("the head published at {size} entries");
            let keys =
                self.keys.ok_or_else(|| wrong(place(), "the log's key is not known (table log_key)"))?;
            let note = Note::parse(row.get::<&str>(1)?.as_bytes())
                .map_err(|error| wrong(place(), error.to_string()))?;
            let head = keys.verify(&note).map_err(|error| wrong(place(), error.to_string()))?;
            if i64::try_from(head.size) != Ok(size) || head.origin != self.origin {
                return Err(wrong(
                    place(),
                    format!("it is a head of {} at {} entries", head.origin, head.size),
                )
                .into());
            }
            self.heads.push((head.size, head.root));
            self.last_head = size;
        }
        self.heads.reverse();
        Ok(())
    }

    /// All entries were seen: which side of each difference is wrong?
    async fn end(&mut self, live: &mut Session, head: &Head) -> Result<(), VerifyError> {
        for tile in std::mem::take(&mut self.growing).into_values() {
            self.compare_tile(live, &tile).await?;
        }
        let leads_to_root = self.edge.root() == head.root;
        let differing = std::mem::take(&mut self.differing);
        if let (false, Some(seq)) = (leads_to_root, differing.entry) {
            let what = "its bytes or its salt were changed after it was written: restore a backup";
            return Err(wrong(format!("entry {seq}"), what).into());
        }
        if let Some(size) = differing.head {
            let what = "the log of today does not go on from it: the log was changed, or has two pasts";
            return Err(wrong(format!("the head published at {size} entries"), what).into());
        }
        if !leads_to_root {
            let what = format!("it states another root than its {} entries have", head.size);
            return Err(wrong("the log's head (table head)", what).into());
        }
        if let Some((size, _)) = self.heads.last() {
            let what = format!("the log has only {} entries: a later state of it is lost", head.size);
            return Err(wrong(format!("the head published at {size} entries"), what).into());
        }
        if let Some(tile) = differing.tile {
            return Err(wrong(
                format!("the tile {}", tile.path()),
                "it does not hold the hashes of its entries",
            )
            .into());
        }
        let last = match &self.log {
            Some(log) if *log != head.origin => Some(log),
            _ => None,
        };
        if let Some(log) = last {
            return Err(wrong(
                "the log's head (table head)",
                format!("its entries were written to the log {log}"),
            )
            .into());
        }
        surplus(live, head.size).await
    }
}

/// The hashes of a tile as they are kept.
async fn stored_tile(live: &mut Session, id: TileId) -> Result<Option<Vec<Hash>>, VerifyError> {
    let sql = "SELECT hashes FROM tile WHERE level = $1 AND number = $2";
    let row = live.fetch_optional(sql, params![id.level, id.index as i64]).await?;
    Ok(match row {
        Some(row) => Hash::list_from_bytes(row.get::<&[u8]>(0)?),
        None => None,
    })
}

/// That nothing is kept beyond the log's end.
async fn surplus(live: &mut Session, size: u64) -> Result<(), VerifyError> {
    let beyond = "SELECT seq FROM entry WHERE seq >= $1 OR seq < 0 LIMIT 1";
    if let Some(row) = live.fetch_optional(beyond, params![size as i64]).await? {
        return Err(wrong(
            format!("entry {}", row.get::<i64>(0)?),
            format!("the log has only {size} entries"),
        )
        .into());
    }
    let mut hashes = size;
    for level in 0..=7_u8 {
        let tiles = hashes.div_ceil(PAGE);
        let sql = "SELECT number FROM tile WHERE (level = $1 AND (number >= $2 OR number < 0)) \
                   OR level < 0 OR level > 7 LIMIT 1";
        if let Some(row) = live.fetch_optional(sql, params![level, tiles as i64]).await? {
            let place = format!("tile {} of level {level}", row.get::<i64>(0)?);
            return Err(wrong(place, format!("a log of {size} entries has no such tile")).into());
        }
        hashes /= PAGE;
    }
    Ok(())
}
