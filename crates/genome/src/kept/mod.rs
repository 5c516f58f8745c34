//! How sequences are kept: as what makes them differ from a reference, and nothing lost.
//!
//! A **record** is one sequence. It can be read with the reference at hand and nothing else, alone, and in any year:
//! this text, [`token`], [`stretch`] and [`varint`] describe every byte. Records lie in **packs** ([`pack`]).
//!
//! # A record
//!
//! Byte 0 is the form. A *number* is written as [`varint`] says. Letters are bytes; those of a sequence that was
//! read are upper-case IUPAC letters, and any other byte comes back as well.
//!
//! | form | what follows | what it is |
//! |--:|---|---|
//! | 1 | mark of the reference, a number: letters of the sequence, tokens ([`token`]) to the end | differences, found for the sake of keeping |
//! | 2 | a number: letters of the sequence, stretches ([`stretch`]) to the end | letters written out, no reference needed |
//! | 3 | as 1 | differences along the alignment of an analysis: each token stands where the calls have it |
//! | 4 | as 1 | as 1, of the reverse complement of the sequence |
//! | 5 | as 1 | as 3, of the reverse complement of the sequence |
//!
//! The mark of a reference is the first four bytes of the SHA-256 of its letters. Tokens are in the order of the
//! reference, so that the letter at one position is read without the others ([`Coder::letter_at`]).
//!
//! A form once written is read for ever; what changes is a new form. Bytes of each form are kept in the tests.
//! Refuses to know files, and whether a sequence is any good. Start at [`Coder`].

mod coder;
mod finder;
pub mod pack;
mod stretch;
#[cfg(test)]
mod tests;
mod token;
pub mod twin;
mod varint;

pub use coder::{Coder, DecodeError, EncodeError, Opposite, digest, needed_mark};

/// Most letters of one sequence: a record never grows past a pack.
pub const MAX_LETTERS: u32 = 32 << 20;
