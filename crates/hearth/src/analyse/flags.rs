//! The command line of `hearth analyse`, as typed. No side effects: `order.rs` makes sense of it.
//!
//! Where a flag means what Nextclade's flag means, it has that name.

use super::exit;
use crate::pack::command::PacksDirFlag;
use clap::{ArgAction, ValueEnum, ValueHint};
use std::path::PathBuf;

/// What can be picked with `--output-selection`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Selected {
    /// Everything.
    All,
    /// Table, tab-separated.
    Tsv,
    /// Table, semicolon-separated.
    Csv,
    /// One line of JSON for each genome.
    Ndjson,
    /// One JSON document.
    Json,
    /// Aligned genomes, FASTA.
    Fasta,
    /// Aligned peptides, a FASTA file for each coding sequence.
    Translations,
    /// Variants, a VCF file for each genome, in a folder.
    Vcf,
    /// What is to be expected of diagnostic assays, tab-separated.
    Assays,
    /// The same over all genomes, tab-separated.
    AssaySummary,
    /// The nearest genomes of each, and clusters, tab-separated.
    Neighbours,
    /// The batch on one page, to read and to print.
    Report,
}

const EXAMPLES: &str = "\
Examples:
  hearth analyse --demo                         what it does, on built-in genomes
  hearth analyse --output-tsv calls.tsv today.fasta.gz
  hearth analyse -O results/ run-7/             tables and alignments, for all FASTA files of a folder
  hearth analyse --report out.html --metadata specimens.tsv today.fasta
  hearth analyse --pack rsv-a --output-tsv - genomes.fasta | cut -f 2,3
  cat *.fasta | hearth analyse --failed again.fasta --output-csv calls.csv

Which pack: without --pack each genome is compared with the references of all installed packs and the built-in
one ('hearth pack list'). When genomes of several packs come together, each output is written once for each
pack: calls.tsv becomes calls.PACK.tsv, and genomes of no pack are in calls.unmatched.tsv.

Compression: input is unpacked (gz, bz2, xz, zst) whatever it is called; an output whose name ends in .gz, .bz2,
.xz or .zst is packed. Files appear under their names when they are complete, not before.
";

/// Read genomes (FASTA): quality, mutations, clade and lineage of each
#[derive(Clone, Debug, Default, clap::Args)]
#[command(after_long_help = closing_help())]
pub struct AnalyseFlags {
    /// FASTA files, or folders of them; '-' or nothing: standard input
    #[arg(value_name = "FILES", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,

    /// Analyse the built-in demonstration genomes
    #[arg(long, conflicts_with = "files")]
    pub demo: bool,

    /// Pathogen pack for all genomes: a name ('hearth pack list'), a folder or a zip file [default: found out for
    /// each genome]
    #[arg(long, short = 'D', value_name = "NAME|DIR|ZIP", aliases = ["input-dataset", "dataset-name"],
          short_alias = 'd')]
    pub pack: Option<String>,

    /// Assays beside those of the pack: a table like a pack's assays.tsv, a primer scheme (BED), or a primer list
    /// (CSV); may be given several times
    #[arg(long, value_name = "FILE", alias = "input-pcr-primers", value_hint = ValueHint::FilePath)]
    pub assays: Vec<PathBuf>,

    /// When and where specimens were collected: a table with a column of names, and one of dates or places
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub metadata: Option<PathBuf>,

    /// Genomes to look for neighbours among beside the batch: FASTA files, or folders of them; may be given several
    /// times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub background: Vec<PathBuf>,

    /// Genomes that differ in no more than N positions are in one cluster [default: 2]
    #[arg(long, value_name = "N")]
    pub cluster_distance: Option<u32>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub packs: PacksDirFlag,

    /// Threads that analyse [default: one for each processor]
    #[arg(long, short = 'j', value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,

    /// Table, tab-separated; '-' for standard output
    #[arg(long, short = 't', value_name = "FILE", help_heading = "Outputs", value_hint = ValueHint::FilePath)]
    pub output_tsv: Option<PathBuf>,

    /// Table, semicolon-separated
    #[arg(long, short = 'c', value_name = "FILE", help_heading = "Outputs", value_hint = ValueHint::FilePath)]
    pub output_csv: Option<PathBuf>,

    /// One line of JSON for each genome
    #[arg(long, short = 'N', value_name = "FILE", help_heading = "Outputs", value_hint = ValueHint::FilePath)]
    pub output_ndjson: Option<PathBuf>,

    /// One JSON document; for many genomes take --output-ndjson
    #[arg(long, short = 'J', value_name = "FILE", help_heading = "Outputs", value_hint = ValueHint::FilePath)]
    pub output_json: Option<PathBuf>,

    /// Aligned genomes as FASTA, each as long as the reference; insertions are left out
    #[arg(long, short = 'o', value_name = "FILE", help_heading = "Outputs", value_hint = ValueHint::FilePath)]
    pub output_fasta: Option<PathBuf>,

    /// Aligned peptides as FASTA, a file for each coding sequence: '{cds}' in the name becomes its name
    #[arg(long, short = 'P', value_name = "PATTERN", help_heading = "Outputs", value_hint = ValueHint::FilePath)]
    pub output_translations: Option<PathBuf>,

    /// Variants as VCF, a file for each genome, into this folder
    #[arg(long, value_name = "DIR", help_heading = "Outputs", value_hint = ValueHint::DirPath)]
    pub output_vcf: Option<PathBuf>,

    /// What is to be expected of diagnostic assays, tab-separated: a row for each assay and each of its oligos
    #[arg(long, value_name = "FILE", help_heading = "Outputs", value_hint = ValueHint::FilePath)]
    pub output_assays: Option<PathBuf>,

    /// The same over all genomes: shares with intervals by clade, month and place, mutations to blame, pairs of assays
    #[arg(long, value_name = "FILE", help_heading = "Outputs", value_hint = ValueHint::FilePath)]
    pub output_assay_summary: Option<PathBuf>,

    /// The five nearest genomes of each, of the batch and of --background, and its cluster, tab-separated
    #[arg(long, value_name = "FILE", help_heading = "Outputs", value_hint = ValueHint::FilePath)]
    pub output_neighbours: Option<PathBuf>,

    /// The batch on one page (HTML), to read and to print: quality, clades, assays in danger, what to do about each genome
    #[arg(long, value_name = "FILE", help_heading = "Outputs", value_hint = ValueHint::FilePath)]
    pub report: Option<PathBuf>,

    /// Every output but VCF, into this folder; with '--output-selection all' VCF too
    #[arg(long, short = 'O', value_name = "DIR", help_heading = "Outputs", value_hint = ValueHint::DirPath)]
    pub output_all: Option<PathBuf>,

    /// How the names of the files in the folder of --output-all begin [default: hearth]
    #[arg(long, short = 'n', value_name = "NAME", help_heading = "Outputs", requires = "output_all")]
    pub output_basename: Option<String>,

    /// Only these outputs into the folder of --output-all, separated by commas
    #[arg(
        long,
        short = 's',
        value_name = "KINDS",
        help_heading = "Outputs",
        requires = "output_all",
        value_delimiter = ','
    )]
    pub output_selection: Vec<Selected>,

    /// Only these columns and groups of columns in tables, separated by commas; groups: general, ref-muts,
    /// priv-muts, priv-aa-muts, clade-founder-muts, rel-muts, errs-warns, qc, primers, dynamic, hearth
    #[arg(long, short = 'C', value_name = "COLUMNS", help_heading = "Outputs", value_delimiter = ',')]
    pub output_columns_selection: Vec<String>,

    /// Put the reference first in FASTA outputs
    #[arg(long, help_heading = "Outputs")]
    pub include_reference: bool,

    /// Name all equally near nodes of the tree in JSON and NDJSON
    #[arg(long, help_heading = "Outputs")]
    pub include_nearest_node_info: bool,

    /// Original text of the records that failed, for another try
    #[arg(long, value_name = "FILE", help_heading = "Outputs", value_hint = ValueHint::FilePath)]
    pub failed: Option<PathBuf>,

    /// End with code 3 if any record failed
    #[arg(long)]
    pub strict: bool,

    /// Read letters that are no nucleotides as N instead of failing the record
    #[arg(long)]
    pub replace_unknown: bool,

    /// Turn sequences that fit only on the opposite strand
    #[arg(long, value_name = "true|false", default_value_t = true, action = ArgAction::Set,
          num_args = 0..=1, default_missing_value = "true")]
    pub retry_reverse_complement: bool,

    /// Accepted and always so: output has the order of the input
    #[arg(long, hide_short_help = true)]
    pub in_order: bool,

    /// Say nothing but errors
    #[arg(long, short = 'q')]
    pub quiet: bool,

    /// Longest record with its name, in bytes; a longer one fails and is passed over [default: 1073741824]
    #[arg(long, value_name = "BYTES", hide_short_help = true)]
    pub max_record_bytes: Option<usize>,

    /// Text read at a time, in bytes; for tests
    #[arg(long, hide = true, value_name = "BYTES")]
    pub batch_bytes: Option<usize>,
}

fn closing_help() -> String {
    format!("{EXAMPLES}\n{}", exit::HELP)
}
