//! The manifest of a bundle: what is in it, in JSON with one spelling.
//!
//! Signed as a note by the log's newest key. Refuses to know the members' contents. Start at [`Manifest`].

use super::Digest;
use crate::note::Checkpoint;
use crate::tree::{Hash, MAX_TREE_SIZE};
use serde::{Deserialize, Serialize};

/// The longest text of a manifest, in bytes.
pub(super) const MAX_MANIFEST_BYTES: u64 = 1 << 16;
/// The longest name of a party, in bytes.
const MAX_PARTY_BYTES: usize = 255;
const FORMAT: &str = "hearth-bundle/v1";

/// The text that opens every bundle.
pub(super) const README: &str = include_str!("README.txt");

/// A member of the archive besides the blobs, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Readme,
    Manifest,
    Keys,
    Checkpoint,
    Consistency,
    Tree,
    BlobList,
    Entries,
}

impl Part {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Readme => "README.txt",
            Self::Manifest => "manifest.note",
            Self::Keys => "keys.txt",
            Self::Checkpoint => "checkpoint.txt",
            Self::Consistency => "consistency.txt",
            Self::Tree => "tree.bin",
            Self::BlobList => "blobs.txt",
            Self::Entries => "entries.jsonl",
        }
    }

    /// The parts that a manifest lists, in the archive's order.
    pub(super) fn listed(has_consistency: bool) -> impl Iterator<Item = Self> {
        [
            Self::Readme,
            Self::Keys,
            Self::Checkpoint,
            Self::Consistency,
            Self::Tree,
            Self::BlobList,
            Self::Entries,
        ]
        .into_iter()
        .filter(move |part| has_consistency || *part != Self::Consistency)
    }
}

/// The name of a blob in the archive.
pub(super) fn blob_name(digest: &Digest) -> String {
    format!("blobs/{digest}")
}

/// What a bundle says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    format: String,
    /// Name of the log.
    pub origin: String,
    /// Whose part of the log this is.
    pub party: String,
    /// Entries in the whole log.
    pub size: u64,
    #[serde(with = "as_text")]
    /// Root of the whole log.
    pub root: Hash,
    /// An earlier head that this log is proven to go on from.
    pub since: Option<Since>,
    /// Entries in the bundle, the erased ones included.
    pub entries: u64,
    /// Entries in the bundle whose bodies were erased.
    pub erased: u64,
    /// Blobs in the bundle.
    pub blobs: u64,
    members: Vec<Member>,
}

/// An earlier head of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Since {
    /// Entries in the log then.
    pub size: u64,
    #[serde(with = "as_text")]
    /// Root of the log then.
    pub root: Hash,
}

/// A member's name, length and digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Member {
    name: String,
    pub(super) bytes: u64,
    sha256: String,
}

impl Member {
    pub(super) fn new(part: Part, bytes: u64, digest: &Digest) -> Self {
        Self { name: part.name().to_owned(), bytes, sha256: digest.to_string() }
    }

    pub(super) fn of(part: Part, content: &[u8]) -> Self {
        Self::new(part, content.len() as u64, &Digest::of(content))
    }

    pub(super) fn has_digest(&self, digest: &Digest) -> bool {
        Digest::from_hex(&self.sha256) == Some(*digest)
    }
}

/// Numbers of what a bundle holds.
#[derive(Clone, Copy)]
pub(super) struct Counts {
    pub(super) entries: u64,
    pub(super) erased: u64,
    pub(super) blobs: u64,
}

impl Manifest {
    pub(super) fn new(
        party: &str,
        head: &Checkpoint,
        since: Option<Since>,
        counts: Counts,
        members: Vec<Member>,
    ) -> Self {
        Self {
            format: FORMAT.to_owned(),
            origin: head.origin.clone(),
            party: party.to_owned(),
            size: head.size,
            root: head.root,
            since,
            entries: counts.entries,
            erased: counts.erased,
            blobs: counts.blobs,
            members,
        }
    }

    /// The text of the note.
    pub(super) fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("strings and numbers are always JSON");
        text.push('\n');
        text
    }

    /// Reads what [`Self::to_text`] wrote; what is wrong with another text.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let manifest: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let fault =
            manifest.fault().or((manifest.to_text() != text).then_some("it is not spelt as it is written"));
        fault.map_or(Ok(manifest), |fault| Err(fault.to_owned()))
    }

    fn fault(&self) -> Option<&'static str> {
        let parts = || Part::listed(self.since.is_some());
        let lists_parts = self.members.len() == parts().count()
            && self.members.iter().zip(parts()).all(|(member, part)| member.name == part.name());
        let has_digests = self.members.iter().all(|member| Digest::from_hex(&member.sha256).is_some());
        if self.format != FORMAT {
            Some("its format is another one than hearth-bundle/v1: a newer program may read it")
        } else if !is_party(&self.party) {
            Some("its party has no fit name")
        } else if self.size > MAX_TREE_SIZE || self.since.is_some_and(|since| since.size > self.size) {
            Some("the log's sizes are impossible")
        } else if self.entries > self.size || self.erased > self.entries {
            Some("its numbers of entries are impossible")
        } else if !lists_parts || !has_digests {
            Some("its list of members is not that of a bundle")
        } else {
            None
        }
    }

    /// What it lists of a part.
    pub(super) fn member(&self, part: Part) -> Option<&Member> {
        self.members.iter().find(|member| member.name == part.name())
    }
}

/// Whether a text can name a party: not empty, at most 255 bytes, no control characters.
pub(super) fn is_party(name: &str) -> bool {
    !name.is_empty() && name.len() <= MAX_PARTY_BYTES && !name.contains(char::is_control)
}

/// A hash as base64 in JSON.
mod as_text {
    use super::Hash;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(hash)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        let text = String::deserialize(deserializer)?;
        Hash::from_base64(&text).ok_or_else(|| D::Error::custom("a hash is not 32 bytes in base64"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(since: Option<Since>) -> Manifest {
        let head = Checkpoint::new("log.example", 7, Hash::of_empty_tree()).unwrap();
        let members = Part::listed(since.is_some()).map(|part| Member::of(part, b"")).collect();
        Manifest::new("Kenya \"North\"", &head, since, Counts { entries: 3, erased: 1, blobs: 0 }, members)
    }

    #[test]
    fn it_goes_there_and_back() {
        for since in [None, Some(Since { size: 3, root: Hash::of_empty_tree() })] {
            let text = manifest(since).to_text();
            assert_eq!(Manifest::parse(&text), Ok(manifest(since)));
            assert!(!text.contains("\n\n"));
        }
    }

    #[test]
    fn another_spelling_or_impossible_numbers_are_told() {
        let good = manifest(None).to_text();
        let check = |from: &str, to: &str, expected: &str| {
            let told = Manifest::parse(&good.replacen(from, to, 1)).unwrap_err();
            assert!(told.starts_with(expected), "{told}");
        };
        check("hearth-bundle/v1", "hearth-bundle/v2", "its format is another one");
        check("\"size\": 7", "\"size\":7", "it is not spelt as it is written");
        check("\"size\": 7", "\"size\": 2", "its numbers of entries are impossible");
        check("\"erased\": 1", "\"erased\": 4", "its numbers of entries are impossible");
        check("\"size\": 7", "\"size\": 9007199254740992", "the log's sizes are impossible");
        check("keys.txt", "../keys.txt", "its list of members is not that of a bundle");
        check("tree.bin", "keys.txt", "its list of members is not that of a bundle");
        check("\"since\": null", "\"since\": {\"size\": 8, \"root\": \"\"}", "a hash is not 32 bytes");
        check("\"blobs\": 0", "\"blobs\": 0, \"more\": 1", "unknown field `more`");
        check("Kenya", "Ken\\u0007ya", "its party has no fit name");
        check("{", "", "");
    }
}
