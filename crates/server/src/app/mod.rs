//! Use cases: what people do with the server, without HTTP and without pages.
//!
//! Start at [`genomes`].

pub mod genomes;
pub mod packs;
