//! The job that clears a draft some time after its genomes were released: the ledger says then all that lists need.
//!
//! Until then its page still says what was remarked about each genome, and which records were left out. What was chosen
//! with it stays, and what was found in its metadata. Start at [`Genomes::clear_draft`].

use super::draft_job::finished;
use super::{GenomeError, Genomes};
use hearth_store::drafts::{self, DraftState};
use hearth_store::jobs::Claimed;

/// The sort of jobs that clear a draft.
pub const CLEAR_DRAFT: &str = "clear-draft";
/// So long after the release it is done, in milliseconds: a week.
pub const CLEAR_AFTER_MS: i64 = 7 * 24 * 3_600_000;

impl Genomes {
    /// Forgets the genomes of a draft that was handed in.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn clear_draft(&self, job: &Claimed) -> Result<(), GenomeError> {
        let mut tx = self.store.database().begin_write().await?;
        let draft = drafts::for_worker(&mut tx, job.subject).await?;
        if draft.is_some_and(|draft| draft.state == DraftState::HandedIn) {
            drafts::clear(&mut tx, job.subject).await?;
        }
        finished(tx, job).await
    }
}
