//! What is known of genomes as a table of tab-separated values, a column for each field.
//!
//! Start at [`Table`].

use crate::app::index::fields::FIELDS;
use crate::http::lapis::columns::cell;
use crate::http::lapis::writing::{Genome, Writing};
use hearth_formats::submission::cell_for_spreadsheet;
use serde_json::Value;

/// See the module.
pub struct Table;

impl Writing for Table {
    fn begin(&mut self, out: &mut Vec<u8>) {
        let names: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
        out.extend_from_slice(names.join("\t").as_bytes());
        out.push(b'\n');
    }

    fn genome(&mut self, out: &mut Vec<u8>, genome: &Genome) {
        for number in 0..FIELDS.len() {
            if number > 0 {
                out.push(b'\t');
            }
            let text = told(genome, number);
            let is_control = |letter: char| if letter.is_control() { ' ' } else { letter };
            let one_line: String = text.chars().map(is_control).collect();
            out.extend_from_slice(cell_for_spreadsheet(&one_line).as_bytes());
        }
        out.push(b'\n');
    }
}

/// A field of a genome, as JSON has it.
pub fn value(genome: &Genome, number: usize) -> Value {
    let kind = FIELDS.get(number).map(|field| field.kind);
    let value = genome.selection.value(genome.row, number).zip(kind);
    value.map_or(Value::Null, |(value, kind)| cell(&value, kind))
}

/// A field of a genome as a text; empty where nothing is known.
pub fn told(genome: &Genome, number: usize) -> String {
    match value(genome, number) {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// The same, by the name of the field.
pub fn named(genome: &Genome, name: &str) -> String {
    FIELDS.iter().position(|field| field.name == name).map(|number| told(genome, number)).unwrap_or_default()
}
