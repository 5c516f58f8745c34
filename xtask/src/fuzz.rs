//! `cargo xtask fuzz`: bytes from anywhere into the readers, for as long as asked.
//!
//! Calls libFuzzer through `fuzz/Cargo.toml` with coverage switched on by compiler flags, so that neither
//! cargo-fuzz nor a nightly compiler is needed. Without the address sanitizer: the workspace has no unsafe
//! code for it to watch. Refuses to know what a target checks. Start at [`run`].

use crate::workspace;
use anyhow::{Context, Result, bail};
use lexopt::prelude::{Long, Value, ValueExt};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// How to call it.
pub const USAGE: &str = "cargo xtask fuzz TARGET…|all [--seconds 60] [--build-only]";

/// Branch counters, comparisons and their table, as libFuzzer reads them.
const COVERAGE: [&str; 8] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    "-Ccodegen-units=1",
];
const LONGEST_INPUT_BYTES: usize = 1 << 16;
const LONGEST_RUN_SECONDS: usize = 10;
const MOST_MEMORY_MIB: usize = 2048;

/// Runs the subcommand; an error when a target breaks.
pub fn run(mut arguments: lexopt::Parser) -> Result<()> {
    let (mut names, mut seconds, mut build_only) = (Vec::new(), 60_u64, false);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("seconds") => seconds = arguments.value()?.parse()?,
            Long("build-only") => build_only = true,
            Value(name) => names.push(name.string()?),
            other => bail!("{}\nusage: {USAGE}", other.unexpected()),
        }
    }
    let targets = chosen(&names, &targets()?)?;
    let binaries = build()?;
    if build_only {
        println!("fuzz: {} targets compiled: {}", targets.len(), targets.join(", "));
        return Ok(());
    }
    targets.iter().try_for_each(|target| fuzz(target, &binaries, seconds))
}

/// The targets there are: one file each.
fn targets() -> Result<Vec<String>> {
    let dir = workspace::root().join("fuzz/fuzz_targets");
    let files = fs::read_dir(&dir).with_context(|| format!("{}: cannot be read", dir.display()))?;
    let mut names: Vec<String> = files
        .filter_map(|file| file.ok()?.file_name().into_string().ok()?.strip_suffix(".rs").map(str::to_owned))
        .collect();
    names.sort();
    Ok(names)
}

fn chosen(asked: &[String], there: &[String]) -> Result<Vec<String>> {
    if asked == ["all"] {
        return Ok(there.to_vec());
    }
    match asked.iter().find(|name| !there.contains(name)) {
        Some(name) => bail!("there is no fuzz target {name:?}, only {}", there.join(", ")),
        None if asked.is_empty() => bail!("usage: {USAGE}\ntargets: {}", there.join(", ")),
        None => Ok(asked.to_vec()),
    }
}

/// Compiles every target and gives the folder of the binaries.
fn build() -> Result<PathBuf> {
    let host = host_triple()?;
    let target_dir = workspace::target_dir().join("fuzz");
    // The target is named so that the flags do not reach build scripts.
    let mut command = Command::new("cargo");
    command
        .args(["build", "--release", "--bins", "--manifest-path", "fuzz/Cargo.toml", "--target", &host])
        .arg("--target-dir")
        .arg(&target_dir)
        .env("RUSTFLAGS", COVERAGE.join(" "))
        .current_dir(workspace::root());
    workspace::run(&mut command)?;
    Ok(target_dir.join(host).join("release"))
}

fn host_triple() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("rustc cannot be started")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc -vV names no host")
}

fn fuzz(target: &str, binaries: &std::path::Path, seconds: u64) -> Result<()> {
    let dir = workspace::root().join("fuzz");
    let (corpus, artifacts) = (dir.join("corpus").join(target), dir.join("artifacts").join(target));
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
    }
    println!("fuzz: {target} for {seconds} s");
    let mut command = Command::new(binaries.join(target));
    // New finds go to the first folder; the seeds are only read.
    command
        .args([corpus, dir.join("seeds").join(target)].iter().filter(|folder| folder.is_dir()))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={LONGEST_INPUT_BYTES}"))
        .arg(format!("-timeout={LONGEST_RUN_SECONDS}"))
        .arg(format!("-rss_limit_mb={MOST_MEMORY_MIB}"))
        .args(["-print_final_stats=1", "-verbosity=0"])
        .current_dir(&dir);
    workspace::run(&mut command)
        .with_context(|| format!("{target} broke; the input is in fuzz/artifacts/{target}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_chosen_by_name_or_all() {
        let there = ["fasta".to_owned(), "gff3".to_owned()];
        let check = |asked: &str, expected: Option<&str>| {
            let asked: Vec<String> = asked.split_whitespace().map(str::to_owned).collect();
            assert_eq!(chosen(&asked, &there).ok().map(|names| names.join(" ")).as_deref(), expected);
        };
        check("all", Some("fasta gff3"));
        check("gff3", Some("gff3"));
        check("vcf", None);
        check("", None);
    }
}
