//! How results are written: the field's table columns and files, byte by byte into a caller's buffer.
//!
//! [`columns`] says which columns a pack's table has, [`table`] writes TSV and CSV rows. Column names and
//! the writing of cells are Nextclade 3's, so that scripts made for it read these tables; our own columns
//! come after them. Nothing here opens a file.

mod cells;
pub mod columns;
pub mod table;
mod text;

/// A record of the input, as the tables name it.
#[derive(Clone, Copy, Debug)]
pub struct RecordName<'a> {
    /// Count of records before it in the input.
    pub index: u64,
    /// Name from the header line.
    pub name: &'a str,
}
