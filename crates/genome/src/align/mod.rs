//! Alignment of one sequence to a reference: which letters stand opposite each other.
//!
//! Two methods give the same answer. [`thorough`] finds seeds, chains them and fills a banded matrix over
//! the whole genome; it works for anything. [`quick`] walks along the diagonal between exact matches and
//! fills small matrices only where an insertion or deletion may hide; it declines what it cannot prove.
//! Both end in the same matrix, [`banded`]. Start reading at [`Path`], what an alignment is; the scores
//! are in [`scoring`]. This module refuses to know what letters code for.

mod band;
pub mod banded;
mod certain;
mod chain;
mod path;
pub mod piecewise;
pub mod quick;
mod scoring;
mod seeds;
pub mod thorough;

pub use certain::SelfSimilarity;
pub use path::{Path, Run, Step};
pub use scoring::{PairScores, Scoring};
pub use seeds::Seed;
