//! Bytes of an archive as they arrive, and what can be taken from them whole.
//!
//! Each taking answers `None` while too few bytes are there, and leaves them. Refuses to know what members say.
//! Start at [`Inbox::member`].

use super::error::BundleError;
use super::tar::{BLOCK_BYTES, padding, read_header};

/// Bytes that arrived and were not yet taken.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    bytes: Vec<u8>,
    taken: usize,
}

/// What is known of a member's length before it comes.
#[derive(Clone, Copy)]
pub(super) enum Length {
    /// The most it may be, in bytes.
    UpTo(u64),
    /// What the manifest says, in bytes, already held against the limits.
    Listed(u64),
}

impl Inbox {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        // What was taken is let go when it is the larger half: every byte moves at most once more.
        if self.taken * 2 >= self.bytes.len() {
            self.bytes.drain(..self.taken);
            self.taken = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn held(&self) -> &[u8] {
        self.bytes.get(self.taken..).unwrap_or_default()
    }

    /// Takes exactly so many bytes.
    pub(super) fn take(&mut self, bytes: usize) -> Option<&[u8]> {
        let from = self.taken;
        let to = from.checked_add(bytes).filter(|to| *to <= self.bytes.len())?;
        self.taken = to;
        self.bytes.get(from..to)
    }

    /// Takes a header, which must be that of the named member; the length of its content.
    pub(super) fn header(&mut self, wanted: &str) -> Result<Option<u64>, BundleError> {
        let bytes = self.look_at_header(wanted)?;
        if bytes.is_some() {
            self.taken += BLOCK_BYTES;
        }
        Ok(bytes)
    }

    /// Takes a whole member.
    pub(super) fn member(&mut self, wanted: &str, length: Length) -> Result<Option<Vec<u8>>, BundleError> {
        let Some(bytes) = self.look_at_header(wanted)? else { return Ok(None) };
        let name = wanted.to_owned();
        match length {
            Length::UpTo(limit) if bytes > limit => return Err(BundleError::TooLong { name, bytes, limit }),
            Length::Listed(listed) if bytes != listed => return Err(BundleError::NotAsListed(name)),
            _ => {}
        }
        // The limits of members that are taken whole fit memory.
        let length = bytes as usize;
        let Some(whole) = self.take(BLOCK_BYTES + length + padding(bytes)) else { return Ok(None) };
        let (content, zeroes) = whole.split_at(BLOCK_BYTES + length);
        check_zeroes(zeroes, wanted)?;
        Ok(content.get(BLOCK_BYTES..).map(<[u8]>::to_vec))
    }

    /// Takes so many zeroes.
    pub(super) fn zeroes(&mut self, bytes: usize, after: &str) -> Result<Option<()>, BundleError> {
        let Some(zeroes) = self.take(bytes) else { return Ok(None) };
        check_zeroes(zeroes, after).map(Some)
    }

    fn look_at_header(&self, wanted: &str) -> Result<Option<u64>, BundleError> {
        let Some(block) = self.held().first_chunk::<BLOCK_BYTES>() else { return Ok(None) };
        match read_header(block) {
            Some((name, bytes)) if name == wanted => Ok(Some(bytes)),
            Some((name, _)) => Err(BundleError::Name { wanted: wanted.to_owned(), has: name.to_owned() }),
            None => Err(BundleError::Header { wanted: wanted.to_owned() }),
        }
    }
}

fn check_zeroes(bytes: &[u8], after: &str) -> Result<(), BundleError> {
    let are_zeroes = bytes.iter().all(|byte| *byte == 0);
    if are_zeroes { Ok(()) } else { Err(BundleError::Padding { after: after.to_owned() }) }
}
