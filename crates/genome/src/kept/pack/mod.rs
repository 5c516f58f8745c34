//! Packs: many records in one file, each to be had alone by its place.
//!
//! One file a sequence would cost a block of the disk each; a pack holds up to 64 MiB, some 250,000 genomes that are
//! near their reference. It is written once, and never changed after. All numbers of the head are four bytes, the
//! lowest first:
//!
//! | bytes | what |
//! |--:|---|
//! | 8 | `HRTHSEQ` and a line feed |
//! | 4 | version: 1 |
//! | 4 | how many sequences |
//! | 4 | how many references |
//! | 32 each | SHA-256 of the letters of a reference |
//!
//! Then come the sequences, one after the other, until the file ends:
//!
//! | bytes | what |
//! |--:|---|
//! | 32 | SHA-256 of the letters of the sequence |
//! | 1 to 5 | length of the record, a number as in [`varint`](super::varint) |
//! | | the record, as in [`kept`](super) |
//!
//! There is no directory: whoever writes a pack is told the [`Place`] of each sequence, and one range of the file
//! gives the sequence with its digest. Who has lost the places walks through the pack. Nothing but the references is
//! needed to read a pack, and its head names them.
//!
//! Refuses to know where packs lie and to protect the file as a whole: it is named by its digest. Start at
//! [`Writer`] and [`Reader`].

mod reader;
mod writer;

pub use reader::{Entry, PackError, Reader, SequenceError};
pub use writer::{AddError, Writer};

/// Most bytes of a pack.
pub const MAX_BYTES: usize = 64 << 20;

/// Most references of a pack.
pub const MAX_REFERENCES: usize = 64;

const MAGIC: [u8; 8] = *b"HRTHSEQ\n";
const VERSION: u32 = 1;
/// Where the number of sequences stands.
const COUNT_AT: usize = 12;
/// Bytes of the head before the references.
const HEAD: usize = 20;
/// Bytes of a digest.
const DIGEST: usize = 32;

/// Where a sequence lies in its pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Bytes of the pack before it.
    pub offset: u32,
    /// Its bytes, digest included.
    pub length: u32,
}
