//! `cargo xtask corpus`: mixed simulated genomes of a pack's pathogen, with the truth beside them.
//!
//! A genome starts as a node of the pack's tree and is then damaged as real ones are. The same seed gives the
//! same file everywhere, and record *k* does not depend on how many follow. Refuses to know what the product
//! makes of the genomes. Read [`simulate`] first, then `plan.rs` for the shares.

mod draft;
mod finish;
mod plan;
pub mod random;
pub mod tree;

use anyhow::{Context, Result, bail};
use draft::Draft;
use lexopt::prelude::{Long, ValueExt};
use plan::{Kind, Settings};
use random::Random;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tree::Pack;

const LINE_LETTERS: usize = 80;
/// Share of records that carry the name of the record before them.
const SAME_NAME: f64 = 0.002;

/// Raise it when the same seed gives other letters: kept corpora are then made anew.
pub const EDITION: u32 = 2;

/// How to call it.
pub const USAGE: &str = "cargo xtask corpus --pack DIR --count N --out FILE.fasta [--seed S] \
[--truth FILE.tsv] [--private-mean 3.0] [--inner-nodes 0.15] [--clean] [--joined]";

/// What to generate and where to put it.
#[derive(Debug)]
pub struct Order {
    /// Pack folder with `reference.fasta` and `tree.json`.
    pub pack: PathBuf,
    /// Number of records.
    pub count: u64,
    /// The same seed gives the same records.
    pub seed: u64,
    /// FASTA to write.
    pub out: PathBuf,
    /// Table of what was planted where.
    pub truth: Option<PathBuf>,
    /// Shares and means.
    pub settings: Settings,
}

impl Order {
    /// A corpus with the ordinary shares and means, without the truth.
    pub fn new(pack: PathBuf, count: u64, seed: u64, out: PathBuf) -> Self {
        Self { pack, count, seed, out, truth: None, settings: Settings::default() }
    }
}

/// One simulated record.
#[derive(Debug, PartialEq)]
struct Record {
    name: String,
    letters: Vec<u8>,
    kind: Kind,
    node: Option<usize>,
    events: Vec<String>,
}

/// Runs the subcommand.
pub fn run(arguments: lexopt::Parser) -> Result<()> {
    let order = parse(arguments)?;
    let letters = generate(&order)?;
    println!("{}: {} records, {letters} letters, seed {}", order.out.display(), order.count, order.seed);
    Ok(())
}

fn parse(mut arguments: lexopt::Parser) -> Result<Order> {
    let (mut pack, mut count, mut seed, mut out, mut truth) = (None, None, 1, None, None);
    let mut settings = Settings::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("pack") => pack = Some(arguments.value()?.into()),
            Long("count") => count = Some(arguments.value()?.parse()?),
            Long("seed") => seed = arguments.value()?.parse()?,
            Long("out") => out = Some(arguments.value()?.into()),
            Long("truth") => truth = Some(arguments.value()?.into()),
            Long("private-mean") => settings.private_mean = arguments.value()?.parse()?,
            Long("inner-nodes") => settings.inner_nodes = arguments.value()?.parse()?,
            Long("clean") => settings.clean = true,
            Long("joined") => settings.joined = true,
            other => bail!("{}\nusage: {USAGE}", other.unexpected()),
        }
    }
    let (Some(pack), Some(count), Some(out)) = (pack, count, out) else { bail!("usage: {USAGE}") };
    Ok(Order { truth, settings, ..Order::new(pack, count, seed, out) })
}

/// Writes the corpus, record by record, and gives the number of letters; files get their names when whole.
pub fn generate(order: &Order) -> Result<u64> {
    let pack = Pack::read(&order.pack)?;
    let mut fasta = Sink::create(&order.out)?;
    let mut truth = order.truth.as_deref().map(Sink::create).transpose()?;
    if let Some(truth) = &mut truth {
        writeln!(truth.file, "seqName\tkind\tlength\tnode\t{}\tevents", pack.attributes.join("\t"))?;
    }
    let mut letters = 0;
    for index in 0..order.count {
        let record = simulate(&pack, order.seed, index, &order.settings);
        letters += record.letters.len() as u64;
        write_record(&mut fasta.file, &record)?;
        if let Some(truth) = &mut truth {
            write_truth(&mut truth.file, &pack, &record)?;
        }
    }
    fasta.close()?;
    truth.map_or(Ok(()), Sink::close)?;
    Ok(letters)
}

/// Record number `index` of the corpus of `seed`.
fn simulate(pack: &Pack, seed: u64, index: u64, settings: &Settings) -> Record {
    let mut random = Random::for_record(seed, index);
    let kind = if settings.clean { Kind::Plain } else { Kind::draw(&mut random, settings.joined) };
    let number = if index > 0 && !settings.clean && random.chance(SAME_NAME) { index - 1 } else { index };
    let name = format!("sim/{number:06}/{}", kind.word());
    if kind == Kind::Junk {
        let mut events = Vec::new();
        let letters = finish::junk(&mut random, pack.reference.len(), &mut events);
        return Record { name, letters, kind, node: None, events };
    }
    let node = draw_node(pack, settings, &mut random);
    let (mut letters, mut events) = one_genome(pack, node, kind, settings, &mut random);
    if kind == Kind::Concatenated {
        let second = if random.chance(0.5) { node } else { draw_node(pack, settings, &mut random) };
        let (other, other_events) = one_genome(pack, second, kind, settings, &mut random);
        finish::concatenate(&mut letters, &other, &mut events);
        events.extend(other_events.into_iter().map(|event| format!("second {event}")));
    }
    finish::finish(&mut letters, kind, &mut random, &mut events);
    Record { name, letters, kind, node: Some(node), events }
}

fn draw_node(pack: &Pack, settings: &Settings, random: &mut Random) -> usize {
    if random.chance(settings.inner_nodes) {
        random.below(pack.nodes.len())
    } else {
        pack.tips[random.below(pack.tips.len())]
    }
}

fn one_genome(
    pack: &Pack,
    node: usize,
    kind: Kind,
    settings: &Settings,
    random: &mut Random,
) -> (Vec<u8>, Vec<String>) {
    let mut draft = Draft::new(pack.genome_of(node));
    plan::damage(&mut draft, kind, settings, random);
    (draft.flatten(), draft.events)
}

fn write_record(out: &mut impl Write, record: &Record) -> std::io::Result<()> {
    writeln!(out, ">{}", record.name)?;
    for line in record.letters.chunks(LINE_LETTERS) {
        out.write_all(line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn write_truth(out: &mut impl Write, pack: &Pack, record: &Record) -> std::io::Result<()> {
    let (node, values) = match record.node {
        Some(index) => (pack.nodes[index].name.as_str(), pack.nodes[index].values.clone()),
        None => ("", vec![String::new(); pack.attributes.len()]),
    };
    let (name, kind, length) = (&record.name, record.kind.word(), record.letters.len());
    writeln!(out, "{name}\t{kind}\t{length}\t{node}\t{}\t{}", values.join("\t"), record.events.join(";"))
}

/// A file that gets its name only when it is whole.
struct Sink {
    file: BufWriter<File>,
    part: PathBuf,
    path: PathBuf,
}

impl Sink {
    fn create(path: &Path) -> Result<Self> {
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let file = File::create(&part).with_context(|| format!("{}: cannot be written", part.display()))?;
        Ok(Self { file: BufWriter::with_capacity(1 << 18, file), part, path: path.to_owned() })
    }

    fn close(mut self) -> Result<()> {
        self.file.flush()?;
        fs::rename(&self.part, &self.path)
            .with_context(|| format!("{}: cannot be named", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack() -> Pack {
        let tree = br#"{"tree": {"name": "root", "children": [
            {"name": "x", "branch_attrs": {"mutations": {"nuc": ["A1C", "C2-"]}}}]}}"#;
        Pack::parse(b"ACGTTGCA".repeat(100), tree.to_vec()).unwrap()
    }

    #[test]
    fn a_record_depends_on_nothing_but_seed_and_number() {
        let pack = pack();
        let settings = Settings::default();
        for index in 0..300 {
            assert_eq!(simulate(&pack, 1, index, &settings), simulate(&pack, 1, index, &settings));
        }
        assert_ne!(simulate(&pack, 1, 5, &settings).letters, simulate(&pack, 2, 5, &settings).letters);
    }

    #[test]
    fn lines_are_eighty_letters() {
        let record = Record {
            name: "n".to_owned(),
            letters: vec![b'A'; 165],
            kind: Kind::Plain,
            node: None,
            events: Vec::new(),
        };
        let mut out = Vec::new();
        write_record(&mut out, &record).unwrap();
        let lengths: Vec<usize> = out.split(|&byte| byte == b'\n').map(<[u8]>::len).collect();
        assert_eq!(lengths, [2, 80, 80, 5, 0]);
    }

    #[test]
    fn truth_has_as_many_columns_as_its_header_for_every_kind() {
        let pack = pack();
        for index in 0..500 {
            let record = simulate(&pack, 3, index, &Settings::default());
            let mut line = Vec::new();
            write_truth(&mut line, &pack, &record).unwrap();
            assert_eq!(line.iter().filter(|&&byte| byte == b'\t').count(), 4 + pack.attributes.len());
        }
    }
}
