//! `cargo xtask tidy`: the house rules as code.
//!
//! Each rule looks at the text of tracked files and says where it is broken and what to do. Refuses to change
//! anything, to look at history, and to ask the compiler (clippy does). Start at [`check_all`]; one file per
//! family of rules.

mod code;
mod documents;
mod rooms;
mod source;

use crate::workspace;
use anyhow::{Context, Result, bail};
use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::process::Command;

/// How to call it.
pub const USAGE: &str = "cargo xtask tidy";

/// The list of lengths over the limit: path, rule and length, tab-separated. It may only shrink.
const EXCEPTIONS: &str = "xtask/tidy-exceptions.tsv";
/// Longer files are data.
const LONGEST_TEXT_BYTES: usize = 1 << 21;

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    path: String,
    line: usize,
    rule: String,
    advice: String,
}

/// Lengths over the limit that were there before the limit.
#[derive(Debug, Default)]
pub struct Exceptions {
    lengths: HashMap<(String, String), usize>,
}

/// A tracked file: path relative to the workspace, and text (`None` for data).
type Tracked = (String, Option<String>);

impl Violation {
    fn new(path: &str, line: usize, rule: &str, advice: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule: rule.to_owned(), advice: advice.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.advice)
    }
}

impl Exceptions {
    fn parse(text: &str) -> Result<Self> {
        let mut lengths = HashMap::new();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [path, rule, length] = cells.as_slice() else {
                bail!("{EXCEPTIONS}:{}: not path, rule and length", index + 1);
            };
            let length = length.parse().with_context(|| format!("{EXCEPTIONS}:{}", index + 1))?;
            lengths.insert(((*path).to_owned(), (*rule).to_owned()), length);
        }
        Ok(Self { lengths })
    }

    /// Judges a length by the limit or by its exception, which is used up: what is left over is stale.
    fn judge(
        &mut self,
        path: &str,
        line: usize,
        rule: &str,
        length: usize,
        limit: usize,
    ) -> Option<Violation> {
        let advice = match self.lengths.remove(&(path.to_owned(), rule.to_owned())) {
            Some(excused) if length > limit && length == excused => return None,
            Some(_) if length <= limit => format!("within the limit again: take it out of {EXCEPTIONS}"),
            Some(excused) if length < excused => {
                format!("shorter than its exception: write {length} in {EXCEPTIONS}")
            }
            Some(excused) => format!("{length} lines, {excused} excused: exceptions may only shrink"),
            None if length > limit => format!("{length} lines, at most {limit}: split by what it does"),
            None => return None,
        };
        Some(Violation::new(path, line, rule, advice))
    }

    fn left_over(self) -> Vec<Violation> {
        let mut found: Vec<Violation> = self
            .lengths
            .into_keys()
            .map(|(path, rule)| {
                Violation::new(EXCEPTIONS, 1, &rule, format!("{path} has it no more: take the line out"))
            })
            .collect();
        found.sort_by(|a, b| a.advice.cmp(&b.advice));
        found
    }
}

/// Runs the subcommand.
pub fn run(mut arguments: lexopt::Parser) -> Result<()> {
    if let Some(argument) = arguments.next()? {
        bail!("{}\nusage: {USAGE}", argument.unexpected());
    }
    check()
}

/// Prints every broken rule; an error when there is one.
pub fn check() -> Result<()> {
    let files = tracked(&workspace::root())?;
    let found = check_all(&files)?;
    for violation in &found {
        println!("{violation}");
    }
    if !found.is_empty() {
        bail!("{} house rules broken, listed above", found.len());
    }
    println!("tidy: {} files, every rule kept", files.len());
    Ok(())
}

/// Every file that git tracks or would track.
fn tracked(root: &Path) -> Result<Vec<Tracked>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"])
        .current_dir(root)
        .output()
        .context("git cannot be started: tidy needs it to know the tracked files")?;
    if !output.status.success() {
        bail!("git ls-files: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let paths = String::from_utf8_lossy(&output.stdout).into_owned();
    let present = paths.split('\0').filter(|path| !path.is_empty() && root.join(path).is_file());
    present.map(|path| Ok((path.to_owned(), text_of(&root.join(path))?))).collect()
}

fn text_of(path: &Path) -> Result<Option<String>> {
    let bytes = std::fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))?;
    let is_data = bytes.len() > LONGEST_TEXT_BYTES || bytes.contains(&0);
    Ok(if is_data { None } else { String::from_utf8(bytes).ok() })
}

/// Every broken rule, in the order of the files.
fn check_all(files: &[Tracked]) -> Result<Vec<Violation>> {
    let text_at =
        |wanted: &str| files.iter().find(|(path, _)| path == wanted).and_then(|(_, text)| text.as_deref());
    let exists = |wanted: &Path| {
        wanted.as_os_str().is_empty() || files.iter().any(|(path, _)| Path::new(path).starts_with(wanted))
    };
    let mut exceptions = Exceptions::parse(text_at(EXCEPTIONS).unwrap_or_default())?;
    let mut found = documents::check_changelog(text_at("CHANGELOG.md"));
    for (path, text) in files {
        found.extend(documents::check_name(path));
        let Some(text) = text else { continue };
        found.extend(documents::check_machine(path, text));
        if path.ends_with(".rs") {
            found.extend(code::check(path, text, &mut exceptions));
            found.extend(rooms::check_code(path, text));
        } else if path.ends_with(".md") {
            found.extend(documents::check_links(path, text, &exists));
        } else if path.ends_with("Cargo.toml") {
            found.extend(rooms::check_manifest(path, text));
        }
    }
    found.extend(exceptions.left_over());
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_may_only_shrink() {
        let check = |length: usize, expected: Option<&str>| {
            let mut exceptions = Exceptions::parse("# why\na.rs\tfile-length\t500\n").unwrap();
            let found = exceptions.judge("a.rs", 1, "file-length", length, 400);
            let advice = found.map(|violation| violation.advice);
            match expected {
                None => assert_eq!(advice, None),
                Some(part) => assert!(advice.as_deref().unwrap_or_default().contains(part), "{advice:?}"),
            }
            assert!(exceptions.left_over().is_empty());
        };
        check(500, None);
        check(501, Some("may only shrink"));
        check(450, Some("write 450"));
        check(300, Some("take it out"));
    }

    #[test]
    fn stale_and_broken_exceptions_are_found() {
        let stale = Exceptions::parse("gone.rs\tfile-length\t500\n").unwrap().left_over();
        assert!(stale[0].to_string().contains("gone.rs has it no more"));
        assert!(Exceptions::parse("a.rs\t500\n").is_err());
        assert!(Exceptions::parse("a.rs\tfile-length\tmany\n").is_err());
    }

    #[test]
    fn each_kind_of_file_meets_its_rules() {
        let file = |path: &str, text: &str| (path.to_owned(), Some(text.to_owned()));
        let files = [
            file("CHANGELOG.md", "## 2026-11-22\n[g](docs/G.md) [d](docs)\n"),
            file("docs/G.md", "[gone](H.md)\n"),
            file("crates/genome/Cargo.toml", "[dependencies]\nsqlx = \"1\"\n"),
            file("crates/genome/src/utils.rs", "//! Does.\nuse std::fs;\n"),
            ("data.bin".to_owned(), None),
        ];
        let found: Vec<String> = check_all(&files)
            .unwrap()
            .iter()
            .map(|violation| format!("{}:{}: {}", violation.path, violation.line, violation.rule))
            .collect();
        let expected = [
            "docs/G.md:1: link",
            "crates/genome/Cargo.toml:2: rooms",
            "crates/genome/src/utils.rs:1: name",
            "crates/genome/src/utils.rs:2: rooms",
        ];
        assert_eq!(found, expected);
    }
}
