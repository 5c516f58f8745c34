//! Rows of fields of genomes, as many as there are: written while they are read.
//!
//! Refuses to know which genomes, and who may see them. Start at [`Details`].

use super::cells::{self, Style};
use super::of_metadata::values_of;
use super::select::Ground;
use super::writing::{Genome, Writing};
use crate::app::index::fields::FieldRule;
use hearth_index::row::RowId;
use hearth_index::visible::{Selection, SetAside, Visible};
use serde_json::Value;

/// Which fields of which genomes.
pub struct Chosen {
    /// By their numbers.
    pub fields: Vec<(usize, &'static FieldRule)>,
    /// In their order.
    pub rows: Vec<RowId>,
    /// The same, as they were selected.
    pub aside: SetAside,
}

impl Chosen {
    /// All of it in memory, without an envelope: for files, which their reader holds in memory anyway.
    pub fn text(&self, ground: &Ground, style: Option<Style>) -> String {
        let held = ground.shelf().held();
        let selection = Visible::new(&held.index, &ground.reader).again(&self.aside);
        let (mut details, mut out) = (Details::new(self, style, None), Vec::new());
        details.begin(&mut out);
        for row in &self.rows {
            details.row(&mut out, &selection, *row);
        }
        details.end(&mut out);
        String::from_utf8(out).unwrap_or_default()
    }
}

/// Writes them: as lines, or as JSON, which is in an envelope if there is something to say about the answer.
pub struct Details {
    fields: Vec<(usize, &'static FieldRule)>,
    members: Vec<String>,
    style: Option<Style>,
    begin: String,
    end: String,
    is_first: bool,
}

impl Details {
    /// Of genomes, in a style or as JSON.
    pub fn new(chosen: &Chosen, style: Option<Style>, info: Option<&Value>) -> Self {
        let fields = chosen.fields.clone();
        let columns: Vec<String> = fields.iter().map(|(_, field)| field.name.to_owned()).collect();
        let (begin, end) = match (style, info) {
            (Some(style), _) => (cells::header(&columns, style), String::new()),
            (None, Some(info)) => ("{\"data\":[".to_owned(), format!("],\"info\":{info}}}")),
            (None, None) => ("[".to_owned(), "]".to_owned()),
        };
        Self { fields, members: cells::members(&columns), style, begin, end, is_first: true }
    }

    fn row(&mut self, out: &mut Vec<u8>, selection: &Selection, row: RowId) {
        let rows = vec![values_of(selection, row, &self.fields)];
        let mut text = String::new();
        match self.style {
            Some(style) => cells::line(&rows, 0, style, &mut text),
            None => {
                text.push_str(if self.is_first { "" } else { "," });
                cells::object(&self.members, &rows, 0, &mut text);
            }
        }
        self.is_first = false;
        out.extend_from_slice(text.as_bytes());
    }
}

impl Writing for Details {
    fn begin(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.begin.as_bytes());
    }

    fn genome(&mut self, out: &mut Vec<u8>, genome: &Genome) {
        self.row(out, genome.selection, genome.row);
    }

    fn end(&mut self, out: &mut Vec<u8>) -> bool {
        out.extend_from_slice(self.end.as_bytes());
        false
    }
}
