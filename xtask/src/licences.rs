//! `cargo xtask licences`: every dependency's licence is one of those in `deny.toml`, and there are not too many.
//!
//! Asks cargo what is locked; needs neither network nor another program. Refuses to judge whether a dependency
//! is worth having: the commit that adds it argues that. Start at [`check`].

use crate::workspace;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

/// How to call it.
pub const USAGE: &str = "cargo xtask licences";

/// Packages that our own crates name.
const MOST_DIRECT: usize = 60;
/// Packages in the lock file.
const MOST_LOCKED: usize = 450;

/// Runs the subcommand.
pub fn run(mut arguments: lexopt::Parser) -> Result<()> {
    if let Some(argument) = arguments.next()? {
        bail!("{}\nusage: {USAGE}", argument.unexpected());
    }
    check()
}

/// Checks the licences and the number of the locked packages.
pub fn check() -> Result<()> {
    let text = std::fs::read_to_string(workspace::root().join("deny.toml")).context("deny.toml")?;
    let allowed = allowed_in(&text)?;
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(workspace::root())
        .output()
        .context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let refused = refused_packages(&metadata, &allowed);
    for package in &refused {
        println!("{package}");
    }
    let (direct, locked) = counts(&metadata);
    println!("licences: {locked} packages locked, {direct} named by our crates");
    if !refused.is_empty() {
        bail!("{} packages have a licence that deny.toml does not allow", refused.len());
    }
    if direct > MOST_DIRECT || locked > MOST_LOCKED {
        bail!("too many dependencies: at most {MOST_DIRECT} named and {MOST_LOCKED} locked");
    }
    Ok(())
}

/// The strings of the list `allow` in `deny.toml`.
fn allowed_in(text: &str) -> Result<Vec<String>> {
    let list = text.split_once("\nallow = [").and_then(|(_, rest)| rest.split_once(']'));
    let (list, _) = list.context("deny.toml has no list `allow = [`")?;
    Ok(list.split('"').skip(1).step_by(2).map(str::to_owned).collect())
}

fn refused_packages(metadata: &Value, allowed: &[String]) -> Vec<String> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages
        .filter_map(|package| {
            let licence = package["license"].as_str().unwrap_or("none");
            let name = format!("{} {}", package["name"].as_str()?, package["version"].as_str()?);
            (!is_allowed(licence, allowed)).then(|| format!("{name}: {licence}"))
        })
        .collect()
}

fn counts(metadata: &Value) -> (usize, usize) {
    let packages = || metadata["packages"].as_array().into_iter().flatten();
    let (own, foreign): (Vec<_>, Vec<_>) = packages().partition(|package| package["source"].is_null());
    let named: BTreeSet<&str> = own
        .iter()
        .filter_map(|package| package["dependencies"].as_array())
        .flatten()
        .filter(|dependency| !dependency["source"].is_null())
        .filter_map(|dependency| dependency["name"].as_str())
        .collect();
    (named.len(), foreign.len())
}

/// Whether an SPDX expression can be met with allowed licences alone. `OR` binds weaker than `AND`; the old
/// `/` means `OR` (SPDX 2.3, annex D; the slash is cargo's former spelling).
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut cursor = words.as_slice();
    let met = either(&mut cursor, allowed);
    met && cursor.is_empty()
}

fn either(words: &mut &[&str], allowed: &[String]) -> bool {
    let mut met = both(words, allowed);
    while let Some((&"OR", rest)) = words.split_first() {
        *words = rest;
        met |= both(words, allowed);
    }
    met
}

fn both(words: &mut &[&str], allowed: &[String]) -> bool {
    let mut met = one(words, allowed);
    while let Some((&"AND", rest)) = words.split_first() {
        *words = rest;
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut &[&str], allowed: &[String]) -> bool {
    let Some((first, rest)) = words.split_first() else { return false };
    *words = rest;
    if *first == "(" {
        let met = either(words, allowed);
        *words = words.strip_prefix([")"].as_slice()).unwrap_or(&[")"]);
        return met;
    }
    let mut licence = (*first).to_owned();
    if let [with @ "WITH", exception, rest @ ..] = *words {
        licence = format!("{licence} {with} {exception}");
        *words = rest;
    }
    allowed.contains(&licence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_met_by_allowed_licences() {
        let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
        let check = |text: &str, expected| assert_eq!(is_allowed(text, &allowed), expected, "{text}");
        check("MIT", true);
        check("GPL-3.0-only", false);
        check("MIT OR GPL-3.0-only", true);
        check("MIT/GPL-3.0", true);
        check("MIT AND GPL-3.0-only", false);
        check("(MIT OR GPL-3.0-only) AND Apache-2.0", true);
        check("GPL-3.0-only OR MIT AND Apache-2.0", true);
        check("Apache-2.0 WITH LLVM-exception OR X", true);
        check("GPL-2.0 WITH Classpath-exception-2.0", false);
        check("(MIT", false);
        check("MIT MIT", false);
        check("", false);
    }

    #[test]
    fn the_list_is_read_from_the_settings_of_cargo_deny() {
        assert_eq!(allowed_in("[licenses]\nallow = [\n  \"MIT\",\n  \"ISC\"]\n").unwrap(), ["MIT", "ISC"]);
        assert!(allowed_in("[licenses]\n").is_err());
    }

    #[test]
    fn own_crates_are_not_counted() {
        let metadata = serde_json::json!({"packages": [
            {"name": "own", "version": "0", "source": null, "license": "MIT",
             "dependencies": [{"name": "a", "source": "r"}, {"name": "other-own", "source": null}]},
            {"name": "a", "version": "1", "source": "r", "license": "GPL-3.0-only", "dependencies": []}]});
        assert_eq!(counts(&metadata), (1, 1));
        assert_eq!(refused_packages(&metadata, &["MIT".to_owned()]), ["a 1: GPL-3.0-only"]);
    }
}
