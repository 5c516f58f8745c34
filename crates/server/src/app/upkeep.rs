//! What is cleared when nobody needs it: uploads past their time, their parts, blobs that nothing names.
//!
//! Any process may do it, several at once too; doing it twice is harmless. Start at [`once`].

use super::{App, Problem};
use hearth_base::id::RecordId;
use hearth_store::loose::{self, ClearError};
use hearth_store::uploads;
use std::collections::HashMap;
use std::time::Duration;

/// So often it is done.
const EVERY: Duration = Duration::from_secs(600);
/// So long a blob may be unnamed, and a part unfinished, before it is cleared.
const AGE: Duration = Duration::from_secs(24 * 3600);
/// So long a part that nobody needs is left: who writes it may be about to say so.
const PART_AGE: Duration = Duration::from_secs(3600);

/// What was cleared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleared {
    /// Uploads past their time.
    pub uploads: u64,
    /// Parts of uploads.
    pub parts: u64,
    /// Blobs that nothing names.
    pub blobs: u64,
}

/// Clears again and again.
pub async fn for_ever(app: &App) {
    loop {
        match once(app, PART_AGE, AGE).await {
            Ok(cleared) if cleared != Cleared::default() => {
                tracing::info!(?cleared, "cleared what nobody needs")
            }
            Ok(_) => {}
            Err(problem) => tracing::warn!(%problem, "what nobody needs was not cleared; it is tried again"),
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Clears parts and blobs that are older than these ages.
///
/// # Errors
/// When the store or the blobs fail; what was cleared stays cleared.
pub async fn once(app: &App, part_age: Duration, blob_age: Duration) -> Result<Cleared, Problem> {
    let now = app.now();
    let mut tx = app.store.database().begin_write().await?;
    let mut cleared = Cleared { uploads: uploads::expire(&mut tx, now).await?, ..Cleared::default() };
    tx.commit().await?;
    let mut needed: HashMap<[u8; 16], bool> = HashMap::new();
    for part in app.blobs.old_parts(part_age).await? {
        let is_needed = match needed.get(&part.upload) {
            Some(is_needed) => *is_needed,
            None => {
                let id = RecordId::from_bytes(part.upload);
                let is = uploads::needs_parts(&mut *app.store.read().await?, id).await?;
                needed.insert(part.upload, is);
                is
            }
        };
        if !is_needed {
            app.blobs.delete_part(part).await?;
            cleared.parts += 1;
        }
    }
    let age_ms = i64::try_from(blob_age.as_millis()).unwrap_or(i64::MAX);
    let before = now.plus_ms(age_ms.saturating_neg());
    cleared.blobs = loose::clear(&app.store, &app.blobs, before, blob_age).await?;
    cleared.blobs += app.blobs.clear_unfinished(AGE).await?;
    Ok(cleared)
}

impl From<ClearError> for Problem {
    fn from(error: ClearError) -> Self {
        match error {
            ClearError::Store(error) => error.into(),
            ClearError::Blob(error) => error.into(),
        }
    }
}
