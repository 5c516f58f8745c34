//! Documents: a work has editions, an edition has renditions in languages.
//!
//! A share is of an edition; whoever may see the edition sees its renditions. Refuses to read files. Start at [`Work`].

use hearth_base::id::RecordId;
use hearth_base::language::Language;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A document as such: "the treatment plan", whatever its editions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// Its title.
    pub title: String,
    /// What it is about, as figures count by: `technical-documents`, `treatment`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub subjects: BTreeSet<String>,
}

/// One edition of a work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// Of which work.
    pub work: RecordId,
    /// What it is called: `7`, `7 (trial)`.
    pub label: String,
    /// What changed in substance since the one before.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub changes: String,
}

/// An edition in one language. The file is the entry's blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rendition {
    /// Of which edition.
    pub edition: RecordId,
    /// In which language.
    pub language: Language,
    /// How it came into this language.
    pub origin: Origin,
}

/// How a rendition came into its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Written in it.
    Original,
    /// Translated by people.
    Translation,
    /// Translated by a machine, which is said wherever it is shown.
    MachineTranslation,
}
