//! `pathogen.json`: how a pathogen wants to be aligned, judged and labelled.
//!
//! Start with [`Pathogen::from_json`]. Every value in the result is resolved (defaults filled in) and
//! checked; every key of the file that has no effect is in [`Pathogen::unhonoured`].

mod alignment;
mod error;
mod fields;
mod general;
mod labels;
mod phenotype;
mod quality;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;

pub use alignment::{AlignmentParams, AlignmentPreset, GapSide};
pub use error::PathogenError;
pub use general::{AaGrouping, Compatibility, GeneralParams, PackFiles, PackVersion, TreeBuilderParams};
pub use labels::{AaGenotype, MutationLabels, NucGenotype};
pub use phenotype::{Motif, MotifRegion, Phenotype, PhenotypeCoefficient, PhenotypeTable};
pub use quality::{
    FrameShiftRule, IgnoredFrameShift, IgnoredStopCodon, MissingDataRule, MixedSitesRule,
    PrivateMutationsRule, QualityConfig, SnpClustersRule, StopCodonRule,
};

/// Everything `pathogen.json` says, resolved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pathogen {
    /// As written, e.g. `3.0.0`.
    pub schema_version: String,
    /// `attributes.name`.
    pub name: Option<String>,
    /// `attributes["reference name"]`.
    pub reference_name: Option<String>,
    /// `attributes["reference accession"]`.
    pub reference_accession: Option<String>,
    /// `attributes`, whole: also `segment`, `experimental`, `deprecated` and the pack author's own keys.
    pub attributes: BTreeMap<String, Value>,
    /// Short names of the pack.
    pub shortcuts: Vec<String>,
    /// Which of the pack's files are which.
    pub files: PackFiles,
    /// Which edition of the pack this is.
    pub version: Option<PackVersion>,
    /// Oldest programs the pack was made for.
    pub compatibility: Option<Compatibility>,
    /// `maintenance`, whole: lists of addresses, organisations, authors.
    pub maintenance: BTreeMap<String, Value>,
    /// Coding sequence a person sees first.
    pub default_cds: Option<String>,
    /// Order in which a person sees coding sequences.
    pub cds_order: Vec<String>,
    /// How to align, defaults filled in.
    pub alignment: AlignmentParams,
    /// How to judge quality; `None` means the pack asks for no judgement.
    pub quality: Option<QualityConfig>,
    /// Names of mutations that mark a clade.
    pub labels: MutationLabels,
    /// Scores from amino acid changes, such as immune escape.
    pub phenotypes: Vec<Phenotype>,
    /// Patterns to look for in translated sequences, such as glycosylation sites.
    pub motifs: Vec<Motif>,
    /// How amino acid changes are shown together.
    pub aa_grouping: AaGrouping,
    /// Defaults of a run.
    pub general: GeneralParams,
    /// How new sequences are joined to the tree (read, not yet acted on).
    pub tree_builder: TreeBuilderParams,
    /// What the file says that has no effect, in the order of the paths.
    pub unhonoured: Vec<Unhonoured>,
}

/// Something the file says that has no effect.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unhonoured {
    /// Where: keys joined by dots, list items as `[0]`, e.g. `treeBuilderParams.withoutGreedyTreeBuilder`.
    pub path: String,
    /// Why not, as a sentence.
    pub reason: String,
    /// Whether the answers may differ for it (an unknown key always may).
    pub may_change_answers: bool,
}
