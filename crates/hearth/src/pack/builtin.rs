//! The pack inside the program: see `packs/sars-cov-2/README.md` for what it is and is not.

use super::assemble::{Content, assemble};
use super::{Origin, PackError, PackFiles};
use std::borrow::Cow;

/// Name of the built-in pack.
pub const NAME: &str = "sars-cov-2";

/// Its files, as they lie in the repository.
const FILES: &[(&str, &[u8])] = &[
    ("pathogen.json", include_bytes!("../../../../packs/sars-cov-2/pathogen.json")),
    ("reference.fasta", include_bytes!("../../../../packs/sars-cov-2/reference.fasta")),
    ("genome_annotation.gff3", include_bytes!("../../../../packs/sars-cov-2/genome_annotation.gff3")),
    ("tree.json", include_bytes!("../../../../packs/sars-cov-2/tree.json")),
    ("assays.tsv", include_bytes!("../../../../packs/sars-cov-2/assays.tsv")),
    ("assay-evidence.tsv", include_bytes!("../../../../packs/sars-cov-2/assay-evidence.tsv")),
    ("examples.fasta", include_bytes!("../../../../packs/sars-cov-2/examples.fasta")),
    ("README.md", include_bytes!("../../../../packs/sars-cov-2/README.md")),
];

/// Whether the built-in pack answers to this name.
pub fn is_called(name: &str) -> bool {
    name == NAME
}

/// The built-in pack: for demonstration, not for reporting.
///
/// # Errors
/// [`PackError`] only if the program was built from a broken pack.
pub fn built_in() -> Result<PackFiles, PackError> {
    assemble(NAME, Origin::BuiltIn, &mut |path| {
        let found = FILES.iter().find(|(name, _)| *name == path);
        Ok(found.map(|&(_, bytes)| Cow::Borrowed(bytes)) as Content)
    })
}
