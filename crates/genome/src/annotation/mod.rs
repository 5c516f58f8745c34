//! Where the genes of a reference are: GFF3 text in, genes and coding sequences out.
//!
//! Start with [`Annotation::from_gff3`]. `record` reads one line, `feature` joins lines into features and
//! features into a forest, `build` turns the forest into the values of `model`.
//! This module refuses to know any nucleotide: it checks the annotation against itself only.

mod attribute;
mod build;
mod carried;
mod error;
mod feature;
mod model;
mod position;
mod record;
mod segment;
#[cfg(test)]
mod tests;

pub use carried::{Carried, CarriedCds, CarriedGene, Stretch};
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
    /// Bytes of one feature line.
    pub line_bytes: usize,
    /// Keys of column 9.
    pub attributes: usize,
    /// Lines that share one `ID`.
    pub pieces: usize,
    /// Largest coordinate, 1-based.
    pub position: u32,
    /// Levels of `Parent`.
    pub depth: usize,
}

impl Default for AnnotationLimits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            features: 200_000,
            line_bytes: 64 << 10,
            attributes: 500,
            pieces: 10_000,
            position: 1_000_000_000,
            depth: 100,
        }
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
