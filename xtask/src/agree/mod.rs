//! `cargo xtask agree`: are our answers the peer's, cell for cell?
//!
//! Three ways: two tables that are there already, both programs on a FASTA now, or `--all`: our program on the
//! inputs whose answers by the peer lie in the shared test data. Refuses to know how an answer is made. Read
//! [`Court::judge`] first; `compare.rs` holds the rules, `known.rs` the excuses.

mod compare;
mod known;
mod table;

use crate::programs::{Job, Program};
use crate::workspace;
use anyhow::{Context, Result, bail};
use compare::{Comparison, Difference};
use known::{COLUMNS, Known, Tally, Verdict};
use lexopt::prelude::{Long, ValueExt};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use table::Table;

/// How to call it.
pub const USAGE: &str = "cargo xtask agree --ours FILE.tsv --peer FILE.tsv --pack NAME
       cargo xtask agree --peer-binary PATH --input FASTA --pack DIR [-j N]
       cargo xtask agree --all [--require]
       further: [--our-binary PATH] [--known docs/agreement.tsv] [--out DIFFERENCES.tsv]";

const DIFFERENCES_SHOWN: usize = 20;
const CELL_LETTERS_SHOWN: usize = 100;

/// Inputs with the peer's answers: pack, input and answer, below the shared test data.
const ANSWERED: [(&str, &str, &str); 3] = [
    (
        "sars-cov-2",
        "genomes/sars-cov-2-418/example_sequences.fasta.gz",
        "genomes/sars-cov-2-418/nextclade-3.21.2/nextclade.tsv",
    ),
    ("mpox-clade-iib", "packs/mpox-clade-iib/sequences.fasta", "packs/mpox-clade-iib/nextclade.tsv"),
    ("hmpv", "packs/hmpv/sequences.fasta", "packs/hmpv/nextclade.tsv"),
];

#[derive(Debug, Default)]
struct Order {
    all: bool,
    require: bool,
    ours: Option<PathBuf>,
    peer: Option<PathBuf>,
    pack: Option<PathBuf>,
    our_binary: Option<PathBuf>,
    peer_binary: Option<PathBuf>,
    input: Option<PathBuf>,
    known: Option<PathBuf>,
    out: Option<PathBuf>,
    threads: Option<usize>,
}

/// A run under way: what is excused, and what has been found so far.
#[derive(Debug, Default)]
struct Court {
    known: Known,
    tally: Tally,
    listing: String,
}

/// Runs the subcommand; an error when the answers differ.
pub fn run(arguments: lexopt::Parser) -> Result<()> {
    let order = parse(arguments)?;
    let known = order.known.clone().unwrap_or_else(|| workspace::root().join("docs/agreement.tsv"));
    let listing = COLUMNS.join("\t") + "\n";
    let mut court = Court { known: Known::read(&known)?, tally: Tally::default(), listing };
    if order.all {
        let Some(shared) = shared_data(order.require)? else { return Ok(()) };
        all(&order, &shared, &mut court)?;
    } else if let (Some(ours), Some(peer), Some(pack)) = (&order.ours, &order.peer, &order.pack) {
        court.judge(ours, peer, &pack_name(pack))?;
    } else if let (Some(binary), Some(input), Some(pack)) = (&order.peer_binary, &order.input, &order.pack) {
        both_now(&order, binary, input, pack, &mut court)?;
    } else {
        bail!("usage: {USAGE}");
    }
    if let Some(out) = &order.out {
        fs::write(out, &court.listing).with_context(|| format!("{}: cannot be written", out.display()))?;
    }
    court.tally.require_agreement()
}

fn parse(mut arguments: lexopt::Parser) -> Result<Order> {
    let mut order = Order::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("all") => order.all = true,
            Long("require") => order.require = true,
            Long("ours") => order.ours = Some(arguments.value()?.into()),
            Long("peer") => order.peer = Some(arguments.value()?.into()),
            Long("pack") => order.pack = Some(arguments.value()?.into()),
            Long("our-binary") => order.our_binary = Some(arguments.value()?.into()),
            Long("peer-binary") => order.peer_binary = Some(arguments.value()?.into()),
            Long("input") => order.input = Some(arguments.value()?.into()),
            Long("known") => order.known = Some(arguments.value()?.into()),
            Long("out") => order.out = Some(arguments.value()?.into()),
            lexopt::Arg::Short('j') => order.threads = Some(arguments.value()?.parse()?),
            other => bail!("{}\nusage: {USAGE}", other.unexpected()),
        }
    }
    Ok(order)
}

/// Where the shared test data is; `None`, said aloud, where it is absent and need not be there.
fn shared_data(require: bool) -> Result<Option<PathBuf>> {
    let shared = workspace::shared_data();
    if shared.is_none() && require {
        bail!("the shared test data is absent: put it at ../shared/data or say where with HEARTH_SHARED");
    }
    if shared.is_none() {
        println!("agree: skipped, the shared test data is absent (../shared/data, or HEARTH_SHARED)");
    }
    Ok(shared)
}

/// Our program on every input whose answer by the peer is in the shared test data.
fn all(order: &Order, shared: &Path, court: &mut Court) -> Result<()> {
    let program = Program::ours(order.our_binary.clone())?;
    let scratch = workspace::scratch("agree")?;
    for (pack, input, answer) in ANSWERED {
        let output = scratch.join(format!("{pack}.tsv"));
        let dir = shared.join("packs").join(pack);
        analyse(&program, &dir, &shared.join(input), &output, order.threads)?;
        court.judge(&output, &shared.join(answer), pack)?;
    }
    Ok(())
}

/// Both programs on one input, now.
fn both_now(order: &Order, peer_binary: &Path, input: &Path, pack: &Path, court: &mut Court) -> Result<()> {
    let scratch = workspace::scratch("agree")?;
    let (ours, peer) = (scratch.join("ours.tsv"), scratch.join("peer.tsv"));
    analyse(&Program::ours(order.our_binary.clone())?, pack, input, &ours, order.threads)?;
    analyse(&Program::peer(peer_binary.to_owned())?, pack, input, &peer, order.threads)?;
    court.judge(&ours, &peer, &pack_name(pack))
}

fn analyse(
    program: &Program,
    pack: &Path,
    input: &Path,
    output: &Path,
    threads: Option<usize>,
) -> Result<()> {
    if output.exists() {
        fs::remove_file(output)?;
    }
    program.analyse(&Job { pack, input, output, threads: threads.unwrap_or(1) })
}

impl Court {
    /// Compares two tables, prints what was found and lists the unexplained differences.
    fn judge(&mut self, ours: &Path, peer: &Path, pack: &str) -> Result<()> {
        let found = compare::compare(&Table::read(ours)?, &Table::read(peer)?)?;
        let verdict = known::judge(&found, pack, &self.known);
        print!("{}", report(pack, &found, &verdict));
        for difference in &verdict.unexplained {
            let Difference { name, column, ours, peer, .. } = difference;
            let cells = [name, column, ours, peer].map(|cell| quote(cell)).join("\t");
            writeln!(self.listing, "{pack}\t{cells}\t\t")?;
        }
        self.tally.add(&found, &verdict);
        Ok(())
    }
}

fn pack_name(pack: &Path) -> String {
    pack.file_name().unwrap_or(pack.as_os_str()).to_string_lossy().into_owned()
}

fn report(pack: &str, found: &Comparison, verdict: &Verdict<'_>) -> String {
    let differing = found.differences.len();
    let share = 100.0 * differing as f64 / found.cells.max(1) as f64;
    let spelling = found.differences.iter().filter(|difference| difference.spelling_only).count();
    let mut text = format!(
        "agree {pack}: {} rows, {} columns, {} cells; {differing} differ ({share:.4} %), {} unexplained, \
         {} explained, {spelling} only another spelling of the same number\n",
        found.rows,
        found.columns.len(),
        found.cells,
        verdict.unexplained.len(),
        verdict.explained,
    );
    for (column, count) in found.by_column() {
        text += &format!("  {count:>7}  {column}\n");
    }
    for difference in verdict.unexplained.iter().take(DIFFERENCES_SHOWN) {
        let (ours, peer) = shorten(&difference.ours, &difference.peer);
        text +=
            &format!("  {} | {}\n    ours: {ours}\n    peer: {peer}\n", difference.name, difference.column);
    }
    text
}

/// The part of two cells where they part, with a little before it.
fn shorten(a: &str, b: &str) -> (String, String) {
    let shared = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let from = if a.chars().count().max(b.chars().count()) <= CELL_LETTERS_SHOWN {
        0
    } else {
        shared.saturating_sub(20)
    };
    let part = |text: &str| {
        let lead = if from > 0 { "…" } else { "" };
        let mut rest = text.chars().skip(from);
        let shown: String = rest.by_ref().take(CELL_LETTERS_SHOWN).collect();
        format!("{lead}{shown}{}", if rest.next().is_some() { "…" } else { "" })
    };
    (part(a), part(b))
}

fn quote(cell: &str) -> String {
    if cell.contains(['\t', '\n', '"', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge_text(test: &str, ours: &str, peer: &str) -> Court {
        let dir = workspace::scratch("agree-tests").unwrap();
        let (mine, theirs) = (dir.join(format!("{test}-ours.tsv")), dir.join(format!("{test}-peer.tsv")));
        fs::write(&mine, ours).unwrap();
        fs::write(&theirs, peer).unwrap();
        let mut court = Court::default();
        court.judge(&mine, &theirs, "flu").unwrap();
        court
    }

    #[test]
    fn equal_tables_agree_and_others_are_listed_ready_for_the_known_file() {
        let table = "seqName\tclade\nx\t20A\n";
        let same = judge_text("same", table, table);
        assert_eq!((same.tally.require_agreement().is_ok(), same.listing.as_str()), (true, ""));
        let other = judge_text("other", table, "seqName\tclade\nx\t\"a\"\"b\"\n");
        assert!(other.tally.require_agreement().is_err());
        assert_eq!(other.listing, "flu\tx\tclade\t20A\t\"a\"\"b\"\t\t\n");
    }

    #[test]
    fn tables_without_a_shared_row_do_not_agree() {
        assert!(judge_text("empty", "seqName\n", "seqName\n").tally.require_agreement().is_err());
    }

    #[test]
    fn long_cells_are_shown_where_they_part() {
        let (same, tail) = ("A".repeat(300), "C".repeat(5));
        let (a, b) = shorten(&format!("{same}{tail}"), &format!("{same}G"));
        assert_eq!((a.as_str(), b.as_str()), ("…AAAAAAAAAAAAAAAAAAAACCCCC", "…AAAAAAAAAAAAAAAAAAAAG"));
        assert_eq!(shorten("x", ""), ("x".to_owned(), String::new()));
    }
}
