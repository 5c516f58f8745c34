//! `cargo xtask life`: what a batch of genomes costs from its upload to its release, and the pages after it.
//!
//! A real server in a folder of its own, `hearth submit` as its client, approval and release by the API, pages by plain
//! requests. The record goes to `benches/runs`. Refuses to judge the numbers. Start at [`run`].

pub mod asked;
pub mod metadata;
pub mod served;

use crate::corpus::{self, Order};
use crate::programs::Program;
use crate::workspace;
use anyhow::{Context, Result, bail, ensure};
use asked::Client;
use lexopt::prelude::{Long, ValueExt};
use metadata::Origin;
use served::Server;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// How to call it.
pub const USAGE: &str =
    "cargo xtask life [--count 100000] [--fasta FASTA] [--pack DIR] [--our-binary PATH] [--smoke]";

const CORPUS_SEED: u64 = 7;
const SMOKE_GENOMES: u64 = 200;
/// Times that a page is asked for.
const PAGE_REPEATS: usize = 9;

/// Acts of others while a batch is released.
const ACTS_MEANWHILE: u32 = 5;
/// Between two looks at what is visible.
const LOOK_EVERY: Duration = Duration::from_millis(50);

struct Plan {
    program: PathBuf,
    fasta: PathBuf,
    count: u64,
    smoke: bool,
}

/// What is told at the end: a step, what it took, in which unit.
#[derive(Default)]
struct Told(Vec<(String, f64, &'static str)>);

impl Told {
    fn add(&mut self, what: impl Into<String>, value: f64, unit: &'static str) {
        self.0.push((what.into(), value, unit));
    }

    /// The wall and processor seconds of a step, which is done now.
    fn step<T>(&mut self, what: &str, server: &Server, step: impl FnOnce() -> Result<T>) -> Result<T> {
        let (began, cpu_s) = (Instant::now(), server.cpu_s()?);
        let done = step().with_context(|| what.to_owned())?;
        self.add(what, began.elapsed().as_secs_f64(), "s");
        self.add(format!("{what}: the server's processors"), server.cpu_s()? - cpu_s, "s");
        Ok(done)
    }

    fn page(&self, setting: &[String]) -> String {
        let mut page = String::new();
        for line in setting {
            let _ = writeln!(page, "- {line}");
        }
        page.push_str("\n| what | |\n|---|---|\n");
        for (what, value, unit) in &self.0 {
            let _ = writeln!(page, "| {what} | {value:.*} {unit} |", if *value < 10.0 { 2 } else { 1 });
        }
        page
    }
}

/// Runs the subcommand.
pub fn run(arguments: lexopt::Parser) -> Result<()> {
    let plan = parse(arguments)?;
    let folder = workspace::scratch("life")?;
    // What a run that broke off left behind.
    fs::remove_dir_all(&folder)?;
    fs::create_dir_all(&folder)?;
    let mut told = Told::default();
    let began = Instant::now();
    let server = Server::start(&plan.program, &folder.join("server"))?;
    told.add("an empty server starts", began.elapsed().as_secs_f64(), "s");
    told.add("an empty server's memory", server.memory_mib("VmRSS")?, "MiB");
    let mut client = Client::set_up(&server)?;
    let batch = live(&plan, &server, &mut client, &folder, &mut told)?;
    pages(&client, &batch, &mut told)?;
    let data = server.stop()?;
    disk(&data, plan.count, &mut told)?;
    let mut setting = crate::bench::machine();
    setting.push(format!("commit: {}, {} genomes", workspace::commit(), plan.count));
    let page = told.page(&setting);
    println!("{page}");
    if !plan.smoke {
        let day = Command::new("date").arg("+%F").output()?.stdout;
        let title = format!("{}-{}-life", String::from_utf8_lossy(&day).trim(), workspace::commit());
        let file = workspace::root().join("benches/runs").join(format!("{title}.md"));
        fs::write(file, format!("# The life of a batch, {title}\n\n{page}"))?;
    }
    fs::remove_dir_all(&folder)?;
    Ok(())
}

fn parse(mut arguments: lexopt::Parser) -> Result<Plan> {
    let (mut ours, mut fasta, mut pack, mut count, mut smoke) = (None, None, None, 100_000, false);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("our-binary") => ours = Some(arguments.value()?.into()),
            Long("fasta") => fasta = Some(PathBuf::from(arguments.value()?)),
            Long("pack") => pack = Some(PathBuf::from(arguments.value()?)),
            Long("count") => count = arguments.value()?.parse()?,
            Long("smoke") => smoke = true,
            other => bail!("{}\nusage: {USAGE}", other.unexpected()),
        }
    }
    let Program::Ours(program) = Program::ours(ours)? else { bail!("our own program is measured here") };
    let count = if smoke { SMOKE_GENOMES } else { count };
    let fasta = match fasta {
        Some(fasta) => fasta,
        None => simulated(pack, count)?,
    };
    Ok(Plan { program, fasta, count, smoke })
}

/// Clean simulated genomes, with a few private mutations each.
fn simulated(pack: Option<PathBuf>, count: u64) -> Result<PathBuf> {
    let pack = pack.unwrap_or_else(|| workspace::root().join("packs/sars-cov-2"));
    let out = workspace::scratch("life-corpus")?.join("corpus.fasta");
    let mut order = Order::new(pack, count, CORPUS_SEED, out.clone());
    order.settings.clean = true;
    corpus::generate(&order)?;
    Ok(out)
}

/// The batch from its files to its release. Returns its identifier.
fn live(plan: &Plan, server: &Server, client: &mut Client, folder: &Path, told: &mut Told) -> Result<String> {
    let table = folder.join("metadata.tsv");
    metadata::write(&plan.fasta, plan.count, Origin::Laboratory, &table)?;
    let token = folder.join("token");
    fs::write(&token, &client.token)?;
    let began = Instant::now();
    told.step("upload, analysis and handing in by `hearth submit`", server, || {
        let mut command = Command::new(&plan.program);
        command.args(["submit", "--hand-in", "--server", &server.url(), "--token-file"]).arg(&token);
        command.arg("--journal").arg(folder.join("journal.json")).arg(&plan.fasta).arg(&table);
        let output = command.output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    })?;
    let batches = client.json("GET", "/api/v1/batches", None)?;
    let batch =
        batches.pointer("/items/0/id").or(batches.pointer("/batches/0/id")).and_then(|id| id.as_str());
    let batch = batch.with_context(|| format!("no batch is told: {batches}"))?.to_owned();
    let none = Some(serde_json::json!({}));
    told.step("approval", server, || {
        client.json("POST", &format!("/api/v1/batches/{batch}/approve"), none.clone())
    })?;

    release(plan, server, client, &batch, told)?;
    told.add("upload to release", began.elapsed().as_secs_f64(), "s");
    told.add("memory at its most", server.memory_mib("VmHWM")?, "MiB");
    Ok(batch)
}

/// The release: the first genomes while the releaser waits, the others after; and how long others wait meanwhile.
fn release(plan: &Plan, server: &Server, client: &mut Client, batch: &str, told: &mut Told) -> Result<()> {
    let began = Instant::now();
    told.step("release, until a stranger sees the first of it", server, || {
        client.json("POST", &format!("/api/v1/batches/{batch}/release"), Some(serde_json::json!({})))?;
        ensure!(client.visible()? > 0, "a stranger sees nothing");
        Ok(())
    })?;
    let mut waited_s: f64 = 0.0;
    let mut acts = 0;
    while client.visible()? < plan.count {
        if acts < ACTS_MEANWHILE {
            let asked = Instant::now();
            client.make_token(&format!("meanwhile-{acts}"))?;
            waited_s = waited_s.max(asked.elapsed().as_secs_f64());
            acts += 1;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    told.add("release, until a stranger sees all of it", began.elapsed().as_secs_f64(), "s");
    if acts > 0 {
        told.add("the longest that another act waited meanwhile", waited_s, "s");
    }
    Ok(())
}

fn pages(client: &Client, batch: &str, told: &mut Told) -> Result<()> {
    let (_, list) = client.stranger("/genomes")?;
    let accession = list.split("/genomes/").find(|rest| rest.starts_with("HTH_"));
    let accession: String = accession.unwrap_or("").chars().take_while(|one| *one != '"').collect();
    let own = format!("/batches/{batch}");
    let one = format!("/genomes/{accession}");
    for path in ["/", "/genomes", "/genomes?country=KE", "/genomes?from=2022-01", &one, "/ledger", "/figures"]
    {
        told.add(
            format!("a stranger's {}", general(path, &accession, batch)),
            client.median_ms(path, false)?,
            "ms",
        );
    }
    for path in ["/", "/batches", own.as_str(), &one] {
        told.add(
            format!("the owner's {}", general(path, &accession, batch)),
            client.median_ms(path, true)?,
            "ms",
        );
    }
    Ok(())
}

fn general(path: &str, accession: &str, batch: &str) -> String {
    let path = if accession.is_empty() { path.to_owned() } else { path.replace(accession, "ACCESSION") };
    path.replace(batch, "ID")
}

/// Bytes a genome, after what is needed no more was cleared from the database.
fn disk(data: &Path, count: u64, told: &mut Told) -> Result<()> {
    let files = |folder: &Path| -> Result<Vec<(PathBuf, u64)>> {
        let mut found = Vec::new();
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                match entry.file_type()?.is_dir() {
                    true => open.push(entry.path()),
                    false => found.push((entry.path(), entry.metadata()?.len())),
                }
            }
        }
        Ok(found)
    };
    let (mut packs, mut uploaded, mut database) = (0, 0, 0);
    for (path, bytes) in files(data)? {
        let has = |name: &str| path.components().any(|part| part.as_os_str() == name);
        if has("blobs") {
            *(if has("spool") || is_as_it_came(&path)? { &mut uploaded } else { &mut packs }) += bytes;
        } else if path.extension().is_some_and(|end| end == "db") {
            database += bytes - free_bytes(&path)?;
        }
    }
    let each = |bytes: u64| bytes as f64 / count as f64;
    told.add("sequences on the disk, a genome", each(packs), "B");
    told.add(
        "database on the disk, a genome: entries, state, metadata, without pages to use again",
        each(database),
        "B",
    );
    told.add("files as they came, a genome, until they are cleared after a day", each(uploaded), "B");
    Ok(())
}

/// Whether a blob is a file that somebody sent: sequences or metadata, not a pack.
fn is_as_it_came(path: &Path) -> Result<bool> {
    let mut head = [0; 7];
    let read = File::open(path)?.read(&mut head)?;
    Ok(head[..read].starts_with(b">") || head[..read].starts_with(b"sample\t"))
}

/// Bytes of a database's pages that are free (SQLite's file format, section 1.3).
fn free_bytes(path: &Path) -> Result<u64> {
    let mut head = [0; 100];
    File::open(path)?.read_exact(&mut head)?;
    let page = match u64::from(u16::from_be_bytes([head[16], head[17]])) {
        1 => 65_536,
        bytes => bytes,
    };
    Ok(page * u64::from(u32::from_be_bytes([head[36], head[37], head[38], head[39]])))
}
