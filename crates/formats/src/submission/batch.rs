//! What rows say together: names, spellings of laboratories, what is left empty.
//!
//! Refuses to look at single cells. Start at [`check`].

use super::ColumnUse;
use super::columns::{Field, Need, hearth_columns};
use super::finding::{Log, Remark, Severity};
use super::laboratory;
use super::row::SampleRow;
use std::collections::HashMap;

/// Rows from which on dates that all fall on a first of the month are strange.
const ROWS_FOR_FIRSTS: usize = 8;

/// Checks a batch of samples.
pub(super) fn check(rows: &[SampleRow], columns: &[ColumnUse], log: &mut Log) {
    names_by_case(rows, log);
    records_named_twice(rows, log);
    laboratories(rows, columns, log);
    left_empty(rows, columns, log);
    firsts_of_months(rows, columns, log);
    gisaid_accessions(rows, log);
}

fn header_of(columns: &[ColumnUse], fields: &[Field]) -> Option<String> {
    let of = |column: &&ColumnUse| column.used.field().is_some_and(|field| fields.contains(&field));
    columns.iter().find(of).map(|column| column.header.clone())
}

fn names_by_case(rows: &[SampleRow], log: &mut Log) {
    let mut first: HashMap<String, &SampleRow> = HashMap::with_capacity(rows.len());
    for row in rows {
        let before = first.entry(row.sample.to_lowercase()).or_insert(row);
        if before.row != row.row {
            let message = format!(
                "Row {} has the same name in other letters, {}: are they one sample?",
                before.row, before.sample
            );
            let remark = Remark::new(Severity::Warning, "sample-case", message);
            log.add(Some(row.row), None, &row.sample, remark);
        }
    }
}

fn records_named_twice(rows: &[SampleRow], log: &mut Log) {
    let mut first: HashMap<&str, u32> = HashMap::new();
    for row in rows {
        for record in &row.records {
            let before = *first.entry(&record.name).or_insert(row.row);
            if before != row.row {
                let message =
                    format!("Row {before} names this sequence too: a sequence belongs to one sample.");
                let remark = Remark::new(Severity::Error, "record-twice", message);
                log.add(Some(row.row), None, &record.name, remark);
            }
        }
    }
}

type IsEmpty = fn(&SampleRow) -> bool;
type LabOf = fn(&SampleRow) -> Option<&str>;

fn laboratories(rows: &[SampleRow], columns: &[ColumnUse], log: &mut Log) {
    let kinds: [(Field, LabOf); 2] = [
        (Field::OriginatingLab, |row| row.originating_lab.as_deref()),
        (Field::SubmittingLab, |row| row.submitting_lab.as_deref()),
    ];
    // Each spelling with its first row and number of rows, by column; the order is that of the rows.
    let mut counts: [HashMap<&str, (u32, u32)>; 2] = [HashMap::new(), HashMap::new()];
    let mut all: Vec<(&str, u32)> = Vec::new();
    let mut place: HashMap<&str, usize> = HashMap::new();
    for row in rows {
        for ((_, lab_of), count) in kinds.iter().zip(&mut counts) {
            let Some(lab) = lab_of(row) else { continue };
            count.entry(lab).or_insert((row.row, 0)).1 += 1;
            let index = *place.entry(lab).or_insert_with(|| {
                all.push((lab, 0));
                all.len() - 1
            });
            if let Some((_, rows)) = all.get_mut(index) {
                *rows += 1;
            }
        }
    }
    for replacement in laboratory::spellings(&all) {
        for ((field, _), count) in kinds.iter().zip(&counts) {
            let Some((first, rows)) = count.get(replacement.given) else { continue };
            let column = header_of(columns, &[*field]);
            let message =
                format!("This may be the laboratory that other rows call {}.", replacement.commonest);
            let remark = Remark::new(Severity::Warning, "laboratory-spelling", message);
            let remark = remark.suggest([replacement.commonest.to_owned()]);
            let ticket = log.add(Some(*first), column.as_deref(), replacement.given, remark);
            (1..*rows).for_each(|_| log.again(ticket));
        }
    }
}

fn left_empty(rows: &[SampleRow], columns: &[ColumnUse], log: &mut Log) {
    let empty: [(Field, &[Field], IsEmpty); 4] = [
        (Field::Collected, &[Field::Collected], |row| row.collected.is_none()),
        (Field::Country, &[Field::Country, Field::Location, Field::GeoLocName], |row| row.country.is_none()),
        (Field::Host, &[Field::Host, Field::HostCommon], |row| row.host.is_none()),
        (Field::OriginatingLab, &[Field::OriginatingLab], |row| row.originating_lab.is_none()),
    ];
    for (field, fields, is_empty) in empty {
        let Some(header) = header_of(columns, fields) else { continue };
        let mut lacking = rows.iter().filter(|row| row.control.is_none() && is_empty(row));
        let Some(first) = lacking.next() else { continue };
        let meaning =
            hearth_columns().iter().find(|column| column.field == field && column.need != Need::Optional);
        let meaning = meaning.map_or("", |column| column.meaning);
        let message = format!("Nothing that can be used stands here. {meaning}");
        let ticket =
            log.add(Some(first.row), Some(&header), "", Remark::new(Severity::Warning, "empty", message));
        lacking.for_each(|_| log.again(ticket));
    }
}

/// A spreadsheet that is given `2024-05` makes 1 May of it, and nobody notices.
fn firsts_of_months(rows: &[SampleRow], columns: &[ColumnUse], log: &mut Log) {
    use hearth_base::date::Precision;
    let days: Vec<_> =
        rows.iter().filter_map(|row| row.collected).filter(|d| d.precision() == Precision::Day).collect();
    if days.len() >= ROWS_FOR_FIRSTS && days.iter().all(|date| date.first_day().day() == 1) {
        let message = format!(
            "All {} days are the first of a month. If only the month is known, write 2024-05; in a spreadsheet, make \
             the column text first.",
            days.len()
        );
        let header = header_of(columns, &[Field::Collected]);
        log.add(None, header.as_deref(), "", Remark::new(Severity::Warning, "date-all-firsts", message));
    }
}

/// Genomes taken from GISAID may not be passed on; a laboratory's own, which are there too, may.
fn gisaid_accessions(rows: &[SampleRow], log: &mut Log) {
    const PREFIX: &str = "EPI_ISL_";
    let names = |row: &&SampleRow| {
        row.sample.contains(PREFIX) || row.other.values().any(|text| text.contains(PREFIX))
    };
    let mut named = rows.iter().filter(names);
    let Some(first) = named.next() else { return };
    let message = "The row names a genome of GISAID. Its terms forbid passing on what was downloaded there: go on only \
                   if the genome is your laboratory's own.";
    let ticket =
        log.add(Some(first.row), None, "", Remark::new(Severity::Warning, "gisaid-accession", message));
    named.for_each(|_| log.again(ticket));
}
