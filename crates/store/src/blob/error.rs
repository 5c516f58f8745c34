//! What can go wrong with blobs, told apart by what to do next.
//!
//! Start at [`BlobError`]; the errors of both kinds of stores are sorted in `sort`.

use std::error::Error;
use std::io;

use hearth_base::digest::Digest;

use super::place::BlobPlace;

/// What went wrong with a blob.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlobError {
    /// The place does not answer, or not in time.
    #[error("{place} cannot be reached: is it there, running, and its address right? ({reason})")]
    Unreachable {
        /// Where.
        place: String,
        /// The system's words.
        reason: String,
    },
    /// The place does not let us in.
    #[error(
        "{place} refuses access: check the rights of the folder, or the store's key and secret ({reason})"
    )]
    Denied {
        /// Where.
        place: String,
        /// The system's words.
        reason: String,
    },
    /// It can be read only.
    #[error("{place} can only be read, nothing was written: is its disk set to read-only? ({reason})")]
    ReadOnly {
        /// Where.
        place: String,
        /// The system's words.
        reason: String,
    },
    /// No room is left.
    #[error("{place} is full, nothing was written: free some space, and it goes on by itself ({reason})")]
    Full {
        /// Where.
        place: String,
        /// The system's words.
        reason: String,
    },
    /// The blob is not there.
    #[error("the blob {digest} is missing in {place}: restore it from a backup")]
    Missing {
        /// Which.
        digest: Digest,
        /// Where.
        place: String,
    },
    /// The blob is there, with other bytes than its name says.
    #[error("the blob {digest} in {place} is damaged: restore it from a backup ({reason})")]
    Damaged {
        /// Which.
        digest: Digest,
        /// Where.
        place: String,
        /// What was found instead.
        reason: String,
    },
    /// More bytes than one blob may have.
    #[error("the upload is larger than {limit} bytes, the most that one file may have: nothing was written")]
    TooLarge {
        /// The limit, bytes.
        limit: u64,
    },
    /// A part of a blob was asked for that it does not have.
    #[error("the blob {digest} does not have the bytes {start} to {end}")]
    Range {
        /// Which.
        digest: Digest,
        /// From here.
        start: u64,
        /// To before here.
        end: u64,
    },
    /// What was to be written could not be read.
    #[error("the upload broke off, nothing was written: {reason}")]
    Source {
        /// The words of whoever brought it.
        reason: String,
    },
    /// The settings cannot work.
    #[error("{reason}")]
    Settings {
        /// What is wrong with them; never a secret.
        reason: String,
    },
    /// Anything else.
    #[error("{place} failed: {reason}")]
    Other {
        /// Where.
        place: String,
        /// The system's words.
        reason: String,
    },
}

impl BlobError {
    /// Whether the same may succeed later without a hand.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    /// Sorts an error of a folder.
    pub(super) fn from_io(place: &BlobPlace, error: &io::Error) -> Self {
        let (place, reason) = (place.to_string(), error.to_string());
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::Full { place, reason }
            }
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { place, reason },
            io::ErrorKind::PermissionDenied => Self::Denied { place, reason },
            io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::StaleNetworkFileHandle => Self::Unreachable { place, reason },
            _ => Self::Other { place, reason },
        }
    }

    /// Sorts an error of the store, about a blob if there is one.
    pub(super) fn sort(place: &BlobPlace, digest: Option<&Digest>, error: object_store::Error) -> Self {
        use object_store::Error as E;
        match (&error, digest) {
            (E::NotFound { source, .. }, _) if source.to_string().contains("NoSuchBucket") => {
                let reason = "there is no bucket of this name".to_owned();
                return Self::Unreachable { place: place.to_string(), reason };
            }
            (E::NotFound { .. }, Some(&digest)) => {
                return Self::Missing { digest, place: place.to_string() };
            }
            (E::PermissionDenied { .. } | E::Unauthenticated { .. }, _) => {
                return Self::Denied { place: place.to_string(), reason: last_words(&error) };
            }
            _ => {}
        }
        if let BlobPlace::S3(_) = place {
            return Self::from_answer(place.to_string(), &error);
        }
        match cause::<io::Error>(&error) {
            Some(io) => Self::from_io(place, io),
            None => Self::Other { place: place.to_string(), reason: last_words(&error) },
        }
    }

    /// Sorts what a bucket answered. The client keeps the status only in its words.
    fn from_answer(place: String, error: &object_store::Error) -> Self {
        let reason = last_words(error);
        let status =
            reason.split_once("status code: ").and_then(|(_, rest)| rest.get(..3)?.parse::<u16>().ok());
        match status {
            Some(507) => Self::Full { place, reason },
            _ if reason.contains("StorageFull") || reason.contains("QuotaExceeded") => {
                Self::Full { place, reason }
            }
            None | Some(408 | 429 | 500..) => Self::Unreachable { place, reason },
            Some(_) => Self::Other { place, reason },
        }
    }
}

/// The first cause of a kind.
fn cause<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// The innermost cause, in its own words; those around it repeat it at length.
fn last_words(error: &(dyn Error + 'static)) -> String {
    const SHOWN_CHARACTERS: usize = 300;
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string().split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SHOWN_CHARACTERS).collect()
}
