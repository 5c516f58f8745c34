//! Questions about genomes, as addresses write them and as the index takes them.
//!
//! Pages, feeds and saved searches ask the same questions. Refuses to know HTTP, and what is shown of an answer. Start at
//! [`asked::Asked`], then [`select::Asking`].

pub mod asked;
pub mod moment;
pub mod select;
