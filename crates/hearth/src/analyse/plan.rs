//! Which outputs a run writes, and how rows for each are made.
//!
//! A [`Plan`] is the same for all packs; [`PackRows`] is one pack's: it knows which columns its tables have
//! and appends a record's row to each output's buffer. Refuses to know where the bytes go. Start at
//! [`PackRows::write_row`].

use super::finished::Streams;
use super::summary;
use hearth_genome::analysis::Analysis;
use hearth_genome::pack::Pack;
use hearth_genome::rows::RecordName;
use hearth_genome::rows::columns::{Columns, UnknownColumn};
use hearth_genome::rows::table::{Delimiter, Table};

/// A kind of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// One line for each genome, for people.
    Summary,
    /// Table, tab between cells.
    Tsv,
    /// Table, semicolon between cells.
    Csv,
}

impl Format {
    /// How the file's name ends under `--output-all`.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Summary => "txt",
            Self::Tsv => "tsv",
            Self::Csv => "csv",
        }
    }
}

/// What a run writes, whatever the pack.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Kinds of output, each at most once.
    pub formats: Vec<Format>,
    /// Columns or groups of columns for tables; all if empty.
    pub columns: Vec<String>,
}

/// A pack with what is needed to write its rows.
#[derive(Debug)]
pub struct PackRows {
    /// The pack.
    pub pack: Pack,
    columns: Columns,
    outputs: Vec<Format>,
}

/// One analysed record.
#[derive(Clone, Copy, Debug)]
pub struct Analysed<'a> {
    /// Its place and name.
    pub record: RecordName<'a>,
    /// What was found.
    pub analysis: &'a Analysis,
    /// Sentences for the `warnings` cell.
    pub warnings: &'a str,
    /// Where in `warnings` sentences about single coding sequences begin.
    pub of_cdses: usize,
}

impl PackRows {
    /// Gets a pack ready for the outputs of a plan.
    ///
    /// # Errors
    /// If the plan asks for columns that no table has.
    pub fn new(pack: Pack, plan: &Plan) -> Result<Self, UnknownColumn> {
        let columns = Columns::of_pack(&pack, &plan.columns)?;
        Ok(Self { outputs: plan.formats.clone(), pack, columns })
    }

    /// The outputs this pack's records are written to; streams are numbered as these are.
    pub fn outputs(&self) -> &[Format] {
        &self.outputs
    }

    /// What stands at the top of an output.
    pub fn write_header(&self, format: Format, out: &mut Vec<u8>) {
        match format {
            Format::Summary => summary::write_header(out),
            Format::Tsv => self.table(Delimiter::Tab).write_header(out),
            Format::Csv => self.table(Delimiter::Semicolon).write_header(out),
        }
    }

    /// Appends an analysed record to every output.
    pub fn write_row(&self, analysed: &Analysed, streams: &mut Streams) {
        for (at, format) in self.outputs.iter().enumerate() {
            let out = streams.buffer(at);
            let Analysed { record, analysis, warnings, .. } = *analysed;
            match format {
                Format::Summary => summary::write_row(analysed, &self.pack, out),
                Format::Tsv => self.table(Delimiter::Tab).write_row(record, analysis, warnings, out),
                Format::Csv => self.table(Delimiter::Semicolon).write_row(record, analysis, warnings, out),
            }
        }
    }

    /// Appends a record that failed to every output that has a place for it.
    pub fn write_error(&self, record: RecordName, error: &str, streams: &mut Streams) {
        for (at, format) in self.outputs.iter().enumerate() {
            let out = streams.buffer(at);
            match format {
                Format::Summary => summary::write_error(record, error, out),
                Format::Tsv => self.table(Delimiter::Tab).write_error(record, error, out),
                Format::Csv => self.table(Delimiter::Semicolon).write_error(record, error, out),
            }
        }
    }

    fn table(&self, delimiter: Delimiter) -> Table<'_> {
        Table { pack: &self.pack, columns: &self.columns, delimiter }
    }
}
