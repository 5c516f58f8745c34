//! Writing: drafts become entries, in one order, with the tree and the state, in one transaction.
//!
//! The head's row is locked first; all that a rule needs to know is read after that, through the same transaction. What
//! is slow (parsing, analysis, blobs) was done before. Start at [`Writing::append`].

use super::coding::{self, Like, Packer};
use crate::db::{Database, Topic, Value, Write};
use crate::error::StoreError;
use crate::failpoint;
use crate::params;
use crate::random;
use crate::state::project::Projection;
use hearth_base::id::{EntryId, PartyId, RecordId};
use hearth_base::time::UtcTime;
use hearth_ledger::entry::{Draft, Entry};
use hearth_ledger::tree::{Edge, Hash, Salt, Tile, TileId, TileSet, commit, tiles_for_append};
use std::collections::HashMap;

/// Where the log ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The log's name: the first line of its checkpoints.
    pub origin: String,
    /// The party that runs this server, once it is set up.
    pub host: Option<PartyId>,
    /// How many entries it has.
    pub size: u64,
    /// The root of its tree.
    pub root: Hash,
    /// When the last entry was recorded.
    pub recorded: UtcTime,
}

/// An entry that was appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Its place in the log, from 0.
    pub seq: u64,
    /// Its identifier.
    pub id: EntryId,
    /// The record it is about.
    pub record: RecordId,
}

/// Entries that may be kept like one before them: those of one append, at most so far behind it.
pub(super) const ALIKE_MAX: u64 = 4_096;

/// A transaction that may append. Dropped without [`Writing::commit`], nothing of it was.
pub struct Writing {
    tx: Write,
    head: Head,
    edge: Edge,
    now: UtcTime,
}

impl Writing {
    /// Waits for its turn and begins.
    ///
    /// # Errors
    /// When the database cannot be written, or the log was never begun.
    pub async fn begin(database: &Database, now: UtcTime) -> Result<Self, StoreError> {
        let mut tx = database.begin_write().await?;
        tx.lock_row("head").await?;
        let head = super::read::head(&mut tx).await?;
        let tiles = fetch_tiles(&mut tx, &tiles_for_append(head.size)?).await?;
        let edge = Edge::read(head.size, &tiles)?;
        if edge.root() != head.root {
            return Err(StoreError::damaged("the tiles of the log do not give its root"));
        }
        // Time never runs backwards in a log, whatever the machine's clock does.
        let now = now.max(head.recorded);
        Ok(Self { tx, head, edge, now })
    }

    /// The transaction, to read what a rule needs to know and to write what stands beside the log.
    pub fn tx(&mut self) -> &mut Write {
        &mut self.tx
    }

    /// The time of this transaction: the same for all its entries.
    pub fn now(&self) -> UtcTime {
        self.now
    }

    /// Where the log ends, with what this transaction appended.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Appends entries, in this order, and changes the state by what they say.
    ///
    /// # Errors
    /// When an entry is too long or the database fails; then nothing of the transaction can be kept.
    pub async fn append(&mut self, drafts: Vec<Draft>) -> Result<Vec<Appended>, StoreError> {
        let mut projection = Projection::default();
        let mut rows = Vec::with_capacity(drafts.len());
        let mut leaves = Vec::with_capacity(drafts.len());
        let mut appended = Vec::with_capacity(drafts.len());
        let mut keeping = Keeping::default();
        for draft in drafts {
            let seq = self.head.size + appended.len() as u64;
            let id = EntryId::from_bytes(random::bytes()?);
            let entry = Entry { log: self.head.origin.clone(), id, recorded: self.now, draft };
            let bytes = entry.to_bytes()?;
            let salt = Salt::new(random::bytes()?);
            leaves.push(commit(&salt, &bytes).leaf_hash());
            appended.push(Appended { seq, id, record: entry.draft.record });
            rows.push(keeping.row(seq, &entry, salt, bytes));
            if projection.would_overtake(&entry) {
                std::mem::take(&mut projection).apply(&mut self.tx).await?;
            }
            projection.add(&mut self.tx, seq, &entry).await?;
        }
        failpoint::pass("append.before-entries");
        self.tx.insert_many("entry", COLUMNS, rows).await?;
        failpoint::pass("append.before-state");
        projection.apply(&mut self.tx).await?;
        failpoint::pass("append.before-tiles");
        self.grow(&leaves).await?;
        Ok(appended)
    }

    async fn grow(&mut self, leaves: &[Hash]) -> Result<(), StoreError> {
        let grown = self.edge.append(leaves)?;
        for tile in &grown.tiles {
            let sql = "INSERT INTO tile (level, number, hashes) VALUES ($1, $2, $3) \
                       ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes";
            self.tx.execute(sql, params![tile.level, tile.index as i64, tile.to_bytes()]).await?;
        }
        failpoint::pass("append.before-head");
        let sql = "UPDATE head SET size = $1, root = $2, recorded = $3";
        let size = grown.size as i64;
        self.tx.execute(sql, params![size, grown.root.as_bytes(), self.now.unix_ms()]).await?;
        self.head.size = grown.size;
        self.head.root = grown.root;
        self.head.recorded = self.now;
        Ok(())
    }

    /// Says which party runs this server; once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_host(&mut self, host: PartyId) -> Result<(), StoreError> {
        self.tx.execute("UPDATE head SET host = $1", params![host.as_bytes()]).await?;
        self.head.host = Some(host);
        Ok(())
    }

    /// Keeps all of it. When this returns, it is acknowledged.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn commit(mut self) -> Result<Head, StoreError> {
        self.tx.notify(Topic::Ledger).await?;
        failpoint::pass("append.before-commit");
        self.tx.commit().await?;
        failpoint::pass("append.after-commit");
        Ok(self.head)
    }
}

const COLUMNS: [&str; 12] = [
    "seq", "id", "record", "kind", "act", "version", "recorded", "happened", "salt", "coding", "bytes",
    "base",
];

/// Entries of one append on their way into rows: each kind and act is kept like the first of it.
#[derive(Default)]
struct Keeping {
    packer: Option<Packer>,
    bases: HashMap<(i64, i64), (u64, Vec<u8>)>,
}

impl Keeping {
    fn row(&mut self, seq: u64, entry: &Entry, salt: Salt, bytes: Vec<u8>) -> [Value<'static>; 12] {
        let packer = self.packer.get_or_insert_with(Packer::new);
        let alike = (entry.draft.body.kind().number(), entry.draft.act.number());
        let base = self.bases.get(&alike).filter(|(base, _)| seq < base + ALIKE_MAX);
        let (coding, kept, base) = match base {
            Some((base, of)) => {
                let like = Like { base: of, id: entry.id, record: entry.draft.record };
                let (coding, kept) = packer.pack_like(bytes, &like);
                (coding, kept, (coding == coding::DEFLATED_LIKE).then_some(*base as i64))
            }
            None => {
                self.bases.insert(alike, (seq, bytes.clone()));
                let (coding, kept) = packer.pack(bytes);
                (coding, kept, None)
            }
        };
        row_of(seq, entry, salt, (coding, kept, base))
    }
}

fn row_of(
    seq: u64,
    entry: &Entry,
    salt: Salt,
    (coding, kept, base): (i64, Vec<u8>, Option<i64>),
) -> [Value<'static>; 12] {
    let draft = &entry.draft;
    [
        Value::from(seq as i64),
        entry.id.as_bytes().to_vec().into(),
        draft.record.as_bytes().to_vec().into(),
        draft.body.kind().number().into(),
        draft.act.number().into(),
        draft.version.into(),
        entry.recorded.unix_ms().into(),
        draft.happened.latest().unix_ms().into(),
        salt.as_bytes().to_vec().into(),
        coding.into(),
        kept.into(),
        base.into(),
    ]
}

/// The tiles with these names, as wide as they are kept.
pub(crate) async fn fetch_tiles(
    session: &mut crate::db::Session,
    ids: &[TileId],
) -> Result<TileSet, StoreError> {
    let mut tiles = TileSet::new();
    for id in ids {
        let sql = "SELECT hashes FROM tile WHERE level = $1 AND number = $2";
        let row = session.fetch_optional(sql, params![id.level, id.index as i64]).await?;
        // One that is missing is told by whoever needs it.
        let Some(row) = row else { continue };
        let tile = Tile::from_bytes(id.level, id.index, row.get::<&[u8]>(0)?);
        tiles.insert(tile.ok_or_else(|| StoreError::damaged(format!("the tile {}", id.path())))?);
    }
    Ok(tiles)
}
