//! Our template as a workbook (XLSX): a sheet to fill in, and one that explains its columns.
//!
//! Written as the least that ECMA-376 asks for, with texts in their cells: no library of styles and formulas is needed
//! for two small tables. Refuses to be written without the columns of [`super::columns`]. Start at [`template_xlsx`].

use super::columns::{Column, Field, Need, hearth_columns};
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;

/// What the example's sample is called, so that nobody takes it for one.
const EXAMPLE: &str = "EXAMPLE-delete-this-row";
/// Rows for which a choice of values is offered.
const ROWS: u32 = 10_000;
/// Styles, by their place in [`STYLES`].
const BOLD: u8 = 1;
const EXAMPLE_STYLE: u8 = 2;
const WRAPPED: u8 = 3;

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/worksheets/sheet2.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#;
const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Samples" sheetId="1" r:id="rId1"/><sheet name="Columns" sheetId="2" r:id="rId2"/></sheets></workbook>"#;
const PARTS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
/// Plain, bold, grey italics, wrapped. All are texts (format 49), so that no program turns `2024-05` into a day.
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="3"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font><font><i/><sz val="11"/><color rgb="FF767676"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs></styleSheet>"#;
const SHEET: &str = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">"#;
const FROZEN: &str = r#"<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>"#;

/// Our template as a workbook; empty bytes cannot happen, since nothing of it comes from outside.
pub fn template_xlsx() -> Vec<u8> {
    written(&[
        ("[Content_Types].xml", TYPES.to_owned()),
        ("_rels/.rels", ROOT.to_owned()),
        ("xl/workbook.xml", WORKBOOK.to_owned()),
        ("xl/_rels/workbook.xml.rels", PARTS.to_owned()),
        ("xl/styles.xml", STYLES.to_owned()),
        ("xl/worksheets/sheet1.xml", samples()),
        ("xl/worksheets/sheet2.xml", explained()),
    ])
    .unwrap_or_default()
}

fn written(parts: &[(&str, String)]) -> ZipResult<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    // Without a time, the same program writes the same bytes.
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, text) in parts {
        zip.start_file(*name, options)?;
        zip.write_all(XML.as_bytes())?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The sheet to fill in: the header, an example, and a choice where a column has few values.
fn samples() -> String {
    let columns = hearth_columns();
    let example = |column: &Column| if column.field == Field::Sample { EXAMPLE } else { column.example };
    let rows = [
        row(1, columns.iter().map(|column| (column.name, BOLD))),
        row(2, columns.iter().map(|column| (example(column), EXAMPLE_STYLE))),
    ];
    let mut choices = String::new();
    let mut count = 0;
    for (place, column) in columns.iter().enumerate() {
        let values = choice(column.field);
        if values.is_empty() {
            continue;
        }
        count += 1;
        let name = letters(place);
        // Writing into a String cannot fail.
        let _ = write!(
            choices,
            r#"<dataValidation type="list" allowBlank="1" showErrorMessage="0" sqref="{name}2:{name}{ROWS}"><formula1>"{}"</formula1></dataValidation>"#,
            values.join(",")
        );
    }
    format!(
        r#"{SHEET}{FROZEN}<cols><col min="1" max="{}" width="20" style="0" customWidth="1"/></cols><sheetData>{}</sheetData><dataValidations count="{count}">{choices}</dataValidations></worksheet>"#,
        columns.len(),
        rows.concat()
    )
}

/// The sheet that explains.
fn explained() -> String {
    let header = ["Column", "Needed", "What to write", "Values to choose from", "Example"];
    let mut rows = row(1, header.into_iter().map(|text| (text, BOLD)));
    for (place, column) in (2..).zip(hearth_columns()) {
        let need = match column.need {
            Need::Required => "yes",
            Need::Recommended => "if at all known",
            Need::Optional => "no",
        };
        let values = choice(column.field).join(", ");
        let cells = [column.name, need, column.meaning, values.as_str(), column.example];
        rows += &row(place, cells.into_iter().map(|text| (text, WRAPPED)));
    }
    let widths = [18, 16, 70, 28, 32].iter().zip(1..).map(|(width, place)| {
        format!(r#"<col min="{place}" max="{place}" width="{width}" customWidth="1"/>"#)
    });
    format!(
        "{SHEET}{FROZEN}<cols>{}</cols><sheetData>{rows}</sheetData></worksheet>",
        widths.collect::<String>()
    )
}

/// The values of a column that has few.
fn choice(field: Field) -> &'static [&'static str] {
    match field {
        Field::Sex => &["female", "male"],
        Field::Control => &["negative", "positive", "run"],
        _ => &[],
    }
}

fn row<'a>(number: u32, cells: impl Iterator<Item = (&'a str, u8)>) -> String {
    let mut out = format!(r#"<row r="{number}">"#);
    for (place, (text, style)) in cells.enumerate() {
        if text.is_empty() {
            continue;
        }
        let (name, text) = (letters(place), escaped(text));
        let _ = write!(out, r#"<c r="{name}{number}" s="{style}" t="inlineStr"><is><t>{text}</t></is></c>"#);
    }
    out + "</row>"
}

/// The name of a column of a sheet: A, B, … Z, AA.
fn letters(place: usize) -> String {
    let letter = |number: usize| char::from(b'A' + u8::try_from(number % 26).unwrap_or_default());
    match place / 26 {
        0 => letter(place).to_string(),
        tens => format!("{}{}", letter(tens - 1), letter(place)),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submission::{Corrections, Limits, Reading, read};

    #[test]
    fn the_workbook_is_read_as_our_template() {
        let (limits, corrections) = (Limits::default(), Corrections::default());
        let today = jiff::civil::date(2026, 1, 1);
        let reading = Reading { today, limits: &limits, corrections: &corrections };
        let sheet = read(&template_xlsx(), &reading).expect("a workbook");
        assert_eq!(sheet.template.name(), "Hearth");
        assert_eq!(sheet.columns.len(), hearth_columns().len());
        assert_eq!(sheet.rows.iter().map(|row| row.sample.as_str()).collect::<Vec<_>>(), [EXAMPLE]);
        assert!(sheet.findings.iter().all(|finding| finding.severity < crate::submission::Severity::Error));
    }

    #[test]
    fn columns_have_names() {
        let check = |place, expected: &str| assert_eq!(letters(place), expected);
        check(0, "A");
        check(25, "Z");
        check(26, "AA");
        check(53, "BB");
    }

    #[test]
    fn the_same_program_writes_the_same_bytes() {
        assert_eq!(template_xlsx(), template_xlsx());
    }
}
