//! Names sequences that came since, and those that were there before names were kept.
//!
//! Doing it twice is harmless, so any process may. Refuses to say who may see a sequence. Start at [`keep_naming`].

use crate::app::App;
use crate::app::genomes::GenomeError;
use hearth_base::digest::Digest;
use hearth_formats::refget::SequenceNames;
use hearth_store::sequence_names::{self, Named};
use std::time::{Duration, Instant};

/// Sequences that are named in one transaction.
const CHUNK: u32 = 500;
/// So often it looks although nobody told it.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Names what comes, for ever. Where there is much, a part of one processor is enough: nobody waits for it.
pub async fn keep_naming(app: App) {
    let mut watch = app.store.watch(LOOK_EVERY);
    loop {
        if let Err(error) = name_new(&app).await {
            tracing::warn!(error = %error, "sequences could not be named; it is tried again");
        }
        watch.changed().await;
    }
}

/// Names all that have none. What cannot be read is passed over, and tried again with the next call.
///
/// # Errors
/// When the store or the blobs fail.
pub async fn name_new(app: &App) -> Result<(), GenomeError> {
    let mut behind: Option<Digest> = None;
    loop {
        let begun = Instant::now();
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
        if named.len() == CHUNK as usize {
            tokio::time::sleep(begun.elapsed()).await;
        }
    }
}
