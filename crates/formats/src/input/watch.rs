//! Watches the bytes that come from a file: how many, whether they ended, whether reading them failed.
//!
//! A decoder that fails says little about why. Whether it had asked for more after the last byte tells a
//! truncated file from a damaged one, and a failure of the system from either.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How far a run has come, to be watched from another thread.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicU64>);

impl Progress {
    /// Bytes read so far, as stored: of compressed files, the compressed ones.
    pub fn bytes_read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What became of the bytes under a decoder.
#[derive(Clone, Debug, Default)]
pub(super) struct Signs {
    ended: Arc<AtomicBool>,
    failed: Arc<AtomicBool>,
}

impl Signs {
    /// Whether somebody asked for bytes after the last one.
    pub(super) fn ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    /// Whether the system refused to deliver.
    pub(super) fn failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    /// Forgets an end that was met while only looking at the first bytes.
    pub(super) fn forget_end(&self) {
        self.ended.store(false, Ordering::Relaxed);
    }
}

/// A reader that keeps [`Progress`] and [`Signs`] up to date.
pub(super) struct Watched<R> {
    inner: R,
    progress: Progress,
    signs: Signs,
}

impl<R: Read> Watched<R> {
    pub(super) fn new(inner: R, progress: Progress, signs: Signs) -> Self {
        Self { inner, progress, signs }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let outcome = self.inner.read(buffer);
        match &outcome {
            Ok(0) if !buffer.is_empty() => self.signs.ended.store(true, Ordering::Relaxed),
            Ok(count) => {
                self.progress.0.fetch_add(*count as u64, Ordering::Relaxed);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => self.signs.failed.store(true, Ordering::Relaxed),
        }
        outcome
    }
}
