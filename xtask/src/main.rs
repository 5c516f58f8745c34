//! The house's own chores: `cargo xtask CHORE`.
//!
//! One file or folder per chore, each with its own arguments and its own usage line; this file only finds the
//! chore. Nothing here is part of the product, and the product never depends on it.

mod agree;
mod bench;
mod builtin_tree;
mod ci;
mod corpus;
mod crowd;
mod fuzz;
mod licences;
mod life;
mod mosaic;
mod programs;
mod tidy;
mod workspace;

use anyhow::{Result, bail};
use lexopt::Arg::{Long, Short, Value};
use std::process::ExitCode;

/// Name, what it is for, and how to run it. The one list of chores.
type Chore = (&'static str, &'static str, fn(lexopt::Parser) -> Result<()>);

const CHORES: [Chore; 12] = [
    ("agree", agree::USAGE, agree::run),
    ("bench", bench::USAGE, bench::run),
    ("builtin-tree", builtin_tree::USAGE, builtin_tree::run),
    ("ci", ci::USAGE, ci::run),
    ("corpus", corpus::USAGE, corpus::run),
    ("crowd", crowd::USAGE, crowd::run),
    ("fuzz", fuzz::USAGE, fuzz::run),
    ("life", life::USAGE, life::run),
    ("licences", licences::USAGE, licences::run),
    ("mosaic", mosaic::USAGE, mosaic::run),
    ("measure", "cargo xtask measure PROGRAM …", bench::measure_child),
    ("tidy", tidy::USAGE, tidy::run),
];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = lexopt::Parser::from_env();
    let name = match arguments.next()? {
        Some(Value(name)) => name.to_string_lossy().into_owned(),
        Some(Long("help") | Short('h')) | None => {
            CHORES.iter().for_each(|(_, usage, _)| println!("{usage}"));
            return Ok(());
        }
        Some(other) => bail!("{}; cargo xtask --help lists the chores", other.unexpected()),
    };
    match CHORES.iter().find(|(chore, ..)| *chore == name) {
        Some((_, _, chore)) => chore(arguments),
        None => bail!("there is no chore {name:?}; cargo xtask --help lists them"),
    }
}
