//! When the indexes are kept as a file, and what comes of the proof of one that was read.
//!
//! Start at [`Keeping::begin`].

use super::{KeptError, Proof, clear, discard, load, prove, save};
use crate::app::App;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// Rows more than were kept that are worth another file: analysing them again takes a second.
const WORTH_ROWS: usize = 2_000;
/// One in so many rows more than were kept is worth another file.
const WORTH_SHARE: usize = 20;
/// After so long, any change is.
const WORTH_AFTER: Duration = Duration::from_secs(600);

/// When the indexes are kept: when they grew by what is worth it, and otherwise now and then.
pub(in crate::app::index) struct Keeping {
    kept: Extent,
    at: Instant,
    proof: Option<JoinHandle<Result<(), KeptError>>>,
}

/// How much there is.
#[derive(Clone, Copy)]
struct Extent {
    size: u64,
    rows: usize,
}

impl Extent {
    fn of(app: &App) -> Self {
        let shelves = app.indexes.shelves.iter().filter_map(|shelf| shelf.held_if_made());
        Self { size: app.indexes.size(), rows: shelves.map(|held| held.origins().len()).sum() }
    }
}

impl Keeping {
    /// Loads what was kept, and begins to prove it.
    pub(in crate::app::index) async fn begin(app: &App) -> Self {
        let begun = Instant::now();
        clear(app);
        let proof = match load(app).await {
            Ok(Some(proof)) => {
                tracing::info!(
                    rows = Extent::of(app).rows,
                    took_ms = begun.elapsed().as_millis() as u64,
                    "the index was kept, and goes on from there"
                );
                Some(Self::begin_proof(app, proof))
            }
            Ok(None) => None,
            Err(error) => {
                tracing::warn!(error = %error, "the index is made anew");
                None
            }
        };
        Self { kept: Extent::of(app), at: Instant::now(), proof }
    }

    fn begin_proof(app: &App, proof: Proof) -> JoinHandle<Result<(), KeptError>> {
        let app = app.clone();
        tokio::spawn(async move { prove(&app, proof).await })
    }

    /// Whether what was loaded was found to be other than the ledger: it is gone then, and all is made anew.
    pub(in crate::app::index) async fn is_refuted(&mut self, app: &App) -> bool {
        if self.proof.as_ref().is_none_or(|proof| !proof.is_finished()) {
            return false;
        }
        let Some(proof) = self.proof.take() else { return false };
        match proof.await {
            Ok(Ok(())) => {
                tracing::info!("all rows of the kept index are those of the ledger");
                false
            }
            // What cannot be read now says nothing of the rows: the next start asks again.
            Ok(Err(KeptError::Store(error))) => {
                tracing::warn!(error = %error, "the kept index could not be proved");
                false
            }
            Ok(Err(error)) => {
                tracing::error!(error = %error, "the kept index is not that of the ledger, and is made anew");
                self.begin_anew(app)
            }
            Err(error) => {
                tracing::error!(error = %error, "proving the kept index failed, and it is made anew");
                self.begin_anew(app)
            }
        }
    }

    fn begin_anew(&mut self, app: &App) -> bool {
        discard(app);
        app.indexes.begin_again();
        self.kept = Extent::of(app);
        true
    }

    /// Keeps what the indexes hold, if it is worth it.
    pub(in crate::app::index) async fn keep(&mut self, app: &App) {
        let indexes = &app.indexes;
        // What could not be read may be there after the next start, and what was erased is on no disk.
        if indexes.unreadable.load(Ordering::Relaxed) > 0 || indexes.holds_erased.load(Ordering::Acquire) {
            return;
        }
        let now = Extent::of(app);
        let more = now.rows.saturating_sub(self.kept.rows);
        let is_worth = more >= WORTH_ROWS.max(self.kept.rows / WORTH_SHARE);
        let is_late = self.at.elapsed() >= WORTH_AFTER && now.size > self.kept.size && now.rows > 0;
        if !is_worth && !is_late {
            return;
        }
        if let Err(error) = save(app).await {
            tracing::warn!(error = %error, "the index could not be kept");
        }
        (self.kept, self.at) = (now, Instant::now());
    }
}
