//! A blob as something to be read by a thread, while the server fetches it piece by piece.
//!
//! At most a few pieces are in memory. Start at [`open`].

use bytes::Bytes;
use futures::StreamExt as _;
use hearth_base::digest::Digest;
use hearth_store::blob::{BlobError, BlobStore};
use std::io::{self, Read};
use std::sync::mpsc::{Receiver, sync_channel};

/// Pieces that wait to be read.
const WAITING: usize = 4;

/// What a thread reads from.
pub(super) struct BlobReader {
    pieces: Receiver<io::Result<Bytes>>,
    rest: Bytes,
}

/// Begins to fetch a blob. Needs the server's runtime; reading does not.
pub(super) async fn open(blobs: &BlobStore, digest: Digest) -> Result<BlobReader, BlobError> {
    let mut stream = blobs.stream(&digest).await?;
    let (sender, pieces) = sync_channel(WAITING);
    tokio::spawn(async move {
        while let Some(piece) = stream.next().await {
            let piece = piece.map_err(io::Error::other);
            let ends = piece.is_err();
            // A full channel blocks a thread of the runtime's blocking pool, not the runtime.
            let sender = sender.clone();
            let sent = tokio::task::spawn_blocking(move || sender.send(piece)).await;
            if ends || !matches!(sent, Ok(Ok(()))) {
                return;
            }
        }
    });
    Ok(BlobReader { pieces, rest: Bytes::new() })
}

impl Read for BlobReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.pieces.recv() {
                Ok(piece) => self.rest = piece?,
                Err(_) => return Ok(0),
            }
        }
        let count = buffer.len().min(self.rest.len());
        buffer[..count].copy_from_slice(&self.rest.split_to(count));
        Ok(count)
    }
}
