//! Which outputs a run writes, and how rows for each are made.
//!
//! A [`Plan`] is the same for all packs; [`PackRows`] is one pack's: it knows which columns its tables have
//! and appends a record's row to each output's buffer. Refuses to know where the bytes go. Start at
//! [`PackRows::write_row`].

use super::finished::Streams;
use super::gathered::{self, Found, Gathered, Sought};
use super::metadata::Metadata;
use super::{assay_summary, batch_report, document, summary, vcf_folder};
use crate::pack::assays::{BroughtTable, FoundAssays};
use hearth_genome::analysis::Analysis;
use hearth_genome::assay::PanelOnReference;
use hearth_genome::pack::Pack;
use hearth_genome::rows::assays::AssayRows;
use hearth_genome::rows::columns::{Columns, UnknownColumn};
use hearth_genome::rows::json::Json;
use hearth_genome::rows::table::{Delimiter, Table};
use hearth_genome::rows::{RecordName, Warning, fasta, neighbours, vcf};
use std::sync::Arc;

/// A kind of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One line for each genome, for people.
    Summary,
    /// Table, tab between cells.
    Tsv,
    /// Table, semicolon between cells.
    Csv,
    /// One line of JSON for each record.
    Ndjson,
    /// One JSON document.
    Json,
    /// Aligned genomes.
    Aligned,
    /// Aligned peptides, a file for each coding sequence.
    Translations,
    /// Variants, a file for each genome.
    Vcf,
    /// What is to be expected of assays.
    Assays,
    /// The same over all genomes.
    AssaySummary,
    /// Which genomes are nearest to each other.
    Neighbours,
    /// The batch on one page.
    Report,
}

impl Format {
    /// Whether records that failed have a place in it.
    pub fn holds_failures(self) -> bool {
        matches!(self, Self::Summary | Self::Tsv | Self::Csv | Self::Ndjson | Self::Json | Self::Report)
    }

    /// Whether it needs to be known what is to be expected of assays.
    pub fn is_about_assays(self) -> bool {
        matches!(self, Self::Assays | Self::AssaySummary | Self::Report)
    }

    /// Whether it says something of all genomes together, by month and place.
    pub fn sums_up(self) -> bool {
        matches!(self, Self::AssaySummary | Self::Report)
    }

    /// Whether genomes are gathered for it, to find who is near whom.
    pub fn is_about_neighbours(self) -> bool {
        matches!(self, Self::Neighbours | Self::Report)
    }

    /// Whether records of all packs go to one place.
    pub fn is_shared(self) -> bool {
        matches!(self, Self::Summary | Self::Vcf)
    }
}

/// What a run writes, whatever the pack.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Kinds of output, each at most once.
    pub formats: Vec<Format>,
    /// Columns or groups of columns for tables; all if empty.
    pub columns: Vec<String>,
    /// Whether the reference comes first in FASTA outputs.
    pub includes_reference: bool,
    /// Whether JSON names all equally near nodes of the tree.
    pub names_nearest: bool,
    /// Tables of assays beside those of the packs.
    pub assays: Vec<BroughtTable>,
    /// When and where specimens were collected, for summaries.
    pub metadata: Option<Arc<Metadata>>,
    /// How neighbours are sought.
    pub sought: Sought,
}

/// One stream of bytes that a pack's records are written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Output {
    /// Which of the plan's formats.
    pub wanted: usize,
    /// The kind.
    pub format: Format,
    /// The coding sequence, of [`Format::Translations`].
    pub cds: usize,
}

/// A pack with what is needed to write its rows.
#[derive(Debug)]
pub struct PackRows {
    /// The pack.
    pub pack: Pack,
    columns: Columns,
    outputs: Vec<Output>,
    includes_reference: bool,
    names_nearest: bool,
    sought: Sought,
    found: Found,
    assays: AssayRows,
    /// When and where specimens were collected, for summaries.
    pub metadata: Option<Arc<Metadata>>,
    /// What is wrong with the assays, as sentences.
    pub assay_problems: Vec<String>,
}

/// One analysed record.
#[derive(Clone, Copy, Debug)]
pub struct Analysed<'a> {
    /// Its place and name.
    pub record: RecordName<'a>,
    /// What was found.
    pub analysis: &'a Analysis,
    /// What a reader should know.
    pub warnings: &'a [Warning],
    /// The same in one cell.
    pub warnings_cell: &'a str,
}

impl PackRows {
    /// Gets a pack ready for the outputs of a plan.
    ///
    /// # Errors
    /// If the plan asks for columns that no table has.
    pub fn new(pack: Pack, assays: FoundAssays, plan: &Plan) -> Result<Self, UnknownColumn> {
        let columns = Columns::of_pack(&pack, &plan.columns)?;
        let mut outputs = Vec::new();
        for (wanted, &format) in plan.formats.iter().enumerate() {
            let count = if format == Format::Translations { pack.annotation().cdses.len() } else { 1 };
            outputs.extend((0..count).map(|cds| Output { wanted, format, cds }));
        }
        let Plan { includes_reference, names_nearest, sought, .. } = *plan;
        let FoundAssays { panel, problems: assay_problems, .. } = assays;
        let assays = AssayRows::new(panel);
        let metadata = plan.metadata.clone();
        Ok(Self {
            pack,
            columns,
            outputs,
            includes_reference,
            names_nearest,
            sought,
            found: Found::default(),
            assays,
            metadata,
            assay_problems,
        })
    }

    /// The outputs this pack's records are written to; streams are numbered as these are.
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// Name of the coding sequence of an output.
    pub fn cds_name(&self, output: Output) -> &str {
        self.pack.annotation().cdses.get(output.cds).map_or("", |cds| &cds.name)
    }

    /// What stands at the top of an output.
    pub fn write_header(&self, output: Output, out: &mut Vec<u8>) {
        match output.format {
            Format::Summary => summary::write_header(out),
            Format::Tsv => self.table(Delimiter::Tab).write_header(out),
            Format::Csv => self.table(Delimiter::Semicolon).write_header(out),
            Format::Aligned if self.includes_reference => fasta::write_reference(&self.pack, out),
            Format::Translations if self.includes_reference => {
                fasta::write_reference_peptide(output.cds, &self.pack, out);
            }
            Format::Assays => AssayRows::write_header(out),
            Format::AssaySummary => out.extend_from_slice(assay_summary::HEADER.as_bytes()),
            Format::Neighbours => neighbours::write_header(out),
            Format::Json => document::begin(&self.pack, out),
            Format::Ndjson | Format::Aligned | Format::Translations | Format::Vcf | Format::Report => {}
        }
    }

    /// The writer of JSON lines, where some output needs one; each thread has its own.
    pub fn json(&self) -> Option<Json<'_>> {
        let needs_one = |output: &Output| matches!(output.format, Format::Ndjson | Format::Json);
        let json = self.outputs.iter().any(needs_one).then(|| Json::new(&self.pack))?;
        Some(if self.names_nearest { json.with_nearest_nodes() } else { json })
    }

    /// Appends an analysed record to every output; `json` is [`Self::json`]'s.
    pub fn write_row(&self, analysed: &Analysed, json: Option<&Json>, streams: &mut Streams) {
        let changed = match self.writes_assays() {
            true => self.assays.panel().assess(&analysed.analysis.calls, self.pack.reference().letters()),
            false => Vec::new(),
        };
        for (at, output) in self.outputs.iter().enumerate() {
            let out = streams.buffer(at);
            let Analysed { record, analysis, warnings, warnings_cell } = *analysed;
            let line = |out: &mut Vec<u8>| {
                if let Some(json) = json {
                    json.write_line(record, analysis, warnings, out);
                }
            };
            match output.format {
                Format::Summary => summary::write_row(analysed, &self.pack, out),
                Format::Tsv => self.table(Delimiter::Tab).write_row(record, analysis, warnings_cell, out),
                Format::Csv => {
                    self.table(Delimiter::Semicolon).write_row(record, analysis, warnings_cell, out)
                }
                Format::Ndjson => line(out),
                Format::Json => document::write_item(out, line),
                Format::Aligned => fasta::write_aligned(record, analysis, &self.pack, out),
                Format::Translations => {
                    if let Some(Some(reading)) = analysis.readings.get(output.cds) {
                        fasta::write_peptide(record, reading, &self.pack, out);
                    }
                }
                Format::Assays => self.assays.write(record, &changed, out),
                Format::AssaySummary => {
                    let panel = self.assays.panel();
                    let (name, calls) = (record.name, &analysis.calls);
                    assay_summary::write_outcome(name, self.lineages(analysis), panel, &changed, calls, out);
                }
                Format::Neighbours => self.write_genome(record, analysis, out),
                Format::Report => batch_report::write_genome(analysed, self, &changed, out),
                Format::Vcf => vcf_folder::write_frame(record.index, record.name, out, |out| {
                    vcf::write_vcf(record, analysis, &self.pack, out);
                }),
            }
        }
    }

    /// Appends what is kept of a genome of the background.
    pub fn write_background(&self, record: RecordName, analysis: &Analysis, streams: &mut Streams) {
        let gathering = |output: &Output| output.format.is_about_neighbours();
        if let Some(at) = self.outputs.iter().position(gathering) {
            self.write_genome(record, analysis, streams.buffer(at));
        }
    }

    fn write_genome(&self, record: RecordName, analysis: &Analysis, out: &mut Vec<u8>) {
        gathered::write_genome(record.name, &analysis.calls, self.pack.reference().length_nt(), out);
    }

    /// Where genomes are gathered to find who is near whom.
    pub fn gathered(&self) -> Gathered {
        Gathered::new(self.pack.reference().length_nt(), self.sought, Arc::clone(&self.found))
    }

    /// Appends a record that failed to every output that has a place for it.
    pub fn write_error(&self, record: RecordName, error: &str, streams: &mut Streams) {
        for (at, output) in self.outputs.iter().enumerate() {
            let out = streams.buffer(at);
            match output.format {
                Format::Summary => summary::write_error(record, error, out),
                Format::Tsv => self.table(Delimiter::Tab).write_error(record, error, out),
                Format::Csv => self.table(Delimiter::Semicolon).write_error(record, error, out),
                Format::Ndjson => Json::write_error(record, &[error], out),
                Format::Json => document::write_error(out, |out| Json::write_error(record, &[error], out)),
                Format::Report => batch_report::write_failure(record, error, out),
                Format::Aligned
                | Format::Translations
                | Format::Vcf
                | Format::Assays
                | Format::AssaySummary
                | Format::Neighbours => {}
            }
        }
    }

    /// The assays of the pack.
    pub fn panel(&self) -> &PanelOnReference {
        self.assays.panel()
    }

    fn writes_assays(&self) -> bool {
        self.outputs.iter().any(|output| output.format.is_about_assays())
    }

    /// The clade of a genome and its lineage; empty where the pack's tree has none.
    pub fn lineages(&self, analysis: &Analysis) -> [&str; 2] {
        let node = analysis.place.as_ref().map(|place| place.placement.node);
        let Some((tree, node)) = self.pack.tree().zip(node) else { return [""; 2] };
        [tree.clade(node), tree.lineage(node)].map(Option::unwrap_or_default)
    }

    fn table(&self, delimiter: Delimiter) -> Table<'_> {
        Table { pack: &self.pack, columns: &self.columns, delimiter }
    }
}
