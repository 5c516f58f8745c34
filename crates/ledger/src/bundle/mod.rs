//! The signed bundle: one party's part of the log in one file, verified with nothing but a trusted key.
//!
//! A plain ustar archive with fixed members in a fixed order and no freedom in their spelling, so that equal
//! content gives equal bytes and a tool of any decade unpacks it; `README.txt`, its first member, describes the
//! format to whoever finds one. Entries are opaque bytes here, and whether their blobs are all there is the
//! importer's question. Refuses to know files and network: bytes are pushed and pulled. Start at [`Draft`] to
//! write and at [`Reader`] to read.

mod digest;
mod error;
mod inbox;
mod manifest;
mod opening;
mod reader;
mod record;
mod tar;
#[cfg(test)]
mod tests;
mod writer;

pub use digest::Digest;
pub use error::BundleError;
pub use manifest::{Manifest, Since};
pub use reader::{Event, Reader, Verified};
pub use record::Record;
pub use writer::{Draft, WriteError, Writer};

use manifest::Part;

/// The most that a reader takes from a bundle. Manifest, keys, checkpoint and single entries have limits of
/// their own, which no bundle needs to exceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Entries; each takes 40 bytes of memory.
    pub entries: u64,
    /// Length of all entries together, in bytes.
    pub entries_bytes: u64,
    /// Length of the pruned tree, in bytes; it is held in memory twice.
    pub tree_bytes: u64,
    /// Blobs; each takes 120 bytes of memory while the list is read.
    pub blobs: u64,
    /// Length of one blob, in bytes.
    pub blob_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 5_000_000,
            entries_bytes: tar::MAX_MEMBER_BYTES,
            tree_bytes: 256 << 20,
            blobs: 2_000_000,
            blob_bytes: 1 << 30,
        }
    }
}

impl Limits {
    /// The longest a part before the entries may be, in bytes.
    fn of_part(&self, part: Part) -> u64 {
        const BLOB_LINE_BYTES: u64 = 64 + 1 + 20 + 1;
        const CONSISTENCY_BYTES: u64 = 64 * 45;
        match part {
            Part::Tree => self.tree_bytes,
            Part::BlobList => self.blobs.saturating_mul(BLOB_LINE_BYTES),
            _ => CONSISTENCY_BYTES,
        }
    }

    fn check_length(&self, name: &str, bytes: u64, limit: u64) -> Result<(), BundleError> {
        if bytes <= limit {
            return Ok(());
        }
        Err(BundleError::TooLong { name: name.to_owned(), bytes, limit })
    }

    fn check_count(&self, what: &'static str, has: u64, limit: u64) -> Result<(), BundleError> {
        if has <= limit { Ok(()) } else { Err(BundleError::TooMany { what, has, limit }) }
    }
}
