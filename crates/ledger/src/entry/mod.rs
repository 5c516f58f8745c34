//! An entry: one act of sharing, as it is kept, signed and handed on.
//!
//! An entry names its own log, so that it means the same on every server; it is written once, as JSON with its members in
//! the order of [`Entry`] and no white space, and **these bytes** are what the log commits to. They are kept and never
//! written again from the value. A mistake is a new version or a withdrawal, never a change. What all kinds share stands
//! here; what a kind says is [`crate::body`]. Refuses to know where entries are kept. Start at [`Entry`], then [`Draft`].

mod happened;
mod kind;

pub use happened::{Happened, HappenedError};
pub use kind::{Act, Kind};

use crate::body::Body;
use hearth_base::audience::Audience;
use hearth_base::digest::Digest;
use hearth_base::id::{EntryId, PartyId, PersonId, RecordId, VersionId};
use hearth_base::time::UtcTime;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The first member of every entry.
pub const FORMAT: &str = "hearth-entry/1";
/// The longest entry, in bytes.
pub const ENTRY_MAX_BYTES: usize = 256 * 1024;
/// Blobs that one entry may name.
pub const BLOBS_MAX: usize = 1_000;

/// One act of sharing.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The origin of the log it was first written to: the first line of that log's checkpoints.
    pub log: String,
    /// Its identifier, random.
    pub id: EntryId,
    /// When the server wrote it down.
    pub recorded: UtcTime,
    /// The act itself.
    pub draft: Draft,
}

/// An entry before a log took it: everything but the log's name, an identifier and the time.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// What was done.
    pub act: Act,
    /// The record it was done to.
    pub record: RecordId,
    /// Which version of the record, from 1.
    pub version: u32,
    /// In whose name.
    pub party: PartyId,
    /// By whom; `None` for what the server does by a rule.
    pub person: Option<PersonId>,
    /// Who may see the record from now on.
    pub disclosure: Disclosure,
    /// When it happened, as precisely as is known. It may be long ago.
    pub happened: Happened,
    /// Whether it was made up for a demonstration or an exercise.
    pub simulated: bool,
    /// What the act says, by kind.
    pub body: Body,
    /// Blobs that belong to it.
    pub blobs: Vec<BlobRef>,
}

/// Who may see a record, and under which terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disclosure {
    /// Who may see it now, besides the owner.
    pub audience: Audience,
    /// Who may see it from a day on: an embargo.
    pub opens: Option<Opening>,
    /// The version of the terms it is under, where there are any.
    pub terms: Option<VersionId>,
}

/// The end of an embargo: tested against the clock at every query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// The first moment.
    pub at: UtcTime,
    /// Who may see it from then on.
    pub to: Audience,
}

/// A blob that an entry names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlobRef {
    /// Its digest.
    pub digest: Digest,
    /// Its length.
    pub bytes: u64,
    /// Its media type (RFC 6838).
    pub media: String,
    /// A name for people, without folders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Why bytes are no entry.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// Longer than [`ENTRY_MAX_BYTES`].
    #[error("the entry has {0} bytes; at most {ENTRY_MAX_BYTES} are allowed")]
    TooLong(usize),
    /// Not the JSON of an entry.
    #[error("these are not the bytes of an entry: {0}")]
    Json(#[from] serde_json::Error),
    /// Of a later program.
    #[error("the entry has the format {0:?}; this program reads {FORMAT:?}: it needs to be renewed")]
    Format(String),
    /// The body is not that of its kind.
    #[error("the body of the {kind} entry cannot be read: {source}")]
    Body {
        /// Its kind.
        kind: Kind,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// More than [`BLOBS_MAX`].
    #[error("the entry names {0} blobs; at most {BLOBS_MAX} are allowed")]
    Blobs(usize),
    /// Versions begin at 1.
    #[error("the entry is about version 0; versions begin at 1")]
    Version,
}

/// The written form: the order of its members is the format.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written<B> {
    format: String,
    log: String,
    entry: EntryId,
    kind: Kind,
    act: Act,
    record: RecordId,
    version: u32,
    party: PartyId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    person: Option<PersonId>,
    audience: Audience,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opens: Option<Opening>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    terms: Option<VersionId>,
    happened: Happened,
    recorded: UtcTime,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    simulated: bool,
    body: B,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    blobs: Vec<BlobRef>,
}

impl Entry {
    /// The bytes that the log commits to.
    ///
    /// # Errors
    /// When the entry is longer than [`ENTRY_MAX_BYTES`], names too many blobs or version 0.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EntryError> {
        let Draft { act, record, version, party, person, disclosure, happened, simulated, body, blobs } =
            &self.draft;
        let written = Written {
            format: FORMAT.to_owned(),
            log: self.log.clone(),
            entry: self.id,
            kind: body.kind(),
            act: *act,
            record: *record,
            version: *version,
            party: *party,
            person: *person,
            audience: disclosure.audience.clone(),
            opens: disclosure.opens.clone(),
            terms: disclosure.terms,
            happened: *happened,
            recorded: self.recorded,
            simulated: *simulated,
            body,
            blobs: blobs.clone(),
        };
        let bytes = serde_json::to_vec(&written)?;
        within_limits(bytes.len(), blobs.len(), *version)?;
        Ok(bytes)
    }

    /// The entry that these bytes say.
    ///
    /// # Errors
    /// When they are no entry, or one of a kind or format that this program does not know.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EntryError> {
        within_limits(bytes.len(), 0, 1)?;
        let written: Written<&RawValue> = serde_json::from_slice(bytes)?;
        if written.format != FORMAT {
            return Err(EntryError::Format(written.format.chars().take(40).collect()));
        }
        within_limits(bytes.len(), written.blobs.len(), written.version)?;
        let kind = written.kind;
        let body = Body::read(kind, written.act, written.body.get())
            .map_err(|source| EntryError::Body { kind, source })?;
        Ok(Self {
            log: written.log,
            id: written.entry,
            recorded: written.recorded,
            draft: Draft {
                act: written.act,
                record: written.record,
                version: written.version,
                party: written.party,
                person: written.person,
                disclosure: Disclosure {
                    audience: written.audience,
                    opens: written.opens,
                    terms: written.terms,
                },
                happened: written.happened,
                simulated: written.simulated,
                body,
                blobs: written.blobs,
            },
        })
    }
}

fn within_limits(bytes: usize, blobs: usize, version: u32) -> Result<(), EntryError> {
    match (bytes, blobs, version) {
        (bytes, ..) if bytes > ENTRY_MAX_BYTES => Err(EntryError::TooLong(bytes)),
        (_, blobs, _) if blobs > BLOBS_MAX => Err(EntryError::Blobs(blobs)),
        (.., 0) => Err(EntryError::Version),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
