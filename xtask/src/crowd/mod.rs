//! `cargo xtask crowd`: a server with very many genomes, and a crowd that asks it.
//!
//! `fill` brings batch after batch of simulated genomes through the server's front door and keeps the folder. `ask` starts
//! a server on it, and asks what dashboards ask (`benches/crowd`) in an open loop: questions come when they are due,
//! whether or not those before were answered, so that a server that stands still is seen to. `take` has visitors of many
//! addresses take different files. Records go to `benches/runs`. Refuses to judge the numbers. Start at [`run`].

mod asking;
mod filled;
mod open_loop;
mod taking;

use crate::life::asked::Client;
use crate::life::served::Server;
use crate::programs::Program;
use crate::workspace;
use anyhow::{Context, Result, bail};
use filled::Filling;
use lexopt::prelude::{Long, Value, ValueExt};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// How to call it.
pub const USAGE: &str = "cargo xtask crowd fill|ask|take --folder F [--our-binary PATH] \
                         [--batches 10] [--count 100000] [--rate 200] [--seconds 60] (fill needs zstd)";

struct Plan {
    program: PathBuf,
    folder: PathBuf,
    /// Questions or files a second.
    rate: f64,
    seconds: u64,
}

/// Runs the subcommand.
pub fn run(mut arguments: lexopt::Parser) -> Result<()> {
    let (mut what, mut folder, mut ours, mut batches, mut count) = (None, None, None, 10, 100_000);
    let (mut rate, mut seconds) = (200.0, 60);
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(name) if what.is_none() => what = Some(name.to_string_lossy().into_owned()),
            Long("folder") => folder = Some(PathBuf::from(arguments.value()?)),
            Long("our-binary") => ours = Some(arguments.value()?.into()),
            Long("batches") => batches = arguments.value()?.parse()?,
            Long("count") => count = arguments.value()?.parse()?,
            Long("rate") => rate = arguments.value()?.parse()?,
            Long("seconds") => seconds = arguments.value()?.parse()?,
            other => bail!("{}\nusage: {USAGE}", other.unexpected()),
        }
    }
    let folder = folder.with_context(|| format!("a folder is missing\nusage: {USAGE}"))?;
    let Program::Ours(program) = Program::ours(ours)? else { bail!("our own program is measured here") };
    let plan = Plan { program, folder, rate, seconds };
    match what.as_deref() {
        Some("fill") => Filling { program: plan.program, folder: plan.folder, batches, count }.run(),
        Some("ask") => asking::run(&plan),
        Some("take") => taking::run(&plan),
        _ => bail!("usage: {USAGE}"),
    }
}

/// What is told at the end: a line each.
#[derive(Default)]
struct Told(String);

impl Told {
    fn add(&mut self, what: &str, value: impl std::fmt::Display) {
        println!("{what}: {value}");
        let _ = writeln!(self.0, "| {what} | {value} |");
    }

    /// Writes the record.
    fn keep(self, name: &str) -> Result<()> {
        let mut page = String::new();
        for line in crate::bench::machine() {
            let _ = writeln!(page, "- {line}");
        }
        let day = Command::new("date").arg("+%F").output()?.stdout;
        let title = format!("{}-{}-{name}", String::from_utf8_lossy(&day).trim(), workspace::commit());
        let file = workspace::root().join("benches/runs").join(format!("{title}.md"));
        let text = format!("# {title}\n\n{page}\n| what | |\n|---|---|\n{}", self.0);
        Ok(fs::write(file, text)?)
    }
}

/// Starts a server on a filled folder, and says how long it takes until it answers a question.
fn started(program: &Path, folder: &Path, told: &mut Told) -> Result<(Server, Client)> {
    let began = Instant::now();
    let server = Server::spawn(program, &folder.join("server"))?;
    let client = Client::new(&server, fs::read_to_string(folder.join("token"))?);
    server.wait(|| client.stranger("/").is_ok_and(|(status, _)| status == 200))?;
    told.add("a start until pages are there", format!("{:.2} s", began.elapsed().as_secs_f64()));
    server.wait(|| client.stranger(asking::COUNT).is_ok_and(|(status, _)| status == 200))?;
    told.add("a start until questions are answered", format!("{:.2} s", began.elapsed().as_secs_f64()));
    told.add("memory then", format!("{:.0} MiB", server.memory_mib("VmRSS")?));
    Ok((server, client))
}
