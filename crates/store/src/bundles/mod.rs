//! Bundles: one party's part of the log, handed to another server as one signed file, and taken in there.
//!
//! The format is `hearth_ledger::bundle`. Sequences go as blobs of plain letters under their own digests, so that a
//! reader needs to know nothing of how they are kept here. A bundle always holds all that its reader may see today, what
//! an embargo or a group's membership opened since included; what was taken in before is passed over. Refuses to decide
//! who may have one. Start at [`export()`] and [`import()`].

mod export;
mod import;
pub(crate) mod proof;

pub use export::{ExportError, Exported, Letters, Wanted, export};
pub use import::{ImportError, Imported, import, since};
pub use proof::ForeignProof;

use hearth_base::digest::Digest;
use hearth_ledger::body::Body;
use hearth_ledger::entry::Entry;

/// What travels with an entry: its blobs, and its sequences as letters; digest and bytes of each.
pub(crate) fn things_of(entry: &Entry) -> Vec<(Digest, u64)> {
    let blobs = entry.draft.blobs.iter().map(|blob| (blob.digest, blob.bytes));
    let sequences = match &entry.draft.body {
        Body::Genome(genome) => genome.sequences.as_slice(),
        _ => &[],
    };
    blobs.chain(sequences.iter().map(|sequence| (sequence.digest, u64::from(sequence.length_nt)))).collect()
}
