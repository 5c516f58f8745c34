//! The top level of `pathogen.json`, and the list of what Hearth reads but does not act on.

use std::cell::RefCell;

use serde_json::Value;

use super::fields::Fields;
use super::{
    AaGrouping, Compatibility, GeneralParams, Motif, MutationLabels, PackFiles, PackVersion, Pathogen,
    PathogenError, Phenotype, QualityConfig, TreeBuilderParams, Unhonoured,
};

/// Longest file read, in bytes. The largest known packs (label maps, escape scores) stay below 2 MB.
const MOST_BYTES: usize = 64 << 20;

/// What Hearth understands but does not act on: path, why, and whether answers may differ for it.
/// A line goes when the code that honours it comes.
const NOT_ACTED_ON: &[(&str, &str, bool)] = &[
    (
        "alignmentParams.retryReverseComplement",
        "the run decides; both strands are tried unless it says no",
        true,
    ),
    ("cdsOrderPreference", "it orders a list on a screen; there is none here", false),
    ("compatibility", "it names versions of Nextclade, not of Hearth", false),
    ("defaultCds", "it chooses what a screen shows first; there is none here", false),
    ("generalParams.inOrder", "results always come in the order of the input", false),
    ("generalParams.includeNearestNodeInfo", "the run decides what is written, not the pack", false),
    ("generalParams.includeReference", "the run decides what is written, not the pack", false),
    ("generalParams.replaceUnknown", "the run decides what happens to unknown letters, not the pack", true),
    (
        "qc.privateMutations.weightLabeledDeletions",
        "each private deletion counts once, as in Nextclade",
        false,
    ),
    (
        "qc.privateMutations.weightReversionDeletions",
        "each private deletion counts once, as in Nextclade",
        false,
    ),
    (
        "qc.privateMutations.weightUnlabeledDeletions",
        "each private deletion counts once, as in Nextclade",
        false,
    ),
    ("treeBuilderParams.maskedMutsWeight", "no tree is built from the sequences yet", false),
    ("treeBuilderParams.withoutGreedyTreeBuilder", "no tree is built from the sequences yet", false),
    ("versions", "it lists other editions of the pack", false),
];

impl Pathogen {
    /// Reads the text of a `pathogen.json`.
    ///
    /// # Errors
    /// If it is not JSON, or a value in it cannot be used.
    pub fn from_json(text: &str) -> Result<Self, PathogenError> {
        if text.len() > MOST_BYTES {
            return Err(PathogenError::TooLarge { bytes: text.len(), limit: MOST_BYTES });
        }
        Self::from_value(&serde_json::from_str(text.trim_start_matches('\u{feff}'))?)
    }

    /// Reads a `pathogen.json` that is already parsed, such as one inside a tree.
    ///
    /// # Errors
    /// If a value in it cannot be used.
    pub fn from_value(value: &Value) -> Result<Self, PathogenError> {
        let notes = RefCell::default();
        let mut fields = Fields::new(value, String::new(), &notes)?;
        let mut pathogen = Self {
            schema_version: schema_version(&mut fields)?,
            shortcuts: fields.texts("shortcuts")?,
            files: fields.object("files")?.map(PackFiles::read).transpose()?.unwrap_or_default(),
            version: fields.object("version")?.map(PackVersion::read).transpose()?,
            compatibility: fields.object("compatibility")?.map(Compatibility::read).transpose()?,
            default_cds: fields.text("defaultCds")?,
            cds_order: fields.texts("cdsOrderPreference")?,
            quality: fields.object("qc")?.map(QualityConfig::read).transpose()?,
            labels: fields.object("mutLabels")?.map(MutationLabels::read).transpose()?.unwrap_or_default(),
            phenotypes: fields
                .objects("phenotypeData")?
                .into_iter()
                .map(Phenotype::read)
                .collect::<Result<_, _>>()?,
            motifs: fields.objects("aaMotifs")?.into_iter().map(Motif::read).collect::<Result<_, _>>()?,
            aa_grouping: fields
                .object("aaChangesParams")?
                .map(AaGrouping::read)
                .transpose()?
                .unwrap_or_default(),
            general: fields
                .object("generalParams")?
                .map(GeneralParams::read)
                .transpose()?
                .unwrap_or_default(),
            tree_builder: fields
                .object("treeBuilderParams")?
                .map(TreeBuilderParams::read)
                .transpose()?
                .unwrap_or_default(),
            ..Self::default()
        };
        if let Some(overlay) = fields.object("alignmentParams")? {
            pathogen.alignment.overlay(overlay)?;
        }
        pathogen.describe(&mut fields)?;
        for key in ["$schema", "meta", "versions"] {
            fields.take(key);
        }
        fields.finish();
        pathogen.unhonoured = notes.into_inner();
        pathogen.unhonoured.extend(not_acted_on(value));
        pathogen.unhonoured.sort();
        Ok(pathogen)
    }

    fn describe(&mut self, fields: &mut Fields<'_>) -> Result<(), PathogenError> {
        if let Some(mut attributes) = fields.object("attributes")? {
            self.name = attributes.text("name")?;
            self.reference_name = attributes.text("reference name")?;
            self.reference_accession = attributes.text("reference accession")?;
            self.attributes = attributes.entries().clone().into_iter().collect();
        }
        if let Some(maintenance) = fields.object("maintenance")? {
            self.maintenance = maintenance.entries().clone().into_iter().collect();
        }
        Ok(())
    }
}

/// Replaces a default by what the file says, if it says something.
pub(super) fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

fn schema_version(fields: &mut Fields<'_>) -> Result<String, PathogenError> {
    let version = fields.text("schemaVersion")?;
    match version.as_deref() {
        None => fields.note("schemaVersion", "is missing; the file is read as version 3"),
        Some(written) if written.split('.').next() == Some("3") => {}
        Some(written) => fields.note(
            "schemaVersion",
            format!(
                "is {written}; the file is read as version 3, so check the pack against its example sequences"
            ),
        ),
    }
    Ok(version.unwrap_or_default())
}

fn not_acted_on(file: &Value) -> impl Iterator<Item = Unhonoured> + '_ {
    NOT_ACTED_ON.iter().filter_map(move |&(path, reason, may_change_answers)| {
        let found = path.split('.').try_fold(file, |value, key| value.get(key))?;
        (!found.is_null()).then(|| Unhonoured {
            path: path.to_owned(),
            reason: reason.to_owned(),
            may_change_answers,
        })
    })
}
