//! One line about each pack there is.

use super::{PackError, PackFiles, builtin, installed};
use hearth_genome::annotation::Annotation;
use hearth_genome::pack::auspice::TreeFile;
use hearth_genome::pack::pathogen::Pathogen;
use serde::Serialize;
use std::path::Path;

/// What a list of packs says about one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PackSummary {
    /// The name to give to `--pack`.
    pub name: String,
    /// What the pack calls itself.
    pub title: String,
    /// Version tag; empty when the pack has none.
    pub version: String,
    /// Accession of the reference; empty when the pack does not say.
    pub reference_accession: String,
    /// Letters of the reference.
    pub reference_length_nt: usize,
    /// Nodes of the tree; `None` without a tree.
    pub tree_nodes: Option<usize>,
    /// Coding sequences of the annotation.
    pub cds_count: usize,
    /// Identity of the files that decide the answers.
    pub digest: String,
    /// Where the pack is.
    pub origin: String,
    /// Why the pack cannot be used, if so.
    pub problem: Option<String>,
}

/// The built-in pack and the installed ones, by name.
///
/// # Errors
/// [`PackError`] when the packs folder cannot be listed; a pack that cannot be read is a row with a
/// [`PackSummary::problem`].
pub fn summaries(packs_dir: &Path) -> Result<Vec<PackSummary>, PackError> {
    let packs = installed(packs_dir)?;
    let mut rows: Vec<PackSummary> = packs
        .iter()
        .map(|pack| {
            pack.load().map_or_else(
                |error| PackSummary {
                    name: pack.name.clone(),
                    origin: format!("installed in {}", pack.path.display()),
                    problem: Some(error.to_string()),
                    ..PackSummary::default()
                },
                |files| summary(&files),
            )
        })
        .collect();
    if !packs.iter().any(|pack| builtin::is_called(&pack.name)) {
        rows.push(summary(&builtin::built_in()?));
    }
    rows.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(rows)
}

fn summary(files: &PackFiles) -> PackSummary {
    let mut row = PackSummary {
        name: files.name.clone(),
        reference_length_nt: letters(files.reference()),
        digest: files.digest.to_string(),
        origin: files.origin.to_string(),
        ..PackSummary::default()
    };
    let read = fill(&mut row, files);
    row.problem = read.err().map(|error| error.to_string());
    row
}

fn fill(row: &mut PackSummary, files: &PackFiles) -> anyhow::Result<()> {
    let pathogen = Pathogen::from_json(std::str::from_utf8(files.pathogen())?)?;
    row.title = pathogen.name.unwrap_or_default();
    row.version = pathogen.version.map(|version| version.tag).unwrap_or_default();
    row.reference_accession = pathogen.reference_accession.unwrap_or_default();
    if let Some(annotation) = files.annotation() {
        row.cds_count = Annotation::from_gff3(std::str::from_utf8(annotation)?)?.cdses.len();
    }
    if let Some(tree) = files.tree() {
        row.tree_nodes = Some(TreeFile::from_json(tree)?.nodes.len());
    }
    Ok(())
}

fn letters(fasta: &[u8]) -> usize {
    let lines = fasta.split(|&byte| byte == b'\n').filter(|line| !line.starts_with(b">"));
    lines.map(|line| line.iter().filter(|byte| byte.is_ascii_alphabetic()).count()).sum()
}
