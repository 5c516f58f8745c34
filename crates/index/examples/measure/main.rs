//! Times of questions over simulated genomes, alone or beside the peer in one run:
//!
//!     cargo run --release -p hearth-index --example measure -- 200000 [PYTHON]
//!
//! PYTHON is one that has the wheel `rhydb`. Both sides get the same genomes, the peer as files of letters in NDJSON, and
//! their answers are compared. Prints a page as `benches/runs` keeps it; says on the error line what it is at. Start at
//! [`main`].

mod peer;
mod questions;
mod world;

use hearth_index::ancestors::Ancestor;
use hearth_index::engine::Index;
use hearth_index::filter::Filter;
use hearth_index::groups::By;
use hearth_index::row::{AudienceId, Change, DataVersion, Row, RowId, Value};
use hearth_index::visible::{Reader, Selection, Visible};
use nix::time::{ClockId, clock_gettime};
use peer::{Cost, Peer, memory};
use questions::{AskError, Question};
use std::collections::BTreeSet;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::ops::{Range, RangeInclusive};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use world::{LENGTH, World};

/// Genomes of one file for the peer: some 2 GB. It begins a part of its own with each file, and a part takes so many.
const FILE_GENOMES: u32 = 1 << 16;
/// Genomes that are appended at once.
const AT_ONCE: u32 = 1_024;
/// A question is repeated at least so often, and until so much time has passed.
const REPEATS: u32 = 5;
const LEAST_S: f64 = 0.2;

/// How the page is to be read.
const READING: &str = "
- Milliseconds are the cheapest repetition by the clock, processor the mean of all; `times faster` is by the clock.
- Ours are analysed genomes (differences from the reference, and a node of the tree); `from letters` adds finding the
  differences in aligned letters, but neither parsing nor analysis. The peer reads aligned letters from NDJSON that was
  just written, one file of 65,536 after the other. Memory is what the resident set grew by, our simulator included.
- Filters: we give a bitmap, the peer the same by `get_filtered_bitmap`, its fastest way. Through Python its text columns
  have no index, so its figures for a country are not those of its server. A mutation that most have is its reference.
- Distances: where a genome has an ambiguous letter, it differs from more genomes to the peer than to us, who count only
  A, C, G and T; the peer counts deletions too. The genome asked about has no ambiguous letter, and no genome a deletion;
  those of others may be their own letter. The genome itself, which the peer gives too, is added to our answer.
- Versions, rights and the end of rows are looked at on our side only; one reader sees all.";

/// Both sides with the same genomes, and what that took.
struct Filled {
    index: Index,
    peer: Option<Peer>,
    /// Differences from letters.
    told: Cost,
    appended: Cost,
    peer_appended: Cost,
    bytes: f64,
    peer_bytes: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let number: u32 = arguments.next().map_or(Ok(200_000), |text| text.parse())?;
    let python = arguments.next();
    let scratch = std::env::temp_dir().join(format!("hearth-measure-{}", std::process::id()));
    fs::create_dir_all(&scratch)?;
    let mut world = World::new();
    let setting = setting(number, python.as_deref());
    let mut filled = fill(&mut world, number, python.as_deref(), &scratch)?;
    println!("# The index beside the peer\n\n{setting}{READING}");
    ingest(&filled, number);
    let reader = Reader { audiences: vec![AudienceId(0)], now_ms: 0, version: DataVersion(1) };
    let visible = Visible::new(&filled.index, &reader);
    println!(
        "\n| question | rows | ours, ms | processor, ms | peer, ms | processor, ms | times faster | same answer |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|---|");
    let genome = in_company(&visible)?;
    for question in questions::all(&world, &visible, number, genome)? {
        eprintln!("{}", question.name);
        println!("{}", asked(&question, &visible, filled.peer.as_mut(), &world, &scratch.join("answer"))?);
    }
    if let Some(peer) = filled.peer.take() {
        println!("\nThe peer's memory at its most: {:.0} MiB.", peer.memory().1 / 1048576.0);
        peer.end()?;
    }
    fs::remove_dir_all(&scratch)?;
    println!("\n| asked of us alone | ms |\n|---|--:|");
    alone(&visible, &world, genome)
}

fn fill(
    world: &mut World,
    number: u32,
    python: Option<&str>,
    scratch: &Path,
) -> Result<Filled, Box<dyn Error>> {
    let mut peer = python.map(Peer::start).transpose()?;
    if let Some(peer) = &mut peer {
        let path = scratch.join("reference");
        fs::write(&path, &world.reference)?;
        peer.tell(&["create", &path.display().to_string(), "country", "batch"])?;
    }
    let index = Index::new(world.schema(), &world.ancestors)?;
    let (before, peer_before) =
        (memory("/proc/self/status", "VmRSS:"), peer.as_ref().map_or(0.0, |peer| peer.memory().0));
    let mut filled = Filled {
        index,
        peer,
        told: Cost::default(),
        appended: Cost::default(),
        peer_appended: Cost::default(),
        bytes: 0.0,
        peer_bytes: 0.0,
    };
    let path = scratch.join("genomes.ndjson");
    for first in (0..number).step_by(FILE_GENOMES as usize) {
        let end = number.min(first + FILE_GENOMES);
        eprintln!("genomes {first} to {end}");
        let mut file = filled.peer.is_some().then(|| File::create(&path)).transpose()?.map(BufWriter::new);
        for first in (first..end).step_by(AT_ONCE as usize) {
            append(world, &mut filled, first..end.min(first + AT_ONCE), file.as_mut())?;
        }
        if let (Some(file), Some(peer)) = (file, &mut filled.peer) {
            file.into_inner()?.sync_all()?;
            let cost = peer.tell(&["append", &path.display().to_string()])?;
            add(&mut filled.peer_appended, cost);
            fs::remove_file(&path)?;
        }
    }
    filled.bytes = memory("/proc/self/status", "VmRSS:") - before;
    filled.peer_bytes = filled.peer.as_ref().map_or(0.0, |peer| peer.memory().0) - peer_before;
    Ok(filled)
}

/// Some genomes on our side, at once as the server appends them, and in the peer's file.
fn append(
    world: &mut World,
    filled: &mut Filled,
    numbers: Range<u32>,
    mut file: Option<&mut BufWriter<File>>,
) -> Result<(), Box<dyn Error>> {
    let mut rows = Vec::new();
    for number in numbers {
        let row = world.row();
        let letters = world.letters(&row.readings[0]);
        let (reading, cost) = timed(1, || world::reading(&world.reference, &letters));
        add(&mut filled.told, cost);
        assert_eq!(reading, row.readings[0], "what differs is what was simulated");
        if let Some(file) = file.as_deref_mut() {
            write(file, number, &row, &letters)?;
        }
        rows.push(row);
    }
    let index = &mut filled.index;
    let (appended, cost) = timed(1, || index.append_all(&rows));
    appended?;
    add(&mut filled.appended, cost);
    Ok(())
}

fn write(file: &mut BufWriter<File>, number: u32, row: &Row, letters: &[u8]) -> std::io::Result<()> {
    let text = |field: usize| match &row.values[field] {
        Value::Text(text) => text.as_str(),
        _ => "",
    };
    let (country, batch) = (text(0), text(2));
    write!(file, r#"{{"id":"g{number}","country":"{country}","batch":"{batch}","main":{{"sequence":""#)?;
    file.write_all(letters)?;
    writeln!(file, r#"","insertions":[]}}}}"#)
}

fn add(sum: &mut Cost, cost: Cost) {
    sum.seconds += cost.seconds;
    sum.processor_s += cost.processor_s;
}

/// The last answer, and what the answers cost.
fn timed<T>(repeats: u32, mut ask: impl FnMut() -> T) -> (T, Cost) {
    let (mut least, before, all) = (f64::INFINITY, processor_s(), Instant::now());
    for done in 1.. {
        let begin = Instant::now();
        let found = std::hint::black_box(ask());
        least = least.min(begin.elapsed().as_secs_f64());
        if done >= repeats && (repeats == 1 || all.elapsed().as_secs_f64() >= LEAST_S) {
            return (found, Cost { seconds: least, processor_s: (processor_s() - before) / f64::from(done) });
        }
    }
    unreachable!("there is always one repetition more")
}

/// What this thread, which is the only one, has used of processors.
fn processor_s() -> f64 {
    let used = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map(Duration::from);
    used.unwrap_or_default().as_secs_f64()
}

fn ingest(filled: &Filled, number: u32) {
    let genomes = f64::from(number);
    println!("\n| filling | ours | ours, from letters | peer, from letters in files |\n|---|--:|--:|--:|");
    let both = Cost {
        seconds: filled.appended.seconds + filled.told.seconds,
        processor_s: filled.appended.processor_s + filled.told.processor_s,
    };
    let peer = filled.peer_appended;
    let rate = |cost: Cost| if cost.seconds > 0.0 { genomes / cost.seconds } else { 0.0 };
    println!("| genomes a second | {:.0} | {:.0} | {:.0} |", rate(filled.appended), rate(both), rate(peer));
    let [ours, both, theirs] = [filled.appended, both, peer].map(|cost| cost.processor_s * 1e6 / genomes);
    println!("| processor, µs a genome | {ours:.1} | {both:.1} | {theirs:.1} |");
    let [ours, theirs] = [filled.bytes, filled.peer_bytes].map(|bytes| bytes / genomes);
    println!("| memory, bytes a genome | {ours:.0} | {ours:.0} | {theirs:.0} |");
}

/// A question to both, as a line of the table.
fn asked(
    question: &Question,
    visible: &Visible,
    peer: Option<&mut Peer>,
    world: &World,
    answer: &Path,
) -> Result<String, Box<dyn Error>> {
    let (found, ours) = timed(REPEATS, || question.ask.ask(visible));
    let lines = question.ask.lines(&found?, &world.reference);
    let [clock, processor] = [ours.seconds, ours.processor_s].map(|seconds| seconds * 1e3);
    let own = format!("| {} | {} | {clock:.3} | {processor:.3} |", question.name, lines.len());
    let Some(peer) = peer else { return Ok(format!("{own} | | | |")) };
    let kind = if question.is_table { "table" } else { "rows" };
    let path = answer.display().to_string();
    let (repeats, mut best) =
        (question.peer_repeats.to_string(), Cost { seconds: f64::INFINITY, ..Cost::default() });
    let mut same = "yes".to_owned();
    for query in &question.peer {
        let theirs = peer.tell(&[kind, &repeats, query, &path])?;
        let told = fs::read_to_string(answer)?;
        if !told.lines().eq(lines.iter().map(String::as_str)) {
            same = differences(&lines, &told);
        }
        if theirs.seconds < best.seconds {
            best = theirs;
        }
    }
    let theirs = best;
    let times = theirs.seconds / ours.seconds;
    let [clock, processor] = [theirs.seconds, theirs.processor_s].map(|seconds| seconds * 1e3);
    Ok(format!("{own} {clock:.3} | {processor:.3} | {times:.1} | {same} |"))
}

/// How two answers differ.
fn differences(ours: &[String], theirs: &str) -> String {
    let (ours, theirs): (BTreeSet<&str>, BTreeSet<&str>) =
        (ours.iter().map(String::as_str).collect(), theirs.lines().collect());
    let [own, others] = [(&ours, &theirs), (&theirs, &ours)].map(|(one, other)| {
        let mut only: Vec<&str> = one.difference(other).copied().collect();
        let number = only.len();
        only.truncate(5);
        format!("{number} only in {{}} ({})", only.join(", "))
    });
    format!("NO: {}, {}", own.replace("{}", "ours"), others.replace("{}", "the peer's"))
}

/// A genome that has others near it, and no ambiguous letter: what that means for distances is not the same to the peer.
fn in_company(visible: &Visible) -> Result<RowId, Box<dyn Error>> {
    let some = visible.select(&Filter::Text { field: 0, text: "Country 7".to_owned() })?;
    let mut certain = BTreeSet::new();
    some.aligned(0, |row, letters| {
        if letters.iter().all(|letter| b"ACGTN".contains(letter)) {
            certain.insert(row);
        }
    });
    let mut members = some.clusters(0, 3)?.into_iter().flatten();
    Ok(members.find(|row| certain.contains(row)).unwrap_or(RowId(0)))
}

/// What the peer has no question for.
fn alone(visible: &Visible, world: &World, genome: RowId) -> Result<(), Box<dyn Error>> {
    let print = |what: &str, cost: Cost| println!("| {what} | {:.3} |", cost.seconds * 1e3);
    let all = visible.select(&Filter::True)?;
    let genome = all.sought(0, genome).ok_or(AskError::Absent)?;
    print("the 10 nearest of a genome", timed(5, || all.nearest(&genome, 10)).1);
    print("the 10,000 nearest", timed(5, || all.nearest(&genome, 10_000)).1);
    let half = Filter::Between { field: 1, range: 18_262..=19_262 };
    print("half of the genomes, by day", timed(5, || visible.select(&half).map(|rows| rows.count())).1);
    let half = visible.select(&half)?;
    print("mutation proportions of that half", timed(5, || half.mutations(0)).1);
    let weeks: Vec<RangeInclusive<i64>> =
        (0..100).map(|week| 18_262 + 7 * week..=18_268 + 7 * week).collect();
    print("all by 100 weeks", timed(5, || all.by_range(1, &weeks).map(|parts| parts.len())).1);
    let (table, cost) = timed(5, || over_time(&all, &world.ancestors[..100], &weeks));
    table?;
    print("100 mutations by 100 weeks", cost);
    let position = world.ancestors[world.ancestors.len() / 2].changes[0][0].position;
    let letter = By::Letter { sequence: 0, position };
    print("all by the letter at a position", timed(5, || all.count_by(&[letter])).1);
    for most in [1, 3, 7, 14] {
        let country = |number| Filter::Text { field: 0, text: format!("Country {number}") };
        let some = visible.select(&Filter::Or((0..most).map(country).collect()))?;
        let (clusters, cost) = timed(1, || some.clusters(0, 2));
        print(&format!("{} clusters of {} genomes at distance 2", clusters?.len(), some.count()), cost);
    }
    let mut bytes = 0;
    let (_, cost) = timed(1, || all.aligned(0, |_, letters| bytes += std::hint::black_box(letters).len()));
    print(&format!("letters of all, at {:.1} GB/s", bytes as f64 / cost.seconds / 1e9), cost);
    Ok(())
}

/// A table as the server makes it: what each node changes first, in each range, beside what is known there.
fn over_time(
    all: &Selection,
    nodes: &[Ancestor],
    ranges: &[RangeInclusive<i64>],
) -> Result<u64, Box<dyn Error>> {
    let parts = all.by_range(1, ranges).ok_or("no field of numbers")?;
    let mut sum = 0;
    for change in nodes.iter().filter_map(|node| node.changes[0].first()) {
        let Change { position, letter } = *change;
        let count = all.narrowed(&Filter::Letter { sequence: 0, position, letter: Some(letter) })?;
        let coverage = all.narrowed(&Filter::Known { sequence: 0, position })?;
        sum += parts.iter().map(|part| part.shared(&count) + part.shared(&coverage)).sum::<u64>();
    }
    Ok(sum)
}

fn setting(number: u32, python: Option<&str>) -> String {
    let told = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().map(|output| output.stdout);
        String::from_utf8_lossy(&output.unwrap_or_default()).trim().to_owned()
    };
    let field = |path: &str, name: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
        line.split_once(':').map(|(_, text)| text.trim().to_owned()).unwrap_or_default()
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default().to_owned();
    let version = "import importlib.metadata as m; print(m.version('rhydb'))";
    let peer = python.map_or("none".to_owned(), |python| format!("rhydb {}", told(python, &["-c", version])));
    format!(
        "- processor: {}, {cores} cores; memory: {}; load at the start: {load}\n- commit: {}; day: {}\n- {number} \
         simulated genomes of {LENGTH} letters; peer: {peer}",
        field("/proc/cpuinfo", "model name"),
        field("/proc/meminfo", "MemTotal"),
        told("git", &["describe", "--always", "--dirty", "--exclude=*"]),
        told("date", &["+%F"]),
    )
}
