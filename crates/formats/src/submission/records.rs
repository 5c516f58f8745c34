//! Which FASTA record belongs to which row.
//!
//! Rules, in this order; the first that gives a row wins:
//!
//! 1. the whole header is a name that a row gives its record, or the name of a sample whose row names no record;
//! 2. the same of the header's part before the first `|`;
//! 3. the same of its part before the first white space;
//! 4. that part, or the whole header, is the name of a sample followed by `_`, `|`, `/` or `-` and the name of a
//!    segment (`K1_HA`, `K1|L`, `K1_segment4`), for rows that name no record; so the segment is known too.
//!
//! A record that would match when capitals and small letters are the same is not matched, but suggested. Refuses
//! to read sequences. Start at [`match_records`].

use super::Sheet;
use super::finding::{Finding, Severity};
use super::finding::{Log, Remark};
use super::guard;
use super::limits::Limits;
use std::collections::HashMap;

/// Names of segments of influenza, bunya- and arenaviruses, as they follow a sample's name. Numbers count with
/// `segment` or `seg` in front, or alone from 1 to 12.
const SEGMENTS: [&str; 18] = [
    "PB2", "PB1", "PA", "HA", "NP", "NA", "MP", "M", "NS", "HE", "P3", "L", "S", "GPC", "N", "Z", "G", "NSs",
];

/// What was matched, and what was not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matching {
    /// Each match, in the order of the records.
    pub pairs: Vec<Pair>,
    /// Indices of the records that no row describes.
    pub records_without_row: Vec<usize>,
    /// Indices of the rows without a single record, in the order of the rows.
    pub rows_without_record: Vec<usize>,
    /// The same in words, with suggestions, and personal data found in headers. `row` is the sheet's; `column` is
    /// none.
    pub findings: Vec<Finding>,
}

/// A record and its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Index of the record.
    pub record: usize,
    /// Index of the row in [`Sheet::rows`].
    pub row: usize,
    /// The segment, where the row or the record's name says it.
    pub segment: Option<String>,
}

/// A name that a record may have.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    row: usize,
    segment: Option<&'a str>,
    /// Whether it is the name of a sample whose row names no record.
    is_sample: bool,
}

/// Matches the headers of FASTA records (without their `>`) to the rows of a sheet; the rules are above.
pub fn match_records(sheet: &Sheet, headers: &[&str], limits: &Limits) -> Matching {
    let wanted = wanted(sheet);
    let mut log = Log::new(limits);
    let mut matching = Matching::default();
    let mut taken: HashMap<(usize, Option<String>), usize> = HashMap::new();
    let mut has_record = vec![false; sheet.rows.len()];
    let mut unmatched = Vec::new();
    for (index, header) in headers.iter().enumerate() {
        let header = header.trim();
        if let Some(personal) = guard::personal_in_header(header) {
            let message = format!(
                "The header of record {} seems to hold {}. {} Nothing of this file is taken before.",
                index + 1,
                personal.name(),
                personal.advice()
            );
            log.add(None, None, "", Remark::new(Severity::Stopped, "personal-header", message));
        }
        let Some((row, segment)) = find(&wanted, header) else {
            unmatched.push(index);
            continue;
        };
        if let Some(before) = taken.insert((row, segment.clone()), index).filter(|_| !is_several(sheet, row))
        {
            let number = sheet.rows.get(row).map(|row| row.row);
            let message =
                format!("Records {} and {} both belong to this row: keep one.", before + 1, index + 1);
            log.add(number, None, header, Remark::new(Severity::Error, "record-again", message));
        }
        if let Some(has) = has_record.get_mut(row) {
            *has = true;
        }
        matching.pairs.push(Pair { record: index, row, segment });
    }
    tell_unmatched(&wanted, headers, &unmatched, &mut log);
    matching.records_without_row = unmatched;
    matching.rows_without_record = without(&has_record);
    for row in matching.rows_without_record.iter().filter_map(|&index| sheet.rows.get(index)) {
        let message =
            "No sequence in the FASTA files has this name: look at the names, or leave the row out.";
        log.add(
            Some(row.row),
            None,
            &row.sample,
            Remark::new(Severity::Error, "row-without-record", message),
        );
    }
    matching.findings = log.finish();
    matching
}

fn without(has_record: &[bool]) -> Vec<usize> {
    has_record.iter().enumerate().filter(|(_, has)| !**has).map(|(index, _)| index).collect()
}

/// Whether a row names several records without saying which segment is which.
fn is_several(sheet: &Sheet, row: usize) -> bool {
    sheet
        .rows
        .get(row)
        .is_some_and(|row| row.records.iter().filter(|record| record.segment.is_none()).count() > 1)
}

fn wanted(sheet: &Sheet) -> HashMap<&str, Wanted<'_>> {
    let mut wanted = HashMap::with_capacity(sheet.rows.len());
    for (index, row) in sheet.rows.iter().enumerate() {
        for record in &row.records {
            let segment = record.segment.as_deref();
            wanted.entry(record.name.as_str()).or_insert(Wanted { row: index, segment, is_sample: false });
        }
    }
    for (index, row) in sheet.rows.iter().enumerate().filter(|(_, row)| row.records.is_empty()) {
        wanted.entry(row.sample.as_str()).or_insert(Wanted { row: index, segment: None, is_sample: true });
    }
    wanted
}

fn find(wanted: &HashMap<&str, Wanted<'_>>, header: &str) -> Option<(usize, Option<String>)> {
    let before_bar = header.split('|').next().unwrap_or(header).trim_end();
    let before_space = header.split_whitespace().next().unwrap_or(header);
    // What stands behind the bar may be the segment: K1|HA.
    let behind_bar = || header.split('|').nth(1).and_then(segment_named).map(str::to_owned);
    for name in [header, before_bar, before_space] {
        if let Some(found) = wanted.get(name) {
            let segment =
                found.segment.map(str::to_owned).or_else(|| found.is_sample.then(behind_bar).flatten());
            return Some((found.row, segment));
        }
    }
    [header, before_space].into_iter().find_map(|name| {
        let (sample, segment) = name.rsplit_once(['_', '|', '/', '-'])?;
        let segment = segment_named(segment)?;
        let found = wanted.get(sample).filter(|found| found.is_sample)?;
        Some((found.row, Some(segment.to_owned())))
    })
}

/// The segment that a piece of a header names.
fn segment_named(piece: &str) -> Option<&str> {
    let piece = piece.trim();
    let name = ["segment", "seg"].iter().find_map(|prefix| {
        let start = piece.get(..prefix.len()).filter(|start| start.eq_ignore_ascii_case(prefix))?;
        Some(piece.get(start.len()..)?.trim_start_matches(['_', '-', ' ']))
    });
    let name = name.unwrap_or(piece);
    let is_number = name.parse::<u8>().is_ok_and(|number| (1..=12).contains(&number));
    (is_number || SEGMENTS.iter().any(|segment| segment.eq_ignore_ascii_case(name))).then_some(name)
}

fn tell_unmatched(wanted: &HashMap<&str, Wanted<'_>>, headers: &[&str], unmatched: &[usize], log: &mut Log) {
    if unmatched.is_empty() {
        return;
    }
    let mut small: HashMap<String, &str> = HashMap::with_capacity(wanted.len());
    for name in wanted.keys() {
        small.insert(name.to_lowercase(), name);
    }
    for &index in unmatched {
        let header = headers.get(index).copied().unwrap_or_default().trim();
        let before_bar = header.split('|').next().unwrap_or(header).trim_end();
        let before_space = header.split_whitespace().next().unwrap_or(header);
        let names = [header, before_bar, before_space];
        let near = names.into_iter().find_map(|name| small.get(&name.to_lowercase()));
        // A header that was stopped is not repeated.
        let given = if guard::personal_in_header(header).is_some() { "" } else { header };
        let message = match near {
            Some(name) => format!("No row has this name; one has {name}, in other letters. Is it the same?"),
            None => "No row describes this sequence: add one, or take the sequence out.".to_owned(),
        };
        let remark = Remark::new(Severity::Error, "record-without-row", message);
        log.add(None, None, given, remark.suggest(near.map(|name| (*name).to_owned())));
    }
}
