//! Erasure: by a rule of retention or a law, bodies and salts are destroyed, and the tree stays whole.
//!
//! The commitment takes the place of the bytes, so that every proof given out before still holds; what lists knew of the
//! body goes with it. An entry says what was erased and by which rule. What lay outside the database goes after the
//! commit ([`clear`]): blobs that nobody else names, and sequences within packs, which are overwritten by zeroes. Who
//! may see a record stays known, and that it was there. Start at [`erase`].

use super::append::{self, Appended, Writing};
use super::coding;
use super::read::{self, Kept, KeptBody};
use super::upkeep::{self, Keeper};
use crate::Store;
use crate::blob::{BlobError, BlobStore};
use crate::db::Write;
use crate::error::StoreError;
use crate::params;
use crate::sequences;
use crate::state::tally::{self, Change};
use hearth_base::audience::Audience;
use hearth_base::digest::Digest;
use hearth_base::id::EntryId;
use hearth_ledger::body::Body;
use hearth_ledger::body::upkeep::Erasure;
use hearth_ledger::entry::{Entry, Kind};
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Entries that one erasure may name: they stand in one entry.
pub const ENTRIES_MAX: usize = 5_000;
/// The longest name of a rule, in bytes.
const RULE_MAX_BYTES: usize = 4_000;
/// Entries looked through at once for blobs that they name.
const PAGE: u64 = 2_000;

/// Why nothing was erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No such entry.
    #[error("there is no entry {0} in this log: nothing was erased")]
    NotFound(EntryId),
    /// It was erased before.
    #[error("entry {0} was erased before: leave it out; nothing was erased")]
    Already(EntryId),
    /// The log needs it.
    #[error("entry {id} is a {kind}: the log itself cannot be proven without it; nothing was erased")]
    Needed {
        /// Which.
        id: EntryId,
        /// Of which kind.
        kind: Kind,
    },
    /// None were named, or too many, or no rule.
    #[error(
        "name 1 to {ENTRIES_MAX} entries, and the rule or law that asks for it in at most {RULE_MAX_BYTES} bytes"
    )]
    Order,
}

/// What was erased, and what is left to clear outside the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// The entry that says it.
    pub entry: Appended,
    /// Blobs that nothing names any more.
    pub blobs: Vec<Digest>,
    /// Where in packs sequences lie that nothing names any more.
    pub in_packs: BTreeMap<Digest, Vec<Range<u64>>>,
}

/// Destroys the bodies and salts of entries. They are gone when the transaction is committed; then call [`clear`].
///
/// # Errors
/// When one of them is not there, was erased before, or is needed; nothing of the transaction may be kept then.
pub async fn erase(
    writing: &mut Writing,
    keeper: Keeper,
    entries: &[EntryId],
    rule: &str,
) -> Result<Erased, EraseError> {
    let rule = rule.trim();
    let fits = (1..=ENTRIES_MAX).contains(&entries.len()) && (1..=RULE_MAX_BYTES).contains(&rule.len());
    if !fits {
        return Err(EraseError::Order);
    }
    let mut blobs = BTreeSet::new();
    let mut sequences = BTreeSet::new();
    for id in entries {
        let kept = read::entry_with(writing.tx(), *id).await?.ok_or(EraseError::NotFound(*id))?;
        let entry = kept.entry()?.ok_or(EraseError::Already(*id))?;
        let kind = entry.draft.body.kind();
        if matches!(kind, Kind::KeyRotation | Kind::Erasure | Kind::Import) {
            return Err(EraseError::Needed { id: *id, kind });
        }
        blobs.extend(entry.draft.blobs.iter().map(|blob| blob.digest));
        if let Body::Genome(genome) = &entry.draft.body {
            sequences.extend(genome.sequences.iter().map(|sequence| sequence.digest));
        }
        destroy(writing.tx(), &kept).await?;
        forget(writing.tx(), kept.seq, &entry).await?;
    }
    let blobs = unnamed(writing, blobs).await?;
    let in_packs = places_of(writing.tx(), sequences).await?;
    let body = Erasure { entries: entries.to_vec(), rule: rule.to_owned() };
    let draft = upkeep::draft(keeper, Audience::Owner, body.into(), Vec::new(), writing.now())?;
    let appended = writing.append(vec![draft]).await?;
    let entry = appended.first().copied().ok_or_else(|| StoreError::damaged("nothing was appended"))?;
    Ok(Erased { entry, blobs, in_packs })
}

async fn destroy(tx: &mut Write, kept: &Kept) -> Result<(), StoreError> {
    stand_alone(tx, kept.seq).await?;
    let sql = "UPDATE entry SET salt = NULL, coding = $1, bytes = $2, base = NULL WHERE seq = $3";
    let commitment = kept.commitment();
    tx.execute(sql, params![coding::ERASED, commitment.as_bytes(), kept.seq as i64]).await?;
    Ok(())
}

/// Keeps by themselves the entries that are kept like one that goes.
async fn stand_alone(tx: &mut Write, base: u64) -> Result<(), StoreError> {
    let sql = format!("SELECT {} FROM entry e WHERE e.base = $1 AND e.seq > $1 AND e.seq < $2", read::KEPT);
    let end = base + append::ALIKE_MAX;
    for row in tx.fetch_all(AssertSqlSafe(sql), params![base as i64, end as i64]).await? {
        let kept = read::kept(&row)?;
        let KeptBody::Whole { bytes, .. } = kept.body else { continue };
        let (coding, bytes) = coding::pack(bytes);
        let sql = "UPDATE entry SET coding = $1, bytes = $2, base = NULL WHERE seq = $3";
        tx.execute(sql, params![coding, bytes, kept.seq as i64]).await?;
    }
    Ok(())
}

/// Takes out of the state what the body said.
async fn forget(tx: &mut Write, seq: u64, entry: &Entry) -> Result<(), StoreError> {
    let seq = seq as i64;
    tally::change(tx, &[entry.draft.record], Change::Leave).await?;
    for sql in [
        "DELETE FROM genome WHERE content = $1",
        "DELETE FROM share WHERE content = $1",
        "DELETE FROM confirmation WHERE content = $1",
    ] {
        tx.execute(sql, params![seq]).await?;
    }
    let draft = &entry.draft;
    let (record, version) = (draft.record.as_bytes(), draft.version);
    if let (Body::Acceptance(acceptance), Some(person)) = (&draft.body, draft.person) {
        let sql = "DELETE FROM acceptance WHERE person = $1 AND terms = $2 AND terms_version = $3";
        let terms = acceptance.terms;
        tx.execute(sql, params![person.as_bytes(), terms.record.as_bytes(), terms.version]).await?;
    }
    let says =
        "SELECT 1 FROM state s JOIN entry e ON e.seq = s.content WHERE s.record = $1 AND e.coding <> $2";
    if tx.fetch_optional(says, params![record, coding::ERASED]).await?.is_none() {
        tx.execute("DELETE FROM part WHERE record = $1", params![record]).await?;
        tx.execute("DELETE FROM membership WHERE party_group = $1", params![record]).await?;
        tx.execute("DELETE FROM finding WHERE record = $1", params![record]).await?;
    }
    let says = "SELECT 1 FROM state s JOIN entry e ON e.seq = s.content \
                WHERE s.record = $1 AND s.version = $2 AND e.coding <> $3";
    if tx.fetch_optional(says, params![record, version, coding::ERASED]).await?.is_none() {
        let sql = "DELETE FROM finding WHERE record = $1 AND version = $2";
        tx.execute(sql, params![record, version]).await?;
        if let Body::Genome(genome) = &draft.body {
            for sequence in &genome.sequences {
                let sql = "DELETE FROM genome_sequence WHERE digest = $1 AND record = $2 AND version = $3";
                tx.execute(sql, params![sequence.digest.as_bytes(), record, version]).await?;
            }
        }
    }
    tally::change(tx, &[draft.record], Change::Enter).await
}

/// Those blobs that no entry names any more.
async fn unnamed(writing: &mut Writing, mut blobs: BTreeSet<Digest>) -> Result<Vec<Digest>, StoreError> {
    let size = writing.head().size;
    let mut from = 0;
    while from < size && !blobs.is_empty() {
        let sql = format!("SELECT {} FROM entry e WHERE e.seq >= $1 AND e.seq < $2", read::KEPT);
        for row in
            writing.tx().fetch_all(AssertSqlSafe(sql), params![from as i64, (from + PAGE) as i64]).await?
        {
            if let Some(entry) = read::kept(&row)?.entry()? {
                entry.draft.blobs.iter().for_each(|blob| {
                    blobs.remove(&blob.digest);
                });
            }
        }
        from += PAGE;
    }
    Ok(blobs.into_iter().collect())
}

/// Where sequences lie that no entry names any more; their places are forgotten.
async fn places_of(
    tx: &mut Write,
    sequences: BTreeSet<Digest>,
) -> Result<BTreeMap<Digest, Vec<Range<u64>>>, StoreError> {
    let mut places: BTreeMap<Digest, Vec<Range<u64>>> = BTreeMap::new();
    for digest in sequences {
        let named = "SELECT 1 FROM genome_sequence WHERE digest = $1 LIMIT 1";
        if tx.fetch_optional(named, params![digest.as_bytes()]).await?.is_some() {
            continue;
        }
        if let Some(place) = sequences::place_of(tx, digest).await? {
            let start = u64::from(place.start);
            places.entry(place.pack).or_default().push(start..start + u64::from(place.bytes));
            tx.execute("DELETE FROM sequence WHERE digest = $1", params![digest.as_bytes()]).await?;
        }
    }
    Ok(places)
}

/// Why something that was erased is not cleared yet. The same call may be made again.
#[derive(Debug, thiserror::Error)]
pub enum ClearError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The blobs.
    #[error(transparent)]
    Blob(#[from] BlobError),
}

/// Clears what an erasure left outside the database, after its commit.
///
/// # Errors
/// When database or blobs fail.
pub async fn clear(store: &Store, blobs: &BlobStore, erased: &Erased) -> Result<(), ClearError> {
    for digest in &erased.blobs {
        blobs.delete(digest).await?;
    }
    for (pack, places) in &erased.in_packs {
        let Some(_) = blobs.size(pack).await? else { continue };
        let mut bytes = blobs.get(pack).await?.to_vec();
        for place in places {
            let place = place.start as usize..place.end as usize;
            if let Some(letters) = bytes.get_mut(place) {
                letters.fill(0);
            }
        }
        let without = blobs.put(bytes).await?;
        let mut tx = store.database().begin_write().await.map_err(StoreError::from)?;
        let is_named = sequences::rename_pack(&mut tx, *pack, without).await?;
        tx.commit().await.map_err(StoreError::from)?;
        if without != *pack {
            blobs.delete(pack).await?;
        }
        if !is_named {
            blobs.delete(&without).await?;
        }
    }
    Ok(())
}
