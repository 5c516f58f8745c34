//! Genomes as JSON, and what is done with one.
//!
//! Start at [`GenomeRecord`].

use super::PartyRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which genomes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GenomeQuery {
    /// Only of this pathogen: the name of its pack.
    pub pathogen: Option<String>,
    /// Only of this country (ISO 3166-1 alpha-2).
    #[schemars(length(equal = 2))]
    pub country: Option<String>,
    /// Only of this lineage or clade; with a star behind it (`BA.2*`), also of those that descend from it, by the tree of
    /// the pack or by name.
    pub lineage: Option<String>,
    /// Only sampled then or later: year, year-month or year-month-day.
    pub from: Option<String>,
    /// Only sampled then or earlier.
    pub to: Option<String>,
    /// Only whose name or accession begins so.
    pub text: Option<String>,
    /// Only of this batch.
    pub batch: Option<String>,
    /// What one's own party keeps, released or not, in place of what others see.
    pub kept: Option<bool>,
    /// As of the end of a day (2026-11-01), a time (2026-11-01T08:00:00Z) or an entry of the log.
    #[schemars(length(max = 100))]
    pub as_of: Option<String>,
    /// What the part before gave as `next`.
    #[schemars(length(max = 200))]
    pub after: Option<String>,
    /// At most so many items.
    #[schemars(range(min = 1, max = 1000))]
    pub limit: Option<u32>,
}

/// A genome in a list.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Genome {
    /// Its accession.
    pub accession: String,
    /// Its version.
    pub version: u32,
    /// The name of its sample.
    pub name: String,
    /// The name of its pathogen's pack.
    pub pathogen: String,
    /// Whose it is.
    pub party: PartyRef,
    /// The code of the terms that it is under; absent before its release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// Where it was sampled (ISO 3166-1 alpha-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// When it was sampled, as precisely as may be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected: Option<String>,
    /// Its clade, as assigned last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clade: Option<String>,
    /// Its lineage, as assigned last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lineage: Option<String>,
    /// Present if it was assigned anew since it was handed in, because the pack changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_again: Option<AssignedAgain>,
    /// Whether it was withdrawn.
    pub is_withdrawn: bool,
    /// Whether it is simulated, for a demonstration or an exercise.
    pub is_simulated: bool,
}

/// When a genome got the clade and lineage that it has, and what it was called first.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct AssignedAgain {
    /// The day (ISO 8601).
    pub on: String,
    /// The clade that it was handed in with, if clade or lineage is another now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_clade: Option<String>,
    /// The lineage that it was handed in with, if clade or lineage is another now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_lineage: Option<String>,
}

/// A sequence of a genome.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Sequence {
    /// The segment; empty where there is one only.
    pub segment: String,
    /// SHA-256 of its letters, in hexadecimal digits.
    pub sha256: String,
    /// Its letters.
    pub length_nt: u32,
}

/// A version of a genome.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Version {
    /// Its number, from 1.
    pub version: u32,
    /// When the entry that brought it was recorded.
    pub recorded: String,
    /// Whether this is what others see, or what the owner keeps.
    pub is_released: bool,
    /// Whether it was withdrawn then.
    pub is_withdrawn: bool,
    /// The entry of the ledger.
    pub entry: String,
}

/// A genome with all that is known of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct GenomeRecord {
    /// What lists say of it.
    #[serde(flatten)]
    pub genome: Genome,
    /// Its sequences, one for each segment.
    pub sequences: Vec<Sequence>,
    /// What is known of the sample, by the columns of the template.
    pub metadata: BTreeMap<String, String>,
    /// Why this version was made.
    pub reason: String,
    /// Every version that the caller may see, the newest first.
    pub versions: Vec<Version>,
    /// How to cite it.
    pub citation: String,
}

/// A sequence in place of another.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSequence {
    /// The segment; empty where there is one only.
    #[serde(default)]
    pub segment: String,
    /// Its letters, as in FASTA without the header.
    #[schemars(length(min = 1))]
    pub letters: String,
}

/// What is to be changed of a genome.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revise {
    /// The version that it was decided on: the newest.
    pub version: u32,
    /// Values by the columns of the template; columns that are not named stay.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// The sequence, if it changes.
    #[serde(default)]
    pub sequence: Option<NewSequence>,
    /// Why.
    #[schemars(length(min = 1, max = 4000))]
    pub reason: String,
}

/// A new version.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Revised {
    /// Its number.
    pub version: u32,
}
