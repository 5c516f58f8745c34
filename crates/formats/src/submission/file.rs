//! A file of metadata as a grid of cells: TSV, CSV with comma or semicolon, or XLSX, told apart by their bytes.
//!
//! Text is UTF-8, or UTF-16 with its mark (what Excel calls Unicode text), or else Windows-1252. Refuses to know
//! what columns mean. Start at [`read`].

use super::limits::Limits;
use super::spreadsheet_cell::cell_from_spreadsheet;
use super::workbook;
use csv::StringRecord;

/// Rows of cells, as the file has them, empty rows left out.
#[derive(Debug, Default)]
pub struct Grid {
    /// Each row with its number as a spreadsheet counts, from 1.
    pub rows: Vec<(u32, StringRecord)>,
    /// Whether the text was no UTF-8 and was read as Windows-1252.
    pub is_windows_1252: bool,
}

/// Why a file cannot be read as a sheet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// More bytes than allowed.
    #[error("the file has {bytes} bytes, at most {limit} are allowed: split it into several batches")]
    TooLarge {
        /// Size of the file.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Nothing in it.
    #[error("the file holds no cells: was the sheet saved before it was handed in?")]
    Empty,
    /// A header and nothing else.
    #[error("the file has a header and no rows: fill in one row for each sample")]
    OnlyHeader,
    /// Not a table at all.
    #[error("the file is {what}, not a table: save the sheet as .xlsx, .tsv or .csv and hand that in")]
    NotATable {
        /// What it seems to be, as in "a PDF".
        what: &'static str,
    },
    /// Too many rows.
    #[error("the sheet has more than {limit} rows: split it into several batches")]
    Rows {
        /// The limit.
        limit: usize,
    },
    /// Too many columns.
    #[error("row {row} has more than {limit} columns: remove those that are not needed")]
    Columns {
        /// The row.
        row: u32,
        /// The limit.
        limit: usize,
    },
    /// A cell with too much in it.
    #[error(
        "row {row}, column {column}: the cell has more than {limit} characters. If it should not, look for a \
         quotation mark that is opened there and never closed"
    )]
    Cell {
        /// The row.
        row: u32,
        /// The column, from 1.
        column: usize,
        /// The limit.
        limit: usize,
    },
    /// All cells together are too long.
    #[error("the cells hold more than {limit} bytes of text together: split the sheet into several batches")]
    Text {
        /// The limit.
        limit: usize,
    },
    /// A workbook that grows too much when unpacked.
    #[error("the workbook unpacks to more than {limit} bytes: save the sheet as .tsv and hand that in")]
    Unpacked {
        /// The limit.
        limit: u64,
    },
    /// A workbook of too many parts.
    #[error(
        "the workbook has {found} parts, at most {limit} are allowed: copy the sheet into a new workbook"
    )]
    WorkbookParts {
        /// How many it has.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// A workbook that cannot be read.
    #[error("the workbook cannot be read ({0}): open it, save it anew as .xlsx or .tsv, and hand that in")]
    Workbook(String),
}

/// Reads a file of any of the kinds.
///
/// # Errors
/// When it is of no kind that is known, broken, empty, or beyond a limit.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Grid, ReadError> {
    if bytes.len() > limits.file_bytes {
        return Err(ReadError::TooLarge { bytes: bytes.len(), limit: limits.file_bytes });
    }
    let not_a_table = |what| Err(ReadError::NotATable { what });
    match bytes {
        [b'P', b'K', 3, 4, ..] => workbook::read(bytes, limits),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => not_a_table("an old Excel file (.xls) or one with a password"),
        [0x1f, 0x8b, ..] | [0xfd, b'7', b'z', ..] | [b'B', b'Z', b'h', ..] => not_a_table("a packed file"),
        [b'%', b'P', b'D', b'F', ..] => not_a_table("a PDF"),
        [0xff, 0xfe, rest @ ..] => delimited(&utf16(rest, u16::from_le_bytes), limits),
        [0xfe, 0xff, rest @ ..] => delimited(&utf16(rest, u16::from_be_bytes), limits),
        _ => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            match std::str::from_utf8(bytes) {
                Ok(text) => delimited(text, limits),
                Err(_) if bytes.contains(&0) => not_a_table("no text"),
                Err(_) => {
                    let grid = delimited(&windows_1252(bytes), limits)?;
                    Ok(Grid { is_windows_1252: true, ..grid })
                }
            }
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn windows_1252(bytes: &[u8]) -> String {
    /// 0x80 to 0x9f, where Windows-1252 is not Latin-1 (WHATWG Encoding Standard).
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    let letter = |&byte: &u8| match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    };
    bytes.iter().map(letter).collect()
}

/// Reads a table of text.
fn delimited(text: &str, limits: &Limits) -> Result<Grid, ReadError> {
    if text.contains('\0') {
        return Err(ReadError::NotATable { what: "no text" });
    }
    if text.trim_start().starts_with('>') {
        return Err(ReadError::NotATable { what: "a FASTA file" });
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut grid = GridBuilder::new(limits);
    let mut record = StringRecord::new();
    let mut row = 0_u32;
    while reader.read_record(&mut record).unwrap_or(false) {
        let start = record.position().map_or(0, csv::Position::byte);
        row = row.saturating_add(blank_lines(text, usize::try_from(start).unwrap_or(usize::MAX)));
        for (column, cell) in record.iter().enumerate() {
            let cell = cell_from_spreadsheet(cell.trim());
            if !cell.is_empty() {
                grid.put(row, column, cell)?;
            }
        }
        row = row.saturating_add(1);
    }
    grid.finish()
}

/// Lines without anything before the record that is said to start at `start`; the reader leaves them out, a
/// spreadsheet counts them. It also says that a record starts between the two bytes of the line end before it.
fn blank_lines(text: &str, start: usize) -> u32 {
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let ends =
        rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n').count();
    let before = start.checked_sub(1).and_then(|at| text.as_bytes().get(at));
    let is_within = before == Some(&b'\r') && rest.first() == Some(&b'\n');
    u32::try_from(ends.saturating_sub(usize::from(is_within))).unwrap_or(u32::MAX)
}

/// What parts the cells: of tab, semicolon and comma the one that most of the first lines have most of; the
/// first of these where none stands out.
fn separator(text: &str) -> u8 {
    let lines = || text.lines().filter(|line| !line.trim().is_empty()).take(5);
    let count = |separator: u8| -> usize { lines().map(|line| outside_quotes(line, separator)).sum() };
    let [tabs, semicolons, commas] = [b'\t', b';', b','].map(count);
    if tabs >= lines().count() || tabs >= semicolons.max(commas) {
        b'\t'
    } else if semicolons > commas {
        b';'
    } else {
        b','
    }
}

fn outside_quotes(line: &str, separator: u8) -> usize {
    let mut quoted = false;
    let counts = |byte: u8| {
        quoted ^= byte == b'"';
        !quoted && byte == separator
    };
    line.bytes().map(counts).filter(|counted| *counted).count()
}

/// Takes cells in the order of rows, and holds them to the limits.
pub(super) struct GridBuilder<'a> {
    limits: &'a Limits,
    grid: Grid,
    current: Option<u32>,
    cells: Vec<String>,
    /// How many of `cells` belong to the current row; the others are kept for their memory.
    used: usize,
    text_bytes: usize,
}

impl<'a> GridBuilder<'a> {
    pub fn new(limits: &'a Limits) -> Self {
        let grid = Grid::default();
        Self { limits, grid, current: None, cells: Vec::new(), used: 0, text_bytes: 0 }
    }

    /// Puts a cell that is not empty; `row` and `column` count from 0.
    pub fn put(&mut self, row: u32, column: usize, text: &str) -> Result<(), ReadError> {
        if self.current != Some(row) {
            self.end_row()?;
            self.current = Some(row);
        }
        let limit = self.limits.columns;
        if column >= limit {
            return Err(ReadError::Columns { row: row.saturating_add(1), limit });
        }
        let limit = self.limits.cell_characters;
        if text.len() > limit && text.chars().count() > limit {
            return Err(ReadError::Cell { row: row.saturating_add(1), column: column + 1, limit });
        }
        self.text_bytes = self.text_bytes.saturating_add(text.len());
        if self.text_bytes > self.limits.text_bytes {
            return Err(ReadError::Text { limit: self.limits.text_bytes });
        }
        while self.used <= column {
            match self.cells.get_mut(self.used) {
                Some(cell) => cell.clear(),
                None => self.cells.push(String::new()),
            }
            self.used += 1;
        }
        if let Some(cell) = self.cells.get_mut(column) {
            cell.clear();
            cell.push_str(text);
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), ReadError> {
        let Some(row) = self.current.take() else { return Ok(()) };
        // A few rows may stand above the header.
        if self.grid.rows.len() > self.limits.rows + super::template::MOST_ROWS_ABOVE {
            return Err(ReadError::Rows { limit: self.limits.rows });
        }
        let cells = self.cells.iter().take(self.used);
        self.grid.rows.push((row.saturating_add(1), cells.collect()));
        self.used = 0;
        Ok(())
    }

    pub fn finish(mut self) -> Result<Grid, ReadError> {
        self.end_row()?;
        if self.grid.rows.is_empty() { Err(ReadError::Empty) } else { Ok(self.grid) }
    }
}
