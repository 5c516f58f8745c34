//! Rotation: the log's key hands over to another.
//!
//! The next key is on the disk before the entry that both keys signed, and takes its file's place after; heads up to the
//! rotation stay the old key's. Start at [`rotate`].

use super::append::{Appended, Writing};
use super::heads::{self, PublishError};
use super::keys::KeyFolder;
use super::upkeep::{self, Keeper};
use crate::Store;
use crate::error::StoreError;
use crate::random;
use hearth_base::audience::Audience;
use hearth_base::time::UtcTime;
use hearth_ledger::body::upkeep::KeyRotation;
use hearth_ledger::note::{Checkpoint, CheckpointError, Rotation, RotationError, VerifierKey};

/// Why the key was not rotated. The old one is in force then.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// The key or the log.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The head cannot be written as one.
    #[error(transparent)]
    Head(#[from] CheckpointError),
    /// The keys do not fit the history.
    #[error(transparent)]
    Rotation(#[from] RotationError),
}

impl From<StoreError> for RotateError {
    fn from(error: StoreError) -> Self {
        Self::Publish(error.into())
    }
}

/// A rotation that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The entry that says it.
    pub entry: Appended,
    /// The key from now on.
    pub key: VerifierKey,
}

/// Hands over to a new key. Other servers of the installation need the new key file before they sign again.
///
/// # Errors
/// When the key in force is not at hand, or the database fails.
pub async fn rotate(
    store: &Store,
    folder: &KeyFolder,
    keeper: Keeper,
    now: UtcTime,
) -> Result<Rotated, RotateError> {
    let (old, _) = heads::open_key(store, folder).await?;
    let new = folder.write_next(old.verifier().name(), &random::bytes()?).map_err(PublishError::from)?;
    let mut writing: Writing = store.write(now).await?;
    let history = heads::history(writing.tx()).await?;
    let mut history = history.ok_or_else(|| StoreError::damaged("the log's first key is missing"))?;
    let head = Checkpoint::new(&writing.head().origin, writing.head().size, writing.head().root)?;
    let rotation = Rotation::sign(&head, &old, &new)?;
    let statement = rotation.note().to_string();
    history.add(rotation)?;
    let body = KeyRotation { statement };
    let draft = upkeep::draft(keeper, Audience::Public, body.into(), Vec::new(), writing.now())?;
    let appended = writing.append(vec![draft]).await?;
    writing.commit().await?;
    folder.promote().map_err(PublishError::from)?;
    let entry = appended.first().copied().ok_or_else(|| StoreError::damaged("nothing was appended"))?;
    Ok(Rotated { entry, key: new.verifier().clone() })
}
