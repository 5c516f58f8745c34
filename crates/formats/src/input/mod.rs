//! From what was named on the command line to batches of raw FASTA records.
//!
//! [`find_sources`] turns paths into [`Source`]s, [`BatchReader`] reads them one after the other and hands
//! out [`Batch`]es of whole records in constant memory. Compression and wrong formats are recognised by
//! content, never by name. What a record says is not known here: that is `hearth_genome::fasta`. Start
//! reading at `batch.rs`; one source is cut into records in `split.rs`.

mod batch;
mod compression;
mod error;
mod format;
mod source;
mod split;
mod watch;

pub use batch::{Batch, BatchPool, BatchReader, InputLimits};
pub use compression::Compression;
pub use error::InputError;
pub use source::{Found, SkipReason, Skipped, Source, find_sources};
pub use watch::Progress;
