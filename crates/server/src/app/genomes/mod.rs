//! What can be done with genomes: bring files, have them analysed, hand them in, approve, release, revise, withdraw.
//!
//! One file for each act. Whoever acts is an `Actor`, whoever reads a `Scope`; both come from the caller. Entries are
//! written in one transaction with what they change; what is slow (reading, analysis, blobs) was done before. Refuses to
//! know HTTP and pages. Start at [`bring`], then [`draft_job`], [`hand_in`], [`release`].

pub mod assign_job;
pub mod assigned;
pub mod bring;
pub mod choose;
pub mod clear_job;
pub mod counts;
pub mod draft_job;
pub mod hand_in;
pub mod letters;
pub mod lineages;
pub mod opening;
pub mod received;
pub mod release;
pub mod revise;
pub mod sample;
mod segments;
pub mod view;

mod batch;
mod document;
mod stream;

pub use document::{
    AnalysedSequence, DraftDocument, DraftReport, DraftSettings, Judgement, ReportedControl, ReportedFinding,
};

use crate::app::packs::Packs;
use crate::config::sections::Limits;
use hearth_base::accession::Prefix;
use hearth_formats::submission::DisclosurePolicy;
use hearth_ledger::rules::Refusal;
use hearth_store::blob::{BlobError, BlobStore};
use hearth_store::db::DbError;
use hearth_store::{Store, StoreError};
use std::sync::{Arc, LazyLock};

/// What all acts on genomes need.
#[derive(Clone)]
pub struct Genomes {
    /// Ledger, state and drafts.
    pub store: Store,
    /// Files and sequences.
    pub blobs: BlobStore,
    /// What is analysed with.
    pub packs: Arc<Packs>,
    /// The part of accessions before `_`.
    pub prefix: Prefix,
    /// How coarse samples are made at release.
    pub policy: DisclosurePolicy,
    /// How much may come at once.
    pub limits: GenomeLimits,
}

/// Records that one genome has at most on average: influenza has eight segments.
const SEGMENTS: u64 = 10;

/// How much may come at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GenomeLimits {
    /// Genomes in a batch.
    pub genomes: u64,
    /// Bytes of all files of a batch.
    pub bytes: u64,
    /// Records in a batch: genomes with segments have several.
    pub records: usize,
    /// Genomes that one step of a release opens.
    pub release_step: u32,
    /// Threads that analyse.
    pub threads: usize,
    /// Files of a batch.
    pub files: usize,
    /// Bytes of one record of FASTA, unpacked.
    pub record_bytes: usize,
    /// Bytes of the sequences of a batch, unpacked.
    pub text_bytes: u64,
}

impl Default for GenomeLimits {
    fn default() -> Self {
        Self::of(&Limits::default())
    }
}

impl GenomeLimits {
    /// Those of the settings.
    pub fn of(limits: &Limits) -> Self {
        // Asking the system means reading files.
        static PROCESSORS: LazyLock<usize> =
            LazyLock::new(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
        let threads = *PROCESSORS;
        let number = |limit: u64| usize::try_from(limit).unwrap_or(usize::MAX);
        Self {
            genomes: limits.batch_genomes,
            bytes: limits.batch_bytes,
            records: number(limits.batch_genomes.saturating_mul(SEGMENTS)),
            release_step: u32::try_from(limits.release_step_genomes.max(1)).unwrap_or(u32::MAX),
            threads,
            files: number(limits.batch_files),
            record_bytes: 64 << 20,
            text_bytes: 64 << 30,
        }
    }
}

/// Why something with genomes was not done.
#[derive(Debug, thiserror::Error)]
pub enum GenomeError {
    /// A rule says no, in a sentence for who asked.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store.
    #[error(transparent)]
    Store(StoreError),
    /// The blobs.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// A sequence that is kept cannot be read.
    #[error("the sequence {digest} cannot be read: {reason}")]
    Sequence {
        /// Which.
        digest: hearth_base::digest::Digest,
        /// Why.
        reason: String,
    },
    /// A thread of ours ended early.
    #[error("the analysis ended unexpectedly: {0}")]
    Fault(String),
}

impl From<StoreError> for GenomeError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refusal) => Self::Refused(refusal),
            other => Self::Store(other),
        }
    }
}

impl From<DbError> for GenomeError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

pub(crate) fn invalid(sentence: impl Into<String>) -> GenomeError {
    GenomeError::Refused(Refusal::Invalid(sentence.into()))
}

pub(crate) fn conflict(sentence: impl Into<String>) -> GenomeError {
    GenomeError::Refused(Refusal::Conflict(sentence.into()))
}
