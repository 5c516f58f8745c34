//! The house's own chores, one subcommand each: `cargo xtask NAME`.

mod builtin_tree;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("builtin-tree") => builtin_tree::run(&arguments[1..]),
        Some(other) => bail!("no chore is called '{other}'; there is: builtin-tree"),
        None => bail!("say which chore: builtin-tree"),
    }
}
