//! What happens to the log itself: keys, erasures, imports.
//!
//! Refuses to know how keys sign ([`crate::note`]). Start at [`KeyRotation`].

use hearth_base::digest::Digest;
use hearth_base::id::{EntryId, PartyId};
use serde::{Deserialize, Serialize};

/// The exchange of the log's key for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRotation {
    /// The statement, signed by the old key and the new one, as it stands in the log's key history.
    pub statement: String,
}

/// The destruction of bodies: salts and bytes are gone, the tree stays whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erasure {
    /// Which entries.
    pub entries: Vec<EntryId>,
    /// The rule or law that asked for it.
    pub rule: String,
}

/// What came from another server's log, verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// The origin of that log.
    pub log: String,
    /// Whose part of it.
    pub party: PartyId,
    /// The size of that log when the bundle was made.
    pub size: u64,
    /// How many entries came.
    pub entries: u64,
    /// The digest of the bundle.
    pub bundle: Digest,
}
