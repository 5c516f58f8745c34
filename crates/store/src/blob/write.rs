//! Writing blobs: the digest is computed on the way, and nothing is seen under its name before it is whole.
//!
//! Refuses to ask whether a blob is there already: writing it again costs little, heals a damaged one, and makes
//! sure that it is on the disk. Start at [`BlobStore::put`]; large uploads go through `Upload`.

use std::io;

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt as _};
use hearth_base::digest::{Digest, Digester};
use object_store::path::Path;
use object_store::{ObjectStoreExt as _, WriteMultipart};

use crate::failpoint;

use super::error::BlobError;
use super::{BlobStore, path_of};

/// Where unfinished uploads lie.
pub(super) const INCOMING: &str = "incoming";

impl BlobStore {
    /// Writes a blob. When it returns, the blob is on the disk.
    ///
    /// # Errors
    /// As [`BlobError`] says; nothing is then seen under the digest that was not there before.
    pub async fn put(&self, bytes: impl Into<Bytes>) -> Result<Digest, BlobError> {
        let bytes = bytes.into();
        self.check_size(bytes.len() as u64)?;
        let digest = Digest::of(&bytes);
        let path = path_of(&digest);
        failpoint::pass("blob.before-write");
        if bytes.len() <= self.0.limits.part_bytes {
            self.put_whole(&path, bytes).await?;
        } else {
            let mut upload = self.begin(&path).await?;
            for piece in pieces(&bytes, self.0.limits.part_bytes) {
                if let Err(error) = self.push(&mut upload, piece).await {
                    return Err(abandon(upload, error).await);
                }
            }
            self.finish(upload).await?;
        }
        failpoint::pass("blob.after-write");
        Ok(digest)
    }

    /// Writes a blob that comes in pieces. Returns its digest and how many bytes it has; when it returns, the blob
    /// is on the disk.
    ///
    /// # Errors
    /// [`BlobError::Source`] when a piece is an error, [`BlobError::TooLarge`], or as [`BlobError`] says; nothing
    /// is then seen under the digest that was not there before.
    pub async fn put_stream(
        &self,
        source: impl Stream<Item = io::Result<Bytes>> + Send,
    ) -> Result<(Digest, u64), BlobError> {
        let mut source = std::pin::pin!(source);
        let mut head = BytesMut::new();
        while let Some(piece) = source.next().await {
            head.extend_from_slice(&piece.map_err(broken)?);
            if head.len() > self.0.limits.part_bytes {
                return self.put_large(head.freeze(), source).await;
            }
        }
        let size = head.len() as u64;
        Ok((self.put(head.freeze()).await?, size))
    }

    /// The head and all that follows go to a temporary name, and to their own when the digest is known.
    async fn put_large(
        &self,
        head: Bytes,
        mut rest: impl Stream<Item = io::Result<Bytes>> + Send + Unpin,
    ) -> Result<(Digest, u64), BlobError> {
        let temporary = incoming()?;
        let mut upload = self.begin(&temporary).await?;
        let mut digester = Digester::default();
        let mut size = 0;
        let mut next = Some(Ok(head));
        while let Some(piece) = next {
            let pushed = match piece {
                Ok(piece) => {
                    size += piece.len() as u64;
                    digester.update(&piece);
                    failpoint::pass("blob.before-part");
                    match self.check_size(size) {
                        Ok(()) => self.push(&mut upload, piece).await,
                        Err(error) => Err(error),
                    }
                }
                Err(error) => Err(broken(error)),
            };
            if let Err(error) = pushed {
                return Err(abandon(upload, error).await);
            }
            next = rest.next().await;
        }
        self.finish(upload).await?;
        let digest = digester.finish();
        failpoint::pass("blob.before-rename");
        let moved = self.0.store.rename(&temporary, &path_of(&digest)).await;
        if let Err(error) = moved {
            let _ = self.0.store.delete(&temporary).await;
            return Err(self.sort_write(error));
        }
        Ok((digest, size))
    }

    /// Writes a small object whole, under a temporary name until it is.
    pub(super) async fn put_whole(&self, path: &Path, bytes: Bytes) -> Result<(), BlobError> {
        self.check_folder()?;
        self.0.store.put(path, bytes.into()).await.map_err(|error| self.sort_write(error))?;
        Ok(())
    }

    async fn begin(&self, path: &Path) -> Result<WriteMultipart, BlobError> {
        self.check_folder()?;
        let upload = self.0.store.put_multipart(path).await.map_err(|error| self.sort_write(error))?;
        Ok(WriteMultipart::new_with_chunk_size(upload, self.0.limits.part_bytes))
    }

    async fn push(&self, upload: &mut WriteMultipart, piece: Bytes) -> Result<(), BlobError> {
        let waited = upload.wait_for_capacity(self.0.limits.parts_at_once).await;
        waited.map_err(|error| self.sort_write(error))?;
        upload.put(piece);
        Ok(())
    }

    /// Ends an upload; on an error the parts that were sent are taken back.
    async fn finish(&self, upload: WriteMultipart) -> Result<(), BlobError> {
        upload.finish().await.map_err(|error| self.sort_write(error))?;
        Ok(())
    }

    /// A folder that vanished (a disk that is not mounted) must not be made anew in its place.
    fn check_folder(&self) -> Result<(), BlobError> {
        if self.is_folder_there() { Ok(()) } else { Err(self.folder_gone()) }
    }

    pub(super) fn sort_write(&self, error: object_store::Error) -> BlobError {
        BlobError::sort(&self.0.place, None, error)
    }
}

/// Takes back the parts that were sent.
async fn abandon(upload: WriteMultipart, error: BlobError) -> BlobError {
    if let Err(second) = upload.abort().await {
        tracing::debug!(error = %second, "an upload that broke off could not be taken back");
    }
    error
}

fn broken(error: io::Error) -> BlobError {
    BlobError::Source { reason: error.to_string() }
}

fn pieces(bytes: &Bytes, size: usize) -> impl Iterator<Item = Bytes> {
    (0..bytes.len()).step_by(size).map(move |start| bytes.slice(start..bytes.len().min(start + size)))
}

/// A new temporary name.
pub(super) fn incoming() -> Result<Path, BlobError> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| BlobError::Source {
        reason: format!("the system gives no random numbers: {error}"),
    })?;
    Ok(Path::from(format!("{INCOMING}/{:032x}", u128::from_le_bytes(random))))
}
