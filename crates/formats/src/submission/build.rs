//! A grid as a sheet of samples.
//!
//! Refuses to know files, and what single cells mean. Start at [`sheet`].

use super::batch;
use super::cell::{self, ColumnReader, Value};
use super::columns::{Field, Need, hearth_columns};
use super::file::{Grid, ReadError};
use super::finding::{Log, Remark, Severity, Ticket};
use super::guard::{self, Personal};
use super::place::Place;
use super::row::{Host, RecordName, SampleRow};
use super::template::{self, Template, Use};
use super::{ColumnUse, Reading, Sheet};
use std::collections::HashMap;

/// What the cells of one row say, before it is decided what sample it is.
#[derive(Default)]
struct Parts {
    row: SampleRow,
    record: Option<String>,
    records: Vec<String>,
    segment: Option<String>,
    isolate: Option<String>,
    host_common: Option<Host>,
    district: Option<String>,
    town: Option<String>,
}

/// Makes a sheet of a grid.
pub(super) fn sheet(grid: &Grid, reading: &Reading<'_>) -> Result<Sheet, ReadError> {
    let mut recognised = template::recognise(grid);
    let template = recognised.template;
    let header =
        grid.rows.get(recognised.header).map(|(_, row)| row.iter().collect::<Vec<_>>()).unwrap_or_default();
    if header.len() < grid.rows.iter().map(|(_, row)| row.len()).max().unwrap_or_default() {
        let longest = grid.rows.iter().map(|(_, row)| row.len()).max().unwrap_or_default();
        recognised.uses.resize(longest, Use::Nameless);
    }
    let personal = stop_columns(&header, &mut recognised.uses);
    let rows = grid.rows.get(recognised.first..).unwrap_or_default();
    if rows.is_empty() {
        return Err(ReadError::OnlyHeader);
    }
    if rows.len() > reading.limits.rows {
        return Err(ReadError::Rows { limit: reading.limits.rows });
    }
    let mut log = Log::new(reading.limits);
    file_findings(grid, &recognised.uses, &mut log);
    let mut columns = cell::columns(grid, &recognised, reading.corrections);
    let named =
        recognised.uses.iter().position(|used| matches!(used.field(), Some(Field::Sample | Field::Record)));
    let named = named.and_then(|index| header.get(index).copied());
    let mut samples = Samples { template, named, rows: Vec::new(), by_name: HashMap::new(), nameless: None };
    for (number, cells) in rows {
        let mut parts = Parts::default();
        parts.row.row = *number;
        for (column, text) in columns.iter_mut().zip(cells).filter(|(_, text)| !text.is_empty()) {
            take(column, *number, text, reading, &mut parts, &mut log);
        }
        samples.add(parts, &mut log);
    }
    for (column, personal) in columns.iter().zip(personal) {
        column.finish(personal, &mut log);
    }
    let columns: Vec<ColumnUse> = columns
        .into_iter()
        .map(|column| ColumnUse { header: column.header.to_owned(), used: column.used.clone() })
        .collect();
    batch::check(&samples.rows, &columns, &mut log);
    Ok(Sheet { template, columns, rows: samples.rows, findings: log.finish() })
}

/// Marks the columns whose header announces something of a patient.
fn stop_columns(header: &[&str], uses: &mut [Use]) -> Vec<Option<Personal>> {
    let mut behind_lab = false;
    let mut found = Vec::with_capacity(uses.len());
    for (index, used) in uses.iter_mut().enumerate() {
        let name = header.get(index).copied().unwrap_or_default();
        let personal = guard::personal_label(name).filter(|_| used.field().is_none());
        // "Originating lab", "Address": GISAID's headings for people.
        let personal = personal.filter(|personal| !(behind_lab && *personal == Personal::Address));
        if personal.is_some() {
            *used = Use::Stopped;
        }
        behind_lab = matches!(used.field(), Some(Field::OriginatingLab | Field::SubmittingLab));
        found.push(personal);
    }
    found
}

fn file_findings(grid: &Grid, uses: &[Use], log: &mut Log) {
    if grid.is_windows_1252 {
        let message =
            "The file is no UTF-8; it was read as Windows-1252. Look at the accents, and save as UTF-8.";
        log.add(None, None, "", Remark::new(Severity::Warning, "not-utf-8", message));
    }
    let has =
        |wanted: &[Field]| uses.iter().any(|used| used.field().is_some_and(|field| wanted.contains(&field)));
    if !has(&[Field::Sample, Field::Record, Field::Isolate]) {
        let message = "No column holds the names of the samples: call it sample, and put the names of the columns \
                       into the first row.";
        log.add(None, None, "", Remark::new(Severity::Error, "no-sample-column", message));
    }
    for column in hearth_columns().iter().filter(|column| column.need == Need::Recommended) {
        let there = match column.field {
            Field::Country => has(&[Field::Country, Field::Location, Field::GeoLocName]),
            Field::Host => has(&[Field::Host, Field::HostCommon]),
            field => has(&[field]),
        };
        if !there {
            let message = format!("There is no column {}. {}", column.name, column.meaning);
            log.add(None, None, "", Remark::new(Severity::Note, "column-missing", message));
        }
    }
}

/// Puts what a cell says where it belongs.
fn take<'a>(
    column: &mut ColumnReader<'a>,
    number: u32,
    text: &'a str,
    reading: &Reading<'_>,
    parts: &mut Parts,
    log: &mut Log,
) {
    let (text, value) = column.read(number, text, reading, log);
    if *column.used == Use::Nameless && value != Value::Nothing {
        let message = "A cell stands under no header. It is not kept: give the column a header, or look for a \
                       separator too many in the row.";
        log.add(Some(number), None, text, Remark::new(Severity::Warning, "no-header", message));
        return;
    }
    let row = &mut parts.row;
    let owned = || Some(text.to_owned());
    match (column.used, value) {
        (_, Value::Nothing) | (Use::Stopped | Use::Nameless, _) => {}
        (_, Value::Date(date)) => row.collected = Some(date),
        (_, Value::Place(Place { country, division, place })) => {
            row.country = country.or(row.country);
            row.division = division.or(row.division.take());
            row.place = place.or(row.place.take());
        }
        (Use::Field(Field::HostCommon), Value::Host(host)) => parts.host_common = Some(host),
        (_, Value::Host(host)) => row.host = Some(host),
        (_, Value::Age(age)) => row.age = Some(age),
        (_, Value::Ct(ct)) => row.ct = Some(ct),
        (_, Value::Control(control)) => row.control = Some(control),
        (Use::Segment(segment), Value::Text) => {
            row.records.push(RecordName { name: text.to_owned(), segment: Some(segment.clone()) });
        }
        (Use::Other, Value::Text) => {
            row.other.insert(column.header.to_owned(), text.to_owned());
        }
        (Use::Field(field), Value::Text) => match field {
            Field::Sample => row.sample = text.to_owned(),
            Field::Record => parts.record = owned(),
            Field::Records => parts.records.extend(text.split_whitespace().map(str::to_owned)),
            Field::Segment => parts.segment = owned(),
            Field::Isolate => parts.isolate = owned(),
            Field::Pathogen => row.pathogen = owned(),
            Field::Division => row.division = owned(),
            Field::Place => row.place = owned(),
            Field::District => parts.district = owned(),
            Field::Town => parts.town = owned(),
            Field::Sex => row.sex = owned(),
            Field::OriginatingLab => row.originating_lab = owned(),
            Field::SubmittingLab => row.submitting_lab = owned(),
            Field::Authors => row.authors = authors(text),
            Field::Specimen => row.specimen = owned(),
            Field::Passage => row.passage = owned(),
            Field::Instrument => row.instrument = owned(),
            Field::Terms => row.terms = owned(),
            // These never come as text.
            Field::Collected | Field::Country | Field::Location | Field::GeoLocName => {}
            Field::Host | Field::HostCommon | Field::Age | Field::Ct | Field::Control => {}
        },
    }
}

/// Names parted by semicolons where there is one (`Doe J.; Roe R.`), else by commas (`Jane Doe, Richard Roe`).
fn authors(text: &str) -> Vec<String> {
    let separator = if text.contains(';') { ';' } else { ',' };
    text.split(separator).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The samples so far.
struct Samples<'a> {
    template: Template,
    /// Header of the column with the names; none where there is none, which is told once.
    named: Option<&'a str>,
    /// The finding that counts rows without a name.
    nameless: Option<Ticket>,
    rows: Vec<SampleRow>,
    /// Index of each sample by its name.
    by_name: HashMap<String, usize>,
}

impl Samples<'_> {
    fn add(&mut self, parts: Parts, log: &mut Log) {
        let is_segment = parts.segment.is_some();
        let row = self.assembled(parts);
        let number = Some(row.row);
        if row.sample.is_empty() {
            self.tell_nameless(row.row, log);
            return;
        }
        if row.sample.chars().count() > LONGEST_NAME || row.sample.chars().any(char::is_control) {
            let message =
                format!("The sample's name is too long or has control characters: at most {LONGEST_NAME}.");
            log.add(number, None, "", Remark::new(Severity::Error, "sample-name", message));
            return;
        }
        match self.by_name.get(&row.sample).and_then(|&index| self.rows.get_mut(index)) {
            None => {
                self.by_name.insert(row.sample.clone(), self.rows.len());
                self.rows.push(row);
            }
            Some(first) if is_segment && is_new_segment(first, &row) => {
                let (given, before) = (row.sample.clone(), first.row);
                if !join(first, row) {
                    let message = format!(
                        "This row and row {before} are segments of one sample, but say different things of it. Row \
                         {before} was taken."
                    );
                    log.add(number, None, &given, Remark::new(Severity::Warning, "segments-differ", message));
                }
            }
            Some(first) => {
                let message =
                    format!("The sample is in row {} already: give each sample one row.", first.row);
                log.add(number, None, &row.sample, Remark::new(Severity::Error, "sample-twice", message));
            }
        }
    }

    fn tell_nameless(&mut self, row: u32, log: &mut Log) {
        let Some(column) = self.named else { return };
        match self.nameless {
            Some(ticket) => log.again(ticket),
            None => {
                let message = "The row does not name its sample: give it a name, or take the row out.";
                let remark = Remark::new(Severity::Error, "sample-missing", message);
                self.nameless = Some(log.add(Some(row), Some(column), "", remark));
            }
        }
    }

    /// The row with its names decided.
    fn assembled(&self, parts: Parts) -> SampleRow {
        let Parts { mut row, record, records, segment, isolate, host_common, district, town } = parts;
        if row.host.is_none() {
            row.host = host_common;
        }
        let places = [district, town, row.place.take()];
        let place = places.into_iter().flatten().collect::<Vec<_>>().join(", ");
        row.place = Some(place).filter(|place| !place.is_empty());
        if self.template == Template::GenBank {
            match (isolate, &segment) {
                (Some(isolate), Some(_)) => row.sample = isolate,
                (Some(isolate), None) => {
                    row.other.insert("Isolate".to_owned(), isolate);
                }
                (None, _) => {}
            }
        }
        let of_segment = |name: String| RecordName { name, segment: segment.clone() };
        if row.sample.is_empty() {
            row.sample = record.clone().unwrap_or_default();
        }
        row.records.extend(record.into_iter().chain(records).map(of_segment));
        if let (Some(segment), true) = (&segment, row.records.is_empty()) {
            row.records.push(RecordName { name: row.sample.clone(), segment: Some(segment.clone()) });
        }
        row
    }
}

/// Letters of a sample's name.
const LONGEST_NAME: usize = 200;

fn is_new_segment(first: &SampleRow, row: &SampleRow) -> bool {
    let known = |record: &RecordName| first.records.iter().any(|known| known.segment == record.segment);
    !row.records.is_empty() && !row.records.iter().any(known)
}

/// Adds a segment's record to its sample; whether both rows say the same of the sample.
fn join(first: &mut SampleRow, mut row: SampleRow) -> bool {
    first.records.append(&mut row.records);
    row.row = first.row;
    row.records.clone_from(&first.records);
    *first == row
}
