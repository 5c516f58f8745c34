//! Receipts: an entry with the proof that it is in the log, to be verified without this server.
//!
//! A receipt carries the entry's bytes and salt, so who may have one is asked first ([`super::visible`]). Refuses to
//! show an entry beyond the published head. Start at [`of_entry`].

use super::heads;
use super::read::{Kept, KeptBody};
use super::serve;
use crate::db::Session;
use crate::error::StoreError;
use hearth_ledger::note::{KeyHistory, Receipt, ReceiptError};

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
