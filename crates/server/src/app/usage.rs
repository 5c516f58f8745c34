//! Counts how often genomes are looked at and taken, beside the answers, and writes the numbers down every few seconds.
//!
//! Counting takes a lock of a sixteenth of the numbers for some nanoseconds, so that a download does not wait for the
//! database. Nobody is named. Start at [`Usage::note`] and [`follow`].

use super::App;
use hearth_base::id::RecordId;
use hearth_store::StoreError;
use hearth_store::usage::{self, UseOf, Way};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Parts of the numbers, each with a lock of its own.
const PARTS: usize = 16;
/// So often they are written down.
const EVERY: Duration = Duration::from_secs(5);
/// Numbers that are written down at once, and so many that are worth it before the time.
const ROWS: usize = 20_000;
const DAY_MS: i64 = 86_400_000;

/// Numbers that are not written down yet.
#[derive(Debug, Default)]
pub struct Usage {
    parts: [Mutex<HashMap<UseOf, u64>>; PARTS],
    waiting: AtomicUsize,
    many: Notify,
}

impl Usage {
    /// Counts that a record was used in a way, at a moment (ms since 1970-01-01T00:00Z).
    pub fn note(&self, record: RecordId, way: Way, now_ms: i64) {
        let part = record.as_bytes().last().map_or(0, |byte| usize::from(*byte) % PARTS);
        let Some(part) = self.parts.get(part) else { return };
        let mut numbers = part.lock().unwrap_or_else(PoisonError::into_inner);
        let number = numbers.entry((record, way, now_ms.div_euclid(DAY_MS))).or_default();
        *number += 1;
        let is_new = *number == 1;
        drop(numbers);
        if is_new && self.waiting.fetch_add(1, Ordering::Relaxed) + 1 == ROWS {
            self.many.notify_one();
        }
    }

    fn take(&self) -> Vec<(UseOf, u64)> {
        self.waiting.store(0, Ordering::Relaxed);
        let parts = self
            .parts
            .iter()
            .map(|part| std::mem::take(&mut *part.lock().unwrap_or_else(PoisonError::into_inner)));
        parts.flatten().collect()
    }

    fn put_back(&self, counted: Vec<(UseOf, u64)>) {
        for (one, number) in counted {
            let part = one.0.as_bytes().last().map_or(0, |byte| usize::from(*byte) % PARTS);
            let Some(part) = self.parts.get(part) else { continue };
            *part.lock().unwrap_or_else(PoisonError::into_inner).entry(one).or_default() += number;
        }
    }
}

/// Writes down what was counted, in transactions of so many numbers that others act between two. Returns how many
/// numbers.
///
/// # Errors
/// When the database fails: what is not written down yet is counted on.
pub async fn write_down(app: &App) -> Result<usize, StoreError> {
    let mut counted = app.usage.take();
    let mut done = 0;
    while !counted.is_empty() {
        let some = counted.split_off(counted.len().saturating_sub(ROWS));
        if let Err(error) = added(app, some.clone()).await {
            app.usage.put_back(some);
            app.usage.put_back(counted);
            return Err(error);
        }
        done += some.len();
    }
    Ok(done)
}

async fn added(app: &App, some: Vec<(UseOf, u64)>) -> Result<(), StoreError> {
    let mut tx = app.store.database().begin_write().await?;
    usage::add(&mut tx, some).await?;
    tx.commit().await?;
    Ok(())
}

/// Writes down for ever.
pub async fn follow(app: App) {
    loop {
        // Either is right: a turn that finds nothing costs nothing.
        let _ = tokio::time::timeout(EVERY, app.usage.many.notified()).await;
        if let Err(error) = write_down(&app).await {
            tracing::warn!(error = %error, "how often genomes were taken was not written down; it is tried again");
        }
    }
}
