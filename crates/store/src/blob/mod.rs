//! Blobs: bytes that never change, kept under their SHA-256, in a folder or a bucket.
//!
//! A blob is on the disk before its digest is returned, so that an entry may name it. Reading a whole blob checks
//! it. Refuses to know what is in one, and who may see it. Start at [`BlobStore::put`] and [`BlobStore::get`].
//!
//! Layout: `sha256/ab/cdef…`. Parts of files on their way lie under `spool/`. What is not finished lies under `incoming/`, or ends in `#` and a number.

mod error;
mod place;
mod spool;
#[cfg(test)]
mod tests;
mod upkeep;
mod write;

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use hearth_base::digest::{Digest, Digester};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};

pub use error::BlobError;
pub use place::{BlobLimits, BlobPlace, S3Settings};
pub use spool::SpooledPart;
pub use upkeep::BlobEntry;

/// A store of blobs. Clones share its connections.
#[derive(Clone)]
pub struct BlobStore(Arc<Shared>);

struct Shared {
    store: Arc<dyn ObjectStore>,
    place: BlobPlace,
    limits: BlobLimits,
}

impl BlobStore {
    /// Opens a store with the limits of a server. A folder is made when it is not there; a bucket is not asked.
    ///
    /// # Errors
    /// [`BlobError`] when the folder cannot be made, or the settings cannot work.
    pub async fn open(place: &BlobPlace) -> Result<Self, BlobError> {
        Self::open_with(place, BlobLimits::default()).await
    }

    /// Opens a store.
    ///
    /// # Errors
    /// [`BlobError`] when the folder cannot be made, or the settings cannot work.
    pub async fn open_with(place: &BlobPlace, limits: BlobLimits) -> Result<Self, BlobError> {
        let store = match place {
            BlobPlace::Folder(path) => place::open_folder(place, path)?,
            BlobPlace::S3(settings) => place::open_s3(place, settings, &limits)?,
        };
        Ok(Self(Arc::new(Shared { store, place: place.clone(), limits })))
    }

    /// The store in words, for messages; never a secret.
    #[must_use]
    pub fn place(&self) -> &BlobPlace {
        &self.0.place
    }

    /// Reads a whole blob and checks it.
    ///
    /// # Errors
    /// [`BlobError::Missing`], [`BlobError::Damaged`], or as [`BlobError`] says.
    pub async fn get(&self, digest: &Digest) -> Result<Bytes, BlobError> {
        let sort = |error| self.sort(digest, error);
        let found = self.0.store.get(&path_of(digest)).await.map_err(sort)?;
        self.check_size(found.meta.size)?;
        let bytes = found.bytes().await.map_err(sort)?;
        self.check(digest, Digest::of(&bytes))?;
        Ok(bytes)
    }

    /// Reads a blob piece by piece. After the last piece comes an error if they are not what the name says.
    ///
    /// # Errors
    /// As [`BlobStore::get`], here or in the stream.
    pub async fn stream(
        &self,
        digest: &Digest,
    ) -> Result<BoxStream<'static, Result<Bytes, BlobError>>, BlobError> {
        let found = self.0.store.get(&path_of(digest)).await.map_err(|error| self.sort(digest, error))?;
        let (own, digest) = (self.clone(), *digest);
        let state = (found.into_stream(), Some(Digester::default()));
        let checked = futures::stream::try_unfold(state, move |(mut pieces, digester)| {
            let own = own.clone();
            async move {
                let Some(mut digester) = digester else { return Ok(None) };
                match pieces.try_next().await.map_err(|error| own.sort(&digest, error))? {
                    Some(piece) => {
                        digester.update(&piece);
                        Ok(Some((piece, (pieces, Some(digester)))))
                    }
                    None => own.check(&digest, digester.finish()).map(|()| None),
                }
            }
        });
        Ok(checked.boxed())
    }

    /// Reads some bytes of a blob. They cannot be checked against its name.
    ///
    /// # Errors
    /// [`BlobError::Range`] when it does not have them, or as [`BlobError`] says.
    pub async fn get_range(&self, digest: &Digest, range: Range<u64>) -> Result<Bytes, BlobError> {
        let wrong = BlobError::Range { digest: *digest, start: range.start, end: range.end };
        let Some(wanted) = range.end.checked_sub(range.start) else { return Err(wrong) };
        if wanted == 0 {
            return Ok(Bytes::new());
        }
        self.check_size(wanted)?;
        match self.0.store.get_range(&path_of(digest), range).await {
            Ok(bytes) if u64::try_from(bytes.len()) == Ok(wanted) => Ok(bytes),
            Ok(_) => Err(wrong),
            Err(error) => match self.size(digest).await {
                // Both stores refuse a range outside in words of their own.
                Ok(Some(size)) if size < wrong_end(&wrong) => Err(wrong),
                Ok(None) => Err(BlobError::Missing { digest: *digest, place: self.0.place.to_string() }),
                _ => Err(self.sort(digest, error)),
            },
        }
    }

    /// How many bytes a blob has; `None` when it is not there.
    ///
    /// # Errors
    /// As [`BlobError`] says.
    pub async fn size(&self, digest: &Digest) -> Result<Option<u64>, BlobError> {
        match self.0.store.head(&path_of(digest)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(error) => match self.sort(digest, error) {
                BlobError::Missing { .. } => Ok(None),
                other => Err(other),
            },
        }
    }

    /// Whether a blob is there.
    ///
    /// # Errors
    /// As [`BlobError`] says.
    pub async fn exists(&self, digest: &Digest) -> Result<bool, BlobError> {
        Ok(self.size(digest).await?.is_some())
    }

    fn sort(&self, digest: &Digest, error: object_store::Error) -> BlobError {
        match BlobError::sort(&self.0.place, Some(digest), error) {
            // A disk that is not mounted makes every blob missing.
            BlobError::Missing { .. } if !self.is_folder_there() => self.folder_gone(),
            other => other,
        }
    }

    fn folder_gone(&self) -> BlobError {
        BlobError::Unreachable {
            place: self.0.place.to_string(),
            reason: "the folder was there when the server started and is not now".to_owned(),
        }
    }

    /// Whether the folder, if it is one, still exists.
    fn is_folder_there(&self) -> bool {
        match &self.0.place {
            BlobPlace::Folder(path) => path.is_dir(),
            BlobPlace::S3(_) => true,
        }
    }

    fn check(&self, digest: &Digest, found: Digest) -> Result<(), BlobError> {
        if found == *digest {
            return Ok(());
        }
        let reason = format!("its bytes have the digest {found}");
        Err(BlobError::Damaged { digest: *digest, place: self.0.place.to_string(), reason })
    }

    fn check_size(&self, size: u64) -> Result<(), BlobError> {
        let limit = self.0.limits.blob_bytes;
        if size <= limit { Ok(()) } else { Err(BlobError::TooLarge { limit }) }
    }
}

fn wrong_end(error: &BlobError) -> u64 {
    match error {
        BlobError::Range { end, .. } => *end,
        _ => 0,
    }
}

/// `sha256/ab/cdef…`
fn path_of(digest: &Digest) -> Path {
    let hex = digest.hex();
    let (folder, name) = hex.split_at(2);
    Path::from(format!("sha256/{folder}/{name}"))
}

/// The digest that a path stands for.
fn digest_of(path: &Path) -> Option<Digest> {
    let (folder, name) = path.as_ref().strip_prefix("sha256/")?.split_once('/')?;
    let digest: Digest = format!("{folder}{name}").parse().ok()?;
    (path_of(&digest) == *path).then_some(digest)
}
