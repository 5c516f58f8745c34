//! How much a submission's metadata may be.
//!
//! Start at [`Limits`]; its default is what the server uses unless its operator says otherwise.

/// Bounds on one file of metadata. A file beyond one of them is refused whole, with a sentence that says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file as it was handed in.
    pub file_bytes: usize,
    /// Rows below the header.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Characters of one cell.
    pub cell_characters: usize,
    /// Text of all cells together: a workbook may name one long text in every cell.
    pub text_bytes: usize,
    /// All parts of a workbook together, unpacked.
    pub unpacked_bytes: u64,
    /// Parts of a workbook.
    pub workbook_parts: usize,
    /// A part of a workbook that holds neither cells nor their texts: styles, lists of parts. Each of its elements
    /// takes much more memory than bytes.
    pub small_part_bytes: u64,
    /// Elements of the part with the texts that cells share.
    pub shared_text_elements: u64,
    /// Findings that are listed; the others are counted.
    pub findings: usize,
    /// Different values of one column that are held against all known names for a suggestion.
    pub suggestions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 512 << 20,
            rows: 1_000_000,
            columns: 500,
            cell_characters: 10_000,
            text_bytes: 512 << 20,
            unpacked_bytes: 512 << 20,
            workbook_parts: 2_000,
            small_part_bytes: 8 << 20,
            shared_text_elements: 20_000_000,
            findings: 10_000,
            suggestions: 500,
        }
    }
}
