//! Genes, coding sequences and their segments, as values.
//!
//! Everything here is already checked: lengths divide by three, names are unique, spans lie in order.

use std::ops::Range;

use crate::coordinate::{CdsPos, RefPos, Span};

/// All genes of one reference, with their coding sequences in one list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotation {
    /// Genes by where they begin (longest first among equals).
    pub genes: Vec<Gene>,
    /// Coding sequences of all genes, in gene order.
    pub cdses: Vec<Cds>,
    /// Features that others name as the sequence they lie on (`seqid`), such as a whole circular genome.
    pub landmarks: Vec<Landmark>,
    /// What was read but has no effect, as sentences with line numbers.
    pub remarks: Vec<String>,
}

/// A gene: a name and a place, with zero or more coding sequences (never zero after reading GFF3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gene {
    /// 0-based count of the gene's line among the feature lines of the file; 0 if made from a coding sequence.
    pub index: u32,
    /// `ID`, or the name where there is none.
    pub id: String,
    /// Unique among genes.
    pub name: String,
    /// Where the gene lies; on a circular genome the end may pass the end of the genome.
    pub span: Span<RefPos>,
    /// The gene's coding sequences, as indices into [`Annotation::cdses`].
    pub cdses: Range<usize>,
    /// Sorted values of the attributes about exceptions (ribosomal slippage, RNA editing).
    pub exceptions: Vec<String>,
    /// Column 9, decoded, in the order of the file.
    pub attributes: Vec<Attribute>,
    /// Whether the file has no gene lines and this gene stands for a lone coding sequence.
    pub made_from_cds: bool,
    /// Columns 1 to 3.
    pub origin: Origin,
}

/// A coding sequence: segments of the reference, joined in reading order, a whole number of codons long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cds {
    /// `ID`, or the name where there is none.
    pub id: String,
    /// Unique among coding sequences.
    pub name: String,
    /// `product` or its like, else the name.
    pub product: String,
    /// Index into [`Annotation::genes`].
    pub gene: usize,
    /// In reading order; they may overlap on the reference (ribosomal slippage).
    pub segments: Vec<Segment>,
    /// Sum of the segments' lengths in nucleotides; divides by three.
    pub length_nt: u32,
    /// Mature proteins cut from this coding sequence.
    pub proteins: Vec<Protein>,
    /// Values of the segments' exceptions, each once.
    pub exceptions: Vec<String>,
    /// The segments' attributes merged, each value once.
    pub attributes: Vec<Attribute>,
    /// Whether the gene had no coding sequence and this one stands for the whole gene.
    pub made_from_gene: bool,
}

/// One unbroken piece of a coding sequence on the reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// 0-based count of the segment's line among the feature lines of the file.
    pub index: u32,
    /// `ID`, or the name where there is none.
    pub id: String,
    /// Name of the line the segment comes from.
    pub name: String,
    /// Where on the reference; never past its end.
    pub span: Span<RefPos>,
    /// Where in the coding sequence.
    pub span_in_cds: Span<CdsPos>,
    /// Which strand is read.
    pub strand: Strand,
    /// Which part of a piece that crosses the origin of a circular genome this is.
    pub wrapping: Wrapping,
    /// Nucleotides to skip to the first whole codon of this segment (0, 1, 2), from `span_in_cds`; the
    /// phase column of the file is not believed.
    pub phase: u8,
    /// `span.begin` modulo 3, also for a part beyond the origin (Nextclade repeats the first part's there).
    pub frame: u8,
    /// Index into [`Annotation::landmarks`].
    pub landmark: Option<usize>,
    /// Sorted values of the attributes about exceptions.
    pub exceptions: Vec<String>,
    /// Column 9, decoded, in the order of the file.
    pub attributes: Vec<Attribute>,
    /// Whether this segment stands for a gene line.
    pub made_from_gene: bool,
    /// Columns 1 to 3.
    pub origin: Origin,
}

/// A mature protein (`mature_protein_region_of_CDS`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protein {
    /// `ID`, or the name where there is none.
    pub id: String,
    /// Display name.
    pub name: String,
    /// `product` or its like, else the name.
    pub product: String,
    /// In the order of the file.
    pub segments: Vec<ProteinSegment>,
}

/// One unbroken piece of a mature protein.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProteinSegment {
    /// `ID`, or the name where there is none.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Where on the reference.
    pub span: Span<RefPos>,
    /// Sorted values of the attributes about exceptions.
    pub exceptions: Vec<String>,
    /// Column 9, decoded, in the order of the file.
    pub attributes: Vec<Attribute>,
    /// Whether this piece stands for a gene line.
    pub made_from_gene: bool,
    /// Columns 1 to 3.
    pub origin: Origin,
}

/// A feature that gives others their coordinate system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landmark {
    /// 0-based count of its line among the feature lines of the file.
    pub index: u32,
    /// `ID` as written.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Where on the reference.
    pub span: Span<RefPos>,
    /// Which strand.
    pub strand: Strand,
    /// `Is_circular=true`.
    pub is_circular: bool,
}

/// Where in the file something was written. Columns hold `None` for `.`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// 1-based line.
    pub line: u32,
    /// Column 1.
    pub seqid: Option<String>,
    /// Column 2.
    pub source: Option<String>,
    /// Column 3.
    pub kind: Option<String>,
}

/// One key of column 9 with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The key, decoded.
    pub key: String,
    /// The comma-separated values, decoded.
    pub values: Vec<String>,
}

/// Reading direction. A strand written `.` or `?` is read forward.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Strand {
    /// As the reference is written.
    #[default]
    Forward,
    /// The reverse complement.
    Reverse,
}

/// Which part of a piece that crosses the origin of a circular genome a segment is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Wrapping {
    /// It does not cross the origin.
    #[default]
    No,
    /// The part before the first crossing.
    Start,
    /// A whole turn; counted from 1.
    Central(u32),
    /// The part after the last crossing; counted from 1 on from the central parts.
    End(u32),
}
