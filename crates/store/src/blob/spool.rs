//! Parts of files on their way: small objects of their own, until the file is whole or given up.
//!
//! A part is whole or not there; which parts belong to a file, and in which order, the database says (`crate::uploads`).
//! Refuses to put them together. Start at [`BlobStore::put_part`].
//!
//! Layout: `spool/UPLOAD/OBJECT`, both as 32 hexadecimal digits.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures::TryStreamExt as _;
use hearth_base::digest::Digest;
use object_store::ObjectStoreExt as _;
use object_store::path::Path;

use super::error::BlobError;
use super::{BlobStore, path_of};

/// Where parts lie.
const SPOOL: &str = "spool";

/// A part that lies in the spool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpooledPart {
    /// Of which upload.
    pub upload: [u8; 16],
    /// Its name.
    pub object: [u8; 16],
}

impl BlobStore {
    /// Writes a part. When it returns, the part is on the disk.
    ///
    /// # Errors
    /// As [`BlobError`] says.
    pub async fn put_part(&self, part: SpooledPart, bytes: Bytes) -> Result<(), BlobError> {
        self.put_whole(&path(part), bytes).await
    }

    /// Reads a part, which must have so many bytes.
    ///
    /// # Errors
    /// As [`BlobError`] says; a part that is not there, or is shorter, is one that was lost.
    pub async fn get_part(&self, part: SpooledPart, bytes: u64) -> Result<Bytes, BlobError> {
        let lost = |reason: String| BlobError::Other { place: self.0.place.to_string(), reason };
        let found = self.0.store.get(&path(part)).await.map_err(|error| self.sort_write(error))?;
        let found = found.bytes().await.map_err(|error| self.sort_write(error))?;
        if found.len() as u64 == bytes {
            return Ok(found);
        }
        Err(lost(format!("a part of an upload has {} bytes and not {bytes}", found.len())))
    }

    /// Deletes a part; one that is not there is no fault.
    ///
    /// # Errors
    /// As [`BlobError`] says.
    pub async fn delete_part(&self, part: SpooledPart) -> Result<(), BlobError> {
        match self.0.store.delete(&path(part)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.sort_write(error)),
        }
    }

    /// Parts that were written longer than `age` ago.
    ///
    /// # Errors
    /// As [`BlobError`] says.
    pub async fn old_parts(&self, age: Duration) -> Result<Vec<SpooledPart>, BlobError> {
        let limit = SystemTime::now().checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH);
        let mut found = Vec::new();
        let mut all = self.0.store.list(Some(&Path::from(SPOOL)));
        while let Some(meta) = all.try_next().await.map_err(|error| self.sort_write(error))? {
            if SystemTime::from(meta.last_modified) <= limit {
                found.extend(part_of(&meta.location));
            }
        }
        Ok(found)
    }

    /// When a blob was last written, by the store's clock; `None` when it is not there.
    ///
    /// # Errors
    /// As [`BlobError`] says.
    pub async fn written_at(&self, digest: &Digest) -> Result<Option<SystemTime>, BlobError> {
        match self.0.store.head(&path_of(digest)).await {
            Ok(meta) => Ok(Some(meta.last_modified.into())),
            Err(error) => match self.sort(digest, error) {
                BlobError::Missing { .. } => Ok(None),
                other => Err(other),
            },
        }
    }
}

fn path(part: SpooledPart) -> Path {
    let hex = |bytes: [u8; 16]| format!("{:032x}", u128::from_be_bytes(bytes));
    Path::from(format!("{SPOOL}/{}/{}", hex(part.upload), hex(part.object)))
}

fn part_of(path: &Path) -> Option<SpooledPart> {
    let (upload, object) = path.as_ref().strip_prefix("spool/")?.split_once('/')?;
    let bytes = |hex: &str| {
        let digits = hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        digits.then(|| u128::from_str_radix(hex, 16).ok()).flatten().map(u128::to_be_bytes)
    };
    Some(SpooledPart { upload: bytes(upload)?, object: bytes(object)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blob::BlobPlace;

    #[test]
    fn paths_of_parts_are_read_back_and_nothing_else_is() {
        let part = SpooledPart { upload: [1; 16], object: [255; 16] };
        assert_eq!(part_of(&path(part)), Some(part));
        for other in ["spool/1/2", "spool/x", "incoming/0", "spool/+1111111111111111111111111111111/0"] {
            assert_eq!(part_of(&Path::from(other)), None, "{other}");
        }
    }

    #[tokio::test]
    async fn a_part_comes_back_or_is_told_as_lost() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = BlobPlace::Folder(folder.path().to_owned());
        let blobs = BlobStore::open(&place).await.expect("blobs");
        let part = SpooledPart { upload: [1; 16], object: [2; 16] };
        blobs.put_part(part, Bytes::from_static(b"ACGT")).await.expect("put");
        assert_eq!(blobs.get_part(part, 4).await.expect("there"), "ACGT");
        assert!(blobs.get_part(part, 5).await.is_err());
        assert_eq!(blobs.old_parts(Duration::ZERO).await.expect("listed"), [part]);
        assert_eq!(blobs.old_parts(Duration::from_secs(60)).await.expect("listed"), []);
        blobs.delete_part(part).await.expect("gone");
        blobs.delete_part(part).await.expect("gone already");
        assert!(blobs.get_part(part, 4).await.is_err());
    }
}
