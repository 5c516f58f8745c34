//! `cargo xtask ci`: what CI checks of the code, on this machine.
//!
//! A list of steps, run in order, each timed; the first that fails ends it. Refuses to install anything
//! (`.ci/run` does) and to run what needs data or other programs. Start at [`STEPS`].

use crate::{licences, tidy, workspace};
use anyhow::{Context, Result, bail};
use lexopt::prelude::{Long, ValueExt};
use std::process::Command;
use std::time::Instant;

/// How to call it.
pub const USAGE: &str =
    "cargo xtask ci [--without STEP]…, where STEP is one of fmt clippy doc test licences tidy";

/// Name of a step and what it does.
type Step = (&'static str, fn() -> Result<()>);

const STEPS: [Step; 6] = [
    ("fmt", || workspace::cargo(&["fmt", "--all", "--check"])),
    ("clippy", || {
        workspace::cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
    }),
    ("doc", doc),
    ("test", || workspace::cargo(&["test", "--workspace", "--locked"])),
    ("licences", licences::check),
    ("tidy", tidy::check),
];

/// Runs the subcommand.
pub fn run(mut arguments: lexopt::Parser) -> Result<()> {
    let mut without = Vec::new();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("without") => without.push(arguments.value()?.string()?),
            other => bail!("{}\nusage: {USAGE}", other.unexpected()),
        }
    }
    if let Some(name) = without.iter().find(|name| !STEPS.iter().any(|(step, _)| step == name)) {
        bail!("there is no step {name:?}\nusage: {USAGE}");
    }
    for (name, step) in STEPS.iter().filter(|(name, _)| !without.iter().any(|other| other == name)) {
        let start = Instant::now();
        println!("ci: {name}");
        step().with_context(|| format!("ci: {name}"))?;
        println!("ci: {name} passed in {:.0} s", start.elapsed().as_secs_f64());
    }
    Ok(())
}

fn doc() -> Result<()> {
    let mut command = Command::new("cargo");
    command
        .args(["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .current_dir(workspace::root());
    workspace::run(&mut command)
}
