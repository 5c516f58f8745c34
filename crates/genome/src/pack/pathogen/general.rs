//! The small parts of `pathogen.json`: files, version, run defaults.

use std::collections::BTreeMap;

use super::PathogenError;
use super::fields::{Fields, MOST, wrong};
use super::read::set;

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

impl PackFiles {
    pub(super) fn read(fields: Fields<'_>) -> Result<Self, PathogenError> {
        let mut files = Self::default();
        for (key, value) in fields.entries() {
            let Some(name) = value.as_str() else {
                if value.is_null() {
                    continue;
                }
                return Err(wrong(fields.path_of(key), "a file name", value));
            };
            let place = match key.as_str() {
                "reference" => &mut files.reference,
                "genomeAnnotation" => &mut files.genome_annotation,
                "pathogenJson" => &mut files.pathogen_json,
                "treeJson" => &mut files.tree_json,
                "examples" => &mut files.examples,
                "readme" => &mut files.readme,
                "changelog" => &mut files.changelog,
                _ => {
                    files.other.insert(key.clone(), name.to_owned());
                    continue;
                }
            };
            *place = Some(name.to_owned());
        }
        Ok(files)
    }
}

impl PackVersion {
    pub(super) fn read(mut fields: Fields<'_>) -> Result<Self, PathogenError> {
        let version = Self { tag: fields.needed_text("tag")?, updated_at: fields.text("updatedAt")? };
        fields.take("compatibility");
        fields.finish();
        Ok(version)
    }
}

impl Compatibility {
    pub(super) fn read(mut fields: Fields<'_>) -> Result<Self, PathogenError> {
        let compatibility = Self { cli: fields.text("cli")?, web: fields.text("web")? };
        fields.finish();
        Ok(compatibility)
    }
}

impl GeneralParams {
    pub(super) fn read(mut fields: Fields<'_>) -> Result<Self, PathogenError> {
        let mut general = Self::default();
        set(&mut general.include_reference, fields.flag("includeReference")?);
        set(&mut general.include_nearest_node_info, fields.flag("includeNearestNodeInfo")?);
        set(&mut general.in_order, fields.flag("inOrder")?);
        set(&mut general.replace_unknown, fields.flag("replaceUnknown")?);
        fields.finish();
        Ok(general)
    }
}

impl TreeBuilderParams {
    pub(super) fn read(mut fields: Fields<'_>) -> Result<Self, PathogenError> {
        let mut builder = Self::default();
        set(&mut builder.without_greedy, fields.flag("withoutGreedyTreeBuilder")?);
        set(&mut builder.masked_mutation_weight, fields.number("maskedMutsWeight", 0.0..=f64::INFINITY)?);
        fields.finish();
        Ok(builder)
    }
}

impl AaGrouping {
    /// Unlike all others, these keys are written with underscores.
    pub(super) fn read(mut fields: Fields<'_>) -> Result<Self, PathogenError> {
        let mut grouping = Self::default();
        set(&mut grouping.spacing, fields.whole("aa_group_spacing", 0..=MOST)?);
        set(&mut grouping.padding, fields.whole("aa_group_padding", 0..=MOST)?);
        fields.finish();
        Ok(grouping)
    }
}
