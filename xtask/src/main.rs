//! The house's own chores: `cargo xtask CHORE`.
//!
//! One file or folder per chore, each with its own arguments and its own usage line; this file only finds the
//! chore. Nothing here is part of the product, and the product never depends on it.

mod agree;
mod corpus;
mod programs;
mod tidy;
mod workspace;

use anyhow::{Result, bail};
use lexopt::Arg::{Long, Short, Value};
use std::process::ExitCode;

const USAGE: &str = "cargo xtask CHORE …, where CHORE is one of\n  agree  corpus  tidy";

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
    let chore = match arguments.next()? {
        Some(Value(chore)) => chore.to_string_lossy().into_owned(),
        Some(Long("help") | Short('h')) | None => {
            println!("{USAGE}");
            return Ok(());
        }
        Some(other) => bail!("{}\n{USAGE}", other.unexpected()),
    };
    match chore.as_str() {
        "agree" => agree::run(arguments),
        "corpus" => corpus::run(arguments),
        "tidy" => tidy::run(arguments),
        other => bail!("there is no chore {other:?}\n{USAGE}"),
    }
}
