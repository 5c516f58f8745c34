//! What a run is to do, ready to be done: made from the flags and from where the program stands.
//!
//! Start at [`Order::new`]. Nothing is opened, read or written here; only folders named as input are looked
//! into.

use super::flags::{AnalyseFlags, Selected};
use super::plan::{Format, Plan};
use super::sink::Target;
use super::worker::Treatment;
use crate::input::{InputError, InputLimits, Skipped, Source, find_sources};
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
    /// Where installed packs are, if that was said.
    pub packs_dir: Option<PathBuf>,
    /// What to write.
    pub plan: Plan,
    /// Where to, one for each of the plan's formats.
    pub targets: Vec<Target>,
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
    /// Two outputs have the same name.
    #[error("{0} is named for two outputs: give each its own")]
    SameTarget(Target),
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
        let is_demo = flags.demo || flags.files.is_empty() && terminals.input;
        let found = if is_demo {
            crate::input::Found { sources: vec![DEMONSTRATION], skipped: Vec::new() }
        } else {
            find_sources(&flags.files)?
        };
        let is_small = found.length_bytes().is_some_and(|bytes| bytes <= SMALL_BYTES);
        let processors = || std::thread::available_parallelism().map_or(1, NonZero::get);
        let workers = match flags.jobs {
            _ if is_small => 1,
            Some(jobs) => usize::from(jobs),
            None => processors(),
        };
        let outputs = outputs(&flags, is_demo, terminals);
        distinct(outputs.iter().map(|(_, target)| target))?;
        let (formats, targets) = outputs.into_iter().unzip();
        let mut limits = InputLimits::default();
        if let Some(bytes) = flags.batch_bytes {
            limits.batch_bytes = bytes;
        }
        Ok(Self {
            sources: found.sources,
            skipped: found.skipped,
            // The demonstration genomes are made for the built-in pack.
            pack: flags.pack.or(is_demo.then(|| "sars-cov-2".to_owned())),
            packs_dir: flags.packs.packs_dir,
            plan: Plan { formats, columns: flags.output_columns_selection },
            targets,
            treatment: Treatment {
                replace_unknown: flags.replace_unknown,
                turn_reverse_complements: flags.retry_reverse_complement,
                keep_failed: flags.failed.is_some(),
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

/// The outputs asked for, in one fixed order; without any, standard output.
fn outputs(flags: &AnalyseFlags, is_demo: bool, terminals: Terminals) -> Vec<(Format, Target)> {
    let named =
        [(Format::Tsv, Selected::Tsv, &flags.output_tsv), (Format::Csv, Selected::Csv, &flags.output_csv)];
    let selection = &flags.output_selection;
    let is_selected = |kind: Selected| {
        selection.is_empty() || selection.contains(&kind) || selection.contains(&Selected::All)
    };
    let base = flags.output_basename.as_deref().unwrap_or("hearth");
    let in_folder = |format: Format, kind| {
        let folder = flags.output_all.as_ref().filter(|_| is_selected(kind))?;
        Some(folder.join(format!("{base}.{}", format.ending())))
    };
    let mut outputs = Vec::new();
    for (format, kind, path) in named {
        if let Some(path) = path.clone().or_else(|| in_folder(format, kind)) {
            outputs.push((format, Target::from_flag(path)));
        }
    }
    if outputs.is_empty() {
        let is_for_people = terminals.output || is_demo;
        outputs.push((if is_for_people { Format::Summary } else { Format::Tsv }, Target::StandardOutput));
    }
    outputs
}

fn distinct<'a>(targets: impl Iterator<Item = &'a Target>) -> Result<(), OrderError> {
    let mut seen = HashSet::new();
    for target in targets {
        let is_null = matches!(target, Target::File(path) if path.as_os_str() == "/dev/null");
        if !is_null && !seen.insert(target.to_string()) {
            return Err(OrderError::SameTarget(target.clone()));
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
        let outputs = order.plan.formats.iter().zip(&order.targets);
        outputs.map(|(format, target)| format!("{format:?}={target}")).collect::<Vec<_>>().join(" ")
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
        check("-O out", PIPE, "Tsv=out/hearth.tsv Csv=out/hearth.csv");
        check("-O out -n run7 -s csv -t x.tsv", PIPE, "Tsv=x.tsv Csv=out/run7.csv");
    }

    #[test]
    fn two_outputs_cannot_share_a_name() {
        let error = order("--output-csv - --output-tsv -", PIPE).unwrap_err();
        assert_eq!(error.to_string(), "standard output is named for two outputs: give each its own");
    }

    #[test]
    fn a_person_without_input_sees_the_demonstration() {
        assert_eq!(order("", SCREEN).unwrap().sources, [DEMONSTRATION]);
        assert_eq!(order("", PIPE).unwrap().sources, [Source::StandardInput]);
        assert_eq!(order("--demo", PIPE).unwrap().sources, [DEMONSTRATION]);
    }

    #[test]
    fn the_strand_flag_takes_a_word_or_none() {
        let turns = |line| order(line, PIPE).unwrap().treatment.turn_reverse_complements;
        assert!(turns(""));
        assert!(turns("--retry-reverse-complement"));
        assert!(!turns("--retry-reverse-complement false"));
    }
}
