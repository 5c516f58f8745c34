//! A pathogen pack ready for use: its files parsed, checked against each other and indexed.
//!
//! Start at [`Pack::from_files`]. Nothing here opens a file: the caller brings the text.

use super::auspice::{TreeError, TreeFile};
use super::pathogen::{Pathogen, PathogenError};
use crate::align::quick::Quick;
use crate::align::thorough::Thorough;
use crate::annotation::{Annotation, AnnotationError};
use crate::phenotype::MotifFinder;
use crate::reference::{Reference, ReferenceError};
use crate::translation::ReferencePeptides;
use crate::tree::{ReferenceTree, TreeMismatch};

/// The text of a pack's files.
#[derive(Clone, Copy, Debug)]
pub struct PackFiles<'a> {
    /// What people call the pack.
    pub name: &'a str,
    /// `reference.fasta`.
    pub reference: &'a [u8],
    /// `pathogen.json`.
    pub pathogen: &'a [u8],
    /// `genome_annotation.gff3`, if there is one.
    pub annotation: Option<&'a [u8]>,
    /// `tree.json`, if there is one.
    pub tree: Option<&'a [u8]>,
}

/// A pack ready for use, shared by all threads.
#[derive(Debug)]
pub struct Pack {
    name: String,
    pathogen: Pathogen,
    annotation: Annotation,
    reference: Reference,
    peptides: ReferencePeptides,
    tree: Option<ReferenceTree>,
    motifs: Vec<MotifFinder>,
    cdses_by_name: Vec<usize>,
    thorough: Thorough,
    quick: Quick,
}

/// Why files do not make a pack.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The reference file is not one FASTA record.
    #[error("reference.fasta: {0}")]
    ReferenceFile(&'static str),
    /// The reference sequence cannot be used.
    #[error("reference.fasta: {0}")]
    Reference(#[from] ReferenceError),
    /// `pathogen.json` cannot be read.
    #[error(transparent)]
    Pathogen(#[from] PathogenError),
    /// `pathogen.json` is not text.
    #[error("pathogen.json: the file is not UTF-8 text")]
    PathogenText,
    /// The annotation is not text.
    #[error("genome_annotation.gff3: the file is not UTF-8 text")]
    AnnotationText,
    /// The annotation cannot be read.
    #[error(transparent)]
    Annotation(#[from] AnnotationError),
    /// The tree cannot be read.
    #[error("tree.json: {0}")]
    Tree(#[from] TreeError),
    /// The tree contradicts the reference.
    #[error("tree.json: {0}")]
    TreeMismatch(#[from] TreeMismatch),
    /// A motif's pattern is no regular expression.
    #[error("pathogen.json: aaMotifs: '{name}' has a pattern that is no regular expression: {source}")]
    Motif {
        /// Name of the motif.
        name: String,
        /// What is wrong with it.
        source: regex::Error,
    },
}

impl Pack {
    /// Parses and checks the files of a pack.
    ///
    /// # Errors
    /// The first file that cannot be read or contradicts another.
    pub fn from_files(files: &PackFiles) -> Result<Self, PackError> {
        let settings = text_of(files.pathogen).ok_or(PackError::PathogenText)?;
        let pathogen = Pathogen::from_json(settings)?;
        let annotation = match files.annotation {
            None => Annotation::default(),
            Some(bytes) => Annotation::from_gff3(text_of(bytes).ok_or(PackError::AnnotationText)?)?,
        };
        let (reference_name, letters) = one_record(files.reference)?;
        let parameters = pathogen.alignment.clone();
        let reference = Reference::new(reference_name, letters, &annotation, parameters)?;
        let peptides = ReferencePeptides::new(&reference, &annotation);
        let tree = match files.tree {
            None => None,
            Some(json) => {
                let file = TreeFile::from_json(json)?;
                Some(ReferenceTree::new(file, &reference, &annotation, &peptides)?)
            }
        };
        let finder = |motif: &super::pathogen::Motif| {
            MotifFinder::new(motif, annotation.cdses.len(), |name| annotation.cds_named(name))
                .map_err(|source| PackError::Motif { name: motif.name.clone(), source })
        };
        let motifs = pathogen.motifs.iter().map(finder).collect::<Result<_, _>>()?;
        let mut cdses_by_name: Vec<usize> = (0..annotation.cdses.len()).collect();
        cdses_by_name.sort_by(|&a, &b| annotation.cdses[a].name.cmp(&annotation.cdses[b].name));
        let (name, thorough, quick) = (files.name.to_owned(), Thorough::default(), Quick::new(&reference));
        Ok(Self {
            name,
            pathogen,
            annotation,
            reference,
            peptides,
            tree,
            motifs,
            cdses_by_name,
            thorough,
            quick,
        })
    }

    /// What people call the pack.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What `pathogen.json` says.
    pub fn pathogen(&self) -> &Pathogen {
        &self.pathogen
    }

    /// Genes and coding sequences; none where the pack has no annotation.
    pub fn annotation(&self) -> &Annotation {
        &self.annotation
    }

    /// The reference.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// Peptides of the reference's coding sequences.
    pub fn peptides(&self) -> &ReferencePeptides {
        &self.peptides
    }

    /// The reference tree.
    pub fn tree(&self) -> Option<&ReferenceTree> {
        self.tree.as_ref()
    }

    /// Finders of the motifs, in the order of [`Pathogen::motifs`].
    pub fn motifs(&self) -> &[MotifFinder] {
        &self.motifs
    }

    /// Coding sequences in alphabetical order: the order of the field's tables.
    pub fn cdses_by_name(&self) -> &[usize] {
        &self.cdses_by_name
    }

    pub(crate) fn quick(&self) -> &Quick {
        &self.quick
    }

    pub(crate) fn thorough(&self) -> &Thorough {
        &self.thorough
    }
}

/// UTF-8 text without a byte order mark.
fn text_of(bytes: &[u8]) -> Option<&str> {
    let bytes = bytes.strip_prefix(crate::fasta::BYTE_ORDER_MARK).unwrap_or(bytes);
    std::str::from_utf8(bytes).ok()
}

/// Name and upper-case letters of a file with exactly one FASTA record.
fn one_record(fasta: &[u8]) -> Result<(String, Vec<u8>), PackError> {
    let text = fasta.strip_prefix(crate::fasta::BYTE_ORDER_MARK).unwrap_or(fasta).trim_ascii();
    let record =
        text.strip_prefix(b">").ok_or(PackError::ReferenceFile("the file does not begin with '>'"))?;
    let line_end = record.iter().position(|&byte| byte == b'\n' || byte == b'\r').unwrap_or(record.len());
    let (header, sequence) = record.split_at(line_end);
    if sequence.contains(&b'>') {
        return Err(PackError::ReferenceFile("the file holds more than one sequence; a reference is one"));
    }
    let is_letter = |byte: &&u8| byte.is_ascii_alphabetic() || **byte == b'-' || **byte == b'*';
    let letters = sequence.iter().filter(is_letter).map(u8::to_ascii_uppercase).collect();
    Ok((String::from_utf8_lossy(header).trim().to_owned(), letters))
}
