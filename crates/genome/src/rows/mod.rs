//! How results are written: the field's table columns and files, byte by byte into a caller's buffer.
//!
//! [`columns`] says which columns a pack's table has, [`table`] writes TSV and CSV rows, [`json`] lines and
//! documents of JSON, [`fasta`] aligned genomes and peptides, [`vcf`] one genome's variants, [`assays`] what is to be
//! expected of assays, [`neighbours`] which genomes are near. Names of columns and keys and the writing of cells are Nextclade 3's, so that scripts made for it read these files; our own
//! columns and keys come after them. Nothing here opens a file.

pub mod assays;
mod cells;
pub mod columns;
pub mod fasta;
pub mod genbank;
pub mod gff3;
pub mod json;
pub mod neighbours;
pub mod table;
mod text;
#[cfg(test)]
mod tiny;
pub mod vcf;
mod warning;

pub use warning::Warning;

/// A record of the input, as the tables name it.
#[derive(Clone, Copy, Debug)]
pub struct RecordName<'a> {
    /// Count of records before it in the input.
    pub index: u64,
    /// Name from the header line.
    pub name: &'a str,
}
