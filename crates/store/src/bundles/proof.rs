//! What proves entries that came from another log: its signed head, its keys, and the pruned tree.
//!
//! Kept with every import, so that what came can be proven again, and receipts of it handed on. Refuses to know what the
//! entries say. Start at [`ForeignProof::check`].

use crate::db::{Session, Value, Write};
use crate::error::StoreError;
use crate::log::read::id_from;
use crate::params;
use hearth_base::id::{EntryId, PartyId};
use hearth_ledger::bundle::Verified;
use hearth_ledger::note::{Checkpoint, KeyHistory, Note, VerifierKey};
use hearth_ledger::tree::{HASH_BYTES, Hash, PrunedTree};

/// A place and a hash.
const LEAF_BYTES: usize = 8 + HASH_BYTES;

/// What proves the entries of one import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignProof {
    /// The name of that log.
    pub origin: String,
    /// Whose part of it came.
    pub party: PartyId,
    /// Its head, as signed.
    pub checkpoint: Note,
    /// The text of its keys.
    pub history: String,
    /// The entries' places and leaves, and the hashes of all else.
    pub tree: PrunedTree,
    /// The head's root.
    pub root: Hash,
}

impl ForeignProof {
    /// Out of a bundle that was verified.
    pub(crate) fn of(verified: &Verified, party: PartyId) -> Self {
        Self {
            origin: verified.head.origin.clone(),
            party,
            checkpoint: verified.checkpoint.clone(),
            history: verified.keys.to_string(),
            tree: verified.tree.clone(),
            root: verified.head.root,
        }
    }

    /// Entries in that log.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.tree.size
    }

    /// The leaf at a place, if it came.
    #[must_use]
    pub fn leaf(&self, index: u64) -> Option<Hash> {
        let at = self.tree.leaves.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        self.tree.leaves.get(at).map(|(_, leaf)| *leaf)
    }

    /// The keys, whose first was trusted when the bundle came.
    ///
    /// # Errors
    /// When the text is damaged.
    pub fn keys(&self) -> Result<KeyHistory, StoreError> {
        let damaged = |what: String| StoreError::damaged(format!("the keys of {} ({what})", self.origin));
        let first = self.history.lines().nth(1).unwrap_or_default();
        let first = VerifierKey::parse(first).map_err(|error| damaged(error.to_string()))?;
        KeyHistory::parse(&self.history, &first).map_err(|error| damaged(error.to_string()))
    }

    /// Proves it: signature, head, tree. What is wrong, if something is.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn check(&self) -> Result<Checkpoint, String> {
        let keys = self.keys().map_err(|error| error.to_string())?;
        let head = keys.verify(&self.checkpoint).map_err(|error| error.to_string())?;
        let root = self.tree.root().map_err(|error| error.to_string())?;
        if head.origin != self.origin || head.size != self.tree.size || head.root != root || root != self.root
        {
            return Err("its tree does not lead to the signed root of that log".to_owned());
        }
        Ok(head)
    }

    /// Writes it down for an import.
    pub(crate) async fn write(&self, tx: &mut Write, import: EntryId) -> Result<(), StoreError> {
        let mut leaves = Vec::with_capacity(self.tree.leaves.len() * LEAF_BYTES);
        for (index, leaf) in &self.tree.leaves {
            leaves.extend(index.to_be_bytes());
            leaves.extend(leaf.as_bytes());
        }
        let sql = "INSERT INTO foreign_proof (import, origin, party, size, root, checkpoint, history, leaves, hashes) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let values: [Value<'_>; 9] = [
            import.as_bytes().into(),
            (&self.origin).into(),
            self.party.as_bytes().into(),
            (self.tree.size as i64).into(),
            self.root.as_bytes().into(),
            self.checkpoint.to_string().into(),
            (&self.history).into(),
            leaves.into(),
            Hash::list_to_bytes(&self.tree.hashes).into(),
        ];
        tx.execute(sql, values).await?;
        Ok(())
    }
}

/// What proves an import.
pub(crate) async fn of_import(
    session: &mut Session,
    import: &[u8],
) -> Result<Option<ForeignProof>, StoreError> {
    let sql = "SELECT origin, party, size, root, checkpoint, history, leaves, hashes FROM foreign_proof \
               WHERE import = $1";
    read(session, sql, params![import]).await
}

/// What proves the latest head of a log that anything came from.
pub(crate) async fn latest(session: &mut Session, origin: &str) -> Result<Option<ForeignProof>, StoreError> {
    let sql = "SELECT origin, party, size, root, checkpoint, history, leaves, hashes FROM foreign_proof \
               WHERE origin = $1 ORDER BY size DESC LIMIT 1";
    read(session, sql, params![origin]).await
}

async fn read<'a>(
    session: &mut Session,
    sql: &'static str,
    values: impl IntoIterator<Item = Value<'a>>,
) -> Result<Option<ForeignProof>, StoreError> {
    let Some(row) = session.fetch_optional(sql, values).await? else { return Ok(None) };
    let origin: String = row.get(0)?;
    let damaged = |what: &str| StoreError::damaged(format!("what proves entries of {origin} ({what})"));
    let (leaves, rest) = row.get::<&[u8]>(6)?.as_chunks::<LEAF_BYTES>();
    if !rest.is_empty() {
        return Err(damaged("its leaves are cut"));
    }
    let leaf = |bytes: &[u8; LEAF_BYTES]| {
        let (index, hash) = bytes.split_first_chunk::<8>()?;
        Some((u64::from_be_bytes(*index), Hash::new(hash.try_into().ok()?)))
    };
    let leaves = leaves.iter().map(leaf).collect::<Option<Vec<_>>>().ok_or_else(|| damaged("its leaves"))?;
    let hashes = Hash::list_from_bytes(row.get(7)?).ok_or_else(|| damaged("its hashes are cut"))?;
    Ok(Some(ForeignProof {
        party: PartyId::from_bytes(id_from(row.get(1)?)?),
        checkpoint: Note::parse(row.get::<&str>(4)?.as_bytes())
            .map_err(|error| damaged(&error.to_string()))?,
        history: row.get(5)?,
        tree: PrunedTree { size: row.get(2)?, leaves, hashes },
        root: Hash::new(row.get(3)?),
        origin,
    }))
}
