//! What a run is to do, ready to be done: made from the flags and from where the program stands.
//!
//! Start at [`Order::new`]. Nothing is opened, read or written here; only folders named as input are looked
//! into.

use super::destination::{CDS_PLACE, Destination};
use super::flags::{AnalyseFlags, Selected};
use super::gathered::Sought;
use super::plan::{Format, Plan};
use super::sink::Target;
use super::worker::Treatment;
use hearth_formats::input::{InputError, InputLimits, Skipped, Source, find_sources};
use hearth_genome::rows::columns::{Columns, UnknownColumn};
use std::collections::HashSet;
use std::num::NonZero;
use std::path::PathBuf;

/// Which of the program's ends are terminals.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminals {
    /// Standard input.
    pub input: bool,
    /// Standard output.
    pub output: bool,
    /// Standard error.
    pub error: bool,
}

impl Terminals {
    /// As the system says.
    pub fn of_process() -> Self {
        use std::io::{IsTerminal, stderr, stdin, stdout};
        Self { input: stdin().is_terminal(), output: stdout().is_terminal(), error: stderr().is_terminal() }
    }
}

/// What a run is to do.
#[derive(Clone, Debug)]
pub struct Order {
    /// What to read.
    pub sources: Vec<Source>,
    /// What lies in the folders named and is not read.
    pub skipped: Vec<Skipped>,
    /// The pack for all records, if one was named.
    pub pack: Option<String>,
    /// Tables of assays beside those of the packs.
    pub assays: Vec<PathBuf>,
    /// A table of when and where specimens were collected.
    pub metadata: Option<PathBuf>,
    /// Genomes to look for neighbours among beside the batch.
    pub background: Vec<Source>,
    /// Where installed packs are, if that was said.
    pub packs_dir: Option<PathBuf>,
    /// What to write.
    pub plan: Plan,
    /// Where to, one for each of the plan's formats.
    pub destinations: Vec<Destination>,
    /// Where to put records that fail.
    pub failed: Option<Target>,
    /// How records are treated.
    pub treatment: Treatment,
    /// Threads that analyse.
    pub workers: usize,
    /// Sizes of batches and records.
    pub limits: InputLimits,
    /// Whether a failed record makes the run fail.
    pub strict: bool,
    /// Whether to say what was done.
    pub is_quiet: bool,
    /// Whether somebody watches standard error.
    pub shows_progress: bool,
}

/// Why flags make no order.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// An input is not there.
    #[error(transparent)]
    Input(#[from] InputError),
    /// Outputs are named, but nothing to analyse.
    #[error(
        "nothing to analyse is named: give FASTA files or folders, '-' for standard input, or --demo for the \
         simulated genomes of the demonstration"
    )]
    NoInput,
    /// A column that no table has.
    #[error(transparent)]
    Column(#[from] UnknownColumn),
    /// Assays are brought, and no output has a place for them.
    #[error(
        "--assays brings assays, but what is to be expected of them is written nowhere: add --output-assays FILE, \
         --report FILE, or -O DIR for all outputs"
    )]
    AssaysNowhere,
    /// Metadata is brought, and no output has a place for it.
    #[error(
        "--metadata says when and where specimens were collected, but nothing is summed up by it: add --report FILE, \
         --output-assay-summary FILE, or -O DIR for all outputs"
    )]
    MetadataNowhere,
    /// How neighbours are sought is said, and no output has a place for them.
    #[error(
        "{0} is about neighbours, but they are written nowhere: add --output-neighbours FILE, or -O DIR for all outputs"
    )]
    NeighboursNowhere(&'static str),
    /// A background from standard input.
    #[error("--background needs names of files: standard input is for the batch")]
    BackgroundInput,
    /// Two outputs have the same name.
    #[error("{0} is named for two outputs: give each its own")]
    SameTarget(Target),
    /// A pattern without a place for the name.
    #[error(
        "--output-translations makes a file for each coding sequence, so its name needs '{{cds}}' in it (in quotes, for \
         the shell): --output-translations 'peptides.{{cds}}.fasta', not '{0}'"
    )]
    NoCdsPlace(String),
    /// A name of a file where a folder is needed.
    #[error("--output-vcf makes a file for each genome: give it the name of a folder, not '{0}'")]
    VcfFile(String),
}

/// Genomes for `--demo`.
const DEMONSTRATION: Source = Source::BuiltIn {
    name: "the demonstration genomes",
    bytes: include_bytes!("../../../../packs/sars-cov-2/examples.fasta"),
};

/// Inputs up to this size are not worth a thread.
const SMALL_BYTES: u64 = 256 << 10;

impl Order {
    /// Makes sense of the flags.
    ///
    /// # Errors
    /// Inputs that are not there, outputs that contradict each other.
    pub fn new(flags: AnalyseFlags, terminals: Terminals) -> Result<Self, OrderError> {
        let has_nothing = flags.files.is_empty() && terminals.input && !flags.demo;
        let names_output = flags.output_all.is_some() || kinds(&flags).iter().any(|kind| kind.flag.is_some());
        if has_nothing && names_output {
            return Err(OrderError::NoInput);
        }
        let is_demo = flags.demo || has_nothing;
        let found = if is_demo {
            hearth_formats::input::Found { sources: vec![DEMONSTRATION], skipped: Vec::new() }
        } else {
            find_sources(&flags.files)?
        };
        let background = background(&flags)?;
        let is_small =
            found.length_bytes().is_some_and(|bytes| bytes <= SMALL_BYTES) && background.is_empty();
        let processors = || std::thread::available_parallelism().map_or(1, NonZero::get);
        let workers = match flags.jobs {
            _ if is_small => 1,
            Some(jobs) => usize::from(jobs),
            None => processors(),
        };
        let destinations = destinations(&flags, is_demo, terminals);
        check(&destinations)?;
        Columns::check(&flags.output_columns_selection)?;
        check_use(&flags, &destinations)?;
        let formats = destinations.iter().map(|destination| destination.format).collect();
        let usual = InputLimits::default();
        let limits = InputLimits {
            batch_bytes: flags.batch_bytes.unwrap_or(usual.batch_bytes),
            max_record_bytes: flags.max_record_bytes.unwrap_or(usual.max_record_bytes),
        };
        Ok(Self {
            sources: found.sources,
            skipped: found.skipped,
            // The demonstration genomes are made for the built-in pack.
            pack: flags.pack.or(is_demo.then(|| "sars-cov-2".to_owned())),
            assays: flags.assays,
            metadata: flags.metadata,
            background,
            packs_dir: flags.packs.packs_dir,
            plan: Plan {
                formats,
                columns: flags.output_columns_selection,
                includes_reference: flags.include_reference,
                names_nearest: flags.include_nearest_node_info,
                assays: Vec::new(),
                metadata: None,
                sought: Sought {
                    cluster_distance: flags.cluster_distance.unwrap_or(Sought::CLUSTER_DISTANCE),
                    threads: workers,
                },
            },
            destinations,
            treatment: Treatment {
                replace_unknown: flags.replace_unknown,
                turn_reverse_complements: flags.retry_reverse_complement,
                keep_failed: flags.failed.is_some(),
                is_background: false,
            },
            failed: flags.failed.map(Target::from_flag),
            workers,
            limits,
            strict: flags.strict,
            is_quiet: flags.quiet,
            shows_progress: terminals.error && !flags.quiet && !is_demo,
        })
    }
}

/// A kind of output: its flag's value, and its name in the folder of `--output-all`.
struct Kind<'a> {
    format: Format,
    selected: Selected,
    flag: &'a Option<PathBuf>,
    ending: &'static str,
}

/// All kinds, in the order in which they are written.
fn kinds(flags: &AnalyseFlags) -> [Kind<'_>; 11] {
    let kind = |format, selected, flag, ending| Kind { format, selected, flag, ending };
    [
        kind(Format::Tsv, Selected::Tsv, &flags.output_tsv, "tsv"),
        kind(Format::Csv, Selected::Csv, &flags.output_csv, "csv"),
        kind(Format::Ndjson, Selected::Ndjson, &flags.output_ndjson, "ndjson"),
        kind(Format::Json, Selected::Json, &flags.output_json, "json"),
        kind(Format::Aligned, Selected::Fasta, &flags.output_fasta, "aligned.fasta"),
        kind(Format::Assays, Selected::Assays, &flags.output_assays, "assays.tsv"),
        kind(Format::AssaySummary, Selected::AssaySummary, &flags.output_assay_summary, "assays.summary.tsv"),
        kind(Format::Neighbours, Selected::Neighbours, &flags.output_neighbours, "neighbours.tsv"),
        kind(Format::Report, Selected::Report, &flags.report, "report.html"),
        kind(Format::Vcf, Selected::Vcf, &flags.output_vcf, "variants"),
        kind(
            Format::Translations,
            Selected::Translations,
            &flags.output_translations,
            "cds_translation.{cds}.fasta",
        ),
    ]
}

/// Where the outputs asked for go; without any, standard output.
fn destinations(flags: &AnalyseFlags, is_demo: bool, terminals: Terminals) -> Vec<Destination> {
    let selection = &flags.output_selection;
    let is_selected = |kind: Selected| match selection.is_empty() {
        // A file for each of a million genomes is nothing to get unasked.
        true => kind != Selected::Vcf,
        false => selection.contains(&kind) || selection.contains(&Selected::All),
    };
    let base = flags.output_basename.as_deref().unwrap_or("hearth");
    let mut destinations = Vec::new();
    for Kind { format, selected, flag, ending } in kinds(flags) {
        let folder = flags.output_all.as_ref().filter(|_| is_selected(selected));
        // These tables and the report have names of their own where no other was chosen.
        let name = match (format, &flags.output_basename) {
            (Format::Assays | Format::AssaySummary | Format::Neighbours | Format::Report, None) => {
                ending.to_owned()
            }
            _ => format!("{base}.{ending}"),
        };
        let in_folder = || folder.map(|folder| folder.join(name));
        if let Some(path) = flag.clone().or_else(in_folder) {
            destinations.push(Destination { format, target: Target::from_flag(path) });
        }
    }
    if destinations.is_empty() {
        let is_for_people = terminals.output || is_demo;
        let format = if is_for_people { Format::Summary } else { Format::Tsv };
        destinations.push(Destination { format, target: Target::StandardOutput });
    }
    destinations
}

/// The files of the background.
fn background(flags: &AnalyseFlags) -> Result<Vec<Source>, OrderError> {
    if flags.background.is_empty() {
        return Ok(Vec::new());
    }
    let sources = find_sources(&flags.background)?.sources;
    if sources.contains(&Source::StandardInput) {
        return Err(OrderError::BackgroundInput);
    }
    Ok(sources)
}

/// Refuses what was given in vain.
fn check_use(flags: &AnalyseFlags, destinations: &[Destination]) -> Result<(), OrderError> {
    let has = |is_meant: fn(Format) -> bool| destinations.iter().any(|output| is_meant(output.format));
    if !flags.assays.is_empty() && !has(Format::is_about_assays) {
        return Err(OrderError::AssaysNowhere);
    }
    if flags.metadata.is_some() && !has(Format::sums_up) {
        return Err(OrderError::MetadataNowhere);
    }
    let of_neighbours = [
        ("--background", !flags.background.is_empty()),
        ("--cluster-distance", flags.cluster_distance.is_some()),
    ];
    match of_neighbours.into_iter().find(|(_, is_given)| *is_given) {
        Some((flag, _)) if !has(Format::is_about_neighbours) => Err(OrderError::NeighboursNowhere(flag)),
        _ => Ok(()),
    }
}

fn check(destinations: &[Destination]) -> Result<(), OrderError> {
    let mut seen = HashSet::new();
    for Destination { format, target } in destinations {
        let name = target.to_string();
        let is_file = matches!(target, Target::File(_));
        match format {
            Format::Translations if !is_file || !name.contains(CDS_PLACE) => {
                return Err(OrderError::NoCdsPlace(name));
            }
            Format::Vcf if !is_file || name.ends_with(".vcf") || name.ends_with(".vcf.gz") => {
                return Err(OrderError::VcfFile(name));
            }
            _ if name != "/dev/null" && !seen.insert(name) => {
                return Err(OrderError::SameTarget(target.clone()));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        flags: AnalyseFlags,
    }

    fn order(line: &str, terminals: Terminals) -> Result<Order, OrderError> {
        let words = std::iter::once("analyse").chain(line.split_whitespace());
        Order::new(Line::try_parse_from(words).unwrap().flags, terminals)
    }

    const PIPE: Terminals = Terminals { input: false, output: false, error: false };
    const SCREEN: Terminals = Terminals { input: true, output: true, error: true };

    fn shown(order: &Order) -> String {
        let outputs = order.destinations.iter();
        outputs.map(|output| format!("{:?}={}", output.format, output.target)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn outputs_come_from_flags_folders_or_where_the_program_stands() {
        let check = |line: &str, terminals, expected: &str| {
            assert_eq!(shown(&order(line, terminals).unwrap()), expected, "{line}");
        };
        check("", PIPE, "Tsv=standard output");
        check("", SCREEN, "Summary=standard output");
        check("--demo", PIPE, "Summary=standard output");
        check("--output-csv a.csv --output-tsv -", PIPE, "Tsv=standard output Csv=a.csv");
        check(
            "-O out",
            PIPE,
            "Tsv=out/hearth.tsv Csv=out/hearth.csv Ndjson=out/hearth.ndjson \
             Json=out/hearth.json Aligned=out/hearth.aligned.fasta Assays=out/assays.tsv AssaySummary=out/assays.summary.tsv \
             Neighbours=out/neighbours.tsv Report=out/report.html \
             Translations=out/hearth.cds_translation.{cds}.fasta",
        );
        check("-O out -n run7 -s csv -t x.tsv", PIPE, "Tsv=x.tsv Csv=out/run7.csv");
        check("-O out -s vcf,fasta", PIPE, "Aligned=out/hearth.aligned.fasta Vcf=out/hearth.variants");
    }

    #[test]
    fn outputs_that_cannot_be_are_refused() {
        let check = |line: &str, expected: &str| {
            let error = order(line, PIPE).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        };
        check("--output-csv - --output-tsv -", "standard output is named for two outputs: give each its own");
        check("--output-translations a.fasta", "--output-translations makes a file for each coding sequence");
        check("--output-vcf a.vcf", "--output-vcf makes a file for each genome");
    }

    #[test]
    fn a_person_without_input_sees_the_demonstration() {
        assert_eq!(order("", SCREEN).unwrap().sources, [DEMONSTRATION]);
        assert_eq!(order("", PIPE).unwrap().sources, [Source::StandardInput]);
        assert_eq!(order("--demo", PIPE).unwrap().sources, [DEMONSTRATION]);
    }

    #[test]
    fn simulated_genomes_do_not_land_in_a_named_file_unasked() {
        assert!(matches!(order("--output-tsv a.tsv", SCREEN), Err(OrderError::NoInput)));
        assert_eq!(order("--demo --output-tsv a.tsv", SCREEN).unwrap().sources, [DEMONSTRATION]);
    }

    #[test]
    fn the_strand_flag_takes_a_word_or_none() {
        let turns = |line| order(line, PIPE).unwrap().treatment.turn_reverse_complements;
        assert!(turns(""));
        assert!(turns("--retry-reverse-complement"));
        assert!(!turns("--retry-reverse-complement false"));
    }
}
