//! Genomes, what was handed in at once, and runs of the analysis.
//!
//! A genome's entry names sequences by digest and carries what is known of the sample. What follows from the sequence
//! (mutations, lineage, verdicts) is not in the log: an [`Analysis`] says with which pack and program it was found, and
//! with which result, so that it can be found again. Start at [`Genome`].

use hearth_base::accession::Accession;
use hearth_base::country::Country;
use hearth_base::date::PartialDate;
use hearth_base::digest::Digest;
use hearth_base::id::{RecordId, VersionId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A genome: one sample, with a sequence for each segment that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genome {
    /// Its name for papers.
    pub accession: Accession,
    /// With what it was handed in.
    pub submission: RecordId,
    /// The pathogen: the name of its pack.
    pub pathogen: String,
    /// The sequences, one for each segment.
    pub sequences: Vec<Sequence>,
    /// What is known of the sample. Released versions have it as coarse as the party's rule asks.
    pub sample: Sample,
    /// Who is to be named.
    #[serde(default, skip_serializing_if = "Credit::is_empty")]
    pub credit: Credit,
    /// Why this version was made; empty for the first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// One sequence of a genome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sequence {
    /// The name of the segment; empty where the genome is in one piece.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub segment: String,
    /// SHA-256 of its upper-case letters.
    pub digest: Digest,
    /// Its length in nucleotides.
    pub length_nt: u32,
}

/// What is known of a sample.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The laboratory's own name of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// When it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected: Option<PartialDate>,
    /// In which country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// Province, state or region.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub division: String,
    /// The host's scientific name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub host: String,
    /// Everything else, by the column it came in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub other: BTreeMap<String, String>,
}

/// Who is to be named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    /// Where the sample was taken.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub originating_lab: String,
    /// Where it was sequenced.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub submitting_lab: String,
    /// By whom, as they want to be named.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub authors: String,
}

impl Credit {
    /// Whether nobody is named.
    pub fn is_empty(&self) -> bool {
        self.originating_lab.is_empty() && self.submitting_lab.is_empty() && self.authors.is_empty()
    }
}

/// What a laboratory handed in at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// The submitter's own name of it.
    pub title: String,
    /// How many genomes.
    pub genomes: u64,
    /// How many records were left out, because they failed or were controls.
    pub left_out: u64,
    /// SHA-256 over the digests of its genomes' entries, in order.
    pub digest: Digest,
}

/// One run of the analysis over the genomes of a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analysis {
    /// Over which submission.
    pub submission: VersionId,
    /// With which pack: its name.
    pub pack: String,
    /// The pack's own version tag.
    pub pack_version: String,
    /// The pack's digest.
    pub pack_digest: Digest,
    /// The program's version.
    pub program: String,
    /// How many genomes.
    pub genomes: u64,
    /// SHA-256 over the results, in the order of the genomes.
    pub results: Digest,
}
