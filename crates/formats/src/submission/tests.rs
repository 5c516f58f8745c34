//! Whole sheets, read and checked.

use super::*;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::time::Instant;

fn today() -> Date {
    jiff::civil::date(2024, 11, 22)
}

fn read_with(bytes: &[u8], limits: &Limits, corrections: &Corrections) -> Result<Sheet, ReadError> {
    read(bytes, &Reading { today: today(), limits, corrections })
}

fn sheet(text: &str) -> Sheet {
    read_with(text.as_bytes(), &Limits::default(), &Corrections::new()).unwrap()
}

fn error(bytes: &[u8]) -> String {
    read_with(bytes, &Limits::default(), &Corrections::new()).unwrap_err().to_string()
}

/// Findings that are more than notes: row, column, rule, rows, given.
fn found(sheet: &Sheet) -> Vec<(u32, &str, &str, u32, &str)> {
    let listed = sheet.findings.iter().filter(|finding| finding.severity > Severity::Note);
    let brief = |finding: &'_ Finding| (finding.row.unwrap_or(0), finding.rule, finding.rows);
    listed
        .map(|finding| {
            let (row, rule, rows) = brief(finding);
            (row, finding.column.as_deref().unwrap_or(""), rule, rows, finding.given.as_str())
        })
        .collect()
}

/// The fields that most templates have, in short.
fn brief(row: &SampleRow) -> [String; 8] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        row.sample.clone(),
        row.collected.map(|date| date.to_string()).unwrap_or_default(),
        row.country.map(|country| country.to_string()).unwrap_or_default(),
        text(&row.division),
        text(&row.place),
        row.host.as_ref().map(|host| host.name.clone()).unwrap_or_default(),
        text(&row.originating_lab),
        row.authors.join("; "),
    ]
}

#[test]
fn our_template_reads_itself() {
    let sheet = sheet(&template_tsv());
    assert_eq!(sheet.template, Template::Hearth);
    assert_eq!(found(&sheet), []);
    assert_eq!(
        brief(&sheet.rows[0]),
        [
            "KE-NPHL-0417",
            "2024-05-03",
            "KE",
            "Nakuru",
            "Naivasha",
            "Homo sapiens",
            "County Hospital Naivasha",
            "Wanjiru A.; Otieno B."
        ]
    );
    let row = &sheet.rows[0];
    assert_eq!(
        (row.row, row.ct, row.age.map(|age| age.to_string()), row.control),
        (2, Some(21.4), Some("30-39".into()), None)
    );
    let json = serde_json::to_string(row).unwrap();
    assert_eq!(serde_json::from_str::<SampleRow>(&json).unwrap(), *row);
}

#[test]
fn gisaid_sheets_are_read_with_and_without_their_second_heading() {
    let header = "submitter,fn,covv_virus_name,covv_type,covv_passage,covv_collection_date,covv_location,covv_add_location,covv_host,covv_add_host_info,covv_sampling_strategy,covv_gender,covv_patient_age,covv_patient_status,covv_specimen,covv_outbreak,covv_last_vaccinated,covv_treatment,covv_seq_technology,covv_assembly_method,covv_coverage,covv_orig_lab,covv_orig_lab_addr,covv_provider_sample_id,covv_subm_lab,covv_subm_lab_addr,covv_subm_sample_id,covv_authors,covv_comment,comment_type";
    let labels = "Submitter,FASTA filename,Virus name,Type,Passage details/history,Collection date,Location,Additional location information,Host,Additional host information,Sampling Strategy,Gender,Patient age,Patient status,Specimen source,Outbreak,Last vaccinated,Treatment,Sequencing technology,Assembly method,Coverage,Originating lab,Address,Sample ID given by originating laboratory,Submitting lab,Address,Sample ID given by the submitting laboratory,Authors,Comment,Comment Icon";
    let row = "jane,all.fasta,hCoV-19/Kenya/K-1234/2024,betacoronavirus,Original,2024-05-03,Africa / Kenya / Nakuru,,Human,,,Female,34,unknown,swab,,,,Illumina MiSeq,,,County Hospital,\"Naivasha, tel. +254 700 123 456\",,NPHL,Nairobi,K-1234,\"Jane Doe, Richard Roe\",,";
    for text in
        [format!("{header}\n{labels}\n{row}\n"), format!("{header}\n{row}\n"), format!("{labels}\n{row}\n")]
    {
        let sheet = sheet(&text);
        assert_eq!((sheet.template, sheet.rows.len()), (Template::Gisaid, 1), "{text}");
        assert_eq!(found(&sheet), []);
        assert_eq!(
            brief(&sheet.rows[0]),
            [
                "hCoV-19/Kenya/K-1234/2024",
                "2024-05-03",
                "KE",
                "Nakuru",
                "",
                "Homo sapiens",
                "County Hospital",
                "Jane Doe; Richard Roe"
            ]
        );
        assert_eq!(sheet.rows[0].instrument.as_deref(), Some("Illumina MiSeq"));
    }
}

#[test]
fn loculus_sheets_are_read_with_segments_in_one_cell() {
    let sheet = sheet(
        "id\tfastaIds\tsampleCollectionDate\tgeoLocCountry\tgeoLocAdmin1\tgeoLocCity\thostNameScientific\tauthors\tsequencedByContactEmail\n\
         L1\tL1_L L1_S\t2024-05\tSierra Leone\tEastern\tKenema\tMastomys natalensis\tDoe, Jane; Roe, Richard\tlab@example.org\n",
    );
    assert_eq!((sheet.template, found(&sheet)), (Template::Loculus, vec![]));
    assert_eq!(
        brief(&sheet.rows[0]),
        ["L1", "2024-05", "SL", "Eastern", "Kenema", "Mastomys natalensis", "", "Doe, Jane; Roe, Richard"]
    );
    let names: Vec<&str> = sheet.rows[0].records.iter().map(|record| record.name.as_str()).collect();
    assert_eq!(names, ["L1_L", "L1_S"]);
    let matching = match_records(&sheet, &["L1_S", "L1_L"], &Limits::default());
    assert_eq!((matching.pairs.len(), matching.findings.len()), (2, 0));
}

#[test]
fn genbank_tables_are_read_and_segments_of_one_isolate_joined() {
    let sheet = sheet(
        "Sequence_ID\tCollection_date\tgeo_loc_name\tHost\tIsolate\tSegment\n\
         s1\t03-May-2024\tKenya: Nakuru, Naivasha\tHomo sapiens\tA/Kenya/1/2024\t4\n\
         s2\t03-May-2024\tKenya: Nakuru, Naivasha\tHomo sapiens\tA/Kenya/1/2024\t6\n\
         s3\tMay-2024\tKenya\tHomo sapiens\tA/Kenya/2/2024\t4\n\
         s4\tApr-2024\tKenya\tHomo sapiens\tA/Kenya/2/2024\t6\n",
    );
    assert_eq!(sheet.template, Template::GenBank);
    assert_eq!(found(&sheet), [(5, "", "segments-differ", 1, "A/Kenya/2/2024")]);
    assert_eq!(sheet.rows.len(), 2);
    assert_eq!(
        brief(&sheet.rows[0]),
        ["A/Kenya/1/2024", "2024-05-03", "KE", "Nakuru", "Naivasha", "Homo sapiens", "", ""]
    );
    let segments: Vec<(&str, Option<&str>)> = sheet.rows[0]
        .records
        .iter()
        .map(|record| (record.name.as_str(), record.segment.as_deref()))
        .collect();
    assert_eq!(segments, [("s1", Some("4")), ("s2", Some("6"))]);
    let sheet = self::sheet("Sequence_ID\tCollection_date\tcountry\tIsolate\nK1\t2024\tKenya\tiso\n");
    assert_eq!((sheet.rows[0].sample.as_str(), sheet.rows[0].other["Isolate"].as_str()), ("K1", "iso"));
}

#[test]
fn ena_sheets_are_read_under_their_checklist_and_above_their_units() {
    let header = "tax_id\tscientific_name\tsample_alias\tsample_title\tcollection date\tgeographic location (country and/or sea)\tgeographic location (region and locality)\thost common name\thost subject id\thost age\thost sex\thost scientific name\tcollector name\tcollecting institution\tisolate";
    let row = "2697049\tSevere acute respiratory syndrome coronavirus 2\tK1\tK1\t2024-05-03\tKenya\tNakuru\thuman\t#131\t34\tfemale\tHomo sapiens\tJane Doe\tNPHL, Nairobi\tK1";
    for text in [
        format!(
            "Checklist\tERC000033\tENA virus pathogen reporting standard checklist\n{header}\n#units\t\t\t\t\t\t\t\t\tyears\n{row}\n"
        ),
        format!("{header}\nMandatory. x\tMandatory. y\tMandatory. Unique\n{row}\n"),
    ] {
        let sheet = sheet(&text);
        assert_eq!((sheet.template, found(&sheet)), (Template::Ena, vec![]), "{text}");
        assert_eq!(
            brief(&sheet.rows[0]),
            ["K1", "2024-05-03", "KE", "Nakuru", "", "Homo sapiens", "NPHL, Nairobi", ""]
        );
    }
}

#[test]
fn other_sheets_are_understood_by_usual_names() {
    let sheet = sheet(
        "strain;date;country;division;host;lineage\nK1;2024-05;Kenya;Nakuru;Human;B.1\nK2;2024-06-XX;Kenia;;Human;B.2\n",
    );
    assert_eq!(sheet.template, Template::Other);
    assert_eq!(brief(&sheet.rows[1]), ["K2", "2024-06", "KE", "", "", "Homo sapiens", "", ""]);
    assert_eq!(sheet.rows[0].other["lineage"], "B.1");
}

#[test]
fn one_finding_stands_for_all_rows_with_the_same_text_and_is_put_right_once() {
    let text = "sample\tcollected\tcountry\thost\nK1\t05/03/2024\tKenyya\thuman\nK2\t05/03/2024\tKenyya\thuman\nK3\t2024\tKenya\tHomo sapiens\n";
    let sheet = sheet(text);
    assert_eq!(
        found(&sheet),
        [
            (2, "collected", "date-ambiguous", 2, "05/03/2024"),
            (2, "country", "country-unknown", 2, "Kenyya"),
            (2, "collected", "empty", 2, ""),
            (2, "country", "empty", 2, ""),
        ]
    );
    let mut corrections = Corrections::new();
    for finding in sheet.findings.iter().filter(|finding| !finding.suggestions.is_empty()) {
        let key = (finding.column.clone().unwrap(), finding.given.clone());
        corrections.insert(key, finding.suggestions[0].clone());
    }
    let again = read_with(text.as_bytes(), &Limits::default(), &corrections).unwrap();
    assert_eq!(found(&again), []);
    assert_eq!(brief(&again.rows[1])[..3], ["K2", "2024-03-05", "KE"]);
}

#[test]
fn segments_may_be_columns_or_rows() {
    let by_columns = sheet("sample\trecord_HA\trecord_NA\nK1\th1\tn1\nK2\th2\t\n");
    let by_rows = sheet("sample\trecord\tsegment\nK1\th1\tHA\nK1\tn1\tNA\nK2\th2\tHA\n");
    for sheet in [&by_columns, &by_rows] {
        let names: Vec<Vec<(&str, Option<&str>)>> = sheet
            .rows
            .iter()
            .map(|row| {
                row.records.iter().map(|record| (record.name.as_str(), record.segment.as_deref())).collect()
            })
            .collect();
        assert_eq!(names, [vec![("h1", Some("HA")), ("n1", Some("NA"))], vec![("h2", Some("HA"))]]);
        assert!(found(sheet).is_empty());
        let matching = match_records(sheet, &["n1 x", "h2|y", "h1"], &Limits::default());
        let pairs: Vec<(usize, usize, Option<&str>)> =
            matching.pairs.iter().map(|pair| (pair.record, pair.row, pair.segment.as_deref())).collect();
        assert_eq!(pairs, [(0, 0, Some("NA")), (1, 1, Some("HA")), (2, 0, Some("HA"))]);
    }
}

#[test]
fn names_used_twice_are_found() {
    let sheet = sheet("sample\trecord\nK1\ta\nK1\tb\nk1\tc\nK2\ta\n\t\n\td\nK3\te\n");
    assert_eq!(
        found(&sheet),
        [(3, "", "sample-twice", 1, "K1"), (4, "", "sample-case", 1, "k1"), (5, "", "record-twice", 1, "a"),]
    );
    let names: Vec<&str> = sheet.rows.iter().map(|row| row.sample.as_str()).collect();
    assert_eq!(names, ["K1", "k1", "K2", "d", "K3"]);
}

#[test]
fn rows_without_a_name_are_told() {
    let sheet = sheet("sample\tcollected\nK1\t2024\n\t2023\n\t2022\n");
    assert_eq!(found(&sheet), [(3, "sample", "sample-missing", 2, "")]);
    assert_eq!(sheet.rows.len(), 1);
}

#[test]
fn laboratories_spelt_in_several_ways_are_found_across_columns() {
    let sheet = sheet(
        "sample\toriginating_lab\tsubmitting_lab\n1\tNational Lab\tNational Laboratory\n2\tNational Laboratory\tNational Laboratory\n3\tNatl. Lab\tNational Laboratory\n4\tnational lab\tNational Laboratory\n",
    );
    let given: Vec<(&str, &str, &str)> = sheet
        .findings
        .iter()
        .filter(|finding| finding.rule == "laboratory-spelling")
        .map(|f| (f.column.as_deref().unwrap(), f.given.as_str(), f.suggestions[0].as_str()))
        .collect();
    assert_eq!(
        given,
        [
            ("originating_lab", "National Lab", "National Laboratory"),
            ("originating_lab", "Natl. Lab", "National Laboratory"),
            ("originating_lab", "national lab", "National Laboratory"),
        ]
    );
}

#[test]
fn patients_are_stopped_at_the_door_and_not_repeated() {
    let sheet = sheet(
        "sample\tpatient_name\tdob\tremark\thost_age\nK1\tJane Doe\t\tcall +254 700 123 456\t34\nK2\tRichard Roe\t\tjane@example.org\t1980-05-03\n",
    );
    assert_eq!(sheet.worst(), Some(Severity::Stopped));
    assert_eq!(
        found(&sheet),
        [
            (0, "patient_name", "personal-column", 0, ""),
            (0, "dob", "personal-column-empty", 0, ""),
            (2, "remark", "personal-cell", 1, ""),
            (3, "remark", "personal-cell", 1, ""),
            (3, "host_age", "personal-cell", 1, ""),
        ]
    );
    let all = format!("{sheet:?}");
    for secret in ["Jane", "Roe", "254", "example.org", "1980"] {
        assert!(!all.contains(secret), "{secret}");
    }
    assert!(sheet.rows.iter().all(|row| row.other.is_empty() && row.sample.starts_with('K')));
}

#[test]
fn laboratories_may_be_called() {
    let sheet = sheet(
        "sample\toriginating_lab\tlab phone\tlab contact email\nK1\tNPHL, +254 700 123 456\t+254 700 123 456\tlab@example.org\n",
    );
    assert_eq!(found(&sheet), []);
}

#[test]
fn records_are_matched_by_rule() {
    let sheet = sheet("sample\nK1\nK2\nhCoV-19/South Africa/1/2024\nK4\nK5\nK6\n");
    let headers = [
        "K1",
        "K2|Kenya|2024",
        "hCoV-19/South Africa/1/2024|EPI",
        "k4",
        "K5_HA",
        "K5|NA|x",
        "K7",
        "K1 again",
        "K6/segment4",
    ];
    let matching = match_records(&sheet, &headers, &Limits::default());
    let pairs: Vec<(usize, usize, Option<&str>)> =
        matching.pairs.iter().map(|pair| (pair.record, pair.row, pair.segment.as_deref())).collect();
    assert_eq!(
        pairs,
        [
            (0, 0, None),
            (1, 1, None),
            (2, 2, None),
            (4, 4, Some("HA")),
            (5, 4, Some("NA")),
            (7, 0, None),
            (8, 5, Some("4"))
        ]
    );
    assert_eq!((matching.records_without_row, matching.rows_without_record), (vec![3, 6], vec![3]));
    let told: Vec<(u32, &str, &str, usize)> = matching
        .findings
        .iter()
        .map(|f| (f.row.unwrap_or(0), f.rule, f.given.as_str(), f.suggestions.len()))
        .collect();
    assert_eq!(
        told,
        [
            (0, "record-without-row", "k4", 1),
            (0, "record-without-row", "K7", 0),
            (2, "record-again", "K1 again", 0),
            (5, "row-without-record", "K4", 0),
        ]
    );
    let stopped = match_records(&sheet, &["K1|dob=1980-05-03", "X1 patient_name=Doe"], &Limits::default());
    assert!(!format!("{stopped:?}").contains("Doe"));
    assert_eq!(stopped.findings.iter().filter(|f| f.severity == Severity::Stopped).count(), 2);
}

#[test]
fn text_comes_in_many_encodings() {
    let text = "sample\tplace\nK1\tSão Tomé\n";
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let big: Vec<u8> =
        [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let excel = b"sample;place\r\nK1;\"S\xe3o Tom\xe9\"\r\n".to_vec();
    for (bytes, rules) in [(utf16, 0), (big, 0), (marked, 0), (latin, 1), (excel, 1)] {
        let sheet = read_with(&bytes, &Limits::default(), &Corrections::new()).unwrap();
        assert_eq!(sheet.rows[0].place.as_deref(), Some("São Tomé"));
        assert_eq!(found(&sheet).len(), rules);
    }
}

#[test]
fn rows_are_counted_as_a_spreadsheet_counts() {
    let check = |text: &str, expected: &[u32]| {
        let rows: Vec<u32> = sheet(text).rows.iter().map(|row| row.row).collect();
        assert_eq!(rows, expected, "{text:?}");
    };
    check("sample,place\nK1,x\nK2,y\n", &[2, 3]);
    check("sample,place\r\nK1,x\r\nK2,y\r\n", &[2, 3]);
    check("sample,place\n\nK1,x\n\n\nK2,y", &[3, 6]);
    check("\r\nsample,place\r\n\r\nK1,x\r\n\r\n\r\nK2,y\r\n", &[4, 7]);
    check("sample,place\nK1,\"x\ny\"\nK2,y\n", &[2, 3]);
    check("sample,place\nK1,x\n,\n \nK2,y\n", &[2, 5]);
}

#[test]
fn what_is_no_sheet_is_refused_in_words() {
    let check = |bytes: &[u8], says: &str| assert!(error(bytes).contains(says), "{}", error(bytes));
    check(b"", "holds no cells");
    check(b"\n\n \n", "holds no cells");
    check(b"sample\tcollected\n", "no rows");
    check(b">K1\nACGT\n", "a FASTA file");
    check(b"%PDF-1.7", "a PDF");
    check(b"\xd0\xcf\x11\xe0rest", "an old Excel file");
    check(b"\x1f\x8b\x08", "a packed file");
    check(b"PK\x03\x04rest", "the workbook cannot be read");
    check(b"a\0b\n", "no text");
    check(b"sample\r\n", "no rows");
    let quoted = format!("sample\tremark\nK1\t\"{}\n", "x\n".repeat(9_000));
    check(quoted.as_bytes(), "row 2, column 2: the cell has more than 10000 characters");
    check(format!("sample{}\nK1\n", "\tx".repeat(500)).as_bytes(), "row 1 has more than 500 columns");
    let limits = Limits { rows: 2, file_bytes: 40, text_bytes: 12, ..Limits::default() };
    let limited = |text: &str| read_with(text.as_bytes(), &limits, &Corrections::new()).unwrap_err();
    assert_eq!(limited("sample\n1\n2\n3\n"), ReadError::Rows { limit: 2 });
    assert_eq!(limited("sample\n1234\n567\n"), ReadError::Text { limit: 12 });
    assert!(matches!(limited(&"x".repeat(41)), ReadError::TooLarge { .. }));
}

#[test]
fn findings_are_listed_up_to_the_limit_and_patients_beyond_it() {
    let mut text = String::from("sample\tcollected\tremark\n");
    (0..50).for_each(|row| writeln!(text, "K{row}\tday {row}\tx").unwrap());
    text.push_str("K99\t2024\tdob 03/05/1980\n");
    let limits = Limits { findings: 10, ..Limits::default() };
    let sheet = read_with(text.as_bytes(), &limits, &Corrections::new()).unwrap();
    assert_eq!(sheet.findings.len(), 12);
    assert_eq!(sheet.findings.last().map(|finding| finding.rule), Some("not-listed"));
    assert!(sheet.findings.iter().any(|finding| finding.severity == Severity::Stopped));
}

/// A workbook with one sheet of these rows, its cells as XML.
fn workbook(sheet: &str, strings: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let parts = [
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"Samples\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{office}/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"r3\" Type=\"{office}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>"
            ),
        ),
        ("xl/sharedStrings.xml", strings.to_owned()),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{main}\"><sheetData>{sheet}</sheetData></worksheet>"),
        ),
    ];
    for (name, text) in parts {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const STRINGS: &str = "<sst count=\"3\" uniqueCount=\"3\"><si><t>sample</t></si><si><t>collected</t></si><si><t>country</t></si></sst>";
const HEADER: &str = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c></row>";

#[test]
fn workbooks_are_read() {
    let rows = "<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>K1</t></is></c><c r=\"B3\" s=\"1\"><v>45415</v></c><c r=\"C3\" t=\"inlineStr\"><is><t>Kenya</t></is></c></row>\
                <row r=\"4\"><c r=\"A4\"><v>417</v></c><c r=\"B4\"><v>2024</v></c></row>";
    let bytes = workbook(&format!("{HEADER}{rows}"), STRINGS);
    let sheet = read_with(&bytes, &Limits::default(), &Corrections::new()).unwrap();
    assert_eq!(brief(&sheet.rows[0])[..3], ["K1", "2024-05-03", "KE"]);
    assert_eq!(brief(&sheet.rows[1])[..3], ["417", "2024", ""]);
    assert_eq!((sheet.rows[0].row, found(&sheet)), (3, vec![(4, "country", "empty", 1, "")]));
}

/// A workbook with more parts: names, and whether they are links.
fn with_parts(bytes: Vec<u8>, names: &[(&str, bool)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new_append(Cursor::new(bytes)).unwrap();
    let options = zip::write::SimpleFileOptions::default();
    for (name, is_link) in names {
        if *is_link {
            zip.add_symlink(*name, "/etc/passwd", options).unwrap();
        } else {
            zip.start_file(*name, options).unwrap();
            zip.write_all(b"harm").unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn names_of_parts_lead_nowhere() {
    let row = "<row r=\"2\"><c r=\"A2\"><v>417</v></c><c r=\"B2\"><v>2024</v></c></row>";
    let plain = workbook(&format!("{HEADER}{row}"), STRINGS);
    let folder = tempfile::tempdir().unwrap();
    let absolute = folder.path().join("harm.txt");
    let absolute = absolute.to_str().unwrap();
    let names = [
        ("../../harm.txt", false),
        (absolute, false),
        ("C:\\harm.txt", false),
        ("xl/../../../harm.txt", false),
        ("xl/media/link", true),
        ("../link", true),
    ];
    let bytes = with_parts(plain.clone(), &names);
    let read = |bytes: &[u8]| read_with(bytes, &Limits::default(), &Corrections::new()).unwrap();
    assert_eq!(brief(&read(&bytes).rows[0]), brief(&read(&plain).rows[0]), "they are passed over");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is written");
    // A workbook within a workbook is a part like any other: it is not opened.
    let mut nested = plain.clone();
    for _ in 0..5 {
        let mut zip = zip::ZipWriter::new_append(Cursor::new(plain.clone())).unwrap();
        zip.start_file("xl/embeddings/inner.xlsx", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&nested).unwrap();
        nested = zip.finish().unwrap().into_inner();
    }
    assert_eq!(read(&nested).rows.len(), 1);
}

#[test]
fn workbooks_that_lie_are_refused() {
    let refused = |bytes: &[u8], limits: &Limits| read_with(bytes, limits, &Corrections::new()).unwrap_err();
    let limits = Limits { unpacked_bytes: 1 << 20, ..Limits::default() };
    // A bomb: a megabyte and more of spaces in a few kilobytes.
    let bomb = workbook(&" ".repeat(2 << 20), STRINGS);
    assert!(bomb.len() < 10_000);
    assert_eq!(refused(&bomb, &limits), ReadError::Unpacked { limit: 1 << 20 });
    // The same with a directory that says it is small.
    let mut lying = bomb.clone();
    let size = u32::try_from((2 << 20) + "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData></sheetData></worksheet>".len()).unwrap();
    for at in 0..lying.len() - 4 {
        if lying[at..at + 4] == size.to_le_bytes() {
            lying[at..at + 4].copy_from_slice(&9_u32.to_le_bytes());
        }
    }
    assert_ne!(lying, bomb);
    assert!(matches!(refused(&lying, &limits), ReadError::Unpacked { .. } | ReadError::Workbook(_)));
    // Memory for so many texts would be taken at once.
    let many = workbook(HEADER, &STRINGS.replace("uniqueCount=\"3\"", "uniqueCount = '99999999999999'"));
    assert!(matches!(refused(&many, &Limits::default()), ReadError::Workbook(_)));
    // Two cells far apart.
    let far =
        workbook(&format!("{HEADER}<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>"), STRINGS);
    assert!(matches!(refused(&far, &Limits::default()), ReadError::Columns { .. }));
    // Addresses beyond all numbers.
    for address in ["A99999999999", "ZZZZZZZZZZZZ1", "A0", "", "1", "Ä1"] {
        let odd = workbook(&format!("<row r=\"1\"><c r=\"{address}\"><v>1</v></c></row>"), STRINGS);
        let _ = read_with(&odd, &Limits::default(), &Corrections::new());
    }
    // A hundred thousand styles, of which each takes much memory.
    let styles = Limits { small_part_bytes: 1_000, ..Limits::default() };
    let plain = workbook(HEADER, STRINGS);
    assert!(matches!(
        refused(&plain, &Limits { small_part_bytes: 20, ..styles }),
        ReadError::Unpacked { .. }
    ));
    assert_eq!(refused(&plain, &styles), ReadError::OnlyHeader);
    let texts = Limits { shared_text_elements: 5, ..Limits::default() };
    assert!(matches!(refused(&plain, &texts), ReadError::Workbook(_)));
    let parts = Limits { workbook_parts: 3, ..Limits::default() };
    assert!(matches!(
        refused(&workbook(HEADER, STRINGS), &parts),
        ReadError::WorkbookParts { found: 6, limit: 3 }
    ));
}

#[test]
fn cells_written_for_people_are_read_as_they_were() {
    let sheet = sheet("sample\tplace\nK1\t'=1+1\nK2\t=1+1\n");
    assert_eq!(sheet.rows[0].place.as_deref(), Some("=1+1"));
    assert_eq!(sheet.rows[1].place.as_deref(), Some("=1+1"));
}

/// A sheet as a national laboratory would hand in.
fn large(rows: usize) -> String {
    let mut text = template_tsv().lines().next().unwrap().to_owned() + "\tremark\tbatch\n";
    for row in 0..rows {
        let (month, day) = (row % 10 + 1, row % 28 + 1);
        let country = ["Kenya", "KE", "Kenyya", "Uganda", "USA"][row % 5];
        writeln!(
            text,
            "KE-NPHL-{row:06}\t\t\tmpox virus\t2024-{month:02}-{day:02}\t{country}\tNakuru\tNaivasha {}\thuman\t{}\tfemale\tswab\toriginal\tCounty Hospital {}\tNational Public Health Laboratory\tWanjiru A.; Otieno B.\tGridION\t{}.4\t\t\tsample {row} of the survey\tB{}",
            row % 300, row % 90, row % 40, row % 30 + 10, row / 96
        )
        .unwrap();
    }
    text
}

#[test]
fn a_hundred_thousand_rows_are_read_and_checked_in_about_a_second() {
    let text = large(100_000);
    let start = Instant::now();
    let sheet = sheet(&text);
    let read = start.elapsed();
    let names: Vec<String> = sheet.rows.iter().map(|row| format!("{}|Kenya", row.sample)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let start = Instant::now();
    let matching = match_records(&sheet, &names, &Limits::default());
    println!("100,000 rows: read and checked in {read:?}, matched in {:?}", start.elapsed());
    assert_eq!((sheet.rows.len(), matching.pairs.len()), (100_000, 100_000));
    assert_eq!(sheet.findings.iter().filter(|f| f.given == "Kenyya").map(|f| f.rows).sum::<u32>(), 20_000);
    // Far from the aim, for busy machines and slow builds.
    assert!(read.as_secs() < 20);
}

proptest! {
    #[test]
    fn no_table_breaks_it(text in "(sample|id|date|dob|country|record_HA|host|[a-z'\"]{0,4})([\t,;\n][ -~é中\"]{0,6}){0,40}") {
        let _ = read_with(text.as_bytes(), &Limits::default(), &Corrections::new());
    }

    #[test]
    fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_with(&bytes, &Limits::default(), &Corrections::new());
    }

    #[test]
    fn no_broken_workbook_breaks_it(at in 0usize..2000, byte in any::<u8>()) {
        let mut bytes = workbook(HEADER, STRINGS);
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = read_with(&bytes, &Limits::default(), &Corrections::new());
    }

    /// Texts are remembered by column; alone, each is read for the first time.
    #[test]
    fn a_row_among_others_reads_as_it_does_alone(
        cells in proptest::collection::vec(
            ("(2024|2024-05-03|05/03/2024|13[.]5[.]24|)", "(Kenya|Kenyya|USA|NA|x|)", "(human|Mus musculus|cow|)", "(34|2-9|old|)"),
            1..12,
        )
    ) {
        const COLUMNS: &str = "sample\tcollected\tcountry\thost\thost_age\n";
        let line = |row: usize| {
            let (date, country, host, age) = &cells[row];
            format!("K{row}\t{date}\t{country}\t{host}\t{age}\n")
        };
        let all: String = (0..cells.len()).map(line).collect();
        let together = sheet(&format!("{COLUMNS}{all}"));
        prop_assert_eq!(together.rows.len(), cells.len());
        for (index, row) in together.rows.iter().enumerate() {
            let alone = sheet(&format!("{COLUMNS}{}", line(index)));
            prop_assert_eq!(&SampleRow { row: 2, ..row.clone() }, &alone.rows[0]);
        }
    }

    #[test]
    fn every_suggestion_when_accepted_is_not_made_again(
        dates in proptest::collection::vec("[0-3][0-9][/.][01][0-9][/.]20[12][0-9]", 1..5),
        country in "[A-Z][a-z]{3,8}",
    ) {
        let mut text = String::from("sample\tcollected\tcountry\n");
        dates.iter().enumerate().for_each(|(row, date)| writeln!(text, "K{row}\t{date}\t{country}").unwrap());
        let first = sheet(&text);
        let accepted = first.findings.iter().filter_map(|finding| {
            Some(((finding.column.clone()?, finding.given.clone()), finding.suggestions.first()?.clone()))
        });
        let again = read_with(text.as_bytes(), &Limits::default(), &accepted.collect()).unwrap();
        prop_assert!(again.findings.iter().all(|finding| finding.suggestions.is_empty()));
    }
}
