//! `cargo xtask crowd`: a server with very many genomes, and a crowd that asks it.
//!
//! `fill` brings batch after batch of simulated genomes through the server's front door and keeps the folder; `ask`
//! starts a server on it and asks in an open loop: questions come when they are due, whether or not those before were
//! answered. The record goes to `benches/runs`. Refuses to judge the numbers. Start at [`run`].

mod filled;

use crate::programs::Program;
use anyhow::{Context, Result, bail};
use filled::Filling;
use lexopt::prelude::{Long, Value, ValueExt};
use std::path::PathBuf;

/// How to call it.
pub const USAGE: &str =
    "cargo xtask crowd fill --folder F [--batches 10] [--count 100000] [--our-binary PATH] (needs zstd)";

/// Runs the subcommand.
pub fn run(mut arguments: lexopt::Parser) -> Result<()> {
    let (mut what, mut folder, mut ours, mut batches, mut count) = (None, None, None, 10, 100_000);
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(name) if what.is_none() => what = Some(name.to_string_lossy().into_owned()),
            Long("folder") => folder = Some(PathBuf::from(arguments.value()?)),
            Long("our-binary") => ours = Some(arguments.value()?.into()),
            Long("batches") => batches = arguments.value()?.parse()?,
            Long("count") => count = arguments.value()?.parse()?,
            other => bail!("{}\nusage: {USAGE}", other.unexpected()),
        }
    }
    let folder = folder.with_context(|| format!("a folder is missing\nusage: {USAGE}"))?;
    let Program::Ours(program) = Program::ours(ours)? else { bail!("our own program is measured here") };
    match what.as_deref() {
        Some("fill") => Filling { program, folder, batches, count }.run(),
        _ => bail!("usage: {USAGE}"),
    }
}
