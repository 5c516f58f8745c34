//! Looking after blobs: listing, checking, deleting by a rule of retention, clearing what was never finished.
//!
//! Refuses to decide what may go. Start at [`BlobStore::list`].

use std::path::Path as FilePath;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use hearth_base::digest::Digest;
use object_store::ObjectStoreExt as _;
use object_store::path::Path;

use super::error::BlobError;
use super::place::BlobPlace;
use super::write::{INCOMING, incoming};
use super::{BlobStore, digest_of, path_of};

/// A blob in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobEntry {
    /// Its name.
    pub digest: Digest,
    /// Bytes.
    pub size: u64,
    /// When it was last written, by the store's clock.
    pub written_at: SystemTime,
}

impl BlobStore {
    /// All blobs, in no order. What is not a blob is left out.
    pub fn list(&self) -> BoxStream<'static, Result<BlobEntry, BlobError>> {
        let place = self.0.place.clone();
        self.0
            .store
            .list(Some(&Path::from("sha256")))
            .map_err(move |error| BlobError::sort(&place, None, error))
            .try_filter_map(|meta| async move {
                let entry = digest_of(&meta.location).map(|digest| BlobEntry {
                    digest,
                    size: meta.size,
                    written_at: meta.last_modified.into(),
                });
                Ok(entry)
            })
            .boxed()
    }

    /// Reads a blob and checks it, keeping nothing. Returns how many bytes it has.
    ///
    /// # Errors
    /// [`BlobError::Missing`], [`BlobError::Damaged`], or as [`BlobError`] says.
    pub async fn verify(&self, digest: &Digest) -> Result<u64, BlobError> {
        let mut pieces = self.stream(digest).await?;
        let mut size = 0;
        while let Some(piece) = pieces.try_next().await? {
            size += piece.len() as u64;
        }
        Ok(size)
    }

    /// Deletes a blob for good: only a rule of retention may. Returns whether it was there.
    ///
    /// # Errors
    /// As [`BlobError`] says.
    pub async fn delete(&self, digest: &Digest) -> Result<bool, BlobError> {
        if !self.exists(digest).await? {
            return Ok(false);
        }
        match self.0.store.delete(&path_of(digest)).await {
            Ok(()) => Ok(true),
            Err(error) => match self.sort(digest, error) {
                BlobError::Missing { .. } => Ok(false),
                other => Err(other),
            },
        }
    }

    /// Writes, reads and deletes a small object, so that a wrong setting is seen at the start and not at night.
    ///
    /// # Errors
    /// As [`BlobError`] says.
    pub async fn self_test(&self) -> Result<(), BlobError> {
        const PROBE: &[u8] = b"hearth looks whether it can write here";
        let path = incoming()?;
        self.put_whole(&path, Bytes::from_static(PROBE)).await?;
        let read = async {
            let found = self.0.store.get(&path).await?.bytes().await?;
            let part = self.0.store.get_range(&path, 7..12).await?;
            Ok(found == PROBE && part == PROBE[7..12])
        };
        let is_same = read.await.map_err(|error| self.sort_write(error));
        self.0.store.delete(&path).await.map_err(|error| self.sort_write(error))?;
        if is_same? {
            return Ok(());
        }
        let reason = "it gives back other bytes than were written".to_owned();
        Err(BlobError::Other { place: self.0.place.to_string(), reason })
    }

    /// Removes what uploads left behind that never ended and are older than `age`. Returns how many there were.
    /// Parts of uploads to a bucket are no objects: a rule of the bucket's own must end those.
    ///
    /// # Errors
    /// As [`BlobError`] says.
    pub async fn clear_unfinished(&self, age: Duration) -> Result<u64, BlobError> {
        let limit = SystemTime::now().checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH);
        let mut cleared = 0;
        let mut old = self.0.store.list(Some(&Path::from(INCOMING)));
        while let Some(meta) = old.try_next().await.map_err(|error| self.sort_write(error))? {
            if SystemTime::from(meta.last_modified) <= limit {
                self.0.store.delete(&meta.location).await.map_err(|error| self.sort_write(error))?;
                cleared += 1;
            }
        }
        if let BlobPlace::Folder(path) = &self.0.place {
            let (place, path) = (self.0.place.clone(), path.clone());
            let removing = tokio::task::spawn_blocking(move || clear_staged(&path, limit));
            let removed = removing
                .await
                .map_err(|error| BlobError::Other { place: place.to_string(), reason: error.to_string() })?;
            cleared += removed.map_err(|error| BlobError::from_io(&place, &error))?;
        }
        Ok(cleared)
    }
}

/// Files that the folder's store was writing when the process ended: `name#1`.
fn clear_staged(root: &FilePath, limit: SystemTime) -> std::io::Result<u64> {
    let mut cleared = 0;
    let mut folders = vec![root.join("sha256"), root.join(INCOMING)];
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let is_staged = entry.file_name().to_string_lossy().contains('#');
            match entry.metadata() {
                Ok(meta) if meta.is_dir() => folders.push(entry.path()),
                Ok(meta) if is_staged && meta.modified()? <= limit => {
                    std::fs::remove_file(entry.path())?;
                    cleared += 1;
                }
                _ => {}
            }
        }
    }
    Ok(cleared)
}
