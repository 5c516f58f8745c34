//! The small parts of `pathogen.json`: files, version, run defaults.

use std::collections::BTreeMap;

/// Names of the pack's files, relative to its folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackFiles {
    /// Reference sequence, FASTA.
    pub reference: Option<String>,
    /// Genome annotation, GFF3.
    pub genome_annotation: Option<String>,
    /// This very file.
    pub pathogen_json: Option<String>,
    /// Reference tree, auspice JSON.
    pub tree_json: Option<String>,
    /// Example sequences, FASTA.
    pub examples: Option<String>,
    /// For people.
    pub readme: Option<String>,
    /// For people.
    pub changelog: Option<String>,
    /// Any other key.
    pub other: BTreeMap<String, String>,
}

/// Which edition of the pack this is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackVersion {
    /// E.g. `2025-04-01--08-20-12Z`, or `unreleased`.
    pub tag: String,
    /// ISO 8601, as written.
    pub updated_at: Option<String>,
}

/// Oldest versions of Nextclade the pack was made for, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compatibility {
    /// Command line.
    pub cli: Option<String>,
    /// Web application.
    pub web: Option<String>,
}

/// Defaults of a run (`generalParams`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GeneralParams {
    /// Write the reference first among the aligned sequences and peptides.
    pub include_reference: bool,
    /// List the nearest tree nodes in the results.
    pub include_nearest_node_info: bool,
    /// Write results in the order of the input.
    pub in_order: bool,
    /// Read unknown letters as N instead of refusing the sequence.
    pub replace_unknown: bool,
}

/// How new sequences are joined to the tree (`treeBuilderParams`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TreeBuilderParams {
    /// Only attach to the nearest node, do not move it to where it saves mutations.
    pub without_greedy: bool,
    /// Weight of mutations in masked spans.
    pub masked_mutation_weight: f64,
}

/// How amino acid changes are shown together (`aaChangesParams`), in codons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AaGrouping {
    /// Largest distance of changes in one group.
    pub spacing: u32,
    /// Codons shown on either side of a group.
    pub padding: u32,
}

impl Default for TreeBuilderParams {
    fn default() -> Self {
        Self { without_greedy: false, masked_mutation_weight: 0.05 }
    }
}

impl Default for AaGrouping {
    fn default() -> Self {
        Self { spacing: 3, padding: 2 }
    }
}
