//! A workbook (XLSX) as a grid: its first sheet that holds anything.
//!
//! A workbook is a zip file of XML parts, and the reading library takes what the parts say of their own size on
//! trust. So every part is unpacked once before, into nothing: its true size is counted, and what it announces
//! is looked at. Cells are then streamed rather than laid out, because two cells far apart span billions of empty
//! ones. Refuses styles, formulas (their last results are taken), macros and old XLS files. Start at [`read`].

use super::file::{Grid, GridBuilder, ReadError};
use super::limits::Limits;
use calamine::{DataRef, Reader, SheetVisible, Xlsx};
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Announced by the part with the shared texts; memory for so many is taken before one is read.
const ANNOUNCEMENT: &[u8] = b"uniqueCount";
/// A shared text takes at least this much of its part: `<si/>`.
const SMALLEST_TEXT_BYTES: u64 = 5;

/// Reads a workbook.
///
/// # Errors
/// When it is no workbook, or larger than `limits` allow in any respect.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Grid, ReadError> {
    check_parts(bytes, limits)?;
    // The library has arithmetic that overflows on made-up cell addresses; it holds nothing of ours.
    catch_unwind(AssertUnwindSafe(|| read_cells(bytes, limits)))
        .unwrap_or_else(|_| Err(ReadError::Workbook("a part of it makes no sense".into())))
}

/// Unpacks every part once, and refuses what is too large or lies about what follows.
fn check_parts(bytes: &[u8], limits: &Limits) -> Result<(), ReadError> {
    let broken = |error: zip::result::ZipError| ReadError::Workbook(error.to_string());
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if zip.len() > limits.workbook_parts {
        return Err(ReadError::WorkbookParts { found: zip.len(), limit: limits.workbook_parts });
    }
    let mut left = limits.unpacked_bytes;
    let mut buffer = vec![0; 64 << 10];
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).map_err(broken)?;
        let kind = Kind::of(&part.name().map_err(broken)?);
        if part.size() > left {
            return Err(ReadError::Unpacked { limit: limits.unpacked_bytes });
        }
        let mut announced = Announced::default();
        let mut size = 0;
        loop {
            let length = part.read(&mut buffer).map_err(|error| ReadError::Workbook(error.to_string()))?;
            let Some(read) = buffer.get(..length).filter(|read| !read.is_empty()) else { break };
            size += read.len() as u64;
            announced.look_at(read);
            if size > left || (kind == Kind::Small && announced.is_xml && size > limits.small_part_bytes) {
                return Err(ReadError::Unpacked { limit: limits.unpacked_bytes });
            }
        }
        left -= size;
        let too_many_texts = kind == Kind::Texts && announced.elements > limits.shared_text_elements;
        if announced.is_utf16 || too_many_texts || announced.largest > size / SMALLEST_TEXT_BYTES {
            return Err(ReadError::Workbook("a part announces more than it holds, or holds too much".into()));
        }
    }
    Ok(())
}

/// What a part is, by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The texts that cells share.
    Texts,
    /// Cells.
    Cells,
    /// Styles, lists of parts, properties, pictures.
    Small,
}

impl Kind {
    fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase().replace('\\', "/");
        if name.ends_with("sharedstrings.xml") {
            Self::Texts
        } else if name.contains("worksheets/") && name.ends_with(".xml") && !name.ends_with("styles.xml") {
            Self::Cells
        } else {
            Self::Small
        }
    }
}

/// What a part says of itself, seen as its bytes pass by.
#[derive(Default)]
struct Announced {
    /// The largest number after the word, whatever stands between.
    largest: u64,
    /// Whether it begins as UTF-16, in which the word would not be seen.
    is_utf16: bool,
    is_xml: bool,
    /// Elements, and what else begins with `<`.
    elements: u64,
    begun: bool,
    matched: usize,
    number: Option<u64>,
}

impl Announced {
    fn look_at(&mut self, bytes: &[u8]) {
        if !self.begun {
            self.begun = true;
            self.is_xml = bytes.iter().find(|byte| byte.is_ascii_graphic()) == Some(&b'<');
            self.is_utf16 =
                matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, b'<', ..] | [b'<', 0, ..]);
        }
        for &byte in bytes {
            self.elements += u64::from(byte == b'<');
            if let Some(number) = self.number {
                match byte {
                    b'0'..=b'9' => {
                        let number = number.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
                        self.number = Some(number);
                        self.largest = self.largest.max(number);
                        continue;
                    }
                    b' ' | b'=' | b'"' | b'\'' | b'\t' | b'\r' | b'\n' | b'+' if number == 0 => continue,
                    _ => self.number = None,
                }
            }
            let next = if ANNOUNCEMENT.get(self.matched) == Some(&byte) { self.matched + 1 } else { 0 };
            self.matched = if next == 0 { usize::from(ANNOUNCEMENT.first() == Some(&byte)) } else { next };
            if self.matched == ANNOUNCEMENT.len() {
                (self.matched, self.number) = (0, Some(0));
            }
        }
    }
}

fn read_cells(bytes: &[u8], limits: &Limits) -> Result<Grid, ReadError> {
    let broken = |error: calamine::XlsxError| ReadError::Workbook(error.to_string());
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let sheets = workbook.sheets_metadata().iter();
    let visible = sheets.filter(|sheet| sheet.visible == SheetVisible::Visible);
    let names: Vec<String> = visible.map(|sheet| sheet.name.clone()).collect();
    for name in preferred_first(names) {
        let mut cells = match workbook.worksheet_cells_reader(&name) {
            Ok(cells) => cells,
            Err(calamine::XlsxError::WorksheetNotFound(_) | calamine::XlsxError::NotAWorksheet(_)) => {
                continue;
            }
            Err(error) => return Err(broken(error)),
        };
        let mut grid = GridBuilder::new(limits);
        while let Some(cell) = cells.next_cell().map_err(broken)? {
            let (row, column) = cell.get_position();
            let text = text_of(cell.get_value());
            if !text.is_empty() {
                grid.put(row, column as usize, &text)?;
            }
        }
        let grid = grid.finish()?;
        if !grid.rows.is_empty() {
            return Ok(grid);
        }
    }
    Err(ReadError::Empty)
}

/// Template workbooks have a sheet of instructions in front of the one that is filled in.
fn preferred_first(mut names: Vec<String>) -> Vec<String> {
    const FILLED_IN: [&str; 5] = ["submissions", "submission", "samples", "sample", "metadata"];
    let known = |name: &str| FILLED_IN.iter().any(|filled_in| name.eq_ignore_ascii_case(filled_in));
    names.sort_by_key(|name| !known(name.trim()));
    names
}

/// A cell as somebody would have typed it into a text file: dates by ISO 8601, whole numbers without a point.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(date) if date.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
            match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
            }
        }
        DataRef::DateTime(duration) => duration.as_f64().to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}
