//! The job that clears a draft whose genomes were released: from then on the ledger says everything that lists need.
//!
//! What was chosen with it stays, what was found in its metadata, and the metadata itself; the files of sequences are
//! cleared like all that nothing names, after a day. Start at [`Genomes::clear_draft`].

use super::draft_job::finished;
use super::{GenomeError, Genomes};
use hearth_base::time::UtcTime;
use hearth_store::drafts::{self, DraftState, FileSort};
use hearth_store::jobs::Claimed;
use hearth_store::loose;

/// The sort of jobs that clear a draft.
pub const CLEAR_DRAFT: &str = "clear-draft";

impl Genomes {
    /// Forgets the genomes of a draft that was handed in.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn clear_draft(&self, job: &Claimed, now: UtcTime) -> Result<(), GenomeError> {
        let mut tx = self.store.database().begin_write().await?;
        let draft = drafts::for_worker(&mut tx, job.subject).await?;
        if draft.is_some_and(|draft| draft.state == DraftState::HandedIn) {
            drafts::clear(&mut tx, job.subject).await?;
            for file in drafts::files(&mut tx, job.subject).await? {
                if file.sort == FileSort::Sequences {
                    loose::note(&mut tx, file.digest, now).await?;
                }
            }
        }
        finished(tx, job).await
    }
}
