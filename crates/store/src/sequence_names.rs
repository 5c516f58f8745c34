//! The names of sequences that follow from their letters, as refget has them: which have none yet, and which has a name.
//!
//! Whoever writes a sequence down does not name it: names follow soon after, and those of sequences that were there
//! before in the same way. Refuses to compute names, and to say who may see what it finds but by [`released`]. Start at
//! [`named`].

use crate::db::{Session, Value, Write};
use crate::error::StoreError;
use crate::params;
use crate::state::project::{RELEASED, WITHDRAWN};
use crate::state::records::{COLUMNS, FROM, Seen, seen};
use crate::state::scope::Scope;
use hearth_base::digest::Digest;
use sqlx::AssertSqlSafe;

/// Genomes with one sequence that are looked at.
const ALIKE_MAX: u32 = 200;

/// A sequence and its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// By which it is kept.
    pub digest: Digest,
    /// The first 24 bytes of its SHA-512.
    pub sha512t24: [u8; 24],
    /// Its MD5.
    pub md5: [u8; 16],
}

/// A name that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The first 24 bytes of a SHA-512.
    Sha512([u8; 24]),
    /// An MD5.
    Md5([u8; 16]),
}

/// Sequences behind another one that have no names yet, in order.
///
/// # Errors
/// When the database fails.
pub async fn unnamed(
    session: &mut Session,
    behind: Option<Digest>,
    limit: u32,
) -> Result<Vec<Digest>, StoreError> {
    let sql = "SELECT digest FROM sequence WHERE sha512t24 IS NULL AND digest > $1 ORDER BY digest LIMIT $2";
    let behind: Value = behind.map_or_else(Vec::new, |digest| digest.as_bytes().to_vec()).into();
    let rows = session.fetch_all(sql, [behind, limit.into()]).await?;
    rows.iter().map(|row| Ok(Digest::from_bytes(row.get::<[u8; 32]>(0)?))).collect()
}

/// Writes names down. Names of what was erased meanwhile are not kept.
///
/// # Errors
/// When the database fails.
pub async fn name(tx: &mut Write, all: &[Named]) -> Result<(), StoreError> {
    let sql = "UPDATE sequence SET sha512t24 = $2, md5 = $3 WHERE digest = $1";
    for one in all {
        let values = params![one.digest.as_bytes(), one.sha512t24.to_vec(), one.md5.to_vec()];
        tx.execute(sql, values).await?;
    }
    Ok(())
}

/// The sequence with a name, if one is kept. It says nothing of who may know.
///
/// # Errors
/// When the database fails.
pub async fn named(session: &mut Session, wanted: Wanted) -> Result<Option<Named>, StoreError> {
    let (column, value) = match wanted {
        Wanted::Sha512(bytes) => ("sha512t24", bytes.to_vec()),
        Wanted::Md5(bytes) => ("md5", bytes.to_vec()),
    };
    let sql = format!("SELECT digest, sha512t24, md5 FROM sequence WHERE {column} = $1 LIMIT 1");
    let Some(row) = session.fetch_optional(AssertSqlSafe(sql), [Value::from(value)]).await? else {
        return Ok(None);
    };
    let digest = Digest::from_bytes(row.get::<[u8; 32]>(0)?);
    Ok(Some(Named { digest, sha512t24: row.get::<[u8; 24]>(1)?, md5: row.get::<[u8; 16]>(2)? }))
}

/// Released genomes with a sequence that a reader may see, as they stand now.
///
/// # Errors
/// When the database fails.
pub async fn released(session: &mut Session, scope: &Scope, digest: Digest) -> Result<Vec<Seen>, StoreError> {
    let sql = format!(
        "SELECT {}, {COLUMNS} {FROM} JOIN genome_sequence q ON q.record = s.record AND q.version = s.version \
         WHERE q.digest = $2 AND s.kind = 5 AND s.face = {RELEASED} AND s.status <> {WITHDRAWN} AND s.to_seq IS NULL \
         AND {} ORDER BY s.from_seq LIMIT {ALIKE_MAX}",
        crate::log::read::KEPT,
        scope.sees("s", 1)
    );
    let values: Vec<Value> = vec![scope.owner(), digest.as_bytes().to_vec().into()];
    session.fetch_all(AssertSqlSafe(sql), values).await?.iter().map(seen).collect()
}
