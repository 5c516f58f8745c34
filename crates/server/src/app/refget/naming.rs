//! Names sequences that came since, and those that were there before names were kept.
//!
//! Doing it twice is harmless, so any process may. Refuses to say who may see a sequence. Start at [`name_new`].

use crate::app::App;
use crate::app::genomes::GenomeError;
use hearth_base::digest::Digest;
use hearth_formats::refget::SequenceNames;
use hearth_store::sequence_names::{self, Named};

/// Sequences that are named in one transaction.
const CHUNK: u32 = 500;

/// Names all that have none. What cannot be read is passed over, and tried again with the next call.
///
/// # Errors
/// When the store or the blobs fail.
pub async fn name_new(app: &App) -> Result<(), GenomeError> {
    let mut behind: Option<Digest> = None;
    loop {
        let digests = sequence_names::unnamed(&mut *app.store.read().await?, behind, CHUNK).await?;
        let Some(last) = digests.last() else { return Ok(()) };
        behind = Some(*last);
        let mut named = Vec::with_capacity(digests.len());
        for digest in digests {
            match app.genomes().letters(digest).await {
                Ok(letters) => {
                    let SequenceNames { sha512t24, md5 } = SequenceNames::of(&letters.to_ascii_uppercase());
                    named.push(Named { digest, sha512t24, md5 });
                }
                Err(error @ GenomeError::Sequence { .. }) => {
                    tracing::warn!(error = %error, "a sequence has no names yet");
                }
                Err(error) => return Err(error),
            }
        }
        let mut tx = app.store.database().begin_write().await?;
        sequence_names::name(&mut tx, &named).await?;
        tx.commit().await?;
    }
}
