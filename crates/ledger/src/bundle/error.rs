//! What can be wrong with a bundle: the first thing, in one sentence.
//!
//! Start at [`BundleError`].

use super::Digest;
use crate::note::{HeadError, HistoryError, NoteFormError, SignatureError};
use crate::tree::{ProofError, PrunedError};

/// Why a bundle was not accepted. Nothing of a refused bundle is to be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// A header is not one that a bundle has.
    #[error("the bundle is damaged where {wanted} should begin: copy it again, or ask for it again")]
    Header {
        /// The member that should begin.
        wanted: String,
    },
    /// Another member comes than must.
    #[error("the bundle has {has:?} where {wanted} must stand: it is no Hearth bundle, or was repacked")]
    Name {
        /// The member that must come.
        wanted: String,
        /// The one that comes.
        has: String,
    },
    /// A member is longer than the limit.
    #[error(
        "{name} in the bundle has {bytes} bytes, more than the {limit} allowed: raise the limit, or ask for less"
    )]
    TooLong {
        /// The member.
        name: String,
        /// Its length.
        bytes: u64,
        /// The longest allowed.
        limit: u64,
    },
    /// There is more of something than the limit.
    #[error("the bundle has {has} {what}, more than the {limit} allowed: raise the limit, or ask for less")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many.
        has: u64,
        /// The most allowed.
        limit: u64,
    },
    /// A member is not the one that the manifest lists.
    #[error("{0} in the bundle is not what the signed manifest lists: it was changed or damaged on the way")]
    NotAsListed(String),
    /// What pads a member, or the end, is not zeroes.
    #[error("the bundle is damaged after {after}: copy it again, or ask for it again")]
    Padding {
        /// The member before.
        after: String,
    },
    /// The opening text is another one.
    #[error(
        "the bundle's README.txt is not that of the format hearth-bundle/v1: a newer program may read it"
    )]
    Readme,
    /// The manifest is no note.
    #[error("the bundle's manifest cannot be read: {0}")]
    ManifestNote(#[source] NoteFormError),
    /// The manifest's text does not fit.
    #[error("the bundle's manifest cannot be read: {0}")]
    Manifest(String),
    /// The manifest is not signed by the log.
    #[error("the bundle's manifest is not to be believed: {0}")]
    ManifestSignature(#[source] SignatureError),
    /// The log's keys are not to be trusted.
    #[error("the bundle's keys are not to be believed: {0}")]
    Keys(#[source] HistoryError),
    /// The checkpoint is no note.
    #[error("the bundle's checkpoint cannot be read: {0}")]
    CheckpointNote(#[source] NoteFormError),
    /// The checkpoint is not signed by the log.
    #[error("the bundle's checkpoint is not to be believed: {0}")]
    Head(#[source] HeadError),
    /// Manifest and checkpoint speak of different logs or sizes.
    #[error("the bundle's manifest and its checkpoint speak of different heads of the log")]
    OtherHead,
    /// The consistency proof cannot be read.
    #[error("line {line} of consistency.txt in the bundle is not a hash in base64")]
    ConsistencyLine {
        /// Number of the line, from 1.
        line: usize,
    },
    /// The consistency proof does not hold.
    #[error("the bundle does not prove that the log went on from the earlier head: {0}")]
    Consistency(#[source] ProofError),
    /// The pruned tree is cut within a hash.
    #[error("tree.bin in the bundle is not a row of hashes of 32 bytes")]
    Tree,
    /// The list of blobs cannot be read.
    #[error("line {line} of blobs.txt in the bundle cannot be read, or is out of order")]
    BlobLine {
        /// Number of the line, from 1.
        line: usize,
    },
    /// An entry cannot be read.
    #[error("entry {number} of the bundle cannot be read")]
    EntryLine {
        /// Number of the entry in the bundle, from 1.
        number: u64,
    },
    /// The entries do not fit the pruned tree.
    #[error("the bundle's entries do not fit its tree: {0}")]
    Pruned(#[source] PrunedError),
    /// The entries do not lead to the signed root.
    #[error(
        "the bundle's entries do not lead to the signed root of the log: an entry was changed, added or left out"
    )]
    Root,
    /// A blob's content does not have its digest.
    #[error(
        "the blob {0} in the bundle is not the one that its name says: it was changed or damaged on the way"
    )]
    Blob(Digest),
    /// The bundle ends too early.
    #[error("the bundle ends within {within}: it was cut; copy it again, or ask for it again")]
    Cut {
        /// The member within which it ends.
        within: String,
    },
    /// Something follows the end.
    #[error("something follows the end of the bundle: it was changed, or two files were joined")]
    Trailing,
    /// The reader is asked to go on after it refused.
    #[error("this bundle was refused before: read it again from its beginning")]
    Refused,
}
