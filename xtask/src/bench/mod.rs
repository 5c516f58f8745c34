//! `cargo xtask bench`: what our program costs beside the peer, on one machine in one run.
//!
//! Four inputs: one tiny record (start-up), the 418 genomes of the shared test data, a simulated corpus on one
//! thread, and the corpus on two threads for peak memory. The record goes to `benches/runs`. Refuses to judge
//! the numbers. Read [`run`] first, then `measure.rs` for how a cost is taken.

mod measure;
mod report;

use crate::corpus::{self, Order};
use crate::programs::{Job, Program};
use crate::workspace;
use anyhow::{Context, Result, bail};
use lexopt::prelude::{Long, ValueExt};
pub use measure::run as measure_child;
pub use report::machine;
use report::{Run, START_UP, Sample};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// How to call it.
pub const USAGE: &str = "cargo xtask bench [--peer-binary PATH] [--count 20000] [--corpus FASTA] [--pack DIR] \
[--our-binary PATH] [--smoke]";

const CORPUS_SEED: u64 = 1;
const TINY_LETTERS: usize = 200;
const INSTRUCTION_GENOMES: usize = 50;
const SMOKE_GENOMES: u64 = 100;

#[derive(Debug)]
struct Plan {
    ours: Program,
    peer: Option<Program>,
    pack: PathBuf,
    corpus: Option<PathBuf>,
    count: u64,
    /// Few genomes, nothing kept: only whether it works.
    smoke: bool,
}

/// A FASTA and how often it is read.
struct Case {
    name: String,
    input: PathBuf,
    threads: usize,
    repeats: usize,
}

/// Runs the subcommand.
pub fn run(arguments: lexopt::Parser) -> Result<()> {
    let plan = parse(arguments)?;
    let scratch = workspace::scratch("bench")?;
    let mut record = Run { setting: setting(&plan), ..Run::default() };
    for case in cases(&plan, &scratch, &mut record.notes)? {
        measure_case(&plan, &case, &scratch, &mut record)?;
    }
    if !plan.smoke {
        record.notes.push(instruction_note(&plan, &scratch)?);
    }
    let title = format!("{}-{}", first_word("date", "+%F"), workspace::commit());
    let page = record.page(&format!("Benchmark {title}"));
    println!("\n{page}");
    if plan.smoke {
        return Ok(());
    }
    let dir = workspace::root().join("benches/runs");
    fs::create_dir_all(&dir)?;
    fs::write(dir.join(format!("{title}.md")), page)?;
    fs::write(dir.join(format!("{title}.tsv")), record.table())?;
    println!("kept as benches/runs/{title}.md and .tsv");
    Ok(())
}

fn parse(mut arguments: lexopt::Parser) -> Result<Plan> {
    let (mut ours, mut peer, mut pack, mut corpus, mut count) = (None, None, None, None, 20_000);
    let mut smoke = false;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("peer-binary") => peer = Some(Program::peer(arguments.value()?.into())?),
            Long("our-binary") => ours = Some(arguments.value()?.into()),
            Long("pack") => pack = Some(PathBuf::from(arguments.value()?)),
            Long("corpus") => corpus = Some(PathBuf::from(arguments.value()?)),
            Long("count") => count = arguments.value()?.parse()?,
            Long("smoke") => smoke = true,
            other => bail!("{}\nusage: {USAGE}", other.unexpected()),
        }
    }
    let shared = workspace::shared_data().map(|dir| dir.join("packs/sars-cov-2"));
    let pack = pack.or(shared).unwrap_or_else(|| workspace::root().join("packs/sars-cov-2"));
    let count = if smoke { SMOKE_GENOMES } else { count };
    Ok(Plan { ours: Program::ours(ours)?, peer, pack, corpus, count, smoke })
}

fn setting(plan: &Plan) -> Vec<String> {
    let mut lines = machine();
    lines.push(format!("commit: {}", workspace::commit()));
    lines.push(format!("pack: {}", plan.pack.file_name().unwrap_or_default().to_string_lossy()));
    if let Some(Program::Peer(path)) = &plan.peer {
        lines.push(format!("peer: {}", report::first_line(&path.display().to_string(), "--version")));
    }
    lines
}

fn cases(plan: &Plan, scratch: &Path, notes: &mut Vec<String>) -> Result<Vec<Case>> {
    let mut cases = vec![Case {
        name: START_UP.to_owned(),
        input: tiny(plan, scratch)?,
        threads: 1,
        repeats: if plan.smoke { 1 } else { 7 },
    }];
    match genomes_418(scratch)? {
        Some(input) if !plan.smoke => {
            cases.push(Case { name: "418 genomes".to_owned(), input, threads: 1, repeats: 3 });
        }
        Some(_) => {}
        None => notes.push("The 418 genomes were left out: the shared test data is absent.".to_owned()),
    }
    let corpus = match &plan.corpus {
        Some(path) => path.clone(),
        None => simulated(plan, scratch)?,
    };
    for threads in [1, 2] {
        let name = format!("corpus of {}", count_records(&corpus)?);
        cases.push(Case { name, input: corpus.clone(), threads, repeats: 1 });
    }
    Ok(cases)
}

/// One record that is as good as nothing to analyse.
fn tiny(plan: &Plan, scratch: &Path) -> Result<PathBuf> {
    let text = fs::read(plan.pack.join("reference.fasta"))
        .with_context(|| format!("{}: cannot read reference.fasta", plan.pack.display()))?;
    let letters = corpus::tree::first_record(&text);
    let piece = &letters[..letters.len().min(TINY_LETTERS)];
    let path = scratch.join("tiny.fasta");
    fs::write(&path, format!(">tiny\n{}\n", String::from_utf8_lossy(piece)))?;
    Ok(path)
}

/// The 418 genomes, unpacked so that both programs read plain text.
fn genomes_418(scratch: &Path) -> Result<Option<PathBuf>> {
    let Some(shared) = workspace::shared_data() else { return Ok(None) };
    let packed = shared.join("genomes/sars-cov-2-418/example_sequences.fasta.gz");
    let path = scratch.join("genomes-418.fasta");
    let output = Command::new("gzip").arg("-dc").arg(&packed).output().context("gzip cannot be started")?;
    if !output.status.success() {
        bail!("{}: {}", packed.display(), String::from_utf8_lossy(&output.stderr).trim());
    }
    fs::write(&path, output.stdout)?;
    Ok(Some(path))
}

/// The corpus of this pack and count, made once.
fn simulated(plan: &Plan, scratch: &Path) -> Result<PathBuf> {
    let pack = plan.pack.canonicalize().with_context(|| plan.pack.display().to_string())?;
    let name: String =
        pack.to_string_lossy().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let out = scratch.join(format!("corpus{name}-{}-{}.fasta", plan.count, corpus::EDITION));
    if !out.exists() {
        let order = Order::new(plan.pack.clone(), plan.count, CORPUS_SEED, out.clone());
        corpus::generate(&order)?;
    }
    Ok(out)
}

fn measure_case(plan: &Plan, case: &Case, scratch: &Path, record: &mut Run) -> Result<()> {
    let records = count_records(&case.input)?;
    let bytes = fs::metadata(&case.input)?.len();
    let output = scratch.join("out.tsv");
    let job = Job { pack: &plan.pack, input: &case.input, output: &output, threads: case.threads };
    let mut add = |program: &'static str, repeat: usize, line: &[String]| -> Result<()> {
        let cost = measure::measure(line)?;
        println!("{}, {} threads, {program} #{repeat}: {:.3} cpu s", case.name, case.threads, cost.cpu_s());
        let case_name = case.name.clone();
        let threads = case.threads;
        record.samples.push(Sample { case: case_name, program, threads, records, bytes, repeat, cost });
        Ok(())
    };
    if case.threads == 1 && case.name != START_UP {
        add("cat", 1, &["cat".to_owned(), case.input.display().to_string()])?;
    }
    for program in std::iter::once(&plan.ours).chain(&plan.peer) {
        for repeat in 1..=case.repeats {
            if output.exists() {
                fs::remove_file(&output)?;
            }
            add(program.word(), repeat, &program.command_line(&job))?;
            if !output.exists() {
                bail!("{} wrote no table for {}", program.word(), case.name);
            }
        }
    }
    Ok(())
}

/// Instructions per genome of our program: steadier than seconds.
fn instruction_note(plan: &Plan, scratch: &Path) -> Result<String> {
    let corpus = match &plan.corpus {
        Some(path) => path.clone(),
        None => simulated(plan, scratch)?,
    };
    let (some, tiny, output) = (scratch.join("some.fasta"), tiny(plan, scratch)?, scratch.join("out.tsv"));
    first_records(&corpus, &some, INSTRUCTION_GENOMES)?;
    let count = |input: &Path| {
        let line = plan.ours.command_line(&Job { pack: &plan.pack, input, output: &output, threads: 1 });
        measure::instructions(&line, scratch)
    };
    let (Some((all, counter)), Some((start, _))) = (count(&some), count(&tiny)) else {
        return Ok("Instructions: neither perf nor valgrind counts them on this machine.".to_owned());
    };
    let per_genome = all.saturating_sub(start) / INSTRUCTION_GENOMES as u64;
    Ok(format!(
        "Instructions ({counter}): {all} for the first {INSTRUCTION_GENOMES} records of the corpus, {start} for \
         the start, {per_genome} per genome."
    ))
}

fn count_records(path: &Path) -> Result<usize> {
    let mut reader = BufReader::with_capacity(1 << 20, fs::File::open(path)?);
    let (mut records, mut at_line_start) = (0, true);
    loop {
        let buffer = reader.fill_buf().with_context(|| path.display().to_string())?;
        let Some(&last) = buffer.last() else { return Ok(records) };
        records += usize::from(at_line_start && buffer[0] == b'>');
        records += buffer.windows(2).filter(|pair| pair == b"\n>").count();
        at_line_start = last == b'\n';
        let length = buffer.len();
        reader.consume(length);
    }
}

fn first_records(from: &Path, to: &Path, count: usize) -> Result<()> {
    let reader = BufReader::new(fs::File::open(from).with_context(|| from.display().to_string())?);
    let mut out = std::io::BufWriter::new(fs::File::create(to)?);
    let mut seen = 0;
    for line in reader.split(b'\n') {
        let line = line?;
        seen += usize::from(line.starts_with(b">"));
        if seen > count {
            break;
        }
        out.write_all(&line)?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

fn first_word(program: &str, argument: &str) -> String {
    report::first_line(program, argument).split_whitespace().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_counted_and_the_first_are_taken() {
        let dir = workspace::scratch("bench-tests").unwrap();
        let (all, some) = (dir.join("all.fasta"), dir.join("some.fasta"));
        fs::write(&all, ">a >x\nAC\n>b\n>c\nGT\n").unwrap();
        assert_eq!(count_records(&all).unwrap(), 3);
        first_records(&all, &some, 2).unwrap();
        assert_eq!(fs::read_to_string(&some).unwrap(), ">a >x\nAC\n>b\n");
        fs::write(&all, "").unwrap();
        assert_eq!(count_records(&all).unwrap(), 0);
    }
}
