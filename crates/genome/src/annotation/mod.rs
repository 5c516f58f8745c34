//! Where the genes of a reference are: GFF3 text in, genes and coding sequences out.
//!
//! Start with [`Annotation::from_gff3`]. The parts: [`record`] reads one line, [`feature`] joins lines into
//! features and features into a forest, [`build`] turns the forest into the [`model`].
//! This module refuses to know any nucleotide: it checks the annotation against itself only.

mod build;
mod error;
mod feature;
mod model;
mod position;
mod record;

pub use error::AnnotationError;
pub use model::{
    Annotation, Attribute, Cds, Gene, Landmark, Origin, Protein, ProteinSegment, Segment, Strand, Wrapping,
};

/// How much GFF3 text is accepted. A virus needs far less; the limits keep a wrong file from filling memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnnotationLimits {
    /// Bytes of text.
    pub bytes: usize,
    /// Lines that describe a feature.
    pub features: usize,
    /// Largest coordinate, 1-based.
    pub position: u32,
    /// Levels of `Parent`.
    pub depth: usize,
}

impl Default for AnnotationLimits {
    fn default() -> Self {
        Self { bytes: 64 << 20, features: 200_000, position: 1_000_000_000, depth: 100 }
    }
}

impl Annotation {
    /// Reads GFF3 text under the default [`AnnotationLimits`].
    ///
    /// # Errors
    /// The first thing found wrong, with its line.
    pub fn from_gff3(text: &str) -> Result<Self, AnnotationError> {
        Self::from_gff3_within(text, AnnotationLimits::default())
    }

    /// Reads GFF3 text under limits of the caller's choosing.
    ///
    /// # Errors
    /// The first thing found wrong, with its line.
    pub fn from_gff3_within(text: &str, limits: AnnotationLimits) -> Result<Self, AnnotationError> {
        let records = record::read(text, limits)?;
        let forest = feature::Forest::grow(records, limits)?;
        build::annotation(&forest, limits)
    }
}
