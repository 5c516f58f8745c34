//! One cell, by what its column holds: guarded, read, judged; each different text of a column once.
//!
//! Refuses to know rows: what cells mean together is for `build.rs`. Start at [`ColumnReader::read`].

use super::columns::Field;
use super::date;
use super::file::Grid;
use super::finding::{Log, Remark, Severity, Ticket};
use super::guard::{self, Personal};
use super::host;
use super::place::{self, Place};
use super::row::{Age, ControlKind, Host};
use super::template::{Recognised, Use};
use super::value;
use super::{Corrections, Reading};
use hearth_base::date::PartialDate;
use std::collections::HashMap;

/// Different texts of one column that are remembered; beyond that, texts are read anew.
const MOST_REMEMBERED: usize = 100_000;

/// What a cell says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// Nothing, or nothing that could be understood.
    Nothing,
    /// Its text.
    Text,
    Date(PartialDate),
    Place(Place),
    Host(Host),
    Age(Age),
    Ct(f64),
    Control(ControlKind),
}

/// A text that was read before, and where its finding is counted.
#[derive(Debug)]
struct Seen {
    value: Value,
    ticket: Ticket,
}

/// A column and what was seen in it.
pub(super) struct ColumnReader<'a> {
    pub header: &'a str,
    pub used: &'a Use,
    /// Whether telephone numbers and e-mail addresses may stand in it: those of a laboratory.
    is_at_work: bool,
    corrections: HashMap<&'a str, &'a str>,
    seen: HashMap<&'a str, Seen>,
    searches: usize,
    /// Rows of a stopped column that hold something: the first, and how many.
    stopped: Option<(u32, u32)>,
}

/// A reader for each column of the sheet, columns without a header included.
pub(super) fn columns<'a>(
    grid: &'a Grid,
    recognised: &'a Recognised,
    corrections: &'a Corrections,
) -> Vec<ColumnReader<'a>> {
    let header = grid.rows.get(recognised.header).map(|(_, row)| row);
    let header = move |index: usize| header.and_then(|row| row.get(index)).unwrap_or_default();
    let of = |(index, used): (usize, &'a Use)| {
        let own = header(index);
        let corrected =
            corrections.range((own.to_owned(), String::new())..).take_while(|((column, _), _)| column == own);
        let is_lab = matches!(
            used.field(),
            Some(Field::OriginatingLab | Field::SubmittingLab | Field::Authors | Field::Instrument)
        );
        let before = index.checked_sub(1).and_then(|before| recognised.uses.get(before)).and_then(Use::field);
        let is_address =
            matches!(before, Some(Field::OriginatingLab | Field::SubmittingLab)) && !used.is_field();
        ColumnReader {
            header: own,
            used,
            is_at_work: is_lab || is_address || guard::is_about_people_at_work(own) && !used.is_field(),
            corrections: corrected.map(|((_, given), right)| (given.as_str(), right.as_str())).collect(),
            seen: HashMap::new(),
            searches: 0,
            stopped: None,
        }
    };
    recognised.uses.iter().enumerate().map(of).collect()
}

impl<'a> ColumnReader<'a> {
    /// Reads a cell that is not empty: its text, corrected if a correction was accepted, and what it says.
    pub fn read(
        &mut self,
        row: u32,
        text: &'a str,
        reading: &Reading<'_>,
        log: &mut Log,
    ) -> (&'a str, Value) {
        let text = self.corrections.get(text).copied().unwrap_or(text);
        if *self.used == Use::Stopped {
            if !value::is_missing(text) {
                let (first, rows) = self.stopped.unwrap_or((row, 0));
                self.stopped = Some((first, rows.saturating_add(1)));
            }
            return ("", Value::Nothing);
        }
        if let Some(seen) = self.seen.get(text) {
            log.again(seen.ticket);
            return (text, seen.value.clone());
        }
        let (value, remark) = self.judge(text, reading);
        let is_stopped = remark.as_ref().is_some_and(|remark| remark.severity == Severity::Stopped);
        let given = if is_stopped { "" } else { text };
        let ticket = remark.and_then(|remark| log.add(Some(row), Some(self.header), given, remark));
        let is_name = matches!(self.used.field(), Some(Field::Sample | Field::Record | Field::Records));
        if !is_name && self.seen.len() < MOST_REMEMBERED {
            self.seen.insert(text, Seen { value: value.clone(), ticket });
        }
        (text, value)
    }

    fn judge(&mut self, text: &str, reading: &Reading<'_>) -> (Value, Option<Remark>) {
        if let Some(personal) = self.personal(text) {
            let message = format!(
                "A cell of this column seems to hold {}. {} Nothing of this file is taken before.",
                personal.name(),
                personal.advice()
            );
            return (Value::Nothing, Some(Remark::new(Severity::Stopped, "personal-cell", message)));
        }
        let field = self.used.field();
        let is_country = matches!(field, Some(Field::Country | Field::Location | Field::GeoLocName));
        // NA is Namibia or a segment of influenza, too.
        let may_be_na = is_country || field == Some(Field::Segment);
        if value::is_missing(text) && !(may_be_na && text == "NA") && field != Some(Field::Sample) {
            return (Value::Nothing, None);
        }
        match field {
            Some(Field::Collected) => {
                let read = date::read(text, reading.today);
                (read.date.map_or(Value::Nothing, Value::Date), read.remark)
            }
            Some(Field::Country) => self.place(text, reading, place::country),
            Some(Field::Location) => self.place(text, reading, place::location),
            Some(Field::GeoLocName) => self.place(text, reading, place::geo_loc_name),
            Some(Field::Host | Field::HostCommon) => {
                let (host, remark) = host::read(text, self.may_search(reading));
                (host.map_or(Value::Nothing, Value::Host), remark)
            }
            Some(Field::Age) => self.age(text, reading),
            Some(Field::Ct) => {
                let (ct, remark) = value::ct(text);
                (ct.map_or(Value::Nothing, Value::Ct), remark)
            }
            Some(Field::Control) => {
                let (control, remark) = value::control(text);
                (control.map_or(Value::Nothing, Value::Control), remark)
            }
            _ => (Value::Text, None),
        }
    }

    fn personal(&self, text: &str) -> Option<Personal> {
        let found = guard::personal_in_text(text)?;
        let may_be_here =
            self.is_at_work && matches!(found, Personal::Phone | Personal::Email | Personal::Address);
        (!may_be_here).then_some(found)
    }

    fn place(
        &mut self,
        text: &str,
        reading: &Reading<'_>,
        read: fn(&str, bool) -> place::Reading,
    ) -> (Value, Option<Remark>) {
        let found = read(text, self.may_search(reading));
        (Value::Place(found.place), found.remark)
    }

    /// An age; a date in its place is one of birth.
    fn age(&self, text: &str, reading: &Reading<'_>) -> (Value, Option<Remark>) {
        let (age, remark) = value::age(text);
        let is_date = age.is_none() && date::read(text, reading.today).date.is_some();
        if is_date {
            let advice = Personal::Birth.advice();
            let message = format!("A column of ages holds a date, which must be one of birth. {advice}");
            return (Value::Nothing, Some(Remark::new(Severity::Stopped, "personal-cell", message)));
        }
        (age.map_or(Value::Nothing, Value::Age), remark)
    }

    /// Searches for near spellings take long: as many as the limit allows, then none.
    fn may_search(&mut self, reading: &Reading<'_>) -> bool {
        self.searches += 1;
        self.searches <= reading.limits.suggestions
    }

    /// Says what is wrong with the column as a whole, after its last row.
    pub fn finish(&self, personal: Option<Personal>, log: &mut Log) {
        let Some(personal) = personal.filter(|_| *self.used == Use::Stopped) else { return };
        let (what, advice) = (personal.name(), personal.advice());
        let remark = match self.stopped {
            Some((_, rows)) => {
                let message = format!(
                    "This column seems to hold {what} ({rows} rows). {advice} Nothing of this file is taken before."
                );
                Remark::new(Severity::Stopped, "personal-column", message)
            }
            None => {
                let message =
                    format!("This column is meant for {what}. It is empty: remove it, so that it stays so.");
                Remark::new(Severity::Warning, "personal-column-empty", message)
            }
        };
        log.add(None, Some(self.header), "", remark);
    }
}
