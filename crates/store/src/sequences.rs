//! Where sequences lie: in which pack of the blob store, from which byte on.
//!
//! A sequence is named by the digest of its letters and kept once, whoever brought it. Whether somebody may see it is
//! asked of the records that name it. Refuses to know letters (`hearth_genome::kept`). Start at [`place_of`].

use crate::db::{Session, Value, Write};
use crate::error::StoreError;
use crate::params;
use hearth_base::digest::Digest;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Where a sequence lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequencePlace {
    /// Its own digest.
    pub digest: Digest,
    /// The blob it lies in.
    pub pack: Digest,
    /// The first byte in the blob.
    pub start: u32,
    /// How many bytes.
    pub bytes: u32,
    /// How many letters.
    pub length_nt: u32,
}

/// Writes down where sequences lie; those that are known stay where they are.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut Write, places: &[SequencePlace]) -> Result<(), StoreError> {
    let mut packs: HashMap<Digest, i64> = HashMap::new();
    for place in places {
        if let Entry::Vacant(new) = packs.entry(place.pack) {
            new.insert(number_of(tx, place.pack).await?);
        }
    }
    let row = |place: &SequencePlace| {
        [
            Value::from(place.digest.as_bytes().to_vec()),
            packs.get(&place.pack).copied().into(),
            place.start.into(),
            place.bytes.into(),
            place.length_nt.into(),
        ]
    };
    let rows: Vec<[Value; 5]> = places.iter().map(row).collect();
    tx.insert_missing("sequence", ["digest", "pack", "start", "bytes", "length_nt"], rows).await?;
    Ok(())
}

/// The number of a pack, made if it is new.
async fn number_of(tx: &mut Write, pack: Digest) -> Result<i64, StoreError> {
    let new = "INSERT INTO sequence_pack (number, digest) SELECT COALESCE(MAX(number), 0) + 1, $1 FROM sequence_pack \
               WHERE true ON CONFLICT (digest) DO NOTHING";
    tx.execute(new, params![pack.as_bytes()]).await?;
    let sql = "SELECT number FROM sequence_pack WHERE digest = $1";
    let row = tx.fetch_optional(sql, params![pack.as_bytes()]).await?;
    row.ok_or_else(|| StoreError::damaged(format!("the number of the pack {pack}")))?
        .get(0)
        .map_err(Into::into)
}

/// Says that a pack lies under another digest now. Whether a sequence still lies in it; if none does, it is forgotten.
///
/// # Errors
/// When the database fails.
pub async fn rename_pack(tx: &mut Write, from: Digest, to: Digest) -> Result<bool, StoreError> {
    let number = number_of(tx, from).await?;
    let sql = "SELECT 1 FROM sequence WHERE pack = $1 LIMIT 1";
    let is_named = tx.fetch_optional(sql, params![number]).await?.is_some();
    let sql = match is_named {
        true => "UPDATE sequence_pack SET digest = $2 WHERE number = $1",
        false => "DELETE FROM sequence_pack WHERE number = $1 AND digest <> $2",
    };
    tx.execute(sql, params![number, to.as_bytes()]).await?;
    Ok(is_named)
}

/// Where a sequence lies, if it is kept.
///
/// # Errors
/// When the database fails.
pub async fn place_of(session: &mut Session, digest: Digest) -> Result<Option<SequencePlace>, StoreError> {
    let sql = "SELECT p.digest, s.start, s.bytes, s.length_nt FROM sequence s \
               JOIN sequence_pack p ON p.number = s.pack WHERE s.digest = $1";
    let Some(row) = session.fetch_optional(sql, params![digest.as_bytes()]).await? else { return Ok(None) };
    let number = |index| {
        let number = u32::try_from(row.get::<i64>(index)?);
        number.map_err(|_| StoreError::damaged(format!("the place of the sequence {digest}")))
    };
    Ok(Some(SequencePlace {
        digest,
        pack: Digest::from_bytes(row.get::<[u8; 32]>(0)?),
        start: number(1)?,
        bytes: number(2)?,
        length_nt: number(3)?,
    }))
}
