//! Receipts: an entry with the proof that it is in the log, to be verified without this server.
//!
//! A receipt carries the entry's bytes and salt, so who may have one is asked first ([`may_see_entry`]). Refuses to
//! show an entry beyond the published head. Start at [`of_entry`].

use super::heads;
use super::read::{Kept, KeptBody};
use super::serve;
use crate::db::Session;
use crate::error::StoreError;
use crate::state::scope::Scope;
use hearth_ledger::entry::{Act, Entry};
use hearth_ledger::note::{KeyHistory, Receipt, ReceiptError};
use sqlx::AssertSqlSafe;

/// Why there is no receipt.
#[derive(Debug, thiserror::Error)]
pub enum NoReceipt {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The entry's body is gone.
    #[error(
        "entry {0} was erased by a rule of retention: receipts given out before still hold, new ones cannot be made"
    )]
    Erased(u64),
    /// No head covers it yet.
    #[error("no head of the log covers entry {0} yet: ask again in a few seconds")]
    NotPublished(u64),
    /// It is too long for one.
    #[error(transparent)]
    Form(#[from] ReceiptError),
}

/// An entry's receipt, and the keys that travel with it.
///
/// # Errors
/// When the entry was erased, or no published head covers it yet.
pub async fn of_entry(session: &mut Session, kept: &Kept) -> Result<(Receipt, KeyHistory), NoReceipt> {
    let KeptBody::Whole { salt, bytes } = &kept.body else { return Err(NoReceipt::Erased(kept.seq)) };
    let head = heads::latest(session).await?.filter(|published| published.head.size > kept.seq);
    let head = head.ok_or(NoReceipt::NotPublished(kept.seq))?;
    let proof = serve::inclusion_proof(session, kept.seq, head.head.size).await?;
    let proof = proof.ok_or(NoReceipt::NotPublished(kept.seq))?;
    let keys = heads::history(session).await?;
    let keys = keys.ok_or_else(|| StoreError::damaged("the log's first key is missing"))?;
    Ok((Receipt::new(salt, bytes, kept.seq, proof, head.note)?, keys))
}

/// Whether a reader may have an entry itself: its own party always; others what today's rights on the released version
/// let them see. What is only kept, and what was approved, is its owner's.
///
/// # Errors
/// When the database fails.
pub async fn may_see_entry(session: &mut Session, scope: &Scope, kept: &Kept) -> Result<bool, StoreError> {
    let Some(entry) = kept.entry()? else { return Ok(false) };
    let draft = &entry.draft;
    if scope.reader().party == Some(draft.party) {
        return Ok(true);
    }
    if !is_for_others(&entry) {
        return Ok(false);
    }
    // Of a withdrawal, the rights are those of what it withdrew.
    let version = if draft.act == Act::Withdraw { "" } else { " AND m.version = $3" };
    let sql = format!(
        "SELECT 1 FROM state r WHERE r.record = $2 AND r.face = 1 AND r.from_seq = (SELECT MAX(m.from_seq) FROM state m \
         WHERE m.record = $2 AND m.face = 1{version}) AND {}",
        scope.sees("r", 1)
    );
    let mut values = vec![scope.owner(), draft.record.as_bytes().into()];
    if draft.act != Act::Withdraw {
        values.push(draft.version.into());
    }
    Ok(session.fetch_optional(AssertSqlSafe(sql), values).await?.is_some())
}

/// Whether an entry is about the face that others see.
fn is_for_others(entry: &Entry) -> bool {
    match entry.draft.act {
        Act::Release | Act::Withdraw => true,
        Act::Keep => !entry.draft.body.kind().has_two_faces(),
        Act::Approve => false,
    }
}
