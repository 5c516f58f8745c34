//! Where sequences lie: in which pack of the blob store, from which byte on.
//!
//! A sequence is named by the digest of its letters and kept once, whoever brought it. Whether somebody may see it is
//! asked of the records that name it. Refuses to know letters (`hearth_genome::kept`). Start at [`place_of`].

use crate::db::{Session, Value, Write};
use crate::error::StoreError;
use crate::params;
use hearth_base::digest::Digest;

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
    let row = |place: &SequencePlace| {
        [
            Value::from(place.digest.as_bytes().to_vec()),
            place.pack.as_bytes().to_vec().into(),
            place.start.into(),
            place.bytes.into(),
            place.length_nt.into(),
        ]
    };
    let rows: Vec<[Value; 5]> = places.iter().map(row).collect();
    tx.insert_missing("sequence", ["digest", "pack", "start", "bytes", "length_nt"], rows).await?;
    Ok(())
}

/// Where a sequence lies, if it is kept.
///
/// # Errors
/// When the database fails.
pub async fn place_of(session: &mut Session, digest: Digest) -> Result<Option<SequencePlace>, StoreError> {
    let sql = "SELECT pack, start, bytes, length_nt FROM sequence WHERE digest = $1";
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
